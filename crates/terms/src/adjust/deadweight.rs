//! Leaves out what would have happened anyway: Troubled Families paid for five families in six.

use meed_units::{Exact, Percent};

use super::{Adjusted, Adjusting};
use crate::{
    check::Checking,
    decode::{At, Number, table, words},
    plain::Plain,
};

table! {
    /// A share that would have happened anyway.
    pub struct Deadweight {
        /// The share that is not paid for: `"1/6"`, `"15%"`.
        share: At<Number>,
        /// Whether the price or the number of those paid for is cut.
        on: DeadweightOn,
        /// With `on = "volume"`: whether each line pays for a whole number, rounded down.
        whole: Option<At<bool>>,
    }
}

words! {
    /// What a deadweight factor cuts.
    pub enum DeadweightOn {
        /// The price of each.
        Price = "price",
        /// The number paid for.
        Volume = "volume",
    }
}

impl Deadweight {
    pub(crate) const ABOUT: &'static str =
        "Leaves out the share that would have happened anyway, from the price or from the number paid for.";
}

impl Adjusting for Deadweight {
    fn check(&self, _: &Adjusted, checking: &mut Checking<'_>) {
        if self.share.0.is_negative() || self.share.0 >= Exact::ONE {
            checking.problems.error(
                "bad-percentage",
                self.share.at.clone(),
                "a deadweight share lies from nothing to below the whole",
                "write a share like \"1/6\" or \"15%\"",
            );
        }
        if let (Some(whole), DeadweightOn::Price) = (&self.whole, self.on) {
            checking.problems.error(
                "adjust-unused",
                whole.at.clone(),
                "`whole` rounds a number of people, and the price is what is cut here",
                "leave it out, or set `on = \"volume\"`",
            );
        }
    }

    fn volume(&self) -> bool {
        self.on == DeadweightOn::Volume
    }

    fn plain(&self, _: &Plain<'_>) -> String {
        let share = match self.share.0.to_string() {
            fraction if fraction.contains('/') => fraction,
            _ => Percent::of_share(&self.share.0).to_string(),
        };
        match self.on {
            DeadweightOn::Price => format!("less {share} of the price for what would have happened anyway"),
            DeadweightOn::Volume => {
                let whole =
                    if self.whole.as_ref().is_some_and(|whole| whole.value) { ", in whole numbers" } else { "" };
                format!("leaving out {share} of those counted, as they would have got there anyway{whole}")
            }
        }
    }
}
