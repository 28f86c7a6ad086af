//! What operators do on a bad day, by chance: money every way, issuing, double clicks, follow-ups, looks, a person's word on
//! what has no outcome. Batches are in `batches`.

use std::sync::Arc;
use std::time::Duration;

use cardesk_desk::view::{
    CalendarMonth, Despite, FollowUpForm, FollowUpKind, FundsAction, FundsDraft, FundsDraftRequest, FundsForm, MovementsRequest,
    NotAppliedWithheld, OperationView, SettleAs, SettleForm,
};
use cardesk_desk::{Desk, DeskResult, ErrorCode};
use cardesk_sandbox::{Appearance, EdgeStatus, Fault, FaultPlan, FaultRule, Moment, Occurrence, RepeatedReferences, RequestKind};

use cardesk_domain::{CardId, CardholderId};

use super::world::{Program, World};
use crate::simulated_network::Kill;
use crate::simulated_time::Chance;

pub(super) const AMOUNTS: [&str; 3] = ["5.00", "10.00", "400.00"];

/// The months that a day can be in, the issuer's.
const MONTHS: [CalendarMonth; 2] = [CalendarMonth { year: 2026, month: 11 }, CalendarMonth { year: 2026, month: 12 }];

/// The operators, and what they work on.
pub(super) struct Operators {
    pub(super) chance: Arc<Chance>,
    pub(super) cards: Vec<String>,
    cardholders: Vec<String>,
    /// Whether there are batches on this day.
    pub(super) has_batches: bool,
    /// What the gateway of this day does with a reference that it knows; half of them do it again.
    repeated_references: RepeatedReferences,
}

impl Operators {
    pub(super) fn of(chance: &Arc<Chance>, cards: &[CardId], cardholders: &[CardholderId], has_batches: bool) -> Self {
        use RepeatedReferences::{AnswerTheSame, ApplyAgain, Reject};
        Self {
            chance: Arc::clone(chance),
            repeated_references: *chance.pick(&[ApplyAgain, ApplyAgain, Reject, AnswerTheSame]),
            cards: cards.iter().map(ToString::to_string).collect(),
            cardholders: cardholders.iter().map(ToString::to_string).collect(),
            has_batches,
        }
    }

    /// One thing that somebody does. Whatever is refused or fails is part of the day.
    pub(super) async fn act(&self, world: &World, program: &Program) {
        let desk = &program.desk;
        match self.chance.below(if self.has_batches { 24 } else { 18 }) {
            0..=3 => self.move_money(desk, FundsAction::Load).await,
            4 => self.move_money(desk, FundsAction::Withdrawal).await,
            5 => self.move_money(desk, FundsAction::AdjustmentLoad).await,
            6 => self.move_money(desk, FundsAction::AdjustmentWithdrawal).await,
            7 | 8 => self.move_money(desk, FundsAction::Transfer).await,
            9 => drop(desk.issue_card(self.chance.pick::<String>(&self.cardholders)).await),
            10 | 11 => self.follow_up(program).await,
            12 => self.settle_what_is_offered(desk).await,
            13 => self.settle_what_is_seen(desk).await,
            14 => self.look_again(desk).await,
            15 => drop(desk.card(self.chance.pick::<String>(&self.cards)).await),
            16 => world.pass(Duration::from_secs(self.chance.next() % 200)).await,
            17 => drop(desk.look_at_what_is_due().await),
            18 | 19 => self.start_batch(world, desk).await,
            _ => self.steer_batch(desk).await,
        }
    }

    /// How long they do nothing.
    pub(super) fn breath(&self) -> Duration {
        Duration::from_millis(*self.chance.pick(&[0, 0, 200, 5_000, 30_000]))
    }

    async fn move_money(&self, desk: &Desk, kind: FundsAction) {
        let card_id = self.chance.pick(&self.cards).clone();
        let to_card_id = (kind == FundsAction::Transfer).then(|| self.chance.pick(&self.cards).clone());
        let amount_typed = (*self.chance.pick(&AMOUNTS)).to_owned();
        let request = FundsDraftRequest { card_id, kind, to_card_id, amount_typed, reference: None };
        let Ok(draft) = desk.draft_funds(request.clone()).await else { return };
        let outcome = self.submit(desk, &request, &draft, None).await;
        let is_blocked = outcome.is_err_and(|error| error.code == ErrorCode::LookAlikeOpen);
        if is_blocked && self.chance.one_in(3) {
            let references = draft.look_alikes.iter().map(|open| open.reference.clone()).collect();
            drop(self.submit(desk, &request, &draft, Some(Despite { references, reason: "dos a propósito".to_owned() })).await);
        }
    }

    /// Clicks once or twice.
    async fn submit(
        &self,
        desk: &Desk,
        request: &FundsDraftRequest,
        draft: &FundsDraft,
        despite: Option<Despite>,
    ) -> DeskResult<OperationView> {
        let form = FundsForm {
            reference: draft.reference.clone(),
            to_card_id: request.to_card_id.clone(),
            amount_typed: request.amount_typed.clone(),
            amount_again: None,
            note: String::new(),
            despite,
        };
        if self.chance.one_in(4) {
            let (first, second) = tokio::join!(desk.submit_funds(form.clone()), desk.submit_funds(form));
            assert_eq!(
                first.as_ref().map(|view| (&view.reference, view.state)).ok(),
                second.as_ref().map(|view| (&view.reference, view.state)).ok()
            );
            return first;
        }
        desk.submit_funds(form).await
    }

    async fn follow_up(&self, Program { desk, network, .. }: &Program) {
        let operations = desk.operations_of_card(self.chance.pick::<String>(&self.cards)).await.unwrap();
        let possible: Vec<(&OperationView, FollowUpKind)> = operations
            .iter()
            .filter_map(|operation| match (operation.can_correct, operation.can_make_again) {
                (true, _) => Some((operation, FollowUpKind::Corrects)),
                (_, true) => Some((operation, FollowUpKind::MakesAgain)),
                _ => None,
            })
            .collect();
        if possible.is_empty() {
            return;
        }
        let (older, kind) = *self.chance.pick(&possible);
        let Ok(draft) = desk.draft_follow_up(&older.reference, kind, None).await else { return };
        network.is_made_by_hand(&draft.reference);
        let form = FollowUpForm { reference: draft.reference, reason: "por error".to_owned(), amount_again: None, despite: None };
        drop(desk.submit_follow_up(form).await);
    }

    /// Says "not applied" of whatever that is offered for, and which card it is where several may be.
    pub(super) async fn settle_what_is_offered(&self, desk: &Desk) {
        for row in desk.attention().await.unwrap().rows {
            let (outcome, card_id) = match row.new_cards.first() {
                Some(card) if row.withheld == Some(NotAppliedWithheld::PossibleCards) => (SettleAs::Applied, Some(card.card_id.clone())),
                _ if row.offers_not_applied => (SettleAs::NotApplied, None),
                _ => continue,
            };
            let form = SettleForm { reference: row.operation.reference, outcome, reason: "visto".to_owned(), card_id, none_of: Vec::new() };
            drop(desk.settle_operation(form).await);
        }
    }

    /// Looks for one operation without an outcome.
    async fn look_again(&self, desk: &Desk) {
        let rows = desk.attention().await.unwrap().rows;
        if !rows.is_empty() {
            drop(desk.look_again(&self.chance.pick(&rows).operation.reference).await);
        }
    }

    /// Says "applied" of what a person sees in the card's movements with their own eyes.
    async fn settle_what_is_seen(&self, desk: &Desk) {
        for row in desk.attention().await.unwrap().rows.into_iter().filter(|row| !row.is_underway) {
            let Some(card_id) = row.operation.card_id.clone() else { continue };
            let Ok(seen) = desk.movements(&MovementsRequest { card_id, from: MONTHS[0], until: MONTHS[1] }).await else { continue };
            let reference = row.operation.reference;
            if seen.rows.iter().any(|movement| movement.reference.as_ref() == Some(&reference)) {
                let form = SettleForm {
                    reference,
                    outcome: SettleAs::Applied,
                    reason: "está en los movimientos".to_owned(),
                    card_id: None,
                    none_of: Vec::new(),
                };
                drop(desk.settle_operation(form).await);
            }
        }
    }

    /// The faults of the next hours.
    pub(super) fn faults(&self) -> FaultPlan {
        let rules = (0..self.chance.below(4)).map(|_| self.fault()).collect();
        FaultPlan { seed: self.chance.next(), rules, ..self.no_faults() }
    }

    /// The day's gateway without any fault.
    pub(super) fn no_faults(&self) -> FaultPlan {
        FaultPlan { repeated_references: self.repeated_references, ..FaultPlan::default() }
    }

    fn fault(&self) -> FaultRule {
        let moment = *self.chance.pick(&[Moment::BeforeApplying, Moment::AfterApplying]);
        let status = EdgeStatus::try_from(*self.chance.pick(&[500, 502, 503, 504])).unwrap();
        let faults = [
            Fault::Delay { for_ms: 20_000 },
            Fault::SlowAnswer { timeout_ms: 30_000 },
            Fault::RefuseConnections { for_ms: 45_000 },
            Fault::Drop { moment },
            Fault::CutAnswer,
            Fault::EdgePage { status, moment },
            Fault::WrongShape,
            Fault::Throttle { retry_after_seconds: Some(2) },
            Fault::ExpireTokens,
            // Shorter than Practice's settling time, by which an issuer has shown everything.
            Fault::HideMovement { until: Appearance::AfterMs(60_000) },
        ];
        let requests = [RequestKind::Money, RequestKind::Writes, RequestKind::Writes, RequestKind::Any, RequestKind::IssueCard];
        FaultRule {
            requests: vec![*self.chance.pick(&requests)],
            when: Occurrence::ChanceIn10000(u16::try_from(1_000 + self.chance.below(7_000)).unwrap()),
            fault: *self.chance.pick(&faults),
        }
    }

    /// When the program is killed, and how many changing requests before.
    pub(super) fn kill(&self) -> (usize, Kill) {
        (*self.chance.pick(&[0, 0, 1, 3]), *self.chance.pick(&[Kill::BeforeSending, Kill::AfterApplying]))
    }
}
