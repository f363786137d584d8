//! The functions' zips from `make package`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{env, fs};

use sha2::{Digest, Sha256};

use crate::Error;

/// The zips that infra/bootstrap.yaml names.
const ZIPS: [&str; 3] = ["lilo-input.zip", "lilo-channel.zip", "lilo-starter.zip"];
/// The file with the zips' architecture.
const ARCHITECTURE: &str = "architecture";
/// The functions' code.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) folder: PathBuf,
    /// Whether the user named the folder; the default folder may hold any state of the code.
    pub(super) named: bool,
    /// The bucket's folder for exactly this code; ends with a slash.
    pub(super) prefix: String,
    /// The value of `Architecture` in infra/bootstrap.yaml.
    pub(super) architecture: String,
    pub(super) zips: Vec<(&'static str, Vec<u8>)>,
}

impl Package {
    /// The package in this folder or in the default one; `None` if the default folder does not
    /// exist.
    ///
    /// # Errors
    /// When the folder lacks a file.
    pub(super) fn find(named: Option<&Path>) -> Result<Option<Self>, Error> {
        if let Some(folder) = named {
            return Self::read(folder, true).map(Some);
        }
        let default = default_folder(env::var_os("CARGO_TARGET_DIR"));
        if default.is_dir() { Self::read(&default, false).map(Some) } else { Ok(None) }
    }

    fn read(folder: &Path, named: bool) -> Result<Self, Error> {
        let read = |name: &str| {
            let file = folder.join(name);
            fs::read(&file).map_err(|source| Error::Zip { file, source })
        };
        let architecture = String::from_utf8_lossy(&read(ARCHITECTURE)?).trim().to_owned();
        let mut hash = Sha256::new();
        let mut zips = Vec::new();
        for name in ZIPS {
            let zip = read(name)?;
            hash.update(name);
            hash.update(&zip);
            zips.push((name, zip));
        }
        let (folder, prefix) = (folder.to_owned(), format!("code/{}/", super::short(hash)));
        Ok(Self { folder, named, prefix, architecture, zips })
    }
}

/// The output folder of `make package` in the checkout.
fn default_folder(target: Option<OsString>) -> PathBuf {
    let target = target.filter(|folder| !folder.is_empty());
    target.map_or_else(|| "target".into(), PathBuf::from).join("package")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(zip: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in ZIPS {
            fs::write(folder.path().join(name), zip).unwrap();
        }
        fs::write(folder.path().join(ARCHITECTURE), "arm64\n").unwrap();
        folder
    }

    fn prefix(folder: &tempfile::TempDir) -> String {
        Package::find(Some(folder.path())).unwrap().unwrap().prefix
    }

    #[test]
    fn new_code_gets_a_new_folder_and_the_same_code_the_same() {
        let (one, same, other) = (folder("one"), folder("one"), folder("other"));

        assert_eq!(prefix(&one), prefix(&same));
        assert_ne!(prefix(&one), prefix(&other));
        // The pattern of CodePrefix in infra/bootstrap.yaml.
        assert!(prefix(&one).ends_with('/'));
    }

    #[test]
    fn the_usual_folder_is_that_of_make_package() {
        for (target, folder) in [
            (None, "target/package"),
            (Some(""), "target/package"),
            (Some("/elsewhere"), "/elsewhere/package"),
        ] {
            assert_eq!(default_folder(target.map(OsString::from)), Path::new(folder));
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let folder = folder("one");
        fs::remove_file(folder.path().join("lilo-starter.zip")).unwrap();

        let error = Package::find(Some(folder.path())).unwrap_err().line();

        assert!(error.contains("lilo-starter.zip") && error.contains("make package"), "{error}");
    }
}
