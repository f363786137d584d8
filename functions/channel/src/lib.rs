//! `Custom::MediaLiveChannel`: a channel that plays one input in an endless loop.
//!
//! | | |
//! |---|---|
//! | physical id | the channel's id |
//! | `Fn::GetAtt` | `Arn` |

mod create;
mod delete;
mod error;
mod properties;
mod update;

use lambda_runtime::LambdaEvent;
use lilo_custom_resource::{Error, Order};
use lilo_function::{Aws, serve};
use serde_json::Value;

/// Serves one request of CloudFormation's.
///
/// # Errors
/// When no answer could be delivered.
pub async fn handle(event: LambdaEvent<Value>, aws: &Aws) -> Result<(), Error> {
    let medialive = &aws.medialive;
    serve("lilo-channel", event, aws, async |request, made, budget| match &request.order {
        Order::Create => create::run(request, made, budget, medialive).await,
        Order::Update { physical_id, old_properties } => {
            update::run(request, physical_id, old_properties, budget, medialive).await
        }
        Order::Delete { physical_id } => delete::run(request, physical_id, budget, medialive).await,
    })
    .await
}
