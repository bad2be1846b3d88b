//! `recovery/housing-resolved`: no housing problem any more at enough reviews, or at exit.

use super::reviews::{Achieved, Reviews, all_zero, items_answered};
use crate::{
    day::Span,
    list::{Pass, Set},
    names::Name,
    out::Out,
    person::Review,
    walk::{Looks, Table},
};

pub(crate) fn looks() -> Looks {
    super::reviews::looks().at(Table::Spells, &["accommodation"])
}

pub(crate) fn prepare(set: &mut Set<'_>) -> Option<Box<dyn Pass>> {
    let near = set.span("start_within")?;
    let questions = ["ACUTHPBM", "HRISK"].map(|item| set.names.of(item));
    let unsettled = set.codes_of_class("accommodation", "unsettled");
    let reviews = Reviews::prepare(set)?;
    Some(Box::new(HousingResolved { reviews, near, questions, unsettled, start: Vec::new() }))
}

struct HousingResolved {
    reviews: Reviews,
    near: Span,
    questions: [Name; 2],
    unsettled: Vec<Name>,
    start: Vec<(Name, Option<i128>)>,
}

impl Pass for HousingResolved {
    fn person(&mut self, out: &mut Out<'_>) {
        let HousingResolved { reviews, near, questions, unsettled, start } = self;
        let person = out.person;
        for spell in person.spells {
            if !reviews.is_treatment(spell) {
                continue;
            }
            reviews.at_start(person, spell, *near, start);
            let yes = |(item, value): &(Name, Option<i128>)| {
                questions.contains(item) && value.is_some_and(|answer| answer > 0)
            };
            let problem = start.iter().any(yes) || spell.accommodation.is_some_and(|home| unsettled.contains(&home));
            let why_not = (!problem).then_some("had no housing problem at the start, as far as is known");
            let resolved = |answers: &[Review]| items_answered(answers, questions) == 2 && all_zero(answers);
            if why_not.is_some() && out.only_what_counts() {
                continue;
            }
            reviews.gather(person, out.names, spell, questions, resolved);
            // Of one day the exit review comes first.
            let (at_exit, reached) = (reviews.at_exit(resolved), reviews.reached());
            let achieved = match (at_exit, reached) {
                (Some(exit), Some(day)) if day < exit => Some(Achieved::Reached(day)),
                (Some(exit), _) => Some(Achieved::AtExit(exit)),
                (None, day) => day.map(Achieved::Reached),
            };
            reviews.say(out, spell, why_not, achieved);
        }
    }
}
