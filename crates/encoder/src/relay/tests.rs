use std::net::Ipv4Addr;

use super::*;
use crate::program::Programs;
use crate::socket;
use crate::status::Status;
use crate::tap::Tap;

/// A second of stream: ten datagrams, each filled with its number.
fn stream() -> Vec<u8> {
    (0..10).flat_map(|number| [number; PAYLOAD]).collect()
}

async fn listener() -> UdpSocket {
    UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap()
}

fn relay(protocol: Protocol, address: std::net::SocketAddr) -> Relay {
    let rate = MuxRate::new(8 * 10 * PAYLOAD as u64);
    Relay {
        socket: socket::open(address).unwrap(),
        destination: Destination { protocol, address },
        rate,
        watchers: Relay::watchers(rate),
        reporter: Arc::new(StatusReporter::new().0),
        counters: Arc::default(),
    }
}

async fn receive(listener: &UdpSocket) -> Vec<u8> {
    let mut datagram = vec![0; 2_000];
    let bytes = listener.recv(&mut datagram).await.unwrap();
    datagram.truncate(bytes);
    datagram
}

#[tokio::test(start_paused = true)]
async fn rtp_packets_count_up_and_carry_the_time_they_are_sent_at() {
    let listener = listener().await;
    let relay = relay(Protocol::Rtp, listener.local_addr().unwrap());
    let began = Instant::now();
    relay.run(&stream()[..]).await;
    assert_eq!(began.elapsed(), Duration::from_millis(900));

    let mut packets = Vec::new();
    for _ in 0..10 {
        packets.push(receive(&listener).await);
    }
    let sequence = |packet: &[u8]| u16::from_be_bytes(packet[2..4].try_into().unwrap());
    let timestamp = |packet: &[u8]| u32::from_be_bytes(packet[4..8].try_into().unwrap());
    for (number, packet) in packets.iter().enumerate() {
        assert_eq!(packet[..2], [0x80, 33]);
        assert_eq!(usize::from(sequence(packet).wrapping_sub(sequence(&packets[0]))), number);
        let ticks = timestamp(packet).wrapping_sub(timestamp(&packets[0]));
        assert_eq!(ticks as usize, number * 9_000);
        assert_eq!(packet[12..], stream()[number * PAYLOAD..][..PAYLOAD]);
    }
}

#[tokio::test(start_paused = true)]
async fn udp_carries_the_stream_as_it_is() {
    let listener = listener().await;
    let relay = relay(Protocol::Udp, listener.local_addr().unwrap());
    relay.run(&stream()[..]).await;
    let mut received = Vec::new();
    for _ in 0..10 {
        received.extend(receive(&listener).await);
    }
    assert_eq!(received, stream());
}

#[tokio::test(start_paused = true)]
async fn a_destination_where_nobody_listens_ends_nothing() {
    let nobody = listener().await.local_addr().unwrap();
    let mut relay = relay(Protocol::Rtp, nobody);
    let (reporter, status) = StatusReporter::new();
    reporter.set_content(Status::Playing);
    relay.reporter = Arc::new(reporter);
    assert_eq!(*status.borrow(), Status::Starting);
    relay.run(&stream()[..]).await;
    assert_eq!(*status.borrow(), Status::Playing);
    assert_eq!(relay.counters.read().datagrams, 10);
    assert_eq!(relay.counters.read().bytes, 10 * (12 + PAYLOAD as u64));
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_the_network_never_takes_does_not_play() {
    let mut relay = relay(Protocol::Rtp, listener().await.local_addr().unwrap());
    // A loopback socket reaches no other network.
    relay.destination.address = std::net::SocketAddr::from(([192, 0, 2, 1], 9));
    let (reporter, status) = StatusReporter::new();
    reporter.set_content(Status::Playing);
    relay.reporter = Arc::new(reporter);
    relay.run(&stream()[..]).await;
    assert_eq!(*status.borrow(), Status::Starting);
    assert_eq!(relay.counters.read().datagrams, 0);
}

#[tokio::test(start_paused = true)]
async fn an_encoder_that_falls_behind_is_told_once() {
    let relay = relay(Protocol::Udp, listener().await.local_addr().unwrap());
    let mut problems = relay.reporter.subscribe_problems();
    let (mut encoder, pipe) = tokio::io::duplex(PAYLOAD);
    let ffmpeg = async move {
        for _ in 0..20 {
            tokio::time::sleep(Duration::from_millis(200)).await;
            tokio::io::AsyncWriteExt::write_all(&mut encoder, &[0x47; PAYLOAD]).await.unwrap();
        }
    };
    let reported = async {
        problems.changed().await.unwrap();
        problems.borrow_and_update().slow
    };
    let (reported, (), ()) = tokio::join!(reported, ffmpeg, relay.run(pipe));
    assert!(reported && !problems.has_changed().unwrap());
    assert!(relay.counters.read().behind > Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn no_more_than_a_second_is_read_ahead() {
    let listener = listener().await;
    let relay = relay(Protocol::Udp, listener.local_addr().unwrap());
    let (mut encoder, pipe) = tokio::io::duplex(PAYLOAD);
    let ffmpeg = async move {
        let mut written = Vec::new();
        let began = Instant::now();
        for _ in 0..100 {
            tokio::io::AsyncWriteExt::write_all(&mut encoder, &[0x47; PAYLOAD]).await.unwrap();
            written.push(began.elapsed());
        }
        written
    };
    let (written, ()) = tokio::join!(ffmpeg, relay.run(pipe));
    assert!(written[5] < Duration::from_millis(100), "the first second is taken at once");
    // Ten wait; the sender, the reader and the pipe hold one each.
    let expected = Duration::from_millis(100 * (99 - 13));
    assert!(written[99] >= expected, "the rest in real time, not at {:?}", written[99]);
}

#[tokio::test(start_paused = true)]
async fn a_watcher_gets_the_packets_that_are_sent() {
    let listener = listener().await;
    let relay = relay(Protocol::Rtp, listener.local_addr().unwrap());
    let mut watcher = tap(&relay).watch().unwrap();
    relay.run(&stream()[..]).await;
    drop(relay);

    let mut received = Vec::new();
    while let Ok(packets) = watcher.next().await {
        received.extend(packets);
    }
    assert_eq!(received, stream());
}

#[tokio::test(start_paused = true)]
async fn a_watcher_that_does_not_read_delays_nothing() {
    let listener = listener().await;
    let relay = relay(Protocol::Udp, listener.local_addr().unwrap());
    let mut watcher = tap(&relay).watch().unwrap();
    let began = Instant::now();
    relay.run(&stream().repeat(10)[..]).await;

    assert_eq!(began.elapsed(), Duration::from_millis(9_900));
    assert_eq!(relay.counters.read().datagrams, 100);
    assert!(watcher.next().await.is_err(), "it has missed packets, so it ends");
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_has_ended_cannot_be_watched() {
    let relay = relay(Protocol::Udp, listener().await.local_addr().unwrap());
    let tap = tap(&relay);
    drop(relay);
    assert!(tap.watch().is_none());
}

fn tap(relay: &Relay) -> Tap {
    Tap {
        programs: Programs::find(),
        counters: Arc::clone(&relay.counters),
        video_pid: 481,
        datagrams: relay.watchers.downgrade(),
    }
}
