//! A lot that decided who was offered the programme, and people who decided whether to take it up.

use std::rc::Rc;

use meed_statistics::{Clusters, Matrix, Refusal};
use meed_terms::OutcomeKind::{Count, Number, YesNo};

use super::{Answer, ColumnRole, Fixed, Method, Of, Run, lot, trial::reduction};
use crate::{
    report::{Cell, RefusalSaid, Role, Sensitivity, Table},
    trial::{Beside, Error, Lot, difference, take_up, take_up_beside},
    words::{effect, effect_or_warning, figure},
};

/// The offer beside what people made of it.
pub(super) const TAKE_UP: Method = Method {
    name: "take-up",
    about: "What the offer changed (intention to treat), and beside it what the programme changed for those who took it up because it was offered (instrument: the lot); with covariates and strata taken into account, and errors between clusters, where the plan names them.",
    page: "trial.md",
    settings: &[lot::RELABELLINGS],
    roles: &[ColumnRole::TookUp],
    uses: &[ColumnRole::Covariates, ColumnRole::Cluster, ColumnRole::Stratum],
    kinds: &[YesNo, Number, Count],
    by_lot: true,
    of: Of::People,
    fix: by_take_up,
};

fn by_take_up(run: &Run<'_>) -> Result<Fixed, RefusalSaid> {
    let people = Rc::new(run.people.clone());
    let (level, about, scale, seed) = (run.level, run.about.clone(), run.scale(), run.seed);
    let relabellings = run.settings.whole("relabellings");
    let own = people.clone();
    let clusters = people.cluster.as_ref().map(|cluster| Clusters::new("cluster", cluster));
    let strata = people.stratum.as_ref().map(|stratum| Clusters::new("stratum", stratum));
    let mut columns = Matrix::of_rows(people.len());
    for (name, column) in people.adjusted_columns() {
        columns.push(name, column)?;
    }
    if let Some(stratum) = &people.stratum {
        columns.push_categories("stratum", stratum)?;
    }
    let together = clusters.as_ref().is_some_and(|clusters| {
        clusters.members().iter().all(|rows| rows.iter().all(|&row| people.treated[row] == people.treated[rows[0]]))
    });
    let mut fixed = Fixed::everybody(
        &people,
        Box::new(move |outcomes| {
            let y = &outcomes.values;
            let taken = own.took_up.as_deref().unwrap_or_default();
            let mut answer = Answer::default();
            let beside = Beside { columns: &columns, clusters: clusters.as_ref() };
            let plain = columns.columns() == 0 && clusters.is_none();
            let found = match plain {
                true => take_up(&own.treated, taken, y, level),
                false => take_up_beside(&own.treated, taken, y, beside, level),
            };
            let offer = match (plain, &found) {
                (false, Ok(found)) => found.offer.clone(),
                (
                    false,
                    Err(
                        refusal @ (Refusal::TooFewClusters { .. }
                        | Refusal::OneCluster { .. }
                        | Refusal::SingularDesign { .. }),
                    ),
                ) => {
                    return Err(refusal.clone().into());
                }
                _ => difference(&own.treated, y, Error::Welch, level)?,
            };
            let sides = Some((offer.treated_mean, offer.comparison_mean));
            answer.effects.push(effect("Effect of the offer", Role::Main, scale, offer.effect, sides, &about));
            let sets = clusters.as_ref().map(Clusters::of);
            reduction(&own, y, sets, level, scale, &about, &mut answer);
            let title = "Effect on those who took it up because it was offered";
            match found {
                Ok(found) => {
                    answer.warnings.extend(found.warnings);
                    answer.effects.push(effect(title, Role::Beside, scale, found.movers, None, &about));
                    answer.sensitivity.extend(found.anderson_rubin.map(|interval| Sensitivity {
                        name: "anderson-rubin".into(),
                        question: "How sure is the effect on those who took it up, if the offer moved few?".into(),
                        answer: format!(
                            "Effects from {} to {} are not ruled out (Anderson and Rubin), however few the offer moved.",
                            figure(interval.low),
                            figure(interval.high)
                        ),
                        figures: vec![
                            ("lower limit".into(), interval.low),
                            ("upper limit".into(), interval.high),
                        ],
                    }));
                }
                Err(refusal) => {
                    effect_or_warning(title, Err(refusal.into()), &mut answer.effects, &mut answer.warnings);
                }
            }
            // Who takes a thing up is another sort of person: this is what must not be said, side by side with what may.
            let title = "Naive: those who took it up against those who did not";
            let naive = difference(taken, y, Error::Welch, level).map_err(RefusalSaid::from).map(|found| {
                let sides = Some((found.treated_mean, found.comparison_mean));
                effect(title, Role::Naive, scale, found.effect, sides, &about)
            });
            effect_or_warning(title, naive, &mut answer.effects, &mut answer.warnings);
            let lot = match (&clusters, &strata) {
                (Some(clusters), _) if together => Lot::Among(clusters),
                (_, Some(strata)) => Lot::Within(strata),
                _ => Lot::People,
            };
            answer.sensitivity.extend(lot::drawn_again(&own.treated, y, &lot, relabellings, seed)?);
            Ok(answer)
        }),
    );
    fixed.tables.push(taken_up(&people));
    Ok(fixed)
}

/// The shares who took it up: known before any outcome.
fn taken_up(people: &crate::people::People) -> Table {
    let taken = people.took_up.as_deref().unwrap_or_default();
    let share = |arm: bool| {
        let own = (0..people.len()).filter(|&row| people.treated[row] == arm);
        let (count, of) = own.fold((0, 0), |(count, of), row| (count + usize::from(taken[row]), of + 1));
        // A share that gives away how few they are is not shown.
        let small = crate::balance::SMALLEST;
        let shown = (count == 0 || count >= small) && (count == of || of - count >= small);
        if shown && of > 0 { Cell::Number(100.0 * f64::from(count as u32) / f64::from(of as u32)) } else { Cell::Empty }
    };
    Table {
        title: "Who took it up, in percent".into(),
        columns: vec!["Side".into(), "Share".into()],
        rows: vec![
            vec![Cell::Text("offered".into()), share(true)],
            vec![Cell::Text("not offered".into()), share(false)],
        ],
    }
}
