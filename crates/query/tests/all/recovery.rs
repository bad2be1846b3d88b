//! The national recovery outcomes on hand-made people, after the golden examples R1 to R8.

use crate::evidence::{Evidence, check};

const SPELLS: &str = "spell,person,provider,kind,started_on,ended_on,end_reason,problem1,problem2,accommodation";
const REVIEWS: &str = "review,person,provider,reviewed_on,stage,item,value";

/// Evidence of spells and reviews, header left out.
fn of(spells: &str, reviews: &str) -> Evidence {
    Evidence::of(&[("spells", &format!("{SPELLS}\n{spells}")), ("reviews", &format!("{REVIEWS}\n{reviews}"))])
}

/// Reviews of p1 at riverside from rows of day, stage, item and value; each day is one review.
fn reviews(rows: &[(&str, &str, &str, &str)]) -> String {
    let row = |(day, stage, item, value): &(&str, &str, &str, &str)| {
        format!("R{day},p1,riverside,{day},{stage},{item},{value}")
    };
    rows.iter().map(row).collect::<Vec<_>>().join("\n")
}

const BOTH: &str = "S1,p1,riverside,treatment,2012-04-02,2013-02-01,80,OPIUSE,CRAUSE,";
const START: [(&str, &str, &str, &str); 2] =
    [("2012-04-02", "start", "OPIUSE", "20"), ("2012-04-02", "start", "CRAUSE", "10")];

#[test]
fn r1_two_clean_reviews_need_not_be_consecutive() {
    let mut rows = START.to_vec();
    for (day, opiates, crack) in [("2012-07-01", "0", "0"), ("2012-10-01", "4", "0"), ("2013-01-01", "0", "0")] {
        rows.extend([(day, "review", "OPIUSE", opiates), (day, "review", "CRAUSE", crack)]);
    }
    let evidence = of(BOTH, &reviews(&rows));
    let found = evidence.outcomes("recovery/abstinent", &[], "2013-05-31");
    check(&found, &["p1 S1 achieved 2013-01-01"]);
    assert_eq!(
        found[0].evidence,
        [
            "spells:S1",
            "reviews:R2012-07-01/CRAUSE",
            "reviews:R2012-07-01/OPIUSE",
            "reviews:R2013-01-01/CRAUSE",
            "reviews:R2013-01-01/OPIUSE"
        ]
    );
    check(&evidence.outcomes("recovery/abstinent", &[], "2012-12-31"), &["p1 S1 pending"]);
    let three = evidence.outcomes("recovery/abstinent", &[("reviews", "3")], "2013-05-31");
    check(&three, &["p1 S1 not-achieved: 2 of 3 reviews fulfil it"]);
    // Six months to the day lie outside a half-open window of six months.
    let six = evidence.outcomes("recovery/abstinent", &[("within", "184 days")], "2013-05-31");
    check(&six, &["p1 S1 not-achieved: 2 of 3 reviews fulfil it"]);
    check(
        &evidence.outcomes("recovery/abstinent", &[("within", "185 days")], "2013-05-31"),
        &["p1 S1 achieved 2013-01-01"],
    );
}

#[test]
fn r2_missing_is_not_zero() {
    let mut rows = START.to_vec();
    for (day, opiates, crack) in [("2012-07-01", "0", ""), ("2012-10-01", "0", "0")] {
        rows.extend([(day, "review", "OPIUSE", opiates), (day, "review", "CRAUSE", crack)]);
    }
    let evidence = of(BOTH, &reviews(&rows));
    check(
        &evidence.outcomes("recovery/abstinent", &[], "2013-05-31"),
        &["p1 S1 not-achieved: 1 of 2 reviews fulfil it; an answer was not disclosed, which is not zero"],
    );
    // An answer that is not there at all is missing too.
    rows.remove(3);
    check(
        &of(BOTH, &reviews(&rows)).outcomes("recovery/abstinent", &[], "2013-05-31"),
        &["p1 S1 not-achieved: 1 of 2 reviews fulfil it"],
    );
}

#[test]
fn r3_who_never_injected_is_in_no_denominator() {
    let injecting = |start: &str| {
        let rows = [
            ("2012-04-02", "start", "IVDRGUSE", start),
            ("2012-07-01", "review", "IVDRGUSE", "0"),
            ("2012-10-01", "review", "IVDRGUSE", "0"),
        ];
        of(BOTH, &reviews(&rows)).outcomes("recovery/stopped-injecting", &[], "2013-05-31")
    };
    check(&injecting("0"), &["p1 S1 not-eligible: did not inject at the start, as far as is known"]);
    check(&injecting(""), &["p1 S1 not-eligible: did not inject at the start, as far as is known"]);
    check(&injecting("7"), &["p1 S1 achieved 2012-10-01"]);
}

#[test]
fn r4_quality_of_life_at_the_norm() {
    let quality = |first: &str, second: &str, parameters: &[(&str, &str)]| {
        let rows = [("2012-07-01", "review", "QUALLIFE", first), ("2012-10-01", "exit", "QUALLIFE", second)];
        of(BOTH, &reviews(&rows)).outcomes("recovery/quality-of-life", parameters, "2013-05-31")
    };
    check(&quality("14", "14", &[]), &["p1 S1 achieved 2012-10-01"]);
    check(&quality("13", "14", &[]), &["p1 S1 not-achieved: 1 of 2 reviews fulfil it"]);
    check(&quality("13", "14", &[("norm", "12.5")]), &["p1 S1 achieved 2012-10-01"]);
}

#[test]
fn r5_no_housing_problem_at_the_exit_review_alone_is_enough() {
    let housing = |spell: &str, problem: &str, stage: &str, risk: &str| {
        let rows = [
            ("2012-04-02", "start", "ACUTHPBM", problem),
            ("2013-02-01", stage, "ACUTHPBM", "0"),
            ("2013-02-01", stage, "HRISK", risk),
        ];
        of(spell, &reviews(&rows)).outcomes("recovery/housing-resolved", &[], "2013-05-31")
    };
    check(&housing(BOTH, "1", "exit", "0"), &["p1 S1 achieved 2013-02-01"]);
    check(&housing(BOTH, "1", "exit", "1"), &["p1 S1 not-achieved: 0 of 1 reviews fulfil it"]);
    // A mere review on the day the spell no longer held is none of the spell.
    check(&housing(BOTH, "1", "review", "0"), &["p1 S1 not-achieved: no review answers it"]);
    check(
        &housing(BOTH, "0", "exit", "0"),
        &["p1 S1 not-eligible: had no housing problem at the start, as far as is known"],
    );
    check(&housing(&format!("{BOTH}1"), "0", "exit", "0"), &["p1 S1 achieved 2013-02-01"]);
}

#[test]
fn r6_a_return_inside_the_half_open_window_undoes_a_completion() {
    let back = |on: &str| {
        let spells = format!(
            "S1,p1,riverside,treatment,2011-10-01,2012-06-30,80,OPIUSE,,\nS2,p1,harbour,treatment,{on},,,OPIUSE,,"
        );
        of(&spells, "")
    };
    let inside = back("2013-06-29");
    check(
        &inside.outcomes("recovery/completed-no-return", &[], "2013-12-31"),
        &["p1 S1 not-achieved: came back to treatment on 2013-06-29", "p1 S2 pending"],
    );
    check(&inside.outcomes("recovery/completed-no-return", &[], "2013-06-28"), &["p1 S1 pending", "p1 S2 pending"]);
    let outside = back("2013-06-30");
    let found = outside.outcomes("recovery/completed-no-return", &[], "2013-12-31");
    check(&found, &["p1 S2 pending", "p1 S1 achieved 2013-06-30"]);
    check(&outside.outcomes("recovery/completed-no-return", &[], "2013-06-29"), &["p1 S1 pending", "p1 S2 pending"]);
    let six_months = inside.outcomes("recovery/completed-no-return", &[("within", "6 months")], "2013-12-31");
    check(&six_months, &["p1 S2 pending", "p1 S1 achieved 2012-12-30"]);
    check(
        &inside.outcomes("recovery/re-presented", &[], "2013-12-31"),
        &["p1 S2 pending", "p1 S1 achieved 2013-06-29"],
    );
    check(
        &outside.outcomes("recovery/re-presented", &[], "2013-12-31"),
        &["p1 S1 not-achieved: did not come back in the window", "p1 S2 pending"],
    );
}

#[test]
fn r7_death_in_the_window_ends_the_follow_up() {
    let spell = format!("{SPELLS}\nS1,p1,riverside,treatment,2011-10-01,2012-06-30,80,OPIUSE,,");
    let with = |event: &str, more: &str| {
        let events = format!("event,person,kind,occurred_on,until_on\n{event}");
        Evidence::of(&[("spells", &format!("{spell}\n{more}")), ("events", &events)])
    };
    let ended = with("E1,p1,death,2012-10-15,", "").outcomes("recovery/completed-no-return", &[], "2012-12-31");
    check(&ended, &["p1 S1 ended 2012-10-15..2013-06-30 by death"]);
    assert_eq!(ended[0].evidence, ["spells:S1", "events:E1"]);
    let after = with("E1,p1,death,2013-06-30,", "").outcomes("recovery/completed-no-return", &[], "2013-12-31");
    check(&after, &["p1 S1 achieved 2013-06-30"]);
    // A return that came first is a return; one that came after is told beside the event.
    let later = "S2,p1,riverside,treatment,2013-01-10,,,OPIUSE,,";
    let custody = |from: &str| format!("E1,p1,custody,{from},2013-01-02");
    check(
        &with(&custody("2012-12-01"), later).outcomes("recovery/completed-no-return", &[], "2013-12-31"),
        &["p1 S2 pending", "p1 S1 ended 2012-12-01..2013-06-30 by custody: came back to treatment on 2013-01-10"],
    );
    let earlier = "S2,p1,riverside,treatment,2012-11-10,,,OPIUSE,,";
    check(
        &with(&custody("2012-12-01"), earlier).outcomes("recovery/completed-no-return", &[], "2013-12-31"),
        &["p1 S1 not-achieved: came back to treatment on 2012-11-10", "p1 S2 pending"],
    );
}

#[test]
fn r8_who_starts_at_too_few_days_cannot_improve_reliably() {
    let improved = |start: &str, first: &str, second: &str| {
        let rows = [
            ("2012-04-02", "start", "OPIUSE", start),
            ("2012-04-02", "start", "CRAUSE", "20"),
            ("2012-07-01", "review", "OPIUSE", first),
            ("2012-07-01", "review", "CRAUSE", "0"),
            ("2012-10-01", "review", "OPIUSE", second),
            ("2012-10-01", "review", "CRAUSE", "4"),
        ];
        of(BOTH, &reviews(&rows)).outcomes("recovery/reliably-improved", &[("threshold_days", "13")], "2013-05-31")
    };
    check(&improved("20", "7", "0"), &["p1 S1 achieved 2012-10-01"]);
    check(&improved("20", "8", "0"), &["p1 S1 not-achieved: 1 of 2 reviews fulfil it"]);
    check(&improved("0", "0", "0"), &["p1 S1 not-eligible: too few days of use at the start to improve reliably"]);
    check(&improved("", "0", "0"), &["p1 S1 not-eligible: use at the start is not known for every substance"]);
    let unused = [("2012-04-02", "start", "OPIUSE", "0"), ("2012-04-02", "start", "CRAUSE", "0")];
    check(
        &of(BOTH, &reviews(&unused)).outcomes("recovery/abstinent", &[], "2013-05-31"),
        &["p1 S1 not-eligible: used none of what they came for at the start"],
    );
}

#[test]
fn a_completion_is_a_reason_for_leaving_that_counts_as_success() {
    let spells = "S1,p1,riverside,treatment,2012-04-02,2013-02-01,80,OPIUSE,,
        S2,p2,riverside,treatment,2012-04-02,2013-02-01,85,OPIUSE,,
        S3,p3,riverside,treatment,2012-04-02,2013-02-01,,OPIUSE,,
        S4,p4,riverside,treatment,2012-04-02,,,OPIUSE,,
        S5,p5,riverside,custody,2012-04-02,2013-02-01,,,,";
    check(
        &of(spells, "").outcomes("recovery/completed", &[], "2013-05-31"),
        &[
            "p1 S1 achieved 2013-02-01",
            "p2 S2 not-achieved: left for another reason: incomplete: dropped out",
            "p3 S3 not-achieved: no reason for leaving is recorded",
            "p4 S4 pending",
        ],
    );
}

#[test]
fn a_course_of_vaccination_completed_in_the_spell_counts() {
    let spells = ["S1,p1", "S2,p2", "S3,p3", "S4,p4"]
        .map(|who| format!("{who},riverside,treatment,2012-04-02,2013-02-01,80,OPIUSE,,"));
    let events = "event,person,kind,occurred_on,detail
        E1,p1,vaccination,2012-05-01,hepatitis-b
        E2,p1,vaccination-complete,2012-08-01,hepatitis-b
        E3,p2,vaccination,2012-05-01,hepatitis-b
        E4,p3,vaccination-complete,2011-08-01,hepatitis-b
        E5,p4,vaccination-complete,2012-08-01,influenza";
    let evidence = Evidence::of(&[("spells", &format!("{SPELLS}\n{}", spells.join("\n"))), ("events", events)]);
    check(
        &evidence.outcomes("recovery/hepatitis-b", &[], "2013-05-31"),
        &[
            "p1 S1 achieved 2012-08-01",
            "p2 S2 not-achieved: the course was begun and not completed",
            "p3 S3 not-eligible: the course was completed before",
            "p4 S4 not-eligible: no vaccination is recorded",
        ],
    );
}

#[test]
fn retention_is_lasting_until_the_day() {
    let spells = "S1,p1,riverside,treatment,2012-04-02,2012-06-24,80,OPIUSE,,
        S2,p2,riverside,treatment,2012-04-02,2012-06-25,80,OPIUSE,,
        S3,p3,riverside,treatment,2012-04-02,,,OPIUSE,,";
    let evidence = of(spells, "");
    check(
        &evidence.outcomes("recovery/retained", &[], "2012-12-31"),
        &["p1 S1 not-achieved: left on 2012-06-24", "p2 S2 achieved 2012-06-25", "p3 S3 achieved 2012-06-25"],
    );
    check(&evidence.outcomes("recovery/retained", &[], "2012-06-24")[2..], &["p3 S3 pending"]);
}
