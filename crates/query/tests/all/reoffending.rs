//! Reoffending after release, proven within the window and the courts' lag.

use crate::evidence::{Evidence, check};

fn of(events: &str) -> Evidence {
    let spells = "spell,person,provider,kind,started_on,ended_on
        C1,p1,peterborough,custody,2010-06-01,2010-09-09";
    let events = format!("event,person,provider,kind,occurred_on,until_on,concluded_on,outcome\n{events}");
    Evidence::of(&[("spells", spells), ("events", &events)])
}

#[test]
fn a_proven_offence_in_the_window_counts_when_concluded_within_the_lag() {
    let binary = |events: &str, as_of: &str| of(events).outcomes("reoffending/binary", &[], as_of);
    check(&binary("", "2012-03-09"), &["p1 C1 achieved 2012-03-09"]);
    check(&binary("", "2012-03-08"), &["p1 C1 pending"]);
    let offence = |on: &str, concluded: &str, outcome: &str| format!("E1,p1,,offence,{on},,{concluded},{outcome}");
    let reoffended = ["p1 C1 not-achieved: reoffended on 2011-09-08"];
    check(&binary(&offence("2011-09-08", "2012-03-08", "conviction"), "2012-12-31"), &reoffended);
    check(&binary(&offence("2011-09-08", "2012-03-08", "caution"), "2012-12-31"), &reoffended);
    let free = ["p1 C1 achieved 2012-03-09"];
    check(&binary(&offence("2011-09-09", "2011-10-08", "conviction"), "2012-12-31"), &free);
    check(&binary(&offence("2011-09-08", "2012-03-09", "conviction"), "2012-12-31"), &free);
    check(&binary(&offence("2011-09-08", "2011-10-09", "breach"), "2012-12-31"), &free);
    check(
        &binary("E1,p1,,custody,2011-01-01,2011-02-01,,", "2012-12-31"),
        &["p1 C1 ended 2011-01-01..2012-03-09 by custody"],
    );
    // A release that is recorded as an event too is one release.
    check(&binary("E1,p1,peterborough,release,2010-09-09,,,", "2012-12-31"), &free);
    check(
        &binary("E1,p1,peterborough,release,2010-10-09,,,", "2012-12-31"),
        &["p1 C1 achieved 2012-03-09", "p1 E1 achieved 2012-04-09"],
    );
}

#[test]
fn events_per_hundred_people_wait_until_everyone_was_followed() {
    let evidence = of("E1,p1,,offence,2010-10-01,,2011-01-01,conviction
        E2,p1,,offence,2011-09-08,,2012-01-01,caution
        E3,p2,peterborough,release,2010-09-20,,,
        E4,p2,,offence,2010-09-21,,2010-12-01,no-further-action")
    .periods(&["2010-09", "2010-10"]);
    let found = evidence.ratios("reoffending/frequency", &[], "2012-04-01");
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].numerator.to_string(), found[0].denominator.to_string()), ("2".into(), "2".into()));
    assert_eq!(evidence.ratios("reoffending/frequency", &[], "2012-03-31"), []);
}
