//! Whether there is a QR code in a logo: whoever holds a phone to the insert may scan that one.
//!
//! Finds codes that are drawn flat, turned any way, dark on light or light on dark. The detectors of the decoders at hand are
//! made for photographs and end the program with some pictures; so a picture is searched here, and only modules are given to a
//! decoder.

use super::Image;

/// The most corners that are compared with each other. What has more is no logo with a code.
const MOST_CORNERS: usize = 40;

/// How far measures that should be alike may differ, in parts of them.
const TOLERANCE: f32 = 0.15;

/// Whether a code can be read in an image.
pub(super) fn is_in(image: &Image) -> bool {
    [false, true].into_iter().any(|is_light| Picture::of(image, is_light).has_code())
}

/// The squares within squares in three corners of a code: the middle of one, and a module's length along its row.
#[derive(Debug, Clone, Copy)]
struct Corner {
    x: f32,
    y: f32,
    module: f32,
}

impl Corner {
    fn way_to(&self, other: &Self) -> (f32, f32) {
        (other.x - self.x, other.y - self.y)
    }
}

/// What of an image is drawn.
struct Picture {
    width: usize,
    height: usize,
    drawn: Vec<bool>,
}

impl Picture {
    fn of(image: &Image, is_light: bool) -> Self {
        let is_drawn = |gray: u8| (gray >= 128) == is_light;
        let gray = |[red, green, blue]: &[u8; 3]| ((u16::from(*red) * 3 + u16::from(*green) * 6 + u16::from(*blue)) / 10) as u8;
        let drawn = if image.is_gray {
            image.data.iter().map(|gray| is_drawn(*gray)).collect()
        } else {
            image.data.as_chunks::<3>().0.iter().map(|dot| is_drawn(gray(dot))).collect()
        };
        Self { width: image.width as usize, height: image.height as usize, drawn }
    }

    fn at(&self, x: usize, y: usize) -> bool {
        x < self.width && self.drawn.get(y * self.width + x).copied().unwrap_or(false)
    }

    fn has_code(&self) -> bool {
        let corners = self.corners();
        corners.iter().any(|corner| {
            let pairs = corners.iter().flat_map(|right| corners.iter().map(move |below| (right, below)));
            pairs.into_iter().any(|(right, below)| self.has_code_at(corner, right, below))
        })
    }

    /// What looks like the corner of a code both along its row and along its column.
    fn corners(&self) -> Vec<Corner> {
        let column = |x: usize| middles((0..self.height).map(|y| self.at(x, y)));
        let row = |y: usize| middles((0..self.width).map(|x| self.at(x, y)));
        let columns: Vec<_> = (0..self.width).map(column).collect();
        let rows: Vec<_> = (0..self.height).map(row).collect();
        let mut corners: Vec<Corner> = Vec::new();
        for (y, found) in rows.iter().enumerate() {
            for &(x, module) in found {
                let (mut x, mut y) = (x, y as f32);
                // Through a turned corner only what goes through its middle is crossed in its own middle: from one to the other.
                let is_crossed = (0..3).all(|_| {
                    let Some(crossed) = crossing(&columns, x, y, module) else { return false };
                    y = crossed;
                    x = crossing(&rows, y, x, module).unwrap_or(x);
                    true
                });
                let is_known = |corner: &Corner| (corner.x - x).abs() < 2.0 * module && (corner.y - y).abs() < 2.0 * module;
                if is_crossed && corners.len() < MOST_CORNERS && !corners.iter().any(is_known) {
                    corners.push(Corner { x, y, module });
                }
            }
        }
        corners
    }

    /// Whether a code can be read that has these corners.
    fn has_code_at(&self, corner: &Corner, right: &Corner, below: &Corner) -> bool {
        let (across, down) = (corner.way_to(right), corner.way_to(below));
        let (width, height) = (across.0.hypot(across.1), down.0.hypot(down.1));
        let is_square = is_like(width, height)
            && (across.0 * down.0 + across.1 * down.1).abs() < TOLERANCE * width * height
            && [right, below].iter().all(|other| is_like(other.module, corner.module));
        // The same corners the other way round are a code in a mirror, which the decoder reads as well.
        if !is_square || across.0 * down.1 <= across.1 * down.0 {
            return false;
        }
        // A row crosses the modules of a turned code at an angle.
        let module = corner.module * across.0.abs().max(across.1.abs()) / width;
        let version = ((width / module - 10.0) / 4.0).round();
        [0.0, -1.0, 1.0].into_iter().map(|step| version + step).filter(|version| (1.0..=40.0).contains(version)).any(|version| {
            let side = 17 + 4 * version as usize;
            let part = |number: usize| (number as f32 - 3.0) / (side as f32 - 7.0);
            let grid = rqrr::SimpleGrid::from_func(side, |column, row| {
                let (right, below) = (part(column), part(row));
                let x = corner.x + across.0 * right + down.0 * below;
                let y = corner.y + across.1 * right + down.1 * below;
                x >= 0.0 && y >= 0.0 && self.at(x as usize, y as usize)
            });
            rqrr::Grid::new(grid).decode_to(Vec::new()).is_ok()
        })
    }
}

fn is_like(one: f32, other: f32) -> bool {
    (one - other).abs() <= TOLERANCE * one.max(other) + 0.5
}

/// Where the line at a place crosses the corner that lies near another.
fn crossing(lines: &[Vec<(f32, f32)>], at: f32, near: f32, module: f32) -> Option<f32> {
    let is_it = |(middle, other): &&(f32, f32)| (middle - near).abs() < 2.0 * module && is_like(*other, module);
    lines.get(at as usize)?.iter().find(is_it).map(|(middle, _)| *middle)
}

/// Where a line goes through what looks like the corner of a code: one module drawn, one not, three drawn, one not, one drawn.
/// Each with its middle and the length of a module.
fn middles(line: impl Iterator<Item = bool>) -> Vec<(f32, f32)> {
    let mut found = Vec::new();
    // The last five lengths, ending with what is drawn here.
    let (mut lengths, mut was_drawn) = ([0_u32; 5], false);
    for (at, is_drawn) in line.chain([false]).enumerate() {
        if is_drawn == was_drawn {
            lengths[4] += 1;
            continue;
        }
        let length = lengths.iter().sum::<u32>() as f32;
        let module = length / 7.0;
        let is_near = |(length, wanted): (&u32, f32)| *length > 0 && (*length as f32 - wanted * module).abs() <= module * 0.4 + 0.6;
        if was_drawn && lengths.iter().zip([1.0, 1.0, 3.0, 1.0, 1.0]).all(is_near) {
            found.push((at as f32 - length / 2.0, module));
        }
        lengths.rotate_left(1);
        (lengths[4], was_drawn) = (1, is_drawn);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Symbol;
    use crate::job::ErrorCorrection;

    /// A picture of 400 dots a side, turned by an angle around its middle: in the units of what is drawn, 1 each way.
    fn picture(angle: f32, is_drawn: impl Fn(f32, f32) -> bool) -> Image {
        let (sin, cos) = angle.to_radians().sin_cos();
        let dot = |number: u32| {
            let (x, y) = ((number % 400) as f32 / 200.0 - 1.0, (number / 400) as f32 / 200.0 - 1.0);
            if is_drawn(x * cos - y * sin, x * sin + y * cos) { 20 } else { 240 }
        };
        Image { width: 400, height: 400, is_gray: true, data: (0..160_000).map(dot).collect() }
    }

    fn code(text: &str) -> impl Fn(f32, f32) -> bool {
        let symbol = Symbol::encode(text, ErrorCorrection::M).expect("it fits");
        move |x, y| {
            // Over two thirds of the picture.
            let (column, row) = [x, y].map(|at| ((at / 1.36 + 0.5) * symbol.side() as f32).floor()).into();
            let is_on = |at: f32| (0.0..symbol.side() as f32).contains(&at);
            is_on(column) && is_on(row) && symbol.is_dark(column as usize, row as usize)
        }
    }

    #[test]
    fn a_code_is_found_however_it_is_turned_mirrored_or_coloured() {
        for text in ["https://example.com/", "https://example.com/card-activation?client=another&userId=6f0c2d1e-93b7-4a55-8c1d-2b7e9a44"] {
            let code = code(text);
            for angle in [0.0, 7.0, 45.0, 90.0, 180.0, 217.0, 270.0] {
                assert!(is_in(&picture(angle, &code)), "{text} {angle}");
            }
            assert!(is_in(&picture(0.0, |x, y| code(-x, y))));
            let mut inverted = picture(0.0, &code);
            inverted.data.iter_mut().for_each(|gray| *gray = 255 - *gray);
            assert!(is_in(&inverted));
            let plain = picture(0.0, &code);
            let coloured = plain.data.iter().flat_map(|gray| if *gray < 128 { [30, 64, 175] } else { [255, 237, 213] });
            assert!(is_in(&Image { is_gray: false, data: coloured.collect(), ..plain }));
        }
    }

    #[test]
    fn what_only_looks_like_a_code_is_none() {
        let ring = |x: f32, y: f32| matches!((x.abs().max(y.abs()) * 7.0 / 0.35) as u32, 0..3 | 5..7);
        let rings = |x: f32, y: f32| [(-0.5, -0.5), (0.5, -0.5), (-0.5, 0.5)].iter().any(|(left, top)| ring(x - left, y - top));
        let code = code("https://example.com/");
        // Without the rows that say how to read it.
        let ruined = |x: f32, y: f32| code(x, y) && !(-0.2..0.6).contains(&y);
        for drawn in [&ring as &dyn Fn(f32, f32) -> bool, &rings, &ruined, &|x, y| x.hypot(y) < 0.8, &|_, _| true, &|_, _| false] {
            assert!(!is_in(&picture(0.0, drawn)));
        }
        assert!(!is_in(&Image { width: 1, height: 1, is_gray: true, data: vec![0] }));
    }

    #[test]
    fn noise_is_no_code_and_is_searched_to_the_end() {
        let mut seed = 1_u32;
        let mut noise = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 24) as u8
        };
        for _ in 0..8 {
            assert!(!is_in(&Image { width: 300, height: 200, is_gray: true, data: (0..60_000).map(|_| noise()).collect() }));
        }
    }
}
