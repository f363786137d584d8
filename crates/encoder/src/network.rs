//! What the network says to a datagram, and when a person should hear of it.

use std::io;
use std::net::SocketAddr;

use tokio::net::UdpSocket;
use tracing::{info, warn};

/// The way to one destination.
#[derive(Debug)]
pub(crate) struct Network<'socket> {
    socket: &'socket UdpSocket,
    destination: SocketAddr,
    refuses: bool,
}

impl<'socket> Network<'socket> {
    pub(crate) fn new(socket: &'socket UdpSocket, destination: SocketAddr) -> Self {
        Self { socket, destination, refuses: false }
    }

    /// Sends it once; true if it was taken. Thousands are sent each second, so only a change is
    /// worth a line.
    pub(crate) async fn send(&mut self, datagram: &[u8]) -> bool {
        let sent = self.socket.send_to(datagram, self.destination).await;
        self.note(sent.map(|_| ()))
    }

    fn note(&mut self, sent: io::Result<()>) -> bool {
        let refusal = sent.err().filter(|error| !is_about_the_receiver(error));
        let destination = self.destination;
        match &refusal {
            Some(error) if !self.refuses => {
                warn!(%destination, %error, "the network does not take the stream; check the address and the route");
            }
            None if self.refuses => info!(%destination, "the network takes the stream again"),
            Some(_) | None => {}
        }
        self.refuses = refusal.is_some();
        !self.refuses
    }
}

/// The datagram was taken to a machine where nobody listens yet. Some systems say so, with the
/// answer to one before.
fn is_about_the_receiver(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset)
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;
    use std::net::Ipv4Addr;

    use super::*;

    async fn socket() -> UdpSocket {
        UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a socket")
    }

    #[tokio::test]
    async fn a_refusal_of_the_network_is_noticed_and_so_is_its_end() {
        let socket = socket().await;
        let mut network = Network::new(&socket, SocketAddr::from(([192, 0, 2, 1], 9)));
        for (answer, taken) in [
            (Ok(()), true),
            (Err(ErrorKind::NetworkUnreachable), false),
            (Err(ErrorKind::PermissionDenied), false),
            (Ok(()), true),
        ] {
            assert_eq!(network.note(answer.map_err(io::Error::from)), taken);
            assert_eq!(network.refuses, !taken);
        }
    }

    #[tokio::test]
    async fn a_receiver_that_is_not_there_is_no_refusal_of_the_network() {
        let socket = socket().await;
        let mut network = Network::new(&socket, SocketAddr::from(([127, 0, 0, 1], 9)));
        assert!(network.note(Err(ErrorKind::ConnectionRefused.into())));
    }

    #[tokio::test]
    async fn what_has_no_way_to_its_destination_is_not_taken() {
        // A socket of this machine's own network reaches no other.
        let socket = socket().await;
        let mut network = Network::new(&socket, SocketAddr::from(([192, 0, 2, 1], 9)));
        assert!(!network.send(b"datagram").await);
    }
}
