//! `recovery/retained`: stayed in treatment this long.

use meed_measures::Standing;

use crate::{
    day::{Day, Span},
    list::{Pass, Set},
    names::Name,
    out::{Occurrence, Out, Said, spell},
    walk::{Looks, Table},
};

pub(crate) fn looks() -> Looks {
    Looks::default().at(Table::Spells, &[])
}

pub(crate) fn prepare(set: &mut Set<'_>) -> Option<Box<dyn Pass>> {
    let after = set.span("after")?;
    Some(Box::new(Retained { treatment: set.names.of("treatment"), after, as_of: set.as_of }))
}

struct Retained {
    treatment: Name,
    after: Span,
    as_of: Day,
}

impl Pass for Retained {
    fn person(&mut self, out: &mut Out<'_>) {
        let person = out.person;
        for of in person.spells.iter().filter(|spell| spell.kind == self.treatment) {
            let enough_on = of.started_on.plus(self.after);
            let left = of.ended_on.filter(|ended| *ended < enough_on && *ended <= self.as_of);
            let standing = match left {
                Some(_) => Standing::NotAchieved,
                None if self.as_of < enough_on => Standing::Pending,
                None => Standing::Achieved,
            };
            let said = Said {
                provider: of.provider,
                occurrence: Occurrence::Key(of.spell),
                standing,
                occurred_on: (standing == Standing::Achieved).then_some(enough_on),
                until: None,
                ended_by: None,
                sent_by: Some(of.sent_by),
            };
            let reason = |_: &Out<'_>| left.map(|on| format!("left on {on}"));
            out.say(said, |evidence| evidence.push(spell(of.spell)), reason);
        }
    }
}
