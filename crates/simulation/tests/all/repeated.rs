//! A setting decides every row, and a behaviour changes what it says it changes.

use meed_guardrails::caseload::ProviderId;
use meed_simulation::{Setting, behaviours, caseload};

fn small() -> Setting {
    Setting { seed: 9, providers: 2, referrals_a_year: 12, years: 1, ..Setting::default() }
}

#[test]
fn the_same_setting_gives_the_same_rows_and_another_seed_does_not() {
    let first = caseload(&small());
    assert!(first == caseload(&small()));
    assert!(first != caseload(&Setting { seed: 10, ..small() }));
}

#[test]
fn a_behaviour_of_degree_nought_changes_nothing_and_of_degree_one_does() {
    let honest = caseload(&small());
    let all_at_nought = behaviours().iter().map(|behaviour| (*behaviour, 0.0)).collect();
    assert!(honest == caseload(&Setting { behaviours: all_at_nought, ..small() }));
    // Some behaviours touch few people; they are given more.
    let more = Setting { referrals_a_year: 120, ..small() };
    let more_honest = caseload(&more);
    for behaviour in behaviours() {
        let changed =
            honest != caseload(&small().with(*behaviour, 1.0)) || more_honest != caseload(&more.with(*behaviour, 1.0));
        assert!(changed, "{}", behaviour.name());
    }
}

#[test]
fn other_providers_and_the_time_before_the_contract_are_as_they_were() {
    let honest = caseload(&small());
    let go_live = small().go_live;
    for behaviour in behaviours() {
        let changed = caseload(&small().with(*behaviour, 1.0));
        for (before, after) in honest.everybody().zip(changed.everybody()) {
            // A referral on the last days may not be known yet.
            let Some(first) = before.referrals.first() else { continue };
            if first.provider != ProviderId::at(0) || first.on < go_live {
                assert!(before.contacts == after.contacts, "{}", behaviour.name());
                assert_eq!(before.spells.len(), after.spells.len(), "{}", behaviour.name());
                assert_eq!(before.claims.len(), after.claims.len(), "{}", behaviour.name());
            }
        }
    }
}

#[test]
fn nothing_is_known_before_it_happened_or_after_the_last_day() {
    let setting = small();
    for behaviour in behaviours() {
        let made = caseload(&setting.with(*behaviour, 0.8));
        let last = setting.as_of();
        assert!(made.last_day().is_some_and(|day| day <= last.plus(400)), "{}", behaviour.name());
        assert!(
            made.spells.iter().all(|row| row.known_on <= last && row.ended_on.is_none_or(|end| end >= row.started_on))
        );
        assert!(made.events.iter().all(|row| row.on <= row.known_on && row.known_on <= last));
        assert!(made.contacts.iter().all(|row| row.on <= row.known_on && row.known_on <= last));
        assert!(made.claims.iter().all(|row| row.on <= row.known_on && row.known_on <= last), "{}", behaviour.name());
    }
}

#[test]
fn every_guardrail_of_the_catalogue_has_a_behaviour_that_it_should_find() {
    let found: Vec<&str> = behaviours().iter().flat_map(|behaviour| behaviour.found_by()).copied().collect();
    for number in 1..=30 {
        let id = format!("G{number:02}");
        assert!(found.contains(&&*id), "{id}");
    }
    let mut names: Vec<&str> = behaviours().iter().map(|behaviour| behaviour.name()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), behaviours().len());
}
