//! What a run of the demo did, for people and for machines: `report.json`.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use crate::trouble::{Outcome, Trouble};

/// The whole run.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The system's language and country that the window was started with.
    pub locale: String,
    /// Whether every step held.
    pub passed: bool,
    /// The steps, in their order.
    pub steps: Vec<Step>,
}

/// One step of the job.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// Its number, from 1; its picture's name begins with it.
    pub number: usize,
    /// What was done, in one sentence.
    pub what: &'static str,
    /// How it ended.
    pub result: StepResult,
    /// How long it took, the picture included.
    pub milliseconds: u128,
    /// The ids met so far: cardholder, card, references, serial.
    pub ids: BTreeMap<&'static str, String>,
    /// The picture's file name.
    pub picture: Option<String>,
    /// What went wrong.
    pub trouble: Option<String>,
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StepResult {
    /// Everything that it promises held.
    Passed,
    /// Something did not hold.
    Failed,
    /// An earlier step failed.
    NotRun,
}

impl Report {
    /// An empty report.
    #[must_use]
    pub fn new(locale: &str) -> Self {
        Self { locale: locale.to_owned(), passed: true, steps: Vec::new() }
    }

    /// Takes a step in; one that did not pass fails the whole.
    pub fn add(&mut self, step: Step) {
        self.passed &= step.result == StepResult::Passed;
        self.steps.push(step);
    }

    /// Writes `report.json` into a folder.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn write(&self, folder: &Path) -> Outcome<()> {
        let file = folder.join("report.json");
        let text = serde_json::to_string_pretty(self).map_err(Trouble::of("the report"))?;
        std::fs::write(&file, text + "\n").map_err(Trouble::of(file.display().to_string()))
    }

    /// The steps as lines for people.
    #[must_use]
    pub fn lines(&self) -> String {
        let line = |step: &Step| {
            let result = match step.result {
                StepResult::Passed => "passed ",
                StepResult::Failed => "FAILED ",
                StepResult::NotRun => "not run",
            };
            let trouble = step.trouble.as_ref().map(|trouble| format!("\n           {trouble}")).unwrap_or_default();
            format!("  {:>2} {result} {:>6} ms  {}{trouble}\n", step.number, step.milliseconds, step.what)
        };
        self.steps.iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(number: usize, result: StepResult) -> Step {
        Step { number, what: "A step.", result, milliseconds: 5, ids: BTreeMap::new(), picture: None, trouble: None }
    }

    #[test]
    fn one_step_that_did_not_pass_fails_the_whole() {
        let mut report = Report::new("es_GT");
        report.add(step(1, StepResult::Passed));
        assert!(report.passed);
        report.add(step(2, StepResult::NotRun));
        report.add(step(3, StepResult::Passed));
        assert!(!report.passed);
        let folder = tempfile::tempdir().unwrap();
        report.write(folder.path()).unwrap();
        let written: serde_json::Value = serde_json::from_slice(&std::fs::read(folder.path().join("report.json")).unwrap()).unwrap();
        assert_eq!(written["passed"], false);
        assert_eq!(written["steps"][1]["result"], "not_run");
        assert!(report.lines().contains("not run"));
    }
}
