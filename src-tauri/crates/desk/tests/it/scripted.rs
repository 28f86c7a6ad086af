//! A gateway that answers as it is told: the good contract, and one fault after another on the requests that change
//! something.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{Method, Response, StatusCode, Uri};
use serde_json::{Value, json};
use tokio::sync::Notify;

/// The one cardholder and the one card that this gateway knows.
pub(crate) const CARDHOLDER: &str = "6f0c2d1e-93b7-4a55-8c1d-2b7e9a4410cd";
pub(crate) const CARD: &str = "48213";

/// How the next request that changes something is answered.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// This status and envelope.
    Envelope(u16, Value),
    /// A page of an edge.
    Html(u16),
    /// The money moves, and the answer is whole.
    Applied,
    /// The money moves, and the answer comes once this is notified.
    Held(Arc<Notify>),
    /// The money moves, and the connection breaks without an answer.
    AppliedAndDropped,
    /// The connection breaks without an answer.
    Dropped,
    /// The answer is cut in its middle.
    Cut,
    /// No answer ever.
    Silence,
    /// A redirect to the same address.
    Redirect,
}

/// A refusal by the gateway's envelope.
pub(crate) fn refusal(status: u16, code: &str) -> Answer {
    Answer::Envelope(
        status,
        json!({ "success": false, "message": "no", "errors": [{ "code": code, "message": format!("reason {code}") }] }),
    )
}

/// What was asked for, by the gateway's envelope.
pub(crate) fn data(data: &Value) -> Answer {
    Answer::Envelope(200, json!({ "success": true, "data": data }))
}

/// One request as it came in.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: Value,
}

#[derive(Default)]
struct Script {
    answers: VecDeque<Answer>,
    reads: HashMap<String, Answer>,
    seen: Vec<Seen>,
    movements: Vec<Value>,
    transfers: Vec<Value>,
    links: Vec<Value>,
    cards: Vec<u64>,
    balance: Value,
    /// The state of every card.
    state: String,
    listing: Option<Listing>,
}

/// A long listing of cardholders without cards.
#[derive(Clone, Copy)]
pub(crate) struct Listing {
    pub(crate) people: usize,
    /// The gateway's own, whatever it is asked for.
    pub(crate) largest_page: usize,
    pub(crate) tells_total: bool,
}

impl Listing {
    /// The page that this query asks for.
    fn page(self, query: &str) -> Value {
        let asked = |name: &str| query.split('&').find_map(|part| part.strip_prefix(name)?.strip_prefix('=')?.parse().ok());
        let (page, limit): (usize, usize) = (asked("page").unwrap_or(1), asked("limit").unwrap_or(20));
        let limit = limit.min(self.largest_page);
        let users: Vec<Value> =
            (0..self.people).skip((page - 1) * limit).take(limit).map(|number| json!({ "userId": format!("p-{number:04}") })).collect();
        if self.tells_total { json!({ "users": users, "total": self.people }) } else { json!({ "users": users }) }
    }
}

/// The running gateway.
pub(crate) struct Scripted {
    pub(crate) base_url: String,
    script: Arc<Mutex<Script>>,
}

impl Scripted {
    pub(crate) async fn start() -> Self {
        let script =
            Arc::new(Mutex::new(Script { cards: vec![48_213], balance: json!(1842.50), state: "ACTIVE".to_owned(), ..Script::default() }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(Arc::clone(&script));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { base_url, script }
    }

    /// The answers for the next changing requests, in their order.
    pub(crate) fn will(&self, answers: impl IntoIterator<Item = Answer>) {
        self.script.lock().unwrap().answers = answers.into_iter().collect();
    }

    /// What reading this path is answered with from now on.
    pub(crate) fn on_read(&self, path: &str, answer: Answer) {
        self.script.lock().unwrap().reads.insert(path.to_owned(), answer);
    }

    /// The requests so far to paths that end like this.
    pub(crate) fn seen(&self, method: &Method, ending: &str) -> Vec<Seen> {
        let script = self.script.lock().unwrap();
        script.seen.iter().filter(|seen| seen.method == *method && seen.path.ends_with(ending)).cloned().collect()
    }

    /// The loads and withdrawals so far.
    pub(crate) fn funds(&self) -> Vec<Seen> {
        self.seen(&Method::POST, "/funds")
    }

    /// Shows this movement from now on.
    pub(crate) fn show_movement(&self, reference: &str, amount: &str, direction: &str) {
        self.show_movement_in("GTQ", reference, amount, direction);
    }

    /// The same in a currency.
    pub(crate) fn show_movement_in(&self, currency: &str, reference: &str, amount: &str, direction: &str) {
        let amount: Value = serde_json::from_str(amount).unwrap();
        self.script.lock().unwrap().movements.push(json!({
            "id": "m-1", "cardId": 48213, "date": "2026-11-24T16:00:00Z", "type": "ADD_FUNDS", "direction": direction,
            "amount": amount, "balance": 2000, "currency": currency, "reference": reference,
        }));
    }

    /// Shows a movement without a reference, which says this, from now on.
    pub(crate) fn show_text(&self, description: &str, amount: &str, direction: &str) {
        let amount: Value = serde_json::from_str(amount).unwrap();
        self.script.lock().unwrap().movements.push(json!({
            "id": "m-2", "cardId": 48213, "date": "2026-11-24T16:00:00Z", "type": "TRANSFER_OUT", "direction": direction,
            "amount": amount, "balance": 2000, "currency": "GTQ", "description": description,
        }));
    }

    /// Shows a movement with a reference and a note, from now on.
    pub(crate) fn show_noted(&self, reference: &str, description: &str, amount: &str, direction: &str) {
        self.show_text(description, amount, direction);
        let mut script = self.script.lock().unwrap();
        script.movements.last_mut().unwrap()["reference"] = json!(reference);
    }

    /// Lists these from now on, and nobody has a card.
    pub(crate) fn list(&self, listing: Listing) {
        let mut script = self.script.lock().unwrap();
        script.listing = Some(listing);
        script.cards.clear();
    }

    /// Knows this transfer from now on.
    pub(crate) fn record_transfer(&self, transfer: Value) {
        self.script.lock().unwrap().transfers.push(transfer);
    }

    /// Shows every card with this balance from now on.
    pub(crate) fn show_balance(&self, balance: &str) {
        self.script.lock().unwrap().balance = serde_json::from_str(balance).unwrap();
    }

    /// Shows every card in this state from now on.
    pub(crate) fn show_state(&self, state: &str) {
        state.clone_into(&mut self.script.lock().unwrap().state);
    }

    /// Has this card too from now on.
    pub(crate) fn add_card(&self, id: u64) {
        self.script.lock().unwrap().cards.push(id);
    }
}

/// A card that is made some days after a test begins.
pub(crate) const MADE_LATER: u64 = 48_900;

fn card(id: u64, Script { balance, state, .. }: &Script) -> Value {
    json!({
        "id": id, "userId": CARDHOLDER, "maskedPan": "411111******4417", "alias": "Viáticos", "status": state, "currency": "GTQ",
        "balance": balance, "pendingDebits": 120, "pendingCredits": 0, "expiry": { "month": 11, "year": 2029 },
        "cardholderName": "MARIA J RAMIREZ",
        "createdAt": match id {
            48_213 => "2026-11-01T15:00:00Z",
            MADE_LATER => "2026-11-27T15:00:00Z",
            _ => crate::rig::BEGIN,
        },
    })
}

fn cardholder() -> Value {
    json!({
        "userId": CARDHOLDER, "firstName": "María José", "lastName": "Ramírez Núñez", "username": "maria@example.com",
        "phoneNumber": "+50255551234", "address": "4a. avenida 12-59, zona 1", "documentType": "DPI", "documentNumber": "1234567890101",
        "status": "ACTIVE", "createdAt": "2026-11-01T15:00:00Z",
    })
}

fn tokens() -> Value {
    // Long past the clock of any test, so that only a 401 ends a session.
    json!({ "accessToken": "access", "refreshToken": "refresh", "expirationToken": 4_000_000_000_u32, "expirationRefreshToken": 4_000_000_000_u32 })
}

async fn answer(State(script): State<Arc<Mutex<Script>>>, method: Method, uri: Uri, body: Bytes) -> Response<Body> {
    let path = uri.path().to_owned();
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let next = {
        let mut script = script.lock().unwrap();
        script.seen.push(Seen { method: method.clone(), path: path.clone(), body: body.clone() });
        let changes = method != Method::GET && !path.starts_with("/auth");
        let told = if changes { script.answers.pop_front() } else { script.reads.get(&path).cloned() };
        told.unwrap_or(Answer::Applied)
    };
    match next {
        Answer::Envelope(status, body) => envelope(status, &body),
        Answer::Html(status) => page(status),
        Answer::Applied => good(&script, &method, &uri, &body),
        Answer::Held(gate) => {
            let answer = good(&script, &method, &uri, &body);
            gate.notified().await;
            answer
        }
        Answer::AppliedAndDropped => {
            drop(good(&script, &method, &uri, &body));
            broken()
        }
        Answer::Dropped => broken(),
        Answer::Cut => {
            Response::builder().header("content-type", "application/json").header("content-length", "500").body(cut_body()).unwrap()
        }
        Answer::Silence => std::future::pending().await,
        Answer::Redirect => Response::builder().status(307).header("location", path).body(Body::empty()).unwrap(),
    }
}

/// Unwinding without a word is what makes the server drop a connection.
fn broken() -> Response<Body> {
    std::panic::resume_unwind(Box::new("the connection breaks"))
}

fn cut_body() -> Body {
    Body::from_stream(CutStream(false))
}

struct CutStream(bool);

impl futures_core::Stream for CutStream {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(mut self: std::pin::Pin<&mut Self>, _: &mut std::task::Context<'_>) -> std::task::Poll<Option<Self::Item>> {
        let was_begun = std::mem::replace(&mut self.0, true);
        let part = if was_begun { Err(std::io::Error::other("cut")) } else { Ok(Bytes::from_static(b"{\"success\": true, \"da")) };
        std::task::Poll::Ready(Some(part))
    }
}

fn envelope(status: u16, body: &Value) -> Response<Body> {
    Response::builder()
        .status(StatusCode::from_u16(status).unwrap())
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap()
}

fn page(status: u16) -> Response<Body> {
    let page = Body::from("<html><body>Bad gateway</body></html>");
    Response::builder().status(StatusCode::from_u16(status).unwrap()).header("content-type", "text/html").body(page).unwrap()
}

/// The contract, as far as these tests walk it.
fn good(script: &Mutex<Script>, method: &Method, uri: &Uri, body: &Value) -> Response<Body> {
    let mut script = script.lock().unwrap();
    let segments: Vec<&str> = uri.path().split('/').skip(1).collect();
    let data = match (method.as_str(), segments.as_slice()) {
        ("GET", ["health"]) => return envelope(200, &json!({ "success": true, "message": "ok" })),
        ("POST", ["auth", _]) => tokens(),
        ("GET", ["users"]) if script.listing.is_some() => script.listing.unwrap().page(uri.query().unwrap_or_default()),
        ("GET", ["users"]) => json!({ "users": [cardholder()], "total": 1, "page": 1, "limit": 100 }),
        ("GET", ["users", _]) => cardholder(),
        ("GET", ["users", _, "cards"]) => script.cards.iter().map(|id| card(*id, &script)).collect(),
        ("GET", ["cards", id]) if !script.cards.contains(&id.parse().unwrap()) => {
            return envelope(404, &json!({ "success": false, "errors": [{ "code": "7200", "message": "card not found" }] }));
        }
        ("GET", ["cards", id]) => card(id.parse().unwrap(), &script),
        ("GET", ["cards", _, "transfers", _, _]) => Value::Array(script.movements.clone()),
        ("POST", ["users"]) => return envelope(201, &json!({ "success": true, "data": { "userId": CARDHOLDER } })),
        ("POST", ["users", _, "cards", "virtuals"]) => {
            let id = 48_214 + script.cards.len() as u64;
            script.cards.push(id);
            return envelope(201, &json!({ "success": true, "data": card(id, &script) }));
        }
        ("POST", ["cards", "transfer"]) => {
            let transfer = json!({
                "id": 900 + script.transfers.len(), "fromCardId": body["fromCardId"], "toCardId": body["toCardId"],
                "amount": body["amount"], "observations": body["observations"],
            });
            script.transfers.push(transfer.clone());
            return envelope(201, &json!({ "success": true, "data": transfer }));
        }
        ("GET", ["card-transfers", id]) => match script.transfers.iter().find(|transfer| transfer["id"].as_u64() == id.parse().ok()) {
            Some(transfer) => transfer.clone(),
            None => return envelope(404, &json!({ "success": false, "errors": [{ "code": "7004", "message": "no such transfer" }] })),
        },
        ("PATCH", ["cards", id, "status"]) => {
            script.state = body["status"].as_str().unwrap().to_owned();
            card(id.parse().unwrap(), &script)
        }
        ("GET", ["users", _, "linked-cards"]) => Value::Array(script.links.clone()),
        ("POST", ["users", _, "linked-cards"]) => {
            let link = json!({
                "associationId": format!("a-{}", script.links.len() + 1), "email": body["email"], "suffix": body["suffix"],
                "alias": body["alias"], "createdAt": crate::rig::BEGIN,
            });
            script.links.push(link.clone());
            return envelope(201, &json!({ "success": true, "data": link }));
        }
        ("PATCH" | "DELETE", ["users", _, "linked-cards", id]) => {
            let Some(index) = script.links.iter().position(|link| link["associationId"] == *id) else {
                return envelope(404, &json!({ "success": false, "errors": [{ "code": "7220", "message": "no such linked card" }] }));
            };
            if method == Method::DELETE {
                script.links.remove(index)
            } else {
                script.links[index]["alias"] = body["alias"].clone();
                script.links[index].clone()
            }
        }
        ("POST" | "PUT", ["cards", _, "funds"]) => json!({
            "id": "m-7", "cardId": 48213, "operation": body["operation"], "amount": body["amount"], "currency": "GTQ",
            "reference": body["reference"], "balance": 3092.50,
        }),
        _ => return envelope(404, &json!({ "success": false, "errors": [{ "code": "7010", "message": "no such endpoint" }] })),
    };
    envelope(200, &json!({ "success": true, "data": data }))
}
