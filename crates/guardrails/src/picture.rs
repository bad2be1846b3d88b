//! What a page draws for a finding: data only, so that whoever draws needs no caseload.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A picture of a question, as numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Picture {
    /// Points by size, with limits that widen as size falls.
    Funnel {
        /// What lies across.
        x: String,
        /// What lies up.
        y: String,
        /// The value expected of all.
        target: f64,
        /// One for each provider.
        points: Vec<FunnelPoint>,
        /// By growing size.
        limits: Vec<FunnelLimit>,
    },
    /// A sum that grows while results are worse than they should be, case by case.
    Cusum {
        /// What a case is.
        x: String,
        /// The sum after each case.
        path: Vec<f64>,
        /// Where it signals.
        limit: f64,
        /// Places at which it signalled.
        signals: Vec<usize>,
        /// A second sum, that grows while results are better than they should be.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        better: Option<Better>,
    },
    /// Shares still waiting, in treatment, or free of an event, by days.
    Survival {
        /// What is counted along.
        x: String,
        /// What the curve is the share of.
        y: String,
        /// One for each group.
        curves: Vec<Curve>,
        /// A day to mark, with what it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mark: Option<Mark>,
    },
    /// How often each value was seen, and what a smooth curve would say.
    Density {
        /// What is counted.
        x: String,
        /// Values and counts, by growing value.
        bars: Vec<Bar>,
        /// What a smooth curve fitted beside the cut-offs says, where there is one.
        smooth: Vec<(f64, f64)>,
        /// Where pay jumps.
        cutoffs: Vec<f64>,
    },
    /// Ends by day around the day on which a payment falls due.
    Hazard {
        /// The payment.
        x: String,
        /// Day, people at risk, ends.
        days: Vec<HazardDay>,
    },
    /// Bars side by side, with what is expected of each.
    Bars {
        /// What the bars are of.
        x: String,
        /// What they count.
        y: String,
        /// One for each group, in order.
        bars: Vec<LabelledBar>,
    },
    /// Values month by month.
    Months {
        /// What they count.
        y: String,
        /// The lines.
        curves: Vec<Curve>,
        /// The usual value and the limits of chance, where there are any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limits: Option<(f64, f64, f64)>,
    },
}

/// A running sum that looks for improvement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Better {
    /// The sum after each case.
    pub path: Vec<f64>,
    /// Where it signals.
    pub limit: f64,
}

/// A provider in a funnel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FunnelPoint {
    /// Who.
    pub name: String,
    /// Its size.
    pub x: f64,
    /// Its value.
    pub y: f64,
    /// Whether the finding is about it.
    pub this: bool,
}

/// Limits of chance at a size.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FunnelLimit {
    /// The size.
    pub x: f64,
    /// 95 in 100 lie above this.
    pub low_95: f64,
    /// 95 in 100 lie below this.
    pub high_95: f64,
    /// 998 in 1000 lie above this.
    pub low_998: f64,
    /// 998 in 1000 lie below this.
    pub high_998: f64,
}

/// A named line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Curve {
    /// Whose.
    pub name: String,
    /// Its points, by growing x.
    pub points: Vec<(f64, f64)>,
}

/// A day or value to mark.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Mark {
    /// Where.
    pub at: f64,
    /// What it is.
    pub what: String,
}

/// A value and how often it was seen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Bar {
    /// The value.
    pub x: f64,
    /// How often.
    pub count: f64,
}

/// A day around a payment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HazardDay {
    /// Days after the payment fell due; before it when negative.
    pub day: i64,
    /// People still there at the start of it.
    pub at_risk: f64,
    /// Of them, who ended on it.
    pub ended: f64,
}

/// A bar with a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LabelledBar {
    /// Of whom.
    pub name: String,
    /// Its value.
    pub value: f64,
    /// What was expected, where something was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<f64>,
    /// The interval, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<(f64, f64)>,
    /// Cases behind it.
    pub cases: f64,
}
