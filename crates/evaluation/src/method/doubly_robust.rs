//! Weights and a regression of the outcome together: right if either of the two is.

use meed_terms::OutcomeKind::{Count, Number, YesNo};

use super::{Answer, ColumnRole, Fixed, Method, Of, Run, Setting, Takes, matched};
use crate::{
    matching::{Estimand, Method as How, Outcomes as What, Weighting},
    report::{Cell, RefusalSaid, Role, Table},
    words::effect,
};

/// Augmented inverse-probability weighting.
pub(super) const DOUBLY_ROBUST: Method = Method {
    name: "doubly-robust",
    about: "Comparison people count by how alike they are, and a regression of the outcome on the covariates takes out what the weights leave: right if either the score or the regression is (augmented inverse-probability weighting).",
    page: "matching.md",
    settings: &[Setting { takes: Takes::Word(&["treated", "everyone"]), ..matched::ESTIMAND }, matched::SCORE],
    roles: &[ColumnRole::Covariates],
    uses: &[],
    kinds: &[YesNo, Number, Count],
    by_lot: false,
    of: Of::People,
    fix: doubly_robust,
};

fn doubly_robust(run: &Run<'_>) -> Result<Fixed, RefusalSaid> {
    let how = How::Weighting(Weighting { estimand: matched::of(run.settings), trim: 0.0 });
    let (fixed, sample) = matched::sampled(run, how, &[], run.settings.word("score"), Vec::new())?;
    let flow = sample.flow();
    if flow.treated_unmatched > 0 {
        return Err(RefusalSaid {
            code: "no-overlap".into(),
            what: "some of those with the programme have nobody without it who is like them, so that nothing stands for what would have happened to them".into(),
            remedy: "ask in a new plan for the effect on those who can be compared: `weights` or `nearest` leaves the others out and says so".into(),
        });
    }
    let covariates: Vec<String> =
        run.people.covariates.iter().filter(|covariate| covariate.adjusted).map(|c| c.name.clone()).collect();
    let (level, about, scale) = (run.level, run.about.clone(), run.scale());
    let by_weights = fixed.estimate;
    let estimate = move |outcomes: &crate::outcomes::Outcomes| {
        let found = sample.doubly_robust(&What::known(outcomes.values.clone()), &covariates, level)?;
        let mut answer = Answer::default();
        // The same weights without the regression: how much the regression moves.
        let plain = by_weights(outcomes)?;
        let own = plain.effects.first().and_then(|plain| plain.treated).filter(|_| found.estimand == Estimand::Treated);
        let sides = own.map(|own| (own, own - found.difference.value));
        let title = "Difference, by weights and regression";
        answer.effects.push(effect(title, Role::Main, scale, found.difference, sides, &about));
        answer.warnings = plain.warnings;
        answer.effects.extend(plain.effects.into_iter().map(|plain| {
            let title = if plain.role == Role::Main { "Difference, by weights alone".into() } else { plain.title };
            crate::report::Effect { title, role: Role::Beside, ..plain }
        }));
        answer.tables.push(Table {
            title: "What the error rests on".into(),
            columns: vec!["What".into(), "Value".into()],
            rows: vec![
                vec![Cell::Text("How the error was worked out".into()), Cell::Text(found.error)],
                vec![Cell::Text("Covariates of the regression".into()), Cell::Text(found.covariates.join(", "))],
            ],
        });
        Ok(answer)
    };
    Ok(Fixed { estimate: Box::new(estimate), ..fixed })
}
