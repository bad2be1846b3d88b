//! `recovery/re-presented`: came back to treatment within the window after leaving it.

use meed_measures::Standing;

use super::returns::Returns;
use crate::{
    day::Span,
    list::{Pass, Set},
    out::{Occurrence, Out, Said, spell},
    walk::{Looks, Table},
};

pub(crate) fn looks() -> Looks {
    Looks::default().at(Table::Spells, &[]).at_events(&["justice-caseload"], &[])
}

pub(crate) fn prepare(set: &mut Set<'_>) -> Option<Box<dyn Pass>> {
    let within = set.span("within")?;
    Some(Box::new(RePresented { returns: Returns::prepare(set), within }))
}

struct RePresented {
    returns: Returns,
    within: Span,
}

impl Pass for RePresented {
    fn person(&mut self, out: &mut Out<'_>) {
        let person = out.person;
        let as_of = self.returns.as_of;
        for of in person.spells.iter().filter(|spell| spell.kind == self.returns.treatment) {
            let window = of.ended_on.filter(|ended| *ended <= as_of).map(|left| (left, left.plus(self.within)));
            let returned = window.and_then(|(left, until)| self.returns.first(out, of, left, until));
            let closed = window.is_some_and(|(_, until)| as_of >= until);
            let standing = match &returned {
                Some(_) => Standing::Achieved,
                None if closed => Standing::NotAchieved,
                None => Standing::Pending,
            };
            let said = Said {
                provider: of.provider,
                occurrence: Occurrence::Key(of.spell),
                standing,
                occurred_on: returned.as_ref().map(|returned| returned.on),
                until: None,
                ended_by: None,
                sent_by: Some(returned.as_ref().map_or(of.sent_by, |returned| returned.sent_by)),
            };
            out.say(
                said,
                |evidence| {
                    evidence.push(spell(of.spell));
                    evidence.extend(returned.as_ref().map(|returned| returned.identity));
                },
                |_| (returned.is_none() && closed).then(|| "did not come back in the window".to_owned()),
            );
        }
    }
}
