//! `lilo status` and `lilo list`: loops on AWS, looked at.

use futures_util::stream::{self, StreamExt, TryStreamExt};
use jiff::Timestamp;

use crate::Error;
use crate::args::{List, Status};
use crate::aws::inventory::Inventory;
use crate::aws::stack::Stack;
use crate::aws::{Aws, LOOKS_AT_ONCE};
use crate::cloud::LoopSummary;
use crate::cloud::session;

/// Shows one loop.
pub(crate) async fn run(args: Status) -> Result<(), Error> {
    session::run(&args.access, async |session| {
        let inventory = Inventory::take(session.aws, session.screen).await?;
        let stack = inventory.a_loop(&args.name, &session.aws.region)?;
        let now = Timestamp::now();
        let mut view = look(session.aws, stack).await?;
        if let Some(price) = args.price {
            view = view.priced(price, now);
        }
        session.screen.put("loop", &view, || {
            let lines = view.lines(now).into_iter();
            let lines: Vec<_> = lines.map(|(word, text)| format!("{word:<8} {text}")).collect();
            Some(lines.join("\n"))
        });
        Ok(())
    })
    .await
}

/// Shows every loop of the region.
pub(crate) async fn list(args: List) -> Result<(), Error> {
    session::run(&args.access, async |session| {
        let loops = Inventory::take(session.aws, session.screen).await?.loops;
        let views = stream::iter(&loops).map(|stack| look(session.aws, stack));
        let views: Vec<_> = views.buffered(LOOKS_AT_ONCE).try_collect().await?;
        for view in views {
            session.screen.put("loop", &view, || Some(view.row()));
        }
        if loops.is_empty() {
            session.screen.remark(&format!("there is no loop in {}", session.aws.region));
        }
        Ok(())
    })
    .await
}

async fn look(aws: &Aws, stack: &Stack) -> Result<LoopSummary, Error> {
    let channel = match stack.output("ChannelId") {
        "" => None,
        id => aws.channel(id).await?,
    };
    Ok(LoopSummary::of(stack, channel.as_ref()))
}
