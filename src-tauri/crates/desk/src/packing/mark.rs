//! The mark of this company's papers, which the small codes carry behind the serial: `0043-001-P7K3`.
//!
//! Owns what it is made of. Serials begin at 0001-001 in every journal, so that a serial alone does not tell another company's
//! paper, or that of a desk beside this one, from ours: the first sign is the environment's, the others are the journal's own.

use cardesk_domain::Environment;
use cardesk_inserts::SerialMark;

use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::workplace::Workplace;

impl Workplace {
    /// What the small codes of this company's papers say after the serial.
    pub(crate) async fn mark_of_serials(&self) -> DeskResult<SerialMark> {
        let own = self.journal.paper_mark().await?;
        let mark = format!("{}{own}", sign_of(self.profile().environment));
        mark.parse().map_err(|_| ErrorView::new(ErrorCode::Internal))
    }
}

const ENVIRONMENTS: [Environment; 3] = [Environment::Practice, Environment::Qa, Environment::Production];

/// The sign of an environment: none that a keyboard's layout moves.
const fn sign_of(environment: Environment) -> char {
    match environment {
        Environment::Practice => 'P',
        Environment::Qa => 'T',
        Environment::Production => 'R',
    }
}

/// Whether a mark is that of papers of another environment than ours is.
pub(super) fn is_of_another_environment(mark: &str, ours: &str) -> bool {
    let environment = |mark: &str| mark.chars().next().filter(|sign| ENVIRONMENTS.map(sign_of).contains(sign));
    environment(mark).is_some_and(|found| Some(found) != environment(ours))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_environment_has_a_sign_of_its_own() {
        let signs = ENVIRONMENTS.map(sign_of);
        assert!(signs[0] != signs[1] && signs[1] != signs[2] && signs[0] != signs[2]);
        assert!(is_of_another_environment("P7K3", "R7K3") && is_of_another_environment("T7K3", "P7K3"));
        assert!(!is_of_another_environment("P7K3", "P222"));
        assert!(!is_of_another_environment("0002", "P222"), "that is nobody's mark");
    }
}
