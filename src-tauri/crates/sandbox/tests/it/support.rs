//! A running Practice, a clock that can be moved, and the smallest HTTP client: bytes out, bytes in.

use std::fmt::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use cardesk_domain::{CardState, CardholderId};
use cardesk_sandbox::{Clock, Plastic, PortChoice, Practice, PracticeConfig};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) const APPLICATION: &str = "cardesk-practice-desk";

/// Time stands still until a test moves it. It begins on a fixed day, at noon in Guatemala.
#[derive(Debug)]
pub(crate) struct TestClock(Mutex<Timestamp>);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

impl TestClock {
    pub(crate) fn at(instant: &str) -> Arc<Self> {
        Arc::new(Self(Mutex::new(instant.parse().unwrap())))
    }

    pub(crate) fn pass(&self, seconds: i64) {
        *self.0.lock().unwrap() += SignedDuration::from_secs(seconds);
    }

    pub(crate) fn set(&self, instant: &str) {
        *self.0.lock().unwrap() = instant.parse().unwrap();
    }
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The first error's code; also checks that this is the failure envelope.
    pub(crate) fn code(&self) -> String {
        let json = self.json();
        assert_eq!(json["success"], false, "{self:?}");
        assert!(json["message"].is_string(), "{self:?}");
        assert!(self.head.to_ascii_lowercase().contains("content-type: application/json"), "{self:?}");
        json["errors"][0]["code"].as_str().unwrap_or_else(|| panic!("a code: {self:?}")).to_owned()
    }

    /// Every field that the errors name.
    pub(crate) fn fields(&self) -> Vec<String> {
        let json = self.json();
        json["errors"].as_array().unwrap().iter().filter_map(|error| error["field"].as_str().map(str::to_owned)).collect()
    }

    /// The text of the first JSON number of that name, exactly as it was written.
    pub(crate) fn number(&self, name: &str) -> &str {
        let start = self.body.find(&format!("\"{name}\":")).unwrap_or_else(|| panic!("{name}: {self:?}")) + name.len() + 3;
        let end = self.body[start..].find([',', '}', ']']).unwrap() + start;
        &self.body[start..end]
    }

    pub(crate) fn text(&self, name: &str) -> String {
        self.json()["data"][name].as_str().unwrap_or_else(|| panic!("{name}: {self:?}")).to_owned()
    }
}

/// Practice on a free port, signed in.
pub(crate) struct Desk {
    pub(crate) practice: Practice,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) token: String,
}

impl Desk {
    pub(crate) async fn new() -> Self {
        Self::with_state(None).await
    }

    pub(crate) async fn with_state(file: Option<&Path>) -> Self {
        let clock = TestClock::at("2026-11-24T18:00:00Z");
        let config = PracticeConfig {
            state_file: file.map(Path::to_owned),
            port: PortChoice::Any,
            clock: Arc::<TestClock>::clone(&clock),
            ..PracticeConfig::default()
        };
        let practice = Practice::start(config).await.expect("Practice starts");
        let token = practice.bearer_token().await.expect("a token");
        Self { practice, clock, token }
    }

    /// Sends exactly these bytes and reads to the end.
    pub(crate) async fn raw(&self, request: &[u8]) -> Reply {
        raw(self.practice.base_url(), request).await
    }

    /// A signed-in request of this application.
    pub(crate) async fn call(&self, method: &str, path: &str, body: Option<&str>) -> Reply {
        let authorization = format!("Authorization: Bearer {}\r\nx-application-id: {APPLICATION}\r\n", self.token);
        self.call_with(method, path, &authorization, body).await
    }

    /// A request with these header lines.
    pub(crate) async fn call_with(&self, method: &str, path: &str, headers: &str, body: Option<&str>) -> Reply {
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{headers}");
        if let Some(body) = body {
            if !headers.to_ascii_lowercase().contains("content-type") {
                request.push_str("Content-Type: application/json\r\n");
            }
            write!(request, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        } else {
            request.push_str("\r\n");
        }
        self.raw(request.as_bytes()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.call("GET", path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: &str) -> Reply {
        self.call("POST", path, Some(body)).await
    }

    /// The newest plastic in this state.
    pub(crate) async fn plastic(&self, state: &str) -> Plastic {
        let plastics = self.practice.plastics().await.unwrap();
        plastics.into_iter().find(|plastic| plastic.state.as_str() == state).unwrap_or_else(|| panic!("a plastic that is {state}"))
    }

    /// The newest active plastic of somebody else.
    pub(crate) async fn plastic_of_another(&self, cardholder: &CardholderId) -> Plastic {
        let plastics = self.practice.plastics().await.unwrap();
        let mut others = plastics.into_iter().filter(|plastic| plastic.state == CardState::Active && plastic.cardholder_id != *cardholder);
        others.next().expect("a plastic of somebody else")
    }

    pub(crate) async fn plastic_of(&self, card: &str) -> Plastic {
        let plastics = self.practice.plastics().await.unwrap();
        plastics.into_iter().find(|plastic| plastic.card_id.to_string() == card).expect("the card's plastic")
    }

    /// A new active card: its id.
    pub(crate) async fn active_card(&self) -> String {
        let user = self.post("/users", &registration("nueva@example.com", &[])).await.text("userId");
        let card = self.call("POST", &format!("/users/{user}/cards/virtuals"), None).await.number("id").to_owned();
        let plastic = self.plastic_of(&card).await;
        let activation = format!(r#"{{"card":"{}","cardholderName":"{}"}}"#, plastic.pan.reveal(), plastic.embossed_name);
        assert_eq!(self.post(&format!("/users/{user}/cards/activation"), &activation).await.status, 200);
        card
    }
}

pub(crate) async fn raw(base_url: &str, request: &[u8]) -> Reply {
    let mut stream = TcpStream::connect(base_url.trim_start_matches("http://")).await.expect("Practice listens");
    // An answer may come, and the connection end, before the whole request was read.
    let _ = stream.write_all(request).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let answer = String::from_utf8(answer).expect("UTF-8");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("an HTTP answer, not {answer:?}"));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    Reply { status, head: head.to_owned(), body: body.to_owned() }
}

/// A good registration, with some fields replaced by these raw JSON values (an empty one leaves the field out).
pub(crate) fn registration(username: &str, replaced: &[(&str, &str)]) -> String {
    let username = format!("\"{username}\"");
    let good = [
        ("firstName", "\"Ana Lucía\""),
        ("lastName", "\"Muñoz Q'anil\""),
        ("address", "\"4a avenida 12-34, zona 1, Cobán\""),
        ("countryOfBirth", "\"GTM\""),
        ("placeOfBirth", "\"Cobán, Alta Verapaz\""),
        ("gender", "\"F\""),
        ("maritalStatus", "\"casado\""),
        ("phoneNumber", "\"+50255551234\""),
        ("username", username.as_str()),
        ("dateOfBirth", "\"1990-02-28\""),
        ("documentType", "\"DPI\""),
        ("documentNumber", "\"2999123451601\""),
        ("nit", "\"1234567-8\""),
    ];
    let extra = replaced.iter().filter(|(name, _)| good.iter().all(|(known, _)| known != name)).copied();
    let fields = good
        .iter()
        .copied()
        .map(|(name, value)| (name, replaced.iter().find(|(known, _)| *known == name).map_or(value, |(_, value)| value)));
    let parts: Vec<String> =
        fields.chain(extra).filter(|(_, value)| !value.is_empty()).map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", parts.join(","))
}
