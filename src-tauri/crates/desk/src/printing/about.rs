//! For whom each insert of a run is, and how an error of the engine is told with it.

use cardesk_domain::{CardId, CardholderId};
use cardesk_inserts::{InsertContent, InsertError, PrintJob};

use crate::copies::addressee_name;
use crate::error::ErrorView;
use crate::print_contents::Chosen;

/// For whom an insert is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct About {
    pub(crate) cardholder_id: CardholderId,
    pub(crate) card_id: Option<CardId>,
    pub(crate) display_name: String,
    /// The insert that it replaces.
    pub(crate) replaces: Option<String>,
}

impl Chosen {
    pub(crate) fn about(&self) -> About {
        About {
            cardholder_id: self.cardholder.id.clone(),
            card_id: self.card.as_ref().map(|card| card.id),
            display_name: addressee_name(&self.cardholder),
            replaces: self.replaces.clone(),
        }
    }
}

/// The error with the cardholder's name, the page, and the place on it, both from 1; where it names an insert.
pub(crate) fn named(error: InsertError, job: &PrintJob, contents: &[InsertContent], about: &[About]) -> ErrorView {
    let position = error.serial().and_then(|serial| contents.iter().position(|content| content.serial == *serial));
    let view = ErrorView::from(error);
    let Some((position, about)) = position.and_then(|position| Some((position, about.get(position)?))) else { return view };
    let page = job.page_of(position);
    let first = job.inserts_on(page, contents.len()).start;
    view.with_param("name", &about.display_name)
        .with_param("page", (page + 1).to_string())
        .with_param("place", (position - first + 1).to_string())
}

#[cfg(test)]
mod tests {
    use cardesk_domain::{ActivationLink, Environment};
    use cardesk_inserts::{Branding, InsertLanguage, Layout};

    use super::*;

    #[test]
    fn an_insert_is_named_with_its_cardholder_page_and_place() {
        let branding = Branding { company_name: "Café".to_owned() };
        let job = PrintJob::new(Layout::EightUpA4, InsertLanguage::Spanish, branding, Environment::Practice);
        let content = |number: usize| InsertContent {
            link: ActivationLink::new("https://example.com/a", None, &format!("u{number}").parse().expect("an id")).expect("a link"),
            full_name: "Ana".to_owned(),
            given_name: "Ana".to_owned(),
            last_four: None,
            serial: format!("0043-{number:03}").parse().expect("a serial"),
            address_lines: Vec::new(),
        };
        let about = |number: usize| About {
            cardholder_id: format!("u{number}").parse().expect("an id"),
            card_id: None,
            display_name: format!("Persona {number}"),
            replaces: None,
        };
        let (contents, about): (Vec<_>, Vec<_>) = (1..=20).map(|number| (content(number), about(number))).unzip();
        let wrong = InsertError::Verification { serial: Some(contents[10].serial.clone()), problem: "x".to_owned() };
        let view = named(wrong, &job, &contents, &about);
        let param = |name: &str| view.params.get(name).map(String::as_str);
        assert_eq!(
            (param("serial"), param("name"), param("page"), param("place")),
            (Some("0043-011"), Some("Persona 11"), Some("2"), Some("3"))
        );
        assert!(!named(InsertError::Nothing, &job, &contents, &about).params.contains_key("name"));
    }
}
