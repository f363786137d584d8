use super::*;

fn sound() -> (mpsc::Sender<Bytes>, Sound) {
    let (sender, chunks) = mpsc::channel(8);
    (sender, Sound { chunks, buffer: BytesMut::new(), to_drop: 0 })
}

#[tokio::test(start_paused = true)]
async fn sound_is_taken_in_the_pieces_that_pictures_need() {
    let (sender, mut sound) = sound();
    sender.send(Bytes::from_static(b"abcd")).await.unwrap();
    sender.send(Bytes::from_static(b"efgh")).await.unwrap();
    assert_eq!(sound.take(3, || false).await, "abc");
    assert_eq!(sound.take(3, || false).await, "def");
}

#[tokio::test(start_paused = true)]
async fn sound_that_is_only_late_is_waited_for() {
    let (sender, mut sound) = sound();
    let late = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        sender.send(Bytes::from_static(b"abc")).await.unwrap();
    };
    let ((), taken) = tokio::join!(late, sound.take(3, || false));
    assert_eq!(taken, "abc");
}

#[tokio::test(start_paused = true)]
async fn silence_replaces_missing_audio_without_shifting_the_rest() {
    let (sender, mut sound) = sound();
    sender.send(Bytes::from_static(b"ab")).await.unwrap();
    assert_eq!(sound.take(4, || true).await, &b"ab\0\0"[..]);
    sender.send(Bytes::from_static(b"cdef")).await.unwrap();
    assert_eq!(sound.take(2, || true).await, "ef");
}

#[tokio::test(start_paused = true)]
async fn after_the_last_sound_there_is_silence() {
    let (sender, mut sound) = sound();
    drop(sender);
    assert_eq!(sound.take(2, || false).await, &b"\0\0"[..]);
}
