//! Finds known secrets in whatever a run has left: as they are typed, in groups, in UTF-16, in hexadecimal and in base64.
//!
//! Owns the forms that a secret can take, and the search. It knows no session and no window ([`crate::traces`] does): the
//! desk's own tests take this file too. What it finds it names, and never shows. What is compressed or encrypted it can't
//! look into.

use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::fs;
use std::path::Path;

use aho_corasick::AhoCorasick;
use base64::Engine;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};

/// Below this many digits, a number that stands within a longer one is taken for chance.
const SURE_DIGITS: usize = 12;

/// The fields and messages that could carry a CVV.
const CVV_FIELDS: [&str; 6] = ["cvv", "CVV", "Cvv", "digits", "cvc", "CVC"];

/// What stands between such a field and its digits.
const BETWEEN: [&str; 13] = ["\":\"", "\": \"", "\\\":\\\"", "\":", "=", "%3D", ": ", ":", " ", "\">", "(\"", " es ", " is "];

const CVV_DIGITS: usize = 3;

/// A secret that was found: which, in which form, and where. Its value is not in here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The secret's name.
    pub secret: String,
    /// How it was written.
    pub form: String,
    /// The file, the process or the part of the page.
    pub place: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({}) in {}", self.secret, self.form, self.place)
    }
}

/// One form of a secret.
#[derive(Clone)]
struct Form {
    secret: String,
    form: String,
    bytes: Vec<u8>,
    counts: Counts,
}

/// Where a form counts; a digit takes so many bytes there.
#[derive(Clone, Copy)]
enum Counts {
    Anywhere,
    /// Where no digit stands beside it.
    Alone(usize),
    /// Where one of the CVVs comes right after it.
    BeforeCvv(usize),
}

/// Secrets that a run has used, to be looked for after it.
#[derive(Clone, Default)]
pub struct Secrets {
    forms: Vec<Form>,
    /// What the forms are, so that none is there twice.
    known: HashSet<Vec<u8>>,
    /// What may not follow a field for it.
    cvvs: BTreeSet<String>,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Secrets({} forms)", self.forms.len())
    }
}

impl Secrets {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a number, a token or a key, as text: a PAN, a PIN of 12 digits, a one-time code.
    ///
    /// # Panics
    /// If it is too short to be told from chance: a CVV is looked for by what stands around it ([`Self::add_cvv`]).
    pub fn add(&mut self, name: &str, value: &str) {
        let digits: String = value.chars().filter(|character| !character.is_whitespace()).collect();
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
        let plain = if is_number { digits } else { value.to_owned() };
        assert!(plain.len() >= 6, "{name} is too short to be looked for by itself");
        let is_short = is_number && plain.len() < SURE_DIGITS;
        for (spelling, text) in spellings(&plain, is_number) {
            self.add_text(name, spelling, &text, is_short);
        }
        if is_number && plain.len() >= SURE_DIGITS && plain.len().is_multiple_of(2) {
            let digits = plain.as_bytes().chunks(2).map(|pair| (pair[0] - b'0') << 4 | (pair[1] - b'0'));
            self.push(name, "packed digits", digits.collect(), Counts::Anywhere);
        }
    }

    /// Adds a secret that is no text: the bytes of a key.
    pub fn add_bytes(&mut self, name: &str, value: &[u8]) {
        self.push(name, "bytes", value.to_vec(), Counts::Anywhere);
        self.add_encoded(name, "bytes", value);
    }

    /// Adds a CVV: three digits are found by the fields and messages that could carry them.
    pub fn add_cvv(&mut self, name: &str, digits: &str) {
        for text in before_cvvs() {
            self.add_text(name, "beside its field", &format!("{text}{digits}"), false);
        }
    }

    /// Adds the CVVs of many cards, each of three digits. They are found beside the same fields, as they are typed and in UTF-16:
    /// each of them in every other form would be a search of its own.
    pub fn add_cvvs(&mut self, name: &str, digits: impl IntoIterator<Item = String>) {
        self.cvvs.extend(digits);
        for text in before_cvvs() {
            self.push(name, "beside its field", text.as_bytes().to_vec(), Counts::BeforeCvv(1));
            for (form, bytes) in in_utf16(&text) {
                self.push(name, &format!("beside its field, {form}"), bytes, Counts::BeforeCvv(2));
            }
        }
    }

    fn add_text(&mut self, name: &str, spelling: &str, text: &str, is_bounded: bool) {
        let counts = |width| if is_bounded { Counts::Alone(width) } else { Counts::Anywhere };
        self.push(name, spelling, text.as_bytes().to_vec(), counts(1));
        for (form, bytes) in in_utf16(text) {
            self.push(name, &format!("{spelling}, {form}"), bytes, counts(2));
        }
        self.add_encoded(name, spelling, text.as_bytes());
    }

    fn add_encoded(&mut self, name: &str, spelling: &str, value: &[u8]) {
        let hex = |upper: bool, between: &str| {
            let written = value.iter().map(|byte| if upper { format!("{byte:02X}") } else { format!("{byte:02x}") });
            written.collect::<Vec<String>>().join(between).into_bytes()
        };
        for (upper, between) in [(false, ""), (true, ""), (false, " "), (true, " "), (true, ":")] {
            self.push(name, &format!("{spelling}, hexadecimal"), hex(upper, between), Counts::Anywhere);
        }
        for before in 0..3 {
            for core in base64_cores(value, before) {
                self.push(name, &format!("{spelling}, base64"), core, Counts::Anywhere);
            }
        }
    }

    fn push(&mut self, secret: &str, form: &str, bytes: Vec<u8>, counts: Counts) {
        if self.known.insert(bytes.clone()) {
            self.forms.push(Form { secret: secret.to_owned(), form: form.to_owned(), bytes, counts });
        }
    }

    /// A searcher for what was added so far.
    ///
    /// # Panics
    /// If there are more forms than a machine can hold.
    #[must_use]
    pub fn searcher(&self) -> Searcher<'_> {
        #[allow(clippy::expect_used, reason = "some hundreds of short texts always make one")]
        let automaton = AhoCorasick::new(self.forms.iter().map(|form| &form.bytes)).expect("a searcher");
        Searcher { forms: &self.forms, cvvs: &self.cvvs, automaton }
    }
}

/// A field for a CVV with what comes before its digits, in every way in which it could be written.
fn before_cvvs() -> impl Iterator<Item = String> {
    CVV_FIELDS.into_iter().flat_map(|field| BETWEEN.into_iter().map(move |between| format!("{field}{between}")))
}

fn in_utf16(text: &str) -> [(&'static str, Vec<u8>); 2] {
    let little = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    [("UTF-16 LE", little), ("UTF-16 BE", text.encode_utf16().flat_map(u16::to_be_bytes).collect())]
}

/// The text as it is, and a number in groups of four as people and programs write them.
fn spellings(plain: &str, is_number: bool) -> Vec<(&'static str, String)> {
    let mut spellings = vec![("plain", plain.to_owned())];
    if is_number && plain.len() >= 8 {
        let groups: Vec<&str> = (0..plain.len()).step_by(4).map(|start| &plain[start..plain.len().min(start + 4)]).collect();
        for (name, between) in
            [("spaced", " "), ("dashed", "-"), ("spaced, no break", "\u{a0}"), ("in an address", "%20"), ("in a form", "+")]
        {
            spellings.push((name, groups.join(between)));
        }
    }
    if plain.contains(['+', '/', '=']) {
        spellings.push(("in an address", plain.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")));
    }
    spellings
}

/// What base64 always shows of a value that begins after so many bytes of a group, whatever stands around it.
fn base64_cores(value: &[u8], before: usize) -> Vec<Vec<u8>> {
    let mut whole = vec![0; before];
    whole.extend(value);
    let (first, end) = ((before * 8).div_ceil(6), whole.len() * 8 / 6);
    let mut cores: Vec<Vec<u8>> = [BASE64_STANDARD_NO_PAD.encode(&whole), BASE64_URL_SAFE_NO_PAD.encode(&whole)]
        .into_iter()
        .map(|text| text.as_bytes()[first..end].to_vec())
        .collect();
    cores.dedup();
    cores
}

/// Looks for secrets.
pub struct Searcher<'secrets> {
    forms: &'secrets [Form],
    cvvs: &'secrets BTreeSet<String>,
    automaton: AhoCorasick,
}

impl fmt::Debug for Searcher<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Searcher({} forms)", self.forms.len())
    }
}

impl Searcher<'_> {
    /// What stands in these bytes; each form once.
    #[must_use]
    pub fn in_bytes(&self, place: &str, bytes: &[u8]) -> Vec<Finding> {
        let mut found: Vec<Finding> = Vec::new();
        for hit in self.automaton.find_overlapping_iter(bytes) {
            let form = &self.forms[hit.pattern().as_usize()];
            let counts = match form.counts {
                Counts::Anywhere => true,
                Counts::Alone(width) => !stands_in_a_number(bytes, hit.start(), hit.end(), width),
                Counts::BeforeCvv(width) => cvv_at(bytes, hit.end(), width).is_some_and(|digits| self.cvvs.contains(&digits)),
            };
            if !counts {
                continue;
            }
            let finding = Finding { secret: form.secret.clone(), form: form.form.clone(), place: place.to_owned() };
            if !found.contains(&finding) {
                found.push(finding);
            }
        }
        found
    }

    /// What stands in the files below a folder, and in their names.
    #[must_use]
    pub fn below(&self, folder: &Path) -> Vec<Finding> {
        let mut found = Vec::new();
        visit(folder, &mut |place, bytes| found.extend(self.in_bytes(place, bytes)));
        found
    }
}

/// Shows what each file below a folder holds, and its name, each with its place. What can't be read is passed over: sockets, and
/// files that are gone again.
pub fn visit(folder: &Path, look: &mut dyn FnMut(&str, &[u8])) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, place) = (entry.path(), entry.path().display().to_string());
        look(&format!("the name {place}"), entry.file_name().as_encoded_bytes());
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => visit(&path, look),
            Ok(kind) if kind.is_file() => {
                if let Ok(bytes) = fs::read(&path) {
                    look(&place, &bytes);
                }
            }
            _ => {}
        }
    }
}

/// The three digits that stand there, and no fourth.
fn cvv_at(bytes: &[u8], start: usize, width: usize) -> Option<String> {
    let end = start + CVV_DIGITS * width;
    let digits: String = bytes.get(start..end)?.iter().filter(|byte| **byte != 0).map(|byte| char::from(*byte)).collect();
    let is_whole = digits.len() == CVV_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    (is_whole && !stands_in_a_number(bytes, start, end, width)).then_some(digits)
}

/// Whether a digit stands right before or right after.
fn stands_in_a_number(bytes: &[u8], start: usize, end: usize, width: usize) -> bool {
    let has_digit = |part: Option<&[u8]>| {
        part.is_some_and(|part| part.iter().any(u8::is_ascii_digit) && part.iter().all(|byte| *byte == 0 || byte.is_ascii_digit()))
    };
    has_digit(start.checked_sub(width).and_then(|before| bytes.get(before..start))) || has_digit(bytes.get(end..end + width))
}
