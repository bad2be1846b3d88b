//! How much time and money goes into recording and checking instead of help?
//!
//! The pilots asked for far more evidence than services without pay by results. The page
//! `docs/reference/guardrails/g21-burden.md` says how to read the figures.

use super::{About, Figure, Indicator, Measure, Need, Parameter, Parameters, shared::percent};
use crate::{
    caseload::{Caseload, ProviderId, ProviderMonth, Window},
    day::Day,
    finding::{Comparator, ComparatorKind, Family, Finding, Step, Subject},
    picture::{Curve, Picture},
};

/// Administrative burden.
pub struct Burden;

static ABOUT: About = About {
    id: "G21",
    name: "burden",
    question: "How much time and money goes into recording and checking instead of help?",
    needs: &[Need::ProviderMonths],
    parameters: &[
        Parameter { name: "window-days", default: 183.0, about: "months that begin within this many days", source: None },
        Parameter { name: "time-share", default: 0.10, about: "share of keyworkers' time above which to ask", source: None },
        Parameter { name: "money-share", default: 0.08, about: "share of income above which to ask", source: None },
        Parameter { name: "share-to-act", default: 0.15, about: "either share above which support is due now", source: None },
        Parameter { name: "least-months", default: 3.0, about: "the fewest months that say both numbers", source: None },
    ],
    family: Family::Support,
    could_also_be: &[
        "the first months of a new system, when everything takes longer",
        "time for notes that good care needs anyway",
        "returns that other funders ask for, counted under this contract",
        "a month with little income",
    ],
    steps: (Step::R8, Step::R8),
};

static TIME: Measure = Measure {
    name: "recording-share-of-time",
    formula: "G21a/1",
    text: "minutes of recording / minutes worked by keyworkers",
    untested: true,
};
static MONEY: Measure = Measure {
    name: "checking-share-of-income",
    formula: "G21b/1",
    text: "cost of verifying outcomes, both sides / income of the provider",
    untested: true,
};

/// One of two numbers a month.
type Part = fn(&ProviderMonth) -> Option<f64>;

impl Indicator for Burden {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, caseload: &Caseload, parameters: &Parameters, as_of: Day) -> Vec<Finding> {
        let window = Window::days_to(as_of, parameters.days("window-days"));
        let mut findings = Vec::new();
        for provider in caseload.in_contract() {
            let time: (Part, Part) = (|row| row.recording_minutes, |row| row.worked_minutes);
            let money: (Part, Part) = (|row| row.verification_cost, |row| row.income);
            let limits = (parameters.get("time-share"), parameters.get("money-share"));
            findings.push(share(caseload, parameters, as_of, window, provider, &TIME, time, limits.0));
            findings.push(share(caseload, parameters, as_of, window, provider, &MONEY, money, limits.1));
        }
        findings
    }
}

#[allow(clippy::too_many_arguments)]
fn share(
    caseload: &Caseload,
    parameters: &Parameters,
    as_of: Day,
    window: Window,
    provider: ProviderId,
    measure: &'static Measure,
    (part, whole): (Part, Part),
    limit: f64,
) -> Finding {
    let months: Vec<(Day, f64, f64)> = caseload
        .provider_months
        .iter()
        .filter(|row| row.provider == provider && row.known_on <= as_of)
        .filter_map(|row| Some((row.on, part(row)?, whole(row)?)))
        .filter(|(_, part, whole)| part.is_finite() && whole.is_finite() && *part >= 0.0 && *whole > 0.0)
        .collect();
    let now: Vec<_> = months.iter().filter(|(on, ..)| window.contains(*on)).collect();
    let subject = Subject::provider(caseload.names.provider(provider));
    let least = parameters.get("least-months");
    let draft = ABOUT.draft(parameters, measure, window).of(subject, now.len() as f64, "months with both numbers", least);
    if (now.len() as f64) < least {
        return draft.too_few();
    }
    let (part, whole) = now.iter().fold((0.0, 0.0), |(p, w), (_, part, whole)| (p + part, w + whole));
    let value = part / whole;
    let act = value > parameters.get("share-to-act");
    let figure = Figure { value, worth_asking: act || value > limit, act, ..Figure::default() };
    let what = if measure.name == TIME.name { "of keyworkers' time went into recording" } else { "of income went into checking" };
    let says = format!("{} {what} over {} months", percent(value), now.len());
    let comparator =
        Comparator { kind: ComparatorKind::Agreed, what: "the share above which to ask".into(), value: Some(limit) };
    let mut finding = draft.figure(figure, comparator, says).input("part", part).input("whole", whole);
    finding.picture = Some(Picture::Months {
        y: what.trim_start_matches("of ").to_owned() + ", as a share",
        curves: vec![Curve {
            name: caseload.names.provider(provider).to_owned(),
            points: months.iter().map(|(on, part, whole)| (on.number() as f64, part / whole)).collect(),
        }],
        limits: None,
    });
    finding
}
