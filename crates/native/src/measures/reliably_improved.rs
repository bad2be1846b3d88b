//! `recovery/reliably-improved`: enough days of use fewer than at the start, at enough reviews.

use super::reviews::{Achieved, Reviews, items_answered, presenting};
use crate::{
    day::Span,
    list::{Pass, Set, in_twelve_places},
    names::Name,
    out::Out,
    person::Review,
    walk::{Looks, Table},
};

pub(crate) fn looks() -> Looks {
    super::reviews::looks().at(Table::Spells, &["problem1", "problem2", "problem3"])
}

pub(crate) fn prepare(set: &mut Set<'_>) -> Option<Box<dyn Pass>> {
    let (near, threshold) = (set.span("start_within")?, set.number("threshold_days")?);
    let (items, start) = (Vec::new(), Vec::new());
    Some(Box::new(ReliablyImproved { reviews: Reviews::prepare(set)?, near, threshold, items, start }))
}

struct ReliablyImproved {
    reviews: Reviews,
    near: Span,
    /// In twelve places.
    threshold: i128,
    items: Vec<Name>,
    start: Vec<(Name, Option<i128>)>,
}

impl Pass for ReliablyImproved {
    fn person(&mut self, out: &mut Out<'_>) {
        let ReliablyImproved { reviews, near, threshold, items, start } = self;
        let (person, threshold) = (out.person, *threshold);
        for spell in person.spells {
            if !reviews.is_treatment(spell) {
                continue;
            }
            presenting(spell, items);
            reviews.at_start(person, spell, *near, start);
            let at_start = |item: Name| start.iter().find(|(known, _)| *known == item).and_then(|(_, value)| *value);
            let disclosed = items.iter().filter(|item| at_start(**item).is_some()).count();
            let enough = |value: i128| in_twelve_places(value) >= threshold;
            let improvable = items.iter().filter(|item| at_start(**item).is_some_and(enough)).count();
            let why_not = match items.len() {
                0 => Some("came with no substance"),
                all if disclosed < all => Some("use at the start is not known for every substance"),
                all if improvable < all => Some("too few days of use at the start to improve reliably"),
                _ => None,
            };
            let improved = |answer: &Review| {
                at_start(answer.item).zip(answer.value).is_some_and(|(before, now)| enough(before - now))
            };
            if why_not.is_some() && out.only_what_counts() {
                continue;
            }
            reviews.gather(person, out.names, spell, items, |day| {
                items_answered(day, items) == items.len() && day.iter().all(improved)
            });
            let achieved = reviews.reached().map(Achieved::Reached);
            reviews.say(out, spell, why_not, achieved);
        }
    }
}
