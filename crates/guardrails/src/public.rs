//! What of the findings may be shown to everybody?
//!
//! Rows, people, claims, workers' names and the sentences about them are left out; counts from one to four and every
//! figure that rests on one are hidden. So is what would give a hidden one away: a figure of the whole contract beside
//! providers that add up to it, a share that is a small count of its cases, two counts of one provider that lie fewer
//! than five apart. Whoever runs the contract reads the findings themselves, behind access control.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    caseload::Window,
    day::Day,
    finding::{Finding, Interval, Standing},
    indicator::NotAsked,
    method::suppression::{Counts, Rule, rounded_to_five},
    report::Report,
};

/// The format of the public report.
pub const FORMAT: &str = "meed-findings-public/1";

/// The findings of a run, for everybody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct PublicReport {
    /// [`FORMAT`].
    pub format: String,
    /// Identity of the contract.
    pub contract: String,
    /// What people call it.
    pub title: String,
    /// The last day the questions look at.
    pub as_of: Day,
    /// People in the caseload, to the nearest five.
    pub people: u64,
    /// Counts from one up to, and without, this number are hidden.
    pub hidden_below: u64,
    /// Figures about a person, a claim, a band or an assessor, which are left out: they are about too few.
    pub left_out: bool,
    /// The figures.
    pub findings: Vec<PublicFinding>,
    /// Questions that could not be asked.
    pub not_asked: Vec<NotAsked>,
}

/// A finding as the public may see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct PublicFinding {
    /// Which indicator.
    pub indicator: String,
    /// Its question.
    pub question: String,
    /// The provider; none for the whole contract.
    pub provider: Option<String>,
    /// What else tells it apart: another scheme, a measure, a tier.
    pub other: Option<String>,
    /// The days it looks at.
    pub window: Window,
    /// What was worked out.
    pub measure: String,
    /// The formula in words or symbols.
    pub formula_text: String,
    /// Cases behind it; none where they are hidden. What is small and what protects it look alike.
    pub cases: Option<u64>,
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

impl PublicReport {
    /// What everybody may see of a report.
    pub fn of(report: &Report, rule: Rule) -> PublicReport {
        PublicReport::after(report, rule, &[])
    }

    /// What everybody may see of a report after earlier ones of the same contract were published: taken from those, it
    /// must not tell of a few people either.
    pub fn after(report: &Report, rule: Rule, earlier: &[PublicReport]) -> PublicReport {
        let earlier: Vec<&PublicFinding> = earlier
            .iter()
            .filter(|one| one.contract == report.contract && one.as_of < report.as_of)
            .flat_map(|one| &one.findings)
            .collect();
        PublicReport {
            format: FORMAT.to_owned(),
            contract: report.contract.clone(),
            title: report.title.clone(),
            as_of: report.as_of,
            people: rounded_to_five(report.people as u64),
            hidden_below: rule.below,
            left_out: report.findings.iter().any(about_few),
            findings: public_after(&report.findings, rule, &earlier),
            not_asked: report.not_asked.clone(),
        }
    }

    /// Reads `findings-public.json`.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn read(text: &str) -> Result<PublicReport, String> {
        let report: PublicReport = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if report.format != FORMAT {
            return Err(format!("its format is `{}` and not `{FORMAT}`", report.format));
        }
        Ok(report)
    }

    /// As the text of `findings-public.json`.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a report holds texts, dates and finite numbers") + "\n"
    }
}

fn about_few(finding: &Finding) -> bool {
    let subject = &finding.subject;
    subject.person.is_some() || subject.claim.is_some() || subject.band.is_some() || subject.assessor.is_some()
}

/// What two figures have in common that may be parts of one whole.
type Key<'f> = (&'f str, &'f str, Window, Option<&'f str>);

/// The findings that the public may see, in their order. Findings about a person, a claim, a band or an assessor are
/// left out: they are about too few.
pub fn public(findings: &[Finding], rule: Rule) -> Vec<PublicFinding> {
    public_after(findings, rule, &[])
}

/// The findings that the public may see after it has seen earlier ones.
fn public_after(findings: &[Finding], rule: Rule, earlier: &[&PublicFinding]) -> Vec<PublicFinding> {
    let kept: Vec<&Finding> = findings.iter().filter(|finding| !about_few(finding)).collect();
    let mut hide: Vec<bool> = kept.iter().map(|finding| rests_on_few(finding, rule)).collect();
    let mut groups = BTreeMap::<Key<'_>, Vec<usize>>::new();
    for (at, finding) in kept.iter().enumerate() {
        let other = finding.subject.other.as_deref();
        groups.entry((&finding.indicator, &finding.measure, finding.window, other)).or_default().push(at);
    }
    for group in groups.values() {
        protect(group, &kept, &mut hide, rule, earlier);
    }
    near_by(&kept, &mut hide, rule);
    since_earlier(&kept, &mut hide, rule, earlier);
    // What that hid may leave another one alone in its sum.
    for group in groups.values() {
        protect(group, &kept, &mut hide, rule, earlier);
    }
    kept.iter()
        .zip(hide)
        .map(|(finding, hide)| PublicFinding {
            indicator: finding.indicator.clone(),
            question: finding.question.clone(),
            provider: finding.subject.provider.clone(),
            other: finding.subject.other.clone(),
            window: finding.window,
            measure: finding.measure.clone(),
            formula_text: finding.formula_text.clone(),
            cases: whole(finding.denominator.cases).filter(|_| !hide),
            value: finding.value.filter(|_| !hide),
            interval: finding.interval.filter(|_| !hide),
            standing: (!hide).then_some(finding.standing),
            could_also_be: finding.could_also_be.clone(),
            hidden: hide,
        })
        .collect()
}

/// Hides what would give a hidden figure of one measure away: the whole contract where a single provider is hidden, and
/// further providers until no hidden count follows from the others and their total.
fn protect(group: &[usize], kept: &[&Finding], hide: &mut [bool], rule: Rule, earlier: &[&PublicFinding]) {
    let (whole_contract, providers): (Vec<usize>, Vec<usize>) =
        group.iter().partition(|at| kept[**at].subject.provider.is_none());
    let hidden = providers.iter().filter(|at| hide[**at]).count();
    if hidden == 1 {
        whole_contract.iter().for_each(|at| hide[*at] = true);
    }
    // What an earlier release of the same running count said of the providers, and of all of them.
    let said = |at: usize| {
        let same = |one: &&&PublicFinding| same_question(one, kept[at]) && one.window.from == kept[at].window.from;
        earlier.iter().rev().find(same).map(|one| one.cases)
    };
    let before: Option<Vec<Option<u64>>> = providers.iter().chain(&whole_contract).map(|at| said(*at)).collect();
    if hidden == 0 && before.is_none() {
        return;
    }
    let mut counts = Counts::new();
    let cases: Option<Vec<u64>> = providers.iter().map(|at| whole(kept[*at].denominator.cases)).collect();
    let Some(cases) = cases else { return };
    let places: Vec<usize> = cases.iter().map(|count| counts.add(*count)).collect();
    let total = counts.add_total(&places);
    let of_all = |at: &&usize| whole(kept[**at].denominator.cases) == Some(counts.values()[total]);
    if !whole_contract.iter().any(|at| of_all(&at)) {
        return;
    }
    let shown = match before.filter(|before| before.len() == counts.values().len()) {
        // A count that fell is no running count: then the two releases do not add up.
        Some(before) => counts.publish_after(&before, rule).unwrap_or_else(|_| counts.publish(rule)),
        None => counts.publish(rule),
    };
    for (at, place) in providers.iter().zip(&places) {
        hide[*at] |= shown[*place].count().is_none();
    }
    if shown[total].count().is_none() {
        whole_contract.iter().for_each(|at| hide[*at] = true);
    }
}

/// Of two counts of one question and subject that lie fewer than the rule's number apart, hides the later: their
/// difference would be a small count.
fn near_by(kept: &[&Finding], hide: &mut [bool], rule: Rule) {
    let mut shown = BTreeMap::<(&str, Option<&str>), Vec<u64>>::new();
    for (at, finding) in kept.iter().enumerate() {
        if hide[at] {
            continue;
        }
        let Some(cases) = whole(finding.denominator.cases) else { continue };
        let counts = shown.entry((&finding.indicator, finding.subject.provider.as_deref())).or_default();
        if counts.iter().any(|known| is_small(known.abs_diff(cases), rule)) {
            hide[at] = true;
        } else {
            counts.push(cases);
        }
    }
}

/// Whether a published finding answers the same question about the same provider, whatever its days.
fn same_question(one: &PublicFinding, finding: &Finding) -> bool {
    let subject = &finding.subject;
    (&one.indicator, &one.measure) == (&finding.indicator, &finding.measure)
        && (&one.provider, &one.other) == (&subject.provider, &subject.other)
}

/// Hides a count that lies fewer than the rule's number from one that was published before: the difference would tell of
/// a few people who came or went.
fn since_earlier(kept: &[&Finding], hide: &mut [bool], rule: Rule, earlier: &[&PublicFinding]) {
    for (finding, hide) in kept.iter().zip(hide) {
        let Some(cases) = whole(finding.denominator.cases) else { continue };
        let before = earlier.iter().filter(|one| same_question(one, finding)).filter_map(|one| one.cases);
        *hide |= before.into_iter().any(|before| is_small(before.abs_diff(cases), rule));
    }
}

/// Whether a finding counts one to four of anything, among its cases, inputs, rows, or in the figure itself.
fn rests_on_few(finding: &Finding, rule: Rule) -> bool {
    let numbers = finding.inputs.values().copied().chain([finding.denominator.cases]).chain(finding.value);
    let cases = whole(finding.denominator.cases);
    numbers.filter_map(whole).any(|count| is_small(count, rule))
        || is_small(finding.rows.count as u64, rule)
        // Nearly all are as few as nearly none: the rest of the cases is small.
        || cases
            .and_then(|cases| cases.checked_sub(finding.rows.count as u64))
            .is_some_and(|rest| finding.rows.count > 0 && is_small(rest, rule))
        || cases.zip(finding.value).is_some_and(|(cases, value)| is_small_share(cases, value, rule))
}

/// Whether a figure is what one to four of the cases, or all but one to four, make as a share or in a hundred.
fn is_small_share(cases: u64, value: f64, rule: Rule) -> bool {
    [1.0, 100.0].into_iter().any(|of| {
        let count = value * cases as f64 / of;
        let near = count.round();
        (0.0..=of).contains(&value)
            && (count - near).abs() < 1e-6
            && (is_small(near as u64, rule) || is_small(cases.saturating_sub(near as u64), rule))
    })
}

fn is_small(count: u64, rule: Rule) -> bool {
    count > 0 && count < rule.below
}

/// The number as a count, if it is one.
fn whole(number: f64) -> Option<u64> {
    (number.is_finite() && number >= 0.0 && number.fract() == 0.0 && number < 1e15).then_some(number as u64)
}
