//! What CUPS' attributes mean.

use ipp::attribute::{IppAttributeGroup, IppAttributes};
use ipp::model::{DelimiterTag, JobState as IppJobState, PrinterState as IppPrinterState};
use ipp::value::IppValue;
use num_traits::FromPrimitive;

use crate::printers::{JobState, JobStatus, SheetSize, SizeRange, SystemPrinter, SystemPrinterState};

/// In `printer-type`: it is the server's default (cups/cups.h, `CUPS_PRINTER_DEFAULT`).
const IS_DEFAULT: i32 = 0x0002_0000;

/// The longest words of a printer that are passed on, in characters.
const MOST_WORDS: usize = 200;

/// Reasons that say no more than the state does.
const PLAIN_REASONS: [&str; 9] = [
    "none",
    "job-printing",
    "job-incoming",
    "job-queued",
    "job-completed-successfully",
    "processing-to-stop-point",
    "job-data-insufficient",
    "job-canceled-by-user",
    "job-hold-until-specified",
];

/// A printer, if it has a name.
pub(super) fn system_printer(group: &IppAttributeGroup) -> Option<SystemPrinter> {
    let system_name = text(group, "printer-name")?;
    let reasons: Vec<String> = words(group, "printer-state-reasons").into_iter().filter(|reason| !is_plain(reason)).collect();
    let is_offline = reasons.iter().any(|reason| reason.starts_with("offline"));
    let state = match integer(group, "printer-state").and_then(IppPrinterState::from_i32) {
        _ if is_offline => SystemPrinterState::Offline,
        Some(IppPrinterState::Idle) => SystemPrinterState::Ready,
        Some(IppPrinterState::Processing) => SystemPrinterState::Printing,
        Some(IppPrinterState::Stopped) => SystemPrinterState::Paused,
        None => SystemPrinterState::Unknown,
    };
    let sides = words(group, "sides-supported");
    Some(SystemPrinter {
        name: text(group, "printer-info").filter(|info| !info.is_empty()).unwrap_or_else(|| system_name.clone()),
        location: text(group, "printer-location").unwrap_or_default(),
        is_default: integer(group, "printer-type").is_some_and(|kind| kind & IS_DEFAULT != 0),
        state,
        state_reasons: said(group, reasons.into_iter().filter(|reason| reason != "paused")),
        takes_jobs: boolean(group, "printer-is-accepting-jobs").unwrap_or(true),
        sizes: sizes(&words(group, "media-supported")),
        trays: words(group, "media-source-supported").into_iter().filter(|tray| tray != "auto").collect(),
        prints_both_sides: if sides.is_empty() { None } else { Some(sides.iter().any(|side| side.starts_with("two-sided"))) },
        system_name,
    })
}

/// What keeps a printer from going on, in its own words: of one that is stopped everything, of another its troubles.
pub(super) fn standstill(group: &IppAttributeGroup) -> Vec<String> {
    let is_stopped = integer(group, "printer-state").and_then(IppPrinterState::from_i32) == Some(IppPrinterState::Stopped);
    let reasons = words(group, "printer-state-reasons").into_iter().filter(|reason| !is_plain(reason));
    if is_stopped { said(group, reasons) } else { reasons.filter(|reason| reason != "paused").collect() }
}

/// A printer's message, and its reasons.
fn said(group: &IppAttributeGroup, reasons: impl Iterator<Item = String>) -> Vec<String> {
    text(group, "printer-state-message").filter(|message| !message.is_empty()).into_iter().chain(reasons).collect()
}

/// How far a job is, with the printer's own words.
pub(super) fn job_status(group: &IppAttributeGroup) -> JobStatus {
    let state = match integer(group, "job-state").and_then(IppJobState::from_i32) {
        Some(IppJobState::Pending) => JobState::Waiting,
        Some(IppJobState::PendingHeld) => JobState::Held,
        Some(IppJobState::Processing) => JobState::Printing,
        Some(IppJobState::ProcessingStopped) => JobState::Stopped,
        Some(IppJobState::Canceled) => JobState::Cancelled,
        Some(IppJobState::Aborted) => JobState::Aborted,
        Some(IppJobState::Completed) => JobState::Done,
        None => JobState::Unknown,
    };
    let message = text(group, "job-printer-state-message").filter(|message| !message.is_empty());
    let reasons = words(group, "job-state-reasons").into_iter().filter(|reason| !is_plain(reason));
    let sheets_done =
        integer(group, "job-media-sheets-completed").and_then(|sheets| u32::try_from(sheets).ok()).filter(|sheets| *sheets > 0);
    JobStatus { state, words: message.into_iter().chain(reasons).collect(), sheets_done }
}

/// The server's own words on the whole request.
pub(super) fn status_words(attributes: &IppAttributes) -> Option<String> {
    attributes.first_of(DelimiterTag::OperationAttributes).and_then(|group| text(group, "status-message")).filter(|words| !words.is_empty())
}

pub(super) fn integer(group: &IppAttributeGroup, name: &str) -> Option<i32> {
    match group.get(name)?.value() {
        IppValue::Integer(value) | IppValue::Enum(value) => Some(*value),
        _ => None,
    }
}

fn boolean(group: &IppAttributeGroup, name: &str) -> Option<bool> {
    match group.get(name)?.value() {
        IppValue::Boolean(value) => Some(*value),
        _ => None,
    }
}

fn text(group: &IppAttributeGroup, name: &str) -> Option<String> {
    words(group, name).into_iter().next()
}

/// Every text of an attribute. What is no text is left out.
fn words(group: &IppAttributeGroup, name: &str) -> Vec<String> {
    let Some(attribute) = group.get(name) else { return Vec::new() };
    let values: Vec<&IppValue> = match attribute.value() {
        IppValue::Collection(_) => Vec::new(),
        several => several.into_iter().collect(),
    };
    values
        .into_iter()
        .filter_map(word)
        .map(|word| word.trim().chars().filter(|character| !character.is_control()).take(MOST_WORDS).collect())
        .collect()
}

fn word(value: &IppValue) -> Option<String> {
    match value {
        IppValue::Keyword(_) | IppValue::NameWithoutLanguage(_) | IppValue::TextWithoutLanguage(_) | IppValue::Uri(_) => {
            Some(value.to_string())
        }
        IppValue::TextWithLanguage { text, .. } => Some(text.to_string()),
        IppValue::NameWithLanguage { name, .. } => Some(name.to_string()),
        _ => None,
    }
}

fn is_plain(reason: &str) -> bool {
    PLAIN_REASONS.contains(&reason)
}

/// The sizes among the names of papers (PWG 5101.1: the size stands at the name's end).
fn sizes(names: &[String]) -> Vec<SizeRange> {
    let of = |word: &str| names.iter().find(|name| name.starts_with(word)).and_then(|name| size_in(name));
    let custom = of("custom_min").zip(of("custom_max")).map(|(least, most)| SizeRange { least, most });
    let fixed = names.iter().filter(|name| !name.starts_with("custom_m")).filter_map(|name| size_in(name)).map(SizeRange::only);
    let mut sizes: Vec<SizeRange> = Vec::new();
    for size in fixed.chain(custom) {
        if !sizes.contains(&size) {
            sizes.push(size);
        }
    }
    sizes
}

/// The size in a paper's name: `iso_a4_210x297mm`, `na_letter_8.5x11in`.
fn size_in(name: &str) -> Option<SheetSize> {
    name.rsplit('_').find_map(|part| {
        let part =
            part.split_once("mm").map(|(size, _)| (size, 1000.0)).or_else(|| part.split_once("in").map(|(size, _)| (size, 25_400.0)));
        let (size, micrometres) = part?;
        let (width, height) = size.split_once('x')?;
        let measure =
            |text: &str| text.parse::<f64>().ok().filter(|value| (0.0..10_000.0).contains(value)).map(|value| rounded(value * micrometres));
        Some(SheetSize { width_micrometres: measure(width)?, height_micrometres: measure(height)? })
    })
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a paper's side is positive and far below 4 km")]
fn rounded(micrometres: f64) -> u32 {
    micrometres.round() as u32
}

#[cfg(test)]
mod tests {
    use ipp::attribute::IppAttribute;

    use super::*;

    #[test]
    fn sizes_are_read_from_the_names_of_papers() {
        let names = [
            "iso_a4_210x297mm",
            "na_letter_8.5x11in",
            "custom_min_76.2x127mm",
            "custom_max_215.9x355.6mm",
            "iso_a4_210x297mm",
            "A4.Borderless",
        ];
        let found = sizes(&names.map(ToOwned::to_owned));
        assert_eq!(found[..2], [SizeRange::only(SheetSize::A4), SizeRange::only(SheetSize::LETTER)]);
        assert_eq!((found[2].least.width_micrometres, found[2].most.height_micrometres, found.len()), (76_200, 355_600, 3));
    }

    #[test]
    fn a_job_that_stands_still_says_why() {
        let mut group = IppAttributeGroup::new(DelimiterTag::JobAttributes);
        let mut add = |name: &str, value: IppValue| group.attributes_mut().push(IppAttribute::with_name(name, value).unwrap());
        add("job-state", IppValue::Enum(6));
        add("job-printer-state-message", IppValue::new_text_without_language("Bandeja 2 vacía").unwrap());
        add(
            "job-state-reasons",
            IppValue::Array(vec![IppValue::new_keyword("job-printing").unwrap(), IppValue::new_keyword("printer-stopped").unwrap()]),
        );
        let status = job_status(&group);
        assert_eq!((status.state, status.words), (JobState::Stopped, vec!["Bandeja 2 vacía".to_owned(), "printer-stopped".to_owned()]));
    }
}
