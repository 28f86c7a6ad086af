//! Company profiles: saving, deleting and changing over.
//!
//! Owns what a profile's form may contain. Several profiles stand side by side, each with a journal and keychain items of
//! its own; Practice is always there and needs no keychain.

use std::sync::Arc;

use cardesk_domain::text::TextError;
use cardesk_domain::{ActivationLink, Amount, ClientSlug, Environment, MerchantSlug, MoneyError, money};
use cardesk_gateway::{ApplicationId, Endpoint, SigningKey, Token, TokenError};
use tokio::sync::OwnedRwLockWriteGuard;

use crate::desk::{Book, Desk, blocking, leave};
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::free_text::{free_line, plain_line};
use crate::practice::PracticeAccess;
use crate::problem::{Field, FieldCode, FieldProblem};
use crate::settings::{MoneyChoices, PRACTICE_ID, PracticeChoices, Settings, StoredProfile};
use crate::unsettled::Settled;
use crate::view::{LoginMethod, NumberStyle, ProfileForm, ProfileView, SecretState, SecretText, SessionView};
use crate::workplace::Workplace;

/// The name of Practice's company until the sandbox has said its own.
const PRACTICE_COMPANY: &str = "Café Los Volcanes, S. A.";

/// The longest settling time that is taken: a month.
const MAX_SETTLING_TIME_MINUTES: u32 = 31 * 24 * 60;

/// The most characters of a company's name.
const MAX_COMPANY_NAME: usize = 80;

/// A profile, with everything filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Profile {
    pub(crate) id: String,
    pub(crate) environment: Environment,
    pub(crate) company_name: String,
    pub(crate) merchant: String,
    pub(crate) client_slug: String,
    pub(crate) application_id: String,
    /// Empty for Practice until it has started.
    pub(crate) base_url: String,
    /// Empty for Practice until it has started.
    pub(crate) activation_base: String,
    pub(crate) login_method: LoginMethod,
    pub(crate) secret: SecretState,
    pub(crate) money: MoneyChoices,
}

impl Profile {
    pub(crate) fn of_practice(choices: &PracticeChoices, access: Option<&PracticeAccess>) -> Self {
        let said = |of: fn(&PracticeAccess) -> &str| access.map(of).unwrap_or_default().to_owned();
        let own_name = access.map_or(PRACTICE_COMPANY, |access| &access.company_name);
        Self {
            id: PRACTICE_ID.to_owned(),
            environment: Environment::Practice,
            company_name: choices.company_name.clone().unwrap_or_else(|| own_name.to_owned()),
            merchant: said(|access| &access.merchant),
            client_slug: said(|access| &access.client_slug),
            application_id: said(|access| &access.application_id),
            base_url: said(|access| &access.base_url),
            activation_base: said(|access| &access.activation_base),
            login_method: LoginMethod::SigningKey,
            secret: SecretState::BuiltIn,
            money: choices.money.clone(),
        }
    }

    pub(crate) fn of_stored(stored: &StoredProfile) -> Self {
        let documented = |address: Option<&'static str>| address.unwrap_or_default().to_owned();
        Self {
            id: stored.id.clone(),
            environment: stored.environment,
            company_name: stored.company_name.clone(),
            merchant: stored.merchant.clone(),
            client_slug: stored.client_slug.clone(),
            application_id: stored.application_id.clone(),
            base_url: stored.base_url.clone().unwrap_or_else(|| documented(stored.environment.gateway_base())),
            activation_base: stored.activation_base.clone().unwrap_or_else(|| documented(stored.environment.activation_base())),
            login_method: stored.login_method,
            secret: if stored.has_secret { SecretState::Kept } else { SecretState::Missing },
            money: stored.money.clone(),
        }
    }

    /// How long the issuer may take to show what was done: a day, unless the company says otherwise. Practice shows
    /// everything at once but for faults, which last seconds.
    pub(crate) fn settling_time_minutes(&self) -> u32 {
        let usual = if self.environment == Environment::Practice { 2 } else { 24 * 60 };
        self.money.settling_time_minutes.unwrap_or(usual)
    }

    /// The link that a cardholder's insert carries.
    pub(crate) fn activation_link(&self, cardholder: &cardesk_domain::CardholderId) -> DeskResult<ActivationLink> {
        if self.activation_base.is_empty() {
            return Err(ErrorView::new(ErrorCode::PracticeNotRunning).retryable());
        }
        let client: Option<ClientSlug> = self.client_slug.parse().ok();
        ActivationLink::new(&self.activation_base, client.as_ref(), cardholder)
            .map_err(|error| ErrorView::new(ErrorCode::Internal).with_message(error.to_string()))
    }

    pub(crate) fn view(&self, active: &str) -> ProfileView {
        let is_documented =
            Some(&*self.base_url) == self.environment.gateway_base() && Some(&*self.activation_base) == self.environment.activation_base();
        ProfileView {
            id: self.id.clone(),
            environment: self.environment.into(),
            company_name: self.company_name.clone(),
            merchant: self.merchant.clone(),
            client_slug: self.client_slug.clone(),
            application_id: self.application_id.clone(),
            base_url: self.base_url.clone(),
            activation_base: self.activation_base.clone(),
            has_own_addresses: self.environment != Environment::Practice && !is_documented,
            login_method: self.login_method,
            secret: self.secret,
            number_style: match self.money.number_style {
                money::NumberStyle::CommaThousands => NumberStyle::CommaThousands,
                money::NumberStyle::PointThousands => NumberStyle::PointThousands,
            },
            confirmation_limit: self.money.confirmation_limit.to_json_text(),
            settling_time_minutes: self.settling_time_minutes(),
            is_active: self.id == active,
        }
    }
}

impl Desk {
    /// Saves a profile, and its secret into the keychain. A new one gets an id of its own.
    ///
    /// # Errors
    /// Fields to mend, among them another gateway, merchant or application while money at the old one is not settled; a
    /// keychain that can't be used (then nothing is saved); a settings file that can't be written.
    pub async fn save_profile(&self, form: ProfileForm) -> DeskResult<ProfileView> {
        let mut book = self.inner.book.lock().await;
        let working = book.workplace().filter(|workplace| form.id.as_ref() == Some(&workplace.profile().id)).cloned();
        // Until the change is in force nothing leaves: neither to the old address, nor with half of the new profile.
        let _held_back = self.held_back_for_move(&book, working.as_ref(), &form).await?;
        let kept_from_gateway = match &working {
            Some(workplace) => Some(workplace.keep_from_gateway().await),
            None => None,
        };
        let changed = match form.id.as_deref() {
            Some(PRACTICE_ID) => self.with_practice_form(&book.settings, &form)?,
            id => self.with_company_form(&book.settings, id, &form).await?,
        };
        self.write_settings(&mut book, changed.settings).await?;
        let profile = self.inner.profile(&book.settings, &changed.id)?;
        if let Some(kept_from_gateway) = kept_from_gateway {
            kept_from_gateway.change_profile(profile.clone());
        }
        Ok(profile.view(&book.settings.active_profile))
    }

    /// A profile becomes another at the gateway only when all its money is settled: an open outcome would be looked up where
    /// its request never went. While what is given back is held, nothing leaves.
    async fn held_back_for_move(
        &self,
        book: &Book,
        working: Option<&Arc<Workplace>>,
        form: &ProfileForm,
    ) -> DeskResult<Option<OwnedRwLockWriteGuard<()>>> {
        let Some(before) = book.settings.profiles.iter().find(|profile| form.id.as_ref() == Some(&profile.id)) else { return Ok(None) };
        let moved = moved_fields(before, form);
        if moved.is_empty() {
            return Ok(None);
        }
        match self.settled(book, before, working).await? {
            Settled::Yes(held_back) => Ok(held_back),
            Settled::No(unsettled) => Err(unsettled.keeps(&moved)),
        }
    }

    fn with_practice_form(&self, settings: &Settings, form: &ProfileForm) -> DeskResult<Changed> {
        let mut problems = Vec::new();
        let company_name = company_name(&mut problems, form);
        let money = money_choices(&mut problems, form);
        let (Some(company_name), Some(money)) = (company_name, money) else {
            return Err(ErrorView::fields(problems));
        };
        let mut settings = settings.clone();
        settings.practice = PracticeChoices { company_name: Some(company_name), money };
        Ok(Changed { id: PRACTICE_ID.to_owned(), settings })
    }

    async fn with_company_form(&self, settings: &Settings, id: Option<&str>, form: &ProfileForm) -> DeskResult<Changed> {
        let before = match id {
            Some(id) => Some(
                settings
                    .profiles
                    .iter()
                    .find(|profile| profile.id == id)
                    .ok_or_else(|| ErrorView::new(ErrorCode::ProfileNotFound).with_param("id", id))?,
            ),
            None => None,
        };
        let environment = Environment::from(form.environment);
        if environment == Environment::Practice || before.is_some_and(|before| before.environment != environment) {
            return Err(ErrorView::new(ErrorCode::EnvironmentFixed));
        }
        let has_fitting_secret = before.is_some_and(|before| before.has_secret && before.login_method == form.login_method);
        let mut stored = company_profile(form, environment, has_fitting_secret)?;
        stored.id = before.map_or_else(|| self.new_profile_id(settings), |before| before.id.clone());
        // Who has it twice from before can go on with both: a new key may be needed to settle what is open.
        let is_another = before.is_none_or(|before| !before.is_same_company_as(&stored));
        let mut others = settings.profiles.iter().filter(|other| is_another && other.id != stored.id);
        if let Some(known) = others.find(|other| other.is_same_company_as(&stored)) {
            let problem = FieldProblem::error(Field::ApplicationId, FieldCode::CompanyKnown).with_param("name", known.company_name.clone());
            return Err(ErrorView::fields(vec![problem]));
        }
        if let Some(secret) = &form.secret {
            self.inner.secrets.keep_login_secret(&stored.id, form.login_method, secret).await?;
        } else if before.is_some_and(|before| before.signs_in_otherwise_than(&stored)) {
            self.inner.secrets.forget_session(&stored.id).await?;
        }
        let mut settings = settings.clone();
        let id = stored.id.clone();
        match settings.profiles.iter_mut().find(|profile| profile.id == id) {
            Some(profile) => *profile = stored,
            None => settings.profiles.push(stored),
        }
        Ok(Changed { id, settings })
    }

    fn new_profile_id(&self, settings: &Settings) -> String {
        loop {
            let id = format!("p-{:08x}", self.inner.config.seams.next_u64() & 0xFFFF_FFFF);
            if settings.profiles.iter().all(|profile| profile.id != id) {
                return id;
            }
        }
    }

    /// Removes a profile and everything that signs it in. The gateway is asked nothing, and the journal stays where it is,
    /// with its key in the keychain. Where it was active, Practice is active afterwards.
    ///
    /// # Errors
    /// For Practice; for an id that is not there; [`ErrorCode::ProfileUnsettled`] while money of it is not settled, and
    /// whatever keeps its journal from being asked; for a keychain that can't be used: then nothing is removed.
    pub async fn delete_profile(&self, id: &str) -> DeskResult<SessionView> {
        {
            let mut book = self.inner.book.lock().await;
            if id == PRACTICE_ID {
                return Err(ErrorView::new(ErrorCode::ProfilePermanent));
            }
            let profile = self.inner.profile(&book.settings, id)?;
            let working = book.workplace().filter(|workplace| workplace.profile().id == id).cloned();
            let stored = book.settings.profiles.iter().find(|stored| stored.id == id);
            let _held_back = match stored {
                Some(stored) => match self.settled(&book, stored, working.as_ref()).await? {
                    Settled::Yes(held_back) => held_back,
                    Settled::No(unsettled) => return Err(unsettled.keeps_the_company()),
                },
                None => None,
            };
            if profile.secret == SecretState::Kept {
                self.inner.secrets.forget_login(id).await?;
            }
            let mut settings = book.settings.clone();
            settings.profiles.retain(|profile| profile.id != id);
            settings.started_sheets.remove(id);
            if settings.active_profile == id {
                leave(&mut book);
                PRACTICE_ID.clone_into(&mut settings.active_profile);
            }
            self.write_settings(&mut book, settings).await?;
            // What has waited since meanwhile does not leave any more.
            if let Some(workplace) = working {
                workplace.remove();
            }
        }
        self.session().await
    }

    /// Goes over to another profile. What is being sent in the old one comes to its outcome there.
    ///
    /// # Errors
    /// For an id that is not there. A journal that can't be opened is told by [`SessionView::blocked`].
    pub async fn activate_profile(&self, id: &str) -> DeskResult<SessionView> {
        {
            let mut book = self.inner.book.lock().await;
            self.inner.profile(&book.settings, id)?;
            if book.settings.active_profile != id {
                leave(&mut book);
                let mut settings = book.settings.clone();
                id.clone_into(&mut settings.active_profile);
                self.write_settings(&mut book, settings).await?;
            }
        }
        self.session().await
    }

    /// Puts changed settings into force and on disk. If they can't be written, nothing is changed.
    pub(crate) async fn write_settings(&self, book: &mut Book, settings: Settings) -> DeskResult<()> {
        let (file, written) = (book.file.clone(), settings.clone());
        blocking(move || file.write(&written)).await??;
        book.settings = settings;
        Ok(())
    }
}

/// What of a form would make the company another at the gateway. What can't be read is told with the rest of the form.
fn moved_fields(before: &StoredProfile, form: &ProfileForm) -> Vec<Field> {
    let address = own_address(&form.base_url, before.environment.gateway_base());
    let moves = [
        (Field::BaseUrl, address.is_ok_and(|address| address != before.base_url)),
        (Field::Merchant, form.merchant.trim() != before.merchant),
        (Field::ClientSlug, form.client_slug.trim() != before.client_slug),
        // Another application of the same company may see other cards. A new key or token for this one may be needed to look.
        (Field::ApplicationId, form.application_id.trim() != before.application_id),
    ];
    moves.into_iter().filter(|(_, moves)| *moves).map(|(field, _)| field).collect()
}

/// Changed settings, and the profile that was changed.
struct Changed {
    id: String,
    settings: Settings,
}

fn required<T>(problems: &mut Vec<FieldProblem>, field: Field, checked: Result<T, Problem>) -> Option<T> {
    match checked {
        Ok(value) => Some(value),
        Err(problem) => {
            problems.push(problem.of(field));
            None
        }
    }
}

/// What is wrong, before it is known with which field.
struct Problem(FieldCode, Vec<(&'static str, String)>);

impl Problem {
    const fn new(code: FieldCode) -> Self {
        Self(code, Vec::new())
    }

    fn of(self, field: Field) -> FieldProblem {
        self.1.into_iter().fold(FieldProblem::error(field, self.0), |problem, (name, value)| problem.with_param(name, value))
    }
}

fn company_name(problems: &mut Vec<FieldProblem>, form: &ProfileForm) -> Option<String> {
    free_line(&form.company_name, MAX_COMPANY_NAME, Field::CompanyName).map_err(|problem| problems.push(problem)).ok()
}

fn line(text: &str, max: usize) -> Result<String, Problem> {
    plain_line(text, max).map(ToOwned::to_owned).map_err(|error| match error {
        TextError::Empty => Problem::new(FieldCode::Missing),
        TextError::TooLong { max, actual } => Problem(FieldCode::TooLong, vec![("max", max.to_string()), ("actual", actual.to_string())]),
        TextError::Unprintable(character) => Problem(FieldCode::Unprintable, vec![("character", format!("U+{:04X}", character as u32))]),
    })
}

fn money_choices(problems: &mut Vec<FieldProblem>, form: &ProfileForm) -> Option<MoneyChoices> {
    let number_style = money::NumberStyle::from(form.number_style);
    let confirmation_limit = required(problems, Field::ConfirmationLimit, confirmation_limit(form, number_style));
    let settling_time_minutes = required(problems, Field::SettlingTimeMinutes, settling_time(&form.settling_time_minutes));
    Some(MoneyChoices { number_style, confirmation_limit: confirmation_limit?, settling_time_minutes: settling_time_minutes? })
}

fn confirmation_limit(form: &ProfileForm, number_style: money::NumberStyle) -> Result<Amount, Problem> {
    number_style.parse(&form.confirmation_limit, 2).map_err(|error| match error {
        MoneyError::Empty => Problem::new(FieldCode::Missing),
        MoneyError::Ambiguous => Problem::new(FieldCode::AmountAmbiguous),
        MoneyError::TooManyPlaces { max } => Problem(FieldCode::AmountTooManyDecimals, vec![("max", max.to_string())]),
        MoneyError::TooLarge => Problem::new(FieldCode::AmountTooLarge),
        MoneyError::NotANumber | MoneyError::CurrencyMismatch(..) | MoneyError::Currency => Problem::new(FieldCode::AmountForm),
    })
}

/// The issuer's settling time as it was typed; empty for the environment's usual one.
fn settling_time(typed: &str) -> Result<Option<u32>, Problem> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let minutes = typed
        .parse::<u32>()
        .ok()
        .filter(|minutes| (1..=MAX_SETTLING_TIME_MINUTES).contains(minutes) && typed.bytes().all(|byte| byte.is_ascii_digit()));
    minutes.map(Some).ok_or_else(|| Problem(FieldCode::MinutesForm, vec![("max", MAX_SETTLING_TIME_MINUTES.to_string())]))
}

/// Checks the whole form; the id is filled in by the caller.
fn company_profile(form: &ProfileForm, environment: Environment, has_fitting_secret: bool) -> DeskResult<StoredProfile> {
    let mut problems = Vec::new();
    let company_name = company_name(&mut problems, form);
    let merchant = required(&mut problems, Field::Merchant, merchant(form));
    let client_slug =
        required(&mut problems, Field::ClientSlug, optional(&form.client_slug, 64, |text| text.parse::<ClientSlug>().is_ok()));
    let application_id = required(&mut problems, Field::ApplicationId, application_id(&form.application_id));
    let base_url = required(&mut problems, Field::BaseUrl, own_address(&form.base_url, environment.gateway_base()));
    let activation_base = required(&mut problems, Field::ActivationBase, own_address(&form.activation_base, environment.activation_base()));
    let has_secret = required(&mut problems, Field::Secret, secret(form, has_fitting_secret));
    let money = money_choices(&mut problems, form);
    let whole = (|| {
        Some(StoredProfile {
            id: String::new(),
            environment,
            company_name: company_name?,
            merchant: merchant?,
            client_slug: client_slug?,
            application_id: application_id?,
            base_url: base_url?,
            activation_base: activation_base?,
            login_method: form.login_method,
            has_secret: has_secret?,
            money: money?,
        })
    })();
    whole.ok_or_else(|| ErrorView::fields(problems))
}

/// The merchant slug; with a bearer token nobody signs in, so it may be left out.
fn merchant(form: &ProfileForm) -> Result<String, Problem> {
    if form.login_method == LoginMethod::BearerToken {
        return optional(&form.merchant, 64, |text| text.parse::<MerchantSlug>().is_ok());
    }
    line(&form.merchant, 64)
}

fn optional(text: &str, max: usize, is_sound: impl Fn(&str) -> bool) -> Result<String, Problem> {
    match line(text, max) {
        Ok(line) if is_sound(&line) => Ok(line),
        Ok(_) => Err(Problem::new(FieldCode::Unprintable)),
        Err(Problem(FieldCode::Missing, _)) => Ok(String::new()),
        Err(problem) => Err(problem),
    }
}

fn application_id(text: &str) -> Result<String, Problem> {
    let id = line(text, 128)?;
    id.parse::<ApplicationId>().map(|id| id.as_str().to_owned()).map_err(|_| Problem::new(FieldCode::TokenForm))
}

/// An address of the company's own; `None` for the documented one.
fn own_address(text: &str, documented: Option<&str>) -> Result<Option<String>, Problem> {
    let text = text.trim();
    if text.is_empty() || documented == Some(text.trim_end_matches('/')) {
        return Ok(None);
    }
    Endpoint::parse(text).map(|endpoint| Some(endpoint.as_str().to_owned())).map_err(|_| Problem::new(FieldCode::AddressForm))
}

/// Whether there will be a secret in the keychain.
fn secret(form: &ProfileForm, has_fitting_secret: bool) -> Result<bool, Problem> {
    match &form.secret {
        None if has_fitting_secret => Ok(true),
        None => Err(Problem::new(FieldCode::Missing)),
        Some(secret) => sound_secret(secret, form.login_method).map(|()| true),
    }
}

fn sound_secret(secret: &SecretText, method: LoginMethod) -> Result<(), Problem> {
    if secret.reveal().trim().is_empty() {
        return Err(Problem::new(FieldCode::Missing));
    }
    match method {
        LoginMethod::SigningKey => SigningKey::parse(secret.reveal()).map(|_| ()).map_err(|_| Problem::new(FieldCode::KeyForm)),
        LoginMethod::BearerToken => secret.reveal().parse::<Token>().map(|_| ()).map_err(|error| match error {
            TokenError::Empty => Problem::new(FieldCode::Missing),
            TokenError::Characters | TokenError::TooLong => Problem::new(FieldCode::TokenForm),
        }),
    }
}
