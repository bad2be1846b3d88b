//! `housing/in-accommodation`: from when until when the person was housed.

use super::{in_work::say, stretches::Stretches};
use crate::{
    day::{Day, Span},
    list::{Pass, Set},
    names::Name,
    out::Out,
    walk::{Looks, Table},
};

pub(crate) fn looks() -> Looks {
    Looks::default().at(Table::Spells, &["accommodation"])
}

pub(crate) fn prepare(set: &mut Set<'_>) -> Option<Box<dyn Pass>> {
    let (gap, as_of) = (set.span("gap")?, set.as_of);
    let kind = set.names.of("accommodation");
    let unsettled = set.codes_of_class("accommodation", "unsettled");
    Some(Box::new(InAccommodation { kind, gap, as_of, unsettled, stretches: Stretches::default() }))
}

struct InAccommodation {
    kind: Name,
    gap: Span,
    as_of: Day,
    /// Every accommodation is of a class, so that what is not among these counts.
    unsettled: Vec<Name>,
    stretches: Stretches,
}

impl Pass for InAccommodation {
    fn person(&mut self, out: &mut Out<'_>) {
        let InAccommodation { kind, gap, as_of, unsettled, stretches } = self;
        stretches.gather(out.person, out.names, *as_of, Some(*gap), |spell| {
            spell.kind == *kind && !spell.accommodation.is_some_and(|home| unsettled.contains(&home))
        });
        say(out, stretches);
    }
}
