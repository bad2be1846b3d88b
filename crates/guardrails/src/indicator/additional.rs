//! How many more people achieve an outcome than would have anyway, with paid and unpaid people alike in need?
//!
//! Success is a completed treatment within a stated time of the start, which is known of people that nobody pays for as
//! well. Unpaid people are weighted to the mix of predicted chances among paid people.

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

/// A person whose time is up: stratum, provider, paid for, success.
pub(super) struct Finished {
    stratum: usize,
    provider: ProviderId,
    group: Group,
    success: bool,
    claimed: Option<f64>,
}

/// People who started in the window and have been followed for as long as the question asks.
pub(super) fn finished(caseload: &Caseload, window: Window, parameters: &Parameters, as_of: Day) -> Vec<Finished> {
    let follow = parameters.days("follow-days");
    let all: Vec<(f64, Finished)> = caseload
        .everybody()
        .filter_map(|of| {
            let (provider, started, success) = outcome(&of, window, follow, as_of)?;
            let need = of.chance_on(started).or(of.band_on(started).map(|band| -f64::from(band))).unwrap_or(0.0);
            let amounts = of.claims.iter().filter(|claim| claim.known_on <= as_of).filter_map(|claim| claim.amount);
            let claimed = amounts.fold(None, |sum: Option<f64>, amount| Some(sum.unwrap_or(0.0) + amount));
            Some((need, Finished { stratum: 0, provider, group: of.about.group, success, claimed }))
        })
        .collect();
    // Fifths of paid people's chances.
    let mut paid: Vec<f64> = all.iter().filter(|(_, one)| one.group == Group::Paid).map(|(need, _)| *need).collect();
    paid.sort_by(f64::total_cmp);
    let cuts: Vec<f64> = (1..STRATA).filter_map(|fifth| paid.get(fifth * paid.len() / STRATA).copied()).collect();
    let stratum = |need: f64| cuts.iter().filter(|cut| need >= **cut).count();
    all.into_iter().map(|(need, one)| Finished { stratum: stratum(need), ..one }).collect()
}

fn outcome(of: &Of<'_>, window: Window, follow: i64, as_of: Day) -> Option<(ProviderId, Day, bool)> {
    let first = of.treatment().find(|spell| spell.known_on <= as_of)?;
    let ends = first.started_on.plus(follow);
    if !window.contains(first.started_on) || ends > as_of {
        return None;
    }
    let died = shared::died_on(of, as_of).is_some_and(|(on, _)| on < ends);
    let success = first.end == SpellEnd::Completed && first.ended_on.is_some_and(|on| on < ends) && !died;
    Some((first.provider, first.started_on, success))
}

/// What paid people of a provider achieved beyond unpaid people: of the same provider where there are enough, else of
/// all. None with too few on either side.
pub(super) fn additional(all: &[Finished], provider: Option<ProviderId>, least: f64) -> Option<Additional> {
    let own = |one: &&Finished| provider.is_none_or(|provider| one.provider == provider);
    let paid: Vec<&Finished> = all.iter().filter(|one| one.group == Group::Paid).filter(own).collect();
    let others: Vec<&Finished> = all.iter().filter(|one| one.group == Group::Comparison).collect();
    if (paid.len().min(others.len()) as f64) < least.max(1.0) {
        return None;
    }
    let n = paid.len() as f64;
    let success = |people: &[&Finished]| people.iter().filter(|one| one.success).count() as f64;
    let overall = success(&others) / others.len() as f64;
    let (mut anyway, mut variance) = (0.0, 0.0);
    for stratum in 0..STRATA {
        let weight = paid.iter().filter(|one| one.stratum == stratum).count() as f64 / n;
        let like: Vec<&Finished> = others.iter().filter(|one| one.stratum == stratum).copied().collect();
        if weight == 0.0 {
            continue;
        }
        // A stratum without unpaid people takes the share of all of them, with one person's doubt.
        let (share, people) =
            if like.is_empty() { (overall, 1.0) } else { (success(&like) / like.len() as f64, like.len() as f64) };
        anyway += weight * share;
        // With one person counted on either side the doubt never vanishes.
        let kept = (share * people + 1.0) / (people + 2.0);
        variance += weight * weight * kept * (1.0 - kept) / people;
    }
    let share = success(&paid) / n;
    let kept = (share * n + 1.0) / (n + 2.0);
    let kept_anyway = (anyway * n + 1.0) / (n + 2.0);
    Some(Additional {
        n: paid.len(),
        others: others.len(),
        paid: share,
        anyway,
        claimed: paid
            .iter()
            .any(|one| one.claimed.is_some())
            .then(|| paid.iter().filter_map(|one| one.claimed).sum::<f64>() / n),
        error: (kept * (1.0 - kept) / n + variance).sqrt(),
        chance_error: (kept_anyway * (1.0 - kept_anyway) / n + variance).sqrt(),
    })
}

/// People on the side with fewer: paid people of the provider, or unpaid people.
pub(super) fn cases(all: &[Finished], provider: Option<ProviderId>) -> usize {
    let paid = all.iter().filter(|one| one.group == Group::Paid);
    let paid = paid.filter(|one| provider.is_none_or(|provider| one.provider == provider)).count();
    paid.min(all.iter().filter(|one| one.group == Group::Comparison).count())
}
