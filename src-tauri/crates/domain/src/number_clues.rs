//! What a column of amounts says about how its numbers are written.
//!
//! Owns telling the two styles of [`NumberStyle`] apart by what can be read in one of them alone. A column that says
//! nothing, or both, is left to a person: nothing here chooses. How one amount is read is `money`'s.

use crate::money::{MAX_PLACES, MoneyError, NumberStyle};

/// How many amounts of a column can be read in one style alone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NumberClues {
    /// Amounts such as `1,234.50` and `12.5`.
    pub comma_thousands: usize,
    /// Amounts such as `1.234,50` and `12,5`.
    pub point_thousands: usize,
}

impl NumberClues {
    /// What these amounts say together. `1250`, `1,250` and what is no amount at all say nothing.
    #[must_use]
    pub fn of<'text>(amounts: impl IntoIterator<Item = &'text str>) -> Self {
        let mut clues = Self::default();
        for amount in amounts {
            match only_style_of(amount) {
                Some(NumberStyle::CommaThousands) => clues.comma_thousands += 1,
                Some(NumberStyle::PointThousands) => clues.point_thousands += 1,
                None => {}
            }
        }
        clues
    }

    /// The style, if there are clues to one and none to the other.
    #[must_use]
    pub const fn style(self) -> Option<NumberStyle> {
        match (self.comma_thousands, self.point_thousands) {
            (0, 0) => None,
            (_, 0) => Some(NumberStyle::CommaThousands),
            (0, _) => Some(NumberStyle::PointThousands),
            _ => None,
        }
    }

    /// Whether there are clues to both.
    #[must_use]
    pub const fn is_mixed(self) -> bool {
        self.comma_thousands > 0 && self.point_thousands > 0
    }
}

/// The one style in which the amount can be read, if there is exactly one and the other can't be meant.
#[must_use]
pub fn only_style_of(amount: &str) -> Option<NumberStyle> {
    let comma = NumberStyle::CommaThousands.parse(amount, MAX_PLACES);
    let point = NumberStyle::PointThousands.parse(amount, MAX_PLACES);
    match (&comma, &point) {
        // One group of three after one sign: a thousand in one style, three decimals in the other.
        (Ok(_), Err(MoneyError::Ambiguous)) | (Err(MoneyError::Ambiguous), Ok(_)) if has_one_group_of_three(amount) => None,
        (Ok(_), Err(_)) => Some(NumberStyle::CommaThousands),
        (Err(_), Ok(_)) => Some(NumberStyle::PointThousands),
        _ => None,
    }
}

/// `1,250` or `1.250`: one to three digits that begin with no zero, one sign, three digits.
fn has_one_group_of_three(amount: &str) -> bool {
    let Some((whole, rest)) = amount.trim().split_once([',', '.']) else {
        return false;
    };
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (1..=3).contains(&whole.len()) && !whole.starts_with('0') && rest.len() == 3 && are_digits(whole) && are_digits(rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::money::Amount;

    #[test]
    fn only_what_can_be_read_in_one_way_alone_is_a_clue() {
        for amount in ["1,234.50", "12.5", "0.125", "1,234,567", "1234.567", "7.00"] {
            assert_eq!(only_style_of(amount), Some(NumberStyle::CommaThousands), "{amount}");
        }
        for amount in ["1.234,50", "12,5", "0,125", "1.234.567", "1234,567", "7,00"] {
            assert_eq!(only_style_of(amount), Some(NumberStyle::PointThousands), "{amount}");
        }
        for amount in ["1250", "1,250", "1.250", "999.999", "", "x", "Q5", "1.2.3", "-5.00", "1e3"] {
            assert_eq!(only_style_of(amount), None, "{amount}");
        }
    }

    #[test]
    fn a_column_has_a_style_only_if_all_its_clues_agree() {
        assert_eq!(NumberClues::of(["1250", "1,250", "3.5"]).style(), Some(NumberStyle::CommaThousands));
        assert_eq!(NumberClues::of(["1250", "1.250", "3,5"]).style(), Some(NumberStyle::PointThousands));
        assert_eq!(NumberClues::of(["1250", "1,250"]).style(), None);
        let mixed = NumberClues::of(["3.5", "3,5"]);
        assert!(mixed.is_mixed() && mixed.style().is_none());
    }

    proptest! {
        #[test]
        fn a_column_written_in_one_style_is_never_taken_for_the_other(
            counts in prop::collection::vec((0_i64..100_000_000, 0_u32..5), 1..40), is_comma in any::<bool>(),
        ) {
            let style = if is_comma { NumberStyle::CommaThousands } else { NumberStyle::PointThousands };
            let written: Vec<String> = counts.iter().map(|(count, places)| write(*count, *places, is_comma)).collect();
            let clues = NumberClues::of(written.iter().map(String::as_str));
            prop_assert!(clues.style().is_none_or(|found| found == style), "{written:?}");
            prop_assert!(!clues.is_mixed(), "{written:?}");
            for ((count, places), text) in counts.iter().zip(&written) {
                let amount = Amount::from_ten_thousandths(count * 10_i64.pow(4 - places));
                // Three decimals after one group are refused, never misread.
                prop_assert!(matches!(style.parse(text, 4), Ok(read) if read == amount) || *places == 3, "{text}");
            }
        }
    }

    /// A number of `places` decimals, its thousands grouped.
    fn write(count: i64, places: u32, is_comma: bool) -> String {
        let factor = 10_i64.pow(places);
        let mut whole = (count / factor).to_string();
        for end in (1..whole.len()).rev().filter(|end| (whole.len() - end).is_multiple_of(3)).collect::<Vec<_>>() {
            whole.insert(end, if is_comma { ',' } else { '.' });
        }
        let point = if is_comma { '.' } else { ',' };
        if places == 0 { whole } else { format!("{whole}{point}{:0width$}", count % factor, width = places as usize) }
    }
}
