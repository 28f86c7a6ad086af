//! Practice asked from the other side: what really became of what the window showed.
//!
//! Plain HTTP as the gateway's contract has it, sharing no code with the desk's own client.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cardesk_sandbox::{PortChoice, PracticeConfig};
use ed25519_dalek::{Signer, SigningKey};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use crate::trouble::{Outcome, Trouble};

/// A company's application, signed in to Practice.
#[derive(Debug, Clone)]
pub struct Practice {
    client: Client,
    base: String,
    application_id: String,
    token: String,
}

impl Practice {
    /// Signs in to the Practice at `base`, for example `http://127.0.0.1:3010`.
    ///
    /// # Errors
    /// If nothing answers there, or the sign-in is refused.
    pub async fn sign_in(base: &str, merchant: &str, signature: &str, application_id: &str) -> Outcome<Self> {
        let client = client()?;
        let mut practice = Self { client, base: base.to_owned(), application_id: application_id.to_owned(), token: String::new() };
        let data = practice.ask(Method::POST, "/auth/login", Some(json!({ "merchant": merchant, "signature": signature }))).await?;
        practice.token = text(&data, "/accessToken")?;
        Ok(practice)
    }

    /// Signs in to the Practice at `base` as the desk does, with the access that follows from the usual seed.
    ///
    /// # Errors
    /// If nothing answers there, or the sign-in is refused.
    pub async fn sign_in_as_desk(base: &str) -> Outcome<Self> {
        let config = PracticeConfig { port: PortChoice::Any, ..PracticeConfig::default() };
        let twin = cardesk_sandbox::Practice::start(config).await.map_err(Trouble::of("another Practice, for its access"))?;
        let access = twin.access();
        twin.stop().await.map_err(Trouble::of("the other Practice"))?;
        let signature = sign(access.signing_key(), access.merchant.as_str())?;
        Self::sign_in(base, access.merchant.as_str(), &signature, &access.application_id).await
    }

    /// One request; gives the envelope's `data`, with numbers kept as they were written.
    ///
    /// # Errors
    /// If nothing answers, or the answer says no.
    pub async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Outcome<Value> {
        let (status, envelope) = self.answer(method.clone(), path, body).await?;
        if status.is_success() {
            return Ok(envelope.get("data").cloned().unwrap_or(Value::Null));
        }
        Err(Trouble::new(format!("{method} {path} was answered with {status}: {envelope}")))
    }

    /// One request; gives the status and the whole envelope, whatever they say. Where there is no body, it is null.
    ///
    /// # Errors
    /// If nothing answers, or something that is not JSON.
    pub async fn answer(&self, method: Method, path: &str, body: Option<Value>) -> Outcome<(StatusCode, Value)> {
        let what = format!("{method} {path}");
        let mut request = self.client.request(method, format!("{}{path}", self.base)).header("x-application-id", &self.application_id);
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.map_err(Trouble::of(what.clone()))?;
        let status = response.status();
        let body = response.bytes().await.map_err(Trouble::of(what.clone()))?;
        let envelope = if body.is_empty() { Ok(Value::Null) } else { serde_json::from_slice(&body) };
        Ok((status, envelope.map_err(Trouble::of(what))?))
    }

    /// The active cards in quetzales, each with its number and balance, in the order of their ids.
    ///
    /// # Errors
    /// If one of the questions is not answered.
    pub async fn active_cards(&self) -> Outcome<BTreeMap<u64, String>> {
        let mut active = BTreeMap::new();
        let people = self.ask(Method::GET, "/users?page=1&limit=100", None).await?;
        for person in people["users"].as_array().into_iter().flatten() {
            let path = format!("/users/{}/cards", text(person, "/userId")?);
            let cards = self.ask(Method::GET, &path, None).await?;
            for card in cards.as_array().into_iter().flatten() {
                if card["status"] == "ACTIVE" && card["currency"] == "GTQ" {
                    let id = text(card, "/id")?.parse().map_err(Trouble::of("a card's id"))?;
                    active.insert(id, text(card, "/balance")?);
                }
            }
        }
        Ok(active)
    }

    /// The card as Practice has it.
    ///
    /// # Errors
    /// If there is none of that id.
    pub async fn card(&self, card_id: &str) -> Outcome<Value> {
        self.ask(Method::GET, &format!("/cards/{card_id}"), None).await
    }

    /// The card's movements of the month of an instant (`2026-11-24T…`) and of its two neighbours.
    ///
    /// # Errors
    /// If Practice does not answer with lists.
    pub async fn movements_around(&self, card_id: &str, instant: &str) -> Outcome<Vec<Value>> {
        let mut rows = Vec::new();
        for (year, month) in months_around(instant)? {
            let path = format!("/cards/{card_id}/transfers/{month}/{year}");
            let of_month = self.ask(Method::GET, &path, None).await?;
            rows.extend(of_month.as_array().cloned().ok_or_else(|| Trouble::new(format!("{path} gives no list: {of_month}")))?);
        }
        Ok(rows)
    }
}

/// Any page or document of Practice, read as a browser would.
///
/// # Errors
/// If nothing answers, or the answer says no.
pub async fn read(address: &str) -> Outcome<String> {
    let response = client()?.get(address).send().await.map_err(Trouble::of(address))?;
    let response = response.error_for_status().map_err(Trouble::of(address))?;
    response.text().await.map_err(Trouble::of(address))
}

/// A text or a number at a JSON pointer, as text.
///
/// # Errors
/// If nothing is there.
pub fn text(value: &Value, pointer: &str) -> Outcome<String> {
    match value.pointer(pointer) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(Value::Number(number)) => Ok(number.to_string()),
        _ => Err(Trouble::new(format!("there is no {pointer} in {value}"))),
    }
}

/// The month of an instant (`2026-11-24T…`) between its neighbours, each with its year.
fn months_around(instant: &str) -> Outcome<[(u32, u32); 3]> {
    let wrong = || Trouble::new(format!("{instant:?} is no instant"));
    let mut parts = instant.splitn(3, '-').map(str::parse::<u32>);
    let (Some(Ok(year)), Some(Ok(month @ 1..=12))) = (parts.next(), parts.next()) else { return Err(wrong()) };
    let before = if month == 1 { (year - 1, 12) } else { (year, month - 1) };
    let after = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    Ok([before, (year, month), after])
}

/// The recipe of the gateway's document: the slug's bytes, signed with the Ed25519 key of this seed (base64).
fn sign(seed: &str, merchant: &str) -> Outcome<String> {
    let bytes = BASE64_STANDARD.decode(seed).map_err(Trouble::of("the signing key"))?;
    let seed: [u8; 32] = bytes.try_into().map_err(|_| Trouble::new("the signing key is not 32 bytes long"))?;
    Ok(BASE64_STANDARD.encode(SigningKey::from_bytes(&seed).sign(merchant.as_bytes()).to_bytes()))
}

#[allow(clippy::disallowed_methods, reason = "the tests ask Practice from outside, with a client that is not the desk's")]
fn client() -> Outcome<Client> {
    // Only the first of several tests installs it; that it is there already is what was wanted.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy().build().map_err(Trouble::of("an HTTP client"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_months_around_an_instant_cross_the_year() {
        assert_eq!(months_around("2026-11-24T05:00:00-06:00"), Ok([(2026, 10), (2026, 11), (2026, 12)]));
        assert_eq!(months_around("2026-01-01T00:00:00Z"), Ok([(2025, 12), (2026, 1), (2026, 2)]));
        assert_eq!(months_around("2026-12-31T23:59:59Z"), Ok([(2026, 11), (2026, 12), (2027, 1)]));
        assert!(months_around("2026-13-01").is_err() && months_around("yesterday").is_err());
    }
}
