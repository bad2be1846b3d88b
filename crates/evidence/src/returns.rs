//! Which columns of the standard tables the usual returns hold already: England's NDTMS and the HMIS of the United States.
//!
//! NDTMS names are those of the core data set CDS-H of 2011 and of its treatment outcomes profile; HMIS names are columns
//! of its CSV exchange, fiscal year 2026. A column that is not here is in neither, as far as we could source it.

/// What a return calls a column of a standard table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// The standard table.
    pub table: &'static str,
    /// Its column.
    pub column: &'static str,
    /// Items of the NDTMS core data set; empty where none was found.
    pub ndtms: &'static str,
    /// Files and columns of HMIS CSV; empty where none was found.
    pub hmis: &'static str,
}

/// The columns that a return holds, by table.
pub const HELD: &[Held] = &[
    held("people", "person", "FINITIAL SINITIAL DOB SEX", "Client.PersonalID"),
    held("people", "born_year", "DOB", "Client.DOB"),
    held("people", "sex", "SEX", "Client.Sex"),
    held("people", "consent", "CONSENT", ""),
    held("referrals", "referral", "EPISODID", ""),
    held("referrals", "person", "FINITIAL SINITIAL DOB SEX", ""),
    held("referrals", "provider", "AGNCY", ""),
    held("referrals", "referred_on", "REFLD", ""),
    held("referrals", "source", "RFLS", ""),
    held("spells", "spell", "MODID", "Enrollment.EnrollmentID"),
    held("spells", "person", "FINITIAL SINITIAL DOB SEX", "Enrollment.PersonalID"),
    held("spells", "provider", "AGNCY", "Enrollment.ProjectID"),
    held("spells", "kind", "", "Project.ProjectType"),
    held("spells", "started_on", "MODST", "Enrollment.EntryDate"),
    held("spells", "ended_on", "DISD", "Exit.ExitDate"),
    held("spells", "end_reason", "DISRSN", ""),
    held("spells", "modality", "MODAL", ""),
    held("spells", "accommodation", "ACCMNEED", "Enrollment.LivingSituation"),
    held("spells", "problem1", "DRUG1", ""),
    held("spells", "problem2", "DRUG2", ""),
    held("spells", "problem3", "DRUG3", ""),
    held("contacts", "contact", "", "Services.ServicesID"),
    held("contacts", "person", "", "Services.PersonalID"),
    held("contacts", "contacted_on", "", "Services.DateProvided"),
    held("reviews", "review", "TOPID", ""),
    held("reviews", "person", "FINITIAL SINITIAL DOB SEX", ""),
    held("reviews", "provider", "AGNCY", ""),
    held("reviews", "reviewed_on", "TOPDATE", ""),
    held("reviews", "stage", "TRSTAGE", ""),
    held("reviews", "item", "ALCUSE to QUALLIFE", ""),
    held("reviews", "value", "ALCUSE to QUALLIFE", ""),
];

const fn held(table: &'static str, column: &'static str, ndtms: &'static str, hmis: &'static str) -> Held {
    Held { table, column, ndtms, hmis }
}

/// What the returns call this column, where one of them holds it.
pub fn held_by_returns(table: &str, column: &str) -> Option<&'static Held> {
    HELD.iter().find(|held| held.table == table && held.column == column)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::standard_table;

    #[test]
    fn every_column_named_is_one_of_a_standard_table_and_named_once() {
        for (place, held) in HELD.iter().enumerate() {
            let table = standard_table(held.table);
            assert!(table.is_some_and(|table| table.column(held.column).is_some()), "{held:?}");
            assert!(!(held.ndtms.is_empty() && held.hmis.is_empty()), "{held:?} says nothing");
            assert!(!HELD[..place].iter().any(|other| (other.table, other.column) == (held.table, held.column)));
        }
    }
}
