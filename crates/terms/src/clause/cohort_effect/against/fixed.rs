//! The rate of a past period, written in the terms. Doncaster (calendar 2009) and Transforming Rehabilitation
//! (calendar 2011, by area) were compared this way.

use meed_units::{Dated, Exact, Period};

use super::Counterfactual;
use crate::{
    check::Checking,
    clause::{By, Clause},
    decode::{At, Named, table},
    plain::{Plain, numbers_by},
};

pub(crate) const ABOUT: &str = "The figure of a past period, written in the terms.";

table! {
    /// The figure of a past period.
    pub struct Fixed {
        /// The figure, in the measure's unit, for all or by provider.
        figure: Named<Dated<Exact>>,
        /// The days it was seen in.
        seen_in: At<Period>,
    }
}

impl Counterfactual for Fixed {
    fn check(&self, clause: &Clause, checking: &mut Checking<'_>) {
        checking.figures("figure", &self.figure, clause);
        if self.seen_in.value.until > checking.contract.runs.until {
            checking.problems.error(
                "dates-outside",
                self.seen_in.at.clone(),
                "the past period ends after the contract does",
                "name the days that the figure was seen in",
            );
        }
    }

    fn plain(&self, _: &Plain<'_>) -> String {
        format!(
            "{} of the time from {} until the day before {}",
            numbers_by(&self.figure),
            self.seen_in.value.from,
            self.seen_in.value.until
        )
    }
}

impl Checking<'_> {
    /// Figures written in the terms: each provider has one, and none is below nothing.
    pub(super) fn figures(&mut self, field: &'static str, figures: &Named<Dated<Exact>>, clause: &Clause) {
        self.names(figures, By::Provider, field);
        for (name, dated) in figures.iter() {
            let at = name.map_or_else(|| clause.at.clone(), |name| name.at.clone());
            if let Some((_, below)) = dated.values().iter().find(|(_, figure)| figure.is_negative()) {
                self.problems.error(
                    "bad-number",
                    at,
                    format!("`{field}` is {below}: people, events, days and costs are none or more"),
                    "mend the figure",
                );
            }
        }
    }
}
