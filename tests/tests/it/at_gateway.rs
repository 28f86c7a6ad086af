//! One card as the gateway has it, asked beside the window: what really became of its money.

use cardesk_domain::Amount;
use cardesk_tests::page::Page;
use cardesk_tests::practice::{Practice, text};
use reqwest::Method;
use serde_json::{Value, json};

/// The card, and whom to ask about it.
pub(crate) struct AtGateway<'a> {
    practice: &'a Practice,
    pub(crate) card_id: String,
}

/// What an operation did on one card: the movement's type and its amount.
pub(crate) fn moved(kind: &str, amount: &str) -> (String, Amount) {
    (kind.to_owned(), amount.parse().unwrap())
}

/// Now, by the clock that the gateway in this process or in the window has, as its answers write it.
pub(crate) fn now() -> String {
    #[allow(clippy::disallowed_methods, reason = "a test of what the machine's clock dates")]
    let now = jiff::Timestamp::now();
    now.to_string()
}

impl<'a> AtGateway<'a> {
    pub(crate) fn of(practice: &'a Practice, card_id: impl Into<String>) -> Self {
        Self { practice, card_id: card_id.into() }
    }

    /// The card that is open in the window.
    pub(crate) async fn open_in(page: &Page, practice: &'a Practice) -> Self {
        Self::of(practice, page.attribute("#card", "data-card-id").await.unwrap())
    }

    /// Who is asked about it.
    pub(crate) fn practice(&self) -> &'a Practice {
        self.practice
    }

    /// Another card that can take money.
    pub(crate) async fn other(&self) -> Self {
        let active = self.practice.active_cards().await.unwrap();
        let other = active.into_keys().map(|id| id.to_string()).find(|id| *id != self.card_id);
        Self::of(self.practice, other.unwrap())
    }

    pub(crate) async fn last_four(&self) -> String {
        let masked = text(&self.practice.card(&self.card_id).await.unwrap(), "/maskedPan").unwrap();
        masked[masked.len() - 4..].to_owned()
    }

    /// The movements of this month and its neighbours.
    pub(crate) async fn movements(&self) -> Vec<Value> {
        self.practice.movements_around(&self.card_id, &now()).await.unwrap()
    }

    pub(crate) async fn movements_of(&self, reference: &str) -> Vec<Value> {
        self.movements().await.into_iter().filter(|movement| movement["reference"] == reference).collect()
    }

    /// What the one movement that carries this reference did.
    pub(crate) async fn only_movement_of(&self, reference: &str) -> (String, Amount) {
        let movements = self.movements_of(reference).await;
        assert_eq!(movements.len(), 1, "{reference}: {movements:?}");
        moved(&text(&movements[0], "/type").unwrap(), &text(&movements[0], "/amount").unwrap())
    }

    pub(crate) async fn balance(&self) -> Amount {
        text(&self.practice.card(&self.card_id).await.unwrap(), "/balance").unwrap().parse().unwrap()
    }

    /// The balance as the window writes it, without its currency.
    pub(crate) async fn balance_shown(&self) -> String {
        shown(self.balance().await)
    }

    /// Takes everything off the card, without the window's knowledge.
    pub(crate) async fn empty(&self) {
        let number: serde_json::Number = self.balance().await.to_json_text().parse().unwrap();
        let body = json!({ "amount": number, "operation": "WITHDRAW_FUNDS", "channel": "ATM", "reference": "behind-the-desk" });
        self.practice.ask(Method::POST, &format!("/cards/{}/funds", self.card_id), Some(body)).await.unwrap();
    }
}

/// `1,234.50`: the decimals that there are, two at least, and a comma after each three digits.
pub(crate) fn shown(amount: Amount) -> String {
    let text = amount.to_json_text();
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped}.{decimals}")
}

#[test]
fn an_amount_is_written_as_the_window_writes_it() {
    let written = ["1234567.5", "999", "0", "12.3400", "1000.1234"].map(|amount| shown(amount.parse().unwrap()));
    assert_eq!(written, ["1,234,567.50", "999.00", "0.00", "12.34", "1,000.1234"]);
}
