//! The cardholders' phones: the one-time codes that were sent to them, and the elevated sessions that codes became.
//!
//! Owns the life of both (assumed where the contract is silent): a code has six digits, is good for five minutes, once, and
//! for three tries; a newer one for the same purpose voids it. An elevated session is good for five minutes and for one
//! change. Nothing of it is in the state file: a restart voids all.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use cardesk_domain::{CardholderId, OneTimeCode};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use sha2::{Digest, Sha256};
use specta::Type;

/// How long a code is good.
pub(crate) const CODE_LIFE: SignedDuration = SignedDuration::from_mins(5);

/// How long an elevated session is good.
pub(crate) const ELEVATION_LIFE: SignedDuration = SignedDuration::from_mins(5);

/// So many wrong tries void a code.
const MAX_WRONG_TRIES: u32 = 3;

/// The most messages that are kept.
const MAX_MESSAGES: usize = 200;

/// How a one-time code stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum CodeStanding {
    /// It can be used.
    Waiting,
    /// It was used.
    Used,
    /// It is too old.
    Expired,
    /// A newer one took its place, or it was tried wrongly too often.
    Void,
}

/// Whose phone a message is on: invented, and of Practice only.
#[derive(Debug, Clone)]
pub struct PhoneOwner {
    /// The cardholder.
    pub cardholder_id: CardholderId,
    /// The e-mail address that the code was asked for.
    pub email: String,
    /// First and last name; empty for those who have told none.
    pub name: String,
    /// The phone's number, of those who have told it.
    pub phone_number: Option<String>,
}

/// A message on a cardholder's phone, as they would see it: invented, and of Practice only.
#[derive(Debug, Clone)]
pub struct PhoneMessage {
    /// Counts the messages, from 1.
    pub number: u64,
    /// Whose phone it is.
    pub owner: PhoneOwner,
    /// What the code is for: `pin_change` or `login`.
    pub purpose: String,
    /// The code.
    pub code: OneTimeCode,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// How it stands now.
    pub standing: CodeStanding,
}

/// Why a code opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CodeRefusal {
    /// None was asked for, or the last one is used or void.
    None,
    /// It is too old.
    Expired,
    /// It is another one.
    Wrong { tries_left: u32 },
}

/// What an elevated token may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Elevation {
    pub(crate) cardholder_id: CardholderId,
    pub(crate) purpose: String,
}

#[derive(Debug)]
struct Sent {
    message: PhoneMessage,
    wrong_tries: u32,
}

#[derive(Debug)]
struct Elevated {
    token: [u8; 32],
    elevation: Elevation,
    ends_at: Timestamp,
}

#[derive(Debug, Default)]
struct Held {
    sent: VecDeque<Sent>,
    elevated: Vec<Elevated>,
    last_number: u64,
}

/// Every phone there is.
#[derive(Debug, Default)]
pub(crate) struct Phones(Mutex<Held>);

impl Phones {
    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a code; the one before, for the same address and purpose, is void from now on. When it ends.
    pub(crate) fn send(&self, owner: PhoneOwner, purpose: &str, code: OneTimeCode, now: Timestamp) -> Timestamp {
        let mut held = self.held();
        let of_the_same = |sent: &&mut Sent| sent.is_for(&owner.email, purpose);
        for earlier in held.sent.iter_mut().filter(of_the_same).filter(|sent| sent.message.standing == CodeStanding::Waiting) {
            earlier.message.standing = CodeStanding::Void;
        }
        held.last_number += 1;
        let expires_at = now + CODE_LIFE;
        let message = PhoneMessage {
            number: held.last_number,
            owner,
            purpose: purpose.to_owned(),
            code,
            sent_at: now,
            expires_at,
            standing: CodeStanding::Waiting,
        };
        held.sent.push_front(Sent { message, wrong_tries: 0 });
        held.sent.truncate(MAX_MESSAGES);
        expires_at
    }

    /// Uses a code up, if it is good: whose it was.
    pub(crate) fn redeem(&self, email: &str, purpose: &str, code: &OneTimeCode, now: Timestamp) -> Result<CardholderId, CodeRefusal> {
        let mut held = self.held();
        let last = held.sent.iter_mut().find(|sent| sent.is_for(email, purpose)).ok_or(CodeRefusal::None)?;
        match last.message.standing_at(now) {
            CodeStanding::Used | CodeStanding::Void => Err(CodeRefusal::None),
            CodeStanding::Expired => Err(CodeRefusal::Expired),
            CodeStanding::Waiting if last.message.code == *code => {
                last.message.standing = CodeStanding::Used;
                Ok(last.message.owner.cardholder_id.clone())
            }
            CodeStanding::Waiting => {
                last.wrong_tries += 1;
                if last.wrong_tries >= MAX_WRONG_TRIES {
                    last.message.standing = CodeStanding::Void;
                }
                Err(CodeRefusal::Wrong { tries_left: MAX_WRONG_TRIES - last.wrong_tries })
            }
        }
    }

    /// Opens an elevated session under this token. When it ends.
    pub(crate) fn elevate(&self, token: &str, elevation: Elevation, now: Timestamp) -> Timestamp {
        let mut held = self.held();
        held.elevated.retain(|elevated| elevated.ends_at > now);
        let ends_at = now + ELEVATION_LIFE;
        held.elevated.push(Elevated { token: hash(token), elevation, ends_at });
        ends_at
    }

    /// What this token may do, if it is that of an elevated session.
    pub(crate) fn elevation_of(&self, token: &str, now: Timestamp) -> Option<Elevation> {
        let token = hash(token);
        self.held().elevated.iter().find(|elevated| elevated.token == token && elevated.ends_at > now).map(|found| found.elevation.clone())
    }

    /// Ends an elevated session that has served its change.
    pub(crate) fn spend(&self, token: &str) {
        let token = hash(token);
        self.held().elevated.retain(|elevated| elevated.token != token);
    }

    /// Every message, the newest first, as it stands now.
    pub(crate) fn messages(&self, now: Timestamp) -> Vec<PhoneMessage> {
        let standing = |sent: &Sent| PhoneMessage { standing: sent.message.standing_at(now), ..sent.message.clone() };
        self.held().sent.iter().map(standing).collect()
    }

    /// Forgets everything: for a state that begins anew.
    pub(crate) fn clear(&self) {
        *self.held() = Held::default();
    }
}

impl Sent {
    fn is_for(&self, email: &str, purpose: &str) -> bool {
        self.message.owner.email.eq_ignore_ascii_case(email) && self.message.purpose == purpose
    }
}

impl PhoneMessage {
    fn standing_at(&self, now: Timestamp) -> CodeStanding {
        match self.standing {
            CodeStanding::Waiting if self.expires_at <= now => CodeStanding::Expired,
            other => other,
        }
    }
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(digits: &str) -> OneTimeCode {
        digits.parse().expect("a code")
    }

    fn noon() -> Timestamp {
        "2026-11-24T18:00:00Z".parse().expect("an instant")
    }

    fn ana() -> PhoneOwner {
        let cardholder_id = "u-1".parse().expect("an id");
        PhoneOwner { cardholder_id, email: "ana@example.com".to_owned(), name: "Ana Choc".to_owned(), phone_number: None }
    }

    fn phones_with(digits: &str) -> Phones {
        let phones = Phones::default();
        phones.send(ana(), "pin_change", code(digits), noon());
        phones
    }

    #[test]
    fn a_code_is_good_once_for_its_own_address_and_purpose() {
        let phones = phones_with("482915");
        assert_eq!(phones.redeem("otra@example.com", "pin_change", &code("482915"), noon()), Err(CodeRefusal::None));
        assert_eq!(phones.redeem("ana@example.com", "login", &code("482915"), noon()), Err(CodeRefusal::None));
        assert!(phones.redeem("ANA@example.com", "pin_change", &code("482915"), noon()).is_ok());
        assert_eq!(phones.redeem("ana@example.com", "pin_change", &code("482915"), noon()), Err(CodeRefusal::None));
        assert_eq!(phones.messages(noon())[0].standing, CodeStanding::Used);
    }

    #[test]
    fn three_wrong_tries_a_newer_code_or_five_minutes_void_a_code() {
        let phones = phones_with("482915");
        for tries_left in [2, 1, 0] {
            assert_eq!(phones.redeem("ana@example.com", "pin_change", &code("000000"), noon()), Err(CodeRefusal::Wrong { tries_left }));
        }
        assert_eq!(phones.redeem("ana@example.com", "pin_change", &code("482915"), noon()), Err(CodeRefusal::None));

        let phones = phones_with("482915");
        phones.send(ana(), "pin_change", code("111222"), noon());
        assert_eq!(
            phones.messages(noon()).iter().map(|message| message.standing).collect::<Vec<_>>(),
            [CodeStanding::Waiting, CodeStanding::Void]
        );

        let late = noon() + CODE_LIFE;
        assert_eq!(phones.redeem("ana@example.com", "pin_change", &code("111222"), late), Err(CodeRefusal::Expired));
        assert_eq!(phones.messages(late)[0].standing, CodeStanding::Expired);
    }

    #[test]
    fn an_elevated_session_ends_by_its_change_or_by_time() {
        let phones = Phones::default();
        let elevation = Elevation { cardholder_id: "u-1".parse().expect("an id"), purpose: "pin_change".to_owned() };
        phones.elevate("token", elevation.clone(), noon());
        assert_eq!(phones.elevation_of("token", noon()), Some(elevation.clone()));
        assert_eq!(phones.elevation_of("token", noon() + ELEVATION_LIFE), None);
        phones.spend("token");
        assert_eq!(phones.elevation_of("token", noon()), None);
        assert!(!format!("{phones:?}").contains("\"token\""));
    }
}
