//! Sends datagrams, and logs when the network starts or stops refusing them.

use std::io;
use std::net::SocketAddr;

use tokio::net::UdpSocket;
use tracing::{info, warn};

/// The path to one destination.
#[derive(Debug)]
pub(crate) struct Network<'socket> {
    socket: &'socket UdpSocket,
    destination: SocketAddr,
    refusing: bool,
}

impl<'socket> Network<'socket> {
    pub(crate) fn new(socket: &'socket UdpSocket, destination: SocketAddr) -> Self {
        Self { socket, destination, refusing: false }
    }

    /// Sends a datagram once; returns whether the network took it. Logs only changes: thousands are
    /// sent each second.
    pub(crate) async fn send(&mut self, datagram: &[u8]) -> bool {
        let sent = self.socket.send_to(datagram, self.destination).await;
        self.record(sent.map(|_| ()))
    }

    fn record(&mut self, sent: io::Result<()>) -> bool {
        let refusal = sent.err().filter(|error| !receiver_refused(error));
        let destination = self.destination;
        match &refusal {
            Some(error) if !self.refusing => {
                warn!(%destination, %error, "the network refuses the stream; check the address and the route");
            }
            None if self.refusing => info!(%destination, "the network accepts the stream again"),
            Some(_) | None => {}
        }
        self.refusing = refusal.is_some();
        !self.refusing
    }
}

/// Nobody listens at the receiver yet. Some systems report that on the next datagram.
fn receiver_refused(error: &io::Error) -> bool {
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
            assert_eq!(network.record(answer.map_err(io::Error::from)), taken);
            assert_eq!(network.refusing, !taken);
        }
    }

    #[tokio::test]
    async fn a_receiver_that_is_not_there_is_no_refusal_of_the_network() {
        let socket = socket().await;
        let mut network = Network::new(&socket, SocketAddr::from(([127, 0, 0, 1], 9)));
        assert!(network.record(Err(ErrorKind::ConnectionRefused.into())));
    }

    #[tokio::test]
    async fn what_has_no_way_to_its_destination_is_not_taken() {
        // A loopback socket reaches no other network.
        let socket = socket().await;
        let mut network = Network::new(&socket, SocketAddr::from(([192, 0, 2, 1], 9)));
        assert!(!network.send(b"datagram").await);
    }
}
