//! What is worth knowing of the two sides before any outcome, whatever the method: hardly anybody on one of them, nobody
//! alike in something, strata that hold one side only.

use std::collections::BTreeMap;

use meed_statistics::Warning;

use crate::people::{CovariateValues, People};

/// Fewer people than this on a side are told of: our default.
const FEW: usize = 10;

/// What to know of these people; each is one row.
pub(crate) fn warnings(people: &People) -> Vec<Warning> {
    let mut found = Vec::new();
    let (with, without) = people.counts();
    if with.min(without) < FEW {
        let side = if with <= without { "with the programme" } else { "in the comparison" };
        found.push(Warning::new(
            "few-people",
            format!("fewer than {FEW} people are {side}, so that errors and intervals cannot be relied on"),
            "read what became of each of them, or wait until there are more",
        ));
    }
    found.extend(apart(people));
    found.extend(one_sided(people));
    found
}

/// The covariates in which everybody on one side lies above everybody on the other.
fn apart(people: &People) -> Option<Warning> {
    let range = |numbers: &[f64], arm: bool| {
        let own = numbers.iter().zip(&people.treated).filter(|(_, treated)| **treated == arm);
        own.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (number, _)| (low.min(*number), high.max(*number)))
    };
    let separate = people.covariates.iter().filter(|covariate| match &covariate.values {
        CovariateValues::Numbers(numbers) => {
            let ((low, high), (other_low, other_high)) = (range(numbers, true), range(numbers, false));
            low > other_high || other_low > high
        }
        CovariateValues::Groups(names, of) => {
            let mut sides = vec![(false, false); names.len()];
            for (&group, treated) in of.iter().zip(&people.treated) {
                let side = &mut sides[group];
                *(if *treated { &mut side.0 } else { &mut side.1 }) = true;
            }
            names.len() > 1 && sides.iter().all(|(with, without)| with != without)
        }
    });
    let names: Vec<String> = separate.map(|covariate| format!("`{}`", covariate.name)).collect();
    (!names.is_empty()).then(|| {
        Warning::new(
            "sides-apart",
            format!("nobody with the programme is like anybody without it in {}", names.join(" and ")),
            "compare people who could have been on either side; what a regression says here rests on its form alone, and a lot does not do this",
        )
    })
}

/// Strata in which everybody is on one side say nothing of the programme.
fn one_sided(people: &People) -> Option<Warning> {
    let mut strata: BTreeMap<&String, (usize, usize)> = BTreeMap::new();
    for (stratum, treated) in people.stratum.as_ref()?.iter().zip(&people.treated) {
        let counts = strata.entry(stratum).or_default();
        *(if *treated { &mut counts.0 } else { &mut counts.1 }) += 1;
    }
    let one: usize = strata.values().filter(|(with, without)| *with == 0 || *without == 0).count();
    (one > 0).then(|| {
        Warning::new(
            "one-sided-strata",
            format!("in {one} of {} strata everybody is on one side: they say nothing of the programme", strata.len()),
            "join strata until each holds both sides, or leave these people out and say so",
        )
    })
}
