//! The shipped typeface, prepared for one file: which glyphs it uses, how wide they are, how pairs are kerned.
//!
//! Owns measuring and breaking of text and the choice of glyphs. Shaping is advance widths and pair kerning (GPOS
//! `kern`), enough for Latin, Greek and Cyrillic letters in composed form. Leaves embedding to `file`.

use std::collections::{BTreeSet, HashMap};
use std::sync::{LazyLock, OnceLock};

use subsetter::GlyphRemapper;
use ttf_parser::gpos::{PairAdjustment, PositioningSubtable};
use ttf_parser::gsub::{SingleSubstitution, SubstitutionSubtable};
use ttf_parser::opentype_layout::LayoutTable;
use ttf_parser::{Face, GlyphId, Tag};

use crate::error::InsertError;

/// Inter 4.001 by The Inter Project Authors, SIL Open Font License 1.1 (assets/OFL.txt).
const REGULAR: &[u8] = include_bytes!("../assets/Inter-Regular.ttf");
const SEMIBOLD: &[u8] = include_bytes!("../assets/Inter-SemiBold.ttf");

static REGULAR_FACE: LazyLock<Option<Face<'static>>> = LazyLock::new(|| Face::parse(REGULAR, 0).ok());
static SEMIBOLD_FACE: LazyLock<Option<Face<'static>>> = LazyLock::new(|| Face::parse(SEMIBOLD, 0).ok());

/// One of the two weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    SemiBold,
}

impl Weight {
    fn face(self) -> Result<&'static Face<'static>, InsertError> {
        let face = match self {
            Self::Regular => REGULAR_FACE.as_ref(),
            Self::SemiBold => SEMIBOLD_FACE.as_ref(),
        };
        face.ok_or_else(|| InsertError::Build("the shipped font can't be read".to_owned()))
    }

    pub(crate) const fn data(self) -> &'static [u8] {
        match self {
            Self::Regular => REGULAR,
            Self::SemiBold => SEMIBOLD,
        }
    }
}

/// The first character of a text that the typeface has no glyph for.
pub(crate) fn missing_character(text: &str) -> Result<Option<char>, InsertError> {
    /// Whether each character of ASCII has a glyph: a run asks a million times, and a look into the face takes long.
    static HAS_ASCII: OnceLock<[bool; 128]> = OnceLock::new();
    let faces = [Weight::Regular.face()?, Weight::SemiBold.face()?];
    let is_drawn = |character| faces.iter().all(|face| face.glyph_index(character).is_some_and(|glyph| glyph.0 != 0));
    let has_ascii = HAS_ASCII.get_or_init(|| std::array::from_fn(|code| u8::try_from(code).is_ok_and(|code| is_drawn(char::from(code)))));
    Ok(text.chars().find(|character| !has_ascii.get(*character as usize).copied().unwrap_or_else(|| is_drawn(*character))))
}

/// Both weights with the glyphs of one file.
#[derive(Debug)]
pub(crate) struct Fonts {
    pub(crate) regular: Typeface,
    pub(crate) semibold: Typeface,
}

impl Fonts {
    /// Prepares both weights for these characters.
    pub(crate) fn prepare(characters: &BTreeSet<char>) -> Result<Self, InsertError> {
        Self::with_figures(characters, Figures::Proportional)
    }

    /// The same, for tables.
    pub(crate) fn with_figures(characters: &BTreeSet<char>, figures: Figures) -> Result<Self, InsertError> {
        let of = |weight| Typeface::prepare(weight, characters, figures);
        Ok(Self { regular: of(Weight::Regular)?, semibold: of(Weight::SemiBold)? })
    }

    pub(crate) const fn of(&self, weight: Weight) -> &Typeface {
        match weight {
            Weight::Regular => &self.regular,
            Weight::SemiBold => &self.semibold,
        }
    }
}

/// How wide digits are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Figures {
    /// Each as wide as it is drawn: in running text.
    Proportional,
    /// All of one width, so that those of several lines stand below each other.
    Tabular,
}

/// One weight with the glyphs of one file. A glyph's number in the file is its place in `glyphs`.
#[derive(Debug)]
pub(crate) struct Typeface {
    pub(crate) weight: Weight,
    pub(crate) remapper: GlyphRemapper,
    /// The character that each glyph of the file stands for; `None` for the glyph of missing characters.
    pub(crate) characters: Vec<Option<char>>,
    /// Advance widths in thousandths of the size.
    pub(crate) advances: Vec<f64>,
    pub(crate) metrics: Metrics,
    ascii: [u16; 128],
    others: HashMap<char, u16>,
    kerning: Vec<f64>,
}

/// Measures for the font's description, in thousandths of the size.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Metrics {
    pub(crate) ascent: f64,
    pub(crate) descent: f64,
    pub(crate) cap_height: f64,
    pub(crate) bounds: [f64; 4],
}

impl Typeface {
    fn prepare(weight: Weight, characters: &BTreeSet<char>, figures: Figures) -> Result<Self, InsertError> {
        let face = weight.face()?;
        let scale = 1000.0 / f64::from(face.units_per_em());
        let mut remapper = GlyphRemapper::new();
        let mut typeface_characters = vec![None];
        let mut sources = vec![GlyphId(0)];
        let (mut ascii, mut others) = ([0; 128], HashMap::new());
        for &character in characters {
            let Some(glyph) = face.glyph_index(character) else { continue };
            let glyph = if figures == Figures::Tabular { tabular(face, glyph) } else { glyph };
            let number = remapper.remap(glyph.0);
            if usize::from(number) == sources.len() {
                sources.push(glyph);
                typeface_characters.push(Some(character));
            }
            match ascii.get_mut(character as usize) {
                Some(entry) => *entry = number,
                None => {
                    others.insert(character, number);
                }
            }
        }
        let advances = sources.iter().map(|glyph| f64::from(face.glyph_hor_advance(*glyph).unwrap_or(0)) * scale).collect();
        let bounds = face.global_bounding_box();
        let metrics = Metrics {
            ascent: f64::from(face.ascender()) * scale,
            descent: f64::from(face.descender()) * scale,
            cap_height: f64::from(face.capital_height().unwrap_or(face.ascender())) * scale,
            bounds: [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max].map(|value| f64::from(value) * scale),
        };
        let kerning = kerning_of(face, &sources, scale);
        Ok(Self { weight, remapper, characters: typeface_characters, advances, metrics, ascii, others, kerning })
    }

    /// The glyphs of a text, each with the kerning that follows it, in thousandths of the size.
    pub(crate) fn glyphs<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (u16, f64)> + 'a {
        let mut characters = text.chars().map(|character| self.glyph(character)).peekable();
        std::iter::from_fn(move || {
            let glyph = characters.next()?;
            let kern = characters.peek().map_or(0.0, |next| self.kern(glyph, *next));
            Some((glyph, kern))
        })
    }

    /// A text as readers of the file get it back: where two characters share a glyph, it stands for one of them.
    pub(crate) fn read_back(&self, text: &str) -> String {
        text.chars()
            .map(|character| self.characters.get(usize::from(self.glyph(character))).copied().flatten().unwrap_or(character))
            .collect()
    }

    /// Width of a text in points.
    pub(crate) fn width_pt(&self, text: &str, size_pt: f64) -> f64 {
        self.glyphs(text).map(|(glyph, kern)| self.advance(glyph) + kern).sum::<f64>() * size_pt / 1000.0
    }

    pub(crate) fn advance(&self, glyph: u16) -> f64 {
        self.advances.get(usize::from(glyph)).copied().unwrap_or(0.0)
    }

    fn glyph(&self, character: char) -> u16 {
        match self.ascii.get(character as usize) {
            Some(glyph) => *glyph,
            None => self.others.get(&character).copied().unwrap_or(0),
        }
    }

    fn kern(&self, left: u16, right: u16) -> f64 {
        self.kerning.get(usize::from(left) * self.advances.len() + usize::from(right)).copied().unwrap_or(0.0)
    }
}

/// The form of a glyph that is as wide as every digit (GSUB `tnum`); the glyph itself where there is none.
fn tabular(face: &Face<'_>, glyph: GlyphId) -> GlyphId {
    let Some(gsub) = face.tables().gsub else { return glyph };
    let lookups = gsub.features.find(Tag::from_bytes(b"tnum")).into_iter().flat_map(|feature| feature.lookup_indices);
    let subtables = lookups.filter_map(|index| gsub.lookups.get(index)).flat_map(|lookup| lookup.subtables.into_iter());
    let mut forms = subtables.filter_map(|subtable| match subtable {
        SubstitutionSubtable::Single(SingleSubstitution::Format1 { coverage, delta }) => {
            coverage.get(glyph).map(|_| GlyphId(glyph.0.wrapping_add_signed(delta)))
        }
        SubstitutionSubtable::Single(SingleSubstitution::Format2 { coverage, substitutes }) => substitutes.get(coverage.get(glyph)?),
        _ => None,
    });
    forms.next().unwrap_or(glyph)
}

/// Kerning of every pair of these glyphs, as a square table.
fn kerning_of(face: &Face<'_>, glyphs: &[GlyphId], scale: f64) -> Vec<f64> {
    let mut table = vec![0.0; glyphs.len() * glyphs.len()];
    let Some(gpos) = face.tables().gpos else { return table };
    let lookups = kerning_lookups(&gpos);
    for (row, left) in glyphs.iter().enumerate() {
        for lookup in &lookups {
            let covering: Vec<_> = lookup.iter().filter_map(|pairs| Some((pairs, pairs.coverage().get(*left)?))).collect();
            if covering.is_empty() {
                continue;
            }
            for (column, right) in glyphs.iter().enumerate() {
                let adjusted = covering.iter().find_map(|(pairs, index)| pair_advance(pairs, *index, *left, *right));
                table[row * glyphs.len() + column] += f64::from(adjusted.unwrap_or(0)) * scale;
            }
        }
    }
    table
}

/// The pair adjustments of each lookup that the `kern` feature names.
fn kerning_lookups<'a>(gpos: &LayoutTable<'a>) -> Vec<Vec<PairAdjustment<'a>>> {
    let kern = Tag::from_bytes(b"kern");
    let features = gpos.features.into_iter().filter(|feature| feature.tag == kern);
    let indices: BTreeSet<u16> = features.flat_map(|feature| feature.lookup_indices.into_iter()).collect();
    let lookups = indices.into_iter().filter_map(|index| gpos.lookups.get(index));
    lookups
        .map(|lookup| {
            let subtables = lookup.subtables.into_iter::<PositioningSubtable<'_>>();
            subtables
                .filter_map(|subtable| match subtable {
                    PositioningSubtable::Pair(pairs) => Some(pairs),
                    _ => None,
                })
                .collect()
        })
        .collect()
}

fn pair_advance(pairs: &PairAdjustment<'_>, index: u16, left: GlyphId, right: GlyphId) -> Option<i16> {
    match pairs {
        PairAdjustment::Format1 { sets, .. } => Some(sets.get(index)?.get(right)?.0.x_advance),
        PairAdjustment::Format2 { classes, matrix, .. } => Some(matrix.get((classes.0.get(left), classes.1.get(right)))?.0.x_advance),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_font_has_the_letters_of_names_and_lacks_right_to_left_and_emoji() {
        let names = "ÁÉÍÓÚÜÑáéíóúüñ ’' - “”·•¿¡ ŁŐŠŽçãõ Ωλ Жя";
        assert_eq!(missing_character(names), Ok(None));
        for character in ['ش', 'א', '😀', '漢'] {
            assert_eq!(missing_character(&format!("Ana {character}")), Ok(Some(character)));
        }
    }

    #[test]
    fn tabular_figures_are_of_one_width_and_proportional_ones_are_not() {
        let characters = ('0'..='9').collect();
        let widths = |fonts: &Fonts| {
            let widths = ('0'..='9')
                .flat_map(|digit| [Weight::Regular, Weight::SemiBold].map(|weight| fonts.of(weight).width_pt(&digit.to_string(), 10.0)));
            widths.map(|width| format!("{width:.4}")).collect::<BTreeSet<_>>()
        };
        let tabular = Fonts::with_figures(&characters, Figures::Tabular).expect("the shipped font");
        assert!(widths(&tabular).len() <= 2, "one width for each weight: {:?}", widths(&tabular));
        assert!(widths(&Fonts::prepare(&characters).expect("the shipped font")).len() > 2);
        assert_eq!(tabular.regular.read_back("0123456789"), "0123456789");
    }

    #[test]
    fn kerning_draws_pairs_together() {
        let fonts = Fonts::prepare(&"AVHILTo".chars().collect()).expect("the shipped font");
        let apart = fonts.regular.width_pt("A", 10.0) + fonts.regular.width_pt("V", 10.0);
        assert!(fonts.regular.width_pt("AV", 10.0) < apart - 0.2);
        let apart = fonts.regular.width_pt("H", 10.0) + fonts.regular.width_pt("I", 10.0);
        assert!((fonts.regular.width_pt("HI", 10.0) - apart).abs() < 0.01);
    }
}
