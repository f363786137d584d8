//! What `lilo up` needs of this machine.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::time::Duration;

use super::finding::{Finding, Report};
use super::within;
use crate::Error;
use crate::args::Doctor;

pub(super) async fn check(args: &Doctor, report: &mut Report) {
    report.add(&ffmpeg(args.timeout).await);
    report.add(&emulator_port(args.medialive_listen));
    report.add(&stream_port(args.port.get()));
}

async fn ffmpeg(limit: Duration) -> Finding {
    const CHECK: &str = "ffmpeg";
    let version = async { Ok(lilo_encoder::check().await?) };
    match within(limit, version).await {
        Ok(version) => Finding::ok(CHECK, format!("{version}, with ffprobe, libx264 and AAC")),
        Err(error) => Finding::failed(CHECK, &error),
    }
}

/// The port that the emulated MediaLive listens on.
fn emulator_port(address: SocketAddr) -> Finding {
    const CHECK: &str = "emulator's port";
    match TcpListener::bind(address) {
        Ok(_) => Finding::ok(CHECK, format!("{address} is free")),
        Err(source) => {
            let option = "--medialive-listen";
            Finding::failed(CHECK, &Error::Listen { address, option, source })
        }
    }
}

/// The port that a player receives on; LILO only sends to it.
fn stream_port(port: u16) -> Finding {
    const CHECK: &str = "stream's port";
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    match UdpSocket::bind(address) {
        Ok(_) => Finding::ok(CHECK, format!("{address} is free")),
        Err(error) => Finding::to_do(
            CHECK,
            format!(
                "a player cannot receive at {address} ({error}); end the program that has it, \
                 unless it is your player, or choose another port with `lilo up --port`"
            ),
        ),
    }
}
