//! A running `lilo up`: its lines, its processes, its call log.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpStream, UdpSocket};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use std::{fs, thread};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

/// Longer than anything takes on a slow machine; reached only by a test that fails.
const PATIENCE: Duration = Duration::from_secs(90);

/// One at a time, also under `cargo test`, which runs tests as threads: two encoders would each fall behind.
static ENCODER: Mutex<()> = Mutex::new(());

/// The command with a clip of its own, in a process group of its own, as a shell starts it.
pub(crate) struct Lilo {
    child: Child,
    lines: Receiver<String>,
    errors: thread::JoinHandle<String>,
    seen: Vec<String>,
    /// Where the stream goes.
    pub(crate) port: u16,
    folder: PathBuf,
    _turn: MutexGuard<'static, ()>,
}

/// How it ended.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) lines: Vec<String>,
    pub(crate) errors: String,
    /// The call log, if it was written.
    pub(crate) calls: Vec<Value>,
}

impl Lilo {
    /// `lilo up` with these options, on ports that are free unless they say otherwise.
    pub(crate) fn up(name: &str, options: &[&str]) -> Self {
        let turn = ENCODER.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = folder(name);
        let port = free_port();
        let mut command = Command::new(env!("CARGO_BIN_EXE_lilo"));
        command.arg("up").args(options).arg("--call-log").arg(folder.join("calls"));
        for (option, value) in
            [("--medialive-listen", "127.0.0.1:0"), ("--port", &port.to_string())]
        {
            if !options.contains(&option) {
                command.args([option, value]);
            }
        }
        let mut child = command
            .env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"))
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
        let errors = thread::spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).unwrap();
            text
        });
        Self { child, lines, errors, seen: Vec::new(), port, folder, _turn: turn }
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

    /// The processes that the command has started and that live.
    pub(crate) fn children(&self) -> Vec<i32> {
        let children = processes().into_iter().filter(|process| process.parent == self.pid());
        children.map(|process| process.id).collect()
    }

    /// Waits until it has ended.
    pub(crate) fn ended(mut self) -> Ended {
        let until = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < until, "it does not end: {:#?}", self.seen);
            thread::sleep(Duration::from_millis(20));
        };
        self.seen.extend(self.lines.iter());
        let log = fs::read_to_string(self.folder.join("calls")).unwrap_or_default();
        Ended {
            status,
            lines: self.seen.split_off(0),
            errors: self.errors.join().unwrap(),
            calls: log.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
        }
    }

    fn pid(&self) -> i32 {
        i32::try_from(self.child.id()).unwrap()
    }
}

impl Ended {
    /// Every channel and every input that was created has been deleted, by the calls on record.
    pub(crate) fn assert_nothing_is_left(&self) {
        for kind in ["Channel", "Input"] {
            let ids = |operation: String, status: u64| -> Vec<String> {
                let calls = self.calls.iter();
                let calls = calls.filter(|c| c["operation"] == operation && c["status"] == status);
                calls.map(|call| call["resource"].as_str().unwrap().to_owned()).collect()
            };
            let created = ids(format!("Create{kind}"), 201);
            assert_eq!(created, ids(format!("Delete{kind}"), 200), "{:#?}", self.lines);
        }
    }

    /// How often an operation was carried out.
    pub(crate) fn count(&self, operation: &str) -> usize {
        let done = |call: &&Value| call["operation"] == operation && call["status"] == 200;
        self.calls.iter().filter(done).count()
    }
}

/// Waits until none of these processes lives.
pub(crate) fn assert_all_end(pids: &[i32]) {
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        let alive: Vec<i32> =
            processes().iter().map(|process| process.id).filter(|id| pids.contains(id)).collect();
        if alive.is_empty() {
            return;
        }
        assert!(Instant::now() < until, "still there: {alive:?}");
        thread::sleep(Duration::from_millis(50));
    }
}

/// The body of the answer to a GET of `path` from the emulated MediaLive at `url`.
pub(crate) fn get(url: &str, path: &str) -> Value {
    let host = url.trim_start_matches("http://");
    let mut connection = TcpStream::connect(host).unwrap();
    write!(connection, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

struct Process {
    id: i32,
    parent: i32,
}

/// Every process that lives; one that has ended and waits for its parent to notice does not.
fn processes() -> Vec<Process> {
    let ps = Command::new("ps").args(["-A", "-o", "pid=,ppid=,stat="]).output().unwrap();
    let table = String::from_utf8(ps.stdout).unwrap();
    let rows = table.lines().map(|row| row.split_whitespace().collect::<Vec<_>>());
    rows.filter(|row| !row[2].starts_with('Z'))
        .map(|row| Process { id: row[0].parse().unwrap(), parent: row[1].parse().unwrap() })
        .collect()
}

/// An empty folder of this test's own.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn free_port() -> u16 {
    UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
