//! The sample of the United States' homelessness format against the reference output that comes with it: every exit from the
//! system, where it led, and the day of the return.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use meed_app::measure::How;
use meed_units::Moment;

use crate::support::{clause, duckdb, lines, outside, root, settled, text};

const HOMES: &str = "contracts/hmis-homes-kept";

#[test]
fn every_exit_and_return_is_that_of_the_reference_output() {
    let Some(shared) = outside("hmis-lsa-fy2026") else { return };
    let known_at = Moment::parse_until("2026-09-30").expect("a moment");
    let said = meed_app::measure::run(
        &root().join(HOMES),
        Some("returned"),
        &shared.join("hmis"),
        Some(known_at),
        How::Passes,
    );
    let said = said.unwrap_or_else(|error| panic!("{error}"));
    let [returned] = &said[..] else { panic!("the contract asks once") };
    let readings = returned.readings.as_deref().unwrap_or_default();
    // Exits of the years to 2024 and 2025, and of half a year more: 1,866 + 2,248 + 2,173.
    assert_eq!(readings.len(), 6_287);
    let by_year = |year: &str| readings.iter().filter(|reading| text(reading, "occurrence").ends_with(year)).count();
    assert_eq!(["-2023", "-2024", "-2025"].map(by_year), [1_866, 2_248, 2_173]);

    let Some(rows) = duckdb(&[include_str!("homeless-exits.sql")], Path::new(""), &shared) else { return };
    let theirs: BTreeMap<String, Option<String>> =
        rows.iter().map(|row| (text(row, "occurrence"), row["back_within_180"].as_str().map(str::to_owned))).collect();
    let ours: BTreeMap<String, Option<String>> = readings
        .iter()
        .map(|reading| (text(reading, "occurrence"), reading["occurred-on"].as_str().map(str::to_owned)))
        .collect();
    let differ: Vec<_> = ours.iter().filter(|(exit, back)| theirs.get(*exit) != Some(back)).take(5).collect();
    assert_eq!((theirs.len(), differ), (6_287, Vec::new()), "exits of another household, or another day of return");
}

#[test]
fn homes_are_paid_as_duckdb_makes_them_of_the_reference_output() {
    let Some(shared) = outside("hmis-lsa-fy2026") else { return };
    let statement = settled(HOMES, &shared.join("hmis"), "2023-10-01..2026-10-01", Some("2026-09-30"));
    // 769 + 971 + 1,081 households left for a permanent home; 40, 94 and 136 of them were back within 180 days, and the heads of three
    // more were back in another kind of household.
    assert_eq!(clause(&statement, "home", "amount"), "3057600.00");
    let Some(rows) = duckdb(&[include_str!("homeless-money.sql")], Path::new(""), &shared) else { return };
    let theirs: BTreeSet<[String; 3]> = rows
        .iter()
        .map(|row| {
            let [clause, person, occurrence] = ["clause", "person", "occurrence"].map(|field| text(row, field));
            [format!("{clause}/{person}/{occurrence}"), text(row, "occurred_on"), format!("{}.00", row["paid"])]
        })
        .collect();
    let ours: BTreeSet<[String; 3]> =
        lines(&statement).map(|line| ["id", "occurred_on", "amount"].map(|field| text(line, field))).collect();
    let only = |one: &BTreeSet<[String; 3]>, other: &BTreeSet<[String; 3]>| {
        one.difference(other).take(5).cloned().collect::<Vec<_>>()
    };
    assert_eq!(only(&ours, &theirs), only(&theirs, &ours), "the first lines that only one of the two has");
    assert_eq!(ours.len(), rows.len());
}
