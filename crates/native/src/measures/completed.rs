//! `recovery/completed`: left treatment as planned.

use meed_measures::Standing;

use crate::{
    day::Day,
    list::{Pass, Set},
    names::{Name, Names},
    out::{Occurrence, Out, Said, spell},
    walk::{Looks, Table},
};

pub(crate) fn looks() -> Looks {
    Looks::default().at(Table::Spells, &["end_reason"])
}

pub(crate) fn prepare(set: &mut Set<'_>) -> Option<Box<dyn Pass>> {
    let (treatment, as_of) = (set.names.of("treatment"), set.as_of);
    let success = set.codes_of_class("discharge-reason", "success");
    Some(Box::new(Completed { treatment, as_of, success, labels: set.labels("discharge-reason") }))
}

struct Completed {
    treatment: Name,
    as_of: Day,
    success: Vec<Name>,
    labels: Vec<(Name, String)>,
}

impl Pass for Completed {
    fn person(&mut self, out: &mut Out<'_>) {
        let person = out.person;
        for of in person.spells.iter().filter(|spell| spell.kind == self.treatment) {
            let ended = of.ended_on.filter(|ended| *ended <= self.as_of);
            let success = of.end_reason.is_some_and(|reason| self.success.contains(&reason));
            let standing = match (ended, success) {
                (None, _) => Standing::Pending,
                (Some(_), true) => Standing::Achieved,
                (Some(_), false) => Standing::NotAchieved,
            };
            let said = Said {
                provider: of.provider,
                occurrence: Occurrence::Key(of.spell),
                standing,
                occurred_on: ended.filter(|_| success),
                until: None,
                ended_by: None,
                sent_by: Some(of.sent_by),
            };
            let reason = |out: &Out<'_>| {
                (standing == Standing::NotAchieved).then(|| why_left(out.names, of.end_reason, &self.labels))
            };
            out.say(said, |evidence| evidence.push(spell(of.spell)), reason);
        }
    }
}

/// Why an end of treatment was no success, in words.
pub(super) fn why_left(names: &Names, reason: Option<Name>, labels: &[(Name, String)]) -> String {
    let Some(reason) = reason else { return "no reason for leaving is recorded".to_owned() };
    let label = labels.iter().find(|(code, _)| *code == reason).map(|(_, label)| label.as_str());
    format!("left for another reason: {}", label.unwrap_or_else(|| names.text(reason)))
}
