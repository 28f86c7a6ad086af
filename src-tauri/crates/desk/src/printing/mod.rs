//! The print room: who waits for an insert, runs into a file or to a printer, and what becomes of them.
//!
//! Owns the jobs as the window asks for them. `making` is the one way of a run; `under_way` knows how far it is, `run_file`
//! the file that it is written to. What was interrupted is `drafts`', what was made `runs`' and `pages_again`'s. The order of
//! the embosser's box is `embosser`'s, the pages for the screen are `preview`'s.

mod about;
mod drafts;
mod embosser;
mod embosser_list;
mod making;
mod pages_again;
mod queue;
mod run_file;
mod runs;
mod under_way;

use std::path::{Path, PathBuf};

use crate::desk::{Desk, blocking};
use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::printing::making::Counted;
use crate::view::{PrintRequest, PrintRunView, PrintTo, PrintingView};
use crate::workplace::Workplace;

pub(crate) use about::{About, named};
pub(crate) use drafts::remove_unfinished_files;
pub(crate) use making::{Destination, printing_folder};
pub(crate) use runs::{Inserts, parsed_number, run_view, sent};
pub(crate) use under_way::{Asked, Printing};

impl Desk {
    /// Makes a run and saves its PDF in the chosen folder, under a name that is not taken.
    ///
    /// # Errors
    /// What can't be printed, with the insert; a folder that can't be written to; a full disk; that it was cancelled, or that
    /// another run is on its way. Then there is no file, and nothing counts as printed.
    pub async fn save_inserts(&self, request: PrintRequest) -> DeskResult<PrintRunView> {
        let folder = self.output_folder(&self.inner.book.lock().await.settings);
        self.make_inserts(request, Destination::Folder(folder)).await
    }

    /// Makes a run and hands it to a printer at its actual size. Waits a while for the printer system to say that it is
    /// done; a job that is still in the queue then counts as printed, and the view says that it is queued.
    ///
    /// # Errors
    /// As [`Desk::save_inserts`], and if the printer system does not take the job or the job is cancelled.
    pub async fn print_inserts(&self, request: PrintRequest, to: PrintTo) -> DeskResult<PrintRunView> {
        if request.for_email {
            // Its page is no paper that a tray has.
            return Err(ErrorView::new(ErrorCode::NothingToPrint).with_param("most", "0"));
        }
        self.workplace().await?.printer_named(&to.printer).await?;
        self.change_printer(&to.printer, |choices| choices.tray.clone_from(&to.tray)).await?;
        let choices = self.inner.book.lock().await.settings.printers.get(&to.printer).cloned().unwrap_or_default();
        self.make_inserts(request, Destination::Printer(to, choices)).await
    }

    async fn make_inserts(&self, request: PrintRequest, destination: Destination) -> DeskResult<PrintRunView> {
        let workplace = self.workplace().await?;
        let desk = self.clone();
        // Not the caller's own task: a page that is loaded again leaves no half of it.
        tokio::spawn(async move { desk.counted(workplace.make_run(&request, destination).await).await })
            .await
            .unwrap_or_else(|_| Err(ErrorView::new(ErrorCode::Internal)))
    }

    async fn counted(&self, made: DeskResult<Counted>) -> DeskResult<PrintRunView> {
        let Counted { view, sheet } = made?;
        self.note_labels_used(sheet).await;
        Ok(view)
    }

    /// How far the run is that is on its way; nothing if none is.
    ///
    /// # Errors
    /// If the company can't be worked in.
    pub async fn printing(&self) -> DeskResult<Option<PrintingView>> {
        Ok(self.workplace().await?.printing_view())
    }

    /// Ends the run that is on its way, unless its pages are being handed over already. Nothing is left of it.
    ///
    /// # Errors
    /// If the company can't be worked in.
    pub async fn cancel_printing(&self) -> DeskResult<Option<PrintingView>> {
        let workplace = self.workplace().await?;
        workplace.printing.ask(Asked::Cancel);
        Ok(workplace.printing_view())
    }

    /// The path, if it is a file that this desk wrote: only such a file may be opened or shown in its folder.
    ///
    /// # Errors
    /// For any other file, and for one that is not there any more.
    pub async fn file_of_ours(&self, path: &Path) -> DeskResult<PathBuf> {
        let workplace = self.workplace().await?;
        let wanted = path.to_str().unwrap_or_default();
        let is_ours = workplace.has_saved_table(path) || workplace.journal.has_saved_run(wanted).await?;
        let named = |code| ErrorView::new(code).with_param("path", wanted);
        if !is_ours {
            return Err(named(ErrorCode::FileNotOurs));
        }
        let path = path.to_owned();
        let is_there = {
            let path = path.clone();
            blocking(move || path.is_file()).await?
        };
        if is_there { Ok(path) } else { Err(named(ErrorCode::FileFailed)) }
    }
}

impl Workplace {
    fn printing_view(&self) -> Option<PrintingView> {
        let now = self.seams.gateway.clock.monotonic();
        self.printing.run().map(|run| run.view(now))
    }
}
