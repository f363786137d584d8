//! Where the page is served.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use lilo_page::Server;

use crate::Error;

/// The page's usual address.
const USUAL: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 4581);
/// The same with any port.
const ANY: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// Binds `address`, or the usual one; if that is taken, any other.
pub(crate) async fn listen(address: Option<SocketAddr>) -> Result<Server, Error> {
    let bound = match address {
        Some(address) => Server::bind(address).await,
        None => match Server::bind(USUAL).await {
            Ok(server) => Ok(server),
            Err(_) => Server::bind(ANY).await,
        },
    };
    let address = address.unwrap_or(USUAL);
    bound.map_err(|source| Error::Listen { address, option: "--page-listen", source })
}
