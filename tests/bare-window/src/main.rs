//! The smallest Tauri window that shows a page: the floor of the start-up benchmark.
//!
//! It has no command, no plug-in and no script. Everything that Cardesk adds to it is what the benchmark measures.

fn main() -> tauri::Result<()> {
    tauri::Builder::default().run(tauri::generate_context!())
}
