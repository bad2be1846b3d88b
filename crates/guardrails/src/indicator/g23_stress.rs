//! Do workers carry more than was agreed, work longer hours, fall ill or leave?
//!
//! Practitioners told of days from seven in the morning to nine at night, of sickness and of fear. A finding leads to
//! support and never to a deduction. The page `docs/reference/guardrails/g23-stress.md` says how to read the figures.

use std::collections::{BTreeMap, BTreeSet};

use meed_statistics::{
    distribution::{Continuous, Student},
    exact::{Rate, rate_ratio},
};

use super::{About, Figure, Indicator, Measure, Need, Parameter, Parameters, shared};
use crate::{
    caseload::{Caseload, Window, WorkerId, WorkerKind, WorkerMonth},
    day::Day,
    finding::{Beside, Comparator, ComparatorKind, Family, Finding, Step, Subject},
    method::xmr,
    picture::{Curve, Picture},
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
        Parameter { name: "leavers-above", default: 1.5, about: "leavers a year as a multiple of before, above which to ask", source: None },
        Parameter { name: "sickness-p", default: 0.025, about: "chance below which a rise in sick days or leavers, or a fall in the pulse, is worth asking", source: None },
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

static LEAVERS: Measure = Measure {
    name: "leavers-ratio",
    formula: "G23e/1",
    text: "workers who left for each worker-year, now over before; exact test of two rates given their sum",
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
            let most = caseload.scheme.most_caseload;
            findings.extend(most.map(|most| carried((&now, &before), most, parameters, window, &subject)));
            findings.push(hours(&now, parameters, window, &subject));
            let sick = |row: &WorkerMonth| {
                row.sick_days.filter(|_| row.fte > 0.0).map(|days| f64::from(days) / f64::from(row.fte))
            };
            findings.push(compared(&now, &before, &SICKNESS, sick, parameters, window, &subject));
            let pulse = |row: &WorkerMonth| row.pulse.map(f64::from);
            findings.push(compared(&now, &before, &PULSE, pulse, parameters, window, &subject));
            findings.push(leavers((&now, &before), go_live.map(|live| live.min(window.from)), parameters, window, &subject));
        }
        findings
    }
}

fn months(rows: &[&WorkerMonth]) -> usize {
    rows.iter().map(|row| row.on).collect::<BTreeSet<_>>().len()
}

fn carried((now, before): (&[&WorkerMonth], &[&WorkerMonth]), most: f64, parameters: &Parameters, window: Window, subject: &Subject) -> Finding {
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
    let (picture, chart) = by_month(&[before, now].concat(), before, most);
    let mut finding = draft
        .figure(figure, comparator, says)
        .input("people", people)
        .input("full-time-workers", workers)
        .input("agreed", most)
        .beside(chart);
    finding.picture = Some(picture);
    finding
}

/// People for each full-time worker, month by month, with the limits of a chart of single values where the months before
/// the contract give them.
fn by_month(all: &[&WorkerMonth], before: &[&WorkerMonth], most: f64) -> (Picture, Option<Beside>) {
    let of = |rows: &[&WorkerMonth]| -> Vec<(Day, f64)> {
        let mut sums = BTreeMap::<Day, (f64, f64)>::new();
        for row in rows.iter().filter(|row| row.fte > 0.0) {
            let Some(people) = row.caseload else { continue };
            let sum = sums.entry(row.on).or_default();
            *sum = (sum.0 + f64::from(people), sum.1 + f64::from(row.fte));
        }
        sums.into_iter().map(|(on, (people, workers))| (on, people / workers)).collect()
    };
    let (months, usual) = (of(all), of(before).len());
    let values: Vec<f64> = months.iter().map(|(_, value)| *value).collect();
    let chart = xmr::chart(&values, usual).ok();
    let beside = chart.as_ref().map(|chart| {
        let out: BTreeSet<usize> = chart.signals.iter().filter(|signal| signal.at >= usual).map(|signal| signal.at).collect();
        let what = "months since the contract began that stand out on the chart of months";
        Beside::new("months-that-stand-out", what, (out.len() as f64, ""), ((values.len() - usual) as f64, "months"))
            .against(format!("{:.0} people, between {:.0} and {:.0} by chance", chart.centre, chart.lower, chart.upper))
    });
    let line = |points: Vec<(f64, f64)>, name: &str| Curve { name: name.to_owned(), points };
    let points: Vec<(f64, f64)> = months.iter().map(|(on, value)| (on.number() as f64, *value)).collect();
    let agreed = points.iter().map(|(on, _)| (*on, most)).collect();
    let picture = Picture::Months {
        y: "people for each full-time worker".into(),
        curves: vec![line(points, "this provider"), line(agreed, "the most that was agreed")],
        limits: chart.map(|chart| (chart.centre, chart.lower, chart.upper)),
    };
    (picture, beside)
}

/// How many of a team left, for each year that one worker worked there. Nothing is shown of a small team.
fn turnover(rows: &[&WorkerMonth], from: Option<Day>, until: Day) -> (f64, u64, f64) {
    let workers: BTreeSet<WorkerId> = rows.iter().map(|row| row.worker).collect();
    let first = rows.iter().map(|row| row.on).min().unwrap_or(until).max(from.unwrap_or(Day::from_number(i64::MIN / 2)));
    let left: BTreeSet<WorkerId> = rows
        .iter()
        .filter(|row| row.left_on.is_some_and(|left| first <= left && left < until))
        .map(|row| row.worker)
        .collect();
    // A row is a month of a worker, however much of it they worked.
    (workers.len() as f64, left.len() as u64, rows.len() as f64 / 12.0)
}

fn leavers(
    (now, before): (&[&WorkerMonth], &[&WorkerMonth]),
    before_until: Option<Day>,
    parameters: &Parameters,
    window: Window,
    subject: &Subject,
) -> Finding {
    let (team, left, years) = turnover(now, Some(window.from), window.until);
    let (team_then, left_then, years_then) = turnover(before, None, before_until.unwrap_or(window.from));
    let least = parameters.get("least-workers");
    let cases = team.min(team_then);
    let draft = ABOUT
        .draft(parameters, &LEAVERS, window)
        .of(subject.clone(), cases, "workers in the smaller of the two teams, now and before the contract", least);
    if cases < least {
        return draft.too_few();
    }
    let then = Rate { events: left_then, time: years_then };
    let tested = match rate_ratio(Rate { events: left, time: years }, then, 0.95) {
        Ok(tested) => tested,
        Err(refusal) => return draft.refused(&format!("{refusal}: {}", refusal.remedy())),
    };
    let (rate, rate_then) = (left as f64 / years, left_then as f64 / years_then);
    let sure = tested.test.two_sided < parameters.get("sickness-p");
    // Nobody left before: the figure is the lower end of what the ratio may be, which is a number.
    let value = if left_then == 0 { tested.low } else { rate / rate_then };
    let figure = Figure {
        value,
        interval: Some(crate::finding::Interval {
            low: tested.low,
            high: tested.high,
            level: tested.level,
        }),
        p: Some(tested.test.two_sided),
        worth_asking: sure && value > parameters.get("leavers-above"),
        act: false,
        other_way: sure && value < 1.0,
    };
    let says = format!(
        "{left} of {team} workers left, {:.0} for each 100 worker-years, where it was {:.0} before the contract",
        100.0 * rate,
        100.0 * rate_then
    );
    let comparator = Comparator {
        kind: ComparatorKind::SameProviderBefore,
        what: "the same provider's workers before the contract".into(),
        value: Some(rate_then),
    };
    draft
        .figure(figure, comparator, says)
        .input("leavers", left as f64)
        .input("worker-years", years)
        .input("leavers-before", left_then as f64)
        .input("worker-years-before", years_then)
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
