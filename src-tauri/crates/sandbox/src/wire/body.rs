//! Reading a request's body and query.
//!
//! Owns the way from bytes to checked fields: every problem is found, named with its field, and answered together.
//! Numbers keep the text they were written with, so that no amount passes through a float.

use std::collections::HashMap;
use std::fmt;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use cardesk_domain::Amount;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::envelope::{Code, Refusal};
use super::rules::{Checked, Field};

/// The most that a request's body may measure.
pub(crate) const MAX_BODY_BYTES: usize = 64 * 1024;

/// A whole body, read and limited, whatever is in it.
#[derive(Debug)]
pub(crate) struct JsonBody(Bytes);

/// A request that brings no body, or an empty object.
#[derive(Debug)]
pub(crate) struct NoBody;

/// A body's fields as they were written, each name once.
#[derive(Debug)]
pub(crate) struct RawFields(Vec<(String, Box<RawValue>)>);

/// A body's fields after their checks.
#[derive(Debug)]
pub(crate) struct CheckedFields(HashMap<&'static str, Checked>);

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let media_type = content_type.split(';').next().unwrap_or_default().trim();
        if !media_type.eq_ignore_ascii_case("application/json") {
            let refusal = Refusal::of_field(Code::CheckParameters, "content-type", "The body must be sent as application/json.");
            return Err(refusal.with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        read(request, state).await.map(Self)
    }
}

impl<S: Send + Sync> FromRequest<S> for NoBody {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let body = read(request, state).await?;
        let is_nothing = body.trim_ascii().is_empty() || RawFields::read(&body).is_ok_and(|fields| fields.0.is_empty());
        if is_nothing { Ok(Self) } else { Err(Refusal::new(Code::CheckParameters, "This request has no body.")) }
    }
}

async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Refusal> {
    Bytes::from_request(request, state).await.map_err(|rejection: BytesRejection| {
        let status = rejection.status();
        let message = match status {
            StatusCode::PAYLOAD_TOO_LARGE => format!("The body must measure at most {MAX_BODY_BYTES} bytes."),
            _ => "The body could not be read.".to_owned(),
        };
        Refusal::new(Code::CheckParameters, message).with_status(status)
    })
}

impl JsonBody {
    /// The body's fields, if it is one JSON object.
    pub(crate) fn fields(&self) -> Result<RawFields, Refusal> {
        RawFields::read(&self.0)
    }
}

impl RawFields {
    fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        serde_json::from_slice(bytes).map_err(|error| {
            let message = match error.classify() {
                serde_json::error::Category::Data => format!("The body must be a JSON object, each field once: {error}."),
                _ => format!("The body is not JSON: {error}."),
            };
            Refusal::new(Code::CheckParameters, message)
        })
    }

    /// Whether there is a field of this name, whatever it holds.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(given, _)| given == name)
    }

    /// Whether a field holds one of these texts.
    pub(crate) fn names_one_of(&self, name: &str, words: &[&str]) -> bool {
        let raw = self.0.iter().find(|(given, _)| given == name);
        raw.and_then(|(_, raw)| serde_json::from_str::<String>(raw.get()).ok()).is_some_and(|word| words.contains(&word.as_str()))
    }

    /// Checks every field by its rule; a field that has none is an error too, since a misspelt optional field would go
    /// unnoticed otherwise.
    pub(crate) fn check(&self, rules: &[Field]) -> Result<CheckedFields, Refusal> {
        let mut problems = Vec::new();
        let mut checked = HashMap::new();
        for field in rules {
            match self.0.iter().find(|(name, _)| name == field.name) {
                Some((_, raw)) => match field.check(raw) {
                    Ok(value) => drop(checked.insert(field.name, value)),
                    Err(problem) => problems.push(problem),
                },
                None if field.is_required => {
                    problems.push(Refusal::of_field(Code::CheckParameters, field.name, format!("{} is required.", field.name)));
                }
                None => {}
            }
        }
        for (name, _) in self.0.iter().filter(|(name, _)| rules.iter().all(|field| field.name != name)) {
            let shown: String = name.chars().take(64).collect();
            problems.push(Refusal::of_field(Code::CheckParameters, shown.clone(), format!("{shown} is not a field of this request.")));
        }
        match Refusal::joined(problems) {
            Some(refusal) => Err(refusal),
            None => Ok(CheckedFields(checked)),
        }
    }
}

impl CheckedFields {
    /// A text that was given.
    pub(crate) fn optional(&self, name: &str) -> Option<&str> {
        match self.0.get(name) {
            Some(Checked::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// A text that the rules require.
    pub(crate) fn text(&self, name: &str) -> Result<&str, Refusal> {
        self.optional(name).ok_or_else(|| Refusal::of_field(Code::CheckParameters, name, format!("{name} is required.")))
    }

    /// A whole number that the rules require.
    pub(crate) fn whole_number(&self, name: &str) -> Result<u64, Refusal> {
        match self.0.get(name) {
            Some(Checked::WholeNumber(number)) => Ok(*number),
            _ => Err(Refusal::of_field(Code::CheckParameters, name, format!("{name} is required."))),
        }
    }

    /// The objects of a list that the rules require.
    pub(crate) fn objects(&self, name: &str) -> &[Self] {
        match self.0.get(name) {
            Some(Checked::Objects(objects)) => objects,
            _ => &[],
        }
    }

    /// An amount that the rules require.
    pub(crate) fn amount(&self, name: &str) -> Result<Amount, Refusal> {
        match self.0.get(name) {
            Some(Checked::Amount(amount)) => Ok(*amount),
            _ => Err(Refusal::of_field(Code::AmountFormat, name, format!("{name} is required."))),
        }
    }
}

impl<'de> Deserialize<'de> for RawFields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = RawFields;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawFields, A::Error> {
                let mut fields: Vec<(String, Box<RawValue>)> = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, Box<RawValue>>()? {
                    // Two values for one name: which one counts differs between readers, so none does.
                    if fields.iter().any(|(known, _)| *known == name) {
                        return Err(serde::de::Error::custom("a field is given twice"));
                    }
                    fields.push((name, value));
                }
                Ok(RawFields(fields))
            }
        }

        deserializer.deserialize_map(Fields)
    }
}
