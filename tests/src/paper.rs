//! Paper read back by tools that share no code with the print engine: poppler draws and reads text, zbar reads codes,
//! qpdf checks the file.

use std::path::Path;

use tokio::process::Command;

use crate::trouble::{Outcome, Trouble};

/// Fine enough that the smallest module of a code, 0.33 mm, is four dots wide.
const DOTS_PER_INCH: &str = "300";

/// Checks that the file is a sound PDF.
///
/// # Errors
/// With what qpdf finds wrong.
pub async fn check(pdf: &Path) -> Outcome<()> {
    said(Command::new("qpdf").arg("--check").arg(pdf)).await.map(|_| ())
}

/// How many pages it has.
///
/// # Errors
/// If the file can't be read.
pub async fn pages(pdf: &Path) -> Outcome<usize> {
    let count = said(Command::new("qpdf").arg("--show-npages").arg(pdf)).await?;
    count.trim().parse().map_err(Trouble::of(format!("the number of pages in {count:?}")))
}

/// Its text, in reading order.
///
/// # Errors
/// If the file can't be read.
pub async fn text(pdf: &Path) -> Outcome<String> {
    said(Command::new("pdftotext").args(["-layout", "-enc", "UTF-8"]).arg(pdf).arg("-")).await
}

/// Every code on every page, as an independent reader reads it from the printed dots.
///
/// # Errors
/// If a page can't be drawn, or has no code that can be read.
pub async fn codes(pdf: &Path) -> Outcome<Vec<String>> {
    let folder = tempfile::tempdir().map_err(Trouble::of("a folder for pages"))?;
    let stem = folder.path().join("page");
    said(Command::new("pdftoppm").args(["-r", DOTS_PER_INCH, "-png"]).arg(pdf).arg(&stem)).await?;
    let mut pages: Vec<_> =
        std::fs::read_dir(folder.path()).map_err(Trouble::of("the drawn pages"))?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    pages.sort();
    let mut codes = Vec::new();
    for page in pages {
        let read = said(Command::new("zbarimg").args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"]).arg(&page)).await?;
        codes.extend(read.lines().map(str::to_owned));
    }
    Ok(codes)
}

async fn said(command: &mut Command) -> Outcome<String> {
    let program = command.as_std().get_program().to_string_lossy().into_owned();
    let output = command.output().await.map_err(Trouble::of(program.clone()))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let words = [&output.stdout[..], &output.stderr[..]].concat();
    Err(Trouble::new(format!("{program} ended with {}: {}", output.status, String::from_utf8_lossy(&words).trim())))
}
