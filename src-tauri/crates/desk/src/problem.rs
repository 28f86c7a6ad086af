//! What is wrong with a field of a form: the field, a code, and how grave it is.
//!
//! Owns the list of fields and of field codes for every form of the desk. Leaves the rules to the jobs and to `domain`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use specta::Type;

/// A field of one of the forms, by the name that the form itself gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "each is the field of that name in a form, documented there")]
pub enum Field {
    FirstName,
    LastName,
    Username,
    PhoneNumber,
    Address,
    CountryOfBirth,
    PlaceOfBirth,
    Gender,
    MaritalStatus,
    DateOfBirth,
    DocumentType,
    DocumentNumber,
    Nit,
    Amount,
    AmountAgain,
    ToCardId,
    Note,
    Reason,
    DespiteReason,
    Pan,
    EmbossedName,
    OneTimeCode,
    Pin,
    PinAgain,
    CompanyName,
    Merchant,
    ClientSlug,
    ApplicationId,
    BaseUrl,
    ActivationBase,
    Secret,
    ConfirmationLimit,
    SettlingTimeMinutes,
    OutputFolder,
    ReprintReason,
    /// Pages of a run.
    Pages,
    CardId,
    LastFour,
    /// The serial of an insert.
    Serial,
    /// The name of a box of packed inserts.
    BoxName,
    OwnerEmail,
    InvitationCode,
    DeviceId,
    Password,
    ConfirmPassword,
    TermsAndConditionsAccepted,
    TransferId,
    /// What the gateway's search is asked for.
    SearchText,
    TypeWord,
    TypeName,
    Channel,
    MovementType,
    TypeModel,
    Alias,
    Operation,
    Currency,
    /// A row of a batch as a whole.
    Row,
    /// How the amounts of a batch's file are written.
    NumberStyle,
    TotalAgain,
    Month,
    SheetName,
    SheetWidth,
    SheetHeight,
    Columns,
    Rows,
    LeftEdge,
    TopEdge,
    PitchAcross,
    PitchDown,
    CellWidth,
    CellHeight,
    MeasuredLeft,
    MeasuredTop,
    StartPlace,
    Copies,
    TemplateName,
    /// Which languages a template has.
    TemplateLanguages,
    Accent,
    Logo,
    LogoScale,
    SpanishGreeting,
    SpanishLead,
    SpanishStep1,
    SpanishStep2,
    SpanishStep3,
    SpanishClosingTitle,
    SpanishClosing,
    EnglishGreeting,
    EnglishLead,
    EnglishStep1,
    EnglishStep2,
    EnglishStep3,
    EnglishClosingTitle,
    EnglishClosing,
    Sender,
    /// The paper of an insert.
    InsertLayout,
    /// After how long the desk locks.
    IdleMinutes,
    /// The unlock passphrase that is in force.
    Passphrase,
    NewPassphrase,
    NewPassphraseAgain,
}

/// Whether a problem stops the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The form can't be submitted like this.
    Error,
    /// Unusual; the form can be submitted.
    Warning,
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum FieldCode {
    /// Nothing was given.
    Missing,
    /// More characters than `max`; `actual` were given.
    TooLong,
    /// More characters than the usual `max`; `actual` were given.
    UnusuallyLong,
    /// A character that does not print, `character` (U+…).
    Unprintable,
    /// White space where there is none.
    WhiteSpace,
    /// A name without a single letter.
    NoLetters,
    /// A name with digits or signs that names do not have, `character`.
    UnusualCharacter,
    /// Not `+` and 7 to 15 digits (E.164).
    PhoneForm,
    /// The country's numbers have another length: in Guatemala, eight digits after +502.
    PhoneLength,
    /// No country has this calling code.
    PhoneCountry,
    /// Not an e-mail address.
    EmailForm,
    /// Not a country's three letters (ISO 3166-1 alpha-3).
    CountryUnknown,
    /// None of the words on offer.
    ChoiceUnknown,
    /// Not a day of the calendar, written YYYY-MM-DD.
    DateForm,
    /// A day that has not come yet.
    DateInFuture,
    /// More than `years` years ago.
    DateTooLongAgo,
    /// Younger than `years` years.
    Underage,
    /// Letters, digits, spaces, dots, slashes and dashes only.
    DocumentForm,
    /// A passport has 5 to 9 letters and digits.
    PassportForm,
    /// A DPI has 13 digits.
    DpiLength,
    /// The DPI's check digit does not fit.
    DpiCheckDigit,
    /// The DPI's last four digits name no municipality.
    DpiPlace,
    /// A NIT is digits and a check character, or CF.
    NitForm,
    /// The NIT's check character does not fit.
    NitCheckCharacter,
    /// The gateway refused this field; its own words are in `message`, its code in `code`.
    RefusedByGateway,
    /// The two passwords differ.
    PasswordsDiffer,
    /// Not a password of printable characters, usually 8 to 72.
    PasswordForm,
    /// The gateway does not know the invitation code, or it has ended.
    InvitationUnknown,
    /// The invitation code was used already.
    InvitationUsed,
    /// A cardholder with this e-mail address is registered already.
    UsernameTaken,
    /// Not from 1 to `max` types of transfers.
    TypesCount,
    /// The type in `row` is in the list twice.
    TypeTwice,
    /// Not letters without accents, digits, underscores and dashes alone.
    TypeForm,
    /// Not an amount as people write them here.
    AmountForm,
    /// It could be read in two ways.
    AmountAmbiguous,
    /// More decimals than `max`.
    AmountTooManyDecimals,
    /// More than any card can hold.
    AmountTooLarge,
    /// Zero or less.
    AmountNotPositive,
    /// More than the balance: it would end at `ending`.
    AmountOverdraws,
    /// Above the limit of `limit`: it has to be typed once more.
    AmountAgainMissing,
    /// The two amounts differ.
    AmountAgainDiffers,
    /// The currency of the card is not known, so no amount can be read.
    CurrencyUnknown,
    /// The card's state, `state`, takes no money.
    CardStateForbids,
    /// It is the card that pays.
    CardPaysItself,
    /// The two cards have different currencies, `from` and `to`.
    CurrenciesDiffer,
    /// A card number has digits only.
    PanNotDigits,
    /// A card number has 13 to 19 digits, this one `actual`.
    PanLength,
    /// The card number's check digit does not fit.
    PanCheckDigit,
    /// The card number does not end in `last_four`, as the card that is open does.
    PanOtherCard,
    /// Not pages as people write them, `3-5, 9`.
    PagesForm,
    /// The run has `pages` pages.
    PagesBeyond,
    /// Not a month and a year, `10/2026`.
    MonthForm,
    /// A month that has not begun; the last that has is `to`.
    MonthInFuture,
    /// A month before the card was issued, which was in `from`.
    MonthBeforeCard,
    /// A PIN has digits only.
    PinNotDigits,
    /// A PIN has 4 to 12 digits, this one `actual`.
    PinLength,
    /// The two PINs differ.
    PinAgainDiffers,
    /// A one-time code has letters and digits only.
    CodeCharacters,
    /// A one-time code has 4 to 12 letters and digits, this one `actual`.
    CodeLength,
    /// Not a whole number of minutes from 1 to `max`.
    MinutesForm,
    /// Not https, and not http to this machine.
    AddressForm,
    /// It stays while money of the company is not settled: `what` says whether it is `operations`, which `references` names,
    /// `batches`, which `batches` numbers, `both`, or `sending`, something that is on its way just now.
    OutcomesOpen,
    /// Neither PEM, nor PKCS#8 in base64, nor a raw key of 32 or 64 bytes in base64.
    KeyForm,
    /// Not a token: white space, or characters that a header can't carry.
    TokenForm,
    /// Not an absolute path of a folder.
    FolderForm,
    /// There is no such folder, and it can't be made.
    FolderUnusable,
    /// The file has no column of this kind.
    ColumnMissing,
    /// The row has `actual` cells under `expected` titles.
    CellCount,
    /// A cell runs over lines; perhaps a quotation mark is not closed.
    LineBreak,
    /// A card's id is a whole number.
    CardIdForm,
    /// A whole card number stands where none may.
    CardNumberGiven,
    /// A whole card number stands in an alias.
    AliasCardNumber,
    /// The last four digits are four digits.
    LastFourForm,
    /// A serial is the run and the place in it, `0043-001`.
    SerialForm,
    /// Neither a load nor a withdrawal, by its word.
    OperationUnknown,
    /// A currency is three letters.
    CurrencyForm,
    /// The desk knows no such card; of the cardholder, none with these last four digits.
    CardUnknown,
    /// Several cards of the cardholder end in these four digits.
    CardNotSingle,
    /// Nobody in the directory has this document.
    DocumentUnknown,
    /// The card ends in `last_four`.
    LastFourDiffers,
    /// The card is not of whoever has this document.
    DocumentDiffers,
    /// The card is in `currency`.
    CurrencyDiffers,
    /// The same as line `line` of the file.
    RowRepeated,
    /// The same was done before, `at`, with `reference`.
    DoneBefore,
    /// The same company at the same gateway is kept as `name`.
    CompanyKnown,
    /// The same was sent, `at`, with `reference`, and its outcome is not known.
    LookAlikeOpen,
    /// Not a length in millimetres, with at most three decimals.
    LengthForm,
    /// A sheet's side is not from `least` to `most` millimetres.
    LengthRange,
    /// Not a whole number.
    CountForm,
    /// Not from 1 to `most`.
    CountRange,
    /// Inserts lie over one another: each is `cell` millimetres, and the next begins after `pitch`.
    InsertsOverlap,
    /// The last insert ends at `end` millimetres, and the sheet at `sheet`.
    LeavesSheet,
    /// There is room for a code of `available` millimetres; the smallest that is printed takes `needed`.
    NoRoomForCode,
    /// Another one has this name.
    NameTaken,
    /// Further than `most` millimetres: the printer is set up for other paper.
    ShiftRange,
    /// More lines than `max`.
    TooManyLines,
    /// There is no placeholder `name`.
    PlaceholderUnknown,
    /// A brace without its other half.
    BraceAlone,
    /// The typeface of the inserts lacks `character`.
    GlyphMissing,
    /// Not a colour, `#1e40af`.
    ColourForm,
    /// Text in this colour has a contrast of `contrast` on white; it has to be `least`.
    ContrastLow,
    /// Not a whole number from `min` to `max`.
    NumberRange,
    /// It needs `needed` mm on this paper, and there are `available`.
    NoRoom,
    /// The page was read back and is not right; `reason` says why.
    PageWrong,
    /// The file is larger than `max` megabytes.
    LogoTooLarge,
    /// Neither a PNG nor an SVG.
    LogoKind,
    /// `width` × `height` dots; at most `max` million.
    LogoTooManyPixels,
    /// Far wider than high, or far higher than wide.
    LogoShape,
    /// The file is damaged.
    LogoBroken,
    /// The SVG has a document type or entities.
    LogoEntities,
    /// The SVG has a script, `what`.
    LogoScript,
    /// The SVG takes something from elsewhere, `what`.
    LogoOutside,
    /// The SVG has something of another kind inside, `what`.
    LogoForeign,
    /// The SVG has text that is not turned into outlines.
    LogoText,
    /// The SVG has more than can be drawn on every insert.
    LogoTooComplicated,
    /// There is nothing to be seen.
    LogoEmpty,
    /// There is a code in it that can be scanned.
    LogoCode,
    /// A passphrase has from `min` to `max` characters, this one `actual`.
    PassphraseLength,
    /// The two passphrases differ.
    PassphraseAgainDiffers,
    /// It is not the passphrase that is in force. `seconds` says how long no other is taken.
    PassphraseWrong,
    /// No passphrase is taken for `seconds`, after several that were wrong.
    PassphraseWaits,
}

/// One problem of one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FieldProblem {
    /// The field.
    pub field: Field,
    /// What is wrong with it.
    pub code: FieldCode,
    /// Whether it stops the form.
    pub severity: Severity,
    /// What the code's text names.
    pub params: BTreeMap<String, String>,
}

impl FieldProblem {
    /// A problem that stops the form.
    #[must_use]
    pub const fn error(field: Field, code: FieldCode) -> Self {
        Self { field, code, severity: Severity::Error, params: BTreeMap::new() }
    }

    /// A problem that lets the form through.
    #[must_use]
    pub const fn warning(field: Field, code: FieldCode) -> Self {
        Self { field, code, severity: Severity::Warning, params: BTreeMap::new() }
    }

    /// The same, with one more parameter for the code's text.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "values and references are taken alike")]
    pub fn with_param(mut self, name: &str, value: impl ToString) -> Self {
        self.params.insert(name.to_owned(), value.to_string());
        self
    }

    /// Whether it stops the form.
    #[must_use]
    pub const fn is_error(&self) -> bool {
        matches!(self.severity, Severity::Error)
    }
}
