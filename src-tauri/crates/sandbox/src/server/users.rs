//! Cardholders: registering, inviting, finding, reading (`gateway-api.md`, Cardholders).

use std::sync::Arc;

use axum::extract::State;
use cardesk_domain::CardholderId;
use redb::WriteTransaction;

use super::guard::{QueryFields, Route, SignedIn, user_not_found};
use super::house::House;
use crate::store::invitations::{self, Invitation};
use crate::store::users::{self, PersonalRecord, UserRecord};
use crate::wire::answers::{InvitationAnswer, RegistrationAnswer, User, UserListing};
use crate::wire::body::{CheckedFields, JsonBody, NoBody, RawFields};
use crate::wire::envelope::{Answer, Code, Refusal, Success, created, done};
use crate::wire::requests::{BY_INVITATION, PERSONAL_WITH_DOCUMENT, PERSONAL_WITH_DPI, RegistrationRequest};
use crate::wire::uuid::uuid_of;

/// How long an invitation stays good.
const INVITATION_HOURS: i64 = 7 * 24;

const MAX_SEARCH_CHARACTERS: usize = 100;
const MAX_PAGE: u64 = 1_000_000;
const MAX_LIMIT: u64 = 100;
const USUAL_LIMIT: u64 = 20;

/// Registers a cardholder, with personal information or by invitation: the presence of `invitationCode` decides.
#[utoipa::path(
    post, path = "/users", tag = "cardholders", operation_id = "registerCardholder",
    request_body = RegistrationRequest,
    responses(
        (status = 201, description = "Registered.", body = Success<RegistrationAnswer>),
        (status = 404, description = "There is no such invitation code.", body = crate::wire::envelope::Failure),
        (status = 409, description = "The username is taken, or the invitation code was used.", body = crate::wire::envelope::Failure),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn register(_: SignedIn, State(house): State<Arc<House>>, body: JsonBody) -> Answer<RegistrationAnswer> {
    let raw = body.fields()?;
    let is_by_invitation = raw.has("invitationCode");
    let (fields, personal) = if is_by_invitation { (raw.check(&BY_INVITATION)?, None) } else { personal_fields(&raw)? };
    let user = UserRecord {
        id: new_user_id(&house)?,
        username: fields.text("username")?.to_owned(),
        nit: fields.optional("nit").map(str::to_owned),
        personal,
        created_at: house.now(),
    };
    let user_id = user.id.to_string();
    house
        .work(move |house| {
            house.store().change(|change| {
                if is_by_invitation {
                    take_invitation(change, house, &fields)?;
                }
                if users::is_username_taken(change, &user.username)? {
                    return Err(Refusal::of_field(Code::AlreadyExists, "username", "A cardholder with this username exists already."));
                }
                users::add(change, &user).map_err(Refusal::from)
            })
        })
        .await?;
    created(RegistrationAnswer { user_id })
}

fn personal_fields(raw: &RawFields) -> Result<(CheckedFields, Option<PersonalRecord>), Refusal> {
    let fields = match raw.check(&PERSONAL_WITH_DPI) {
        Ok(fields) => fields,
        // The DPI's rules speak unless another, known document is named.
        Err(with_dpi) if !raw.names_one_of("documentType", crate::wire::requests::DOCUMENTS_BUT_DPI) => return Err(with_dpi),
        Err(_) => raw.check(&PERSONAL_WITH_DOCUMENT)?,
    };
    let text = |name: &str| fields.text(name).map(str::to_owned);
    let personal = PersonalRecord {
        first_name: text("firstName")?,
        last_name: text("lastName")?,
        phone_number: text("phoneNumber")?,
        address: text("address")?,
        country_of_birth: text("countryOfBirth")?,
        place_of_birth: text("placeOfBirth")?,
        gender: text("gender")?,
        marital_status: text("maritalStatus")?,
        date_of_birth: text("dateOfBirth")?,
        document_type: text("documentType")?,
        document_number: text("documentNumber")?.replace(' ', ""),
    };
    Ok((fields, Some(personal)))
}

fn take_invitation(change: &WriteTransaction, house: &House, fields: &CheckedFields) -> Result<(), Refusal> {
    let refuse = |code, field: &str, message: &str| Err(Refusal::of_field(code, field, message));
    match invitations::take(change, fields.text("invitationCode")?, house.now())? {
        Invitation::Unknown => refuse(Code::ServiceNotFound, "invitationCode", "There is no such invitation code, or it is too old."),
        Invitation::Used => refuse(Code::AlreadyExists, "invitationCode", "This invitation code was used already."),
        Invitation::Taken if fields.text("password")? != fields.text("confirmPassword")? => {
            refuse(Code::CheckParameters, "confirmPassword", "confirmPassword must be the same as password.")
        }
        Invitation::Taken => Ok(()),
    }
}

/// A random UUID of version 4 (RFC 9562, section 5.4).
fn new_user_id(house: &House) -> Result<CardholderId, Refusal> {
    let mut bytes = [0_u8; 16];
    house.randomise(&mut bytes)?;
    Ok(uuid_of(bytes)?)
}

/// Makes an invitation code: good for one registration, for a week.
#[utoipa::path(
    post, path = "/users/invitation-code", tag = "cardholders", operation_id = "createInvitationCode",
    responses((status = 201, description = "A new code.", body = Success<InvitationAnswer>)),
    security(("bearer" = [])),
)]
pub(super) async fn invite(_: SignedIn, State(house): State<Arc<House>>, _: NoBody) -> Answer<InvitationAnswer> {
    let mut bytes = [0_u8; 12];
    house.randomise(&mut bytes)?;
    let code = invitation_code(bytes);
    let expires_at = house.now() + jiff::SignedDuration::from_hours(INVITATION_HOURS);
    let answer = InvitationAnswer { invitation_code: code.clone(), expires_at: expires_at.to_string() };
    house.work(move |house| house.store().change(|change| invitations::add(change, &code, expires_at).map_err(Refusal::from))).await?;
    created(answer)
}

/// `7F3K-92QM-0TRW`: characters that can't be mistaken for one another.
fn invitation_code(bytes: [u8; 12]) -> String {
    const CHARACTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let characters = bytes.map(|byte| char::from(CHARACTERS[usize::from(byte & 31)]));
    characters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-")
}

/// Finds cardholders by name, username, phone, document or id, in the order of their registration.
#[utoipa::path(
    get, path = "/users", tag = "cardholders", operation_id = "findCardholders",
    params(
        ("searchText" = Option<String>, Query, description = "Every word must occur; accents and case don't matter.", max_length = 100),
        ("page" = Option<u64>, Query, description = "Counted from 1.", minimum = 1, maximum = 1_000_000),
        ("limit" = Option<u64>, Query, description = "Cardholders on a page; 20 if not given.", minimum = 1, maximum = 100),
    ),
    responses((status = 200, description = "One page of those found.", body = Success<UserListing>)),
    security(("bearer" = [])),
)]
pub(super) async fn find(_: SignedIn, State(house): State<Arc<House>>, query: QueryFields) -> Answer<UserListing> {
    let search_text = query.text("searchText")?.unwrap_or_default().to_owned();
    if search_text.chars().count() > MAX_SEARCH_CHARACTERS {
        return Err(Refusal::of_field(Code::CheckParameters, "searchText", "searchText must be at most 100 characters."));
    }
    let page = query.number("page", 1, MAX_PAGE)?;
    let limit = query.number("limit", USUAL_LIMIT, MAX_LIMIT)?;
    let found =
        house.work(move |house| house.store().read(|view| users::page(view, &search_text, page, limit).map_err(Refusal::from))).await?;
    done(UserListing { users: found.users.into_iter().map(User::from).collect(), total: found.total, page, limit })
}

/// Reads one cardholder.
#[utoipa::path(
    get, path = "/users/{userId}", tag = "cardholders", operation_id = "readCardholder",
    params(("userId" = String, Path, description = "The cardholder's id.")),
    responses((status = 200, description = "The cardholder.", body = Success<User>)),
    security(("bearer" = [])),
)]
pub(super) async fn read(_: SignedIn, State(house): State<Arc<House>>, Route(user_id): Route<String>) -> Answer<User> {
    let user = house.work(move |house| house.store().read(|view| users::find(view, &user_id).map_err(Refusal::from))).await?;
    done(user.ok_or_else(user_not_found)?.into())
}
