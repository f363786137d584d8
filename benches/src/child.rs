//! A function's process: its environment, and what it has taken so far.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::error::Error;
use crate::quota::Group;
use crate::stub::Addresses;
use crate::subject::{Kind, Subject};

/// Started, and killed when dropped.
pub(crate) struct Running(Child);

impl Running {
    /// With an environment of what Lambda sets, and where the services stand. Under a quota from
    /// its first instruction on, if there is one.
    pub(crate) fn start(
        subject: &Subject,
        prefix: &[&str],
        at: &Addresses,
        root: Option<&Path>,
        quota: Option<&Group>,
    ) -> Result<Self, Error> {
        let mut words: Vec<String> = prefix.iter().map(|&word| word.to_owned()).collect();
        if let Some(group) = quota {
            let door = group.door().display().to_string();
            let enter = r#"echo $$ >"$0" && exec "$@""#;
            words.splice(0..0, ["/bin/sh".to_owned(), "-c".to_owned(), enter.to_owned(), door]);
        }
        words.extend(subject.command());
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).env_clear().envs(environment(subject, at));
        command.current_dir(subject.folder());
        if let Some(root) = root {
            command.env("AWS_CA_BUNDLE", root);
        }
        if subject.kind == Kind::Python {
            // The folder of code is read-only on Lambda.
            command.env("PYTHONDONTWRITEBYTECODE", "1");
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Ok(Self(command.spawn()?))
    }

    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    /// Processor time of all threads so far, in milliseconds.
    pub(crate) fn cpu(&self) -> Result<f64, Error> {
        let mut nanoseconds = 0.0;
        for thread in fs::read_dir(format!("/proc/{}/task", self.id()))? {
            let taken = fs::read_to_string(thread?.path().join("schedstat"))?;
            nanoseconds += first_number(&taken);
        }
        Ok(nanoseconds / 1e6)
    }

    /// The most memory so far, in MB. Not what `wait4` says of a child: that is never less than the
    /// memory of its parent.
    pub(crate) fn peak(&self) -> Result<f64, Error> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id()))?;
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        Ok(peak.map_or(0.0, first_number) * 1024.0 / 1e6)
    }

    /// Asks it to end, and waits.
    pub(crate) fn end(mut self) -> Result<(), Error> {
        let id = nix::unistd::Pid::from_raw(i32::try_from(self.id()).expect("Linux's ids fit"));
        nix::sys::signal::kill(id, nix::sys::signal::Signal::SIGTERM)
            .map_err(std::io::Error::from)?;
        self.0.wait()?;
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Ended by itself: nothing to kill.
        let _ended = self.0.kill();
        let _ended = self.0.wait();
    }
}

fn first_number(text: &str) -> f64 {
    text.split_whitespace().next().and_then(|it| it.parse().ok()).unwrap_or(0.0)
}

/// Lambda developer guide, "Defined runtime environment variables", with a session token of the
/// usual length.
fn environment(subject: &Subject, at: &Addresses) -> Vec<(&'static str, String)> {
    let name = format!("lilo-{}", subject.kind.name());
    vec![
        ("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned()),
        ("AWS_SESSION_TOKEN", "IQoJb3JpZ2luX2VjEXAMPLE/".repeat(25)),
        ("AWS_REGION", "eu-west-1".to_owned()),
        ("AWS_DEFAULT_REGION", "eu-west-1".to_owned()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128".to_owned()),
        ("AWS_LAMBDA_FUNCTION_NAME", name.clone()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
        ("AWS_LAMBDA_LOG_FORMAT", "JSON".to_owned()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{name}")),
        ("AWS_LAMBDA_LOG_LEVEL", "INFO".to_owned()),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "2026/11/22/[$LATEST]0123456789abcdef".to_owned()),
        ("AWS_LAMBDA_RUNTIME_API", at.runtime.to_string()),
        ("LAMBDA_RUNTIME_DIR", "/var/runtime".to_owned()),
        ("LAMBDA_TASK_ROOT", subject.folder().display().to_string()),
        ("LANG", "en_US.UTF-8".to_owned()),
        (
            "LD_LIBRARY_PATH",
            "/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib"
                .to_owned(),
        ),
        ("PATH", "/usr/local/bin:/usr/bin:/bin:/opt/bin".to_owned()),
        ("TZ", ":UTC".to_owned()),
        ("_HANDLER", "starter.handler".to_owned()),
        ("AWS_ENDPOINT_URL_MEDIALIVE", at.services.clone()),
        ("AWS_ENDPOINT_URL_EVENTBRIDGE", at.services.clone()),
        ("LILO_LOOPBACK_REPLIES", "1".to_owned()),
    ]
}
