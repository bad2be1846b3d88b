//! Did it happen later, or less often, where people were served? Times to an event, two groups, equal follow-up.
//!
//! Two ways to ask. Within a window ([`within_window`]): the share to whom it happened by a day, for which everybody must
//! have been watched to that day. As time goes on ([`over_time`]): curves, risks and days without the event, in which a
//! shorter watch is no success. Either way the clock stops in custody: somebody who is locked up is not at risk.

mod over_time;
mod watched;
mod windows;

pub use over_time::{Group, OverTime, over_time};
pub use watched::Watched;
pub use windows::{WindowGroup, WithinWindow, within_window};
