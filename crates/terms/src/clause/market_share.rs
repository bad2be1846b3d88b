//! Says who gets which share of referrals, and moves some to whoever did better. No money moves.
//! The Work Programme was to move five percent of referrals to the better of two providers after two years.

use meed_measures::Grain;
use meed_units::{Dated, Exact, Money, Percent, Period, counted};

use super::{By, Clausal, Clause, Counts, Moves};
use crate::{
    check::Checking,
    decode::{At, Named, table},
    measure_use::MeasureUse,
    plain::Plain,
};

table! {
    /// Shares of referrals, and the tests that move them.
    pub struct MarketShare {
        /// The share of each provider from the first day on; they make the whole.
        starts: At<Named<Percent>>,
        /// A measure of the grain `ratio`: how well a provider did.
        measure: MeasureUse,
        /// The days of each test, earliest first; the shares move on the first day after.
        tests: At<Vec<At<Period>>>,
        /// The share of all referrals that moves from the last to the first.
        moves: At<Percent>,
        /// The first must be ahead of the last by this many percentage points; by anything when left out.
        ahead_by: Option<At<Percent>>,
    }
}

impl MarketShare {
    pub(crate) const ABOUT: &'static str =
        "Says who gets which share of referrals, and moves some to the better provider.";
}

impl Clausal for MarketShare {
    fn uses(&self) -> Vec<(&MeasureUse, Grain)> {
        vec![(&self.measure, Grain::Ratio)]
    }

    fn counts(&self) -> Vec<(&MeasureUse, Counts)> {
        vec![(&self.measure, Counts::Share)]
    }

    fn check(&self, _: &Clause, checking: &mut Checking<'_>) {
        let at = self.starts.at.clone();
        match &self.starts.value {
            Named::One(_) => checking.problems.error(
                "missing-field",
                at,
                "one share for all does not say who gets what",
                "write the share of each provider: `{ first = \"50%\", second = \"50%\" }`",
            ),
            each => {
                checking.names(each, By::Provider, "starts");
                let sum: Exact = each.iter().map(|(_, share)| share.share()).sum();
                if sum != Exact::ONE {
                    checking.problems.error(
                        "shares-not-whole",
                        at,
                        format!("the shares add up to {}, not to 100%", Percent::of_share(&sum)),
                        "mend the shares so that all referrals go somewhere",
                    );
                }
            }
        }
        checking.share("moves", &self.moves.value, self.moves.at.clone());
        for (before, after) in self.tests.iter().zip(self.tests.iter().skip(1)) {
            if after.until <= before.until {
                checking.problems.error(
                    "steps-unordered",
                    after.at.clone(),
                    format!("a test that ends on {} comes after one that ends on {}", after.until, before.until),
                    "list tests by the day they end, each once",
                );
            }
        }
    }

    fn prices(&self) -> Vec<(&'static str, &Named<Dated<Money>>, By)> {
        Vec::new()
    }

    fn plain(&self, plain: &Plain<'_>) -> String {
        let shares: Vec<String> =
            self.starts.iter().filter_map(|(name, share)| Some(format!("{} {share}", name?.value))).collect();
        let tests: Vec<String> =
            self.tests.iter().map(|test| format!("from {} until the day before {}", test.from, test.until)).collect();
        let ahead = self.ahead_by.as_ref().map_or_else(String::new, |ahead| {
            format!(", where it is ahead by {}", counted(ahead.value.number().to_plain(4), "point", "points"))
        });
        format!(
            "Shares of referrals at the start: {}. After each test ({}), {} of all referrals moves from the last to the first{ahead}, by: {}. No money moves.",
            shares.join(", "),
            tests.join("; "),
            self.moves.value,
            plain.measure(&self.measure)
        )
    }

    fn personal(&self) -> bool {
        false
    }

    fn moves(&self) -> Moves {
        Moves::Nothing
    }
}
