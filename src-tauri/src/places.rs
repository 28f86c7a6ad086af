//! Where Cardesk keeps its files on this system.
//!
//! Owns the names of the directories, by each system's own rules (on Linux the XDG variables). What lies in them is the
//! business of the desk and of Practice.

use std::path::PathBuf;

use directories::{ProjectDirs, UserDirs};

/// The directories of the user who runs the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Places {
    /// Journals, and Practice's state.
    pub(crate) data_dir: PathBuf,
    /// The settings.
    pub(crate) config_dir: PathBuf,
    /// The documents, where PDFs go unless another folder is chosen.
    pub(crate) documents_dir: PathBuf,
}

impl Places {
    /// The system's directories; `None` when the user has no home.
    pub(crate) fn of_this_user() -> Option<Self> {
        let project = ProjectDirs::from("app", "Cardesk", "Cardesk")?;
        let user = UserDirs::new()?;
        Some(Self {
            data_dir: project.data_dir().to_owned(),
            config_dir: project.config_dir().to_owned(),
            // A Linux session without user-dirs names no folder of documents.
            documents_dir: user.document_dir().map_or_else(|| user.home_dir().join("Documents"), ToOwned::to_owned),
        })
    }

    /// Practice's own file, with nothing real in it.
    pub(crate) fn practice_state(&self) -> PathBuf {
        self.data_dir.join("practice.redb")
    }
}
