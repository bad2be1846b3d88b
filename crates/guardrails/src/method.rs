//! The arithmetic behind the questions, one method a file.

pub mod audit;
pub mod batches;
pub mod changes;
pub mod cusum;
pub mod digits;
pub mod divergence;
pub mod edge;
pub mod encoding;
pub mod equity;
pub mod funnel;
pub mod hazard;
pub mod linkage;
pub mod rates;
pub mod shingles;
pub mod spread;
pub mod suppression;
pub mod xmr;
