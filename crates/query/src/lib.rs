//! What measures say of the evidence: runs their SQL over frozen tables and
//! reads the answers. The one crate that links Arrow, Parquet and DataFusion.

mod bind;
mod embedded;
mod engine;
mod exact;
mod problem;

pub use bind::{AS_OF, PERIODS, bound_sql};
pub use embedded::{Embedded, Limits};
pub use engine::{Answer, Engine, Query, Source, Tables};
pub use problem::{Problem, QueryError};
