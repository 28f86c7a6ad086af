//! Types of transfers, as a company defines them (`gateway-api.md`, Funds).
//!
//! Owns the wire form of making them. The contract names no way to list or remove them.

use serde::Serialize;
use serde::de::IgnoredAny;

use crate::cardholders::words;
use crate::client::Gateway;
use crate::error::GatewayError;
use crate::paths::RequestName;

words! {
    /// Where transfers of a type come from, in the gateway's words.
    TransferChannel {
        /// The card networks.
        FinancialNetwork = "financialNetwork",
        /// The gateway's own services.
        WebService = "webService",
    }
}

words! {
    /// Which way transfers of a type go, in the gateway's words.
    TransferDirection {
        /// Off the card.
        Debit = "debit",
        /// Onto the card.
        Credit = "credit",
    }
}

words! {
    /// What transfers of a type do, in the gateway's words.
    TransferModel {
        /// They settle something.
        Settlement = "settlement",
        /// They take something back.
        Reversed = "reversed",
    }
}

/// A type of transfers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferType {
    /// Its word, by which transfers name it.
    pub word: String,
    /// Where they come from.
    pub channel: TransferChannel,
    /// Which way they go.
    pub direction: TransferDirection,
    /// What they do.
    pub model: TransferModel,
    /// Its name for people.
    pub name: Option<String>,
}

#[derive(Serialize)]
struct TypesBody<'a> {
    types: Vec<TypeBody<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TypeBody<'a> {
    r#type: &'a str,
    channel: &'a str,
    movement_type: &'a str,
    model: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

impl Gateway {
    /// Makes types of transfers.
    ///
    /// # Errors
    /// The gateway's refusal, or what went wrong with the request.
    pub async fn create_transfer_types(&self, types: &[TransferType]) -> Result<(), GatewayError> {
        let types = types.iter().map(|made| TypeBody {
            r#type: &made.word,
            channel: made.channel.as_str(),
            movement_type: made.direction.as_str(),
            model: made.model.as_str(),
            name: made.name.as_deref(),
        });
        let call = self.call_with(RequestName::CreateTransferTypes, &[], &TypesBody { types: types.collect() })?;
        self.data::<IgnoredAny>(call).await.map(|_| ())
    }
}
