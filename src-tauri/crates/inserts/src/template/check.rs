//! Whether a template finds room on a paper: seen by making a page of it.

use cardesk_domain::ActivationLink;

use crate::content::InsertContent;
use crate::error::InsertError;
use crate::job::PrintJob;
use crate::run::{VerifiedPdf, make};

/// The longest name that is embossed on a plastic: 26 characters, here of the widest letters. A template is taken to hold
/// every name once it holds this one; a longer name of the directory is checked beside it.
pub const LONGEST_EMBOSSED_NAME: &str = "MMMMMMMM WWWWWWWW MMMMMMMM";

/// An insert of an invented cardholder with this name, for looking at a template. Its address is invented as well.
///
/// # Errors
/// If no serial can be made of the number.
pub fn example_insert(link: &ActivationLink, given_name: &str, full_name: &str, number: usize) -> Result<InsertContent, InsertError> {
    let wrong = |_| InsertError::Build(format!("no serial can be made of {number}"));
    Ok(InsertContent {
        link: link.clone(),
        full_name: full_name.to_owned(),
        given_name: given_name.to_owned(),
        last_four: "4417".parse().ok(),
        serial: format!("0000-{number:03}").parse().map_err(wrong)?,
        address_lines: ["12 calle 4-56, zona 10", "Edificio Los Cedros, oficina 301", "01010 Guatemala"].map(str::to_owned).to_vec(),
    })
}

/// Makes inserts with the longest name that is embossed and with these (given name and full name), in the job's template, on
/// its paper and in its language, and one for a card that is not known: what finds no room shows here, and so does a code that
/// would need a smaller module than is ever printed, or whose quiet zone is not free.
///
/// # Errors
/// What finds no room, with its field and the figures.
pub fn check_on_paper(job: &PrintJob, link: &ActivationLink, names: &[(String, String)]) -> Result<VerifiedPdf, InsertError> {
    let longest = (LONGEST_EMBOSSED_NAME.to_owned(), LONGEST_EMBOSSED_NAME.to_owned());
    let names = [longest].into_iter().chain(names.iter().cloned()).enumerate();
    let inserts = names.map(|(number, (given_name, full_name))| example_insert(link, &given_name, &full_name, number + 1));
    let mut inserts = inserts.collect::<Result<Vec<_>, _>>()?;
    let without_card = example_insert(link, LONGEST_EMBOSSED_NAME, LONGEST_EMBOSSED_NAME, inserts.len() + 1)?;
    inserts.push(InsertContent { last_four: None, ..without_card });
    make(job, &inserts)
}
