//! What the gateway has denied to this session for want of a permission (403).
//!
//! Owns the memory of it, which lasts as long as the client: whoever offers something asks here first. One request that
//! is denied ends no session, and one that is allowed later is forgotten here.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use cardesk_domain::Permission;

use crate::client::Gateway;
use crate::error::{ErrorKind, GatewayError};
use crate::funds::FundsOperation;
use crate::paths::RequestName;

/// A request that was denied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denial {
    /// Which request.
    pub request: RequestName,
    /// Which way the money was to go, of a request that can do both: each needs a permission of its own.
    pub funds: Option<FundsOperation>,
    /// The permission that is missing, where the gateway or the contract names it.
    pub permission: Option<Permission>,
}

/// A request, and which way its money was to go.
type Tried = (RequestName, Option<FundsOperation>);

#[derive(Debug, Default)]
pub(crate) struct Denials(Mutex<HashMap<Tried, Option<Permission>>>);

impl Denials {
    /// Takes note of how a request went, with the way of its money. What says nothing about the permission changes nothing.
    pub(crate) fn note<T>(&self, request: RequestName, funds: Option<FundsOperation>, outcome: &Result<T, GatewayError>) {
        let mut denied = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome {
            Ok(_) => drop(denied.remove(&(request, funds))),
            // A denial on the way to the request, while signing in, is not about the request.
            Err(error) if error.kind == ErrorKind::Forbidden && error.request == request => {
                denied.insert((request, funds), error.missing_permission());
            }
            Err(_) => {}
        }
    }
}

impl Gateway {
    /// Every request that was denied and has not been allowed since, in no order.
    #[must_use]
    pub fn denials(&self) -> Vec<Denial> {
        let denied = self.denied().0.lock().unwrap_or_else(PoisonError::into_inner);
        denied
            .iter()
            .map(|((request, funds), permission)| Denial { request: *request, funds: *funds, permission: permission.clone() })
            .collect()
    }

    /// Forgets every denial: the company was given another set of permissions.
    pub fn forget_denials(&self) {
        self.denied().0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
