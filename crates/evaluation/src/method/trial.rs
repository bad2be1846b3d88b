//! Two groups that a lot made, person by person: what the offer changed.

use std::rc::Rc;

use meed_statistics::{Clusters, Matrix, Refusal, Warning};
use meed_terms::OutcomeKind::{Count, Number, YesNo};

use super::{Answer, ColumnRole, Fixed, Method, Of, Run, Setting, Takes, lot, means};
use crate::{
    people::People,
    report::{Effect, RefusalSaid, Role, Scale},
    trial::{self, Error, Lot},
    words::{About, effect, effect_or_warning},
};

const ERROR: Setting = Setting {
    name: "error",
    takes: Takes::Word(&["welch", "hc2", "even"]),
    default: Some("welch"),
    about: "what is assumed of how outcomes spread: each side in its own way (`welch`, or `hc2` with one degree of freedom for each person but two), or alike on both sides",
};
const ADJUST: Setting = Setting {
    name: "adjust",
    takes: Takes::Word(&["lin", "straight", "none"]),
    default: Some("lin"),
    about: "how covariates are taken into account in a second figure: with slopes of their own on each side (Lin 2013), with the same slopes, or not at all",
};
const MAIN: Setting = Setting {
    name: "main",
    takes: Takes::Word(&["plain", "adjusted"]),
    default: Some("plain"),
    about: "which of the two figures answers the question; the other stands beside it",
};

/// A difference of means.
pub(super) const DIFFERENCE: Method = Method {
    name: "difference",
    about: "The mean of those whom a lot gave the programme less the mean of the others, each side with a spread of its own (Welch); beside it the same with covariates taken into account (Lin), and the lot drawn again.",
    page: "trial.md",
    settings: &[ERROR, ADJUST, MAIN, lot::RELABELLINGS],
    roles: &[],
    uses: &[ColumnRole::Covariates, ColumnRole::Stratum],
    kinds: &[YesNo, Number, Count],
    by_lot: true,
    of: Of::People,
    fix: difference,
};

fn difference(run: &Run<'_>) -> Result<Fixed, RefusalSaid> {
    let people = Rc::new(run.people.clone());
    let mut covariates = Matrix::of_rows(people.len());
    for (name, column) in people.adjusted_columns() {
        covariates.push(name, column)?;
    }
    let settings = run.settings;
    let error = match settings.word("error") {
        Some("hc2") => Error::Hc2,
        Some("even") => Error::Even,
        _ => Error::Welch,
    };
    let adjusted_is_main = settings.word("main") == Some("adjusted");
    let adjust = match settings.word("adjust") {
        Some("none") => None,
        _ if covariates.columns() == 0 => None,
        how => Some(how == Some("lin")),
    };
    if adjusted_is_main && adjust.is_none() {
        return Err(Refusal::too_few("covariates to take into account, as `main = \"adjusted\"` asks for", 0, 1).into());
    }
    let (level, about, scale, seed) = (run.level, run.about.clone(), run.scale(), run.seed);
    let relabellings = settings.whole("relabellings");
    let own = people.clone();
    let estimate = move |outcomes: &crate::outcomes::Outcomes| {
        let y = &outcomes.values;
        let mut answer = Answer::default();
        let plain = trial::difference(&own.treated, y, error, level)?;
        let sides = Some((plain.treated_mean, plain.comparison_mean));
        let role = |main: bool| if main { Role::Main } else { Role::Beside };
        let plain = effect("Difference", role(!adjusted_is_main), scale, plain.effect, sides, &about);
        if let Some(slopes_of_their_own) = adjust {
            let title = "Difference, covariates taken into account";
            let found = match slopes_of_their_own {
                true => trial::lin(&own.treated, y, &covariates, level),
                false => trial::straight(&own.treated, y, &covariates, error, level),
            };
            let made = found.map_err(RefusalSaid::from).map(|found| {
                answer.warnings.extend(found.warnings);
                effect(title, role(adjusted_is_main), scale, found.effect, None, &about)
            });
            if adjusted_is_main {
                answer.effects.push(made?);
                answer.effects.push(plain);
            } else {
                answer.effects.push(plain);
                effect_or_warning(title, made, &mut answer.effects, &mut answer.warnings);
            }
        } else {
            answer.effects.push(plain);
        }
        reduction(&own, y, None, level, scale, &about, &mut answer);
        let strata = own.stratum.as_ref().map(|stratum| Clusters::new("stratum", stratum));
        let lot = strata.as_ref().map_or(Lot::People, Lot::Within);
        answer.sensitivity.extend(lot::drawn_again(&own.treated, y, &lot, relabellings, seed)?);
        Ok(answer)
    };
    let mut fixed = Fixed::everybody(&people, Box::new(estimate));
    fixed.warnings.extend(unlike_shares(&people));
    Ok(fixed)
}

/// The relative reduction, where the outcome has no unit of its own; `sets` are clusters that errors lie between.
pub(super) fn reduction(
    people: &People,
    outcome: &[f64],
    sets: Option<&[usize]>,
    level: f64,
    scale: Scale,
    about: &About,
    answer: &mut Answer,
) {
    if scale != Scale::Share && !about.unit.is_empty() {
        return;
    }
    const TITLE: &str = "Relative reduction";
    let made: Result<Effect, RefusalSaid> = means(&people.treated, outcome, &vec![1.0; people.len()], sets)
        .and_then(|means| means.reduction(level))
        .map_err(RefusalSaid::from)
        .map(|reduction| effect(TITLE, Role::Beside, Scale::RelativeReduction, reduction, None, about));
    effect_or_warning(TITLE, made, &mut answer.effects, &mut answer.warnings);
}

/// Strata in which a lot gave the programme to other shares of people are not one lot.
fn unlike_shares(people: &People) -> Option<Warning> {
    /// Shares this far apart are told of: our default.
    const APART: f64 = 0.1;
    let strata = Clusters::new("stratum", people.stratum.as_ref()?);
    let shares: Vec<f64> = strata
        .members()
        .iter()
        .map(|rows| rows.iter().filter(|&&row| people.treated[row]).count() as f64 / rows.len() as f64)
        .collect();
    let least = shares.iter().copied().fold(f64::INFINITY, f64::min);
    let most = shares.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    (most - least > APART).then(|| {
        Warning::new(
            "shares-differ-between-strata",
            format!(
                "in one stratum {:.0} of 100 had the programme, in another {:.0}: the plain difference mixes the programme with the strata",
                least * 100.0,
                most * 100.0
            ),
            "list the stratum among the covariates and set `main = \"adjusted\"`",
        )
    })
}
