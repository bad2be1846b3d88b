//! Stretches of housing and work, and weeks in work.

use crate::evidence::{Evidence, check};

const SPELLS: &str = "spell,person,provider,kind,started_on,ended_on,accommodation";

fn of(spells: &str) -> Evidence {
    Evidence::of(&[("spells", &format!("{SPELLS}\n{spells}"))])
}

#[test]
fn homes_that_meet_are_one_stretch_and_a_gap_parts_them() {
    // Moves in, moves on to the next home, loses it at day 80, is housed again at day 100 and keeps it.
    let evidence = of("A1,p1,riverside,accommodation,2018-01-01,2018-02-10,supported
        A2,p1,riverside,accommodation,2018-02-10,2018-03-22,
        A3,p1,riverside,accommodation,2018-04-11,,social-tenancy
        A4,p2,riverside,accommodation,2018-01-01,2018-06-01,hostel");
    check(
        &evidence.outcomes("housing/in-accommodation", &[], "2018-12-31"),
        &["p1 A1 achieved 2018-01-01..2018-03-22", "p1 A3 achieved 2018-04-11"],
    );
    check(
        &evidence.outcomes("housing/in-accommodation", &[("gap", "20 days")], "2018-12-31"),
        &["p1 A1 achieved 2018-01-01"],
    );
    // What is not over by the day asked about holds, as far as is known.
    check(&evidence.outcomes("housing/in-accommodation", &[], "2018-03-21"), &["p1 A1 achieved 2018-01-01"]);
    check(
        &evidence.outcomes("housing/entered", &[], "2018-12-31"),
        &[
            "p1 A1 achieved 2018-01-01",
            "p1 A2 achieved 2018-02-10",
            "p1 A3 achieved 2018-04-11",
            "p2 A4 not-achieved: not settled: a hostel, night shelter or refuge",
        ],
    );
}

#[test]
fn jobs_that_overlap_are_one_stretch_of_work() {
    let evidence = of("J1,p1,riverside,employment,2012-01-02,2012-03-01,
        J2,p1,riverside,employment,2012-02-01,2012-02-10,
        J3,p1,riverside,employment,2012-03-01,2012-04-02,
        J4,p1,harbour,employment,2012-06-01,,");
    let found = evidence.outcomes("work/in-work", &[], "2012-12-31");
    check(&found, &["p1 J1 achieved 2012-01-02..2012-04-02", "p1 J4 achieved 2012-06-01"]);
    assert_eq!(found[0].evidence, ["spells:J1", "spells:J2", "spells:J3"]);
}

#[test]
fn weeks_in_work_add_up_or_have_to_run_on() {
    // Ten weeks, a gap of four, sixteen weeks.
    let evidence = of("J1,p1,riverside,employment,2012-01-02,2012-03-12,
        J2,p1,riverside,employment,2012-04-09,2012-07-30,");
    let ask = |weeks: &str, counting: &str, gap: &str, as_of: &str| {
        evidence.outcomes("work/job-outcome", &[("weeks", weeks), ("counting", counting), ("gap", gap)], as_of)
    };
    let none = "0 days";
    check(&ask("26", "cumulative", none, "2012-12-31"), &["p1 riverside achieved 2012-07-30"]);
    check(&ask("26", "cumulative", none, "2012-07-29"), &["p1 riverside pending"]);
    check(&ask("13", "cumulative", none, "2012-12-31"), &["p1 riverside achieved 2012-04-30"]);
    check(&ask("16", "continuous", none, "2012-12-31"), &["p1 riverside achieved 2012-07-30"]);
    check(&ask("26", "continuous", none, "2012-12-31"), &["p1 riverside not-achieved: in work for 112 of 182 days"]);
    check(&ask("30", "continuous", "28 days", "2012-12-31"), &["p1 riverside achieved 2012-07-30"]);
    assert_eq!(ask("16", "continuous", none, "2012-12-31")[0].evidence, ["spells:J2"]);
    assert_eq!(ask("26", "cumulative", none, "2012-12-31")[0].evidence, ["spells:J1", "spells:J2"]);
}
