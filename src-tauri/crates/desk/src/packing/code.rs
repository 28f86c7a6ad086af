//! Which insert a code means, and whether the code is ours at all.
//!
//! Owns when one code says enough: an activation code is the cardholder's, and a small code without a mark is every company's.
//! Where one alone does not say which paper is in hand, its other code is asked for, and the two are read together.

use cardesk_domain::{ActivationLinkParts, Environment};
use cardesk_journal::InsertToPack;

use super::scan::Scanned;
use super::verdict::knows_its_plastic;
use super::{Stop, mark, to_be_packed};
use crate::copies::display_name;
use crate::error::DeskResult;
use crate::view::{ScanOutcome, StopKind};
use crate::workplace::{Workplace, count};

/// What a code leads to.
pub(super) enum Read {
    Insert(Box<Result<InsertToPack, Stop>>),
    /// The other code of the paper is needed as well.
    Unclear(Box<ScanOutcome>),
}

impl Read {
    fn stop(kind: StopKind) -> Self {
        Self::Insert(Box::new(Err(Stop::new(kind, None))))
    }
}

impl Workplace {
    /// What a code leads to, with the other code of the same paper where that was read before; `None` for what was typed and is no
    /// code.
    pub(super) async fn read_code(&self, code: Scanned, is_typed: bool, earlier: Option<Scanned>) -> DeskResult<Option<Read>> {
        Ok(Some(match (code, earlier) {
            (Scanned::Serial(serial, Some(mark)), _) => self.by_small_code(&serial, &mark).await?,
            (Scanned::Serial(serial, None), _) if is_typed => Read::Insert(Box::new(self.by_serial(&serial).await?)),
            (Scanned::Serial(serial, None), Some(Scanned::Link(parts))) => self.by_old_code(&serial, Some(&parts)).await?,
            (Scanned::Serial(serial, None), _) => self.by_old_code(&serial, None).await?,
            (Scanned::Link(parts), Some(Scanned::Serial(serial, None))) => {
                if self.are_of_one_paper(&serial, &parts).await? {
                    Read::Insert(Box::new(self.by_serial(&serial).await?))
                } else {
                    self.by_link(&parts).await?
                }
            }
            (Scanned::Link(parts), _) => self.by_link(&parts).await?,
            (Scanned::Nothing, _) if is_typed => return Ok(None),
            (Scanned::Nothing, _) => Read::stop(StopKind::Unknown),
        }))
    }

    /// The insert of a small code, if its mark is that of this journal's papers.
    async fn by_small_code(&self, serial: &str, mark: &str) -> DeskResult<Read> {
        let ours = self.mark_of_serials().await?;
        Ok(if mark == ours.as_str() {
            Read::Insert(Box::new(self.by_serial(serial).await?))
        } else if mark::is_of_another_environment(mark, ours.as_str()) {
            Read::stop(StopKind::OtherEnvironment)
        } else {
            // Another company's, or of another journal of this one: in any case it was not printed here.
            Read::stop(StopKind::Unknown)
        })
    }

    /// The insert of a small code that has no mark, as older versions printed it: every company has such a serial. What is typed
    /// of the plastic tells another's paper, if the insert knows its plastic; else its activation code has to.
    async fn by_old_code(&self, serial: &str, link: Option<&ActivationLinkParts>) -> DeskResult<Read> {
        let found = self.by_serial(serial).await?;
        if let Ok(insert) = &found {
            let cards = self.journal.cards_of(&insert.cardholder.id).await?;
            let is_ours = knows_its_plastic(insert, &cards)
                || link.is_some_and(|parts| self.kind_of_link(parts).is_none() && parts.cardholder == insert.cardholder.id);
            if !is_ours {
                return Ok(Read::Unclear(Box::new(ScanOutcome::NeedsLink { serial: serial.to_owned() })));
            }
        }
        Ok(Read::Insert(Box::new(found)))
    }

    /// Whether a serial and an activation code are those of one paper of ours.
    async fn are_of_one_paper(&self, serial: &str, parts: &ActivationLinkParts) -> DeskResult<bool> {
        let insert = self.journal.insert_to_pack(serial).await?;
        Ok(self.kind_of_link(parts).is_none() && insert.is_some_and(|insert| insert.cardholder.id == parts.cardholder))
    }

    /// Whose a link is, if it is not this company's.
    fn kind_of_link(&self, parts: &ActivationLinkParts) -> Option<StopKind> {
        let profile = self.profile();
        let client = parts.client.as_ref().map(ToString::to_string).unwrap_or_default();
        if !is_same_page(&parts.webview, &profile.activation_base, profile.environment) {
            Some(StopKind::OtherEnvironment)
        } else if client != profile.client_slug {
            Some(StopKind::OtherCompany)
        } else {
            None
        }
    }

    /// The insert with this activation code. The code is the cardholder's: where more than one insert was printed with it, it
    /// does not say which of them is in hand.
    async fn by_link(&self, parts: &ActivationLinkParts) -> DeskResult<Read> {
        if let Some(kind) = self.kind_of_link(parts) {
            return Ok(Read::stop(kind));
        }
        let mut inserts = self.journal.inserts_to_pack_of(&parts.cardholder).await?;
        Ok(match (inserts.pop(), inserts.len()) {
            (None, _) => Read::stop(StopKind::Unknown),
            (Some(only), 0) => Read::Insert(Box::new(to_be_packed(only))),
            (Some(one), others) => Read::Unclear(Box::new(ScanOutcome::NeedsSerial {
                display_name: display_name(&one.cardholder),
                inserts: count(others + 1),
            })),
        })
    }
}

/// Whether a link leads to the activation page of this company. Practice's port may be another one after a start.
fn is_same_page(scanned: &str, ours: &str, environment: Environment) -> bool {
    let without_port = |address: &str| {
        let (begins, rest) = address.split_once("//").unwrap_or_default();
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        format!("{begins}//{}/{path}", host.split_once(':').map_or(host, |(name, _)| name))
    };
    match environment {
        Environment::Practice => without_port(scanned).eq_ignore_ascii_case(&without_port(ours)),
        Environment::Qa | Environment::Production => scanned.eq_ignore_ascii_case(ours),
    }
}
