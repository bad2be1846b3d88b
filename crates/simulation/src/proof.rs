//! How often does a guardrail find what it should find, and how often does it cry out over an honest provider?
//!
//! For each seed one caseload is made in which nobody behaves, one in which the honest provider's people are harder than
//! everybody else's, and one for each behaviour. The first two are asked every question. The others are asked the
//! questions that should find the behaviour, and allowance for many questions is made with the answers that the honest
//! caseload of the same seed gave to all the rest: as in a month in which one thing is wrong.

mod page;

pub use page::page;

use std::sync::atomic::{AtomicUsize, Ordering};

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

/// What came of one seed: by guardrail under honest conduct and with a hard caseload, and by case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfSeed {
    /// The seed.
    pub seed: u64,
    counts: [Vec<Count>; 3],
}

impl OfSeed {
    /// One line of text: the seed, then a character for each count.
    pub fn line(&self) -> String {
        let told = |count: &Count| match (count.flagged, count.silent) {
            (0, 0) => '.',
            (0, _) => '-',
            (_, 0) => 'F',
            _ => 'B',
        };
        let [honest, hard, found] = self.counts.each_ref().map(|counts| counts.iter().map(told).collect::<String>());
        format!("{} {honest} {hard} {found}", self.seed)
    }

    /// The seed that a line tells of, where it is one of this plan.
    pub fn told(line: &str, plan: &Plan) -> Option<OfSeed> {
        let mut parts = line.split(' ');
        let seed: u64 = parts.next()?.parse().ok()?;
        let of = |text: &str| -> Option<Vec<Count>> {
            let count = |mark| {
                let (flagged, silent) = match mark {
                    '.' => (0, 0),
                    '-' => (0, 1),
                    'F' => (1, 0),
                    'B' => (1, 1),
                    _ => return None,
                };
                Some(Count { flagged, silent, of: 1 })
            };
            text.chars().map(count).collect()
        };
        let counts = [of(parts.next()?)?, of(parts.next()?)?, of(parts.next()?)?];
        let (guardrails, cases) = (wanted(plan).len(), cases(plan).len());
        let fits = [guardrails, guardrails, cases] == counts.each_ref().map(Vec::len) && parts.next().is_none();
        let ours = (plan.setting.seed..plan.setting.seed + u64::from(plan.caseloads)).contains(&seed);
        (fits && ours).then_some(OfSeed { seed, counts })
    }
}

/// Makes the caseloads and asks the questions, but for the seeds that are done. `told` hears of every further seed.
pub fn prove(plan: &Plan, done: &[OfSeed], told: &(dyn Fn(&OfSeed) + Sync)) -> Results {
    let (cases, wanted) = (cases(plan), wanted(plan));
    let seeds: Vec<u64> = (0..u64::from(plan.caseloads))
        .map(|nth| plan.setting.seed + nth)
        .filter(|seed| done.iter().all(|one| one.seed != *seed))
        .collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut own = Vec::new();
        while let Some(seed) = seeds.get(next.fetch_add(1, Ordering::Relaxed)) {
            let one = one_seed(plan, *seed, &wanted, &cases);
            told(&one);
            own.push(one);
        }
        own
    };
    let parts: Vec<OfSeed> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..plan.threads.max(1)).map(|_| scope.spawn(work)).collect();
        running.into_iter().flat_map(|thread| thread.join().expect("a proof does not panic")).collect()
    });
    let mut honest = vec![Count::default(); wanted.len()];
    let mut hard = honest.clone();
    let mut found = vec![Count::default(); cases.len()];
    for part in parts.iter().chain(done) {
        for (sums, counts) in [&mut honest, &mut hard, &mut found].into_iter().zip(&part.counts) {
            sums.iter_mut().zip(counts).for_each(|(sum, count)| sum.add(*count));
        }
    }
    Results {
        honest: wanted.iter().copied().zip(honest).collect(),
        hard: wanted.iter().copied().zip(hard).collect(),
        found: cases.into_iter().zip(found).collect(),
        setting: plan.setting.clone(),
    }
}

fn one_seed(plan: &Plan, seed: u64, wanted: &[&'static dyn Indicator], cases: &[Case]) -> OfSeed {
    let base = Setting { seed, referrals_a_year: plan.setting.referrals_a_year * plan.times, ..plan.setting.clone() };
    let as_of = base.as_of();
    let others = Others::made(&base);
    let calm = others.caseload(Vec::new(), 0.0);
    let watched = calm.names.provider(meed_guardrails::caseload::ProviderId::at(0)).to_owned();
    let every: Vec<(&str, Vec<Finding>)> =
        indicators().iter().map(|one| (one.about().id, answers(*one, &calm, as_of))).collect();
    drop(calm);
    let honest = wanted.iter().map(|one| counted(one.about().id, &every, None, &watched, false)).collect();
    let harder = others.caseload(Vec::new(), HARDER);
    let every_hard: Vec<(&str, Vec<Finding>)> =
        indicators().iter().map(|one| (one.about().id, answers(*one, &harder, as_of))).collect();
    drop(harder);
    let hard = wanted.iter().map(|one| counted(one.about().id, &every_hard, None, &watched, false)).collect();
    let found = |case: &Case| {
        let made = others.caseload(vec![(case.behaviour, case.degree)], 0.0);
        let id = case.indicator.about().id;
        counted(id, &every, Some(answers(case.indicator, &made, as_of)), &watched, case.behaviour.other_way())
    };
    OfSeed { seed, counts: [honest, hard, cases.iter().map(found).collect()] }
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
