//! An invitation code on paper: saved as a PDF, or printed.
//!
//! Owns whose name stands on it, its languages (those of the company's inserts) and its paper (that of statements). The
//! drawing and its words are `inserts`'. The code is in no file's name and in no printer's queue.

use cardesk_inserts::{Invitation, InvitationEnd, PaperPdf, make_invitation};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::desk::{Desk, blocking};
use crate::error::DeskResult;
use crate::output_file::private_file;
use crate::papers::{page_paper, size_of};
use crate::print_contents::language_of;
use crate::seams::JobOptions;
use crate::session::issuer_time;
use crate::view::{InsertLanguage, InvitationView, Paper, PrintJobView, PrintTo};

impl Desk {
    /// Saves an invitation as a PDF into the folder chosen in Settings; gives back where it is.
    ///
    /// # Errors
    /// A code that can't be printed; a folder that can't be written to; a full disk. Then there is no file.
    pub async fn save_invitation(&self, invitation: InvitationView) -> DeskResult<String> {
        let (pdf, _, language) = self.invitation_paper(invitation).await?;
        let name = if language == InsertLanguage::English { "Invitation" } else { "Invitación" };
        self.keep_file(name, "pdf", pdf.bytes().to_vec()).await
    }

    /// Prints an invitation; how far its job is after a while.
    ///
    /// # Errors
    /// A code that can't be printed; a printer system that is down, a printer that is not there or takes no jobs, or that it
    /// gave this one up. If it may have taken it, [`crate::ErrorCode::PrintUnknown`].
    pub async fn print_invitation(&self, invitation: InvitationView, to: PrintTo) -> DeskResult<PrintJobView> {
        let workplace = self.workplace().await?;
        workplace.printer_named(&to.printer).await?;
        let (pdf, paper, _) = self.invitation_paper(invitation).await?;
        // Gone once the printer system has it.
        let file = blocking(move || private_file(pdf.bytes())).await??;
        let options = JobOptions { tray: to.tray, copies: to.copies.max(1), ..JobOptions::on(size_of(paper)) };
        let handed = workplace.hand_to_printer(&to.printer, "Cardesk", file.path().to_owned(), options, || false).await?;
        Ok(handed.of_no_run(to.printer, workplace.now()))
    }

    async fn invitation_paper(&self, invitation: InvitationView) -> DeskResult<(PaperPdf, Paper, InsertLanguage)> {
        let profile = self.workplace().await?.profile();
        let (paper, language) = {
            let settings = &self.inner.book.lock().await.settings;
            (settings.statement_paper, settings.insert_language)
        };
        let drawn = Invitation {
            paper: page_paper(paper),
            language: language_of(language),
            company_name: profile.company_name.clone(),
            code: invitation.code,
            ends: invitation.expires_at.as_deref().and_then(|at| at.parse().ok()).map(|at| end_of(at, &issuer_time())),
        };
        let environment = profile.environment;
        let pdf = blocking(move || make_invitation(&drawn, environment)).await??;
        Ok((pdf, paper, language))
    }
}

const MONTHS: [(&str, &str); 12] = [
    ("enero", "January"),
    ("febrero", "February"),
    ("marzo", "March"),
    ("abril", "April"),
    ("mayo", "May"),
    ("junio", "June"),
    ("julio", "July"),
    ("agosto", "August"),
    ("septiembre", "September"),
    ("octubre", "October"),
    ("noviembre", "November"),
    ("diciembre", "December"),
];

/// When a code ends, by the issuer's clock, in both languages.
fn end_of(at: Timestamp, zone: &TimeZone) -> InvitationEnd {
    let at = zone.to_datetime(at);
    let (spanish, english) = MONTHS[usize::from(at.month().unsigned_abs() - 1)];
    let (day, year) = (at.day(), at.year());
    let time = format!("{:02}:{:02}", at.hour(), at.minute());
    InvitationEnd { spanish: format!("{day} de {spanish} de {year}, {time}"), english: format!("{day} {english} {year}, {time}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_told_by_the_issuers_clock_in_both_languages() {
        let end = end_of("2026-12-01T03:05:00Z".parse().expect("an instant"), &issuer_time());
        assert_eq!(end.spanish, "30 de noviembre de 2026, 21:05");
        assert_eq!(end.english, "30 November 2026, 21:05");
    }
}
