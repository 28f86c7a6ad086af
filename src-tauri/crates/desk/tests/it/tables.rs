//! Lists as files: everyone who matches, in the order of the list, and nothing that a spreadsheet program runs.

use std::collections::BTreeMap;
use std::path::Path;

use cardesk_desk::view::{
    CardState, DirectoryColumn, DirectoryFilter, DirectoryOrder, DirectoryQuery, DirectoryToSave, ListChange, ListColumn, ListLayout,
    ListName, ListSorting, SettingsChange, TableToSave, TitledColumn,
};
use cardesk_desk::{Desk, ErrorCode};

use crate::rig::Rig;
use crate::whole_job::practice_and_desk;

fn names_by(text: &str, by: DirectoryColumn, is_descending: bool) -> DirectoryToSave {
    let column = |column, title: &str| TitledColumn { column, title: title.to_owned() };
    DirectoryToSave {
        name: "Tarjetahabientes".to_owned(),
        query: DirectoryQuery {
            text: text.to_owned(),
            filter: DirectoryFilter::All,
            order: DirectoryOrder { by, is_descending },
            locate: None,
            offset: 7,
            limit: 1,
        },
        columns: vec![
            column(DirectoryColumn::Name, "Tarjetahabiente"),
            column(DirectoryColumn::Document, "Documento"),
            column(DirectoryColumn::Phone, "Teléfono"),
            column(DirectoryColumn::LastFour, "Tarjeta"),
            column(DirectoryColumn::CardState, "Estado"),
        ],
        cards_title: "Tarjetas".to_owned(),
        document_types: BTreeMap::from([("DPI".to_owned(), "DPI".to_owned())]),
        card_states: BTreeMap::from([(CardState::Active, "Activa".to_owned())]),
    }
}

async fn saved_rows(desk: &Desk, request: DirectoryToSave) -> Vec<Vec<String>> {
    let saved = desk.save_directory(request).await.unwrap();
    let text = std::fs::read_to_string(&saved.path).unwrap();
    let mut reader = csv::Reader::from_reader(text.strip_prefix('\u{feff}').expect("the mark of UTF-8").as_bytes());
    assert_eq!(reader.headers().unwrap(), vec!["Tarjetahabiente", "Documento", "Teléfono", "Tarjeta", "Estado", "Tarjetas"]);
    let rows: Vec<Vec<String>> = reader.records().map(|row| row.unwrap().iter().map(ToOwned::to_owned).collect()).collect();
    assert_eq!(rows.len(), saved.rows as usize);
    rows
}

#[tokio::test]
async fn the_directory_is_saved_whole_in_the_order_of_the_list() {
    let rig = Rig::new();
    let (_practice, desk) = practice_and_desk(&rig).await;
    desk.refresh_directory().await.unwrap();
    let rows = saved_rows(&desk, names_by("", DirectoryColumn::Name, false)).await;
    assert_eq!(rows.len(), 60, "the stretch in sight does not count");
    let page = desk.directory(DirectoryQuery { offset: 0, limit: 100, ..names_by("", DirectoryColumn::Name, false).query }).await.unwrap();
    let listed: Vec<_> = page.rows.iter().map(|row| row.display_name.clone()).collect();
    assert_eq!(rows.iter().map(|row| row[0].clone()).collect::<Vec<_>>(), listed);
    assert!(rows.iter().all(|row| row[2].starts_with("'+502")), "a sign that begins a formula is text");
    assert!(rows.iter().all(|row| row[3].is_empty() || row[3].starts_with("•••• ")), "only the last four of a card");

    let mut backwards = saved_rows(&desk, names_by("", DirectoryColumn::Name, true)).await;
    backwards.reverse();
    assert_eq!(backwards, rows);

    let by_state = saved_rows(&desk, names_by("", DirectoryColumn::CardState, false)).await;
    let cardless: Vec<bool> = by_state.iter().map(|row| row[5] == "0").collect();
    assert!(cardless.is_sorted(), "whoever has no card comes last");
}

#[tokio::test]
async fn a_hostile_name_is_text_in_a_table_and_amounts_stay_numbers() {
    let rig = Rig::new();
    let desk = rig.desk().await;
    let folder = tempfile::tempdir().unwrap();
    desk.change_settings(SettingsChange::OutputFolder(folder.path().display().to_string())).await.unwrap();
    let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
    let table = TableToSave {
        name: "../Movimientos =1".to_owned(),
        titles: row(&["Nombre", "Monto", "Moneda"]),
        rows: vec![row(&["=HYPERLINK(\"http://x\",\"y\")", "-157.5001", "GTQ"])],
    };
    let saved = desk.save_table(table.clone()).await.unwrap();
    assert_eq!(Path::new(&saved.path), folder.path().join("Movimientos 1.csv"));
    let text = std::fs::read_to_string(&saved.path).unwrap();
    assert_eq!(text, "\u{feff}Nombre,Monto,Moneda\r\n\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\",-157.5001,GTQ\r\n");

    let again = desk.save_table(table.clone()).await.unwrap();
    assert_ne!(again.path, saved.path, "a file that is there is never overwritten");
    let ours = desk.file_of_ours(Path::new(&saved.path)).await.unwrap();
    assert_eq!(ours, Path::new(&saved.path));
    let stranger = folder.path().join("other.csv");
    std::fs::write(&stranger, b"x").unwrap();
    assert_eq!(desk.file_of_ours(&stranger).await.unwrap_err().code, ErrorCode::FileNotOurs);

    let crooked = TableToSave { rows: vec![row(&["a"])], ..table };
    assert!(desk.save_table(crooked).await.is_err());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3, "what could not be written leaves no file");
}

#[tokio::test]
async fn how_a_list_looks_is_remembered_for_the_next_start() {
    let rig = Rig::new();
    let layout = ListLayout {
        columns: vec![
            ListColumn { name: "name".to_owned(), is_shown: true, width_px: Some(220) },
            ListColumn { name: "email".to_owned(), is_shown: false, width_px: None },
        ],
        sorting: Some(ListSorting { column: "phone".to_owned(), is_descending: true }),
        width_px: Some(400),
    };
    let change = ListChange { list: ListName::Directory, layout: layout.clone() };
    let shown = rig.desk().await.change_settings(SettingsChange::List(change)).await.unwrap().settings.lists;
    assert_eq!(shown.get(&ListName::Directory), Some(&layout));
    let again = rig.desk().await.session().await.unwrap().settings.lists;
    assert_eq!(again, shown);
    assert_eq!(again.get(&ListName::Movements), None, "a list that nobody changed looks as the window has it");
}
