//! A private X screen that is read from outside the program that draws on it.
//!
//! Owns Xvfb and its framebuffer file (XWD, as `-fbdir` writes it). Nothing of the measured program takes part, so its
//! own idea of being painted is not believed. Looking costs next to nothing, since on two processors whatever it took
//! would be missing from the program: some rows are compared, whole pictures are only taken when they changed, and read
//! when the start is over.

use std::{
    error::Error,
    fs::File,
    io::{BufRead, BufReader, Read},
    os::unix::fs::FileExt,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::picture::{Frame, Picture, STILL_PIXELS};

/// How long a picture must stay the same to be the final one.
const SETTLED: Duration = Duration::from_millis(1_200);

/// How long a program may take to settle.
const PATIENCE: Duration = Duration::from_secs(60);

/// Between two looks at the screen.
const LOOK_EVERY: Duration = Duration::from_millis(4);

/// One row in so many is compared at each look. A line of text is higher than that.
const COMPARED_ROWS: usize = 16;

/// Pictures kept of one start; a screen that never comes to rest must not eat the memory.
const FRAMES_KEPT: usize = 200;

/// Bytes of one colour entry after the XWD header (X11/XWDFile.h).
const XWD_COLOUR_BYTES: u64 = 12;

/// An Xvfb of our own. Ends with the value.
#[derive(Debug)]
pub(crate) struct Screen {
    server: Child,
    display: String,
    framebuffer: File,
    pixels: Pixels,
    empty: Picture,
}

/// Where the pixels are in the framebuffer file.
#[derive(Debug, Clone, Copy)]
struct Pixels {
    at: u64,
    row_bytes: usize,
    rows: usize,
}

impl Screen {
    /// Starts a server on a free display, as large as the windows, so that no pixel outside them counts.
    pub(crate) fn start(directory: &Path) -> Result<Self, Box<dyn Error>> {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-fbdir"])
            .arg(directory)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("Xvfb does not start ({error}): install the package xvfb"))?;
        let mut number = String::new();
        BufReader::new(server.stdout.take().ok_or("Xvfb has no output")?).read_line(&mut number)?;
        if number.trim().is_empty() {
            return Err("Xvfb ended before it named its display".into());
        }
        let mut framebuffer = File::open(directory.join("Xvfb_screen0"))?;
        let pixels = read_header(&mut framebuffer)?;
        let mut screen = Self { server, display: format!(":{}", number.trim()), framebuffer, pixels, empty: Picture::from_pixels(&[]) };
        screen.empty = Picture::from_pixels(&screen.look()?);
        Ok(screen)
    }

    /// The value for `DISPLAY`.
    pub(crate) fn display(&self) -> &str {
        &self.display
    }

    /// The screen with no window on it.
    pub(crate) fn empty(&self) -> &Picture {
        &self.empty
    }

    /// Every picture from `started` until the screen has drawn something and come to rest.
    pub(crate) fn watch(&self, started: Instant) -> Result<Vec<Frame>, Box<dyn Error>> {
        let mut taken: Vec<(Duration, Vec<u8>)> = Vec::new();
        let (mut compared, mut seen) = (self.glance_buffer(), self.glance_buffer());
        self.glance(&mut compared)?;
        let mut changed = started;
        loop {
            let now = Instant::now();
            self.glance(&mut seen)?;
            if differ_visibly(&seen, &compared) {
                std::mem::swap(&mut seen, &mut compared);
                changed = now;
                if taken.len() == FRAMES_KEPT {
                    return Err(format!("the screen changed more than {FRAMES_KEPT} times: it does not come to rest").into());
                }
                taken.push((now - started, self.look()?));
            }
            if !taken.is_empty() && now - changed > SETTLED {
                taken.push((now - started, self.look()?));
                return Ok(taken.iter().map(|(at, bytes)| Frame::new(*at, Picture::from_pixels(bytes))).collect());
            }
            if now - started > PATIENCE {
                return Err(format!("nothing settled on the screen within {} s", PATIENCE.as_secs()).into());
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }

    /// Waits until the screen is empty again.
    pub(crate) fn wait_until_empty(&self) -> Result<(), Box<dyn Error>> {
        let since = Instant::now();
        while Picture::from_pixels(&self.look()?) != self.empty {
            if since.elapsed() > PATIENCE {
                return Err("the window of an ended program is still on the screen".into());
            }
            std::thread::sleep(LOOK_EVERY);
        }
        Ok(())
    }

    /// The whole screen as it is.
    fn look(&self) -> Result<Vec<u8>, Box<dyn Error>> {
        let mut bytes = vec![0; self.pixels.row_bytes * self.pixels.rows];
        self.framebuffer.read_exact_at(&mut bytes, self.pixels.at)?;
        Ok(bytes)
    }

    fn glance_buffer(&self) -> Vec<u8> {
        vec![0; self.pixels.row_bytes * self.pixels.rows.div_ceil(COMPARED_ROWS)]
    }

    /// The rows that are compared.
    fn glance(&self, rows: &mut [u8]) -> Result<(), Box<dyn Error>> {
        let stride = u64::try_from(self.pixels.row_bytes * COMPARED_ROWS)?;
        for (at, row) in (self.pixels.at..).step_by(usize::try_from(stride)?).zip(rows.chunks_exact_mut(self.pixels.row_bytes)) {
            self.framebuffer.read_exact_at(row, at)?;
        }
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Whether so many pixels of the compared rows changed that it can't be a blinking caret.
fn differ_visibly(some: &[u8], others: &[u8]) -> bool {
    some != others
        && some.chunks_exact(4).zip(others.chunks_exact(4)).filter(|(one, other)| one != other).count() > STILL_PIXELS / COMPARED_ROWS
}

/// Where the pixels are in the XWD file.
fn read_header(file: &mut File) -> Result<Pixels, Box<dyn Error>> {
    let mut header = [0; 100];
    file.read_exact(&mut header)?;
    let word = |index: usize| u32::from_be_bytes([header[index * 4], header[index * 4 + 1], header[index * 4 + 2], header[index * 4 + 3]]);
    let (header_size, height, bits_per_pixel, bytes_per_line, colours) = (word(0), word(5), word(11), word(12), word(19));
    if word(1) != 7 || bits_per_pixel != 32 {
        return Err("Xvfb's framebuffer file is not XWD version 7 with 32 bits a pixel".into());
    }
    Ok(Pixels {
        at: u64::from(header_size) + u64::from(colours) * XWD_COLOUR_BYTES,
        row_bytes: usize::try_from(bytes_per_line)?,
        rows: usize::try_from(height)?,
    })
}
