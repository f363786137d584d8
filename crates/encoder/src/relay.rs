//! From ffmpeg's pipe to the network.
//!
//! Two halves with a second of the stream between them, which covers what ffmpeg does not do
//! evenly. Once that is full nobody reads the pipe, and ffmpeg waits: this is what holds it to real
//! time.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, BufReader};
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use crate::lag::Lag;
use crate::network::Network;
use crate::rate::MuxRate;
use crate::rtp;
use crate::schedule::Schedule;
use crate::status::{Board, Tally};
use crate::{Destination, Protocol};

/// Seven transport packets: as many as fit an Ethernet frame.
const PAYLOAD: usize = 7 * 188;
const AHEAD: Duration = Duration::from_secs(1);
/// What a pipe of Linux holds.
const PIPE: usize = 64 * 1024;

/// Where a stream goes, and what is told of it on the way.
#[derive(Debug)]
pub(crate) struct Relay {
    pub(crate) socket: UdpSocket,
    pub(crate) destination: Destination,
    pub(crate) rate: MuxRate,
    pub(crate) board: Arc<Board>,
    pub(crate) tally: Arc<Tally>,
}

impl Relay {
    /// Sends a transport stream to its end. A datagram that the network does not take is gone, as
    /// it would be on its way; the stream goes on, and is on the air from the first one that is
    /// taken.
    pub(crate) async fn run(&self, stream: impl AsyncRead + Unpin) {
        let datagrams = self.rate.bytes_in(AHEAD) / PAYLOAD as u64;
        let capacity = usize::try_from(datagrams).expect("a second of video fits in memory");
        let (ahead, due) = mpsc::channel(capacity.max(1));
        tokio::join!(read(stream, ahead), self.send(due));
    }

    async fn send(&self, mut due: mpsc::Receiver<Vec<u8>>) {
        let mut session = rtp::Session::new();
        let mut network = Network::new(&self.socket, self.destination.address);
        let mut schedule = None;
        let mut sent = 0;
        let mut on_air = false;
        let mut lag = Lag::new(Instant::now());
        while let Some(mut datagram) = due.recv().await {
            let now = Instant::now();
            let schedule = schedule.get_or_insert_with(|| Schedule::new(self.rate, now));
            let (at, behind) = schedule.next(PAYLOAD as u64, now);
            if at > now {
                sleep_until(at).await;
            }
            let bytes = match self.destination.protocol {
                Protocol::Rtp => {
                    let header = session.header(self.rate.rtp_ticks(sent));
                    datagram[..rtp::HEADER].copy_from_slice(&header);
                    &datagram[..]
                }
                Protocol::Udp => &datagram[rtp::HEADER..],
            };
            if network.send(bytes).await {
                self.tally.sent(bytes.len());
                if !on_air {
                    on_air = true;
                    self.board.on_air();
                }
            }
            self.tally.behind(behind);
            self.board.slow(lag.note(behind, now));
            sent += PAYLOAD as u64;
        }
    }
}

/// Cuts a transport stream into datagrams with room for a header before each. What is left over at
/// the end is dropped.
async fn read(stream: impl AsyncRead + Unpin, ahead: mpsc::Sender<Vec<u8>>) {
    let mut stream = BufReader::with_capacity(PIPE, stream);
    loop {
        let mut datagram = vec![0; rtp::HEADER + PAYLOAD];
        if stream.read_exact(&mut datagram[rtp::HEADER..]).await.is_err() {
            return;
        }
        if ahead.send(datagram).await.is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests;
