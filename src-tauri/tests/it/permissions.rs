//! What the window may ask for is exactly what is declared, and nothing from elsewhere can get in.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

use crate::bindings::made_into;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn json(path: &str) -> Value {
    serde_json::from_str(&read(path)).unwrap()
}

/// The commands in the bindings, by the names they are called by.
fn commands() -> BTreeSet<String> {
    let bindings = made_into("commands.ts");
    bindings.split("__TAURI_INVOKE(\"").skip(1).filter_map(|rest| rest.split('"').next()).map(ToOwned::to_owned).collect()
}

#[test]
fn each_command_has_its_own_permission_and_no_permission_is_left_over() {
    let capability = json("capabilities/desk-window.json");
    let permitted: BTreeSet<String> = capability["permissions"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|permission| permission.as_str().unwrap().strip_prefix("allow-"))
        .map(|permission| permission.replace('-', "_"))
        .collect();
    assert!(commands().len() > 30);
    assert_eq!(permitted, commands());
}

#[test]
fn beside_the_commands_only_zoom_and_the_folder_dialog_are_permitted() {
    let capability = json("capabilities/desk-window.json");
    let others: Vec<&str> = capability["permissions"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .filter(|permission| !permission.starts_with("allow-"))
        .collect();
    assert_eq!(others, ["core:webview:allow-set-webview-zoom", "dialog:allow-open"]);
    assert_eq!(capability["windows"], serde_json::json!(["desk"]));
    assert_eq!(fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("capabilities")).unwrap().count(), 1);
}

#[test]
fn the_content_security_policy_lets_nothing_remote_or_inline_in() {
    let configuration = json("tauri.conf.json");
    let security = &configuration["app"]["security"];
    let policy = security["csp"].to_string();
    for forbidden in ["unsafe-inline", "unsafe-eval", "https:", "*"] {
        assert!(!policy.contains(forbidden), "{forbidden} in {policy}");
    }
    assert_eq!(security["csp"]["default-src"], "'none'");
    assert_eq!(security["csp"]["script-src"], "'self'");
    assert_eq!(security["freezePrototype"], true);
    assert!(security.get("dangerousDisableAssetCspModification").is_none());
    assert_eq!(configuration["app"]["withGlobalTauri"], false);
}
