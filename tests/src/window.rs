//! The desk's real window, driven through Tauri's WebDriver.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use fantoccini::wd::Capabilities;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use tokio::net::TcpStream;

use crate::page::{Page, SOON, free_port};
use crate::practice;
use crate::practice_secrets;
use crate::processes;
use crate::session::Session;
use crate::trouble::{Outcome, Trouble};
use crate::waiting::until;

/// Names the desk's binary; `cargo xtask` sets it.
pub const BINARY_VARIABLE: &str = "CARDESK_WINDOW";

/// Names `tauri-driver`; `cargo xtask` sets it. Without it, the one on the path is taken.
pub const DRIVER_VARIABLE: &str = "CARDESK_TAURI_DRIVER";

/// The desk's binary that the window is opened from.
///
/// # Errors
/// If none was named, with the command that builds one and names it.
pub fn binary() -> Outcome<PathBuf> {
    let path = env::var_os(BINARY_VARIABLE).map(PathBuf::from).ok_or_else(|| {
        Trouble::new(format!("{BINARY_VARIABLE} names no window to drive: `cargo xtask test --only window --only window-tests` does"))
    })?;
    if path.is_file() { Ok(path) } else { Err(Trouble::new(format!("{BINARY_VARIABLE} names {}, which is no file", path.display()))) }
}

/// A window that is open.
#[derive(Debug)]
pub struct Window {
    /// What is in it.
    pub page: Page,
    binary: PathBuf,
    mark: String,
    files: PathBuf,
}

impl Window {
    /// Opens the desk in this session.
    ///
    /// # Errors
    /// If the binary is not known, the driver can't be started, or the window does not open; with the program's last
    /// words.
    pub async fn open(session: &mut Session) -> Outcome<Self> {
        let binary = binary()?;
        let driver = env::var_os(DRIVER_VARIABLE).map_or_else(|| PathBuf::from("tauri-driver"), PathBuf::from);
        let (port, native_port) = (free_port()?, free_port()?);
        let (output, errors) = session.log("window")?;
        let mut command = session.command(&driver);
        command.args(["--port", &port.to_string(), "--native-port", &native_port.to_string()]);
        let child = command.stdout(output).stderr(errors).spawn().map_err(Trouble::of(driver.display().to_string()))?;
        session.keep(child);
        // The driver answers before the system's own one, to which it hands on, listens.
        until("the system's driver", SOON, || async {
            TcpStream::connect(("127.0.0.1", native_port)).await.map(|_| Some(())).map_err(Trouble::of("its port"))
        })
        .await?;
        let page = Page::open(port, capabilities(&binary)).await;
        let page = page.map_err(|trouble| Trouble::new(format!("{trouble}\n{}", session.last_words("window"))))?;
        let window = Self { page, binary, mark: session.mark().to_owned(), files: session.files().to_owned() };
        window.settled().await?;
        Ok(window)
    }

    /// Waits until the window has the size that it keeps. It is made larger than a small screen, and fitted to it as it appears:
    /// what is pressed in that moment, as no person could, is not where it was.
    async fn settled(&self) -> Outcome<()> {
        const FITS_AND_STAYS: &str = "const done = arguments[0]; let before = '', same = 0; \
            (function look() { \
                const now = `${innerWidth} ${innerHeight}`; \
                same = now === before && innerWidth <= screen.width && innerHeight <= screen.height ? same + 1 : 0; \
                before = now; \
                if (same === 4) done(); else setTimeout(look, 50); \
            })()";
        self.page.script_later(FITS_AND_STAYS).await.map(drop)
    }

    /// The desk's processes in this window's session.
    #[must_use]
    pub fn processes(&self) -> Vec<Pid> {
        processes::marked_running(&self.mark, self.binary.file_name().unwrap_or(OsStr::new("")))
    }

    /// The address of the Practice inside the desk, found from outside: the one of its ports that answers as a gateway.
    ///
    /// # Errors
    /// If none does.
    pub async fn practice(&self) -> Outcome<String> {
        until("Practice inside the desk", SOON, || async {
            for (address, port) in self.processes().into_iter().flat_map(processes::listening) {
                let base = format!("http://{address}:{port}");
                if practice::read(&format!("{base}/health")).await.is_ok_and(|answer| answer.contains("\"success\"")) {
                    return Ok(Some(base));
                }
            }
            Ok(None)
        })
        .await
    }

    /// Kills the desk as a power failure would, without a word to it, does something in that very moment, takes its driver
    /// away, and looks for what may be left nowhere.
    ///
    /// # Errors
    /// If one of them can't be killed or does not end, or if a secret was left behind.
    pub async fn kill(&self, meanwhile: impl FnOnce()) -> Outcome<()> {
        let mut killed = self.processes();
        for pid in &killed {
            kill_process(*pid, Signal::KILL).map_err(Trouble::of("killing the desk"))?;
        }
        meanwhile();
        let drivers = ["tauri-driver", "WebKitWebDriver"].map(|name| processes::marked_running(&self.mark, OsStr::new(name)));
        for driver in drivers.into_iter().flatten() {
            // It may have ended with the desk.
            let _ = kill_process(driver, Signal::KILL);
            killed.push(driver);
        }
        until("the end of the killed desk", Duration::from_secs(60), || async {
            Ok(killed.iter().all(|pid| processes::has_ended(*pid)).then_some(()))
        })
        .await?;
        practice_secrets::are_in_no_file(&self.files).await
    }

    /// Closes the window as the system does, waits until its process has ended, and looks for what may be left nowhere: what was
    /// held in memory is written by then.
    ///
    /// # Errors
    /// If the process stays, or if a secret was left behind.
    pub async fn close(self) -> Outcome<()> {
        practice_secrets::are_in_no_process(&self.mark).await?;
        let processes = self.processes();
        self.page.close().await?;
        until("the end of the desk's process", Duration::from_secs(15), || async {
            Ok(processes.iter().all(|pid| processes::has_ended(*pid)).then_some(()))
        })
        .await?;
        practice_secrets::are_in_no_file(&self.files).await
    }
}

fn capabilities(binary: &Path) -> Capabilities {
    let mut capabilities = Capabilities::new();
    capabilities.insert("browserName".to_owned(), json!("wry"));
    capabilities.insert("tauri:options".to_owned(), json!({ "application": binary }));
    capabilities
}
