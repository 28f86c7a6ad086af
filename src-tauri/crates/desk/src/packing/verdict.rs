//! Whether a plastic is the one of an insert: the comparison that the whole line is there for.
//!
//! Owns the rule and nothing else: no journal, no window. What is already packed is looked up by the caller.

use cardesk_domain::{CardId, CardState, LastFour};
use cardesk_journal::{CardRecord, InsertToPack, PackingBasis};

/// What the last four of a plastic say of an insert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is the insert's plastic: of this card, where that is known.
    Fits(Option<CardId>, PackingBasis),
    /// It is another's.
    Mismatch,
}

/// Holds the last four that were read off a plastic against an insert. `cards` are the cardholder's, as far as they are known.
pub(super) fn verdict(insert: &InsertToPack, typed: &LastFour, cards: &[CardRecord]) -> Verdict {
    match (&insert.last_four, insert.card_id) {
        (Some(expected), card) if expected == typed => Verdict::Fits(card, PackingBasis::Printed),
        (Some(_), _) => Verdict::Mismatch,
        // The gateway has not shown its number yet.
        (None, Some(card)) => Verdict::Fits(Some(card), PackingBasis::Typed),
        (None, None) => among(cards, typed),
    }
}

/// Whether an insert can be told from what is typed of its plastic: it, or every card of its cardholder, says how it ends. Where
/// not, whatever is typed becomes the pair.
pub(super) fn knows_its_plastic(insert: &InsertToPack, cards: &[CardRecord]) -> bool {
    let are_known = || !cards.is_empty() && cards.iter().all(|card| card.last_four.is_some());
    insert.last_four.is_some() || (insert.card_id.is_none() && are_known())
}

/// The insert names no card: which of the cardholder's cards it is.
fn among(cards: &[CardRecord], typed: &LastFour) -> Verdict {
    let fitting: Vec<&CardRecord> = cards.iter().filter(|card| card.last_four.as_ref() == Some(typed)).collect();
    match fitting.as_slice() {
        [only] => Verdict::Fits(Some(only.id), PackingBasis::Card),
        [] if !cards.is_empty() && cards.iter().all(|card| card.last_four.is_some()) => Verdict::Mismatch,
        [] => Verdict::Fits(None, PackingBasis::Typed),
        // Two cards with the same last four: the plastic in hand is the one that waits for its cardholder.
        several => {
            let waiting: Vec<&&CardRecord> = several.iter().filter(|card| card.state == CardState::Inactive).collect();
            match waiting.as_slice() {
                [only] => Verdict::Fits(Some(only.id), PackingBasis::Card),
                _ => Verdict::Fits(None, PackingBasis::Typed),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use cardesk_domain::CardholderId;
    use cardesk_journal::{CardholderRecord, CardholderSource, InsertState};
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;

    fn holder() -> CardholderId {
        "u1".parse().expect("an id")
    }

    fn insert(card: Option<u64>, last_four: Option<&str>) -> InsertToPack {
        InsertToPack {
            serial: "0043-001".to_owned(),
            state: InsertState::Printed,
            run_number: 43,
            printed_at: None,
            cardholder: CardholderRecord {
                id: holder(),
                first_name: String::new(),
                last_name: String::new(),
                username: String::new(),
                phone_number: None,
                address: None,
                country_of_birth: None,
                place_of_birth: None,
                gender: None,
                marital_status: None,
                date_of_birth: None,
                document_type: None,
                document_number: None,
                nit: None,
                status: None,
                registered_at: None,
                source: CardholderSource::Gateway,
                seen_at: Timestamp::UNIX_EPOCH,
            },
            card_id: card.map(CardId::new),
            last_four: last_four.map(|text| text.parse().expect("four")),
            packing: None,
        }
    }

    fn card(id: u64, last_four: Option<&str>, state: CardState) -> CardRecord {
        CardRecord {
            id: CardId::new(id),
            cardholder_id: holder(),
            last_four: last_four.map(|text| text.parse().expect("four")),
            alias: None,
            state,
            currency: None,
            balance: None,
            pending_debits: None,
            pending_credits: None,
            expiry: None,
            embossed_name: None,
            issued_at: None,
            activated_at: None,
            seen_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn four(text: &str) -> LastFour {
        text.parse().expect("four")
    }

    #[test]
    fn a_pair_that_is_not_known_becomes_one_unless_every_card_of_the_cardholder_says_otherwise() {
        let none = insert(None, None);
        assert_eq!(verdict(&none, &four("4417"), &[]), Verdict::Fits(None, PackingBasis::Typed));
        let unseen = [card(1, None, CardState::Inactive)];
        assert_eq!(verdict(&none, &four("4417"), &unseen), Verdict::Fits(None, PackingBasis::Typed));
        let others = [card(1, Some("0932"), CardState::Active), card(2, Some("4418"), CardState::Inactive)];
        assert_eq!(verdict(&none, &four("4417"), &others), Verdict::Mismatch);
        assert_eq!(verdict(&none, &four("4418"), &others), Verdict::Fits(Some(CardId::new(2)), PackingBasis::Card));
        assert_eq!(verdict(&insert(Some(7), None), &four("4417"), &[]), Verdict::Fits(Some(CardId::new(7)), PackingBasis::Typed));
    }

    #[test]
    fn an_insert_knows_its_plastic_only_if_nothing_that_is_typed_can_become_a_new_pair() {
        let seen = [card(1, Some("0932"), CardState::Active), card(2, Some("4418"), CardState::Inactive)];
        let unseen = [card(1, Some("0932"), CardState::Active), card(2, None, CardState::Inactive)];
        assert!(knows_its_plastic(&insert(Some(7), Some("4417")), &[]));
        assert!(!knows_its_plastic(&insert(Some(7), None), &seen));
        assert!(knows_its_plastic(&insert(None, None), &seen));
        assert!(!knows_its_plastic(&insert(None, None), &unseen));
        assert!(!knows_its_plastic(&insert(None, None), &[]));
    }

    #[test]
    fn of_two_cards_with_the_same_last_four_the_one_that_waits_is_in_hand() {
        let two = |first, second| [card(1, Some("4417"), first), card(2, Some("4417"), second)];
        let fits = |cards: &[CardRecord]| verdict(&insert(None, None), &four("4417"), cards);
        assert_eq!(fits(&two(CardState::Active, CardState::Inactive)), Verdict::Fits(Some(CardId::new(2)), PackingBasis::Card));
        assert_eq!(fits(&two(CardState::Inactive, CardState::Inactive)), Verdict::Fits(None, PackingBasis::Typed));
    }

    proptest! {
        #[test]
        fn an_insert_that_knows_its_plastic_takes_no_other(expected in "[0-9]{4}", typed in "[0-9]{4}", others in prop::collection::vec("[0-9]{4}", 0..4)) {
            let cards: Vec<CardRecord> = (1..).zip(&others).map(|(id, text)| card(id, Some(text), CardState::Inactive)).collect();
            let said = verdict(&insert(Some(9), Some(&expected)), &four(&typed), &cards);
            let fits = Verdict::Fits(Some(CardId::new(9)), PackingBasis::Printed);
            prop_assert_eq!(said, if expected == typed { fits } else { Verdict::Mismatch });
        }
    }
}
