//! The functions' own stack, as infra/bootstrap.yaml declares it, on this machine.

use std::env;

use lilo_local::bus::EventBridge;
use lilo_local::lambda::Lambda;
use lilo_local::stack::{CloudFormation, Settings, Status};
use lilo_local::template::Template;
use tokio_util::sync::CancellationToken;

use crate::Error;
use crate::templates::BOOTSTRAP;

/// Makes the bootstrap's functions known, each a process of this same program, and serves its event buses as long as
/// what is returned is held.
pub(crate) async fn create(
    settings: Settings,
    cloudformation: &CloudFormation,
    lambda: &Lambda,
    medialive_url: &str,
) -> Result<EventBridge, Error> {
    // There are no zips here; the template asks where they would be, and for which processor.
    let architecture = match env::consts::ARCH {
        "aarch64" => "arm64",
        _ => "x86_64",
    };
    let given = [("CodeBucket", "local"), ("Architecture", architecture)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let template = Template::parse(BOOTSTRAP)?;
    let stack = cloudformation
        .create("lilo-bootstrap", template, &given.into(), &CancellationToken::new())
        .await?;
    if stack.status() != Status::CreateComplete {
        return Err(Error::Bootstrap(stack.status()));
    }
    let (buses, rules) = (stack.buses(), stack.rules()?);
    let bridge = EventBridge::start(settings, buses, rules, lambda.clone()).await?;
    let environment = [
        ("AWS_ENDPOINT_URL_MEDIALIVE", medialive_url.to_owned()),
        ("AWS_ENDPOINT_URL_EVENTBRIDGE", bridge.url()),
        // Here CloudFormation's ResponseURLs are on this machine; on AWS they never are.
        ("LILO_LOOPBACK_REPLIES", "1".to_owned()),
    ];
    let environment = environment.map(|(name, value)| (name.to_owned(), value));
    let program = env::current_exe().map_err(Error::Program)?;
    for declared in stack.functions()? {
        let args = vec!["function".into(), declared.name.clone().into()];
        let mut function = declared.with_program(program.clone(), args);
        function.environment.extend(environment.clone());
        lambda.register(function)?;
    }
    Ok(bridge)
}
