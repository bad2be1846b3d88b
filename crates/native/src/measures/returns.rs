//! Coming back to treatment after leaving it, and what can end the wait for it.

use crate::{
    day::Day,
    history::{Life, LifeNames},
    list::Set,
    names::Name,
    out::{Identity, Out, event, spell},
    person::Spell,
};

/// The first return in a window.
pub(super) struct Returned {
    pub on: Day,
    pub identity: Identity,
    pub sent_by: Name,
}

/// What counts as a return.
pub(super) struct Returns {
    pub treatment: Name,
    caseload: Name,
    pub as_of: Day,
}

impl Returns {
    pub fn prepare(set: &mut Set<'_>) -> Returns {
        Returns { treatment: set.names.of("treatment"), caseload: set.names.of("justice-caseload"), as_of: set.as_of }
    }

    /// Treatment that began in the window, or was running beside the spell and went on; or being taken onto the
    /// caseload of a drug intervention programme.
    pub fn first(&self, out: &Out<'_>, of: &Spell, left_on: Day, window_until: Day) -> Option<Returned> {
        let person = out.person;
        let spells = person.spells.iter().filter(|other| {
            other.kind == self.treatment
                && other.spell != of.spell
                && other.started_on < window_until
                && other.started_on <= self.as_of
                && (other.started_on >= left_on || other.ended_on.is_none_or(|ended| ended > left_on))
        });
        let spells =
            spells.map(|other| Returned { on: other.started_on, identity: spell(other.spell), sent_by: other.sent_by });
        let events = person.events.iter().filter(|other| {
            other.kind == self.caseload
                && other.occurred_on >= left_on
                && other.occurred_on < window_until
                && other.occurred_on <= self.as_of
        });
        let events = events.map(|other| Returned {
            on: other.occurred_on,
            identity: event(other.event),
            sent_by: other.sent_by,
        });
        earliest(out, spells.chain(events), |returned| returned.on, |returned| returned.identity)
    }
}

/// The first thing that ends a follow-up: it lies in the window, or begins before and reaches into it.
pub(super) fn interrupted(
    out: &Out<'_>,
    known: &LifeNames,
    from: Day,
    window_until: Day,
    as_of: Day,
    but: Option<Identity>,
) -> Option<Life> {
    let same = |a: Identity, b: Identity| a.table == b.table && a.key == b.key;
    let inside = known.of(out.person).filter(|life| {
        life.from < window_until
            && life.until.is_none_or(|until| until > from)
            && life.from <= as_of
            && !but.is_some_and(|but| same(but, life.identity))
    });
    inside.min_by(|a, b| {
        let kinds = || out.names.text(a.kind).cmp(out.names.text(b.kind));
        a.from.cmp(&b.from).then_with(kinds).then_with(|| by_identity(out, a.identity, b.identity))
    })
}

/// The earliest of some things; of one day the one whose identity comes first.
pub(super) fn earliest<T>(
    out: &Out<'_>,
    things: impl Iterator<Item = T>,
    on: impl Fn(&T) -> Day,
    identity: impl Fn(&T) -> Identity,
) -> Option<T> {
    things.min_by(|a, b| on(a).cmp(&on(b)).then_with(|| by_identity(out, identity(a), identity(b))))
}

/// As the texts of two identities of one part compare.
fn by_identity(out: &Out<'_>, a: Identity, b: Identity) -> std::cmp::Ordering {
    let text = |identity: Identity| (identity.table, out.person.text(identity.key));
    text(a).cmp(&text(b))
}
