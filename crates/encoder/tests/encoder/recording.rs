//! What a receiver gets: datagrams with their times.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::time::{Instant, timeout};

use crate::tools;

const RTP_HEADER: usize = 12;

pub(crate) struct Recorder {
    socket: UdpSocket,
    received: AtomicU64,
}

impl Recorder {
    pub(crate) async fn listen() -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        Self { socket, received: AtomicU64::new(0) }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.socket.local_addr().unwrap()
    }

    /// The memory that everything received takes.
    pub(crate) fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    /// The datagrams that Linux has dropped because they were not read in time: lost by this
    /// receiver, not by the sender.
    pub(crate) fn dropped(&self) -> u64 {
        let port = format!(":{:04X}", self.address().port());
        let sockets = std::fs::read_to_string("/proc/net/udp").unwrap();
        let fields = sockets.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        let mut own = fields.filter(|fields| fields[1].ends_with(&port));
        own.next().and_then(|fields| fields.last()?.parse().ok()).expect("the socket is open")
    }

    /// From the first datagram on.
    pub(crate) async fn record(&self, time: Duration) -> Recording {
        let mut packets = vec![self.receive().await];
        let end = packets[0].arrived + time;
        while packets.last().unwrap().arrived < end {
            packets.push(self.receive().await);
        }
        Recording { packets }
    }

    /// While something happens.
    pub(crate) async fn record_during(&self, something: impl Future<Output = ()>) -> Recording {
        let mut packets = Vec::new();
        let mut something = pin!(something);
        loop {
            tokio::select! {
                biased;
                packet = self.receive() => packets.push(packet),
                () = &mut something => return Recording { packets },
            }
        }
    }

    async fn receive(&self) -> Packet {
        let mut buffer = [0; 2_000];
        let received = timeout(Duration::from_secs(20), self.socket.recv(&mut buffer)).await;
        // As large as it is: an hour of them is counted in memory.
        let bytes = buffer[..received.expect("a datagram arrives").unwrap()].to_vec();
        let kept = bytes.capacity() + size_of::<Packet>();
        self.received.fetch_add(kept as u64, Ordering::Relaxed);
        Packet { arrived: Instant::now(), bytes }
    }
}

pub(crate) struct Packet {
    pub(crate) arrived: Instant,
    bytes: Vec<u8>,
}

impl Packet {
    pub(crate) fn sequence(&self) -> u16 {
        u16::from_be_bytes(self.bytes[2..4].try_into().unwrap())
    }

    pub(crate) fn timestamp(&self) -> u32 {
        u32::from_be_bytes(self.bytes[4..8].try_into().unwrap())
    }

    /// Random access is possible at one of its transport packets (ISO 13818-1, 2.4.3.4).
    fn has_keyframe(&self) -> bool {
        let transport = &mut self.payload().chunks(188);
        transport
            .any(|it| it[1] & 0x40 != 0 && it[3] & 0x20 != 0 && it[4] > 0 && it[5] & 0x50 == 0x50)
    }

    pub(crate) fn payload(&self) -> &[u8] {
        &self.bytes[RTP_HEADER..]
    }
}

pub(crate) struct Recording {
    pub(crate) packets: Vec<Packet>,
}

impl Recording {
    /// Nothing lost, nothing out of order, nothing late, and all of one session.
    pub(crate) fn assert_is_unbroken_rtp(&self) {
        self.assert_is_whole_rtp();
        let gap = self.longest_gap();
        assert!(gap < Duration::from_millis(200), "a gap of {gap:?}");
    }

    /// The longest time from one arrival to the next.
    pub(crate) fn longest_gap(&self) -> Duration {
        let gaps = self.packets.windows(2).map(|pair| pair[1].arrived - pair[0].arrived);
        gaps.max().unwrap_or_default()
    }

    /// Nothing lost, nothing out of order, and all of one session; on a busy machine some of it may
    /// be late.
    pub(crate) fn assert_is_whole_rtp(&self) {
        let ssrc = &self.packets[0].bytes[8..12];
        for packet in &self.packets {
            assert_eq!(
                packet.bytes[..2],
                [0x80, 33],
                "version 2, no marker, MPEG transport stream"
            );
            assert_eq!(&packet.bytes[8..12], ssrc);
            assert_eq!(packet.payload().len(), 7 * 188);
        }
        let steps = self.packets.windows(2).map(|pair| (&pair[0], &pair[1]));
        for (before, after) in steps {
            assert_eq!(after.sequence(), before.sequence().wrapping_add(1));
            let ticks = after.timestamp().wrapping_sub(before.timestamp());
            assert!((1..18_000).contains(&ticks), "the timestamp rises by {ticks}");
        }
    }

    /// As much as this of its beginning and of its end, which starts with a keyframe.
    pub(crate) fn ends(mut self, time: Duration) -> [Self; 2] {
        let last = self.packets.last().unwrap().arrived - time;
        let first = self.packets[0].arrived + time;
        let last = self.packets.split_off(self.packets.partition_point(|it| it.arrived < last));
        let last = last.into_iter().skip_while(|packet| !packet.has_keyframe()).collect();
        self.packets.truncate(self.packets.partition_point(|it| it.arrived < first));
        [self, Self { packets: last }]
    }

    /// How long the stream says it is, and how long it took to arrive.
    pub(crate) fn times(&self) -> (Duration, Duration) {
        let (first, last) = (&self.packets[0], self.packets.last().unwrap());
        let ticks = last.timestamp().wrapping_sub(first.timestamp());
        (Duration::from_secs_f64(f64::from(ticks) / 90_000.0), last.arrived - first.arrived)
    }

    /// The transport stream without RTP, in a file.
    pub(crate) async fn write(&self, name: &str) -> PathBuf {
        let path = tools::path(name);
        let stream: Vec<u8> = self.packets.iter().flat_map(Packet::payload).copied().collect();
        tokio::fs::write(&path, stream).await.unwrap();
        path
    }
}
