//! The crate through its public API: measures over evidence that went the whole way, from rows of text.

mod attachment;
mod differential;
mod evidence;
mod housing_and_work;
mod mapping;
mod native;
mod random;
mod recovery;
mod refusals;
mod reoffending;
mod services;
mod shares;
mod snapshots;
