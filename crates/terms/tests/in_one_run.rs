//! A clause, a cap or a payer that does not read hides nothing of what is wrong beside it, and makes up nothing either.

use meed_terms::{Folder, Severity, Terms};

const HEAD: &str = r#"
title    = "Work in two valleys"
currency = "GBP"
runs     = { from = 2012-04-01, until = 2014-04-01 }
settles  = "monthly"

[parties]
commissioner = "council"
providers    = ["riverside", "harbour"]
others       = ["fund", "auditor"]

[[clause]]
id           = "sound"
kind         = "per-outcome"
measure      = "work/started"
price        = "100.00"
confirmed-by = "auditor"
"#;

/// The codes of what is told, in the order of the file, each with the name or value it tells of.
fn told(more: &str) -> Vec<String> {
    let contract = format!("{HEAD}{more}");
    let folder = Folder { name: "made-up".into(), contract: contract.clone(), ..Folder::default() };
    let found = Terms::read(&folder).diagnostics;
    let errors = found.into_iter().filter(|found| found.severity == Severity::Error);
    errors.map(|found| format!("{}: {}", found.code, contract[found.at].lines().next().unwrap_or_default())).collect()
}

fn clause(fields: &str) -> String {
    format!("\n[[clause]]\n{fields}\n")
}

fn cap(fields: &str) -> String {
    format!("\n[[cap]]\norder = \"occurred-on\"\nwhen-reversed = \"re-flow\"\n{fields}\n")
}

const PAYERS: &str = "\n[[payer]]\nid = \"council\"\nshare = \"60%\"\n\n[[payer]]\nid = \"fund\"\nshare = \"60%\"\n";

#[test]
fn a_clause_without_a_kind_hides_neither_a_wrong_name_in_a_cap_nor_shares_that_do_not_add_up() {
    let lost = clause("id = \"lost\"\nmeasure = \"work/startd\"\nprice = \"1.00\"");
    let cap = cap("id = \"year\"\nper = \"year\"\namount = \"5.00\"\nclauses = [\"lost\", \"nowhere\"]");
    assert_eq!(
        told(&format!("{lost}{cap}{PAYERS}")),
        [
            "missing-field: [[clause]]",
            "unknown-name: \"work/startd\"",
            "unknown-name: \"nowhere\"",
            "shares-not-whole: [[payer]]",
        ],
        "the cap's `lost` is there, and what it would be paid for is not made up"
    );
}

#[test]
fn what_is_left_of_a_cap_a_payer_a_group_and_a_quota_is_checked() {
    for (what, told_of) in [
        (
            cap("id = \"a\"\nper = \"yaer\"\namount = \"5.00\"\nclauses = [\"nowhere\"]"),
            &["bad-value: \"yaer\"", "unknown-name: \"nowhere\""][..],
        ),
        (
            cap("id = \"a\"\nper = \"year\"\namount = \"five\"\nclauses = [\"sound\", \"nowhere\"]\nextra = 1"),
            &["bad-money: \"five\"", "unknown-name: \"nowhere\"", "unknown-field: extra"],
        ),
        (
            "\n[[quota]]\nid = \"q\"\nof = [\"nowhere\"]\nshare = \"40 percent\"\nper = \"contract\"\n".to_owned(),
            &["unknown-name: \"nowhere\"", "bad-percentage: \"40 percent\""],
        ),
        (
            "\n[[group]]\nid = \"g\"\nmost = \"much\"\nalternative = [{ clauses = [\"sound\"] }, { clauses = [\"nowhere\"] }]\n"
                .to_owned(),
            &["bad-money: \"much\"", "unknown-name: \"nowhere\""],
        ),
        (
            "\n[[payer]]\nid = \"riverside\"\nshare = \"6x%\"\n\n[[payer]]\nid = \"nobody\"\n".to_owned(),
            &["commissioner-is-provider: \"riverside\"", "bad-percentage: \"6x%\"", "unknown-name: \"nobody\""],
        ),
        (
            "\n[[exclusive]]\nid = \"e\"\nscope = 7\nclauses = [\"nowhere\"]\n".to_owned(),
            &["unknown-name: \"nowhere\""],
        ),
    ] {
        let mut found = told(&what);
        if told_of.len() == 1 {
            found.retain(|found| found.starts_with("unknown-name"));
        }
        assert_eq!(found, told_of, "{what}");
    }
}

#[test]
fn what_hangs_on_a_field_that_does_not_read_is_not_told() {
    // Whether shares make a whole cannot be said while one of them does not read.
    assert_eq!(told(&PAYERS.replacen("60%", "6x%", 1)), ["bad-percentage: \"6x%\""]);
    // A clause without a name may be the one that a cap means.
    let nameless =
        clause("kind = \"per-outcome\"\nmeasure = \"work/started\"\nprice = \"1.00\"\nconfirmed-by = \"auditor\"");
    let cap = cap("id = \"year\"\nper = \"year\"\namount = \"5.00\"\nclauses = [\"unnamed\"]");
    assert_eq!(told(&format!("{nameless}{cap}")), ["missing-field: [[clause]]"]);
    // A quota of a clause of which nothing but its name is known.
    let lost = clause("id = \"lost\"\nprice = \"1.00\"");
    let quota = "\n[[quota]]\nid = \"q\"\nof = [\"lost\"]\nshare = \"40%\"\nper = \"contract\"\n";
    assert_eq!(told(&format!("{lost}{quota}")), ["missing-field: [[clause]]"]);
}
