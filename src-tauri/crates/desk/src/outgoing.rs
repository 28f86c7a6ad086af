//! What leaves for the gateway, and what each answer says about it.
//!
//! Owns the one request of each kind of operation, where our reference stands in it, and the reading of its answer. An
//! answer about something else than was asked says nothing about it. Writing the intent before, and the outcome after, is
//! the business of [`crate::submit`].

use cardesk_domain::operation::Cause;
use cardesk_domain::{Amount, CardId, CardholderId, Money, OperationKind, Reference};
use cardesk_gateway::{
    Card, ErrorKind, FundsAdjustment, FundsChannel, FundsOperation, FundsReceipt, FundsRequest, Gateway, GatewayError, RequestName,
    Transfer, TransferRequest,
};
use cardesk_journal::{Evidence, NewOperation};
use jiff::Timestamp;

use crate::before::Before;

/// An operation that is meant, checked and complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outgoing {
    /// Money onto or off a card, from a channel or on the issuer's side.
    Funds(Funds),
    /// Money from one card to another.
    Transfer(CardTransfer),
    /// A new physical card.
    Issue(Issue),
}

/// A load, a withdrawal, or either on the issuer's side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Funds {
    pub(crate) card: CardId,
    pub(crate) cardholder: CardholderId,
    pub(crate) flow: FundsOperation,
    pub(crate) form: FundsForm,
    pub(crate) money: Money,
    pub(crate) note: Option<String>,
    pub(crate) before: Before,
}

/// Which of the gateway's two forms a funds operation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FundsForm {
    /// `POST`, with a channel.
    Channel,
    /// `PUT`, the issuer's adjustment.
    Adjustment,
}

/// A transfer between two cards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CardTransfer {
    pub(crate) from: CardId,
    pub(crate) cardholder: CardholderId,
    pub(crate) to: CardId,
    pub(crate) money: Money,
    pub(crate) note: Option<String>,
    pub(crate) before: Before,
}

/// A card to be issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Issue {
    pub(crate) cardholder: CardholderId,
    /// Names every card that the cardholder has.
    pub(crate) before: Before,
}

/// What the gateway said when it was done.
#[derive(Debug, Clone, Default)]
pub(crate) struct Done {
    /// Its id of the movement, the transfer or the card.
    pub(crate) id: Option<String>,
    /// The balance of the operation's own card.
    pub(crate) balance: Option<Amount>,
    /// The card that was issued.
    pub(crate) card: Option<Card>,
}

impl Outgoing {
    /// What it does.
    pub(crate) const fn kind(&self) -> OperationKind {
        match self {
            Self::Funds(funds) => match (funds.form, funds.flow) {
                (FundsForm::Channel, FundsOperation::Add) => OperationKind::Load,
                (FundsForm::Channel, FundsOperation::Withdraw) => OperationKind::Withdrawal,
                (FundsForm::Adjustment, FundsOperation::Add) => OperationKind::AdjustmentLoad,
                (FundsForm::Adjustment, FundsOperation::Withdraw) => OperationKind::AdjustmentWithdrawal,
            },
            Self::Transfer(_) => OperationKind::Transfer,
            Self::Issue(_) => OperationKind::Issue,
        }
    }

    /// The cards whose balances it moves.
    pub(crate) fn cards(&self) -> Vec<CardId> {
        match self {
            Self::Funds(funds) => vec![funds.card],
            Self::Transfer(transfer) => vec![transfer.from, transfer.to],
            Self::Issue(_) => Vec::new(),
        }
    }

    /// As it is written down before it leaves.
    pub(crate) fn written(&self, reference: &Reference, at: Timestamp, operator: &str) -> NewOperation {
        let blank = NewOperation {
            reference: reference.clone(),
            kind: self.kind(),
            cardholder_id: None,
            card_id: None,
            to_card_id: None,
            money: None,
            note: None,
            channel: None,
            context: None,
            at,
            operator: operator.to_owned(),
        };
        match self {
            Self::Funds(funds) => NewOperation {
                cardholder_id: Some(funds.cardholder.clone()),
                card_id: Some(funds.card),
                money: Some(funds.money),
                note: funds.note.clone(),
                channel: (funds.form == FundsForm::Channel).then(|| FundsChannel::Web.as_str().to_owned()),
                context: Some(funds.before.written()),
                ..blank
            },
            Self::Transfer(transfer) => NewOperation {
                cardholder_id: Some(transfer.cardholder.clone()),
                card_id: Some(transfer.from),
                to_card_id: Some(transfer.to),
                money: Some(transfer.money),
                note: transfer.note.clone(),
                context: Some(transfer.before.written()),
                ..blank
            },
            Self::Issue(issue) => {
                NewOperation { cardholder_id: Some(issue.cardholder.clone()), context: Some(issue.before.written()), ..blank }
            }
        }
    }

    /// Sends it, once; the gateway's client repeats only what the contract says was not done.
    pub(crate) async fn send(&self, gateway: &Gateway, reference: &Reference) -> Result<Done, Failure> {
        match self {
            Self::Funds(funds) => funds.send(gateway, reference).await,
            Self::Transfer(transfer) => transfer.send(gateway, reference).await,
            Self::Issue(issue) => {
                let card = gateway.issue_card(&issue.cardholder).await?;
                if !issue.can_be(&card) {
                    return Err(about_something_else(RequestName::IssueCard, Some(card.id.to_string())));
                }
                Ok(Done { id: Some(card.id.to_string()), balance: None, card: Some(card) })
            }
        }
    }
}

/// An answer that does not say that it was done; with the gateway's id, where it named something.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) error: GatewayError,
    /// What came in between.
    pub(crate) cause: Cause,
    pub(crate) id: Option<String>,
}

impl From<GatewayError> for Failure {
    fn from(error: GatewayError) -> Self {
        Self { cause: crate::error_sources::cause_of(&error), error, id: None }
    }
}

impl Failure {
    /// What the move that follows from it rests on.
    pub(crate) fn evidence(&self) -> Evidence {
        Evidence {
            cause: Some(self.cause),
            detail: crate::error_sources::words_of(&self.error),
            gateway_code: self.error.codes.first().map(|entry| entry.code.clone()).filter(|code| !code.is_empty()),
            http_status: self.error.status,
            movement_id: self.id.clone(),
        }
    }
}

impl Funds {
    async fn send(&self, gateway: &Gateway, reference: &Reference) -> Result<Done, Failure> {
        let (request, receipt) = match self.form {
            FundsForm::Channel => {
                let funds = FundsRequest {
                    amount: self.money.amount(),
                    operation: self.flow,
                    channel: FundsChannel::Web,
                    reference: reference.clone(),
                    description: self.note.clone(),
                    currency: Some(self.money.currency()),
                };
                (RequestName::ChangeFunds, gateway.change_funds(self.card, &funds).await?)
            }
            FundsForm::Adjustment => {
                let adjustment = FundsAdjustment {
                    amount: self.money.amount(),
                    operation: self.flow,
                    reference: reference.clone(),
                    observations: self.note.clone(),
                    currency: Some(self.money.currency()),
                };
                (RequestName::AdjustFunds, gateway.adjust_funds(self.card, &adjustment).await?)
            }
        };
        let FundsReceipt { movement_id, balance, currency, reference: noted } = receipt;
        let is_anothers = noted.is_some_and(|noted| !noted.trim().eq_ignore_ascii_case(reference.as_str()));
        if is_anothers || currency.is_some_and(|said| said != self.money.currency()) {
            return Err(about_something_else(request, movement_id));
        }
        Ok(Done { id: movement_id, balance, card: None })
    }
}

impl Issue {
    /// Whether the card that the gateway named can be the one that was asked for: not one that was there before, nor
    /// somebody else's.
    fn can_be(&self, card: &Card) -> bool {
        let was_there = self.before.cards_before.as_ref().is_some_and(|before| before.contains(&card.id.to_string()));
        !was_there && card.cardholder_id.as_ref().is_none_or(|owner| *owner == self.cardholder)
    }
}

impl CardTransfer {
    async fn send(&self, gateway: &Gateway, reference: &Reference) -> Result<Done, Failure> {
        let request = TransferRequest {
            from: self.from,
            to: self.to,
            amount: self.money.amount(),
            observations: Some(observations(reference, self.note.as_deref())),
        };
        let transfer = gateway.transfer(&request).await?;
        if is_contradicted(&transfer, self.from, self.to, self.money, reference) {
            return Err(about_something_else(RequestName::TransferBetweenCards, transfer.id));
        }
        Ok(Done { id: transfer.id, balance: None, card: None })
    }
}

/// What stands in a transfer's observations: our reference first, then the operator's note.
fn observations(reference: &Reference, note: Option<&str>) -> String {
    note.map_or_else(|| reference.to_string(), |note| format!("{reference} {note}"))
}

/// Whether what the gateway says of a transfer contradicts what was asked. What it leaves out contradicts nothing.
fn is_contradicted(transfer: &Transfer, from: CardId, to: CardId, money: Money, reference: &Reference) -> bool {
    transfer.from.is_some_and(|said| said != from)
        || transfer.to.is_some_and(|said| said != to)
        || transfer.amount.is_some_and(|said| said != money.amount())
        || transfer.currency.is_some_and(|said| said != money.currency())
        || transfer.observations.as_deref().is_some_and(|said| !names(said, reference))
}

/// Whether a text of the gateway's names our reference.
pub(crate) fn names(text: &str, reference: &Reference) -> bool {
    text.to_ascii_uppercase().contains(reference.as_str())
}

fn about_something_else(request: RequestName, id: Option<String>) -> Failure {
    Failure {
        error: GatewayError {
            request,
            kind: ErrorKind::Unreadable,
            status: None,
            codes: Vec::new(),
            message: None,
            has_envelope: true,
            named_permission: None,
            connect_failure: None,
            retry_after_seconds: None,
        },
        cause: Cause::AboutSomethingElse,
        id,
    }
}

#[cfg(test)]
mod tests {
    use cardesk_domain::Currency;

    use super::*;

    #[test]
    fn an_issued_card_is_a_new_one_and_its_cardholders_own() {
        let [ana, luis]: [CardholderId; 2] = ["u1", "u2"].map(|id| id.parse().expect("an id"));
        let issue = Issue { cardholder: ana.clone(), before: Before::of_issue(vec!["7".to_owned()]) };
        let card = |id, owner: Option<&CardholderId>| Card {
            id: CardId::new(id),
            cardholder_id: owner.cloned(),
            masked_pan: None,
            alias: None,
            state: cardesk_domain::CardState::Inactive,
            currency: None,
            balance: None,
            pending_debits: None,
            pending_credits: None,
            expiry: None,
            cardholder_name: None,
            created_at: None,
            activated_at: None,
            has_pin: None,
        };
        assert!(issue.can_be(&card(8, Some(&ana))) && issue.can_be(&card(8, None)));
        assert!(!issue.can_be(&card(7, Some(&ana))), "it was there before");
        assert!(!issue.can_be(&card(8, Some(&luis))), "somebody else's");
    }

    #[test]
    fn a_transfers_answer_contradicts_what_was_asked_only_by_what_it_says() {
        let reference = Reference::from_entropy(7);
        let money = Money::new("5".parse().expect("an amount"), Currency::GTQ);
        let contradicts = |transfer: Transfer| is_contradicted(&transfer, CardId::new(1), CardId::new(2), money, &reference);
        assert!(!contradicts(Transfer::default()));
        assert!(!contradicts(Transfer {
            observations: Some(observations(&reference, Some("renta")).to_lowercase()),
            ..Transfer::default()
        }));
        assert!(contradicts(Transfer { from: Some(CardId::new(2)), ..Transfer::default() }));
        assert!(contradicts(Transfer { to: Some(CardId::new(1)), ..Transfer::default() }));
        assert!(contradicts(Transfer { amount: Some("5.01".parse().expect("an amount")), ..Transfer::default() }));
        assert!(contradicts(Transfer { currency: "USD".parse().ok(), ..Transfer::default() }));
        assert!(contradicts(Transfer { observations: Some("renta".to_owned()), ..Transfer::default() }));
    }
}
