//! Pays a price for each outcome that rises with the share who achieve it. Wigan's recovery outcomes were paid this
//! way: by need, over a rolling twelve months.

use meed_measures::Grain;
use meed_units::{Dated, Money};
use serde_json::{Value, json};

use super::{By, Clausal, Clause, ScaleStep, block::check_steps};
use crate::{
    check::Checking,
    decode::{At, Decode, Named, Node, Problems, find, table, words},
    measure_use::MeasureUse,
    plain::{Plain, money_by},
    said::Said,
};

table! {
    /// A price that rises with the share who achieve.
    pub struct SlidingPrice {
        /// A measure of the grain `outcome`.
        measure: MeasureUse,
        /// The price of an outcome at the step that pays 100%, for all or by band.
        price: Named<Dated<Money>>,
        /// A measure of the grain `ratio` whose periods are the windows: the share of a cohort who achieve; one for
        /// all, or one for each band.
        share: ShareOf,
        /// What each share pays of the price, highest first; the last step starts at 0%.
        steps: At<Dated<Vec<ScaleStep>>>,
        /// Whether an outcome is rated again as the share moves.
        rated: Rated,
    }
}

words! {
    /// Whether an outcome is rated again as the share moves.
    pub enum Rated {
        /// By the latest window that holds its day: rated again, and the difference posted, until it has left the window.
        WhileInWindow = "while-in-window",
        /// By the first window that holds its day, and never again unless evidence is corrected.
        Once = "once",
    }
}

/// The share of all, or of each band.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareOf(pub Named<MeasureUse>);

impl Decode for ShareOf {
    fn decode(node: &Node<'_>, problems: &mut Problems) -> Option<ShareOf> {
        let by_band = node.get_ref().as_table().is_some_and(|table| find(table, "use").is_none());
        if by_band {
            return Named::decode(node, problems).map(ShareOf);
        }
        MeasureUse::decode(node, problems).map(|one| ShareOf(Named::One(one)))
    }
    fn said(&self) -> Said {
        self.0.said()
    }
    fn schema() -> Value {
        json!({"anyOf": [MeasureUse::schema(), {"type": "object", "minProperties": 1, "additionalProperties": MeasureUse::schema()}]})
    }
}

impl SlidingPrice {
    pub(crate) const ABOUT: &'static str =
        "Pays a price for each outcome that rises with the share of a rolling cohort who achieve it.";
}

impl Clausal for SlidingPrice {
    fn uses(&self) -> Vec<(&MeasureUse, Grain)> {
        let shares = self.share.0.iter().map(|(_, share)| (share, Grain::Ratio));
        [(&self.measure, Grain::Outcome)].into_iter().chain(shares).collect()
    }

    fn check(&self, clause: &Clause, checking: &mut Checking<'_>) {
        checking.names(&self.share.0, By::Band, "share");
        check_steps(&self.steps, clause, checking);
        checking.follow_up_stated(&self.measure, None);
    }

    fn prices(&self) -> Vec<(&'static str, &Named<Dated<Money>>, By)> {
        vec![("price", &self.price, By::Band)]
    }

    fn plain(&self, plain: &Plain<'_>) -> String {
        let shares: Vec<String> = self
            .share
            .0
            .iter()
            .map(|(band, share)| match band {
                Some(band) => format!("of {}: {}", band.value, plain.measure(share)),
                None => plain.measure(share),
            })
            .collect();
        let rated = match self.rated {
            Rated::WhileInWindow => {
                "Each is rated again as the share moves, until it has left the window, and the difference posted"
            }
            Rated::Once => "Each is rated once, by the first window that holds its day",
        };
        let mut text = format!(
            "Pays up to {} for each outcome: {}. How much of it hangs on the share who achieve, {}.",
            money_by(&self.price, plain),
            plain.measure(&self.measure),
            shares.join("; ")
        );
        for (from, steps) in self.steps.value.values() {
            let table: Vec<String> =
                steps.iter().map(|step| format!("{} or more pays {}", step.at_least.value, step.pays)).collect();
            text += &format!("{} {}.", plain.from(*from), table.join("; "));
        }
        text += &format!(" {rated}.");
        text
    }
}
