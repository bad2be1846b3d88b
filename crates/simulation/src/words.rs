//! Which words the rows of a made caseload use, each told to the names once.

use meed_guardrails::caseload::{Names, Word};

macro_rules! words {
    ($($name:ident: $text:literal),* $(,)?) => {
        /// The words, by what they stand for.
        #[derive(Debug, Clone, Copy)]
        #[allow(missing_docs)]
        pub struct Words { $(pub $name: Word),* }

        impl Words {
            /// Gives every word its number.
            pub fn told_to(names: &mut Names) -> Words {
                Words { $($name: names.word_of($text)),* }
            }
        }
    };
}

words! {
    none: "",
    keywork: "keywork",
    prescription: "prescription",
    assessment: "assessment",
    group: "group",
    instrument: "need-score-1",
    model: "completion-before-contract-1",
    attachment: "attachment",
    retention: "retention-84-days",
    completion: "completion",
    sustained: "no-return-182-days",
    by_gp: "3",
    by_self: "4",
    by_probation: "8",
    by_prison: "13",
    inpatient: "1",
    prescribing: "2",
    psychosocial: "4",
    day_programme: "5",
    residential: "6",
    aftercare: "7",
    alcohol: "ALCUSE",
    cannabis: "CANNUSE",
    cocaine: "COCAUSE",
    heroin: "OPIUSE",
    alcohol_days: "ALCUSE",
    cannabis_days: "CANNUSE",
    cocaine_days: "COCAUSE",
    opiate_days: "OPIUSE",
    injecting_days: "IVDRGUSE",
    housing_problem: "ACUTHPBM",
    quality_of_life: "QUALLIFE",
    psychological: "PSYHSTAT",
    physical: "PHSTAT",
    paid_work: "PWORK",
    letter: "letter",
    note: "note",
    test: "test",
    form: "form",
    no_place: "no place free",
    not_ready: "not ready for treatment",
    other_service: "better served elsewhere",
    moved_out: "moved out of the area",
    in_custody: "in custody",
    other_scheme: "work-programme",
    admitted: "taken on again",
    turned_away: "told to wait",
    area_north: "north",
    area_south: "south",
}
