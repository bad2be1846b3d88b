//! `recovery/abstinent`: nothing used, of what the person came for, at enough reviews.

use super::reviews::{Achieved, Reviews, all_zero, items_answered, presenting};
use crate::{
    day::Span,
    list::{Pass, Set},
    names::Name,
    out::Out,
    walk::{Looks, Table},
};

pub(crate) fn looks() -> Looks {
    super::reviews::looks().at(Table::Spells, &["problem1", "problem2", "problem3"])
}

pub(crate) fn prepare(set: &mut Set<'_>) -> Option<Box<dyn Pass>> {
    let near = set.span("start_within")?;
    Some(Box::new(Abstinent { reviews: Reviews::prepare(set)?, near, items: Vec::new(), start: Vec::new() }))
}

struct Abstinent {
    reviews: Reviews,
    near: Span,
    items: Vec<Name>,
    start: Vec<(Name, Option<i128>)>,
}

impl Pass for Abstinent {
    fn person(&mut self, out: &mut Out<'_>) {
        let Abstinent { reviews, near, items, start } = self;
        let person = out.person;
        for spell in person.spells {
            if !reviews.is_treatment(spell) {
                continue;
            }
            presenting(spell, items);
            reviews.at_start(person, spell, *near, start);
            let unused = items.iter().filter(|item| start.contains(&(**item, Some(0)))).count();
            let why_not = match items.len() {
                0 => Some("came with no substance"),
                all if unused == all => Some("used none of what they came for at the start"),
                _ => None,
            };
            if why_not.is_some() && out.only_what_counts() {
                continue;
            }
            reviews.gather(person, out.names, spell, items, |day| {
                items_answered(day, items) == items.len() && all_zero(day)
            });
            let achieved = reviews.reached().map(Achieved::Reached);
            reviews.say(out, spell, why_not, achieved);
        }
    }
}
