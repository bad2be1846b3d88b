//! The proof on a few caseloads: what it counts adds up, does not depend on threads, and a plain case is found.

use meed_simulation::Setting;
use meed_simulation::proof::{Plan, page, prove};

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
    let results = prove(&plan(3, 220, 2), &|_| {});
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
        let results = prove(&plan(4, 30, threads), &|_| {});
        (results.honest[0].1, results.hard[0].1, results.found.iter().map(|(_, count)| *count).collect::<Vec<_>>())
    };
    assert_eq!(counts(1), counts(3));
}
