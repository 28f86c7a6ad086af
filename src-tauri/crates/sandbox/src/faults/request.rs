//! What kind of request one is, by its method and path.

use axum::http::Method;
use serde::{Deserialize, Serialize};
use specta::Type;

/// A kind of request that a rule can name: one operation of the contract, or a group of them. The activation page and the
/// contract's own document are in none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each operation is named as in the OpenAPI document")]
pub enum RequestKind {
    /// Every operation of the contract.
    Any,
    /// Every operation that only reads.
    Reads,
    /// Every operation that changes something, signing in left aside.
    Writes,
    /// The three that move money.
    Money,
    /// Signing in and refreshing.
    SignIn,
    LogIn,
    Refresh,
    Health,
    RegisterCardholder,
    CreateInvitationCode,
    FindCardholders,
    ReadCardholder,
    IssueCard,
    CardsOfCardholder,
    CardDetails,
    ActivateCard,
    ChangeFunds,
    AdjustFunds,
    TransferBetweenCards,
    ReadTransfer,
    MovementsOfMonth,
    CreateTransferTypes,
    AssociateCard,
    ChangeCardStatus,
    RenameCard,
    RevealCvv,
    RequestStatement,
    ReadStatement,
    SetPin,
    SetUserPin,
    VerifyPin,
    RequestOneTimeCode,
    VerifyOneTimeCode,
    LinkCard,
    LinkedCards,
    RenameLinkedCard,
    UnlinkCard,
}

impl RequestKind {
    /// The operation that this is; `None` for what is not the contract's.
    pub(crate) fn of(method: &Method, path: &str) -> Option<Self> {
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        Some(match (method.as_str(), segments.as_slice()) {
            ("POST", ["auth", "login"]) => Self::LogIn,
            ("POST", ["auth", "refresh"]) => Self::Refresh,
            ("GET", ["health"]) => Self::Health,
            ("POST", ["users"]) => Self::RegisterCardholder,
            ("POST", ["users", "invitation-code"]) => Self::CreateInvitationCode,
            ("GET", ["users"]) => Self::FindCardholders,
            ("GET", ["users", _]) => Self::ReadCardholder,
            ("POST", ["users", "auth", "otp"]) => Self::RequestOneTimeCode,
            ("PUT", ["users", "auth", "otp"]) => Self::VerifyOneTimeCode,
            ("POST", ["users", _, "linked-cards"]) => Self::LinkCard,
            ("GET", ["users", _, "linked-cards"]) => Self::LinkedCards,
            ("PATCH", ["users", _, "linked-cards", _]) => Self::RenameLinkedCard,
            ("DELETE", ["users", _, "linked-cards", _]) => Self::UnlinkCard,
            ("POST", ["users", _, "cards"]) => Self::AssociateCard,
            ("PATCH", ["cards", _, "status"]) => Self::ChangeCardStatus,
            ("PATCH", ["cards", _, "alias"]) => Self::RenameCard,
            ("GET", ["cards", _, "cvv"]) => Self::RevealCvv,
            ("POST", ["cards", _, "statements"]) => Self::RequestStatement,
            ("GET", ["cards", _, "statements", _, _]) => Self::ReadStatement,
            ("POST", ["cards", _, "pin"]) => Self::SetPin,
            ("POST", ["cards", _, "users", _, "pin"]) => Self::SetUserPin,
            ("POST", ["cards", _, "pin", "verification"]) => Self::VerifyPin,
            ("POST", ["card-transfers", "types"]) => Self::CreateTransferTypes,
            ("POST", ["users", _, "cards", "virtuals"]) => Self::IssueCard,
            ("GET", ["users", _, "cards"]) => Self::CardsOfCardholder,
            ("GET", ["cards", _]) => Self::CardDetails,
            ("POST", ["users", _, "cards", "activation"]) => Self::ActivateCard,
            ("POST", ["cards", _, "funds"]) => Self::ChangeFunds,
            ("PUT", ["cards", _, "funds"]) => Self::AdjustFunds,
            ("POST", ["cards", "transfer"]) => Self::TransferBetweenCards,
            ("GET", ["card-transfers", _]) => Self::ReadTransfer,
            ("GET", ["cards", _, "transfers", _, _]) => Self::MovementsOfMonth,
            _ => return None,
        })
    }

    /// Whether this kind, or this group, has that operation in it.
    pub(super) fn covers(self, operation: Self) -> bool {
        let is_sign_in = matches!(operation, Self::LogIn | Self::Refresh);
        let is_money = matches!(operation, Self::ChangeFunds | Self::AdjustFunds | Self::TransferBetweenCards);
        match self {
            Self::Any => true,
            Self::Money => is_money,
            Self::Writes => !(operation.only_reads() || is_sign_in),
            Self::SignIn => is_sign_in,
            Self::Reads => operation.only_reads(),
            exact => exact == operation,
        }
    }

    const fn only_reads(self) -> bool {
        matches!(
            self,
            Self::Health
                | Self::FindCardholders
                | Self::ReadCardholder
                | Self::CardsOfCardholder
                | Self::CardDetails
                | Self::ReadTransfer
                | Self::MovementsOfMonth
                | Self::RevealCvv
                | Self::ReadStatement
                | Self::LinkedCards
        )
    }
}
