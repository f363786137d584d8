//! Where MediaLive is, as the SDK finds it.

use aws_sdk_medialive::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};
use aws_types::SdkConfig;
use aws_types::service_config::ServiceConfigKey;
use http::Uri;

/// The URL of MediaLive's endpoint; `None` where the SDK finds none, which the first call reports.
pub(crate) async fn of_medialive(config: &SdkConfig) -> Option<Uri> {
    let key = ServiceConfigKey::builder()
        .service_id("MediaLive")
        .env("AWS_ENDPOINT_URL")
        .profile("endpoint_url")
        .build()
        .ok()?;
    let own = config.service_config().and_then(|it| it.load_config(key));
    let parameters = Params::builder()
        .set_region(config.region().map(ToString::to_string))
        .set_use_fips(config.use_fips())
        .set_use_dual_stack(config.use_dual_stack())
        .set_endpoint(own.or_else(|| config.endpoint_url().map(str::to_owned)))
        .build()
        .ok()?;
    let endpoint = DefaultResolver::new().resolve_endpoint(&parameters).await.ok()?;
    endpoint.url().parse().ok()
}
