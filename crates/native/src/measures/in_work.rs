//! `work/in-work`: from when until when the person was in work.

use meed_measures::Standing;

use super::stretches::Stretches;
use crate::{
    day::{Day, Span},
    list::{Pass, Set},
    names::Name,
    out::{Occurrence, Out, Said},
    walk::{Looks, Table},
};

pub(crate) fn looks() -> Looks {
    Looks::default().at(Table::Spells, &[])
}

pub(crate) fn prepare(set: &mut Set<'_>) -> Option<Box<dyn Pass>> {
    let (gap, as_of) = (set.span("gap")?, set.as_of);
    Some(Box::new(InWork { kind: set.names.of("employment"), gap, as_of, stretches: Stretches::default() }))
}

struct InWork {
    kind: Name,
    gap: Span,
    as_of: Day,
    stretches: Stretches,
}

impl Pass for InWork {
    fn person(&mut self, out: &mut Out<'_>) {
        let kind = self.kind;
        self.stretches.gather(out.person, out.names, self.as_of, Some(self.gap), |spell| spell.kind == kind);
        say(out, &self.stretches);
    }
}

/// Says every stretch.
pub(super) fn say(out: &mut Out<'_>, stretches: &Stretches) {
    for stretch in &stretches.found {
        let said = Said {
            provider: stretch.provider,
            occurrence: Occurrence::Key(stretches.of(stretch)[0].spell),
            standing: Standing::Achieved,
            occurred_on: Some(stretch.from),
            until: stretch.until,
            ended_by: None,
            sent_by: stretch.sent_by,
        };
        out.say(said, |evidence| evidence.extend(stretches.evidence(stretch)), |_| None);
    }
}
