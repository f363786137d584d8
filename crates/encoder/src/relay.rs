//! Sends ffmpeg's output to the network.
//!
//! A reader and a sender with a second of the stream between them, which evens out ffmpeg's output.
//! While that buffer is full nobody reads the pipe, which holds ffmpeg to real time.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt, BufReader};
use tokio::net::UdpSocket;
use tokio::sync::{broadcast, mpsc};
use tokio::time::{Instant, sleep_until};

use crate::lag::Lag;
use crate::network::Network;
use crate::rate::MuxRate;
use crate::rtp;
use crate::schedule::Schedule;
use crate::status::{AtomicCounters, StatusReporter};
use crate::{Destination, Protocol};

/// Bytes of seven transport packets: as many as fit an Ethernet frame.
const PAYLOAD: usize = 7 * 188;
const BUFFERED: Duration = Duration::from_secs(1);
/// The capacity of a Linux pipe, in bytes.
const PIPE: usize = 64 * 1024;

/// A stream's destination, and where the relay reports progress.
#[derive(Debug)]
pub(crate) struct Relay {
    pub(crate) socket: UdpSocket,
    pub(crate) destination: Destination,
    pub(crate) rate: MuxRate,
    pub(crate) reporter: Arc<StatusReporter>,
    pub(crate) counters: Arc<AtomicCounters>,
    /// Gets every datagram's packets when they are due, while somebody watches.
    pub(crate) watchers: broadcast::Sender<Bytes>,
}

impl Relay {
    /// The watchers of a stream of this rate. Each may fall a second behind.
    pub(crate) fn watchers(rate: MuxRate) -> broadcast::Sender<Bytes> {
        broadcast::Sender::new(datagrams(rate))
    }

    /// Sends a transport stream to its end. A datagram that the network refuses is lost. The
    /// pipeline counts as playing from the first datagram that the network takes.
    pub(crate) async fn run(&self, stream: impl AsyncRead + Unpin) {
        let (ahead, due) = mpsc::channel(datagrams(self.rate));
        tokio::join!(read(stream, ahead), self.send(due));
    }

    async fn send(&self, mut due: mpsc::Receiver<Vec<u8>>) {
        let mut session = rtp::Session::new();
        let mut network = Network::new(&self.socket, self.destination.address);
        let mut schedule = None;
        let mut sent = 0;
        let mut on_air = false;
        let mut lag = Lag::new(Instant::now());
        let mut slow = false;
        while let Some(mut datagram) = due.recv().await {
            let now = Instant::now();
            let schedule = schedule.get_or_insert_with(|| Schedule::new(self.rate, now));
            let (at, behind) = schedule.next(PAYLOAD as u64, now);
            if at > now {
                sleep_until(at).await;
            }
            if self.watchers.receiver_count() > 0 {
                // The last watcher may have gone since.
                let _ = self.watchers.send(Bytes::copy_from_slice(&datagram[rtp::HEADER..]));
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
                self.counters.sent(bytes.len());
                if !on_air {
                    on_air = true;
                    self.reporter.on_air();
                }
            }
            self.counters.behind(behind);
            let before = std::mem::replace(&mut slow, lag.record(behind, now));
            if slow != before {
                self.reporter.problems(|problems| problems.slow = slow);
            }
            sent += PAYLOAD as u64;
        }
    }
}

/// The datagrams in [`BUFFERED`].
fn datagrams(rate: MuxRate) -> usize {
    let datagrams = rate.bytes_in(BUFFERED) / PAYLOAD as u64;
    usize::try_from(datagrams).expect("a second of video fits in memory").max(1)
}

/// Splits a transport stream into datagrams with room for an RTP header, and drops an incomplete
/// last one.
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
