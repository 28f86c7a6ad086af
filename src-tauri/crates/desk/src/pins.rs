//! PINs: setting one with a one-time code, and finding out whether one is right.
//!
//! Owns the way of the form: the code is asked for and sent to whoever the PIN is for, who reads it to the operator; then
//! code and PIN come in together, the code is exchanged for an elevated session, and that serves the one call and is gone.
//! A PIN that is easy to guess waits for a word first (`held_pins`). PINs and codes live here in types that are wiped, and
//! for no longer than the call takes; the record says who did what when, never a value.
//!
//! Assumed: on a shared card the code goes to the person whose PIN it is, since nobody else should hear of it.

use std::sync::Arc;

use cardesk_domain::{CardId, CardholderId, OneTimeCode, OneTimeCodeError, Pin, PinError};
use cardesk_gateway::{CodePurpose, ErrorKind, GatewayError, KnownCode, WriteOutcome};
use cardesk_journal::{CardRecord, CardholderRecord};
use jiff::civil::Date;

use crate::copies::{cardholder_record, display_name, last_four_text, parsed};
use crate::desk::Desk;
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::happenings::{Happened, reason};
use crate::held_pins::{HELD_FOR, WantedPin};
use crate::problem::{Field, FieldCode, FieldProblem};
use crate::view::{CodeSent, HappeningAction, HappeningResult, PinForm, PinOwner, PinSubmitted, PinVerdict, SecretText};
use crate::workplace::Workplace;

/// Says in an error's parameters that the code was used up, so that another one has to be asked for.
const CODE_IS_SPENT: &str = "code_is_spent";

impl Desk {
    /// Has a one-time code sent to whoever the PIN is for.
    ///
    /// # Errors
    /// If they have no e-mail address at the gateway; [`ErrorCode::CardNotShared`] where the card is not theirs; the gateway's
    /// refusal; or that it did not answer: then a code may be on its way.
    pub async fn request_pin_code(&self, owner: PinOwner) -> DeskResult<CodeSent> {
        let workplace = self.workplace().await?;
        let (card, user) = workplace.card_and_user(&owner).await?;
        tokio::spawn(async move { workplace.request_pin_code(&card, user.as_ref()).await })
            .await
            .unwrap_or_else(|_| Err(ErrorView::new(ErrorCode::Internal)))
    }

    /// Sets or changes a PIN. One that is easy to guess is not sent: it waits for [`Desk::set_held_pin`].
    ///
    /// # Errors
    /// Fields to mend; [`ErrorCode::CodeRefused`]; the gateway's refusal of the PIN itself; or that it is not known whether
    /// it was set.
    pub async fn set_pin(&self, form: PinForm) -> DeskResult<PinSubmitted> {
        let workplace = self.workplace().await?;
        let (code, pin) = checked(&form)?;
        let (card, user) = workplace.card_and_user(&form.owner).await?;
        drop(form);
        let whose = user.as_ref().unwrap_or(&card.cardholder_id);
        let born = workplace.known_cardholder(whose).await.ok().and_then(|known| known.date_of_birth?.parse::<Date>().ok());
        let weakness = pin.weakness(born);
        let wanted = WantedPin { card: card.id, holder: card.cardholder_id, user, code, pin };
        match weakness {
            Some(weakness) => Ok(PinSubmitted::Weak { weakness: weakness.into(), held: workplace.hold_pin(wanted) }),
            None => send(workplace, wanted).await,
        }
    }

    /// Sets a PIN that is easy to guess, after the operator's word.
    ///
    /// # Errors
    /// [`ErrorCode::PinNotHeld`] if it waited for too long; otherwise as [`Desk::set_pin`].
    pub async fn set_held_pin(&self, held: &str) -> DeskResult<PinSubmitted> {
        let workplace = self.workplace().await?;
        let wanted = workplace.held_pins.take(held).ok_or_else(|| ErrorView::new(ErrorCode::PinNotHeld))?;
        send(workplace, wanted).await
    }

    /// Gives up a PIN that waits.
    ///
    /// # Errors
    /// If the profile's journal can't be opened.
    pub async fn drop_held_pin(&self, held: &str) -> DeskResult<()> {
        drop(self.workplace().await?.held_pins.take(held));
        Ok(())
    }

    /// Finds out whether a PIN is a card's. The gateway counts wrong ones.
    ///
    /// # Errors
    /// A PIN that can be none; the gateway's refusal for another reason; or that it did not answer.
    pub async fn verify_pin(&self, card_id: &str, pin: SecretText) -> DeskResult<PinVerdict> {
        let workplace = self.workplace().await?;
        let id: CardId = parsed(card_id, ErrorCode::CardNotFound)?;
        let pin = pin.reveal().parse::<Pin>().map_err(|error| ErrorView::fields(vec![pin_problem(&error)]))?;
        let card = workplace.known_card(id).await?;
        // Not the caller's own task: a try that was counted is recorded, also when the window is closed meanwhile.
        tokio::spawn(async move { workplace.verify_pin(&card, &pin).await })
            .await
            .unwrap_or_else(|_| Err(ErrorView::new(ErrorCode::Internal)))
    }
}

/// Not the caller's own task: a window that is closed must not cut the outcome off.
async fn send(workplace: Arc<Workplace>, wanted: WantedPin) -> DeskResult<PinSubmitted> {
    tokio::spawn(async move { workplace.set_pin(wanted).await }).await.unwrap_or_else(|_| Err(ErrorView::new(ErrorCode::Internal)))
}

fn checked(form: &PinForm) -> DeskResult<(OneTimeCode, Pin)> {
    let mut problems = Vec::new();
    let code = form.code.reveal().parse::<OneTimeCode>().map_err(|error| problems.push(code_problem(&error))).ok();
    let pin = form.pin.reveal().parse::<Pin>().map_err(|error| problems.push(pin_problem(&error))).ok();
    if form.pin_again.reveal().is_empty() {
        problems.push(FieldProblem::error(Field::PinAgain, FieldCode::Missing));
    } else if form.pin_again.reveal() != form.pin.reveal() {
        problems.push(FieldProblem::error(Field::PinAgain, FieldCode::PinAgainDiffers));
    }
    match (code, pin) {
        (Some(code), Some(pin)) if problems.is_empty() => Ok((code, pin)),
        _ => Err(ErrorView::fields(problems)),
    }
}

fn pin_problem(error: &PinError) -> FieldProblem {
    match error {
        PinError::Length(0) => FieldProblem::error(Field::Pin, FieldCode::Missing),
        PinError::NotDigits => FieldProblem::error(Field::Pin, FieldCode::PinNotDigits),
        PinError::Length(actual) => FieldProblem::error(Field::Pin, FieldCode::PinLength).with_param("actual", actual),
    }
}

fn code_problem(error: &OneTimeCodeError) -> FieldProblem {
    match error {
        OneTimeCodeError::Length(0) => FieldProblem::error(Field::OneTimeCode, FieldCode::Missing),
        OneTimeCodeError::Characters => FieldProblem::error(Field::OneTimeCode, FieldCode::CodeCharacters),
        OneTimeCodeError::Length(actual) => FieldProblem::error(Field::OneTimeCode, FieldCode::CodeLength).with_param("actual", actual),
    }
}

/// Why the gateway said no, for the record.
fn reason_in(view: &ErrorView) -> Option<String> {
    reason(view.params.get("code").map(String::as_str), view.message.as_deref())
}

/// An outcome as the record has it; nothing for what never left.
const fn result_of(outcome: WriteOutcome) -> Option<HappeningResult> {
    match outcome {
        WriteOutcome::NotSent => None,
        WriteOutcome::Refused => Some(HappeningResult::Refused),
        WriteOutcome::Unknown => Some(HappeningResult::Unknown),
    }
}

impl Workplace {
    async fn card_and_user(&self, owner: &PinOwner) -> DeskResult<(CardRecord, Option<CardholderId>)> {
        let card = self.known_card(parsed(&owner.card_id, ErrorCode::CardNotFound)?).await?;
        let user = owner.user_id.as_deref().map(|user| parsed(user, ErrorCode::CardholderNotFound)).transpose()?;
        // Whose card it is needs no naming.
        let user = user.filter(|user: &CardholderId| *user != card.cardholder_id);
        Ok((card, user))
    }

    async fn request_pin_code(self: Arc<Self>, card: &CardRecord, user: Option<&CardholderId>) -> DeskResult<CodeSent> {
        let _open = self.hold_to_send().await?;
        let gateway = self.gateway().await?;
        // The gateway's word of now: a code must not go to an address of before.
        let read = gateway.cardholder(user.unwrap_or(&card.cardholder_id)).await?;
        let person = cardholder_record(read, self.now());
        self.journal.upsert_cardholders(std::slice::from_ref(&person)).await?;
        if person.username.trim().is_empty() {
            return Err(ErrorView::new(ErrorCode::CodeNoAddress).with_param("name", display_name(&person)));
        }
        if let Some(user) = user
            && self.is_surely_no_sharer(user, card).await
        {
            let error = ErrorView::new(ErrorCode::CardNotShared).with_param("name", display_name(&person));
            return Err(error.with_param("last_four", last_four_text(card.last_four.as_ref())));
        }
        let happened = |result, detail| pin_happening(HappeningAction::OneTimeCodeSent, result, card.id, &card.cardholder_id, detail);
        match gateway.request_one_time_code(&person.username, CodePurpose::PinChange).await {
            Ok(requested) => {
                self.record(happened(HappeningResult::Done, Some(display_name(&person)))).await;
                Ok(CodeSent {
                    display_name: display_name(&person),
                    email: person.username,
                    sent_at: self.now().to_string(),
                    expires_at: requested.expires_at.map(|at| at.to_string()),
                })
            }
            Err(error) => {
                let result = result_of(error.write_outcome());
                let view = ErrorView::from(error);
                if let Some(result) = result {
                    self.record(happened(result, reason_in(&view))).await;
                }
                Err(view)
            }
        }
    }

    /// Whether the gateway's list of somebody's linked cards leaves this one out. Where it can't be read, or does not say which
    /// cards it means, the gateway has the word on the PIN itself.
    async fn is_surely_no_sharer(&self, user: &CardholderId, card: &CardRecord) -> bool {
        let Ok(gateway) = self.gateway().await else { return false };
        let Ok(links) = gateway.linked_cards(user).await else { return false };
        links.iter().all(|linked| match linked.card_id {
            Some(id) => id != card.id,
            None => linked.last_four.is_some() && card.last_four.is_some() && linked.last_four != card.last_four,
        })
    }

    /// Lets a PIN wait for a word, and gives it up after a while.
    fn hold_pin(self: &Arc<Self>, wanted: WantedPin) -> String {
        let name = format!("{:016x}", self.seams.next_u64());
        self.held_pins.hold(name.clone(), wanted);
        let (held, waiting, patience) = (self.held_pins.clone(), name.clone(), self.seams.gateway.clock.sleep(HELD_FOR));
        tokio::spawn(async move {
            patience.await;
            drop(held.take(&waiting));
        });
        name
    }

    async fn set_pin(self: Arc<Self>, wanted: WantedPin) -> DeskResult<PinSubmitted> {
        let _open = self.hold_to_send().await?;
        let gateway = self.gateway().await?;
        let person = self.known_cardholder(wanted.user.as_ref().unwrap_or(&wanted.holder)).await?;
        let session = match gateway.elevate(&person.username, &wanted.code, CodePurpose::PinChange).await {
            Ok(session) => session,
            Err(error) => return Err(self.code_not_taken(&wanted, &person, error).await),
        };
        let set = match &wanted.user {
            None => gateway.set_pin(session, wanted.card, &wanted.pin).await,
            Some(user) => gateway.set_user_pin(session, wanted.card, user, &wanted.pin).await,
        };
        match set {
            Ok(()) => {
                self.record_pin(&wanted, HappeningResult::Done, &person, None).await;
                Ok(PinSubmitted::Set { at: self.now().to_string(), operator: self.operator.clone() })
            }
            Err(error) => Err(self.pin_not_set(&wanted, &person, error).await),
        }
    }

    /// The code was not taken, or it is not known: the PIN itself never left.
    async fn code_not_taken(&self, wanted: &WantedPin, person: &CardholderRecord, error: GatewayError) -> ErrorView {
        let (outcome, kind) = (error.write_outcome(), error.kind);
        let view = ErrorView { retryable: false, ..ErrorView::from(error) };
        let view = match (outcome, kind) {
            (WriteOutcome::Refused, ErrorKind::Rejected) if view.code == ErrorCode::GatewayRefused => {
                ErrorView { code: ErrorCode::CodeRefused, ..view }
            }
            (WriteOutcome::Unknown, _) => ErrorView { code: ErrorCode::CodeUncertain, ..view }.with_param(CODE_IS_SPENT, "true"),
            _ => view,
        };
        if outcome == WriteOutcome::Refused {
            self.record_pin(wanted, HappeningResult::Refused, person, reason_in(&view)).await;
        }
        view
    }

    /// The code was taken, and the one call in its session did not say that the PIN is set.
    async fn pin_not_set(&self, wanted: &WantedPin, person: &CardholderRecord, error: GatewayError) -> ErrorView {
        self.look_if_state_changed(wanted.card, &error).await;
        let (outcome, status) = (error.write_outcome(), error.status);
        let view = ErrorView { retryable: false, ..ErrorView::from(error) }.with_param(CODE_IS_SPENT, "true");
        let view = match outcome {
            WriteOutcome::Unknown => ErrorView { code: ErrorCode::PinUncertain, ..view },
            // The session that the code opened was not taken.
            WriteOutcome::Refused if status == Some(401) => ErrorView { code: ErrorCode::CodeRefused, ..view },
            WriteOutcome::Refused | WriteOutcome::NotSent => view,
        };
        if let Some(result) = result_of(outcome) {
            self.record_pin(wanted, result, person, reason_in(&view)).await;
        }
        view
    }

    /// What happened with a PIN, with the card and its holder; and with whoever shares the card, where it is theirs.
    async fn record_pin(&self, wanted: &WantedPin, result: HappeningResult, person: &CardholderRecord, why: Option<String>) {
        if let Some(user) = &wanted.user {
            let card = self.known_card(wanted.card).await.ok().and_then(|card| card.last_four).map(|last_four| format!("•••• {last_four}"));
            self.record(WantedPin::happening_of_user(user, result, card, why.clone())).await;
        }
        self.record(wanted.happening(result, person, why)).await;
    }

    /// A refusal because of the card's state says that somebody else changed it: whoever looks next sees how it is now. The
    /// refusal stands in any case.
    pub(crate) async fn look_if_state_changed(&self, card: CardId, error: &GatewayError) {
        if error.known_code() == Some(KnownCode::CardState) {
            let _ = self.read_card(card).await;
        }
    }

    async fn verify_pin(self: Arc<Self>, card: &CardRecord, pin: &Pin) -> DeskResult<PinVerdict> {
        let _open = self.hold_to_send().await?;
        let happened = |result, detail| pin_happening(HappeningAction::PinVerified, result, card.id, &card.cardholder_id, detail);
        match self.gateway().await?.verify_pin(card.id, pin).await {
            Ok(verdict) => {
                let (result, detail) = match verdict {
                    cardesk_gateway::PinVerdict::Correct => (HappeningResult::Done, None),
                    cardesk_gateway::PinVerdict::Incorrect { .. } => {
                        (HappeningResult::Refused, reason(Some("7205"), Some("incorrect PIN")))
                    }
                };
                self.record(happened(result, detail)).await;
                Ok(verdict.into())
            }
            Err(error) => {
                self.look_if_state_changed(card.id, &error).await;
                let result = result_of(error.write_outcome());
                let view = ErrorView { retryable: false, ..ErrorView::from(error) };
                if let Some(result) = result {
                    self.record(happened(result, reason_in(&view))).await;
                }
                Err(view)
            }
        }
    }
}

fn pin_happening(
    action: HappeningAction,
    result: HappeningResult,
    card: CardId,
    holder: &CardholderId,
    detail: Option<String>,
) -> Happened {
    Happened { cardholder_id: Some(holder.clone()), card_id: Some(card), detail, ..Happened::new(action, result) }
}

fn with_reason(what: Option<String>, why: Option<String>) -> Option<String> {
    match (what, why) {
        (Some(what), Some(why)) => Some(format!("{what} ({why})")),
        (what, why) => what.or(why),
    }
}

impl WantedPin {
    /// What happened with it. It stands with the card and its holder, also where the PIN is somebody else's: then it says whose.
    fn happening(&self, result: HappeningResult, person: &CardholderRecord, why: Option<String>) -> Happened {
        let (action, whose) = match &self.user {
            None => (HappeningAction::PinSet, None),
            Some(_) => (HappeningAction::UserPinSet, Some(display_name(person))),
        };
        pin_happening(action, result, self.card, &self.holder, with_reason(whose, why))
    }

    /// The same for the person whose PIN it is. The card is somebody else's, so it stands in words: among what happened with
    /// the card it would be told twice.
    fn happening_of_user(user: &CardholderId, result: HappeningResult, card: Option<String>, why: Option<String>) -> Happened {
        let detail = with_reason(card, why);
        Happened { cardholder_id: Some(user.clone()), detail, ..Happened::new(HappeningAction::UserPinSet, result) }
    }
}
