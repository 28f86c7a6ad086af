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
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sqlx::sqlite::Sqlite;
use sqlx::{QueryBuilder, SqliteConnection};

use crate::database::Journal;
use crate::directory::{DirectoryColumn, DirectoryFilter, DirectoryOrder, DirectoryQuery};
use crate::error::JournalError;
use crate::profile::push_ids;
use crate::replacements::is_given_up;
use crate::stored::rows_of_json;

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
    pub(crate) located: Option<u32>,
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
        let count = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        Found { located: page.located.map(count), matched: count(page.matched), total: count(self.by_name.len() as u64), ids: page.ids }
    }
}

/// A page that is being filled, one cardholder after the other.
struct Page<'query> {
    question: Question,
    filter: DirectoryFilter,
    locate: Option<&'query CardholderId>,
    located: Option<u64>,
    rows: std::ops::Range<u64>,
    matched: u64,
    ids: Vec<CardholderId>,
}

impl<'query> Page<'query> {
    fn new(query: &'query DirectoryQuery, limit: u32) -> Self {
        let first = u64::from(query.offset);
        Self {
            question: Question::new(&query.text),
            filter: query.filter,
            locate: query.locate.as_ref(),
            located: None,
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
            if self.locate == Some(id) {
                self.located = Some(self.matched);
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

    fn add_card(&mut self, card: &CardCells, is_newest: bool) {
        let state = CardState::from_gateway(&card.state);
        self.has_card = true;
        self.has_card_needing_insert |= state.needs_insert(card.has_insert != 0, card.is_given_up != 0);
        self.has_card_never_activated |= state.awaits_activation();
        if let Some(last_four) = &card.last_four {
            add_word(&mut self.words, last_four);
        }
        // The newest card is the one that is shown.
        if is_newest {
            self.sorted_by.last_four = card.last_four.as_deref().map(Into::into);
            self.sorted_by.card_state = Some(match state {
                CardState::Inactive => 0,
                CardState::Active => 1,
                CardState::Blocked => 2,
                CardState::Other(_) => 3,
            });
        }
    }
}

/// What the cards of one cardholder say of an entry, as they are read, in any order.
#[derive(Default)]
struct CardsRead {
    entry: Entry,
    /// Of the newest so far: when it was issued, in microseconds, where known, and its id.
    newest: Option<(Option<i64>, String)>,
}

impl CardsRead {
    fn add(&mut self, mut card: CardCells) {
        let issued = (card.issued_at, std::mem::take(&mut card.id));
        let is_newest = self.newest.as_ref().is_none_or(|newest| *newest < issued);
        self.entry.add_card(&card, is_newest);
        if is_newest {
            self.newest = Some(issued);
        }
    }
}

/// What was typed, as the beginnings of words that all have to be there; or, when there are digits in it, as one number that
/// was written in groups: `2547 89012 0101`, `A-123456`, `576937-K`.
struct Question {
    beginnings: Vec<Finder<'static>>,
    number: Option<Finder<'static>>,
}

impl Question {
    fn new(text: &str) -> Self {
        let folded = fold_for_search(text);
        let parts: Vec<&str> = words_of(&folded).collect();
        let is_grouped_number = parts.len() > 1 && folded.bytes().any(|byte| byte.is_ascii_digit());
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
    let mut of_cards: HashMap<String, CardsRead> = HashMap::new();
    for mut card in read_cells::<CardCells>(connection, &CARD_CELLS, ids).await? {
        of_cards.entry(std::mem::take(&mut card.cardholder_id)).or_default().add(card);
    }
    let mut cardholders: Vec<CardholderCells> = read_cells(connection, &CARDHOLDER_CELLS, ids).await?;
    for cardholder in &mut cardholders {
        // Older versions wrote a key of nothing for a last name that is not known.
        if cardholder.sort_key.starts_with(UNIT_SEPARATOR) {
            let CardholderCells { last_name, first_name, username, id, .. } = &*cardholder;
            cardholder.sort_key = sort_key(last_name, first_name, username, id);
        }
    }
    cardholders.sort_unstable_by(|one, other| (&one.sort_key, &one.id).cmp(&(&other.sort_key, &other.id)));
    for cardholder in cardholders {
        let mut entry = of_cards.remove(&cardholder.id).unwrap_or_default().entry;
        entry.words = cardholder.words() + &entry.words;
        entry.words.shrink_to_fit();
        entry.sorted_by.document = sortable(cardholder.document_number.as_deref());
        entry.sorted_by.email = sortable(Some(&cardholder.username));
        entry.sorted_by.phone = sortable(cardholder.phone_number.as_deref());
        let id: CardholderId = cardholder.id.parse().map_err(|_| JournalError::UnreadableValue("id"))?;
        let name: Arc<str> = cardholder.sort_key.into();
        entries.names.insert(id.clone(), Arc::clone(&name));
        entries.by_name.insert((name, id), Arc::new(entry));
    }
    Ok(())
}

/// What the index reads of a table.
struct Cells {
    /// One row, as a JSON array in the order of the type that it is read into.
    row: &'static str,
    table: &'static str,
    cardholder_id: &'static str,
}

const CARD_CELLS: Cells = Cells {
    row: concat!(
        "json_array(t.cardholder_id, t.id, t.issued_at, t.last_four, t.state, EXISTS (SELECT 1 FROM inserts i WHERE i.state = 'printed' \
         AND i.cardholder_id = t.cardholder_id AND (i.card_id = t.id OR i.card_id IS NULL)), ",
        is_given_up!("t.id"),
        ")"
    ),
    table: "cards",
    cardholder_id: "t.cardholder_id",
};

const CARDHOLDER_CELLS: Cells = Cells {
    row: "json_array(t.id, t.first_name, t.last_name, t.username, t.phone_number, t.document_number, t.sort_key)",
    table: "cardholders",
    cardholder_id: "t.id",
};

/// A card, in the order of [`CARD_CELLS`].
#[derive(Deserialize)]
struct CardCells {
    cardholder_id: String,
    id: String,
    issued_at: Option<i64>,
    last_four: Option<String>,
    state: String,
    has_insert: u8,
    is_given_up: u8,
}

/// A cardholder, in the order of [`CARDHOLDER_CELLS`].
#[derive(Deserialize)]
struct CardholderCells {
    id: String,
    first_name: String,
    last_name: String,
    username: String,
    phone_number: Option<String>,
    document_number: Option<String>,
    sort_key: String,
}

/// How many rows the database hands over at a time.
const ROWS_AT_A_TIME: i64 = 2_000;

/// Reads rows, all or those of `ids`. They come thousands at a time as JSON: handing over each by itself, from the
/// database's thread to this one, takes longer than reading it.
async fn read_cells<Row: DeserializeOwned>(
    connection: &mut SqliteConnection,
    cells: &Cells,
    ids: Option<&[CardholderId]>,
) -> Result<Vec<Row>, JournalError> {
    let select = format!("SELECT json_group_array({}) FROM {} t WHERE ", cells.row, cells.table);
    let mut read = Vec::new();
    if let Some(ids) = ids {
        let mut query = QueryBuilder::new(format!("{select}{} IN ", cells.cardholder_id));
        push_ids(&mut query, ids);
        let rows: String = query.build_query_scalar().fetch_one(connection).await?;
        read.extend(rows_of_json::<Row>(&rows, "directory")?);
        return Ok(read);
    }
    let last: i64 = QueryBuilder::<Sqlite>::new(format!("SELECT coalesce(max(rowid), 0) FROM {}", cells.table))
        .build_query_scalar()
        .fetch_one(&mut *connection)
        .await?;
    let mut after = 0;
    while after < last {
        let mut query = QueryBuilder::<Sqlite>::new(format!("{select}t.rowid > "));
        query.push_bind(after).push(" AND t.rowid <= ").push_bind(after + ROWS_AT_A_TIME);
        let rows: String = query.build_query_scalar().fetch_one(&mut *connection).await?;
        read.extend(rows_of_json::<Row>(&rows, "directory")?);
        after += ROWS_AT_A_TIME;
    }
    Ok(read)
}

/// Text as it is sorted; nothing for an empty one.
fn sortable(text: Option<&str>) -> Option<Box<str>> {
    text.map(fold_for_search).filter(|folded| !folded.is_empty()).map(String::into_boxed_str)
}

impl CardholderCells {
    fn words(&self) -> String {
        let mut words = String::new();
        add_name(&mut words, &self.first_name);
        add_name(&mut words, &self.last_name);
        for text in [&self.username, &self.id] {
            words_of(&fold_for_search(text)).for_each(|word| add_word(&mut words, word));
        }
        if let Some(document) = &self.document_number {
            add_word(&mut words, &joined(&fold_for_search(document)));
        }
        if let Some(phone) = &self.phone_number {
            add_phone(&mut words, phone);
        }
        words
    }
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

/// Sorts before everything that a name can contain, so that a short last name comes first.
const UNIT_SEPARATOR: char = '\u{1f}';

/// The key by which people are sorted: last name, then first name, without case and accents; whoever has neither is shown by
/// the e-mail address, or by the id, and stands there.
pub(crate) fn sort_key(last_name: &str, first_name: &str, username: &str, id: &str) -> String {
    let (last_name, first_name) = match (last_name.trim(), first_name.trim(), username.trim()) {
        ("", "", "") => (id, ""),
        ("", "", username) => (username, ""),
        ("", first_name, _) => (first_name, ""),
        (last_name, first_name, _) => (last_name, first_name),
    };
    format!("{}{UNIT_SEPARATOR}{}", fold_for_search(last_name), fold_for_search(first_name))
}
