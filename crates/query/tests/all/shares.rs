//! Shares of a provider: places used, and people who waited no longer than the standard. And effects as supplied.

use std::collections::BTreeMap;

use meed_measures::Ratio;
use meed_query::{Asked, cohorts};

use crate::evidence::{Evidence, date};

#[track_caller]
fn check(found: &[Ratio], expected: &[&str]) {
    let said = |ratio: &Ratio| format!("{} {} {}/{}", ratio.provider, ratio.period, ratio.numerator, ratio.denominator);
    assert_eq!(found.iter().map(said).collect::<Vec<_>>(), expected);
}

#[test]
fn utilisation_is_places_used_over_places_kept_in_the_period() {
    let evidence = Evidence::of(&[(
        "capacity",
        "provider,period_from,period_until,places,occupied
        riverside,2004-03-01,2004-04-01,40,31.5
        riverside,2004-04-01,2004-05-01,40,40
        harbour,2004-03-01,2004-03-16,10,8
        harbour,2004-03-16,2004-04-01,10,7",
    )])
    .periods(&["2004-02", "2004-03"]);
    let found = evidence.ratios("capacity/utilisation", &[], "2004-05-31");
    check(&found, &["harbour 2004-03 15/20", "riverside 2004-03 31.5/40"]);
    assert_eq!(found[0].evidence, ["capacity:harbour/2004-03-01", "capacity:harbour/2004-03-16"]);
}

#[test]
fn twenty_one_days_is_in_time_and_twenty_two_is_not() {
    let evidence = Evidence::of(&[
        (
            "referrals",
            "referral,person,provider,referred_on
            F1,p1,riverside,2012-04-01
            F2,p2,riverside,2012-04-01
            F3,p3,harbour,2012-04-01
            F4,p1,riverside,2012-05-01",
        ),
        (
            "spells",
            "spell,person,provider,kind,started_on
            S1,p1,riverside,treatment,2012-04-22
            S2,p2,riverside,treatment,2012-04-23
            S3,p3,riverside,treatment,2012-04-23
            S4,p1,riverside,treatment,2012-05-30",
        ),
    ])
    .periods(&["2012-04", "2012-05"]);
    let found = evidence.ratios("access/waited-at-most", &[], "2012-12-31");
    check(&found, &["riverside 2012-04 1/2", "riverside 2012-05 0/1"]);
    check(
        &evidence.ratios("access/waited-at-most", &[("within", "22 days")], "2012-12-31")[..1],
        &["riverside 2012-04 2/2"],
    );
}

#[test]
fn estimates_are_said_as_they_were_reported() {
    let hash = "0f".repeat(32);
    let rows = format!(
        "cohort,provider,period_from,period_until,reported_on,people,counterfactual,actual,unit,method,method_hash
        cohort-1,one-service,2010-09-09,2012-07-01,2014-08-07,936,155,142,per-100,matched group,{hash}"
    );
    let evidence = Evidence::of(&[("estimates", &rows)]);
    let measure = meed_measures::standard("effects/supplied").expect("a measure");
    let ask = |as_of: &str| {
        let asked = Asked { measure: &measure, parameters: &BTreeMap::new(), as_of: date(as_of) };
        let found = cohorts(&evidence.engine, &evidence.snapshot.tables, asked).expect("asked");
        found.collect::<Result<Vec<_>, _>>().expect("read")
    };
    assert_eq!(ask("2014-08-06"), []);
    let found = ask("2014-08-07");
    assert_eq!((found[0].counterfactual.to_string(), found[0].actual.to_string()), ("155".into(), "142".into()));
    assert_eq!(found[0].method_hash, hash);
}
