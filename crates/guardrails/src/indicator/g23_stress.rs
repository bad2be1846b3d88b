//! Do workers carry more than was agreed, work longer hours, fall ill or leave?
//!
//! Practitioners told of days from seven in the morning to nine at night, of sickness and of fear. A finding leads to
//! support and never to a deduction. The page `docs/reference/guardrails/g23-stress.md` says how to read the figures.

use std::collections::BTreeSet;

use meed_statistics::distribution::{Continuous, Student};

use super::{About, Figure, Indicator, Measure, Need, Parameter, Parameters, shared};
use crate::{
    caseload::{Caseload, Window, WorkerKind, WorkerMonth},
    day::Day,
    finding::{Comparator, ComparatorKind, Family, Finding, Step, Subject},
};

/// Staff stress.
pub struct Stress;

static ABOUT: About = About {
    id: "G23",
    name: "stress",
    question: "Do workers carry more than was agreed, work longer hours, fall ill or leave?",
    needs: &[Need::Workforce],
    parameters: &[
        Parameter { name: "window-days", default: 183.0, about: "months that begin within this many days", source: None },
        Parameter {
            name: "caseload-above",
            default: 1.25,
            about: "people for each full-time worker as a multiple of what was agreed, above which to ask",
            source: None,
        },
        Parameter { name: "hours-above", default: 1.10, about: "hours worked over hours agreed, above which to ask", source: None },
        Parameter {
            name: "least-workers",
            default: 10.0,
            about: "the fewest workers before sickness or answers are shown, so that nobody is recognised",
            source: None,
        },
        Parameter { name: "least-months", default: 3.0, about: "the fewest months of the whole team", source: None },
        Parameter { name: "sickness-p", default: 0.025, about: "chance below which a rise in sick days is worth asking", source: None },
    ],
    family: Family::Support,
    could_also_be: &[
        "a wave of influenza, which other providers would show as well",
        "people who are on the books and seldom come",
        "a worker who left and was replaced within the month",
        "part-time workers recorded as full-time",
    ],
    steps: (Step::R8, Step::R8),
};

static CASELOAD: Measure = Measure {
    name: "caseload-against-agreed",
    formula: "G23a/1",
    text: "people for each full-time paid worker / the most that was agreed, mean over months",
    untested: true,
};
static HOURS: Measure = Measure {
    name: "hours-against-agreed",
    formula: "G23b/1",
    text: "hours worked / hours agreed, all paid workers",
    untested: true,
};
static SICKNESS: Measure = Measure {
    name: "sick-days-ratio",
    formula: "G23c/1",
    text: "sick days for each full-time month, now over before; Welch's test over months of workers",
    untested: false,
};
static PULSE: Measure = Measure {
    name: "pulse",
    formula: "G23d/1",
    text: "mean answer on how workers are, now less before; Welch's test over answers",
    untested: false,
};

impl Indicator for Stress {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, caseload: &Caseload, parameters: &Parameters, as_of: Day) -> Vec<Finding> {
        let window = Window::days_to(as_of, parameters.days("window-days"));
        let go_live = caseload.go_live();
        let mut findings = Vec::new();
        for provider in caseload.in_contract() {
            let paid: Vec<&WorkerMonth> = caseload
                .workforce
                .iter()
                .filter(|row| row.provider == provider && row.known_on <= as_of)
                .filter(|row| matches!(row.kind, WorkerKind::Qualified | WorkerKind::Unqualified))
                .collect();
            let now: Vec<&WorkerMonth> = paid.iter().filter(|row| window.contains(row.on)).copied().collect();
            let before: Vec<&WorkerMonth> =
                paid.iter().filter(|row| go_live.is_some_and(|live| row.on < live.min(window.from))).copied().collect();
            let subject = Subject::provider(caseload.names.provider(provider));
            findings.extend(caseload.scheme.most_caseload.map(|most| carried(&now, most, parameters, window, &subject)));
            findings.push(hours(&now, parameters, window, &subject));
            let sick = |row: &WorkerMonth| {
                row.sick_days.filter(|_| row.fte > 0.0).map(|days| f64::from(days) / f64::from(row.fte))
            };
            findings.push(compared(&now, &before, &SICKNESS, sick, parameters, window, &subject));
            let pulse = |row: &WorkerMonth| row.pulse.map(f64::from);
            findings.push(compared(&now, &before, &PULSE, pulse, parameters, window, &subject));
        }
        findings
    }
}

fn months(rows: &[&WorkerMonth]) -> usize {
    rows.iter().map(|row| row.on).collect::<BTreeSet<_>>().len()
}

fn carried(now: &[&WorkerMonth], most: f64, parameters: &Parameters, window: Window, subject: &Subject) -> Finding {
    let said: Vec<&WorkerMonth> = now.iter().filter(|row| row.caseload.is_some() && row.fte > 0.0).copied().collect();
    let least = parameters.get("least-months");
    let of_months = months(&said);
    let draft =
        ABOUT.draft(parameters, &CASELOAD, window).of(subject.clone(), of_months as f64, "months with caseloads", least);
    if (of_months as f64) < least || most <= 0.0 {
        return draft.too_few();
    }
    let people: f64 = said.iter().filter_map(|row| row.caseload).map(f64::from).sum();
    let workers: f64 = said.iter().map(|row| f64::from(row.fte)).sum();
    let value = people / workers / most;
    let above = value > parameters.get("caseload-above");
    let figure = Figure { value, worth_asking: above, act: value > 2.0 * parameters.get("caseload-above") - 1.0, ..Figure::default() };
    let says = format!("{:.0} people for each full-time worker, where at most {most:.0} were agreed", people / workers);
    let comparator = Comparator { kind: ComparatorKind::Agreed, what: "the most that was agreed".into(), value: Some(1.0) };
    draft.figure(figure, comparator, says).input("people", people).input("full-time-workers", workers).input("agreed", most)
}

fn hours(now: &[&WorkerMonth], parameters: &Parameters, window: Window, subject: &Subject) -> Finding {
    let said: Vec<&WorkerMonth> =
        now.iter().filter(|row| row.hours_agreed.is_some_and(|hours| hours > 0.0) && row.hours_worked.is_some()).copied().collect();
    let least = parameters.get("least-months");
    let of_months = months(&said);
    let draft = ABOUT.draft(parameters, &HOURS, window).of(subject.clone(), of_months as f64, "months with hours", least);
    if (of_months as f64) < least {
        return draft.too_few();
    }
    let agreed: f64 = said.iter().filter_map(|row| row.hours_agreed).map(f64::from).sum();
    let worked: f64 = said.iter().filter_map(|row| row.hours_worked).map(f64::from).sum();
    let value = worked / agreed;
    let figure = Figure { value, worth_asking: value > parameters.get("hours-above"), ..Figure::default() };
    let says = format!("{worked:.0} hours were worked where {agreed:.0} were agreed");
    let comparator = Comparator { kind: ComparatorKind::Agreed, what: "hours agreed".into(), value: Some(1.0) };
    draft.figure(figure, comparator, says).input("worked", worked).input("agreed", agreed)
}

/// Months of workers now against those before the contract, by Welch's test. Nothing is shown of a small team.
fn compared(
    now: &[&WorkerMonth],
    before: &[&WorkerMonth],
    measure: &'static Measure,
    of: fn(&WorkerMonth) -> Option<f64>,
    parameters: &Parameters,
    window: Window,
    subject: &Subject,
) -> Finding {
    let workers = |rows: &[&WorkerMonth]| {
        rows.iter().filter(|row| of(row).is_some()).map(|row| row.worker).collect::<BTreeSet<_>>().len() as f64
    };
    let least = parameters.get("least-workers");
    let cases = workers(now).min(workers(before));
    let draft = ABOUT
        .draft(parameters, measure, window)
        .of(subject.clone(), cases, "workers in the smaller of the two teams, now and before the contract", least);
    if cases < least {
        return draft.too_few();
    }
    let side = |rows: &[&WorkerMonth]| {
        let said: Vec<f64> = rows.iter().filter_map(|row| of(row)).collect();
        let n = said.len() as f64;
        let mean = said.iter().sum::<f64>() / n;
        (n, mean, said.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0) / n)
    };
    let ((n1, here, v1), (n0, then, v0)) = (side(now), side(before));
    let error = (v1 + v0).sqrt();
    if error == 0.0 || !error.is_finite() {
        return draft.refused("the months of workers never differ, so there is nothing to judge by");
    }
    let df = (v1 + v0).powi(2) / (v1 * v1 / (n1 - 1.0) + v0 * v0 / (n0 - 1.0));
    let student = match Student::new(df) {
        Ok(student) => student,
        Err(refusal) => return draft.refused(&format!("{refusal}: {}", refusal.remedy())),
    };
    let p = 2.0 * student.upper(((here - then) / error).abs());
    let sickness = measure.name == SICKNESS.name;
    let worse = if sickness { here > then } else { here < then };
    let half = student.quantile(0.975) * error;
    let (value, interval) = if sickness && then > 0.0 {
        (here / then, shared::interval((here - half).max(0.0) / then, (here + half) / then))
    } else {
        (here - then, shared::interval(here - then - half, here - then + half))
    };
    let limit = parameters.get("sickness-p");
    let figure = Figure {
        value,
        interval,
        p: Some(p),
        worth_asking: worse && p < limit,
        act: false,
        other_way: !worse && p < limit,
    };
    let says = if sickness {
        format!("{here:.1} sick days for each full-time month, where it was {then:.1} before the contract")
    } else {
        format!("workers answer {here:.1} of 10, where it was {then:.1} before the contract")
    };
    let comparator = Comparator {
        kind: ComparatorKind::SameProviderBefore,
        what: "the same provider's workers before the contract".into(),
        value: Some(then),
    };
    draft.figure(figure, comparator, says).input("worker-months", n1).input("worker-months-before", n0)
}
