//! Recovers what a sample audit found wrong, extrapolated to what was not looked at.

use meed_measures::Ratio;
use meed_terms::clause::{AuditBase, AuditMethod, AuditRecovery};
use meed_units::{Exact, MeasureName, Money, PartyId, Percent, Period, counted};
use serde::{Deserialize, Serialize};

use super::{Pays, Placed, counted};
use crate::{
    because::{Hold, ReadingUsed},
    due::{Asking, Due},
    lower_limit,
    paid::Paid,
    readings::ProviderReadings,
    statement::Line,
    working::{Form, Op, Working, amount},
};

/// Why something is recovered, or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Because {
    /// The measure that says what the audit found.
    pub measure: MeasureName,
    /// The days audited.
    pub period: Period,
    /// How many were looked at.
    pub sample: Exact,
    /// How many of them were wrong.
    pub wrong: Exact,
    /// The method by which the rate was found.
    pub method: String,
    /// The share taken to be wrong.
    pub rate: Percent,
    /// The share that is tolerated.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tolerance: Option<Percent>,
    /// Whether what was found lies within it.
    pub tolerated: bool,
    /// Lines paid in the days audited, as the evidence now stands.
    pub lines: u64,
    /// What they come to.
    pub paid: Money,
}

impl Because {
    pub(super) fn sentence(&self, line: &Line) -> String {
        let found = format!(
            "of {} of {} looked at for {}, {} wrong",
            counted(self.sample.to_plain(4), "outcome", "outcomes"),
            line.provider,
            self.period,
            counted(self.wrong.to_plain(4), "was", "were")
        );
        match (&self.tolerance, self.tolerated) {
            (Some(tolerance), true) => format!("{found}, which is within the tolerance of {tolerance}"),
            _ => format!(
                "{found}: a rate of {} by {}, of {} paid for {}",
                self.rate,
                self.method,
                amount(self.paid),
                counted(self.lines, "line", "lines")
            ),
        }
    }
}

impl Pays for AuditRecovery {
    fn looks_at_paid(&self) -> bool {
        true
    }

    fn after(&self, placed: Placed<'_>, paid: &Paid<'_>, readings: &ProviderReadings, asking: &Asking<'_>) -> Vec<Due> {
        let audits = readings.ratios.get(&self.measure.key()).map_or(&[][..], Vec::as_slice);
        let mut dues = Vec::new();
        for provider in asking.terms.contract.parties.providers.iter() {
            let mut own: Vec<&Ratio> = audits
                .iter()
                .filter(|audit| *audit.provider == *provider.value && placed.clause.pays(&provider.value))
                .filter(|audit| asking.reaches(placed.clause, audit.period.last_day()))
                .collect();
            own.sort_by_key(|audit| (audit.period.from, audit.period.until));
            let mut audited: Vec<Period> = Vec::new();
            for audit in own {
                let again =
                    audited.iter().find(|known| known.from < audit.period.until && audit.period.from < known.until);
                dues.extend(recovery(self, placed, audit, again, paid, asking));
                audited.push(audit.period);
            }
        }
        dues
    }
}

fn recovery(
    terms: &AuditRecovery,
    placed: Placed<'_>,
    audit: &Ratio,
    again: Option<&Period>,
    paid: &Paid<'_>,
    asking: &Asking<'_>,
) -> Option<Due> {
    let found = audit.share()?;
    let sum = paid.of(&counted::places(&terms.of, asking), &audit.provider, audit.period);
    let tolerated = terms.tolerance.as_ref().is_some_and(|tolerance| found <= tolerance.share());
    let rate = rate(terms.method, audit);
    let mut working = Working::money("paid", sum.amount, asking.rounding());
    let right = &audit.denominator - &audit.numerator;
    let lines = Exact::from(i64::try_from(sum.lines).unwrap_or(i64::MAX));
    if terms.applies_to == AuditBase::NotFoundRight && !lines.is_zero() {
        let open = (&lines - &right).max(Exact::ZERO);
        working = working.then(Op::Times, "lines not found right", open, Form::Number).then(
            Op::DividedBy,
            "lines",
            lines,
            Form::Number,
        );
    }
    let taken = if tolerated { Exact::ZERO } else { rate.clone().unwrap_or_default() };
    let working = working.then(Op::Times, "taken to be wrong", taken, Form::Percent).then(
        Op::Times,
        "taken back",
        Exact::from(-1),
        Form::Number,
    );
    let why = match (again, &rate) {
        (Some(other), _) => {
            Some((format!("an audit of {other} covers some of the same days"), "audits whose days do not overlap"))
        }
        (None, None) if audit.numerator.is_negative() || audit.numerator > audit.denominator => Some((
            format!("{} of {} cannot be wrong", audit.numerator.to_plain(4), audit.denominator.to_plain(4)),
            "a number that were wrong of those looked at",
        )),
        (None, None) if !tolerated => Some((
            "the exact limit needs whole numbers, no more wrong than looked at, and a sample of at most 20,000"
                .to_owned(),
            "a sample in whole numbers, or another method",
        )),
        _ => None,
    };
    let hold = why.map(|(why, released_by)| Hold { why, released_by: released_by.into(), amount: working.result });
    let because = Because {
        measure: terms.measure.name.value.clone(),
        period: audit.period,
        sample: audit.denominator.clone(),
        wrong: audit.numerator.clone(),
        method: terms.method.word().to_owned(),
        rate: Percent::of_share(&rate.unwrap_or_default()),
        tolerance: terms.tolerance.as_ref().map(|tolerance| tolerance.value.clone()),
        tolerated,
        lines: sum.lines,
        paid: sum.amount,
    };
    let used = ReadingUsed {
        measure: terms.measure.name.value.clone(),
        said: format!("{} of {} wrong", audit.numerator.to_plain(4), audit.denominator.to_plain(4)),
        evidence: audit.evidence.clone(),
        sent_by: None,
    };
    let provider: &PartyId = &audit.provider;
    Some(Due {
        readings: vec![used],
        hold,
        ..Due::of(placed, audit.period.to_string(), provider, audit.period.last_day(), working, because)
    })
}

/// The share taken to be wrong; none where the method cannot say.
fn rate(method: AuditMethod, audit: &Ratio) -> Option<Exact> {
    match method {
        AuditMethod::Found => audit.share().filter(|found| !found.is_negative() && *found <= Exact::ONE),
        AuditMethod::WilsonLower => lower_limit::wilson(&audit.numerator, &audit.denominator),
        AuditMethod::ClopperPearsonLower => lower_limit::clopper_pearson(&audit.numerator, &audit.denominator),
    }
}
