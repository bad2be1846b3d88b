//! What measures say of the evidence: runs their SQL over frozen tables and
//! reads the answers. The one crate that links Arrow, Parquet and DataFusion.

mod bind;
mod cells;
mod embedded;
mod engine;
mod exact;
mod folder;
mod foreign;
mod freezing;
mod history;
mod lines;
mod mapping;
mod parquet;
mod plan;
mod problem;
mod readings;
mod rows;
mod scan;
mod sheet;
mod snapshot;
mod unknown;
mod written;

pub use bind::{AS_OF, DAYS, PERIODS, bound_sql};
pub use embedded::{Embedded, Limits};
pub use engine::{Answer, Engine, Persons, Query, Source, Tables};
pub use folder::PackageFolder;
pub use freezing::Freezing;
pub use history::{SchemePayment, bands, groups_of_persons, is_person, life_events, payments_elsewhere};
pub use lines::{LineRow, LinesWriter};
pub use mapping::{SourceFile, load_sources, map_sources};
pub use plan::plan;
pub use problem::{Problem, QueryError};
pub use readings::{Asked, Readings, cohorts, names_persons, outcomes, quantities, quantities_of_persons, ratios};
pub use scan::{Scanned, scan};
pub use sheet::{Cells, Sheet, sheet};
pub use snapshot::{Freeze, Snapshot, empty_tables, freeze, open_snapshot};
pub use written::write_table;
