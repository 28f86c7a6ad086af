//! Looks for secrets in all that the desk leaves or shows: files, what programs said, arguments and environments of its
//! processes, the page and the web view's storage.
//!
//! Owns where to look for what one journey has used. Call [`look`] at its end, with the window still open. What Practice knows
//! is looked for without it, as the window goes ([`crate::practice_secrets`]).

use std::fs;
use std::path::Path;

use crate::page::Page;
use crate::processes;
use crate::secret_search::{Finding, Secrets};
use crate::session::Session;
use crate::trouble::{Outcome, Trouble};

/// Everything that a page keeps, and everything in it: storage, cookies, the names of databases and caches, every element
/// with its attributes, every field's value.
const KEPT_BY_THE_PAGE: &str = "const done = arguments[arguments.length - 1];\
    Promise.all([indexedDB.databases ? indexedDB.databases() : [], globalThis.caches ? caches.keys() : []]\
      .map((each) => Promise.resolve(each).catch(() => [])))\
    .then(([databases, caches]) => done(JSON.stringify({\
      storage: { ...localStorage }, session: { ...sessionStorage }, cookie: document.cookie, databases, caches,\
      fields: [...document.querySelectorAll('input, textarea, select')].map((each) => each.value),\
      history: history.state, address: location.href, title: document.title, page: document.documentElement.outerHTML })))";

/// What the desk keeps in the session's keychain for its companies: its key, its tokens, its journal's key, as they are.
///
/// # Errors
/// If the keychain can't be asked.
pub async fn keychain_items(session: &Session) -> Outcome<Vec<(String, Vec<u8>)>> {
    let journals = fs::read_dir(session.data().join("journals")).map_err(Trouble::of("the journals"))?;
    let names = journals.flatten().filter_map(|entry| Some(entry.file_name().to_str()?.strip_suffix(".journal")?.to_owned()));
    let mut items = Vec::new();
    for profile in names {
        for purpose in ["signing-key", "tokens", "journal-key"] {
            let account = format!("{profile}/{purpose}");
            let mut command = session.command(Path::new("secret-tool"));
            command.args(["lookup", "service", "Cardesk", "username", &account]);
            let kept = command.output().await.map_err(Trouble::of("secret-tool"))?.stdout;
            if !kept.is_empty() {
                items.push((account, kept));
            }
        }
    }
    Ok(items)
}

/// Where these secrets are found.
///
/// # Errors
/// If the page can't be asked.
pub async fn look(session: &Session, page: &Page, secrets: &Secrets) -> Outcome<Vec<Finding>> {
    let searcher = secrets.searcher();
    let mut found = searcher.below(session.files());
    for pid in processes::marked(session.mark()) {
        for part in ["cmdline", "environ"] {
            let place = format!("/proc/{}/{part}", pid.as_raw_nonzero());
            found.extend(searcher.in_bytes(&place, &fs::read(&place).unwrap_or_default()));
        }
    }
    let kept = page.script_later(KEPT_BY_THE_PAGE).await?;
    found.extend(searcher.in_bytes("the page", kept.to_string().as_bytes()));
    found.extend(searcher.in_bytes("the page", kept.as_str().unwrap_or_default().as_bytes()));
    Ok(found)
}
