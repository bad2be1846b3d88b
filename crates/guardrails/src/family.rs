//! How many questions were asked, and what that does to the answers: the rule of Benjamini and Hochberg.
//!
//! With thirty questions of every provider some figures look odd by chance alone. A figure that is worth asking, or to
//! act on, keeps that standing only while the expected share of false alarms among all such figures stays within the
//! rate. Harm is left out: an event that hurt somebody is looked at whatever else was asked.
//! Source: Benjamini and Hochberg, Journal of the Royal Statistical Society B 57:289 (1995).

use crate::finding::{Family, Finding, Standing, Step};

/// Sets `q` on every figure of the ordinary family that has a chance, and lowers to as-expected those whose `q` is above
/// the rate. Returns how many figures were gone over.
pub fn allow_for_many(findings: &mut [Finding], rate: f64) -> usize {
    let mut tested: Vec<(usize, f64)> = findings
        .iter()
        .enumerate()
        .filter(|(_, finding)| finding.family != Family::Harm && finding.standing != Standing::TooFew)
        .filter_map(|(place, finding)| finding.p.map(|p| (place, p)))
        .collect();
    // Equal chances keep the order of the findings; their q is the same whatever that order is.
    tested.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    let count = tested.len();
    let mut least = 1.0_f64;
    for (rank, (place, p)) in tested.iter().enumerate().rev() {
        #[allow(clippy::cast_precision_loss)]
        let q = p * count as f64 / (rank + 1) as f64;
        least = least.min(q);
        findings[*place].q = Some(least);
    }
    for (place, _) in &tested {
        let finding = &mut findings[*place];
        if finding.q > Some(rate) && finding.standing > Standing::AsExpected {
            finding.standing = Standing::AsExpected;
            finding.step = Step::R0;
        }
    }
    count
}
