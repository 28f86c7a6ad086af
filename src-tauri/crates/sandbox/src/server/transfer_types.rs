//! Types of transfers (`gateway-api.md`, Funds).

use std::sync::Arc;

use axum::extract::State;

use super::guard::{Application, SignedIn};
use super::house::House;
use crate::store::transfer_types::{self, TransferTypeRecord};
use crate::wire::body::{CheckedFields, JsonBody};
use crate::wire::envelope::{Answer, Code, Refusal, Success, created};
use crate::wire::management::TransferType;
use crate::wire::requests::{TRANSFER_TYPES, TransferTypesRequest};

/// Makes types of transfers: all of them, or none.
#[utoipa::path(
    post, path = "/card-transfers/types", tag = "transfers", operation_id = "createTransferTypes",
    params(("x-application-id" = inline(super::openapi::ApplicationId), Header, description = "The application's id.")),
    request_body = TransferTypesRequest,
    responses(
        (status = 201, description = "Made.", body = Success<Vec<TransferType>>),
        (status = 409, description = "One of them is there already.", body = crate::wire::envelope::Failure),
    ),
    security(("bearer" = [])),
)]
pub(super) async fn create(_: SignedIn, _: Application, State(house): State<Arc<House>>, body: JsonBody) -> Answer<Vec<TransferType>> {
    let fields = body.fields()?.check(&TRANSFER_TYPES)?;
    let wanted: Vec<TransferTypeRecord> = fields.objects("types").iter().map(record_of).collect::<Result<_, _>>()?;
    let made = house
        .work(move |house| {
            house.store().change(|change| {
                for record in &wanted {
                    if !transfer_types::add(change, record)? {
                        let message = format!("The type {} is there already.", record.word);
                        return Err(Refusal::of_field(Code::AlreadyExists, "types", message));
                    }
                }
                Ok(wanted)
            })
        })
        .await?;
    created(made.into_iter().map(TransferType::from).collect())
}

fn record_of(fields: &CheckedFields) -> Result<TransferTypeRecord, Refusal> {
    let text = |name: &str| fields.text(name).map(str::to_owned);
    Ok(TransferTypeRecord {
        word: text("type")?,
        channel: text("channel")?,
        movement_type: text("movementType")?,
        model: text("model")?,
        name: fields.optional("name").map(str::to_owned),
    })
}
