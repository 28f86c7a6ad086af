//! Paper that was printed badly, copied, soiled or folded: how many codes an independent reader still reads.
//!
//! Owns the damage, in millimetres and printer's dots, and the rates that the README states; where each code is drawn comes
//! from the finished file. Everything is seeded: the same build measures the same rates on every machine.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use cardesk_domain::Environment;
use cardesk_inserts::{InsertContent, InsertLanguage, Layout, Shipped, make};
use image::{GrayImage, Luma, imageops};
use rand::rngs::Xoshiro256PlusPlus as Random;
use rand::{RngExt, SeedableRng};
use rayon::prelude::*;

use crate::tools::{DrawnCode, Printed, insert, job};

const PAPER: Luma<u8> = Luma([255]);
const MM_PER_PT: f64 = 25.4 / 72.0;
const MARK: &str = "T2B4";

/// Beyond a code's quiet zone: room for the text beside it, for a fold through that text, and for the corners when turned.
const AROUND_MM: f64 = 4.5;

/// Sheets on which every template, every kind of paper and both sizes of serial code come to stand.
const SHEETS: [(Layout, Shipped, InsertLanguage); 6] = [
    (Layout::EightUpA4, Shipped::Classic, InsertLanguage::Spanish),
    (Layout::LabelL7165, Shipped::Colour, InsertLanguage::Both),
    (Layout::Label5163, Shipped::Quiet, InsertLanguage::English),
    (Layout::CardSlipLetter, Shipped::Classic, InsertLanguage::Both),
    (Layout::TrifoldA4FormB, Shipped::Colour, InsertLanguage::Spanish),
    (Layout::TrifoldLetter10, Shipped::Quiet, InsertLanguage::English),
];

const RESOLUTIONS_DPI: [u32; 2] = [300, 600];

/// The codes of the links, then the small codes that packing scans.
const KINDS: [Kind; 2] = [Kind::Link, Kind::Serial];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Link,
    Serial,
}

/// A code and what is printed around it, as a printer of so many dots prints it.
struct Printout {
    kind: Kind,
    dpi: u32,
    says: String,
    picture: GrayImage,
    /// From the picture's left edge to the right end of the code's quiet zone.
    quiet_end_mm: f64,
}

impl Printout {
    fn pixels(&self, mm: f64) -> f64 {
        mm / 25.4 * f64::from(self.dpi)
    }

    /// Cuts a code out of its page.
    fn of(page: &GrayImage, dpi: u32, code: &DrawnCode, kind: Kind, says: String) -> Self {
        let (module_mm, left_mm, top_mm) = (code.module_pt * MM_PER_PT, code.left_pt * MM_PER_PT, code.top_pt * MM_PER_PT);
        let around_mm = AROUND_MM + 4.0 * module_mm;
        let pixel = |mm: f64| (mm / 25.4 * f64::from(dpi)).round().max(0.0) as u32;
        let (left, top) = (pixel(left_mm - around_mm), pixel(top_mm - around_mm));
        let side_mm = code.modules * module_mm;
        let (right, bottom) = (pixel(left_mm + side_mm + around_mm), pixel(top_mm + side_mm + around_mm));
        let picture = imageops::crop_imm(page, left, top, right - left, bottom - top).to_image();
        let quiet_end_mm = left_mm + side_mm + 4.0 * module_mm - f64::from(left) * 25.4 / f64::from(dpi);
        Self { kind, dpi, says, picture, quiet_end_mm }
    }
}

/// One thing that befalls paper. The rates are of the codes of links at 300 and 600 dpi, then of the small codes; they lie
/// a little under what was measured, which the README states.
struct Damage {
    name: &'static str,
    strike: fn(&Printout, GrayImage, &mut Random) -> GrayImage,
    least: [f64; 4],
}

const DAMAGES: [Damage; 10] = [
    Damage { name: "none", strike: |_, picture, _| picture, least: [1.0; 4] },
    Damage { name: "blur of 0.12 mm", strike: |of, picture, _| blurred(of, &picture, 0.12), least: [1.0, 1.0, 0.92, 0.82] },
    Damage { name: "noise", strike: |_, picture, random| noisy(picture, 40.0, random), least: [1.0; 4] },
    Damage { name: "5 % speckle", strike: |_, picture, random| speckled(picture, 0.05, random), least: [1.0; 4] },
    Damage { name: "3° turn", strike: |_, picture, _| turned(&picture, 3.0), least: [1.0; 4] },
    Damage { name: "dot gain of one dot", strike: |_, picture, _| gained(&picture, 1), least: [1.0, 1.0, 0.53, 1.0] },
    Damage { name: "photocopy", strike: |of, picture, random| photocopied(of, &picture, random), least: [1.0; 4] },
    Damage { name: "fold through the text", strike: |of, picture, _| folded(of, &picture, 2.0), least: [1.0; 4] },
    Damage { name: "fold at the quiet zone", strike: |of, picture, _| folded(of, &picture, 0.0), least: [1.0; 4] },
    Damage { name: "worn", strike: |of, picture, random| worn(of, &picture, random), least: [1.0, 1.0, 0.92, 1.0] },
];

/// Damage beyond what a code can take: what still reads then was not damaged by these operations.
const RUINS: [Damage; 5] = [
    Damage { name: "blur of 1 mm", strike: |of, picture, _| blurred(of, &picture, 1.0), least: [0.0; 4] },
    Damage { name: "noise without end", strike: |_, picture, random| noisy(picture, 2_000.0, random), least: [0.0; 4] },
    Damage { name: "60 % speckle", strike: |_, picture, random| speckled(picture, 0.6, random), least: [0.0; 4] },
    Damage { name: "dot gain of a module", strike: |of, picture, _| gained(&picture, of.dpi.div_ceil(50) as i32), least: [0.0; 4] },
    Damage { name: "torn through the code", strike: |of, picture, _| torn(of, &picture), least: [0.0; 4] },
];

/// Out of focus, by a Gaussian, first along the rows and then along the columns. (The library's own blur is built for tests
/// without optimisation, and takes minutes.)
fn blurred(of: &Printout, picture: &GrayImage, sigma_mm: f64) -> GrayImage {
    let sigma = of.pixels(sigma_mm) as f32;
    let reach = (3.0 * sigma).ceil() as i32;
    let weights: Vec<f32> = (-reach..=reach).map(|step| (-(step * step) as f32 / (2.0 * sigma * sigma)).exp()).collect();
    let total: f32 = weights.iter().sum();
    let along = |picture: &GrayImage, (right, down): (i32, i32)| {
        let (most_x, most_y) = (picture.width() as i32 - 1, picture.height() as i32 - 1);
        GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
            let at = |step: i32| ((x as i32 + step * right).clamp(0, most_x) as u32, (y as i32 + step * down).clamp(0, most_y) as u32);
            let light = |(step, weight): (i32, &f32)| {
                let (x, y) = at(step);
                f32::from(picture.get_pixel(x, y).0[0]) * weight
            };
            Luma([((-reach..=reach).zip(&weights).map(light).sum::<f32>() / total).round() as u8])
        })
    };
    along(&along(picture, (1, 0)), (0, 1))
}

/// What a sensor adds in poor light: to every pixel a sum of three even chances, which is nearly normal.
fn noisy(mut picture: GrayImage, deviation: f64, random: &mut Random) -> GrayImage {
    for Luma([grey]) in picture.pixels_mut() {
        let sum: f64 = (0..3).map(|_| random.random_range(-1.0..1.0)).sum();
        *grey = (f64::from(*grey) + sum * deviation).clamp(0.0, 255.0) as u8;
    }
    picture
}

/// Dust and flakes: so many of all pixels are black or white, whatever they were.
fn speckled(mut picture: GrayImage, share: f64, random: &mut Random) -> GrayImage {
    for Luma([grey]) in picture.pixels_mut() {
        if random.random_bool(share) {
            *grey = if random.random_bool(0.5) { 0 } else { 255 };
        }
    }
    picture
}

/// The picture turned about its middle, each pixel mixed from the four around where it came from.
fn turned(picture: &GrayImage, degrees: f64) -> GrayImage {
    let (sine, cosine) = degrees.to_radians().sin_cos();
    let (middle_x, middle_y) = (f64::from(picture.width()) / 2.0, f64::from(picture.height()) / 2.0);
    GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
        let (x, y) = (f64::from(x) - middle_x, f64::from(y) - middle_y);
        let (x, y) = ((cosine * x + sine * y + middle_x) as f32, (cosine * y - sine * x + middle_y) as f32);
        imageops::interpolate_bilinear(picture, x, y).unwrap_or(PAPER)
    })
}

/// Toner that spreads: whatever is dark grows by so many dots at every edge.
fn gained(picture: &GrayImage, dots: i32) -> GrayImage {
    let darkest_along = |picture: &GrayImage, (right, down): (i64, i64)| {
        GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
            let at = |step: i64| {
                let (x, y) = (u32::try_from(i64::from(x) + step * right).ok()?, u32::try_from(i64::from(y) + step * down).ok()?);
                picture.get_pixel_checked(x, y).copied()
            };
            (-i64::from(dots)..=i64::from(dots)).filter_map(at).min_by_key(|Luma([grey])| *grey).unwrap_or(PAPER)
        })
    };
    darkest_along(&darkest_along(picture, (1, 0)), (0, 1))
}

/// A copier's light, its edge between black and white, and its dust: paper comes out grey, toner pale.
fn photocopied(of: &Printout, picture: &GrayImage, random: &mut Random) -> GrayImage {
    let mut copy = speckled(blurred(of, picture, 0.06), 0.01, random);
    for Luma([grey]) in copy.pixels_mut() {
        let steep = (f64::from(*grey) - 150.0) * 4.0 + 128.0;
        *grey = (60.0 + steep.clamp(0.0, 255.0) * 0.6) as u8;
    }
    copy
}

/// A fold down the paper, so far beyond the code's quiet zone: toner broken off in a bright line, its shadow beside it, and
/// what lies beyond moved along the fold.
fn folded(of: &Printout, picture: &GrayImage, beyond_mm: f64) -> GrayImage {
    let line = of.pixels(of.quiet_end_mm + beyond_mm);
    let (bright, shadow, moved) = (line + of.pixels(0.5), line + of.pixels(0.8), of.pixels(0.5) as u32);
    GrayImage::from_fn(picture.width(), picture.height(), |x, y| match f64::from(x) {
        at if at < line => *picture.get_pixel(x, y),
        at if at < bright => PAPER,
        at if at < shadow => Luma([140]),
        _ => picture.get_pixel_checked(x, y + moved).copied().unwrap_or(PAPER),
    })
}

/// Paper that ends within the code: what is left of it has two of its three corners at most.
fn torn(of: &Printout, picture: &GrayImage) -> GrayImage {
    let edge = of.pixels(of.quiet_end_mm - 12.0);
    GrayImage::from_fn(picture.width(), picture.height(), |x, y| if f64::from(x) < edge { *picture.get_pixel(x, y) } else { PAPER })
}

/// A copy of a worn insert, photographed: folded, copied, turned, out of focus, and dirty.
fn worn(of: &Printout, picture: &GrayImage, random: &mut Random) -> GrayImage {
    let folded = folded(of, picture, 0.5);
    let copied = photocopied(of, &folded, random);
    let seen = blurred(of, &turned(&copied, 3.0), 0.06);
    speckled(noisy(seen, 12.0, random), 0.01, random)
}

/// What a camera makes of the paper: points of 1/300 inch, each the mean of what lies in it and a little of what lies beside
/// it. (zbar looks at single points along a line, and would be stopped by every speck that no lens resolves.)
fn seen(of: &Printout, picture: &GrayImage) -> GrayImage {
    let side = of.dpi / RESOLUTIONS_DPI[0];
    let mean = |x: u32, y: u32| {
        let points = (0..side * side).map(|at| u32::from(picture.get_pixel(x * side + at % side, y * side + at / side).0[0]));
        Luma([(points.sum::<u32>() / (side * side)) as u8])
    };
    let points = GrayImage::from_fn(picture.width() / side, picture.height() / side, mean);
    mixed(&mixed(&points, (1, 0)), (0, 1))
}

/// Every point mixed with a quarter of each of the two beside it.
fn mixed(picture: &GrayImage, (right, down): (u32, u32)) -> GrayImage {
    GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
        let light = |x: u32, y: u32| u32::from(picture.get_pixel(x.min(picture.width() - 1), y.min(picture.height() - 1)).0[0]);
        let (before, after) = (light(x.saturating_sub(right), y.saturating_sub(down)), light(x + right, y + down));
        Luma([((before + 2 * light(x, y) + after) / 4) as u8])
    })
}

/// Every code of the sample at both resolutions. Each page is rendered once.
static PRINTOUTS: LazyLock<Vec<Printout>> = LazyLock::new(|| {
    let sheets: Vec<(usize, u32)> = (0..SHEETS.len()).flat_map(|sheet| RESOLUTIONS_DPI.map(|dpi| (sheet, dpi))).collect();
    sheets.into_par_iter().flat_map_iter(|(sheet, dpi)| printed_sheet(sheet, dpi)).collect()
});

fn printed_sheet(sheet: usize, dpi: u32) -> Vec<Printout> {
    let (layout, shipped, language) = SHEETS[sheet];
    let mut job = job(layout, language, Environment::Practice);
    (job.template, job.mark_of_serials) = (shipped.template(), Some(MARK.parse().expect("a mark")));
    let contents: Vec<InsertContent> = (0..layout.inserts_per_page()).map(|place| insert(sheet * 100 + place)).collect();
    let printed = Printed::new(&make(&job, &contents).expect("it is made"));
    let page = printed.picture(1, dpi);
    let codes = printed.drawn_codes(1);
    assert_eq!(codes.len(), 2 * contents.len(), "{layout:?}");
    let says = contents.iter().flat_map(|content| [content.link.to_string(), format!("{}-{MARK}", content.serial)]);
    let cut = |((code, says), kind)| Printout::of(&page, dpi, code, kind, says);
    // Two of every three inserts: the rest of a sheet differs only in what its codes say, and costs a third of the time.
    let of_sample = |at: usize| contents.len() < 3 || at / KINDS.len() % 3 < 2;
    let all = codes.iter().zip(says).zip(KINDS.into_iter().cycle()).enumerate();
    all.filter(|(at, _)| of_sample(*at)).map(|(_, code)| cut(code)).collect()
}

/// What the reader finds in each picture.
fn read(pictures: &[GrayImage]) -> Vec<Vec<String>> {
    let folder = tempfile::tempdir().expect("a folder");
    let name = |number: usize| folder.path().join(format!("{number:04}.pgm"));
    for (number, picture) in pictures.iter().enumerate() {
        let mut file = format!("P5\n{} {}\n255\n", picture.width(), picture.height()).into_bytes();
        file.extend_from_slice(picture.as_raw());
        std::fs::write(name(number), file).expect("written");
    }
    let mut command = Command::new("zbarimg");
    command.args(["--xml", "--quiet", "-Sdisable", "-Sqrcode.enable"]).args((0..pictures.len()).map(name));
    let said = String::from_utf8(command.output().expect("zbarimg is needed for this test").stdout).expect("text");
    let mut found = vec![Vec::new(); pictures.len()];
    for source in said.split("<source href='").skip(1) {
        let (path, rest) = source.split_once('\'').expect("the picture's path");
        let number = Path::new(path).file_stem().and_then(|stem| stem.to_str()?.parse::<usize>().ok()).expect("its number");
        let texts = rest.split("<![CDATA[").skip(1).filter_map(|data| Some(data.split_once("]]>")?.0.to_owned()));
        found[number].extend(texts);
    }
    found
}

/// The share that still reads after this damage: links at 300 and 600 dpi, small codes at 300 and 600 dpi. What is read wrong
/// is worse than what is not read, and ends the test.
fn rates(damage: &Damage, seed: u64, printouts: &[&Printout]) -> [f64; 4] {
    let struck: Vec<GrayImage> = printouts
        .par_iter()
        .enumerate()
        .map(|(number, printout)| {
            let mut random = Random::seed_from_u64(seed * 100_000 + number as u64);
            seen(printout, &(damage.strike)(printout, printout.picture.clone(), &mut random))
        })
        .collect();
    let found: Vec<Vec<String>> = struck.par_chunks(printouts.len().div_ceil(8)).flat_map_iter(read).collect();
    for text in found.iter().flatten() {
        assert!(printouts.iter().any(|printout| printout.says == *text), "{}: read “{text}”, which nobody printed", damage.name);
    }
    let share = |kind: Kind, dpi: u32| {
        let of_kind = printouts.iter().zip(&found).filter(|(printout, _)| (printout.kind, printout.dpi) == (kind, dpi));
        let (read, all) =
            of_kind.fold((0, 0), |(read, all), (printout, found)| (read + i32::from(found.contains(&printout.says)), all + 1));
        f64::from(read) / f64::from(all)
    };
    [(Kind::Link, 300), (Kind::Link, 600), (Kind::Serial, 300), (Kind::Serial, 600)].map(|(kind, dpi)| share(kind, dpi))
}

/// The rates of every damage, as a table for people.
fn measured(damages: &'static [Damage], printouts: &[&Printout]) -> (Vec<(&'static Damage, [f64; 4])>, String) {
    let rates: Vec<_> = damages.iter().zip(1..).map(|(damage, seed)| (damage, rates(damage, seed, printouts))).collect();
    let mut table = format!("{:<26}{:>10}{:>10}{:>10}{:>10}\n", "share read", "link 300", "link 600", "small 300", "small 600");
    for (damage, rates) in &rates {
        let columns = rates.map(|rate| format!("{:>9.1}%", rate * 100.0)).concat();
        writeln!(table, "{:<26}{columns}", damage.name).expect("a string takes it");
    }
    eprintln!("{} codes\n{table}", printouts.len());
    (rates, table)
}

#[test]
fn codes_on_damaged_paper_still_read_at_the_rates_that_the_readme_states() {
    let (rates, table) = measured(&DAMAGES, &PRINTOUTS.iter().collect::<Vec<_>>());
    for (damage, rates) in rates {
        assert!(rates.iter().zip(damage.least).all(|(rate, least)| *rate >= least), "{}\n{table}", damage.name);
    }
}

#[test]
fn paper_beyond_all_measure_does_not_read() {
    // A fifth of the sample: a prime apart, so that every kind of paper is in it.
    let (rates, table) = measured(&RUINS, &PRINTOUTS.iter().step_by(5).collect::<Vec<_>>());
    for (ruin, rates) in rates {
        assert!(rates.iter().all(|rate| *rate <= 0.05), "{}\n{table}", ruin.name);
    }
}
