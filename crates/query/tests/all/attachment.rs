//! Starting: with a provider, and on a programme.

use crate::evidence::{Evidence, check};

#[test]
fn each_spell_of_a_kind_starts_once() {
    let evidence = Evidence::of(&[(
        "spells",
        "spell,person,provider,kind,started_on
        S1,p1,riverside,treatment,2012-04-02
        S2,p1,riverside,employment,2012-08-02
        S3,p2,riverside,treatment,2013-04-02",
    )]);
    let found = evidence.outcomes("attachment/started", &[], "2012-12-31");
    check(&found, &["p1 S1 achieved 2012-04-02", "p2 S3 pending"]);
    check(
        &evidence.outcomes("attachment/started", &[("kind", "employment")], "2012-12-31"),
        &["p1 S2 achieved 2012-08-02"],
    );
}

#[test]
fn a_referred_person_starts_with_the_first_meeting_they_come_to() {
    let evidence = Evidence::of(&[
        (
            "referrals",
            "referral,person,provider,referred_on
            F1,p1,riverside,2012-04-02
            F2,p1,riverside,2012-07-01
            F3,p2,riverside,2012-04-02",
        ),
        (
            "contacts",
            "contact,person,provider,contacted_on,attended
            C1,p1,riverside,2012-04-10,false
            C2,p1,riverside,2012-07-03,true
            C3,p1,harbour,2012-04-10,true
            C4,p2,riverside,2012-04-01,true
            C5,p2,riverside,2012-04-20,",
        ),
    ]);
    check(
        &evidence.outcomes("work/started", &[], "2012-12-31"),
        &["p1 F1 not-achieved: was referred again without having come", "p1 F2 achieved 2012-07-03", "p2 F3 pending"],
    );
}
