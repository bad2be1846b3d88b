//! Is evidence completed in the last days before a deadline, or all at once?
//!
//! A claim is completed on the day its last piece of evidence was put into the system. Deadlines are the last days of the
//! contract's settlement periods, or of months where it names none. People who write things down when they happen have no
//! reason to finish on those days more often than people elsewhere.

use meed_statistics::{Generator, generator};

use super::{ABOUT, Claims};
use crate::{
    caseload::{Caseload, EvidenceItem, ProviderId, Window},
    day::Day,
    finding::{Comparator, ComparatorKind, Draws, Finding, Subject},
    indicator::{
        Figure, Measure, Parameters,
        common::{of_estimate, percent},
    },
    method::{
        batches,
        equity::{Share, difference_of_shares},
    },
};

static BEFORE: Measure = Measure {
    name: "completed-before-a-deadline",
    formula: "G24g/1",
    text: "share of claims whose last evidence was recorded in the last days before a deadline, less the same share of the \
           other providers' claims",
    untested: false,
};
static CROWD: Measure = Measure {
    name: "most-claims-completed-in-three-days",
    formula: "G24h/1",
    text: "most claims completed within as many days as the question on deadlines counts; chance of as many when days are \
           drawn from those of the other providers' claims (scan statistic)",
    untested: false,
};

/// More claims a day than this are drawn day by day and not one by one.
const MANY_A_DAY: usize = 20;

/// Days on which claims were completed, by provider: those sent in within the window.
pub(super) fn completed(claims: &Claims<'_>, items: &[(&EvidenceItem, usize)], providers: usize) -> Vec<Vec<Day>> {
    let mut last: Vec<Option<Day>> = vec![None; claims.all.len()];
    for (item, place) in items.iter().filter(|(_, place)| claims.now[*place]) {
        last[*place] = last[*place].max(Some(item.recorded_on));
    }
    let mut by = vec![Vec::new(); providers];
    for (place, day) in last.into_iter().enumerate() {
        by[claims.all[place].provider.place()].extend(day);
    }
    by
}

/// Whether a day lies among the last days before a deadline, the deadline itself among them.
fn is_late(caseload: &Caseload, day: Day, days: i64) -> bool {
    let deadlines = &caseload.scheme.deadlines;
    let next = match deadlines.get(deadlines.partition_point(|deadline| *deadline < day)) {
        Some(next) => *next,
        None if deadlines.is_empty() => Day::of_month(day.month() + 1).plus(-1),
        None => return false,
    };
    day.days_until(next) < days
}

/// The share of a provider's claims that were completed just before a deadline, beside that of the others.
pub(super) fn before(
    caseload: &Caseload,
    provider: ProviderId,
    completed: &[Vec<Day>],
    parameters: &Parameters,
    window: Window,
    subject: &Subject,
) -> Finding {
    let days = parameters.days("days-before-deadline").max(1);
    let share = |of: &mut dyn Iterator<Item = &Day>| {
        let (mut with, mut all) = (0.0, 0.0);
        for day in of {
            all += 1.0;
            with += f64::from(u8::from(is_late(caseload, *day, days)));
        }
        Share { with, of: all }
    };
    let own = share(&mut completed[provider.place()].iter());
    let elsewhere = |(place, _): &(usize, &Vec<Day>)| *place != provider.place();
    let rest = share(&mut completed.iter().enumerate().filter(elsewhere).flat_map(|(_, days)| days));
    let least = parameters.get("least-claims");
    let draft = ABOUT.draft(parameters, &BEFORE, window).of(
        subject.clone(),
        own.of.min(rest.of),
        "claims with dated evidence, of this provider or of the others, whichever are fewer",
        least,
    );
    if own.of.min(rest.of) < least {
        return draft.too_few();
    }
    let found = match difference_of_shares(own, rest, 0.95) {
        Ok(found) => found,
        Err(refusal) => return draft.refused(&format!("{refusal}: {}", refusal.remedy())),
    };
    let more = parameters.get("before-deadline-more");
    let figure =
        Figure { worth_asking: found.value > more && found.interval.low > 0.0, ..of_estimate(&found) };
    let says = format!(
        "{} of {} claims ({}) were completed in the last {days} days before a deadline, of the other providers' {}",
        own.with,
        own.of,
        percent(own.with, own.of),
        percent(rest.with, rest.of)
    );
    let comparator = Comparator {
        kind: ComparatorKind::OtherProviders,
        what: "the same share of the other providers' claims".into(),
        value: Some(rest.with / rest.of),
    };
    draft.figure(figure, comparator, says).input("before-a-deadline", own.with).input("claims", own.of)
}

/// The fullest stretch of days of a provider, against days drawn from those of the others.
pub(super) fn crowded(
    provider: ProviderId,
    completed: &[Vec<Day>],
    parameters: &Parameters,
    window: Window,
    subject: &Subject,
) -> Finding {
    let length = parameters.days("days-before-deadline").max(1);
    let inside = |days: &[Day]| days.iter().filter(|day| window.contains(**day)).map(|day| day.number()).collect();
    let own: Vec<i64> = inside(&completed[provider.place()]);
    let mut rest: Vec<i64> = Vec::new();
    for (place, days) in completed.iter().enumerate() {
        if place != provider.place() {
            rest.append(&mut inside(days));
        }
    }
    rest.sort_unstable();
    let least = parameters.get("least-claims");
    let cases = own.len().min(rest.len()) as f64;
    let draft = ABOUT.draft(parameters, &CROWD, window).of(
        subject.clone(),
        cases,
        "claims completed in the window, of this provider or of the others, whichever are fewer",
        least,
    );
    let Some((most, from)) = batches::fullest(&own, length).filter(|_| cases >= least) else {
        return draft.too_few();
    };
    let (replicates, seed) = (parameters.get("replicates").max(99.0) as usize, parameters.get("seed") as u64);
    let mut generator = Generator::new(seed, "days of claims").replicate(provider.place() as u64);
    let (first, days) = (window.from.number(), window.days().max(1) as usize);
    let mut drawn = vec![0_usize; days];
    let mut reached = 0;
    let mut fullest = 0.0;
    let mut shares = vec![0.0; days];
    rest.iter().for_each(|day| shares[(day - first) as usize] += 1.0 / rest.len() as f64);
    let many = own.len() > MANY_A_DAY * days;
    for _ in 0..replicates {
        drawn.fill(0);
        if many {
            // So many a day that each day's count is normal around its share.
            for (count, share) in drawn.iter_mut().zip(&shares) {
                let mean = own.len() as f64 * share;
                *count = (mean + (mean * (1.0 - share)).sqrt() * generator.normal()).round().max(0.0) as usize;
            }
        } else {
            for _ in 0..own.len() {
                drawn[(rest[generator.below(rest.len())] - first) as usize] += 1;
            }
        }
        let top = drawn.windows((length as usize).min(days)).map(|run| run.iter().sum::<usize>()).max().unwrap_or(0);
        reached += usize::from(top >= most);
        fullest += top as f64 / replicates as f64;
    }
    let p = (1 + reached) as f64 / (1 + replicates) as f64;
    // Twice the usual crowd, so that a holiday somebody caught up after is not asked about.
    let worth_asking = p < parameters.get("crowd-p") && most as f64 > 2.0 * fullest;
    let figure = Figure { value: most as f64, p: Some(p), worth_asking, ..Figure::default() };
    let says = format!(
        "{most} of {} claims were completed within {length} days from {} on; {fullest:.0} would be usual",
        own.len(),
        Day::from_number(from)
    );
    let comparator = Comparator {
        kind: ComparatorKind::OtherProviders,
        what: "the fullest days of as many claims drawn from the other providers'".into(),
        value: Some(fullest),
    };
    let mut finding = draft.figure(figure, comparator, says);
    finding.draws = Some(Draws { generator: generator::NAME.into(), seed, replicates });
    finding
}
