//! A long line between the desk and a gateway: every byte takes its time, and what was on its way arrives although whoever
//! sent it is gone.
//!
//! A test's desk and gateway stand on one machine, where a request arrives at once: a desk that is killed would hardly ever
//! have one on its way.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::trouble::{Outcome, Trouble};

/// The line. Dropping it cuts it for new connections.
#[derive(Debug)]
pub struct Line {
    address: SocketAddr,
    is_cut: Arc<AtomicBool>,
    listening: JoinHandle<()>,
}

impl Line {
    /// A line to what listens on this port of this machine, on which each way takes so long.
    ///
    /// # Errors
    /// If there is no port to be had for its near end.
    pub async fn to(port: u16, one_way: Duration) -> Outcome<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(Trouble::of("a line's near end"))?;
        let address = listener.local_addr().map_err(Trouble::of("a line's near end"))?;
        let is_cut = Arc::new(AtomicBool::new(false));
        let cut = Arc::clone(&is_cut);
        let listening = tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(joined(near, port, one_way, Arc::clone(&cut)));
            }
        });
        Ok(Self { address, is_cut, listening })
    }

    /// The address of its near end.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Cuts it, or mends it: what is on its way to the far end while it is cut is lost.
    pub fn cut(&self, is_cut: bool) {
        self.is_cut.store(is_cut, Ordering::SeqCst);
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn joined(near: TcpStream, port: u16, one_way: Duration, is_cut: Arc<AtomicBool>) {
    let Ok(far) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await else { return };
    let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
    // Each way for itself: one that has lost its sender still delivers what it holds.
    let whole = AtomicBool::new(false);
    tokio::join!(carry(near_in, far_out, one_way, &is_cut), carry(far_in, near_out, one_way, &whole));
}

/// Carries what one end sends to the other, until one of them is gone.
async fn carry(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, one_way: Duration, is_cut: &AtomicBool) {
    let mut bytes = vec![0; 64 * 1024];
    loop {
        let length = from.read(&mut bytes).await.unwrap_or(0);
        if length == 0 {
            // Whoever is at the other end has to learn that nothing more comes; that they are gone is no news.
            let _ = to.shutdown().await;
            return;
        }
        tokio::time::sleep(one_way).await;
        if is_cut.load(Ordering::SeqCst) || to.write_all(&bytes[..length]).await.is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE_WAY: Duration = Duration::from_millis(60);

    /// What arrives at the far end of what was sent at the near one by somebody who was gone at once.
    async fn arrived(cuts: bool) -> String {
        let far = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let line = Line::to(far.local_addr().unwrap().port(), ONE_WAY).await.unwrap();
        let mut near = TcpStream::connect(line.address).await.unwrap();
        near.write_all(b"request").await.unwrap();
        drop(near);
        line.cut(cuts);
        let (mut end, _) = far.accept().await.unwrap();
        let mut text = String::new();
        end.read_to_string(&mut text).await.unwrap();
        text
    }

    #[tokio::test]
    async fn what_was_on_its_way_arrives_although_its_sender_is_gone_unless_the_line_is_cut() {
        assert_eq!(arrived(false).await, "request");
        assert_eq!(arrived(true).await, "");
    }
}
