//! Registering a cardholder with their personal information.
//!
//! Owns the way of the form: `domain`'s rules first, then the gateway's own at their fields. Registering moves no money
//! and has no reference; an answer that is lost is looked for by the e-mail address.

use std::sync::Arc;

use cardesk_domain::registration::{self, Checked, DpiDoubt, NitDoubt, Registration, RegistrationField, RegistrationProblem, Rule, Typed};
use cardesk_domain::{CardholderId, text::fold_for_search};
use cardesk_gateway::{Cardholder, DocumentType, Gateway, GatewayError, Gender, MaritalStatus, PersonalRegistration, WriteOutcome};
use cardesk_journal::{CardholderRecord, CardholderSource};
use jiff::civil::Date;

use crate::card_change::refused_fields;
use crate::copies::cardholder_record;
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::free_text::card_number_problem;
use crate::happenings::Happened;
use crate::problem::{Field, FieldCode, FieldProblem, Severity};
use crate::session::issuer_day;
use crate::view::{CardholderView, HappeningAction, HappeningResult, RegistrationForm};
use crate::workplace::Workplace;

impl Desk {
    /// What is wrong and what is unusual in the form as it stands. The gateway is not asked.
    ///
    /// # Errors
    /// None: what is wrong is the answer. (A job's form, so that all are asked alike.)
    pub async fn check_registration(&self, form: RegistrationForm) -> DeskResult<Vec<FieldProblem>> {
        let today = issuer_day(self.inner.config.seams.now());
        Ok(problems_of(&form, &checked(&form, today)))
    }

    /// Registers the cardholder at the gateway. Asked for twice at once, it is done once.
    ///
    /// # Errors
    /// Fields to mend, by our rules or by the gateway's; or that it is not known whether it was done.
    pub async fn register_cardholder(&self, form: RegistrationForm) -> DeskResult<CardholderView> {
        let workplace = self.workplace().await?;
        let today = issuer_day(workplace.now());
        let checked = checked(&form, today);
        let stops: Vec<FieldProblem> = problems_of(&form, &checked).into_iter().filter(FieldProblem::is_error).collect();
        let Some(registration) = checked.registration.filter(|_| stops.is_empty()) else { return Err(ErrorView::fields(stops)) };
        // Not the caller's own task: a window that is closed must not cut the outcome off.
        tokio::spawn(async move {
            let key = fold_for_search(&registration.username);
            workplace.registering.once(key, || Arc::clone(&workplace).register(registration)).await
        })
        .await
        .unwrap_or_else(|_| Err(ErrorView::new(ErrorCode::Internal)))
    }
}

fn checked(form: &RegistrationForm, today: Date) -> Checked {
    let typed = Typed {
        first_name: form.first_name.clone(),
        last_name: form.last_name.clone(),
        username: form.username.clone(),
        phone_number: form.phone_number.clone(),
        address: form.address.clone(),
        country_of_birth: form.country_of_birth.clone(),
        place_of_birth: form.place_of_birth.clone(),
        gender: form.gender.clone(),
        marital_status: form.marital_status.clone(),
        date_of_birth: form.date_of_birth.clone(),
        document_type: form.document_type.clone(),
        document_number: form.document_number.clone(),
        nit: form.nit.clone(),
    };
    registration::check(&typed, today)
}

/// Everything about the form: the rules of its fields, and that no card number is among what is said in words.
fn problems_of(form: &RegistrationForm, checked: &Checked) -> Vec<FieldProblem> {
    let in_words = [
        (Field::FirstName, &form.first_name),
        (Field::LastName, &form.last_name),
        (Field::Username, &form.username),
        (Field::Address, &form.address),
        (Field::PlaceOfBirth, &form.place_of_birth),
    ];
    let of_rules = checked.problems.iter().map(problem_view);
    of_rules.chain(in_words.into_iter().filter_map(|(field, text)| card_number_problem(text, field))).collect()
}

const fn field_of(field: RegistrationField) -> Field {
    match field {
        RegistrationField::FirstName => Field::FirstName,
        RegistrationField::LastName => Field::LastName,
        RegistrationField::Username => Field::Username,
        RegistrationField::PhoneNumber => Field::PhoneNumber,
        RegistrationField::Address => Field::Address,
        RegistrationField::CountryOfBirth => Field::CountryOfBirth,
        RegistrationField::PlaceOfBirth => Field::PlaceOfBirth,
        RegistrationField::Gender => Field::Gender,
        RegistrationField::MaritalStatus => Field::MaritalStatus,
        RegistrationField::DateOfBirth => Field::DateOfBirth,
        RegistrationField::DocumentType => Field::DocumentType,
        RegistrationField::DocumentNumber => Field::DocumentNumber,
        RegistrationField::Nit => Field::Nit,
    }
}

fn problem_view(problem: &RegistrationProblem) -> FieldProblem {
    rule_problem(field_of(problem.field), problem.rule)
}

/// What a rule that is not kept says at its field.
pub(crate) fn rule_problem(field: Field, rule: Rule) -> FieldProblem {
    let (code, params): (FieldCode, Vec<(&str, String)>) = match rule {
        Rule::Missing => (FieldCode::Missing, Vec::new()),
        Rule::TooLong { max, actual } => (FieldCode::TooLong, vec![("max", max.to_string()), ("actual", actual.to_string())]),
        Rule::UnusuallyLong { usual, actual } => {
            (FieldCode::UnusuallyLong, vec![("max", usual.to_string()), ("actual", actual.to_string())])
        }
        Rule::Unprintable(character) => (FieldCode::Unprintable, vec![("character", format!("U+{:04X}", character as u32))]),
        Rule::WhiteSpace => (FieldCode::WhiteSpace, Vec::new()),
        Rule::NoLetters => (FieldCode::NoLetters, Vec::new()),
        Rule::UnusualCharacter(character) => (FieldCode::UnusualCharacter, vec![("character", character.to_string())]),
        Rule::PhoneForm => (FieldCode::PhoneForm, Vec::new()),
        Rule::PhoneLength => (FieldCode::PhoneLength, Vec::new()),
        Rule::PhoneCountry => (FieldCode::PhoneCountry, Vec::new()),
        Rule::EmailForm => (FieldCode::EmailForm, Vec::new()),
        Rule::CountryUnknown => (FieldCode::CountryUnknown, Vec::new()),
        Rule::ChoiceUnknown => (FieldCode::ChoiceUnknown, Vec::new()),
        Rule::DateForm => (FieldCode::DateForm, Vec::new()),
        Rule::DateInFuture => (FieldCode::DateInFuture, Vec::new()),
        Rule::DateTooLongAgo => (FieldCode::DateTooLongAgo, vec![("years", registration::OLDEST_YEARS.to_string())]),
        Rule::Underage => (FieldCode::Underage, vec![("years", registration::ADULT_YEARS.to_string())]),
        Rule::DocumentForm => (FieldCode::DocumentForm, Vec::new()),
        Rule::PassportForm => (FieldCode::PassportForm, Vec::new()),
        Rule::Dpi(DpiDoubt::Length) => (FieldCode::DpiLength, Vec::new()),
        Rule::Dpi(DpiDoubt::CheckDigit) => (FieldCode::DpiCheckDigit, Vec::new()),
        Rule::Dpi(DpiDoubt::Place) => (FieldCode::DpiPlace, Vec::new()),
        Rule::Nit(NitDoubt::Form) => (FieldCode::NitForm, Vec::new()),
        Rule::Nit(NitDoubt::CheckCharacter) => (FieldCode::NitCheckCharacter, Vec::new()),
    };
    let mut view = FieldProblem::error(field, code);
    if rule.only_warns() {
        view.severity = Severity::Warning;
    }
    params.into_iter().fold(view, |view, (name, value)| view.with_param(name, value))
}

fn personal_registration(registration: &Registration) -> PersonalRegistration {
    PersonalRegistration {
        first_name: registration.first_name.clone(),
        last_name: registration.last_name.clone(),
        address: registration.address.clone(),
        country_of_birth: registration.country_of_birth.to_owned(),
        place_of_birth: registration.place_of_birth.clone(),
        gender: Gender::from_gateway(registration.gender.wire_word()),
        marital_status: MaritalStatus::from_gateway(registration.marital_status.wire_word()),
        phone_number: registration.phone_number.clone(),
        username: registration.username.clone(),
        date_of_birth: registration.date_of_birth,
        document_type: DocumentType::from_gateway(registration.document_type.wire_word()),
        document_number: registration.document_number.clone(),
        nit: registration.nit.clone(),
    }
}

impl Workplace {
    async fn register(self: Arc<Self>, registration: Registration) -> DeskResult<CardholderView> {
        let _open = self.hold_to_send().await?;
        let gateway = self.gateway().await?;
        let person = personal_registration(&registration);
        let error = match gateway.register_cardholder(&person).await {
            Ok(id) => return self.registered(&id, &registration).await,
            Err(error) => error,
        };
        match error.write_outcome() {
            WriteOutcome::Unknown => match found_by_username(&gateway, &registration).await {
                Some(id) => self.registered(&id, &registration).await,
                None => {
                    self.record(registering(HappeningResult::Unknown, None)).await;
                    Err(ErrorView { code: ErrorCode::RegistrationUncertain, retryable: false, ..ErrorView::from(error) })
                }
            },
            WriteOutcome::Refused => {
                self.record(registering(HappeningResult::Refused, None)).await;
                Err(refused(error))
            }
            WriteOutcome::NotSent => Err(error.into()),
        }
    }

    /// Keeps what was registered, and shows it as the gateway has it.
    async fn registered(&self, id: &CardholderId, registration: &Registration) -> DeskResult<CardholderView> {
        let now = self.now();
        let record = CardholderRecord { source: CardholderSource::RegisteredHere, ..cardholder_record(as_sent(id, registration), now) };
        self.journal.upsert_cardholders(&[record]).await?;
        self.record(registering(HappeningResult::Done, Some(id))).await;
        self.fresh_cardholder(id).await
    }
}

/// The cardholder as they were sent, for the time until the gateway shows them.
fn as_sent(id: &CardholderId, registration: &Registration) -> Cardholder {
    let person = personal_registration(registration);
    Cardholder {
        id: id.clone(),
        first_name: Some(person.first_name),
        last_name: Some(person.last_name),
        username: Some(person.username),
        phone_number: Some(person.phone_number),
        address: Some(person.address),
        country_of_birth: Some(person.country_of_birth),
        place_of_birth: Some(person.place_of_birth),
        gender: Some(person.gender),
        marital_status: Some(person.marital_status),
        date_of_birth: Some(person.date_of_birth),
        document_type: Some(person.document_type),
        document_number: Some(person.document_number),
        nit: person.nit,
        status: None,
        created_at: None,
    }
}

/// The cardholder with this e-mail address and document, if the gateway has exactly one. A search that fails finds no one.
async fn found_by_username(gateway: &Gateway, registration: &Registration) -> Option<CardholderId> {
    let found = gateway.find_cardholders(&registration.username, 1, 100).await.ok()?;
    let mut same = found.cardholders.into_iter().filter(|cardholder| {
        cardholder.username.as_deref().map(fold_for_search) == Some(fold_for_search(&registration.username))
            && cardholder.document_number.as_deref() == Some(&*registration.document_number)
    });
    let only = same.next()?;
    if same.next().is_some() { None } else { Some(only.id) }
}

fn registering(result: HappeningResult, cardholder: Option<&CardholderId>) -> Happened {
    Happened { cardholder_id: cardholder.cloned(), ..Happened::new(HappeningAction::Registered, result) }
}

/// The gateway's refusal, at its fields where it names them.
fn refused(error: GatewayError) -> ErrorView {
    refused_with(error, |name| RegistrationField::from_wire_name(name).map(field_of))
}

/// The refusal of either way of registering. The gateway's codes say little of an invitation code and an e-mail address
/// (7004, 7006): at these fields they have words of their own.
pub(crate) fn refused_with(error: GatewayError, field_of: impl Fn(&str) -> Option<Field>) -> ErrorView {
    let mut fields = refused_fields(&error, field_of);
    for problem in &mut fields {
        problem.code = match (problem.field, problem.params.get("code").map(String::as_str)) {
            (Field::InvitationCode, Some("7004")) => FieldCode::InvitationUnknown,
            (Field::InvitationCode, Some("7006")) => FieldCode::InvitationUsed,
            (Field::Username, Some("7006")) => FieldCode::UsernameTaken,
            _ => problem.code,
        };
    }
    let view = ErrorView::from(error);
    ErrorView { field: fields.first().map(|problem| problem.field), fields, retryable: false, ..view }
}
