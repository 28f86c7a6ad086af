//! What can go wrong with the journal, in words that say what to do.
//!
//! Owns the mapping of the engine's result codes. No message carries personal data, a key or a statement.

use std::path::PathBuf;
use std::sync::Arc;

use cardesk_domain::operation::{IllegalTransition, LinkProblem};
use cardesk_domain::replacement::IllegalReplacementMove;
use cardesk_domain::{CardId, CardholderId, Reference};

/// Why the journal could not be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Another program holds the journal.
    #[error("the journal {} is in use by another Cardesk: close that one first", .0.display())]
    InUse(PathBuf),
    /// The file or its directory can't be made or opened.
    #[error("the journal {} can't be opened ({source}): check that its folder exists and can be written to", path.display())]
    CannotOpen {
        /// The journal's file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The key does not fit. (An encrypted file whose first page is damaged looks the same.)
    #[error("this key does not open the journal {}: it belongs to another profile, or the file is damaged", .0.display())]
    WrongKey(PathBuf),
    /// A key was given for a journal that is not encrypted.
    #[error("the journal {} is not encrypted, and a key was given for it", .0.display())]
    NotEncrypted(PathBuf),
    /// No key was given, and the file is not a plain database.
    #[error("the journal {} is encrypted or damaged: it can't be read without a key", .0.display())]
    NotReadable(PathBuf),
    /// The file is a database, but of some other program.
    #[error("{} is a database, but not a journal of Cardesk: nothing was changed in it", .0.display())]
    NotAJournal(PathBuf),
    /// A newer Cardesk has written the file.
    #[error("the journal was written by a newer Cardesk (schema {found}, this one knows {known}): update Cardesk; nothing was changed")]
    Newer {
        /// The schema version in the file.
        found: i64,
        /// The newest version this program knows.
        known: i64,
    },
    /// Part of the file can't be read, or is not what was written.
    #[error("the journal's file is damaged: restore it from a backup before sending anything else")]
    Damaged,
    /// The disk is full.
    #[error("the disk is full: nothing was written; make room and try again")]
    DiskFull,
    /// The file can't be written to.
    #[error("the journal can't be written to: check the permissions of its file and folder")]
    ReadOnly,
    /// The database did not answer as it should.
    #[error("the journal's database failed: start Cardesk again before sending anything else")]
    Database(#[source] Arc<sqlx::Error>),
    /// A value in the file has a form that this program does not know.
    #[error("the journal holds a {0} that can't be read: update Cardesk, or restore the journal from a backup")]
    UnreadableValue(&'static str),

    /// Somebody changed the template meanwhile, or removed it; nothing was written.
    #[error("the template {0} was changed or removed meanwhile: look at it again")]
    TemplateChanged(String),
    /// No operation has this reference.
    #[error("no operation has the reference {0}")]
    UnknownOperation(Reference),
    /// An operation has this reference already.
    #[error("the reference {0} has been used already: take a new one")]
    ReferenceTaken(Reference),
    /// The event can't happen in the operation's state; nothing was written.
    #[error(transparent)]
    IllegalMove(#[from] IllegalTransition),
    /// An operation just like this one has no known outcome yet; nothing was written.
    #[error("the operation {0} does the same and its outcome is not known yet: settle it first")]
    LookAlikeOpen(Reference),
    /// The older operation can't be named like this; nothing was written.
    #[error("the operation {0} can't be named like this: {1}")]
    LinkRefused(Reference, #[source] LinkProblem),
    /// Another operation takes the older one back, or makes it again, already; nothing was written.
    #[error("the operation {0} takes the older one back, or makes it again, already: look at that one")]
    FollowedAlready(Reference),
    /// The older operation is a row of this open batch, which sends it again itself; nothing was written.
    #[error("the operation {0} is a row of batch {1}, which is open and sends it again itself")]
    LeftToItsBatch(Reference, u32),
    /// Nothing is shown against what was said of this operation, or that is known already; nothing was written.
    #[error("there is nothing to be said against how the operation {0} was settled")]
    ContradictsNothing(Reference),
    /// A person named a card that another operation has issued; nothing was written.
    #[error("another operation has issued this card")]
    CardIssuedByAnother,
    /// A fact that this kind of operation needs is missing, or one is given that it can't have.
    #[error("this operation can't be written down: {0}")]
    IncompleteOperation(&'static str),
    /// An amount beyond what a card can hold.
    #[error("this amount is too large to be written down")]
    AmountTooLarge,

    /// No batch has this number.
    #[error("no batch has the number {0}")]
    UnknownBatch(u32),
    /// A row of the batch is on its way or waits, or the batch has ended before; nothing was written.
    #[error("batch {0} can't be ended: a row of it is on its way or waits, or it has ended before")]
    BatchNotToBeEnded(u32),
    /// The row's last attempt may have moved money, or its batch has ended; nothing was written.
    #[error("the row that {0} was meant for is not to be sent again")]
    RowNotToBeSent(Reference),

    /// No replacement has this number.
    #[error("no replacement has the number {0}")]
    UnknownReplacement(u32),
    /// The event can't happen where the replacement stands; nothing was written.
    #[error(transparent)]
    IllegalReplacementMove(#[from] IllegalReplacementMove),
    /// The card has a replacement under way; nothing was written.
    #[error("the card {0} is being replaced already: go on with that one")]
    ReplacementOpen(CardId),
    /// The step's last attempt may have done something, or the replacement is not at this step; nothing was written.
    #[error("this step of replacement {0} is not to be sent again")]
    StepNotToBeSent(u32),

    /// The directory has no such cardholder.
    #[error("the directory has no cardholder with the id {0}")]
    UnknownCardholder(CardholderId),

    /// No own sheet of paper on offer has this number.
    #[error("no own sheet has the number {0}")]
    UnknownOwnSheet(u32),
    /// No print run has this number.
    #[error("no print run has the number {0:04}")]
    UnknownRun(u32),
    /// The print run was finished or discarded before.
    #[error("print run {0:04} is not a draft any more")]
    RunNotDraft(u32),
    /// A print run needs at least one insert, and each cardholder's card only once.
    #[error("this print run can't be made: {0}")]
    InvalidRun(&'static str),
    /// No insert has this serial.
    #[error("no insert has the serial {0}")]
    UnknownInsert(String),
    /// A reprint replaces an insert that was printed and is not voided; this one is not.
    #[error("the insert {0} can't be reprinted: it was never printed, or is voided already")]
    InsertNotPrinted(String),
    /// The card, or the cardholder where no card is named, has a valid insert: printing another one is a reprint, with a
    /// reason.
    #[error("this card or cardholder has the insert {0} already: to print another, reprint that one with a reason")]
    AlreadyPrinted(String),

    /// The insert is voided, packed already, or goes with another plastic; the plastic is packed already; or a stop waits. Nothing
    /// was written.
    #[error("the insert {0} is not to be packed like this")]
    PackingRefused(String),
    /// The insert was taken out before, or its box is closed; nothing was written.
    #[error("packing {0} stays: it was undone before, or its box is closed")]
    PackingStays(u32),
    /// Another stop of the packing line waits for somebody; nothing was written.
    #[error("the packing line is stopped already: acknowledge that first")]
    LineStopped,
    /// Another box is open; nothing was written.
    #[error("another box is open: close that one first")]
    BoxOpen,
    /// The box is not open; nothing was written.
    #[error("box {0} is not open")]
    NoOpenBox(u32),
}

impl From<sqlx::Error> for JournalError {
    fn from(error: sqlx::Error) -> Self {
        Arc::new(error).into()
    }
}

/// One failure may be the end of several writes.
impl From<Arc<sqlx::Error>> for JournalError {
    fn from(error: Arc<sqlx::Error>) -> Self {
        // SQLite's result codes (sqlite.org/rescode.html); the low byte is the primary one.
        match primary_code(&error) {
            Some(8) => Self::ReadOnly,
            Some(11 | 26) => Self::Damaged,
            Some(13) => Self::DiskFull,
            _ => Self::Database(error),
        }
    }
}

impl JournalError {
    /// The same once more, if it is a failure of the engine: what ends a group of writes is told to each of them.
    pub(crate) fn of_engine(&self) -> Option<Self> {
        match self {
            Self::ReadOnly => Some(Self::ReadOnly),
            Self::Damaged => Some(Self::Damaged),
            Self::DiskFull => Some(Self::DiskFull),
            Self::Database(source) => Some(Self::Database(Arc::clone(source))),
            _ => None,
        }
    }
}

/// The primary result code of the engine, if the engine is where the error comes from.
pub(crate) fn primary_code(error: &sqlx::Error) -> Option<i32> {
    error.as_database_error()?.code()?.parse::<i32>().ok().map(|code| code & 0xFF)
}

/// Whether a constraint with `mark` in its message refused the write.
pub(crate) fn is_refused_by(error: &sqlx::Error, mark: &str) -> bool {
    error.as_database_error().is_some_and(|database| database.message().contains(mark))
}
