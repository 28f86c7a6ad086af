//! After a jam: pages that never left the room are printed again, under the serials that they have.
//!
//! Owns how pages are named, and that a record says who printed which again, when and why. A page with an insert that is not
//! valid any more is not printed again: somebody would put that insert beside a plastic.

use std::ops::RangeInclusive;
use std::sync::Arc;

use cardesk_inserts::{PlannedRun, RunError};
use cardesk_journal::{Happening, InsertRecord, InsertState, PageReprint, RunState, SentTo};

use crate::desk::{Desk, blocking};
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::free_text::checked_reason;
use crate::happenings::Happened;
use crate::output_file::pages_name;
use crate::printing::about::named;
use crate::printing::making::{Destination, Made, ended, of_run};
use crate::printing::runs::{Inserts, parsed_number, sent};
use crate::problem::{Field, FieldCode, FieldProblem};
use crate::view::{HappeningAction, HappeningResult, PagesAgain, PagesAgainForm};
use crate::workplace::{Workplace, count};

impl Desk {
    /// Prints pages of a run again under their serials, or saves them as a PDF of their own.
    ///
    /// # Errors
    /// Pages that can't be read or that the run does not have, a reason that is missing; a page with an insert that is not
    /// valid any more; as [`Desk::print_inserts`]. Then nothing was recorded.
    pub async fn print_pages_again(&self, form: PagesAgainForm) -> DeskResult<PagesAgain> {
        let workplace = self.workplace().await?;
        let destination = self.destination_of(form.printer.as_ref()).await;
        tokio::spawn(async move { workplace.pages_again(&form, destination).await })
            .await
            .unwrap_or_else(|_| Err(ErrorView::new(ErrorCode::Internal)))
    }

    /// Where the pages are to go. The book is not kept: everybody else needs it while they are printed.
    async fn destination_of(&self, printer: Option<&String>) -> Destination {
        let book = self.inner.book.lock().await;
        match printer {
            Some(printer) => {
                let choices = book.settings.printers.get(printer).cloned().unwrap_or_default();
                Destination::of_asked(&SentTo::Printer(printer.clone()), None, choices)
            }
            None => Destination::Folder(self.output_folder(&book.settings)),
        }
    }
}

impl Workplace {
    async fn pages_again(self: Arc<Self>, form: &PagesAgainForm, destination: Destination) -> DeskResult<PagesAgain> {
        let _open = self.hold_open().await;
        let number = parsed_number(&form.number)?;
        let record = self.run_record(number).await?;
        if record.state != RunState::Finished {
            return Err(ErrorView::new(ErrorCode::RunNotFound).with_param("number", &form.number));
        }
        let reason = checked_reason(&form.reason)?;
        // From here on no other run can void what is on the pages.
        let place = self.printing.begin(record.inserts as usize)?;
        place.run.has_number(number);
        let inserts = self.inserts_again(&record).await?;
        if inserts.request.for_email {
            return Err(ErrorView::new(ErrorCode::RunNotRepeatable).with_param("number", &form.number));
        }
        let pages =
            Pages::parse(&form.pages, inserts.job.pages_of(inserts.contents.len())).map_err(|problem| ErrorView::fields(vec![problem]))?;
        check_valid(&inserts, &inserts.records, &pages)?;
        place.run.has_inserts(pages.inserts(&inserts).count());
        self.check_destination(&destination).await?;
        let happenings: Vec<Happening> = pages.inserts(&inserts).map(|position| self.printed_again(&inserts, position, &reason)).collect();
        let language = inserts.request.language;
        let inserts = Arc::new(Inserts { job: destination.job(inserts.job.clone()), ..inserts });
        let options = destination.options(&inserts.paper, &inserts.job);
        let made = {
            let (inserts, indexes) = (Arc::clone(&inserts), pages.indexes());
            self.made(number, &destination, indexes.len(), &place.run, move |to, watch| {
                PlannedRun::new(&inserts.job, &inserts.contents)
                    .map_err(RunError::from)
                    .and_then(|run| run.write_pages(&indexes, to, watch))
                    .map_err(|error| of_run(error, |error| named(error, &inserts.job, &inserts.contents, &inserts.about)))
            })
        };
        let Made { file, verified } = made.await?;
        if !place.run.hands_over() {
            return Err(ended(&place.run));
        }
        // Somebody may have voided one while the pages were made.
        check_valid(&inserts, &self.journal.inserts_of_run(number).await?, &pages)?;
        let pages = pages.to_string();
        let (title, name) = (format!("Cardesk {number:04} ({pages})"), pages_name(number, &pages, language));
        let handed = self.deliver(&destination, number, (&title, &name), options, file, &place.run).await?;
        let at = self.now();
        let reprint = PageReprint { at, operator: self.operator.clone(), pages: pages.clone(), reason, sent_to: handed.sent_to.clone() };
        if let Err(error) = self.journal.note_page_reprint(number, &reprint, &happenings).await {
            if let SentTo::File(path) = handed.sent_to {
                // Pages of which no record says why they are there a second time.
                let _ = blocking(move || std::fs::remove_file(path)).await;
            }
            return Err(error.into());
        }
        if let (Destination::Printer(to, _), Some(job)) = (&destination, &handed.handed) {
            self.follow(number, &to.printer, job).await;
        }
        let (_, path, printer) = sent(&handed.sent_to);
        Ok(PagesAgain { number: format!("{number:04}"), pages, page_count: count(verified.pages()), path, printer })
    }

    fn printed_again(&self, inserts: &Inserts, position: usize, reason: &str) -> Happening {
        let about = &inserts.about[position];
        self.happening(Happened {
            cardholder_id: Some(about.cardholder_id.clone()),
            card_id: about.card_id,
            serial: Some(inserts.records[position].serial.clone()),
            detail: Some(reason.to_owned()),
            ..Happened::new(HappeningAction::InsertPrintedAgain, HappeningResult::Done)
        })
    }
}

/// Refuses pages with an insert that is not valid any more, by what the journal has of them now.
fn check_valid(inserts: &Inserts, now: &[InsertRecord], pages: &Pages) -> DeskResult<()> {
    let wrong = pages.inserts(inserts).find(|position| now.get(*position).is_none_or(|insert| insert.state != InsertState::Printed));
    let Some(position) = wrong else { return Ok(()) };
    Err(ErrorView::new(ErrorCode::PageNotValid)
        .with_param("serial", &inserts.records[position].serial)
        .with_param("name", &inserts.about[position].display_name)
        .with_param("page", (inserts.job.page_of(position) + 1).to_string()))
}

/// Pages of a run, counted from 1: stretches in their order, none of them touching another.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pages(Vec<RangeInclusive<usize>>);

impl Pages {
    /// Reads pages as people write them: `3-5, 9`.
    fn parse(typed: &str, pages: usize) -> Result<Self, FieldProblem> {
        let wrong = |code| FieldProblem::error(Field::Pages, code);
        let mut stretches = Vec::new();
        for part in typed.split([',', ';']).map(str::trim).filter(|part| !part.is_empty()) {
            let (first, last) = part.split_once(['-', '–']).unwrap_or((part, part));
            let page = |text: &str| {
                let text = text.trim();
                let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
                text.parse::<usize>().ok().filter(|_| is_number).ok_or_else(|| wrong(FieldCode::PagesForm))
            };
            let (first, last) = (page(first)?, page(last)?);
            if first > last {
                return Err(wrong(FieldCode::PagesForm));
            }
            if first == 0 || last > pages {
                return Err(wrong(FieldCode::PagesBeyond).with_param("pages", pages));
            }
            stretches.push(first..=last);
        }
        if stretches.is_empty() {
            return Err(wrong(FieldCode::Missing));
        }
        stretches.sort_by_key(|stretch| *stretch.start());
        let mut joined: Vec<RangeInclusive<usize>> = Vec::new();
        for stretch in stretches {
            match joined.last_mut() {
                Some(before) if *stretch.start() <= *before.end() + 1 => *before = *before.start()..=*before.end().max(stretch.end()),
                _ => joined.push(stretch),
            }
        }
        Ok(Self(joined))
    }

    /// The pages, counted from 0.
    fn indexes(&self) -> Vec<usize> {
        self.0.iter().flat_map(|stretch| stretch.clone().map(|page| page - 1)).collect()
    }

    /// The positions of the inserts on the pages, counted from 0, each once: a front and its back have the same.
    fn inserts<'inserts>(&self, of: &'inserts Inserts) -> impl Iterator<Item = usize> + use<'inserts> {
        let mut next = 0;
        self.indexes().into_iter().flat_map(move |page| {
            let on_page = of.job.inserts_on(page, of.contents.len());
            let not_yet = on_page.start.max(next)..on_page.end;
            next = next.max(on_page.end);
            not_yet
        })
    }
}

impl std::fmt::Display for Pages {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (number, stretch) in self.0.iter().enumerate() {
            if number > 0 {
                formatter.write_str(", ")?;
            }
            match (stretch.start(), stretch.end()) {
                (first, last) if first == last => write!(formatter, "{first}")?,
                (first, last) => write!(formatter, "{first}-{last}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(typed: &str) -> Result<String, FieldCode> {
        Pages::parse(typed, 12).map(|pages| pages.to_string()).map_err(|problem| problem.code)
    }

    #[test]
    fn pages_are_read_as_people_write_them() {
        assert_eq!(read("3-5, 9").as_deref(), Ok("3-5, 9"));
        assert_eq!(read(" 9 ; 4,3 – 5,").as_deref(), Ok("3-5, 9"));
        assert_eq!(read("1,2,3").as_deref(), Ok("1-3"));
        assert_eq!(read("12").as_deref(), Ok("12"));
        assert_eq!(Pages::parse("3-5,9", 12).map(|pages| pages.indexes()), Ok(vec![2, 3, 4, 8]));
    }

    #[test]
    fn what_is_no_page_of_the_run_is_refused() {
        for typed in ["", " , ", ";"] {
            assert_eq!(read(typed), Err(FieldCode::Missing), "{typed:?}");
        }
        for typed in ["x", "3-", "-3", "5-3", "1 2", "3-4-5", "+3", "1.5"] {
            assert_eq!(read(typed), Err(FieldCode::PagesForm), "{typed:?}");
        }
        for typed in ["0", "13", "5-13", "0-2"] {
            assert_eq!(read(typed), Err(FieldCode::PagesBeyond), "{typed:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_told_names_the_same_pages(stretches in prop::collection::vec((1_usize..60, 0_usize..6), 1..8)) {
            let typed: Vec<String> = stretches.iter().map(|(first, more)| format!("{first}-{}", first + more)).collect();
            let pages = Pages::parse(&typed.join(","), 100).expect("they are pages");
            let mut named: Vec<usize> = stretches.iter().flat_map(|(first, more)| first - 1..first + more).collect();
            named.sort_unstable();
            named.dedup();
            prop_assert_eq!(pages.indexes(), named);
            prop_assert_eq!(Pages::parse(&pages.to_string(), 100), Ok(pages));
        }

        #[test]
        fn nothing_that_is_typed_panics(typed in "[0-9,; x–-]{0,20}") {
            let _ = Pages::parse(&typed, 7);
        }
    }
}
