//! What a desk is given instead of reaching for it: clock, randomness, printers, keychain, journal.
//!
//! Owns the printer's trait and its real form over the system's printers. Clock and randomness are the gateway client's own
//! seams, so that one clock rules a whole run. A test, or a simulation, gives its own of each.

use std::io::Write;
use std::sync::Arc;

use cardesk_gateway::{Limits, Seams as GatewaySeams};
use cardesk_journal::Journal;
use jiff::Timestamp;

/// What a desk runs on.
#[derive(Clone)]
pub struct Seams {
    /// Time and chance, also for the gateway's client.
    pub gateway: GatewaySeams,
    /// How long the gateway may take, and how much it may say.
    pub limits: Limits,
    /// The printers.
    pub printing: Arc<dyn PrintSystem>,
    /// A journal in place of the profile's own file; it outlives a desk that ends in the middle of something, as a file does.
    pub journal: Option<Journal>,
}

impl Seams {
    /// This machine's own.
    #[must_use]
    pub fn system() -> Self {
        Self { gateway: GatewaySeams::system(), limits: Limits::default(), printing: Arc::new(SystemPrinting), journal: None }
    }

    /// Now, to the second.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_second(self.gateway.clock.now_unix_seconds()).unwrap_or_default()
    }

    pub(crate) fn next_u64(&self) -> u64 {
        self.gateway.entropy.next_u64()
    }
}

impl std::fmt::Debug for Seams {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Seams")
    }
}

/// A printer's own word on itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemPrinter {
    /// The system's name for it.
    pub system_name: String,
    /// The name that people see.
    pub name: String,
    /// Where it stands.
    pub location: String,
    /// Whether it is the system's default.
    pub is_default: bool,
    /// Its state.
    pub state: SystemPrinterState,
    /// The printer system's own words on the state.
    pub state_reasons: Vec<String>,
}

/// The state of a printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "described at the view of the same name")]
pub enum SystemPrinterState {
    Ready,
    Printing,
    Paused,
    Offline,
    Unknown,
}

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// In the queue, held, or being printed.
    Underway,
    /// Printed, by the printer system's word.
    Done,
    /// Cancelled or aborted.
    Cancelled,
    /// The printer system does not know the job.
    Unknown,
}

/// The printers of a machine. Its calls block.
pub trait PrintSystem: Send + Sync {
    /// Whether the printer system answers at all.
    fn is_running(&self) -> bool;
    /// The printers.
    fn printers(&self) -> Vec<SystemPrinter>;
    /// Hands a PDF to a printer at its actual size, and says the job's number.
    ///
    /// # Errors
    /// The printer system's own words.
    fn submit(&self, printer: &str, title: &str, pdf: &[u8], paper: &str) -> Result<u64, String>;
    /// How far a job is.
    fn job_state(&self, printer: &str, job: u64) -> JobState;
}

/// CUPS, or the print spooler.
struct SystemPrinting;

impl PrintSystem for SystemPrinting {
    fn is_running(&self) -> bool {
        // The library answers an empty list both for "no printers" and for "nobody there".
        !printers::get_printers().is_empty() || scheduler_answers()
    }

    fn printers(&self) -> Vec<SystemPrinter> {
        let mut found: Vec<SystemPrinter> = printers::get_printers().into_iter().map(system_printer).collect();
        found.sort_by_key(|printer| (!printer.is_default, printer.name.to_lowercase()));
        found
    }

    fn submit(&self, printer: &str, title: &str, pdf: &[u8], paper: &str) -> Result<u64, String> {
        let printer = printers::get_printer_by_name(printer).ok_or_else(|| format!("no printer is named {printer}"))?;
        // Not the library's own way with bytes: it leaves them in a file that everybody can read, and never removes it.
        let mut file = tempfile::Builder::new().prefix("cardesk-").suffix(".pdf").tempfile().map_err(|error| error.to_string())?;
        file.write_all(pdf).and_then(|()| file.flush()).map_err(|error| error.to_string())?;
        let path = file.path().to_str().ok_or("the temporary folder's name can't be read")?;
        let options = printers::common::base::job::PrinterJobOptions {
            name: Some(title),
            raw_properties: &[("media", paper), ("print-scaling", "none"), ("sides", "one-sided")],
            converter: printers::common::converters::Converter::None,
        };
        printer.print_file(path, options).map_err(|error| error.message)
    }

    fn job_state(&self, printer: &str, job: u64) -> JobState {
        use printers::common::base::job::PrinterJobState as State;
        let Some(printer) = printers::get_printer_by_name(printer) else {
            return JobState::Unknown;
        };
        match printer.get_job_history().into_iter().find(|known| known.id == job).map(|known| known.state) {
            Some(State::PENDING | State::PAUSED | State::PROCESSING) => JobState::Underway,
            Some(State::COMPLETED) => JobState::Done,
            Some(State::CANCELLED) => JobState::Cancelled,
            Some(State::UNKNOWN) | None => JobState::Unknown,
        }
    }
}

fn system_printer(printer: printers::common::base::printer::Printer) -> SystemPrinter {
    use printers::common::base::printer::PrinterState as State;
    SystemPrinter {
        name: if printer.description.is_empty() { printer.name } else { printer.description },
        system_name: printer.system_name,
        location: printer.location,
        is_default: printer.is_default,
        state: match printer.state {
            State::READY => SystemPrinterState::Ready,
            State::PRINTING => SystemPrinterState::Printing,
            State::PAUSED => SystemPrinterState::Paused,
            State::OFFLINE => SystemPrinterState::Offline,
            State::UNKNOWN => SystemPrinterState::Unknown,
        },
        state_reasons: printer.state_reasons.into_iter().filter(|reason| reason != "none").collect(),
    }
}

/// Whether a CUPS scheduler listens where this user's programs look for it (client.conf(5), `CUPS_SERVER`).
#[cfg(unix)]
fn scheduler_answers() -> bool {
    use std::net::TcpStream;
    use std::os::unix::net::UnixStream;
    use std::path::Path;

    let local_sockets = ["/run/cups/cups.sock", "/var/run/cups/cups.sock", "/private/var/run/cupsd"];
    match std::env::var("CUPS_SERVER") {
        Ok(server) if server.starts_with('/') => UnixStream::connect(Path::new(&server)).is_ok(),
        Ok(server) if !server.is_empty() => {
            let host = server.split('/').next().unwrap_or_default();
            TcpStream::connect(host).is_ok() || TcpStream::connect((host, 631)).is_ok()
        }
        _ => {
            local_sockets.iter().any(|socket| UnixStream::connect(Path::new(socket)).is_ok()) || TcpStream::connect("localhost:631").is_ok()
        }
    }
}

/// The print spooler is a part of the system there, and an empty list means that there are no printers.
#[cfg(not(unix))]
fn scheduler_answers() -> bool {
    true
}
