//! A source behind HTTPS: a certificate from an authority that is trusted, and one from nobody.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use lilo_tests::programs::media::make_clip;
use nix::sys::signal::Signal;
use rcgen::CertifiedKey;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::running::{Lilo, folder};

/// A web server with one clip, whatever is asked for.
struct Origin {
    address: SocketAddr,
    /// The certificate, which is its own authority.
    certificate: PathBuf,
}

impl Origin {
    fn serve(name: &str) -> Self {
        let folder = folder(name);
        let clip = folder.join("clip.mp4");
        make_clip("testsrc2=size=320x180:rate=25:duration=2", &clip);
        let CertifiedKey { cert, signing_key } =
            rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let certificate = folder.join("authority.pem");
        fs::write(&certificate, cert.pem()).unwrap();
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
        let tls = ServerConfig::builder().with_no_client_auth();
        let tls = Arc::new(tls.with_single_cert(vec![cert.der().clone()], key).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let clip = fs::read(clip).unwrap();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (tls, clip) = (Arc::clone(&tls), clip.clone());
                thread::spawn(move || answer(tls, stream, &clip));
            }
        });
        Self { address, certificate }
    }

    fn source(&self) -> String {
        format!("https://localhost:{}/clip.mp4", self.address.port())
    }
}

/// Who refuses the certificate goes away before it has asked for anything.
fn answer(tls: Arc<ServerConfig>, stream: TcpStream, clip: &[u8]) -> Option<()> {
    let connection = ServerConnection::new(tls).ok()?;
    let mut stream = StreamOwned::new(connection, stream);
    let mut request = BufReader::new(&mut stream).lines();
    let wanted = request.by_ref().map_while(Result::ok).take_while(|line| !line.is_empty());
    let range = wanted
        .filter_map(|line| line.to_lowercase().strip_prefix("range: bytes=").map(str::to_owned))
        .last();
    drop(request);
    let first =
        range.and_then(|it| it.split('-').next()?.parse().ok()).unwrap_or(0).min(clip.len());
    let (length, last) = (clip.len() - first, clip.len() - 1);
    let head = format!(
        "HTTP/1.1 206 Partial Content\r\nContent-Length: {length}\r\nContent-Range: bytes {first}-{last}/{}\r\n\
         Connection: close\r\n\r\n",
        clip.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(&clip[first..]).ok()?;
    stream.conn.send_close_notify();
    stream.flush().ok()
}

fn up(name: &str, origin: &Origin, authorities: &Path) -> Lilo {
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let environment = [("XDG_CACHE_HOME", cache), ("SSL_CERT_FILE", authorities)];
    let options = ["--source", &origin.source(), "--output", "json"];
    Lilo::with_environment(name, &options, &environment)
}

#[test]
fn a_source_behind_https_plays_when_its_certificate_is_trusted() {
    let origin = Origin::serve("https_trusted");

    let mut lilo = up("https_trusted_run", &origin, &origin.certificate);
    lilo.wait_for(&["medialive-event", "RUNNING"]);
    lilo.signal(Signal::SIGINT);
    let ended = lilo.ended();

    let alerts = ended.lines.iter().filter(|line| line.contains("Video Not Detected"));
    assert_eq!(alerts.count(), 0, "{:#?}\n{}", ended.lines, ended.errors);
    assert!(!ended.errors.contains("no picture"), "{}", ended.errors);
    assert_eq!(ended.status.code(), Some(0));
}

#[test]
fn https_source_with_untrusted_certificate_sets_an_alert() {
    let (origin, stranger) = (Origin::serve("https_untrusted"), Origin::serve("https_stranger"));

    let mut lilo = up("https_untrusted_run", &origin, &stranger.certificate);
    lilo.wait_for(&["Video Not Detected", "SET"]);
    lilo.signal(Signal::SIGINT);
    let ended = lilo.ended();

    assert!(ended.errors.to_lowercase().contains("certificate"), "{}", ended.errors);
    assert_eq!(ended.status.code(), Some(0));
}
