//! A running `lilo up`: its lines, its processes, its call log.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use std::{fs, mem, thread};

use lilo_tests::programs::{free_port, processes, wait_until};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

/// Longer than anything takes on a slow machine; reached only by a test that fails.
const PATIENCE: Duration = Duration::from_secs(90);

/// One at a time, also under `cargo test`, which runs tests as threads: two encoders would each
/// fall behind.
static ENCODER: Mutex<()> = Mutex::new(());

/// The command with a clip of its own, in a process group of its own, as a shell starts it.
pub(crate) struct Lilo {
    child: Child,
    lines: Receiver<String>,
    errors: Option<thread::JoinHandle<String>>,
    seen: Vec<String>,
    /// Every process that it was seen to have started.
    children: BTreeSet<i32>,
    /// Where the stream goes.
    pub(crate) port: u16,
    /// Where its call log is, and nothing else.
    pub(crate) folder: PathBuf,
    _turn: MutexGuard<'static, ()>,
}

/// How it ended.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) lines: Vec<String>,
    pub(crate) errors: String,
    /// The call log, if the file exists.
    pub(crate) calls: Option<Vec<Value>>,
    /// Every process that it was seen to have started.
    pub(crate) children: BTreeSet<i32>,
}

impl Lilo {
    /// `lilo up` with these options, on ports that are free unless they say otherwise.
    pub(crate) fn up(name: &str, options: &[&str]) -> Self {
        Self::with_cache(name, options, Path::new(env!("CARGO_TARGET_TMPDIR")))
    }

    /// The same, with its test clip in this folder.
    pub(crate) fn with_cache(name: &str, options: &[&str], cache: &Path) -> Self {
        Self::with_environment(name, options, &[("XDG_CACHE_HOME", cache)])
    }

    /// The same, with these variables.
    pub(crate) fn with_environment(
        name: &str,
        options: &[&str],
        environment: &[(&str, &Path)],
    ) -> Self {
        let turn = ENCODER.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = folder(name);
        let port = free_port();
        let mut command = Command::new(env!("CARGO_BIN_EXE_lilo"));
        command.arg("up").args(options);
        for (option, value) in [
            ("--medialive-listen", "127.0.0.1:0"),
            ("--port", &port.to_string()),
            ("--call-log", folder.join("calls").to_str().unwrap()),
        ] {
            if !options.contains(&option) {
                command.args([option, value]);
            }
        }
        let mut child = command
            .envs(environment.iter().copied())
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let mut stderr = child.stderr.take().unwrap();
        let (sender, lines) = channel();
        thread::spawn(move || {
            stdout.lines().map_while(Result::ok).try_for_each(|l| sender.send(l))
        });
        let errors = Some(thread::spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).unwrap();
            text
        }));
        let (seen, children) = (Vec::new(), BTreeSet::new());
        Self { child, lines, errors, seen, children, port, folder, _turn: turn }
    }

    /// Waits for a line that has all these words.
    pub(crate) fn wait_for(&mut self, words: &[&str]) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left);
            let line =
                line.unwrap_or_else(|_| panic!("no line with {words:?} in {:#?}", self.seen));
            let found = words.iter().all(|word| line.contains(word));
            self.seen.push(line.clone());
            if found {
                return line;
            }
        }
    }

    /// Sends a signal to the whole process group, as a terminal does with Ctrl-C.
    pub(crate) fn signal_group(&self, signal: Signal) {
        kill(Pid::from_raw(-self.pid()), signal).unwrap();
    }

    /// Sends a signal to the command alone.
    pub(crate) fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.pid()), signal).unwrap();
    }

    /// The processes that the command has started and that live; they are remembered to its end.
    pub(crate) fn children(&mut self) -> Vec<i32> {
        let children = processes::children_of(self.pid());
        let children: Vec<_> = children.into_iter().map(|process| process.id).collect();
        self.children.extend(&children);
        children
    }

    /// Kills the process that runs this function, once there is one.
    pub(crate) fn kill_process_of(&mut self, function: &str) {
        let runs = format!("function {function}");
        wait_until(&runs, || {
            let children = processes::children_of(self.pid());
            let found = children.iter().find(|process| process.command.ends_with(&runs));
            found.inspect(|process| processes::kill(process.id)).is_some()
        });
    }

    /// Reads no further line: the next one that the command prints finds a closed pipe.
    pub(crate) fn stop_reading(&mut self) {
        self.lines = channel().1;
    }

    /// Waits until it has ended.
    pub(crate) fn ended(mut self) -> Ended {
        let until = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < until, "it does not end: {:#?}", self.seen);
            // It may start more of them while it ends.
            self.children();
            thread::sleep(Duration::from_millis(20));
        };
        self.seen.extend(self.lines.iter());
        let log = fs::read_to_string(self.folder.join("calls")).ok();
        let calls = |log: String| log.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
        Ended {
            status,
            lines: self.seen.split_off(0),
            errors: self.errors.take().unwrap().join().unwrap(),
            calls: log.map(calls),
            children: mem::take(&mut self.children),
        }
    }

    fn pid(&self) -> i32 {
        i32::try_from(self.child.id()).unwrap()
    }
}

/// A test that fails leaves nothing running: what the command started ends with it.
impl Drop for Lilo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Ended {
    /// So many channels and inputs were created and deleted again, by the calls on record, and no
    /// process lives.
    pub(crate) fn assert_nothing_is_left(&self, (inputs, channels): (usize, usize)) {
        processes::wait_until_gone(&self.children);
        let calls = self.calls.as_ref().expect("it keeps a call log");
        for (kind, expected) in [("Input", inputs), ("Channel", channels)] {
            // A call that is repeated with the same token makes nothing, and answers with the same
            // id.
            let ids = |operation: String, status: u64| -> BTreeSet<String> {
                let calls = calls.iter();
                let calls = calls.filter(|c| c["operation"] == operation && c["status"] == status);
                calls.map(|call| call["resource"].as_str().unwrap().to_owned()).collect()
            };
            let created = ids(format!("Create{kind}"), 201);
            assert_eq!(created.len(), expected, "{kind}: {:#?}", self.lines);
            assert_eq!(created, ids(format!("Delete{kind}"), 200), "{:#?}", self.lines);
        }
    }

    /// How often an operation was carried out.
    pub(crate) fn count(&self, operation: &str) -> usize {
        let done = |call: &&Value| call["operation"] == operation && call["status"] == 200;
        self.calls.iter().flatten().filter(done).count()
    }
}

/// An empty folder of this test's own.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}
