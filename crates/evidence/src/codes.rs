//! The words evidence may use where it may not use its own: code lists.
//!
//! Labels are in our own words. Where a list comes from a data standard, how
//! sure we are of it is part of the list.

mod events;
mod people;
mod top;
mod treatment;

use std::sync::LazyLock;

pub use top::{TopKind, top_kind};

/// A list of codes that a column may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeList {
    /// Kebab-case: `discharge-reason`.
    pub name: String,
    /// What the codes say.
    pub about: String,
    /// Where they come from, and how sure we are of them.
    pub source: String,
    /// In the order of the list.
    pub codes: Vec<Code>,
}

/// One code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// As written in a cell.
    pub code: String,
    /// In words.
    pub label: String,
    /// The group of codes it belongs to, where the list has groups.
    pub class: Option<String>,
}

impl CodeList {
    /// The code with this spelling.
    pub fn get(&self, code: &str) -> Option<&Code> {
        self.codes.iter().find(|known| known.code == code)
    }

    /// The name of the list as an SQL table: `codes_discharge_reason`.
    pub fn sql_name(&self) -> String {
        format!("codes_{}", self.name.replace('-', "_"))
    }

    /// The list as rows of an SQL table: code, label, class.
    pub fn rows(&self) -> impl Iterator<Item = (&str, &str, Option<&str>)> {
        self.codes.iter().map(|code| (&*code.code, &*code.label, code.class.as_deref()))
    }
}

/// Every code list of the standard, by name.
pub fn code_lists() -> &'static [CodeList] {
    static LISTS: LazyLock<Vec<CodeList>> = LazyLock::new(|| {
        vec![
            treatment::accommodation(),
            people::answer_source(),
            people::band_standing(),
            people::claim_state(),
            people::contact_mode(),
            treatment::discharge_reason(),
            people::effect_unit(),
            events::event_kind(),
            treatment::modality(),
            events::offence_outcome(),
            people::referral_decision(),
            treatment::referral_source(),
            people::review_stage(),
            people::sex(),
            people::spell_kind(),
            top::substance(),
            top::top_item(),
            people::worker_kind(),
        ]
    });
    &LISTS
}

/// The standard code list of this name.
pub fn code_list(name: &str) -> Option<&'static CodeList> {
    code_lists().iter().find(|list| list.name == name)
}

/// A code with its class; without one when the class is empty.
fn code(code: &'static str, label: &'static str, class: &'static str) -> Code {
    Code {
        code: code.to_owned(),
        label: label.to_owned(),
        class: Some(class.to_owned()).filter(|class| !class.is_empty()),
    }
}

fn list(name: &str, about: &str, source: &str, codes: Vec<Code>) -> CodeList {
    CodeList { name: name.to_owned(), about: about.to_owned(), source: source.to_owned(), codes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_by_name_and_hold_each_code_once() {
        assert!(code_lists().is_sorted_by_key(|list| &list.name));
        for list in code_lists() {
            let mut codes: Vec<&str> = list.rows().map(|(code, ..)| code).collect();
            codes.sort_unstable();
            codes.dedup();
            assert_eq!(codes.len(), list.codes.len(), "{}", list.name);
            assert!(list.rows().all(|(code, label, _)| !code.is_empty() && !label.is_empty()), "{}", list.name);
        }
    }

    #[test]
    fn a_list_knows_its_table_in_sql() {
        let list = code_list("discharge-reason").expect("a list");
        assert_eq!(list.sql_name(), "codes_discharge_reason");
        assert_eq!(list.get("80").and_then(|code| code.class.as_deref()), Some("success"));
        assert_eq!(list.get("85").and_then(|code| code.class.as_deref()), Some("unsuccessful"));
        assert_eq!(list.get("92"), None);
        assert_eq!(code_list("discharge"), None);
    }
}
