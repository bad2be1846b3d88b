//! How often does chance alone pay a cohort clause, and how often does it withhold what was earned?
//!
//! Cohorts are drawn from what the clause states in `noise`, put before the code that settles the clause as estimates,
//! and counted by what they are paid: any cohort, their pool, every hurdle and band together.

use std::fmt;

use meed_measures::Cohort;
use meed_settlement::{ProviderReadings, cohort_dues};
use meed_simulation::noise::{Assumed, Counted, Drawn, Tally};
use meed_statistics::Generator;
use meed_terms::{
    Clause, Kind, Terms,
    clause::{Against, Better, CohortEffect, Curve, Noise, PoolBy},
};
use meed_units::{EffectKind, EffectSize, Exact, PartyId};
use serde::Serialize;

/// How often cohorts are drawn.
pub const DRAWS: u64 = 4_000;

/// The seed of the draws, printed with what comes of them.
pub const SEED: u64 = 1;

/// What chance does to one clause.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Chance {
    /// The clause.
    pub clause: String,
    /// What comes of the draws, or why there are none.
    #[serde(flatten)]
    pub said: Said,
}

/// What comes of the draws, or why there are none.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Said {
    /// What comes of them.
    Drawn(Box<Outcome>),
    /// Why there are none.
    NotDrawn(String),
}

/// What comes of draws.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Outcome {
    /// What is assumed of each cohort.
    pub assumed: Assumed,
    /// How many cohorts.
    pub cohorts: u32,
    /// Where the assumptions come from.
    pub source: String,
    /// What the comparison is taken to be where it is not drawn with the cohort, in sentences.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub taken: Vec<String>,
    /// Whether money is paid first and taken back, so that keeping it is what counts.
    pub kept: bool,
    /// If nothing changes.
    pub nothing: Paid,
    /// The effect that is hoped for.
    pub hoped_for: String,
    /// If it comes true.
    pub hoped: Paid,
    /// The generator of the draws.
    pub generator: &'static str,
    /// Its seed.
    pub seed: u64,
}

/// What draws are paid.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Paid {
    /// How many.
    pub tally: Tally,
    /// On average, before caps, in whole units of the currency.
    pub mean: String,
}

/// What chance does to each cohort clause of a contract.
pub fn chances(terms: &Terms) -> Vec<Chance> {
    let effects = terms.contract.clause.iter().filter_map(|clause| match &clause.kind {
        Kind::CohortEffect(effect) => Some((clause, effect)),
        _ => None,
    });
    let said = effects.map(|(clause, effect)| Chance {
        clause: clause.id().to_owned(),
        said: match draws(terms, clause, effect) {
            Ok(outcome) => Said::Drawn(Box::new(outcome)),
            Err(why) => Said::NotDrawn(why),
        },
    });
    said.collect()
}

fn draws(terms: &Terms, clause: &Clause, effect: &CohortEffect) -> Result<Outcome, String> {
    let Some(noise) = effect.noise.as_ref().map(|noise| &noise.value) else {
        return Err(
            "the contract does not say how many people, with which mean and spread: state them in `noise`, such as noise = { people = 1000, share = \"47.5%\", hoped-for = ..., source = \"...\" }".to_owned()
        );
    };
    let base = noise.share.as_ref().map(|share| share.value.share());
    let base = base.or_else(|| noise.mean.as_ref().map(|mean| mean.value.clone())).unwrap_or(Exact::ZERO);
    let mut taken = Vec::new();
    // Where the comparison comes from something else than the estimate, what it comes from is drawn or taken as said here,
    // and the clause is settled with that as its comparison.
    let mut controls = noise.controls.as_ref().map(|controls| float(&controls.value));
    let from_elsewhere = match effect.against.as_ref().map(|against| &against.value) {
        Some(Against::OwnPrior(_)) => {
            let each = *controls.get_or_insert(1.0);
            let size = if each == 1.0 { String::from("as large") } else { format!("{each} times as large") };
            taken.push(format!("the earlier cohort is drawn as well, {size}, as if nothing changed"));
            true
        }
        Some(Against::Expected(_)) => {
            controls = None;
            taken.push(format!(
                "what was to be expected of these very people is taken to be right: {} of a person",
                base.to_plain(4)
            ));
            true
        }
        Some(Against::ModelledPath(_)) => {
            controls = None;
            taken.push(String::from(
                "the modelled path is taken to be right: cohorts scatter about it, and it does not err",
            ));
            true
        }
        Some(Against::WeightedMix(_)) => {
            taken.push(String::from(
                "the other estimates are taken to say what the clause's own says, which is the most that chance does where they rest on as many people",
            ));
            true
        }
        Some(Against::Supplied(_) | Against::Fixed(_) | Against::Assumed(_) | Against::Deadweight(_)) | None => false,
    };
    if let Some(needs) = &effect.needs {
        taken.push(format!(
            "`{}` is taken to have found what is needed: chance pays at most as often as is said here, and what was earned goes unpaid at least as often",
            needs.clause.value
        ));
    }
    let mut plain = terms.clone();
    for own in plain.contract.clause.0.iter_mut().filter(|own| own.id() == clause.id()) {
        if let Kind::CohortEffect(own) = &mut own.kind {
            own.agreed.needs = None;
            if from_elsewhere {
                own.agreed.against = None;
            }
        }
    }
    let found = plain.contract.clause.iter().find(|own| own.id() == clause.id());
    let (Some(clause), Some(Kind::CohortEffect(effect))) = (found, found.map(|own| &own.kind)) else {
        return Err("the clause is not there".to_owned());
    };
    let terms = &plain;
    let world = World::of(terms, clause, effect, noise, controls)?;
    Ok(Outcome {
        assumed: world.assumed,
        cohorts: world.cohorts,
        source: noise.source.clone(),
        taken,
        kept: matches!(effect.curve.value, Curve::Refund(_)),
        nothing: world.paid("nothing changes", 1.0)?,
        hoped_for: noise.hoped_for.value.to_string(),
        hoped: world.paid("hoped for", world.factor(&noise.hoped_for.value)?)?,
        generator: meed_statistics::generator::NAME,
        seed: SEED,
    })
}

/// What cohorts are drawn from, and how they are put before the settlement.
struct World<'a> {
    terms: &'a Terms,
    clause: &'a Clause,
    effect: &'a CohortEffect,
    noise: &'a Noise,
    assumed: Assumed,
    cohorts: u32,
    unit: &'static str,
    provider: PartyId,
}

impl<'a> World<'a> {
    fn of(
        terms: &'a Terms,
        clause: &'a Clause,
        effect: &'a CohortEffect,
        noise: &'a Noise,
        controls: Option<f64>,
    ) -> Result<World<'a>, String> {
        let counted = match (&noise.share, &noise.mean, &noise.dispersion) {
            (Some(share), _, _) => Counted::Share { share: float(&share.value.share()) },
            (None, Some(mean), Some(dispersion)) => {
                Counted::Events { mean: float(&mean.value), dispersion: float(&dispersion.value) }
            }
            _ => return Err("its `noise` states neither a share nor a mean with a dispersion".to_owned()),
        };
        let assumed = Assumed { people: noise.people.value, controls, counted };
        let assumed = assumed.checked().map_err(|refusal| format!("{refusal}: {}", refusal.remedy()))?;
        let by_share = noise.share.is_some();
        // Of savings without a cost of each unit, what is counted is the cost itself.
        let of_cost = matches!(&effect.curve.value, Curve::GainShare(share) if share.unit_cost.is_none());
        let unit = match (effect.effect_kind(), by_share) {
            (Some(EffectKind::Relative) | None, false) if of_cost => "cost",
            (Some(EffectKind::Relative | EffectKind::Points) | None, true) => "percent",
            (Some(EffectKind::Relative | EffectKind::Per100) | None, false) => "per-100",
            (Some(EffectKind::Days), false) => "days",
            (Some(EffectKind::Cost), false) => "cost",
            (Some(EffectKind::Cases), _) => "count",
            // Its cohort is those who had any event: `people` and `mean` are of them.
            (Some(EffectKind::PerReoffender), false) => "per-reoffender",
            (Some(kind), _) => {
                let figures = if by_share { "a share" } else { "events" };
                return Err(format!(
                    "{figures} of people cannot be drawn for effects such as {}",
                    kind.sized(Exact::ONE)
                ));
            }
        };
        let pool = effect.pooled.as_ref().map_or(1, |pooled| pooled.cohorts);
        let cohorts = noise.cohorts.as_ref().map_or(pool, |cohorts| cohorts.value);
        let mut world =
            World { terms, clause, effect, noise, assumed, cohorts, unit, provider: PartyId::new("provider") };
        // The clause may pay some providers only: the first of whom something can be said stands for all.
        let mut generator = Generator::new(SEED, "probe");
        let probe: Vec<Drawn> = (0..cohorts).map(|_| world.assumed.draw(1.0, &mut generator)).collect();
        for provider in terms.contract.parties.providers.iter() {
            world.provider = PartyId::new(&provider.value);
            let dues = cohort_dues(terms, clause.id(), &world.readings(&probe)?);
            match dues.iter().find_map(|due| due.waits.clone()) {
                Some(why) => return Err(format!("drawn cohorts wait: {why}")),
                None if dues.is_empty() => (),
                None => return Ok(world),
            }
        }
        Err("nothing falls due for drawn cohorts on the last days of the contract".to_owned())
    }

    /// What the mean is multiplied by where an effect is true.
    fn factor(&self, effect: &EffectSize) -> Result<f64, String> {
        let (size, base) = (float(effect.number()), self.assumed.base());
        let whole = base * f64::from(self.assumed.people);
        let share = match effect.kind() {
            EffectKind::Relative => size / 100.0,
            EffectKind::Points | EffectKind::Per100 => size / 100.0 / base,
            EffectKind::Days | EffectKind::Cost | EffectKind::Cases => size / whole,
            EffectKind::PerReoffender => size / base,
        };
        let factor = if self.effect.better == Some(Better::Higher) { 1.0 + share } else { 1.0 - share };
        let most = match self.assumed.counted {
            Counted::Share { share } => 1.0 / share,
            Counted::Events { .. } => f64::MAX,
        };
        if (0.0..=most).contains(&factor) {
            Ok(factor)
        } else {
            Err(format!("an effect of {effect} is more than the {base} of a person leaves room for"))
        }
    }

    /// Draws cohorts whose mean is `factor` times that if nothing changes, and counts what they are paid.
    fn paid(&self, name: &str, factor: f64) -> Result<Paid, String> {
        let source = Generator::new(SEED, &format!("{}/{name}", self.clause.id()));
        let kept = matches!(self.effect.curve.value, Curve::Refund(_));
        let (mut tally, mut total) = (Tally::default(), Exact::ZERO);
        for draw in 0..DRAWS {
            let mut generator = source.replicate(draw);
            let drawn: Vec<Drawn> = (0..self.cohorts).map(|_| self.assumed.draw(factor, &mut generator)).collect();
            let dues = cohort_dues(self.terms, self.clause.id(), &self.readings(&drawn)?);
            let amount: Exact = dues.iter().map(|due| due.amount.exact()).sum();
            let above = !amount.is_zero() && !amount.is_negative();
            tally.add(above || (kept && amount.is_zero()), amount.is_negative());
            total = total + amount;
        }
        let mean = total.checked_div(&Exact::from(DRAWS as i64)).unwrap_or(Exact::ZERO);
        let whole = (mean + Exact::ratio(1, 2)).floor().unwrap_or_default();
        Ok(Paid { tally, mean: meed_units::grouped(&whole.to_string()) })
    }

    /// Drawn cohorts as estimates that were reported on the last days of the contract.
    fn readings(&self, drawn: &[Drawn]) -> Result<ProviderReadings, String> {
        let mut estimates: Vec<Cohort> = Vec::with_capacity(drawn.len() + 1);
        for (place, one) in drawn.iter().enumerate() {
            estimates.push(self.estimate(&format!("{:03}", place + 1), one, drawn.len() - place)?);
        }
        if self.effect.pooled.as_ref().is_some_and(|pooled| pooled.by == PoolBy::Supplied) {
            let add = |sum: Drawn, one: &Drawn| Drawn {
                people: sum.people + one.people,
                seen: sum.seen + one.seen,
                controls: sum.controls + one.controls,
                seen_of_controls: sum.seen_of_controls + one.seen_of_controls,
            };
            let none = Drawn { people: 0, seen: 0, controls: 0, seen_of_controls: 0 };
            estimates.push(self.estimate("pooled", &drawn.iter().fold(none, add), 0)?);
        }
        let mut readings = ProviderReadings::default();
        readings.cohorts.insert(self.effect.measure.key(), estimates);
        Ok(readings)
    }

    fn estimate(&self, name: &str, drawn: &Drawn, days_before_last: usize) -> Result<Cohort, String> {
        let runs = self.terms.contract.runs.value;
        let reported_on = runs.last_day().plus_days(-(days_before_last as i64));
        let people = Exact::from(i64::from(drawn.people));
        // Of a whole cohort, of each person, or of a hundred people.
        let whole = matches!(self.unit, "days" | "cost" | "count");
        let size = match self.unit {
            _ if whole => people.clone(),
            "per-reoffender" => Exact::ONE,
            _ => Exact::from(100),
        };
        let rate = |seen: u64, of: &Exact| (Exact::from(seen as i64) * &size).checked_div(of);
        let expected = match drawn.controls {
            0 => {
                let base = self.noise.share.as_ref().map(|share| share.value.share());
                base.or_else(|| Some(self.noise.mean.as_ref()?.value.clone())).map(|base| base * &size)
            }
            controls => rate(drawn.seen_of_controls, &Exact::from(controls as i64)),
        };
        let (Some(actual), Some(counterfactual)) = (rate(drawn.seen, &people), expected) else {
            return Err("nobody is in a cohort".to_owned());
        };
        let method_hash = match self.effect.against.as_ref().map(|against| &against.value) {
            Some(Against::Supplied(supplied)) => supplied.method_hash.value.to_string(),
            _ => "drawn".to_owned(),
        };
        Ok(Cohort {
            cohort: name.to_owned(),
            provider: self.provider.clone(),
            period: runs,
            reported_on: reported_on.ok_or("the contract ends on the first day that there is")?,
            people,
            counterfactual,
            actual,
            unit: self.unit.to_owned(),
            method: "draws".to_owned(),
            method_hash,
        })
    }
}

/// Statistics are floating point; no money is worked out from them.
fn float(exact: &Exact) -> f64 {
    exact.to_plain(15).parse().unwrap_or(f64::NAN)
}

impl fmt::Display for Chance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.said {
            Said::NotDrawn(why) => write!(f, "chance alone, clause `{}`: not worked out, {why}", self.clause),
            Said::Drawn(outcome) => write!(f, "chance alone, clause `{}`: {outcome}", self.clause),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paid = if self.kept { "the money is kept" } else { "something is paid" };
        let unpaid = if self.kept { "it is taken back" } else { "nothing is paid" };
        let (nothing, hoped) = (&self.nothing, &self.hoped);
        writeln!(f, "if nothing changes, {paid} in {} (on average {})", share(nothing.tally.paid), nothing.mean)?;
        let missed = hoped.tally.draws - hoped.tally.paid;
        writeln!(f, "  if {} is true, {unpaid} in {} (on average {})", self.hoped_for, share(missed), hoped.mean)?;
        let taken = nothing.tally.taken_back;
        if !self.kept && taken > 0 {
            writeln!(f, "  if nothing changes, money is taken back in {}", share(taken))?;
        }
        for taken in &self.taken {
            writeln!(f, "  {taken}")?;
        }
        let cohorts =
            if self.cohorts == 1 { "1 cohort".to_owned() } else { format!("{} cohorts together", self.cohorts) };
        write!(
            f,
            "  {cohorts}, {} draws of {} with seed {}, settled as the clause says, before caps; figures: {}",
            nothing.tally.draws,
            self.generator,
            self.seed,
            self.source.trim_end_matches('.')
        )
    }
}

/// `3.9% of draws (3.3% to 4.5%)`
fn share(count: u64) -> String {
    let (low, high) = Tally::interval(count, DRAWS);
    let percent = |share: f64| format!("{:.1}%", 100.0 * share);
    format!("{} of draws ({} to {})", percent(count as f64 / DRAWS as f64), percent(low), percent(high))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use meed_terms::Folder;

    use super::*;

    /// What chance does to a clause with this comparison, more of its `noise`, and a clause before it.
    fn said(comparison: &str, more: &str, before: &str) -> Said {
        let contract = format!(
            "title = \"T\"\ncurrency = \"GBP\"\nruns = {{ from = 2015-04-01, until = 2018-04-01 }}\nsettles = \"yearly\"\n\
             [parties]\ncommissioner = \"moj\"\nproviders = [\"north\"]\n{before}\n\
             [[clause]]\nid = \"reoffenders\"\ntitle = \"R\"\nkind = \"cohort-effect\"\nmeasure = \"effects/supplied\"\n\
             threshold = \"5 points\"\nper-averted = \"1_000.00\"\n{comparison}\n\
             [clause.noise]\npeople = 400\nshare = \"40%\"\nhoped-for = \"8 points\"\nsource = \"ours\"\n{more}"
        );
        let score = include_str!("../../../contracts/examples/risk-adjusted/measures/score.sql");
        let folder = Folder {
            name: String::from("t"),
            contract,
            measures: BTreeMap::from([(String::from("score"), score.to_owned())]),
            included: BTreeMap::new(),
        };
        let read = Terms::read(&folder);
        let terms = read.terms.unwrap_or_else(|| panic!("{:?}", read.diagnostics));
        let own = chances(&terms).into_iter().find(|chance| chance.clause == "reoffenders");
        own.expect("a cohort clause").said
    }

    #[track_caller]
    fn drawn(comparison: &str, more: &str) -> Outcome {
        drawn_after(comparison, more, "")
    }

    #[track_caller]
    fn drawn_after(comparison: &str, more: &str, before: &str) -> Outcome {
        match said(comparison, more, before) {
            Said::Drawn(outcome) => *outcome,
            Said::NotDrawn(why) => panic!("{why}"),
        }
    }

    #[test]
    fn an_earlier_cohort_is_drawn_and_scatters_as_well() {
        let fixed = drawn("", "");
        let prior = drawn("against = { own-prior = { cohort = \"baseline\" } }", "");
        // Five points against a figure are two standard deviations and a bit, against as many other people less than one and a half.
        assert!(fixed.nothing.tally.paid * 2 < prior.nothing.tally.paid, "{fixed:?} {prior:?}");
        assert_eq!(prior.assumed.controls, Some(1.0));
        assert_eq!(prior.taken, ["the earlier cohort is drawn as well, as large, as if nothing changed"]);
        let larger = drawn("against = { own-prior = { before = \"12 months\" } }", "controls = \"4\"");
        assert!(larger.nothing.tally.paid < prior.nothing.tally.paid, "{larger:?}");
        assert!(prior.to_string().contains("  the earlier cohort is drawn as well"), "{prior}");
    }

    #[test]
    fn an_expectation_is_taken_to_be_right_and_other_estimates_to_agree() {
        let fixed = drawn("", "");
        let expected = drawn("against = { expected = { measure = \"score\" } }", "");
        assert_eq!((&expected.nothing, &expected.hoped), (&fixed.nothing, &fixed.hoped));
        assert!(expected.taken[0].contains("taken to be right: 0.4 of a person"), "{:?}", expected.taken);
        assert!(fixed.taken.is_empty());
    }

    #[test]
    fn a_clause_that_asks_for_another_is_drawn_as_if_that_were_met() {
        let needs = drawn_after(
            "needs = { clause = \"service\", verdict = \"reached\" }",
            "",
            "[[clause]]\nid = \"service\"\ntitle = \"S\"\nkind = \"cohort-effect\"\nmeasure = \"effects/supplied\"\n\
             threshold = \"1 points\"\nper-averted = \"1.00\"\n",
        );
        assert!(needs.taken[0].starts_with("`service` is taken to have found what is needed"), "{:?}", needs.taken);
        assert_eq!(needs.nothing, drawn("", "").nothing);
    }
}
