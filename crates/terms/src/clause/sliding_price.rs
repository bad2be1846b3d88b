//! Pays a price for each outcome that rises with the share who achieve it. Wigan's recovery outcomes were paid this
//! way: by need, over a rolling twelve months.

use meed_measures::Grain;
use meed_units::{Dated, Frequency, Money};
use serde_json::{Value, json};

use super::{
    By, Clausal, Clause, ScaleStep,
    block::{self, check_steps},
    outcome::{Asks, Limit, Requires, Vests},
};
use crate::{
    check::{Checking, Edge},
    contract::WindowEnds,
    decode::{At, Decode, Id, Named, Node, Problems, find, table, words},
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
        /// How often it is paid.
        limit: Option<At<Limit>>,
        /// Paid at once and taken back if it does not last.
        vests: Option<At<Vests>>,
        /// Paid only once other outcomes are achieved too.
        requires: Option<At<Requires>>,
        /// The party that must have sent the evidence; held until then.
        confirmed_by: Option<At<Id>>,
        /// What happens when an event ends the measure's window; otherwise as `[window-ends]` says.
        window_ends: Option<At<WindowEnds>>,
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
    /// What is asked of an outcome before it is paid.
    pub fn asks(&self) -> Asks<'_> {
        Asks {
            measure: &self.measure,
            limit: self.limit.as_ref(),
            vests: self.vests.as_ref(),
            requires: self.requires.as_ref(),
            confirmed_by: self.confirmed_by.as_ref(),
            window_ends: self.window_ends.as_ref(),
        }
    }

    pub(crate) const ABOUT: &'static str =
        "Pays a price for each outcome that rises with the share of a rolling cohort who achieve it.";
}

impl Clausal for SlidingPrice {
    fn uses(&self) -> Vec<(&MeasureUse, Grain)> {
        let shares = self.share.0.iter().map(|(_, share)| (share, Grain::Ratio));
        self.asks().uses().chain(shares).collect()
    }

    fn check(&self, clause: &Clause, checking: &mut Checking<'_>) {
        checking.names(&self.share.0, By::Band, "share");
        check_steps(&self.steps, clause, checking);
        self.asks().check(clause, checking);
    }

    fn confirms(&self) -> bool {
        true
    }

    fn edges(&self, _: Frequency) -> Vec<Edge<'_>> {
        let most = self.price.iter().flat_map(|(_, dated)| dated.values()).map(|(_, amount)| *amount).max();
        let Some((upper, lower)) = block::largest_jump(&self.steps) else { return Vec::new() };
        let size = most.unwrap_or_default().exact() * block::jump(upper, lower);
        let jump = format!(
            "at {} from {} to {} of the price, up to {} for each outcome",
            upper.at_least.value,
            lower.pays,
            upper.pays,
            meed_units::Rounding { to: Money::minor(1), mode: meed_units::RoundingMode::HalfUp }.round(&size).grouped()
        );
        let edge = |(_, measure)| Edge { measure, at: upper.at_least.at.clone(), jump: jump.clone() };
        // Of shares by band, the first speaks for all.
        self.share.0.iter().take(1).map(edge).collect()
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
            "Pays up to {} for each outcome: {}{}. How much of it hangs on the share who achieve, {}.",
            money_by(&self.price, plain),
            plain.measure(&self.measure),
            plain.limit(self.limit.as_ref().map(|limit| &limit.value)),
            shares.join("; ")
        );
        for (from, steps) in self.steps.value.values() {
            let table: Vec<String> =
                steps.iter().map(|step| format!("{} or more pays {}", step.at_least.value, step.pays)).collect();
            text += &format!("{} {}.", plain.from(*from), table.join("; "));
        }
        text += &format!(" {rated}.");
        text += &self.asks().plain(plain);
        text
    }
}
