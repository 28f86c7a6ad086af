//! Answers that are none: an edge's page, JSON of another form, and an answer that ends in its middle.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Response, StatusCode, header};
use hyper::body::Frame;

/// JSON, each whole, and none of it the contract's.
const WRONG_SHAPES: [&str; 5] =
    [r#"{"status":"OK","payload":null}"#, "[]", r#""ok""#, r#"{"success":"yes","data":[]}"#, r#"{"success":true,"data":"done"}"#];

/// The page of an edge, in HTML.
pub(crate) fn edge_page(status: u16, retry_after_seconds: Option<u32>) -> Response<Body> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let page = format!("<html><head><title>{status}</title></head><body><center><h1>{status}</h1></center></body></html>\r\n");
    let mut response = Response::new(Body::from(page));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
    if let Some(seconds) = retry_after_seconds {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// One of the wrong shapes, by a number.
pub(crate) fn wrong_shape(number: u64) -> Response<Body> {
    let shape = WRONG_SHAPES[usize::try_from(number % WRONG_SHAPES.len() as u64).unwrap_or_default()];
    let mut response = Response::new(Body::from(shape));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The answer with new fields and words in it; a refusal stays as it is.
pub(crate) async fn unfamiliar(response: Response<Body>, number: u64) -> Response<Body> {
    let (mut parts, bytes) = whole(response).await.into_parts();
    if !parts.status.is_success() || bytes.is_empty() {
        return Response::from_parts(parts, Body::from(bytes));
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(super::unfamiliar::unfamiliar(&bytes, number)))
}

/// The answer with its whole length announced and its first half sent.
pub(crate) fn cut(whole: Response<Bytes>) -> Response<Body> {
    let (mut parts, bytes) = whole.into_parts();
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len().max(2)));
    let half = bytes.slice(..bytes.len() / 2);
    Response::from_parts(parts, Body::new(Half::Whole(half)))
}

/// A body that gives what it has and then fails, upon which the server closes the connection.
enum Half {
    Whole(Bytes),
    /// Given; a server that is told to wait here sends what it has, while one that met the failure now would send nothing.
    Given,
    Sent,
}

impl hyper::body::Body for Half {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match std::mem::replace(&mut *self, Self::Sent) {
            Self::Whole(half) => {
                *self = Self::Given;
                Poll::Ready(Some(Ok(Frame::data(half))))
            }
            Self::Given => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Self::Sent => Poll::Ready(Some(Err(io::Error::from(io::ErrorKind::ConnectionAborted)))),
        }
    }
}

/// The whole of a body that the contract made, which is in memory and can't fail.
pub(crate) async fn whole(response: Response<Body>) -> Response<Bytes> {
    let (parts, body) = response.into_parts();
    Response::from_parts(parts, axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default())
}

/// A router's error, of which there are none.
pub(crate) fn never(error: Infallible) -> Response<Body> {
    match error {}
}
