//! `Custom::MediaLiveChannel`: a channel that plays one input in an endless loop.
//!
//! | | |
//! |---|---|
//! | physical id | the channel's id |
//! | `Fn::GetAtt` | `Arn` |

mod create;
mod delete;
mod error;
mod find;
mod properties;
mod update;

use lambda_runtime::LambdaEvent;
use lilo_custom_resource::{Error, Order};
use lilo_runtime::{Aws, serve};
use serde_json::Value;

/// Runs one request of CloudFormation's.
///
/// # Errors
/// When no reply could be delivered.
pub async fn handle(event: LambdaEvent<Value>, aws: &Aws) -> Result<(), Error> {
    let medialive = &aws.medialive;
    serve("lilo-channel", event, aws, async |request, creation, deadline| match &request.order {
        Order::Create => create::run(request, creation, &deadline, medialive).await,
        Order::Update { physical_id, old_properties } => {
            update::run(request, physical_id, old_properties, &deadline, medialive).await
        }
        Order::Delete { physical_id } => {
            delete::run(request, physical_id, &deadline, medialive).await
        }
    })
    .await
}
