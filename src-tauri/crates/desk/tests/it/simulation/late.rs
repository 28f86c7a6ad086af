//! A movement that Practice shows only after a person has said that the operation was not done.

use std::sync::Arc;
use std::time::Duration;

use cardesk_desk::Desk;
use cardesk_desk::view::{
    FollowUpForm, FollowUpKind, FundsAction, FundsDraftRequest, FundsForm, OperationState, OperationView, SettleAs, SettleForm,
};
use cardesk_domain::CardId;
use cardesk_sandbox::FaultPlan;

use super::audit;
use super::world::World;
use crate::simulated_time::{Chance, SimulatedTime};

/// The first load is done, nobody hears of it, and its movement is hidden for ten minutes, longer than Practice's settling
/// time.
const LATE: &str = r#"{"rules":[
    {"requests":["money"],"when":{"nth":1},"fault":{"drop":{"moment":"after_applying"}}},
    {"requests":["money"],"when":{"nth":1},"fault":{"hide_movement":{"until":{"after_ms":600000}}}}]}"#;

async fn load(desk: &Desk, card: CardId) -> OperationView {
    let request = FundsDraftRequest {
        card_id: card.to_string(),
        kind: FundsAction::Load,
        to_card_id: None,
        amount_typed: "10.00".to_owned(),
        reference: None,
    };
    let reference = desk.draft_funds(request).await.unwrap().reference;
    let form =
        FundsForm { reference, to_card_id: None, amount_typed: "10.00".to_owned(), amount_again: None, note: String::new(), despite: None };
    desk.submit_funds(form).await.unwrap()
}

async fn follow(desk: &Desk, older: &str, kind: FollowUpKind) -> OperationView {
    let reference = desk.draft_follow_up(older, kind, None).await.unwrap().reference;
    let form = FollowUpForm { reference, reason: "por error".to_owned(), amount_again: None, despite: None };
    desk.submit_follow_up(form).await.unwrap()
}

#[test]
fn a_late_movement_of_what_was_said_not_to_be_done_comes_back_and_is_taken_back() {
    let time = SimulatedTime::new(Chance::new(7));
    time.run(late_movement(&time));
}

async fn late_movement(time: &Arc<SimulatedTime>) {
    let mut world = World::new(7, &Chance::new(7), time, 1, false).await;
    let gateway = world.client();
    let cardholder = gateway.find_cardholders("", 1, 100).await.unwrap().cardholders.remove(0).id;
    let card = gateway.cards_of(&cardholder).await.unwrap()[0].id;
    let balance = async || gateway.card(card).await.unwrap().balance.unwrap().to_json_text();
    world.core.set_faults(FaultPlan::from_json(LATE).unwrap()).unwrap();

    let program = world.start().await;
    let desk = &program.desk;
    let lost = load(desk, card).await;
    assert_eq!(lost.state, OperationState::Unknown);
    world.pass(Duration::from_secs(121)).await;
    desk.look_at_what_is_due().await;
    let form = SettleForm {
        reference: lost.reference.clone(),
        outcome: SettleAs::NotApplied,
        reason: "El emisor dice que no".to_owned(),
        card_id: None,
        none_of: Vec::new(),
    };
    assert_eq!(desk.settle_operation(form).await.unwrap().state, OperationState::SettledNotApplied);
    let again = follow(desk, &lost.reference, FollowUpKind::MakesAgain).await;
    assert_eq!((again.state, balance().await.as_str()), (OperationState::Applied, "1020.00"), "twice, and nobody can know yet");
    world.pass(Duration::from_secs(120)).await;
    desk.look_at_what_is_due().await;
    assert_eq!(desk.attention().await.unwrap().contradictions, []);

    // The program is closed, and started again. Once its window has opened the journal, it looks by itself, ever less often,
    // and so comes to see the movement.
    let program = world.restart(program).await;
    let desk = &program.desk;
    desk.session().await.unwrap();
    world.pass(Duration::from_secs(1800)).await;
    desk.look_at_what_is_due().await;
    let [row] = desk.attention().await.unwrap().contradictions.try_into().unwrap();
    assert_eq!((&row.operation.reference, row.operation.state), (&lost.reference, OperationState::SettledNotApplied));
    assert_eq!(row.made_again.iter().map(|made| &made.reference).collect::<Vec<_>>(), [&again.reference]);
    assert!(row.operation.can_correct && row.operation.contradiction.unwrap().is_proof);

    let back = follow(desk, &lost.reference, FollowUpKind::Corrects).await;
    assert_eq!((back.state, balance().await.as_str()), (OperationState::Applied, "1010.00"));
    assert_eq!(desk.attention().await.unwrap().contradictions, []);
    audit::audit(&world, &[card], &[]).await;
}
