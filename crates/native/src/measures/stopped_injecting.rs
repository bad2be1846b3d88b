//! `recovery/stopped-injecting`: no day of injecting at enough reviews, of whoever injected at the start.

use super::reviews::{Achieved, Reviews, all_zero};
use crate::{
    day::Span,
    list::{Pass, Set},
    names::Name,
    out::Out,
    walk::Looks,
};

pub(crate) fn looks() -> Looks {
    super::reviews::looks()
}

pub(crate) fn prepare(set: &mut Set<'_>) -> Option<Box<dyn Pass>> {
    let near = set.span("start_within")?;
    let injecting = set.names.of("IVDRGUSE");
    Some(Box::new(StoppedInjecting { reviews: Reviews::prepare(set)?, near, injecting, start: Vec::new() }))
}

struct StoppedInjecting {
    reviews: Reviews,
    near: Span,
    injecting: Name,
    start: Vec<(Name, Option<i128>)>,
}

impl Pass for StoppedInjecting {
    fn person(&mut self, out: &mut Out<'_>) {
        let StoppedInjecting { reviews, near, injecting, start } = self;
        let person = out.person;
        for spell in person.spells {
            if !reviews.is_treatment(spell) {
                continue;
            }
            reviews.at_start(person, spell, *near, start);
            let injected = start.iter().any(|(item, value)| item == injecting && value.is_some_and(|days| days > 0));
            let why_not = (!injected).then_some("did not inject at the start, as far as is known");
            if why_not.is_some() && out.only_what_counts() {
                continue;
            }
            reviews.gather(person, out.names, spell, &[*injecting], all_zero);
            let achieved = reviews.reached().map(Achieved::Reached);
            reviews.say(out, spell, why_not, achieved);
        }
    }
}
