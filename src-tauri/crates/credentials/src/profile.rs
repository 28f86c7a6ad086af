//! The id of a company profile, as it stands in the names of its items.

use std::fmt;
use std::str::FromStr;

/// The id of a company profile: 1 to 64 lower-case letters, digits and dashes, so that it can be part of an item's name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ProfileId(String);

/// A profile id is 1 to 64 lower-case letters, digits and dashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a profile's id is 1 to 64 lower-case letters, digits and dashes")]
pub struct ProfileIdError;

impl ProfileId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ProfileId {
    type Err = ProfileIdError;

    fn from_str(text: &str) -> Result<Self, ProfileIdError> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if (1..=64).contains(&text.len()) && is_plain { Ok(Self(text.to_owned())) } else { Err(ProfileIdError) }
    }
}

impl fmt::Display for ProfileId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_can_not_reach_into_another_profiles_names() {
        assert!("qa-2".parse::<ProfileId>().is_ok());
        for wrong in ["", "a/tokens", "A", "a b", "é", &"x".repeat(65)] {
            assert_eq!(wrong.parse::<ProfileId>(), Err(ProfileIdError), "{wrong:?}");
        }
    }
}
