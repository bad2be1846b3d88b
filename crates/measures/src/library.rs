//! The standard library: one SQL file per measure, in `crates/measures/sql`.

use crate::Measure;

/// The name of a standard measure and its file.
macro_rules! standard_measures {
    ($($name:literal),* $(,)?) => {
        const FILES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../sql/", $name, ".sql")))),*];
    };
}

standard_measures![];

/// Every standard measure, by name.
///
/// # Panics
/// When a bundled file has a broken head: a test reads them all.
pub fn library() -> Vec<Measure> {
    FILES.iter().map(|(name, file)| Measure::read((*name).into(), file).expect("bundled measures read")).collect()
}

/// The standard measure of this name.
pub fn standard(name: &str) -> Option<Measure> {
    FILES.iter().find(|(known, _)| *known == name).map(|(name, file)| Measure::read((*name).into(), file).expect("bundled measures read"))
}
