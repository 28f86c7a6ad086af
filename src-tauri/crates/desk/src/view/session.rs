//! Who works where: the session, its profiles and settings, and the test of a connection.

use std::collections::BTreeMap;
use std::fmt;

use cardesk_domain::money;
use serde::{Deserialize, Serialize};
use specta::Type;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::error::ErrorView;
use crate::view::card::ActionOffer;
use crate::view::list::{ListChange, ListLayout, ListName};
use crate::view::lock::LockView;
use crate::view::paper::StartedSheet;
use crate::view::print::{InsertLanguage, PrintRunView};
use crate::view::statement::Paper;
use crate::view::word::Environment;

/// Everything the window needs to draw its frame.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SessionView {
    /// The profile that is worked in.
    pub profile: ProfileView,
    /// Every profile, Practice first.
    pub profiles: Vec<ProfileView>,
    /// What the operator has chosen.
    pub settings: SettingsView,
    /// The language that the window speaks: the chosen one, or the system's.
    pub language: SpokenLanguage,
    /// The name of whoever is signed in to the computer.
    pub operator: String,
    /// This program's version.
    pub version: String,
    /// Today at this desk, `YYYY-MM-DD` in the company's time zone.
    pub today: String,
    /// Why the active profile can't be worked in just now; `null` if it can.
    pub blocked: Option<ErrorView>,
    /// What the operator should know once: shown until dismissed.
    pub notices: Vec<Notice>,
    /// What can be done for the company, and why not; empty while it is not known.
    pub actions: Vec<ActionOffer>,
    /// The figures beside the screens' names.
    pub counts: SessionCounts,
    /// The last finished print run.
    pub last_run: Option<PrintRunView>,
    /// The lock of the desk.
    pub lock: LockView,
}

/// The figures beside the screens' names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SessionCounts {
    /// Cardholders in the desk's directory.
    pub cardholders: u32,
    /// Cards that still need an insert.
    pub needing_insert: u32,
    /// Operations whose outcome is unknown.
    pub needs_attention: u32,
}

/// Something that the operator should know once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Notice {
    /// The settings file could not be read. It was kept aside at `path`, and the defaults are in force.
    SettingsKeptAside {
        /// Where the unreadable file now is.
        path: String,
    },
    /// The settings file could not be written; what was changed holds until the program ends.
    SettingsNotSaved {
        /// Where it should have been written.
        path: String,
    },
    /// `count` operations were interrupted when the program last ended. They count as unknown and are looked up.
    OperationsInterrupted {
        /// How many.
        count: u32,
    },
    /// `count` batches have rows that wait. They go on when somebody says so.
    BatchesWaiting {
        /// How many.
        count: u32,
    },
    /// The page in the window had ended and was loaded again. What was being done went on; what was typed is lost.
    PageLoadedAgain,
    /// `count` print runs were interrupted. They wait in the print room to be made again or thrown away.
    RunsInterrupted {
        /// How many.
        count: u32,
    },
}

/// Where a profile's key or token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SecretState {
    /// Practice carries its own.
    BuiltIn,
    /// Was put into the keychain.
    Kept,
    /// None was given yet.
    Missing,
}

/// How a company's application signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum LoginMethod {
    /// With an Ed25519 key.
    SigningKey,
    /// With a token that was issued beforehand.
    BearerToken,
}

/// How people write numbers where the company is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum NumberStyle {
    /// `1,234.50`
    CommaThousands,
    /// `1.234,50`
    PointThousands,
}

impl From<NumberStyle> for money::NumberStyle {
    fn from(style: NumberStyle) -> Self {
        match style {
            NumberStyle::CommaThousands => Self::CommaThousands,
            NumberStyle::PointThousands => Self::PointThousands,
        }
    }
}

/// One company in one environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ProfileView {
    /// The desk's own id of the profile; `practice` for Practice.
    pub id: String,
    /// Its environment.
    pub environment: Environment,
    /// The company's name, as it stands on screen and on inserts.
    pub company_name: String,
    /// The name under which the application signs in; empty with a bearer token.
    pub merchant: String,
    /// The branding hint on the activation page; empty if there is none.
    pub client_slug: String,
    /// The application id that card operations carry.
    pub application_id: String,
    /// The gateway's address.
    pub base_url: String,
    /// The activation page's address.
    pub activation_base: String,
    /// Whether one of the two addresses is not the documented one.
    pub has_own_addresses: bool,
    /// How it signs in.
    pub login_method: LoginMethod,
    /// Where its key or token is.
    pub secret: SecretState,
    /// How amounts are typed and shown.
    pub number_style: NumberStyle,
    /// Above this amount, it is typed once more (canonical, `5000.00`).
    pub confirmation_limit: String,
    /// How long the issuer may take to show what was done, before it certainly was not.
    pub settling_time_minutes: u32,
    /// Whether it is the one that is worked in.
    pub is_active: bool,
}

/// A secret on its way in: read once, wiped when dropped, never shown.
#[derive(Clone, Deserialize, Type, Zeroize, ZeroizeOnDrop)]
#[serde(transparent)]
pub struct SecretText(String);

impl SecretText {
    /// A secret from its text.
    #[must_use]
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text, for the one place that needs it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretText(redacted)")
    }
}

/// What the Connect form sends.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ProfileForm {
    /// The profile to change; `null` for a new one. Of Practice only name, number style, limit and settling time can be changed.
    pub id: Option<String>,
    /// Its environment; can't be changed later, since data are never shared between environments.
    pub environment: Environment,
    /// The company's name.
    pub company_name: String,
    /// The name under which the application signs in; may be empty with a bearer token.
    pub merchant: String,
    /// The branding hint on the activation page; may be empty.
    pub client_slug: String,
    /// The application id that card operations carry.
    pub application_id: String,
    /// Another gateway address than the documented one; empty for the documented one.
    pub base_url: String,
    /// Another activation page than the documented one; empty for the documented one.
    pub activation_base: String,
    /// How it signs in.
    pub login_method: LoginMethod,
    /// A new key or token; `null` keeps the one that is in the keychain.
    pub secret: Option<SecretText>,
    /// How amounts are typed and shown.
    pub number_style: NumberStyle,
    /// The confirmation limit as it was typed, in the form's own number style.
    pub confirmation_limit: String,
    /// The issuer's settling time in minutes as it was typed; empty for the environment's usual one.
    pub settling_time_minutes: String,
}

/// What a test of the connection found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionReport {
    /// Whether the gateway answers at all.
    pub health: Check,
    /// Whether it lets this profile in.
    pub login: Check,
}

/// One half of a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Check {
    /// It worked.
    Passed {
        /// How long it took, in milliseconds.
        milliseconds: u32,
    },
    /// It failed.
    Failed {
        /// Why.
        error: ErrorView,
    },
}

/// The language of the window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// As the system has it; Spanish where the system speaks neither.
    #[default]
    System,
    /// Spanish.
    Spanish,
    /// English.
    English,
}

/// A language that the window speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum SpokenLanguage {
    /// Spanish.
    Spanish,
    /// English.
    English,
}

impl Language {
    /// What was chosen, or else the system's.
    #[must_use]
    pub const fn spoken(self, of_system: SpokenLanguage) -> SpokenLanguage {
        match self {
            Self::System => of_system,
            Self::Spanish => SpokenLanguage::Spanish,
            Self::English => SpokenLanguage::English,
        }
    }
}

/// The window's colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What the operator has chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SettingsView {
    /// The window's language.
    pub language: Language,
    /// The window's colours.
    pub theme: Theme,
    /// Whether the first greeting was read.
    pub greeting_is_finished: bool,
    /// Where PDFs are saved.
    pub output_folder: String,
    /// The paper that inserts were last printed on, by its word.
    pub insert_paper: String,
    /// The language that inserts were last printed in.
    pub insert_language: InsertLanguage,
    /// The template that inserts were last printed with, perhaps in another company.
    pub insert_template: String,
    /// The printer that was last used.
    pub printer: Option<String>,
    /// The paper of account statements and manifests.
    pub statement_paper: Paper,
    /// Whether the packing line is heard.
    pub packing_sound: bool,
    /// How the lists look that the operator has changed.
    pub lists: BTreeMap<ListName, ListLayout>,
}

/// One changed setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "setting", content = "value", rename_all = "snake_case")]
pub enum SettingsChange {
    /// The window's language.
    Language(Language),
    /// The window's colours.
    Theme(Theme),
    /// Where PDFs are saved: an absolute path; made if it is not there.
    OutputFolder(String),
    /// The paper for inserts, by its word.
    InsertPaper(String),
    /// Where the started sheet of a paper goes on.
    StartedSheet(StartedSheet),
    /// The language of inserts.
    InsertLanguage(InsertLanguage),
    /// The template of inserts, by its id.
    InsertTemplate(String),
    /// The printer; `null` for none.
    Printer(Option<String>),
    /// The paper of account statements and manifests.
    StatementPaper(Paper),
    /// Whether the packing line is heard.
    PackingSound(bool),
    /// How one list looks.
    List(ListChange),
}
