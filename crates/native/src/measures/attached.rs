//! `attachment/started`: started with the provider.

use meed_measures::Standing;

use crate::{
    day::Day,
    list::{Pass, Set},
    names::Name,
    out::{Occurrence, Out, Said, spell},
    walk::{Looks, Table},
};

pub(crate) fn looks() -> Looks {
    Looks::default().at(Table::Spells, &[])
}

pub(crate) fn prepare(set: &mut Set<'_>) -> Option<Box<dyn Pass>> {
    let kind = set.text("kind")?.to_owned();
    Some(Box::new(Attached { kind: set.names.of(&kind), as_of: set.as_of }))
}

struct Attached {
    kind: Name,
    as_of: Day,
}

impl Pass for Attached {
    fn person(&mut self, out: &mut Out<'_>) {
        let person = out.person;
        for of in person.spells.iter().filter(|spell| spell.kind == self.kind) {
            let started = (of.started_on <= self.as_of).then_some(of.started_on);
            let said = Said {
                provider: of.provider,
                occurrence: Occurrence::Key(of.spell),
                standing: if started.is_some() { Standing::Achieved } else { Standing::Pending },
                occurred_on: started,
                until: None,
                ended_by: None,
                sent_by: Some(of.sent_by),
            };
            out.say(said, |evidence| evidence.push(spell(of.spell)), |_| None);
        }
    }
}
