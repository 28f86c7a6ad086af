//! The invented life of a card: loads on pay days, payments in shops, now and then a refund or a withdrawal.
//!
//! Every movement goes through the ledger's one function, so that balances add up by construction.

use cardesk_domain::Amount;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use redb::WriteTransaction;

use super::start_of;
use crate::store::StoreError;
use crate::store::cards::CardRecord;
use crate::store::ledger::{self, MovementType, NewMovement};

const SHOPS: [&str; 18] = [
    "Tienda La Bendición",
    "Farmacia San Rafael",
    "Abarrotería Doña Chusita",
    "Gasolinera Ruta al Atlántico",
    "Panadería Las Delicias",
    "Comedor El Buen Sabor",
    "Ferretería El Tornillo",
    "Librería Progreso",
    "Supermercado El Ahorrito",
    "Transportes Rutas del Sur",
    "Zapatería Pasos Firmes",
    "Café Volcán de Agua",
    "Recarga de saldo móvil",
    "Pollería Don Toño",
    "Clínica Dental Sonrisas",
    "Mercado de Artesanías Atitlán",
    "Lavandería Burbujas",
    "Agropecuaria El Ranchito",
];

/// What happens on one day, in the order of the hours.
struct Event {
    second: i64,
    movement_type: MovementType,
    amount: Amount,
    description: String,
    reference: Option<String>,
}

/// Lets the card be used from `first` until `last`, both included.
pub(super) fn live(
    change: &WriteTransaction,
    card: &mut CardRecord,
    first: Date,
    last: Date,
    today: Date,
    random: &mut ChaCha8Rng,
) -> Result<(), StoreError> {
    let salary = random.random_range(8..70) * 500_000;
    let mut day = first;
    let mut last_payment = None;
    while day <= last {
        for event in events_of(day, first, today, salary, random) {
            let event = refunded(event, &mut last_payment, random);
            let Ok(balance) = ledger::balance_after(card, event.movement_type, event.amount) else { continue };
            if balance.is_negative() {
                continue;
            }
            let at: Timestamp = start_of(day) + SignedDuration::from_secs(event.second);
            let movement = NewMovement {
                movement_type: event.movement_type,
                amount: event.amount,
                at,
                description: Some(&event.description),
                reference: event.reference.as_deref(),
            };
            ledger::record(change, card, &movement, balance)?;
        }
        day = day.saturating_add(1.day());
    }
    Ok(())
}

/// Loads come at midnight, when the companies' batches run. Today has only begun: nothing later than its first second
/// has happened yet, whatever the time of the first start.
fn events_of(day: Date, first: Date, today: Date, salary: i64, random: &mut ChaCha8Rng) -> Vec<Event> {
    let mut events = Vec::new();
    if matches!(day.day(), 1 | 15) || day == first || day == today && random.random_range(0..2) == 0 {
        events.push(load(day, salary, random));
    }
    if day == today || random.random_range(0..100) >= 26 {
        return events;
    }
    let mut second = random.random_range(7 * 3600..14 * 3600);
    for _ in 0..random.random_range(1..=2) {
        events.push(payment(second, random));
        second += random.random_range(600..4 * 3600);
    }
    if random.random_range(0..12) == 0 {
        events.push(withdrawal(day, second, random));
    }
    events
}

fn load(day: Date, salary: i64, random: &mut ChaCha8Rng) -> Event {
    // Now and then an allowance in another currency was converted, and leaves all four places.
    let odd = if random.random_range(0..12) == 0 { random.random_range(1..10_000) } else { 0 };
    Event {
        second: 0,
        movement_type: MovementType::AddFunds,
        amount: Amount::from_ten_thousandths(salary + odd),
        description: if odd == 0 { "Planilla".to_owned() } else { "Viáticos convertidos de USD".to_owned() },
        reference: Some(format!("NOM-{}{:02}{:02}-{:04}", day.year(), day.month(), day.day(), random.random_range(0..10_000))),
    }
}

fn payment(second: i64, random: &mut ChaCha8Rng) -> Event {
    let largest = if random.random_range(0..6) == 0 { 95_000 } else { 22_000 };
    Event {
        second,
        movement_type: MovementType::Payment,
        amount: Amount::from_ten_thousandths(random.random_range(800..largest) * 100),
        description: SHOPS[random.random_range(0..SHOPS.len())].to_owned(),
        reference: None,
    }
}

fn withdrawal(day: Date, second: i64, random: &mut ChaCha8Rng) -> Event {
    Event {
        second,
        movement_type: MovementType::WithdrawFunds,
        amount: Amount::from_ten_thousandths(random.random_range(1..9) * 1_000_000),
        description: "Retiro en cajero".to_owned(),
        reference: Some(format!("ATM-{}{:02}{:02}-{:04}", day.year(), day.month(), day.day(), random.random_range(0..10_000))),
    }
}

/// Now and then a shop takes back what it sold last, instead of selling more.
fn refunded(event: Event, last_payment: &mut Option<(Amount, String)>, random: &mut ChaCha8Rng) -> Event {
    if event.movement_type != MovementType::Payment {
        return event;
    }
    if random.random_range(0..25) == 0
        && let Some((amount, description)) = last_payment.take()
    {
        return Event { movement_type: MovementType::Refund, amount, description: format!("Devolución · {description}"), ..event };
    }
    *last_payment = Some((event.amount, event.description.clone()));
    event
}
