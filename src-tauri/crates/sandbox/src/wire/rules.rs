//! Rules of single values, written once: the same rule checks a request and describes it in `/openapi.json`, so that
//! the two can't drift apart.

use std::sync::LazyLock;

use cardesk_domain::{Amount, MoneyError};
use regex::Regex;
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{AdditionalProperties, ArrayBuilder, ObjectBuilder, Schema, SchemaType, Type};

use super::body::{CheckedFields, RawFields};
use super::countries;
use super::envelope::{Code, Refusal};

/// The most that one operation moves. Practice's own limit: the contract names none.
pub(crate) const MAX_AMOUNT: &str = "999999999.9999";

/// Characters that do not print: controls, direction marks and overrides, zero-width space, separators, byte order mark.
macro_rules! unprintable {
    () => {
        r"\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff"
    };
}

/// White space, without what is in `unprintable` already.
macro_rules! spaces {
    () => {
        r" \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
    };
}

/// One printable line of 1 to `$max` characters that neither begins nor ends with white space (`$inner` is `$max` - 2).
macro_rules! line {
    ($inner:literal) => {
        concat!("^[^", unprintable!(), spaces!(), "](?:[^", unprintable!(), "]{0,", $inner, "}[^", unprintable!(), spaces!(), "])?$")
    };
}

/// What a text must look like. `pattern` is in the syntax that ECMA 262 and Rust's `regex` share.
#[derive(Debug)]
pub(crate) struct TextRule {
    pub(crate) pattern: &'static str,
    /// For people: completes "must be …".
    pub(crate) must_be: &'static str,
    pub(crate) max_characters: usize,
    pub(crate) compiled: LazyLock<Option<Regex>>,
}

macro_rules! text_rule {
    ($(#[$about:meta])* $name:ident, $max:literal, $must_be:literal, $pattern:expr) => {
        $(#[$about])*
        pub(crate) static $name: TextRule = TextRule {
            pattern: $pattern,
            must_be: $must_be,
            max_characters: $max,
            compiled: LazyLock::new(|| Regex::new($pattern).ok()),
        };
    };
}

text_rule!(NAME, 60, "one line of 1 to 60 printable characters without white space at its ends", line!("58"));
text_rule!(PLACE, 100, "one line of 1 to 100 printable characters without white space at its ends", line!("98"));
text_rule!(ADDRESS, 200, "one line of 1 to 200 printable characters without white space at its ends", line!("198"));
text_rule!(PHONE, 16, "a telephone number in E.164 form, for example +50255501234", r"^\+[1-9][0-9]{6,14}$");
text_rule!(
    EMAIL,
    254,
    "an e-mail address, for example ana.lopez@example.com",
    concat!(
        r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,30}(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,30}){0,3}",
        r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?\.){1,3}[A-Za-z]{2,24}$"
    )
);
text_rule!(DPI, 15, "a DPI of 13 digits, written together or as 1234 12345 1234", r"^[0-9]{4} ?[0-9]{5} ?[0-9]{4}$");
text_rule!(
    DOCUMENT,
    30,
    "a document number of 3 to 30 letters, digits, points, slashes and dashes",
    r"^[0-9A-Za-z][0-9A-Za-z./-]{1,28}[0-9A-Za-z]$"
);
text_rule!(NIT, 14, "a NIT of digits and a check character, for example 1234567-8, or CF", r"^(?:[0-9]{1,12}-?[0-9Kk]|[Cc]/?[Ff])$");
text_rule!(DEVICE, 128, "an id of 1 to 128 letters, digits, points, underscores, colons and dashes", r"^[0-9A-Za-z._:-]{1,128}$");
text_rule!(INVITATION, 20, "an invitation code, for example 7F3K-92QM-0TRW", r"^[0-9A-Z-]{4,20}$");
text_rule!(
    /// Length only: what a password is made of is its owner's business.
    PASSWORD,
    72,
    "a password of 8 to 72 printable characters",
    concat!("^[^", unprintable!(), "]{8,72}$")
);
text_rule!(SLUG, 64, "a slug of 1 to 64 letters, digits, underscores and dashes", r"^[0-9A-Za-z_-]{1,64}$");
text_rule!(
    /// 64 bytes in base64, with padding.
    SIGNATURE,
    88,
    "an Ed25519 signature in base64 (88 characters)",
    r"^[0-9A-Za-z+/]{86}==$"
);
text_rule!(TOKEN, 512, "a token of 1 to 512 characters without spaces", r"^[!-~]{1,512}$");
text_rule!(ALIAS, 50, "one line of 1 to 50 printable characters without white space at its ends", line!("48"));
text_rule!(PIN, 12, "a PIN of 4 to 12 digits", r"^[0-9]{4,12}$");
text_rule!(CODE, 6, "the six digits of a one-time code", r"^[0-9]{6}$");
text_rule!(LAST_FOUR, 4, "the last four digits of a card", r"^[0-9]{4}$");
text_rule!(TYPE_WORD, 40, "a word of 1 to 40 letters, digits, underscores and dashes", r"^[0-9A-Za-z_-]{1,40}$");
text_rule!(CARD_NUMBER, 19, "a card number of 13 to 19 digits", r"^[0-9]{13,19}$");
text_rule!(CHANNEL, 20, "a channel in capitals, for example WEB, MOBILE or ATM", r"^[A-Z][A-Z_]{1,19}$");
text_rule!(REFERENCE, 64, "a reference of 1 to 64 printable ASCII characters without spaces", r"^[!-~]{1,64}$");
text_rule!(DESCRIPTION, 50, "at most 50 printable characters", concat!("^[^", unprintable!(), "]{0,50}$"));
text_rule!(OBSERVATIONS, 200, "at most 200 printable characters", concat!("^[^", unprintable!(), "]{0,200}$"));

/// Real days of a year; 29 February is added where a year has one.
macro_rules! days {
    () => {
        concat!(
            "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|",
            "(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|",
            "02-(?:0[1-9]|1[0-9]|2[0-8]))"
        )
    };
}
text_rule!(
    /// The years are Practice's own limit; the contract names none. 1900 was no leap year, 2000 was one.
    BIRTH_DATE,
    10,
    "a real date from 1900-01-01 to 2019-12-31, as YYYY-MM-DD",
    concat!(
        "^(?:(?:19[0-9]{2}|20[01][0-9])-",
        days!(),
        "|(?:19(?:0[48]|[2468][048]|[13579][26])|20(?:0[048]|1[26]))-02-29)$"
    )
);

/// What a value must be.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Text(&'static TextRule),
    Choice(&'static [&'static str]),
    Country,
    Amount,
    /// A JSON number of digits only, as ids are.
    WholeNumber,
    /// The same, within limits.
    NumberFrom(u64, u64),
    /// A list of 1 to so many objects with these fields.
    Objects(&'static [Field], usize),
    Truth,
    AnyObject,
}

/// One field of a request's body.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) is_required: bool,
    pub(crate) kind: Kind,
    pub(crate) about: &'static str,
}

/// A field's value after its check.
#[derive(Debug)]
pub(crate) enum Checked {
    Text(String),
    Amount(Amount),
    WholeNumber(u64),
    Objects(Vec<CheckedFields>),
    Plain,
}

impl TextRule {
    /// Whether `text` keeps the rule.
    pub(crate) fn allows(&self, text: &str) -> bool {
        text.chars().count() <= self.max_characters && self.compiled.as_ref().is_some_and(|regex| regex.is_match(text))
    }
}

impl Field {
    /// Checks the raw JSON of this field.
    pub(crate) fn check(&self, raw: &RawValue) -> Result<Checked, Refusal> {
        match self.kind {
            Kind::Text(rule) => self.text(raw, |text| rule.allows(text)),
            Kind::Choice(words) => self.text(raw, |text| words.contains(&text)),
            Kind::Country => self.text(raw, |text| countries::ALPHA_3.contains(&text)),
            Kind::Amount => self.amount(raw),
            Kind::WholeNumber => raw.get().parse().map(Checked::WholeNumber).map_err(|_| self.wrong()),
            Kind::NumberFrom(min, max) => match raw.get().parse() {
                Ok(number) if (min..=max).contains(&number) => Ok(Checked::WholeNumber(number)),
                _ => Err(self.wrong()),
            },
            Kind::Objects(fields, most) => self.objects(raw, fields, most),
            Kind::Truth if matches!(raw.get(), "true" | "false") => Ok(Checked::Plain),
            Kind::AnyObject if raw.get().starts_with('{') => Ok(Checked::Plain),
            Kind::Truth | Kind::AnyObject => Err(self.wrong()),
        }
    }

    fn text(&self, raw: &RawValue, is_allowed: impl Fn(&str) -> bool) -> Result<Checked, Refusal> {
        match serde_json::from_str::<String>(raw.get()) {
            Ok(text) if is_allowed(&text) => Ok(Checked::Text(text)),
            _ => Err(self.wrong()),
        }
    }

    /// Reads the number's own text, so that no float comes between.
    fn amount(&self, raw: &RawValue) -> Result<Checked, Refusal> {
        let refuse = |code, message: &str| Err(Refusal::of_field(code, self.name, message));
        if !raw.get().starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
            return refuse(Code::AmountFormat, "amount must be a JSON number.");
        }
        match Amount::from_json_text(raw.get()) {
            Ok(amount) if !amount.is_positive() => refuse(Code::AmountNotPositive, "amount must be greater than zero."),
            Ok(amount) if MAX_AMOUNT.parse().is_ok_and(|max: Amount| amount <= max) => Ok(Checked::Amount(amount)),
            Ok(_) | Err(MoneyError::TooLarge) => refuse(Code::AmountFormat, "amount must be at most 999999999.9999."),
            Err(MoneyError::TooManyPlaces { .. }) => refuse(Code::AmountFormat, "amount must have at most 4 decimals."),
            Err(_) => refuse(Code::AmountFormat, "amount must be a decimal number."),
        }
    }

    fn objects(&self, raw: &RawValue, fields: &[Self], most: usize) -> Result<Checked, Refusal> {
        let objects: Vec<RawFields> = serde_json::from_str(raw.get()).map_err(|_| self.wrong())?;
        if !(1..=most).contains(&objects.len()) {
            return Err(self.wrong());
        }
        objects.iter().map(|object| object.check(fields)).collect::<Result<_, _>>().map(Checked::Objects)
    }

    fn wrong(&self) -> Refusal {
        Refusal::of_field(Code::CheckParameters, self.name, format!("{} must be {}.", self.name, self.must_be()))
    }

    fn must_be(&self) -> String {
        match self.kind {
            Kind::Text(rule) => rule.must_be.to_owned(),
            Kind::Choice(words) => format!("one of {}", words.join(", ")),
            Kind::Country => "a country by its three letters of ISO 3166-1, for example GTM".to_owned(),
            Kind::Amount => "a number".to_owned(),
            Kind::WholeNumber => "a whole number".to_owned(),
            Kind::NumberFrom(min, max) => format!("a whole number from {min} to {max}"),
            Kind::Objects(_, most) => format!("a list of 1 to {most} objects"),
            Kind::Truth => "true or false".to_owned(),
            Kind::AnyObject => "an object".to_owned(),
        }
    }

    /// The rule as a schema.
    pub(crate) fn schema(&self) -> Schema {
        let of_type = |of_type| ObjectBuilder::new().description(Some(self.about)).schema_type(SchemaType::Type(of_type));
        match self.kind {
            Kind::Text(rule) => of_type(Type::String).pattern(Some(rule.pattern)).max_length(Some(rule.max_characters)),
            Kind::Choice(words) => of_type(Type::String).enum_values(Some(words.iter().map(|word| Value::from(*word)))),
            Kind::Country => of_type(Type::String).enum_values(Some(countries::ALPHA_3.iter().map(|code| Value::from(*code)))),
            Kind::Amount => {
                of_type(Type::Number).exclusive_minimum(Some(0.0)).maximum(MAX_AMOUNT.parse::<f64>().ok()).multiple_of(Some(0.0001))
            }
            Kind::WholeNumber => of_type(Type::Integer).minimum(Some(0)),
            Kind::NumberFrom(min, max) => of_type(Type::Integer).minimum(Some(min)).maximum(Some(max)),
            Kind::Objects(fields, most) => {
                let items = RefOr::T(object_schema(fields, self.about));
                return ArrayBuilder::new().items(items).min_items(Some(1)).max_items(Some(most)).description(Some(self.about)).into();
            }
            Kind::Truth => of_type(Type::Boolean),
            Kind::AnyObject => of_type(Type::Object).additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(true))),
        }
        .into()
    }
}

/// An object with these fields and no others.
pub(crate) fn object_schema(fields: &[Field], about: &str) -> Schema {
    let start = ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::Object))
        .description(Some(about))
        .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)));
    fields
        .iter()
        .fold(start, |object, field| {
            let object = object.property(field.name, field.schema());
            if field.is_required { object.required(field.name) } else { object }
        })
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY_RULE: [&TextRule; 25] = [
        &ALIAS,
        &PIN,
        &CODE,
        &LAST_FOUR,
        &TYPE_WORD,
        &NAME,
        &PLACE,
        &ADDRESS,
        &PHONE,
        &EMAIL,
        &DPI,
        &DOCUMENT,
        &NIT,
        &DEVICE,
        &INVITATION,
        &PASSWORD,
        &SLUG,
        &SIGNATURE,
        &TOKEN,
        &CARD_NUMBER,
        &CHANNEL,
        &REFERENCE,
        &DESCRIPTION,
        &OBSERVATIONS,
        &BIRTH_DATE,
    ];

    #[test]
    fn every_pattern_is_a_regular_expression() {
        for rule in EVERY_RULE {
            assert!(rule.compiled.is_some(), "{}", rule.pattern);
        }
    }

    #[test]
    fn no_rule_lets_a_control_character_or_a_direction_override_through() {
        for rule in EVERY_RULE {
            for hidden in ['\u{0}', '\n', '\u{7f}', '\u{202e}', '\u{200b}', '\u{feff}'] {
                assert!(!rule.allows(&format!("Abcdefgh{hidden}12345678")), "{} {hidden:?}", rule.pattern);
            }
        }
    }

    #[test]
    fn names_of_every_script_pass_and_blank_ones_do_not() {
        for name in ["Ñ", "María José", "Q'anil", "Tz’unun-Xol", "محمد", "李", "Ana 🎉", "<img onerror=alert(1)>"] {
            assert!(NAME.allows(name), "{name}");
        }
        for wrong in ["", " ", "\u{a0}", " Ana", "Ana ", "Ana\tLucía"] {
            assert!(!NAME.allows(wrong), "{wrong:?}");
        }
        assert!(NAME.allows(&"ñ".repeat(60)));
        assert!(!NAME.allows(&"ñ".repeat(61)));
    }

    #[test]
    fn a_birth_date_is_a_real_day() {
        for right in ["1900-01-01", "2000-02-29", "1996-02-29", "2019-12-31", "1985-07-31"] {
            assert!(BIRTH_DATE.allows(right), "{right}");
        }
        for wrong in
            ["1900-02-29", "1899-12-31", "2020-01-01", "1985-02-30", "1985-06-31", "1985-13-01", "1985-1-1", "85-01-01", "1985-00-10"]
        {
            assert!(!BIRTH_DATE.allows(wrong), "{wrong}");
        }
    }
}
