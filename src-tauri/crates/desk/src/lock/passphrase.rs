//! The unlock passphrase: which one can be chosen, what is kept of it, and the proof that one is right.
//!
//! Owns that nothing but its verifier is kept, and that a proof comes from nowhere but here. The passphrase itself lives in a
//! type that is wiped, for as long as the computation takes. Where the verifier is kept is `credentials`' business.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{Error as HashError, PasswordHasher, PasswordVerifier};
use cardesk_credentials::SecretText as KeptText;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::problem::{Field, FieldCode, FieldProblem};
use crate::view::SecretText;

/// The fewest and the most characters of a passphrase.
const LENGTH: std::ops::RangeInclusive<usize> = 8..=128;

/// That a passphrase is the right one.
#[derive(Debug)]
pub(crate) struct Proven(());

#[cfg(test)]
impl Proven {
    /// For the rules alone, which are tested without a passphrase.
    pub(crate) const fn for_test() -> Self {
        Self(())
    }
}

/// A passphrase in the one form in which it is compared: an ñ is the same whatever keyboard it came from.
struct Composed(Zeroizing<String>);

impl Composed {
    fn of(typed: &SecretText) -> Self {
        // Sized beforehand, so that no half-filled copy is left behind by a reallocation.
        let mut composed = Zeroizing::new(String::with_capacity(3 * typed.reveal().len()));
        composed.extend(typed.reveal().nfc());
        Self(composed)
    }

    fn characters(&self) -> usize {
        self.0.chars().count()
    }
}

/// What is wrong with a passphrase that was chosen, typed twice.
pub(crate) fn problems_of_chosen(chosen: &SecretText, again: &SecretText) -> Vec<FieldProblem> {
    let (chosen, again) = (Composed::of(chosen), Composed::of(again));
    let mut problems = Vec::new();
    let actual = chosen.characters();
    if actual == 0 {
        problems.push(FieldProblem::error(Field::NewPassphrase, FieldCode::Missing));
    } else if !LENGTH.contains(&actual) {
        let problem = FieldProblem::error(Field::NewPassphrase, FieldCode::PassphraseLength);
        problems.push(problem.with_param("min", LENGTH.start()).with_param("max", LENGTH.end()).with_param("actual", actual));
    }
    if again.characters() == 0 && actual != 0 {
        problems.push(FieldProblem::error(Field::NewPassphraseAgain, FieldCode::Missing));
    } else if again.0 != chosen.0 {
        problems.push(FieldProblem::error(Field::NewPassphraseAgain, FieldCode::PassphraseAgainDiffers));
    }
    problems
}

/// What is kept of a passphrase: Argon2id with a salt of its own, in the form that names its own cost. It takes a moment, and
/// a thread that may block.
pub(crate) fn verifier_of(chosen: &SecretText) -> DeskResult<KeptText> {
    let hash = Argon2::default().hash_password(Composed::of(chosen).0.as_bytes());
    let hash = hash.map_err(|error| ErrorView::new(ErrorCode::Internal).with_message(error.to_string()))?;
    Ok(KeptText::new(hash.to_string()))
}

/// The proof that a passphrase is the right one; `None` if it is not. It takes a moment, and a thread that may block.
///
/// # Errors
/// If what was kept is no verifier: then nothing is proven, and nothing disproven.
pub(crate) fn prove(typed: &SecretText, verifier: &KeptText) -> DeskResult<Option<Proven>> {
    let composed = Composed::of(typed);
    // Nothing longer was ever taken, and whoever sends a book is not let to spend minutes on it.
    if !LENGTH.contains(&composed.characters()) {
        return Ok(None);
    }
    let damaged = || ErrorView::new(ErrorCode::KeychainFailed).with_message("what is kept of the passphrase is damaged");
    let hash = PasswordHash::new(verifier.reveal()).map_err(|_| damaged())?;
    match Argon2::default().verify_password(composed.0.as_bytes(), &hash) {
        Ok(()) => Ok(Some(Proven(()))),
        Err(HashError::PasswordInvalid) => Ok(None),
        Err(_) => Err(damaged()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> SecretText {
        SecretText::new(text.to_owned())
    }

    fn codes(chosen: &str, again: &str) -> Vec<(Field, FieldCode)> {
        problems_of_chosen(&secret(chosen), &secret(again)).iter().map(|problem| (problem.field, problem.code)).collect()
    }

    #[test]
    fn nothing_but_its_length_is_asked_of_a_passphrase_and_that_it_was_typed_twice() {
        for good in ["12345678", "        ", "ñandú ñandú", &"x".repeat(128), "corre caballo batería grapa"] {
            assert_eq!(codes(good, good), [], "{good:?}");
        }
        assert_eq!(codes("1234567", "1234567"), [(Field::NewPassphrase, FieldCode::PassphraseLength)]);
        assert_eq!(codes(&"ñ".repeat(129), &"ñ".repeat(129)), [(Field::NewPassphrase, FieldCode::PassphraseLength)]);
        assert_eq!(codes("", ""), [(Field::NewPassphrase, FieldCode::Missing)]);
        assert_eq!(codes("12345678", ""), [(Field::NewPassphraseAgain, FieldCode::Missing)]);
        assert_eq!(codes("12345678", "12345679"), [(Field::NewPassphraseAgain, FieldCode::PassphraseAgainDiffers)]);
    }

    #[test]
    fn the_right_passphrase_is_proven_whatever_keyboard_it_came_from_and_no_other_is() {
        let verifier = verifier_of(&secret("Señor Ramírez 4417")).unwrap();
        assert!(verifier.reveal().starts_with("$argon2id$v=19$"), "{}", verifier.reveal());
        assert!(!verifier.reveal().contains("4417"));
        let decomposed: String = "Señor Ramírez 4417".nfd().collect();
        assert_ne!(decomposed, "Señor Ramírez 4417");
        for right in ["Señor Ramírez 4417", &decomposed] {
            assert!(prove(&secret(right), &verifier).unwrap().is_some());
        }
        for wrong in ["", "señor Ramírez 4417", "Señor Ramírez 4417 ", &"x".repeat(100_000)] {
            assert!(prove(&secret(wrong), &verifier).unwrap().is_none(), "{wrong:?}");
        }
        assert_ne!(verifier_of(&secret("Señor Ramírez 4417")).unwrap().reveal(), verifier.reveal(), "two have one salt");
    }

    #[test]
    fn what_is_no_verifier_proves_nothing() {
        for damaged in ["", "12345678", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0", "$scrypt$ln=1,r=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g"] {
            let outcome = prove(&secret("12345678"), &KeptText::new(damaged.to_owned()));
            assert!(!matches!(outcome, Ok(Some(_))), "{damaged:?}");
        }
    }
}
