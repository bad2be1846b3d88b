//! Comparisons of two groups that chance made.

use std::rc::Rc;

use meed_terms::OutcomeKind::{Count, Number, YesNo};

use super::{Answer, Fixed, Method, Of, Run, means};
use crate::{
    report::{RefusalSaid, Role, Scale},
    words::{effect, effect_or_warning},
};

/// A plain difference of means.
pub(super) const DIFFERENCE: Method = Method {
    name: "difference",
    about: "The mean of those with the programme less the mean of those without, with an error that allows each side a spread of its own.",
    page: "settings.md",
    settings: &[],
    roles: &[],
    kinds: &[YesNo, Number, Count],
    by_lot: true,
    of: Of::People,
    fix: difference,
};

fn difference(run: &Run<'_>) -> Result<Fixed, RefusalSaid> {
    let people = Rc::new(run.people.clone());
    let (level, about, scale) = (run.level, run.about.clone(), run.scale());
    let own = people.clone();
    Ok(Fixed::everybody(
        &people,
        Box::new(move |outcomes| {
            let weights = vec![1.0; own.len()];
            let means = means(&own.treated, &outcomes.values, &weights, None)?;
            let sides = Some((means.treated, means.comparison));
            let mut answer = Answer::default();
            answer.effects.push(effect("Difference", Role::Main, scale, means.difference(level)?, sides, &about));
            if scale == Scale::Share || about.unit.is_empty() {
                let reduction = means.reduction(level).map_err(RefusalSaid::from).map(|reduction| {
                    effect("Relative reduction", Role::Beside, Scale::RelativeReduction, reduction, None, &about)
                });
                effect_or_warning("Relative reduction", reduction, &mut answer.effects, &mut answer.warnings);
            }
            Ok(answer)
        }),
    ))
}
