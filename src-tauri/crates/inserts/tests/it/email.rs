//! One insert for e-mail: tagged, readable by a program that reads aloud, with a link that can be pressed.

use cardesk_domain::Environment;
use cardesk_inserts::{InsertLanguage, Layout, LogoPlacement, LogoSource, Shipped, Template, TemplateSource, make_for_email};

use crate::tools::{Printed, insert, job};

#[test]
fn it_is_tagged_named_and_read_in_order_by_an_independent_reader() {
    for (layout, language) in [(Layout::EightUpA4, InsertLanguage::Spanish), (Layout::TrifoldLetter10, InsertLanguage::Both)] {
        let pdf = make_for_email(&job(layout, language, Environment::Practice), &insert(0)).expect("it is made");
        assert_eq!((pdf.pages(), pdf.codes_verified()), (1, 1));
        let printed = Printed::new(&pdf);
        assert!(printed.checked_by_qpdf().contains("No syntax or stream encoding errors"));
        let info = printed.info();
        assert!(info.contains("Tagged:          yes") && info.contains("María José"), "{info}");
        let text = printed.text();
        let order = ["ENSAYO", "María José.", "1.", "Escanee", "3.", "cámara?", "https://sandbox", "4417", "0043-001"];
        let places: Vec<usize> = order.iter().map(|words| text.find(words).unwrap_or_else(|| panic!("{words} is not in {text}"))).collect();
        assert!(places.is_sorted(), "{places:?} {text}");
        assert_eq!(printed.codes_read_at_300_dpi(), [insert(0).link.to_string()]);
    }
}

#[test]
fn every_shipped_template_and_a_logo_make_one_and_always_the_same_bytes() {
    const LOGO: &[u8] = br##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20"><linearGradient id="g"><stop stop-color="#f00"/><stop offset="1" stop-color="#00f"/></linearGradient><rect width="60" height="20" fill="url(#g)"/></svg>"##;
    for shipped in Shipped::ALL {
        for placement in [None, Some(LogoPlacement::BesideName), Some(LogoPlacement::InsteadOfName)] {
            let logo = placement.map(|placement| LogoSource { file: LOGO.to_vec(), placement, scale_percent: 100 });
            let mut job = job(Layout::TrifoldA4FormB, InsertLanguage::Both, Environment::Qa);
            job.template = Template::new(TemplateSource { logo, ..shipped.source() }).expect("a template").into();
            let made = || make_for_email(&job, &insert(3)).expect("it is made");
            assert!(made().bytes() == made().bytes());
        }
    }
}
