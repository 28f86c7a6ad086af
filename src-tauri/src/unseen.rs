//! Drawing before anyone sees it: on Linux, a page paints only in a widget that is mapped.
//!
//! WebKitGTK takes an unmapped view for an invisible page and leaves it unpainted, so that a hidden window would be
//! shown empty and painted afterwards. Here the view alone is mapped, inside a window that is not: the page paints as
//! soon as it can, and the window appears with its picture in it.

use gtk::prelude::WidgetExt;
use tauri::WebviewWindow;

/// Lets the page of a hidden window paint as if it were on show, at `width` × `height` logical pixels.
pub(crate) fn paint_while_hidden(window: &WebviewWindow, width: i32, height: i32) -> tauri::Result<()> {
    let frame = window.gtk_window()?;
    frame.realize();
    // Showing a window gives its widgets their places; until then the page would be one pixel large.
    frame.size_allocate(&gtk::Allocation::new(0, 0, width, height));
    window.with_webview(|view| view.inner().map())
}
