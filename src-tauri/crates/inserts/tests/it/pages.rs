//! Single pages of a run: the very ones that the whole run has, and which inserts stand on them.

use std::ops::ControlFlow;

use cardesk_domain::Environment;
use cardesk_inserts::{Back, InsertError, InsertLanguage, Layout, PlannedRun, RunError, make, preview_png};
use proptest::prelude::*;

use crate::tools::{inserts, job, link};

/// Pixels a millimetre: enough to tell a module that is a dot smaller.
const FINE: f32 = 3.0;

#[test]
fn a_page_by_itself_is_the_page_of_the_whole_run() {
    for layout in [Layout::EightUpA4, Layout::LabelL7165] {
        let job = job(layout, InsertLanguage::Both, Environment::Practice);
        let mut contents = inserts(layout.inserts_per_page() * 3);
        // One long link makes every code of the run smaller where there is little room, also on the other pages.
        contents[0].link = link("aCompanyWithAVeryLongNameIndeedSoThatItsCodeIsLarge", &"x".repeat(90));
        let whole = make(&job, &contents).expect("it is made");
        let planned = PlannedRun::new(&job, &contents).expect("it is planned");
        for page in [2, 1] {
            let alone = planned.make_pages(&[page]).expect("it is made");
            let picture = |pdf, page| preview_png(pdf, page, FINE).expect("it is drawn").bytes;
            assert!(picture(&alone, 0) == picture(&whole, page), "{layout:?} page {page}");
            assert_eq!((alone.pages(), alone.codes_verified()), (1, 2 * layout.inserts_per_page()));
            assert_eq!((alone.module_mm().to_bits(), alone.code_mm().to_bits()), (whole.module_mm().to_bits(), whole.code_mm().to_bits()));
        }
    }
}

#[test]
fn pages_come_in_the_order_in_which_they_are_named_and_none_is_made_up() {
    let job = job(Layout::EightUpA4, InsertLanguage::Spanish, Environment::Practice);
    let contents = inserts(20);
    let planned = PlannedRun::new(&job, &contents).expect("it is planned");
    let some = planned.make_pages(&[2, 0]).expect("they are written");
    assert_eq!((some.pages(), some.codes_verified()), (2, 24));
    let refused = |pages: &[usize]| match planned.write_pages(pages, &mut Vec::new(), |_| ControlFlow::Continue(())) {
        Err(RunError::Insert(error)) => error,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused(&[3]), InsertError::NoSuchPage { page: 3, pages: 3 });
    assert_eq!(refused(&[]), InsertError::Nothing);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_insert_stands_on_one_page_and_there_are_as_many_pages_as_the_file_has(
        count in 0_usize..40, start_place in 0_usize..8, has_back in any::<bool>(),
    ) {
        let back = has_back.then(Back::default);
        let mut job = job(Layout::EightUpA4, InsertLanguage::Spanish, Environment::Practice);
        (job.start_place, job.back) = (start_place, back);
        let pages = job.pages_of(count);
        let fronts = (0..pages).step_by(if has_back { 2 } else { 1 });
        let standing: Vec<usize> = fronts.flat_map(|page| job.inserts_on(page, count)).collect();
        prop_assert_eq!(&standing, &(0..count).collect::<Vec<_>>());
        for insert in 0..count {
            prop_assert!(job.inserts_on(job.page_of(insert), count).contains(&insert));
        }
        prop_assert!(job.inserts_on(pages, count).is_empty());
        if count > 0 {
            prop_assert_eq!(make(&job, &inserts(count)).expect("it is made").pages(), pages);
        }
    }
}
