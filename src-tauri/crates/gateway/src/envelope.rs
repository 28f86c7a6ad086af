//! The gateway's envelope: success with data, or failure with codes (`gateway-api.md`, The envelope).
//!
//! Owns the reading of a body, whatever it holds, and of the status beside it. What the data means is left to the file
//! of its resource.

use cardesk_domain::Permission;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::error::{ApiErrorEntry, ErrorKind, GatewayError};
use crate::paths::RequestName;
use crate::redaction::clean;
use crate::transport::TransportAnswer;

/// The most codes of one answer that are kept.
const MAX_CODES: usize = 50;

/// What a body turned out to be.
#[derive(Debug)]
enum Body<'a> {
    Success(Option<&'a RawValue>),
    Failure { message: Option<String>, codes: Vec<ApiErrorEntry>, permission: Option<Permission> },
    NotEnvelope,
}

/// Fields that can have any form are kept raw: the envelope counts as one by its `success` or `statusCode` alone, and a
/// message of an odd form must not cost the codes beside it.
#[derive(Deserialize)]
struct Wire<'a> {
    success: Option<bool>,
    #[serde(borrow, rename = "statusCode")]
    status_code: Option<&'a RawValue>,
    #[serde(borrow)]
    message: Option<&'a RawValue>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    #[serde(borrow)]
    errors: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct WireError<'a> {
    #[serde(borrow)]
    code: Option<&'a RawValue>,
    #[serde(borrow)]
    message: Option<&'a RawValue>,
    #[serde(borrow)]
    field: Option<&'a RawValue>,
    #[serde(borrow)]
    permission: Option<&'a RawValue>,
}

fn read(body: &[u8]) -> Body<'_> {
    let Ok(wire) = serde_json::from_slice::<Wire<'_>>(body) else {
        return Body::NotEnvelope;
    };
    let by_status_code =
        wire.status_code.and_then(text_of).and_then(|code| code.parse::<u16>().ok()).map(|code| (200..300).contains(&code));
    let is_success = match (wire.success, by_status_code) {
        (Some(success), None) | (None, Some(success)) => success,
        (Some(success), Some(other)) if success == other => success,
        _ => return Body::NotEnvelope,
    };
    if is_success {
        return Body::Success(wire.data);
    }
    let entries = wire.errors.and_then(|raw| serde_json::from_str::<Vec<&RawValue>>(raw.get()).ok()).unwrap_or_default();
    let message = wire.message.and_then(text_of).map(|text| clean(&text)).filter(|text| !text.is_empty());
    let permission = entries.iter().find_map(|raw| permission_of(raw));
    let codes: Vec<ApiErrorEntry> = entries.into_iter().filter_map(entry_of).take(MAX_CODES).collect();
    let permission = permission.or_else(|| {
        let sentences = codes.iter().map(|entry| entry.message.as_str()).chain(message.as_deref());
        sentences.filter_map(Permission::named_in).next()
    });
    Body::Failure { message, codes, permission }
}

/// The permission that an entry names in a field of its own (assumed), which may be one that is not known here.
fn permission_of(raw: &RawValue) -> Option<Permission> {
    let wire = serde_json::from_str::<WireError<'_>>(raw.get()).ok()?;
    let name = wire.permission.and_then(text_of).map(|text| clean(&text)).filter(|name| !name.is_empty())?;
    Some(Permission::from_gateway(&name))
}

fn entry_of(raw: &RawValue) -> Option<ApiErrorEntry> {
    let wire = serde_json::from_str::<WireError<'_>>(raw.get()).ok()?;
    let text = |raw: Option<&RawValue>| raw.and_then(text_of).map(|text| clean(&text)).unwrap_or_default();
    Some(ApiErrorEntry {
        code: text(wire.code),
        message: text(wire.message),
        field: Some(text(wire.field)).filter(|field| !field.is_empty()),
    })
}

/// A string's text, a number as it is written, or the strings of a list; nothing else is text.
fn text_of(raw: &RawValue) -> Option<String> {
    let written = raw.get();
    match written.as_bytes().first()? {
        b'"' => serde_json::from_str(written).ok(),
        b'[' => serde_json::from_str::<Vec<String>>(written).ok().map(|lines| lines.join("; ")),
        b'-' | b'0'..=b'9' => Some(written.to_owned()),
        _ => None,
    }
}

/// The data of an answer, or the error that it is.
pub(crate) fn open<'a, T: Deserialize<'a>>(request: RequestName, answer: &'a TransportAnswer) -> Result<T, GatewayError> {
    if !(200..300).contains(&answer.status) {
        return Err(refusal(request, answer));
    }
    // Without a body (204) there is nothing to read data from; what T makes of null decides.
    let data = match read(&answer.body) {
        Body::Success(data) => data.map_or("null", RawValue::get),
        Body::NotEnvelope if answer.status == 204 && answer.body.is_empty() => "null",
        Body::NotEnvelope | Body::Failure { .. } => return Err(unreadable(request, answer)),
    };
    serde_json::from_str(data).map_err(|_| GatewayError { has_envelope: true, ..unreadable(request, answer) })
}

/// An answer with a status of success that says something else than the contract.
pub(crate) const fn unreadable(request: RequestName, answer: &TransportAnswer) -> GatewayError {
    GatewayError::new(request, ErrorKind::Unreadable).with_status(answer.status)
}

fn refusal(request: RequestName, answer: &TransportAnswer) -> GatewayError {
    let (has_envelope, message, codes, permission) = match read(&answer.body) {
        Body::Failure { message, codes, permission } => (true, message, codes, permission),
        Body::Success(_) | Body::NotEnvelope => (false, None, Vec::new(), None),
    };
    let is_about_the_token = codes.iter().any(|entry| entry.code.starts_with("TOKEN"));
    let kind = match answer.status {
        // A wrong one-time code may be answered with 401 as well, and says nothing about the session.
        401 if request == RequestName::VerifyOneTimeCode && has_envelope && !is_about_the_token => ErrorKind::Rejected,
        401 if !request.is_sign_in() => ErrorKind::SessionEnded,
        // The gateway gave up waiting for the request, which may have reached it all the same.
        408 => ErrorKind::TimedOut,
        429 => ErrorKind::Throttled,
        500..=599 => ErrorKind::Fault,
        403 if has_envelope => ErrorKind::Forbidden,
        400..=499 if has_envelope => ErrorKind::Rejected,
        _ => ErrorKind::Unreadable,
    };
    GatewayError {
        codes,
        message,
        has_envelope,
        named_permission: permission.filter(|_| kind == ErrorKind::Forbidden),
        retry_after_seconds: answer.retry_after_seconds,
        ..GatewayError::new(request, kind).with_status(answer.status)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::error::WriteOutcome;

    fn answer(status: u16, body: &str) -> TransportAnswer {
        TransportAnswer { status, retry_after_seconds: None, body: body.as_bytes().to_vec().into() }
    }

    fn failure(status: u16, body: &str) -> GatewayError {
        open::<Value>(RequestName::ChangeFunds, &answer(status, body)).expect_err("no success")
    }

    #[test]
    fn success_is_read_by_success_or_by_status_code() {
        for body in [
            r#"{"success":true,"data":{"a":1},"new":[]}"#,
            r#"{"statusCode":200,"message":"ok","data":{"a":1}}"#,
            r#"{"statusCode":"201","success":true,"data":{"a":1}}"#,
        ] {
            let data: Value = open(RequestName::ReadCard, &answer(200, body)).expect(body);
            assert_eq!(data["a"], 1, "{body}");
        }
    }

    #[test]
    fn a_failure_keeps_status_codes_and_message() {
        let error = failure(409, r#"{"success":false,"message":"Conflict","errors":[{"code":"7213","message":"wrong state","extra":1}]}"#);
        assert_eq!((error.kind, error.status), (ErrorKind::Rejected, Some(409)));
        assert_eq!(error.message.as_deref(), Some("Conflict"));
        assert_eq!(error.codes, [ApiErrorEntry { code: "7213".to_owned(), message: "wrong state".to_owned(), field: None }]);
    }

    #[test]
    fn odd_forms_of_a_failure_lose_nothing_that_can_be_read() {
        let error = failure(400, r#"{"statusCode":400,"message":["a","b"],"errors":[7,{"code":7000,"field":"nit"},{"code":null}]}"#);
        assert_eq!(error.message.as_deref(), Some("a; b"));
        assert_eq!(error.codes.len(), 2);
        assert_eq!((error.codes[0].code.as_str(), error.codes[0].field.as_deref()), ("7000", Some("nit")));
    }

    #[test]
    fn what_an_answer_means_for_money() {
        use ErrorKind as Kind;
        use WriteOutcome::{Refused, Unknown};
        let no = r#"{"success":false,"errors":[{"code":"7303","message":"insufficient funds"}]}"#;
        let known = r#"{"success":false,"errors":[{"code":"7006","message":"exists"}]}"#;
        let expired = r#"{"success":false,"errors":[{"code":"TOKEN_EXPIRED","message":"expired"}]}"#;
        let yes = r#"{"success":true,"data":{}}"#;
        let html = "<html>Bad gateway</html>";
        let table = [
            (400, no, Kind::Rejected, Refused),
            (403, no, Kind::Forbidden, Refused),
            (404, no, Kind::Rejected, Refused),
            (409, known, Kind::Rejected, Unknown),
            (422, no, Kind::Rejected, Refused),
            (401, expired, Kind::SessionEnded, Refused),
            (401, html, Kind::SessionEnded, Unknown),
            (429, no, Kind::Throttled, Refused),
            (429, html, Kind::Throttled, Refused),
            (408, no, Kind::TimedOut, Unknown),
            (400, html, Kind::Unreadable, Unknown),
            (403, html, Kind::Unreadable, Unknown),
            (404, "", Kind::Unreadable, Unknown),
            (409, yes, Kind::Unreadable, Unknown),
            (301, "", Kind::Unreadable, Unknown),
            (307, yes, Kind::Unreadable, Unknown),
            (500, no, Kind::Fault, Unknown),
            (502, html, Kind::Fault, Unknown),
            (503, "", Kind::Fault, Unknown),
            (504, no, Kind::Fault, Unknown),
            (200, html, Kind::Unreadable, Unknown),
            (200, "", Kind::Unreadable, Unknown),
            (201, no, Kind::Unreadable, Unknown),
            (200, r#"{"success":true,"statusCode":500}"#, Kind::Unreadable, Unknown),
        ];
        for (status, body, kind, outcome) in table {
            let error = failure(status, body);
            assert_eq!((error.kind, error.write_outcome(), error.status), (kind, outcome, Some(status)), "{status} {body}");
        }
    }

    #[test]
    fn no_content_needs_no_body() {
        assert!(open::<Option<Value>>(RequestName::ReadCard, &answer(204, "")).is_ok_and(|data| data.is_none()));
    }

    proptest! {
        #[test]
        fn no_body_whatever_makes_it_panic(status in 100_u16..600, bytes: Vec<u8>) {
            let answer = TransportAnswer { status, retry_after_seconds: None, body: bytes.into() };
            let opened = open::<Value>(RequestName::ChangeFunds, &answer);
            prop_assert!(opened.is_ok() || opened.is_err_and(|error| error.status == Some(status)));
        }

        #[test]
        fn nearly_an_envelope_never_makes_it_panic(status in 200_u16..600, success in "true|false|1|null|\"true\"", errors in "\\[.{0,20}\\]|null|\\{\\}|\\[\\{\"code\":.{0,6}\\}\\]", message in ".{0,20}") {
            let body = format!(r#"{{"success":{success},"message":{},"errors":{errors}}}"#, Value::from(message));
            let answer = answer(status, &body);
            let opened = open::<Value>(RequestName::ChangeFunds, &answer);
            prop_assert!(opened.is_ok() || opened.is_err_and(|error| error.status == Some(status)));
        }
    }
}
