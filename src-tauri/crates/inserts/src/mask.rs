//! The choice of a code's mask: the same as the `qrcode` crate's own, scored on whole rows at once.
//!
//! Owns the scores of the eight masks (ISO/IEC 18004, section 7.8.3, as `qrcode` counts them) and nothing of how a code is
//! laid out: the functional patterns, the format's bits and every mask come from `qrcode`'s canvas, drawn once for each
//! version and level and kept. Scoring module by module is nine tenths of what encoding costs otherwise.

use std::ops::{BitAnd, BitOr, BitXor, Not, Shl, Shr};
use std::sync::OnceLock;

use qrcode::canvas::{Canvas, MaskPattern, Module};
use qrcode::{Color, EcLevel, Version, bits, ec};

/// The masks in the order in which `qrcode` tries them; of equal ones the first is taken.
const MASKS: [MaskPattern; 8] = [
    MaskPattern::Checkerboard,
    MaskPattern::HorizontalLines,
    MaskPattern::VerticalLines,
    MaskPattern::DiagonalLines,
    MaskPattern::LargeCheckerboard,
    MaskPattern::Fields,
    MaskPattern::Diamonds,
    MaskPattern::Meadow,
];

/// The widest code whose rows fit into one number: version 27. Larger ones are left to `qrcode`.
const WIDEST: usize = 128;

/// A code's side and its modules, row by row; `None` if no code is large enough.
pub(crate) fn encode(text: &[u8], level: EcLevel) -> Option<(usize, Box<[bool]>)> {
    let bits = bits::encode_auto(text, level).ok()?;
    let version = bits.version();
    let (data, correction) = ec::construct_codewords(&bits.into_bytes(), version, level).ok()?;
    let side = side_of(version)?;
    let patterns = Patterns::of(version, level)?;
    let mut canvas = patterns.functional.clone();
    canvas.draw_data(&data, &correction);
    if side <= 64 {
        return Some((side, best::<u64>(&canvas, side, &patterns.masked)));
    }
    if side <= WIDEST {
        return Some((side, best::<u128>(&canvas, side, &patterns.masked)));
    }
    Some((side, canvas.apply_best_mask().into_colors().into_iter().map(|color| color == Color::Dark).collect()))
}

/// Modules a side of the code that this text needs, without its quiet zone; `None` if no code is large enough.
pub(crate) fn side(text: &[u8], level: EcLevel) -> Option<usize> {
    side_of(bits::encode_auto(text, level).ok()?.version())
}

fn side_of(version: Version) -> Option<usize> {
    usize::try_from(version.width()).ok()
}

/// What all codes of one version and level share.
struct Patterns {
    /// The functional patterns alone.
    functional: Canvas,
    /// For each mask, the rows of a code whose data are all light: functional patterns, format and mask.
    masked: [Box<[u128]>; 8],
}

impl Patterns {
    fn of(version: Version, level: EcLevel) -> Option<&'static Self> {
        const LEVELS: usize = 4;
        static KEPT: [OnceLock<Patterns>; 40 * LEVELS] = [const { OnceLock::new() }; 40 * LEVELS];
        let Version::Normal(number) = version else { return None };
        let index = usize::try_from(number).ok()?.checked_sub(1)? * LEVELS + level as usize;
        Some(KEPT.get(index)?.get_or_init(|| Self::new(version, level)))
    }

    fn new(version: Version, level: EcLevel) -> Self {
        let mut functional = Canvas::new(version, level);
        functional.draw_all_functional_patterns();
        let side = side_of(version).filter(|side| *side <= WIDEST).unwrap_or(0);
        let masked = MASKS.map(|mask| {
            let mut canvas = functional.clone();
            canvas.apply_mask(mask);
            rows(&canvas, side, Module::is_dark).into_boxed_slice()
        });
        Self { functional, masked }
    }
}

/// The modules of each row for which something holds, the leftmost in the lowest bit.
fn rows<W: Row>(canvas: &Canvas, side: usize, holds: impl Fn(Module) -> bool) -> Vec<W> {
    let row = |y: usize| {
        (0..side).fold(W::default(), |row, x| {
            let is_set = holds(canvas.get(x as i16, y as i16));
            row | W::from(is_set) << x as u32
        })
    };
    (0..side).map(row).collect()
}

/// The modules under the mask with the lowest score.
fn best<W: Row>(canvas: &Canvas, side: usize, masked: &[Box<[u128]>; 8]) -> Box<[bool]> {
    let data: Vec<W> = rows(canvas, side, |module| module == Module::Unmasked(Color::Dark));
    let under = |pattern: &[u128]| data.iter().zip(pattern).map(|(data, pattern)| *data ^ W::narrow(*pattern)).collect::<Vec<W>>();
    let best = masked.iter().map(|pattern| under(pattern)).min_by_key(|rows| score(rows));
    let dark = |row: W| (0..side as u32).map(move |x| row >> x & W::from(true) != W::default());
    best.unwrap_or_default().into_iter().flat_map(dark).collect()
}

/// How bad a code would be to read; lower is better.
fn score<W: Row>(rows: &[W]) -> u32 {
    adjacent(rows) + 3 * blocks(rows) + 40 * (finders_across(rows) + finders_down(rows)) + balance(rows)
}

/// Five and more modules of one colour in a row or a column: three points for five, and one for each more.
fn adjacent<W: Row>(rows: &[W]) -> u32 {
    let pairs = rows.len() as u32 - 1;
    // A run of n modules is a run of n - 1 equal neighbours, and n - 4 places where four of them begin.
    let points = |fours: W, before: W| fours.count() + 2 * (fours & !before).count();
    let across = rows.iter().map(|row| {
        let equal = !(*row ^ *row >> 1) & W::lowest(pairs);
        let fours = equal & equal >> 1 & equal >> 2 & equal >> 3;
        points(fours, fours << 1)
    });
    let all = W::lowest(rows.len() as u32);
    let equal: Vec<W> = rows.windows(2).map(|pair| !(pair[0] ^ pair[1]) & all).collect();
    let mut before = W::default();
    let down = equal.windows(4).map(|four| {
        let fours = four[0] & four[1] & four[2] & four[3];
        points(fours, std::mem::replace(&mut before, fours))
    });
    across.sum::<u32>() + down.sum::<u32>()
}

/// Squares of two by two modules of one colour.
fn blocks<W: Row>(rows: &[W]) -> u32 {
    let pairs = W::lowest(rows.len() as u32 - 1);
    let square = |pair: &[W]| !(pair[0] ^ pair[0] >> 1 | pair[1] ^ pair[1] >> 1 | pair[0] ^ pair[1]) & pairs;
    rows.windows(2).map(|pair| square(pair).count()).sum()
}

/// `#.###.#` in a row with four light modules before or after it, or the edge. The nine of the finder patterns themselves
/// are in every code and change nothing.
fn finders_across<W: Row>(rows: &[W]) -> u32 {
    let found = |row: &W| {
        let row = *row;
        let pattern = row & !(row >> 1) & row >> 2 & row >> 3 & row >> 4 & !(row >> 5) & row >> 6;
        let before = row << 1 | row << 2 | row << 3 | row << 4;
        let after = row >> 7 | row >> 8 | row >> 9 | row >> 10;
        (pattern & !(before & after)).count()
    };
    rows.iter().map(found).sum()
}

/// The same in the columns.
fn finders_down<W: Row>(rows: &[W]) -> u32 {
    let any = |from: usize, to: usize| rows[from..to.min(rows.len())].iter().fold(W::default(), |any, row| any | *row);
    let found = |(y, seven): (usize, &[W])| {
        let pattern = seven[0] & !seven[1] & seven[2] & seven[3] & seven[4] & !seven[5] & seven[6];
        if pattern == W::default() {
            return 0;
        }
        let (before, after) = (any(y.saturating_sub(4), y), any((y + 7).min(rows.len()), y + 11));
        (pattern & !(before & after)).count()
    };
    rows.windows(7).enumerate().map(found).sum()
}

/// How far the share of dark modules is from a half, in halves of a percent.
fn balance<W: Row>(rows: &[W]) -> u32 {
    let dark: u32 = rows.iter().map(|row| row.count()).sum();
    (dark * 200 / (rows.len() as u32).pow(2)).abs_diff(100)
}

/// A row of modules in one number.
trait Row:
    Copy
    + Default
    + PartialEq
    + From<bool>
    + Not<Output = Self>
    + BitAnd<Output = Self>
    + BitOr<Output = Self>
    + BitXor<Output = Self>
    + Shl<u32, Output = Self>
    + Shr<u32, Output = Self>
{
    /// Modules that are dark.
    fn count(self) -> u32;
    /// As many dark modules from the left; fewer than the number has bits.
    fn lowest(modules: u32) -> Self;
    fn narrow(wide: u128) -> Self;
}

impl Row for u64 {
    fn count(self) -> u32 {
        self.count_ones()
    }

    fn lowest(modules: u32) -> Self {
        (1 << modules) - 1
    }

    fn narrow(wide: u128) -> Self {
        wide as Self
    }
}

impl Row for u128 {
    fn count(self) -> u32 {
        self.count_ones()
    }

    fn lowest(modules: u32) -> Self {
        (1 << modules) - 1
    }

    fn narrow(wide: u128) -> Self {
        wide
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use qrcode::QrCode;

    use super::*;

    const LEVELS: [EcLevel; 4] = [EcLevel::L, EcLevel::M, EcLevel::Q, EcLevel::H];

    fn by_qrcode(text: &[u8], level: EcLevel) -> Option<(usize, Box<[bool]>)> {
        let code = QrCode::with_error_correction_level(text, level).ok()?;
        Some((code.width(), code.into_colors().into_iter().map(|color| color == Color::Dark).collect()))
    }

    #[test]
    fn ten_thousand_links_have_the_matrix_that_qrcode_gives_them() {
        use rayon::prelude::*;
        // An id of an invented cardholder, by the golden ratio's step through all of them.
        let link = |number: u64| {
            let id = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let clients = ["migoDeveloper", "volcanes", "una-empresa-con-nombre-largo"];
            let client = clients[(number % 3) as usize];
            format!(
                "https://sandbox.migopayments.com/card-activation?client={client}&userId={:08x}-{:04x}-4a55-8c1d-{:012x}",
                id >> 32,
                id >> 16 & 0xffff,
                id & 0xffff_ffff
            )
        };
        let wrong = (0..10_000)
            .into_par_iter()
            .map(link)
            .find_first(|link| encode(link.as_bytes(), EcLevel::M).is_none_or(|ours| Some(ours) != by_qrcode(link.as_bytes(), EcLevel::M)));
        assert_eq!(wrong, None);
    }

    #[test]
    fn every_version_has_the_matrix_that_qrcode_gives_it() {
        for length in (1..1100).step_by(23) {
            let text: String = (0..length).map(|place| char::from(b'a' + (place * 7 % 26) as u8)).collect();
            for level in LEVELS {
                let ours = encode(text.as_bytes(), level);
                assert!(ours.is_some() && ours == by_qrcode(text.as_bytes(), level), "{length} letters at {level:?}");
                assert_eq!(side(text.as_bytes(), level), ours.map(|(side, _)| side));
            }
        }
    }

    #[test]
    fn text_beyond_the_largest_code_has_none() {
        assert_eq!(encode(&[b'a'; 3000], EcLevel::M), None);
        assert_eq!(side(&[b'a'; 3000], EcLevel::M), None);
    }

    proptest! {
        #[test]
        fn any_bytes_have_the_matrix_that_qrcode_gives_them(text in prop::collection::vec(any::<u8>(), 0..300), level in 0..4_usize) {
            prop_assert_eq!(encode(&text, LEVELS[level]), by_qrcode(&text, LEVELS[level]));
        }

        #[test]
        fn serials_have_the_matrix_that_qrcode_gives_them(text in "[0-9A-Z-]{1,16}") {
            prop_assert_eq!(encode(text.as_bytes(), EcLevel::M), by_qrcode(text.as_bytes(), EcLevel::M));
        }
    }
}
