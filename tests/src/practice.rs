//! Practice asked from the other side: what really became of what the window showed.
//!
//! Plain HTTP as the gateway's contract has it, sharing no code with the desk's own client.

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

    /// One request; gives the status and the whole envelope, whatever they say.
    ///
    /// # Errors
    /// If nothing answers, or not in JSON.
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
        Ok((status, response.json().await.map_err(Trouble::of(what))?))
    }

    /// The card as Practice has it.
    ///
    /// # Errors
    /// If there is none of that id.
    pub async fn card(&self, card_id: &str) -> Outcome<Value> {
        self.ask(Method::GET, &format!("/cards/{card_id}"), None).await
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
