//! Where pay jumps at an edge of a figure that the provider alone reports, the check says so, whatever kind of clause it is;
//! where another party reports the figure, it says nothing.

use meed_terms::{Folder, Terms};

/// Clauses with an edge, what of them the figure decides, and the words in which the jump is told.
const EDGES: &[(&str, &str, &str)] = &[
    (
        r#"kind = "sliding-price"
measure = "achieved"
confirmed-by = "auditor"
price = "300.00"
share = "share"
rated = "once"
steps = [{ at-least = "60%", pays = "100%" }, { at-least = "40%", pays = "80%" }, { at-least = "0%", pays = "20%" }]"#,
        "share",
        "at 40% from 20% to 80% of the price, up to 180.00 for each outcome",
    ),
    (
        r#"kind = "kpi-points"
of = ["fee"]
indicators = [{ id = "seen", measure = "share", at-least = "50%", adds = "1.5%", below = "30%", takes = "2%" }]"#,
        "share",
        "at 50% by 1.5% of what fee pays",
    ),
    (
        r#"kind = "kpi-points"
of = ["fee"]
indicators = [{ id = "seen", measure = "share", at-least = "50%", below = "30%", takes = "2%" }]"#,
        "share",
        "at 30% by 2% of what fee pays",
    ),
    (
        r#"kind = "per-unit"
measure = "count"
price = "3.00"
only-if = { measure = "share", at-least = "80%" }"#,
        "share",
        "at 80% from nothing to all that the clause pays",
    ),
    (
        r#"kind = "per-unit"
measure = "count"
price = "10.00"
tiers = { per = "contract", order = "occurred-on", when-reversed = "re-flow", steps = [{ beyond = 100, price = "8.00" }] }"#,
        "count",
        "beyond 100 to 8.00 for each",
    ),
    (
        r#"kind = "per-outcome"
measure = "achieved"
price = "10.00"
tiers = { per = "year", order = "occurred-on", when-reversed = "re-flow", steps = [{ beyond = 10, pays = "120%" }, { beyond = 20, pays = "150%" }] }"#,
        "achieved",
        "beyond 10 to 120% of the price for each, and in the end, beyond 20, to 150% of the price",
    ),
    (
        r#"kind = "withhold"
of = ["fee"]
share = "10%"
when-missing = "hold"
domains = [{ id = "all-or-nothing", measure = "share", weight = "100%", full-at = "70%" }]"#,
        "share",
        "at 70% by 100% of what is withheld",
    ),
    (
        r#"kind = "cumulative-trigger"
measure = "count"
steps = [{ id = "some", reaches = "5", price = "44.00" }, { id = "more", reaches = "12", price = "1_200.00" }]"#,
        "count",
        "at 12 by 1,200.00 for the person",
    ),
    (
        r#"kind = "cohort-effect"
measure = "effect"
staircase = { steps = [{ at-least = "20 points", pays = "90.00" }, { at-least = "5 points", pays = "30.00" }] }"#,
        "effect",
        "at an effect of 20 points from 30.00 to 90.00",
    ),
    (
        r#"kind = "cohort-effect"
measure = "effect"
threshold = "5 points"
lump = "1000.00""#,
        "effect",
        "at an effect of 5 points from nothing to all that the clause pays",
    ),
    (
        r#"kind = "cohort-effect"
measure = "effect"
threshold = "5 points"
refund = { share = "10%", of = "4000.00" }"#,
        "effect",
        "at an effect of 5 points by 10% of a year's price",
    ),
    (
        r#"kind = "grant"
amount = "1000.00"
paid-on = 2026-05-01
measure = "effect"
cohort = "first"
target = "5 points""#,
        "effect",
        "at an effect of 5 points by all of the grant",
    ),
];

/// What the check says of a clause when the figure named is the provider's own.
fn told(clause: &str, own: &str) -> Vec<String> {
    let contract = format!(
        r#"title    = "Edges"
currency = "GBP"
runs     = {{ from = 2026-04-01, until = 2028-04-01 }}
settles  = "monthly"

[parties]
commissioner = "council"
providers    = ["harbour"]
others       = ["auditor"]

[[clause]]
id     = "fee"
kind   = "block"
annual = "1200.00"

[[clause]]
id = "edged"
{clause}
"#
    );
    let mut folder = Folder { name: "edges".into(), contract, ..Folder::default() };
    for (name, grain, unit) in [
        ("achieved", "outcome", "person"),
        ("share", "ratio", "percent"),
        ("count", "quantity", "count"),
        ("effect", "cohort", "percent"),
    ] {
        let by = if name == own { "-- evidenced: provider\n" } else { "" };
        let whose = match grain {
            "ratio" => "-- numerator: referrals of the period: seen\n-- denominator: referrals of the period: all\n",
            _ => "",
        };
        let head = format!(
            "-- Made up?\n--\n-- grain: {grain}\n-- unit: {unit}\n-- reads: events\n{whose}{by}-- source: ours\nSELECT 1"
        );
        folder.measures.insert(name.into(), head);
    }
    let read = Terms::read(&folder);
    assert!(read.terms.is_some(), "{clause}: {:#?}", read.diagnostics);
    let edges = read.diagnostics.into_iter().filter(|found| found.code == "self-evidenced-edge");
    edges.map(|found| found.message).collect()
}

#[test]
fn every_jump_that_the_provider_reports_by_itself_is_told() {
    for (clause, own, jump) in EDGES {
        let told = told(clause, own);
        assert!(told.iter().any(|message| message.contains(jump)), "{clause}\n{jump}\n{told:#?}");
        assert!(told.iter().all(|message| message.contains(own)), "{told:#?}");
    }
}

#[test]
fn no_edge_is_told_where_another_party_reports() {
    for (clause, _, _) in EDGES {
        assert_eq!(told(clause, "nobody's"), Vec::<String>::new(), "{clause}");
    }
}
