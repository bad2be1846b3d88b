//! What the contract says that guardrails need to know: bands, prices, hurdles, edges, and when it began.

use meed_guardrails::{
    Caseload, Day,
    caseload::{Hurdle, HurdleDay, SpellKind, Tier},
};
use meed_terms::{Kind, Terms};

/// Sets the scheme of the caseload, and adds the parties that the contract pays.
pub(super) fn read(terms: &Terms, caseload: &mut Caseload) {
    let contract = &terms.contract;
    for provider in contract.parties.providers.iter() {
        caseload.provider(&provider.value);
    }
    let scheme = &mut caseload.scheme;
    scheme.contract = contract.title.value.clone();
    scheme.go_live = Some(Day::of(contract.runs.value.from));
    scheme.ends_on = Some(Day::of(contract.runs.value.until));
    scheme.bands = contract.band.iter().map(|band| band.id.value.to_string()).collect();
    scheme.deadlines = terms.periods.iter().map(|period| Day::of(period.until).plus(-1)).collect();
    scheme.deadlines.sort_unstable();
    let from: Vec<f64> =
        contract.band.iter().filter_map(|band| band.from.as_ref().map(|from| f64::from(from.value))).collect();
    if from.len() == scheme.bands.len() {
        scheme.cutoffs = from;
    }
    let on = contract.runs.value.from;
    for clause in contract.clause.iter() {
        match &clause.kind {
            Kind::PerOutcome(outcome) => {
                let after = outcome.vests.as_ref().and_then(|vests| vests.value.after.on(on));
                if let Some(days) = after.and_then(approximate_days) {
                    let clause = caseload.names.word_of(clause.id());
                    caseload.scheme.hurdles.push(Hurdle { clause, days, after_exit: true });
                }
                if caseload.scheme.tariffs.is_empty() {
                    caseload.scheme.tariffs = tariffs(&caseload.scheme.bands, &outcome.price, on);
                }
            }
            Kind::Block(block) => {
                let Some(scale) = &block.scaled_by else { continue };
                let measure = caseload.names.word_of(&scale.measure.name.value);
                let steps = scale.steps.value.on(on);
                for step in steps.into_iter().flatten() {
                    let edge = share(&step.at_least.value);
                    if edge > 0.0 {
                        caseload.scheme.tiers.push(Tier { measure, edge });
                    }
                }
            }
            _ => (),
        }
    }
}

/// Days on which a payment falls due: those of the evidence, else the hurdles of the contract counted from each end of
/// treatment.
pub(super) fn payment_days(caseload: &mut Caseload) {
    if !caseload.hurdle_days.is_empty() || caseload.scheme.hurdles.is_empty() {
        return;
    }
    let mut due = Vec::new();
    for spell in caseload.spells.iter().filter(|spell| spell.kind == SpellKind::Treatment) {
        for hurdle in &caseload.scheme.hurdles {
            let counted = if hurdle.after_exit { spell.ended_on } else { Some(spell.started_on) };
            due.extend(counted.map(|from| HurdleDay {
                person: spell.person,
                on: from.plus(hurdle.days),
                known_on: spell.known_on,
                provider: spell.provider,
                clause: hurdle.clause,
                after_exit: hurdle.after_exit,
            }));
        }
    }
    caseload.hurdle_days = due;
}

/// A length in days; a month counts 365/12 days, to the nearest day.
fn approximate_days(length: &meed_units::Length) -> Option<i64> {
    length.days().map(i64::from).or_else(|| length.months().map(|months| (i64::from(months) * 365 + 6) / 12))
}

/// What an outcome of each band pays against the cheapest; empty where a band has no price.
fn tariffs(
    bands: &[String],
    price: &meed_terms::Named<meed_units::Dated<meed_units::Money>>,
    on: meed_units::Date,
) -> Vec<f64> {
    let of = |band: &String| {
        price.of(band).and_then(|dated| dated.on(on)).and_then(|money| money.exact().to_plain(6).parse::<f64>().ok())
    };
    let prices: Vec<f64> = bands.iter().filter_map(of).collect();
    let least = prices.iter().copied().fold(f64::INFINITY, f64::min);
    if prices.len() < bands.len().max(2) || least <= 0.0 {
        return Vec::new();
    }
    prices.iter().map(|price| price / least).collect()
}

/// A percentage as a share.
fn share(percent: &meed_units::Percent) -> f64 {
    percent.share().to_plain(12).parse().unwrap_or(0.0)
}
