//! Papers: every one on offer can be printed on; a company's own sheets are refused at their field, and keep what was printed
//! on them.

use cardesk_desk::seams::Sides;
use cardesk_desk::view::{
    CalibrationForm, InsertLanguage, OwnSheetForm, Paper, PaperKind, PrintItem, PrintRequest, PrintTo, SettingsChange, SheetSide,
    ShiftView, StartedSheet,
};
use cardesk_desk::{Desk, ErrorCode, Field, FieldCode};

use crate::rig::Rig;
use crate::scripted::{CARD, CARDHOLDER, Scripted};

fn request(paper: &str) -> PrintRequest {
    PrintRequest {
        items: vec![PrintItem { cardholder_id: CARDHOLDER.to_owned(), card_id: Some(CARD.to_owned()) }],
        paper: paper.to_owned(),
        start_place: 1,
        with_backs: false,
        template_id: "classic".to_owned(),
        for_email: false,
        language: InsertLanguage::Spanish,
        reprint_reason: None,
    }
}

pub(crate) fn labels(name: &str) -> OwnSheetForm {
    OwnSheetForm {
        id: None,
        sheet_name: name.to_owned(),
        sheet_width: "210".to_owned(),
        sheet_height: "297".to_owned(),
        columns: "2".to_owned(),
        rows: "4".to_owned(),
        left_edge: "4.65".to_owned(),
        top_edge: "13,1".to_owned(),
        pitch_across: "101.6".to_owned(),
        pitch_down: "67.7".to_owned(),
        cell_width: "99.1".to_owned(),
        cell_height: "67.7".to_owned(),
        is_cut: false,
    }
}

async fn desk(rig: &Rig) -> (Scripted, Desk) {
    let gateway = Scripted::start().await;
    let desk = rig.desk_at(&gateway.base_url).await;
    desk.cardholder(CARDHOLDER).await.unwrap();
    (gateway, desk)
}

#[tokio::test]
async fn every_paper_on_offer_is_drawn_and_printed_on() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    desk.save_own_sheet(&labels("Etiquetas de la bodega")).await.unwrap();
    let papers = desk.papers().await.unwrap();
    assert_eq!(papers.len(), 15);
    for paper in &papers {
        let drawing = &paper.drawing;
        assert_eq!(drawing.cells.len(), paper.places as usize, "{}", paper.id);
        assert_eq!(drawing.folds.len() == 2 && drawing.address.is_some(), paper.kind == PaperKind::Folded, "{}", paper.id);
        for cell in &drawing.cells {
            assert!(cell.left >= 0 && cell.left + cell.width <= drawing.width, "{}: {cell:?}", paper.id);
            assert!(cell.top >= 0 && cell.top + cell.height <= drawing.height, "{}: {cell:?}", paper.id);
        }
        let printed = PrintRequest { reprint_reason: Some("otro papel".to_owned()), ..request(&paper.id) };
        let to = PrintTo { printer: "contabilidad".to_owned(), tray: None, copies: 1 };
        assert_eq!(desk.print_inserts(printed, to).await.unwrap().codes_verified, Some(2), "{}", paper.id);
    }
    assert_eq!(desk.preview_inserts(request("a5"), 1).await.unwrap_err().code, ErrorCode::PaperNotFound);
}

#[tokio::test]
async fn a_started_sheet_of_labels_goes_on_at_the_place_that_was_said_and_no_other_paper_does() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    let at = |paper: &str, start_place| PrintRequest { start_place, ..request(paper) };
    let (first, last) =
        (desk.preview_inserts(at("label-l7165", 1), 1).await.unwrap(), desk.preview_inserts(at("label-l7165", 8), 1).await.unwrap());
    assert_eq!((first.pages, last.pages), (1, 1));
    assert_ne!(first.png_base64, last.png_base64);
    for (paper, place) in [("label-l7165", 9), ("label-l7165", 0), ("a4-8-up", 2)] {
        let error = desk.preview_inserts(at(paper, place), 1).await.unwrap_err();
        assert_eq!(
            (error.code, error.fields[0].field, error.fields[0].code),
            (ErrorCode::FieldsNeedMending, Field::StartPlace, FieldCode::CountRange)
        );
    }
    let with_backs = |paper: &str| PrintRequest { with_backs: true, ..request(paper) };
    assert_eq!(desk.preview_inserts(with_backs("a4-8-up"), 1).await.unwrap().pages, 2, "a back for each front");
    assert_eq!(desk.preview_inserts(with_backs("label-l7165"), 1).await.unwrap().pages, 1, "labels have none");
}

#[tokio::test]
async fn measures_that_overlap_or_leave_the_sheet_are_refused_at_their_field_with_the_figures() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    let wrong = |change: fn(&mut OwnSheetForm)| {
        let mut form = labels("Etiquetas");
        change(&mut form);
        form
    };
    type Wrong = (OwnSheetForm, Field, FieldCode, &'static [(&'static str, &'static str)]);
    let cases: [Wrong; 9] = [
        (
            wrong(|form| form.pitch_across = "99".to_owned()),
            Field::PitchAcross,
            FieldCode::InsertsOverlap,
            &[("cell", "99.1"), ("pitch", "99")],
        ),
        (wrong(|form| form.rows = "5".to_owned()), Field::Rows, FieldCode::LeavesSheet, &[("end", "351.6"), ("sheet", "297")]),
        (
            wrong(|form| (form.columns, form.cell_width) = ("1".to_owned(), "206".to_owned())),
            Field::CellWidth,
            FieldCode::LeavesSheet,
            &[("end", "210.65")],
        ),
        (wrong(|form| form.sheet_width = "20".to_owned()), Field::SheetWidth, FieldCode::LengthRange, &[("least", "50"), ("most", "500")]),
        (wrong(|form| form.columns = "0".to_owned()), Field::Columns, FieldCode::CountRange, &[("most", "30")]),
        (wrong(|form| form.rows = "4.5".to_owned()), Field::Rows, FieldCode::CountForm, &[]),
        (wrong(|form| form.left_edge = "-1".to_owned()), Field::LeftEdge, FieldCode::LengthForm, &[]),
        (wrong(|form| form.sheet_name = " ".to_owned()), Field::SheetName, FieldCode::Missing, &[]),
        (wrong(|form| form.cell_height = "12".to_owned()), Field::CellHeight, FieldCode::NoRoomForCode, &[("needed", "17.9")]),
    ];
    for (form, field, code, params) in cases {
        let check = desk.check_own_sheet(&form).await.unwrap();
        let problem =
            check.problems.iter().find(|problem| problem.field == field).unwrap_or_else(|| panic!("{field:?}: {:?}", check.problems));
        assert_eq!(problem.code, code, "{problem:?}");
        for (name, value) in params {
            assert_eq!(problem.params.get(*name).map(String::as_str), Some(*value), "{problem:?}");
        }
        let refused = desk.save_own_sheet(&form).await.unwrap_err();
        assert_eq!((refused.code, refused.fields), (ErrorCode::FieldsNeedMending, check.problems));
    }
    let overlapping = desk.check_own_sheet(&wrong(|form| form.pitch_across = "90".to_owned())).await.unwrap().drawing.unwrap();
    assert_eq!(overlapping.cells[1].left - overlapping.cells[0].left, 90_000, "what is wrong is drawn as it is typed");
    assert_eq!(desk.papers().await.unwrap().iter().filter(|paper| paper.own.is_some()).count(), 0, "nothing was kept");
}

#[tokio::test]
async fn a_sheet_is_edited_duplicated_and_removed_and_what_was_printed_on_it_stays() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    let kept = desk.save_own_sheet(&labels("Etiquetas")).await.unwrap();
    let form = kept.own.clone().unwrap();
    assert_eq!((kept.id.as_str(), form.top_edge.as_str(), form.cell_width.as_str()), ("own-1", "13.1", "99.1"));
    let twin = OwnSheetForm { id: None, ..form.clone() };
    assert_eq!(desk.save_own_sheet(&twin).await.unwrap_err().fields[0].code, FieldCode::NameTaken);
    let twin = desk.save_own_sheet(&OwnSheetForm { sheet_name: "Etiquetas (copia)".to_owned(), ..twin }).await.unwrap();
    assert_eq!((twin.id.as_str(), &twin.drawing), ("own-2", &kept.drawing));

    desk.save_inserts(request("own-1")).await.unwrap();
    let edited = OwnSheetForm { rows: "3".to_owned(), ..form };
    assert_eq!(desk.save_own_sheet(&edited).await.unwrap().places, 6);
    // The run's own word says which version it was.
    assert_eq!(desk.preview_inserts(request("own-1.1"), 1).await.unwrap().pages, 1);
    let start = |paper: &str| PrintRequest { start_place: 8, ..request(paper) };
    assert!(desk.preview_inserts(start("own-1.1"), 1).await.is_ok(), "the version before has eight places");
    assert_eq!(desk.preview_inserts(start("own-1"), 1).await.unwrap_err().code, ErrorCode::FieldsNeedMending);

    desk.remove_own_sheet("own-1").await.unwrap();
    assert_eq!(desk.preview_inserts(request("own-1"), 1).await.unwrap_err().code, ErrorCode::PaperNotFound);
    assert!(desk.preview_inserts(request("own-1.1"), 1).await.is_ok());
    assert_eq!(desk.save_own_sheet(&edited).await.unwrap_err().code, ErrorCode::PaperNotFound);
    assert_eq!(desk.remove_own_sheet("own-1").await.unwrap_err().code, ErrorCode::PaperNotFound);
}

#[tokio::test]
async fn what_a_printer_shifts_is_measured_kept_and_taken_back_in_every_run_to_it() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    let to = || PrintTo { printer: "contabilidad".to_owned(), tray: Some("tray-1".to_owned()), copies: 1 };
    desk.print_inserts(request("letter-8-up"), to()).await.unwrap();
    let page = desk.print_calibration(Paper::Letter, "contabilidad", SheetSide::Front, None).await.unwrap();
    assert_eq!((page.applied, page.job.as_str()), (ShiftView::default(), "7"));
    let form = CalibrationForm {
        printer: "contabilidad".to_owned(),
        side: SheetSide::Front,
        measured_left: "19.7".to_owned(),
        measured_top: "20,1".to_owned(),
        applied: page.applied,
    };
    let moved = ShiftView { right: 30, down: -10 };
    assert_eq!(desk.check_calibration(&form).await.unwrap().shift, Some(moved));
    let printers = desk.keep_calibration(&form).await.unwrap();
    assert_eq!((printers.printers[0].front, printers.printers[0].back), (moved, ShiftView::default()));
    assert_eq!(printers.printers[0].tray.as_deref(), Some("tray-1"), "the tray that was used last");

    let again = PrintRequest { reprint_reason: Some("corrida".to_owned()), ..request("letter-8-up") };
    desk.print_inserts(again, to()).await.unwrap();
    let jobs = rig.printing.jobs.lock().unwrap().clone();
    let shift = |pdf: &[u8]| String::from_utf8_lossy(pdf).into_owned();
    assert_ne!(shift(&jobs[0].pdf), shift(&jobs[2].pdf));
    // The next desk on this computer knows it too.
    let reopened = rig.desk().await;
    assert_eq!(reopened.printers().await.unwrap().printers[0].front, moved);
    let page = desk.print_calibration(Paper::Letter, "contabilidad", SheetSide::Front, None).await.unwrap();
    assert_eq!(page.applied, moved, "the page says what it was moved by");
    let forgotten = desk.forget_calibration("contabilidad", SheetSide::Front).await.unwrap();
    assert_eq!(forgotten.printers[0].front, ShiftView::default());
}

#[tokio::test]
async fn the_calibration_page_is_saved_where_it_can_be_opened() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    let path = std::path::PathBuf::from(desk.save_calibration(Paper::A4, None, SheetSide::Front).await.unwrap());
    assert!(std::fs::read(&path).unwrap().starts_with(b"%PDF-"));
    assert_eq!(desk.file_of_ours(&path).await.unwrap(), path);
}

#[tokio::test]
async fn a_back_is_calibrated_on_both_sides_of_a_sheet_each_moved_by_its_own_correction() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    let form = |side, measured_left: &str| CalibrationForm {
        printer: "contabilidad".to_owned(),
        side,
        measured_left: measured_left.to_owned(),
        measured_top: "20".to_owned(),
        applied: ShiftView::default(),
    };
    desk.keep_calibration(&form(SheetSide::Front, "19.5")).await.unwrap();
    desk.keep_calibration(&form(SheetSide::Back, "20.8")).await.unwrap();
    desk.print_calibration(Paper::A4, "contabilidad", SheetSide::Front, None).await.unwrap();
    let page = desk.print_calibration(Paper::A4, "contabilidad", SheetSide::Back, None).await.unwrap();
    assert_eq!(page.applied, ShiftView { right: -80, down: 0 }, "what is measured is the back");
    let jobs = rig.printing.jobs.lock().unwrap().clone();
    let said = jobs.iter().map(|job| (job.options.sides, pages_of(&job.pdf)));
    assert_eq!(said.collect::<Vec<_>>(), [(Sides::One, 1), (Sides::LongEdge, 2)]);
    let text = text_of(&jobs[1].pdf);
    assert!(text.contains("+0.5 mm →") && text.contains("−0.8 mm →"), "{text}");

    *rig.printing.prints_one_side.lock().unwrap() = true;
    desk.print_calibration(Paper::A4, "contabilidad", SheetSide::Back, None).await.unwrap();
    let fed_again = rig.printing.jobs.lock().unwrap().last().cloned().unwrap();
    let text = text_of(&fed_again.pdf);
    assert_eq!((fed_again.options.sides, pages_of(&fed_again.pdf)), (Sides::One, 1));
    assert!(text.contains("−0.8 mm →") && !text.contains("+0.5 mm →"), "{text}");
}

fn pages_of(pdf: &[u8]) -> usize {
    text_of(pdf).matches('\u{c}').count()
}

/// What is on the pages, each ended by a form feed.
fn text_of(pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.pdf");
    std::fs::write(&path, pdf).unwrap();
    let said = std::process::Command::new("pdftotext").arg(&path).arg("-").output().expect("pdftotext is needed for this test");
    String::from_utf8(said.stdout).unwrap()
}

/// A request for everyone of a run of so many on labels, from this label on.
async fn printed_on_labels(desk: &Desk, start_place: u32) {
    let start = PrintRequest { start_place, reprint_reason: Some("otra hoja".to_owned()), ..request("label-l7165") };
    desk.save_inserts(start).await.unwrap();
}

async fn first_free(desk: &Desk, paper: &str) -> u32 {
    desk.papers().await.unwrap().into_iter().find(|each| each.id == paper).unwrap().first_free_place
}

#[tokio::test]
async fn a_started_sheet_goes_on_after_a_run_in_another_start_and_beside_other_papers() {
    let rig = Rig::new();
    let (gateway, desk) = desk(&rig).await;
    let said = |paper: &str, place| SettingsChange::StartedSheet(StartedSheet { paper: paper.to_owned(), place });
    assert_eq!(first_free(&desk, "label-l7165").await, 1);
    desk.change_settings(said("label-l7165", 5)).await.unwrap();
    desk.change_settings(said("label-5163", 9)).await.unwrap();
    printed_on_labels(&desk, 5).await;
    assert_eq!((first_free(&desk, "label-l7165").await, first_free(&desk, "label-5163").await), (6, 9));

    drop(desk);
    let reopened = rig.desk_at(&gateway.base_url).await;
    assert_eq!((first_free(&reopened, "label-l7165").await, first_free(&reopened, "label-5163").await), (6, 9));
    printed_on_labels(&reopened, 8).await;
    assert_eq!(first_free(&reopened, "label-l7165").await, 1, "a full sheet is followed by a whole one");
}

#[tokio::test]
async fn a_run_that_comes_to_nothing_and_paper_that_is_no_labels_leave_the_sheet_as_it_was() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    let said = |paper: &str, place| SettingsChange::StartedSheet(StartedSheet { paper: paper.to_owned(), place });
    desk.change_settings(said("label-l7165", 3)).await.unwrap();
    *rig.printing.refuses.lock().unwrap() = true;
    let to = PrintTo { printer: "contabilidad".to_owned(), tray: None, copies: 1 };
    assert!(desk.print_inserts(PrintRequest { start_place: 3, ..request("label-l7165") }, to).await.is_err());
    desk.save_inserts(PrintRequest { for_email: true, ..request("label-l7165") }).await.unwrap();
    assert_eq!(first_free(&desk, "label-l7165").await, 3);
    for (paper, place) in [("label-l7165", 9), ("label-l7165", 0), ("a4-8-up", 2)] {
        let error = desk.change_settings(said(paper, place)).await.unwrap_err();
        assert_eq!((error.fields[0].field, error.fields[0].code), (Field::StartPlace, FieldCode::CountRange), "{paper} {place}");
    }
    assert_eq!(desk.change_settings(said("a5", 1)).await.unwrap_err().code, ErrorCode::PaperNotFound);
}

#[tokio::test]
async fn a_companys_own_sheet_goes_on_by_its_measures_of_now() {
    let rig = Rig::new();
    let (_gateway, desk) = desk(&rig).await;
    let kept = desk.save_own_sheet(&labels("Etiquetas")).await.unwrap();
    desk.change_settings(SettingsChange::StartedSheet(StartedSheet { paper: kept.id.clone(), place: 7 })).await.unwrap();
    desk.save_inserts(PrintRequest { start_place: 7, ..request(&kept.id) }).await.unwrap();
    assert_eq!(first_free(&desk, "own-1").await, 8);
    let fewer = OwnSheetForm { rows: "3".to_owned(), ..kept.own.unwrap() };
    assert_eq!(desk.save_own_sheet(&fewer).await.unwrap().first_free_place, 1, "label 8 is not there any more");
}
