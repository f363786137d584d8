//! Starts Lambda, CloudFormation and EventBridge together.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;

use crate::cloudformation::response::Responses;
use crate::cloudformation::template::Template;
use crate::cloudformation::{CloudFormation, Stack, StackEvent, Status};
use crate::eventbridge::EventBridge;
use crate::lambda::{Lambda, LogLine};
use crate::{Config, Error};

/// The stack that declares the functions, event buses and rules, and the functions' program.
#[derive(Debug)]
pub struct Functions {
    /// The stack's template.
    pub template: Template,
    /// The template's parameters.
    pub parameters: BTreeMap<String, String>,
    /// The program that every function runs.
    pub program: PathBuf,
    /// The program's arguments; the function's name follows them.
    pub args: Vec<OsString>,
    /// Variables for every function, besides those in the template.
    pub environment: BTreeMap<String, String>,
}

/// The services, wired together.
#[derive(Debug)]
pub struct Platform {
    /// Runs the functions.
    pub lambda: Lambda,
    /// Receives the functions' answers.
    pub responses: Responses,
    /// Manages stacks of custom resources.
    pub cloudformation: CloudFormation,
    /// Sends events to the functions, which reach it through `AWS_ENDPOINT_URL_EVENTBRIDGE`.
    pub eventbridge: EventBridge,
    /// The stack of the functions.
    pub bootstrap: Stack,
}

impl Platform {
    /// Starts the services on free loopback ports and registers the functions.
    ///
    /// Every log line of a function goes to `logs`, every stack event to `events`.
    ///
    /// # Errors
    /// When no loopback port can be bound, or the stack cannot be created.
    pub async fn start(
        config: Config,
        functions: Functions,
        logs: UnboundedSender<LogLine>,
        events: UnboundedSender<StackEvent>,
    ) -> Result<Self, Error> {
        let lambda = Lambda::start(config.clone(), logs).await?;
        let responses = Responses::start().await?;
        let cloudformation =
            CloudFormation::new(config.clone(), lambda.clone(), responses.clone(), events);
        let Functions { template, parameters, program, args, environment } = functions;
        let bootstrap = cloudformation
            .create("bootstrap", template, &parameters, &CancellationToken::new())
            .await?;
        if bootstrap.status() != Status::CreateComplete {
            return Err(Error::Bootstrap(bootstrap.status()));
        }
        let (buses, rules) = (bootstrap.buses(), bootstrap.rules()?);
        let eventbridge = EventBridge::start(config, buses, rules, lambda.clone()).await?;
        let url = eventbridge.url();
        for declared in bootstrap.functions()? {
            let name = declared.name.clone().into();
            let args = args.iter().cloned().chain([name]).collect();
            let mut function = declared.with_program(program.clone(), args);
            function.environment.extend(environment.clone());
            function.environment.insert("AWS_ENDPOINT_URL_EVENTBRIDGE".into(), url.clone());
            lambda.register(function)?;
        }
        Ok(Self { lambda, responses, cloudformation, eventbridge, bootstrap })
    }
}
