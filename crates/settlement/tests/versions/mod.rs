//! A statement names the versions it rests on by what they say of their days: an amendment leaves that as it was, and an
//! edit of a term that was in force is told.

use meed_settlement::{Earlier, InMemory, ProviderReadings};
use meed_units::Period;

use crate::{
    kinds::contracts::{common, of_text},
    support::{Statement, earlier, settled_on, world::first_of},
};

const SIGNED: &str = r#"
[[clause]]
id      = "job"
kind    = "per-outcome"
measure = "job"
price   = "100.00"

[[clause]]
id      = "started"
kind    = "attachment"
measure = "started"
fee     = "5.00"

[[cap]]
id            = "most"
per           = "contract"
amount        = "900.00"
clauses       = ["job", "started"]
order         = "occurred-on"
when-reversed = "re-flow"
"#;

const AMENDMENT: &str = r#"
[[amendment]]
name           = "2"
effective-from = 2020-07-01
signed-on      = 2020-06-01
reason         = "made up"
changes        = "made up"
"#;

/// The first half of 2020 as signed, then the rest by these terms.
fn both(then: &str) -> [Statement; 2] {
    let half = |from: usize, until: usize| Period::new(first_of(from), first_of(until)).expect("half a year");
    let readings = (InMemory::default(), ProviderReadings::default());
    let settle = |text: &str, period: Period, known: usize, before: &Earlier| {
        settled_on(&of_text(&format!("{}{text}", common())), (&readings.0, &readings.1), period, known, before)
    };
    let first = settle(SIGNED, half(0, 6), 5, &Earlier::default());
    let second = settle(then, half(6, 12), 11, &earlier(std::slice::from_ref(&first)));
    [first, second]
}

fn edited(statement: &Statement) -> bool {
    statement.0.notes.iter().any(|note| note.contains("has been edited"))
}

#[test]
fn what_is_dated_from_an_amendment_leaves_the_version_before_as_it_was() {
    let later = "[[clause]]\nid = \"later\"\nkind = \"attachment\"\nmeasure = \"started\"\nfee = \"7.00\"\nruns = { from = 2020-07-01, until = 2021-01-01 }\n";
    let prices = "price   = { 2020-01-01 = \"100.00\", 2020-07-01 = \"120.00\" }";
    for changed in [
        SIGNED.replace("price   = \"100.00\"", prices),
        SIGNED.replace("\"900.00\"", "{ 2020-01-01 = \"900.00\", 2020-07-01 = \"50.00\" }"),
        SIGNED.replace("fee     = \"5.00\"", "fee     = \"5.00\"\nruns    = { from = 2020-01-01, until = 2020-07-01 }"),
        SIGNED.replace("[[cap]]", &format!("{later}[[cap]]")),
        SIGNED.replace("[\"job\", \"started\"]", "[\"job\", \"started\", \"later\"]") + later,
    ] {
        assert_ne!(changed, SIGNED);
        let [first, second] = both(&(changed.clone() + AMENDMENT));
        assert!(!edited(&second), "{changed}: {:?}", second.0.notes);
        assert_eq!(first.0.versions[0], second.0.versions[0], "{changed}");
        let names: Vec<&str> = second.0.versions.iter().map(|version| &*version.name).collect();
        assert_eq!(names, ["1", "2"]);
        assert_eq!(second.0.versions[1].from, first_of(6));
        assert_ne!(second.0.versions[0].hash, second.0.versions[1].hash, "{changed}");
    }
}

#[test]
fn an_edit_of_a_term_that_was_in_force_is_told() {
    for (was, is) in [
        ("price   = \"100.00\"", "price   = \"120.00\""),
        ("price   = \"100.00\"", "price   = { 2020-01-01 = \"100.00\", 2020-06-01 = \"120.00\" }"),
        ("amount        = \"900.00\"", "amount        = \"50.00\""),
        ("fee     = \"5.00\"", "fee     = \"5.00\"\nruns    = { from = 2020-01-01, until = 2020-06-01 }"),
    ] {
        assert!(SIGNED.contains(was), "{was}");
        let [_, second] = both(&(SIGNED.replace(was, is) + AMENDMENT));
        assert!(edited(&second), "{is}: {:?}", second.0.notes);
    }
    for unchanged in [
        SIGNED.to_owned(),
        SIGNED.replace("id      = \"job\"", "id      = \"job\"\ntitle = \"Work\"\ncites = \"3.1\"\nnote = \"ours\""),
    ] {
        let [first, second] = both(&unchanged);
        assert!(!edited(&second), "{:?}", second.0.notes);
        assert_eq!(first.0.versions.len(), 1);
    }
}
