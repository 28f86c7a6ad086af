//! What Practice lets the desk do: narrowed on purpose, so that an operator meets a missing permission where it costs nothing.
//!
//! Answers only while Practice is the active profile. It ends with the program, and when Practice starts over.

use std::collections::BTreeSet;

use cardesk_desk::DeskResult;
use cardesk_sandbox::{Permission, PermissionSet, Practice};
use serde::Serialize;
use specta::Type;
use tauri::State;

use super::practice::active_practice;
use crate::shell::Shell;

/// A set of permissions to choose.
#[derive(Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PermissionSetView {
    /// Which one.
    set: PermissionSet,
    /// What is in it, by the gateway's names.
    permissions: Vec<String>,
}

/// What Practice lets the desk do now, and what there is to choose from.
#[derive(Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PermissionsView {
    /// What is granted, by the gateway's names.
    granted: Vec<String>,
    /// Every permission that can be granted.
    known: Vec<String>,
    /// The sets to choose from, the fullest first.
    sets: Vec<PermissionSetView>,
}

impl PermissionsView {
    fn of(practice: &Practice) -> Self {
        let set = |set: PermissionSet| PermissionSetView { set, permissions: names(&set.permissions()) };
        Self {
            granted: names(&practice.permissions()),
            known: names(&Permission::KNOWN.into()),
            sets: PermissionSet::ALL.into_iter().map(set).collect(),
        }
    }
}

fn names(permissions: &BTreeSet<Permission>) -> Vec<String> {
    permissions.iter().map(ToString::to_string).collect()
}

/// What Practice lets the desk do.
#[tauri::command]
#[specta::specta]
pub(crate) async fn practice_permissions(shell: State<'_, Shell>) -> DeskResult<PermissionsView> {
    Ok(PermissionsView::of(active_practice(&shell).await?))
}

/// Lets the desk do this, by the gateway's names, and nothing else that needs a permission. What was denied before is offered
/// again, until it is denied.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_practice_permissions(shell: State<'_, Shell>, granted: Vec<String>) -> DeskResult<PermissionsView> {
    let view = set(active_practice(&shell).await?, &granted);
    shell.desk().await?.forget_denials().await?;
    Ok(view)
}

fn set(practice: &Practice, granted: &[String]) -> PermissionsView {
    practice.set_permissions(
        granted.iter().map(|name| Permission::from_gateway(name)).filter(|each| Permission::KNOWN.contains(each)).collect(),
    );
    PermissionsView::of(practice)
}

#[cfg(test)]
mod tests {
    use cardesk_sandbox::{PortChoice, PracticeConfig};

    use super::*;

    #[tokio::test]
    async fn what_the_window_grants_is_granted_by_its_name_and_nothing_else() {
        let practice = Practice::start(PracticeConfig { port: PortChoice::Any, ..PracticeConfig::default() }).await.expect("a Practice");
        let all = PermissionsView::of(&practice);
        assert_eq!(all.granted, all.known);
        assert_eq!(all.sets[0], PermissionSetView { set: PermissionSet::Everything, permissions: all.known.clone() });

        let wanted = ["checkCard", "assignPIN", "noSuchThing"].map(str::to_owned);
        assert_eq!(set(&practice, &wanted).granted, ["checkCard", "assignPIN"]);
        assert_eq!(practice.permissions(), BTreeSet::from([Permission::CheckCard, Permission::AssignPin]));
        assert_eq!(set(&practice, &all.known), all);
    }
}
