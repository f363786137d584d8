//! A local file as a source that MediaLive would take: an HTTP URL that ends in `.mp4`, with ranges.
//!
//! It must not know what is in the file.

use std::path::Path;

use axum::Router;
use tower_http::services::ServeFile;

use crate::{Error, loopback::Server};

/// MediaLive takes MP4 files by this ending only (MediaLive user guide, "MP4 inputs").
const PATH: &str = "/source.mp4";

/// One file, served on a loopback port of its own until this is dropped.
#[derive(Debug)]
pub struct Source {
    url: String,
    _server: Server,
}

impl Source {
    /// Serves `file`; it is opened anew for each request.
    ///
    /// # Errors
    /// When the file cannot be opened, is no file, or no port can be bound.
    pub async fn serve(file: &Path) -> Result<Self, Error> {
        let unreadable = |source| Error::Source { path: file.to_owned(), source };
        let opened = tokio::fs::File::open(file).await.map_err(unreadable)?;
        if !opened.metadata().await.map_err(unreadable)?.is_file() {
            return Err(unreadable(std::io::Error::other("it is not a file")));
        }
        let router = Router::new().route_service(PATH, ServeFile::new(file));
        let server = Server::start("the source file", router).await?;
        let url = format!("http://{}{PATH}", server.address());
        Ok(Self { url, _server: server })
    }

    /// Where the file can be read.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}
