//! What has to be done to the stacks, from what there is and what is wanted.

use std::collections::BTreeSet;

use super::package::Package;
use crate::Error;
use crate::aws::inventory::{Named, names};
use crate::aws::stack::{Stack, Standing};
use crate::templates::Given;

/// What a deployment needs the bootstrap for.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    /// The version of this command and its templates.
    pub(super) version: &'a str,
    /// None leaves the code as it is.
    pub(super) package: Option<&'a Package>,
    /// Where the code lies, or is to lie.
    pub(super) code_bucket: &'a str,
    /// The buckets that the loop plays from.
    pub(super) source_buckets: BTreeSet<&'a str>,
}

/// What to do with the bootstrap stack.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Bootstrap {
    Keep,
    Create(Given),
    /// What changes, and why.
    Update(Given, Vec<String>),
}

/// Decides about the bootstrap stack.
///
/// # Errors
/// When it is in a state, or of a version, that nothing can be done about here; when it is gone
/// although loops exist (`alone` makes it anew for them); when its code is needed and not there.
pub(super) fn bootstrap(
    seen: Option<&Stack>,
    loops: &[Stack],
    wanted: &Wanted<'_>,
    alone: bool,
) -> Result<Bootstrap, Error> {
    if !seen.is_some_and(Stack::came_to_be) && !loops.is_empty() && !alone {
        return Err(Error::BootstrapGone { loops: names(loops) });
    }
    let Some(seen) = seen else {
        let mut given = code(wanted).ok_or(Error::NoPackage)?;
        // The loops that there are still play from theirs.
        let played = loops.iter().flat_map(Stack::buckets).collect();
        let buckets: Vec<_> = wanted.source_buckets.union(&played).copied().collect();
        if !buckets.is_empty() {
            given.insert("SourceBuckets".to_owned(), buckets.join(","));
        }
        return Ok(Bootstrap::Create(given));
    };
    usable(seen)?;
    let version = seen.output("Version");
    let (mut given, mut why) = (Given::new(), Vec::new());
    let older = numbers(version) < numbers(wanted.version);
    if numbers(version) > numbers(wanted.version) {
        let (found, ours) = (version.to_owned(), wanted.version.to_owned());
        return Err(Error::BootstrapNewer { found, ours });
    }
    if older {
        let found = in_words(version);
        let needed = wanted.version.to_owned();
        if wanted.package.is_none() {
            return Err(Error::BootstrapTooOld { found, needed });
        }
        why.push(format!("{found} becomes {needed}"));
    }
    // At the same version other code is what a person wants only who says so: every loop runs on
    // it.
    if (older || wanted.package.is_some_and(|package| package.named))
        && let Some(code) = code(wanted)
        && code.iter().any(|(name, value)| seen.parameter(name) != value)
    {
        given.extend(code);
        why.push("new code of the functions".to_owned());
    }
    let listed = seen.parameter("SourceBuckets");
    let mut buckets: Vec<_> = listed.split(',').filter(|bucket| !bucket.is_empty()).collect();
    let missing = wanted.source_buckets.iter().copied().filter(|it| !buckets.contains(it));
    let missing: Vec<_> = missing.collect();
    if !missing.is_empty() {
        why.push(format!("loops may play from {}", missing.join(" and ")));
        buckets.extend(missing);
        given.insert("SourceBuckets".to_owned(), buckets.join(","));
    }
    Ok(if why.is_empty() { Bootstrap::Keep } else { Bootstrap::Update(given, why) })
}

/// Whether the functions' zips have to lie in LILO's own bucket for it.
pub(super) fn brings_code(bootstrap: &Bootstrap) -> bool {
    match bootstrap {
        Bootstrap::Keep => false,
        Bootstrap::Create(given) | Bootstrap::Update(given, _) => given.contains_key("CodePrefix"),
    }
}

/// The package that lies there while the functions stay as they are, other than it has them.
pub(super) fn passed_over<'a>(
    package: Option<&'a Package>,
    seen: Option<&Stack>,
    bootstrap: &Bootstrap,
) -> Option<&'a Package> {
    let prefix = seen?.parameter("CodePrefix");
    package.filter(|package| !brings_code(bootstrap) && package.prefix != prefix)
}

/// Decides about the loop's stack: the one that is updated, if there is one that can be.
///
/// # Errors
/// When the name is somebody else's, or nothing can be done with the stack.
pub(super) fn a_loop<'a>(named: Named<'a>, name: &str) -> Result<Option<&'a Stack>, Error> {
    match named {
        Named::Nothing => Ok(None),
        Named::InReview(stack) => Ok(Some(stack)),
        Named::Loop(stack) => usable(stack).map(|()| Some(stack)),
        Named::Bootstrap(_) | Named::Foreign(_) => Err(Error::NameTaken(name.to_owned())),
    }
}

/// # Errors
/// When the stack's state allows no update.
fn usable(stack: &Stack) -> Result<(), Error> {
    let (name, status) = (stack.name.clone(), stack.status.as_str().to_owned());
    match stack.standing() {
        Standing::Ready | Standing::Busy | Standing::InReview => Ok(()),
        Standing::Dead => Err(Error::StackDead { name, status }),
        Standing::Stuck => Err(Error::StackStuck { name, status }),
    }
}

fn code(wanted: &Wanted<'_>) -> Option<Given> {
    let package = wanted.package?;
    let pairs = [
        ("CodeBucket", wanted.code_bucket),
        ("CodePrefix", &package.prefix),
        ("Architecture", &package.architecture),
    ];
    Some(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into())
}

/// A bootstrap's version, which a stack may lack that somebody changed.
fn in_words(version: &str) -> String {
    match version {
        "" => "a version that it does not name".to_owned(),
        version => format!("version {version}"),
    }
}

/// A version's numbers; what is no number counts as none.
fn numbers(version: &str) -> Vec<u64> {
    version.split('.').map(|number| number.parse().unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests;
