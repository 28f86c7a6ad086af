//! The registration form: what each of its fields may contain.
//!
//! Owns the rules of `gateway-api.md` (Cardholders) as far as they can be checked before asking the gateway, whose word is
//! final. Pure: today is passed in.
//!
//! What blocks is what the contract states, and what can't be:
//!
//! - the contract: which fields there have to be, an e-mail address (RFC 5321, in its plain form), a telephone number in E.164,
//!   a country of ISO 3166-1, its words for gender, marital status and kind of document, a date as `YYYY-MM-DD`;
//! - what can't be: a character that does not print, a line of more than [`MOST_CHARACTERS`], which is a page that was pasted, a
//!   day of birth that has not come or is longer ago than anybody has lived.
//!
//! Everything else is the country's own or only usual, and warns: the forms, lengths and check characters of a DPI, a NIT, a
//! passport and another document, the digits of a country's telephone numbers, the letters and the length of a name. The operator
//! has the paper in hand and may say to go on; the gateway may still say no.
//!
//! ```
//! use cardesk_domain::registration::{RegistrationField, Rule, Typed, check};
//!
//! let typed = Typed { first_name: "Ana Lucía".into(), phone_number: "5555 1234".into(), ..Typed::default() };
//! let checked = check(&typed, jiff::civil::date(2026, 11, 24));
//! assert!(checked.registration.is_none());
//! assert!(checked.problems.iter().any(|problem| problem.field == RegistrationField::LastName && problem.rule == Rule::Missing));
//! assert!(!checked.problems.iter().any(|problem| problem.field == RegistrationField::PhoneNumber));
//! ```

mod calling;
mod country;
mod document;
mod field;
mod invited;

use jiff::civil::Date;

pub use country::{COUNTRIES, is_country};
pub use document::{DpiDoubt, NitDoubt, dpi_doubt, nit_doubt};
pub use invited::{Invited, InvitedField, TypedInvited, check_invited};

/// Every field as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of the form, described at `Registration`")]
pub struct Typed {
    pub first_name: String,
    pub last_name: String,
    pub username: String,
    pub phone_number: String,
    pub address: String,
    pub country_of_birth: String,
    pub place_of_birth: String,
    pub gender: String,
    pub marital_status: String,
    pub date_of_birth: String,
    pub document_type: String,
    pub document_number: String,
    pub nit: String,
}

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the fields of the form, described at `Registration`")]
pub enum RegistrationField {
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
}

impl RegistrationField {
    /// Every field, in the order of the form.
    pub const ALL: [Self; 13] = [
        Self::FirstName,
        Self::LastName,
        Self::Username,
        Self::PhoneNumber,
        Self::Address,
        Self::CountryOfBirth,
        Self::PlaceOfBirth,
        Self::Gender,
        Self::MaritalStatus,
        Self::DateOfBirth,
        Self::DocumentType,
        Self::DocumentNumber,
        Self::Nit,
    ];

    /// The field's name on the wire (`gateway-api.md`, Cardholders).
    #[must_use]
    pub const fn wire_name(self) -> &'static str {
        match self {
            Self::FirstName => "firstName",
            Self::LastName => "lastName",
            Self::Username => "username",
            Self::PhoneNumber => "phoneNumber",
            Self::Address => "address",
            Self::CountryOfBirth => "countryOfBirth",
            Self::PlaceOfBirth => "placeOfBirth",
            Self::Gender => "gender",
            Self::MaritalStatus => "maritalStatus",
            Self::DateOfBirth => "dateOfBirth",
            Self::DocumentType => "documentType",
            Self::DocumentNumber => "documentNumber",
            Self::Nit => "nit",
        }
    }

    /// The field for its name on the wire.
    #[must_use]
    pub fn from_wire_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.wire_name() == name)
    }
}

/// The rule that a field does not keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Something has to be given.
    Missing,
    /// At most `max` characters; `actual` were given.
    TooLong {
        /// The limit.
        max: usize,
        /// What was given.
        actual: usize,
    },
    /// Rarely more than `usual` characters; `actual` were given. Only warns.
    UnusuallyLong {
        /// How many are usual at most.
        usual: usize,
        /// What was given.
        actual: usize,
    },
    /// Nothing that does not print.
    Unprintable(char),
    /// No white space within. Only warns.
    WhiteSpace,
    /// At least one letter. Only warns.
    NoLetters,
    /// Names have letters, spaces, apostrophes, hyphens and dots. Only warns.
    UnusualCharacter(char),
    /// `+` and 7 to 15 digits, the first not 0 (E.164).
    PhoneForm,
    /// As many digits as the country's numbers have: in Guatemala (+502) eight. Only warns.
    PhoneLength,
    /// A calling code that some country has. Only warns.
    PhoneCountry,
    /// One `@` between a local part of at most 64 and a domain name with a dot (RFC 5321, 4.5.3.1).
    EmailForm,
    /// A country's three letters.
    CountryUnknown,
    /// One of the contract's words.
    ChoiceUnknown,
    /// A day of the calendar, `YYYY-MM-DD`.
    DateForm,
    /// A day that has come.
    DateInFuture,
    /// At most [`OLDEST_YEARS`] years ago.
    DateTooLongAgo,
    /// [`ADULT_YEARS`] years old. Only warns.
    Underage,
    /// Letters, digits, spaces, dots, slashes and dashes, one letter or digit at least. Only warns.
    DocumentForm,
    /// A passport has 5 to 9 letters and digits, one digit at least. Only warns.
    PassportForm,
    /// What is unusual about the DPI. Only warns.
    Dpi(DpiDoubt),
    /// What is unusual about the NIT. Only warns.
    Nit(NitDoubt),
}

/// What is longer is no line of a form.
pub const MOST_CHARACTERS: usize = 1000;

/// No one is older than this; the oldest person on record reached 122.
pub const OLDEST_YEARS: i16 = 125;

/// The age from which people sign for themselves in Guatemala (Código Civil, article 8).
pub const ADULT_YEARS: i16 = 18;

impl Rule {
    /// Whether a field that does not keep it can be sent all the same.
    #[must_use]
    pub const fn only_warns(self) -> bool {
        matches!(
            self,
            Self::UnusuallyLong { .. }
                | Self::WhiteSpace
                | Self::NoLetters
                | Self::UnusualCharacter(_)
                | Self::PhoneLength
                | Self::PhoneCountry
                | Self::Underage
                | Self::DocumentForm
                | Self::PassportForm
                | Self::Dpi(_)
                | Self::Nit(_)
        )
    }
}

/// A field, and the rule that it does not keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RegistrationProblem {
    /// The field.
    pub field: RegistrationField,
    /// The rule.
    pub rule: Rule,
}

/// Gender, as the contract has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the contract's own words")]
pub enum Gender {
    Male,
    Female,
    Other,
}

/// Marital status, as the contract has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the contract's own words")]
pub enum MaritalStatus {
    Soltero,
    Casado,
    Viudo,
    Divorciado,
    Separado,
}

/// The kind of an identity document, as the contract has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the contract's own words")]
pub enum DocumentType {
    Dpi,
    Nit,
    Passport,
    LegalId,
    PersonalId,
    ResidenceId,
}

macro_rules! contract_words {
    ($name:ident { $($variant:ident => $word:literal),+ $(,)? }) => {
        impl $name {
            /// Every choice, in the contract's order.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$variant),+];

            /// The contract's word.
            #[must_use]
            pub const fn wire_word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The choice for the contract's word.
            #[must_use]
            pub fn from_wire_word(word: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|choice| choice.wire_word() == word)
            }
        }
    };
}

contract_words!(Gender { Male => "M", Female => "F", Other => "OTHER" });
contract_words!(MaritalStatus {
    Soltero => "soltero",
    Casado => "casado",
    Viudo => "viudo",
    Divorciado => "divorciado",
    Separado => "separado",
});
contract_words!(DocumentType {
    Dpi => "DPI",
    Nit => "NIT",
    Passport => "PASSPORT",
    LegalId => "LEGAL_ID",
    PersonalId => "PERSONAL_ID",
    ResidenceId => "RESIDENCE_ID",
});

/// A registration that can be sent. Text is one line, trimmed, with single spaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// Given names.
    pub first_name: String,
    /// Family names.
    pub last_name: String,
    /// The e-mail address.
    pub username: String,
    /// E.164, `+50255551234`.
    pub phone_number: String,
    /// The postal address.
    pub address: String,
    /// ISO 3166-1 alpha-3.
    pub country_of_birth: &'static str,
    /// Town.
    pub place_of_birth: String,
    /// Gender.
    pub gender: Gender,
    /// Marital status.
    pub marital_status: MaritalStatus,
    /// Date of birth.
    pub date_of_birth: Date,
    /// The kind of document.
    pub document_type: DocumentType,
    /// Its number; of a DPI, a NIT and a passport without separators.
    pub document_number: String,
    /// The tax number, without separators.
    pub nit: Option<String>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The registration, unless a problem stands in the way.
    pub registration: Option<Registration>,
    /// Every problem, in the order of the form, warnings among them.
    pub problems: Vec<RegistrationProblem>,
}

/// An e-mail address by the same rule, for a form that asks for somebody else's.
///
/// # Errors
/// The rule that it does not keep.
pub fn email_address(typed: &str) -> Result<String, Rule> {
    field::email(typed).map(field::Sound::into_value)
}

/// Checks a form. `today` is the day at the company.
#[must_use]
pub fn check(typed: &Typed, today: Date) -> Checked {
    use RegistrationField as Field;
    let mut found = field::Found::default();
    let first_name = found.note(Field::FirstName, field::name(&typed.first_name));
    let last_name = found.note(Field::LastName, field::name(&typed.last_name));
    let username = found.note(Field::Username, field::email(&typed.username));
    let phone_number = found.note(Field::PhoneNumber, field::phone(&typed.phone_number));
    let address = found.note(Field::Address, field::text(&typed.address, 200));
    let country_of_birth = found.note(Field::CountryOfBirth, field::country(&typed.country_of_birth));
    let place_of_birth = found.note(Field::PlaceOfBirth, field::name(&typed.place_of_birth));
    let gender = found.note(Field::Gender, field::choice(&typed.gender, Gender::from_wire_word));
    let marital_status = found.note(Field::MaritalStatus, field::choice(&typed.marital_status, MaritalStatus::from_wire_word));
    let date_of_birth = found.note(Field::DateOfBirth, field::date_of_birth(&typed.date_of_birth, today));
    let document_type = found.note(Field::DocumentType, field::choice(&typed.document_type, DocumentType::from_wire_word));
    let document_number = found.note(Field::DocumentNumber, field::document_number(&typed.document_number, document_type));
    let nit = found.note(Field::Nit, field::nit(&typed.nit));
    // Nothing is missing once every field gave its value.
    let registration = (|| {
        Some(Registration {
            first_name: first_name?,
            last_name: last_name?,
            username: username?,
            phone_number: phone_number?,
            address: address?,
            country_of_birth: country_of_birth?,
            place_of_birth: place_of_birth?,
            gender: gender?,
            marital_status: marital_status?,
            date_of_birth: date_of_birth?,
            document_type: document_type?,
            document_number: document_number?,
            nit: nit?,
        })
    })();
    Checked { registration, problems: found.problems }
}

#[cfg(test)]
mod tests;
