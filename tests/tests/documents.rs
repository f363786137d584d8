//! The documents are true: what they name exists.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn sources(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_promise_names_a_test_that_exists() {
    let mut text = String::new();
    for folder in ["crates", "functions", "tests"] {
        sources(&root().join(folder), &mut text);
    }
    let documents =
        ["docs/semantics.md", "docs/fidelity.md", "docs/end-to-end.md", "docs/reliability.md"];
    let promises = documents.map(|it| fs::read_to_string(root().join(it)).unwrap()).concat();
    let names: Vec<_> = promises.split('`').skip(1).step_by(2).collect();
    let names: Vec<_> = names.into_iter().filter(|name| name.matches('_').count() > 2).collect();

    assert!(names.len() > 20, "{names:?}");
    for name in names {
        assert!(text.contains(&format!("fn {name}(")), "no test is called {name}");
    }
}

#[test]
fn every_link_in_a_document_leads_to_a_file() {
    for document in [
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "docs/semantics.md",
        "docs/fidelity.md",
        "docs/end-to-end.md",
        "docs/reliability.md",
    ] {
        let path = root().join(document);
        let text = fs::read_to_string(&path).unwrap();
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for target in targets.filter(|target| !target.contains("://") && !target.starts_with('#')) {
            let file = path.parent().unwrap().join(target);
            assert!(file.exists(), "{document} links to {target}");
        }
    }
}

#[test]
fn every_deliberate_fault_can_still_be_put_into_the_code() {
    let faults: Vec<_> = fs::read_dir(root().join("tests/sabotage")).unwrap().collect();
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
