//! Worked examples that a contract's check answers: each contract is the one that the gallery of `docs/errors` shows.

use std::{fs, path::Path};

use meed_terms::{Diagnostic, Folder, Severity, Terms};
use meed_units::Exact;

/// What is said of the gallery's bad contract for a code.
fn said(code: &str) -> Vec<Diagnostic> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/errors").join(code);
    let text = fs::read_to_string(path.with_extension("toml")).unwrap();
    let name = text.lines().find_map(|line| line.strip_prefix("# measure: "));
    let measures = name.map(|name| (name.to_owned(), fs::read_to_string(path.with_extension("sql")).unwrap()));
    let measures = measures.into_iter().collect();
    Terms::read(&Folder { name: code.into(), contract: text, measures, ..Folder::default() }).diagnostics
}

fn only(code: &str, severity: Severity) -> Diagnostic {
    let mut said = said(code);
    assert_eq!(said.len(), 1, "{said:#?}");
    let found = said.remove(0);
    assert_eq!((found.code, found.severity), (code, severity));
    found
}

#[test]
fn g8_a_bare_percentage_is_refused_with_the_question() {
    let found = only("bare-percentage", Severity::Error);
    assert!(found.message.ends_with("relative, or points?"), "{}", found.message);
}

/// Referrals fall from 4,000 to 2,000 while an old cohort brings in the same 1,000 outcomes: the ratio doubles.
#[test]
fn g12_outcomes_over_other_peoples_referrals_are_warned_of() {
    assert_eq!(Exact::ratio(1000, 4000) + Exact::ratio(1000, 4000), Exact::ratio(1000, 2000));
    let found = only("other-peoples-ratio", Severity::Warning);
    assert!(found.message.contains("other people's referrals of the period"), "{}", found.message);
}

#[test]
fn r7_a_window_that_death_can_end_is_refused_unless_it_is_said_what_then_happens() {
    let found = only("window-end-unstated", Severity::Error);
    assert!(found.message.contains("death"), "{}", found.message);
}

#[test]
fn r9_the_providers_own_judgement_is_warned_of() {
    let found = only("self-evidenced", Severity::Warning);
    assert!(found.help.contains("confirmed-by"), "{}", found.help);
}
