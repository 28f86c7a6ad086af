//! Practice's own doings: starting over, and the plastics tray with which the operator plays the cardholder.
//!
//! Each answers only while Practice is the active profile: card numbers and CVVs leave here, all of them invented.

use cardesk_desk::view::{CardState, Environment, ExpiryView, SessionView};
use cardesk_desk::{DeskResult, ErrorCode, ErrorView};
use cardesk_sandbox::{BlankPlastic, FaultPlan, PermissionSet, Plastic, Practice};
use serde::Serialize;
use specta::Type;
use tauri::State;

use crate::shell::Shell;

/// One plastic as the embosser delivers it. Invented: no such card exists.
#[derive(Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlasticView {
    /// The card.
    card_id: String,
    /// Whom it was issued for.
    cardholder_id: String,
    /// The invented number on its front.
    pan: String,
    /// The month after which it is no longer good.
    expiry: ExpiryView,
    /// The invented digits on its back.
    cvv: String,
    /// The name on its front.
    embossed_name: String,
    /// What state the card is in now.
    state: CardState,
    /// When it was issued.
    issued_at: String,
}

impl From<&Plastic> for PlasticView {
    fn from(plastic: &Plastic) -> Self {
        Self {
            card_id: plastic.card_id.to_string(),
            cardholder_id: plastic.cardholder_id.to_string(),
            pan: plastic.pan.reveal().to_owned(),
            expiry: ExpiryView { month: plastic.expiry.month, year: plastic.expiry.year.unsigned_abs() },
            cvv: plastic.cvv.reveal().to_owned(),
            embossed_name: plastic.embossed_name.clone(),
            state: CardState::from(&plastic.state),
            issued_at: plastic.issued_at.to_string(),
        }
    }
}

/// A plastic in the drawer that belongs to nobody yet. Invented: no such card exists.
#[derive(Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BlankPlasticView {
    /// The card that it becomes.
    card_id: String,
    /// The invented number on its front.
    pan: String,
}

impl From<&BlankPlastic> for BlankPlasticView {
    fn from(plastic: &BlankPlastic) -> Self {
        Self { card_id: plastic.card_id.to_string(), pan: plastic.pan.reveal().to_owned() }
    }
}

/// Empties Practice and seeds it anew, in good health and with every permission: whoever begins again expects nothing of what was before.
#[tauri::command]
#[specta::specta]
pub(crate) async fn practice_start_over(shell: State<'_, Shell>) -> DeskResult<SessionView> {
    let practice = active_practice(&shell).await?;
    practice.set_faults(FaultPlan::default()).await.map_err(failed)?;
    practice.set_permissions(PermissionSet::Everything.permissions());
    practice.start_over().await.map_err(failed)?;
    let desk = shell.desk().await?;
    desk.forget_denials().await?;
    desk.practice_started_over().await
}

/// The plastics tray, latest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn practice_plastics(shell: State<'_, Shell>) -> DeskResult<Vec<PlasticView>> {
    let plastics = active_practice(&shell).await?.plastics().await.map_err(failed)?;
    Ok(plastics.iter().map(PlasticView::from).collect())
}

/// The plastics that can be associated with a cardholder by their numbers.
#[tauri::command]
#[specta::specta]
pub(crate) async fn practice_blank_plastics(shell: State<'_, Shell>) -> DeskResult<Vec<BlankPlasticView>> {
    let plastics = active_practice(&shell).await?.blank_plastics().await.map_err(failed)?;
    Ok(plastics.iter().map(BlankPlasticView::from).collect())
}

/// Opens the activation page of a card's holder in the system's browser.
#[tauri::command]
#[specta::specta]
pub(crate) async fn practice_play_cardholder(shell: State<'_, Shell>, card_id: String) -> DeskResult<()> {
    let plastics = active_practice(&shell).await?.plastics().await.map_err(failed)?;
    let plastic =
        plastics.iter().find(|plastic| plastic.card_id.to_string() == card_id).ok_or_else(|| ErrorView::new(ErrorCode::CardNotFound))?;
    // A computer without a browser of its own is none of Cardesk's faults: the address can be opened by hand.
    let link = plastic.activation_link.to_string();
    tauri_plugin_opener::open_url(&link, None::<&str>).map_err(|_| ErrorView::new(ErrorCode::PageNotOpened).with_param("link", link))
}

/// Practice, if it is what the desk works in.
pub(super) async fn active_practice<'shell>(shell: &'shell State<'_, Shell>) -> DeskResult<&'shell Practice> {
    let session = shell.desk().await?.session().await?;
    if session.profile.environment != Environment::Practice {
        return Err(ErrorView::new(ErrorCode::PracticeNotRunning).with_message("Practice is not the active profile"));
    }
    shell.practice().await
}

fn failed(error: impl std::fmt::Display) -> ErrorView {
    ErrorView::new(ErrorCode::PracticeNotRunning).with_message(error.to_string())
}
