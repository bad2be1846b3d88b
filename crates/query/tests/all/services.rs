//! What services are watched by: participation, follow-on treatment, goals, feedback, monitoring, nights and sightings.

use meed_measures::{Quantity, Ratio};

use crate::evidence::{Evidence, said};

fn shares(found: &[Ratio]) -> Vec<String> {
    let said = |ratio: &Ratio| format!("{} {} {}/{}", ratio.provider, ratio.period, ratio.numerator, ratio.denominator);
    found.iter().map(said).collect()
}

fn counts(found: &[Quantity]) -> Vec<String> {
    found.iter().map(|row| format!("{} {} {}", row.provider, row.period, row.quantity)).collect()
}

#[test]
fn participation_asks_for_meetings_in_each_whole_week_of_the_phase() {
    let evidence = Evidence::of(&[
        (
            "spells",
            "spell,person,provider,kind,started_on,ended_on
            S1,p1,riverside,treatment,2004-03-01,
            S2,p2,riverside,treatment,2004-03-01,
            S3,p3,riverside,treatment,2004-03-01,2004-03-07
            S4,p4,riverside,treatment,2004-03-24,",
        ),
        (
            "contacts",
            "contact,person,provider,contacted_on,attended
            A1,p1,riverside,2004-03-02,true
            A2,p1,riverside,2004-03-30,true
            A3,p1,riverside,2004-03-31,true
            B1,p2,riverside,2004-03-02,true
            B2,p2,riverside,2004-03-03,false
            B3,p2,riverside,2004-03-04,
            D1,p4,riverside,2004-03-25,true",
        ),
    ])
    .periods(&["2004-03"]);
    // 30 days of the phase: four whole weeks. One meeting a week asks for four; p1 came to two in the phase (the third is on
    // its day 30), p2 to one. p3 left after six days and is not counted; p4 was in for eight days and came once.
    let ask = |sessions: &str| {
        let set = [("sessions", sessions), ("begins", "0 days"), ("ends", "30 days")];
        shares(&evidence.ratios("participation/attended", &set, "2004-12-31"))
    };
    assert_eq!(ask("1"), ["riverside 2004-03 1/3"]);
    assert_eq!(ask("2"), ["riverside 2004-03 0/3"]);
    let later = [("sessions", "1"), ("begins", "30 days"), ("ends", "91 days")];
    assert_eq!(shares(&evidence.ratios("participation/attended", &later, "2004-12-31")), [] as [&str; 0]);
}

#[test]
fn follow_on_treatment_counts_once_its_time_has_run_out() {
    let evidence = Evidence::of(&[(
        "spells",
        "spell,person,provider,kind,started_on,ended_on,modality
        S1,p1,detox,treatment,2007-01-02,2007-01-06,1
        N1,p1,clinic,treatment,2007-02-05,,4
        S2,p2,detox,treatment,2007-01-02,2007-01-06,1
        N2,p2,clinic,treatment,2007-02-06,,4
        S3,p3,detox,treatment,2007-01-02,2007-01-06,1
        N3,p3,detox,treatment,2007-01-20,,1",
    )])
    .periods(&["2007-01", "2007-02"]);
    // The 30 days run out on 5 February: p1 entered on that day, p2 a day late, p3 only came back to the same kind.
    assert_eq!(shares(&evidence.ratios("recovery/follow-on", &[], "2007-12-31")), ["detox 2007-02 1/3"]);
    assert_eq!(shares(&evidence.ratios("recovery/follow-on", &[], "2007-02-05")), [] as [&str; 0]);
}

#[test]
fn who_came_back_often_and_stayed() {
    let evidence = Evidence::of(&[(
        "spells",
        "spell,person,provider,kind,started_on,ended_on,modality
        A,p1,detox,treatment,2006-01-02,2006-01-06,1
        B,p1,detox,treatment,2006-06-02,2006-06-06,1
        C,p1,detox,treatment,2006-09-02,2006-09-06,2
        D,p1,clinic,treatment,2007-01-01,2007-04-01,4",
    )]);
    let of = |set: &[(&str, &str)]| -> Vec<String> {
        evidence.outcomes("recovery/repeat-retained", set, "2007-12-31").iter().map(said).collect()
    };
    assert_eq!(of(&[])[3], "p1 D achieved 2007-03-26");
    assert_eq!(of(&[])[2], "p1 C not-eligible: came 2 times before");
    assert_eq!(of(&[("modality", "1")])[3], "p1 D not-eligible: came 2 times before");
    assert_eq!(of(&[("earlier", "2"), ("after", "91 days")])[3], "p1 D not-achieved: left on 2007-04-01");
}

#[test]
fn nights_in_custody_fall_into_the_period_they_were_spent_in() {
    let evidence = Evidence::of(&[(
        "spells",
        "spell,person,provider,kind,started_on,ended_on
        S1,p1,west,custody,2011-10-30,2011-11-02
        S2,p2,west,custody,2011-11-28,",
    )])
    .periods(&["2011-10", "2011-11", "2011-12"]);
    let of = |as_of: &str| counts(&evidence.quantities("custody/bed-nights", &[], as_of));
    assert_eq!(of("2011-12-31"), ["west 2011-10 2", "west 2011-11 4", "west 2011-12 31"]);
    assert_eq!(of("2011-11-29"), ["west 2011-10 2", "west 2011-11 3"]);
}

#[test]
fn people_seen_sleeping_rough_are_those_of_the_list_they_are_on() {
    let evidence = Evidence::of(&[
        (
            "referrals",
            "referral,person,provider,referred_on
            F1,p1,street,2012-11-01
            F2,p2,street,2012-11-01
            F3,p2,reach,2013-01-10
            F4,p3,reach,2012-11-01",
        ),
        (
            "events",
            "event,person,provider,kind,occurred_on
            E1,p1,,sighting,2012-12-01
            E2,p1,,sighting,2012-12-20
            E3,p2,,sighting,2013-01-09
            E4,p2,,sighting,2013-02-01
            E5,p9,street,sighting,2013-02-01",
        ),
    ])
    .periods(&["2012-Q4", "2013-Q1"]);
    assert_eq!(
        counts(&evidence.quantities("housing/seen-rough", &[], "2013-03-31")),
        ["reach 2012-Q4 0", "reach 2013-Q1 1", "street 2012-Q4 1", "street 2013-Q1 1"]
    );
    let seen = evidence.outcomes("housing/sighted", &[], "2013-03-31");
    let of: Vec<String> = seen.iter().map(|row| format!("{} {}", row.provider, row.occurrence)).collect();
    assert_eq!(of, ["street E1", "street E2", "street E3", "reach E4", "street E5"]);
}

#[test]
fn goals_are_met_in_time_or_not_and_ratings_are_out_of_the_best() {
    let evidence = Evidence::of(&[
        (
            "goals",
            "goal,person,provider,set_on,met_on
            G1,p1,riverside,2012-04-05,2012-10-05
            G2,p1,riverside,2012-04-05,2012-10-06
            G3,p2,riverside,2012-04-20,
            G4,p2,riverside,2012-09-20,2012-09-21",
        ),
        (
            "feedback",
            "feedback,provider,given_on,question,score
            A1,riverside,2012-10-01,overall,7.5
            A2,riverside,2012-10-02,overall,11
            A3,riverside,2012-10-02,listened,2",
        ),
    ])
    .periods(&["2012-10"]);
    assert_eq!(shares(&evidence.ratios("goals/attained", &[], "2012-12-31")), ["riverside 2012-10 1/3"]);
    assert_eq!(shares(&evidence.ratios("feedback/rating", &[], "2012-12-31")), ["riverside 2012-10 17.5/20"]);
}

#[test]
fn monitoring_counts_the_latest_answer_of_the_period() {
    let evidence = Evidence::of(&[
        (
            "spells",
            "spell,person,provider,kind,started_on,ended_on,end_reason,accommodation,problem1,problem2
            S1,p1,riverside,treatment,2012-04-02,2012-09-10,80,1,OPIUSE,CRAUSE
            S2,p2,riverside,treatment,2012-04-02,,,3,OPIUSE,
            S3,p3,riverside,treatment,2012-10-01,,,,ALCUSE,",
        ),
        (
            "reviews",
            "review,person,provider,reviewed_on,stage,item,value
            R1,p1,riverside,2012-04-02,start,IVDRGUSE,4
            R1,p1,riverside,2012-04-02,start,QUALLIFE,9
            R2,p1,riverside,2012-07-02,review,OPIUSE,3
            R2,p1,riverside,2012-07-02,review,CRAUSE,0
            R3,p1,riverside,2012-08-02,review,OPIUSE,0
            R3,p1,riverside,2012-08-02,review,CRAUSE,0
            R3,p1,riverside,2012-08-02,review,IVDRGUSE,0
            R3,p1,riverside,2012-08-02,review,ACUTHPBM,0
            R3,p1,riverside,2012-08-02,review,HRISK,1
            R3,p1,riverside,2012-08-02,review,QUALLIFE,9
            R4,p2,riverside,2012-04-02,start,IVDRGUSE,0
            R5,p2,riverside,2012-08-02,review,OPIUSE,
            R5,p2,riverside,2012-08-02,review,IVDRGUSE,0",
        ),
    ])
    .periods(&["2012-Q3"]);
    let of = |measure: &str| shares(&evidence.ratios(measure, &[], "2012-12-31"));
    assert_eq!(of("monitoring/abstinent"), ["riverside 2012-Q3 1/2"]);
    assert_eq!(of("monitoring/completed"), ["riverside 2012-Q3 1/2"]);
    assert_eq!(of("monitoring/injecting"), ["riverside 2012-Q3 1/1"]);
    assert_eq!(of("monitoring/housing"), ["riverside 2012-Q3 0/1"]);
    assert_eq!(of("monitoring/quality-of-life"), ["riverside 2012-Q3 0/1"]);
}

#[test]
fn the_front_door_is_asked_about_everyone_referred() {
    let evidence = Evidence::of(&[
        (
            "referrals",
            "referral,person,provider,referred_on
            F1,p1,lifeline,2012-04-02
            F2,p2,lifeline,2012-04-02
            F3,p3,lifeline,2012-04-02
            F4,p4,lifeline,2012-04-26",
        ),
        (
            "assessments",
            "assessment,person,assessor,assessed_on,band,effective_from,standing
            B1,p1,aquarius,2012-04-09,low,2012-04-09,provisional
            B2,p2,aquarius,2012-04-10,low,2012-04-10,provisional",
        ),
    ])
    .periods(&["2012-04", "2012-05"]);
    let of = |as_of: &str| shares(&evidence.ratios("access/assessed-at-most", &[], as_of));
    // The seven days of p1, p2 and p3 run out on 9 April: p1 was in time, p2 a day late, p3 never seen. Those of p4 in May.
    assert_eq!(of("2012-04-30"), ["aquarius 2012-04 1/3"]);
    assert_eq!(of("2012-05-31"), ["aquarius 2012-04 1/3", "aquarius 2012-05 0/1"]);
}
