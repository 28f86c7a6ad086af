//! A program under measurement: started with a home and a session bus of its own, and ended with all its processes.
//!
//! Also takes Cardesk's greeting away once, as its user would, so that the starts that are measured are everyday ones.

use std::{
    error::Error,
    fs,
    io::{BufRead, BufReader},
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use fantoccini::ClientBuilder;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

/// A session bus that only the measured programs use.
#[derive(Debug)]
pub(crate) struct SessionBus {
    daemon: Child,
    address: String,
}

impl SessionBus {
    pub(crate) fn start() -> Result<Self, Box<dyn Error>> {
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address=1"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("dbus-daemon does not start ({error}): install the package dbus-x11"))?;
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().ok_or("dbus-daemon has no output")?).read_line(&mut address)?;
        Ok(Self { daemon, address: address.trim().to_owned() })
    }
}

impl Drop for SessionBus {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

/// A binary and the home in which it runs.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) name: &'static str,
    binary: PathBuf,
    home: PathBuf,
    environment: Vec<(&'static str, String)>,
}

impl Program {
    /// Names a binary; says so at once when it is not there.
    pub(crate) fn new(name: &'static str, binary: &Path, home: PathBuf, display: &str, bus: &SessionBus) -> Result<Self, Box<dyn Error>> {
        if !binary.is_file() {
            return Err(format!("no {name} at {}: build it first (cargo xtask bench startup does)", binary.display()).into());
        }
        let runtime = home.join("runtime");
        fs::create_dir_all(&runtime)?;
        fs::set_permissions(&runtime, fs::Permissions::from_mode(0o700))?;
        let of_home = |part: &str| home.join(part).display().to_string();
        let environment = vec![
            ("HOME", of_home("")),
            ("XDG_RUNTIME_DIR", of_home("runtime")),
            ("XDG_DATA_HOME", of_home("data")),
            ("XDG_CONFIG_HOME", of_home("config")),
            ("XDG_CACHE_HOME", of_home("cache")),
            ("DISPLAY", display.to_owned()),
            ("DBUS_SESSION_BUS_ADDRESS", bus.address.clone()),
            ("GDK_BACKEND", "x11".to_owned()),
            // No accessibility bus: starting one would be measured with whoever comes first.
            ("NO_AT_BRIDGE", "1".to_owned()),
            // Xvfb has no buffers to share; without this WebKit spends half a second finding that out.
            ("WEBKIT_DISABLE_DMABUF_RENDERER", "1".to_owned()),
        ];
        Ok(Self { name, binary: binary.canonicalize()?, home, environment })
    }

    /// Starts the program and says when.
    pub(crate) fn start(&self) -> Result<(Running, Instant), Box<dyn Error>> {
        let mut command = Command::new(&self.binary);
        command.envs(self.environment.iter().map(|(name, value)| (*name, value.as_str()))).env_remove("WAYLAND_DISPLAY");
        command.current_dir(&self.home).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        let started = Instant::now();
        let leader = command.spawn().map_err(|error| format!("{} does not start: {error}", self.name))?;
        Ok((Running { leader }, started))
    }

    /// Finishes the first greeting through the window's own command, driven by WebDriver.
    pub(crate) async fn finish_greeting(&self) -> Result<(), Box<dyn Error>> {
        let port = free_port()?;
        let driver = Command::new("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .envs(self.environment.iter().map(|(name, value)| (*name, value.as_str())))
            .env_remove("WAYLAND_DISPLAY")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(|error| format!("WebKitWebDriver does not start ({error}): install the package webkit2gtk-driver"))?;
        let _driver = Running { leader: driver };
        wait_for_port(port)?;

        let capabilities = json!({ "browserName": "wry", "webkitgtk:browserOptions": { "binary": self.binary, "args": [] } });
        let serde_json::Value::Object(capabilities) = capabilities else { return Err("capabilities are an object".into()) };
        let client =
            ClientBuilder::new(HttpConnector::new()).capabilities(capabilities).connect(&format!("http://127.0.0.1:{port}")).await?;
        let asked = client
            .execute_async(
                "const done = arguments[arguments.length - 1]; \
                 window.__TAURI_INTERNALS__.invoke('finish_greeting').then(() => done('finished'), (error) => done(JSON.stringify(error)))",
                vec![],
            )
            .await;
        client.close().await?;
        match asked?.as_str() {
            Some("finished") => Ok(()),
            answer => Err(format!("the greeting could not be finished: {answer:?}").into()),
        }
    }
}

/// A program that runs. Ends, with every process that it started, when the value goes.
#[derive(Debug)]
pub(crate) struct Running {
    leader: Child,
}

impl Drop for Running {
    fn drop(&mut self) {
        // A negative id means the whole group: the web view's processes must not survive into the next measurement.
        let _ = Command::new("kill").args(["-TERM", "--", &format!("-{}", self.leader.id())]).stderr(Stdio::null()).status();
        let _ = self.leader.wait();
    }
}

fn free_port() -> Result<u16, Box<dyn Error>> {
    Ok(std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

fn wait_for_port(port: u16) -> Result<(), Box<dyn Error>> {
    let since = Instant::now();
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        if since.elapsed() > Duration::from_secs(10) {
            return Err("WebKitWebDriver did not open its port".into());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
