//! Could the provider run out of money?
//!
//! Probation companies forecast losses of 443, then 294 million pounds where a profit of 269 million was expected; one
//! parent company failed (National Audit Office and Committee of Public Accounts). A penalty would make it worse: this
//! question leads to support. The page `docs/reference/guardrails/g22-insolvency.md` says how to read the figures.

use meed_statistics::Generator;
use meed_units::counted;

use super::{About, Figure, Indicator, Measure, Need, Parameter, Parameters, shared::percent};
use crate::{
    caseload::{Caseload, ProviderId, ProviderMonth, Window},
    day::Day,
    finding::{Comparator, ComparatorKind, Draws, Family, Finding, Step, Subject},
    picture::{Curve, Picture},
};

/// Insolvency.
pub struct Insolvency;

static ABOUT: About = About {
    id: "G22",
    name: "insolvency",
    question: "Could the provider run out of money while it waits to be paid?",
    needs: &[Need::ProviderMonths],
    parameters: &[
        Parameter { name: "window-days", default: 366.0, about: "months that begin within this many days", source: None },
        Parameter { name: "runway-days", default: 60.0, about: "days that cash and credit last, below which to ask", source: None },
        Parameter { name: "runway-days-to-act", default: 30.0, about: "days below which support is due now", source: None },
        Parameter { name: "ruin", default: 0.05, about: "chance of running out within a year, above which to ask", source: None },
        Parameter { name: "ruin-to-act", default: 0.20, about: "chance above which support is due now", source: None },
        Parameter { name: "debtor-days", default: 150.0, about: "days that verified outcomes wait to be paid", source: None },
        Parameter { name: "volume-below", default: 0.84, about: "starts as a share of the bid, below which to ask", source: Some("probation volumes were 16 to 48% below plan (National Audit Office)") },
        Parameter { name: "results-share", default: 0.6, about: "share of income that hangs on results, above which to ask", source: Some("the last step of the Kent pilot, 60% in 2015/16") },
        Parameter { name: "least-months", default: 6.0, about: "the fewest months for a chance of running out", source: None },
        Parameter { name: "replicates", default: 1_999.0, about: "years that are drawn", source: None },
        Parameter { name: "seed", default: 1.0, about: "seed of the draws", source: None },
    ],
    family: Family::Support,
    could_also_be: &[
        "money held by a parent company that would step in",
        "a large payment that came a day after the month ended",
        "cash kept low on purpose, with credit that is not in the return",
        "a planned wind-down",
    ],
    steps: (Step::R8, Step::R8),
};

static RUNWAY: Measure = Measure {
    name: "runway-days",
    formula: "G22a/1",
    text: "(cash + credit not drawn) / (mean cost of a day over the last three months)",
    untested: true,
};
static RUIN: Measure = Measure {
    name: "chance-of-running-out",
    formula: "G22b/1",
    text: "share of drawn years in which cash and credit are used up, months drawn from those of the last year",
    untested: true,
};
static DEBTORS: Measure = Measure {
    name: "debtor-days",
    formula: "G22c/1",
    text: "verified outcomes not paid / (income by results of a day over the last three months)",
    untested: true,
};
static VOLUME: Measure = Measure {
    name: "volume-against-bid",
    formula: "G22d/1",
    text: "people started / people started by the bid, over the last six months",
    untested: true,
};

static BY_RESULTS: Measure = Measure {
    name: "share-of-income-by-results",
    formula: "G22e/1",
    text: "income by results / all income, over the months of the window that say both",
    untested: true,
};

const DAYS_OF_MONTH: f64 = 365.25 / 12.0;

impl Indicator for Insolvency {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, caseload: &Caseload, parameters: &Parameters, as_of: Day) -> Vec<Finding> {
        let window = Window::days_to(as_of, parameters.days("window-days"));
        let mut findings = Vec::new();
        for provider in caseload.in_contract() {
            let months: Vec<&ProviderMonth> = caseload
                .provider_months
                .iter()
                .filter(|row| row.provider == provider && row.known_on <= as_of && window.contains(row.on))
                .collect();
            let subject = Subject::provider(caseload.names.provider(provider));
            findings.push(runway(caseload, provider, &months, parameters, window, &subject));
            findings.push(ruin(provider, &months, parameters, window, &subject));
            findings.push(debtors(&months, parameters, window, &subject));
            findings.push(volume(&months, parameters, window, &subject));
            findings.push(by_results(&months, parameters, window, &subject));
        }
        findings
    }
}

/// Mean of a number over the last months that say it, and how many do.
fn recent(months: &[&ProviderMonth], last: usize, of: fn(&ProviderMonth) -> Option<f64>) -> (f64, usize) {
    let from = months.len().saturating_sub(last);
    let said: Vec<f64> = months[from..].iter().filter_map(|row| of(row)).filter(|value| value.is_finite()).collect();
    let mean = if said.is_empty() { 0.0 } else { said.iter().sum::<f64>() / said.len() as f64 };
    (mean, said.len())
}

/// Cash and credit at the end of the last month that says its cash.
fn held(months: &[&ProviderMonth]) -> Option<f64> {
    let last = months.iter().rev().find(|row| row.cash.is_some())?;
    last.cash.map(|cash| cash + last.facility.unwrap_or(0.0)).filter(|held| held.is_finite())
}

fn agreed(what: &str, value: f64) -> Comparator {
    Comparator { kind: ComparatorKind::Agreed, what: what.into(), value: Some(value) }
}

fn runway(
    caseload: &Caseload,
    provider: ProviderId,
    months: &[&ProviderMonth],
    parameters: &Parameters,
    window: Window,
    subject: &Subject,
) -> Finding {
    let (cost, said) = recent(months, 3, |row| row.cost);
    let draft = ABOUT.draft(parameters, &RUNWAY, window).of(subject.clone(), said as f64, "recent months with their cost", 1.0);
    let (Some(held), true) = (held(months), cost > 0.0) else { return draft.too_few() };
    let days = held.max(0.0) / (cost / DAYS_OF_MONTH);
    let act = days < parameters.get("runway-days-to-act");
    let figure =
        Figure { value: days, worth_asking: act || days < parameters.get("runway-days"), act, ..Figure::default() };
    let says = format!("cash and credit last for {}", counted(format!("{days:.0}"), "day", "days"));
    let mut finding = draft
        .figure(figure, agreed("the days below which to ask", parameters.get("runway-days")), says)
        .input("cash-and-credit", held)
        .input("cost-of-a-month", cost);
    let points = months
        .iter()
        .filter_map(|row| Some((row, row.cash?, row.cost.filter(|cost| *cost > 0.0)?)))
        .map(|(row, cash, cost)| (row.on.number() as f64, (cash + row.facility.unwrap_or(0.0)) / (cost / DAYS_OF_MONTH)));
    finding.picture = Some(Picture::Months {
        y: "days that cash and credit last".into(),
        curves: vec![Curve { name: caseload.names.provider(provider).to_owned(), points: points.collect() }],
        limits: None,
    });
    finding
}

fn ruin(
    provider: ProviderId,
    months: &[&ProviderMonth],
    parameters: &Parameters,
    window: Window,
    subject: &Subject,
) -> Finding {
    // What a month changed: by its cash, where two months in a row say it, else by income less cost. Cash that fell
    // while income was above cost fell all the same.
    let by_account: Vec<f64> = months
        .iter()
        .filter_map(|row| Some(row.income? - row.cost?))
        .filter(|change| change.is_finite())
        .collect();
    let least = parameters.get("least-months");
    let draft = ABOUT
        .draft(parameters, &RUIN, window)
        .of(subject.clone(), by_account.len() as f64, "months with income and cost", least);
    let Some(held) = held(months) else { return draft.too_few() };
    if (by_account.len() as f64) < least {
        return draft.too_few();
    }
    let replicates = parameters.get("replicates").max(1.0) as usize;
    let seed = parameters.get("seed") as u64;
    let mut generator = Generator::new(seed, "months of a provider").replicate(provider.place() as u64);
    let ruined = (0..replicates)
        .filter(|_| {
            let mut left = held;
            (0..12).any(|_| {
                left += by_account[generator.below(by_account.len())];
                left < 0.0
            })
        })
        .count();
    let chance = ruined as f64 / replicates as f64;
    let act = chance > parameters.get("ruin-to-act");
    let figure = Figure { value: chance, worth_asking: act || chance > parameters.get("ruin"), act, ..Figure::default() };
    let says = format!("in {} of {replicates} drawn years money runs out within twelve months", ruined);
    let mut finding = draft
        .figure(figure, agreed("the chance above which to ask", parameters.get("ruin")), says)
        .input("cash-and-credit", held)
        .input("months-drawn-from", by_account.len() as f64);
    finding.draws = Some(Draws { generator: meed_statistics::generator::NAME.into(), seed, replicates });
    finding
}

fn debtors(months: &[&ProviderMonth], parameters: &Parameters, window: Window, subject: &Subject) -> Finding {
    let (income, said) = recent(months, 3, |row| row.results_income);
    let draft =
        ABOUT.draft(parameters, &DEBTORS, window).of(subject.clone(), said as f64, "recent months with income by results", 1.0);
    let (waiting, told) = recent(months, 3, |row| row.debtors);
    if told == 0 || income <= 0.0 {
        return draft.too_few();
    }
    let days = waiting.max(0.0) / (income / DAYS_OF_MONTH);
    let figure = Figure { value: days, worth_asking: days > parameters.get("debtor-days"), ..Figure::default() };
    let says = format!("verified outcomes wait {} to be paid", counted(format!("{days:.0}"), "day", "days"));
    draft
        .figure(figure, agreed("the days above which to ask", parameters.get("debtor-days")), says)
        .input("waiting", waiting)
        .input("results-income-of-a-month", income)
}

fn volume(months: &[&ProviderMonth], parameters: &Parameters, window: Window, subject: &Subject) -> Finding {
    let from = months.len().saturating_sub(6);
    let said: Vec<(f64, f64)> = months[from..].iter().filter_map(|row| Some((row.volume?, row.volume_bid?))).collect();
    let (came, bid) = said.iter().fold((0.0, 0.0), |(c, b), (came, bid)| (c + came, b + bid));
    let draft = ABOUT.draft(parameters, &VOLUME, window).of(subject.clone(), bid, "people started by the bid", 20.0);
    if bid < 20.0 || !came.is_finite() {
        return draft.too_few();
    }
    let share = came / bid;
    // Starts vary by chance too: the bid must be out of reach of two standard deviations.
    let below = share < parameters.get("volume-below") && came + 2.0 * came.sqrt() < bid;
    let figure = Figure { value: share, worth_asking: below, ..Figure::default() };
    let says = format!("{} started where the bid has {bid:.0} ({})", counted(format!("{came:.0}"), "person", "people"), percent(share));
    draft
        .figure(figure, agreed("the share of the bid below which to ask", parameters.get("volume-below")), says)
        .input("started", came)
        .input("bid", bid)
}

/// How much of what comes in hangs on results: the more, the longer a provider must wait for it.
fn by_results(months: &[&ProviderMonth], parameters: &Parameters, window: Window, subject: &Subject) -> Finding {
    let said: Vec<(f64, f64)> = months
        .iter()
        .filter_map(|row| Some((row.results_income?, row.income?)))
        .filter(|(results, all)| results.is_finite() && all.is_finite())
        .collect();
    let (results, all) = said.iter().fold((0.0, 0.0), |(r, a), (results, all)| (r + results, a + all));
    let least = parameters.get("least-months");
    let draft = ABOUT.draft(parameters, &BY_RESULTS, window).of(
        subject.clone(),
        said.len() as f64,
        "months with income and income by results",
        least,
    );
    if (said.len() as f64) < least || all <= 0.0 {
        return draft.too_few();
    }
    let share = results / all;
    let limit = parameters.get("results-share");
    let figure = Figure { value: share, worth_asking: share > limit, ..Figure::default() };
    let says = format!("{} of what came in hung on results", percent(share));
    draft
        .figure(figure, agreed("the share above which to ask", limit), says)
        .input("results-income", results)
        .input("income", all)
}
