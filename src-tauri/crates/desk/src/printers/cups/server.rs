//! Where the CUPS server is, and one exchange with it over HTTP.
//!
//! Owns the places that CUPS' own programs look in (client.conf(5)), and that a file is sent as it is read: a run of any
//! length is never in memory.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::body::{Body, Frame, SizeHint};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use ipp::IppHeader;
use ipp::attribute::IppAttributes;
use ipp::parser::IppParser;
use ipp::reader::IppReader;
use ipp::request::IppRequestResponse;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};

/// Where a system's own server listens.
const LOCAL_SOCKETS: [&str; 3] = ["/run/cups/cups.sock", "/var/run/cups/cups.sock", "/private/var/run/cupsd"];

/// The port of IPP (RFC 8010).
const PORT: u16 = 631;

/// How long a server may take to answer a question.
const ANSWER_PATIENCE: Duration = Duration::from_secs(15);

/// How long it may take to receive a run: 100,000 inserts are a hundred megabytes.
const DOCUMENT_PATIENCE: Duration = Duration::from_secs(600);

/// The longest answer that is read: some hundred printers with all their papers.
const MOST_BYTES: usize = 16 << 20;

/// How much of a file is read at once.
const CHUNK: usize = 64 << 10;

/// Where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Socket(PathBuf),
    Host(String, u16),
}

/// A CUPS server.
#[derive(Debug)]
pub(super) struct Server {
    /// In the order in which they are tried.
    places: Vec<Place>,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum ServerError {
    /// Nobody listens: nothing was sent.
    NotReached(String),
    /// Something was sent, and no answer came that can be read.
    Lost(String),
    /// The server wants somebody else, or nobody at all.
    Refused(String),
}

/// A file to be printed.
#[derive(Debug)]
pub(super) struct Document {
    path: PathBuf,
    bytes: u64,
}

impl Document {
    /// Looks at the file: it has to be there before anybody is asked.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self { path: path.to_owned(), bytes: File::open(path)?.metadata()?.len() })
    }
}

/// In whose name jobs are sent.
pub(super) fn user() -> String {
    whoami::username().ok().filter(|name| !name.is_empty()).unwrap_or_else(|| "anonymous".to_owned())
}

impl Server {
    /// The server that this user's programs print on: by the environment, by the settings, or the one of this machine.
    pub(super) fn of_this_user() -> Self {
        let chosen = std::env::var("CUPS_SERVER").ok().filter(|server| !server.is_empty()).or_else(configured);
        let places = match chosen {
            Some(chosen) => vec![place(&chosen)],
            None => {
                let mut sockets: Vec<PathBuf> = LOCAL_SOCKETS.iter().filter_map(|socket| Path::new(socket).canonicalize().ok()).collect();
                sockets.dedup();
                sockets.into_iter().map(Place::Socket).chain([Place::Host("localhost".to_owned(), PORT)]).collect()
            }
        };
        Self { places }
    }

    /// The one that listens on this socket.
    pub(super) fn at(socket: &Path) -> Self {
        Self { places: vec![Place::Socket(socket.to_owned())] }
    }

    /// Sends a request, with a file behind it, and reads the answer. It goes to the first place where somebody listens, and to
    /// no other: several of them may be the same server, which would print a file once for each.
    pub(super) fn exchange(
        &self,
        request: &IppRequestResponse,
        document: Option<&Document>,
    ) -> Result<(IppHeader, IppAttributes), ServerError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(not_reached)?;
        let head = request.to_bytes();
        let patience = if document.is_some() { DOCUMENT_PATIENCE } else { ANSWER_PATIENCE };
        let mut last = ServerError::NotReached("no server is known".to_owned());
        for place in &self.places {
            let whole = async {
                match place.exchange(&head, document, false).await? {
                    // The server of this machine asks who it is: the socket itself tells (cupsd.conf(5), AuthType).
                    (StatusCode::UNAUTHORIZED, _) if matches!(place, Place::Socket(_)) => place.exchange(&head, document, true).await,
                    other => Ok(other),
                }
            };
            let timed = runtime.block_on(async { tokio::time::timeout(patience, whole).await });
            match timed.unwrap_or_else(|_| Err(ServerError::Lost("no answer in time".to_owned()))) {
                Ok((status, body)) => return answer(status, body),
                Err(error @ ServerError::NotReached(_)) => last = error,
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }
}

impl Place {
    async fn exchange(&self, head: &Bytes, document: Option<&Document>, with_name: bool) -> Result<(StatusCode, Bytes), ServerError> {
        let body = Message::new(head.clone(), document).map_err(not_reached)?;
        let mut request = Request::post("/").header(CONTENT_TYPE, "application/ipp").header(HOST, self.host());
        if with_name {
            request = request.header(AUTHORIZATION, format!("PeerCred {}", user()));
        }
        let request = request.body(body).map_err(not_reached)?;
        match self {
            Self::Socket(path) => exchange_over(UnixStream::connect(path).await.map_err(not_reached)?, request).await,
            Self::Host(host, port) => exchange_over(TcpStream::connect((host.as_str(), *port)).await.map_err(not_reached)?, request).await,
        }
    }

    fn host(&self) -> String {
        match self {
            Self::Socket(_) => "localhost".to_owned(),
            Self::Host(host, port) if host.contains(':') => format!("[{host}]:{port}"),
            Self::Host(host, port) => format!("{host}:{port}"),
        }
    }
}

async fn exchange_over<S>(stream: S, request: Request<Message>) -> Result<(StatusCode, Bytes), ServerError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(lost)?;
    let asking = async {
        let response = sender.send_request(request).await.map_err(lost)?;
        let status = response.status();
        let body = Limited::new(response.into_body(), MOST_BYTES).collect().await.map_err(lost)?.to_bytes();
        Ok((status, body))
    };
    tokio::pin!(asking);
    tokio::pin!(connection);
    tokio::select! {
        biased;
        answer = &mut asking => answer,
        // The connection's own end shows as the question's.
        _ = &mut connection => asking.await,
    }
}

/// The answer in a body, or what its absence means.
fn answer(status: StatusCode, body: Bytes) -> Result<(IppHeader, IppAttributes), ServerError> {
    match status {
        StatusCode::OK => {}
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => return Err(ServerError::Refused(format!("HTTP {status}"))),
        other => return Err(ServerError::Lost(format!("HTTP {other}"))),
    }
    let parser = IppParser::new(IppReader::new(Cursor::new(body)));
    let (header, attributes, _) = parser.parse_parts().map_err(lost)?;
    Ok((header, attributes))
}

fn lost(error: impl std::fmt::Display) -> ServerError {
    ServerError::Lost(error.to_string())
}

fn not_reached(error: impl std::fmt::Display) -> ServerError {
    ServerError::NotReached(error.to_string())
}

/// `ServerName` of this user's or of the system's settings.
fn configured() -> Option<String> {
    let own = std::env::var_os("HOME").map(|home| Path::new(&home).join(".cups/client.conf"));
    own.into_iter().chain([PathBuf::from("/etc/cups/client.conf")]).find_map(|file| server_name(&std::fs::read_to_string(file).ok()?))
}

fn server_name(settings: &str) -> Option<String> {
    settings.lines().find_map(|line| {
        let (word, value) = line.trim().split_once(char::is_whitespace)?;
        let value = value.trim();
        (word.eq_ignore_ascii_case("ServerName") && !value.is_empty()).then(|| value.to_owned())
    })
}

/// `/path/of/a/socket`, `host`, `host:port`, `[address]:port`, each perhaps followed by `/version=1.1`.
fn place(text: &str) -> Place {
    let text = text.split("/version=").next().unwrap_or_default();
    if text.starts_with('/') {
        return Place::Socket(PathBuf::from(text));
    }
    let bare = |host: &str| host.trim_start_matches('[').trim_end_matches(']').to_owned();
    match text.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => match port.parse() {
            Ok(port) => Place::Host(bare(host), port),
            Err(_) => Place::Host(bare(text), PORT),
        },
        _ => Place::Host(bare(text), PORT),
    }
}

/// A request, and the file behind it as it is read.
struct Message {
    head: Option<Bytes>,
    file: Option<File>,
    bytes_left: u64,
}

impl Message {
    fn new(head: Bytes, document: Option<&Document>) -> io::Result<Self> {
        let bytes_left = head.len() as u64 + document.map_or(0, |document| document.bytes);
        Ok(Self { head: Some(head), file: document.map(|document| File::open(&document.path)).transpose()?, bytes_left })
    }

    fn next(&mut self) -> io::Result<Option<Bytes>> {
        if let Some(head) = self.head.take() {
            self.bytes_left -= head.len() as u64;
            return Ok(Some(head));
        }
        let Some(file) = self.file.as_mut().filter(|_| self.bytes_left > 0) else { return Ok(None) };
        let mut chunk = Vec::with_capacity(CHUNK);
        // What was promised is sent, whatever becomes of the file meanwhile.
        file.take(self.bytes_left.min(CHUNK as u64)).read_to_end(&mut chunk)?;
        if chunk.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.bytes_left -= chunk.len() as u64;
        Ok(Some(Bytes::from(chunk)))
    }
}

impl Body for Message {
    type Data = Bytes;
    type Error = io::Error;

    /// Reads from the disk as it goes: the thread is this exchange's own.
    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        Poll::Ready(self.next().transpose().map(|chunk| chunk.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes_left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes_left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_is_found_where_cups_own_programs_find_it() {
        assert_eq!(place("/run/cups/cups.sock"), Place::Socket(PathBuf::from("/run/cups/cups.sock")));
        assert_eq!(place("imprenta.local"), Place::Host("imprenta.local".to_owned(), 631));
        assert_eq!(place("imprenta.local:8631/version=1.1"), Place::Host("imprenta.local".to_owned(), 8631));
        assert_eq!(place("[::1]:631"), Place::Host("::1".to_owned(), 631));
        assert_eq!(place("::1"), Place::Host("::1".to_owned(), 631));
        assert_eq!(server_name("# comment\nEncryption Never\n  servername  imprenta \n"), Some("imprenta".to_owned()));
        assert_eq!(server_name("# ServerName no\n"), None);
    }

    #[test]
    fn a_file_is_sent_whole_behind_its_request() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        io::Write::write_all(&mut file, &vec![7; CHUNK + 3]).unwrap();
        let document = Document::open(file.path()).unwrap();
        let mut message = Message::new(Bytes::from_static(b"head"), Some(&document)).unwrap();
        assert_eq!(message.bytes_left, 4 + CHUNK as u64 + 3);
        let lengths: Vec<usize> = std::iter::from_fn(|| message.next().unwrap().map(|chunk| chunk.len())).collect();
        assert_eq!(lengths, [4, CHUNK, 3]);
        assert!(message.is_end_stream());
    }
}
