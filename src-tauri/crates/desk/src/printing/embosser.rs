//! The order in which the plastics lie in the embosser's box: whoever prints in it finds insert and plastic side by side.
//!
//! Owns which card a row means. A row that could mean two, or that does not agree with what the desk knows, is told with its
//! line and is followed by nobody: an insert beside another plastic is the worst that can happen.

use std::collections::HashMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cardesk_domain::{CardId, LastFour};
use cardesk_journal::CardByName;

use crate::desk::{Desk, blocking};
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::printing::embosser_list::{CardNamed, ListRow, MAX_BYTES, read, too_large, words_of};
use crate::view::{EmbosserFault, EmbosserOrder, EmbosserProblem, EmbosserSource};
use crate::workplace::count;

impl Desk {
    /// Reads the embosser's list, and says which cards it means in which order. Nothing is kept of it.
    ///
    /// # Errors
    /// If nothing can be made of the whole of it. What is wrong with single rows is in the answer.
    pub async fn read_embosser_list(&self, source: EmbosserSource) -> DeskResult<EmbosserOrder> {
        let workplace = self.workplace().await?;
        let bytes = match source {
            EmbosserSource::File { base64 } => {
                // Four characters of base64 are three bytes: what is too long is not even decoded.
                if base64.len() / 4 * 3 > MAX_BYTES + 3 {
                    return Err(too_large());
                }
                BASE64_STANDARD.decode(base64).map_err(|_| ErrorView::new(ErrorCode::TableNotText))?
            }
            EmbosserSource::Pasted { text } => text.into_bytes(),
        };
        let rows = blocking(move || read(&bytes)).await??;
        let cards = workplace.journal.cards_by_name().await?;
        blocking(move || follow(&rows, &cards)).await
    }
}

/// A row that is not followed: why, and what else there is to say.
type Refused = (EmbosserProblem, Option<String>);

/// The card that a row means.
type Meant<'cards> = Result<&'cards CardByName, Refused>;

/// Which cards the rows mean, in their order.
fn follow(rows: &[ListRow], cards: &[CardByName]) -> EmbosserOrder {
    let known = Known::of(cards);
    let mut lines: HashMap<CardId, u32> = HashMap::new();
    let mut order = EmbosserOrder { rows: count(rows.len()), card_ids: Vec::new(), faults: Vec::new() };
    for row in rows {
        let meant = known.meant(row).and_then(|card| match (lines.get(&card.card_id), &card.valid_serial) {
            (Some(line), _) => Err((EmbosserProblem::Repeated, Some(line.to_string()))),
            (None, _) if !card.state.awaits_activation() => Err((EmbosserProblem::NotWaiting, None)),
            (None, _) if card.is_given_up => Err((EmbosserProblem::Replaced, None)),
            (None, Some(serial)) => Err((EmbosserProblem::AlreadyPrinted, Some(serial.clone()))),
            (None, None) => Ok(card.card_id),
        });
        match meant {
            Ok(card) => {
                lines.insert(card, row.line);
                order.card_ids.push(card.to_string());
            }
            Err((problem, detail)) => order.faults.push(EmbosserFault { line: row.line, problem, text: row.text.clone(), detail }),
        }
    }
    order
}

/// The cards, as rows name them.
struct Known<'cards> {
    by_id: HashMap<CardId, &'cards CardByName>,
    by_last_four: HashMap<&'cards LastFour, Vec<&'cards CardByName>>,
}

impl<'cards> Known<'cards> {
    fn of(cards: &'cards [CardByName]) -> Self {
        let mut by_last_four: HashMap<&LastFour, Vec<&CardByName>> = HashMap::new();
        for card in cards {
            if let Some(last_four) = &card.last_four {
                by_last_four.entry(last_four).or_default().push(card);
            }
        }
        Self { by_id: cards.iter().map(|card| (card.card_id, card)).collect(), by_last_four }
    }

    fn meant(&self, row: &ListRow) -> Meant<'cards> {
        match &row.card {
            None => Err((EmbosserProblem::Unreadable, None)),
            Some(CardNamed::Id(id, last_four)) => self.with_id(*id, last_four.as_ref(), &row.name),
            Some(CardNamed::LastFour(last_four)) => self.with_last_four(last_four, &row.name),
            Some(CardNamed::Either(id, last_four)) => self.with_either(*id, last_four, &row.name),
        }
    }

    /// What four digits mean that can be an id or the end of a number. One way of reading them is followed only where no card
    /// is known the other way: a card that is known and does not fit, or several, may be the very one that is meant.
    fn with_either(&self, id: CardId, last_four: &LastFour, name: &[String]) -> Meant<'cards> {
        let is_an_end = self.by_last_four.get(last_four).is_some_and(|cards| cards.iter().any(|card| card.state.awaits_activation()));
        match (self.with_id(id, None, name), self.with_last_four(last_four, name)) {
            (Ok(one), Ok(other)) if one.card_id == other.card_id => Ok(one),
            (Err((EmbosserProblem::Unknown, _)), by_last_four) => by_last_four,
            (by_id, Err((EmbosserProblem::Unknown, _))) if !is_an_end => by_id,
            // A name that fits neither way is what is wrong.
            (Err(refused), Err((EmbosserProblem::Unknown | EmbosserProblem::OtherName, _))) => Err(refused),
            (_, Err(several @ (EmbosserProblem::Ambiguous, _))) => Err(several),
            _ => Err((EmbosserProblem::Ambiguous, Some("2".to_owned()))),
        }
    }

    fn with_id(&self, id: CardId, last_four: Option<&LastFour>, name: &[String]) -> Meant<'cards> {
        let card = *self.by_id.get(&id).ok_or((EmbosserProblem::Unknown, None))?;
        match (&card.last_four, last_four) {
            (Some(known), Some(named)) if known != named => Err((EmbosserProblem::OtherDigits, Some(known.to_string()))),
            _ if !fits(name, card) => Err((EmbosserProblem::OtherName, Some(shown_name(card)))),
            _ => Ok(card),
        }
    }

    /// Of the cards that end in these digits, the one whose cardholder has the name. A plastic that comes from the embosser is
    /// one that waits for its cardholder: those that do not, or for which another comes, are meant only if none does.
    fn with_last_four(&self, last_four: &LastFour, name: &[String]) -> Meant<'cards> {
        let all = self.by_last_four.get(last_four).ok_or((EmbosserProblem::Unknown, None))?;
        let named: Vec<&CardByName> = all.iter().copied().filter(|card| fits(name, card)).collect();
        let waiting = |cards: &[&'cards CardByName]| -> Vec<&'cards CardByName> {
            cards.iter().copied().filter(|card| card.state.awaits_activation() && !card.is_given_up).collect()
        };
        match (waiting(&named).as_slice(), named.as_slice()) {
            ([card], _) | ([], [card]) => Ok(card),
            ([], []) => Err(match waiting(all).as_slice() {
                [card] => (EmbosserProblem::OtherName, Some(shown_name(card))),
                _ => (EmbosserProblem::Unknown, None),
            }),
            ([], several) | (several, _) => Err((EmbosserProblem::Ambiguous, Some(several.len().to_string()))),
        }
    }
}

fn shown_name(card: &CardByName) -> String {
    format!("{} {}", card.first_name.trim(), card.last_name.trim()).trim().to_owned()
}

/// Whether the name on a list can be the cardholder's: each of its words begins one of the cardholder's, since plastics have
/// room for few letters, and one of them is whole. No name fits everybody.
fn fits(name: &[String], card: &CardByName) -> bool {
    let embossed = words_of(card.embossed_name.as_deref().unwrap_or_default());
    if name.is_empty() || name == embossed {
        return true;
    }
    let mut words = words_of(&format!("{} {}", card.first_name, card.last_name));
    let mut has_whole = false;
    name.iter().all(|part| {
        let whole = words.iter().position(|word| word == part);
        has_whole |= whole.is_some();
        // Each word once: "Ana Ana" is not Ana López.
        whole.or_else(|| words.iter().position(|word| word.starts_with(part.as_str()))).map(|place| words.remove(place)).is_some()
    }) && has_whole
}

#[cfg(test)]
mod tests {
    use cardesk_domain::CardState;
    use proptest::prelude::*;

    use super::*;

    fn card(id: u64, last_four: &str, first_name: &str, last_name: &str) -> CardByName {
        CardByName {
            card_id: CardId::new(id),
            last_four: Some(last_four.parse().expect("four digits")),
            state: CardState::Inactive,
            embossed_name: None,
            first_name: first_name.to_owned(),
            last_name: last_name.to_owned(),
            valid_serial: None,
            is_given_up: false,
        }
    }

    fn people() -> Vec<CardByName> {
        vec![
            card(1, "4417", "María José", "Ramírez Núñez"),
            card(2, "0932", "Byron Estuardo", "Choc Caal"),
            card(3, "0932", "Ana Lucía", "de León Soto"),
            CardByName { valid_serial: Some("0042-007".to_owned()), ..card(4, "7705", "Kevin", "Xicará Batz") },
            CardByName { state: CardState::Active, ..card(5, "2210", "Patrick", "O’Connor") },
            CardByName { state: CardState::Active, ..card(6, "4417", "Wendy", "Ixcot Tzoc") },
        ]
    }

    type Told = (u32, EmbosserProblem, Option<String>);

    fn followed(text: &str) -> (Vec<String>, Vec<Told>) {
        let order = follow(&read(text.as_bytes()).expect("a list"), &people());
        assert_eq!(order.rows as usize, order.card_ids.len() + order.faults.len());
        (order.card_ids, order.faults.into_iter().map(|fault| (fault.line, fault.problem, fault.detail)).collect())
    }

    #[test]
    fn the_order_is_that_of_the_box() {
        assert_eq!(
            followed("PAN;Nombre\n411111******0932;BYRON CHOC\n411111******0932;ANA L DE LEON\n411111******4417;MARIA JOSE RAMIREZ\n"),
            (vec!["2".to_owned(), "3".to_owned(), "1".to_owned()], vec![])
        );
        assert_eq!(followed("id\n3\n1\n").0, ["3", "1"]);
    }

    #[test]
    fn each_row_that_can_not_be_followed_is_told_with_its_line() {
        use EmbosserProblem as Problem;
        let text = "ultimos4,nombre\n4417,MARIA RAMIREZ\n0932,\n9999,NADIE\n4417,MARIA JOSE RAMIREZ NUNEZ\n7705,KEVIN XICARA\n\
            2210,PATRICK OCONNOR\n2210,PATRICK\n44,ANA\n0932,PATRICK\n4417,LUIS GUITZ\n0932,BYRON C\n";
        let (cards, faults) = followed(text);
        assert_eq!(cards, ["1", "2"]);
        let word = |text: &str| Some(text.to_owned());
        assert_eq!(
            faults,
            [
                (3, Problem::Ambiguous, word("2")),
                (4, Problem::Unknown, None),
                (5, Problem::Repeated, word("2")),
                (6, Problem::AlreadyPrinted, word("0042-007")),
                (7, Problem::Unknown, None),
                (8, Problem::NotWaiting, None),
                (9, Problem::Unreadable, None),
                (10, Problem::Unknown, None),
                (11, Problem::OtherName, word("María José Ramírez Núñez")),
            ]
        );
    }

    #[test]
    fn a_card_that_waits_is_meant_before_one_that_is_used_already() {
        assert_eq!(followed("ultimos4\n4417\n"), (vec!["1".to_owned()], vec![]));
    }

    #[test]
    fn a_card_for_which_another_comes_is_told_and_never_followed() {
        let old = |cards: &[(u64, bool)]| -> Vec<CardByName> {
            let one = |(id, is_given_up): &(u64, bool)| CardByName { is_given_up: *is_given_up, ..card(*id, "4417", "Ana", "Paz") };
            cards.iter().map(one).collect()
        };
        let order = |cards: &[(u64, bool)], text: &str| follow(&read(text.as_bytes()).expect("a list"), &old(cards));
        let told = order(&[(1, true)], "ultimos4\n4417\n");
        assert_eq!((told.card_ids.len(), told.faults[0].problem), (0, EmbosserProblem::Replaced));
        assert_eq!(order(&[(1, true), (2, false)], "ultimos4,nombre\n4417,ANA PAZ\n").card_ids, ["2"], "the one in its place is meant");
        assert_eq!(order(&[(1, true), (2, false)], "id\n1\n").faults[0].problem, EmbosserProblem::Replaced);
    }

    #[test]
    fn what_does_not_agree_with_itself_is_not_followed() {
        use EmbosserProblem as Problem;
        let (cards, faults) = followed("id,ultimos4,nombre\n1,0932,\n1,4417,WENDY IXCOT\n77,,\n");
        assert_eq!(cards, [""; 0]);
        assert_eq!(
            faults.iter().map(|(line, problem, detail)| (*line, *problem, detail.as_deref())).collect::<Vec<_>>(),
            [
                (2, Problem::OtherDigits, Some("4417")),
                (3, Problem::OtherName, Some("María José Ramírez Núñez")),
                (4, Problem::Unknown, None),
            ]
        );
    }

    #[test]
    fn four_digits_that_may_be_an_id_or_the_end_of_a_number_are_followed_only_where_nothing_speaks_for_the_other() {
        use EmbosserProblem as Problem;
        let with_ids = [
            // Its id is how two others end.
            card(932, "5555", "Rosa", "Tum Sis"),
            // Its id is how somebody of another name ends.
            card(7705, "6666", "Luis", "Guitz"),
            card(5001, "8888", "Elsa", "Coy"),
        ];
        let cards: Vec<CardByName> = people().into_iter().chain(with_ids).collect();
        let order = follow(
            &read(b"Tarjeta,Nombre\n0932,\n7705,LUIS GUITZ\n0932,ROSA TUM\n5001,\n4417,\n9999,\n5001,NADIE\n").expect("a list"),
            &cards,
        );
        assert_eq!(order.card_ids, ["5001", "1"], "known as an id alone, and as an end alone");
        let told: Vec<_> = order.faults.iter().map(|fault| (fault.line, fault.problem, fault.detail.as_deref())).collect();
        assert_eq!(
            told,
            [
                (2, Problem::Ambiguous, Some("2")),
                (3, Problem::Ambiguous, Some("2")),
                (4, Problem::Ambiguous, Some("2")),
                (7, Problem::Unknown, None),
                (8, Problem::OtherName, Some("Elsa Coy")),
            ]
        );
    }

    #[test]
    fn a_name_that_the_plastic_had_no_room_for_is_known_all_the_same() {
        let card = CardByName { embossed_name: Some("MJ RAMIREZ".to_owned()), ..card(1, "4417", "María José", "Ramírez Núñez") };
        for name in ["", "MARIA JOSE RAMIREZ NUN", "Ramírez, María", "M J RAMIREZ", "MJ RAMIREZ", "maría josé ramírez núñez"] {
            assert!(fits(&words_of(name), &card), "{name}");
        }
        for name in ["M J R", "MARIA LOPEZ", "MARIA MARIA", "JOSE RAMIREZ NUNEZ PEREZ", "X"] {
            assert!(!fits(&words_of(name), &card), "{name}");
        }
    }

    proptest! {
        #[test]
        fn every_row_is_followed_once_in_its_order_or_told(
            rows in prop::collection::vec((0_u64..8, prop::sample::select(vec!["4417", "0932", "7705", "2210", "9999", "x"]), any::<bool>()), 1..30),
        ) {
            let mut text = "id,ultimos4\n".to_owned();
            for (id, digits, by_id) in &rows {
                text.push_str(&if *by_id { format!("{id},\n") } else { format!(",{digits}\n") });
            }
            let listed = read(text.as_bytes()).expect("a list");
            let order = follow(&listed, &people());
            prop_assert_eq!(order.card_ids.len() + order.faults.len(), rows.len());
            let mut cards = order.card_ids.clone();
            cards.sort();
            cards.dedup();
            prop_assert_eq!(cards.len(), order.card_ids.len());
            prop_assert!(order.faults.is_sorted_by_key(|fault| fault.line));
            // Only cards that wait and have no insert.
            prop_assert!(order.card_ids.iter().all(|id| matches!(id.as_str(), "1" | "2" | "3")));
        }
    }
}
