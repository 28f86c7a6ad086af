//! The second mode of registering: by an invitation code.
//!
//! Owns what its fields may contain; the e-mail address and the tax number follow the rules of the first mode. The contract
//! states no form for a code or a device's id, so everything is taken and what is unusual warns. The password is not here: it is
//! a secret, and whoever holds it compares it with its repetition.

use super::Rule;
use super::field::{self, Sound};

/// Every field as it was typed, but for the password.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of the form, described at `Invited`")]
pub struct TypedInvited {
    pub device_id: String,
    pub invitation_code: String,
    pub username: String,
    pub nit: String,
}

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the fields of the form, described at `Invited`")]
pub enum InvitedField {
    DeviceId,
    InvitationCode,
    Username,
    Password,
    ConfirmPassword,
    Nit,
    TermsAccepted,
}

impl InvitedField {
    /// Every field, in the order of the form.
    pub const ALL: [Self; 7] =
        [Self::InvitationCode, Self::DeviceId, Self::Username, Self::Password, Self::ConfirmPassword, Self::Nit, Self::TermsAccepted];

    /// The field's name on the wire (`gateway-api.md`, Cardholders).
    #[must_use]
    pub const fn wire_name(self) -> &'static str {
        match self {
            Self::DeviceId => "deviceId",
            Self::InvitationCode => "invitationCode",
            Self::Username => "username",
            Self::Password => "password",
            Self::ConfirmPassword => "confirmPassword",
            Self::Nit => "nit",
            Self::TermsAccepted => "termsAndConditionsAccepted",
        }
    }

    /// The field for its name on the wire.
    #[must_use]
    pub fn from_wire_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.wire_name() == name)
    }
}

/// A registration by invitation that can be sent, once a password goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invited {
    /// The device that the cardholder registers from.
    pub device_id: String,
    /// The code.
    pub invitation_code: String,
    /// The e-mail address.
    pub username: String,
    /// The tax number, without separators.
    pub nit: Option<String>,
}

/// The longest id of a device that is usual; the contract names no greatest length.
const USUAL_DEVICE_CHARACTERS: usize = 128;

/// The longest code that is usual; the contract names no greatest length.
const USUAL_CODE_CHARACTERS: usize = 64;

/// Checks the form, but for the password. What can be sent, and every problem in the order of the form, warnings among them.
#[must_use]
pub fn check_invited(typed: &TypedInvited) -> (Option<Invited>, Vec<(InvitedField, Rule)>) {
    let mut problems = Vec::new();
    let invitation_code = note(&mut problems, InvitedField::InvitationCode, word(&typed.invitation_code, USUAL_CODE_CHARACTERS));
    let device_id = note(&mut problems, InvitedField::DeviceId, word(&typed.device_id, USUAL_DEVICE_CHARACTERS));
    let username = note(&mut problems, InvitedField::Username, field::email(&typed.username));
    let nit = note(&mut problems, InvitedField::Nit, field::nit(&typed.nit));
    let invited = (|| Some(Invited { device_id: device_id?, invitation_code: invitation_code?, username: username?, nit: nit? }))();
    (invited, problems)
}

fn note<T>(problems: &mut Vec<(InvitedField, Rule)>, field: InvitedField, read: Result<Sound<T>, Rule>) -> Option<T> {
    let (value, rule) = field::parted(read);
    problems.extend(rule.map(|rule| (field, rule)));
    value
}

/// A word, which as a rule has no white space in it.
fn word(typed: &str, usual: usize) -> Result<Sound<String>, Rule> {
    let value = field::line(typed)?;
    let spaced = value.contains(char::is_whitespace).then_some(Rule::WhiteSpace);
    let unusual = spaced.or_else(|| field::unusually_long(&value, usual));
    Ok(Sound::of(value, unusual))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound() -> TypedInvited {
        TypedInvited {
            device_id: "9F2C-ana-pixel".into(),
            invitation_code: " 7F3K-92QM-0TRW ".into(),
            username: "ana@example.com".into(),
            nit: String::new(),
        }
    }

    fn rules_of(change: impl FnOnce(&mut TypedInvited)) -> Vec<(InvitedField, Rule)> {
        let mut typed = sound();
        change(&mut typed);
        let (invited, problems) = check_invited(&typed);
        assert_eq!(invited.is_none(), problems.iter().any(|(_, rule)| !rule.only_warns()));
        problems
    }

    #[test]
    fn a_sound_form_comes_out_trimmed_and_needs_no_tax_number() {
        let (invited, problems) = check_invited(&sound());
        let invited = invited.expect("nothing stops it");
        assert_eq!((problems, &*invited.invitation_code, invited.nit), (Vec::new(), "7F3K-92QM-0TRW", None));
    }

    #[test]
    fn what_the_contract_requires_is_required_and_what_it_leaves_open_is_taken() {
        let empty = check_invited(&TypedInvited::default()).1;
        let missing = [InvitedField::InvitationCode, InvitedField::DeviceId, InvitedField::Username];
        assert_eq!(empty, missing.map(|field| (field, Rule::Missing)));
        for code in ["abc", "ñ", "123456", "a/b"] {
            assert_eq!(rules_of(|typed| typed.invitation_code = code.into()), [], "{code}");
        }
        assert_eq!(rules_of(|typed| typed.device_id = "mi teléfono".into()), [(InvitedField::DeviceId, Rule::WhiteSpace)]);
        assert_eq!(
            rules_of(|typed| typed.device_id = "x".repeat(129)),
            [(InvitedField::DeviceId, Rule::UnusuallyLong { usual: 128, actual: 129 })]
        );
    }

    #[test]
    fn what_the_contract_states_nothing_of_can_be_sent_as_it_stands() {
        let typed = TypedInvited { device_id: "mi teléfono".into(), invitation_code: "x".repeat(65), nit: "Ñ_1".into(), ..sound() };
        let invited = check_invited(&typed).0.expect("nothing stops it");
        assert_eq!((&*invited.device_id, invited.invitation_code.len(), invited.nit.as_deref()), ("mi teléfono", 65, Some("Ñ_1")));
    }

    #[test]
    fn the_e_mail_address_and_the_tax_number_follow_the_first_modes_rules() {
        assert_eq!(rules_of(|typed| typed.username = "ana".into()), [(InvitedField::Username, Rule::EmailForm)]);
        assert_eq!(rules_of(|typed| typed.nit = "CF".into()), []);
        assert!(rules_of(|typed| typed.nit = "576937-1".into()).iter().all(|(_, rule)| rule.only_warns()));
    }

    #[test]
    fn every_field_is_found_by_its_name_on_the_wire() {
        for field in InvitedField::ALL {
            assert_eq!(InvitedField::from_wire_name(field.wire_name()), Some(field));
        }
    }
}
