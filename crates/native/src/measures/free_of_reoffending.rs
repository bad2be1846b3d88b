//! `reoffending/binary`: no proven offence in the window after release.

use meed_measures::Standing;

use super::returns::{earliest, interrupted};
use crate::{
    day::{Day, Span},
    history::{LIFE, LifeNames},
    list::{Pass, Set},
    names::Name,
    out::{Identity, Occurrence, Out, Said, event, spell},
    person::Text,
    walk::{Looks, Table},
};

pub(crate) fn looks() -> Looks {
    let own = Looks::default().at(Table::Spells, &[]);
    own.at_events(&LIFE, &[]).at_events(&["release", "offence"], &["concluded_on"])
}

pub(crate) fn prepare(set: &mut Set<'_>) -> Option<Box<dyn Pass>> {
    let (within, lag) = (set.span("within")?, set.span("lag")?);
    let [custody, release, offence] = ["custody", "release", "offence"].map(|name| set.names.of(name));
    let proven = set.codes_of_class("offence-outcome", "proven");
    let life = LifeNames::new(set.names);
    Some(Box::new(FreeOfReoffending { within, lag, custody, release, offence, proven, life, as_of: set.as_of }))
}

struct FreeOfReoffending {
    within: Span,
    lag: Span,
    custody: Name,
    release: Name,
    offence: Name,
    proven: Vec<Name>,
    life: LifeNames,
    as_of: Day,
}

/// A release that is followed up.
struct Release {
    identity: Identity,
    occurrence: Text,
    provider: Name,
    on: Day,
    sent_by: Name,
}

impl Pass for FreeOfReoffending {
    fn person(&mut self, out: &mut Out<'_>) {
        let person = out.person;
        let custody = || person.spells.iter().filter(|row| row.kind == self.custody);
        for row in custody() {
            if let Some(on) = row.ended_on.filter(|ended| *ended <= self.as_of) {
                let (identity, occurrence) = (spell(row.spell), row.spell);
                self.release(out, &Release { identity, occurrence, provider: row.provider, on, sent_by: row.sent_by });
            }
        }
        for row in person.events.iter().filter(|row| row.kind == self.release && row.occurred_on <= self.as_of) {
            let Some(provider) = row.provider else { continue };
            if custody().all(|spell| spell.ended_on != Some(row.occurred_on)) {
                let (identity, occurrence, on) = (event(row.event), row.event, row.occurred_on);
                self.release(out, &Release { identity, occurrence, provider, on, sent_by: row.sent_by });
            }
        }
    }
}

impl FreeOfReoffending {
    fn release(&self, out: &mut Out<'_>, of: &Release) {
        let person = out.person;
        let window_until = of.on.plus(self.within);
        let settled_on = window_until.plus(self.lag);
        if self.as_of < settled_on && out.only_what_counts() {
            return;
        }
        let offences = person.events.iter().filter(|row| {
            row.kind == self.offence
                && row.outcome.is_some_and(|outcome| self.proven.contains(&outcome))
                && row.occurred_on >= of.on
                && row.occurred_on < window_until
                && row.concluded_on.unwrap_or(row.occurred_on) < settled_on
        });
        let reoffence = earliest(out, offences, |row| row.occurred_on, |row| event(row.event));
        let life = interrupted(out, &self.life, of.on, window_until, self.as_of, Some(of.identity));
        let ended = life
            .map(|life| (life, life.from.max(of.on)))
            .filter(|(_, on)| reoffence.is_none_or(|reoffence| reoffence.occurred_on > *on));
        let settled = self.as_of >= settled_on;
        let standing = match (reoffence, &ended) {
            (Some(_), None) => Standing::NotAchieved,
            _ if !settled => Standing::Pending,
            (_, Some(_)) => Standing::Ended,
            (None, None) => Standing::Achieved,
        };
        let said = Said {
            provider: of.provider,
            occurrence: Occurrence::Key(of.occurrence),
            standing,
            occurred_on: match &ended {
                _ if !settled => None,
                Some((_, on)) => Some(*on),
                None => reoffence.is_none().then_some(settled_on),
            },
            until: ended.as_ref().filter(|_| settled).map(|_| settled_on),
            ended_by: ended.as_ref().filter(|_| settled).map(|(life, _)| life.kind),
            sent_by: Some(of.sent_by),
        };
        out.say(
            said,
            |evidence| {
                evidence.push(of.identity);
                evidence.extend(ended.as_ref().map(|(life, _)| life.identity));
                evidence.extend(reoffence.map(|row| event(row.event)));
            },
            |_| {
                let told = reoffence.filter(|_| ended.is_none() || settled);
                told.map(|row| format!("reoffended on {}", row.occurred_on))
            },
        );
    }
}
