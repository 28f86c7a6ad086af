//! Tables as CSV that spreadsheet programs open well: UTF-8 with the mark by which they know it, CRLF, and no cell that they
//! would take for a formula.
//!
//! Owns the form of the bytes; whose rows they are is the callers' business, and so is the file (`output_file`).

use crate::error::{DeskResult, ErrorCode, ErrorView};

/// What tells a spreadsheet program that a file is UTF-8.
const UTF8_MARK: &[u8] = "\u{feff}".as_bytes();

/// A table that is being written.
pub(crate) struct TableFile {
    writer: csv::Writer<Vec<u8>>,
    rows: usize,
}

impl TableFile {
    /// A table with its titles.
    pub(crate) fn new(titles: &[String]) -> DeskResult<Self> {
        let writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(UTF8_MARK.to_vec());
        let mut table = Self { writer, rows: 0 };
        table.write(titles)?;
        Ok(table)
    }

    /// Adds a row: as many cells as there are titles.
    ///
    /// # Errors
    /// If there are more or fewer.
    pub(crate) fn add(&mut self, cells: &[String]) -> DeskResult<()> {
        self.rows += 1;
        self.write(cells)
    }

    /// How many rows there are, the titles not counted.
    pub(crate) const fn rows(&self) -> usize {
        self.rows
    }

    /// The file's bytes.
    pub(crate) fn into_bytes(self) -> DeskResult<Vec<u8>> {
        self.writer.into_inner().map_err(|error| unwritable(&error.to_string()))
    }

    fn write(&mut self, cells: &[String]) -> DeskResult<()> {
        self.writer.write_record(cells.iter().map(|cell| harmless(cell))).map_err(|error| unwritable(&error.to_string()))
    }
}

fn unwritable(reason: &str) -> ErrorView {
    ErrorView::new(ErrorCode::Internal).with_message(reason)
}

/// What begins another cell somewhere: where the comma is the decimal sign, spreadsheet programs divide lines at semicolons,
/// and see no quotes in the middle of what they take for a cell.
const ALSO_DIVIDES: [char; 4] = [';', '\t', '\r', '\n'];

/// A cell that no spreadsheet program runs: what could begin a formula gets an apostrophe before it, by which they know
/// text. Plain numbers stay as they are, so that amounts can be summed.
fn harmless(cell: &str) -> String {
    of_parts(cell, guarded)
}

/// A cell of whose parts, as some programs divide it, each became another. The dividers stay.
fn of_parts(cell: &str, of: impl Fn(&str) -> String) -> String {
    cell.split_inclusive(ALSO_DIVIDES).fold(String::with_capacity(cell.len()), |mut whole, part| {
        let (words, divider) = match part.char_indices().next_back() {
            Some((at, last)) if ALSO_DIVIDES.contains(&last) => part.split_at(at),
            _ => (part, ""),
        };
        whole.push_str(&of(words));
        whole.push_str(divider);
        whole
    })
}

fn guarded(cell: &str) -> String {
    // Spaces before it do not keep some programs from taking a formula for one, nor do the wide forms of the signs, nor quotes,
    // which are written twice and read as an empty text.
    let begins = cell.trim_start_matches(['"', ' ', '\u{a0}', '\u{3000}', '\u{feff}']);
    let is_suspect = begins.starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    if is_suspect && !is_plain_number(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// A cell as it was before [`harmless`] marked it, when a file of ours is read again.
pub(crate) fn unguarded(cell: &str) -> String {
    of_parts(cell, |part| part.strip_prefix('\'').filter(|bare| guarded(bare) == part).unwrap_or(part).to_owned())
}

/// `1250`, `-157.50`: digits, perhaps a minus before them, perhaps a point between them, and nothing else.
fn is_plain_number(cell: &str) -> bool {
    let unsigned = cell.strip_prefix('-').unwrap_or(cell);
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    unsigned.split_once('.').map_or_else(|| are_digits(unsigned), |(whole, fraction)| are_digits(whole) && are_digits(fraction))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_could_be_a_formula_is_marked_as_text() {
        let formulas = ["=HYPERLINK(\"http://x\")", "+1+1", "-1+1", "@SUM(A1)", " =1", "＝1"];
        let almost_numbers = ["-", "-.5", "- 1", "+1", "+50255120001", "+502 5512", "-1e3", "-1.2.3"];
        for hostile in formulas.into_iter().chain(almost_numbers) {
            assert_eq!(harmless(hostile), format!("'{hostile}"), "{hostile:?}");
        }
    }

    #[test]
    fn what_becomes_a_cell_only_where_lines_are_divided_otherwise_is_marked_as_well() {
        for (hostile, told) in [
            ("a;=cmd|' /C calc'!A0;b", "a;'=cmd|' /C calc'!A0;b"),
            ("a; +1+1", "a;' +1+1"),
            ("a;\"=1+1;b", "a;'\"=1+1;b"),
            ("\t=1", "\t'=1"),
            ("a\r\n@SUM(A1)", "a\r\n'@SUM(A1)"),
            ("=1;=2", "'=1;'=2"),
            ("a;b;-5.00", "a;b;-5.00"),
        ] {
            assert_eq!(harmless(hostile), told);
            assert_eq!(unguarded(told), hostile);
        }
    }

    #[test]
    fn names_and_plain_numbers_stay_as_they_are() {
        for plain in ["", "0", "1250.00", "-157.50", "-0.0001", "María-José", "O'Neill", "•••• 4417", "a=b"] {
            assert_eq!(harmless(plain), plain);
        }
    }

    #[test]
    fn the_file_begins_with_the_mark_and_quotes_what_needs_it() {
        let text = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let mut table = TableFile::new(&text(&["Nombre", "Monto"])).expect("titles");
        table.add(&text(&["Ramírez, \"Pepe\"\nNúñez", "-157.50"])).expect("a row");
        assert_eq!(table.rows(), 1);
        let bytes = table.into_bytes().expect("bytes");
        assert_eq!(String::from_utf8(bytes).expect("UTF-8"), "\u{feff}Nombre,Monto\r\n\"Ramírez, \"\"Pepe\"\"\nNúñez\",-157.50\r\n");
    }

    #[test]
    fn a_row_of_another_length_is_refused() {
        let mut table = TableFile::new(&["a".to_owned(), "b".to_owned()]).expect("titles");
        assert!(table.add(&["only one".to_owned()]).is_err());
    }

    proptest! {
        #[test]
        fn every_cell_that_is_read_back_begins_no_formula_or_is_a_plain_number(cells in prop::collection::vec("[=+@\\-\t\r\n;0-9. a\",ñ']{0,12}", 1..5)) {
            let titles = vec!["t".to_owned(); cells.len()];
            let mut table = TableFile::new(&titles).expect("titles");
            table.add(&cells).expect("a row");
            let bytes = table.into_bytes().expect("bytes");
            let mut reader = csv::Reader::from_reader(bytes.strip_prefix(UTF8_MARK).expect("the mark"));
            let read = reader.records().next().expect("a row").expect("sound CSV");
            prop_assert_eq!(read.len(), cells.len());
            for (cell, given) in read.iter().zip(&cells) {
                for part in cell.split([';', '\t', '\r', '\n']) {
                    // No float: one reads `+1` and `-1e3`, which a spreadsheet program takes for formulas.
                    let is_number =
                        part.strip_prefix('-').is_some_and(|digits| digits.bytes().all(|byte| byte == b'.' || byte.is_ascii_digit()));
                    prop_assert!(is_number || !part.trim_start_matches([' ', '"']).starts_with(['=', '+', '-', '@']), "{:?}", cell);
                }
                prop_assert!(cell.replace('\'', "") == given.replace('\'', ""), "{:?} of {:?}", cell, given);
                prop_assert!(unguarded(cell) == *given || given.contains('\''), "{:?} of {:?}", cell, given);
            }
        }
    }
}
