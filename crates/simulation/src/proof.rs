//! How often does a guardrail find what it should find, and how often does it cry out over an honest provider?
//!
//! For each seed one caseload is made in which nobody behaves, one in which the honest provider's people are harder than
//! everybody else's, and one for each behaviour. The first two are asked every question. The others are asked the
//! questions that should find the behaviour, and allowance for many questions is made with the answers that the honest
//! caseload of the same seed gave to all the rest: as in a month in which one thing is wrong.

mod page;

pub use page::page;

use std::sync::atomic::{AtomicU32, Ordering};

use meed_guardrails::caseload::Caseload;
use meed_guardrails::finding::{Direction, Family};
use meed_guardrails::indicator::FALSE_DISCOVERY_RATE;
use meed_guardrails::{Day, Finding, Indicator, Standing, family, indicators};

use crate::behaviour::{Behaviour, behaviours};
use crate::made::Others;
use crate::setting::Setting;

/// By how many standard deviations people of the honest provider with a hard caseload need more than others'.
pub const HARDER: f64 = 0.7;
/// A guardrail should find the behaviour in this share of caseloads.
pub const SHOULD_FIND: f64 = 0.80;
/// A guardrail should cry out over at most this share of honest years.
pub const SHOULD_CRY: f64 = 0.05;

/// One behaviour that one guardrail should find.
#[derive(Clone)]
pub struct Case {
    /// Which guardrail.
    pub indicator: &'static dyn Indicator,
    /// Which behaviour.
    pub behaviour: &'static dyn Behaviour,
    /// By which degree.
    pub degree: f64,
    /// People referred to a provider in a year.
    pub referrals_a_year: u32,
}

/// What came of one question asked of many caseloads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Caseloads in which the watched provider, or the contract as a whole, was worth asking about.
    pub flagged: u32,
    /// Caseloads in which there were too few cases for any figure, or the question could not be asked.
    pub silent: u32,
    /// Caseloads.
    pub of: u32,
}

/// What came of all of it.
pub struct Results {
    /// Under honest conduct, by guardrail.
    pub honest: Vec<(&'static dyn Indicator, Count)>,
    /// Under honest conduct with a hard caseload, by guardrail.
    pub hard: Vec<(&'static dyn Indicator, Count)>,
    /// Under each behaviour.
    pub found: Vec<(Case, Count)>,
    /// How the caseloads were made.
    pub setting: Setting,
}

/// What is to be proved.
pub struct Plan {
    /// How caseloads are made, but for the seed, the behaviours and the size of cases.
    pub setting: Setting,
    /// How many caseloads, by seeds from that of the setting on.
    pub caseloads: u32,
    /// How many threads share the work. The result does not depend on it.
    pub threads: usize,
    /// Which guardrails; all when empty.
    pub only: Vec<String>,
    /// How many times as many people as usual.
    pub times: u32,
}

impl Count {
    /// Share that was flagged.
    pub fn share(self) -> f64 {
        if self.of == 0 { 0.0 } else { f64::from(self.flagged) / f64::from(self.of) }
    }

    /// Wilson's 95% interval of that share; the whole range when there is no caseload.
    pub fn interval(self) -> (f64, f64) {
        if self.of == 0 {
            return (0.0, 1.0);
        }
        let (n, share, z) = (f64::from(self.of), self.share(), 1.959_963_984_540_054_f64);
        let middle = share + z * z / (2.0 * n);
        let half = z * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
        let scale = 1.0 + z * z / n;
        (((middle - half) / scale).max(0.0), ((middle + half) / scale).min(1.0))
    }

    fn add(&mut self, other: Count) {
        self.flagged += other.flagged;
        self.silent += other.silent;
        self.of += other.of;
    }
}

/// Every behaviour beside every guardrail that should find it, for the guardrails that there are.
pub fn cases(plan: &Plan) -> Vec<Case> {
    let mut cases = Vec::new();
    for indicator in wanted(plan) {
        for behaviour in behaviours() {
            if behaviour.found_by().contains(&indicator.about().id) {
                cases.push(Case {
                    indicator,
                    behaviour: *behaviour,
                    degree: behaviour.stated_degree(),
                    referrals_a_year: plan.setting.referrals_a_year * plan.times,
                });
            }
        }
    }
    cases
}

fn wanted(plan: &Plan) -> Vec<&'static dyn Indicator> {
    let asked = |indicator: &&dyn Indicator| {
        plan.only.is_empty() || plan.only.iter().any(|id| id.eq_ignore_ascii_case(indicator.about().id))
    };
    let mut wanted: Vec<&dyn Indicator> = indicators().iter().copied().filter(asked).collect();
    wanted.sort_by_key(|indicator| indicator.about().id);
    wanted
}

/// Makes the caseloads and asks the questions. `told` hears how many seeds are done.
pub fn prove(plan: &Plan, told: &(dyn Fn(u32) + Sync)) -> Results {
    let (cases, wanted) = (cases(plan), wanted(plan));
    let next = AtomicU32::new(0);
    let work = || {
        let mut honest = vec![Count::default(); wanted.len()];
        let mut hard = vec![Count::default(); wanted.len()];
        let mut found = vec![Count::default(); cases.len()];
        loop {
            let nth = next.fetch_add(1, Ordering::Relaxed);
            if nth >= plan.caseloads {
                break (honest, hard, found);
            }
            let seed = plan.setting.seed + u64::from(nth);
            one_seed(plan, seed, &wanted, &cases, (&mut honest, &mut hard, &mut found));
            told(nth + 1);
        }
    };
    let parts: Vec<_> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..plan.threads.max(1)).map(|_| scope.spawn(work)).collect();
        running.into_iter().map(|thread| thread.join().expect("a proof does not panic")).collect()
    });
    let mut honest = vec![Count::default(); wanted.len()];
    let mut hard = honest.clone();
    let mut found = vec![Count::default(); cases.len()];
    for part in parts {
        honest.iter_mut().zip(part.0).for_each(|(sum, count)| sum.add(count));
        hard.iter_mut().zip(part.1).for_each(|(sum, count)| sum.add(count));
        found.iter_mut().zip(part.2).for_each(|(sum, count)| sum.add(count));
    }
    Results {
        honest: wanted.iter().copied().zip(honest).collect(),
        hard: wanted.iter().copied().zip(hard).collect(),
        found: cases.into_iter().zip(found).collect(),
        setting: plan.setting.clone(),
    }
}

fn one_seed(
    plan: &Plan,
    seed: u64,
    wanted: &[&'static dyn Indicator],
    cases: &[Case],
    (honest, hard, found): (&mut [Count], &mut [Count], &mut [Count]),
) {
    let base = Setting { seed, referrals_a_year: plan.setting.referrals_a_year * plan.times, ..plan.setting.clone() };
    let as_of = base.as_of();
    let others = Others::made(&base);
    let calm = others.caseload(Vec::new(), 0.0);
    let watched = calm.names.provider(meed_guardrails::caseload::ProviderId::at(0)).to_owned();
    let every: Vec<(&str, Vec<Finding>)> =
        indicators().iter().map(|one| (one.about().id, answers(*one, &calm, as_of))).collect();
    drop(calm);
    for (count, indicator) in honest.iter_mut().zip(wanted) {
        count.add(counted(indicator.about().id, &every, None, &watched, false));
    }
    let harder = others.caseload(Vec::new(), HARDER);
    let every_hard: Vec<(&str, Vec<Finding>)> =
        indicators().iter().map(|one| (one.about().id, answers(*one, &harder, as_of))).collect();
    drop(harder);
    for (count, indicator) in hard.iter_mut().zip(wanted) {
        count.add(counted(indicator.about().id, &every_hard, None, &watched, false));
    }
    for (count, case) in found.iter_mut().zip(cases) {
        let made = others.caseload(vec![(case.behaviour, case.degree)], 0.0);
        let id = case.indicator.about().id;
        count.add(counted(
            id,
            &every,
            Some(answers(case.indicator, &made, as_of)),
            &watched,
            case.behaviour.other_way(),
        ));
    }
}

/// What one guardrail answers on its own; nothing when a table it needs is not there.
fn answers(indicator: &dyn Indicator, caseload: &Caseload, as_of: Day) -> Vec<Finding> {
    let about = indicator.about();
    if about.needs.iter().all(|need| need.met(caseload)) {
        indicator.ask(caseload, &about.defaults(), as_of)
    } else {
        Vec::new()
    }
}

/// Whether a guardrail cried out, after allowance for many questions among all answers, its own replaced where given.
fn counted(
    id: &str,
    every: &[(&str, Vec<Finding>)],
    instead: Option<Vec<Finding>>,
    watched: &str,
    other_way: bool,
) -> Count {
    let own: &[Finding] = match &instead {
        Some(findings) => findings,
        None => every.iter().find(|(other, _)| *other == id).map_or(&[], |(_, findings)| findings),
    };
    let own_count = own.len();
    let mut all: Vec<Finding> = own.to_vec();
    all.extend(every.iter().filter(|(other, _)| *other != id).flat_map(|(_, findings)| findings.iter().cloned()));
    family::allow_for_many(&mut all, FALSE_DISCOVERY_RATE);
    let about_watched = |finding: &&Finding| {
        finding.subject.provider.as_deref().is_none_or(|provider| provider == watched) && !is_sentinel(finding)
    };
    let mut silent = true;
    let mut flagged = false;
    for finding in all[..own_count].iter().filter(about_watched) {
        silent &= finding.standing == Standing::TooFew;
        // The other way is shown and not asked about; it counts as found when it is as sure as what is asked about.
        let sure = finding.q.is_none_or(|q| q <= FALSE_DISCOVERY_RATE);
        flagged |= if other_way {
            finding.direction == Direction::OtherWay && sure
        } else {
            finding.standing >= Standing::WorthAsking
        };
    }
    Count { flagged: u32::from(flagged), silent: u32::from(silent), of: 1 }
}

/// Whether a finding is one that every single event of its kind makes, such as a death within four weeks of leaving: it
/// is looked at whatever the statistics say, so it is neither a detection nor a false alarm.
pub fn is_sentinel(finding: &Finding) -> bool {
    let single_event = finding.subject.person.is_some() && finding.subject.claim.is_none();
    finding.p.is_none() && (finding.family == Family::Harm || single_event)
}
