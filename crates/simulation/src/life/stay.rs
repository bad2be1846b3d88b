//! How long a person stays in treatment and how it ends: five ways out, and the first to come is taken.

use meed_guardrails::caseload::{EventKind, Group, SpellEnd};

use super::Life;
use crate::calibration::{
    COMPLETION_MEAN, COMPLETION_NEED, COMPLETION_SHAPE, CONTRACT_EFFECT, CUSTODY_MEAN, DEATHS_PER_100_YEARS,
    DROPOUT_MEAN, DROPOUT_NEED, DROPOUT_SHAPE, TRANSFER_MEAN,
};
use crate::draws::Draws;
use crate::person::{Person, Substance};
use crate::world::World;

/// Days by a Weibull distribution of this mean and shape.
pub(crate) fn weibull_days(mean: f64, shape: f64, draws: &mut Draws) -> f64 {
    let scale = mean / gamma_function(1.0 + 1.0 / shape);
    scale * draws.exponential().powf(1.0 / shape)
}

/// The gamma function above 1, by Stirling's series after a shift; eight digits, which a made number of days does not need.
fn gamma_function(x: f64) -> f64 {
    if x < 8.0 {
        return gamma_function(x + 1.0) / x;
    }
    let series = 1.0 + 1.0 / (12.0 * x) + 1.0 / (288.0 * x * x);
    (std::f64::consts::TAU / x).sqrt() * (x / std::f64::consts::E).powf(x) * series
}

/// Plans the end of the stay.
pub fn stay(life: &mut Life, _: &World, draws: &mut Draws) {
    let need = life.person.need;
    let completion = COMPLETION_MEAN * (COMPLETION_NEED * need).exp() * draws.gamma(COMPLETION_SHAPE);
    // What a provider adds for people it is paid for is that fewer of them give up.
    let kept = if life.in_contract && life.group == Group::Paid { 1.0 + CONTRACT_EFFECT * life.effort } else { 1.0 };
    let dropout = kept * weibull_days(DROPOUT_MEAN * (-DROPOUT_NEED * need).exp(), DROPOUT_SHAPE, draws);
    let transfer = TRANSFER_MEAN * draws.exponential();
    let custody = CUSTODY_MEAN * draws.exponential();
    let death = 36_525.0 / DEATHS_PER_100_YEARS[0] * draws.exponential();
    let declined = draws.happens(0.07);
    let Some(stay) = &mut life.stay else { return };
    let dropped = if declined { SpellEnd::Declined } else { SpellEnd::DroppedOut };
    let ways = [
        (completion, SpellEnd::Completed),
        (dropout, dropped),
        (transfer, SpellEnd::Transferred),
        (custody, SpellEnd::Transferred),
        (death, SpellEnd::Died),
    ];
    let (days, end) =
        ways.into_iter().reduce(|first, way| if way.0 < first.0 { way } else { first }).expect("five ways");
    stay.until = stay.from.plus((days as i64).max(1));
    stay.end = end;
    let until = stay.until;
    if end == SpellEnd::Died {
        life.happens(EventKind::Death, until, 10);
    } else if end == SpellEnd::Transferred && custody < transfer {
        life.happens(EventKind::Custody, until, 5).until = Some(until.plus(120));
    }
}

/// The chance that treatment ends as planned, unless it goes on elsewhere, that a model gives a person by what is recorded
/// of them at the referral.
///
/// The coefficients were fitted by logistic regression to 200,000 people made in this way before any contract; a test holds them against what
/// comes true.
pub fn chance_of_completing(person: &Person) -> f64 {
    let line: f64 = circumstances(person).iter().zip(COEFFICIENTS).map(|(value, by)| value * by).sum();
    1.0 / (1.0 + (-line).exp())
}

/// What the model sees: one, the score in tens from 50, work, housing problem, injecting, opiates, earlier episodes.
fn circumstances(person: &Person) -> [f64; 7] {
    [
        1.0,
        f64::from(person.score - 50) / 10.0,
        f64::from(u8::from(person.employed)),
        f64::from(person.housing),
        f64::from(person.injecting),
        f64::from(u8::from(person.substance == Substance::Opiates)),
        f64::from(person.earlier_episodes.min(4)),
    ]
}

const COEFFICIENTS: [f64; 7] = [0.2549, -0.2334, 0.0465, -0.0210, -0.0445, -0.0560, -0.0212];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gamma_function_has_its_known_values() {
        for (x, value) in [(1.0, 1.0), (1.5, 0.886_226_925), (2.0, 1.0), (2.25, 1.133_003_096), (5.0, 24.0)] {
            assert!((gamma_function(x) / value - 1.0).abs() < 1e-5, "{x}");
        }
    }
}
