//! CUPS, asked by its own protocol (IPP, RFC 8010 and 8011, with CUPS' operations).
//!
//! Owns what is asked and what the answers come to. Where the server is and how it is reached, is in `server`; what its
//! attributes mean, in `answer`.

mod answer;
mod request;
mod server;

use std::path::{Path, PathBuf};

use ipp::attribute::IppAttributes;
use ipp::model::{DelimiterTag, StatusCode};
use ipp::request::IppRequestResponse;

use self::answer::{integer, job_status, standstill, status_words, system_printer};
use self::server::{Document, Server, ServerError};
use super::{JobOptions, JobState, JobStatus, PrintSystem, PrintSystemDown, SubmitError, SystemPrinter};

/// A CUPS server.
#[derive(Debug)]
pub(super) struct Cups {
    /// Where it listens; `None`: where this user's programs find theirs, asked anew each time.
    pub(super) socket: Option<PathBuf>,
}

/// Why there is no useful answer.
enum AskError {
    /// Nobody answers.
    Down(String),
    /// The server refuses, in its own words.
    Refused(StatusCode, String),
    /// The server was reached; whether it did what was asked nobody knows.
    Lost(String),
}

impl AskError {
    fn words(self) -> String {
        match self {
            Self::Down(words) | Self::Refused(_, words) | Self::Lost(words) => words,
        }
    }
}

impl PrintSystem for Cups {
    fn printers(&self) -> Result<Vec<SystemPrinter>, PrintSystemDown> {
        let answer = match request::printers().map_err(|error| error.to_string()).map(|request| self.ask(&request, None)) {
            Ok(Ok(answer)) => answer,
            // A server without a single queue says "not found".
            Ok(Err(AskError::Refused(StatusCode::ClientErrorNotFound, _))) => return Ok(Vec::new()),
            Ok(Err(error)) => return Err(PrintSystemDown(error.words())),
            Err(words) => return Err(PrintSystemDown(words)),
        };
        let groups = answer.groups_of(DelimiterTag::PrinterAttributes);
        let mut found: Vec<SystemPrinter> = groups.filter_map(system_printer).collect();
        found.sort_by_key(|printer| (!printer.is_default, printer.name.to_lowercase()));
        Ok(found)
    }

    fn submit(&self, printer: &str, title: &str, file: &Path, options: &JobOptions) -> Result<u64, SubmitError> {
        let request = request::print_job(printer, title, options).map_err(|error| SubmitError::NotTaken(error.to_string()))?;
        let document = Document::open(file).map_err(|error| SubmitError::NotTaken(error.to_string()))?;
        let answer = self.ask(&request, Some(&document)).map_err(|error| match error {
            AskError::Down(words) | AskError::Refused(_, words) => SubmitError::NotTaken(words),
            AskError::Lost(words) => SubmitError::Unknown(words),
        })?;
        let job = answer.first_of(DelimiterTag::JobAttributes).and_then(|group| integer(group, "job-id"));
        let job = job.and_then(|job| u64::try_from(job).ok());
        job.ok_or_else(|| SubmitError::Unknown("the printer system named no job".to_owned()))
    }

    fn job_status(&self, printer: &str, job: u64) -> Result<JobStatus, PrintSystemDown> {
        let request = request::job_attributes(printer, job).map_err(|error| PrintSystemDown(error.to_string()))?;
        let mut status = match self.ask(&request, None) {
            Ok(answer) => answer.first_of(DelimiterTag::JobAttributes).map_or_else(|| JobStatus::silent(JobState::Unknown), job_status),
            Err(AskError::Refused(StatusCode::ClientErrorNotFound | StatusCode::ClientErrorGone, _)) => {
                JobStatus::silent(JobState::Unknown)
            }
            Err(error) => return Err(PrintSystemDown(error.words())),
        };
        // A job in the queue says nothing of the printer that it waits for.
        if matches!(status.state, JobState::Waiting | JobState::Stopped) {
            for words in self.printer_words(printer) {
                if !status.words.contains(&words) {
                    status.words.push(words);
                }
            }
        }
        Ok(status)
    }

    fn cancel(&self, printer: &str, job: u64) -> Result<(), String> {
        let request = request::cancel_job(printer, job).map_err(|error| error.to_string())?;
        self.ask(&request, None).map(drop).map_err(AskError::words)
    }
}

impl Cups {
    /// What keeps the printer from going on, if it says so.
    fn printer_words(&self, printer: &str) -> Vec<String> {
        let answer = request::printer_state(printer).ok().and_then(|request| self.ask(&request, None).ok());
        answer.as_ref().and_then(|answer| answer.first_of(DelimiterTag::PrinterAttributes)).map(standstill).unwrap_or_default()
    }

    fn ask(&self, request: &IppRequestResponse, document: Option<&Document>) -> Result<IppAttributes, AskError> {
        let server = self.socket.as_deref().map_or_else(Server::of_this_user, Server::at);
        let (header, attributes) = server.exchange(request, document).map_err(|error| match error {
            ServerError::NotReached(words) => AskError::Down(words),
            ServerError::Lost(words) => AskError::Lost(words),
            ServerError::Refused(words) => AskError::Refused(StatusCode::ClientErrorForbidden, words),
        })?;
        let status = header.status_code();
        if status.is_success() {
            Ok(attributes)
        } else {
            Err(AskError::Refused(status, status_words(&attributes).unwrap_or_else(|| status.to_string())))
        }
    }
}
