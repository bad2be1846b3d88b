//! Do people get less time from qualified workers than was promised?
//!
//! To limit the loss if outcomes fail, providers were said to trim paid staff, training and time, and to lean on peers
//! and volunteers. The page `docs/reference/guardrails/g29-hollowing-out.md` says how to read the figures.

mod tenure;

use super::{
    About, Figure, Indicator, Measure, Need, Parameter, Parameters,
    shared::{self, percent},
};
use crate::{
    caseload::{Caseload, ProviderId, Window, WorkerId, WorkerKind},
    day::Day,
    finding::{Comparator, ComparatorKind, Family, Finding, Step, Subject},
    method::equity::{Share, difference_of_changes},
    picture::{LabelledBar, Picture},
};

/// Hollowing out.
pub struct HollowingOut;

static ABOUT: About = About {
    id: "G29",
    name: "hollowing-out",
    question: "Do people get less time from qualified workers than was promised, and more from volunteers?",
    needs: &[Need::ContactMinutes, Need::Treatment, Need::Workforce],
    parameters: &[
        Parameter { name: "quarter-days", default: 91.0, about: "days of a quarter; the last two are looked at", source: None },
        Parameter { name: "fall-above", default: 0.15, about: "fall against the bid in both quarters, above which to ask", source: None },
        Parameter { name: "fall-to-act", default: 0.30, about: "fall in both quarters above which it is red", source: None },
        Parameter { name: "least-person-months", default: 30.0, about: "the least time in treatment in each quarter", source: None },
        Parameter { name: "volunteer-rise", default: 0.10, about: "rise of the volunteers' share of meetings, above which to ask", source: None },
        Parameter { name: "p", default: 0.01, about: "chance below which that rise, or a fall of tenure, counts", source: None },
        Parameter { name: "tenure-fall", default: 0.25, about: "fall of the mean time that paid workers have been there, above which to ask", source: None },
        Parameter { name: "least-workers", default: 5.0, about: "the fewest paid workers, before the contract and now", source: None },
    ],
    family: Family::Ordinary,
    could_also_be: &[
        "people who need less time than those before them",
        "a post that is empty and advertised",
        "work by trained peers that people asked for",
        "minutes that are no longer written down: look at meetings without minutes",
    ],
    steps: (Step::R1, Step::R8),
};

static MINUTES: Measure = Measure {
    name: "qualified-minutes",
    formula: "G29a/1",
    text: "minutes of qualified workers for each person-month in treatment, the better of the last two quarters, over the bid \
           or, without one, over the time before the contract",
    untested: true,
};
static VOLUNTEERS: Measure = Measure {
    name: "volunteers-share-of-meetings",
    formula: "G29b/1",
    text: "share of meetings held by volunteers or peers now less before the contract, less the same at the other providers",
    untested: false,
};

/// Meetings and minutes of one provider in some stretches of days.
#[derive(Clone, Copy, Default)]
struct Time {
    qualified: f64,
    person_days: f64,
    meetings: f64,
    by_volunteers: f64,
    unrecorded: f64,
}

/// The last quarter, the one before it, and the time before the contract.
const SIDES: usize = 3;

impl Indicator for HollowingOut {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, caseload: &Caseload, parameters: &Parameters, as_of: Day) -> Vec<Finding> {
        let quarter = parameters.days("quarter-days").max(1);
        let last = Window::days_to(as_of, quarter);
        let earlier = Window { from: last.from.plus(-quarter), until: last.from };
        let go_live = caseload.go_live().unwrap_or(earlier.from).min(earlier.from);
        let sides = [last, earlier, Window { from: go_live.plus(-3_650), until: go_live }];
        let times = times(caseload, sides, as_of);
        let both = Window { from: earlier.from, until: last.until };
        let bands = by_band(caseload, both, as_of);
        // What all providers show is no sign of one of them: a bid that was too high, a region short of staff.
        let least = parameters.get("least-person-months");
        let ratios: Vec<(ProviderId, f64)> = caseload
            .in_contract()
            .into_iter()
            .filter_map(|id| Some((id, ratio(&times[id.place()], bid(caseload, id, both, as_of), least)?)))
            .collect();
        let mut findings = Vec::new();
        for provider in caseload.in_contract() {
            let subject = Subject::provider(caseload.names.provider(provider));
            let own = &times[provider.place()];
            let bid = bid(caseload, provider, both, as_of);
            let mut finding = minutes(own, (bid, others(&ratios, provider)), parameters, both, &subject);
            finding.picture = Some(Picture::Bars {
                x: "band".into(),
                y: "qualified minutes for each person-month".into(),
                bars: bands[provider.place()]
                    .iter()
                    .enumerate()
                    .filter(|(_, (_, days))| *days > 0.0)
                    .map(|(band, (minutes, days))| LabelledBar {
                        name: caseload.band_name(u8::try_from(band).unwrap_or(u8::MAX)),
                        value: minutes / (days / MONTH),
                        expected: bid,
                        interval: None,
                        cases: (days / MONTH).round(),
                    })
                    .collect(),
            });
            findings.push(finding);
            findings.push(volunteers(&times, provider, caseload, parameters, both, &subject));
            if let Some(go_live) = caseload.go_live() {
                findings.push(tenure::finding(caseload, provider, parameters, both, (go_live, as_of), &subject));
            }
        }
        findings
    }
}

const MONTH: f64 = 365.25 / 12.0;

/// What each worker is, by month: the latest month known on or before it, else the first.
struct Kinds {
    by_worker: Vec<Vec<(i32, WorkerKind)>>,
}

impl Kinds {
    fn of(caseload: &Caseload, as_of: Day) -> Kinds {
        let mut by_worker = vec![Vec::new(); caseload.names.counts()[2]];
        for row in caseload.workforce.iter().filter(|row| row.known_on <= as_of) {
            by_worker[row.worker.place()].push((row.on.month(), row.kind));
        }
        for months in &mut by_worker {
            months.sort_unstable();
        }
        Kinds { by_worker }
    }

    fn at(&self, worker: Option<WorkerId>, on: Day) -> Option<WorkerKind> {
        let months = self.by_worker.get(worker?.place())?;
        let after = months.partition_point(|(month, _)| *month <= on.month());
        months.get(after.saturating_sub(1)).map(|(_, kind)| *kind)
    }
}

fn times(caseload: &Caseload, sides: [Window; SIDES], as_of: Day) -> Vec<[Time; SIDES]> {
    let kinds = Kinds::of(caseload, as_of);
    let mut times = vec![[Time::default(); SIDES]; caseload.providers.len()];
    for contact in caseload.contacts.iter().filter(|contact| contact.attended && contact.known_on <= as_of) {
        let Some(side) = sides.iter().position(|side| side.contains(contact.on)) else { continue };
        let time = &mut times[contact.provider.place()][side];
        let Some(kind) = kinds.at(contact.worker, contact.on) else { continue };
        time.meetings += 1.0;
        match kind {
            WorkerKind::Qualified => match contact.minutes {
                Some(minutes) => time.qualified += f64::from(minutes.get()),
                None => time.unrecorded += 1.0,
            },
            WorkerKind::Volunteer | WorkerKind::Peer => time.by_volunteers += 1.0,
            WorkerKind::Unqualified => {}
        }
    }
    for of in caseload.everybody() {
        for spell in of.treatment().filter(|spell| spell.known_on <= as_of) {
            let there = Window { from: spell.started_on, until: spell.ended_on.unwrap_or(as_of.plus(1)).min(as_of.plus(1)) };
            for (side, of_side) in sides.iter().enumerate() {
                times[spell.provider.place()][side].person_days += there.and(*of_side).days() as f64;
            }
        }
    }
    times
}

/// Qualified minutes and days in treatment, by provider and band.
fn by_band(caseload: &Caseload, window: Window, as_of: Day) -> Vec<Vec<(f64, f64)>> {
    let bands = caseload.top_band().map_or(0, |top| usize::from(top) + 1);
    let kinds = Kinds::of(caseload, as_of);
    let mut sums = vec![vec![(0.0, 0.0); bands]; caseload.providers.len()];
    for of in caseload.everybody() {
        let Some(band) = of.band_on(window.until).map(usize::from).filter(|band| *band < bands) else { continue };
        for spell in of.treatment().filter(|spell| spell.known_on <= as_of) {
            let there = Window { from: spell.started_on, until: spell.ended_on.unwrap_or(as_of.plus(1)).min(as_of.plus(1)) };
            sums[spell.provider.place()][band].1 += there.and(window).days() as f64;
        }
        let counts = |contact: &&crate::caseload::Contact| {
            contact.attended && contact.known_on <= as_of && window.contains(contact.on)
        };
        for contact in of.contacts.iter().filter(counts) {
            if kinds.at(contact.worker, contact.on) == Some(WorkerKind::Qualified) {
                sums[contact.provider.place()][band].0 += contact.minutes.map_or(0.0, |minutes| f64::from(minutes.get()));
            }
        }
    }
    sums
}

/// Minutes of the bid for each person, as the months of the window say.
fn bid(caseload: &Caseload, provider: ProviderId, window: Window, as_of: Day) -> Option<f64> {
    let said: Vec<f64> = caseload
        .provider_months
        .iter()
        .filter(|row| row.provider == provider && row.known_on <= as_of && window.contains(row.on))
        .filter_map(|row| row.qualified_minutes_bid)
        .filter(|minutes| minutes.is_finite() && *minutes > 0.0)
        .collect();
    (!said.is_empty()).then(|| said.iter().sum::<f64>() / said.len() as f64)
}

/// The better of the last two quarters over what is usual: the bid, else the time before the contract.
fn ratio(own: &[Time; SIDES], bid: Option<f64>, least: f64) -> Option<f64> {
    let months = |time: &Time| time.person_days / MONTH;
    let each = |time: &Time| time.qualified / months(time);
    let before = (months(&own[2]) >= least && own[2].qualified > 0.0).then(|| each(&own[2]));
    let enough = months(&own[0]).min(months(&own[1])) >= least;
    bid.or(before).filter(|_| enough).map(|usual| each(&own[0]).max(each(&own[1])) / usual)
}

/// The middle one of the other providers' ratios; none with fewer than two.
fn others(ratios: &[(ProviderId, f64)], provider: ProviderId) -> Option<f64> {
    let mut rest: Vec<f64> = ratios.iter().filter(|(id, _)| *id != provider).map(|(_, ratio)| *ratio).collect();
    rest.sort_by(f64::total_cmp);
    (rest.len() >= 2).then(|| (rest[(rest.len() - 1) / 2] + rest[rest.len() / 2]) / 2.0)
}

fn minutes(
    own: &[Time; SIDES],
    (bid, others): (Option<f64>, Option<f64>), parameters: &Parameters, window: Window, subject: &Subject) -> Finding {
    let least = parameters.get("least-person-months");
    let months = |time: &Time| time.person_days / MONTH;
    let cases = months(&own[0]).min(months(&own[1]));
    let draft = ABOUT
        .draft(parameters, &MINUTES, window)
        .of(subject.clone(), cases.round(), "person-months in treatment, in the quarter with fewer", least);
    let each = |time: &Time| time.qualified / months(time);
    let before = (months(&own[2]) >= least && own[2].qualified > 0.0).then(|| each(&own[2]));
    if cases < least {
        return draft.too_few();
    }
    let (usual, kind, what) = match (bid, before) {
        (Some(bid), _) => (bid, ComparatorKind::Agreed, "the minutes of the bid"),
        (None, Some(before)) => (before, ComparatorKind::SameProviderBefore, "the same provider before the contract"),
        (None, None) => return draft.refused("neither the bid nor the time before the contract says how many minutes are usual"),
    };
    let ratios = [each(&own[0]) / usual, each(&own[1]) / usual];
    let better = ratios[0].max(ratios[1]);
    let fall = parameters.get("fall-above");
    let beside = better / others.unwrap_or(1.0).min(1.0);
    let figure = Figure {
        value: better,
        worth_asking: better.max(beside) < 1.0 - fall,
        act: better.max(beside) < 1.0 - parameters.get("fall-to-act"),
        other_way: ratios[0].min(ratios[1]) > 1.0 + fall,
        ..Figure::default()
    };
    let says = format!(
        "{:.0} qualified minutes for each person-month in the last quarter and {:.0} in the one before, where {usual:.0} were to \
         be expected",
        each(&own[0]),
        each(&own[1])
    );
    let comparator = Comparator { kind, what: what.into(), value: Some(usual) };
    let mut finding = draft
        .figure(figure, comparator, says)
        .input("minutes-last-quarter", each(&own[0]))
        .input("minutes-quarter-before", each(&own[1]))
        .input("meetings-without-minutes", own[0].unrecorded + own[1].unrecorded);
    if let Some(others) = others {
        finding = finding.input("middle-of-other-providers", others);
    }
    if let Some(before) = before {
        finding = finding.input("minutes-before-the-contract", before);
    }
    finding
}

fn volunteers(
    times: &[[Time; SIDES]],
    provider: ProviderId,
    caseload: &Caseload,
    parameters: &Parameters,
    window: Window,
    subject: &Subject,
) -> Finding {
    let side = |time: &[Time; SIDES]| {
        let now = Share { with: time[0].by_volunteers + time[1].by_volunteers, of: time[0].meetings + time[1].meetings };
        (Share { with: time[2].by_volunteers, of: time[2].meetings }, now)
    };
    let (before, now) = side(&times[provider.place()]);
    let mut others = (Share { with: 0.0, of: 0.0 }, Share { with: 0.0, of: 0.0 });
    for other in caseload.provider_ids().filter(|other| *other != provider) {
        let (then, here) = side(&times[other.place()]);
        others.0 = Share { with: others.0.with + then.with, of: others.0.of + then.of };
        others.1 = Share { with: others.1.with + here.with, of: others.1.of + here.of };
    }
    let cases = before.of.min(now.of);
    let draft = ABOUT
        .draft(parameters, &VOLUNTEERS, window)
        .of(subject.clone(), cases, "meetings with a known worker, on the side with fewer", 50.0);
    if cases < 50.0 {
        return draft.too_few();
    }
    let found = match difference_of_changes(before, now, others.0, others.1, 0.95) {
        Ok(found) => found,
        Err(refusal) => return draft.refused(&format!("{refusal}: {}", refusal.remedy())),
    };
    let figure = Figure {
        value: found.value,
        interval: shared::interval(found.interval.low, found.interval.high),
        p: Some(found.p),
        worth_asking: found.value > parameters.get("volunteer-rise") && found.p < parameters.get("p"),
        act: false,
        other_way: found.value < -parameters.get("volunteer-rise") && found.p < parameters.get("p"),
    };
    let says = format!(
        "volunteers and peers held {} of meetings, before the contract {}",
        percent(now.with / now.of),
        percent(before.with / before.of)
    );
    let comparator = Comparator {
        kind: ComparatorKind::OtherProviders,
        what: "the change at the other providers".into(),
        value: Some(others.1.with / others.1.of - others.0.with / others.0.of),
    };
    draft.figure(figure, comparator, says).input("meetings", now.of).input("meetings-before", before.of)
}
