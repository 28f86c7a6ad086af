//! What CUPS is asked, as IPP messages.

use std::collections::BTreeMap;

use ipp::attribute::IppAttribute;
use ipp::model::{DelimiterTag, IppVersion, Operation};
use ipp::parser::IppParseError;
use ipp::request::IppRequestResponse;
use ipp::value::IppValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::printers::{JobOptions, SheetSize, Sides};

/// What stays as it is in the name of a queue within its address.
const IN_ADDRESS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The longest name (RFC 8011, section 5.1.3).
const MOST_TITLE_BYTES: usize = 255;

/// What is asked of every printer.
const OF_PRINTER: [&str; 10] = [
    "printer-name",
    "printer-info",
    "printer-location",
    "printer-type",
    "printer-state",
    "printer-state-message",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "media-supported",
    "media-source-supported",
];

/// What else is asked: whether both sides can be printed.
const SIDES_SUPPORTED: &str = "sides-supported";

/// What is asked of the printer of a job that does not move on.
const OF_WAITING: [&str; 3] = ["printer-state", "printer-state-message", "printer-state-reasons"];

/// What is asked of a job.
const OF_JOB: [&str; 4] = ["job-state", "job-state-reasons", "job-printer-state-message", "job-media-sheets-completed"];

/// Every printer and class of the server.
pub(super) fn printers() -> Result<IppRequestResponse, IppParseError> {
    let mut request = IppRequestResponse::new(IppVersion::v2_0(), Operation::CupsGetPrinters, None)?;
    add_user(&mut request)?;
    let wanted = OF_PRINTER.into_iter().chain([SIDES_SUPPORTED]);
    add(&mut request, DelimiterTag::OperationAttributes, "requested-attributes", keywords(wanted)?)?;
    Ok(request)
}

/// A PDF for a printer, at its actual size.
pub(super) fn print_job(printer: &str, title: &str, options: &JobOptions) -> Result<IppRequestResponse, IppParseError> {
    let mut request = on_printer(Operation::PrintJob, printer, None)?;
    let operation = DelimiterTag::OperationAttributes;
    let title = &title[..title.floor_char_boundary(MOST_TITLE_BYTES)];
    add(&mut request, operation, "job-name", IppValue::new_name_without_language(title)?)?;
    add(&mut request, operation, "document-format", IppValue::new_mime_media_type("application/pdf")?)?;
    let job = DelimiterTag::JobAttributes;
    add(&mut request, job, "copies", integer(options.copies.max(1))?)?;
    add(&mut request, job, "print-scaling", IppValue::new_keyword("none")?)?;
    // What a queue does unless it is told otherwise: several pages on a sheet, a banner on the first one.
    add(&mut request, job, "number-up", integer(1)?)?;
    add(&mut request, job, "job-sheets", IppValue::new_keyword("none")?)?;
    let media = options.media.upright();
    let sides = match options.sides {
        Sides::One => "one-sided",
        Sides::LongEdge => "two-sided-long-edge",
        Sides::ShortEdge => "two-sided-short-edge",
    };
    add(&mut request, job, "sides", IppValue::new_keyword(sides)?)?;
    match &options.tray {
        // Either of the two, never both (PWG 5100.7, section 5).
        None => add(&mut request, job, "media", IppValue::new_keyword(media.pwg_name())?)?,
        Some(tray) => add(&mut request, job, "media-col", media_from(media, tray)?)?,
    }
    Ok(request)
}

/// How far a job is.
pub(super) fn job_attributes(printer: &str, job: u64) -> Result<IppRequestResponse, IppParseError> {
    let mut request = on_printer(Operation::GetJobAttributes, printer, Some(job))?;
    add(&mut request, DelimiterTag::OperationAttributes, "requested-attributes", keywords(OF_JOB)?)?;
    Ok(request)
}

/// What keeps a printer from going on.
pub(super) fn printer_state(printer: &str) -> Result<IppRequestResponse, IppParseError> {
    let mut request = on_printer(Operation::GetPrinterAttributes, printer, None)?;
    add(&mut request, DelimiterTag::OperationAttributes, "requested-attributes", keywords(OF_WAITING)?)?;
    Ok(request)
}

/// A job is taken back.
pub(super) fn cancel_job(printer: &str, job: u64) -> Result<IppRequestResponse, IppParseError> {
    on_printer(Operation::CancelJob, printer, Some(job))
}

/// A request to one printer. The job's number comes right after the printer's address (RFC 8011, section 4.1.5).
fn on_printer(operation: Operation, printer: &str, job: Option<u64>) -> Result<IppRequestResponse, IppParseError> {
    let mut request = IppRequestResponse::new(IppVersion::v2_0(), operation, None)?;
    let address = format!("ipp://localhost/printers/{}", utf8_percent_encode(printer, IN_ADDRESS));
    add(&mut request, DelimiterTag::OperationAttributes, "printer-uri", IppValue::new_uri(address)?)?;
    if let Some(job) = job {
        add(&mut request, DelimiterTag::OperationAttributes, "job-id", IppValue::new_integer(i32::try_from(job)?))?;
    }
    add_user(&mut request)?;
    Ok(request)
}

/// In whose name: the server shows it beside the job.
fn add_user(request: &mut IppRequestResponse) -> Result<(), IppParseError> {
    let user = super::server::user();
    add(request, DelimiterTag::OperationAttributes, "requesting-user-name", IppValue::new_name_without_language(user)?)
}

fn add(request: &mut IppRequestResponse, group: DelimiterTag, name: &str, value: IppValue) -> Result<(), IppParseError> {
    request.attributes_mut().add(group, IppAttribute::with_name(name, value)?);
    Ok(())
}

fn keywords<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<IppValue, IppParseError> {
    words.into_iter().map(IppValue::new_keyword).collect::<Result<Vec<_>, _>>().map(IppValue::Array)
}

fn integer(value: u32) -> Result<IppValue, IppParseError> {
    Ok(IppValue::new_integer(i32::try_from(value)?))
}

/// A size from a tray, in hundredths of a millimetre (PWG 5100.7, section 6.3).
fn media_from(size: SheetSize, tray: &str) -> Result<IppValue, IppParseError> {
    let hundredths = |micrometres: u32| integer(micrometres.saturating_add(5) / 10);
    let size = BTreeMap::from([
        ("x-dimension".try_into()?, hundredths(size.width_micrometres)?),
        ("y-dimension".try_into()?, hundredths(size.height_micrometres)?),
    ]);
    Ok(IppValue::Collection(BTreeMap::from([
        ("media-size".try_into()?, IppValue::Collection(size)),
        ("media-source".try_into()?, IppValue::new_keyword(tray)?),
    ])))
}
