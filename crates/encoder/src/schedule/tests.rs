use super::*;

/// Ten datagrams a millisecond.
const RATE: MuxRate = MuxRate::new(8 * 10_000_000);
const BYTES: u64 = 1_000;

fn millis(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// Sends like the relay; returns the send times.
fn run(schedule: &mut Schedule, now: &mut Instant, count: usize) -> Vec<Instant> {
    let mut sent = Vec::new();
    for _ in 0..count {
        let (at, _) = schedule.next(BYTES, *now);
        *now = at.max(*now);
        sent.push(*now);
    }
    sent
}

#[test]
fn datagrams_leave_at_the_streams_own_pace() {
    let start = Instant::now();
    let (mut schedule, mut now) = (Schedule::new(RATE, start), start);
    let sent = run(&mut schedule, &mut now, 1_001);
    assert_eq!(sent[1] - start, Duration::from_micros(100));
    assert_eq!(sent[1_000] - start, millis(100));
}

#[test]
fn a_short_hiccup_is_made_up_for_at_twice_the_pace() {
    let start = Instant::now();
    let (mut schedule, mut now) = (Schedule::new(RATE, start), start);
    run(&mut schedule, &mut now, 1_000);

    now += millis(100);
    let resumed = now;
    let sent = run(&mut schedule, &mut now, 3_000);

    let at_once = sent.iter().filter(|at| **at == resumed).count();
    assert!(
        at_once <= 101,
        "no more than twice five milliseconds of stream at once, not {at_once}"
    );
    let soon = sent.iter().filter(|at| **at - resumed <= millis(10)).count();
    assert!((290..=310).contains(&soon), "twice the pace after that, not {soon}");
    assert_eq!(sent[2_999] - start, Duration::from_micros(399_900), "caught up");
}

#[test]
fn schedule_reports_its_delay_until_it_has_caught_up() {
    let start = Instant::now();
    let (mut schedule, mut now) = (Schedule::new(RATE, start), start);

    now += millis(100);
    let (_, behind) = schedule.next(BYTES, now);
    assert_eq!(behind, millis(100));

    run(&mut schedule, &mut now, 3_000);
    let (_, behind) = schedule.next(BYTES, now);
    assert_eq!(behind, Duration::ZERO);
}

#[test]
fn a_long_hiccup_is_not_made_up_for_and_not_forgotten() {
    let start = Instant::now();
    let (mut schedule, mut now) = (Schedule::new(RATE, start), start);
    run(&mut schedule, &mut now, 1);

    now += Duration::from_hours(1);
    let resumed = now;
    let sent = run(&mut schedule, &mut now, 1_001);
    assert_eq!(sent[1_000] - resumed, millis(100));

    let (_, behind) = schedule.next(BYTES, now);
    assert_eq!(behind, Duration::from_hours(1) - Duration::from_micros(100));
}
