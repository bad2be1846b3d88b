//! The standard library: one SQL file per measure, in `crates/measures/sql`.

use std::sync::OnceLock;

use crate::Measure;

/// The name of a standard measure and its file.
macro_rules! standard_measures {
    ($($name:literal),* $(,)?) => {
        const FILES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../sql/", $name, ".sql")))),*];
    };
}

standard_measures![
    "access/assessed-at-most",
    "access/waited-at-most",
    "attachment/started",
    "capacity/utilisation",
    "custody/bed-nights",
    "effects/supplied",
    "events/recorded",
    "feedback/rating",
    "goals/attained",
    "housing/entered",
    "housing/in-accommodation",
    "housing/seen-rough",
    "housing/sighted",
    "monitoring/abstinent",
    "monitoring/completed",
    "monitoring/housing",
    "monitoring/injecting",
    "monitoring/quality-of-life",
    "participation/attended",
    "recovery/abstinent",
    "recovery/completed",
    "recovery/completed-no-return",
    "recovery/follow-on",
    "recovery/hepatitis-b",
    "recovery/housing-resolved",
    "recovery/quality-of-life",
    "recovery/re-presented",
    "recovery/reliably-improved",
    "recovery/repeat-retained",
    "recovery/retained",
    "recovery/stopped-injecting",
    "reoffending/binary",
    "reoffending/frequency",
    "volume/counted",
    "work/earnings",
    "work/in-work",
    "work/job-outcome",
    "work/started",
];

/// Every standard measure, by name.
///
/// # Panics
/// When a bundled file has a broken head: a test reads them all.
pub fn library() -> Vec<Measure> {
    static LIBRARY: OnceLock<Vec<Measure>> = OnceLock::new();
    let read = || {
        FILES.iter().map(|(name, file)| Measure::read((*name).into(), file).expect("bundled measures read")).collect()
    };
    LIBRARY.get_or_init(read).clone()
}

/// The standard measure of this name.
pub fn standard(name: &str) -> Option<Measure> {
    FILES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(name, file)| Measure::read((*name).into(), file).expect("bundled measures read"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A ratio of one group's outcomes to another's number moves without anyone doing better.
    #[test]
    fn both_sides_of_every_standard_ratio_are_of_the_same_people() {
        for measure in library() {
            let of = |side: &Option<crate::Counted>| side.as_ref().map(|side| side.of.clone());
            assert_eq!(of(&measure.numerator), of(&measure.denominator), "{}", measure.name);
            assert_eq!(measure.numerator.is_some(), measure.grain == crate::Grain::Ratio, "{}", measure.name);
        }
    }

    #[test]
    fn every_standard_measure_reads_and_is_found_by_its_name() {
        let library = library();
        assert!(library.is_sorted_by_key(|measure| measure.name.clone()));
        for measure in library {
            assert_eq!(standard(&measure.name), Some(measure));
        }
    }
}
