//! Order, places and size of the tables.

use super::*;

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn contact(person: PersonId, provider: ProviderId, on: Day) -> Contact {
    Contact {
        person,
        on,
        known_on: on,
        provider,
        mode: ContactMode::FaceToFace,
        attended: true,
        minutes: std::num::NonZeroU16::new(45),
        at: None,
        worker: None,
        kind: None,
    }
}

#[test]
fn rows_of_a_person_are_found_whatever_order_they_came_in() {
    let mut caseload = Caseload::default();
    let provider = caseload.provider("riverside");
    let people: Vec<PersonId> = ["p1", "p2", "p3"].iter().map(|key| caseload.person(key)).collect();
    assert_eq!(caseload.person("p2"), people[1], "a key is one person");
    for (person, on) in [(2, "2012-05-02"), (0, "2012-05-09"), (2, "2012-05-01"), (0, "2012-05-03")] {
        caseload.contacts.push(contact(people[person], provider, day(on)));
    }
    let mut backwards = caseload.clone();
    backwards.contacts.reverse();
    for arranged in [caseload.arranged(), backwards.arranged()] {
        let days = |person: usize| -> Vec<String> {
            arranged.of(people[person]).contacts.iter().map(|row| row.on.to_string()).collect()
        };
        assert_eq!(days(0), ["2012-05-03", "2012-05-09"]);
        assert!(days(1).is_empty());
        assert_eq!(days(2), ["2012-05-01", "2012-05-02"]);
        assert_eq!(arranged.everybody().map(|of| of.contacts.len()).sum::<usize>(), 4);
        assert_eq!(arranged.last_day(), Some(day("2012-05-09")));
    }
}

#[test]
fn the_band_in_force_is_the_latest_that_holds_and_never_a_blind_one() {
    let mut caseload = Caseload::default();
    let (assessor, person) = (caseload.provider("lasars"), caseload.person("p1"));
    let id = caseload.names.word_of("A1");
    let row = |on: &str, band: u8, standing| Assessment {
        person,
        on: day(on),
        known_on: day(on),
        id,
        assessor,
        worker: None,
        band,
        effective_from: day(on),
        standing,
        score: None,
        instrument: None,
    };
    caseload.assessments = vec![
        row("2012-05-01", 1, AssessmentStanding::Provisional),
        row("2012-06-01", 4, AssessmentStanding::Blind),
        row("2012-07-01", 2, AssessmentStanding::Revised),
    ];
    let caseload = caseload.arranged();
    let band = |on: &str| caseload.of(person).band_on(day(on));
    assert_eq!(
        [band("2012-04-01"), band("2012-05-01"), band("2012-06-30"), band("2012-07-01")],
        [1, 1, 1, 2].map(Some)
    );
}

#[test]
fn names_keep_apart_and_are_found_again() {
    let mut names = Names::default();
    let words: Vec<Word> = (0..20_000).map(|number| names.word_of(&format!("w{number}"))).collect();
    for (number, word) in words.iter().enumerate() {
        assert_eq!(names.word(*word), format!("w{number}"));
        assert_eq!(names.known_word(&format!("w{number}")), Some(*word));
    }
    assert_eq!(names.known_word("w20000"), None);
    assert_eq!(names.counts(), [0, 0, 0, 20_000]);
}

#[test]
fn three_hundred_thousand_journeys_of_four_years_stay_far_below_two_gibibytes() {
    // One contact a week for a year, a person with three assessments, a spell, a claim, three reviews of 20 answers.
    let row = 52 * size_of::<Contact>()
        + 3 * size_of::<Assessment>()
        + size_of::<Referral>()
        + 2 * size_of::<Spell>()
        + 2 * size_of::<Claim>()
        + 2 * size_of::<EvidenceItem>()
        + 60 * size_of::<ReviewAnswer>()
        + 3 * size_of::<Event>()
        + 2 * size_of::<Intervention>()
        + size_of::<Person>()
        + 12 * 24; // identities of rows
    assert!(size_of::<Contact>() <= 32, "{}", size_of::<Contact>());
    assert!(300_000 * row < 1 << 31, "{row} bytes a journey");
    assert!(300_000 * row < 3 << 29, "{row} bytes a journey");
}
