//! A Lambda function as Lambda shows it.

use aws_sdk_lambda::operation::get_function_configuration::GetFunctionConfigurationError;
use aws_sdk_lambda::types::{LastUpdateStatus, State};

use super::Aws;
use super::failure::failed;
use crate::Error;

/// Whether a function can be invoked, and whether its last change arrived.
#[derive(Clone, Debug)]
pub(crate) struct FunctionStatus {
    pub(crate) state: State,
    pub(crate) last_update: LastUpdateStatus,
    /// Lambda's reasons; empty while all is well.
    pub(crate) reasons: Vec<String>,
}

impl Aws {
    /// The function's status; `None` if there is no such function.
    pub(crate) async fn function(&self, name: &str) -> Result<Option<FunctionStatus>, Error> {
        let call = self.lambda.get_function_configuration().function_name(name).send().await;
        let found = match call {
            Ok(found) => found,
            Err(error)
                if error.as_service_error().is_some_and(
                    GetFunctionConfigurationError::is_resource_not_found_exception,
                ) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(failed(error, format!("look at the function {name}"))),
        };
        let reasons = [found.state_reason, found.last_update_status_reason];
        Ok(Some(FunctionStatus {
            state: found.state.unwrap_or(State::from("")),
            last_update: found.last_update_status.unwrap_or(LastUpdateStatus::from("")),
            reasons: reasons.into_iter().flatten().filter(|it| !it.is_empty()).collect(),
        }))
    }
}
