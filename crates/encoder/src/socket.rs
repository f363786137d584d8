//! The socket that sends a stream.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::net::UdpSocket;

use crate::error::Error;

/// Opens one on a free port: on loopback for a loopback destination, else on the route's address.
///
/// The socket is not connected. A connected socket reports when nobody listens, and then loses the
/// datagram after each such report.
///
/// Broadcast destinations are allowed. Multicast stays in the local network (the system's default
/// hop limit of one): MediaLive's is routed in a VPC made for it, but this machine's network was
/// not.
pub(crate) fn open(destination: SocketAddr) -> Result<UdpSocket, Error> {
    let from = match destination.ip() {
        IpAddr::V4(ip) if ip.is_loopback() => IpAddr::from(Ipv4Addr::LOCALHOST),
        IpAddr::V4(_) => IpAddr::from(Ipv4Addr::UNSPECIFIED),
        IpAddr::V6(ip) if ip.is_loopback() => IpAddr::from(Ipv6Addr::LOCALHOST),
        IpAddr::V6(_) => IpAddr::from(Ipv6Addr::UNSPECIFIED),
    };
    std::net::UdpSocket::bind((from, 0))
        .and_then(|socket| {
            socket.set_broadcast(true)?;
            socket.set_nonblocking(true)?;
            UdpSocket::from_std(socket)
        })
        .map_err(|source| Error::Socket { destination, source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_broadcast_address_may_be_a_destination() {
        let socket = open(SocketAddr::from(([127, 255, 255, 255], 5000))).expect("a socket");
        assert!(socket.broadcast().expect("it is known"));
    }

    #[tokio::test]
    async fn multicast_stays_in_the_local_network() {
        let socket = open(SocketAddr::from(([239, 0, 0, 1], 5000))).expect("a socket");
        assert_eq!(socket.multicast_ttl_v4().expect("it is known"), 1);
    }
}
