//! The documents are true: what they name exists.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use lilo_tests::programs::root;

/// The text of every file with this extension in this folder and below, by its path.
fn files(folder: &Path, extension: &str) -> Vec<(PathBuf, String)> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                files(&path, extension)
            } else if path.extension().is_some_and(|found| found == extension) {
                let text = fs::read_to_string(&path).unwrap();
                vec![(path, text)]
            } else {
                Vec::new()
            }
        })
        .collect()
}

pub(crate) fn documents() -> Vec<(PathBuf, String)> {
    let at_the_top = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|name| {
        let path = root().join(name);
        let text = fs::read_to_string(&path).unwrap();
        (path, text)
    });
    let mut documents = files(&root().join("docs"), "md");
    documents.extend(at_the_top);
    documents
}

/// Whether the code has a test of this name.
pub(crate) fn test_exists(name: &str) -> bool {
    static CODE: OnceLock<String> = OnceLock::new();
    let code = CODE.get_or_init(|| {
        let folders = ["crates", "functions", "tests"];
        folders.iter().flat_map(|it| files(&root().join(it), "rs")).map(|(_, text)| text).collect()
    });
    code.contains(&format!("fn {name}("))
}

/// What links to a heading call it.
fn anchor(heading: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || [' ', '-', '_'].contains(c);
    let words: String = heading.trim_start_matches('#').trim().chars().filter(kept).collect();
    words.to_lowercase().replace(' ', "-")
}

#[test]
fn every_promise_names_a_test_that_exists() {
    let is_a_test = |name: &&str| {
        let in_words =
            name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        in_words && name.matches('_').count() > 2
    };
    let promises: String = documents().into_iter().map(|(_, text)| text).collect();
    let names: Vec<_> = promises.split('`').skip(1).step_by(2).filter(is_a_test).collect();

    assert!(names.len() > 20, "{names:?}");
    for name in names {
        assert!(test_exists(name), "no test is called {name}");
    }
}

#[test]
fn every_promise_about_the_page_names_a_browser_test() {
    let text = fs::read_to_string(root().join("docs/semantics.md")).unwrap();
    let (_, section) = text.split_once("\n## The page\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let code: String = fs::read_dir(root().join("tests/page"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    // One test for each screen.
    let code = ["desktop", "phone"].map(|it| code.replace("${name}`", &format!("{it}`"))).concat();
    let names: Vec<_> = section.split('"').skip(1).step_by(2).collect();

    assert!(names.len() > 10, "{names:?}");
    for name in names {
        let found = ['"', '`'].iter().any(|it| code.contains(&format!("test({it}{name}{it}")));
        assert!(found, "no test of the page is called {name}");
    }
}

#[test]
fn every_link_in_a_document_leads_to_a_file() {
    for (path, text) in documents() {
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for target in targets.filter(|target| !target.contains("://")) {
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let file =
                if file.is_empty() { path.clone() } else { path.parent().unwrap().join(file) };
            assert!(file.exists(), "{} links to {target}", path.display());
            if !heading.is_empty() {
                let text = fs::read_to_string(file).unwrap();
                let mut headings = text.lines().filter(|line| line.starts_with('#'));
                let found = headings.any(|line| anchor(line) == heading);
                assert!(found, "{} links to the heading {target}", path.display());
            }
        }
    }
}

#[test]
fn every_deliberate_fault_can_still_be_put_into_the_code() {
    let faults: Vec<_> = fs::read_dir(root().join("tests/reliability/sabotage")).unwrap().collect();
    assert!(faults.len() >= 3, "{faults:?}");
    for fault in faults {
        let path = fault.unwrap().path();
        let mut git = Command::new("git");
        git.args(["apply", "--check"]).arg(&path).current_dir(root());
        let checked = git.output().unwrap();
        let error = String::from_utf8_lossy(&checked.stderr);
        assert!(checked.status.success(), "{} has to follow the code: {error}", path.display());
    }
}
