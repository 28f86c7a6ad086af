//! The people, cards and movements that a new Practice starts with.
//!
//! Owns the invention: the same seed on the same day gives the same, and another day moves the dates only. People are
//! in `people`, movements in `movements`.

mod movements;
mod people;

use cardesk_domain::{Amount, CardState};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use redb::WriteTransaction;

use crate::clock::{at_the_issuer, issuer_time_zone};
use crate::embossing::embossed_name;
use crate::practice::PracticeError;
use crate::store::ledger::{self, MovementType, NewMovement};
use crate::store::users::UserRecord;
use crate::store::{StoreError, cards, users};

/// What each card of [`seed_few`] holds: 1,000.00.
const FEW_BALANCE_TEN_THOUSANDTHS: i64 = 10_000_000;

/// Fills an emptied state with a few people, each with one active card that holds 1,000.00: for runs that begin often.
pub(crate) fn seed_few(change: &WriteTransaction, seed: u64, now: Timestamp, people: usize) -> Result<(), PracticeError> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    for (index, person) in people::PEOPLE.iter().enumerate().take(people) {
        let user = people::registered(person, index, now, &mut random)?;
        users::add(change, &user)?;
        let (first_name, last_name) = user.names();
        let mut card = cards::issue(change, &user.id, &embossed_name(first_name, last_name), now)?;
        card.state = CardState::Active;
        card.activated_at = Some(now);
        let amount = Amount::from_ten_thousandths(FEW_BALANCE_TEN_THOUSANDTHS);
        let load = NewMovement { movement_type: MovementType::AddFunds, amount, at: now, description: None, reference: Some("NOM-INICIO") };
        ledger::record(change, &mut card, &load, amount)?;
    }
    Ok(())
}

/// What cards a person has.
#[derive(Debug, Clone, Copy)]
enum Holding {
    Nothing,
    Delivered,
    InUse,
    Blocked,
    Replaced,
    InUseAndDelivered,
}

/// One in ten holds each of the rarer things, so that every list has something to show.
const HOLDINGS: [Holding; 10] = [
    Holding::InUse,
    Holding::Delivered,
    Holding::InUse,
    Holding::Nothing,
    Holding::InUse,
    Holding::Replaced,
    Holding::Blocked,
    Holding::InUse,
    Holding::Delivered,
    Holding::InUseAndDelivered,
];

/// Fills an emptied state, as of the day of `now` by the issuer's calendar.
pub(crate) fn seed(change: &WriteTransaction, seed: u64, now: Timestamp) -> Result<(), PracticeError> {
    let today = at_the_issuer(now).date();
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    for (index, person) in people::PEOPLE.iter().enumerate() {
        let holding = HOLDINGS[index % HOLDINGS.len()];
        let months_ago = match holding {
            Holding::Nothing | Holding::Delivered => 0,
            _ => random.random_range(3..=7),
        };
        let registered_on = today.saturating_sub(months_ago.months()).saturating_sub(random.random_range(2..=20).days());
        let user = people::registered(person, index, moment(registered_on, random.random_range(8..17), &mut random), &mut random)?;
        users::add(change, &user)?;
        give_cards(change, &user, holding, registered_on, today, &mut random)?;
    }
    Ok(())
}

fn give_cards(
    change: &WriteTransaction,
    user: &UserRecord,
    holding: Holding,
    registered_on: Date,
    today: Date,
    random: &mut ChaCha8Rng,
) -> Result<(), StoreError> {
    match holding {
        Holding::Nothing => Ok(()),
        Holding::Delivered => issue(change, user, registered_on, random).map(drop),
        Holding::InUse => used(change, user, (registered_on, today), CardState::Active, today, random),
        Holding::Blocked => used(change, user, (registered_on, today.saturating_sub(9.days())), CardState::Blocked, today, random),
        Holding::Replaced => {
            let replaced_on = registered_on.saturating_add(45.days()).min(today.saturating_sub(1.day()));
            used(change, user, (registered_on, replaced_on), CardState::Blocked, today, random)?;
            used(change, user, (replaced_on, today), CardState::Active, today, random)
        }
        Holding::InUseAndDelivered => {
            used(change, user, (registered_on, today), CardState::Active, today, random)?;
            issue(change, user, today.saturating_sub(1.day()), random).map(drop)
        }
    }
}

fn issue(change: &WriteTransaction, user: &UserRecord, day: Date, random: &mut ChaCha8Rng) -> Result<cards::CardRecord, StoreError> {
    let (first_name, last_name) = user.names();
    // Just after the registration's working hours, so that no card is older than its holder.
    let hour = random.random_range(17..19);
    cards::issue(change, &user.id, &embossed_name(first_name, last_name), moment(day, hour, random))
}

/// A card that was activated on the day after its issue, and has moved money from then until the second day of `life`.
fn used(
    change: &WriteTransaction,
    user: &UserRecord,
    life: (Date, Date),
    state: CardState,
    today: Date,
    random: &mut ChaCha8Rng,
) -> Result<(), StoreError> {
    let (issued_on, until) = life;
    let mut card = issue(change, user, issued_on, random)?;
    let activated_on = issued_on.saturating_add(1.day());
    movements::live(change, &mut card, activated_on, until, today, random)?;
    card.activated_at = Some(start_of(activated_on));
    if state == CardState::Active && random.random_range(0..3) == 0 {
        let held = Amount::from_ten_thousandths(random.random_range(1_500..60_000) * 100);
        card.pending_debits = if held <= card.balance { held } else { Amount::ZERO };
        card.pending_credits = Amount::from_ten_thousandths(random.random_range(0..2) * 250_000);
    }
    if random.random_range(0..3) == 0 {
        card.alias = ["Viáticos", "Combustible", "Planilla", "Compras de oficina"][random.random_range(0..4)].to_owned();
    }
    card.state = state;
    cards::save(change, &card)
}

/// A moment of that day, within the hour.
fn moment(day: Date, hour: i64, random: &mut ChaCha8Rng) -> Timestamp {
    start_of(day) + SignedDuration::from_secs(hour * 3600 + random.random_range(0..3600))
}

/// The day's first second at the issuer.
fn start_of(day: Date) -> Timestamp {
    day.to_zoned_datetime(issuer_time_zone()).map_or(Timestamp::UNIX_EPOCH, |start| start.timestamp())
}
