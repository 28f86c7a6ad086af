//! Registering by invitation: making a code, and registering with one.
//!
//! Owns the way of that form; the first mode is `register`'s. A code is shown to whoever made it and to nobody else: neither
//! the record nor a log has it. The password is handed on once and wiped. An answer that is lost is looked for by the e-mail
//! address, which says something only where nobody had it before.

use std::sync::Arc;

use cardesk_domain::CardholderId;
use cardesk_domain::registration::{Invited, InvitedField, Rule, TypedInvited, check_invited};
use cardesk_domain::text::{fold_for_search, is_unprintable};
use cardesk_gateway::{Cardholder, Gateway, GatewayError, InvitationRegistration, WriteOutcome};
use cardesk_journal::{CardholderRecord, CardholderSource};
use zeroize::Zeroizing;

use crate::copies::cardholder_record;
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::free_text::{card_number_problem, is_card_number};
use crate::happenings::Happened;
use crate::problem::{Field, FieldCode, FieldProblem};
use crate::register::{refused_with, rule_problem};
use crate::view::{CardholderView, HappeningAction, HappeningResult, InvitationView, InvitedForm, SecretText, TextToSave};
use crate::workplace::Workplace;

impl Desk {
    /// Makes a code that registers one cardholder, once. Making another is harmless: one that nobody saw is never used.
    ///
    /// # Errors
    /// The gateway's refusal, or what went wrong with the request.
    pub async fn make_invitation(&self) -> DeskResult<InvitationView> {
        let workplace = self.workplace().await?;
        let made = workplace.gateway().await?.create_invitation_code().await?;
        workplace.record(Happened::new(HappeningAction::InvitationMade, HappeningResult::Done)).await;
        Ok(InvitationView { code: made.code, expires_at: made.expires_at.map(|at| at.to_string()) })
    }

    /// Saves a text into the folder chosen in Settings, for printing or sending on; gives back where it is.
    ///
    /// # Errors
    /// A folder that can't be written to; a full disk. Then there is no file.
    pub async fn save_text(&self, text: TextToSave) -> DeskResult<String> {
        // What tells the older editors that it is UTF-8; the line ends are those that every editor reads.
        let bytes = format!("\u{feff}{}\r\n", text.text.trim_end().replace("\r\n", "\n").replace('\n', "\r\n")).into_bytes();
        self.keep_file(&text.name, "txt", bytes).await
    }

    /// What is wrong and what is unusual in the form as it stands, but for the password. The gateway is not asked.
    ///
    /// # Errors
    /// None: what is wrong is the answer. (A job's form, so that all are asked alike.)
    pub async fn check_invited(&self, form: InvitedForm) -> DeskResult<Vec<FieldProblem>> {
        Ok(problems_of(&form, &check_invited(&typed(&form)).1))
    }

    /// Registers a cardholder who was invited. Asked for twice at once, it is done once.
    ///
    /// # Errors
    /// Fields to mend, by our rules or by the gateway's; or that it is not known whether it was done.
    pub async fn register_invited(
        &self,
        form: InvitedForm,
        password: SecretText,
        confirm_password: SecretText,
    ) -> DeskResult<CardholderView> {
        let workplace = self.workplace().await?;
        let (invited, problems) = check_invited(&typed(&form));
        let mut problems: Vec<FieldProblem> = problems_of(&form, &problems).into_iter().filter(FieldProblem::is_error).collect();
        problems.extend(password_problem(&password, &confirm_password));
        let Some(invited) = invited.filter(|_| problems.is_empty()) else {
            return Err(ErrorView::fields(problems));
        };
        drop(confirm_password);
        // Not the caller's own task: a window that is closed must not cut the outcome off.
        tokio::spawn(async move {
            let key = fold_for_search(&invited.username);
            let terms = form.terms_and_conditions_accepted;
            workplace.registering.once(key, || Arc::clone(&workplace).register_invited(invited, password, terms)).await
        })
        .await
        .unwrap_or_else(|_| Err(ErrorView::new(ErrorCode::Internal)))
    }
}

fn typed(form: &InvitedForm) -> TypedInvited {
    TypedInvited {
        device_id: form.device_id.clone(),
        invitation_code: form.invitation_code.clone(),
        username: form.username.clone(),
        nit: form.nit.clone(),
    }
}

/// What stands in the way of a password. What else it is made of is its owner's business, and how long it has to be the
/// gateway's: the contract names no length, so that the window only warns of one.
fn password_problem(password: &SecretText, confirm_password: &SecretText) -> Option<FieldProblem> {
    if password.reveal().is_empty() {
        return Some(FieldProblem::error(Field::Password, FieldCode::Missing));
    }
    if password.reveal().contains(is_unprintable) {
        return Some(FieldProblem::error(Field::Password, FieldCode::PasswordForm));
    }
    let differs = password.reveal() != confirm_password.reveal();
    differs.then(|| FieldProblem::error(Field::ConfirmPassword, FieldCode::PasswordsDiffer))
}

const fn field_of(field: InvitedField) -> Field {
    match field {
        InvitedField::DeviceId => Field::DeviceId,
        InvitedField::InvitationCode => Field::InvitationCode,
        InvitedField::Username => Field::Username,
        InvitedField::Password => Field::Password,
        InvitedField::ConfirmPassword => Field::ConfirmPassword,
        InvitedField::Nit => Field::Nit,
        InvitedField::TermsAccepted => Field::TermsAndConditionsAccepted,
    }
}

/// Everything about the form: the rules of its fields, and that no card number is among what is said in words. A device's id
/// may look like one: that of a phone has fifteen digits and the same check digit.
fn problems_of(form: &InvitedForm, problems: &[(InvitedField, Rule)]) -> Vec<FieldProblem> {
    let of_rules = problems.iter().map(|(field, rule)| rule_problem(field_of(*field), *rule));
    let code = is_card_number(&form.invitation_code).then(|| FieldProblem::error(Field::InvitationCode, FieldCode::CardNumberGiven));
    of_rules.chain(code).chain(card_number_problem(&form.username, Field::Username)).collect()
}

impl Workplace {
    async fn register_invited(
        self: Arc<Self>,
        invited: Invited,
        password: SecretText,
        terms_and_conditions_accepted: Option<bool>,
    ) -> DeskResult<CardholderView> {
        let _open = self.hold_to_send().await?;
        let gateway = self.gateway().await?;
        let had_it_before = with_username(&gateway, &invited.username).await?;
        let registration = InvitationRegistration {
            device_id: invited.device_id,
            invitation_code: invited.invitation_code,
            username: invited.username.clone(),
            password: Zeroizing::new(password.reveal().to_owned()),
            nit: invited.nit.clone(),
            terms_and_conditions_accepted,
        };
        drop(password);
        let sent = gateway.register_by_invitation(&registration).await;
        drop(registration);
        let error = match sent {
            Ok(id) => return self.invited_registered(&id, &invited.username, invited.nit).await,
            Err(error) => error,
        };
        match error.write_outcome() {
            WriteOutcome::NotSent => Err(error.into()),
            WriteOutcome::Refused => {
                self.record(registering(HappeningResult::Refused, None)).await;
                Err(refused_with(error, |name| InvitedField::from_wire_name(name).map(field_of)))
            }
            WriteOutcome::Unknown => match with_username(&gateway, &invited.username).await {
                Ok(Some(id)) if had_it_before.is_none() => self.invited_registered(&id, &invited.username, invited.nit).await,
                _ => {
                    self.record(registering(HappeningResult::Unknown, None)).await;
                    Err(ErrorView { code: ErrorCode::RegistrationUncertain, retryable: false, ..ErrorView::from(error) })
                }
            },
        }
    }

    /// Keeps what was registered, and shows it as the gateway has it.
    async fn invited_registered(&self, id: &CardholderId, username: &str, nit: Option<String>) -> DeskResult<CardholderView> {
        let known = as_sent(id.clone(), username.to_owned(), nit);
        let record = CardholderRecord { source: CardholderSource::RegisteredHere, ..cardholder_record(known, self.now()) };
        self.journal.upsert_cardholders(&[record]).await?;
        self.record(registering(HappeningResult::Done, Some(id))).await;
        self.fresh_cardholder(id).await
    }
}

/// The cardholder as they were sent, for the time until the gateway shows them: nobody's name is known yet.
const fn as_sent(id: CardholderId, username: String, nit: Option<String>) -> Cardholder {
    Cardholder {
        id,
        username: Some(username),
        nit,
        first_name: None,
        last_name: None,
        phone_number: None,
        address: None,
        country_of_birth: None,
        place_of_birth: None,
        gender: None,
        marital_status: None,
        date_of_birth: None,
        document_type: None,
        document_number: None,
        status: None,
        created_at: None,
    }
}

/// Whoever has this e-mail address at the gateway.
async fn with_username(gateway: &Gateway, username: &str) -> Result<Option<CardholderId>, GatewayError> {
    let found = gateway.find_cardholders(username, 1, 100).await?;
    let is_theirs = |cardholder: &Cardholder| cardholder.username.as_deref().map(fold_for_search) == Some(fold_for_search(username));
    Ok(found.cardholders.into_iter().find(is_theirs).map(|cardholder| cardholder.id))
}

fn registering(result: HappeningResult, cardholder: Option<&CardholderId>) -> Happened {
    Happened { cardholder_id: cardholder.cloned(), ..Happened::new(HappeningAction::RegisteredByInvitation, result) }
}
