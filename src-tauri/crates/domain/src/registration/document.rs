//! Guatemala's own numbers: the DPI and the NIT.
//!
//! Owns their forms and check characters. The gateway's contract states neither, so all of it only warns (A: the algorithms
//! are those that the registries publish for their forms).

/// What is unusual about a document's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DpiDoubt {
    /// Not 13 digits.
    Length,
    /// The ninth digit does not follow from the first eight.
    CheckDigit,
    /// The last four digits are no department (01 to 22) and municipality of it.
    Place,
}

/// How many municipalities each department has, from 01 to 22 (Guatemala's 340 municipalities, since 2015).
const MUNICIPALITIES: [u32; 22] = [17, 8, 16, 16, 14, 14, 19, 8, 24, 21, 9, 30, 33, 21, 8, 17, 14, 5, 11, 11, 7, 17];

/// What is unusual about a DPI (its CUI): eight digits, a check digit, two of the department, two of the municipality.
/// Spaces and dashes between the groups do not count.
///
/// The check digit is the sum of the first eight digits, weighted 2 to 9 from the left, modulo 11.
#[must_use]
pub fn dpi_doubt(number: &str) -> Option<DpiDoubt> {
    let digits: Vec<u32> =
        match number.chars().filter(|character| !matches!(character, ' ' | '-')).map(|digit| digit.to_digit(10)).collect() {
            Some(digits) => digits,
            None => return Some(DpiDoubt::Length),
        };
    let &[a, b, c, d, e, f, g, h, check, department_tens, department_units, town_tens, town_units] = digits.as_slice() else {
        return Some(DpiDoubt::Length);
    };
    let sum: u32 = [a, b, c, d, e, f, g, h].into_iter().zip(2..).map(|(digit, weight)| digit * weight).sum();
    if sum % 11 != check {
        return Some(DpiDoubt::CheckDigit);
    }
    let (department, town) = (department_tens * 10 + department_units, town_tens * 10 + town_units);
    let towns = (1..).zip(MUNICIPALITIES).find(|(number, _)| *number == department).map_or(0, |(_, towns)| towns);
    if (1..=towns).contains(&town) { None } else { Some(DpiDoubt::Place) }
}

/// What is unusual about a tax number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NitDoubt {
    /// Neither digits with a check character, nor `CF`.
    Form,
    /// The check character does not follow from the digits.
    CheckCharacter,
}

/// What is unusual about a NIT: digits and a check character (`576937-K`), or `CF` for a final consumer.
///
/// The check character completes the digits, weighted 2, 3, 4 … from the right, to a multiple of 11; ten is written `K`.
#[must_use]
pub fn nit_doubt(number: &str) -> Option<NitDoubt> {
    let packed: String = number.chars().filter(|character| !matches!(character, ' ' | '-' | '/')).collect::<String>().to_uppercase();
    if packed == "CF" {
        return None;
    }
    let Some((body, check)) = packed.char_indices().next_back().map(|(last, check)| (&packed[..last], check)) else {
        return Some(NitDoubt::Form);
    };
    let is_form = (1..=11).contains(&body.len()) && body.bytes().all(|byte| byte.is_ascii_digit());
    let Some(check) = (if check == 'K' { Some(10) } else { check.to_digit(10) }).filter(|_| is_form) else {
        return Some(NitDoubt::Form);
    };
    let sum: u32 = body.bytes().rev().zip(2..).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    if (11 - sum % 11) % 11 == check { None } else { Some(NitDoubt::CheckCharacter) }
}

/// Whether a passport has this number: 5 to 9 letters and digits, one digit at least (ICAO Doc 9303, part 4, gives it nine
/// places; no issuer uses fewer than five).
pub(super) fn is_passport_number(number: &str) -> bool {
    (5..=9).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && number.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_dpi_is_doubted_for_its_length_its_check_digit_and_its_place() {
        // 1·2+2·3+3·4+4·5+5·6+6·7+7·8+8·9 = 240, and 240 mod 11 = 9.
        assert_eq!(dpi_doubt("1234 56789 0101"), None);
        assert_eq!(dpi_doubt("1234-56789-2201"), None);
        assert_eq!(dpi_doubt("1234567880101"), Some(DpiDoubt::CheckDigit));
        assert_eq!(dpi_doubt("1234567892301"), Some(DpiDoubt::Place));
        assert_eq!(dpi_doubt("1234567890100"), Some(DpiDoubt::Place));
        assert_eq!(dpi_doubt("1234567891805"), None, "Izabal has five municipalities");
        assert_eq!(dpi_doubt("1234567891806"), Some(DpiDoubt::Place));
        assert_eq!(MUNICIPALITIES.iter().sum::<u32>(), 340);
        for wrong in ["", "123456789010", "12345678901011", "12345678X0101", "١٢٣٤٥٦٧٨٩٠١٠١"] {
            assert_eq!(dpi_doubt(wrong), Some(DpiDoubt::Length), "{wrong:?}");
        }
    }

    #[test]
    fn a_nit_is_doubted_for_its_form_and_its_check_character() {
        // 7·2+3·3+9·4+6·5+7·6+5·7 = 166, 166 mod 11 = 1, 11 − 1 = 10, which is written K.
        for right in ["576937-K", "576937k", "CF", "c/f", "cf"] {
            assert_eq!(nit_doubt(right), None, "{right}");
        }
        assert_eq!(nit_doubt("576937-1"), Some(NitDoubt::CheckCharacter));
        for wrong in ["", "-", "K", "7", "57A937-K", "576937-Z", "5769370000001", "Ñ1"] {
            assert_eq!(nit_doubt(wrong), Some(NitDoubt::Form), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn one_wrong_digit_of_a_dpi_is_always_doubted(number in 0_u32..100_000_000, position in 0_usize..8, offset in 1_u32..10) {
            let body = format!("{number:08}");
            let sum: u32 = body.bytes().zip(2..).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
            prop_assume!(sum % 11 < 10);
            let mut digits: Vec<u8> = format!("{body}{}0101", sum % 11).into_bytes();
            let right = String::from_utf8(digits.clone()).expect("digits");
            prop_assert_eq!(dpi_doubt(&right), None);
            digits[position] = b'0' + u8::try_from((u32::from(digits[position] - b'0') + offset) % 10).expect("a digit");
            let wrong = String::from_utf8(digits).expect("digits");
            prop_assert_eq!(dpi_doubt(&wrong), Some(DpiDoubt::CheckDigit));
        }

        #[test]
        fn nothing_that_is_typed_panics(typed in ".{0,20}") {
            let _ = (dpi_doubt(&typed), nit_doubt(&typed));
        }
    }
}
