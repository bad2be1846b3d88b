//! Figures about many people: places and estimates.

use super::{Broken, RowRule};
use crate::{
    Table, rules,
    value::{Value, in_billionths},
};

pub(super) fn of(table: &Table) -> Vec<Box<dyn RowRule>> {
    let place = |name| table.position(name);
    match &*table.name {
        "capacity" => match (place("places"), place("occupied")) {
            (Some(places), Some(occupied)) => vec![Box::new(WithinPlaces { places, occupied })],
            _ => Vec::new(),
        },
        "estimates" => match (place("unit"), place("counterfactual"), place("actual"), place("method_hash")) {
            (Some(unit), Some(counterfactual), Some(actual), Some(hash)) => vec![
                Box::new(Share { unit, shares: [(counterfactual, "counterfactual"), (actual, "actual")] }),
                Box::new(Hash { hash }),
            ],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

struct WithinPlaces {
    places: usize,
    occupied: usize,
}

impl RowRule for WithinPlaces {
    fn check(&self, row: &[Value<'_>], found: &mut dyn FnMut(Broken)) {
        if let (Some(Value::Number(places)), Some(Value::Number(occupied))) =
            (row.get(self.places), row.get(self.occupied))
            && occupied > places
        {
            let message = "more places are used than there are";
            let remedy = "count `occupied` as `places` is counted; utilisation above 100% is paid as the contract says";
            found(Broken::new(&rules::MORE_OCCUPIED_THAN_PLACES, message, remedy).at("occupied"));
        }
    }
}

struct Share {
    unit: usize,
    shares: [(usize, &'static str); 2],
}

impl RowRule for Share {
    fn check(&self, row: &[Value<'_>], found: &mut dyn FnMut(Broken)) {
        if row.get(self.unit) != Some(&Value::Text("percent")) {
            return;
        }
        for (place, name) in self.shares {
            if let Some(Value::Number(share)) = row.get(place)
                && *share > in_billionths(100)
            {
                let message = format!("`{name}` is above 100 percent");
                let remedy = "give the share of the people, 0 to 100, or set `unit` to per-100";
                found(Broken::new(&rules::NOT_A_SHARE, message, remedy).at(name));
            }
        }
    }
}

struct Hash {
    hash: usize,
}

impl RowRule for Hash {
    fn check(&self, row: &[Value<'_>], found: &mut dyn FnMut(Broken)) {
        let Some(Value::Text(hash)) = row.get(self.hash) else { return };
        let is_hash = hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if !is_hash {
            let message = "`method_hash` is no SHA-256";
            let remedy = "give the 64 digits that `sha256sum` prints for the file that sets the method out";
            found(Broken::new(&rules::NOT_A_HASH, message, remedy).at("method_hash"));
        }
    }
}
