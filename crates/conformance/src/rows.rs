//! The rows of docs/fidelity.md: which are a *choice*, and which checks they name.
//!
//! A row names its checks in backquotes, in the same cell as the word *choice*.

const FIDELITY: &str = include_str!("../../../docs/fidelity.md");

/// A line of the document that calls something a choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The behaviour: the first cell of a row, or the whole line.
    pub row: String,
    /// The names of the checks and exemptions.
    pub names: Vec<&'static str>,
}

/// Every choice, in the document's order.
#[must_use]
pub fn choices() -> Vec<Choice> {
    let (_, sections) = FIDELITY.split_once("\n## ").unwrap_or_default();
    sections.lines().filter_map(choice).collect()
}

/// The row that names this check.
#[must_use]
pub fn row_of(name: &str) -> Option<String> {
    choices().into_iter().find(|choice| choice.names.contains(&name)).map(|choice| choice.row)
}

fn choice(line: &'static str) -> Option<Choice> {
    let cells: Vec<_> = line.trim_matches('|').split(" | ").map(str::trim).collect();
    let cell = if line.starts_with('|') { cells.get(1)? } else { line };
    let mut words = cell.split(|it: char| !it.is_alphanumeric());
    if !words.any(|word| word == "choice" || word.eq_ignore_ascii_case("choices")) {
        return None;
    }
    let names = cell.split('`').skip(1).step_by(2).filter(|it| is_a_name(it)).collect();
    Some(Choice { row: cells[0].replace('`', ""), names })
}

/// Lower-case words with hyphens between them.
fn is_a_name(text: &str) -> bool {
    text.contains('-')
        && text.starts_with(|it: char| it.is_ascii_lowercase())
        && text.chars().all(|it| it.is_ascii_lowercase() || it == '-')
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{CHECKS, EXEMPT};

    /// Where a report of a run on AWS is kept.
    const SNAPSHOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/conformance.json");

    fn known() -> Vec<&'static str> {
        let checks = CHECKS.iter().copied().flatten().map(|check| check.name);
        checks.chain(EXEMPT.iter().map(|exemption| exemption.name)).collect()
    }

    #[test]
    fn every_choice_has_a_check_or_an_exemption() {
        let known = known();
        let choices = choices();

        assert!(choices.len() > 30, "{choices:#?}");
        for choice in choices {
            assert!(!choice.names.is_empty(), "no check or exemption: {}", choice.row);
            for name in choice.names {
                assert!(known.contains(&name), "there is no check {name}: {}", choice.row);
            }
        }
    }

    #[test]
    fn every_check_and_exemption_has_one_row() {
        let named: Vec<_> = choices().into_iter().flat_map(|choice| choice.names).collect();
        for name in known() {
            let rows = named.iter().filter(|it| **it == name).count();
            assert_eq!(rows, 1, "rows of docs/fidelity.md that name {name}");
        }
        assert_eq!(named.len(), named.iter().collect::<BTreeSet<_>>().len());
    }

    #[test]
    fn the_document_says_which_run_has_validated_it() {
        let Ok(snapshot) = std::fs::read_to_string(SNAPSHOT) else {
            assert!(FIDELITY.contains("No run on AWS has validated any of these choices"));
            return;
        };
        let report: serde_json::Value = serde_json::from_str(&snapshot).unwrap();
        assert_eq!(report["target"], "aws");
        let date = report["validatedAt"].as_str().unwrap().split('T').next().unwrap();
        assert!(FIDELITY.contains(date), "docs/fidelity.md has to name the run of {date}");
    }
}
