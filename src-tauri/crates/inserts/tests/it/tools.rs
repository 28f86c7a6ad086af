//! Samples, and the tools that look at finished files independently of the engine.

use std::path::{Path, PathBuf};
use std::process::Command;

use cardesk_domain::{ActivationLink, Environment};
use cardesk_inserts::{Branding, InsertContent, InsertLanguage, Layout, PrintJob, VerifiedPdf};
use image::GrayImage;
use tempfile::TempDir;

pub(crate) fn job(layout: Layout, language: InsertLanguage, environment: Environment) -> PrintJob {
    PrintJob::new(layout, language, Branding { company_name: "Café Los Volcanes, S. A.".to_owned() }, environment)
}

/// Whether a ready layout is on A4; the others are on Letter.
pub(crate) fn is_a4(layout: Layout) -> bool {
    layout.id().starts_with("a4") || layout == Layout::LabelL7165
}

pub(crate) fn link(client: &str, user: &str) -> ActivationLink {
    let client = client.parse().expect("a client slug");
    ActivationLink::new("https://sandbox.migopayments.com/card-activation", Some(&client), &user.parse().expect("an id")).expect("a link")
}

/// An insert of an invented cardholder; each number makes another link and serial.
pub(crate) fn insert(number: usize) -> InsertContent {
    InsertContent {
        link: link("migoDeveloper", &format!("6f0c2d1e-93b7-4a55-8c1d-{number:012x}")),
        full_name: "María José Ramírez Núñez".to_owned(),
        given_name: "María José".to_owned(),
        last_four: Some("4417".parse().expect("four digits")),
        serial: format!("0043-{:03}", number + 1).parse().expect("a serial"),
        address_lines: ["12 calle 4-56, zona 10", "Edificio Los Cedros, oficina 301", "01010 Guatemala"].map(str::to_owned).to_vec(),
    }
}

pub(crate) fn inserts(count: usize) -> Vec<InsertContent> {
    (0..count).map(insert).collect()
}

pub(crate) fn named(given_name: &str) -> InsertContent {
    InsertContent { given_name: given_name.to_owned(), full_name: given_name.to_owned(), ..insert(0) }
}

/// A finished file on disk, for tools.
pub(crate) struct Printed {
    folder: TempDir,
}

impl Printed {
    pub(crate) fn new(pdf: &VerifiedPdf) -> Self {
        Self::of(pdf.bytes())
    }

    pub(crate) fn of(bytes: &[u8]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("run.pdf"), bytes).expect("written");
        Self { folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("run.pdf")
    }

    /// Runs a tool of which the last two arguments are the file and a place for its output; gives back what it says.
    fn run(&self, tool: &str, arguments: &[&str], output: Option<&Path>) -> String {
        let run = Command::new(tool).args(arguments).arg(self.path()).args(output).output();
        let run = run.unwrap_or_else(|error| panic!("{tool} is needed for this test: {error}"));
        let (said, complained) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
        assert!(run.status.success(), "{tool} {arguments:?}: {said}{complained}");
        format!("{said}{complained}")
    }

    pub(crate) fn checked_by_qpdf(&self) -> String {
        self.run("qpdf", &["--check"], None)
    }

    pub(crate) fn info(&self) -> String {
        self.run("pdfinfo", &[], None)
    }

    pub(crate) fn fonts(&self) -> String {
        self.run("pdffonts", &[], None)
    }

    /// The text of the file in the order of drawing.
    pub(crate) fn text(&self) -> String {
        self.run("pdftotext", &["-raw"], Some(Path::new("-")))
    }

    /// The words of one page: text, and left, upper, right, lower edge in points from the upper left corner.
    pub(crate) fn words(&self, page: usize) -> Vec<(String, [f64; 4])> {
        let page = page.to_string();
        let boxes = self.run("pdftotext", &["-bbox", "-f", &page, "-l", &page], Some(Path::new("-")));
        let value = |line: &str, name: &str| -> f64 {
            let (_, rest) = line.split_once(&format!("{name}=\"")).expect("an edge");
            rest.split_once('"').expect("an end").0.parse().expect("a number")
        };
        let words = boxes.lines().filter(|line| line.trim_start().starts_with("<word"));
        words
            .map(|line| {
                let text = line.split_once('>').expect("a word").1.trim_end_matches("</word>").to_owned();
                (text, ["xMin", "yMin", "xMax", "yMax"].map(|name| value(line, name)))
            })
            .collect()
    }

    /// Everything that an independent reader finds on the pages, rendered at 300 dpi as printers of offices do.
    pub(crate) fn codes_read_at_300_dpi(&self) -> Vec<String> {
        self.run("pdftoppm", &["-r", "300", "-gray", "-png"], Some(&self.folder.path().join("page")));
        let mut pages: Vec<PathBuf> =
            std::fs::read_dir(self.folder.path()).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
        pages.retain(|path| path.extension().is_some_and(|extension| extension == "png"));
        let read = Command::new("zbarimg").args(["--raw", "--quiet", "-Sdisable", "-Sqrcode.enable"]).args(&pages).output();
        let read = read.expect("zbarimg is needed for this test").stdout;
        String::from_utf8(read).expect("text").lines().map(str::to_owned).collect()
    }

    /// One page as pixels of 1/600 inch.
    pub(crate) fn raster_at_600_dpi(&self, page: usize) -> Raster {
        Raster { picture: self.picture(page, 600) }
    }

    /// One page as a printer of so many dots an inch prints it.
    pub(crate) fn picture(&self, page: usize, dpi: u32) -> GrayImage {
        let (page, dpi, target) = (page.to_string(), dpi.to_string(), self.folder.path().join("raster"));
        self.run("pdftoppm", &["-r", &dpi, "-gray", "-singlefile", "-f", &page, "-l", &page], Some(&target));
        picture_of_pgm(&std::fs::read(target.with_extension("pgm")).expect("a picture"))
    }

    /// The codes of one page as the file draws them, found by reading the unpacked content as plain lines.
    pub(crate) fn drawn_codes(&self, page: usize) -> Vec<DrawnCode> {
        let unpacked =
            self.run("qpdf", &["--qdf", "--object-streams=disable", "--pages", ".", &page.to_string(), "--"], Some(Path::new("-")));
        let height_pt = self.page_height_pt();
        let (mut cell, mut code, mut codes) = ((0.0, 0.0), None, Vec::new());
        for line in unpacked.lines() {
            let numbers: Vec<f64> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
            match (numbers.as_slice(), line.split_whitespace().last()) {
                ([1.0, 0.0, 0.0, 1.0, x, y], Some("cm")) => cell = (*x, *y),
                ([module, 0.0, 0.0, _, x, y], Some("cm")) => {
                    code = Some(DrawnCode { left_pt: cell.0 + x, top_pt: height_pt - cell.1 - y, module_pt: *module, modules: 0.0 });
                }
                ([x, _, width, _], Some("re")) => {
                    if let Some(code) = &mut code {
                        code.modules = code.modules.max(x + width);
                    }
                }
                ([], Some("f")) => codes.extend(code.take()),
                _ => {}
            }
        }
        codes
    }

    /// Where the form of each insert is placed on a page, and its size: left, top, width, height in points from the page's
    /// upper left corner.
    pub(crate) fn drawn_cells_pt(&self, page: usize) -> Vec<[f64; 4]> {
        let unpacked =
            self.run("qpdf", &["--qdf", "--object-streams=disable", "--pages", ".", &page.to_string(), "--"], Some(Path::new("-")));
        let height_pt = self.page_height_pt();
        let boxes: Vec<[f64; 4]> = unpacked.split("/BBox [").skip(1).filter_map(numbers_of_four).collect();
        let (mut corner, mut corners) = (None, Vec::new());
        for line in unpacked.lines() {
            let numbers: Vec<f64> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
            match (numbers.as_slice(), line.trim()) {
                ([1.0, 0.0, 0.0, 1.0, x, y], placed) if placed.ends_with("cm") => corner = Some((*x, *y)),
                (_, "/Insert Do") => corners.extend(corner),
                _ => {}
            }
        }
        // The file has two forms: the sheet's marks are as large as the sheet, the insert's is never larger.
        let size = boxes
            .iter()
            .map(|[_, _, width, height]| (*width, *height))
            .reduce(|left, right| if left.0 * left.1 <= right.0 * right.1 { left } else { right });
        let (width, height) = size.expect("the form of an insert");
        corners.into_iter().map(|(x, y)| [x, height_pt - y - height, width, height]).collect()
    }

    pub(crate) fn page_size_pt(&self) -> (f64, f64) {
        let info = self.info();
        let line = info.lines().find(|line| line.starts_with("Page size:")).expect("a size");
        let numbers: Vec<f64> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        (numbers[0], numbers[1])
    }

    fn page_height_pt(&self) -> f64 {
        self.page_size_pt().1
    }
}

fn numbers_of_four(text: &str) -> Option<[f64; 4]> {
    let numbers: Vec<f64> = text.split(']').next()?.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    numbers.try_into().ok()
}

/// A code as drawn: the upper left corner of its dark modules from the page's upper left corner.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DrawnCode {
    pub(crate) left_pt: f64,
    pub(crate) top_pt: f64,
    pub(crate) module_pt: f64,
    pub(crate) modules: f64,
}

/// Reads a PGM file as poppler writes it: `P5`, width and height, the largest value, then the pixels. (Undoing the compression
/// of a PNG of a whole page takes longer than drawing it.)
fn picture_of_pgm(file: &[u8]) -> GrayImage {
    let mut lines = file.splitn(4, |byte| *byte == b'\n');
    assert_eq!(lines.next(), Some(&b"P5"[..]));
    let size = std::str::from_utf8(lines.next().expect("a size")).expect("text");
    let mut size = size.split_whitespace().map(|side| side.parse::<u32>().expect("a number"));
    let (width, height) = (size.next().expect("a width"), size.next().expect("a height"));
    GrayImage::from_raw(width, height, lines.nth(1).expect("pixels").to_vec()).expect("as many pixels as it says")
}

/// Grey pixels.
pub(crate) struct Raster {
    picture: GrayImage,
}

impl Raster {
    pub(crate) fn is_dark(&self, x: usize, y: usize) -> bool {
        self.picture.get_pixel(x as u32, y as u32).0[0] < 128
    }

    pub(crate) fn width(&self) -> usize {
        self.picture.width() as usize
    }
}
