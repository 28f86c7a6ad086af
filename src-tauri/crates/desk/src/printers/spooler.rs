//! Printers by the system's own library: the print spooler of Windows.
//!
//! Knows neither sizes nor trays nor held jobs, and says no words on a job.

use std::path::Path;

use ::printers::common::base::job::{PrinterJobOptions, PrinterJobState};
use ::printers::common::base::printer::{Printer, PrinterState};
use ::printers::common::converters::Converter;

use super::{
    JobOptions, JobState, JobStatus, PrintSystem, PrintSystemDown, SheetSize, Sides, SubmitError, SystemPrinter, SystemPrinterState,
};

pub(super) struct Spooler;

impl PrintSystem for Spooler {
    fn printers(&self) -> Result<Vec<SystemPrinter>, PrintSystemDown> {
        let mut found: Vec<SystemPrinter> = ::printers::get_printers().into_iter().map(system_printer).collect();
        found.sort_by_key(|printer| (!printer.is_default, printer.name.to_lowercase()));
        Ok(found)
    }

    fn submit(&self, printer: &str, title: &str, file: &Path, options: &JobOptions) -> Result<u64, SubmitError> {
        let not_taken = |words: String| SubmitError::NotTaken(words);
        let printer = ::printers::get_printer_by_name(printer).ok_or_else(|| not_taken(format!("no printer is named {printer}")))?;
        let path = file.to_str().ok_or_else(|| not_taken("the file's name can't be read".to_owned()))?;
        let (media, copies) = (media(options.media), options.copies.to_string());
        let sides = match options.sides {
            Sides::One => "one-sided",
            Sides::LongEdge => "two-sided-long-edge",
            Sides::ShortEdge => "two-sided-short-edge",
        };
        let mut properties = vec![("media", media.as_str()), ("print-scaling", "none"), ("sides", sides), ("copies", copies.as_str())];
        if let Some(tray) = &options.tray {
            properties.push(("InputSlot", tray));
        }
        let options = PrinterJobOptions { name: Some(title), raw_properties: &properties, converter: Converter::None };
        printer.print_file(path, options).map_err(|error| not_taken(error.message))
    }

    fn job_status(&self, printer: &str, job: u64) -> Result<JobStatus, PrintSystemDown> {
        let Some(printer) = ::printers::get_printer_by_name(printer) else {
            return Ok(JobStatus::silent(JobState::Unknown));
        };
        let known = printer.get_job_history().into_iter().chain(printer.get_active_jobs()).find(|known| known.id == job);
        Ok(JobStatus::silent(match known.map(|known| known.state) {
            Some(PrinterJobState::PENDING) => JobState::Waiting,
            Some(PrinterJobState::PAUSED) => JobState::Held,
            Some(PrinterJobState::PROCESSING) => JobState::Printing,
            Some(PrinterJobState::COMPLETED) => JobState::Done,
            Some(PrinterJobState::CANCELLED) => JobState::Cancelled,
            Some(PrinterJobState::UNKNOWN) | None => JobState::Unknown,
        }))
    }

    fn cancel(&self, printer: &str, job: u64) -> Result<(), String> {
        let printer = ::printers::get_printer_by_name(printer).ok_or_else(|| format!("no printer is named {printer}"))?;
        printer.cancel_job(job).map_err(|error| error.message)
    }
}

/// What drivers call the paper.
fn media(size: SheetSize) -> String {
    match size {
        SheetSize::A4 => "A4".to_owned(),
        SheetSize::LETTER => "Letter".to_owned(),
        other => other.pwg_name(),
    }
}

fn system_printer(printer: Printer) -> SystemPrinter {
    SystemPrinter {
        name: if printer.description.is_empty() { printer.name } else { printer.description },
        system_name: printer.system_name,
        location: printer.location,
        is_default: printer.is_default,
        takes_jobs: printer.state != PrinterState::OFFLINE,
        state: match printer.state {
            PrinterState::READY => SystemPrinterState::Ready,
            PrinterState::PRINTING => SystemPrinterState::Printing,
            PrinterState::PAUSED => SystemPrinterState::Paused,
            PrinterState::OFFLINE => SystemPrinterState::Offline,
            PrinterState::UNKNOWN => SystemPrinterState::Unknown,
        },
        state_reasons: printer.state_reasons.into_iter().filter(|reason| reason != "none").collect(),
        sizes: Vec::new(),
        trays: Vec::new(),
        prints_both_sides: None,
    }
}
