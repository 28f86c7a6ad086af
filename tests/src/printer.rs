//! A printer of a test's own: a private print server with one queue, whose jobs land in a folder byte for byte.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::session::Session;
use crate::trouble::{Outcome, Trouble};
use crate::waiting::until;

/// Where the system keeps the print server's own programs.
const PROGRAMS: &str = "/usr/lib/cups";

/// How long the server may take to start, or a job to arrive.
const LIMIT: Duration = Duration::from_secs(20);

/// The private print server. It ends with its session.
#[derive(Debug)]
pub struct Printer {
    folder: PathBuf,
}

impl Printer {
    /// The queue's name, as the desk lists it.
    pub const QUEUE: &'static str = "Oficina";

    /// Starts the server in this session; a window that is opened afterwards prints there.
    ///
    /// # Errors
    /// If the server or its queue can't be made.
    pub async fn start(session: &mut Session) -> Outcome<Self> {
        let printer = Self { folder: session.files().join("printer") };
        printer.write_files().map_err(Trouble::of("the print server's files"))?;
        session.set_variable("CUPS_SERVER", printer.server().display().to_string());
        let (output, errors) = session.log("printer")?;
        let mut command = session.command(Path::new("/usr/sbin/cupsd"));
        command.arg("-f").arg("-c").arg(printer.folder.join("cupsd.conf")).arg("-s").arg(printer.folder.join("cups-files.conf"));
        let child = command.stdout(output).stderr(errors).spawn().map_err(Trouble::of("cupsd"))?;
        session.keep(child);
        let socket = printer.server();
        until("the print server", LIMIT, || async { Ok(socket.exists().then_some(())) }).await?;
        let mut queue = session.command(Path::new("/usr/sbin/lpadmin"));
        queue.args(["-p", Self::QUEUE, "-E", "-v", "capture:/", "-m", "raw"]);
        let made = queue.output().await.map_err(Trouble::of("lpadmin"))?;
        if made.status.success() { Ok(printer) } else { Err(Trouble::new(String::from_utf8_lossy(&made.stderr))) }
    }

    /// The socket on which the server listens.
    #[must_use]
    pub fn server(&self) -> PathBuf {
        self.folder.join("cups.sock")
    }

    /// The jobs that were printed so far, oldest first.
    #[must_use]
    pub fn jobs(&self) -> Vec<PathBuf> {
        let mut jobs: Vec<PathBuf> = fs::read_dir(self.folder.join("jobs"))
            .map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.extension().is_some()).collect())
            .unwrap_or_default();
        jobs.sort();
        jobs
    }

    /// Waits until a job has been printed, and gives its file.
    ///
    /// # Errors
    /// If none comes.
    pub async fn next_job(&self, printed_before: usize) -> Outcome<PathBuf> {
        until("a printed job", LIMIT, || async { Ok(self.jobs().get(printed_before).cloned()) }).await
    }

    fn write_files(&self) -> std::io::Result<()> {
        for name in ["jobs", "spool/tmp", "cache", "state/certs", "programs/backend"] {
            fs::create_dir_all(self.folder.join(name))?;
        }
        for name in ["filter", "notifier", "daemon", "monitor", "cgi-bin"] {
            symlink(Path::new(PROGRAMS).join(name), self.folder.join("programs").join(name))?;
        }
        let at = |name: &str| self.folder.join(name).display().to_string();
        fs::write(
            at("cupsd.conf"),
            format!(
                "Listen {}\nBrowsing No\nWebInterface No\nDefaultShared No\nLogLevel warn\n\
                 <Location />\nOrder allow,deny\nAllow all\n</Location>\n\
                 <Policy default>\n<Limit All>\nOrder allow,deny\nAllow all\n</Limit>\n</Policy>\n",
                at("cups.sock")
            ),
        )?;
        fs::write(
            at("cups-files.conf"),
            format!(
                "ServerRoot {}\nServerBin {}\nRequestRoot {}\nTempDir {}\nCacheDir {}\nStateDir {}\n\
                 AccessLog {}\nErrorLog {}\nPageLog {}\nSystemGroup root\nSandboxing relaxed\n",
                at(""),
                at("programs"),
                at("spool"),
                at("spool/tmp"),
                at("cache"),
                at("state"),
                at("access.log"),
                at("error.log"),
                at("page.log")
            ),
        )?;
        // The server takes only programs that nobody else may change. Renamed at the end: a job that is there is whole.
        let backend = self.folder.join("programs/backend/capture");
        let jobs = at("jobs");
        fs::write(
            &backend,
            format!(
                "#!/bin/sh\n[ $# -eq 0 ] && {{ echo 'direct capture \"Unknown\" \"Capture\"'; exit 0; }}\n\
                 name=$(printf '%05d' \"$1\")\ncat \"${{6:--}}\" > '{jobs}'/\"$name\" && mv '{jobs}'/\"$name\" '{jobs}'/\"$name.pdf\"\n"
            ),
        )?;
        fs::set_permissions(&backend, fs::Permissions::from_mode(0o700))
    }
}
