//! From the embosser's list to rows: which card each names.
//!
//! Owns the columns of such a list, and that no whole card number gets beyond this file: of every number the last four digits
//! are kept, whether its check digit fits or not. A whole number whose check digit does not fit is no card's and names none:
//! spreadsheets keep fifteen digits, and write zeros for the rest. Encodings, separators and lines are read as those of a batch.

use cardesk_domain::pan::with_numbers_masked;
use cardesk_domain::text::fold_for_search;
use cardesk_domain::{CardId, LastFour, Pan};

use crate::batch::{Column as BatchColumn, Lines, bare, decode, records_of, separator_of};
use crate::error::{ErrorCode, ErrorView};
use crate::print_contents::MOST_INSERTS;
use crate::table_file::unguarded;

/// The largest list: 100,000 rows with long names take less than ten.
pub(super) const MAX_BYTES: usize = 16 * 1024 * 1024;

/// The fewest digits that are taken for a whole card number.
const FEWEST_DIGITS: usize = 12;

/// What stands for digits that are not shown.
const MASKS: [char; 7] = ['*', '•', '·', 'x', 'X', '#', '●'];

/// A column that means something here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    /// The gateway's id of the card.
    Id,
    /// The card's number, whole or masked.
    Number,
    /// Its last four digits.
    LastFour,
    /// The name on the plastic.
    Name,
}

impl Column {
    const ALL: [Self; 4] = [Self::Id, Self::Number, Self::LastFour, Self::Name];

    /// The titles that name it, as [`bare`] leaves them.
    const fn titles(self) -> &'static [&'static str] {
        match self {
            Self::Id => &["id", "idtarjeta", "iddetarjeta", "iddelatarjeta", "cardid", "idofcard", "idofthecard"],
            Self::Number => &[
                "tarjeta",
                "numerodetarjeta",
                "numerotarjeta",
                "nodetarjeta",
                "notarjeta",
                "numerodelatarjeta",
                "card",
                "cardnumber",
                "cardno",
                "pan",
                "maskedpan",
                "panenmascarado",
                "tarjetaenmascarada",
            ],
            Self::LastFour => BatchColumn::LastFour.titles(),
            Self::Name => &[
                "nombre",
                "nombrecompleto",
                "nombreenlatarjeta",
                "nombreentarjeta",
                "nombreembozado",
                "nombreaembozar",
                "embozado",
                "titular",
                "tarjetahabiente",
                "name",
                "fullname",
                "nameoncard",
                "embossedname",
                "cardholder",
                "cardholdername",
            ],
        }
    }

    fn of_title(title: &str) -> Option<Self> {
        let title = bare(title);
        Self::ALL.into_iter().find(|column| column.titles().contains(&title.as_str()))
    }
}

/// A row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ListRow {
    /// The line of the file in which it begins; the titles' is 1.
    pub(super) line: u32,
    /// How it names its card; `None` if that can't be read.
    pub(super) card: Option<CardNamed>,
    /// The name's words, folded; empty where there is none.
    pub(super) name: Vec<String>,
    /// What stands there, without any whole number.
    pub(super) text: String,
    /// Whether a whole number is all that names its card.
    is_whole_number: bool,
}

/// How a row names its card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CardNamed {
    /// By its id, and its last four digits where they stand there as well.
    Id(CardId, Option<LastFour>),
    /// By its last four digits.
    LastFour(LastFour),
    /// By four digits in a column for either.
    Either(CardId, LastFour),
}

/// Reads a list.
///
/// # Errors
/// If nothing can be made of the whole of it: too large, no text, no rows, no title that names cards.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<ListRow>, ErrorView> {
    if bytes.len() > MAX_BYTES {
        return Err(too_large());
    }
    let decoded = decode(bytes)?;
    let text = decoded.text.trim_start_matches(['\r', '\n']);
    let (separator, text) = separator_of(text, |title| Column::of_title(title).is_some());
    let mut lines = Lines::of(&decoded.text);
    let offset = decoded.text.len() - text.len();
    let mut records = records_of(text, separator);
    let titles = records.next().ok_or_else(|| ErrorView::new(ErrorCode::TableEmpty))?;
    let columns = columns_of(&titles.map_err(|_| not_text())?)?;
    let mut rows: Vec<ListRow> = Vec::new();
    let mut are_cut = false;
    for record in records {
        let record = record.map_err(|_| not_text())?;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if rows.len() == MOST_INSERTS {
            return Err(ErrorView::new(ErrorCode::TableTooLong).with_param("max", MOST_INSERTS.to_string()));
        }
        let begins_at = record.position().map_or(0, csv::Position::byte);
        rows.push(row_of(&record, &columns, lines.at(offset + usize::try_from(begins_at).unwrap_or_default())));
        are_cut |= columns.iter().zip(&record).any(|(column, cell)| *column == Some(Column::Number) && is_cut(&unguarded(cell.trim())));
    }
    if are_cut {
        // By one in ten the zero fits as a check digit: in a list whose numbers were cut, it is nobody's last digit for sure.
        for row in rows.iter_mut().filter(|row| row.is_whole_number && row.name.is_empty()) {
            row.card = row.card.take().filter(|card| !matches!(card, CardNamed::LastFour(digits) if digits.as_str().ends_with('0')));
        }
    }
    if rows.is_empty() { Err(ErrorView::new(ErrorCode::TableEmpty)) } else { Ok(rows) }
}

pub(super) fn too_large() -> ErrorView {
    ErrorView::new(ErrorCode::TableTooLarge).with_param("max", (MAX_BYTES / (1024 * 1024)).to_string())
}

const fn not_text() -> ErrorView {
    ErrorView::new(ErrorCode::TableNotText)
}

fn columns_of(titles: &csv::StringRecord) -> Result<Vec<Option<Column>>, ErrorView> {
    let columns: Vec<Option<Column>> = titles.iter().map(Column::of_title).collect();
    for (position, title) in titles.iter().enumerate() {
        if columns[position].is_some() && columns[..position].contains(&columns[position]) {
            return Err(ErrorView::new(ErrorCode::TableColumnTwice).with_param("title", without_numbers(title.trim())));
        }
    }
    let names_cards = columns.iter().flatten().any(|column| *column != Column::Name);
    if names_cards { Ok(columns) } else { Err(ErrorView::new(ErrorCode::EmbosserColumnsMissing)) }
}

fn row_of(record: &csv::StringRecord, columns: &[Option<Column>], line: u32) -> ListRow {
    let cells: Vec<String> = record.iter().map(|cell| unguarded(cell.trim())).collect();
    let cell = |wanted: Column| {
        let position = columns.iter().position(|column| *column == Some(wanted))?;
        cells.get(position).map(String::as_str).filter(|cell| !cell.is_empty())
    };
    let shown = Column::ALL.into_iter().filter_map(cell).map(without_numbers).collect::<Vec<_>>().join(" · ");
    // A cell that runs over lines has most often swallowed the rows below it.
    let is_one_line = !record.iter().any(|cell| cell.contains(['\n', '\r']));
    ListRow {
        line,
        card: if is_one_line { card_of(cell(Column::Id), cell(Column::Number), cell(Column::LastFour)) } else { None },
        name: words_of(&without_numbers(cell(Column::Name).unwrap_or_default())),
        text: shown.split_whitespace().collect::<Vec<_>>().join(" "),
        is_whole_number: cell(Column::Number).is_some_and(is_whole) && cell(Column::Id).or_else(|| cell(Column::LastFour)).is_none(),
    }
}

/// How the cells name a card. What stands there must be readable: a cell that is not is never passed over for another.
fn card_of(id: Option<&str>, number: Option<&str>, last_four: Option<&str>) -> Option<CardNamed> {
    let last_four = last_four.map(digits_at_end).map_or(Ok(None), |digits| digits.map(Some).ok_or(())).ok()?;
    let by_number = number.map(number_of).map_or(Ok(None), |card| card.map(Some).ok_or(())).ok()?;
    let by_id = id.map(|id| id.parse().ok()).map_or(Ok(None), |id: Option<CardId>| id.map(Some).ok_or(())).ok()?;
    let agree = |one: LastFour, other: Option<LastFour>| other.is_none_or(|other| other == one).then_some(one);
    match (by_id, by_number) {
        (Some(id), None) => Some(CardNamed::Id(id, last_four)),
        (Some(id), Some(CardNamed::LastFour(digits) | CardNamed::Either(_, digits))) => {
            Some(CardNamed::Id(id, Some(agree(digits, last_four)?)))
        }
        (Some(id), Some(CardNamed::Id(other, _))) => (id == other).then_some(CardNamed::Id(id, last_four)),
        (None, Some(CardNamed::LastFour(digits))) => Some(CardNamed::LastFour(agree(digits, last_four)?)),
        (None, Some(CardNamed::Id(id, _))) => Some(CardNamed::Id(id, last_four)),
        (None, Some(CardNamed::Either(id, digits))) => Some(match last_four {
            Some(last_four) if last_four == digits => CardNamed::LastFour(digits),
            Some(last_four) => CardNamed::Id(id, Some(last_four)),
            None => CardNamed::Either(id, digits),
        }),
        (None, None) => last_four.map(CardNamed::LastFour),
    }
}

/// A card by what stands in a column for its number: a whole number, a masked one, the last four, or its id.
fn number_of(cell: &str) -> Option<CardNamed> {
    if is_whole(cell) || cell.contains(MASKS) {
        return digits_at_end(cell).map(CardNamed::LastFour);
    }
    let id: CardId = cell.parse().ok()?;
    Some(match cell.parse::<LastFour>() {
        Ok(digits) => CardNamed::Either(id, digits),
        Err(_) => CardNamed::Id(id, None),
    })
}

/// Whether so many digits stand there that it is a whole number.
fn is_whole(cell: &str) -> bool {
    !cell.contains(MASKS) && cell.bytes().filter(u8::is_ascii_digit).count() >= FEWEST_DIGITS
}

/// Whether it is a whole number as a spreadsheet leaves one of which it has no room for the end.
fn is_cut(cell: &str) -> bool {
    is_whole(cell) && cell.ends_with('0') && cell.parse::<Pan>().is_err()
}

/// The last four characters, if they are digits and everything before them is digits, white or a mask; of a whole number only
/// if its check digit fits.
fn digits_at_end(cell: &str) -> Option<LastFour> {
    if is_whole(cell) {
        return cell.parse::<Pan>().ok().map(|number| number.last_four());
    }
    let is_number =
        |character: char| character.is_ascii_digit() || character.is_whitespace() || character == '-' || MASKS.contains(&character);
    if !cell.chars().all(is_number) {
        return None;
    }
    let start = cell.len().checked_sub(4)?;
    cell.get(start..)?.parse().ok()
}

/// The words of a name, as they are compared.
pub(super) fn words_of(name: &str) -> Vec<String> {
    fold_for_search(name).split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// A cell as it may be shown: of everything that could be a whole card number, the last four digits.
fn without_numbers(cell: &str) -> String {
    let masked = with_numbers_masked(cell).unwrap_or_else(|| cell.to_owned());
    let digits: Vec<char> = masked.chars().filter(char::is_ascii_digit).collect();
    if digits.len() < FEWEST_DIGITS {
        return masked;
    }
    let last: String = digits[digits.len() - 4..].iter().collect();
    format!("•••• {last}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn digits(text: &str) -> LastFour {
        text.parse().expect("four digits")
    }

    fn cards(text: &str) -> Vec<Option<CardNamed>> {
        read(text.as_bytes()).expect("a list").into_iter().map(|row| row.card).collect()
    }

    #[test]
    fn a_card_is_named_by_its_id_its_number_or_its_last_four() {
        for (text, card) in [
            ("ID de la tarjeta\n48213\n", CardNamed::Id(CardId::new(48_213), None)),
            ("Tarjeta;Nombre\n48213;ANA\n", CardNamed::Id(CardId::new(48_213), None)),
            ("PAN,Nombre\n411111******4417,ANA\n", CardNamed::LastFour(digits("4417"))),
            ("Tarjeta\tTitular\n•••• 4417\tANA\n", CardNamed::LastFour(digits("4417"))),
            ("Número de tarjeta,Nombre\n4111 1111 1111 1111,ANA\n", CardNamed::LastFour(digits("1111"))),
            ("Últimos 4,Nombre\n0417,ANA\n", CardNamed::LastFour(digits("0417"))),
            ("Tarjeta,Nombre\n4417,ANA\n", CardNamed::Either(CardId::new(4_417), digits("4417"))),
            ("Tarjeta,Últimos 4\n48213,4417\n", CardNamed::Id(CardId::new(48_213), Some(digits("4417")))),
        ] {
            assert_eq!(cards(text), [Some(card)], "{text}");
        }
    }

    #[test]
    fn what_can_not_be_read_is_a_row_without_a_card_and_never_a_guess() {
        let text = "id,pan,ultimos4,nombre\nx1,,,ANA\n,41-x,,ANA\n,,44,ANA\n,,,ANA\n,411111******4417,4418,ANA\n7,,4417,\"ANA\nLUZ\"\n";
        assert_eq!(cards(text), [const { None }; 6]);
    }

    #[test]
    fn a_number_that_a_spreadsheet_cut_names_no_card() {
        // The check digit of the first fits by chance; what is masked or has a name says enough.
        let text = "Tarjeta,Nombre\n4000000000004780,\n4111111111111110,\n4111111111111110,ANA\n4000000000004780,ANA\n411111******0930,\n4111111111111111,\n";
        let named = |text: &str| Some(CardNamed::LastFour(digits(text)));
        assert_eq!(cards(text), [None, None, None, named("4780"), named("0930"), named("1111")]);
        // Among numbers that are whole it is a number like any other.
        assert_eq!(cards("Tarjeta,Nombre\n4000000000004780,\n4111111111111111,\n"), [named("4780"), named("1111")]);
        assert_eq!(cards("Tarjeta,Últimos 4\n4111111111111110,1110\n4000000000004780,4780\n"), [None, named("4780")]);
        assert_eq!(cards("Últimos 4,Nombre\n4111111111111112,ANA\n411111111111,ANA\n"), [None, None]);
    }

    #[test]
    fn rows_have_the_lines_of_the_file() {
        let rows = read(b"\nultimos4,nombre\n4417,ANA\n\n0932,LUZ\n").expect("a list");
        assert_eq!(rows.iter().map(|row| (row.line, row.text.as_str())).collect::<Vec<_>>(), [(3, "4417 · ANA"), (5, "0932 · LUZ")]);
        assert_eq!(rows[0].name, ["ana"]);
    }

    #[test]
    fn a_file_of_which_nothing_can_be_made_is_refused_with_its_reason() {
        let code = |bytes: &[u8]| read(bytes).map(|rows| rows.len()).expect_err("it is refused").code;
        assert_eq!(code(b""), ErrorCode::TableEmpty);
        assert_eq!(code(b"ultimos4\n"), ErrorCode::TableEmpty);
        assert_eq!(code(b"nombre,saldo\nANA,5\n"), ErrorCode::EmbosserColumnsMissing);
        assert_eq!(code(b"pan,tarjeta\n1,2\n"), ErrorCode::TableColumnTwice);
        assert_eq!(code(b"PK\x03\x04"), ErrorCode::TableIsWorkbook);
        assert_eq!(code(&vec![b'a'; MAX_BYTES + 1]), ErrorCode::TableTooLarge);
    }

    #[test]
    fn no_title_names_two_columns() {
        let all: Vec<&str> = Column::ALL.iter().flat_map(|column| column.titles()).copied().collect();
        let distinct: std::collections::HashSet<&str> = all.iter().copied().collect();
        assert_eq!(all.len(), distinct.len());
        assert!(all.iter().all(|title| bare(title) == *title));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = read(&bytes);
        }

        #[test]
        fn a_whole_card_number_is_nowhere_in_what_is_read(
            number in "[1-9][0-9]{12,18}", column in prop::sample::select(vec!["pan", "id", "ultimos4", "nombre"]), name in "[A-Z]{0,6}",
        ) {
            let text = format!("{},pan,ultimos4\n{name} {number},1234,1234\n", if column == "nombre" { "nombre" } else { "titular" });
            let other = format!("{column},titular\n{number},{name}\n");
            for text in [text, other] {
                let said = format!("{:?}", read(text.as_bytes()));
                // An id of that length is read as one: the gateway's ids are numbers.
                prop_assert!(column == "id" && said.contains("Id(") || !said.contains(&number[..number.len() - 4]), "{said}");
            }
        }
    }
}
