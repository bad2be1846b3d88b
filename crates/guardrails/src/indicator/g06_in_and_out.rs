//! Are people got in and got out: closed sooner, and shorter of the help their need calls for, since pay hangs on it?

use meed_statistics::{
    Matrix,
    survival::{Band, CoxOptions, FollowUp, SameSort, cox, kaplan_meier, restricted_mean_ratio},
};

use super::{
    About, Figure, Indicator, Measure, Need, Parameter, Parameters,
    common::{self, Stay, before, percent, row, shares, stays},
};
use crate::{
    caseload::{Caseload, Group, ProviderId, SpellEnd, Window},
    day::Day,
    finding::{Beside, Family, Finding, Interval, Rows, Step, Subject},
    method::funnel::Counted,
    picture::{Curve, Picture},
};

/// Get them in, get them out.
pub struct InAndOut;

static ABOUT: About = About {
    id: "G06",
    name: "get-them-in-get-them-out",
    question: "Are people closed as successes sooner than before the contract, or before they had the help their need calls for?",
    needs: &[Need::Treatment, Need::Assessments],
    parameters: &[
        Parameter { name: "window-days", default: 365.0, about: "stays that began in this many days are counted; and as many before the contract", source: None },
        Parameter { name: "hazard-ratio-above", default: 1.25, about: "completions this much sooner than before are worth asking about", source: None },
        Parameter { name: "least-completions", default: 20.0, about: "the fewest completions before the contract and since", source: None },
        Parameter { name: "short-above", default: 0.20, about: "a share of completions short of their band's days above this is worth asking about", source: None },
        Parameter { name: "least-for-share", default: 20.0, about: "the fewest completions for a share of short ones", source: None },
    ],
    family: Family::Ordinary,
    could_also_be: &[
        "people of less need than before: compare band by band",
        "a new kind of help that works sooner",
        "old cases closed in a tidy-up of the records",
    ],
    steps: (Step::R1, Step::R2),
};

static HAZARD: Measure = Measure {
    name: "completions-since-against-before",
    formula: "G06a/1",
    text: "hazard ratio of completion, since the contract against before it (Cox's model, Efron's ties, a stratum for each band)",
    untested: false,
};
static SHORT: Measure = Measure {
    name: "short-completions",
    formula: "G06b/2",
    text: "completions after fewer days than the least of their band / completions; against the agreed share, or that of other \
           providers' completions of the same bands where it is higher",
    untested: false,
};

impl Indicator for InAndOut {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, caseload: &Caseload, parameters: &Parameters, as_of: Day) -> Vec<Finding> {
        let window = Window::days_to(as_of, parameters.days("window-days"));
        let stays = stays(caseload, as_of);
        let mut findings = Vec::new();
        let done: Vec<(ProviderId, Counted)> = caseload
            .in_contract()
            .into_iter()
            .filter_map(|provider| {
                let own = completions(caseload, &stays, provider, window, as_of);
                let short = own.iter().filter(|stay| is_short(caseload, stay, as_of)).count() as f64;
                (!own.is_empty()).then_some((provider, Counted { observed: short, expected: own.len() as f64 }))
            })
            .collect();
        for provider in caseload.in_contract() {
            let subject = Subject::provider(caseload.names.provider(provider));
            if let Some(go_live) = caseload.go_live() {
                findings.push(sooner(caseload, parameters, subject.clone(), provider, (&stays, go_live, as_of)));
            }
            if !caseload.scheme.least_days.is_empty() {
                let own = completions(caseload, &stays, provider, window, as_of);
                let others: Vec<&Stay<'_>> = caseload
                    .in_contract()
                    .into_iter()
                    .filter(|other| *other != provider)
                    .flat_map(|other| completions(caseload, &stays, other, window, as_of))
                    .collect();
                findings.push(short(caseload, parameters, window, subject, provider, (&own, &others, &done, as_of)));
            }
        }
        findings
    }
}

fn completions<'s, 'c>(
    caseload: &Caseload,
    stays: &'s [Stay<'c>],
    provider: ProviderId,
    window: Window,
    as_of: Day,
) -> Vec<&'s Stay<'c>> {
    let counted = |stay: &&Stay<'_>| {
        stay.provider() == provider
            && stay.completed(as_of)
            && stay.spell.ended_on.is_some_and(|end| window.contains(end))
            && stay.band.is_some_and(|band| caseload.scheme.least_days.get(usize::from(band)).is_some())
    };
    stays.iter().filter(counted).collect()
}

fn is_short(caseload: &Caseload, stay: &Stay<'_>, as_of: Day) -> bool {
    let least = stay.band.and_then(|band| caseload.scheme.least_days.get(usize::from(band)));
    least.is_some_and(|least| (stay.days(as_of) as f64) < *least)
}

fn sooner(
    caseload: &Caseload,
    parameters: &Parameters,
    subject: Subject,
    provider: ProviderId,
    (stays, go_live, as_of): (&[Stay<'_>], Day, Day),
) -> Finding {
    let days = parameters.days("window-days");
    let earlier = common::window_before(go_live, days);
    let since = Window { from: go_live.max(as_of.plus(1 - days)), until: as_of.plus(1) };
    // Both sides are followed for as long, and before the contract only until it began, so that neither has the last word.
    let most = since.from.days_until(as_of).max(1);
    let mut counted: Vec<(&Stay<'_>, bool, f64, bool)> = Vec::new();
    let mut lengths: Vec<Length> = Vec::new();
    for stay in stays.iter().filter(|stay| stay.provider() == provider && stay.band.is_some()) {
        if caseload.people[stay.person.place()].group == Group::Comparison {
            continue;
        }
        let (post, limit) = match stay.spell.started_on {
            start if since.contains(start) => (true, as_of),
            start if earlier.contains(start) => (false, go_live),
            _ => continue,
        };
        let last = limit.min(stay.spell.started_on.plus(most));
        let ended = stay.spell.ended_on.filter(|end| *end <= last);
        let time = stay.spell.started_on.days_until(ended.unwrap_or(last)).max(0) as f64 + 0.5;
        // A death or a transfer is no close: the person is followed until that day.
        let closed = ended.is_some() && !matches!(stay.spell.end, SpellEnd::Died | SpellEnd::Transferred);
        lengths.push(Length { band: stay.band.unwrap_or(0), post, days: (time - 0.5).max(0.5), closed });
        counted.push((stay, post, time, ended.is_some() && stay.completed(last)));
    }
    let done = |post: bool| counted.iter().filter(|(_, of, _, completed)| *of == post && *completed).count() as f64;
    let least = parameters.get("least-completions");
    let cases = done(true).min(done(false));
    let draft = ABOUT.draft(parameters, &HAZARD, since).of(subject, cases, "completions on the smaller side: before the contract, or since", least);
    if cases < least {
        return draft.too_few();
    }
    let fitted = fit(&counted);
    let mut finding = match fitted {
        Err(why) => draft.refused(&why),
        Ok((ratio, low, high, p)) => {
            let worth_asking = ratio > parameters.get("hazard-ratio-above");
            let figure = Figure {
                value: ratio,
                interval: Some(Interval { low, high: Some(high), level: 0.95 }),
                p: Some(p),
                worth_asking,
                act: worth_asking && low > parameters.get("hazard-ratio-above"),
                other_way: high < 1.0,
            };
            let says = format!(
                "people of the same band complete {ratio:.2} times as fast as before the contract ({} completions since, {} before)",
                done(true),
                done(false)
            );
            draft.figure(figure, before(Some(1.0)), says)
        }
    };
    finding = finding.beside(length_ratio(&lengths)).beside(lag(caseload, &counted, (go_live, as_of)));
    let curve = |post: bool, name: &str| {
        let mut times: Vec<f64> = counted.iter().filter(|(_, of, _, done)| *of == post && *done).map(|(_, _, t, _)| *t).collect();
        times.sort_by(f64::total_cmp);
        let side: Vec<f64> = counted.iter().filter(|(_, of, _, _)| *of == post).map(|(_, _, t, _)| *t).collect();
        let mut left = 1.0;
        let mut points = vec![(0.0, 1.0)];
        for time in times {
            let at_risk = side.iter().filter(|t| **t >= time).count() as f64;
            left *= 1.0 - 1.0 / at_risk;
            points.push((time, left));
        }
        Curve { name: name.to_owned(), points }
    };
    finding.picture = Some(Picture::Survival {
        x: "days from the start".into(),
        y: "share not yet completed".into(),
        curves: vec![curve(false, "before the contract"), curve(true, "since")],
        mark: None,
    });
    finding
}

/// How long a stay lasted, or has lasted.
struct Length {
    band: u8,
    post: bool,
    days: f64,
    closed: bool,
}

/// Fewest completions before the contract whose middle lag is told.
const FEWEST_BEFORE: usize = 5;

/// Fewest stays of a band on each side for their lengths to be compared.
const FEWEST_OF_A_BAND: usize = 10;

/// Days of stays since the contract over those expected of the same bands before it, as far as both sides are followed.
fn length_ratio(lengths: &[Length]) -> Option<Beside> {
    let of = |band: u8, post: bool| {
        let own = || lengths.iter().filter(move |one| one.band == band && one.post == post);
        let (days, closed): (Vec<f64>, Vec<bool>) = own().map(|one| (one.days, one.closed)).unzip();
        if days.len() < FEWEST_OF_A_BAND {
            return None;
        }
        let people = FollowUp::new(&days, &closed).ok()?;
        kaplan_meier(&people, 0.95, Band::Log).ok()
    };
    let top = lengths.iter().map(|one| one.band).max()?;
    let pairs: Vec<_> = (0..=top).filter_map(|band| Some((of(band, true)?, of(band, false)?))).collect();
    let sorts: Vec<SameSort<'_>> = pairs
        .iter()
        .map(|(since, before)| SameSort {
            weight: since.people as f64,
            first: since,
            second: before,
            horizon: since.last.min(before.last),
        })
        .collect();
    let ratio = restricted_mean_ratio(&sorts, 0.95).ok()?;
    let what = "days in treatment since the contract, over those expected of the same bands from the survival before it";
    let stays = sorts.iter().map(|sort| sort.weight).sum();
    Some(Beside::new("length-of-stay-ratio", what, (ratio.value, ""), (stays, "stays since the contract")).within(ratio.interval))
}

/// Days from closing a stay as a success to the outcome that was claimed for it, in the middle; against those before the
/// contract, where outcomes were recorded then.
fn lag(
    caseload: &Caseload,
    counted: &[(&Stay<'_>, bool, f64, bool)],
    (go_live, as_of): (Day, Day),
) -> Option<Beside> {
    let of = |since: bool| -> Vec<f64> {
        let last = if since { as_of } else { go_live };
        let own = counted.iter().filter(|(_, post, _, done)| *post == since && *done);
        let days = own.filter_map(|(stay, ..)| {
            let end = stay.ended(as_of)?;
            let own = caseload.of(stay.person).claims.iter().filter(|claim| claim.provider == stay.provider());
            let claimed = own.filter(|claim| claim.on >= end && claim.on <= last).map(|claim| claim.on).min()?;
            Some(end.days_until(claimed) as f64)
        });
        days.collect()
    };
    let (days, earlier) = (of(true), of(false));
    let cases = days.len() as f64;
    let middle = common::median(days)?;
    let what = "from closing as a success to the first outcome claimed on that day or after, in the middle";
    let lag = Beside::new("closing-to-outcome", what, (middle, "days"), (cases, "completions with a claim"));
    let many = earlier.len();
    Some(match common::median(earlier).filter(|_| many >= FEWEST_BEFORE) {
        Some(middle) => lag.against(format!("{middle:.0} days before the contract, of {many} completions")),
        None => lag,
    })
}

/// Hazard ratio of completion since against before, its interval and its chance.
fn fit(counted: &[(&Stay<'_>, bool, f64, bool)]) -> Result<(f64, f64, f64, f64), String> {
    let time: Vec<f64> = counted.iter().map(|row| row.2).collect();
    let event: Vec<bool> = counted.iter().map(|row| row.3).collect();
    let said = |refusal: meed_statistics::Refusal| refusal.to_string();
    let people = FollowUp::new(&time, &event).map_err(said)?;
    let since = counted.iter().map(|row| f64::from(u8::from(row.1))).collect();
    let columns = Matrix::from_columns(vec![("since the contract", since)]).map_err(said)?;
    let bands: Vec<usize> = counted.iter().map(|row| usize::from(row.0.band.unwrap_or(0))).collect();
    let options = CoxOptions { strata: Some(&bands), ..CoxOptions::default() };
    let fitted = cox(&people, &columns, &options).map_err(said)?;
    let term = fitted.terms.first().ok_or("the model has no term")?;
    let ratio = &term.hazard_ratio;
    Ok((ratio.value, ratio.interval.low, ratio.interval.high, term.coefficient.p))
}

/// The share of short completions that others have, for the bands of one's own completions; none where a band of these has
/// no completion elsewhere.
fn same_bands(caseload: &Caseload, own: &[&Stay<'_>], others: &[&Stay<'_>], as_of: Day) -> Option<f64> {
    let mut of = [(0.0, 0.0); 256];
    for stay in others {
        let cell = &mut of[usize::from(stay.band?)];
        *cell = (cell.0 + f64::from(u8::from(is_short(caseload, stay, as_of))), cell.1 + 1.0);
    }
    let expected = own.iter().map(|stay| {
        let (short, all) = of[usize::from(stay.band?)];
        (all > 0.0).then(|| short / all)
    });
    expected.sum::<Option<f64>>().map(|sum| sum / own.len() as f64)
}

/// One's own completions, others', how many of each provider's were short, and the day.
type Completions<'a, 'c> = (&'a [&'a Stay<'c>], &'a [&'a Stay<'c>], &'a [(ProviderId, Counted)], Day);

fn short(
    caseload: &Caseload,
    parameters: &Parameters,
    window: Window,
    subject: Subject,
    provider: ProviderId,
    (own, others, done, as_of): Completions<'_, '_>,
) -> Finding {
    let all = own.len() as f64;
    let quick: Vec<&&Stay<'_>> = own.iter().filter(|stay| is_short(caseload, stay, as_of)).collect();
    let least = parameters.get("least-for-share");
    let draft = ABOUT.draft(parameters, &SHORT, window).of(subject, all, "completions of a band with least days", least);
    if all < least {
        return draft.too_few();
    }
    let few = quick.len() as f64;
    // People of more need have more days to complete: a provider that serves more of them is held to the share of its bands.
    let elsewhere = same_bands(caseload, own, others, as_of).filter(|_| others.len() as f64 >= least);
    let limit = elsewhere.unwrap_or(0.0).max(parameters.get("short-above"));
    let value = few / all;
    let p = common::above(few, all, limit);
    let figure = Figure {
        value,
        interval: Some(common::wilson(few, all, 0.95)),
        p: Some(p),
        worth_asking: value > limit,
        act: value > limit && p < 0.001,
        other_way: false,
    };
    let says = format!("{few} of {all} completions ({}) came before the least days of their band", percent(few, all));
    let comparator = if limit > parameters.get("short-above") {
        common::others("completions of the same bands at other providers", Some(limit))
    } else {
        common::agreed("completions that may be short", limit)
    };
    let mut finding = draft.figure(figure, comparator, says);
    if let Some(share) = elsewhere {
        finding = finding.input("short-elsewhere-in-the-same-bands", share);
    }
    finding.rows = Rows::of(quick.iter().map(|stay| row(caseload, "spells", stay.person, stay.spell.id)).collect());
    let (sum, people) = done.iter().fold((0.0, 0.0), |(o, n), (_, unit)| (o + unit.observed, n + unit.expected));
    finding.picture = shares(done, (sum / people).clamp(0.005, 0.995))
        .map(|funnel| common::drawn(caseload, &funnel, done, provider, ("completions", "share that were short")));
    finding
}
