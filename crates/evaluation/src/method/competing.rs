//! How many it happens to, when something else can happen first: incidence of both sides, with another ending beside.

use std::{collections::BTreeSet, rc::Rc};

use meed_statistics::{
    Estimate, Refusal, Warning,
    survival::{Competing, CoxOptions, Incidence, cox, cumulative_incidence, fine_gray, fine_gray_clustered, gray},
};
use meed_terms::OutcomeKind::Time;

use super::{Answer, ColumnRole, Fixed, Method, Of, Run, follow_up, survival};
use crate::{
    balance::SMALLEST,
    outcomes::Outcomes,
    report::{Cell, Curve, Drawn, Point, RefusalSaid, Role, Scale, Series, Table},
    words::{effect, effect_or_warning, figure},
};

/// Endings that compete.
pub(super) const COMPETING: Method = Method {
    name: "competing",
    about: "The share to whom it has happened by a horizon, with the programme less without, where other endings can come first (Aalen & Johansen); beside it what the programme does to that share over time (Fine & Gray) and to the risk on a day (Cox), with Gray's test; strata are kept apart in the test and in the risk on a day, and clusters give the errors of both regressions.",
    page: "survival.md",
    settings: &[survival::HORIZON],
    roles: &[ColumnRole::OtherEnding],
    uses: &[ColumnRole::Covariates, ColumnRole::Event, ColumnRole::Stratum, ColumnRole::Cluster],
    kinds: &[Time],
    by_lot: false,
    of: Of::People,
    fix: competing,
};

/// The ending that the plan asks about; the others follow it in the order of their names.
const ASKED: usize = 1;

/// How everybody ended, and the names of the other endings: the first is cause 2.
fn endings(outcomes: &Outcomes) -> Result<(Competing, Vec<String>), RefusalSaid> {
    let (event, other) = (outcomes.event.as_deref().unwrap_or(&[]), outcomes.other_ending.as_deref().unwrap_or(&[]));
    let names: BTreeSet<&String> = other.iter().filter(|name| !name.is_empty()).collect();
    let names: Vec<String> = names.into_iter().cloned().collect();
    let mut cause = Vec::with_capacity(event.len());
    for (row, (event, other)) in event.iter().zip(other).enumerate() {
        let which = names.binary_search(other).ok();
        cause.push(match (event, which.is_some()) {
            (true, true) => {
                return Err(Refusal::OutOfRange {
                    what: format!("how the time of row {} ended", row + 1),
                    value: format!("both the event and {other}"),
                    allowed: "one of them, whichever came first, or neither".into(),
                }
                .into());
            }
            (true, false) => Some(ASKED),
            (false, true) => which.map(|which| ASKED + 1 + which),
            (false, false) => None,
        });
    }
    Ok((Competing::new(&outcomes.values, &cause)?, names))
}

/// The shares of both sides to whom each ending came by the horizon, and Gray's test of each: every ending against all
/// others. A share of fewer than five people is not shown.
fn of_each(all: &Competing, names: &[String], treated: &[bool], horizon: f64, level: f64) -> Table {
    let group: Vec<usize> = treated.iter().map(|treated| usize::from(*treated)).collect();
    let side = |arm: bool| all.only(|row| treated[row] == arm).ok();
    let sides = [side(true), side(false)];
    let row = |cause: usize, name: &str| {
        let share = |people: &Option<Competing>| -> Option<(f64, f64)> {
            let people = people.as_ref()?;
            let by = |(time, of): (&f64, &Option<usize>)| *of == Some(cause) && *time <= horizon;
            let count = people.times().iter().zip(people.causes()).filter(|one| by(*one)).count();
            let step = |incidence: Incidence| incidence.at(horizon).ok()?.map(|step| (step.share, step.error));
            (count >= SMALLEST).then(|| step(cumulative_incidence(people, cause, level).ok()?))?
        };
        let shares = [share(&sides[0]), share(&sides[1])];
        let shown = |number: Option<f64>| number.map_or(Cell::Empty, Cell::Number);
        let both = shares[0].zip(shares[1]).and_then(|((own, own_error), (other, other_error))| {
            Estimate::normal(own - other, own_error.hypot(other_error), level, all.people()).ok()
        });
        let tested = gray(all, cause, &group, None).ok().filter(|_| both.is_some()).map(|found| found.test.p);
        vec![
            Cell::Text(name.to_owned()),
            shown(shares[0].map(|share| share.0)),
            shown(shares[1].map(|share| share.0)),
            shown(both.as_ref().map(|both| both.value)),
            shown(both.as_ref().map(|both| both.interval.low)),
            shown(both.as_ref().map(|both| both.interval.high)),
            shown(tested),
        ]
    };
    let named = std::iter::once((ASKED, "the event"))
        .chain(names.iter().enumerate().map(|(nth, name)| (ASKED + 1 + nth, name.as_str())));
    Table {
        title: format!(
            "Each ending against all others: the share to whom it came by {}; a share of fewer than five people is not shown",
            figure(horizon)
        ),
        columns: ["Ending", "With", "Without", "Difference", "From", "To", "By chance (Gray)"]
            .map(String::from)
            .to_vec(),
        rows: named.map(|(cause, name)| row(cause, name)).collect(),
    }
}

fn competing(run: &Run<'_>) -> Result<Fixed, RefusalSaid> {
    let people = Rc::new(run.people.clone());
    let columns = people.on_programme()?;
    let (level, about, asked) = (run.level, run.about.clone(), run.settings.number("horizon"));
    let own = people.clone();
    let strata = people.stratum.as_ref().map(|stratum| crate::panel::codes(stratum).1);
    let clusters = people.cluster.as_ref().map(|cluster| crate::panel::codes(cluster).1);
    Ok(Fixed::everybody(
        &people,
        Box::new(move |outcomes| {
            let (all, names) = endings(outcomes)?;
            let watched: Vec<bool> = all.causes().iter().map(Option::is_some).collect();
            let watch = follow_up::checked(&own.treated, all.times(), &watched, asked)?;
            let side = |arm: bool| all.only(|row| own.treated[row] == arm);
            let (with, without) = (side(true)?, side(false)?);
            let incidence = |side: &Competing, group: &str| {
                cumulative_incidence(side, ASKED, level).map_err(|refusal| match refusal {
                    Refusal::TooFewCases { .. } => Refusal::too_few(&format!("events in {group}"), 0, 1),
                    other => other,
                })
            };
            let both =
                [incidence(&with, "the group with the programme")?, incidence(&without, "the comparison group")?];
            let at = |incidence: &Incidence| -> Result<(f64, f64), Refusal> {
                Ok(incidence.at(watch.horizon)?.map_or((0.0, 0.0), |step| (step.share, step.error)))
            };
            let ((own_share, own_error), (other_share, other_error)) = (at(&both[0])?, at(&both[1])?);
            let difference = Estimate::normal(own_share - other_share, own_error.hypot(other_error), level, own.len())?;
            let mut answer = Answer { warnings: watch.warnings.clone(), ..Answer::default() };
            let title = format!("Share to whom it has happened by {}", figure(watch.horizon));
            let sides = Some((own_share, other_share));
            answer.effects.push(effect(&title, Role::Main, Scale::Share, difference, sides, &about));
            let title = "How the share grows, the other ending counted (subdistribution)";
            let fitted = match &clusters {
                Some(clusters) => fine_gray_clustered(&all, ASKED, &columns, clusters, level),
                None => fine_gray(&all, ASKED, &columns, level),
            };
            let share = fitted.map_err(RefusalSaid::from).map(|fit| {
                answer.warnings.extend(fit.warnings.iter().cloned());
                effect(title, Role::Beside, Scale::HazardRatio, fit.terms[0].hazard_ratio.clone(), None, &about)
            });
            effect_or_warning(title, share, &mut answer.effects, &mut answer.warnings);
            let others = names
                .iter()
                .enumerate()
                .map(|(nth, name)| (ASKED + 1 + nth, format!("Risk on a day of {name}, of those still there")));
            let each = std::iter::once((ASKED, "Risk on a day of those still there".to_owned())).chain(others);
            for (cause, title) in each {
                let title = title.as_str();
                let until = all.until(cause)?;
                let options = CoxOptions {
                    level,
                    strata: strata.as_deref(),
                    clusters: clusters.as_deref(),
                    ..CoxOptions::default()
                };
                let risk = cox(&until, &columns, &options).map_err(RefusalSaid::from).map(|fit| {
                    effect(title, Role::Beside, Scale::HazardRatio, fit.terms[0].hazard_ratio.clone(), None, &about)
                });
                effect_or_warning(title, risk, &mut answer.effects, &mut answer.warnings);
            }
            let group: Vec<usize> = own.treated.iter().map(|treated| usize::from(*treated)).collect();
            match gray(&all, ASKED, &group, strata.as_deref()) {
                Ok(found) => answer.tables.push(Table {
                    title: match strata {
                        Some(_) => "Gray's test, within strata: do the sides differ in the share?".into(),
                        None => "Gray's test: do the sides differ in the share?".into(),
                    },
                    columns: vec!["What".into(), "Value".into()],
                    rows: vec![
                        vec![Cell::Text("chi-squared".into()), Cell::Number(found.test.statistic)],
                        vec![Cell::Text("degrees of freedom".into()), Cell::Number(found.test.df as f64)],
                        vec![Cell::Text("by chance".into()), Cell::Number(found.test.p)],
                    ],
                }),
                Err(refusal) => answer.warnings.push(Warning::new(
                    refusal.code(),
                    format!("Gray's test is not given: {refusal}"),
                    refusal.remedy(),
                )),
            }
            if names.len() > 1 {
                answer.tables.push(of_each(&all, &names, &own.treated, watch.horizon, level));
            }
            answer.series.push(drawn(&both));
            Ok(answer)
        }),
    ))
}

/// The shares of both sides over time; where fewer than five people are left, a curve ends.
fn drawn(both: &[Incidence; 2]) -> Series {
    let curve = |name: &str, incidence: &Incidence| {
        let start = Point { x: 0.0, y: 0.0, low: None, high: None };
        let steps = incidence.steps.iter().take_while(|step| step.at_risk >= SMALLEST);
        let steps = steps.map(|step| Point {
            x: step.time,
            y: step.share,
            low: Some(step.low).filter(|low| low.is_finite()),
            high: Some(step.high).filter(|high| high.is_finite()),
        });
        Curve { name: name.into(), points: std::iter::once(start).chain(steps).collect() }
    };
    Series {
        name: "incidence".into(),
        title: "The share to whom it has happened, the other ending counted; a curve ends where fewer than five people are followed"
            .into(),
        drawn: Drawn::Steps,
        along: "time".into(),
        up: "share to whom it has happened".into(),
        mark: None,
        level: None,
        curves: vec![curve("with the programme", &both[0]), curve("without", &both[1])],
    }
}
