//! How many more people achieve an outcome than would have anyway, with paid and unpaid people alike in need?
//!
//! Success is a completed treatment within a stated time of the start, which is known of people that nobody pays for as
//! well. Whoever has not been followed that long counts for as long as they have: shares are cumulative incidences, with
//! death and every end against the plan competing (Aalen and Johansen). Unpaid people are those served without pay by results and
//! those who came before the contract began to pay; they are weighted to the mix of predicted chances among paid people.

use meed_statistics::survival::{Competing, cumulative_incidence};

use super::{Parameters, shared};
use crate::{
    caseload::{Caseload, Group, Of, ProviderId, SpellEnd, Window},
    day::Day,
};

/// Strata of predicted chance, or of band where no chance was predicted.
const STRATA: usize = 5;

/// Shares of success of paid people, and of unpaid people with the same mix of need.
#[derive(Clone, Copy, Debug)]
pub(super) struct Additional {
    /// Paid people.
    pub n: usize,
    /// Unpaid people.
    pub others: usize,
    /// Share of success among paid people.
    pub paid: f64,
    /// Share among unpaid people, weighted.
    pub anyway: f64,
    /// Standard error of the difference.
    pub error: f64,
    /// What was claimed for each paid person who started, on average, where amounts are known.
    pub claimed: Option<f64>,
    /// Standard error that the paid share would have if they were unpaid people.
    pub chance_error: f64,
}

/// A person, until treatment ended, the time was up, or they were last seen.
pub(super) struct Followed {
    need: f64,
    provider: ProviderId,
    paid: bool,
    days: f64,
    /// 0 success, 1 another end; none while neither.
    ending: Option<usize>,
    /// Whether they began long enough ago to be followed to the end of the time.
    whole: bool,
    claimed: Option<f64>,
}

/// People who started in the window, and people who started in as many days before the contract.
pub(super) fn followed(caseload: &Caseload, window: Window, parameters: &Parameters, as_of: Day) -> Vec<Followed> {
    let follow = parameters.days("follow-days");
    let go_live = caseload.go_live();
    let before = go_live.map(|day| Window { from: day.plus(-window.days()), until: day });
    let known = |of: Of<'_>| {
        let first = of.treatment().find(|spell| spell.known_on <= as_of)?;
        let started = first.started_on;
        let early = before.is_some_and(|before| before.contains(started));
        let now = window.contains(started) && go_live.is_none_or(|day| started >= day);
        if !early && !now {
            return None;
        }
        let died = shared::died_on(&of, as_of).map(|(on, _)| on);
        let end = first.ended_on.filter(|end| *end <= as_of);
        let until = end.unwrap_or(as_of).min(died.unwrap_or(as_of)).max(started);
        let days = started.days_until(until);
        let ending = match (end, died) {
            _ if days >= follow => None,
            // Whoever went on elsewhere is no success and no failure: they are followed until then.
            (Some(_), _) if first.end == SpellEnd::Transferred => None,
            (Some(end), died) if died.is_none_or(|died| end <= died) => {
                Some(usize::from(first.end != SpellEnd::Completed))
            }
            (_, Some(_)) => Some(1),
            _ => None,
        };
        let need = of.chance_on(started).or(of.band_on(started).map(|band| -f64::from(band))).unwrap_or(0.0);
        let amounts = of.claims.iter().filter(|claim| claim.known_on <= as_of).filter_map(|claim| claim.amount);
        Some(Followed {
            need,
            provider: first.provider,
            paid: now && of.about.group == Group::Paid,
            days: (days as f64 + 0.5).min(follow as f64),
            ending,
            whole: started.plus(follow) <= as_of,
            claimed: amounts.fold(None, |sum: Option<f64>, amount| Some(sum.unwrap_or(0.0) + amount)),
        })
    };
    caseload.everybody().filter_map(known).collect()
}

/// The share of success at the end of the time, and its variance. None where nobody was followed so long.
fn share(of: &[&Followed]) -> Option<(f64, f64)> {
    let ended = of.iter().all(|one| one.ending.is_some());
    if of.is_empty() || !(ended || of.iter().any(|one| one.whole)) {
        return None;
    }
    let n = of.len() as f64;
    let time: Vec<f64> = of.iter().map(|one| one.days).collect();
    let cause: Vec<Option<usize>> = of.iter().map(|one| one.ending).collect();
    let step = Competing::new(&time, &cause)
        .and_then(|people| cumulative_incidence(&people, 0, 0.95))
        .ok()
        .and_then(|found| found.steps.last().map(|step| (step.share, step.error)));
    let (share, error) = step.unwrap_or((0.0, 0.0));
    // With one person counted on either side the doubt never vanishes.
    let kept = (share * n + 1.0) / (n + 2.0);
    Some((share, (error * error).max(kept * (1.0 - kept) / n)))
}

/// What paid people of a provider achieved beyond unpaid people. None with too few on either side, or when too few of
/// them began long enough ago.
pub(super) fn additional(all: &[Followed], provider: Option<ProviderId>, least: f64) -> Option<Additional> {
    let mut paid: Vec<&Followed> = of_provider(all, provider).collect();
    let others: Vec<&Followed> = all.iter().filter(|one| !one.paid).collect();
    let whole = |people: &[&Followed]| people.iter().filter(|one| one.whole).count() as f64;
    if (paid.len().min(others.len()) as f64) < least.max(1.0) || whole(&paid).min(whole(&others)) < least / 5.0 {
        return None;
    }
    let n = paid.len() as f64;
    // Fifths of the chances of just those people whose pay is in question.
    paid.sort_by(|a, b| a.need.total_cmp(&b.need));
    let cuts: Vec<f64> =
        (1..STRATA).filter_map(|fifth| paid.get(fifth * paid.len() / STRATA)).map(|one| one.need).collect();
    let stratum = |one: &Followed| cuts.iter().filter(|cut| one.need >= **cut).count();
    let overall = share(&others)?;
    let (mut anyway, mut variance) = (0.0, 0.0);
    for place in 0..STRATA {
        let weight = paid.iter().filter(|one| stratum(one) == place).count() as f64 / n;
        if weight == 0.0 {
            continue;
        }
        let like: Vec<&Followed> = others.iter().filter(|one| stratum(one) == place).copied().collect();
        // A stratum without unpaid people takes the share of all of them, with one person's doubt.
        let (seen, doubt) = share(&like).unwrap_or((overall.0, 0.25));
        anyway += weight * seen;
        variance += weight * weight * doubt;
    }
    let (reached, doubt) = share(&paid)?;
    // As many people followed in full would leave the same doubt.
    let worth = (reached * (1.0 - reached) / doubt).clamp(1.0, n);
    let kept = (anyway * worth + 1.0) / (worth + 2.0);
    let amounts: Vec<f64> = paid.iter().filter_map(|one| one.claimed).collect();
    Some(Additional {
        n: paid.len(),
        others: others.len(),
        paid: reached,
        anyway,
        claimed: (!amounts.is_empty()).then(|| amounts.iter().sum::<f64>() / n),
        error: (doubt + variance).sqrt(),
        chance_error: (kept * (1.0 - kept) / worth + variance).sqrt(),
    })
}

fn of_provider(all: &[Followed], provider: Option<ProviderId>) -> impl Iterator<Item = &Followed> {
    all.iter().filter(move |one| one.paid && provider.is_none_or(|provider| one.provider == provider))
}

/// People on the side with fewer: paid people of the provider, or unpaid people.
pub(super) fn cases(all: &[Followed], provider: Option<ProviderId>) -> usize {
    of_provider(all, provider).count().min(all.iter().filter(|one| !one.paid).count())
}
