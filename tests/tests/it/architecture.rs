//! Who may know whom (README.md), read from the manifests, so that it stays true.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// What each package may use of the project's own, in what it ships. The order is the map's.
const MAY_USE: [(&str, &[&str]); 11] = [
    ("cardesk-domain", &[]),
    ("cardesk-gateway", &["cardesk-domain"]),
    ("cardesk-credentials", &[]),
    ("cardesk-inserts", &["cardesk-domain"]),
    ("cardesk-journal", &["cardesk-domain"]),
    ("cardesk-sandbox", &["cardesk-domain"]),
    ("cardesk-desk", &["cardesk-domain", "cardesk-gateway", "cardesk-credentials", "cardesk-inserts", "cardesk-journal"]),
    ("cardesk", &["cardesk-desk", "cardesk-sandbox"]),
    ("cardesk-tests", &["cardesk-sandbox"]),
    ("cardesk-bare-window", &[]),
    ("xtask", &[]),
];

/// Libraries that one package alone may use in what it ships, and why.
const OWNED: [(&str, &[&str], &str); 12] = [
    ("sqlx", &["cardesk-journal"], "the journal is the only user of the database"),
    ("libsqlite3-sys", &["cardesk-journal"], "the journal is the only user of the database"),
    ("keyring", &["cardesk-credentials"], "credentials is the only user of the keychain"),
    ("keyring-core", &["cardesk-credentials"], "credentials is the only user of the keychain"),
    ("reqwest", &["cardesk-gateway", "cardesk-tests"], "the gateway's client alone speaks HTTP; the tests ask from outside"),
    ("axum", &["cardesk-sandbox"], "Practice is the only server"),
    ("redb", &["cardesk-sandbox"], "Practice's file is its own"),
    ("printers", &["cardesk-desk"], "printing is a job of the desk"),
    ("pdf-writer", &["cardesk-inserts"], "paper is made in one place"),
    ("qrcode", &["cardesk-inserts"], "codes are made in one place"),
    ("tauri", &["cardesk", "cardesk-bare-window"], "only the shell knows that there is a window"),
    ("tauri-specta", &["cardesk"], "the commands are declared in the shell"),
];

struct Package {
    name: String,
    description: String,
    /// In what it ships: normal and build dependencies.
    uses: BTreeSet<String>,
    /// In its tests alone.
    tests_use: BTreeSet<String>,
}

#[test]
fn every_package_uses_only_what_stands_below_it() {
    let packages = packages();
    let known: BTreeMap<&str, BTreeSet<&str>> = MAY_USE.iter().map(|(name, uses)| (*name, uses.iter().copied().collect())).collect();
    for package in &packages {
        let may = known.get(package.name.as_str()).unwrap_or_else(|| panic!("{} is not on the map: add its row here", package.name));
        for used in package.uses.iter().filter(|used| known.contains_key(used.as_str())) {
            assert!(may.contains(used.as_str()), "{} may not use {used}: see \"Who may know whom\" in README.md", package.name);
        }
    }
    assert_eq!(packages.len(), MAY_USE.len(), "the map names a package that is not there");
}

#[test]
fn practice_and_the_gateways_client_share_no_code_even_in_tests() {
    for (one, other) in [("cardesk-sandbox", "cardesk-gateway"), ("cardesk-gateway", "cardesk-sandbox")] {
        let package = package(one);
        assert!(!package.uses.contains(other) && !package.tests_use.contains(other), "{one} uses {other}");
    }
}

#[test]
fn the_desk_can_be_tested_without_a_window() {
    let desk = package("cardesk-desk");
    let windows = ["tauri", "wry", "tao", "cardesk"];
    assert!(desk.uses.union(&desk.tests_use).all(|used| !windows.contains(&used.as_str()) && !used.starts_with("tauri")));
}

#[test]
fn what_belongs_to_one_package_is_used_by_no_other() {
    for package in packages() {
        for (library, owners, why) in OWNED {
            let uses = package.uses.contains(library);
            assert!(!uses || owners.contains(&package.name.as_str()), "{} uses {library}, but {why}", package.name);
        }
        if package.uses.iter().any(|used| used.ends_with("-keyring-store")) {
            assert_eq!(package.name, "cardesk-credentials", "a store of the keychain outside credentials");
        }
    }
}

#[test]
fn every_owner_still_uses_what_it_owns() {
    for (library, owners, _) in OWNED.iter().filter(|(library, ..)| *library != "keyring") {
        assert!(owners.iter().any(|owner| package(owner).uses.contains(*library)), "nobody uses {library}: take its row out");
    }
}

#[test]
fn every_package_says_in_one_sentence_what_it_is_for() {
    for package in packages() {
        let words = &package.description;
        assert!(words.len() > 20 && words.ends_with('.') && !words.contains('\n'), "{}: {words:?}", package.name);
    }
}

fn package(name: &str) -> Package {
    packages().into_iter().find(|package| package.name == name).unwrap_or_else(|| panic!("there is no package {name}"))
}

fn packages() -> Vec<Package> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline", "--manifest-path"])
        .arg(crate::clone().join("Cargo.toml"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().iter().map(package_of).collect()
}

fn package_of(value: &Value) -> Package {
    let dependencies = |in_tests: bool| {
        let all = value["dependencies"].as_array().unwrap().iter();
        all.filter(|dependency| (dependency["kind"] == "dev") == in_tests)
            .map(|dependency| dependency["name"].as_str().unwrap().to_owned())
            .collect()
    };
    Package {
        name: value["name"].as_str().unwrap().to_owned(),
        description: value["description"].as_str().unwrap_or_default().to_owned(),
        uses: dependencies(false),
        tests_use: dependencies(true),
    }
}
