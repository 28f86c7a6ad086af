//! One-time codes and the elevated sessions that they become (`gateway-api.md`, Authentication). Their life is in `phone`.

use std::sync::Arc;

use axum::extract::State;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use cardesk_domain::OneTimeCode;
use zeroize::Zeroizing;

use super::guard::SignedIn;
use super::house::House;
use crate::phone::{CodeRefusal, Elevation, PhoneOwner};
use crate::store::users::{self, UserRecord};
use crate::wire::body::JsonBody;
use crate::wire::envelope::{Answer, Code, Refusal, Success, created, done};
use crate::wire::management::{CodeSentAnswer, ElevatedAnswer};
use crate::wire::requests::{CODE_READ_OUT, CODE_WANTED, OneTimeCodeCheck, OneTimeCodeRequest};

/// Sends a one-time code to a cardholder's phone.
#[utoipa::path(
    post, path = "/users/auth/otp", tag = "auth", operation_id = "requestOneTimeCode",
    request_body = OneTimeCodeRequest,
    responses(
        (status = 201, description = "Sent.", body = Success<CodeSentAnswer>),
        (status = 404, description = "There is no cardholder with this e-mail address.", body = crate::wire::envelope::Failure),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn send(_: SignedIn, State(house): State<Arc<House>>, body: JsonBody) -> Answer<CodeSentAnswer> {
    let fields = body.fields()?.check(&CODE_WANTED)?;
    let email = fields.text("email")?.to_owned();
    let user = house.work(move |house| house.store().change(|change| users::by_username(change, &email).map_err(Refusal::from))).await?;
    let user = user.ok_or_else(|| Refusal::of_field(Code::UserNotFound, "email", "There is no cardholder with this e-mail address."))?;
    let code = new_code(&house)?;
    let expires_at = house.phones().send(phone_of(user), fields.text("purpose")?, code, house.now());
    created(CodeSentAnswer { expires_at: expires_at.to_string() })
}

fn phone_of(user: UserRecord) -> PhoneOwner {
    let (first_name, last_name) = user.names();
    let name = format!("{first_name} {last_name}").trim().to_owned();
    let phone_number = user.personal.map(|personal| personal.phone_number);
    PhoneOwner { cardholder_id: user.id, email: user.username, name, phone_number }
}

/// Six digits, each code as likely as any other (the remainder of 2⁶⁴ is beyond notice).
fn new_code(house: &House) -> Result<OneTimeCode, Refusal> {
    let mut bytes = [0_u8; 8];
    house.randomise(&mut bytes)?;
    let digits = Zeroizing::new(format!("{:06}", u64::from_be_bytes(bytes) % 1_000_000));
    digits.parse().map_err(|_| Refusal::from(crate::practice::PracticeError::Internal("a one-time code")))
}

/// Exchanges the code that the cardholder read out for an elevated session.
#[utoipa::path(
    put, path = "/users/auth/otp", tag = "auth", operation_id = "verifyOneTimeCode",
    request_body = OneTimeCodeCheck,
    responses((status = 200, description = "An elevated session, for one change.", body = Success<ElevatedAnswer>)),
    security(("bearer" = [])),
)]
pub(super) async fn redeem(_: SignedIn, State(house): State<Arc<House>>, body: JsonBody) -> Answer<ElevatedAnswer> {
    let fields = body.fields()?.check(&CODE_READ_OUT)?;
    let wrong = |message: &str| Refusal::of_field(Code::CheckParameters, "otp", message);
    let code: OneTimeCode = fields.text("otp")?.parse().map_err(|_| wrong("The code is not right."))?;
    let purpose = fields.text("purpose")?;
    let now = house.now();
    let cardholder_id = house.phones().redeem(fields.text("email")?, purpose, &code, now).map_err(|refusal| match refusal {
        CodeRefusal::None => wrong("There is no code for this: ask for one."),
        CodeRefusal::Expired => wrong("The code is too old: ask for another one."),
        CodeRefusal::Wrong { tries_left: 0 } => wrong("The code is not right, and void after too many wrong tries: ask for another one."),
        CodeRefusal::Wrong { tries_left } => wrong(&format!("The code is not right; tries left: {tries_left}.")),
    })?;
    let mut randomness = [0_u8; 32];
    house.randomise(&mut randomness)?;
    let access_token = BASE64_URL_SAFE_NO_PAD.encode(randomness);
    let ends_at = house.phones().elevate(&access_token, Elevation { cardholder_id, purpose: purpose.to_owned() }, now);
    done(ElevatedAnswer { access_token, expiration_token: ends_at.as_second() })
}
