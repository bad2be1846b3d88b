//! Which chance of success did a person have by what was known when they came, had somebody else served them?
//!
//! A logistic model of completing treatment on what was recorded at the start: the score of need (else the band), age,
//! sex, deprivation of the area, earlier stays, and the chance another model gave where everybody has one. It is fitted on
//! people whom the provider in question did not serve under the contract, so that no provider is its own yardstick, and
//! it knows nothing of who served whom.

use meed_statistics::{
    Matrix, Refusal,
    generalised::{Family, generalised},
    matrix::CONSTANT,
};

use super::common::Stay;
use crate::{
    caseload::{Caseload, Of, PersonId, Sex, SpellEnd},
    day::Day,
};

/// What the model sees of a person.
const COLUMNS: [&str; 7] = ["score", "band", "age", "male", "deprivation", "earlier stays", "given chance"];
/// The fewest successes, and failures, for each column: ten is usual (Peduzzi and others, Journal of Clinical
/// Epidemiology 49:1373, 1996).
const EVENTS_A_COLUMN: usize = 10;

/// What was known of a person on a day; no number where it was not recorded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known([f64; COLUMNS.len()]);

impl Known {
    /// What was known of a person when they came.
    pub fn of(person: &Of<'_>, on: Day) -> Known {
        let first = person.assessment_on(on);
        let number = |of: Option<f64>| of.unwrap_or(f64::NAN);
        let earlier = person.treatment().filter(|spell| spell.started_on < on).count();
        Known([
            number(first.and_then(|row| row.score).map(|score| f64::from(score) / 10.0)),
            number(first.map(|row| f64::from(row.band))),
            number(person.age_on(on).map(|age| age / 10.0)),
            if person.about.sex == Sex::NotKnown {
                f64::NAN
            } else {
                f64::from(u8::from(person.about.sex == Sex::Male))
            },
            if person.about.deprivation == 0 { f64::NAN } else { f64::from(person.about.deprivation) },
            earlier.min(4) as f64,
            number(
                person
                    .chance_on(on)
                    .filter(|chance| *chance > 0.0 && *chance < 1.0)
                    .map(|chance| (chance / (1.0 - chance)).ln()),
            ),
        ])
    }
}

impl Known {
    /// Nothing but a chance that was worked out before.
    pub fn chance(chance: f64) -> Known {
        let mut known = [f64::NAN; COLUMNS.len()];
        known[COLUMNS.len() - 1] = (chance / (1.0 - chance)).ln();
        Known(known)
    }
}

/// A fitted model.
#[derive(Clone, Debug)]
pub(super) struct Chances {
    constant: f64,
    /// Place among the columns, its mean among those it was fitted on, and its coefficient.
    by: Vec<(usize, f64, f64)>,
}

impl Chances {
    /// Fits the model.
    ///
    /// # Errors
    /// With too few successes or failures for the columns that tell people apart, and where one tells them all.
    pub fn fitted(rows: &[(Known, bool)]) -> Result<Chances, Refusal> {
        let successes = rows.iter().filter(|(_, success)| *success).count();
        let fewer = successes.min(rows.len() - successes);
        let mut by: Vec<(usize, f64)> = Vec::new();
        let mut columns: Vec<(&str, Vec<f64>)> = Vec::new();
        for (place, name) in COLUMNS.into_iter().enumerate() {
            // The band follows from the score.
            if place == 1 && by.iter().any(|(of, _)| *of == 0) {
                continue;
            }
            let seen: Vec<f64> =
                rows.iter().map(|(known, _)| known.0[place]).filter(|value| value.is_finite()).collect();
            let mean = seen.iter().sum::<f64>() / seen.len().max(1) as f64;
            let differ = seen.iter().any(|value| (value - seen[0]).abs() > 1e-9);
            // A column that few have says more of the record than of the person.
            if !differ || seen.len() * 10 < rows.len() * 9 {
                continue;
            }
            by.push((place, mean));
            columns.push((name, rows.iter().map(|(known, _)| centred(known, place, mean)).collect()));
        }
        if columns.is_empty() {
            return Err(Refusal::NoVariation { what: "what is known of people when they come".into() });
        }
        let needed = EVENTS_A_COLUMN * columns.len();
        if fewer < needed {
            return Err(Refusal::too_few("people who completed, or who did not, to fit chances on", fewer, needed));
        }
        let x = Matrix::from_columns(columns)?.with_constant();
        let y: Vec<f64> = rows.iter().map(|(_, success)| f64::from(u8::from(*success))).collect();
        let fit = generalised(&x, &y, Family::Logistic, None, None)?.fit;
        let of = |name: &str| fit.coefficient(name);
        let by = by
            .into_iter()
            .map(|(place, mean)| Ok((place, mean, of(COLUMNS[place])?)))
            .collect::<Result<_, Refusal>>()?;
        Ok(Chances { constant: of(CONSTANT)?, by })
    }

    /// The chance of a person; what was not recorded counts as average.
    pub fn of(&self, known: &Known) -> f64 {
        let line: f64 = self.by.iter().map(|(place, mean, b)| centred(known, *place, *mean) * b).sum();
        1.0 / (1.0 + (-(self.constant + line)).exp())
    }
}

fn centred(known: &Known, place: usize, mean: f64) -> f64 {
    let value = known.0[place];
    if value.is_finite() { value - mean } else { 0.0 }
}

/// Whether a stay says anything of success: one that went on elsewhere does not.
pub(super) fn tells(stay: &Stay<'_>, as_of: Day) -> bool {
    stay.ended(as_of).is_some() && !matches!(stay.spell.end, SpellEnd::Transferred | SpellEnd::None)
}

/// What was known at the start of each stay that says something, and whether it was completed.
pub(super) fn rows(caseload: &Caseload, stays: &[&Stay<'_>]) -> Vec<(Known, bool)> {
    let row = |stay: &&Stay<'_>| {
        (Known::of(&caseload.of(stay.person), stay.spell.started_on), stay.spell.end == SpellEnd::Completed)
    };
    stays.iter().map(row).collect()
}

/// The chance of everybody before the contract began to pay: that of the table of chances where there is one, else that
/// of a model fitted on stays that began before the contract.
pub(super) struct Before {
    fitted: Option<Chances>,
}

impl Before {
    /// The model of a caseload.
    ///
    /// # Errors
    /// When no chances were sent and too few stays ended before the contract, or no day is known on which it began.
    pub fn of(caseload: &Caseload, stays: &[Stay<'_>], as_of: Day) -> Result<Before, Refusal> {
        if !caseload.risk_scores.is_empty() {
            return Ok(Before { fitted: None });
        }
        let go_live = caseload.go_live().ok_or_else(|| Refusal::too_few("stays before the contract", 0, 1))?;
        // Stays that began before it and ended since would be the long ones: all of an early year are followed.
        let early: Vec<&Stay<'_>> =
            stays.iter().filter(|stay| stay.spell.started_on < go_live && tells(stay, as_of)).collect();
        Chances::fitted(&rows(caseload, &early)).map(|fitted| Before { fitted: Some(fitted) })
    }

    /// The chance of a person who came on a day.
    pub fn chance(&self, caseload: &Caseload, person: PersonId, on: Day) -> Option<f64> {
        let of = caseload.of(person);
        match &self.fitted {
            Some(fitted) => Some(fitted.of(&Known::of(&of, on))),
            None => of.chance_on(on).filter(|chance| *chance > 0.0 && *chance < 1.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(score: f64, male: bool) -> Known {
        Known([score, f64::NAN, f64::NAN, f64::from(u8::from(male)), f64::NAN, 0.0, f64::NAN])
    }

    /// Scores of 3 and 7, each with the same shares for both sexes: the model gives the shares back.
    #[test]
    fn shares_come_back_as_chances() {
        let mut rows = Vec::new();
        for (score, successes) in [(3.0, 60), (7.0, 20)] {
            for male in [false, true] {
                rows.extend((0..80).map(|nth| (known(score, male), nth < successes)));
            }
        }
        let model = Chances::fitted(&rows).expect("a model");
        assert!(
            (model.of(&known(3.0, true)) - 0.75).abs() < 1e-6 && (model.of(&known(7.0, false)) - 0.25).abs() < 1e-6
        );
        assert!((model.of(&known(f64::NAN, true)) - 0.5).abs() < 1e-6, "what was not recorded counts as average");
    }

    #[test]
    fn too_few_and_all_alike_are_refused() {
        let few: Vec<_> = (0..30).map(|nth| (known(f64::from(nth), nth % 2 == 0), nth % 3 == 0)).collect();
        assert!(matches!(Chances::fitted(&few), Err(Refusal::TooFewCases { .. })));
        let alike: Vec<_> = (0..300).map(|nth| (known(5.0, true), nth % 2 == 0)).collect();
        assert!(matches!(Chances::fitted(&alike), Err(Refusal::NoVariation { .. })));
        let told: Vec<_> = (0..300).map(|nth| (known(f64::from(nth), nth % 2 == 0), nth >= 150)).collect();
        assert!(Chances::fitted(&told).is_err(), "a score that tells everybody apart");
        assert!(Chances::fitted(&[]).is_err());
    }
}
