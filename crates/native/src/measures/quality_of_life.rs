//! `recovery/quality-of-life`: a rating at or above the norm at enough reviews.

use super::reviews::{Achieved, Reviews};
use crate::{
    list::{Pass, Set, in_twelve_places},
    names::Name,
    out::Out,
    walk::Looks,
};

pub(crate) fn looks() -> Looks {
    super::reviews::looks()
}

pub(crate) fn prepare(set: &mut Set<'_>) -> Option<Box<dyn Pass>> {
    let norm = set.number("norm")?;
    let rating = set.names.of("QUALLIFE");
    Some(Box::new(QualityOfLife { reviews: Reviews::prepare(set)?, norm, rating }))
}

struct QualityOfLife {
    reviews: Reviews,
    /// In twelve places.
    norm: i128,
    rating: Name,
}

impl Pass for QualityOfLife {
    fn person(&mut self, out: &mut Out<'_>) {
        let QualityOfLife { reviews, norm, rating } = self;
        let person = out.person;
        for spell in person.spells {
            if !reviews.is_treatment(spell) {
                continue;
            }
            reviews.gather(person, out.names, spell, &[*rating], |day| {
                day.iter().all(|answer| answer.value.is_some_and(|value| in_twelve_places(value) >= *norm))
            });
            let achieved = reviews.reached().map(Achieved::Reached);
            reviews.say(out, spell, None, achieved);
        }
    }
}
