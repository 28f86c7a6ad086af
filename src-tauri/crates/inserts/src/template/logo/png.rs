//! A logo in PNG: judged by its header before it is decoded.

use std::io::Cursor;

use png::{BitDepth, ColorType, Decoder, Limits, Transformations};

use super::{Artwork, Image, Logo, LogoError, MOST_PIXELS, code};

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The memory that decoding may take: the dots in red, green, blue and opacity, and the decoder's own.
const MOST_MEMORY_BYTES: usize = 128 << 20;

pub(super) fn is_png(file: &[u8]) -> bool {
    file.starts_with(SIGNATURE)
}

pub(super) fn read(file: &[u8]) -> Result<Logo, LogoError> {
    let broken = |error: png::DecodingError| LogoError::BrokenPng(error.to_string());
    let mut decoder = Decoder::new_with_limits(Cursor::new(file), Limits { bytes: MOST_MEMORY_BYTES });
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let header = decoder.read_header_info().map_err(broken)?;
    let (width, height) = (header.width, header.height);
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(LogoError::TooManyPixels { width, height, most: MOST_PIXELS });
    }
    decoder.set_transformations(Transformations::normalize_to_color8() | Transformations::ALPHA);
    let mut reader = decoder.read_info().map_err(broken)?;
    let size = reader.output_buffer_size().ok_or(LogoError::TooManyPixels { width, height, most: MOST_PIXELS })?;
    let mut data = vec![0; size];
    let decoded = reader.next_frame(&mut data).map_err(broken)?;
    // What stands after the image is read as well, so that a file that was cut off is found.
    reader.finish().map_err(broken)?;
    let rgba: Vec<u8> = match (decoded.color_type, decoded.bit_depth) {
        (ColorType::Rgba, BitDepth::Eight) => data,
        (ColorType::GrayscaleAlpha, BitDepth::Eight) => {
            data.as_chunks::<2>().0.iter().flat_map(|[gray, opacity]| [*gray, *gray, *gray, *opacity]).collect()
        }
        (color, depth) => return Err(LogoError::BrokenPng(format!("it decodes to {color:?} of {depth:?} bits"))),
    };
    let image = Image::on_white(width, height, &rgba);
    if image.is_white() {
        return Err(LogoError::Empty);
    }
    if code::is_in(&image) {
        return Err(LogoError::Code);
    }
    Logo::new(f64::from(width), f64::from(height), Artwork::Image(image))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(width: u32, height: u32, color: ColorType, depth: BitDepth, data: &[u8]) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(color);
        encoder.set_depth(depth);
        encoder.write_header().expect("a header").write_image_data(data).expect("an image");
        file
    }

    fn image(file: &[u8]) -> Image {
        match read(file).expect("a logo").artwork {
            Artwork::Image(image) => image,
            Artwork::Paths(_) => panic!("a PNG is an image"),
        }
    }

    #[test]
    fn every_kind_of_png_becomes_dots_on_white() {
        let rgba = encoded(2, 1, ColorType::Rgba, BitDepth::Eight, &[255, 0, 0, 255, 0, 0, 0, 0]);
        assert_eq!(image(&rgba), Image { width: 2, height: 1, is_gray: false, data: vec![255, 0, 0, 255, 255, 255] });
        let deep = encoded(1, 1, ColorType::Rgb, BitDepth::Sixteen, &[0, 0, 0x80, 0, 0, 0]);
        assert_eq!(image(&deep).data, [0, 0x80, 0]);
        let bits = encoded(8, 1, ColorType::Grayscale, BitDepth::One, &[0b1010_1010]);
        assert_eq!(image(&bits).data, [255, 0, 255, 0, 255, 0, 255, 0]);
    }

    #[test]
    fn an_image_of_200_megapixels_is_refused_by_its_header() {
        let mut file = encoded(1, 1, ColorType::Grayscale, BitDepth::One, &[0]);
        // The header's measures, and its checksum.
        file[16..24].copy_from_slice(&[0, 0, 0x4e, 0x20, 0, 0, 0x27, 0x10]);
        let checksum = crc32(&file[12..29]).to_be_bytes();
        file[29..33].copy_from_slice(&checksum);
        let refused = read(&file).map(|_| ());
        assert_eq!(refused, Err(LogoError::TooManyPixels { width: 20_000, height: 10_000, most: MOST_PIXELS }));
    }

    fn crc32(bytes: &[u8]) -> u32 {
        let step =
            |crc: u32, byte: &u8| (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()));
        !bytes.iter().fold(u32::MAX, step)
    }

    #[test]
    fn a_png_that_is_cut_off_damaged_or_empty_is_refused() {
        let whole = encoded(16, 16, ColorType::Rgb, BitDepth::Eight, &[7; 768]);
        for length in [8, 20, 33, 40, whole.len() - 13, whole.len() - 1] {
            assert!(matches!(read(&whole[..length]), Err(LogoError::BrokenPng(_))), "{length} of {}", whole.len());
        }
        let mut damaged = whole;
        damaged[45] ^= 0xff;
        assert!(matches!(read(&damaged), Err(LogoError::BrokenPng(_))));
        let white = encoded(2, 2, ColorType::Grayscale, BitDepth::Eight, &[255; 4]);
        assert_eq!(read(&white).map(|_| ()), Err(LogoError::Empty));
    }
}
