//! Signing an application in, and keeping it signed in (`gateway-api.md`, Authentication).

use std::sync::Arc;

use axum::extract::State;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::house::House;
use crate::store::sessions::{self, TokenState};
use crate::wire::answers::SessionAnswer;
use crate::wire::body::JsonBody;
use crate::wire::envelope::{Answer, Code, Refusal, Success, done};
use crate::wire::requests::{LOGIN, LoginRequest, REFRESH, RefreshRequest};

/// Signs an application in with its Ed25519 key.
#[utoipa::path(
    post, path = "/auth/login", tag = "auth", operation_id = "logIn",
    request_body = LoginRequest,
    responses(
        (status = 200, description = "A new pair of tokens.", body = Success<SessionAnswer>),
        (status = 401, description = "The merchant is not known, or the signature is not its own.", body = crate::wire::envelope::Failure),
    ),
)]
pub(super) async fn log_in(State(house): State<Arc<House>>, body: JsonBody) -> Answer<SessionAnswer> {
    let fields = body.fields()?.check(&LOGIN)?;
    let merchant = fields.text("merchant")?;
    let signature = BASE64_STANDARD.decode(fields.text("signature")?).unwrap_or_default();
    if merchant != house.access().merchant.as_str() || !house.is_signed(login_payload(merchant), &signature) {
        return Err(Refusal::new(Code::SignatureInvalid, "The merchant is not known, or the signature is not its own."));
    }
    done(house.work(|house| house.store().change(|change| house.open_session(change).map_err(Refusal::from))).await?.into())
}

/// What is signed: the UTF-8 bytes of the merchant slug (assumed).
const fn login_payload(merchant: &str) -> &[u8] {
    merchant.as_bytes()
}

/// Exchanges a refresh token, once, for a new pair.
#[utoipa::path(
    post, path = "/auth/refresh", tag = "auth", operation_id = "refresh",
    request_body = RefreshRequest,
    responses(
        (status = 200, description = "A new pair; the old one is void.", body = Success<SessionAnswer>),
        (status = 401, description = "The refresh token is used, expired or not known.", body = crate::wire::envelope::Failure),
    ),
)]
pub(super) async fn refresh(State(house): State<Arc<House>>, body: JsonBody) -> Answer<SessionAnswer> {
    let fields = body.fields()?.check(&REFRESH)?;
    let token = fields.text("refreshToken")?.to_owned();
    let pair = house
        .work(move |house| {
            house.store().change(|change| match sessions::use_refresh(change, &token, house.now())? {
                TokenState::Good => house.open_session(change).map_err(Refusal::from),
                TokenState::Expired => Err(Refusal::new(Code::TokenExpired, "The refresh token has expired: sign in again.")),
                TokenState::Unknown => Err(Refusal::new(Code::TokenInvalid, "The refresh token is used up or not known: sign in again.")),
            })
        })
        .await?;
    done(pair.into())
}
