//! Which signed versions a statement rests on, and whether one that an earlier statement rests on was edited since.

use meed_terms::Terms;
use meed_units::Date;
use sha2::{Digest as _, Sha256};

use crate::statement::{Head, VersionUsed};

/// The versions in force before a day, each by the hash of what it says of its days.
pub(crate) fn used(terms: &Terms, until: Date) -> Vec<VersionUsed> {
    let used = terms.versions(until).into_iter().map(|version| VersionUsed {
        name: version.name,
        from: version.from,
        hash: Sha256::digest(version.says).iter().map(|byte| format!("{byte:02x}")).collect(),
    });
    used.collect()
}

/// What to say where a version no longer says of its days what it said when this statement was settled.
pub(crate) fn edited(terms: &Terms, earlier: &Head) -> Option<String> {
    let now = used(terms, earlier.period.until);
    let changed = earlier.versions.iter().find(|before| !now.contains(before))?;
    Some(format!(
        "Version {} (from {}) no longer says of the days before {} what it said when {} was settled: a term that was in force has been edited, or a measure. What is agreed anew is dated by an amendment.",
        changed.name, changed.from, earlier.period.until, earlier.period
    ))
}
