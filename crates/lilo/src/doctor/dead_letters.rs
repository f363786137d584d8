//! Looks at the queue of what a function or a rule gave up.

use super::finding::Finding;
use crate::Error;
use crate::aws::Aws;
use crate::aws::inventory::Inventory;

pub(super) const CHECK: &str = "dead letters";

pub(super) async fn look(aws: &Aws, inventory: &Inventory) -> Result<Finding, Error> {
    let bootstrap = inventory.working_bootstrap();
    let url = bootstrap.map(|stack| stack.output("DeadLettersUrl")).unwrap_or_default();
    if url.is_empty() {
        return Ok(Finding::not_checked(CHECK, "no complete bootstrap stack names their queue"));
    }
    Ok(match aws.queue_depth(url).await? {
        0 => Finding::ok(CHECK, "none"),
        depth => Finding::to_do(
            CHECK,
            format!(
                "{depth} in the queue {url}; docs/operations.md, Dead letters, says what they \
                 mean; purge the queue when you have read them"
            ),
        ),
    })
}
