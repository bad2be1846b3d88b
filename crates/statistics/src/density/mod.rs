//! How thickly do values lie, and does that jump at a cut-off? One test a file.
//!
//! | values | test |
//! | --- | --- |
//! | continuous: minutes, euros, risk scores with many digits | [`density_break`], with [`mccrary`] as its older companion |
//! | discrete: points of an instrument, days | [`discrete_break`], which looks at three neighbouring values |
//! | discrete, when the question is how many were moved | [`bunching`] |

mod bunching;
mod discrete;
mod local_polynomial;
mod mccrary;
mod small;

pub use bunching::{Bunching, BunchingOptions, bunching};
pub use discrete::{DiscreteBreak, discrete_break};
pub use local_polynomial::{
    Bandwidth, DensityBreak, DensityPoint, Kernel, Options as DensityOptions, density_break, density_curve,
};
pub use mccrary::{McCrary, mccrary};
