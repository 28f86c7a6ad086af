//! A private computer: home directory, display, session bus and keychain of a test's own, gone when it is dropped.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};

use crate::processes::{self, MARK};
use crate::trouble::{Outcome, Trouble};
use crate::waiting::until;

/// The bus knows no services to start by itself: where the keychain is to be absent, nothing may start one.
const BUS_CONFIGURATION: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=SOCKET</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// An empty password makes the unlock report success and every later write hang.
const KEYCHAIN_PASSWORD: &[u8] = b"only a test";

/// How long a part of the session may take to start on a busy machine.
const START_LIMIT: Duration = Duration::from_secs(20);

/// Whether the session has a keychain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keychain {
    /// A Secret Service that is there and unlocked.
    Unlocked,
    /// No Secret Service at all.
    Absent,
}

/// What kind of computer a test needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionOptions {
    /// The person's language and country as the system has it, for example `es_GT`.
    pub locale: String,
    /// Whether there is a keychain.
    pub keychain: Keychain,
    /// Width and height of the screen, in pixels.
    pub screen: (u32, u32),
}

impl Default for SessionOptions {
    fn default() -> Self {
        Self { locale: "es_GT".to_owned(), keychain: Keychain::Unlocked, screen: (1440, 900) }
    }
}

/// The private computer. Dropping it ends every process that was started in it, and removes its files.
#[derive(Debug)]
pub struct Session {
    mark: String,
    folder: TempDir,
    display: String,
    locale: String,
    children: Vec<Child>,
    variables: Vec<(String, String)>,
}

impl Session {
    /// Starts a display, a bus and, where asked, a keychain.
    ///
    /// # Errors
    /// If one of them can't be started, with the program's name.
    pub async fn start(options: &SessionOptions) -> Outcome<Self> {
        let folder = tempfile::Builder::new().prefix("cardesk-").tempdir().map_err(Trouble::of("a private folder"))?;
        let mark = folder.path().file_name().unwrap_or_default().to_string_lossy().into_owned();
        // The desk says all that it can, so that whatever it could ever say of a secret is looked for.
        let variables = vec![("CARDESK_LOG".to_owned(), "trace".to_owned())];
        let mut session = Self { mark, folder, display: String::new(), locale: options.locale.clone(), children: Vec::new(), variables };
        session.make_folders()?;
        session.make_locale().await?;
        session.start_display(options.screen).await?;
        session.start_bus().await?;
        if options.keychain == Keychain::Unlocked {
            session.start_keychain().await?;
        }
        Ok(session)
    }

    /// The mark that every process of this session carries.
    #[must_use]
    pub fn mark(&self) -> &str {
        &self.mark
    }

    /// The X display, for example `:99`.
    #[must_use]
    pub fn display(&self) -> &str {
        &self.display
    }

    /// The person's home directory.
    #[must_use]
    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// Where the desk keeps its data.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data/cardesk")
    }

    /// Files of the harness itself: sockets, configurations, what programs said.
    #[must_use]
    pub fn files(&self) -> &Path {
        self.folder.path()
    }

    /// Adds a variable to the environment of everything that is started from now on.
    pub fn set_variable(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.variables.push((name.into(), value.into()));
    }

    /// A program in this session: its environment is the session's alone.
    #[must_use]
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().stdin(Stdio::null()).current_dir(self.home());
        for name in ["PATH", "RUST_BACKTRACE"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        let path = |name: &str| self.folder.path().join(name);
        command.env(MARK, &self.mark).env("HOME", self.home()).env("XDG_RUNTIME_DIR", path("run")).env("TMPDIR", path("tmp"));
        command.env("XDG_DATA_HOME", path("data")).env("XDG_CONFIG_HOME", path("config")).env("XDG_CACHE_HOME", path("cache"));
        command.env("XDG_STATE_HOME", path("state")).env("DBUS_SESSION_BUS_ADDRESS", self.bus_address());
        command.env("DISPLAY", &self.display).env("GDK_BACKEND", "x11");
        command.env("LANG", format!("{}.UTF-8", self.locale)).env("LOCPATH", path("locales"));
        // No accessibility bus is there, and the usual graphics path is slower under a virtual display.
        command.env("NO_AT_BRIDGE", "1");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// A file that takes what a program says, to be read when something went wrong.
    ///
    /// # Errors
    /// If it can't be made.
    pub fn log(&self, name: &str) -> Outcome<(Stdio, Stdio)> {
        let path = self.folder.path().join(format!("{name}.log"));
        let file = File::options().create(true).append(true).open(&path).map_err(Trouble::of(path.display().to_string()))?;
        let again = file.try_clone().map_err(Trouble::of(path.display().to_string()))?;
        Ok((file.into(), again.into()))
    }

    /// The last lines of what a program said.
    #[must_use]
    pub fn last_words(&self, name: &str) -> String {
        let text = fs::read_to_string(self.folder.path().join(format!("{name}.log"))).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }

    /// Keeps a program that was started in this session until the session ends.
    pub fn keep(&mut self, child: Child) {
        self.children.push(child);
    }

    /// Where the session bus listens, as programs look for it.
    #[must_use]
    pub fn bus_address(&self) -> String {
        format!("unix:path={}", self.bus().display())
    }

    fn bus(&self) -> PathBuf {
        self.folder.path().join("run/bus")
    }

    fn make_folders(&self) -> Outcome<()> {
        for name in ["home", "data", "config", "cache", "state", "run", "tmp", "locales"] {
            let path = self.folder.path().join(name);
            fs::create_dir(&path).map_err(Trouble::of(path.display().to_string()))?;
            // Programs refuse a runtime directory that others can read.
            fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).map_err(Trouble::of(path.display().to_string()))?;
        }
        Ok(())
    }

    /// A system knows only the languages that were installed on it; this one is made for the session alone.
    async fn make_locale(&self) -> Outcome<()> {
        let name = format!("{}.UTF-8", self.locale);
        let mut command = self.command(Path::new("localedef"));
        command.args(["--force", "-i", &self.locale, "-f", "UTF-8"]).arg(self.folder.path().join("locales").join(&name));
        let output = command.output().await.map_err(Trouble::of("localedef"))?;
        if output.status.success() { Ok(()) } else { Err(Trouble::new(format!("{name}: {}", String::from_utf8_lossy(&output.stderr)))) }
    }

    async fn start_display(&mut self, (width, height): (u32, u32)) -> Outcome<()> {
        let (_, errors) = self.log("display")?;
        let mut command = self.command(Path::new("Xvfb"));
        // With `-displayfd` the server takes a free number by itself, and says which.
        command.args(["-displayfd", "1", "-screen", "0", &format!("{width}x{height}x24"), "-nolisten", "tcp", "-noreset"]);
        let mut child = command.stdout(Stdio::piped()).stderr(errors).spawn().map_err(Trouble::of("Xvfb"))?;
        let said = child.stdout.take().ok_or_else(|| Trouble::new("Xvfb has no output"))?;
        self.keep(child);
        let mut lines = BufReader::new(said).lines();
        match tokio::time::timeout(START_LIMIT, lines.next_line()).await {
            Ok(Ok(Some(number))) if !number.trim().is_empty() => self.display = format!(":{}", number.trim()),
            _ => return Err(Trouble::new(format!("Xvfb found no display: {}", self.last_words("display")))),
        }
        Ok(())
    }

    async fn start_bus(&mut self) -> Outcome<()> {
        let file = self.folder.path().join("bus.conf");
        fs::write(&file, BUS_CONFIGURATION.replace("SOCKET", &self.bus().display().to_string()))
            .map_err(Trouble::of(file.display().to_string()))?;
        let (output, errors) = self.log("bus")?;
        let mut command = self.command(Path::new("dbus-daemon"));
        command.arg("--nofork").arg("--nopidfile").arg(format!("--config-file={}", file.display()));
        let child = command.stdout(output).stderr(errors).spawn().map_err(Trouble::of("dbus-daemon"))?;
        self.keep(child);
        let bus = self.bus();
        until("the session bus", START_LIMIT, || async { Ok(bus.exists().then_some(())) }).await
    }

    async fn start_keychain(&mut self) -> Outcome<()> {
        let (output, errors) = self.log("keychain")?;
        let mut command = self.command(Path::new("gnome-keyring-daemon"));
        command.args(["--foreground", "--unlock", "--components=secrets"]).stdin(Stdio::piped()).stdout(output).stderr(errors);
        let mut child = command.spawn().map_err(Trouble::of("gnome-keyring-daemon"))?;
        let mut input = child.stdin.take().ok_or_else(|| Trouble::new("gnome-keyring-daemon takes no password"))?;
        input.write_all(KEYCHAIN_PASSWORD).await.map_err(Trouble::of("unlocking the keychain"))?;
        drop(input);
        self.keep(child);
        until("the keychain", START_LIMIT, || async { Ok(self.has_owner("org.freedesktop.secrets").await?.then_some(())) }).await
    }

    /// Whether a program offers a service of that name on the session bus.
    ///
    /// # Errors
    /// If the bus can't be asked.
    pub async fn has_owner(&self, name: &str) -> Outcome<bool> {
        let mut command = self.command(Path::new("dbus-send"));
        command.args(["--session", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus"]);
        command.args(["org.freedesktop.DBus.NameHasOwner", &format!("string:{name}")]);
        let output = command.output().await.map_err(Trouble::of("dbus-send"))?;
        Ok(String::from_utf8_lossy(&output.stdout).contains("boolean true"))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        processes::end_marked(&self.mark);
    }
}
