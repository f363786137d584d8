//! Sorts names by their dependencies.

use std::collections::{BTreeMap, BTreeSet};

/// Sorts the names of `needs` so that each comes after its needs; otherwise by name.
///
/// Ignores needs that are not names themselves. The error holds the names in a circular dependency,
/// and those that need them.
pub(super) fn sort(
    mut needs: BTreeMap<String, BTreeSet<String>>,
) -> Result<Vec<String>, Vec<String>> {
    let mut sorted = Vec::new();
    while !needs.is_empty() {
        let is_free = |of: &BTreeSet<String>| of.iter().all(|name| !needs.contains_key(name));
        let free = needs.iter().find(|(_, of)| is_free(of)).map(|(name, _)| name.clone());
        let Some(name) = free else { return Err(needs.into_keys().collect()) };
        needs.remove(&name);
        sorted.push(name);
    }
    Ok(sorted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(needs: &[(&str, &[&str])]) -> Result<Vec<String>, Vec<String>> {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        sort(needs.iter().map(|&(name, of)| (name.to_owned(), owned(of))).collect())
    }

    #[test]
    fn everything_comes_after_what_it_needs() {
        let order = sorted(&[("a", &["c"]), ("b", &[]), ("c", &["b", "elsewhere"]), ("d", &[])]);
        assert_eq!(order.unwrap(), ["b", "c", "a", "d"]);
    }

    #[test]
    fn a_circle_is_named() {
        assert_eq!(sorted(&[("a", &["b"]), ("b", &["a"]), ("c", &[])]).unwrap_err(), ["a", "b"]);
        assert_eq!(sorted(&[("a", &["a"])]).unwrap_err(), ["a"]);
    }
}
