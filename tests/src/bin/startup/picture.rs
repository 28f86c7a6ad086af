//! What a sequence of screen pictures says about a start: when it was usefully painted, and whether it flashed white.
//!
//! Pure: pictures in, figures out. Taking the pictures is the business of `screen`.

use std::collections::HashMap;
use std::time::Duration;

/// The part of the final picture's pixels that must be there before a frame counts as a useful paint.
const USEFUL_PART: f64 = 0.9;

/// Changes of fewer pixels than this (a blinking caret) do not keep a picture from being settled.
pub(crate) const STILL_PIXELS: usize = 600;

/// Colours without their unused upper byte.
const COLOUR: u32 = 0x00ff_ffff;

/// One picture of the whole screen, row by row, one `0x00RRGGBB` a pixel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picture(Vec<u32>);

impl Picture {
    /// Reads little-endian 32-bit pixels.
    pub(crate) fn from_pixels(bytes: &[u8]) -> Self {
        Self(bytes.chunks_exact(4).map(|pixel| u32::from_le_bytes([pixel[0], pixel[1], pixel[2], pixel[3]]) & COLOUR).collect())
    }

    /// Whether the two differ by more than a blinking caret.
    pub(crate) fn differs_visibly_from(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).filter(|(mine, theirs)| mine != theirs).count() > STILL_PIXELS
    }
}

/// A picture and when it was first seen, in milliseconds after the program was started.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) at_ms: f64,
    pub(crate) picture: Picture,
}

impl Frame {
    /// A picture that was taken so long after the program was started.
    pub(crate) fn new(after: Duration, picture: Picture) -> Self {
        Self { at_ms: after.as_secs_f64() * 1_000.0, picture }
    }
}

/// What one start looked like.
#[derive(Debug, PartialEq)]
pub(crate) struct Start {
    /// From start to the first frame that differs from the empty screen.
    pub(crate) window_ms: f64,
    /// From start to the first useful paint.
    pub(crate) painted_ms: f64,
    /// Frames before the first useful paint in which the window was there and blank white.
    pub(crate) white_frames: usize,
}

/// Judges a settled sequence of frames against the empty screen; `None` when nothing was ever drawn.
///
/// A frame is the first useful paint when 90 % of the pixels that the final picture draws are right, and 90 % of those
/// that are not its ground colour: else an empty window in the right colour would count.
pub(crate) fn judge(empty: &Picture, frames: &[Frame]) -> Option<Start> {
    let last = &frames.last()?.picture;
    let drawn: Vec<usize> = (0..last.0.len()).filter(|&at| empty.0.get(at) != last.0.get(at)).collect();
    let ground = most_common(drawn.iter().map(|&at| last.0[at]))?;
    let ink: Vec<usize> = drawn.iter().copied().filter(|&at| last.0[at] != ground).collect();

    let is_useful = |frame: &Frame| {
        part(&drawn, |at| frame.picture.0[at] == last.0[at]) >= USEFUL_PART
            && part(&ink, |at| frame.picture.0[at] == last.0[at]) >= USEFUL_PART
    };
    let is_blank_white = |frame: &Frame| {
        part(&drawn, |at| frame.picture.0[at] == COLOUR) > 0.5 && part(&ink, |at| frame.picture.0[at] == COLOUR) > USEFUL_PART
    };

    let painted = frames.iter().position(is_useful)?;
    Some(Start {
        window_ms: frames.iter().find(|frame| frame.picture.differs_visibly_from(empty))?.at_ms,
        painted_ms: frames[painted].at_ms,
        white_frames: frames[..painted].iter().filter(|frame| is_blank_white(frame)).count(),
    })
}

fn part(pixels: &[usize], holds: impl Fn(usize) -> bool) -> f64 {
    if pixels.is_empty() {
        return 1.0;
    }
    pixels.iter().filter(|&&at| holds(at)).count() as f64 / pixels.len() as f64
}

fn most_common(colours: impl Iterator<Item = u32>) -> Option<u32> {
    let mut counts = HashMap::new();
    for colour in colours {
        *counts.entry(colour).or_insert(0_usize) += 1;
    }
    counts.into_iter().max_by_key(|&(colour, count)| (count, colour)).map(|(colour, _)| colour)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: u32 = 0;
    const SHEET: u32 = 0x00f5_f4f0;
    const INK: u32 = 0x001d_1f24;

    /// A screen of 10,000 pixels: a window of `ground` with `ink` pixels of text, and a strip of bare root.
    fn window(ground: u32, ink: usize) -> Picture {
        let mut pixels = vec![ground; 10_000];
        pixels[..ink].fill(INK);
        pixels[9_000..].fill(ROOT);
        Picture(pixels)
    }

    fn frames(pictures: Vec<Picture>) -> Vec<Frame> {
        pictures.into_iter().enumerate().map(|(at, picture)| Frame { at_ms: at as f64 * 100.0, picture }).collect()
    }

    #[test]
    fn an_empty_window_in_the_right_colour_is_not_a_useful_paint() {
        let seen = frames(vec![window(ROOT, 0), window(SHEET, 0), window(SHEET, 1_000)]);
        let start = judge(&window(ROOT, 0), &seen).unwrap();
        assert_eq!(start, Start { window_ms: 100.0, painted_ms: 200.0, white_frames: 0 });
    }

    #[test]
    fn a_frame_with_nine_tenths_of_the_final_ink_is_useful() {
        let seen = frames(vec![window(SHEET, 800), window(SHEET, 900), window(SHEET, 1_000)]);
        assert_eq!(judge(&window(ROOT, 0), &seen).unwrap().painted_ms, 100.0);
    }

    #[test]
    fn a_blank_white_window_is_counted() {
        let seen = frames(vec![window(0x00ff_ffff, 0), window(SHEET, 1_000)]);
        assert_eq!(judge(&window(ROOT, 0), &seen).unwrap().white_frames, 1);
    }

    #[test]
    fn a_white_window_with_its_text_is_not_a_flash() {
        let seen = frames(vec![window(0x00ff_ffff, 850), window(0x00ff_ffff, 1_000)]);
        assert_eq!(judge(&window(ROOT, 0), &seen).unwrap().white_frames, 0);
    }

    #[test]
    fn a_screen_on_which_nothing_is_drawn_has_no_start() {
        assert_eq!(judge(&window(ROOT, 0), &frames(vec![Picture(vec![ROOT; 10_000])])), None);
    }

    #[test]
    fn a_caret_does_not_make_a_picture_differ() {
        assert!(!window(SHEET, 1_000).differs_visibly_from(&window(SHEET, 1_040)));
        assert!(window(SHEET, 0).differs_visibly_from(&window(SHEET, 1_000)));
    }
}
