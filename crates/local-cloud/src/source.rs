//! Serves local files as MediaLive sources, over HTTP with ranges: one file under a URL that ends
//! in `.mp4`, or a folder as if it were S3.
//!
//! It must not know the files' content.

use std::path::Path;

use axum::Router;
use tower_http::services::{ServeDir, ServeFile};

use crate::{Error, loopback::Server};

/// MediaLive recognises MP4 files by this ending only (MediaLive user guide, "MP4 inputs").
const PATH: &str = "/source.mp4";

/// A file or folder, served on its own loopback port until this is dropped.
#[derive(Debug)]
pub struct Source {
    url: String,
    _server: Server,
}

impl Source {
    /// Serves `file`; every request opens it again.
    ///
    /// # Errors
    /// When the file cannot be opened or is not a file, or no port can be bound.
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

    /// Serves the files in `folder` under their relative paths; every request opens its file again.
    ///
    /// # Errors
    /// When there is no such folder, or no port can be bound.
    pub async fn serve_folder(folder: &Path) -> Result<Self, Error> {
        let unreadable = |source| Error::Source { path: folder.to_owned(), source };
        if !tokio::fs::metadata(folder).await.map_err(unreadable)?.is_dir() {
            return Err(unreadable(std::io::Error::other("it is not a folder")));
        }
        let router = Router::new().fallback_service(ServeDir::new(folder));
        let server = Server::start("the folder of buckets", router).await?;
        Ok(Self { url: format!("http://{}", server.address()), _server: server })
    }

    /// The URL of the file or folder.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}
