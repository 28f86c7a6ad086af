//! Writes a file of invented inserts for every layout, some sheets of one's own and every language into a folder, the
//! calibration page and backs as well, and says how long each took.
//!
//! `cargo run --release -p cardesk-inserts --example samples -- FOLDER [COUNT]`
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use cardesk_domain::{ActivationLink, Environment};
use cardesk_inserts::{
    Back, Branding, Correction, InsertContent, InsertLanguage, Layout, LogoPlacement, LogoSource, OwnSheet, Paper, PrintJob, SheetMeasures,
    Shipped, Template, TemplateSource, make, make_calibration, make_for_email, preview_png,
};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("give the folder to write into")?);
    let count = arguments.next().and_then(|count| count.to_str()?.parse().ok()).unwrap_or(8);
    let inserts = (0..count).map(insert).collect::<Result<Vec<_>, _>>()?;
    let own = OWN_CELLS_MM.into_iter().map(own_layout).collect::<Result<Vec<_>, _>>()?;
    for (index, layout) in Layout::ALL.into_iter().chain(own).enumerate() {
        for language in InsertLanguage::ALL {
            let company = Branding { company_name: "Café Los Volcanes".to_owned() };
            let job = PrintJob::new(layout, language, company, Environment::Practice);
            let started = Instant::now();
            let pdf = make(&job, &inserts)?;
            let made_s = started.elapsed().as_secs_f64();
            let started = Instant::now();
            let preview = preview_png(&pdf, 0, 4.0)?;
            let preview_s = started.elapsed().as_secs_f64();
            let name = format!("{:02}-{}-{}", index + 1, layout.id(), language.id());
            std::fs::write(folder.join(format!("{name}.pdf")), pdf.bytes())?;
            std::fs::write(folder.join(format!("{name}.png")), &preview.bytes)?;
            let (module_mm, code_mm) = (pdf.module_mm(), pdf.code_mm());
            println!(
                "{name}: {count} inserts, {} codes verified, {} bytes, {made_s:.3} s; module {module_mm:.3} mm, code {code_mm:.1} mm; preview {preview_s:.3} s",
                pdf.codes_verified(),
                pdf.bytes().len()
            );
        }
    }
    templates(&folder, &inserts)?;
    for (paper, name) in [(Paper::A4, "calibration-a4"), (Paper::Letter, "calibration-letter")] {
        let pdf = make_calibration(paper, InsertLanguage::Both, Correction::new(-0.4, 1.2)?, Some(Correction::default()))?;
        std::fs::write(folder.join(format!("{name}.pdf")), pdf.bytes())?;
    }
    for layout in [Layout::Label5163, Layout::TwoUpA4, Layout::TrifoldA4FormB] {
        let company = Branding { company_name: "Café Los Volcanes".to_owned() };
        let mut job = PrintJob::new(layout, InsertLanguage::Both, company, Environment::Practice);
        job.back = Some(Back::default());
        std::fs::write(folder.join(format!("backs-{}.pdf", layout.id())), make(&job, &inserts)?.bytes())?;
    }
    Ok(())
}

/// The templates that come with the program, on a folded sheet, eight on a sheet, a label and a slip; each with a logo as well.
fn templates(folder: &Path, inserts: &[InsertContent]) -> Result<(), Box<dyn Error>> {
    const LOGO: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 40"><path d="M2 38 18 8l8 14 6-10 14 26z" fill="#7c2d12"/><path d="M14 8c0-4 6-4 6-7" stroke="#7c2d12" stroke-width="2" fill="none"/></svg>"##;
    for shipped in Shipped::ALL {
        let mut job = PrintJob::new(
            Layout::TrifoldLetter10,
            InsertLanguage::Both,
            Branding { company_name: "Café Los Volcanes".to_owned() },
            Environment::Practice,
        );
        job.template = shipped.template();
        let first = inserts.first().ok_or("no insert")?;
        let pdf = make_for_email(&job, first)?;
        std::fs::write(folder.join(format!("email-{}.pdf", shipped.id())), pdf.bytes())?;
        std::fs::write(folder.join(format!("email-{}.png", shipped.id())), preview_png(&pdf, 0, 5.0)?.bytes)?;
        for layout in [Layout::TrifoldA4FormB, Layout::TrifoldLetter10, Layout::EightUpA4, Layout::LabelL7165, Layout::CardSlipA4] {
            for (language, has_logo) in [(InsertLanguage::Spanish, true), (InsertLanguage::Both, false)] {
                let logo = LogoSource { file: LOGO.as_bytes().to_vec(), placement: LogoPlacement::BesideName, scale_percent: 100 };
                let source = TemplateSource { logo: Some(logo).filter(|_| has_logo), ..shipped.source() };
                let company = Branding { company_name: "Café Los Volcanes".to_owned() };
                let mut job = PrintJob::new(layout, language, company, Environment::Practice);
                job.template = Arc::new(Template::new(source).map_err(|faults| format!("{faults:?}"))?);
                let pdf = make(&job, inserts)?;
                let name = format!("template-{}-{}-{}", shipped.id(), layout.id(), language.id());
                std::fs::write(folder.join(format!("{name}.png")), preview_png(&pdf, 0, 6.0)?.bytes)?;
            }
        }
    }
    Ok(())
}

/// Sheets of one's own, by the size of a label: wide and low, square, narrow and high, tiny.
const OWN_CELLS_MM: [(f64, f64); 4] = [(97.0, 42.3), (63.5, 72.0), (48.0, 90.0), (64.0, 36.0)];

fn own_layout((cell_width_mm, cell_height_mm): (f64, f64)) -> Result<Layout, Box<dyn Error>> {
    let measures = SheetMeasures {
        sheet_width_mm: 210.0,
        sheet_height_mm: 297.0,
        columns: 2,
        rows: 3,
        left_mm: 5.0,
        top_mm: 10.0,
        pitch_across_mm: cell_width_mm + 2.0,
        pitch_down_mm: cell_height_mm,
        cell_width_mm,
        cell_height_mm,
        is_cut: true,
    };
    Ok(Layout::Own(OwnSheet::new(&measures)?))
}

fn insert(number: usize) -> Result<InsertContent, Box<dyn Error>> {
    const PEOPLE: [(&str, &str); 8] = [
        ("María José Ramírez Núñez", "María José"),
        ("Byron Estuardo Choc Caal", "Byron Estuardo"),
        ("Ana Lucía de León Soto", "Ana Lucía"),
        ("Kevin Xicará Batz", "Kevin"),
        ("Patrick O’Connor", "Patrick"),
        ("María Fernanda Guadalupe de los Ángeles Montúfar-Echeverría", "María Fernanda Guadalupe de los Ángeles"),
        ("Íngrid Güitz Pérez", "Íngrid"),
        ("Luis Ángel Muñoz Ávila", "Luis Ángel"),
    ];
    let (full_name, given_name) = PEOPLE[number % PEOPLE.len()];
    let user = format!("6f0c2d1e-93b7-4a55-8c1d-2b7e9a{:06x}", number * 7919 % 0xff_ffff);
    Ok(InsertContent {
        link: ActivationLink::new("https://sandbox.migopayments.com/card-activation", Some(&"migoDeveloper".parse()?), &user.parse()?)?,
        full_name: full_name.to_owned(),
        given_name: given_name.to_owned(),
        last_four: Some(format!("{:04}", (number * 37 + 4417) % 10_000).parse()?),
        serial: format!("0043-{:03}", number + 1).parse()?,
        address_lines: ["12 calle 4-56, zona 10", "Edificio Los Cedros, oficina 301", "01010 Guatemala"].map(str::to_owned).to_vec(),
    })
}
