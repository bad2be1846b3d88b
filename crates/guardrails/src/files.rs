//! Which files does the audit of a finding look at?
//!
//! A file is all that is known of one person. Those that the finding names are one stratum, everybody else whom the
//! provider saw in the days of the finding the other, so that a sample also says what nobody suspected. The sample is
//! drawn from a seed that was promised before, and anybody can draw it again.

use std::collections::{BTreeMap, BTreeSet};

use meed_statistics::Refusal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    caseload::{Caseload, Of, ProviderId, Window},
    finding::Finding,
    method::audit::{Commitment, Draw, clean_sample_of, draw},
};

/// The sample drawn because of a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Audit {
    /// Identity of the finding.
    pub finding: String,
    /// What was drawn, and all that is needed to draw it again.
    pub draw: Draw,
}

/// People whom the finding names.
const NAMED: &str = "named by the finding";
/// Everybody else.
const OTHERS: &str = "not named";
/// Without an agreed share: an error in one of twenty files or more is ruled out where all files are clean.
const TOLERABLE: f64 = 0.05;
const SURE: f64 = 0.95;

/// Draws the files to look at because of a finding. `share` of each stratum, at least one; without a share as many of
/// both together as rule out an error in one file of twenty with 95% confidence where none is found, shared out by size.
///
/// # Errors
/// When the seed does not keep the promise, or nobody is there to draw.
pub fn sample(
    caseload: &Caseload,
    finding: &Finding,
    share: Option<f64>,
    promise: &Commitment,
    seed: &str,
) -> Result<Audit, Refusal> {
    let universe = universe(caseload, finding);
    let mut strata = BTreeMap::<String, usize>::new();
    for (stratum, _) in &universe {
        *strata.entry(stratum.clone()).or_default() += 1;
    }
    let all = universe.len();
    let share = match share {
        Some(share) => share,
        None => clean_sample_of(all as u64, TOLERABLE, SURE)? as f64 / all as f64,
    };
    let sizes = strata.into_iter().map(|(name, files)| (name, ((files as f64 * share - 1e-9).ceil() as usize).max(1)));
    Ok(Audit { finding: finding.id.clone(), draw: draw(promise, seed, &universe, &sizes.collect())? })
}

/// Every file that could be drawn, with its stratum: `G07/.../named by the finding`.
fn universe(caseload: &Caseload, finding: &Finding) -> Vec<(String, String)> {
    let named: BTreeSet<&str> = finding.rows.first.iter().filter_map(|row| row.person.as_deref()).collect();
    let provider = finding.subject.provider.as_deref();
    let seen = |of: &Of<'_>| {
        let own = |id: ProviderId| provider.is_none_or(|name| caseload.names.provider(id) == name);
        let within = |window: Window| window.and(finding.window).days() > 0;
        let day = |on| finding.window.contains(on);
        of.referrals.iter().any(|row| own(row.provider) && day(row.on))
            || of.claims.iter().any(|row| own(row.provider) && (day(row.on) || day(row.known_on)))
            || of.spells.iter().any(|row| {
                let until = row.ended_on.unwrap_or(finding.window.until).max(row.started_on.plus(1));
                own(row.provider) && within(Window { from: row.started_on, until })
            })
    };
    let files = caseload.everybody().filter_map(|of| {
        let key = caseload.names.person(of.person);
        let stratum = if named.contains(key) {
            NAMED
        } else if finding.subject.person.is_none() && seen(&of) {
            OTHERS
        } else {
            return None;
        };
        Some((format!("{}: {stratum}", finding.id), key.to_owned()))
    });
    files.collect()
}

impl Audit {
    /// The rows of `audit-sample.csv`: finding, stratum, files in it, place in the order of the draw, and the file.
    pub fn rows(&self) -> impl Iterator<Item = [String; 5]> {
        self.draw.strata.iter().flat_map(move |stratum| {
            let name = stratum.name.strip_prefix(&format!("{}: ", self.finding)).unwrap_or(&stratum.name).to_owned();
            stratum.drawn.iter().enumerate().map(move |(place, file)| {
                [
                    self.finding.clone(),
                    name.clone(),
                    stratum.universe.to_string(),
                    (place + 1).to_string(),
                    file.clone(),
                ]
            })
        })
    }
}
