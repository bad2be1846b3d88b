//! A band is one the contract names, and a revised band gives its reason.

use std::collections::BTreeSet;

use meed_units::BandName;

use super::{Broken, Expected, RowRule};
use crate::{
    Table,
    problem::{listed, nearest, quoted},
    rules,
    value::Value,
};

pub(super) fn of(table: &Table, expected: &Expected) -> Vec<Box<dyn RowRule>> {
    let mut found: Vec<Box<dyn RowRule>> = Vec::new();
    if table.name != "assessments" {
        return found;
    }
    if let (Some(standing), Some(reason)) = (table.position("standing"), table.position("reason")) {
        found.push(Box::new(RevisedWithReason { standing, reason }));
    }
    if let (Some(band), Some(bands)) = (table.position("band"), &expected.bands) {
        found.push(Box::new(KnownBand { band, bands: bands.clone() }));
    }
    found
}

struct RevisedWithReason {
    standing: usize,
    reason: usize,
}

impl RowRule for RevisedWithReason {
    fn check(&self, row: &[Value<'_>], found: &mut dyn FnMut(Broken)) {
        if row.get(self.standing) == Some(&Value::Text("revised")) && row.get(self.reason) == Some(&Value::Missing) {
            let message = "the band was revised and `reason` is empty";
            found(Broken::new(&rules::REVISED_WITHOUT_REASON, message, "say why the band was revised").at("reason"));
        }
    }
}

struct KnownBand {
    band: usize,
    bands: BTreeSet<BandName>,
}

impl RowRule for KnownBand {
    fn check(&self, row: &[Value<'_>], found: &mut dyn FnMut(Broken)) {
        let Some(Value::Text(band)) = row.get(self.band) else { return };
        if self.bands.contains(*band) {
            return;
        }
        let names = || self.bands.iter().map(|band| &**band);
        let remedy = match nearest(band, names()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("the bands of the contract are {}", listed(names())),
        };
        let message = format!("{} is no band of the contract", quoted(band));
        found(Broken::new(&rules::UNKNOWN_BAND, message, remedy).at("band"));
    }
}
