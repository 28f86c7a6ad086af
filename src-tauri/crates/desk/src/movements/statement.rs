//! A statement as a PDF in the folder chosen in Settings, on the paper chosen there.
//!
//! Owns whose name stands on it and that a trial says so; the words come from the window, the drawing is `inserts`'.

use cardesk_inserts::{Paper as SheetPaper, Statement, StatementRow, make_statement};

use crate::desk::{Desk, blocking};
use crate::error::DeskResult;
use crate::view::{Language, Paper, SavedStatement, StatementFact, StatementLine, StatementToSave};
use crate::workplace::count;

impl Desk {
    /// Saves a statement.
    ///
    /// # Errors
    /// A folder that can't be written to; a full disk. Then there is no file.
    pub async fn save_statement(&self, request: StatementToSave) -> DeskResult<SavedStatement> {
        let profile = self.workplace().await?.profile();
        let paper = self.inner.book.lock().await.settings.statement_paper;
        let name = request.name.clone();
        let statement = statement(request, paper, profile.company_name.clone());
        let environment = profile.environment;
        let pdf = blocking(move || make_statement(&statement, environment)).await??;
        let path = self.keep_file(&name, "pdf", pdf.bytes().to_vec()).await?;
        Ok(SavedStatement { path, pages: count(pdf.pages()) })
    }
}

fn statement(request: StatementToSave, paper: Paper, company_name: String) -> Statement {
    let pairs = |facts: Vec<StatementFact>| facts.into_iter().map(|fact| (fact.label, fact.text)).collect();
    let StatementLine { date, movement, reference, amount, balance } = request.titles;
    Statement {
        paper: match paper {
            Paper::A4 => SheetPaper::A4,
            Paper::Letter => SheetPaper::Letter,
        },
        language: if request.language == Language::English { "en" } else { "es" }.to_owned(),
        company_name,
        title: request.title,
        facts: pairs(request.facts),
        figures: pairs(request.figures),
        notes: request.notes,
        columns: [date, movement, reference, amount, balance],
        rows: request.rows.into_iter().map(row).collect(),
        empty: request.empty,
        foot: request.foot,
    }
}

fn row(line: StatementLine) -> StatementRow {
    let StatementLine { date, movement, reference, amount, balance } = line;
    StatementRow { date, movement, reference, amount, balance }
}
