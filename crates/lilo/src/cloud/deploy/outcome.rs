//! Prints the result of a deployment, and the user's next steps.

use aws_sdk_medialive::types::ChannelState;

use super::deployment::Deployment;
use crate::Error;
use crate::aws::cleanup::Unfinished;
use crate::cloud::LoopSummary;
use crate::cloud::Session;

impl Deployment<'_> {
    /// Waits for RUNNING if the channel starts automatically, and prints the loop.
    pub(super) async fn print_outcome(&mut self, changed: bool) -> Result<(), Error> {
        let name = &self.args.name;
        let Session { aws, cleanup, screen } = &mut self.session;
        if !changed {
            screen.remark(&format!("the loop {name} is up to date; nothing was changed"));
        }
        let not_yet = || Error::NoChannelYet(name.clone());
        let stack = aws.stack(name).await?.ok_or_else(not_yet)?;
        let id = Some(stack.output("ChannelId")).filter(|id| !id.is_empty()).ok_or_else(not_yet)?;
        let starting = cleanup.add(Unfinished::OnAws(format!("the start of channel {id}")));
        let channel = aws.wait_for(id, &ChannelState::Running, screen).await?;
        cleanup.done(starting);
        let gone = || Error::NoChannel { id: id.to_owned(), name: name.clone() };
        let channel = channel.ok_or_else(gone)?;
        let summary = LoopSummary::of(&stack, Some(&channel));
        screen.put("deployed", &summary, || Some(text(&summary)));
        Ok(())
    }
}

fn text(summary: &LoopSummary) -> String {
    let (name, destinations) = (&summary.name, summary.destinations.join(" and "));
    let id = summary.channel_id.as_deref().unwrap_or_default();
    let sentence = if summary.runs() {
        format!("The loop plays at {destinations}.")
    } else {
        format!("Channel {id} waits to be started; it will play at {destinations}.")
    };
    let mut advice = vec![
        (
            "from",
            format!("{} (let these through the receiver's firewall)", summary.egress.join(", ")),
        ),
        ("look", format!("lilo status {name}")),
        ("or", summary.console_url.clone()),
        ("stop", format!("lilo stop {name}")),
        ("end", format!("lilo destroy {name}")),
    ];
    if summary.egress.is_empty() {
        advice.remove(0);
    }
    if !summary.runs() {
        advice.retain(|(word, _)| *word != "stop");
        advice.insert(0, ("start", format!("lilo start {name}")));
    }
    let advice = advice.iter().map(|(word, line)| format!("  {word:<7} {line}\n"));
    format!("\n{sentence}\n\n{}", advice.collect::<String>())
}
