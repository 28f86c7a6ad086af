//! The directory's words in memory, so that a keystroke never waits for the disk.
//!
//! Owns which words a cardholder is found by, the order of names, and keeping the words in step with the tables: every
//! write says beforehand whose entries it will change, and the next question reads those again. One program holds the
//! journal, so nobody else can change the tables unnoticed. (On a shared database an index of its own takes this place.)
//!
//! 100,000 cardholders are some 30 MB and are scanned in a few milliseconds, exact counts and any page included; an
//! index in the database answers the frequent beginnings (`ma`) only after sorting half of the table.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use cardesk_domain::text::fold_for_search;
use cardesk_domain::{CardState, CardholderId};
use memchr::memmem::Finder;
use sqlx::sqlite::{Sqlite, SqliteRow};
use sqlx::{QueryBuilder, Row, SqliteConnection};

use crate::database::Journal;
use crate::directory::{DirectoryColumn, DirectoryFilter, DirectoryOrder, DirectoryQuery};
use crate::error::JournalError;
use crate::profile::push_ids;
use crate::stored::parsed_at;

/// The index, empty until the first question.
#[derive(Default)]
pub(crate) struct DirectoryIndex {
    entries: tokio::sync::Mutex<Option<Entries>>,
    changed: Arc<Mutex<HashSet<CardholderId>>>,
}

/// Says, when it is dropped, that entries have changed: after the commit, and just so if the caller gave up during it.
pub(crate) struct WillChange {
    ids: Vec<CardholderId>,
    changed: Arc<Mutex<HashSet<CardholderId>>>,
}

impl Drop for WillChange {
    fn drop(&mut self) {
        self.changed.lock().unwrap_or_else(PoisonError::into_inner).extend(self.ids.drain(..));
    }
}

impl DirectoryIndex {
    /// To be called before the commit of a write, and kept until after it.
    #[must_use]
    pub(crate) fn will_change(&self, ids: Vec<CardholderId>) -> WillChange {
        WillChange { ids, changed: Arc::clone(&self.changed) }
    }

    fn changed_ids(&self) -> Vec<CardholderId> {
        self.changed.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    fn take_changed(&self) -> HashSet<CardholderId> {
        std::mem::take(&mut *self.changed.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A page of ids, and the counts.
pub(crate) struct Found {
    pub(crate) ids: Vec<CardholderId>,
    pub(crate) matched: u32,
    pub(crate) total: u32,
}

/// Every cardholder by name, and where each stands.
#[derive(Default)]
struct Entries {
    by_name: BTreeMap<(Arc<str>, CardholderId), Arc<Entry>>,
    names: HashMap<CardholderId, Arc<str>>,
    /// The last order that was asked for and is not the one of names: sorted once, and again after a change.
    sorted: Option<Sorted>,
}

/// Everyone in one order.
struct Sorted {
    order: DirectoryOrder,
    all: Vec<(CardholderId, Arc<Entry>)>,
}

/// What a cardholder is found by: every word with a space before it, and what the filters ask.
#[derive(Default)]
struct Entry {
    words: String,
    sorted_by: SortedBy,
    has_card: bool,
    has_card_needing_insert: bool,
    has_card_never_activated: bool,
}

/// What a cardholder is sorted by, beside the name; without what is not known.
#[derive(Default)]
struct SortedBy {
    document: Option<Box<str>>,
    email: Option<Box<str>>,
    phone: Option<Box<str>>,
    last_four: Option<Box<str>>,
    card_state: Option<u8>,
}

/// One thing that is sorted by.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum SortKey<'entry> {
    Text(&'entry str),
    Rank(u8),
}

/// From this many changes on, reading everything again is quicker than picking.
const MANY_CHANGES: usize = 10_000;

/// How many ids one statement names.
pub(crate) const IDS_A_STATEMENT: usize = 500;

impl Journal {
    pub(crate) async fn find_in_directory(&self, query: &DirectoryQuery, limit: u32) -> Result<Found, JournalError> {
        let index = self.directory_index();
        let mut held = index.entries.lock().await;
        let entries = match held.take() {
            Some(entries) if index.changed_ids().len() < MANY_CHANGES => self.with_changes(entries).await,
            _ => self.all_entries().await,
        };
        let entries = held.insert(entries?);
        entries.sort(query.order);
        Ok(entries.find(query, limit))
    }

    /// Everything, from one snapshot.
    async fn all_entries(&self) -> Result<Entries, JournalError> {
        self.directory_index().take_changed();
        let mut entries = Entries::default();
        let mut snapshot = self.reading().begin().await?;
        read_into(&mut entries, &mut snapshot, None).await?;
        Ok(entries)
    }

    /// Reads the changed ones again, on the connection that wrote them: a write whose caller gave up during the commit is
    /// over by then.
    async fn with_changes(&self, mut entries: Entries) -> Result<Entries, JournalError> {
        let changed: Vec<CardholderId> = self.directory_index().take_changed().into_iter().collect();
        if changed.is_empty() {
            return Ok(entries);
        }
        let mut transaction = self.begin_writing().await?;
        for ids in changed.chunks(IDS_A_STATEMENT) {
            entries.remove(ids);
            read_into(&mut entries, &mut transaction, Some(ids)).await?;
        }
        Ok(entries)
    }
}

impl Entries {
    fn remove(&mut self, ids: &[CardholderId]) {
        for id in ids {
            self.sorted = None;
            if let Some(name) = self.names.remove(id) {
                self.by_name.remove(&(name, id.clone()));
            }
        }
    }

    /// Sorts, if it is not sorted so already. The order of names is always there.
    fn sort(&mut self, order: DirectoryOrder) {
        if order.by == DirectoryColumn::Name || self.sorted.as_ref().is_some_and(|sorted| sorted.order == order) {
            return;
        }
        let mut all: Vec<_> = self.by_name.iter().map(|((_, id), entry)| (id.clone(), Arc::clone(entry))).collect();
        // They come in the order of names, which a stable sort keeps among equals.
        all.sort_by(|(_, one), (_, other)| {
            let (one, other) = (one.sorted_by.key(order.by), other.sorted_by.key(order.by));
            let is_missing = one.is_none().cmp(&other.is_none());
            is_missing.then_with(|| if order.is_descending { other.cmp(&one) } else { one.cmp(&other) })
        });
        self.sorted = Some(Sorted { order, all });
    }

    fn find(&self, query: &DirectoryQuery, limit: u32) -> Found {
        let mut page = Page::new(query, limit);
        match &self.sorted {
            Some(sorted) if sorted.order == query.order => sorted.all.iter().for_each(|(id, entry)| page.look_at(id, entry)),
            _ if query.order.is_descending => self.by_name.iter().rev().for_each(|((_, id), entry)| page.look_at(id, entry)),
            _ => self.by_name.iter().for_each(|((_, id), entry)| page.look_at(id, entry)),
        }
        let (ids, matched) = (page.ids, page.matched);
        let count = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        Found { ids, matched: count(matched), total: count(self.by_name.len() as u64) }
    }
}

/// A page that is being filled, one cardholder after the other.
struct Page {
    question: Question,
    filter: DirectoryFilter,
    rows: std::ops::Range<u64>,
    matched: u64,
    ids: Vec<CardholderId>,
}

impl Page {
    fn new(query: &DirectoryQuery, limit: u32) -> Self {
        let first = u64::from(query.offset);
        Self {
            question: Question::new(&query.text),
            filter: query.filter,
            rows: first..first + u64::from(limit),
            matched: 0,
            ids: Vec::new(),
        }
    }

    fn look_at(&mut self, id: &CardholderId, entry: &Entry) {
        if entry.passes(self.filter) && self.question.is_answered_by(&entry.words) {
            if self.rows.contains(&self.matched) {
                self.ids.push(id.clone());
            }
            self.matched += 1;
        }
    }
}

impl SortedBy {
    fn key(&self, column: DirectoryColumn) -> Option<SortKey<'_>> {
        match column {
            // Names have an order of their own.
            DirectoryColumn::Name => None,
            DirectoryColumn::Document => self.document.as_deref().map(SortKey::Text),
            DirectoryColumn::Email => self.email.as_deref().map(SortKey::Text),
            DirectoryColumn::Phone => self.phone.as_deref().map(SortKey::Text),
            DirectoryColumn::LastFour => self.last_four.as_deref().map(SortKey::Text),
            DirectoryColumn::CardState => self.card_state.map(SortKey::Rank),
        }
    }
}

impl Entry {
    const fn passes(&self, filter: DirectoryFilter) -> bool {
        match filter {
            DirectoryFilter::All => true,
            DirectoryFilter::NoCard => !self.has_card,
            DirectoryFilter::CardWithoutInsert => self.has_card_needing_insert,
            DirectoryFilter::NeverActivated => self.has_card_never_activated,
        }
    }

    fn add_card(&mut self, row: &SqliteRow) -> Result<(), JournalError> {
        self.has_card = true;
        let state = CardState::from_gateway(row.try_get("state")?);
        self.has_card_needing_insert |= state.needs_insert(row.try_get("has_insert")?);
        self.has_card_never_activated |= state.awaits_activation();
        let last_four = row.try_get::<Option<&str>, _>("last_four")?;
        if let Some(last_four) = last_four {
            add_word(&mut self.words, last_four);
        }
        // The newest card comes last, and is the one that is shown.
        self.sorted_by.last_four = last_four.map(Into::into);
        self.sorted_by.card_state = Some(match state {
            CardState::Inactive => 0,
            CardState::Active => 1,
            CardState::Blocked => 2,
            CardState::Other(_) => 3,
        });
        Ok(())
    }
}

/// What was typed, as the beginnings of words that all have to be there; or, when it is digits in groups, as one number.
struct Question {
    beginnings: Vec<Finder<'static>>,
    number: Option<Finder<'static>>,
}

impl Question {
    fn new(text: &str) -> Self {
        let folded = fold_for_search(text);
        let parts: Vec<&str> = words_of(&folded).collect();
        let is_grouped_number = parts.len() > 1 && parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
        Self {
            beginnings: parts.iter().map(|part| beginning(part)).collect(),
            number: is_grouped_number.then(|| beginning(&parts.concat())),
        }
    }

    fn is_answered_by(&self, words: &str) -> bool {
        let has = |finder: &Finder<'_>| finder.find(words.as_bytes()).is_some();
        self.beginnings.iter().all(has) || self.number.as_ref().is_some_and(has)
    }
}

fn beginning(part: &str) -> Finder<'static> {
    Finder::new(&format!(" {part}")).into_owned()
}

/// Reads entries, all or those of `ids`, from one connection. They are made in the order of names and each at its full
/// length, so that they lie in memory in the order in which a search passes over them.
async fn read_into(entries: &mut Entries, connection: &mut SqliteConnection, ids: Option<&[CardholderId]>) -> Result<(), JournalError> {
    let mut query = QueryBuilder::new(
        "SELECT c.cardholder_id, c.last_four, c.state, EXISTS (SELECT 1 FROM inserts i WHERE i.state = 'printed' \
         AND i.cardholder_id = c.cardholder_id AND (i.card_id = c.id OR i.card_id IS NULL)) AS has_insert FROM cards c",
    );
    only(&mut query, " WHERE c.cardholder_id IN ", ids);
    query.push(" ORDER BY c.issued_at, c.id");
    let mut of_cards: HashMap<CardholderId, Entry> = HashMap::new();
    for row in &query.build().fetch_all(&mut *connection).await? {
        of_cards.entry(parsed_at(row, "cardholder_id")?).or_default().add_card(row)?;
    }
    let mut query =
        QueryBuilder::new("SELECT id, first_name, last_name, username, phone_number, document_number, sort_key FROM cardholders");
    only(&mut query, " WHERE id IN ", ids);
    query.push(" ORDER BY sort_key, id");
    for row in &query.build().fetch_all(connection).await? {
        let id: CardholderId = parsed_at(row, "id")?;
        let name: Arc<str> = row.try_get::<&str, _>("sort_key")?.into();
        let mut entry = of_cards.remove(&id).unwrap_or_default();
        entry.words = profile_words(row)? + &entry.words;
        entry.words.shrink_to_fit();
        entry.sorted_by.document = sortable(row.try_get("document_number")?);
        entry.sorted_by.email = sortable(row.try_get("username")?);
        entry.sorted_by.phone = sortable(row.try_get("phone_number")?);
        entries.names.insert(id.clone(), Arc::clone(&name));
        entries.by_name.insert((name, id), Arc::new(entry));
    }
    Ok(())
}

/// Text as it is sorted; nothing for an empty one.
fn sortable(text: Option<&str>) -> Option<Box<str>> {
    text.map(fold_for_search).filter(|folded| !folded.is_empty()).map(String::into_boxed_str)
}

fn only(query: &mut QueryBuilder<Sqlite>, clause: &str, ids: Option<&[CardholderId]>) {
    if let Some(ids) = ids {
        query.push(clause);
        push_ids(query, ids);
    }
}

fn profile_words(row: &SqliteRow) -> Result<String, JournalError> {
    let mut words = String::new();
    for column in ["first_name", "last_name"] {
        add_name(&mut words, row.try_get(column)?);
    }
    for column in ["username", "id"] {
        words_of(&fold_for_search(row.try_get(column)?)).for_each(|word| add_word(&mut words, word));
    }
    if let Some(document) = row.try_get::<Option<&str>, _>("document_number")? {
        add_word(&mut words, &joined(&fold_for_search(document)));
    }
    if let Some(phone) = row.try_get::<Option<&str>, _>("phone_number")? {
        add_phone(&mut words, phone);
    }
    Ok(words)
}

/// `O'Neill` is found by `oneill` and by `neill`.
fn add_name(words: &mut String, name: &str) {
    for part in fold_for_search(name).split(' ') {
        let whole = joined(part);
        add_word(words, &whole);
        words_of(part).filter(|word| *word != whole).for_each(|word| add_word(words, word));
    }
}

/// With the country's code, and by its last eight digits as people say it (Guatemala's own numbers have eight).
fn add_phone(words: &mut String, phone: &str) {
    let digits = joined(phone);
    add_word(words, &digits);
    if let Some(national) = digits.len().checked_sub(8).filter(|start| *start > 0).and_then(|start| digits.get(start..)) {
        add_word(words, national);
    }
}

fn add_word(words: &mut String, word: &str) {
    if !word.is_empty() {
        words.push(' ');
        words.push_str(word);
    }
}

fn words_of(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty())
}

fn joined(folded: &str) -> String {
    folded.chars().filter(|character| character.is_alphanumeric()).collect()
}

/// The key by which names are sorted: last name, then first name, without case and accents.
pub(crate) fn sort_key(last_name: &str, first_name: &str) -> String {
    // The unit separator sorts before everything that a name can contain, so that a short last name comes first.
    format!("{}\u{1f}{}", fold_for_search(last_name), fold_for_search(first_name))
}
