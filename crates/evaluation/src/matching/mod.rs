//! Whom to compare with: comparison people chosen by what was known beforehand, and shown to be alike before any effect.
//!
//! [`Candidates`] hold who was treated and what was known of everyone; a [`Design`] says how comparison people are chosen;
//! [`Design::choose`] gives a [`MatchedSample`]. None of them has a place for an outcome. Outcomes are given to the finished
//! sample, so that nobody could have chosen by them.

mod abadie_imbens;
mod balance;
mod choose;
mod design;
mod doubly_robust;
mod e_value;
mod effect;
mod likelihood;
mod near;
mod nearest;
mod optimal;
mod outcomes;
mod people;
mod points;
mod refusal;
mod rosenbaum;
mod sample;
mod score;
mod shelf;
mod strata;
mod stretches;
mod ties;
mod triangular;
mod weighted;

pub use abadie_imbens::ConditionalVariance;
pub use balance::{Alike, Balance, BalanceRow, LovePoint, Overlap, OverlapBin, TOO_FAR, VARIANCE_RATIOS};
pub use design::{
    Caliper, CaliperUnit, Coarsened, Cuts, Design, Distance, Estimand, Method, Nearest, Optimal, Order, ScoreScale,
    Subclasses, Ties, Weighting,
};
pub use doubly_robust::DoublyRobust;
pub use e_value::{EValue, needed, of_difference, of_ratio};
pub use effect::{Arm, Effect};
pub use outcomes::{Missing, Outcomes};
pub use people::{Candidates, Column, Covariate, Gap, Numbers, Values};
pub use refusal::Refusal;
pub use rosenbaum::{Bound, MOST, RosenbaumBounds};
pub use sample::{Flow, MatchedSample, MatchedSet, SetRow, WeightRow};
pub use score::Score;
pub use ties::{Redrawn, Spread, TieSensitivity};
