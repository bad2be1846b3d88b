//! Whether chance alone could make an effect: squares are compared, so that nothing is rounded before it decides.

use std::fmt;

use meed_terms::clause::DeadBand;
use meed_units::Exact;
use serde::{Deserialize, Serialize};

use super::Comparison;

/// The band as it was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct BandFound {
    /// Standard errors on either side.
    pub z: Exact,
    /// Half of its width in percentage points, to two decimal places; the decision itself rounds nothing.
    pub half_width: Exact,
    /// Whether the effect lies inside.
    pub inside: bool,
}

/// `inside the dead band of 3.10 points either side`
impl fmt::Display for BandFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.inside { "inside" } else { "beyond" };
        let plain = self.half_width.to_plain(2);
        let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
        write!(f, "({place} the dead band of {whole}.{fraction:0<2} points either side)")
    }
}

/// The band around what would have happened anyway.
///
/// # Errors
/// Where the figures are no shares of people, in words.
pub(super) fn found(terms: &DeadBand, comparison: &Comparison) -> Result<BandFound, String> {
    let hundred = Exact::from(100);
    if comparison.unit != "percent" {
        return Err(format!("the dead band is of shares of people, and the measure's unit is {}", comparison.unit));
    }
    let rate = &comparison.expected;
    if rate.is_negative() || *rate > hundred {
        return Err(format!("{} percent is no share of people", rate.to_plain(4)));
    }
    let z = terms.z();
    let spread = (rate * &(&hundred - rate))
        .checked_div(&comparison.people)
        .ok_or("there is nobody in the cohort, so that no band can be drawn")?;
    let squared = &z * &z * spread;
    let gain = comparison.gain();
    let half_width = squared.square_root(2).ok_or("the cohort has fewer than no people")?;
    Ok(BandFound { inside: &gain * &gain <= squared, half_width, z })
}
