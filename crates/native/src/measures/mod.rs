//! The passes, one file a measure, and what several of them share.

pub(crate) mod abstinent;
pub(crate) mod attached;
pub(crate) mod completed;
pub(crate) mod completed_no_return;
pub(crate) mod entered;
pub(crate) mod free_of_reoffending;
pub(crate) mod hepatitis_b;
pub(crate) mod housing_resolved;
pub(crate) mod in_accommodation;
pub(crate) mod in_work;
pub(crate) mod job_outcome;
pub(crate) mod quality_of_life;
pub(crate) mod re_presented;
pub(crate) mod reliably_improved;
pub(crate) mod retained;
pub(crate) mod stopped_injecting;
pub(crate) mod work_started;

mod returns;
mod reviews;
mod stretches;
