//! The desk itself: what it is opened with, and what it holds.

#![allow(unused_variables, missing_docs, clippy::todo, clippy::missing_errors_doc, clippy::wildcard_imports)] // bodies follow
use std::path::{Path, PathBuf};

use crate::error::DeskResult;
use crate::practice::PracticeAccess;
use crate::problem::FieldProblem;
use crate::view::*;

/// What a desk is opened with.
#[derive(Debug, Clone)]
pub struct DeskConfig {
    /// Where journals are kept.
    pub data_dir: PathBuf,
    /// Where the settings file is kept.
    pub config_dir: PathBuf,
    /// The folder of documents, in which PDFs are saved unless another is chosen.
    pub documents_dir: PathBuf,
    /// This program's version.
    pub version: String,
    /// How to sign in to Practice, if it runs already; see [`Desk::practice_started`].
    pub practice: Option<PracticeAccess>,
}

/// The desk. Cheap to clone; every clone is the same desk.
#[derive(Clone)]
pub struct Desk {}

impl Desk {
    /// Opens the desk: reads the settings and opens the active profile's journal. A journal that can't be opened does
    /// not stop it: [`SessionView::blocked`] says why.
    pub async fn open(config: DeskConfig) -> DeskResult<Self> {
        todo!()
    }
    /// Tells the desk that Practice runs, and where. Practice's journal needs nothing else.
    pub async fn practice_started(&self, access: PracticeAccess) {
        todo!()
    }
    /// Tells the desk why Practice could not be started.
    pub async fn practice_failed(&self, reason: String) {
        todo!()
    }
    /// Empties Practice's journal, after the sandbox has started over.
    pub async fn practice_started_over(&self) -> DeskResult<SessionView> {
        todo!()
    }

    // session.rs
    pub async fn session(&self) -> DeskResult<SessionView> {
        todo!()
    }
    pub async fn change_settings(&self, change: SettingsChange) -> DeskResult<SessionView> {
        todo!()
    }
    pub async fn finish_greeting(&self) -> DeskResult<SessionView> {
        todo!()
    }
    pub async fn dismiss_notices(&self) -> DeskResult<SessionView> {
        todo!()
    }

    // profiles.rs, connection.rs
    pub async fn save_profile(&self, form: ProfileForm) -> DeskResult<ProfileView> {
        todo!()
    }
    pub async fn delete_profile(&self, id: &str) -> DeskResult<SessionView> {
        todo!()
    }
    pub async fn activate_profile(&self, id: &str) -> DeskResult<SessionView> {
        todo!()
    }
    pub async fn test_connection(&self, id: &str) -> DeskResult<ConnectionReport> {
        todo!()
    }

    // directory.rs, register.rs, issue.rs
    pub async fn directory(&self, query: DirectoryQuery) -> DeskResult<DirectoryPage> {
        todo!()
    }
    pub async fn refresh_directory(&self) -> DeskResult<RefreshReport> {
        todo!()
    }
    pub async fn search_gateway(&self, text: &str) -> DeskResult<DirectoryPage> {
        todo!()
    }
    pub async fn check_registration(&self, form: RegistrationForm) -> DeskResult<Vec<FieldProblem>> {
        todo!()
    }
    pub async fn register_cardholder(&self, form: RegistrationForm) -> DeskResult<CardholderView> {
        todo!()
    }
    pub async fn cardholder(&self, id: &str) -> DeskResult<CardholderView> {
        todo!()
    }
    pub async fn issue_card(&self, cardholder_id: &str) -> DeskResult<IssueOutcome> {
        todo!()
    }

    // cards.rs
    pub async fn card(&self, card_id: &str) -> DeskResult<CardView> {
        todo!()
    }
    pub async fn movements(&self, card_id: &str, year: u16, month: u8) -> DeskResult<MovementsView> {
        todo!()
    }
    pub async fn activate_card(&self, card_id: &str, pan: SecretText, embossed_name: &str) -> DeskResult<CardView> {
        todo!()
    }

    // funds.rs
    pub async fn draft_funds(&self, request: FundsDraftRequest) -> DeskResult<FundsDraft> {
        todo!()
    }
    pub async fn submit_funds(&self, form: FundsForm) -> DeskResult<OperationView> {
        todo!()
    }
    pub async fn discard_funds(&self, reference: &str) -> DeskResult<()> {
        todo!()
    }
    pub async fn operations_of_card(&self, card_id: &str) -> DeskResult<Vec<OperationView>> {
        todo!()
    }
    pub async fn open_operations(&self) -> DeskResult<Vec<OperationView>> {
        todo!()
    }
    pub async fn look_again(&self, reference: &str) -> DeskResult<OperationView> {
        todo!()
    }

    // printing.rs
    pub async fn printers(&self) -> DeskResult<PrintersView> {
        todo!()
    }
    pub async fn insert_queue(&self, filter: QueueFilter) -> DeskResult<Vec<QueueRow>> {
        todo!()
    }
    pub async fn preview_inserts(&self, request: PrintRequest, page: u32) -> DeskResult<PreviewPage> {
        todo!()
    }
    pub async fn save_inserts(&self, request: PrintRequest) -> DeskResult<PrintRunView> {
        todo!()
    }
    pub async fn print_inserts(&self, request: PrintRequest, printer: &str) -> DeskResult<PrintRunView> {
        todo!()
    }
    /// The path, if it is a file that this desk wrote: only such a file may be opened or shown in its folder.
    pub async fn file_of_ours(&self, path: &Path) -> DeskResult<PathBuf> {
        todo!()
    }
}
