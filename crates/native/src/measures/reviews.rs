//! Outcomes that reviews show: answers day by day, and enough good days within a window.

use std::cmp::Ordering;

use meed_measures::Standing;

use crate::{
    day::{Day, Span},
    list::Set,
    names::{Name, Names},
    out::{Identity, Occurrence, Out, Said, one_party, spell},
    person::{Person, Review, Spell},
    walk::{Looks, Table},
};

/// What every measure of reviews looks at.
pub(super) fn looks() -> Looks {
    Looks::default().at(Table::Spells, &[]).at(Table::Reviews, &[])
}

/// The reviews of one spell, day by day.
pub(super) struct Reviews {
    treatment: Name,
    start: Name,
    review: Name,
    exit: Name,
    as_of: Day,
    /// How many good days are needed, and within what.
    needed: i64,
    within: Span,
    /// Answers of the spell being looked at, by day and identity.
    pub answers: Vec<Review>,
    pub days: Vec<ReviewDay>,
}

/// The answers of one day.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReviewDay {
    pub on: Day,
    from: usize,
    until: usize,
    pub good: bool,
}

/// How an outcome was achieved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Achieved {
    /// On the last of enough good days.
    Reached(Day),
    /// At the exit review of this day alone.
    AtExit(Day),
}

impl Achieved {
    pub fn on(self) -> Day {
        match self {
            Achieved::Reached(on) | Achieved::AtExit(on) => on,
        }
    }
}

impl Reviews {
    /// Reads the parameters that these measures share.
    pub fn prepare(set: &mut Set<'_>) -> Option<Reviews> {
        let (needed, within) = (set.count("reviews")?, set.span("within")?);
        let [treatment, start, review, exit] = ["treatment", "start", "review", "exit"].map(|name| set.names.of(name));
        let (answers, days) = (Vec::new(), Vec::new());
        Some(Reviews { treatment, start, review, exit, as_of: set.as_of, needed, within, answers, days })
    }

    pub fn is_treatment(&self, spell: &Spell) -> bool {
        spell.kind == self.treatment
    }

    /// What the start review says, the highest answer for each item: the latest review of that stage near the first
    /// day of the spell.
    pub fn at_start(&self, person: &Person<'_>, spell: &Spell, near: Span, to: &mut Vec<(Name, Option<i128>)>) {
        to.clear();
        let own = |review: &&Review| review.provider == spell.provider && review.stage == self.start;
        let started_on = spell.started_on;
        let is_near = |review: &&Review| match review.reviewed_on {
            on if on > started_on => started_on.plus_reaches(near, on),
            on => on.plus_reaches(near, started_on),
        };
        let reviews = person.reviews.iter();
        let Some(on) = reviews.clone().filter(own).filter(is_near).map(|review| review.reviewed_on).max() else {
            return;
        };
        for review in reviews.filter(own).filter(|review| review.reviewed_on == on) {
            match to.iter_mut().find(|(item, _)| *item == review.item) {
                Some((_, value)) => *value = (*value).max(review.value),
                None => to.push((review.item, review.value)),
            }
        }
    }

    /// Gathers the answers on these items at reviews within the spell, and says of each day whether it is good.
    pub fn gather(
        &mut self,
        person: &Person<'_>,
        names: &Names,
        spell: &Spell,
        items: &[Name],
        mut good: impl FnMut(&[Review]) -> bool,
    ) {
        self.answers.clear();
        self.days.clear();
        for review in person.reviews {
            let on = review.reviewed_on;
            let inside = match spell.ended_on {
                None => true,
                Some(ended) => on < ended || (review.stage == self.exit && on == ended),
            };
            if inside
                && review.provider == spell.provider
                && (review.stage == self.review || review.stage == self.exit)
                && on > spell.started_on
                && on <= self.as_of
                && items.contains(&review.item)
            {
                self.answers.push(*review);
            }
        }
        self.answers.sort_by(|a, b| a.reviewed_on.cmp(&b.reviewed_on).then_with(|| by_identity(person, names, a, b)));
        let mut from = 0;
        while from < self.answers.len() {
            let on = self.answers[from].reviewed_on;
            let until = from + self.answers[from..].iter().take_while(|answer| answer.reviewed_on == on).count();
            self.days.push(ReviewDay { on, from, until, good: good(&self.answers[from..until]) });
            from = until;
        }
    }

    /// The first good day with enough good days, itself among them, in the window that ends with it.
    pub fn reached(&self) -> Option<Day> {
        let good = || self.days.iter().filter(|day| day.good);
        let enough = |last: &&ReviewDay| {
            let count = good().filter(|day| self.in_window(day.on, last.on)).count() as i64;
            count > 0 && count >= self.needed
        };
        good().find(enough).map(|day| day.on)
    }

    /// The first day whose answers of the exit review alone are these.
    pub fn at_exit(&self, good: impl Fn(&[Review]) -> bool) -> Option<Day> {
        let mut of_exit = Vec::new();
        self.days
            .iter()
            .map(|day| {
                of_exit.clear();
                of_exit.extend(self.answers[day.from..day.until].iter().filter(|answer| answer.stage == self.exit));
                (!of_exit.is_empty() && good(&of_exit)).then_some(day.on)
            })
            .find_map(|on| on)
    }

    fn in_window(&self, on: Day, last: Day) -> bool {
        on <= last && on.plus_is_after(self.within, last)
    }

    /// The answers an outcome rests on.
    fn counted(&self, achieved: Achieved) -> impl Iterator<Item = &Review> {
        self.days.iter().flat_map(move |day| {
            let answers = &self.answers[day.from..day.until];
            let counts = match achieved {
                Achieved::Reached(last) => day.good && self.in_window(day.on, last),
                Achieved::AtExit(on) => day.on == on,
            };
            let of_exit = matches!(achieved, Achieved::AtExit(_));
            answers.iter().filter(move |answer| counts && (!of_exit || answer.stage == self.exit))
        })
    }

    /// Says of a spell how it stands.
    pub fn say(&self, out: &mut Out<'_>, of: &Spell, why_not: Option<&'static str>, achieved: Option<Achieved>) {
        let open = of.ended_on.is_none_or(|ended| ended > self.as_of);
        let standing = match (why_not, achieved) {
            (Some(_), _) => Standing::NotEligible,
            (None, Some(_)) => Standing::Achieved,
            (None, None) if open => Standing::Pending,
            (None, None) => Standing::NotAchieved,
        };
        let sent_by = match achieved {
            Some(achieved) => one_party(self.counted(achieved).map(|answer| answer.sent_by)),
            None => Some(of.sent_by),
        };
        let said = Said {
            provider: of.provider,
            occurrence: Occurrence::Key(of.spell),
            standing,
            occurred_on: achieved.filter(|_| why_not.is_none()).map(Achieved::on),
            until: None,
            ended_by: None,
            sent_by,
        };
        out.say(
            said,
            |evidence| {
                evidence.push(spell(of.spell));
                match achieved {
                    Some(achieved) => evidence.extend(self.counted(achieved).map(identity)),
                    None => evidence.extend(self.answers.iter().map(identity)),
                }
            },
            |_| match (why_not, standing) {
                (Some(why), _) => Some(why.to_owned()),
                (None, Standing::NotAchieved) => Some(self.reason()),
                _ => None,
            },
        );
    }

    fn reason(&self) -> String {
        if self.days.is_empty() {
            return "no review answers it".to_owned();
        }
        let good = self.days.iter().filter(|day| day.good).count();
        let said = format!("{good} of {} reviews fulfil it", self.days.len());
        match self.answers.iter().any(|answer| answer.value.is_none()) {
            true => said + "; an answer was not disclosed, which is not zero",
            false => said,
        }
    }
}

/// Whether all of these answers were disclosed, and the highest is nothing.
pub(super) fn all_zero(answers: &[Review]) -> bool {
    answers.iter().all(|answer| answer.value.is_some())
        && answers.iter().map(|answer| answer.value).max() == Some(Some(0))
}

/// How many of these items are answered.
pub(super) fn items_answered(answers: &[Review], items: &[Name]) -> usize {
    items.iter().filter(|item| answers.iter().any(|answer| answer.item == **item)).count()
}

/// What the person came for help with, each substance once.
pub(super) fn presenting(spell: &Spell, to: &mut Vec<Name>) {
    to.clear();
    for item in spell.problems.iter().flatten() {
        if !to.contains(item) {
            to.push(*item);
        }
    }
}

fn identity(answer: &Review) -> Identity {
    Identity { table: "reviews", key: answer.review, item: Some(answer.item) }
}

/// As the texts of the two identities compare.
fn by_identity(person: &Person<'_>, names: &Names, a: &Review, b: &Review) -> Ordering {
    let bytes = |answer: &Review| {
        let (review, item) = (person.text(answer.review), names.text(answer.item));
        review.bytes().chain([b'/']).chain(item.bytes())
    };
    bytes(a).cmp(bytes(b))
}
