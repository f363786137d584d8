//! Looks at the AWS account, and prints a finding for each check.

use std::time::Duration;

use aws_config::SdkConfig;
use jiff::Timestamp;

use super::finding::{Finding, Report, Verdict};
use super::functions::Bootstrap;
use super::{bucket, dead_letters, functions, loops, rights, stacks, within};
use crate::Error;
use crate::args::{Access, Doctor, Part};
use crate::aws::channel::Channel;
use crate::aws::inventory::Inventory;
use crate::aws::medialive::{CHANNEL_QUOTA, regions};
use crate::aws::{Aws, Caller, caller, configuration, find_credentials, region};

/// Attempts per call: a check says soon what does not answer.
const ATTEMPTS: u32 = 3;

/// Stands for all checks of the account.
const ACCOUNT: &str = "account";
const CREDENTIALS: &str = "credentials";
const REGION: &str = "region";

pub(super) async fn check(args: &Doctor, report: &mut Report) {
    let Some((aws, caller)) = sign_in(args, report).await else { return };
    let limit = args.timeout;
    let (inventory, channels, functions) = tokio::join!(
        within(limit, Inventory::take(&aws, &mut report.screen)),
        within(limit, aws.channels()),
        within(limit, functions::look(&aws)),
    );
    report.screen.begin("rest", "looking at the rights, the bucket and the queue".to_owned());
    let (bucket, dead_letters, rights) = tokio::join!(
        of_stacks(bucket::CHECK, &inventory, limit, |it| bucket::look(&aws, it)),
        of_stacks(dead_letters::CHECK, &inventory, limit, |it| dead_letters::look(&aws, it)),
        within(limit, rights::look(&aws, caller.as_ref(), inventory.as_ref().ok())),
    );
    report.screen.end("rest");

    for finding in medialive(&channels, &aws.region, &aws.partition) {
        report.add(&finding);
    }
    let bootstrap = inventory.as_ref().ok().map(stacks::bootstrap);
    let fits = bootstrap.as_ref().is_some_and(|it| it.verdict == Verdict::Ok);
    for finding in rights::judge(rights, fits) {
        report.add(&finding);
    }
    report.add(&bucket);
    match &inventory {
        Ok(inventory) => stacks::stuck(inventory).iter().for_each(|it| report.add(it)),
        Err(error) => report.add(&Finding::failed("stacks", error)),
    }
    report.add(&bootstrap.unwrap_or_else(|| no_stacks("bootstrap")));
    let known = inventory.as_ref().map_or(Bootstrap::Unknown, |inventory| {
        inventory
            .bootstrap()
            .map_or(Bootstrap::Missing, |stack| Bootstrap::There(stack.readiness()))
    });
    for finding in functions::judge(functions, known) {
        report.add(&finding);
    }
    report.add(&dead_letters);
    for finding in of_loops(&inventory, &channels) {
        report.add(&finding);
    }
}

/// Prints whose credentials there are, and for which Region. `None` ends the account's checks; the
/// caller is missing if STS did not say.
async fn sign_in(args: &Doctor, report: &mut Report) -> Option<(Aws, Option<Caller>)> {
    report.screen.begin("sign-in", "signing in to AWS".to_owned());
    let config = match within(args.timeout, credentials(&args.access)).await {
        Ok(config) => config,
        // Whoever works on one machine only has none.
        Err(error @ Error::NoCredentials) if args.only != Some(Part::Account) => {
            report.add(&Finding::not_checked(ACCOUNT, error.line()));
            return None;
        }
        Err(error) => {
            report.add(&Finding::failed(CREDENTIALS, &error));
            return None;
        }
    };
    let region = match region(&config) {
        Ok(region) => region,
        Err(error) => {
            let text = "they are there; without a Region nobody can be asked whose they are";
            report.add(&Finding::not_checked(CREDENTIALS, text));
            report.add(&Finding::failed(REGION, &error));
            return None;
        }
    };
    let caller = within(args.timeout, caller(&config)).await;
    report.screen.end("sign-in");
    report.add(&match &caller {
        Ok(caller) => {
            Finding::ok(CREDENTIALS, format!("{} in the account {}", caller.arn, caller.account))
        }
        Err(error) => Finding::failed(CREDENTIALS, error),
    });
    report.add(&Finding::ok(REGION, &region));
    if let Err(Error::CredentialsRefused { .. }) = caller {
        report.add(&Finding::not_checked(ACCOUNT, "AWS does not accept the credentials"));
        return None;
    }
    let caller = caller.ok();
    Some((Aws::new(&config, region, caller.as_ref()), caller))
}

/// Settings with credentials that AWS has not seen yet.
async fn credentials(access: &Access) -> Result<SdkConfig, Error> {
    let config = configuration(access, ATTEMPTS).await?;
    find_credentials(&config, access).await?;
    Ok(config)
}

/// The finding of a check that needs the list of stacks.
async fn of_stacks<'a, Look: Future<Output = Result<Finding, Error>>>(
    check: &'static str,
    inventory: &'a Result<Inventory, Error>,
    limit: Duration,
    look: impl FnOnce(&'a Inventory) -> Look,
) -> Finding {
    let Ok(inventory) = inventory else { return no_stacks(check) };
    let seen = within(limit, look(inventory)).await;
    seen.unwrap_or_else(|error| Finding::unseen(check, &error))
}

fn no_stacks(check: &'static str) -> Finding {
    Finding::not_checked(check, "the stacks could not be listed")
}

/// Whether MediaLive answers here, and how far the channels are from the quota.
fn medialive(
    channels: &Result<Vec<Channel>, Error>,
    region: &str,
    partition: &str,
) -> [Finding; 2] {
    const CHECK: &str = "MediaLive";
    const QUOTA: &str = "quota";
    let count = match channels {
        Ok(channels) => channels.len(),
        Err(error) => {
            let text = match error {
                Error::Unreachable { .. } | Error::NoAnswer(_) => {
                    let regions = regions(partition);
                    let cause = error.line();
                    format!(
                        "MediaLive does not answer in {region}; when this version was made it was in {regions}: {cause}"
                    )
                }
                error => error.line(),
            };
            let quota = Finding::not_checked(QUOTA, "the channels could not be listed");
            return [Finding::to_do(CHECK, text), quota];
        }
    };
    let answers = Finding::ok(CHECK, format!("it answers in {region}"));
    let text = format!("channels: {count}; the default quota is {CHANNEL_QUOTA}");
    let quota = if count < CHANNEL_QUOTA {
        Finding::ok(QUOTA, text)
    } else {
        let text = format!("{text}, and this account may have more: see Service Quotas");
        Finding::not_checked(QUOTA, text)
    };
    [answers, quota]
}

fn of_loops(
    inventory: &Result<Inventory, Error>,
    channels: &Result<Vec<Channel>, Error>,
) -> Vec<Finding> {
    match (inventory, channels) {
        (Ok(inventory), Ok(channels)) => loops::judge(inventory, channels, Timestamp::now()),
        (Err(_), _) => vec![no_stacks(loops::CHECK)],
        (_, Err(_)) => {
            vec![Finding::not_checked(loops::CHECK, "the channels could not be listed")]
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_medialive::types::ChannelState;

    use super::*;

    #[test]
    fn the_default_quota_matters_once_it_is_reached() {
        let channel = Channel {
            id: "7".to_owned(),
            state: ChannelState::Idle,
            tags: [].into(),
            egress: Vec::new(),
            destinations: Vec::new(),
        };
        for (count, verdict) in
            [(4, Verdict::Ok), (5, Verdict::NotChecked), (6, Verdict::NotChecked)]
        {
            let [_, quota] = medialive(&Ok(vec![channel.clone(); count]), "eu-west-1", "aws");
            assert_eq!(quota.verdict, verdict, "{quota:?}");
        }
    }
}
