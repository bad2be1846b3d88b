//! A share withheld from what other clauses pay, and earned back by a score.

use meed_terms::clause::{Domain, MissingDomain, Withhold};
use meed_units::{ClauseId, Exact, Money, Percent, Period};
use serde::{Deserialize, Serialize};

use super::{Pays, Placed, counted};
use crate::{
    because::{Hold, ReadingUsed},
    due::{Asking, Due},
    paid::Paid,
    readings::ProviderReadings,
    statement::Line,
    working::{Form, Op, Working, amount},
};

/// Why something is withheld, or earned back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Because {
    /// Which days.
    pub period: Period,
    /// The clauses it is withheld from.
    pub of: Vec<ClauseId>,
    /// What they paid, or what was withheld of it.
    pub money: Money,
    /// The score, where it is earned back.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub score: Option<Score>,
}

/// A score over domains.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Score {
    /// Each domain with a reading.
    pub domains: Vec<Scored>,
    /// All of them together.
    pub total: Percent,
}

/// How one domain scored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Scored {
    /// Which domain.
    pub id: String,
    /// Its reading.
    pub reading: Percent,
    /// What it scores.
    pub scores: Percent,
    /// Its weight, after others' were shared out.
    pub weight: Percent,
}

/// A score with what it rests on, or why it cannot be said yet.
type Known = Result<(Score, Vec<ReadingUsed>), Hold>;

impl Because {
    pub(super) fn sentence(&self, line: &Line) -> String {
        let of: Vec<&str> = self.of.iter().map(|clause| &**clause).collect();
        let of = of.join(", ");
        let Some(score) = &self.score else {
            return format!(
                "withheld from the {} that {of} paid {} in {}",
                amount(self.money),
                line.provider,
                self.period
            );
        };
        let each: Vec<String> = score
            .domains
            .iter()
            .map(|one| format!("{} was {} and scores {} at {}", one.id, one.reading, one.scores, one.weight))
            .collect();
        format!(
            "of the {} withheld from {} in {}, a score of {} is earned back: {}",
            amount(self.money),
            line.provider,
            self.period,
            score.total,
            each.join("; ")
        )
    }
}

impl Pays for Withhold {
    fn looks_at_paid(&self) -> bool {
        true
    }

    fn after(&self, placed: Placed<'_>, paid: &Paid<'_>, readings: &ProviderReadings, asking: &Asking<'_>) -> Vec<Due> {
        let of = counted::places(&self.of, asking);
        let named: Vec<ClauseId> = of.iter().map(|at| asking.terms.contract.clause[*at].id().into()).collect();
        let withheld = |provider: &str, period: Period| {
            let base = paid.of(&of, provider, period);
            let working = Working::money("paid", base.amount, asking.rounding())
                .times_percent("withheld", &self.share.on(period.from).cloned().unwrap_or_default())
                .then(Op::Times, "taken", Exact::from(-1), Form::Number);
            (base, working)
        };
        let mut dues = Vec::new();
        let periods = counted::stretches(None, placed, asking);
        for provider in counted::providers(placed, asking) {
            for period in &periods {
                let (base, working) = withheld(provider, *period);
                if base.lines == 0 {
                    continue;
                }
                let because = Because { period: *period, of: named.clone(), money: base.amount, score: None };
                let occurrence = format!("{period}/withheld");
                dues.push(Due::of(placed, occurrence, &provider.into(), period.last_day(), working, because));
            }
        }
        for stretch in counted::stretches(self.over, placed, asking) {
            let inside = |period: &&Period| stretch.from <= period.from && period.until <= stretch.until;
            let each: Vec<(&str, Money, Known)> = counted::providers(placed, asking)
                .filter_map(|provider| {
                    let taken: Vec<_> =
                        periods.iter().filter(inside).map(|period| withheld(provider, *period)).collect();
                    let lines: u64 = taken.iter().map(|(base, _)| base.lines).sum();
                    let money: Money = taken.iter().map(|(_, working)| -working.result).sum();
                    (lines > 0).then(|| (provider, money, score(self, provider, stretch, readings, asking)))
                })
                .collect();
            let slope = slope(self, &each);
            for (provider, money, score) in each {
                dues.push(earned(placed, provider, stretch, money, score, slope.as_ref(), &named, asking));
            }
        }
        dues
    }
}

/// What the score is multiplied by: as agreed, or so that all earn back what was withheld from all.
fn slope(withhold: &Withhold, each: &[(&str, Money, Known)]) -> Option<Exact> {
    if !withhold.budget_neutral.0 {
        return withhold.slope.as_ref().map(|slope| slope.value.0.clone());
    }
    let known = || each.iter().filter_map(|(_, money, score)| Some((money.exact(), &score.as_ref().ok()?.0)));
    let withheld: Exact = known().map(|(money, _)| money).sum();
    let scored: Exact = known().map(|(money, score)| money * score.total.share()).sum();
    withheld.checked_div(&scored)
}

#[allow(clippy::too_many_arguments)]
fn earned(
    placed: Placed<'_>,
    provider: &str,
    stretch: Period,
    money: Money,
    score: Known,
    slope: Option<&Exact>,
    of: &[ClauseId],
    asking: &Asking<'_>,
) -> Due {
    let mut working = Working::money("withheld", money, asking.rounding());
    let (score, used, mut hold) = match score {
        Ok((score, used)) => (Some(score), used, None),
        Err(hold) => (None, Vec::new(), Some(hold)),
    };
    if let Some(score) = &score {
        working = working.times_percent("score", &score.total);
        if let Some(slope) = slope {
            working = working.then(Op::Times, "slope", slope.clone(), Form::Number);
        }
    }
    if let Some(hold) = &mut hold {
        hold.amount = working.result;
    }
    let because = Because { period: stretch, of: of.to_vec(), money, score };
    let occurrence = format!("{stretch}/earned-back");
    Due { readings: used, hold, ..Due::of(placed, occurrence, &provider.into(), stretch.last_day(), working, because) }
}

/// The score of a provider; why it is held where it cannot be said.
fn score(
    withhold: &Withhold,
    provider: &str,
    stretch: Period,
    readings: &ProviderReadings,
    asking: &Asking<'_>,
) -> Known {
    let nothing = asking.rounding().round(&Exact::ZERO);
    let mut known = Vec::new();
    for domain in withhold.domains.iter() {
        match counted::share(&domain.measure, provider, stretch, readings) {
            Some((reading, evidence)) => known.push((domain, reading, evidence)),
            None if withhold.when_missing == MissingDomain::ReWeight => (),
            None => return Err(counted::missing(&domain.measure, provider, stretch, nothing)),
        }
    }
    let weights: Exact = known.iter().map(|(domain, ..)| domain.weight.share()).sum();
    let (mut domains, mut used, mut total) = (Vec::new(), Vec::new(), Exact::ZERO);
    for (domain, reading, evidence) in known {
        let weight = domain.weight.share().checked_div(&weights).unwrap_or_default();
        let scores = scores(domain, &reading);
        total = total + &weight * &scores;
        used.push(ReadingUsed {
            measure: domain.measure.name.value.clone(),
            said: reading.to_string(),
            evidence,
            sent_by: None,
        });
        domains.push(Scored {
            id: domain.id.value.to_string(),
            reading,
            scores: Percent::of_share(&scores),
            weight: Percent::of_share(&weight),
        });
    }
    if domains.is_empty() {
        let first =
            withhold.domains.first().map(|domain| counted::missing(&domain.measure, provider, stretch, nothing));
        return Err(first.unwrap_or(Hold {
            why: "the score has no domain".into(),
            released_by: "a domain".into(),
            amount: nothing,
        }));
    }
    Ok((Score { domains, total: Percent::of_share(&total) }, used))
}

/// In full from `full-at` on, nothing up to `zero-at`, and in proportion between.
fn scores(domain: &Domain, reading: &Percent) -> Exact {
    if *reading >= domain.full_at.value {
        return Exact::ONE;
    }
    let Some(zero) = &domain.zero_at else { return Exact::ZERO };
    let way = domain.full_at.number() - zero.number();
    let gone = reading.number() - zero.number();
    gone.checked_div(&way).unwrap_or_default().max(Exact::ZERO)
}
