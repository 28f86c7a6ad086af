//! Prepares the Tauri context: permissions, capability and the built UI.

use std::{error::Error, fs, path::Path};

/// Where the UI's build lands, as `tauri.conf.json` names it.
const BUILT_UI: &str = "../ui/dist";

/// The file that declares the commands, once for everybody.
const COMMAND_LIST: &str = "src/commands/mod.rs";

fn main() -> Result<(), Box<dyn Error>> {
    // Checks and tests of the Rust side must not need Node; a window without a UI says so itself.
    fs::create_dir_all(BUILT_UI)?;
    println!("cargo:rerun-if-changed={BUILT_UI}");
    println!("cargo:rerun-if-changed={COMMAND_LIST}");

    let commands: Vec<&'static str> =
        commands_declared_in(Path::new(COMMAND_LIST))?.into_iter().map(|command| &*Box::leak(command.into_boxed_str())).collect();
    let manifest = tauri_build::AppManifest::new().commands(Box::leak(commands.into_boxed_slice()));
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))?;
    Ok(())
}

/// The names in `collect_commands![…]`. Tauri asks for them here again, to make one permission of each; reading the one
/// list keeps a command from being reachable without a permission that names it.
fn commands_declared_in(path: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let source = fs::read_to_string(path)?;
    let (_, after) = source.split_once("collect_commands![").ok_or("no collect_commands![ in the list of commands")?;
    let (list, _) = after.split_once(']').ok_or("collect_commands![ is not closed")?;
    Ok(list
        .split(',')
        .map(str::trim)
        .filter(|path| !path.is_empty())
        .map(|path| path.rsplit("::").next().unwrap_or(path).to_owned())
        .collect())
}
