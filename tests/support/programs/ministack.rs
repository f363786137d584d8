//! ministack, which stands for the rest of AWS.

use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

use super::{Background, free_port, root, venv};

/// Starts ministack with these settings; also says where it answers. It reaches no further than
/// this machine, and keeps its files in this folder.
pub fn start(folder: &Path, medialive: &str, settings: &[(&str, &str)]) -> (Background, String) {
    let port = free_port();
    let url = format!("http://127.0.0.1:{port}");
    let mut command = Command::new(venv("ministack/bin/python"));
    command
        .arg(root().join("tests/e2e/engine.py"))
        .env("GATEWAY_PORT", port.to_string())
        .env("BIND_HOST", "127.0.0.1")
        .env("MINISTACK_HOST", "127.0.0.1")
        .env("IOT_MTLS_ENABLED", "0")
        .env("SFTP_ENABLED", "0")
        .env("TMPDIR", folder)
        .envs(settings.iter().copied())
        // What follows is for the functions, which inherit it.
        .env("AWS_ENDPOINT_URL", &url)
        .env("AWS_ENDPOINT_URL_MEDIALIVE", medialive)
        .env("LILO_LOOPBACK_REPLIES", "1");
    let mut program = Background::spawn(&mut command, folder.join("engine.log"));
    let answers = |_: &Background| TcpStream::connect(("127.0.0.1", port)).is_ok();
    program.wait_until("ministack answers", answers);
    (program, url)
}
