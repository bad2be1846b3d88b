//! `housing/entered`: moved into accommodation.

use meed_measures::Standing;

use crate::{
    day::Day,
    list::{Pass, Set},
    names::Name,
    out::{Occurrence, Out, Said, spell},
    walk::{Looks, Table},
};

pub(crate) fn looks() -> Looks {
    Looks::default().at(Table::Spells, &["accommodation"])
}

pub(crate) fn prepare(set: &mut Set<'_>) -> Option<Box<dyn Pass>> {
    let (kind, as_of) = (set.names.of("accommodation"), set.as_of);
    let unsettled = set.codes_of_class("accommodation", "unsettled");
    Some(Box::new(Entered { kind, as_of, unsettled, labels: set.labels("accommodation") }))
}

struct Entered {
    kind: Name,
    as_of: Day,
    unsettled: Vec<Name>,
    labels: Vec<(Name, String)>,
}

impl Pass for Entered {
    fn person(&mut self, out: &mut Out<'_>) {
        let person = out.person;
        for of in person.spells.iter().filter(|spell| spell.kind == self.kind) {
            let unsettled = of.accommodation.filter(|home| self.unsettled.contains(home));
            let standing = match unsettled {
                _ if of.started_on > self.as_of => Standing::Pending,
                Some(_) => Standing::NotAchieved,
                None => Standing::Achieved,
            };
            let said = Said {
                provider: of.provider,
                occurrence: Occurrence::Key(of.spell),
                standing,
                occurred_on: (standing == Standing::Achieved).then_some(of.started_on),
                until: None,
                ended_by: None,
                sent_by: Some(of.sent_by),
            };
            let label = || self.labels.iter().find(|(code, _)| Some(*code) == unsettled).map(|(_, label)| label);
            let why = |_: &Out<'_>| {
                (standing == Standing::NotAchieved)
                    .then(|| label().map(|label| format!("not settled: {label}")))
                    .flatten()
            };
            out.say(said, |evidence| evidence.push(spell(of.spell)), why);
        }
    }
}
