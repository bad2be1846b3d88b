//! What changed in one place or one series, when there is nobody to draw lots over.
//!
//! | question | method |
//! | --- | --- |
//! | one long series | [`Interrupted`], with a control series where there is one |
//! | one place, and others that went the same way before | [`Places`]: synthetic control, with placebos |
//! | a few places that begin at once | [`Block`]: synthetic difference-in-differences |

mod autocorrelation;
mod counts;
mod interrupted;
mod search;
mod simplex;
mod synthetic_control;
mod synthetic_did;

pub use autocorrelation::{LjungBox, ljung_box, usual_lag};
pub use interrupted::{Counts, Family, Interrupted, Interruption};
pub use synthetic_control::{Importance, Matched, Placebos, Places, Predictor, Synthetic};
pub use synthetic_did::{Block, Spread, SyntheticDid};
