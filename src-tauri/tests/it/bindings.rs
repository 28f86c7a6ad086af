//! The TypeScript that the UI speaks is the one that the Rust types make.

use std::{env, fs, path::Path};

use specta_typescript::Typescript;

/// When set, the test writes the bindings instead of failing over them.
const WRITE: &str = "CARDESK_WRITE_BINDINGS";

const HEADER: &str = "// Made from the Rust types by `cargo test -p cardesk bindings`; not to be edited. When it is stale:\n\
    // CARDESK_WRITE_BINDINGS=1 cargo test -p cardesk bindings\n";

/// The bindings as the Rust types make them now. The exporter only writes files; each caller names its own.
pub(crate) fn made_into(file_name: &str) -> String {
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join(file_name);
    cardesk_shell::commands::bindings().export(Typescript::default().header(HEADER), &scratch).expect("exportable types");
    fs::read_to_string(&scratch).unwrap()
}

#[test]
fn the_bindings_of_the_ui_are_up_to_date() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/lib/backend/bindings.ts");
    let made = made_into("bindings.ts");

    if env::var_os(WRITE).is_some() {
        fs::create_dir_all(committed.parent().unwrap()).unwrap();
        fs::write(&committed, &made).unwrap();
    }
    let kept = fs::read_to_string(&committed).unwrap_or_default();
    assert!(kept == made, "{} is stale: set {WRITE}=1 and run this test again", committed.display());
}
