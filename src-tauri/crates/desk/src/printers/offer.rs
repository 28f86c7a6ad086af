//! The printers on offer: what each says of itself, and what is known of it here.

use std::sync::Arc;

use super::{PrintSystemDown, SystemPrinter, SystemPrinterState};
use crate::desk::{Desk, blocking};
use crate::error::DeskResult;
use crate::papers::PrinterChoices;
use crate::seams::SheetSize;
use crate::view::{PaperView, PrintSystemState, PrinterState, PrinterView, PrintersView};

impl Desk {
    /// The printers of this computer, and whether the printer system answers at all.
    ///
    /// # Errors
    /// None but a fault of this program.
    pub async fn printers(&self) -> DeskResult<PrintersView> {
        let printing = Arc::clone(&self.inner.config.seams.printing);
        let known = match blocking(move || printing.printers()).await? {
            Ok(known) => known,
            Err(PrintSystemDown(words)) => {
                tracing::info!(words, "the printer system does not answer");
                return Ok(PrintersView { system: PrintSystemState::Down, printers: Vec::new() });
            }
        };
        let choices = self.inner.book.lock().await.settings.printers.clone();
        // Printers are shown also where nobody can work.
        let papers = match self.workplace().await {
            Ok(workplace) => workplace.papers().await.unwrap_or_default(),
            Err(_) => Vec::new(),
        };
        let view = |printer: SystemPrinter| {
            let chosen = choices.get(&printer.system_name).cloned().unwrap_or_default();
            printer_view(printer, chosen, &papers)
        };
        Ok(PrintersView { system: PrintSystemState::Running, printers: known.into_iter().map(view).collect() })
    }
}

fn printer_view(printer: SystemPrinter, chosen: PrinterChoices, papers: &[PaperView]) -> PrinterView {
    let lacks = papers.iter().filter(|paper| printer.has_size(size_of(paper)) == Some(false)).map(|paper| paper.id.clone()).collect();
    PrinterView {
        lacks,
        system_name: printer.system_name,
        name: printer.name,
        location: printer.location,
        is_default: printer.is_default,
        state: match printer.state {
            SystemPrinterState::Ready => PrinterState::Ready,
            SystemPrinterState::Printing => PrinterState::Printing,
            SystemPrinterState::Paused => PrinterState::Paused,
            SystemPrinterState::Offline => PrinterState::Offline,
            SystemPrinterState::Unknown => PrinterState::Unknown,
        },
        state_reasons: printer.state_reasons,
        takes_jobs: printer.takes_jobs,
        // A tray that was taken out since is not offered for having been chosen once.
        tray: chosen.tray.filter(|tray| printer.trays.contains(tray)),
        trays: printer.trays,
        prints_both_sides: printer.prints_both_sides,
        front: chosen.front,
        back: chosen.back,
    }
}

fn size_of(paper: &PaperView) -> SheetSize {
    SheetSize { width_micrometres: paper.drawing.width.unsigned_abs(), height_micrometres: paper.drawing.height.unsigned_abs() }
}
