//! Areas with the programme against others, before and after, yes or no, when areas have something of their own.

use std::rc::Rc;

use meed_statistics::{Matrix, mixed::MixedOptions};
use meed_terms::OutcomeKind::YesNo;

use super::{
    Answer, ColumnRole, Fixed, Method, Of, Run, Setting, Takes,
    beginning::{self, BEGAN},
};
use crate::{
    panel::{Areas, codes, mixed_difference},
    report::{Cell, RefusalSaid, Role, Scale, Table},
    words::effect,
};

/// A mixed logit.
pub(super) const AREAS: Method = Method {
    name: "areas",
    about: "What changed for people of pilot areas beyond what changed for people of others, covariates and what each area has of its own taken into account (mixed logit): the form in which the English recovery pilots were evaluated.",
    page: "mixed.md",
    settings: &[
        BEGAN,
        Setting {
            name: "points",
            takes: Takes::Whole(1, 51),
            default: Some("9"),
            about: "points of the quadrature over areas; 1 is Laplace's approximation",
        },
    ],
    roles: &[ColumnRole::Cluster, ColumnRole::Time],
    uses: &[ColumnRole::FirstTreated, ColumnRole::Covariates],
    kinds: &[YesNo],
    by_lot: false,
    of: Of::Panel,
    fix: areas,
};

fn areas(run: &Run<'_>) -> Result<Fixed, RefusalSaid> {
    let after = beginning::after(run, beginning::beginning(run)?)?;
    let people = Rc::new(run.people.clone());
    let area = codes(people.cluster.as_deref().unwrap_or_default()).1;
    let mut covariates = Matrix::of_rows(people.len());
    for (name, column) in people.adjusted_columns() {
        covariates.push(name, column)?;
    }
    let options = MixedOptions { points: run.settings.whole("points"), level: run.level };
    let about = run.about.clone();
    let own = people.clone();
    Ok(Fixed::everybody(
        &people,
        Box::new(move |outcomes| {
            let with: Vec<u32> = outcomes.values.iter().map(|value| u32::from(*value == 1.0)).collect();
            let of = vec![1; with.len()];
            let found = mixed_difference(
                &Areas {
                    with: &with,
                    of: &of,
                    area: &area,
                    pilot: &own.treated,
                    after: &after,
                    covariates: (covariates.columns() > 0).then_some(&covariates),
                },
                options,
            )?;
            let mut answer = Answer { warnings: found.warnings, ..Answer::default() };
            let title = "Change of the odds beyond the change without, within areas";
            answer.effects.push(effect(title, Role::Main, Scale::OddsRatio, found.odds_ratio, None, &about));
            let rows = found.model.terms.iter().map(|(name, term)| {
                vec![
                    Cell::Text(name.clone()),
                    Cell::Number(term.value),
                    Cell::Number(term.standard_error),
                    Cell::Number(term.value.exp()),
                    Cell::Number(term.p),
                ]
            });
            answer.tables.push(Table {
                title: "The regression".into(),
                columns: ["Column", "Coefficient", "Error", "Odds, times", "By chance"].map(str::to_owned).to_vec(),
                rows: rows.collect(),
            });
            let line = |name: &str, value: f64| vec![Cell::Text(name.into()), Cell::Number(value)];
            answer.tables.push(Table {
                title: "Areas".into(),
                columns: vec!["What".into(), "Value".into()],
                rows: vec![
                    line("areas with the programme", found.areas.0 as f64),
                    line("areas without", found.areas.1 as f64),
                    line("change in points, for people in areas with the programme afterwards", found.points * 100.0),
                    line("standard deviation between areas, of log odds", found.model.spread),
                    line("share of all variation that lies between areas", found.model.between),
                ],
            });
            Ok(answer)
        }),
    ))
}
