//! What of the findings may be shown to everybody?
//!
//! Rows, people, claims, workers' names and the sentences about them are left out; counts from one to four and every
//! figure that rests on one are hidden, and a figure of the whole contract is hidden too where it would give a hidden
//! one away. Whoever runs the contract reads the findings themselves, behind access control.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    caseload::Window,
    finding::{Finding, Interval, Standing},
    method::suppression::{Rule, Shown},
};

/// A finding as the public may see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct PublicFinding {
    /// Which indicator.
    pub indicator: String,
    /// Its question.
    pub question: String,
    /// The provider; none for the whole contract.
    pub provider: Option<String>,
    /// The days it looks at.
    pub window: Window,
    /// What was worked out.
    pub measure: String,
    /// The formula in words or symbols.
    pub formula_text: String,
    /// Cases behind it.
    pub cases: Shown,
    /// The figure; none where it is hidden or there is none.
    pub value: Option<f64>,
    /// Its interval, under the same rule.
    pub interval: Option<Interval>,
    /// What to make of it; none where even that would tell of a few people.
    pub standing: Option<Standing>,
    /// What else could look like it.
    pub could_also_be: Vec<String>,
    /// Whether something was hidden.
    pub hidden: bool,
}

/// The findings that the public may see, in their order. Findings about a person, a claim, a band or an assessor are
/// left out: they are about too few.
pub fn public(findings: &[Finding], rule: Rule) -> Vec<PublicFinding> {
    let about_few = |finding: &&Finding| {
        let subject = &finding.subject;
        subject.person.is_some() || subject.claim.is_some() || subject.band.is_some() || subject.assessor.is_some()
    };
    let kept: Vec<&Finding> = findings.iter().filter(|finding| !about_few(finding)).collect();
    let small: Vec<bool> = kept.iter().map(|finding| rests_on_few(finding, rule)).collect();
    // How many providers of a measure and window are hidden: a single one would follow from the whole contract.
    let key = |finding: &Finding| {
        (finding.indicator.clone(), finding.measure.clone(), finding.window, finding.subject.other.clone())
    };
    let mut hidden = BTreeMap::<(String, String, Window, Option<String>), usize>::new();
    for (finding, small) in kept.iter().zip(&small) {
        if *small && finding.subject.provider.is_some() {
            *hidden.entry(key(finding)).or_default() += 1;
        }
    }
    kept.iter()
        .zip(&small)
        .map(|(finding, small)| {
            let key = key(finding);
            let lone = hidden.get(&key) == Some(&1);
            let (indicator, measure, window, _) = key;
            let hide = *small || finding.subject.provider.is_none() && lone;
            let cases = whole(finding.denominator.cases);
            PublicFinding {
                indicator,
                question: finding.question.clone(),
                provider: finding.subject.provider.clone(),
                window,
                measure,
                formula_text: finding.formula_text.clone(),
                cases: match cases {
                    Some(cases) if is_small(cases, rule) => Shown::Small,
                    Some(cases) if !hide => Shown::Count(cases),
                    _ => Shown::Protecting,
                },
                value: finding.value.filter(|_| !hide),
                interval: finding.interval.filter(|_| !hide),
                standing: (!hide).then_some(finding.standing),
                could_also_be: finding.could_also_be.clone(),
                hidden: hide,
            }
        })
        .collect()
}

/// Whether a finding counts one to four of anything, among its cases, inputs, rows, or in the figure itself.
fn rests_on_few(finding: &Finding, rule: Rule) -> bool {
    let numbers = finding.inputs.values().copied().chain([finding.denominator.cases]).chain(finding.value);
    numbers.filter_map(whole).any(|count| is_small(count, rule))
        || is_small(finding.rows.count as u64, rule)
        // Nearly all are as few as nearly none: the rest of the cases is small.
        || whole(finding.denominator.cases)
            .and_then(|cases| cases.checked_sub(finding.rows.count as u64))
            .is_some_and(|rest| finding.rows.count > 0 && is_small(rest, rule))
}

fn is_small(count: u64, rule: Rule) -> bool {
    count > 0 && count < rule.below
}

/// The number as a count, if it is one.
fn whole(number: f64) -> Option<u64> {
    (number.is_finite() && number >= 0.0 && number.fract() == 0.0 && number < 1e15).then_some(number as u64)
}
