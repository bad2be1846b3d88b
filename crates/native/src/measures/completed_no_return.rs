//! `recovery/completed-no-return`: left treatment as planned, and did not come back within the window.

use meed_measures::Standing;

use super::{
    completed::why_left,
    returns::{Returns, interrupted},
};
use crate::{
    day::Span,
    history::{LIFE, LifeNames},
    list::{Pass, Set},
    names::Name,
    out::{Occurrence, Out, Said, spell},
    person::Spell,
    walk::{Looks, Table},
};

pub(crate) fn looks() -> Looks {
    Looks::default().at(Table::Spells, &["end_reason"]).at_events(&LIFE, &[]).at_events(&["justice-caseload"], &[])
}

pub(crate) fn prepare(set: &mut Set<'_>) -> Option<Box<dyn Pass>> {
    let within = set.span("within")?;
    let success = set.codes_of_class("discharge-reason", "success");
    let labels = set.labels("discharge-reason");
    let life = LifeNames::new(set.names);
    Some(Box::new(CompletedNoReturn { returns: Returns::prepare(set), within, success, labels, life }))
}

struct CompletedNoReturn {
    returns: Returns,
    within: Span,
    success: Vec<Name>,
    labels: Vec<(Name, String)>,
    life: LifeNames,
}

impl Pass for CompletedNoReturn {
    fn person(&mut self, out: &mut Out<'_>) {
        for of in out.person.spells.iter().filter(|spell| spell.kind == self.returns.treatment) {
            self.spell(out, of);
        }
    }
}

impl CompletedNoReturn {
    fn spell(&self, out: &mut Out<'_>, of: &Spell) {
        let as_of = self.returns.as_of;
        let ended_on = of.ended_on.filter(|ended| *ended <= as_of);
        let success = of.end_reason.is_some_and(|reason| self.success.contains(&reason));
        let mut said = Said {
            provider: of.provider,
            occurrence: Occurrence::Key(of.spell),
            standing: Standing::Pending,
            occurred_on: None,
            until: None,
            ended_by: None,
            sent_by: Some(of.sent_by),
        };
        let Some(left_on) = ended_on else {
            return out.say(said, |evidence| evidence.push(spell(of.spell)), |_| None);
        };
        if !success {
            said.standing = Standing::NotAchieved;
            let why = |out: &Out<'_>| Some(why_left(out.names, of.end_reason, &self.labels));
            return out.say(said, |evidence| evidence.push(spell(of.spell)), why);
        }
        let window_until = left_on.plus(self.within);
        let returned = self.returns.first(out, of, left_on, window_until);
        let event = interrupted(out, &self.life, left_on, window_until, as_of, None);
        // What came first: the return or the interruption.
        let ended = event
            .map(|life| (life, life.from.max(left_on)))
            .filter(|(_, on)| returned.as_ref().is_none_or(|returned| returned.on >= *on));
        said.standing = match (&ended, &returned) {
            (Some(_), _) => Standing::Ended,
            (None, Some(_)) => Standing::NotAchieved,
            (None, None) if as_of < window_until => Standing::Pending,
            (None, None) => Standing::Achieved,
        };
        said.occurred_on = match &ended {
            Some((_, on)) => Some(*on),
            None => (returned.is_none() && as_of >= window_until).then_some(window_until),
        };
        said.until = ended.as_ref().map(|_| window_until);
        said.ended_by = ended.as_ref().map(|(life, _)| life.kind);
        if let Some(returned) = &returned {
            said.sent_by = Some(returned.sent_by);
        }
        out.say(
            said,
            |evidence| {
                evidence.push(spell(of.spell));
                evidence.extend(ended.as_ref().map(|(life, _)| life.identity));
                evidence.extend(returned.as_ref().map(|returned| returned.identity));
            },
            |_| returned.as_ref().map(|returned| format!("came back to treatment on {}", returned.on)),
        );
    }
}
