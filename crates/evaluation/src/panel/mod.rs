//! What changed with a programme beyond what changed without: before and after, here and there.
//!
//! | question | method |
//! | --- | --- |
//! | two groups, before and after, counts alone | [`two_by_two`] |
//! | many units and periods, one beginning or as a diagnostic | [`FixedEffects`], with [`wild_bootstrap`] for few clusters |
//! | pilot areas against others, yes or no, areas with something of their own | [`mixed_difference`] |
//! | units that begin at different times | [`staggered`] |

mod absorb;
pub(crate) mod algebra;
mod fixed_effects;
mod mixed;
pub mod staggered;
pub mod two_by_two;
pub mod two_by_two_clusters;
mod wild_bootstrap;

pub use absorb::Absorbed;
pub use algebra::codes;
pub use fixed_effects::{Counted, Errors, FixedEffects, FixedEffectsFit};
pub use mixed::{Areas, MixedDifference, mixed_difference};
pub use wild_bootstrap::{WildBootstrap, wild_bootstrap};
