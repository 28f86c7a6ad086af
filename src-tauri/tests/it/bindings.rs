//! The TypeScript that the UI speaks is the one that the Rust types make.

use std::{env, fs, path::Path};

use specta_typescript::Typescript;

/// When set, the test writes the bindings instead of failing over them.
const WRITE: &str = "CARDESK_WRITE_BINDINGS";

const HEADER: &str = "// Made from the Rust types by `cargo test -p cardesk bindings`; not to be edited. When it is stale:\n\
    // CARDESK_WRITE_BINDINGS=1 cargo test -p cardesk bindings\n";

#[test]
fn the_bindings_of_the_ui_are_up_to_date() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/lib/backend/bindings.ts");
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bindings.ts");
    cardesk_shell::commands::bindings().export(Typescript::default().header(HEADER), &scratch).expect("exportable types");
    let made = fs::read_to_string(&scratch).unwrap();

    if env::var_os(WRITE).is_some() {
        fs::create_dir_all(committed.parent().unwrap()).unwrap();
        fs::write(&committed, &made).unwrap();
    }
    let kept = fs::read_to_string(&committed).unwrap_or_default();
    assert!(kept == made, "{} is stale: set {WRITE}=1 and run this test again", committed.display());
}
