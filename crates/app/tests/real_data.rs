//! Real people's evidence, settled end to end and worked out a second time by DuckDB, in SQL of its own, straight from the
//! raw files. What is published of these people, or in a reference output, comes out person by person.

#[path = "real_data/areas.rs"]
mod areas;
#[path = "real_data/discharges.rs"]
mod discharges;
#[path = "real_data/evaluations.rs"]
mod evaluations;
#[path = "real_data/homeless.rs"]
mod homeless;
#[path = "real_data/matched.rs"]
mod matched;
#[path = "real_data/probation.rs"]
mod probation;
#[path = "real_data/support.rs"]
mod support;
#[path = "real_data/trials.rs"]
mod trials;
