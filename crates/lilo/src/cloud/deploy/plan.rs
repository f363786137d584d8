//! Decides what to do with the stacks.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::package::Package;
use crate::Error;
use crate::args::TagConditions;
use crate::aws::inventory::{Named, names};
use crate::aws::stack::{Readiness, Stack};
use crate::templates::Given;

/// What a deployment needs of the bootstrap.
#[derive(Debug)]
pub(super) struct Requirements<'a> {
    /// The version of this command and its templates.
    pub(super) version: &'a str,
    /// `None` keeps the code.
    pub(super) package: Option<&'a Package>,
    /// The bucket for the code.
    pub(super) code_bucket: &'a str,
    /// The buckets of the loop's sources.
    pub(super) source_buckets: BTreeSet<&'a str>,
    /// The given value of `TagConditions`; `None` keeps it.
    pub(super) tag_conditions: Option<TagConditions>,
    /// Whether the loop has thumbnails.
    pub(super) thumbnails: bool,
}

/// The decision about the bootstrap stack.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Bootstrap {
    Keep,
    Create(Given),
    /// The changed parameters, and the reasons.
    Update(Given, Vec<String>),
}

/// Decides about the bootstrap stack.
///
/// # Errors
/// - When its state or version allows no update.
/// - When it is gone although loops exist (`alone` creates it again for them).
/// - When its code is needed but there is no package.
pub(super) fn bootstrap(
    existing: Option<&Stack>,
    loops: &[Stack],
    wanted: &Requirements<'_>,
    alone: bool,
) -> Result<Bootstrap, Error> {
    if !existing.is_some_and(Stack::was_created) && !loops.is_empty() && !alone {
        return Err(Error::BootstrapGone { loops: names(loops) });
    }
    let Some(existing) = existing else {
        return creation(loops, wanted).map(Bootstrap::Create);
    };
    check_updatable(existing)?;
    let version = existing.output("Version");
    let (mut given, mut why) = (Given::new(), Vec::new());
    let older = match check_version(version, wanted.version) {
        Ok(()) => false,
        Err(Error::BootstrapTooOld { found, needed }) if wanted.package.is_some() => {
            why.push(format!("{found} becomes {needed}"));
            true
        }
        Err(error) => return Err(error),
    };
    // All loops share the code, so code of the same version needs an explicit --zips.
    if (older || wanted.package.is_some_and(|package| package.named))
        && let Some(code) = code(wanted)
        && code.iter().any(|(name, value)| existing.parameter(name) != value)
    {
        given.extend(code);
        why.push("new function code".to_owned());
    }
    change_rights(existing, wanted, &mut given, &mut why);
    Ok(if why.is_empty() { Bootstrap::Keep } else { Bootstrap::Update(given, why) })
}

/// Adds the changes of what MediaLive and the functions may do, and their reasons.
fn change_rights(
    existing: &Stack,
    wanted: &Requirements<'_>,
    given: &mut Given,
    why: &mut Vec<String>,
) {
    let listed = existing.parameter("SourceBuckets");
    let mut buckets: Vec<_> = listed.split(',').filter(|bucket| !bucket.is_empty()).collect();
    let missing = wanted.source_buckets.iter().copied().filter(|it| !buckets.contains(it));
    let missing: Vec<_> = missing.collect();
    if !missing.is_empty() {
        why.push(format!("allows loops to play from {}", missing.join(" and ")));
        buckets.extend(missing);
        given.insert("SourceBuckets".to_owned(), buckets.join(","));
    }
    // A bootstrap stack from before the parameter enforces them.
    let tags = Some(existing.parameter("TagConditions")).filter(|it| !it.is_empty());
    let tags = tags.unwrap_or(TagConditions::Enforced.value());
    if let Some(setting) = wanted.tag_conditions.map(TagConditions::value).filter(|it| *it != tags)
    {
        why.push(format!("the conditions on tags become {setting}"));
        given.insert("TagConditions".to_owned(), setting.to_owned());
    }
    if wanted.thumbnails && !existing.has_thumbnails() {
        why.push("lets MediaLive make thumbnails".to_owned());
        given.insert("Thumbnails".to_owned(), "AUTO".to_owned());
    }
}

/// The parameters of a new bootstrap stack.
fn creation(loops: &[Stack], wanted: &Requirements<'_>) -> Result<Given, Error> {
    let mut given = code(wanted).ok_or(Error::NoPackage)?;
    // Existing loops still need their buckets.
    let played = loops.iter().flat_map(Stack::buckets).collect();
    let buckets: Vec<_> = wanted.source_buckets.union(&played).copied().collect();
    if !buckets.is_empty() {
        given.insert("SourceBuckets".to_owned(), buckets.join(","));
    }
    let tags = wanted.tag_conditions;
    given.extend(tags.map(|it| ("TagConditions".to_owned(), it.value().to_owned())));
    if wanted.thumbnails || loops.iter().any(Stack::has_thumbnails) {
        given.insert("Thumbnails".to_owned(), "AUTO".to_owned());
    }
    Ok(given)
}

/// Whether it needs the functions' zips in LILO's own bucket.
pub(super) fn updates_code(bootstrap: &Bootstrap) -> bool {
    match bootstrap {
        Bootstrap::Keep => false,
        Bootstrap::Create(given) | Bootstrap::Update(given, _) => given.contains_key("CodePrefix"),
    }
}

/// A package that differs from the deployed code but is not deployed.
pub(super) fn undeployed_package<'a>(
    package: Option<&'a Package>,
    existing: Option<&Stack>,
    bootstrap: &Bootstrap,
) -> Option<&'a Package> {
    let prefix = existing?.parameter("CodePrefix");
    package.filter(|package| !updates_code(bootstrap) && package.prefix != prefix)
}

/// The loop's stack to update; `None` creates one.
///
/// # Errors
/// When another stack has the name, or the stack allows no update.
pub(super) fn loop_stack<'a>(named: Named<'a>, name: &str) -> Result<Option<&'a Stack>, Error> {
    match named {
        Named::Nothing => Ok(None),
        Named::InReview(stack) => Ok(Some(stack)),
        Named::Loop(stack) => check_updatable(stack).map(|()| Some(stack)),
        Named::Bootstrap(_) | Named::Foreign(_) => Err(Error::NameTaken(name.to_owned())),
    }
}

/// Compares the bootstrap stack's version with this command's.
///
/// # Errors
/// When one is older than the other.
pub(crate) fn check_version(found: &str, ours: &str) -> Result<(), Error> {
    match numbers(found).cmp(&numbers(ours)) {
        Ordering::Equal => Ok(()),
        Ordering::Less => {
            Err(Error::BootstrapTooOld { found: version_text(found), needed: ours.to_owned() })
        }
        Ordering::Greater => {
            Err(Error::BootstrapNewer { found: found.to_owned(), ours: ours.to_owned() })
        }
    }
}

/// # Errors
/// When the stack's state allows no update.
pub(crate) fn check_updatable(stack: &Stack) -> Result<(), Error> {
    let (name, status) = (stack.name.clone(), stack.status.as_str().to_owned());
    match stack.readiness() {
        Readiness::Ready | Readiness::Busy | Readiness::InReview => Ok(()),
        Readiness::DeleteOnly => Err(Error::StackDead { name, status }),
        Readiness::NeedsRollback => Err(Error::StackStuck { name, status }),
    }
}

fn code(wanted: &Requirements<'_>) -> Option<Given> {
    let package = wanted.package?;
    let pairs = [
        ("CodeBucket", wanted.code_bucket),
        ("CodePrefix", &package.prefix),
        ("Architecture", &package.architecture),
    ];
    Some(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into())
}

/// A bootstrap's version as text; a changed stack may lack it.
fn version_text(version: &str) -> String {
    match version {
        "" => "an unknown version".to_owned(),
        version => format!("version {version}"),
    }
}

/// A version's numbers; other parts count as 0.
fn numbers(version: &str) -> Vec<u64> {
    version.split('.').map(|number| number.parse().unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests;
