//! The SDK's configuration, from variables alone: Lambda sets region and credentials, and has no
//! files of profiles.
//!
//! `aws-config` would look for both in six other places, and brings the client of STS with it. The
//! variables below mean what they mean there (AWS SDKs and tools reference guide, "Settings
//! reference").

use std::fmt::{self, Debug};
use std::str::FromStr;

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_async::time::{SharedTimeSource, SystemTimeSource};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::{SharedHttpConnector, http_client_fn};
use aws_types::SdkConfig;
use aws_types::region::Region;
use aws_types::sdk_config::RetryConfig;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};

/// How a variable is read: `None` where it is not set, or empty.
type Variable = fn(&str) -> Option<String>;

/// The configuration of every client, with calls through `http`.
pub(crate) fn sdk_config(variable: Variable, http: SharedHttpConnector) -> SdkConfig {
    let own_endpoints = !is_true(variable, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
    let region = variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION"));
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(region.map(Region::new))
        .credentials_provider(SharedCredentialsProvider::new(FromVariables(variable)))
        .http_client(http_client_fn(move |_, _| http.clone()))
        .retry_config(retries(variable))
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .time_source(SharedTimeSource::new(SystemTimeSource::new()))
        .use_fips(is_true(variable, "AWS_USE_FIPS_ENDPOINT"))
        .use_dual_stack(is_true(variable, "AWS_USE_DUALSTACK_ENDPOINT"));
    if own_endpoints {
        config.set_endpoint_url(variable("AWS_ENDPOINT_URL"));
        config.set_service_config(Some(FromVariables(variable)));
    }
    config.build()
}

fn is_true(variable: Variable, name: &str) -> bool {
    variable(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

fn retries(variable: Variable) -> RetryConfig {
    let mut retries = RetryConfig::standard();
    if let Some(attempts) = parsed(variable, "AWS_MAX_ATTEMPTS").filter(|&attempts| attempts > 0) {
        retries = retries.with_max_attempts(attempts);
    }
    if let Some(mode) = parsed(variable, "AWS_RETRY_MODE") {
        retries = retries.with_retry_mode(mode);
    }
    retries
}

fn parsed<T: FromStr>(variable: Variable, name: &str) -> Option<T> {
    let value = variable(name)?;
    let parsed = value.parse().ok();
    if parsed.is_none() {
        tracing::error!(name, value, "cannot be read; the SDK's default applies");
    }
    parsed
}

/// Credentials, and endpoints by service.
struct FromVariables(Variable);

impl Debug for FromVariables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FromVariables")
    }
}

impl ProvideCredentials for FromVariables {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let Self(variable) = *self;
        let needed = |name| {
            variable(name).ok_or_else(|| CredentialsError::not_loaded(format!("{name} is not set")))
        };
        let credentials = || {
            let (id, secret) = (needed("AWS_ACCESS_KEY_ID")?, needed("AWS_SECRET_ACCESS_KEY")?);
            let token = variable("AWS_SESSION_TOKEN");
            Ok(Credentials::new(id, secret, token, None, "EnvironmentVariable"))
        };
        future::ProvideCredentials::ready(credentials())
    }
}

impl LoadServiceConfig for FromVariables {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        let service = key.service_id().to_uppercase().replace(' ', "_");
        (self.0)(&format!("{}_{service}", key.env()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
    use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
    use aws_smithy_runtime_api::client::result::ConnectorError;
    use aws_smithy_types::retry::RetryMode;

    #[derive(Debug)]
    struct Nowhere;

    impl HttpConnector for Nowhere {
        fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
            let uri = request.uri().to_owned();
            HttpConnectorFuture::ready(Err(ConnectorError::user(uri.into())))
        }
    }

    fn config(variable: Variable) -> SdkConfig {
        sdk_config(variable, SharedHttpConnector::new(Nowhere))
    }

    /// The URL that this configuration has MediaLive's client call.
    async fn called(variable: Variable) -> String {
        let client = aws_sdk_medialive::Client::new(&config(variable));
        let error = client.list_channels().send().await.expect_err("it goes nowhere");
        lilo_lifecycle::chain(&error)
    }

    fn as_lambda(name: &str) -> Option<String> {
        let value = match name {
            "AWS_REGION" => "eu-west-1",
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" | "AWS_SESSION_TOKEN" => "example",
            _ => return None,
        };
        Some(value.to_owned())
    }

    #[tokio::test]
    async fn lambdas_variables_lead_to_the_regions_endpoint() {
        let url = called(as_lambda).await;
        assert!(url.contains("https://medialive.eu-west-1.amazonaws.com/prod/channels"), "{url}");
    }

    #[tokio::test]
    async fn a_services_own_endpoint_comes_before_the_general_one() {
        let own = |name: &str| match name {
            "AWS_ENDPOINT_URL_MEDIALIVE" => Some("http://127.0.0.1:1".to_owned()),
            "AWS_ENDPOINT_URL" => Some("http://127.0.0.1:2".to_owned()),
            _ => as_lambda(name),
        };
        let general = |name: &str| match name {
            "AWS_ENDPOINT_URL" => Some("http://127.0.0.1:2".to_owned()),
            _ => as_lambda(name),
        };
        let ignored = |name: &str| match name {
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS" => Some("true".to_owned()),
            "AWS_ENDPOINT_URL" | "AWS_ENDPOINT_URL_MEDIALIVE" => Some("http://127.0.0.1:1".into()),
            _ => as_lambda(name),
        };

        let (own, general, ignored) =
            (called(own).await, called(general).await, called(ignored).await);

        assert!(own.contains("http://127.0.0.1:1/prod"), "{own}");
        assert!(general.contains("http://127.0.0.1:2/prod"), "{general}");
        assert!(ignored.contains("https://medialive.eu-west-1.amazonaws.com/prod"), "{ignored}");
    }

    #[tokio::test]
    async fn fips_and_dual_stack_endpoints_can_be_had() {
        let both = |name: &str| match name {
            "AWS_USE_FIPS_ENDPOINT" | "AWS_USE_DUALSTACK_ENDPOINT" => Some("true".to_owned()),
            _ => as_lambda(name),
        };
        let url = called(both).await;
        assert!(url.contains("https://medialive-fips.eu-west-1.api.aws/"), "{url}");
    }

    #[test]
    fn retries_follow_the_variables_and_a_typo_changes_nothing() {
        let set = |name: &str| match name {
            "AWS_MAX_ATTEMPTS" => Some("5".to_owned()),
            "AWS_RETRY_MODE" => Some("adaptive".to_owned()),
            _ => as_lambda(name),
        };
        let typo = |name: &str| match name {
            "AWS_MAX_ATTEMPTS" => Some("0".to_owned()),
            "AWS_RETRY_MODE" => Some("patient".to_owned()),
            _ => as_lambda(name),
        };
        let retries = |variable| config(variable).retry_config().cloned().expect("set");

        assert_eq!(retries(set).max_attempts(), 5);
        assert_eq!(retries(set).mode(), RetryMode::Adaptive);
        assert_eq!(retries(typo), RetryConfig::standard());
        assert_eq!(retries(as_lambda), RetryConfig::standard());
    }

    #[tokio::test]
    async fn missing_credentials_are_named() {
        let without = |name: &str| as_lambda(name).filter(|_| name != "AWS_SECRET_ACCESS_KEY");
        let error = called(without).await;
        assert!(error.contains("AWS_SECRET_ACCESS_KEY is not set"), "{error}");
    }
}
