//! From chosen cardholders to what their inserts say.
//!
//! Owns what stands on an insert and in which lines; how it is laid out is `inserts`' business.

use std::collections::{HashMap, HashSet};

use cardesk_domain::{ActivationLink, CardId, CardholderId};
use cardesk_inserts::{Back, Branding, InsertContent, InsertLanguage, PrintJob, Serial, Shipped};
use cardesk_journal::{Addressee, AddresseeCard, ValidInsert};

use crate::copies::{addressee_name, last_four_text, parsed};
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::papers::RunPaper;
use crate::problem::{Field, FieldCode, FieldProblem};
use crate::profiles::Profile;
use crate::session::not_found;
use crate::view::{InsertLanguage as LanguageWord, PrintItem, PrintRequest};
use crate::workplace::Workplace;

/// The most inserts of one run.
pub(crate) const MOST_INSERTS: usize = 100_000;

/// The most characters of a line of the address, before it is broken: what the narrowest window holds.
const ADDRESS_LINE: usize = 38;

/// The most lines of the address beside the name.
const ADDRESS_LINES: usize = 4;

/// One chosen insert: for whom, for which card, and which printed insert it replaces.
pub(crate) struct Chosen {
    pub(crate) cardholder: Addressee,
    pub(crate) card: Option<AddresseeCard>,
    pub(crate) replaces: Option<String>,
    /// Whether another card comes, or has come, for the card.
    is_given_up: bool,
    link: ActivationLink,
    has_address: bool,
}

impl Chosen {
    /// What it says, under this serial.
    pub(crate) fn content(&self, serial: &str) -> DeskResult<InsertContent> {
        let serial: Serial = serial.parse().map_err(|_| ErrorView::new(ErrorCode::Internal))?;
        let (given_name, full_name) = names_on_insert(&self.cardholder.first_name, &self.cardholder.last_name);
        let address = self.cardholder.address.as_deref().filter(|_| self.has_address).unwrap_or_default();
        Ok(InsertContent {
            link: self.link.clone(),
            given_name,
            full_name,
            last_four: self.card.as_ref().and_then(|card| card.last_four.clone()),
            serial,
            address_lines: address_lines(address),
        })
    }
}

impl Workplace {
    /// What was chosen, looked up in the directory.
    pub(crate) async fn chosen(&self, request: &PrintRequest, paper: &RunPaper) -> DeskResult<Vec<Chosen>> {
        // What is sent to somebody is theirs alone.
        let most = if request.for_email { 1 } else { MOST_INSERTS };
        if request.items.is_empty() || request.items.len() > most {
            return Err(ErrorView::new(ErrorCode::NothingToPrint).with_param("most", most.to_string()));
        }
        let distinct: HashSet<&PrintItem> = request.items.iter().collect();
        if distinct.len() != request.items.len() {
            return Err(ErrorView::new(ErrorCode::InsertChosenTwice));
        }
        self.chosen_of(request, paper, self.known_of(&request.items).await?).await
    }

    /// What is on a run that was made, looked up again. What its inserts replaced, its record says; and whether a card is given
    /// up since changes nothing of what was printed.
    pub(crate) async fn chosen_again(&self, request: &PrintRequest, paper: &RunPaper) -> DeskResult<Vec<Chosen>> {
        let addressees = self.journal.addressees(&ids_of(&request.items)?).await?;
        self.chosen_of(request, paper, Known { addressees, ..Known::default() }).await
    }

    async fn chosen_of(&self, request: &PrintRequest, paper: &RunPaper, known: Known) -> DeskResult<Vec<Chosen>> {
        let profile = self.profile();
        let has_address = paper.layout.has_address();
        let mut chosen: Vec<Chosen> = Vec::with_capacity(request.items.len());
        let mut replaced = HashSet::new();
        for item in &request.items {
            let mut one = self.chosen_one(item, &known, &profile, has_address).await?;
            // An insert that names no card may stand for several of those that are chosen. It is replaced once, by the first;
            // the others then get the first insert of their own.
            one.replaces = one.replaces.filter(|serial| replaced.insert(serial.clone()));
            chosen.push(one);
        }
        Ok(chosen)
    }

    /// What the journal has of everyone who was chosen, read at once: one by one, 10,000 would be waited for.
    async fn known_of(&self, items: &[PrintItem]) -> DeskResult<Known> {
        let ids = ids_of(items)?;
        let (addressees, inserts, given_up) =
            tokio::try_join!(self.journal.addressees(&ids), self.journal.valid_inserts(&ids), self.journal.given_up_cards(&ids))?;
        Ok(Known { addressees, inserts, given_up })
    }

    async fn chosen_one(&self, item: &PrintItem, known: &Known, profile: &Profile, has_address: bool) -> DeskResult<Chosen> {
        let id = cardholder_id(item)?;
        let cardholder = match known.addressees.get(&id) {
            Some(addressee) => addressee.clone(),
            None => self.addressee_from_gateway(&id).await?,
        };
        let card = match &item.card_id {
            Some(card_id) => Some(self.chosen_card(&cardholder, parsed(card_id, ErrorCode::CardNotFound)?).await?),
            None => None,
        };
        let inserts = known.inserts.get(&id).map_or(&[][..], Vec::as_slice);
        let replaced = match &card {
            // One that names no card stands for all of its cardholder's.
            Some(card) => inserts.iter().find(|insert| insert.card_id.is_none_or(|known| known == card.id)),
            None => inserts.iter().find(|insert| insert.card_id.is_none()),
        };
        Ok(Chosen {
            link: profile.activation_link(&id)?,
            replaces: replaced.map(|insert| insert.serial.clone()),
            is_given_up: card.as_ref().is_some_and(|card| known.given_up.contains(&card.id)),
            cardholder,
            card,
            has_address,
        })
    }

    /// Somebody whom the directory does not have yet.
    async fn addressee_from_gateway(&self, id: &CardholderId) -> DeskResult<Addressee> {
        self.known_cardholder(id).await?;
        let read = self.journal.addressees(std::slice::from_ref(id)).await?.remove(id);
        read.ok_or_else(|| not_found(ErrorCode::CardholderNotFound, id.as_str()))
    }

    async fn chosen_card(&self, cardholder: &Addressee, id: CardId) -> DeskResult<AddresseeCard> {
        if let Some(card) = cardholder.cards.iter().find(|card| card.id == id) {
            return Ok(card.clone());
        }
        let card = self.known_card(id).await?;
        // Somebody else's card beside this name is the worst defect of all.
        if card.cardholder_id == cardholder.id {
            Ok(AddresseeCard { id: card.id, last_four: card.last_four })
        } else {
            Err(not_found(ErrorCode::CardNotFound, &id.to_string()))
        }
    }
}

/// Refuses a card for which another comes, or has come: whoever got its insert would activate a card that is out of use.
pub(crate) fn check_not_given_up(chosen: &[Chosen]) -> DeskResult<()> {
    let Some(given_up) = chosen.iter().find(|one| one.is_given_up) else { return Ok(()) };
    let last_four = given_up.card.as_ref().and_then(|card| card.last_four.as_ref());
    Err(ErrorView::new(ErrorCode::CardGivenUp)
        .with_param("name", addressee_name(&given_up.cardholder))
        .with_param("last_four", last_four_text(last_four)))
}

/// What the journal has of those who were chosen.
#[derive(Default)]
struct Known {
    addressees: HashMap<CardholderId, Addressee>,
    inserts: HashMap<CardholderId, Vec<ValidInsert>>,
    given_up: HashSet<CardId>,
}

/// Everybody who was chosen, once, in the order of the journal's indexes: they are then read from their beginning to their end.
fn ids_of(items: &[PrintItem]) -> DeskResult<Vec<CardholderId>> {
    let mut ids: Vec<CardholderId> = items.iter().map(cardholder_id).collect::<DeskResult<_>>()?;
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

fn cardholder_id(item: &PrintItem) -> DeskResult<CardholderId> {
    parsed(&item.cardholder_id, ErrorCode::CardholderNotFound)
}

pub(crate) const fn language_of(language: LanguageWord) -> InsertLanguage {
    match language {
        LanguageWord::Spanish => InsertLanguage::Spanish,
        LanguageWord::English => InsertLanguage::English,
        LanguageWord::Both => InsertLanguage::Both,
    }
}

/// The word under which the journal keeps the language of a run.
pub(crate) const fn language_word(request: &PrintRequest) -> &'static str {
    language_of(request.language).id()
}

/// The same way back, for runs that were made before more than that was kept.
pub(crate) fn request_of_words(paper: &str, language: &str) -> Option<PrintRequest> {
    const LANGUAGES: [LanguageWord; 3] = [LanguageWord::Spanish, LanguageWord::English, LanguageWord::Both];
    Some(PrintRequest {
        items: Vec::new(),
        paper: paper.to_owned(),
        start_place: 1,
        with_backs: false,
        template_id: Shipped::Classic.id().to_owned(),
        language: LANGUAGES.into_iter().find(|word| language_of(*word).id() == language)?,
        for_email: false,
        reprint_reason: None,
    })
}

impl Workplace {
    /// How the run is printed. Its mark follows from the profile's environment alone.
    pub(crate) async fn print_job(&self, request: &PrintRequest, paper: &RunPaper) -> DeskResult<PrintJob> {
        let profile = self.profile();
        let branding = Branding { company_name: profile.company_name.clone() };
        let layout = paper.layout;
        let places = layout.inserts_per_page();
        let start_place = usize::try_from(request.start_place).ok().and_then(|place| place.checked_sub(1));
        // Only what is not cut was ever begun.
        let most = if layout.is_labels() { places } else { 1 };
        let start_place = start_place.filter(|place| *place < most).ok_or_else(|| {
            ErrorView::fields(vec![FieldProblem::error(Field::StartPlace, FieldCode::CountRange).with_param("most", most)])
        })?;
        let mut job = PrintJob::new(layout, language_of(request.language), branding, profile.environment);
        job.start_place = start_place;
        job.back = (request.with_backs && !layout.is_labels()).then(Back::default);
        job.template = self.template(&request.template_id).await?;
        job.mark_of_serials = Some(self.mark_of_serials().await?);
        Ok(job)
    }
}

/// The name in the greeting and the whole name, of somebody's first and last names.
pub(crate) fn names_on_insert(first: &str, last: &str) -> (String, String) {
    let (first, last) = (first.trim(), last.trim());
    let full_name = if first.is_empty() || last.is_empty() { format!("{first}{last}") } else { format!("{first} {last}") };
    (if first.is_empty() { full_name.clone() } else { first.to_owned() }, full_name)
}

/// The address in lines, broken between words. What is too long for all its lines stays in the last one, so that the
/// layout refuses it with its figures.
fn address_lines(address: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in address.split(',') {
        for (index, word) in part.split_whitespace().enumerate() {
            let joint = if index == 0 { ", " } else { " " };
            let is_last_line = lines.len() == ADDRESS_LINES;
            let fits = |line: &str| line.chars().count() + joint.len() + word.chars().count() <= ADDRESS_LINE;
            match lines.last_mut() {
                Some(line) if is_last_line || fits(line) => {
                    line.push_str(joint);
                    line.push_str(word);
                }
                _ => lines.push(word.to_owned()),
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_broken_between_words_and_nothing_of_it_is_lost() {
        assert_eq!(address_lines("4a. avenida 12-59, zona 1"), ["4a. avenida 12-59, zona 1"]);
        assert_eq!(
            address_lines("Boulevard Los Próceres 18-20, zona 10, Edificio Torre Empresarial, Guatemala"),
            ["Boulevard Los Próceres 18-20, zona 10", "Edificio Torre Empresarial, Guatemala"]
        );
        assert_eq!(address_lines(" , "), [""; 0]);
        let long = "palabra ".repeat(40);
        let lines = address_lines(&long);
        assert_eq!(lines.len(), ADDRESS_LINES);
        assert_eq!(lines.join(" ").split_whitespace().count(), 40);
    }
}
