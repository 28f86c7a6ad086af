//! Environment variables that graphics stacks need, set before any thread starts.

use std::{env, path::Path};

/// WebKitGTK dies with "Error 71 (Protocol error)" under Wayland with NVIDIA's driver, whose explicit synchronisation it
/// does not get along with (github.com/tauri-apps/tauri/issues/10702).
const NO_EXPLICIT_SYNC: &str = "__NV_DISABLE_EXPLICIT_SYNC";

/// Sets what this machine needs, unless its user has decided otherwise. Call before any thread is started.
pub(crate) fn prepare_environment() {
    let is_wayland = env::var_os("WAYLAND_DISPLAY").is_some();
    let is_nvidia = cfg!(target_os = "linux") && Path::new("/proc/driver/nvidia/version").exists();
    if is_wayland && is_nvidia && env::var_os(NO_EXPLICIT_SYNC).is_none() {
        #[allow(unsafe_code, reason = "the environment is the only way to tell the driver")]
        // SAFETY: called first thing in `run`, while this is the only thread, so nobody reads the environment meanwhile.
        unsafe {
            env::set_var(NO_EXPLICIT_SYNC, "1");
        }
    }
}
