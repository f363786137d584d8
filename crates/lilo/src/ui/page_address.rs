//! Where the page is served.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use tokio::net::TcpListener;

use crate::Error;

/// The page's usual address.
const USUAL: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 4581);

/// Binds `address`, or the usual one; if that is taken, any other.
pub(crate) async fn listen(address: Option<SocketAddr>) -> Result<TcpListener, Error> {
    let bound = match address {
        Some(address) => TcpListener::bind(address).await,
        None => match TcpListener::bind(USUAL).await {
            Ok(listener) => Ok(listener),
            Err(_) => TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await,
        },
    };
    let address = address.unwrap_or(USUAL);
    bound.map_err(|source| Error::Listen { address, option: "--page-listen", source })
}

/// The page's URL.
pub(crate) fn url(listener: &TcpListener) -> String {
    let address = listener.local_addr().expect("a bound socket has an address");
    format!("http://{address}/")
}
