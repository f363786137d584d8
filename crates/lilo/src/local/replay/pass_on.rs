//! Passes a function's reply on to the ResponseURL in an event, and keeps a copy.
//!
//! The server behind a ResponseURL may take PUT alone, as S3 does with a signed URL, so the reply
//! cannot be read from there.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use url::Url;

/// Between the function and the server. Dropping it ends it.
pub(super) struct PassOn {
    sent: Arc<Mutex<Vec<u8>>>,
    _connections: JoinSet<()>,
}

impl PassOn {
    /// A URL with the same path and signature on this machine, for a server on this machine; `None`
    /// for any other server, to which functions do not reply either, but for S3.
    ///
    /// # Errors
    /// When no loopback port can be bound.
    pub(super) async fn to(url: &str) -> io::Result<Option<(String, Self)>> {
        let Some((mut own, server)) = local(url) else { return Ok(None) };
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        // Neither fails for an http URL with a host.
        let _ = own.set_host(Some("127.0.0.1"));
        let _ = own.set_port(Some(listener.local_addr()?.port()));
        let sent = Arc::<Mutex<Vec<u8>>>::default();
        let (copies, mut connections) = (Arc::clone(&sent), JoinSet::new());
        connections.spawn(async move {
            while let Ok((function, _)) = listener.accept().await {
                // The function notices a server that cannot be reached, and tries again.
                let _ = pass(function, &server, &copies).await;
            }
        });
        Ok(Some((own.into(), Self { sent, _connections: connections })))
    }

    /// The last reply that was sent.
    pub(super) fn reply(self) -> Option<Value> {
        let sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        let head = sent.windows(4).position(|window| window == b"\r\n\r\n")?;
        serde_json::from_slice(&sent[head + 4..]).ok()
    }
}

/// A URL of this machine, with the address of its server.
fn local(url: &str) -> Option<(Url, String)> {
    let url = Url::parse(url).ok().filter(|url| url.scheme() == "http")?;
    let host = url.host_str().filter(|host| ["127.0.0.1", "localhost", "[::1]"].contains(host))?;
    let server = format!("{host}:{}", url.port_or_known_default()?);
    Some((url, server))
}

async fn pass(function: TcpStream, server: &str, sent: &Mutex<Vec<u8>>) -> io::Result<()> {
    let (mut from_server, mut to_server) = TcpStream::connect(server).await?.into_split();
    let (mut from_function, mut to_function) = function.into_split();
    sent.lock().unwrap_or_else(PoisonError::into_inner).clear();
    let request = async {
        let mut bytes = vec![0; 16 * 1024];
        loop {
            let count = from_function.read(&mut bytes).await?;
            sent.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&bytes[..count]);
            if count == 0 {
                return to_server.shutdown().await;
            }
            to_server.write_all(&bytes[..count]).await?;
        }
    };
    let answer = async {
        copy(&mut from_server, &mut to_function).await?;
        to_function.shutdown().await
    };
    tokio::try_join!(request, answer).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_servers_of_this_machine_are_passed_on_to() {
        let server = |url: &str| local(url).map(|(_, server)| server);
        assert_eq!(server("http://127.0.0.1:4580/a?X=1").as_deref(), Some("127.0.0.1:4580"));
        assert_eq!(server("http://[::1]/").as_deref(), Some("[::1]:80"));
        for other in ["https://127.0.0.1/", "http://192.0.2.1/", "http://127.0.0.1.example/", "x"] {
            assert_eq!(server(other), None, "{other}");
        }
    }
}
