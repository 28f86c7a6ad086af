//! Paper read back by tools that share no code with the print engine: poppler draws and reads text, zbar reads codes,
//! qpdf checks the file.
//!
//! What is read of a sheet of several inserts is read place by place: it tells which code stands beside which name.

use std::ops::Range;
use std::path::Path;

use tokio::process::Command;

use crate::trouble::{Outcome, Trouble};

/// Fine enough that the smallest module of a code, 0.33 mm, is four dots wide.
const DOTS_PER_INCH: &str = "300";

/// The same in the points that a PDF measures in.
const DOTS_PER_POINT: f64 = 300.0 / 72.0;

const POINTS_PER_MM: f64 = 72.0 / 25.4;

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

/// The size of its first page, in millimetres.
///
/// # Errors
/// If the file can't be read.
pub async fn size_mm(pdf: &Path) -> Outcome<(f64, f64)> {
    let (width, height) = size_pt(pdf).await?;
    Ok((width / POINTS_PER_MM, height / POINTS_PER_MM))
}

async fn size_pt(pdf: &Path) -> Outcome<(f64, f64)> {
    let about = said(Command::new("pdfinfo").arg(pdf)).await?;
    let line = about.lines().find_map(|line| line.strip_prefix("Page size:")).unwrap_or_default();
    let mut numbers = line.split_whitespace().filter_map(|word| word.parse::<f64>().ok());
    match (numbers.next(), numbers.next()) {
        (Some(width), Some(height)) => Ok((width, height)),
        _ => Err(Trouble::new(format!("pdfinfo names no size: {about}"))),
    }
}

/// How many dots of its first page have exactly this colour, red, green and blue.
///
/// # Errors
/// If the page can't be drawn.
pub async fn dots_of(pdf: &Path, colour: [u8; 3]) -> Outcome<usize> {
    let folder = tempfile::tempdir().map_err(Trouble::of("a folder for a page"))?;
    let stem = folder.path().join("page");
    said(Command::new("pdftoppm").args(["-r", DOTS_PER_INCH, "-singlefile"]).arg(pdf).arg(&stem)).await?;
    let page = Dots::read(&stem.with_extension("ppm"), 3)?;
    Ok(page.bytes.chunks_exact(3).filter(|dot| **dot == colour).count())
}

/// One insert, as it stands on paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedInsert {
    /// The activation link, from the printed dots of its code.
    pub link: String,
    /// What its small code says, from the printed dots: the serial, and behind it the mark of whose serials these are.
    pub small_code: String,
    /// The serial in it.
    pub serial: String,
    /// Everything that is written on it, with single spaces.
    pub text: String,
}

/// Every insert of sheets that are divided evenly into so many columns and rows; places with nothing on them are left out.
///
/// # Errors
/// If a page can't be drawn, or an insert has not exactly the two codes.
pub async fn inserts(pdf: &Path, columns: u32, rows: u32) -> Outcome<Vec<PrintedInsert>> {
    let folder = tempfile::tempdir().map_err(Trouble::of("a folder for pages"))?;
    let stem = folder.path().join("page");
    said(Command::new("pdftoppm").args(["-r", DOTS_PER_INCH, "-gray"]).arg(pdf).arg(&stem)).await?;
    let mut drawn: Vec<_> =
        std::fs::read_dir(folder.path()).map_err(Trouble::of("the drawn pages"))?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    drawn.sort();
    let (width, height) = size_pt(pdf).await?;
    let mut inserts = Vec::new();
    for (page, file) in (1..).zip(&drawn) {
        let dots = Dots::read(file, 1)?;
        for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))) {
            let across = part(width, column, columns);
            let down = part(height, row, rows);
            let text = text_in(pdf, page, &across, &down).await?;
            if text.is_empty() {
                continue;
            }
            let cut = folder.path().join("insert.pgm");
            dots.cut(&across, &down).write(&cut)?;
            let codes = said(Command::new("zbarimg").args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"]).arg(&cut)).await?;
            let (links, serials): (Vec<&str>, Vec<&str>) = codes.lines().partition(|code| code.starts_with("http"));
            let ([link], [small_code]) = (links.as_slice(), serials.as_slice()) else {
                return Err(Trouble::new(format!("an insert of page {page} has the codes {codes:?}: {text}")));
            };
            let serial = small_code.rsplit_once('-').map_or(*small_code, |(serial, _)| serial).to_owned();
            inserts.push(PrintedInsert { link: (*link).to_owned(), small_code: (*small_code).to_owned(), serial, text });
        }
    }
    Ok(inserts)
}

/// A part of a page, in millimetres from its upper left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// From the page's left edge.
    pub left_mm: f64,
    /// From its upper edge.
    pub top_mm: f64,
    /// How wide it is.
    pub width_mm: f64,
    /// How high it is.
    pub height_mm: f64,
}

impl Place {
    /// The places of a sheet, row by row: the first of them, how many there are across and down, and from one to the next.
    #[must_use]
    pub fn all(first: Self, (across, down): (u32, u32), (pitch_across_mm, pitch_down_mm): (f64, f64)) -> Vec<Self> {
        let at = |row: u32, column: u32| Self {
            left_mm: first.left_mm + f64::from(column) * pitch_across_mm,
            top_mm: first.top_mm + f64::from(row) * pitch_down_mm,
            ..first
        };
        (0..down).flat_map(|row| (0..across).map(move |column| at(row, column))).collect()
    }
}

/// What is written at each of these places of a page, which is counted from 1; nothing where there is nothing.
///
/// # Errors
/// If the page can't be read.
pub async fn texts_at(pdf: &Path, page: u32, places: &[Place]) -> Outcome<Vec<String>> {
    let points = |from_mm: f64, length_mm: f64| from_mm * POINTS_PER_MM..(from_mm + length_mm) * POINTS_PER_MM;
    let mut texts = Vec::with_capacity(places.len());
    for place in places {
        texts.push(text_in(pdf, page, &points(place.left_mm, place.width_mm), &points(place.top_mm, place.height_mm)).await?);
    }
    Ok(texts)
}

/// The stretch of the part of this number, counted from nought, of a length that is divided evenly.
fn part(length: f64, number: u32, parts: u32) -> Range<f64> {
    let part = length / f64::from(parts);
    f64::from(number) * part..f64::from(number + 1) * part
}

/// What is written in a part of a page, in points from its upper left.
async fn text_in(pdf: &Path, page: u32, across: &Range<f64>, down: &Range<f64>) -> Outcome<String> {
    let mut command = Command::new("pdftotext");
    command.args(["-enc", "UTF-8", "-r", "72", "-f", &page.to_string(), "-l", &page.to_string()]);
    let sides = [("-x", across.start), ("-y", down.start), ("-W", across.end - across.start), ("-H", down.end - down.start)];
    for (side, points) in sides {
        command.args([side, &format!("{points:.0}")]);
    }
    let text = said(command.arg(pdf).arg("-")).await?;
    Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A drawn page, or a part of one.
struct Dots {
    width: usize,
    channels: usize,
    bytes: Vec<u8>,
}

impl Dots {
    /// Reads Netpbm's binary forms: a header of four words, then the dots.
    fn read(file: &Path, channels: usize) -> Outcome<Self> {
        let wrong = || Trouble::new(format!("{} is no drawn page", file.display()));
        let mut bytes = std::fs::read(file).map_err(Trouble::of(file.display().to_string()))?;
        let ends: Vec<usize> =
            bytes.iter().enumerate().filter(|(_, byte)| byte.is_ascii_whitespace()).map(|(end, _)| end).take(4).collect();
        let [_, first, second, end] = ends[..] else { return Err(wrong()) };
        let number = |range: Range<usize>| std::str::from_utf8(&bytes[range]).ok()?.trim().parse::<usize>().ok();
        let (Some(width), Some(height)) = (number(ends[0]..first), number(first..second)) else { return Err(wrong()) };
        bytes.drain(..=end);
        if bytes.len() == width * height * channels { Ok(Self { width, channels, bytes }) } else { Err(wrong()) }
    }

    /// The part of a page of grey dots that lies there, in points.
    fn cut(&self, across: &Range<f64>, down: &Range<f64>) -> Self {
        let dot = |points: f64, most: usize| ((points * DOTS_PER_POINT) as usize).min(most);
        let height = self.bytes.len() / self.width / self.channels;
        let columns = dot(across.start, self.width)..dot(across.end, self.width);
        let rows = dot(down.start, height)..dot(down.end, height);
        let bytes = rows.flat_map(|row| self.bytes[row * self.width..][columns.clone()].iter().copied()).collect();
        Self { width: columns.len(), channels: self.channels, bytes }
    }

    fn write(&self, file: &Path) -> Outcome<()> {
        let mut bytes = format!("P5 {} {} 255\n", self.width, self.bytes.len() / self.width.max(1)).into_bytes();
        bytes.extend(&self.bytes);
        std::fs::write(file, bytes).map_err(Trouble::of(file.display().to_string()))
    }
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
