//! Do providers do just enough for the next tier of pay, and then less?
//!
//! Delaware paid all from 80% utilisation on, 90% from 70, 70% from 60, and half below; its authors worried about doing
//! just enough (McLellan and others, Health Policy 87:296, 2008).

use std::collections::BTreeMap;

use meed_statistics::{
    Estimate,
    distribution::{Continuous, Normal},
    exact::fisher,
};

use super::{
    About, Figure, Indicator, Measure, Need, Parameter, Parameters,
    common::{self, Rate, of_estimate, of_ratio, percent, same_provider},
};
use crate::{
    caseload::{Caseload, Claim, Group, ProviderId, Window},
    day::Day,
    finding::{Comparator, ComparatorKind, Family, Finding, RowRef, Rows, Step, Subject},
    method::{
        edge::{FEWEST, edge},
        equity::{Share, ratio_of_shares},
    },
    picture::{Bar, Picture},
};

/// Just enough.
pub struct JustEnough;

static ABOUT: About = About {
    id: "G13",
    name: "just-enough",
    question: "Do months end just above the line at which pay jumps, and does work slacken once the line is reached?",
    needs: &[Need::Capacity, Need::Tiers],
    parameters: &[
        Parameter { name: "window-days", default: 1461.0, about: "months of this many days are counted", source: None },
        Parameter { name: "points-around", default: 3.0, about: "percentage points on each side of a line that are compared", source: None },
        Parameter { name: "points-beyond", default: 15.0, about: "points beyond those that carry the curve", source: None },
        Parameter { name: "chance-below", default: 0.05, about: "the chance below which an edge is looked at", source: Some("usual level of a test") },
        Parameter { name: "least-months", default: 8.0, about: "the fewest months of a provider around a line, and of the others", source: None },
        Parameter { name: "late-days", default: 10.0, about: "last days of a month that are held against the days before", source: None },
        Parameter { name: "least-contacts", default: 200.0, about: "the fewest contacts, in the contract and in what it is held against", source: None },
        Parameter { name: "year-end-days", default: 30.0, about: "last days of a contract year that are held against the days before", source: None },
        Parameter { name: "year-end-above", default: 1.5, about: "a share of the year's claimed outcomes in those days this many times that elsewhere is worth asking about", source: None },
        Parameter { name: "least-outcomes", default: 50.0, about: "the fewest outcomes claimed in whole contract years, here and elsewhere", source: None },
        Parameter { name: "drop-above", default: 0.10, about: "a drop of weekly contacts above this, once the line is reached, is worth asking about", source: None },
        Parameter { name: "least-weeks", default: 20.0, about: "the fewest weeks before and after the line was reached", source: None },
    ],
    family: Family::Ordinary,
    could_also_be: &[
        "places that were planned for the line",
        "months cut short by holidays",
        "a count that is rounded",
    ],
    steps: (Step::R1, Step::R4),
};

static EDGE: Measure = Measure {
    name: "months-just-above-the-line",
    formula: "G13a/1",
    text: "ratio of provider-months just above to just below a line, against a smooth Poisson curve; all providers together",
    untested: false,
};
static DROP: Measure = Measure {
    name: "work-after-the-line",
    formula: "G13b/1",
    text: "contacts a week in the part of a month after the line was reached / before it, in months in which it was",
    untested: false,
};
static NEAR: Measure = Measure {
    name: "own-months-just-above-the-line",
    formula: "G13c/1",
    text: "share just above a line among the provider's months around it / the same share among other providers' months and its \
           own before the contract; Fisher's exact test",
    untested: false,
};
static LATE: Measure = Measure {
    name: "work-late-in-the-month",
    formula: "G13d/1",
    text: "contacts in the last days of a month over those in the days before, since the contract began / the same before it, over \
           the same ratio elsewhere; spread from month to month",
    untested: false,
};
static YEAR_END: Measure = Measure {
    name: "outcomes-at-the-end-of-the-year",
    formula: "G13e/1",
    text: "share of a contract year's outcomes that fall in its last days / the same share at other providers",
    untested: false,
};

impl Indicator for JustEnough {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, caseload: &Caseload, parameters: &Parameters, as_of: Day) -> Vec<Finding> {
        let window = Window::days_to(as_of, parameters.days("window-days"));
        let mut edges: Vec<f64> = caseload.scheme.tiers.iter().map(|tier| tier.edge).collect();
        edges.sort_by(f64::total_cmp);
        edges.dedup();
        let mut findings: Vec<Finding> =
            edges.iter().map(|line| at_line(caseload, parameters, window, (*line, &edges), as_of)).collect();
        let late = late_work(caseload, parameters.days("late-days"), as_of);
        for provider in caseload.in_contract() {
            for line in &edges {
                findings.extend(own_months(caseload, parameters, window, provider, (*line, as_of)));
            }
            findings.extend(late_in_month(caseload, parameters, window, provider, &late));
            findings.extend(year_end(caseload, parameters, window, provider, as_of));
        }
        if let Some(line) = edges.last() {
            for provider in caseload.in_contract() {
                findings.extend(slackens(caseload, parameters, window, provider, (*line, as_of)));
            }
        }
        findings
    }
}

fn at_line(
    caseload: &Caseload,
    parameters: &Parameters,
    window: Window,
    (line, edges): (f64, &[f64]),
    as_of: Day,
) -> Finding {
    let mut counts: BTreeMap<i64, f64> = BTreeMap::new();
    let mut rows = Vec::new();
    let (at, width) = ((line * 100.0).round() as i64, parameters.days("points-around"));
    for month in caseload.capacity.iter().filter(|row| row.known_on <= as_of && window.contains(row.on) && row.places > 0.0) {
        let point = (100.0 * month.occupied / month.places + 1e-9).floor() as i64;
        *counts.entry(point).or_default() += 1.0;
        if (at..at + width).contains(&point) {
            let name = caseload.names.provider(month.provider);
            rows.push(RowRef { table: "capacity".into(), person: None, row: format!("{name} {}", month.on) });
        }
    }
    let near: f64 = counts.range(at - width..at + width).map(|(_, count)| count).sum();
    let subject = Subject { other: Some(format!("line at {at}%")), ..Subject::default() };
    let draft = ABOUT.draft(parameters, &EDGE, window).of(subject, near, "provider-months just above and just below the line", FEWEST);
    let found = edge(&counts, at, width, parameters.days("points-beyond"));
    let mut finding = match &found {
        Err(_) if near < FEWEST => draft.too_few(),
        Err(refusal) => draft.refused(&refusal.to_string()),
        Ok(found) => {
            let ratio = found.excess.ratio();
            let sure = found.excess.p < parameters.get("chance-below");
            let figure = Figure {
                worth_asking: sure && ratio.value > 1.0,
                act: found.excess.p < 0.001 && ratio.value > 2.0,
                other_way: sure && ratio.value < 1.0,
                ..of_estimate(&ratio)
            };
            let says = format!(
                "{} provider-months end just above {at}% where a smooth curve has {:.0}, and {} just below where it has {:.0}",
                found.above.0, found.above.1, found.below.0, found.below.1
            );
            let comparator = Comparator { kind: ComparatorKind::OtherProviders, what: "a smooth curve through the other months".into(), value: Some(1.0) };
            draft.figure(figure, comparator, says)
        }
    };
    finding.rows = Rows::of(rows);
    finding.picture = Some(Picture::Density {
        x: "utilisation, per cent".into(),
        bars: counts.iter().map(|(value, count)| Bar { x: *value as f64, count: *count }).collect(),
        smooth: found.map(|found| found.curve).unwrap_or_default(),
        cutoffs: edges.iter().map(|edge| 100.0 * edge).collect(),
    });
    finding
}

/// A provider's own months around a line against everybody else's, and its own before the contract.
fn own_months(
    caseload: &Caseload,
    parameters: &Parameters,
    window: Window,
    provider: ProviderId,
    (line, as_of): (f64, Day),
) -> Option<Finding> {
    let (at, width) = (100.0 * line, parameters.get("points-around"));
    let (mut own, mut others) = (Share { with: 0.0, of: 0.0 }, Share { with: 0.0, of: 0.0 });
    let mut rows = Vec::new();
    for month in caseload.capacity.iter().filter(|row| row.known_on <= as_of && window.contains(row.on) && row.places > 0.0) {
        let points = 100.0 * month.occupied / month.places + 1e-9 - at;
        if points < -width || points >= width {
            continue;
        }
        let here = month.provider == provider && caseload.go_live().is_none_or(|day| month.on >= day);
        let side = if here { &mut own } else { &mut others };
        side.of += 1.0;
        side.with += f64::from(u8::from(points >= 0.0));
        if here && points >= 0.0 {
            rows.push(RowRef { table: "capacity".into(), person: None, row: format!("{} {}", caseload.names.provider(provider), month.on) });
        }
    }
    if own.of == 0.0 {
        return None;
    }
    let least = parameters.get("least-months");
    let subject = Subject { other: Some(format!("line at {at:.0}%")), ..Subject::provider(caseload.names.provider(provider)) };
    let cases = own.of.min(others.of);
    let draft = ABOUT.draft(parameters, &NEAR, window).of(subject, cases, "months around the line on the smaller side: here, or elsewhere", least);
    if cases < least {
        return Some(draft.too_few());
    }
    let whole = |count: f64| count as u64;
    let tested = fisher(whole(own.with), whole(own.of - own.with), whole(others.with), whole(others.of - others.with));
    let ratio = ratio_of_shares(own, others, 0.95);
    let mut finding = match (tested, ratio) {
        (Ok(tested), Ok(ratio)) => {
            let sure = tested.two_sided < parameters.get("chance-below");
            let figure = Figure {
                p: Some(tested.two_sided),
                worth_asking: sure && ratio.value > 1.0,
                act: tested.two_sided < 0.001 && ratio.value > 1.5,
                other_way: sure && ratio.value < 1.0,
                ..of_ratio(&ratio)
            };
            let says = format!(
                "{} of {} months within {width} points of {at:.0}% lie above it, and {} of {} months of others",
                own.with, own.of, others.with, others.of
            );
            draft.figure(figure, common::others("months of other providers, and this one's before the contract", Some(1.0)), says)
        }
        (Err(refusal), _) | (_, Err(refusal)) => draft.refused(&refusal.to_string()),
    };
    finding.rows = Rows::of(rows);
    Some(finding)
}

/// Contacts of whole months: by provider, before the contract and since, early and late in each month.
type Late = BTreeMap<(ProviderId, bool), Vec<(f64, f64)>>;

fn late_work(caseload: &Caseload, late_days: i64, as_of: Day) -> Late {
    let go_live = caseload.go_live();
    let paid: Vec<bool> = caseload.people.iter().map(|person| person.group == Group::Paid).collect();
    let mut months: BTreeMap<(ProviderId, i32), (f64, f64)> = BTreeMap::new();
    // Of each day its month, and whether it lies late in it: worked out once a day, not once a contact.
    let days = || caseload.contacts.iter().map(|row| row.on);
    let (Some(from), Some(until)) = (days().min(), days().max()) else { return Late::new() };
    let calendar: Vec<(i32, bool)> = (0..=from.days_until(until))
        .map(|nth| (from.plus(nth).month(), from.plus(nth + late_days).month() > from.plus(nth).month()))
        .collect();
    for contact in caseload.contacts.iter().filter(|row| row.attended && row.known_on <= as_of && paid[row.person.place()]) {
        let (month, late) = calendar[from.days_until(contact.on).unsigned_abs() as usize];
        let cell = months.entry((contact.provider, month)).or_default();
        if late { cell.1 += 1.0 } else { cell.0 += 1.0 }
    }
    let mut of = Late::new();
    let (first, last) = (months.keys().map(|(_, month)| *month).min(), as_of.plus(1).month());
    for ((provider, month), counts) in months {
        // The month in which the first contacts stand, the last and that in which the contract begins are not whole.
        let split = go_live.filter(|day| Day::of_month(day.month()) != *day).is_some_and(|day| day.month() == month);
        if Some(month) == first || month >= last || split {
            continue;
        }
        let since = go_live.is_none_or(|day| Day::of_month(month) >= day);
        of.entry((provider, since)).or_default().push(counts);
    }
    of
}

/// Whether work slackens late in the month: against the same provider before the contract, and how that changed elsewhere;
/// against others alone where there is no time before.
fn late_in_month(caseload: &Caseload, parameters: &Parameters, window: Window, provider: ProviderId, late: &Late) -> Option<Finding> {
    let least = parameters.get("least-contacts");
    let contacts = |of: &[(f64, f64)]| of.iter().map(|(early, late)| early + late).sum::<f64>();
    let others = |since: bool| -> Vec<(f64, f64)> {
        let of_others = late.iter().filter(|((of, after), _)| *of != provider && *after == since);
        of_others.flat_map(|(_, months)| months.iter().copied()).collect()
    };
    let now = late.get(&(provider, true))?;
    let before = late.get(&(provider, false)).filter(|then| contacts(then) >= least);
    let (others_now, others_before) = (others(true), others(false));
    let than = before.unwrap_or(&others_now);
    let cases = contacts(now).min(contacts(than));
    let subject = Subject::provider(caseload.names.provider(provider));
    let draft = ABOUT.draft(parameters, &LATE, window).of(subject, cases, "contacts on the smaller side: in the contract, or in what it is held against", least);
    if cases < least {
        return Some(draft.too_few());
    }
    // Late contacts against early ones: the early ones stand for the time.
    let rate = |of: &[(f64, f64)]| Rate { of: of.iter().filter(|(early, _)| *early > 0.0).map(|(early, late)| (*late, *early)).collect() };
    let own = rate(now).ratio(&rate(than), 0.95);
    let elsewhere = before
        .filter(|_| contacts(&others_now).min(contacts(&others_before)) >= least)
        .and_then(|_| rate(&others_now).ratio(&rate(&others_before), 0.95).ok());
    let ratio = own.and_then(|own| match &elsewhere {
        // A service that grows sees more of its contacts late in each month, wherever it is.
        Some(elsewhere) => {
            let error = |of: &Estimate| (of.interval.high.ln() - of.interval.low.ln()) / (2.0 * Normal.quantile(0.975));
            let log = own.value.ln() - elsewhere.value.ln();
            Estimate::normal(log, error(&own).hypot(error(elsewhere)), 0.95, own.n).map(|found| found.ratio())
        }
        None => Ok(own),
    });
    Some(match ratio {
        Err(refusal) => draft.refused(&refusal.to_string()),
        Ok(ratio) => {
            let figure = slackened(&ratio, parameters);
            let all = |of: &[(f64, f64)]| (of.iter().map(|month| month.1).sum::<f64>(), contacts(of));
            let ((now_late, now_all), (then_late, then_all)) = (all(now), all(than));
            let changed = elsewhere.map_or(String::new(), |by| format!("; elsewhere the late ones changed {:.2}-fold", by.value));
            let says = format!(
                "{} of contacts fall in the last {} days of a month, and {} {}{changed}",
                percent(now_late, now_all),
                parameters.days("late-days"),
                percent(then_late, then_all),
                if before.is_some() { "did before the contract" } else { "do elsewhere" }
            );
            let comparator = if before.is_some() {
                common::before(Some(1.0))
            } else {
                common::others("other providers, in the same way", Some(1.0))
            };
            draft.figure(figure, comparator, says)
        }
    })
}

/// Whether outcomes fall late in the contract year more often than elsewhere.
fn year_end(caseload: &Caseload, parameters: &Parameters, window: Window, provider: ProviderId, as_of: Day) -> Option<Finding> {
    let go_live = caseload.go_live()?;
    let days = parameters.days("year-end-days");
    let (mut own, mut others) = (Share { with: 0.0, of: 0.0 }, Share { with: 0.0, of: 0.0 });
    let whole_years = go_live.days_until(as_of.plus(1)) / 365;
    let counted = |claim: &&Claim| claim.known_on <= as_of && claim.on >= go_live && go_live.days_until(claim.on) < whole_years * 365;
    let mut rows = Vec::new();
    for claim in caseload.claims.iter().filter(counted) {
        let late = go_live.days_until(claim.on).rem_euclid(365) >= 365 - days;
        let side = if claim.provider == provider { &mut own } else { &mut others };
        side.of += 1.0;
        side.with += f64::from(u8::from(late));
        if late && claim.provider == provider {
            rows.push(common::row(caseload, "claims", claim.person, claim.id));
        }
    }
    if own.of == 0.0 {
        return None;
    }
    let least = parameters.get("least-outcomes");
    let cases = own.of.min(others.of);
    let subject = Subject::provider(caseload.names.provider(provider));
    let draft = ABOUT.draft(parameters, &YEAR_END, window).of(subject, cases, "outcomes claimed in whole contract years on the smaller side: here, or elsewhere", least);
    if cases < least {
        return Some(draft.too_few());
    }
    let mut finding = match ratio_of_shares(own, others, 0.95) {
        Err(refusal) => draft.refused(&refusal.to_string()),
        Ok(ratio) => {
            let limit = parameters.get("year-end-above");
            let figure = Figure {
                worth_asking: ratio.value > limit && ratio.low > 1.0,
                act: ratio.low > limit,
                other_way: ratio.high < 1.0,
                ..of_ratio(&ratio)
            };
            let says = format!(
                "{} of the year's outcomes fall in its last {days} days, and {} elsewhere",
                percent(own.with, own.of),
                percent(others.with, others.of)
            );
            draft.figure(figure, common::others("outcomes of other providers", Some(1.0)), says)
        }
    };
    finding.rows = Rows::of(rows);
    Some(finding)
}

/// Weeks of a month before and after the contacts of the month were enough for the line, in months in which they were.
fn slackens(
    caseload: &Caseload,
    parameters: &Parameters,
    window: Window,
    provider: ProviderId,
    (line, as_of): (f64, Day),
) -> Option<Finding> {
    let mut by_day: BTreeMap<Day, f64> = BTreeMap::new();
    for contact in caseload.contacts.iter().filter(|row| row.provider == provider && row.attended && row.known_on <= as_of) {
        *by_day.entry(contact.on).or_default() += 1.0;
    }
    if by_day.is_empty() {
        return None;
    }
    let (mut before, mut after) = (Rate::default(), Rate::default());
    for month in caseload.capacity.iter().filter(|row| row.provider == provider && row.known_on <= as_of && window.contains(row.on)) {
        if month.places <= 0.0 || month.occupied / month.places < line {
            continue;
        }
        let total: f64 = by_day.range(month.on..month.until).map(|(_, count)| count).sum();
        // The line is reached once the contacts so far are the share of all that the line is of what was reached.
        let enough = total * line / (month.occupied / month.places);
        let (mut so_far, mut reached) = (0.0, None);
        for (day, count) in by_day.range(month.on..month.until) {
            so_far += count;
            if so_far >= enough {
                reached = Some(day.plus(1));
                break;
            }
        }
        let Some(reached) = reached.filter(|day| *day < month.until) else { continue };
        let weeks = |from: Day, until: Day| from.days_until(until) as f64 / 7.0;
        before.of.push((so_far, weeks(month.on, reached)));
        after.of.push((total - so_far, weeks(reached, month.until)));
    }
    let least = parameters.get("least-weeks");
    let cases = before.time().min(after.time());
    let subject = Subject::provider(caseload.names.provider(provider));
    let draft = ABOUT.draft(parameters, &DROP, window).of(subject, (10.0 * cases).round() / 10.0, "weeks on the smaller side: before the line was reached, or after", least);
    if cases < least {
        return Some(draft.too_few());
    }
    Some(match after.ratio(&before, 0.95) {
        Err(refusal) => draft.refused(&refusal.to_string()),
        Ok(ratio) => {
            let figure = slackened(&ratio, parameters);
            let says = format!(
                "{:.1} contacts a week until the line was reached, and {:.1} from then to the end of the month",
                before.rate(),
                after.rate()
            );
            draft.figure(figure, same_provider("the same months, before the line was reached", Some(1.0)), says)
        }
    })
}

/// A ratio of work after to work before, which asks when it fell by more than the contract allows.
fn slackened(ratio: &Estimate, parameters: &Parameters) -> Figure {
    let limit = 1.0 - parameters.get("drop-above");
    Figure {
        worth_asking: ratio.value < limit && ratio.interval.high < 1.0,
        act: ratio.interval.high < limit,
        other_way: ratio.interval.low > 1.0,
        ..of_estimate(ratio)
    }
}
