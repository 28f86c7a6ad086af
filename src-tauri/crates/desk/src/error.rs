//! The one error that crosses to the window, and the codes that the window acts on.
//!
//! Owns [`ErrorView`] and its JSON, which is pinned by a test. The words that people read are in the window's catalogues:
//! a code and its parameters leave here, and where there is one the gateway's own message.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::problem::{Field, FieldProblem};

/// What went wrong, in one word that the window has a text for in every language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// Fields need mending before anything can be done; they are named in `fields`.
    FieldsNeedMending,
    /// No connection to the gateway could be made; nothing left this machine.
    GatewayNotConnected,
    /// The gateway did not answer in time.
    GatewayTimedOut,
    /// The connection broke before the answer was complete.
    GatewayConnectionLost,
    /// The gateway refused, with its reason in `message` and its code in `params.code`.
    GatewayRefused,
    /// The gateway has no such cardholder or card.
    GatewayNotFound,
    /// The gateway no longer takes this desk's session or key.
    GatewaySessionEnded,
    /// Signed in, but without the permission for this; it is named in `params.permission`, where it has a name.
    GatewayForbidden,
    /// The gateway asks for patience.
    GatewayThrottled,
    /// The gateway has a fault of its own (5xx).
    GatewayFault,
    /// The gateway's answer could not be read.
    GatewayUnreadable,
    /// The profile has no key or token in the keychain yet.
    SecretMissing,
    /// The key that was given is no Ed25519 key in a known form.
    SecretUnreadable,
    /// No keychain is there; the window says what to install or start, in its language.
    KeychainMissing,
    /// The keychain is locked.
    KeychainLocked,
    /// The keychain did not let this program in.
    KeychainDenied,
    /// The keychain failed; nothing was changed.
    KeychainFailed,
    /// Practice has not started; `message` says why.
    PracticeNotRunning,
    /// Faults for Practice that are not possible; `message` says why. What was in force still is.
    FaultsRefused,
    /// Whether the cardholder was registered is not known: search before registering again.
    RegistrationUncertain,
    /// Whether the card was changed is not known: look at it before trying again.
    ChangeUncertain,
    /// The gateway did not take the one-time code: it is wrong, used or too old. The PIN was not changed.
    CodeRefused,
    /// Whether the gateway took the one-time code is not known. The PIN was not changed: another code has to be asked for.
    CodeUncertain,
    /// The gateway has no e-mail address of `name`, so no one-time code can be sent.
    CodeNoAddress,
    /// Whether the PIN was set is not known: it can be verified, or set again.
    PinUncertain,
    /// The PIN waited too long for a word: it has to be typed again. Nothing was sent.
    PinNotHeld,
    /// The gateway has no transfer with the id `params.id`.
    TransferNotFound,
    /// `reference` is no transfer that can be looked up, but another operation of this desk: `params.kind`, of `params.amount` in
    /// `params.currency`, on `params.card_id` of `params.cardholder_id`.
    ReferenceOfOther,
    /// No operation of this desk has this `reference`.
    ReferenceNotOfThisDesk,
    /// The card that ends in `params.last_four` is not linked to `params.name`: they can have no PIN for it. Nothing was sent.
    CardNotShared,
    /// Whether the types of transfers were made is not known, and the gateway gives no list to look in.
    TransferTypesUncertain,
    /// The card, which ends in `params.last_four`, is linked already.
    LinkedAlready,
    /// The card is no longer linked: somebody unlinked it.
    LinkGone,
    /// Somebody gave the card, or the linked one, another alias meanwhile: `params.alias`, or none. Nothing was sent.
    AliasChanged,
    /// Whether the link was changed is not known: look at the list before trying again.
    LinkUncertain,
    /// There is no profile with that id.
    ProfileNotFound,
    /// The company was left before this could be sent, so that nothing was: work in it again and ask again.
    ProfileLeft,
    /// A profile stays in its environment: data are never shared between environments.
    EnvironmentFixed,
    /// Practice is always there and can't be removed.
    ProfilePermanent,
    /// The company stays while money of it is not settled: `what` says whether it is `operations`, which `references` names,
    /// `batches`, which `batches` numbers, `both`, or `sending`, something that is on its way just now.
    ProfileUnsettled,
    /// The desk has no record of this cardholder.
    CardholderNotFound,
    /// The desk has no record of this card.
    CardNotFound,
    /// There is no operation with that reference.
    OperationNotFound,
    /// Only an operation whose outcome is unknown can be settled.
    OperationNotOpen,
    /// Whether it was done can't be told before `params.from`: the issuer may still show it.
    NotCertainYet,
    /// The gateway shows what may be it: nobody can say that it was not done.
    MayBeShown,
    /// An operation of the same direction and amount on the same card is still without an outcome; it is named in `reference`.
    LookAlikeOpen,
    /// Another operation takes this one back, or makes it again, already.
    FollowedAlready,
    /// The form's operation was sent before; its reference names it.
    SubmittedAlready,
    /// The operation named in `reference` is not in a state that allows this.
    OperationDoesNotAllow,
    /// The operation named in `reference` is a row of batch `number`, which is open: only that one sends it again.
    LeftToItsBatch,
    /// Nothing contradicts how the operation was settled, or a person has said already why that is clear.
    ContradictionNotOpen,
    /// The card that was named can't be the one that was issued: it is another operation's, or the gateway did not show it.
    CardNotPossible,
    /// There is no replacement with that number.
    ReplacementNotFound,
    /// The card is being replaced already: that one goes on.
    ReplacementOpen,
    /// The balance of the old card is another one by now, `params.amount` in `params.currency`: nothing was moved.
    ReplacementBalanceChanged,
    /// The intent could not be written, so nothing was sent.
    IntentNotWritten,
    /// The disk is full, so that the intent could not be written: nothing was sent.
    IntentDiskFull,
    /// The outcome could not be written. It counts as unknown and is looked up again.
    OutcomeNotWritten,
    /// The desk's record is in use by another process.
    JournalInUse,
    /// The desk's record, in `params.path`, can't be opened for writing: nothing is sent.
    JournalUnwritable,
    /// The desk's record is damaged, or the key in the keychain is not its own.
    JournalDamaged,
    /// The desk's record is encrypted, and its key is not in this keychain.
    JournalKeyMissing,
    /// The record was written by a newer version.
    JournalTooNew,
    /// The disk is full.
    DiskFull,
    /// A folder is not there, or can't be written to; it is named in `params.path`.
    FolderUnusable,
    /// A file could not be read or written; it is named in `params.path`.
    FileFailed,
    /// A file that this desk did not write is not opened.
    FileNotOurs,
    /// No browser opened a page; its address is `params.link`.
    PageNotOpened,
    /// Nothing was chosen to be printed.
    NothingToPrint,
    /// The same insert was chosen twice in one run.
    InsertChosenTwice,
    /// Another card comes, or has come, in place of the one that ends in `params.last_four`, of `params.name`: no insert of it is
    /// printed.
    CardGivenUp,
    /// A reprint needs its reason.
    ReprintReasonMissing,
    /// A character can't be printed; `params` name it and the insert.
    InsertCharacter,
    /// Something does not fit the paper; `params` have the figures.
    InsertDoesNotFit,
    /// A code did not read back from the finished page: nothing was handed over.
    InsertNotVerified,
    /// The insert could not be made, for another reason in `message`.
    InsertFailed,
    /// There is no template with the id `params.id`.
    TemplateNotFound,
    /// Somebody changed the template meanwhile, or removed it: nothing was kept.
    TemplateChanged,
    /// The template can't be printed any more; `fields` say why.
    TemplateUnusable,
    /// The template has no texts in the language of the run.
    TemplateLanguageMissing,
    /// The file is no template, or damaged.
    TemplateFileUnreadable,
    /// The file was written by a newer version: its form is `params.found`, this program knows `params.known`.
    TemplateFileTooNew,
    /// The file has fields that this version does not know, `params.fields`.
    TemplateFileFields,
    /// The file is larger than `max` megabytes.
    TemplateFileTooLarge,
    /// There is no such page in the preview.
    PageNotFound,
    /// The packed insert stays as it is: it was taken out before, or it has left the room.
    PackingStays,
    /// The insert is not to be packed like this: something has changed since it was scanned.
    PackingChanged,
    /// Another box is open: it is closed first.
    PackingBoxOpen,
    /// There is no such box, or it is not open any more.
    PackingBoxNotOpen,
    /// The preview was made too long ago: it has to be made again.
    PreviewGone,
    /// Another run is on its way: one is made at a time.
    RunUnderWay,
    /// The run was cancelled: nothing of it counts, and nothing is left of it.
    RunCancelled,
    /// The run was interrupted because the company was left. It waits in the print room to be made again or thrown away.
    RunInterrupted,
    /// There is no print run `number`.
    RunNotFound,
    /// The print run `number` was finished or thrown away before.
    RunEnded,
    /// Print run `number` can't be made again: since it was begun, a card of it got the insert `serial`, or another has replaced
    /// what it replaces. It can be thrown away.
    RunOvertaken,
    /// How print run `number` was made is not known, so that it can't be made again.
    RunNotRepeatable,
    /// The insert `serial` on one of the pages is not valid any more: that page is not printed again under its serials.
    PageNotValid,
    /// There is no insert `serial`.
    InsertNotFound,
    /// The insert `serial` is not valid: it was never printed, or is voided already.
    InsertNotValid,
    /// The embosser's list has no column with the card's id, its number or its last four digits.
    EmbosserColumnsMissing,
    /// The printer system (CUPS, the print spooler) does not answer.
    PrintSystemDown,
    /// There is no printer with that name.
    PrinterNotFound,
    /// The printer system did not take the job.
    PrintFailed,
    /// The job was cancelled at the printer.
    PrintCancelled,
    /// The printer system gave the job up.
    PrintAborted,
    /// Whether printer `printer` took the pages nobody knows: the connection ended while they were handed over.
    PrintUnknown,
    /// The printer takes no jobs.
    PrinterTakesNothing,
    /// The printer disappeared while it had the job.
    PrinterGone,
    /// The printer system has no such job any more.
    PrintJobNotFound,
    /// There is no paper of that word.
    PaperNotFound,
    /// The file is larger than `max` megabytes.
    TableTooLarge,
    /// The file has more rows than `max`.
    TableTooLong,
    /// The file has more columns than `max`.
    TableTooWide,
    /// The file is a workbook of a spreadsheet program: it has to be saved as CSV.
    TableIsWorkbook,
    /// The file is no text, or damaged.
    TableNotText,
    /// The file has no rows below its titles.
    TableEmpty,
    /// Columns that are needed have no title in the first row; `fields` names them.
    TableColumnsMissing,
    /// Two columns have titles that mean the same; the second is `title`.
    TableColumnTwice,
    /// The file was read too long ago: it has to be chosen again.
    BatchNotRead,
    /// The check comes out otherwise than it was shown: a card has changed since.
    BatchChanged,
    /// No row of the file can be sent.
    BatchNothingReady,
    /// Another batch, `number`, runs: one runs at a time.
    BatchRunning,
    /// There is no batch `number`.
    BatchNotFound,
    /// The batch has ended.
    BatchEnded,
    /// The desk is locked: nothing was done. It is unlocked with its passphrase.
    Locked,
    /// A fault of this program.
    Internal,
}

/// One error, as the window gets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ErrorView {
    /// What went wrong.
    pub code: ErrorCode,
    /// The gateway's or the system's own words, where there are any; never a secret, never personal data.
    pub message: Option<String>,
    /// What the code's text names: figures, paths, the gateway's own code.
    pub params: BTreeMap<String, String>,
    /// The one field that is meant, where it is one.
    pub field: Option<Field>,
    /// Every field that needs mending.
    pub fields: Vec<FieldProblem>,
    /// Whether doing the same again is safe and may help.
    pub retryable: bool,
    /// The operation that is meant.
    pub reference: Option<String>,
}

impl ErrorView {
    /// An error of that code, not worth repeating, with nothing else to say.
    #[must_use]
    pub const fn new(code: ErrorCode) -> Self {
        Self { code, message: None, params: BTreeMap::new(), field: None, fields: Vec::new(), retryable: false, reference: None }
    }

    /// The same, with the gateway's or the system's own words.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// The same, with one more parameter for the code's text.
    #[must_use]
    pub fn with_param(mut self, name: &str, value: impl Into<String>) -> Self {
        self.params.insert(name.to_owned(), value.into());
        self
    }

    /// The same, naming the operation.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "values and references are taken alike")]
    pub fn with_reference(mut self, reference: impl ToString) -> Self {
        self.reference = Some(reference.to_string());
        self
    }

    /// The same, and worth trying again.
    #[must_use]
    pub const fn retryable(mut self) -> Self {
        self.retryable = true;
        self
    }

    /// Fields that need mending before anything is done.
    #[must_use]
    pub fn fields(fields: Vec<FieldProblem>) -> Self {
        let field = fields.first().map(|problem| problem.field);
        Self { field, fields, ..Self::new(ErrorCode::FieldsNeedMending) }
    }
}

impl std::fmt::Display for ErrorView {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:?}", self.code)
    }
}

impl std::error::Error for ErrorView {}

/// What every job answers with.
pub type DeskResult<T> = Result<T, ErrorView>;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::problem::FieldCode;

    #[test]
    fn an_errors_json_is_what_the_window_was_built_for() {
        let problem = FieldProblem::error(Field::AmountAgain, FieldCode::AmountAgainMissing).with_param("limit", "5000.00");
        assert_eq!(
            serde_json::to_value(ErrorView::fields(vec![problem])).expect("JSON"),
            json!({
                "code": "fields_need_mending",
                "message": null,
                "params": {},
                "field": "amountAgain",
                "fields": [{ "field": "amountAgain", "code": "amount_again_missing", "severity": "error", "params": { "limit": "5000.00" } }],
                "retryable": false,
                "reference": null,
            })
        );
        let refused = ErrorView::new(ErrorCode::GatewayRefused).with_message("saldo insuficiente").with_param("code", "7303");
        assert_eq!(
            serde_json::to_value(refused.with_reference("CD-7F3K-92QM").retryable()).expect("JSON"),
            json!({
                "code": "gateway_refused",
                "message": "saldo insuficiente",
                "params": { "code": "7303" },
                "field": null,
                "fields": [],
                "retryable": true,
                "reference": "CD-7F3K-92QM",
            })
        );
    }
}
