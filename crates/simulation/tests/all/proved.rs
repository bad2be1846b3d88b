//! The proof on a few caseloads: what it counts adds up, does not depend on threads, and a plain case is found.

use std::sync::Mutex;

use meed_simulation::proof::{OfSeed, Plan, page, prove};
use meed_simulation::{Others, Setting, caseload};

fn plan(caseloads: u32, referrals_a_year: u32, threads: usize) -> Plan {
    Plan {
        setting: Setting { seed: 1, providers: 2, referrals_a_year, years: 1, ..Setting::default() },
        caseloads,
        threads,
        only: vec!["G01".to_owned()],
        times: 1,
    }
}

#[test]
fn creaming_is_found_and_an_honest_provider_is_not_asked_about() {
    let results = prove(&plan(3, 220, 2), &[], &|_| {});
    let (case, found) = &results.found[0];
    assert_eq!((case.behaviour.name(), found.of), ("creaming", 3));
    assert!(found.flagged >= 2, "{found:?}");
    assert_eq!(results.honest[0].1.flagged, 0);
    let page = page(&results, &[]);
    assert!(page.contains("| G01 creaming at the front door | creaming | 0.60 |"), "{page}");
}

#[test]
fn how_many_threads_share_the_work_decides_nothing() {
    let counts = |threads| {
        let results = prove(&plan(4, 30, threads), &[], &|_| {});
        (results.honest[0].1, results.hard[0].1, results.found.iter().map(|(_, count)| *count).collect::<Vec<_>>())
    };
    assert_eq!(counts(1), counts(3));
}

#[test]
fn a_proof_that_was_broken_off_goes_on_where_it_stopped() {
    let lines = Mutex::new(Vec::new());
    let whole = prove(&plan(3, 40, 1), &[], &|one| lines.lock().expect("one thread").push(one.line()));
    let lines = lines.into_inner().expect("one thread");
    let held: Vec<OfSeed> = lines[..2].iter().filter_map(|line| OfSeed::told(line, &plan(3, 40, 1))).collect();
    assert_eq!(held.len(), 2, "{lines:?}");
    let further = Mutex::new(0);
    let resumed = prove(&plan(3, 40, 1), &held, &|_| *further.lock().expect("one thread") += 1);
    assert_eq!(further.into_inner().expect("one thread"), 1, "only the seed that was not done");
    assert_eq!((whole.honest[0].1, whole.hard[0].1), (resumed.honest[0].1, resumed.hard[0].1));
    assert_eq!(whole.found[0].1, resumed.found[0].1);
    assert!(OfSeed::told("9 . . .", &plan(3, 40, 1)).is_none(), "a seed of another plan");
    assert!(OfSeed::told("1 .. . .", &plan(3, 40, 1)).is_none(), "another number of guardrails");
}

#[test]
fn others_made_once_give_the_caseload_that_is_made_whole() {
    let setting = Setting { providers: 2, referrals_a_year: 60, years: 1, ..Setting::default() };
    let (whole, parts) = (caseload(&setting), Others::made(&setting).caseload(Vec::new(), 0.0));
    assert_eq!(whole.people, parts.people);
    assert_eq!(whole.spells.len(), parts.spells.len());
    let ends = |caseload: &meed_guardrails::Caseload| -> Vec<_> {
        caseload.spells.iter().map(|row| (row.person, row.started_on, row.ended_on, row.end)).collect()
    };
    assert_eq!(ends(&whole), ends(&parts));
    assert_eq!((whole.contacts, whole.capacity), (parts.contacts, parts.capacity));
    assert_eq!(whole.evidence_items.len(), parts.evidence_items.len());
}
