//! Do providers do just enough for the next tier of pay, and then less?
//!
//! Delaware paid all from 80% utilisation on, 90% from 70, 70% from 60, and half below; its authors worried about doing
//! just enough (McLellan and others, Health Policy 87:296, 2008).

use std::collections::BTreeMap;

use super::{
    About, Figure, Indicator, Measure, Need, Parameter, Parameters,
    common::{Rate, of_estimate, same_provider},
};
use crate::{
    caseload::{Caseload, ProviderId, Window},
    day::Day,
    finding::{Comparator, ComparatorKind, Family, Finding, RowRef, Rows, Step, Subject},
    method::edge::{FEWEST, edge},
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
            let limit = 1.0 - parameters.get("drop-above");
            let figure = Figure {
                worth_asking: ratio.value < limit && ratio.interval.high < 1.0,
                act: ratio.interval.high < limit,
                other_way: ratio.interval.low > 1.0,
                ..of_estimate(&ratio)
            };
            let says = format!(
                "{:.1} contacts a week until the line was reached, and {:.1} from then to the end of the month",
                before.rate(),
                after.rate()
            );
            draft.figure(figure, same_provider("the same months, before the line was reached", Some(1.0)), says)
        }
    })
}
