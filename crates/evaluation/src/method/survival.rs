//! How long until it happens: curves of both sides, how much faster one goes, and the time without it.

use std::rc::Rc;

use meed_statistics::{
    Refusal,
    survival::{
        Band, CoxOptions, Curve as Watched, FollowUp, Ties, Weighting, cox, kaplan_meier, log_rank,
        restricted_mean_difference,
    },
};
use meed_terms::OutcomeKind::Time;

use super::{Answer, ColumnRole, Fixed, Method, Of, Run, Setting, Takes, follow_up};
use crate::{
    balance::SMALLEST,
    people::People,
    report::{Cell, Curve, Drawn, Point, RefusalSaid, Role, Scale, Sensitivity, Series, Table},
    words::{effect, effect_or_warning, figure},
};

const TIES: Setting = Setting {
    name: "ties",
    takes: Takes::Word(&["efron", "breslow"]),
    default: Some("efron"),
    about: "how events at the same time are treated",
};
pub(super) const HORIZON: Setting = Setting {
    name: "horizon",
    takes: Takes::Number(0.0, f64::INFINITY),
    default: Some("none"),
    about: "up to when time without the event is compared; to the end of the shorter follow-up when left out",
};

/// Cox's regression.
pub(super) const COX: Method = Method {
    name: "cox",
    about: "How many times as fast it happens with the programme, other things being equal (Cox 1972), with a test of whether that is the same throughout.",
    page: "survival.md",
    settings: &[TIES, HORIZON],
    roles: &[],
    uses: &[ColumnRole::Covariates, ColumnRole::Cluster, ColumnRole::Stratum, ColumnRole::Weight, ColumnRole::Event],
    kinds: &[Time],
    by_lot: false,
    of: Of::People,
    fix: by_cox,
};

/// Curves and the log-rank test.
pub(super) const SURVIVAL: Method = Method {
    name: "survival",
    about: "The time without the event up to a horizon, with the programme less without (restricted mean), with both curves (Kaplan & Meier) and the log-rank test.",
    page: "survival.md",
    settings: &[HORIZON],
    roles: &[],
    uses: &[ColumnRole::Stratum, ColumnRole::Event],
    kinds: &[Time],
    by_lot: false,
    of: Of::People,
    fix: by_curves,
};

/// People with how long they were followed.
fn watched(outcomes: &crate::outcomes::Outcomes) -> Result<FollowUp, RefusalSaid> {
    let event = outcomes.event.as_deref().unwrap_or(&[]);
    Ok(FollowUp::new(&outcomes.values, event)?)
}

/// Both curves, as they may be shown: where fewer than five people are left, a curve ends.
fn curves(people: &People, watch: &FollowUp, level: f64) -> Result<(Series, [Watched; 2]), RefusalSaid> {
    let of = |arm: bool| -> Result<Watched, RefusalSaid> {
        let rows: Vec<usize> = (0..people.len()).filter(|&row| people.treated[row] == arm).collect();
        let time: Vec<f64> = rows.iter().map(|&row| watch.times()[row]).collect();
        let event: Vec<bool> = rows.iter().map(|&row| watch.ended()[row]).collect();
        Ok(kaplan_meier(&FollowUp::new(&time, &event)?, level, Band::Log)?)
    };
    let both = [of(true)?, of(false)?];
    let drawn = |name: &str, curve: &Watched| {
        let start = Point { x: 0.0, y: 1.0, low: None, high: None };
        let steps = curve.steps.iter().take_while(|step| step.at_risk >= SMALLEST as f64);
        let steps = steps.map(|step| Point { x: step.time, y: step.share, low: step.low, high: step.high });
        Curve { name: name.into(), points: std::iter::once(start).chain(steps).collect() }
    };
    let series = Series {
        name: "survival".into(),
        title: "The share to whom it has not happened; a curve ends where fewer than five people are followed".into(),
        drawn: Drawn::Steps,
        along: "time".into(),
        up: "share without the event".into(),
        mark: None,
        level: None,
        curves: vec![drawn("with the programme", &both[0]), drawn("without", &both[1])],
    };
    Ok((series, both))
}

fn tested(people: &People, watch: &FollowUp, answer: &mut Answer) -> Result<(), RefusalSaid> {
    let group: Vec<usize> = people.treated.iter().map(|treated| usize::from(*treated)).collect();
    let strata = people.stratum.as_ref().map(|stratum| crate::panel::codes(stratum).1);
    let test = log_rank(watch, &group, strata.as_deref(), Weighting::default())?;
    let rows = vec![
        vec![Cell::Text("chi-squared".into()), Cell::Number(test.test.statistic)],
        vec![Cell::Text("degrees of freedom".into()), Cell::Number(test.test.df as f64)],
        vec![Cell::Text("by chance".into()), Cell::Number(test.test.p)],
    ];
    let title = if strata.is_some() { "Log-rank test, within strata" } else { "Log-rank test" };
    answer.tables.push(Table { title: title.into(), columns: vec!["What".into(), "Value".into()], rows });
    Ok(())
}

fn days(both: &[Watched; 2], horizon: f64, level: f64, n: usize) -> Result<meed_statistics::Estimate, Refusal> {
    let made = restricted_mean_difference(&both[0], &both[1], horizon, level)?;
    meed_statistics::Estimate::normal(made.days, made.error, level, n)
}

fn by_curves(run: &Run<'_>) -> Result<Fixed, RefusalSaid> {
    let people = Rc::new(run.people.clone());
    let (level, about, asked) = (run.level, run.about.clone(), run.settings.number("horizon"));
    let own = people.clone();
    Ok(Fixed::everybody(
        &people,
        Box::new(move |outcomes| {
            let watch = watched(outcomes)?;
            let followed = follow_up::checked(&own.treated, watch.times(), watch.ended(), asked)?;
            let (series, both) = curves(&own, &watch, level)?;
            let estimate = days(&both, followed.horizon, level, own.len())?;
            let mut answer = Answer { warnings: followed.warnings, ..Answer::default() };
            let title = format!("Time without the event up to {}", figure(followed.horizon));
            answer.effects.push(effect(&title, Role::Main, Scale::Difference, estimate, None, &about));
            answer.series.push(series);
            tested(&own, &watch, &mut answer)?;
            answer.tables.push(medians(&both));
            Ok(answer)
        }),
    ))
}

fn medians(both: &[Watched; 2]) -> Table {
    let cell = |number: Option<f64>| number.map_or(Cell::Empty, Cell::Number);
    let rows = ["with the programme", "without"].iter().zip(both).map(|(name, curve)| {
        let median = curve.median();
        vec![Cell::Text((*name).into()), cell(median.time), cell(median.low), cell(median.high)]
    });
    let columns = ["Side", "Median time", "From", "To"].map(str::to_owned).to_vec();
    Table { title: "When it has happened to half".into(), columns, rows: rows.collect() }
}

fn by_cox(run: &Run<'_>) -> Result<Fixed, RefusalSaid> {
    let people = Rc::new(run.people.clone());
    let columns = people.on_programme()?;
    let strata = people.stratum.as_ref().map(|stratum| crate::panel::codes(stratum).1);
    let clusters = people.cluster.as_ref().map(|cluster| crate::panel::codes(cluster).1);
    let ties = if run.settings.word("ties") == Some("breslow") { Ties::Breslow } else { Ties::Efron };
    let (level, about, asked) = (run.level, run.about.clone(), run.settings.number("horizon"));
    let own = people.clone();
    Ok(Fixed::everybody(
        &people,
        Box::new(move |outcomes| {
            let watch = watched(outcomes)?;
            let followed = follow_up::checked(&own.treated, watch.times(), watch.ended(), asked)?;
            let (series, both) = curves(&own, &watch, level)?;
            let options = CoxOptions {
                ties,
                strata: strata.as_deref(),
                clusters: clusters.as_deref(),
                weights: own.weight.as_deref(),
                level,
            };
            let fit = cox(&watch, &columns, &options)?;
            let mut answer = Answer { warnings: fit.warnings.clone(), ..Answer::default() };
            answer.warnings.extend(followed.warnings);
            let ratio = fit.terms[0].hazard_ratio.clone();
            answer.effects.push(effect("How fast it happens", Role::Main, Scale::HazardRatio, ratio, None, &about));
            let title = format!("Time without the event up to {}, not adjusted", figure(followed.horizon));
            let made = days(&both, followed.horizon, level, own.len()).map_err(RefusalSaid::from);
            let made = made.map(|made| effect(&title, Role::Beside, Scale::Difference, made, None, &about));
            effect_or_warning(&title, made, &mut answer.effects, &mut answer.warnings);
            answer.series.push(series);
            let rows = fit.terms.iter().map(|term| {
                vec![
                    Cell::Text(term.name.clone()),
                    Cell::Number(term.coefficient.value),
                    Cell::Number(term.coefficient.standard_error),
                    Cell::Number(term.hazard_ratio.value),
                    Cell::Number(term.coefficient.p),
                ]
            });
            let columns = ["Column", "Coefficient", "Error", "Times as fast", "By chance"].map(str::to_owned).to_vec();
            answer.tables.push(Table { title: "The regression".into(), columns, rows: rows.collect() });
            tested(&own, &watch, &mut answer)?;
            let proportional = fit.proportionality()?;
            let found = |name: &str| proportional.terms.iter().find(|(known, _)| known == name).map(|(_, test)| test.p);
            let own_p = found("programme").unwrap_or(proportional.global.p);
            answer.sensitivity.push(Sensitivity {
            name: "proportionality".into(),
            question: "Is it as many times as fast throughout?".into(),
            answer: if own_p < 0.05 {
                "It does not seem so: one figure for all the time says too little. Read the curves and the time without the event.".into()
            } else {
                "Nothing speaks against it.".into()
            },
            figures: proportional
                .terms
                .iter()
                .map(|(name, test)| (format!("p of {name}"), test.p))
                .chain([("p of all together".to_owned(), proportional.global.p)])
                .collect(),
        });
            Ok(answer)
        }),
    ))
}
