//! The user's AWS account: clients, and LILO's resources there.
//!
//! It performs single calls and waits; the commands decide what to do.

pub(crate) mod bucket;
pub(crate) mod change_set;
pub(crate) mod channel;
pub(crate) mod cleanup;
mod conformance;
pub(crate) mod failure;
pub(crate) mod follow;
pub(crate) mod function;
pub(crate) mod inventory;
pub(crate) mod medialive;
mod page;
pub(crate) mod partition;
mod queue;
pub(crate) mod rights;
pub(crate) mod stack;
pub(crate) mod upload;

use std::env;

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use crate::Error;
use crate::args::Access;
use failure::failed;

/// The tag of the stacks and buckets that this command made; it deletes nothing without it.
pub(crate) const MADE_BY: (&str, &str) = ("lilo:made-by", "lilo-deploy");

/// Attempts per call: enough to survive a network failure of half a minute.
const ATTEMPTS: u32 = 8;
/// Calls in flight at the same time; a Region may have hundreds of stacks.
pub(crate) const CONCURRENT_CALLS: usize = 8;

/// The clients for an account and Region.
#[derive(Clone, Debug)]
pub(crate) struct Aws {
    pub(crate) cloudformation: aws_sdk_cloudformation::Client,
    iam: aws_sdk_iam::Client,
    lambda: aws_sdk_lambda::Client,
    pub(crate) medialive: aws_sdk_medialive::Client,
    pub(crate) s3: aws_sdk_s3::Client,
    sqs: aws_sdk_sqs::Client,
    pub(crate) sts: aws_sdk_sts::Client,
    /// Twelve digits.
    pub(crate) account: String,
    pub(crate) region: String,
    /// As in ARNs, such as `aws`.
    pub(crate) partition: String,
}

/// Whose credentials they are.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// Twelve digits.
    pub(crate) account: String,
    /// The ARN of a user, of a role's session, or of the root user.
    pub(crate) arn: String,
}

impl Aws {
    /// Finds credentials like the AWS CLI: options, environment, profile.
    ///
    /// # Errors
    /// Without a Region or credentials, or when AWS rejects them or cannot be reached.
    pub(crate) async fn sign_in(access: &Access) -> Result<Self, Error> {
        let config = configuration(access, ATTEMPTS).await?;
        let region = region(&config)?;
        find_credentials(&config, access).await?;
        let caller = caller(&config).await?;
        Ok(Self::new(&config, region, Some(&caller)))
    }

    /// The clients. Calls nothing. Without a caller, account and partition are not known.
    pub(crate) fn new(config: &SdkConfig, region: String, caller: Option<&Caller>) -> Self {
        // Replacements of S3 seldom support a host name per bucket.
        let elsewhere = env::var_os("AWS_ENDPOINT_URL_S3").is_some();
        let s3 = aws_sdk_s3::config::Builder::from(config)
            .force_path_style(elsewhere || config.endpoint_url().is_some())
            .build();
        Self {
            cloudformation: aws_sdk_cloudformation::Client::new(config),
            iam: aws_sdk_iam::Client::new(config),
            lambda: aws_sdk_lambda::Client::new(config),
            medialive: aws_sdk_medialive::Client::new(config),
            s3: aws_sdk_s3::Client::from_conf(s3),
            sqs: aws_sdk_sqs::Client::new(config),
            sts: aws_sdk_sts::Client::new(config),
            partition: partition::of_caller(caller.map_or("", |caller| &caller.arn)),
            account: caller.map(|caller| caller.account.clone()).unwrap_or_default(),
            region,
        }
    }
}

/// The settings of the options, the environment and the profile. Calls nothing.
///
/// # Errors
/// When the certificates of `AWS_CA_BUNDLE` cannot be read.
pub(crate) async fn configuration(access: &Access, attempts: u32) -> Result<SdkConfig, Error> {
    let http = http()?;
    let mut loader = aws_config::defaults(BehaviorVersion::latest()).http_client(http.clone());
    if env::var_os("AWS_MAX_ATTEMPTS").is_none() {
        loader = loader.retry_config(RetryConfig::standard().with_max_attempts(attempts));
    }
    if let Some(region) = &access.region {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(profile) = &access.profile {
        loader = loader.profile_name(profile);
    }
    let config = loader.load().await;
    let Some(profile) = &access.profile else { return Ok(config) };
    // The default chain would prefer credentials from the environment to the named profile.
    // A profile that assumes a role calls STS, which needs a Region.
    let place = ProviderConfig::without_region().with_region(config.region().cloned());
    let of_profile = ProfileFileCredentialsProvider::builder()
        .profile_name(profile)
        .configure(&place.with_http_client(http));
    let of_profile = SharedCredentialsProvider::new(of_profile.build());
    Ok(config.into_builder().credentials_provider(of_profile).build())
}

/// The Region in the settings.
pub(crate) fn region(config: &SdkConfig) -> Result<String, Error> {
    config.region().map(ToString::to_string).ok_or(Error::NoRegion)
}

/// Looks for credentials, without asking AWS whether it accepts them.
pub(crate) async fn find_credentials(config: &SdkConfig, access: &Access) -> Result<(), Error> {
    let provider = config.credentials_provider();
    let provider = provider.expect("the default chain is one");
    provider.provide_credentials().await.map(drop).map_err(|error| match error {
        CredentialsError::CredentialsNotLoaded(_) => match &access.profile {
            Some(profile) => Error::EmptyProfile(profile.clone()),
            None => Error::NoCredentials,
        },
        error => Error::CredentialsUnread(error.into()),
    })
}

/// Asks AWS whose the credentials are.
pub(crate) async fn caller(config: &SdkConfig) -> Result<Caller, Error> {
    // Fewer attempts, to report a missing network soon.
    let sts = aws_sdk_sts::config::Builder::from(config);
    let sts = sts.retry_config(RetryConfig::standard()).build();
    let caller = aws_sdk_sts::Client::from_conf(sts).get_caller_identity().send().await;
    let caller = caller.map_err(|error| failed(error, "get your identity"))?;
    Ok(Caller { account: caller.account.unwrap_or_default(), arn: caller.arn.unwrap_or_default() })
}

/// The HTTP client: rustls with the system's certificates or `AWS_CA_BUNDLE`, and the environment's
/// proxy.
pub(crate) fn http() -> Result<SharedHttpClient, Error> {
    let mut roots = TrustStore::default();
    if let Some(file) = env::var_os("AWS_CA_BUNDLE") {
        let unread = |source| Error::CaBundle { file: file.clone().into(), source };
        roots = roots.with_pem_certificate(std::fs::read(&file).map_err(unread)?);
    }
    let tls = TlsContext::builder().with_trust_store(roots).build();
    let tls = tls.expect("a trust store is all it holds");
    Ok(Builder::new().build_with_connector_fn(move |settings, _| {
        Connector::builder()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .tls_context(tls.clone())
            .connector_settings(settings.cloned().unwrap_or_default())
            .proxy_config(ProxyConfig::from_env())
            .sleep_impl(TokioSleep::new())
            .build()
    }))
}

/// The bucket and key of an `s3ssl://` address, MediaLive's form.
pub(crate) fn in_s3(address: &str) -> Option<(&str, &str)> {
    address.strip_prefix("s3ssl://")?.split_once('/')
}
