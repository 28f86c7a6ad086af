//! Lengths as people type them: millimetres, with a point or a comma before the decimals.

/// The most decimals of a length: thousandths of a millimetre.
const MOST_DECIMALS: usize = 3;

/// The most digits before them: nothing on paper is a kilometre long.
const MOST_DIGITS: usize = 5;

/// A length in thousandths of a millimetre; a minus is taken where it is typed. `None` for what is no length.
pub(super) fn micrometres_in(typed: &str) -> Option<i64> {
    let typed = typed.trim().trim_end_matches("mm").trim_end();
    let (is_negative, digits) = match typed.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest),
        None => (false, typed.strip_prefix('+').unwrap_or(typed)),
    };
    let (whole, decimals) = digits.split_once(['.', ',']).unwrap_or((digits, "0"));
    let is_number = |text: &str, most: usize| (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole, MOST_DIGITS) || !is_number(decimals, MOST_DECIMALS) {
        return None;
    }
    let thousandths = format!("{decimals:0<MOST_DECIMALS$}").parse::<i64>().ok()?;
    let length = whole.parse::<i64>().ok()? * 1000 + thousandths;
    Some(if is_negative { -length } else { length })
}

/// Thousandths of a millimetre as they are typed: `99.1`, without zeros at the end.
pub(super) fn typed(micrometres: u32) -> String {
    let text = format!("{}.{:03}", micrometres / 1000, micrometres % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_as_people_write_them() {
        for (text, length) in
            [("99.1", 99_100), ("99,1", 99_100), (" 210 ", 210_000), ("4.125 mm", 4_125), ("-0.3", -300), ("−0,25", -250), ("+1", 1000)]
        {
            assert_eq!(micrometres_in(text), Some(length), "{text}");
        }
        for none in ["", "x", "1.2345", "1,234.5", ".5", "5.", "1e3", "--1", "123456", "1 0", "٣"] {
            assert_eq!(micrometres_in(none), None, "{none}");
        }
    }

    #[test]
    fn a_length_is_written_as_it_is_read() {
        for length in [0, 4_650, 67_700, 210_000, 101_125] {
            assert_eq!(micrometres_in(&typed(length)), Some(i64::from(length)));
        }
    }
}
