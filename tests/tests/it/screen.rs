//! The X screen that a window stands on, from outside: which window covers which, and what a person's hand or a scanner's
//! cable does to it.

use std::path::Path;

use cardesk_tests::{Outcome, Trouble};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    AtomEnum, BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ClientMessageEvent, ConfigureWindowAux, ConnectionExt, CreateWindowAux, EventMask,
    ImageFormat, KEY_PRESS_EVENT, KEY_RELEASE_EVENT, Keycode, Keysym, MOTION_NOTIFY_EVENT, StackMode, Window, WindowClass,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;
use x11rb::{COPY_DEPTH_FROM_PARENT, COPY_FROM_PARENT};

/// Fewer pixels than this change by themselves: a caret that blinks.
const STILL_PIXELS: usize = 600;

/// The left button, by the X protocol's count.
const LEFT_BUTTON: u8 = 1;

/// By the X protocol's names of keys.
const ENTER: Keysym = 0xff0d;
const SHIFT: Keysym = 0xffe1;

/// What is on the screen at one moment.
pub(crate) struct Picture {
    width: u16,
    height: u16,
    /// Blue, green, red and nothing, for each pixel.
    bytes: Vec<u8>,
}

impl Picture {
    /// Whether more than a caret is another.
    pub(crate) fn differs_from(&self, other: &Self) -> bool {
        self.bytes.chunks_exact(4).zip(other.bytes.chunks_exact(4)).filter(|(one, other)| one != other).count() > STILL_PIXELS
    }

    /// Leaves it in a file that image programs read (Netpbm's P6).
    pub(crate) fn leave(&self, file: &Path) -> Outcome<()> {
        let mut text = format!("P6 {} {} 255\n", self.width, self.height).into_bytes();
        text.extend(self.bytes.chunks_exact(4).flat_map(|pixel| [pixel[2], pixel[1], pixel[0]]));
        std::fs::write(file, text).map_err(Trouble::of(file.display().to_string()))
    }
}

/// A connection to the screen.
pub(crate) struct Screen {
    connection: RustConnection,
    root: Window,
}

impl Screen {
    pub(crate) fn connect(display: &str) -> Outcome<Self> {
        let (connection, number) = x11rb::connect(Some(display)).map_err(Trouble::of(display))?;
        let root = connection.setup().roots[number].root;
        Ok(Self { connection, root })
    }

    /// Opens a window over the whole screen.
    pub(crate) fn cover(&self) -> Outcome<Window> {
        let window = self.connection.generate_id().map_err(Trouble::of("a window"))?;
        let size =
            self.connection.get_geometry(self.root).map_err(Trouble::of("the screen"))?.reply().map_err(Trouble::of("the screen"))?;
        let look = CreateWindowAux::new().override_redirect(1);
        let (width, height) = (size.width, size.height);
        self.connection
            .create_window(
                COPY_DEPTH_FROM_PARENT,
                window,
                self.root,
                0,
                0,
                width,
                height,
                0,
                WindowClass::INPUT_OUTPUT,
                COPY_FROM_PARENT,
                &look,
            )
            .map_err(Trouble::of("a cover"))?;
        self.connection.map_window(window).map_err(Trouble::of("a cover"))?;
        let on_top = ConfigureWindowAux::new().stack_mode(StackMode::ABOVE);
        self.connection.configure_window(window, &on_top).map_err(Trouble::of("a cover"))?.check().map_err(Trouble::of("a cover"))?;
        Ok(window)
    }

    /// Whether a window of this process is on the screen.
    pub(crate) fn shows(&self, pid: u32) -> Outcome<bool> {
        Ok(self.highest(pid)?.is_some())
    }

    /// Whether a window stands above every window of this process.
    pub(crate) fn is_above(&self, window: Window, pid: u32) -> Outcome<bool> {
        let place = self.lowest_first()?.iter().position(|child| *child == window);
        match (place, self.highest(pid)?) {
            (Some(place), Some(highest)) => Ok(place > highest),
            _ => Err(Trouble::new("one of the two windows is not on the screen")),
        }
    }

    /// What is on it now.
    pub(crate) fn picture(&self) -> Outcome<Picture> {
        const WHAT: &str = "a picture of the screen";
        let size = self.connection.get_geometry(self.root).map_err(Trouble::of(WHAT))?.reply().map_err(Trouble::of(WHAT))?;
        let (width, height) = (size.width, size.height);
        let image =
            self.connection.get_image(ImageFormat::Z_PIXMAP, self.root, 0, 0, width, height, u32::MAX).map_err(Trouble::of(WHAT))?;
        Ok(Picture { width, height, bytes: image.reply().map_err(Trouble::of(WHAT))?.data })
    }

    /// A click of a person's at a place on the screen.
    pub(crate) fn click(&self, x: i16, y: i16) -> Outcome<()> {
        const WHAT: &str = "a click";
        let place = (0, x, y);
        let pressed = (LEFT_BUTTON, 0, 0);
        for (event, (detail, x, y)) in [(MOTION_NOTIFY_EVENT, place), (BUTTON_PRESS_EVENT, pressed), (BUTTON_RELEASE_EVENT, pressed)] {
            let sent = self.connection.xtest_fake_input(event, detail, 0, self.root, x, y, 0).map_err(Trouble::of(WHAT))?;
            sent.check().map_err(Trouble::of(WHAT))?;
        }
        Ok(())
    }

    /// Types as a hand scanner does: what it read, then Enter, without a pause, into whatever has the keyboard.
    pub(crate) fn scan(&self, text: &str) -> Outcome<()> {
        const WHAT: &str = "a scan";
        let (first, last) = (self.connection.setup().min_keycode, self.connection.setup().max_keycode);
        let keyboard = self.connection.get_keyboard_mapping(first, last - first + 1).map_err(Trouble::of(WHAT))?;
        let keyboard = keyboard.reply().map_err(Trouble::of(WHAT))?;
        let signs: Vec<&[Keysym]> = keyboard.keysyms.chunks(usize::from(keyboard.keysyms_per_keycode)).collect();
        // The first sign of a key is its own, the second the one with Shift.
        let key = |sign: Keysym| {
            let keys = || (first..=last).zip(&signs);
            let alone = keys().find(|(_, signs)| signs.first() == Some(&sign)).map(|(key, _)| (key, false));
            alone.or_else(|| keys().find(|(_, signs)| signs.get(1) == Some(&sign)).map(|(key, _)| (key, true)))
        };
        let missing = |sign: Keysym| Trouble::new(format!("the keyboard has no key for {sign:#x}"));
        let (shift, _) = key(SHIFT).ok_or_else(|| missing(SHIFT))?;
        for sign in text.chars().map(u32::from).chain([ENTER]) {
            let (key, is_shifted) = key(sign).ok_or_else(|| missing(sign))?;
            let held = [(KEY_PRESS_EVENT, shift), (KEY_PRESS_EVENT, key), (KEY_RELEASE_EVENT, key), (KEY_RELEASE_EVENT, shift)];
            for (event, key) in if is_shifted { &held[..] } else { &held[1..3] } {
                self.key(*event, *key)?;
            }
        }
        self.connection.sync().map_err(Trouble::of(WHAT))
    }

    fn key(&self, event: u8, key: Keycode) -> Outcome<()> {
        self.connection.xtest_fake_input(event, key, 0, self.root, 0, 0, 0).map(drop).map_err(Trouble::of("a key"))
    }

    /// Puts the pointer there: without a window manager, the window under it has the keyboard.
    pub(crate) fn point_at(&self, x: i16, y: i16) -> Outcome<()> {
        let moved = self.connection.xtest_fake_input(MOTION_NOTIFY_EVENT, 0, 0, self.root, x, y, 0).map_err(Trouble::of("the pointer"))?;
        moved.check().map_err(Trouble::of("the pointer"))
    }

    /// How many windows of this process are on the screen.
    pub(crate) fn windows_of(&self, pid: u32) -> Outcome<usize> {
        self.shown_of(pid).map(|shown| shown.len())
    }

    /// Closes the highest window of this process as its close button does.
    pub(crate) fn close_highest(&self, pid: u32) -> Outcome<()> {
        let highest = self.shown_of(pid)?.last().copied().ok_or_else(|| Trouble::new("no window of the process is on the screen"))?;
        let atom = |name: &[u8]| {
            let asked = self.connection.intern_atom(false, name).map_err(Trouble::of("a name"))?;
            Outcome::Ok(asked.reply().map_err(Trouble::of("a name"))?.atom)
        };
        let message = ClientMessageEvent::new(32, highest, atom(b"WM_PROTOCOLS")?, [atom(b"WM_DELETE_WINDOW")?, 0, 0, 0, 0]);
        let sent = self.connection.send_event(false, highest, EventMask::NO_EVENT, message).map_err(Trouble::of("closing a window"))?;
        sent.check().map_err(Trouble::of("closing a window"))
    }

    /// The windows of this process that are on the screen, the lowest first.
    fn shown_of(&self, pid: u32) -> Outcome<Vec<Window>> {
        let mut shown = Vec::new();
        for child in self.lowest_first()? {
            if self.is_shown(child)? && self.pid(child)? == Some(pid) {
                shown.push(child);
            }
        }
        Ok(shown)
    }

    /// The place of this process's highest window.
    fn highest(&self, pid: u32) -> Outcome<Option<usize>> {
        let mut highest = None;
        for (place, child) in self.lowest_first()?.into_iter().enumerate() {
            if self.is_shown(child)? && self.pid(child)? == Some(pid) {
                highest = Some(place);
            }
        }
        Ok(highest)
    }

    /// The windows of the screen as they are stacked, the lowest first.
    fn lowest_first(&self) -> Outcome<Vec<Window>> {
        let tree = self.connection.query_tree(self.root).map_err(Trouble::of("the windows"))?.reply();
        Ok(tree.map_err(Trouble::of("the windows"))?.children)
    }

    fn is_shown(&self, window: Window) -> Outcome<bool> {
        let attributes = self.connection.get_window_attributes(window).map_err(Trouble::of("a window"))?.reply();
        Ok(attributes.is_ok_and(|attributes| attributes.map_state == x11rb::protocol::xproto::MapState::VIEWABLE))
    }

    /// What the window's program says of itself (`_NET_WM_PID`).
    fn pid(&self, window: Window) -> Outcome<Option<u32>> {
        let atom =
            self.connection.intern_atom(false, b"_NET_WM_PID").map_err(Trouble::of("a name"))?.reply().map_err(Trouble::of("a name"))?;
        let property = self.connection.get_property(false, window, atom.atom, AtomEnum::CARDINAL, 0, 1).map_err(Trouble::of("a window"))?;
        // A window can go between two questions.
        Ok(property.reply().ok().and_then(|property| property.value32()?.next()))
    }
}
