//! `lilo replay`: sends a sample event to its function and prints the reply.

mod pass_on;
mod subject;

use std::env;
use std::path::Path;

use clap::ValueEnum;
use indicatif::ProgressBar;
use lilo_local_cloud::cloudformation::response::{Answer, Responses};
use lilo_local_cloud::lambda::{LogLine, LogSource};
use lilo_medialive_emulator::Config;
use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::Error;
use crate::args::Replay;
use crate::error::Reason;
use crate::local::cloud;
use crate::local::function::Name;
use crate::ui::screen;
use pass_on::PassOn;
use subject::Newest;

/// Sends the event and prints the reply; fails if the reply is FAILED.
pub(crate) async fn run(args: Replay) -> Result<(), Error> {
    let spinner = ProgressBar::new_spinner();
    screen::print_warnings(&spinner, args.verbose);
    let mut event = read(&args.event)?;
    let function = match args.function {
        Some(function) => function,
        None => function_of_folder(&args.event)?,
    };
    let config = lilo_local_cloud::Config::new(&args.region, Config::default().account);
    let program = env::current_exe().map_err(Error::Program)?;
    let (logs, lines) = unbounded_channel();
    let (nobody, _) = unbounded_channel();
    let platform = cloud(config, program, args.medialive.clone(), logs, nobody).await?;
    let printing = tokio::spawn(print(lines, args.verbose, spinner.clone()));

    let replied = if args.as_is {
        pass_on_reply(&mut event).await?
    } else {
        Newest::at(&args.medialive, &args.region).await?.apply_to(&mut event);
        redirect_reply(&mut event, &platform.responses)
    };
    screen::wait(&spinner, format!("{} is working", name(function)));
    let returned = platform.lambda.invoke(&name(function), &event).await?;
    // The function may pass the request on to a later invocation, which answers it.
    platform.lambda.settled().await;
    platform.lambda.shutdown().await;
    drop(platform);
    let _ = printing.await;
    spinner.finish_and_clear();
    let returned = returned.map_err(|failure| Error::Replay(Reason(failure.to_string())))?;
    let reply = replied.read(&returned)?;
    screen::print(&format!("{reply:#}"));
    if reply["Status"] == "FAILED" {
        let reason = reply["Reason"].as_str().unwrap_or_default();
        return Err(Error::Replay(Reason(reason.to_owned())));
    }
    Ok(())
}

fn read(file: &Path) -> Result<Value, Error> {
    let unreadable = |source| Error::Event { file: file.to_owned(), source };
    let text = std::fs::read_to_string(file).map_err(|error| unreadable(error.into()))?;
    serde_json::from_str(&text).map_err(|error| unreadable(error.into()))
}

/// The samples' folders are named after their functions.
fn function_of_folder(file: &Path) -> Result<Name, Error> {
    let folder = std::path::absolute(file).ok();
    let folder = folder.as_deref().and_then(Path::parent).and_then(Path::file_name);
    let function = folder.map(|folder| format!("lilo-{}", folder.to_string_lossy()));
    let function = function.and_then(|name| Name::from_str(&name, false).ok());
    function.ok_or_else(|| Error::WhichFunction(file.to_owned()))
}

fn name(function: Name) -> String {
    function.to_possible_value().expect("no function is hidden").get_name().to_owned()
}

async fn print(mut lines: UnboundedReceiver<LogLine>, verbose: bool, spinner: ProgressBar) {
    while let Some(line) = lines.recv().await {
        if verbose || line.source == LogSource::Platform {
            spinner.suspend(|| screen::remark(&line.text));
        }
    }
}

/// The receiver of a function's reply.
enum Reply {
    /// This process.
    ThisProcess(tokio::sync::oneshot::Receiver<Result<Answer, String>>),
    /// The server that the event names, by way of this process.
    PassedOn(PassOn),
    /// Only Lambda: the event is not a CloudFormation request, or the reply goes to S3.
    ReturnValue,
}

/// Keeps a copy of the reply on its way to where the event says.
async fn pass_on_reply(event: &mut Value) -> Result<Reply, Error> {
    let Some(url) = event["ResponseURL"].as_str() else { return Ok(Reply::ReturnValue) };
    Ok(match PassOn::to(url).await.map_err(Error::ReplyPort)? {
        Some((url, pass_on)) => {
            event["ResponseURL"] = url.into();
            Reply::PassedOn(pass_on)
        }
        None => Reply::ReturnValue,
    })
}

/// Redirects the reply to a CloudFormation request to this process.
fn redirect_reply(event: &mut Value, responses: &Responses) -> Reply {
    if event["ResponseURL"].is_null() {
        return Reply::ReturnValue;
    }
    let (url, answer) = responses.expect(event);
    event["ResponseURL"] = url.into();
    Reply::ThisProcess(answer)
}

impl Reply {
    /// The reply as JSON; `returned` is the function's result.
    fn read(self, returned: &[u8]) -> Result<Value, Error> {
        match self {
            Self::ThisProcess(mut answer) => {
                let answer = answer.try_recv().map_err(|_| "it did not reply".to_owned());
                let answer =
                    answer.and_then(|answer| answer).map_err(Reason).map_err(Error::Replay)?;
                Ok(serde_json::to_value(answer).expect("an answer is JSON"))
            }
            Self::PassedOn(pass_on) => {
                let silent = || Error::Replay(Reason("it did not reply".to_owned()));
                pass_on.reply().ok_or_else(silent)
            }
            Self::ReturnValue => Ok(serde_json::from_slice(returned).unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_for_the_function_that_its_folder_names() {
        let of = |file: &str| function_of_folder(Path::new(file)).ok();
        assert_eq!(of("events/starter/created.json"), Some(Name::Starter));
        assert_eq!(of("/x/channel/delete.json"), Some(Name::Channel));
        assert_eq!(of("events/created.json"), None);
        assert_eq!(of("/"), None);
    }
}
