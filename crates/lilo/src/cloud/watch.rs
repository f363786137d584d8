//! `lilo watch`: a page that shows a loop on AWS.

mod look;
mod remote_loop;
mod stills;
mod view;

use std::sync::Arc;

use indicatif::ProgressBar;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::Error;
use crate::args::Watch;
use crate::aws::Aws;
use crate::aws::inventory::Inventory;
use crate::ui::screen::{self, Screen};
use crate::ui::{page_address, signals};
use remote_loop::RemoteLoop;

const EXIT_MESSAGE: &str = "ended at once; the loop on AWS goes on";

/// Serves the page until Ctrl-C, which changes nothing on AWS.
pub(crate) async fn run(args: Watch) -> Result<(), Error> {
    let spinner = ProgressBar::new_spinner();
    screen::print_warnings(&spinner, args.access.verbose);
    let shutdown = signals::listen(EXIT_MESSAGE).map_err(Error::Signals)?;
    let mut screen =
        Screen::new(args.access.output, args.access.verbose, spinner, shutdown.clone());
    let found = shutdown.run_until_cancelled(Box::pin(find(&args, &mut screen))).await;
    screen.clear();
    let Some(found) = found else { return Ok(()) };
    serve(found?, &args, &mut screen, shutdown).await
}

async fn find(args: &Watch, screen: &mut Screen) -> Result<RemoteLoop, Error> {
    screen.begin("sign-in", "signing in to AWS".to_owned());
    let aws = Box::pin(Aws::sign_in(&args.access)).await?;
    let inventory = Inventory::take(&aws, screen).await?;
    let stack = inventory.find_loop(&args.name, &aws.region)?.clone();
    Ok(RemoteLoop::new(aws.for_the_page(), stack, args.price))
}

async fn serve(
    source: RemoteLoop,
    args: &Watch,
    screen: &mut Screen,
    shutdown: CancellationToken,
) -> Result<(), Error> {
    let server = page_address::listen(args.page_listen).await?;
    let url = server.url();
    let text = format!("The loop {} is at {url} until Ctrl-C.", args.name);
    screen.put("page", &json!({ "page": url }), || Some(text));
    server.serve(Arc::new(source), shutdown).await.map_err(Error::Page)
}
