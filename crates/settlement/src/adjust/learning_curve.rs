//! A price that falls year by year.

use meed_terms::adjust::LearningCurve;
use meed_units::Exact;

use super::{Adjusts, At, Change, step};
use crate::working::{Form, Op};

impl Adjusts for LearningCurve {
    fn change(&self, at: &At<'_>) -> Option<Change> {
        let year = u32::try_from(1 + at.asking.terms.years().position(|year| year.contains(at.on))?).ok()?;
        let counts = self.until_year.as_ref().map_or(year, |last| year.min(last.value));
        let falls = counts.checked_sub(1).filter(|falls| *falls > 0)?;
        let left = self.by.value.rest().share();
        let factor = (0..falls).fold(Exact::ONE, |so_far, _| so_far * &left);
        let steps = vec![step(Op::Times, format!("left in year {year}"), factor, Form::Percent)];
        Some(Change::of(steps, format!("year {year}, {} less in each of {falls} years", self.by.value)))
    }
}
