//! `GET /health`.

use axum::Json;

use crate::wire::answers::HealthAnswer;

/// Whether the gateway is up.
#[utoipa::path(get, path = "/health", tag = "health", operation_id = "health", responses((status = 200, description = "It is.", body = HealthAnswer)))]
pub(super) async fn health() -> Json<HealthAnswer> {
    Json(HealthAnswer { success: true, message: "ok" })
}
