//! From a file's bytes, or pasted text, to rows: which columns it has, what each cell says, and how its numbers are written.
//!
//! Owns what can be told from the file alone. Every row that holds anything comes out, sound or not, with its problems at
//! their columns; whether its card exists and may take the money is `check`'s question, and so is the amount, which needs
//! the card's currency. Whole card numbers are masked here, before anything can keep them.

use cardesk_domain::money::{MAX_PLACES, NumberStyle};
use cardesk_domain::pan::with_numbers_masked;
use cardesk_domain::{Amount, CardId, Currency, LastFour, NumberClues};
use sha2::{Digest, Sha256};

use crate::batch::columns::{Column, operation_of};
use crate::batch::decode::decode;
use crate::error::{ErrorCode, ErrorView};
use crate::free_text::optional_free_line;
use crate::funds::MAX_NOTE;
use crate::problem::{Field, FieldCode, FieldProblem};
use crate::table_file::unguarded;
use crate::view::BatchOperation;

/// The largest file that is read. Ten thousand rows with a long note take less than one.
pub(crate) const MAX_BYTES: usize = 4 * 1024 * 1024;

/// The most rows of one batch.
pub(crate) const MAX_ROWS: usize = 10_000;

/// The most columns of a file; those that the desk does not know are kept for giving back.
const MAX_COLUMNS: usize = 64;

/// What separates cells: a tab comes from the clipboard, a semicolon from programs in countries with decimal commas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Separator {
    Comma,
    Semicolon,
    Tab,
}

impl Separator {
    const ALL: [Self; 3] = [Self::Tab, Self::Semicolon, Self::Comma];

    const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BatchTable {
    /// SHA-256 of the bytes, in hexadecimal: the same file has the same one, whatever its name.
    pub(crate) digest: String,
    /// The encoding's name.
    pub(crate) encoding: &'static str,
    /// What separates its cells.
    pub(crate) separator: Separator,
    /// The titles as they stand.
    pub(crate) titles: Vec<String>,
    /// What each title means; `None` for a column that the desk does not use.
    pub(crate) columns: Vec<Option<Column>>,
    /// What its amounts say about how they are written.
    pub(crate) clues: NumberClues,
    /// Every row that holds anything.
    pub(crate) rows: Vec<ReadRow>,
}

/// A row, as far as the file alone tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReadRow {
    /// The line of the file in which it begins; the titles' is 1.
    pub(crate) line: u32,
    /// Its cells as they stand, one for each title, with card numbers masked.
    pub(crate) cells: Vec<String>,
    /// The card, if it is named in full.
    pub(crate) card: Option<CardNamed>,
    /// The last four digits, where they stand there.
    pub(crate) last_four: Option<LastFour>,
    /// The cardholder's document, where it stands there, as [`document_key`] makes it.
    pub(crate) document: Option<String>,
    /// Which way the money goes.
    pub(crate) kind: Option<BatchOperation>,
    /// The amount as it stands.
    pub(crate) amount: String,
    /// The currency, where the file names one.
    pub(crate) currency: Option<Currency>,
    /// What it is for.
    pub(crate) note: Option<String>,
    /// What is wrong with it. A row without any may still be refused by the check.
    pub(crate) problems: Vec<FieldProblem>,
}

/// How a row names its card.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum CardNamed {
    /// By its id.
    Id(CardId),
    /// By the cardholder's document, as [`document_key`] makes it, and the last four digits.
    Holder(String, LastFour),
}

/// A document's number as it is compared: letters and digits alone, in capitals.
pub(crate) fn document_key(number: &str) -> String {
    number.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// Reads a file, or what was pasted.
///
/// # Errors
/// If nothing can be made of the whole of it: too large, no text, no rows, no titles that name what is needed.
pub(crate) fn read(bytes: &[u8]) -> Result<BatchTable, ErrorView> {
    if bytes.len() > MAX_BYTES {
        return Err(too_large());
    }
    let decoded = decode(bytes)?;
    let text = decoded.text.trim_start_matches(['\r', '\n']);
    let (separator, text) = separator_of(text, |title| Column::of_title(title).is_some());
    let mut lines = Lines::of(&decoded.text);
    let offset = decoded.text.len() - text.len();
    let mut records = records_of(text, separator);
    let titles: Vec<String> = match records.next() {
        Some(Ok(record)) => record.iter().map(|title| title.trim().to_owned()).collect(),
        Some(Err(_)) => return Err(ErrorView::new(ErrorCode::TableNotText)),
        None => return Err(ErrorView::new(ErrorCode::TableEmpty)),
    };
    let columns = columns_of(&titles)?;
    let mut rows = Vec::new();
    for record in records {
        let record = record.map_err(|_| ErrorView::new(ErrorCode::TableNotText))?;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if rows.len() == MAX_ROWS {
            return Err(ErrorView::new(ErrorCode::TableTooLong).with_param("max", MAX_ROWS.to_string()));
        }
        let begins_at = record.position().map_or(0, csv::Position::byte);
        rows.push(row_of(&record, &columns, lines.at(offset + usize::try_from(begins_at).unwrap_or_default())));
    }
    if rows.is_empty() {
        return Err(ErrorView::new(ErrorCode::TableEmpty));
    }
    Ok(BatchTable {
        digest: Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect(),
        encoding: decoded.encoding,
        separator,
        clues: NumberClues::of(rows.iter().map(|row| row.amount.as_str())),
        titles,
        columns,
        rows,
    })
}

/// What is said of a file beyond [`MAX_BYTES`].
pub(crate) fn too_large() -> ErrorView {
    ErrorView::new(ErrorCode::TableTooLarge).with_param("max", (MAX_BYTES / (1024 * 1024)).to_string())
}

/// Tells in which line of a text something begins. Asked from the beginning to the end.
pub(crate) struct Lines<'text> {
    text: &'text str,
    counted_to: usize,
    line: u32,
}

impl<'text> Lines<'text> {
    pub(crate) const fn of(text: &'text str) -> Self {
        Self { text, counted_to: 0, line: 1 }
    }

    /// The line of the first character from `position` on that ends none: the reader's own positions may lie before the
    /// line breaks that it passes over.
    pub(crate) fn at(&mut self, position: usize) -> u32 {
        let bytes = self.text.as_bytes();
        let begins_at = (position..bytes.len()).find(|at| !matches!(bytes[*at], b'\r' | b'\n')).unwrap_or(bytes.len());
        for at in self.counted_to..begins_at {
            let ends_line = bytes[at] == b'\n' || (bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
            self.line = self.line.saturating_add(u32::from(ends_line));
        }
        self.counted_to = self.counted_to.max(begins_at);
        self.line
    }
}

/// The separator, and the text without the line by which some programs name it (`sep=;`).
pub(crate) fn separator_of(text: &str, is_known: impl Fn(&str) -> bool) -> (Separator, &str) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let named = first.trim_end().strip_prefix("sep=");
    if let Some(separator) = named.and_then(|named| Separator::ALL.into_iter().find(|each| named.as_bytes() == [each.byte()])) {
        return (separator, rest);
    }
    // The one under which most titles are known; with none, the one that makes most of the first line.
    let worth = |separator: &Separator| {
        let titles = records_of(text, *separator).next().and_then(Result::ok).unwrap_or_default();
        (titles.iter().filter(|title| is_known(title)).count(), titles.len())
    };
    (Separator::ALL.into_iter().max_by_key(worth).unwrap_or(Separator::Comma), text)
}

pub(crate) fn records_of(text: &str, separator: Separator) -> csv::StringRecordsIntoIter<&[u8]> {
    csv::ReaderBuilder::new().delimiter(separator.byte()).has_headers(false).flexible(true).from_reader(text.as_bytes()).into_records()
}

/// What each title means.
fn columns_of(titles: &[String]) -> Result<Vec<Option<Column>>, ErrorView> {
    let columns: Vec<Option<Column>> = titles.iter().map(|title| Column::of_title(title)).collect();
    for (position, title) in titles.iter().enumerate() {
        if columns[position].is_some() && columns[..position].contains(&columns[position]) {
            return Err(ErrorView::new(ErrorCode::TableColumnTwice).with_param("title", masked(title)));
        }
    }
    let has = |column| columns.contains(&Some(column));
    let mut missing = Vec::new();
    let names_a_card = has(Column::Card) || (has(Column::Document) && has(Column::LastFour));
    if !names_a_card {
        missing.push(match (has(Column::Document), has(Column::LastFour)) {
            (true, false) => Column::LastFour,
            (false, true) => Column::Document,
            _ => Column::Card,
        });
    }
    missing.extend([Column::Operation, Column::Amount].into_iter().filter(|column| !has(*column)));
    if !missing.is_empty() {
        let fields = missing.iter().map(|column| FieldProblem::error(column.field(), FieldCode::ColumnMissing)).collect();
        return Err(ErrorView { code: ErrorCode::TableColumnsMissing, ..ErrorView::fields(fields) });
    }
    if titles.len() > MAX_COLUMNS {
        return Err(ErrorView::new(ErrorCode::TableTooWide).with_param("max", MAX_COLUMNS.to_string()));
    }
    Ok(columns)
}

/// What the cells of a row say of it that needs no card: which way its money goes, how much, and its currency.
pub(crate) fn deed_of_cells(
    titles: &[String],
    cells: &[String],
    style: NumberStyle,
) -> (Option<BatchOperation>, Option<Amount>, Option<Currency>) {
    let columns = titles.iter().map(|title| Column::of_title(title));
    let cell = |wanted: Column| columns.clone().zip(cells).find(|(column, _)| *column == Some(wanted)).map(|(_, cell)| cell.trim());
    let amount = cell(Column::Amount).and_then(|cell| style.parse(cell, MAX_PLACES).ok()).filter(|amount| amount.is_positive());
    (cell(Column::Operation).and_then(operation_of), amount, cell(Column::Currency).and_then(|cell| cell.to_ascii_uppercase().parse().ok()))
}

fn masked(text: &str) -> String {
    with_numbers_masked(text).unwrap_or_else(|| text.to_owned())
}

/// One row. Nothing in it stops the others.
fn row_of(record: &csv::StringRecord, columns: &[Option<Column>], line: u32) -> ReadRow {
    let cells: Vec<&str> = (0..columns.len()).map(|position| record.get(position).unwrap_or_default()).collect();
    let unguarded: Vec<String> = cells.iter().map(|cell| unguarded(cell.trim())).collect();
    let mut problems = row_problems(record, columns.len());
    let cell = |column: Column| {
        let position = columns.iter().position(|known| *known == Some(column))?;
        Some(unguarded[position].as_str())
    };
    let mut told = |outcome: Result<_, FieldProblem>| match outcome {
        Ok(()) => {}
        // Of what stands in one cell, the first problem is enough.
        Err(problem) if problems.iter().any(|known| known.field == problem.field) => {}
        Err(problem) => problems.push(problem),
    };
    let mut row = ReadRow {
        line,
        cells: Vec::new(),
        card: None,
        last_four: None,
        document: cell(Column::Document).map(document_key).filter(|key| !key.is_empty()),
        kind: None,
        amount: cell(Column::Amount).unwrap_or_default().to_owned(),
        currency: None,
        note: None,
        problems: Vec::new(),
    };
    told(last_four_of(cell(Column::LastFour)).map(|last_four| row.last_four = last_four));
    told(card_of(cell(Column::Card), row.document.as_deref(), row.last_four.as_ref()).map(|card| row.card = Some(card)));
    told(kind_of(cell(Column::Operation)).map(|kind| row.kind = Some(kind)));
    told(currency_of(cell(Column::Currency)).map(|currency| row.currency = currency));
    told(note_of(cell(Column::Note)).map(|note| row.note = note));
    row.problems = problems;
    row.cells = cells.iter().zip(columns).map(|(cell, column)| kept_cell(cell, *column)).collect();
    row.amount = masked(&row.amount);
    row
}

/// A cell as it is kept. A document's number may look like a card's, and is what its row is found by.
fn kept_cell(cell: &str, column: Option<Column>) -> String {
    if column == Some(Column::Document) { cell.to_owned() } else { masked(cell) }
}

/// What is wrong with the row as a whole. A cell that runs over lines most often began with a quotation mark that is not
/// closed, and has swallowed the rows below it.
fn row_problems(record: &csv::StringRecord, titles: usize) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    let surplus = record.iter().skip(titles).any(|cell| !cell.trim().is_empty());
    if surplus {
        problems
            .push(FieldProblem::error(Field::Row, FieldCode::CellCount).with_param("actual", record.len()).with_param("expected", titles));
    }
    if record.iter().any(|cell| cell.contains(['\n', '\r'])) {
        problems.push(FieldProblem::error(Field::Row, FieldCode::LineBreak));
    }
    problems
}

fn last_four_of(cell: Option<&str>) -> Result<Option<LastFour>, FieldProblem> {
    // Masked as the window shows it, `•••• 4417`.
    let digits = cell.unwrap_or_default().trim_start_matches(['•', '*', ' ', '\u{a0}']);
    if digits.is_empty() {
        return Ok(None);
    }
    digits.parse().map(Some).map_err(|_| FieldProblem::error(Field::LastFour, FieldCode::LastFourForm))
}

fn card_of(id: Option<&str>, document: Option<&str>, last_four: Option<&LastFour>) -> Result<CardNamed, FieldProblem> {
    let problem = |field, code| Err(FieldProblem::error(field, code));
    match (id, document, last_four) {
        (Some(id), ..) if !id.is_empty() => {
            if with_numbers_masked(id).is_some() {
                return problem(Field::CardId, FieldCode::CardNumberGiven);
            }
            id.parse().map(CardNamed::Id).map_err(|_| FieldProblem::error(Field::CardId, FieldCode::CardIdForm))
        }
        (_, Some(document), Some(last_four)) => Ok(CardNamed::Holder(document.to_owned(), last_four.clone())),
        (_, Some(_), None) => problem(Field::LastFour, FieldCode::Missing),
        (Some(_), None, _) => problem(Field::CardId, FieldCode::Missing),
        (None, None, _) => problem(Field::DocumentNumber, FieldCode::Missing),
    }
}

fn kind_of(cell: Option<&str>) -> Result<BatchOperation, FieldProblem> {
    let word = cell.unwrap_or_default();
    let code = if word.is_empty() { FieldCode::Missing } else { FieldCode::OperationUnknown };
    operation_of(word).ok_or_else(|| FieldProblem::error(Field::Operation, code))
}

fn currency_of(cell: Option<&str>) -> Result<Option<Currency>, FieldProblem> {
    match cell.filter(|cell| !cell.is_empty()) {
        None => Ok(None),
        Some(code) => code.to_uppercase().parse().map(Some).map_err(|_| FieldProblem::error(Field::Currency, FieldCode::CurrencyForm)),
    }
}

fn note_of(cell: Option<&str>) -> Result<Option<String>, FieldProblem> {
    optional_free_line(cell.unwrap_or_default(), MAX_NOTE, Field::Note)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn table(text: &str) -> BatchTable {
        read(text.as_bytes()).expect("a table")
    }

    fn problems(row: &ReadRow) -> Vec<(Field, FieldCode)> {
        row.problems.iter().map(|problem| (problem.field, problem.code)).collect()
    }

    #[test]
    fn an_exported_list_is_read_whatever_its_separator_and_language() {
        for (text, separator) in [
            ("Tarjeta,Operación,Monto,Nota\n48201,carga,\"1,250.00\",\"Viáticos, mayo\"\n", Separator::Comma),
            ("Tarjeta;Operación;Monto;Nota\r\n48201;CARGA;1,250.00;Viáticos, mayo\r\n", Separator::Semicolon),
            ("card_id\ttype\tamount\tmemo\n48201\tload\t1,250.00\tViáticos, mayo", Separator::Tab),
            ("sep=;\r\nTarjeta;Operación;Monto;Nota\r\n48201;CARGA;1,250.00;Viáticos, mayo\r\n", Separator::Semicolon),
        ] {
            let table = table(text);
            assert_eq!(table.separator, separator, "{text}");
            let [row] = table.rows.as_slice() else { panic!("{text}: {:?}", table.rows) };
            assert_eq!(row.card, Some(CardNamed::Id(CardId::new(48_201))));
            assert_eq!(
                (row.kind, row.amount.as_str(), row.note.as_deref()),
                (Some(BatchOperation::Load), "1,250.00", Some("Viáticos, mayo"))
            );
            assert_eq!(row.problems, []);
        }
    }

    #[test]
    fn a_card_may_be_named_by_document_and_last_four() {
        let table = table("DPI;Últimos 4;Tipo;Importe\n2547 89012 0101;4417;retiro;12,5\n 254789012-0101 ;•••• 4417;retiro;12,5\n");
        let holder = Some(CardNamed::Holder("2547890120101".to_owned(), "4417".parse().unwrap()));
        assert_eq!(table.rows.iter().map(|row| row.card.clone()).collect::<Vec<_>>(), [holder.clone(), holder]);
        assert_eq!(table.clues.point_thousands, 2);
    }

    #[test]
    fn lines_are_those_of_the_file_and_empty_rows_are_passed_over() {
        let table = table("\n\ntarjeta,operacion,monto\n1,carga,5\n\n,,\n 2 , carga , 6 \n");
        assert_eq!(table.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [4, 7]);
        assert!(table.rows.iter().all(|row| row.problems.is_empty()));
    }

    #[test]
    fn lines_are_counted_alike_whatever_ends_them() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["tarjeta,operacion,monto,nota", "1,carga,5,\"a", "b\"", "", "2,carga,6,x", "3,carga,7,y", ""].join(end);
            assert_eq!(table(&text).rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 5, 6], "{end:?}");
        }
    }

    #[test]
    fn every_bad_cell_is_told_at_its_column_and_the_other_rows_are_read() {
        let text = "tarjeta,ultimos4,operacion,monto,moneda,nota\n\
            x1,44,cargo,5,quetzal,ok\n\
            ,,,,,\n\
            ,,carga,5,,\n\
            4111111111111111,,carga,5,gtq,4111 1111 1111 1111\n\
            7,,,5,GTQ,\u{202e}nota\n\
            7,,carga,5,,aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeef\n\
            7,,carga,5,,a,surplus\n\
            7,4417,carga,5,GTQ,a\n";
        let table = table(text);
        let told: Vec<_> = table.rows.iter().map(|row| (row.line, problems(row))).collect();
        assert_eq!(
            told,
            [
                (
                    2,
                    vec![
                        (Field::LastFour, FieldCode::LastFourForm),
                        (Field::CardId, FieldCode::CardIdForm),
                        (Field::Operation, FieldCode::OperationUnknown),
                        (Field::Currency, FieldCode::CurrencyForm),
                    ]
                ),
                (4, vec![(Field::CardId, FieldCode::Missing)]),
                (5, vec![(Field::CardId, FieldCode::CardNumberGiven), (Field::Note, FieldCode::CardNumberGiven)]),
                (6, vec![(Field::Operation, FieldCode::Missing), (Field::Note, FieldCode::Unprintable)]),
                (7, vec![(Field::Note, FieldCode::TooLong)]),
                (8, vec![(Field::Row, FieldCode::CellCount)]),
                (9, vec![]),
            ]
        );
    }

    #[test]
    fn a_whole_card_number_is_nowhere_in_what_is_kept() {
        let table = table(
            "tarjeta,operacion,monto,nota,otra\n4111111111111111,4111111111111111,4111111111111111,4111-1111-1111-1111,4111111111111111\n",
        );
        assert!(!format!("{table:?}").replace('-', "").contains("411111111111"), "{table:?}");
        assert_eq!(table.rows[0].cells, ["•••• 1111"; 5]);
    }

    #[test]
    fn a_quotation_mark_that_is_not_closed_swallows_no_row_in_silence() {
        let table = table("tarjeta,operacion,monto,nombre\n1,carga,5,\"Pepe\n2,carga,6,x\n3,carga,7,y\n");
        assert_eq!(problems(&table.rows[0]), [(Field::Row, FieldCode::LineBreak)]);
    }

    #[test]
    fn what_the_desk_wrote_itself_reads_back_as_it_was() {
        let table = table("tarjeta,operacion,monto,nota\n1,carga,5,'=bono\n1,carga,5,'tis\n");
        assert_eq!(table.rows.iter().map(|row| row.note.as_deref()).collect::<Vec<_>>(), [Some("=bono"), Some("'tis")]);
    }

    #[test]
    fn a_file_of_which_nothing_can_be_made_is_refused_with_its_reason() {
        let code = |bytes: &[u8]| read(bytes).map(|table| table.rows.len()).unwrap_err();
        assert_eq!(code(b"").code, ErrorCode::TableEmpty);
        assert_eq!(code(b"\n\n").code, ErrorCode::TableEmpty);
        assert_eq!(code(b"tarjeta,operacion,monto\n").code, ErrorCode::TableEmpty);
        assert_eq!(code(b"tarjeta,tarjeta,operacion,monto\n1,1,carga,5\n").code, ErrorCode::TableColumnTwice);
        assert_eq!(code(&vec![b'a'; MAX_BYTES + 1]).code, ErrorCode::TableTooLarge);
        let missing = code("documento,nombre,monto\n1,2,3\n".as_bytes());
        assert_eq!(missing.code, ErrorCode::TableColumnsMissing);
        assert_eq!(missing.fields.iter().map(|problem| problem.field).collect::<Vec<_>>(), [Field::LastFour, Field::Operation]);
        let rows = |count: usize| format!("tarjeta,operacion,monto\n{}", "1,carga,5\n".repeat(count));
        assert_eq!(read(rows(MAX_ROWS).as_bytes()).unwrap().rows.len(), MAX_ROWS);
        assert_eq!(code(rows(MAX_ROWS + 1).as_bytes()).code, ErrorCode::TableTooLong);
    }

    #[test]
    fn the_same_bytes_have_the_same_digest() {
        let digest = |text: &str| table(text).digest;
        let text = "tarjeta,operacion,monto\n1,carga,5\n";
        assert_eq!(digest(text), digest(text));
        assert_ne!(digest(text), digest(&text.replace('5', "6")));
        assert_eq!(digest(text).len(), 64);
    }

    /// Cells as spreadsheets hold them, with everything that could be taken for a separator or a quotation mark.
    fn cell() -> impl Strategy<Value = String> {
        "[a-zñÁ0-9 ,;\"'=.\\-]{0,14}"
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&bytes);
        }

        #[test]
        fn no_rows_below_sound_titles_panic_and_none_is_lost(body in "[a-z0-9,;\"\t \u{a0}ñ€.•\r\n-]{0,300}") {
            let Ok(table) = read(format!("tarjeta,operacion,monto,nota\n{body}").as_bytes()) else {
                return Ok(());
            };
            // Whatever is between two line breaks is a row, empty, or within a row that is told to run over lines.
            let written = body.split(['\n', '\r']).filter(|line| line.chars().any(|character| !",\" \t\u{a0}".contains(character))).count();
            let runs_over = table.rows.iter().any(|row| problems(row).contains(&(Field::Row, FieldCode::LineBreak)));
            prop_assert!(runs_over || table.rows.len() >= written, "{} of {written}: {body:?}", table.rows.len());
        }

        #[test]
        fn what_a_spreadsheet_writes_is_read_cell_by_cell(
            rows in prop::collection::vec((cell(), cell(), cell(), cell()), 1..12),
            separator in prop::sample::select(vec![b',', b';', b'\t']),
        ) {
            let mut writer = csv::WriterBuilder::new().delimiter(separator).from_writer(Vec::new());
            writer.write_record(["Tarjeta", "Operación", "Monto", "Nota"]).expect("titles");
            for (card, operation, amount, note) in &rows {
                writer.write_record([card, operation, amount, note]).expect("a row");
            }
            let Ok(table) = read(&writer.into_inner().expect("bytes")) else {
                prop_assert!(rows.iter().all(|(a, b, c, d)| [a, b, c, d].iter().all(|cell| cell.trim().is_empty())));
                return Ok(());
            };
            let held: Vec<[&str; 4]> = rows
                .iter()
                .map(|(card, operation, amount, note)| [card.as_str(), operation, amount, note])
                .filter(|cells| cells.iter().any(|cell| !cell.trim().is_empty()))
                .collect();
            prop_assert_eq!(table.rows.len(), held.len());
            for (row, cells) in table.rows.iter().zip(held) {
                prop_assert!(row.cells.iter().zip(cells).all(|(kept, cell)| kept == cell), "{:?} of {cells:?}", row.cells);
            }
        }
    }
}
