//! What may stand in the tree, and what must.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::clone;

/// A file of the tree with its text.
struct Text {
    path: String,
    words: String,
}

#[test]
fn nothing_is_left_half_done() {
    let marks = ["todo", "unimplemented", "dbg"].map(|name| format!("{name}!("));
    for text in texts(&["rs"]) {
        for (number, line) in text.words.lines().enumerate() {
            assert!(!marks.iter().any(|mark| line.contains(mark)), "{}:{}: {line}", text.path, number + 1);
        }
    }
    let later = ["FIX", "ME"].concat();
    for text in texts(&["rs", "ts", "svelte", "css", "toml"]) {
        assert!(!text.words.contains(&later), "{} has a {later}", text.path);
    }
}

#[test]
fn no_path_of_one_machine_stands_in_the_tree() {
    let home = std::env::var("HOME").unwrap_or_default();
    let mut foreign = vec![format!("{}/", clone().parent().unwrap().display())];
    if home.len() > 1 && home != "/root" {
        foreign.push(format!("{home}/"));
    }
    foreign.retain(|path| path.len() > 2 && path != "/tmp/");
    for text in texts(&[]) {
        for path in &foreign {
            assert!(!text.words.contains(path.as_str()), "{} names {path}", text.path);
        }
    }
}

#[test]
fn no_lock_file_of_the_ui_says_where_packages_were_fetched_from() {
    let lock: Value = serde_json::from_str(&read("ui/package-lock.json")).unwrap();
    let packages = lock["packages"].as_object().unwrap();
    assert!(packages.len() > 50, "the lock file has {} packages", packages.len());
    for (name, package) in packages {
        let address = package["resolved"].as_str().unwrap_or_default();
        assert!(!address.starts_with("http"), "{name} was fetched from {address}: set omit-lockfile-registry-resolved in ui/.npmrc");
        assert!(name.is_empty() || package["link"] == true || package["integrity"].is_string(), "{name} has no checksum");
    }
}

#[test]
fn no_registry_stands_in_the_tree_but_where_cargo_writes_it() {
    // Put together here, so that this file does not name them either.
    let hosts = [["registry", "npmjs", "org"].join("."), ["files", "pythonhosted", "org"].join("."), ["static", "crates", "io"].join(".")];
    for text in texts(&[]).into_iter().filter(|text| text.path != "Cargo.lock") {
        for host in &hosts {
            assert!(!text.words.contains(host.as_str()), "{} names {host}", text.path);
        }
    }
}

#[test]
fn the_window_is_closed_to_everything_that_did_not_come_with_it() {
    let configuration: Value = serde_json::from_str(&read("src-tauri/tauri.conf.json")).unwrap();
    assert_ne!(configuration["app"]["withGlobalTauri"], true);
    assert!(configuration["build"]["devUrl"].is_null(), "a plain build would show a development address");
    let policy = configuration["app"]["security"]["csp"].as_object().expect("a content security policy, directive by directive");
    assert_eq!(policy["default-src"], "'none'");
    for (directive, value) in policy {
        let sources = value.as_str().map(str::to_owned).unwrap_or_else(|| value.to_string());
        for source in sources.split_whitespace() {
            let is_its_own = ["'none'", "'self'"].contains(&source)
                || (directive == "img-src" && source == "data:")
                || (directive == "connect-src" && ["ipc:", "http://ipc.localhost"].contains(&source));
            assert!(is_its_own, "{directive} lets in {source}");
        }
    }
    for directive in ["script-src", "base-uri", "form-action", "frame-ancestors"] {
        assert!(policy.contains_key(directive), "the policy says nothing of {directive}");
    }
    assert!(configuration["app"]["security"]["dangerousDisableAssetCspModification"].is_null());
}

#[test]
fn one_capability_file_names_each_permission_of_the_one_window() {
    let folder = clone().join("src-tauri/capabilities");
    let files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    let capability: Value = serde_json::from_str(&fs::read_to_string(&files[0]).unwrap()).unwrap();
    assert!(capability["remote"].is_null(), "a remote page is let in");
    assert_eq!(capability["windows"], serde_json::json!(["desk"]));
    for permission in capability["permissions"].as_array().unwrap() {
        let name = permission.as_str().or_else(|| permission["identifier"].as_str()).unwrap();
        assert!(!name.contains('*'), "{name} names no single permission");
        assert!(!name.ends_with(":default") && name != "default", "{name} is a whole set: name each permission in it");
    }
}

#[test]
fn only_one_folder_of_the_ui_speaks_to_the_shell() {
    for text in texts(&["ts", "svelte"]).into_iter().filter(|text| text.path.starts_with("ui/src/")) {
        let imports = text.words.contains("'@tauri-apps/") || text.words.contains("\"@tauri-apps/");
        assert!(!imports || text.path.starts_with("ui/src/lib/backend/"), "{} imports @tauri-apps", text.path);
    }
}

#[test]
fn no_page_of_the_ui_takes_text_for_markup() {
    for text in texts(&["svelte", "ts"]).into_iter().filter(|text| text.path.starts_with("ui/src/")) {
        for word in ["{@html", ".innerHTML", ".outerHTML", "insertAdjacentHTML", "document.write"] {
            assert!(!text.words.contains(word), "{} uses {word}", text.path);
        }
    }
}

#[test]
fn the_top_level_holds_only_what_belongs_there() {
    let known = ["Cargo.lock", "Cargo.toml", "LICENSE", "README.md", "clippy.toml", "deny.toml", "rustfmt.toml"];
    let folders = ["icons", "src-tauri", "tests", "ui", "xtask"];
    for path in tracked() {
        let top = path.split('/').next().unwrap();
        let is_folder = path.contains('/');
        let belongs = top.starts_with('.') || (is_folder && folders.contains(&top)) || (!is_folder && known.contains(&top));
        assert!(belongs, "{path} does not belong at the top");
    }
}

#[test]
fn the_readme_tells_a_newcomer_what_there_is() {
    let readme = read("README.md");
    for command in ["cargo xtask run", "cargo xtask test"] {
        assert!(readme.contains(command), "README.md does not say {command}");
    }
    let manifest = read("Cargo.toml");
    let members = manifest.split_once("members = [").unwrap().1.split_once(']').unwrap().0;
    for member in members.split('"').skip(1).step_by(2) {
        let name = member.trim_start_matches("src-tauri/crates/");
        assert!(readme.contains(&format!("`{name}`")), "README.md's map has no line for {member}");
    }
    let folder = clone();
    let pictures: Vec<&str> =
        readme.split("](").skip(1).filter_map(|rest| rest.split(')').next()).filter(|to| to.ends_with(".png")).collect();
    assert!(pictures.len() >= 2, "README.md shows {pictures:?}");
    for picture in pictures {
        assert!(folder.join(picture).is_file(), "README.md shows {picture}, which is not there");
    }
}

#[test]
fn every_rust_file_says_what_it_owns() {
    for text in texts(&["rs"]).into_iter().filter(|text| !text.path.ends_with("build.rs")) {
        let first = text.words.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        assert!(first.starts_with("//!") || first.starts_with("#!"), "{} opens with {first:?}", text.path);
    }
}

fn read(path: &str) -> String {
    fs::read_to_string(clone().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The tracked files with one of these endings (all, where none is named) that hold text.
fn texts(endings: &[&str]) -> Vec<Text> {
    let has_ending = |path: &str| endings.is_empty() || endings.iter().any(|ending| path.ends_with(&format!(".{ending}")));
    let read = |path: String| {
        let words = fs::read_to_string(clone().join(Path::new(&path))).ok()?;
        Some(Text { path, words })
    };
    let texts: Vec<Text> = tracked().into_iter().filter(|path| has_ending(path)).filter_map(read).collect();
    assert!(!texts.is_empty(), "no file ends with {endings:?}");
    texts
}

fn tracked() -> Vec<String> {
    let output = Command::new("git").args(["ls-files", "-z"]).current_dir(clone()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout.split(|byte| *byte == 0).filter(|path| !path.is_empty()).map(|path| String::from_utf8(path.to_vec()).unwrap()).collect()
}
