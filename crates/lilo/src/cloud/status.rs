//! `lilo status` and `lilo list`: show loops on AWS.

use futures_util::stream::{self, StreamExt, TryStreamExt};
use jiff::Timestamp;

use crate::Error;
use crate::args::{List, Status};
use crate::aws::inventory::Inventory;
use crate::aws::stack::Stack;
use crate::aws::{Aws, CONCURRENT_CALLS};
use crate::cloud::LoopSummary;
use crate::cloud::session;

/// Shows one loop.
pub(crate) async fn run(args: Status) -> Result<(), Error> {
    session::run(&args.access, async |session| {
        let inventory = Inventory::take(session.aws, session.screen).await?;
        let stack = inventory.find_loop(&args.name, &session.aws.region)?;
        let now = Timestamp::now();
        let mut summary = summary_of(session.aws, stack).await?;
        if let Some(price) = args.price {
            summary = summary.priced(price, now);
        }
        session.screen.put("loop", &summary, || {
            let lines = summary.lines(now).into_iter();
            let lines: Vec<_> = lines.map(|(word, text)| format!("{word:<8} {text}")).collect();
            Some(lines.join("\n"))
        });
        Ok(())
    })
    .await
}

/// Shows every loop of the Region.
pub(crate) async fn list(args: List) -> Result<(), Error> {
    session::run(&args.access, async |session| {
        let loops = Inventory::take(session.aws, session.screen).await?.loops;
        let summaries = stream::iter(&loops).map(|stack| summary_of(session.aws, stack));
        let summaries: Vec<_> = summaries.buffered(CONCURRENT_CALLS).try_collect().await?;
        let width = summaries.iter().map(|summary| summary.name.len()).max().unwrap_or_default();
        for summary in summaries {
            session.screen.put("loop", &summary, || Some(summary.row(width)));
        }
        if loops.is_empty() {
            session.screen.remark(&format!("there is no loop in {}", session.aws.region));
        }
        Ok(())
    })
    .await
}

async fn summary_of(aws: &Aws, stack: &Stack) -> Result<LoopSummary, Error> {
    let channel = match stack.output("ChannelId") {
        "" => None,
        id => aws.channel(id).await?,
    };
    Ok(LoopSummary::of(stack, channel.as_ref()))
}
