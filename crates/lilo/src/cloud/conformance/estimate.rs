//! What a run on AWS makes, how long it takes, and what it costs at most.

use lilo_conformance::{CHANNELS, RUN_LIMIT, START_LIMIT, STATE_LIMIT};
use lilo_medialive_emulator::Pace;

use crate::args::Conformance;

/// US dollars for an hour of a small running channel with one pipeline. It is an assumption on the
/// safe side, not a price: AWS's prices differ by Region, and its price list was not read.
const ASSUMED_PRICE: f64 = 3.0;
/// MediaLive bills a run by the minute, with this minimum (aws.amazon.com/medialive/pricing).
const BILLED_MINUTES: u64 = 10;

/// Each channel that the checks start, and one more: MediaLive may start a channel that is CREATING.
const STARTS: u32 = CHANNELS + 1;

/// The lines to read before saying yes.
pub(super) fn lines(account: &str, region: &str, args: &Conformance) -> Vec<String> {
    let (hourly, source) = match args.price {
        Some(price) => (price, "as --price says"),
        None => (ASSUMED_PRICE, "an assumption; --price takes the price of your Region"),
    };
    let longest = longest_run_minutes();
    let mut lines = vec![
        format!("in the account {account}, {region}, with the tag {}:", lilo_conformance::TAG),
        "makes    4 MP4 inputs, an input security group, and one channel at a time, of one pipeline and \
             360 lines"
            .to_owned(),
        format!(
            "runs     {CHANNELS} channels one after the other, each {} minutes at most",
            RUN_LIMIT.as_secs() / 60
        ),
        format!("takes    about {} minutes, longer where channels start slowly", minutes()),
        format!(
            "costs    at most USD {:.2} for running channels: {STARTS} starts of {longest} minutes, start \
             and stop included, at USD {hourly:.2} an hour ({source}); idle channels and inputs come on top",
            most(hourly)
        ),
        "deletes  all of it at the end, after an error and after Ctrl-C; if the command is killed, a \
         channel may run on until `lilo conformance --target aws --clean`"
            .to_owned(),
    ];
    if args.deploy {
        let deploys = "deploys  a stack with two roles and a function and, where nothing of LILO's is, a \
                       loop, twice; no channel of these is started. If the run is interrupted meanwhile, \
                       `lilo destroy lilo-conformance-loop` deletes the loop";
        lines.insert(3, deploys.to_owned());
    }
    lines
}

/// How long a run is billed at most, in minutes.
fn longest_run_minutes() -> u64 {
    ((START_LIMIT + RUN_LIMIT + STATE_LIMIT).as_secs() / 60).max(BILLED_MINUTES)
}

#[expect(clippy::cast_precision_loss, reason = "some minutes")]
fn most(hourly: f64) -> f64 {
    f64::from(STARTS) * longest_run_minutes() as f64 / 60.0 * hourly
}

/// The states of every channel, as one real run had them; the calls between them take little.
fn minutes() -> u64 {
    let pace = Pace::real();
    let channel =
        pace.channel_create + pace.channel_start + pace.channel_stop + pace.channel_delete;
    (channel * CHANNELS).as_secs().div_ceil(60)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::args::{Args, Command};

    #[test]
    fn the_highest_cost_is_every_run_at_its_longest() {
        // Three starts of 25 minutes.
        assert_eq!(format!("{:.2}", most(4.0)), "5.00");

        let typed = ["lilo", "conformance", "--target", "aws", "--price", "4"];
        let Command::Conformance(args) = Args::parse_from(typed).command else {
            panic!("conformance was typed")
        };
        let lines = lines("111122223333", "eu-west-1", &args).join("\n");

        assert!(lines.contains("at most USD 5.00"), "{lines}");
        assert!(lines.contains("111122223333") && lines.contains("lilo:conformance"), "{lines}");
    }
}
