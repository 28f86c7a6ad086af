//! A manifest on paper: every packed insert once, what is missing, lines to sign on, and the mark wherever nothing is real.

use cardesk_domain::Environment;
use cardesk_inserts::{Manifest, ManifestRow, Paper, make_manifest};

use crate::tools::Printed;

fn row(number: usize) -> ManifestRow {
    ManifestRow {
        place: (number + 1).to_string(),
        serial: format!("0043-{:03}", number + 1),
        name: format!("Ramírez Núñez, María José {number}"),
        last_four: format!("•••• {number:04}"),
        time: "24 nov 2026, 10:04".to_owned(),
        operator: "operacion".to_owned(),
    }
}

fn manifest(paper: Paper, rows: usize) -> Manifest {
    let pair = |label: &str, text: &str| (label.to_owned(), text.to_owned());
    let titles = ["N.º", "Serie", "Tarjetahabiente", "Plástico", "Hora", "Operador"].map(str::to_owned);
    let [place, serial, name, last_four, time, operator] = titles;
    Manifest {
        paper,
        language: "es".to_owned(),
        company_name: "Café Los Volcanes, S. A.".to_owned(),
        title: "Manifiesto de empaque".to_owned(),
        facts: vec![pair("Caja", "Caja 7"), pair("Cerrada", "24 nov 2026, 11:20")],
        figures: vec![pair("Impresos", "121"), pair("Empacados", "120"), pair("Faltan", "1")],
        notes: vec!["Falta: 0043-121, Núñez O’Neill, Lucía".to_owned()],
        columns: ManifestRow { place, serial, name, last_four, time, operator },
        rows: (0..rows).map(row).collect(),
        empty: "No se empacó nada.".to_owned(),
        signatures: vec!["Entrega".to_owned(), "Recibe".to_owned()],
        foot: "Hecho por Cardesk".to_owned(),
    }
}

#[test]
fn every_packed_insert_is_there_once_and_the_lines_to_sign_on_after_the_last() {
    for (paper, rows) in
        [(Paper::A4, 120), (Paper::Letter, 120), (Paper::Letter, 1), (Paper::Letter, 34), (Paper::Letter, 35), (Paper::Letter, 36)]
    {
        let made = make_manifest(&manifest(paper, rows), Environment::Practice).expect("a manifest");
        let file = Printed::of(made.bytes());
        file.checked_by_qpdf();
        let text = file.text();
        for number in 0..rows {
            assert_eq!(
                text.matches(&format!("0043-{:03}\n", number + 1)).count() + text.matches(&format!("0043-{:03} ", number + 1)).count(),
                1,
                "{number}"
            );
        }
        let last = text.find(&format!("0043-{rows:03}")).expect("the last row");
        assert!(text.find("Recibe").is_some_and(|signed| signed > last), "{text}");
        assert_eq!(text.matches("ENSAYO · SIN VALOR").count(), made.pages());
        assert!(text.contains("Falta: 0043-121"));
    }
}

#[test]
fn an_empty_manifest_says_so_and_production_carries_no_mark() {
    let text = Printed::of(make_manifest(&manifest(Paper::Letter, 0), Environment::Production).expect("a manifest").bytes()).text();
    assert!(text.contains("No se empacó nada.") && !text.contains("ENSAYO"), "{text}");
}

#[test]
fn notes_that_are_too_many_for_the_first_page_go_on_with_the_next() {
    let missing: Vec<String> = (1..=200).map(|number| format!("Falta: 0044-{number:03}, Núñez O’Neill, Lucía")).collect();
    let made =
        make_manifest(&Manifest { notes: missing.clone(), ..manifest(Paper::Letter, 3) }, Environment::Practice).expect("a manifest");
    let file = Printed::of(made.bytes());
    file.checked_by_qpdf();
    let text = file.text();
    for note in &missing {
        assert_eq!(text.matches(note.as_str()).count(), 1, "{note}");
    }
    assert!(text.find("0044-200").is_some_and(|last| text.find("0043-001").is_some_and(|first| last < first)));
    // 5 mm for each: some forty on the first page, below its head, and fifty on every other.
    assert_eq!(made.pages(), 5);
}
