//! A private X screen that is read from outside the program that draws on it.
//!
//! Owns Xvfb and its framebuffer file (XWD, as `-fbdir` writes it). Nothing of the measured program takes part, so its
//! own idea of being painted is not believed.

use std::{
    error::Error,
    fs::File,
    io::{BufRead, BufReader, Read, Seek, SeekFrom},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::picture::{Frame, Picture};

/// How long a picture must stay the same to be the final one.
const SETTLED: Duration = Duration::from_millis(1_200);

/// How long a program may take to settle.
const PATIENCE: Duration = Duration::from_secs(60);

/// Between two looks at the screen.
const LOOK_EVERY: Duration = Duration::from_millis(4);

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
    pixels_at: u64,
    pixels_length: usize,
    empty: Picture,
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
        let (pixels_at, pixels_length) = read_header(&mut framebuffer)?;
        let mut screen = Self {
            server,
            display: format!(":{}", number.trim()),
            framebuffer,
            pixels_at,
            pixels_length,
            empty: Picture::from_pixels(&[]),
        };
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
    pub(crate) fn watch(&mut self, started: Instant) -> Result<Vec<Frame>, Box<dyn Error>> {
        let mut frames: Vec<Frame> = Vec::new();
        let mut bytes = self.look()?;
        let mut settled_picture = self.empty.clone();
        let mut changed = started;
        loop {
            let now = Instant::now();
            let seen = self.look()?;
            if seen != bytes {
                let picture = Picture::from_pixels(&seen);
                bytes = seen;
                if picture.differs_visibly_from(&settled_picture) {
                    settled_picture = picture.clone();
                    changed = now;
                }
                if frames.len() == FRAMES_KEPT {
                    return Err(format!("the screen changed more than {FRAMES_KEPT} times: it does not come to rest").into());
                }
                frames.push(Frame { at_ms: (now - started).as_secs_f64() * 1_000.0, picture });
            }
            if settled_picture != self.empty && now - changed > SETTLED {
                return Ok(frames);
            }
            if now - started > PATIENCE {
                return Err(format!("nothing settled on the screen within {} s", PATIENCE.as_secs()).into());
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }

    /// Waits until the screen is empty again.
    pub(crate) fn wait_until_empty(&mut self) -> Result<(), Box<dyn Error>> {
        let since = Instant::now();
        while Picture::from_pixels(&self.look()?) != self.empty {
            if since.elapsed() > PATIENCE {
                return Err("the window of an ended program is still on the screen".into());
            }
            std::thread::sleep(LOOK_EVERY);
        }
        Ok(())
    }

    fn look(&mut self) -> Result<Vec<u8>, Box<dyn Error>> {
        let mut bytes = vec![0; self.pixels_length];
        self.framebuffer.seek(SeekFrom::Start(self.pixels_at))?;
        self.framebuffer.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Where the pixels begin in the XWD file, and how many bytes they are.
fn read_header(file: &mut File) -> Result<(u64, usize), Box<dyn Error>> {
    let mut header = [0; 100];
    file.read_exact(&mut header)?;
    let word = |index: usize| u32::from_be_bytes([header[index * 4], header[index * 4 + 1], header[index * 4 + 2], header[index * 4 + 3]]);
    let (header_size, height, bits_per_pixel, bytes_per_line, colours) = (word(0), word(5), word(11), word(12), word(19));
    if word(1) != 7 || bits_per_pixel != 32 {
        return Err("Xvfb's framebuffer file is not XWD version 7 with 32 bits a pixel".into());
    }
    let length = usize::try_from(u64::from(bytes_per_line) * u64::from(height))?;
    Ok((u64::from(header_size) + u64::from(colours) * XWD_COLOUR_BYTES, length))
}
