//! The two programs behind an account: `lilo emulator` and ministack.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::{Picture, lilo, root, venv, wait_until};

/// A program that ends with the test, and what it writes.
pub(super) struct Background {
    child: Child,
    log: PathBuf,
}

impl Background {
    /// All that it has written to its log.
    pub(super) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Kills those of its processes whose program has this name. Says how many there were.
    pub(super) fn kill_children(&self, program: &str) -> usize {
        let parent = self.child.id().to_string();
        let children = processes().into_iter().filter(|process| {
            process.parent == parent && process.program.ends_with(&format!("/{program}"))
        });
        children.map(|it| kill(pid(&it.id), Signal::SIGKILL).unwrap()).count()
    }
}

impl Drop for Background {
    /// Asks first. ministack would wait for custom resources that nobody answers any more.
    fn drop(&mut self) {
        let _ = kill(pid(&self.child.id().to_string()), Signal::SIGTERM);
        let until = Instant::now() + Duration::from_secs(10);
        while matches!(self.child.try_wait(), Ok(None)) {
            if Instant::now() > until {
                let _ = self.child.kill();
            }
            thread::sleep(Duration::from_millis(50));
        }
    }
}

/// The emulated MediaLive, with this folder for S3, and where it answers.
pub(super) fn medialive(buckets: &Path, picture: Picture) -> (Background, String) {
    let lilo = lilo();
    assert!(lilo.exists(), "{} is missing; run these tests by `make e2e`", lilo.display());
    let encoder = match picture {
        Picture::Played => "ffmpeg",
        Picture::Left => "none",
    };
    let log = buckets.with_file_name("medialive.log");
    let mut child = Command::new(lilo)
        .args(["emulator", "--listen", "127.0.0.1:0", "--encoder", encoder, "--s3-root"])
        .arg(buckets)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let url = line.split_whitespace().last().unwrap().to_owned();
    (Background { child, log }, url)
}

/// ministack, and where it answers. It reaches no further than this machine, and keeps its files in this folder.
pub(super) fn engine(folder: &Path, medialive: &str) -> (Background, String) {
    let python = venv("ministack/bin/python");
    assert!(python.exists(), "{} is missing; run these tests by `make e2e`", python.display());
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let log = folder.join("engine.log");
    let output = File::create(&log).unwrap();
    let child = Command::new(python)
        .arg(root().join("tests/e2e/engine.py"))
        .env("GATEWAY_PORT", port.to_string())
        .env("BIND_HOST", "127.0.0.1")
        .env("MINISTACK_HOST", "127.0.0.1")
        .env("IOT_MTLS_ENABLED", "0")
        .env("SFTP_ENABLED", "0")
        .env("TMPDIR", folder)
        // What follows is for the functions, which inherit it.
        .env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}"))
        .env("AWS_ENDPOINT_URL_MEDIALIVE", medialive)
        .env("LILO_LOOPBACK_REPLIES", "1")
        .stdin(Stdio::null())
        .stdout(output.try_clone().unwrap())
        .stderr(output)
        .spawn()
        .unwrap();
    let engine = Background { child, log };
    wait_until("ministack answers", || TcpStream::connect(("127.0.0.1", port)).is_ok());
    (engine, format!("http://127.0.0.1:{port}"))
}

struct Process {
    id: String,
    parent: String,
    program: String,
}

fn processes() -> Vec<Process> {
    let ps = Command::new("ps").args(["-A", "-o", "pid=,ppid=,args="]).output().unwrap();
    let table = String::from_utf8(ps.stdout).unwrap();
    let rows = table.lines().map(|row| row.split_whitespace().map(str::to_owned));
    let mut cells = rows.map(|mut row| (row.next(), row.next(), row.next()));
    std::iter::from_fn(|| cells.next())
        .filter_map(|(id, parent, program)| {
            Some(Process { id: id?, parent: parent?, program: program? })
        })
        .collect()
}

fn pid(id: &str) -> Pid {
    Pid::from_raw(id.parse().unwrap())
}
