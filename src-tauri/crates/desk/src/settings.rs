//! The settings file: what the operator has chosen, and the company profiles without their secrets.
//!
//! Owns its form, and that nothing in it gets lost: it is written whole or not at all, and one that can't be read is kept
//! aside. Secrets are never in it.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use cardesk_domain::{Amount, Environment, money};
use cardesk_inserts::Shipped;
use serde::{Deserialize, Serialize};

use crate::error::{DeskResult, ErrorCode};
use crate::error_sources::of_file;
use crate::papers::{PrinterChoices, StartedSheets};
use crate::view::{InsertLanguage, Language, ListLayouts, LoginMethod, Notice, Paper, Theme};
use crate::whole_file::write_whole;

/// The form of the file that this version writes.
const VERSION: u32 = 1;

/// Above this amount it is typed once more, unless the company chose another limit: 5,000.00.
const USUAL_LIMIT_TEN_THOUSANDTHS: i64 = 50_000_000;

/// The id of the Practice profile.
pub(crate) const PRACTICE_ID: &str = "practice";

/// The whole file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Settings {
    pub(crate) version: u32,
    pub(crate) language: Language,
    pub(crate) theme: Theme,
    pub(crate) greeting_is_finished: bool,
    /// `None`: the folder of documents.
    pub(crate) output_folder: Option<PathBuf>,
    #[serde(alias = "insertLayout")]
    pub(crate) insert_paper: InsertPaper,
    /// Where each company's started sheets go on, by the profile's id.
    pub(crate) started_sheets: BTreeMap<String, StartedSheets>,
    pub(crate) insert_language: InsertLanguage,
    pub(crate) insert_template: String,
    pub(crate) printer: Option<String>,
    /// What is known of each printer of this computer, by the system's name of it.
    pub(crate) printers: BTreeMap<String, PrinterChoices>,
    pub(crate) statement_paper: Paper,
    /// Whether the packing line is heard.
    pub(crate) packing_sound: bool,
    pub(crate) lists: ListLayouts,
    pub(crate) active_profile: String,
    pub(crate) practice: PracticeChoices,
    pub(crate) profiles: Vec<StoredProfile>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            version: VERSION,
            language: Language::default(),
            theme: Theme::default(),
            greeting_is_finished: false,
            output_folder: None,
            insert_paper: InsertPaper::default(),
            started_sheets: BTreeMap::new(),
            insert_language: InsertLanguage::default(),
            insert_template: Shipped::Classic.id().to_owned(),
            printer: None,
            printers: BTreeMap::new(),
            statement_paper: Paper::default(),
            packing_sound: true,
            lists: ListLayouts::default(),
            active_profile: PRACTICE_ID.to_owned(),
            practice: PracticeChoices::default(),
            profiles: Vec::new(),
        }
    }
}

/// The word of the paper that inserts were last printed on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub(crate) struct InsertPaper(pub(crate) String);

impl Default for InsertPaper {
    /// What most offices where Cardesk began have in their printers.
    fn default() -> Self {
        Self("letter-trifold-10".to_owned())
    }
}

impl From<String> for InsertPaper {
    /// Also reads the words that an earlier Cardesk wrote.
    fn from(word: String) -> Self {
        let known = match word.as_str() {
            "trifold_a4_form_a" => "a4-trifold-form-a",
            "trifold_a4_form_b" => "a4-trifold-form-b",
            "trifold_letter_10" => "letter-trifold-10",
            "eight_up_a4" => "a4-8-up",
            "eight_up_letter" => "letter-8-up",
            _ => return Self(word),
        };
        Self(known.to_owned())
    }
}

impl From<InsertPaper> for String {
    fn from(paper: InsertPaper) -> Self {
        paper.0
    }
}

/// What can be chosen about Practice; everything else comes from the sandbox.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct PracticeChoices {
    /// `None`: the sandbox's own.
    pub(crate) company_name: Option<String>,
    pub(crate) money: MoneyChoices,
}

/// How a company handles amounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MoneyChoices {
    pub(crate) number_style: money::NumberStyle,
    /// Above this amount it is typed once more.
    #[serde(with = "amount_text")]
    pub(crate) confirmation_limit: Amount,
    /// How long the issuer may take to show what was done, in minutes; `None`: the environment's usual time.
    pub(crate) settling_time_minutes: Option<u32>,
}

impl Default for MoneyChoices {
    fn default() -> Self {
        Self {
            number_style: money::NumberStyle::CommaThousands,
            confirmation_limit: Amount::from_ten_thousandths(USUAL_LIMIT_TEN_THOUSANDTHS),
            settling_time_minutes: None,
        }
    }
}

/// A company in QA or Production, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoredProfile {
    pub(crate) id: String,
    pub(crate) environment: Environment,
    pub(crate) company_name: String,
    pub(crate) merchant: String,
    pub(crate) client_slug: String,
    pub(crate) application_id: String,
    /// `None`: the documented one.
    pub(crate) base_url: Option<String>,
    /// `None`: the documented one.
    pub(crate) activation_base: Option<String>,
    pub(crate) login_method: LoginMethod,
    /// Whether a secret was put into the keychain.
    pub(crate) has_secret: bool,
    pub(crate) money: MoneyChoices,
}

impl StoredProfile {
    /// Whether the two are one company at one gateway. Each would have a journal of its own, and not know what of the other's
    /// money is still without an outcome.
    pub(crate) fn is_same_company_as(&self, other: &Self) -> bool {
        // With a token the merchant may be left out.
        let is_one_merchant = self.merchant.is_empty() || other.merchant.is_empty() || self.merchant.eq_ignore_ascii_case(&other.merchant);
        (self.environment, &self.base_url) == (other.environment, &other.base_url)
            && is_one_merchant
            && self.application_id.eq_ignore_ascii_case(&other.application_id)
    }

    /// Whether the session of the one is none of the other's: it would go on in another company's name, or be shown to a
    /// gateway that did not open it.
    pub(crate) fn signs_in_otherwise_than(&self, other: &Self) -> bool {
        (&self.merchant, &self.base_url, self.login_method) != (&other.merchant, &other.base_url, other.login_method)
    }
}

mod amount_text {
    use cardesk_domain::Amount;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(amount: &Amount, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(amount)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Amount, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// The file, and whether it may be written.
#[derive(Debug, Clone)]
pub(crate) struct SettingsFile {
    path: PathBuf,
    /// False if there is a file that could neither be read nor kept aside: overwriting it would lose it.
    may_write: bool,
}

impl SettingsFile {
    /// Reads the settings in `folder`; without a file they are the defaults. A file that can't be read is kept aside,
    /// with a notice that says where.
    pub(crate) fn open(folder: &Path) -> (Self, Settings, Vec<Notice>) {
        let path = folder.join("settings.json");
        let found = match fs::read(&path) {
            Ok(bytes) => understood(&bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Some(Settings::default()),
            Err(_) => None,
        };
        if let Some(settings) = found {
            return (Self { path, may_write: true }, settings, Vec::new());
        }
        let (may_write, notice) = match keep_aside(&path) {
            Ok(aside) => (true, Notice::SettingsKeptAside { path: aside.display().to_string() }),
            Err(_) => (false, Notice::SettingsNotSaved { path: path.display().to_string() }),
        };
        (Self { path, may_write }, Settings::default(), vec![notice])
    }

    /// Neither read nor ever written: for a system that has no thread left to read on.
    pub(crate) fn unusable() -> (Self, Settings, Vec<Notice>) {
        (Self { path: PathBuf::new(), may_write: false }, Settings::default(), vec![Notice::SettingsNotSaved { path: String::new() }])
    }

    /// Writes the settings: whole or not at all.
    pub(crate) fn write(&self, settings: &Settings) -> DeskResult<()> {
        let failed = |error: &io::Error| of_file(error, &self.path, ErrorCode::FileFailed);
        if !self.may_write {
            return Err(failed(&io::Error::from(io::ErrorKind::PermissionDenied)));
        }
        let bytes = serde_json::to_vec_pretty(settings).map_err(|error| failed(&error.into()))?;
        write_whole(&self.path, &bytes).map_err(|error| failed(&error))
    }
}

/// The settings in a file of this version's form. (A list would be taken for an object's fields in their order.)
fn understood(bytes: &[u8]) -> Option<Settings> {
    let whole: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(bytes).ok()?;
    serde_json::from_value::<Settings>(whole.into()).ok().filter(|settings| settings.version == VERSION)
}

/// Moves an unreadable file out of the way, under a name that is not taken.
fn keep_aside(path: &Path) -> io::Result<PathBuf> {
    for number in 1..1000 {
        let aside = path.with_file_name(format!("settings.unreadable-{number}.json"));
        if !aside.try_exists()? {
            fs::rename(path, &aside)?;
            return Ok(aside);
        }
    }
    Err(io::Error::from(io::ErrorKind::AlreadyExists))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, mut settings, notices) = SettingsFile::open(folder.path());
        assert_eq!((settings.clone(), notices), (Settings::default(), Vec::new()));
        settings.theme = Theme::Dark;
        settings.printer = Some("Contabilidad".to_owned());
        file.write(&settings).expect("written");
        let (_, again, notices) = SettingsFile::open(folder.path());
        assert_eq!((again, notices), (settings, Vec::new()));
    }

    #[test]
    fn the_paper_that_an_earlier_version_wrote_is_still_the_one() {
        let read = understood(br#"{"version":1,"insertLayout":"eight_up_letter"}"#).expect("understood");
        assert_eq!(read.insert_paper, InsertPaper("letter-8-up".to_owned()));
        assert_eq!(understood(br#"{"version":1}"#).expect("understood").insert_paper, InsertPaper("letter-trifold-10".to_owned()));
    }

    #[test]
    fn an_unreadable_file_is_kept_aside_and_never_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("settings.json");
        for (number, broken) in ["{\"theme\": \"da", "[]", "{\"version\": 99}"].into_iter().enumerate() {
            fs::write(&path, broken).expect("written");
            let (file, settings, notices) = SettingsFile::open(folder.path());
            let aside = folder.path().join(format!("settings.unreadable-{}.json", number + 1));
            assert_eq!(notices, [Notice::SettingsKeptAside { path: aside.display().to_string() }]);
            assert_eq!(settings, Settings::default());
            assert_eq!(fs::read_to_string(&aside).expect("kept"), broken);
            file.write(&settings).expect("written");
        }
    }

    #[test]
    fn the_usual_limit_is_five_thousand() {
        assert_eq!(MoneyChoices::default().confirmation_limit.to_string(), "5000");
        let json = serde_json::to_value(Settings::default()).expect("JSON");
        assert_eq!(json["practice"]["money"]["confirmationLimit"], "5000");
    }
}
