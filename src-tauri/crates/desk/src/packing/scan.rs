//! What a hand scanner typed, or a person: a serial, or an activation link.
//!
//! Owns telling them apart, and undoing what a keyboard's layout made of them. A small code says the serial and, since papers
//! have one, the mark of the journal that printed it: `0043-001-P7K3`. A scanner types as a keyboard of the United
//! States unless it was set up otherwise, and under a Spanish layout the same keys write other signs: `0043-001` arrives as
//! `0043'001`, `https://` as `httpsÑ--`. Whose link it is, and whether there is such an insert, is `packing`'s business.

use cardesk_domain::{ActivationLink, ActivationLinkParts};

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Scanned {
    /// The serial of an insert in the desk's own form, `0043-001`, and the mark after it, which the small code alone has.
    Serial(String, Option<String>),
    /// An activation link.
    Link(ActivationLinkParts),
    /// Neither.
    Nothing,
}

/// The most digits of a run's number, and of a place in it.
const MOST_DIGITS: usize = 10;

/// The signs of a mark.
const MARK_SIGNS: usize = 4;

/// Reads what a scanner or a person typed.
pub(super) fn read(text: &str) -> Scanned {
    let text = text.trim();
    if let Some((serial, mark)) = serial(text) {
        return Scanned::Serial(serial, mark);
    }
    match ActivationLink::read(text).or_else(|| ActivationLink::read(&as_on_a_us_keyboard(text))) {
        Some(parts) => Scanned::Link(parts),
        None => Scanned::Nothing,
    }
}

/// Two numbers with one sign between them, whichever the layout made of the hyphen, and with another before a mark. Zeros in
/// front may be left out.
fn serial(text: &str) -> Option<(String, Option<String>)> {
    let (run, rest) = number_before_sign(text)?;
    let (place, mark) = match number_before_sign(rest) {
        Some((place, mark)) => (place, Some(mark)),
        None => (rest, None),
    };
    let is_number = |digits: &str| (1..=MOST_DIGITS).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_mark = |mark: &str| mark.len() == MARK_SIGNS && mark.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !is_number(run) || !is_number(place) || !mark.is_none_or(is_mark) {
        return None;
    }
    let (run, place): (u32, u32) = (run.parse().ok()?, place.parse().ok()?);
    (run > 0 && place > 0).then(|| (format!("{run:04}-{place:03}"), mark.map(str::to_ascii_uppercase)))
}

/// What stands before the first sign that is no digit, and what stands after it.
fn number_before_sign(text: &str) -> Option<(&str, &str)> {
    let (number, rest) = text.split_at(text.find(|character: char| !character.is_ascii_digit())?);
    let sign = rest.chars().next()?;
    // German layouts have a letter where the hyphen is.
    (!sign.is_alphanumeric() || sign == 'ß').then(|| (number, &rest[sign.len_utf8()..]))
}

/// The signs that the keys of a link write on a keyboard of the United States, from what they write on a Spanish one (of
/// Spain or of Latin America); and its letters as they were, if the capitals were locked.
fn as_on_a_us_keyboard(text: &str) -> String {
    let is_locked = text.starts_with("HTTP");
    let unlocked = text.chars().map(|character| match character {
        'ñ' | 'Ñ' => 'Ñ',
        letter if is_locked && letter.is_ascii_uppercase() => letter.to_ascii_lowercase(),
        letter if is_locked && letter.is_ascii_lowercase() => letter.to_ascii_uppercase(),
        other => other,
    });
    // Nothing but a link whose colon became an Ñ has these signs from another layout.
    if !["httpñ", "httpsñ", "httpÑ", "httpsÑ"].iter().any(|begins| text.to_ascii_lowercase().starts_with(begins)) {
        return unlocked.collect();
    }
    unlocked
        .map(|character| match character {
            'Ñ' => ':',
            '-' => '/',
            '\'' => '-',
            '_' => '?',
            '?' => '_',
            '¡' | '¿' => '=',
            '/' => '&',
            '·' => '#',
            'ª' | '°' => '~',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn is_serial(typed: &str) -> Option<String> {
        match read(typed) {
            Scanned::Serial(serial, None) => Some(serial),
            _ => None,
        }
    }

    /// What a scanner set up for the United States writes under the layout of Spain, key by key.
    fn under_a_spanish_layout(text: &str) -> String {
        text.chars()
            .map(|character| match character {
                '-' => '\'',
                '/' => '-',
                ':' => 'Ñ',
                '?' => '_',
                '_' => '?',
                '=' => '¡',
                '&' => '/',
                '~' => 'ª',
                other => other,
            })
            .collect()
    }

    #[test]
    fn a_serial_is_read_whatever_the_layout_made_of_its_hyphen() {
        for typed in ["0043-001", " 0043-001\n", "0043'001", "0043/001", "0043´001", "0043ß001", "0043–001", "43-1", "43 1", "43.1", "43'1"]
        {
            assert_eq!(is_serial(typed).as_deref(), Some("0043-001"), "{typed:?}");
        }
        assert_eq!(is_serial("12345-1000").as_deref(), Some("12345-1000"));
        for wrong in
            ["", "0043", "0043001", "0043--001", "-001", "0043-", "0-1", "1-0", "a-1", "0043-001x", "4000000000000000", "9999999999-1"]
        {
            assert_eq!(is_serial(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn the_small_code_is_read_with_its_mark_whatever_the_layout_made_of_it() {
        for typed in ["0043-001-P7K3", "0043'001'P7K3", "0043ß001ßP7K3", "0043-001-p7k3", " 43-1-P7K3\n"] {
            assert_eq!(read(typed), Scanned::Serial("0043-001".to_owned(), Some("P7K3".to_owned())), "{typed:?}");
        }
        for wrong in ["0043-001-", "0043-001-P7K", "0043-001-P7K33", "0043-001P7K3", "0043-P7K3-001", "0043-001-P7Ñ3", "0043-001--P7K"] {
            assert_eq!(read(wrong), Scanned::Nothing, "{wrong:?}");
        }
    }

    #[test]
    fn a_link_is_read_as_it_stands_and_through_a_spanish_layout_and_with_capitals_locked() {
        let link = "https://web.migopayments.com/card-activation?client=migo_Developer&userId=6f0c2d1e-93b7-4a55~8c";
        let swapped = |text: &str| -> String {
            text.chars()
                .map(|letter| if letter.is_ascii_uppercase() { letter.to_ascii_lowercase() } else { letter.to_ascii_uppercase() })
                .collect()
        };
        let spanish = under_a_spanish_layout(link);
        assert_eq!(spanish, "httpsÑ--web.migopayments.com-card'activation_client¡migo?Developer/userId¡6f0c2d1e'93b7'4a55ª8c");
        for typed in [link.to_owned(), spanish.clone(), spanish.replace('¡', "¿").replace('ª', "°"), swapped(link), swapped(&spanish)] {
            let Scanned::Link(parts) = read(&typed) else { panic!("{typed:?}") };
            assert_eq!(parts.webview, "https://web.migopayments.com/card-activation", "{typed:?}");
            assert_eq!(parts.client.map(|slug| slug.to_string()).as_deref(), Some("migo_Developer"));
            assert_eq!(parts.cardholder.as_str(), "6f0c2d1e-93b7-4a55~8c");
        }
    }

    #[test]
    fn what_is_neither_is_nothing() {
        for typed in ["4000 0000 0000 0002", "https://example.com/", "%B4000000000000002^", "hola", "httpÑ--x"] {
            assert_eq!(read(typed), Scanned::Nothing, "{typed:?}");
        }
    }

    proptest! {
        #[test]
        fn every_serial_that_is_given_out_is_read_back(run in 1_u32.., place in 1_u32..20_000, sign in "[-'/´]") {
            let serial = format!("{run:04}-{place:03}");
            prop_assert_eq!(is_serial(&serial.replace('-', &sign)), Some(serial));
        }

        #[test]
        fn no_text_of_any_kind_is_in_the_way(text in ".{0,80}") {
            read(&text);
        }
    }
}
