//! Spells that meet, overlap or lie close together, as one stretch.

use std::ops::Range;

use crate::{
    day::{Day, NEVER_ENDS, Span},
    names::{Name, Names},
    out::{Identity, one_party, spell},
    person::{Person, Spell},
};

/// The spells of one provider, and the stretches they make.
#[derive(Default)]
pub(super) struct Stretches {
    /// By provider, first day and identity; a later end than is known of is left out.
    pub spells: Vec<Spell>,
    /// By provider, then first day.
    pub found: Vec<Stretch>,
}

/// One stretch.
#[derive(Clone, Debug)]
pub(super) struct Stretch {
    pub provider: Name,
    pub from: Day,
    /// The first day without; none while it lasts.
    pub until: Option<Day>,
    spells: Range<usize>,
    pub sent_by: Option<Name>,
}

impl Stretches {
    /// Gathers the spells that count, as known on a day; `gap` is how long a break may be.
    pub fn gather(
        &mut self,
        person: &Person<'_>,
        names: &Names,
        as_of: Day,
        gap: Option<Span>,
        counts: impl Fn(&Spell) -> bool,
    ) {
        self.spells.clear();
        self.found.clear();
        for spell in person.spells {
            let some_days = spell.ended_on.is_none_or(|ended| ended > spell.started_on);
            if counts(spell) && spell.started_on <= as_of && some_days {
                self.spells.push(Spell { ended_on: spell.ended_on.filter(|ended| *ended <= as_of), ..*spell });
            }
        }
        self.spells.sort_by(|a, b| {
            let providers = names.text(a.provider).cmp(names.text(b.provider));
            providers.then(a.started_on.cmp(&b.started_on)).then_with(|| person.text(a.spell).cmp(person.text(b.spell)))
        });
        let mut reached: Option<(Name, Day)> = None;
        for (place, spell) in self.spells.iter().enumerate() {
            let to = spell.ended_on.unwrap_or(NEVER_ENDS);
            let before = reached.filter(|(provider, _)| *provider == spell.provider).map(|(_, day)| day);
            let joins = before.is_some_and(|day| spell.started_on <= gap.map_or(day, |gap| day.plus(gap)));
            reached = Some((spell.provider, before.map_or(to, |day| day.max(to))));
            match self.found.last_mut().filter(|_| joins) {
                Some(last) => {
                    last.until = last.until.zip(spell.ended_on).map(|(a, b)| a.max(b));
                    last.sent_by = last.sent_by.filter(|sender| *sender == spell.sent_by);
                    last.spells.end = place + 1;
                }
                None => self.found.push(Stretch {
                    provider: spell.provider,
                    from: spell.started_on,
                    until: spell.ended_on,
                    spells: place..place + 1,
                    sent_by: Some(spell.sent_by),
                }),
            }
        }
    }

    /// The spells of a stretch.
    pub fn of(&self, stretch: &Stretch) -> &[Spell] {
        &self.spells[stretch.spells.clone()]
    }

    /// What a stretch rests on.
    pub fn evidence(&self, stretch: &Stretch) -> impl Iterator<Item = Identity> {
        self.of(stretch).iter().map(|row| spell(row.spell))
    }
}

/// The one party that all these stretches came from, where it is one.
pub(super) fn one_sender<'s>(mut stretches: impl Iterator<Item = &'s Stretch>) -> Option<Name> {
    let mut senders = Vec::new();
    if stretches.all(|stretch| stretch.sent_by.map(|sender| senders.push(sender)).is_some()) {
        one_party(senders)
    } else {
        None
    }
}
