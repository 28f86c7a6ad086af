//! What Practice knows and the desk leaves nowhere, looked for at the end of every window: the numbers and the CVVs of all
//! cards, the key that signs in, and the tokens that were given out.
//!
//! Owns where these are known from, which is Practice's own state, and the search for tokens, of which that keeps hashes alone.
//! Numbers and the key are looked for in every form ([`crate::secret_search`]). A CVV is looked for beside its fields only,
//! and not encoded: so many numbers of three digits are met by chance. What one journey alone uses (PINs, codes, passwords, a
//! company's own tokens) that journey looks for itself.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cardesk_sandbox::{PortChoice, Practice, PracticeConfig};
use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;

use crate::processes;
use crate::secret_search::{Finding, Searcher, Secrets, visit};
use crate::trouble::{Outcome, Trouble};

/// Practice's state, below a session's files.
const STATE: &str = "data/cardesk/practice.redb";

/// 32 bytes in base64 without its padding: what Practice's tokens are.
const TOKEN_LENGTH: usize = 43;

/// What a Practice's cards have on them, and the key to it.
#[derive(Debug, Clone, Default)]
struct Known {
    pans: BTreeMap<u64, String>,
    cvvs: BTreeSet<String>,
    signing_key: String,
}

impl Known {
    /// What the Practice of this state knows; of a new one where there is none.
    async fn of(state: Option<&[u8]>) -> Outcome<Self> {
        let folder = tempfile::tempdir().map_err(Trouble::of("a folder for a copy of Practice's state"))?;
        let copy = folder.path().join("practice.redb");
        if let Some(state) = state {
            fs::write(&copy, state).map_err(Trouble::of("a copy of Practice's state"))?;
        }
        let config = PracticeConfig { state_file: state.map(|_| copy), port: PortChoice::Any, ..PracticeConfig::default() };
        let practice = Practice::start(config).await.map_err(Trouble::of("a look into Practice's state"))?;
        let mut known = Self { signing_key: practice.access().signing_key().to_owned(), ..Self::default() };
        for plastic in practice.plastics().await.map_err(Trouble::of("the plastics"))? {
            known.pans.insert(plastic.card_id.get(), plastic.pan.reveal().to_owned());
            known.cvvs.insert(plastic.cvv.reveal().to_owned());
        }
        for blank in practice.blank_plastics().await.map_err(Trouble::of("the plastics of nobody"))? {
            known.pans.insert(blank.card_id.get(), blank.pan.reveal().to_owned());
        }
        practice.stop().await.map_err(Trouble::of("the look into Practice's state"))?;
        Ok(known)
    }

    /// What is known here and not there.
    fn beyond(mut self, other: &Self) -> Self {
        self.pans.retain(|card, pan| other.pans.get(card) != Some(pan));
        self.cvvs.retain(|cvv| !other.cvvs.contains(cvv));
        if self.signing_key == other.signing_key {
            self.signing_key.clear();
        }
        self
    }

    fn secrets(&self) -> Secrets {
        let mut secrets = Secrets::new();
        for (card, pan) in &self.pans {
            secrets.add(&format!("the number of card {card}"), pan);
        }
        if !self.cvvs.is_empty() {
            secrets.add_cvvs("a card's CVV", self.cvvs.iter().cloned());
        }
        if !self.signing_key.is_empty() {
            secrets.add("Practice's key", &self.signing_key);
            secrets.add_bytes("Practice's key", &BASE64_STANDARD.decode(&self.signing_key).unwrap_or_default());
        }
        secrets
    }
}

/// What every new Practice knows, with its searcher: making that takes longer than a search, so it is made once.
struct Usual {
    known: Known,
    searcher: Searcher<'static>,
}

async fn usual() -> Outcome<&'static Usual> {
    static USUAL: OnceCell<Usual> = OnceCell::const_new();
    static SECRETS: OnceLock<Secrets> = OnceLock::new();
    let make = || async {
        let known = Known::of(None).await?;
        let searcher = SECRETS.get_or_init(|| known.secrets()).searcher();
        Ok(Usual { known, searcher })
    };
    USUAL.get_or_try_init(make).await
}

/// Looks through the files of a session whose desk has ended.
///
/// # Errors
/// If something is found, with its name and its place; or if Practice's state can't be read.
pub async fn are_in_no_file(files: &Path) -> Outcome<()> {
    let usual = usual().await?;
    let state = fs::read(files.join(STATE)).ok();
    let here = if state.is_some() { Known::of(state.as_deref()).await? } else { Known::default() };
    // What was issued since it was new.
    let later = here.beyond(&usual.known).secrets();
    let later = later.searcher();
    let (mut found, mut candidates) = (Vec::new(), HashMap::new());
    visit(files, &mut |place, bytes| {
        found.extend(usual.searcher.in_bytes(place, bytes));
        found.extend(later.in_bytes(place, bytes));
        for text in token_like(bytes) {
            candidates.entry(Sha256::digest(&text).into()).or_insert_with(|| place.to_owned());
        }
    });
    found.extend(tokens_among(&candidates, &state.unwrap_or_default()));
    nothing(&found)
}

/// Looks through the arguments and environments of a session's processes.
///
/// # Errors
/// If something is found, with its name and its process.
pub async fn are_in_no_process(mark: &str) -> Outcome<()> {
    let usual = usual().await?;
    let mut found = Vec::new();
    for pid in processes::marked(mark) {
        for part in ["cmdline", "environ"] {
            let place = format!("/proc/{}/{part}", pid.as_raw_nonzero());
            found.extend(usual.searcher.in_bytes(&place, &fs::read(&place).unwrap_or_default()));
        }
    }
    nothing(&found)
}

fn nothing(found: &[Finding]) -> Outcome<()> {
    if found.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
    Err(Trouble::new(format!("secrets were left behind:\n{}", lines.join("\n"))))
}

/// Those of the texts whose hash Practice keeps: its tokens.
fn tokens_among(candidates: &HashMap<[u8; 32], String>, state: &[u8]) -> Vec<Finding> {
    let (hashes, places): (Vec<[u8; 32]>, Vec<&String>) = candidates.iter().map(|(hash, place)| (*hash, place)).unzip();
    // So many hashes are never too many for a searcher.
    let Ok(searcher) = AhoCorasick::new(&hashes) else { return Vec::new() };
    let token = |place: &String| Finding { secret: "a token".to_owned(), form: "plain".to_owned(), place: place.clone() };
    searcher.find_iter(state).map(|hit| token(places[hit.pattern().as_usize()])).collect()
}

/// Every text of a token's characters and length, with nothing beside it that could belong to it; also in UTF-16.
fn token_like(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for (width, first) in [(1, 0), (2, 0), (2, 1)] {
        let length = bytes.len().saturating_sub(first) / width;
        let at = |place: usize| {
            let start = first + place * width;
            let is_alone = width == 1 || bytes[start + 1] == 0;
            (is_alone && is_of_token(bytes[start])).then_some(bytes[start])
        };
        // No text of that length is between two places that are as far apart.
        let mut place = TOKEN_LENGTH - 1;
        while place < length {
            if at(place).is_none() {
                place += TOKEN_LENGTH;
                continue;
            }
            let begin = (0..place).rev().take_while(|before| at(*before).is_some()).last().unwrap_or(place);
            let end = (place..length).find(|after| at(*after).is_none()).unwrap_or(length);
            if end - begin == TOKEN_LENGTH {
                found.push((begin..end).filter_map(at).collect());
            }
            place = end + TOKEN_LENGTH;
        }
    }
    found
}

const fn is_of_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &[u8; TOKEN_LENGTH] = b"7Yt-0aQm_KzXw3n5RrE1uV8sPpLbCcDdFfGgHhJjTt0";

    fn in_utf16(text: &[u8]) -> Vec<u8> {
        text.iter().flat_map(|byte| [*byte, 0]).collect()
    }

    #[test]
    fn a_token_is_met_wherever_it_stands_and_nothing_longer_or_shorter_is_taken_for_one() {
        for before in 0..100 {
            let text = [&vec![b'.'; before][..], b"Bearer ", TOKEN, b"\"}"].concat();
            assert_eq!(token_like(&text), [TOKEN], "after {before}");
            let moved = [&vec![b'.'; before][..], &in_utf16(b"\"token\":\""), &in_utf16(TOKEN), &in_utf16(b"\"")].concat();
            assert_eq!(token_like(&moved), [TOKEN], "in UTF-16, after {before}");
        }
        assert_eq!(token_like(TOKEN), [TOKEN]);
        assert!(token_like(&[TOKEN.as_slice(), b"x"].concat()).is_empty() && token_like(&TOKEN[1..]).is_empty());
        let two = [TOKEN.as_slice(), b" ", TOKEN].concat();
        assert_eq!(token_like(&two), [TOKEN, TOKEN]);
    }

    #[tokio::test]
    async fn what_practice_knows_is_found_in_what_a_session_left_and_its_own_state_is_none_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join(STATE);
        fs::create_dir_all(state.parent().unwrap()).unwrap();
        let config = PracticeConfig { state_file: Some(state), port: PortChoice::Any, ..PracticeConfig::default() };
        let practice = Practice::start(config).await.unwrap();
        let (token, plastic) = (practice.bearer_token().await.unwrap(), practice.plastics().await.unwrap().remove(0));
        let key = practice.access().signing_key().to_owned();
        practice.stop().await.unwrap();
        drop(practice);
        assert_eq!(are_in_no_file(folder.path()).await, Ok(()));
        let left = [
            format!("pan={}", plastic.pan.reveal()),
            format!("{{\"cvv\":\"{}\"}}", plastic.cvv.reveal()),
            format!("authorization: Bearer {token}"),
            format!("key {key}"),
        ];
        for text in left {
            let file = folder.path().join("window.log");
            fs::write(&file, &text).unwrap();
            let found = are_in_no_file(folder.path()).await.unwrap_err().to_string();
            assert!(found.contains("window.log") && !found.contains(&text), "{found}");
        }
    }
}
