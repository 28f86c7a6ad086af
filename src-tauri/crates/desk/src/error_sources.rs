//! How the errors of the other crates become the one error of the desk.
//!
//! Owns the mapping and nothing else. What an error means for a change at the gateway is said by the job that made it.

use std::io;
use std::path::Path;

use cardesk_domain::operation::Cause;
use cardesk_gateway::{ConnectFailure, ErrorKind, GatewayError, SetupError};
use cardesk_inserts::InsertError;
use cardesk_journal::JournalError;

use crate::error::{ErrorCode, ErrorView};

impl From<GatewayError> for ErrorView {
    /// The error of a read: repeating it is safe.
    fn from(error: GatewayError) -> Self {
        let code = match error.kind {
            ErrorKind::NotFormed => ErrorCode::Internal,
            ErrorKind::NotConnected => ErrorCode::GatewayNotConnected,
            ErrorKind::TimedOut => ErrorCode::GatewayTimedOut,
            ErrorKind::ConnectionLost => ErrorCode::GatewayConnectionLost,
            ErrorKind::Rejected if error.status == Some(404) => ErrorCode::GatewayNotFound,
            ErrorKind::Rejected => ErrorCode::GatewayRefused,
            ErrorKind::SessionEnded => ErrorCode::GatewaySessionEnded,
            ErrorKind::Forbidden => ErrorCode::GatewayForbidden,
            ErrorKind::Throttled => ErrorCode::GatewayThrottled,
            ErrorKind::Fault => ErrorCode::GatewayFault,
            ErrorKind::Unreadable | ErrorKind::TooLarge => ErrorCode::GatewayUnreadable,
            ErrorKind::TokensUnavailable => ErrorCode::KeychainFailed,
        };
        let is_passing = matches!(
            error.kind,
            ErrorKind::NotConnected
                | ErrorKind::TimedOut
                | ErrorKind::ConnectionLost
                | ErrorKind::Throttled
                | ErrorKind::Fault
                | ErrorKind::Unreadable
                | ErrorKind::TokensUnavailable
        );
        let mut view = Self::new(code);
        view.retryable = is_passing;
        view.message = words_of(&error);
        if let Some(entry) = error.codes.first().filter(|entry| !entry.code.is_empty()) {
            view = view.with_param("code", &entry.code);
        }
        if let Some(status) = error.status {
            view = view.with_param("status", status.to_string());
        }
        if let Some(permission) = error.missing_permission() {
            view = view.with_param("permission", permission.as_str());
        }
        if let Some(failure) = error.connect_failure {
            view = view.with_param("reason", word_of(failure));
        }
        view
    }
}

/// The gateway's own words: of its first code, or else of the whole.
pub(crate) fn words_of(error: &GatewayError) -> Option<String> {
    error.codes.first().map(|entry| entry.message.clone()).filter(|message| !message.is_empty()).or_else(|| error.message.clone())
}

/// What came between a request that was to change something and its outcome.
pub(crate) const fn cause_of(error: &GatewayError) -> Cause {
    match (error.kind, error.connect_failure) {
        (ErrorKind::NotFormed, _) => Cause::NotFormed,
        (ErrorKind::NotConnected, Some(ConnectFailure::NameLookup)) => Cause::NameNotFound,
        (ErrorKind::NotConnected, Some(ConnectFailure::Refused)) => Cause::ConnectionRefused,
        (ErrorKind::NotConnected, Some(ConnectFailure::Encryption)) => Cause::NotTrusted,
        (ErrorKind::NotConnected, _) => Cause::NotConnected,
        (ErrorKind::TimedOut, _) => Cause::TimedOut,
        (ErrorKind::ConnectionLost, _) => Cause::ConnectionLost,
        (ErrorKind::Rejected, _) => Cause::Rejected,
        (ErrorKind::SessionEnded, _) => Cause::SessionEnded,
        (ErrorKind::Forbidden, _) => Cause::Forbidden,
        (ErrorKind::Throttled, _) => Cause::Throttled,
        (ErrorKind::Fault, _) => Cause::Fault,
        (ErrorKind::Unreadable | ErrorKind::TooLarge, _) => Cause::Unreadable,
        (ErrorKind::TokensUnavailable, _) => Cause::TokensUnavailable,
    }
}

const fn word_of(failure: ConnectFailure) -> &'static str {
    match failure {
        ConnectFailure::NameLookup => "name_lookup",
        ConnectFailure::Refused => "refused",
        ConnectFailure::Encryption => "encryption",
        ConnectFailure::TimedOut => "timed_out",
        ConnectFailure::Other => "other",
    }
}

impl From<SetupError> for ErrorView {
    fn from(error: SetupError) -> Self {
        Self::new(ErrorCode::GatewayNotConnected).with_message(error.to_string()).retryable()
    }
}

impl From<JournalError> for ErrorView {
    fn from(error: JournalError) -> Self {
        let message = error.to_string();
        match error {
            JournalError::InUse(path) => Self::new(ErrorCode::JournalInUse).with_param("path", path.display().to_string()).retryable(),
            JournalError::CannotOpen { path, source } => match of_file(&source, &path, ErrorCode::JournalUnwritable) {
                // It is not a folder that anybody chose: it can't be chosen anew either.
                view if view.code == ErrorCode::FolderUnusable => Self { code: ErrorCode::JournalUnwritable, ..view },
                view => view,
            },
            JournalError::WrongKey(path)
            | JournalError::NotEncrypted(path)
            | JournalError::NotReadable(path)
            | JournalError::NotAJournal(path) => {
                Self::new(ErrorCode::JournalDamaged).with_message(message).with_param("path", path.display().to_string())
            }
            JournalError::Newer { .. } => Self::new(ErrorCode::JournalTooNew).with_message(message),
            JournalError::Damaged | JournalError::UnreadableValue(_) => Self::new(ErrorCode::JournalDamaged).with_message(message),
            JournalError::DiskFull => Self::new(ErrorCode::DiskFull).retryable(),
            JournalError::ReadOnly => Self::new(ErrorCode::JournalUnwritable).with_message(message).retryable(),
            JournalError::UnknownOperation(reference) => Self::new(ErrorCode::OperationNotFound).with_reference(reference),
            JournalError::LookAlikeOpen(reference) => Self::new(ErrorCode::LookAlikeOpen).with_reference(reference),
            JournalError::FollowedAlready(reference) => Self::new(ErrorCode::FollowedAlready).with_reference(reference),
            JournalError::LeftToItsBatch(reference, batch) => crate::submit::left_to_its_batch(&reference, batch),
            JournalError::ContradictsNothing(reference) => Self::new(ErrorCode::ContradictionNotOpen).with_reference(reference),
            JournalError::CardIssuedByAnother => Self::new(ErrorCode::CardNotPossible),
            JournalError::UnknownOwnSheet(number) => Self::new(ErrorCode::PaperNotFound).with_param("paper", format!("own-{number}")),
            JournalError::UnknownReplacement(number) => Self::new(ErrorCode::ReplacementNotFound).with_param("number", number.to_string()),
            JournalError::StepNotToBeSent(_) => Self::new(ErrorCode::OperationDoesNotAllow),
            JournalError::TemplateChanged(_) => Self::new(ErrorCode::TemplateChanged),
            JournalError::ReplacementOpen(_) => Self::new(ErrorCode::ReplacementOpen),
            JournalError::UnknownCardholder(_) => Self::new(ErrorCode::CardholderNotFound),
            JournalError::PackingRefused(serial) => Self::new(ErrorCode::PackingChanged).with_param("serial", serial).retryable(),
            JournalError::PackingStays(_) => Self::new(ErrorCode::PackingStays),
            JournalError::BoxOpen => Self::new(ErrorCode::PackingBoxOpen),
            JournalError::NoOpenBox(_) => Self::new(ErrorCode::PackingBoxNotOpen),
            JournalError::UnknownRun(number) => Self::new(ErrorCode::RunNotFound).with_param("number", format!("{number:04}")),
            JournalError::RunNotDraft(number) => Self::new(ErrorCode::RunEnded).with_param("number", format!("{number:04}")),
            JournalError::UnknownInsert(serial) => Self::new(ErrorCode::InsertNotFound).with_param("serial", serial),
            JournalError::InsertNotPrinted(serial) => Self::new(ErrorCode::InsertNotValid).with_param("serial", serial),
            JournalError::AlreadyPrinted(serial) => Self::new(ErrorCode::ReprintReasonMissing).with_param("serial", serial),
            _ => Self::new(ErrorCode::Internal).with_message(message),
        }
    }
}

impl From<InsertError> for ErrorView {
    fn from(error: InsertError) -> Self {
        let message = error.to_string();
        let serial = error.serial().map(ToString::to_string);
        let view = match error {
            InsertError::Nothing => Self::new(ErrorCode::NothingToPrint),
            InsertError::Character { character, field, .. } => Self::new(ErrorCode::InsertCharacter)
                .with_param("character", character.escape_debug().to_string())
                .with_param("code_point", format!("U+{:04X}", character as u32))
                .with_param("field", word_of_field(field)),
            InsertError::Empty { field, .. } => Self::new(ErrorCode::InsertFailed).with_param("field", word_of_field(field)),
            InsertError::TextTooLong { field, needed_mm, available_mm, .. } => Self::new(ErrorCode::InsertDoesNotFit)
                .with_param("field", word_of_field(field))
                .with_param("needed_mm", format!("{needed_mm:.1}"))
                .with_param("available_mm", format!("{available_mm:.1}")),
            InsertError::AddressLines { lines, most, .. } => Self::new(ErrorCode::InsertDoesNotFit)
                .with_param("field", "address")
                .with_param("lines", lines.to_string())
                .with_param("most", most.to_string()),
            InsertError::CodeTooLarge { needed_mm, available_mm, .. } => Self::new(ErrorCode::InsertDoesNotFit)
                .with_param("field", "link")
                .with_param("needed_mm", format!("{needed_mm:.1}"))
                .with_param("available_mm", format!("{available_mm:.1}")),
            InsertError::Language { .. } => Self::new(ErrorCode::TemplateLanguageMissing),
            InsertError::StartPlace { place, places } => {
                Self::new(ErrorCode::InsertDoesNotFit).with_param("place", (place + 1).to_string()).with_param("places", places.to_string())
            }
            InsertError::LeavesSheet { beyond_mm, .. } => {
                Self::new(ErrorCode::InsertDoesNotFit).with_param("beyond_mm", format!("{beyond_mm:.1}"))
            }
            InsertError::LinkTooLong { bytes, .. } => {
                Self::new(ErrorCode::InsertDoesNotFit).with_param("field", "link").with_param("bytes", bytes.to_string())
            }
            InsertError::Verification { .. } => Self::new(ErrorCode::InsertNotVerified),
            InsertError::NoSuchPage { page, .. } => Self::new(ErrorCode::PageNotFound).with_param("page", (page + 1).to_string()),
            InsertError::Preview { .. } => Self::new(ErrorCode::PageNotFound),
            InsertError::SerialTwice(_) => Self::new(ErrorCode::InsertChosenTwice),
            InsertError::Build(_) => Self::new(ErrorCode::InsertFailed),
        };
        match serial {
            Some(serial) => view.with_message(message).with_param("serial", serial),
            None => view.with_message(message),
        }
    }
}

const fn word_of_field(field: cardesk_inserts::Field) -> &'static str {
    use cardesk_inserts::Field;
    match field {
        Field::FullName => "full_name",
        Field::GivenName => "given_name",
        Field::Address => "address",
        Field::CompanyName => "company_name",
        Field::Link => "link",
        Field::Card => "card",
        Field::Serial => "serial",
        Field::Wording => "wording",
        Field::Lead => "lead",
        Field::Step(0) => "step1",
        Field::Step(1) => "step2",
        Field::Step(_) => "step3",
        Field::ClosingTitle => "closing_title",
        Field::Closing => "closing",
        Field::Sender => "sender",
    }
}

/// A failure of the file system: a full disk, a folder that is not there or not ours, or the file itself.
pub(crate) fn of_file(error: &io::Error, path: &Path, otherwise: ErrorCode) -> ErrorView {
    let code = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => ErrorCode::DiskFull,
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            ErrorCode::FolderUnusable
        }
        _ => otherwise,
    };
    ErrorView::new(code).with_message(error.to_string()).with_param("path", path.display().to_string()).retryable()
}
