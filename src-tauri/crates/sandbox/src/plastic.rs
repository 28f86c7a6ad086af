//! The plastics: what the embosser would deliver.
//!
//! Owns how a card's number, CVV, expiry and embossed name follow from the seed and the card's id. None of it is
//! stored: it is derived whenever it is needed, and wiped afterwards.

use cardesk_domain::pan::luhn_check_digit;
use cardesk_domain::{ActivationLink, CardId, CardState, CardholderId, Cvv, Pan};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

use crate::clock::at_the_issuer;
use crate::practice::PracticeError;

/// The first six digits of every card number here: the prefix of the numbers that card schemes' processors publish for
/// testing (4000 0000 0000 0002 and its like); no such number exists in the field.
pub(crate) const TEST_PREFIX: &str = "400000";

/// How long a card is good for.
const VALID_YEARS: i16 = 4;

/// The account part of a card number has nine digits.
const ACCOUNT_NUMBERS: u64 = 1_000_000_000;

/// Spreads consecutive ids over the account numbers. It has no factor in common with a thousand million, so that no two
/// ids meet in one number.
const ACCOUNT_STEP: u64 = 618_033_989;

/// The month after which a card is no longer good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Expiry {
    /// 1 to 12.
    pub month: u8,
    /// With its century, for example 2030.
    pub year: i16,
}

/// A plastic in the drawer that belongs to nobody yet: invented, and of Practice only.
#[derive(Debug, Clone)]
pub struct BlankPlastic {
    /// The card that it becomes.
    pub card_id: CardId,
    /// The whole number on the front.
    pub pan: Pan,
}

/// One plastic as the embosser delivers it: invented, and of Practice only.
#[derive(Debug, Clone)]
pub struct Plastic {
    /// The card.
    pub card_id: CardId,
    /// Whom it was issued for.
    pub cardholder_id: CardholderId,
    /// The whole number on the front.
    pub pan: Pan,
    /// The month after which it is no longer good.
    pub expiry: Expiry,
    /// The digits on the back.
    pub cvv: Cvv,
    /// The name on the front.
    pub embossed_name: String,
    /// What state the card is in now.
    pub state: CardState,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// The cardholder's own activation page.
    pub activation_link: ActivationLink,
}

/// The number on the card `id`.
pub(crate) fn pan_of(seed: u64, id: CardId) -> Result<Pan, PracticeError> {
    let offset = number_from(seed, id.get() / ACCOUNT_NUMBERS, b"account") % ACCOUNT_NUMBERS;
    let account = (u128::from(id.get() % ACCOUNT_NUMBERS) * u128::from(ACCOUNT_STEP) + u128::from(offset)) % u128::from(ACCOUNT_NUMBERS);
    let mut digits = String::with_capacity(16);
    digits.push_str(TEST_PREFIX);
    digits.push_str(&format!("{account:09}"));
    if let Some(check) = luhn_check_digit(&digits) {
        digits.push(check);
    }
    let pan = digits.parse().map_err(|_| PracticeError::Internal("a card number"));
    digits.zeroize();
    pan
}

/// The CVV of the card `id`.
pub(crate) fn cvv_of(seed: u64, id: CardId) -> Result<Cvv, PracticeError> {
    let digits = Zeroizing::new(format!("{:03}", number_from(seed, id.get(), b"cvv") % 1000));
    digits.parse().map_err(|_| PracticeError::Internal("a CVV"))
}

/// A card is good until the end of the month of its issue, four years on, by the issuer's calendar.
pub(crate) fn expiry_of(issued_at: Timestamp) -> Expiry {
    let issued = at_the_issuer(issued_at);
    Expiry { month: issued.month().unsigned_abs(), year: issued.year().saturating_add(VALID_YEARS) }
}

/// The number with everything but its first six and last four digits starred out.
pub(crate) fn masked(pan: &Pan) -> String {
    format!("{TEST_PREFIX}******{}", pan.last_four())
}

fn number_from(seed: u64, number: u64, purpose: &[u8]) -> u64 {
    let hash = Sha256::new().chain_update(seed.to_be_bytes()).chain_update(number.to_be_bytes()).chain_update(purpose).finalize();
    hash.iter().take(8).fold(0, |value, byte| value << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_number_is_from_the_test_range_has_a_fitting_check_digit_and_is_used_once() {
        let mut seen = HashSet::new();
        for id in 1..20_000 {
            let pan = pan_of(7, CardId::new(id)).expect("a number");
            assert!(pan.reveal().starts_with(TEST_PREFIX));
            assert_eq!(pan.reveal().len(), 16);
            assert!(seen.insert(pan.reveal().to_owned()), "{id}");
        }
    }

    #[test]
    fn the_same_seed_and_card_give_the_same_plastic_and_another_seed_another() {
        let id = CardId::new(48_213);
        assert_eq!(pan_of(1, id).expect("a number"), pan_of(1, id).expect("a number"));
        assert_ne!(pan_of(1, id).expect("a number"), pan_of(2, id).expect("a number"));
        assert_eq!(cvv_of(1, id).expect("a CVV"), cvv_of(1, id).expect("a CVV"));
    }

    #[test]
    fn a_plastic_keeps_its_secrets_when_it_is_debugged() {
        let shown = format!("{:?} {:?}", pan_of(1, CardId::new(5)).expect("a number"), cvv_of(1, CardId::new(5)).expect("a CVV"));
        assert!(!shown.contains("400000"), "{shown}");
        assert!(shown.contains("Cvv(redacted)"), "{shown}");
    }

    #[test]
    fn a_card_is_good_for_four_years_by_the_issuers_calendar() {
        let issued: Timestamp = "2027-01-01T03:00:00Z".parse().expect("an instant");
        assert_eq!(expiry_of(issued), Expiry { month: 12, year: 2030 });
    }
}
