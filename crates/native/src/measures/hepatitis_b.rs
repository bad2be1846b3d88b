//! `recovery/hepatitis-b`: completed the course of vaccination.

use meed_measures::Standing;

use super::returns::earliest;
use crate::{
    day::Day,
    list::{Pass, Set},
    names::Name,
    out::{Occurrence, Out, Said, event, spell},
    person::{Event, Spell},
    walk::{Looks, Table},
};

pub(crate) fn looks() -> Looks {
    Looks::default().at(Table::Spells, &[]).at_events(&["vaccination", "vaccination-complete"], &["detail"])
}

pub(crate) fn prepare(set: &mut Set<'_>) -> Option<Box<dyn Pass>> {
    let against = set.text("against")?.to_owned();
    let [treatment, dose, complete] =
        ["treatment", "vaccination", "vaccination-complete"].map(|name| set.names.of(name));
    Some(Box::new(HepatitisB { treatment, dose, complete, against, as_of: set.as_of }))
}

struct HepatitisB {
    treatment: Name,
    dose: Name,
    complete: Name,
    against: String,
    as_of: Day,
}

impl HepatitisB {
    /// The first event of a kind, during the spell or before it.
    fn first<'p>(&self, out: &Out<'p>, of: &Spell, kind: Name, earlier: bool) -> Option<&'p Event> {
        let person = out.person;
        let counts = |row: &&'p Event| {
            row.kind == kind
                && row.detail.is_some_and(|detail| person.text(detail) == self.against)
                && row.occurred_on <= self.as_of
                && of.ended_on.is_none_or(|ended| row.occurred_on <= ended)
                && (row.occurred_on < of.started_on) == earlier
        };
        earliest(out, person.events.iter().filter(counts), |row| row.occurred_on, |row| event(row.event))
    }
}

impl Pass for HepatitisB {
    fn person(&mut self, out: &mut Out<'_>) {
        let person = out.person;
        for of in person.spells.iter().filter(|spell| spell.kind == self.treatment) {
            let dose = self.first(out, of, self.dose, false);
            let complete = self.first(out, of, self.complete, false);
            let immune = self.first(out, of, self.complete, true);
            let open = of.ended_on.is_none_or(|ended| ended > self.as_of);
            let asked = dose.is_some() || complete.is_some();
            let standing = match complete {
                _ if immune.is_some() || !asked => Standing::NotEligible,
                Some(_) => Standing::Achieved,
                None if open => Standing::Pending,
                None => Standing::NotAchieved,
            };
            let said = Said {
                provider: of.provider,
                occurrence: Occurrence::Key(of.spell),
                standing,
                occurred_on: complete.filter(|_| immune.is_none()).map(|row| row.occurred_on),
                until: None,
                ended_by: None,
                sent_by: Some(complete.map_or(of.sent_by, |row| row.sent_by)),
            };
            let why = match (immune, complete) {
                (Some(_), _) => Some("the course was completed before"),
                (None, _) if !asked => Some("no vaccination is recorded"),
                (None, None) if !open => Some("the course was begun and not completed"),
                _ => None,
            };
            out.say(
                said,
                |evidence| {
                    evidence.push(spell(of.spell));
                    evidence.extend(immune.or(complete).or(dose).map(|row| event(row.event)));
                },
                |_| why.map(str::to_owned),
            );
        }
    }
}
