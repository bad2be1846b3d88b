//! Every kind of clause beside everything that changes what a clause pays: each pair changes what is due, or `meed check`
//! says by name that it cannot. Nothing that a contract says is passed over in silence.

use std::collections::BTreeMap;

use meed_settlement::{Earlier, Elsewhere, FindingHold, PaidElsewhere, Status};
use meed_terms::{Kind, Terms};
use meed_units::{Money, Period};

use super::{
    clauses::{BESIDE, CLAUSES},
    contracts::folder,
    readings::readings,
};
use crate::support::{Statement, head::A_YEAR_BEFORE, settled_on, world::first_of};

/// What changes what a clause pays, and where it stands.
struct Modifier {
    name: &'static str,
    /// A field of the clause.
    field: &'static str,
    /// Tables of the contract.
    tables: &'static str,
}

const fn field(name: &'static str, field: &'static str) -> Modifier {
    Modifier { name, field, tables: "" }
}

const fn table(name: &'static str, tables: &'static str) -> Modifier {
    Modifier { name, field: "", tables }
}

const MODIFIERS: &[Modifier] = &[
    // Fields of every clause.
    field("runs", r#"runs = { from = 2020-03-01, until = 2020-04-01 }"#),
    field("providers", r#"providers = ["south"]"#),
    field("settle-lag", r#"settle-lag = "2 months""#),
    field("evidence any-of", r#"evidence = { any-of = ["payslips"] }"#),
    field("evidence all-of", r#"evidence = { all-of = ["events", "letters"] }"#),
    field("evidence every-other", r#"evidence = { any-of = ["payslips"], every-other = "letters" }"#),
    field("evidence sent-by", r#"evidence = { sent-by = ["council"] }"#),
    // Fields of some clauses, which the others do not know.
    field("limit", r#"limit = { per-person = 1 }"#),
    field("vests", r#"vests = { after = "3 months", unless = "relapsed" }"#),
    field("requires", r#"requires = { of = ["progress-b"] }"#),
    field("confirmed-by", r#"confirmed-by = "auditor""#),
    field("window-ends", r#"window-ends = { death = "does-not-count" }"#),
    field(
        "tiers",
        r#"tiers = { per = "contract", order = "occurred-on", when-reversed = "re-flow", steps = [{ beyond = 1, pays = "50%" }] }"#,
    ),
    field("allotment", r#"allotment = { from = "started", length = "6 weeks" }"#),
    field("breaches", r#"breaches = "sighted""#),
    field("tolerates-gap", r#"tolerates-gap = "3 days""#),
    field("excluded-by", r#"excluded-by = "away""#),
    field("qualifies-after", "qualifies-after = \"20 days\"\nqualifying-days = \"unpaid\"\nreset = \"restart\""),
    field("within", r#"within = "60 days""#),
    field("only-if", r#"only-if = { measure = "used", at-least = "80%" }"#),
    field("above", r#"above = { count = 2 }"#),
    field("per-person", r#"per-person = 2"#),
    field("tolerance", r#"tolerance = "99%""#),
    field("dead-band", r#"dead-band = { z = "50" }"#),
    field("needs", r#"needs = { clause = "harm", verdict = "not-worse" }"#),
    field("against", r#"against = { assumed = { figure = "31", because = "made up" } }"#),
    field("scaled-by", r#"scaled-by = { measure = "used", steps = [{ at-least = "0%", pays = "12.5%" }] }"#),
    field("less-at-risk", r#"less-at-risk = true"#),
    field("takes-back", r#"takes-back = "50%""#),
    field(
        "waivers",
        r#"waivers = [{ days = { from = 2020-01-01, until = 2021-01-01 }, share = "71%", by = "council", because = "agreed" }]"#,
    ),
    field("slope", r#"slope = "0.5""#),
    field("all-met", r#"all-met = "3%""#),
    field("ahead-by", r#"ahead-by = "80%""#),
    field("reset", r#"reset = "resume""#),
    field("qualifying-days", r#"qualifying-days = "paid""#),
    field("at-most", r#"at-most = 3"#),
    field("at-most, a share", r#"at-most = "40%""#),
    // Adjustments, in the clause and in the contract.
    field("adjust discount", r#"adjust = [{ kind = "discount", by = "6%" }]"#),
    field("adjust split", r#"adjust = [{ kind = "split", of = "halves", part = "result" }]"#),
    field(
        "adjust split dated-by",
        r#"adjust = [{ kind = "split", of = "halves", part = "result", dated-by = "started" }]"#,
    ),
    field("adjust index", r#"adjust = [{ kind = "index", to = "wages", base = 2019-01-01 }]"#),
    field("adjust learning-curve", r#"adjust = [{ kind = "learning-curve", by = "30%" }]"#),
    field("adjust uplift for bands", r#"adjust = [{ kind = "uplift", by = "40%", bands = ["high"] }]"#),
    field("adjust uplift when", r#"adjust = [{ kind = "uplift", amount = "33.33", when = "started" }]"#),
    field("adjust deadweight on price", r#"adjust = [{ kind = "deadweight", share = "1/6", on = "price" }]"#),
    field("adjust deadweight on volume", r#"adjust = [{ kind = "deadweight", share = "1/6", on = "volume" }]"#),
    field(
        "adjust deadweight on volume, whole",
        r#"adjust = [{ kind = "deadweight", share = "1/2", on = "volume", whole = true }]"#,
    ),
    table(
        "[[adjust]] discount",
        "[[adjust]]\nkind = \"discount\"\nclauses = [\"it\"]\nby = { north = \"6%\", south = \"2.5%\" }",
    ),
    table("[[adjust]] split", "[[adjust]]\nkind = \"split\"\nclauses = [\"it\"]\nof = \"halves\"\npart = \"fee\""),
    table("[[adjust]] index", "[[adjust]]\nkind = \"index\"\nclauses = [\"it\"]\nto = \"wages\"\nbase = 2019-01-01"),
    table("[[adjust]] learning-curve", "[[adjust]]\nkind = \"learning-curve\"\nclauses = [\"it\"]\nby = \"30%\""),
    table(
        "[[adjust]] uplift for bands",
        "[[adjust]]\nkind = \"uplift\"\nclauses = [\"it\"]\nby = \"40%\"\nbands = [\"high\", \"low\"]",
    ),
    table(
        "[[adjust]] uplift when",
        "[[adjust]]\nkind = \"uplift\"\nclauses = [\"it\"]\namount = \"33.33\"\nwhen = \"started\"",
    ),
    table(
        "[[adjust]] dated-by",
        "[[adjust]]\nkind = \"split\"\nclauses = [\"it\"]\nof = \"halves\"\npart = \"fee\"\ndated-by = \"started\"",
    ),
    table(
        "[[adjust]] deadweight on price",
        "[[adjust]]\nkind = \"deadweight\"\nclauses = [\"it\"]\nshare = \"1/6\"\non = \"price\"",
    ),
    table(
        "[[adjust]] deadweight on volume",
        "[[adjust]]\nkind = \"deadweight\"\nclauses = [\"it\"]\nshare = \"1/6\"\non = \"volume\"",
    ),
    // What the contract says of clauses.
    table("shadow", "[shadow]\nfrom = 2020-01-01\nuntil = 2021-03-01\nclauses = [\"it\"]"),
    table(
        "suspension, nothing",
        "[[suspension]]\nfrom = 2020-02-01\nuntil = 2021-03-01\nclauses = [\"it\"]\npays = \"nothing\"\nreason = \"checked\"",
    ),
    table(
        "suspension, later",
        "[[suspension]]\nfrom = 2020-02-01\nclauses = [\"it\"]\npays = \"later\"\nreason = \"checked\"",
    ),
    table(
        "suspension of a provider",
        "[[suspension]]\nfrom = 2020-02-01\nclauses = [\"it\"]\nproviders = [\"north\"]\npays = \"nothing\"\nreason = \"checked\"",
    ),
    table("termination", "[termination]\non = 2020-02-20\nby = \"council\"\nreason = \"moved\"\npays = \"due-before\""),
    table(
        "termination, pipeline",
        "[termination]\non = 2020-02-20\nby = \"council\"\nreason = \"moved\"\npays = \"pipeline\"\nstarted = \"started\"\npipeline-until = 2020-02-25",
    ),
    table(
        "cap per person",
        "[[cap]]\nid = \"c\"\nper = \"person\"\namount = \"20.50\"\nclauses = [\"it\"]\norder = \"occurred-on\"\nwhen-reversed = \"re-flow\"",
    ),
    table(
        "cap per person, each clause",
        "[[cap]]\nid = \"c\"\nper = \"person\"\namount = \"20.50\"\neach-clause = true\norder = \"occurred-on\"\nwhen-reversed = \"as-priced\"\nclauses = [\"it\"]",
    ),
    table(
        "cap per period",
        "[[cap]]\nid = \"c\"\nper = \"period\"\namount = \"3.50\"\nclauses = [\"it\"]\norder = \"occurred-on\"\nwhen-reversed = \"re-flow\"",
    ),
    table(
        "cap per period, carried",
        "[[cap]]\nid = \"c\"\nper = \"period\"\namount = \"0.50\"\nclauses = [\"it\"]\ncarry = true\norder = \"occurred-on\"\nwhen-reversed = \"re-flow\"",
    ),
    table(
        "cap per year",
        "[[cap]]\nid = \"c\"\nper = \"year\"\namount = \"3.50\"\nclauses = [\"it\"]\norder = \"occurred-on\"\nwhen-reversed = \"re-flow\"",
    ),
    table(
        "cap per provider",
        "[[cap]]\nid = \"c\"\nper = \"provider\"\namount = \"3.50\"\nclauses = [\"it\"]\norder = \"occurred-on\"\nwhen-reversed = \"re-flow\"",
    ),
    table(
        "cap per contract",
        "[[cap]]\nid = \"c\"\nper = \"contract\"\namount = \"3.50\"\nclauses = [\"it\"]\norder = \"occurred-on\"\nwhen-reversed = \"as-priced\"",
    ),
    table(
        "cap at what is at risk",
        "[[cap]]\nid = \"c\"\nper = \"year\"\nclauses = [\"it\"]\norder = \"occurred-on\"\nwhen-reversed = \"re-flow\"\n[at-risk]\nannual = \"100.00\"\nshare = \"1%\"",
    ),
    table(
        "group of alternatives",
        "[[group]]\nid = \"g\"\n[[group.alternative]]\nclauses = [\"it\"]\n[[group.alternative]]\nclauses = [\"joining\", \"job\", \"other\"]",
    ),
    table("group with a most", "[[group]]\nid = \"g\"\nmost = \"20.50\"\n[[group.alternative]]\nclauses = [\"it\"]"),
    table(
        "group that needs others",
        "[[group]]\nid = \"g\"\n[[group.alternative]]\nclauses = [\"it\", \"other\"]\nneeds = 2",
    ),
    table("quota of clauses", "[[quota]]\nid = \"q\"\nshare = \"10%\"\nof = [\"it\"]\nper = \"contract\""),
    table(
        "quota among clauses",
        "[[quota]]\nid = \"q\"\nshare = \"10%\"\nbands = [\"high\", \"low\"]\namong = [\"it\"]\nper = \"contract\"",
    ),
    table(
        "payer with a share",
        "[[payer]]\nid = \"fund\"\nshare = \"20%\"\nclauses = [\"it\"]\n[[payer]]\nid = \"council\"",
    ),
    table(
        "payer that adds",
        "[[payer]]\nid = \"fund\"\nshare = \"0%\"\nadds = { it = \"7.77\" }\n[[payer]]\nid = \"council\"",
    ),
    table(
        "payer with a cap",
        "[[payer]]\nid = \"fund\"\nshare = \"50%\"\nclauses = [\"it\"]\ncap = \"0.50\"\nbeyond = \"unpaid\"\n[[payer]]\nid = \"council\"",
    ),
    table(
        "exclusive",
        "[[exclusive]]\nid = \"e\"\nclauses = [\"it\"]\nmeasures = [\"elsewhere-paid\"]\nwithin = \"3 years\"\nthen = \"not-paid\"",
    ),
    table(
        "exclusive, offset",
        "[[exclusive]]\nid = \"e\"\nclauses = [\"it\"]\nmeasures = [\"elsewhere-paid\"]\nwithin = \"3 years\"\nthen = \"offset\"",
    ),
    table(
        "hold of a finding",
        "[[guardrail]]\nindicator = \"G07\"\nwhen = \"act\"\nresponse = \"hold\"\nclauses = [\"it\"]\nwithin = \"12 months\"\ndecides = \"auditor\"",
    ),
];

fn text(kind: &str, clause: &str, modifier: Option<&Modifier>) -> String {
    let (own, tables) = modifier.map_or(("", ""), |modifier| (modifier.field, modifier.tables));
    let head = A_YEAR_BEFORE.text();
    format!("{head}{BESIDE}\n[[clause]]\nid = \"it\"\nkind = \"{kind}\"\n{clause}\n{own}\n\n{tables}\n")
}

/// The whole contract settled at once; other contracts paid these people, and a finding disputes every line of the clause
/// where the terms say that such things count.
fn settle(terms: &Terms, modifier: Option<&Modifier>) -> Statement {
    let (people, providers) = readings();
    let mut earlier = Earlier::default();
    let mut elsewhere = Elsewhere::new("e".repeat(64));
    for person in ["p1", "p2", "p3", "p4"] {
        elsewhere.add(
            terms,
            PaidElsewhere {
                contract: "another".into(),
                clause: "theirs".into(),
                measure: "elsewhere-paid".into(),
                person: person.into(),
                occurrence: "s1".into(),
                occurred_on: first_of(3),
                amount: Money::minor(1_000),
                currency: "GBP".into(),
                statement: "d".repeat(64),
                line: "theirs/p/s1".into(),
            },
        );
    }
    if !terms.contract.exclusive.is_empty() {
        earlier.elsewhere(elsewhere);
    }
    if modifier.is_some_and(|modifier| modifier.name == "hold of a finding") {
        let hold = FindingHold {
            finding: "G07-1".into(),
            says: "made up".into(),
            clauses: vec!["it".into()],
            provider: None,
            persons: None,
            known_on: first_of(0),
            due_from: first_of(0),
            until: first_of(30),
            decides: "auditor".into(),
        };
        earlier.held_by_findings(Vec::new(), vec![hold]).expect("nothing is read");
    }
    let days = Period::new(terms.contract.runs.from, terms.contract.runs.until).expect("some days");
    settled_on(terms, (&people, &providers), days, 16, &earlier)
}

/// What of a statement a modifier could change: each line of the clause with its amount, standing and payers.
fn of_clause((_, lines): &Statement) -> BTreeMap<String, String> {
    let own = lines.iter().filter(|line| &*line.clause == "it");
    own.map(|line| {
        (
            line.id.clone(),
            format!("{} {} of {} {} {:?}", line.occurred_on, line.amount, line.quantity, line.status, line.payers),
        )
    })
    .collect()
}

/// How a pair comes out.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Found {
    /// It changes what is due.
    Works,
    /// The contract does not pass its check, which names what is wrong.
    Refused(String),
    /// The check warns of it by name.
    Told(String),
    /// The clause says it already.
    Own,
    /// Neither.
    Silent,
}

fn found((kind, clause): (&str, &str), modifier: &Modifier) -> Found {
    let mut keys = modifier.field.lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key);
    if keys.any(|key| clause.lines().any(|line| line.starts_with(&format!("{key} = ")))) {
        return Found::Own;
    }
    let plain = Terms::read(&folder(&text(kind, clause, None)));
    let with = Terms::read(&folder(&text(kind, clause, Some(modifier))));
    let known: Vec<(&str, &str)> = plain.diagnostics.iter().map(|one| (one.code, &*one.message)).collect();
    let new = with.diagnostics.iter().find(|one| !known.contains(&(one.code, &*one.message)));
    let plain = plain.terms.unwrap_or_else(|| panic!("{kind} alone is sound: {:#?}", plain.diagnostics));
    match (&with.terms, new) {
        (None, Some(new)) if new.code == "syntax" => panic!("{kind} with {}: {}", modifier.name, new.message),
        (None, Some(new)) => Found::Refused(format!("{}: {}", new.code, new.message)),
        (None, None) => panic!("what is refused is said: {kind} with {}", modifier.name),
        (Some(terms), new) => {
            let before = of_clause(&settle(&plain, None));
            assert!(!before.is_empty(), "{kind} pays something by itself");
            match new {
                _ if of_clause(&settle(terms, Some(modifier))) != before => Found::Works,
                Some(new) => Found::Told(format!("{}: {}", new.code, new.message)),
                None => Found::Silent,
            }
        }
    }
}

#[test]
fn there_is_a_clause_of_every_kind() {
    let kinds: Vec<&str> = CLAUSES.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, Kind::NAMES);
}

#[test]
fn a_clause_of_each_kind_pays_something() {
    for (kind, clause) in CLAUSES {
        let read = Terms::read(&folder(&text(kind, clause, None)));
        let terms = read.terms.unwrap_or_else(|| panic!("{kind} is sound: {:#?}", read.diagnostics));
        let (_, lines) = settle(&terms, None);
        let paid =
            lines.iter().any(|line| &*line.clause == "it" && (!line.amount.is_zero() || *kind == "market-share"));
        assert!(
            paid,
            "{kind} pays something: {:#?}",
            lines.iter().map(|line| (&line.id, line.amount)).collect::<Vec<_>>()
        );
        assert!(lines.iter().all(|line| line.status != Status::Reversal));
    }
}

#[test]
fn every_modifier_of_every_kind_works_or_is_refused_by_name() {
    let mut silent: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut table = String::new();
    for modifier in MODIFIERS {
        for (kind, clause) in CLAUSES {
            let found = found((kind, clause), modifier);
            table += &format!("{:36} {kind:18} {found:?}\n", modifier.name);
            if found == Found::Silent {
                silent.entry(modifier.name).or_default().push(kind);
            }
        }
    }
    if std::env::var_os("MEED_SHOW_MODIFIERS").is_some() {
        println!("{table}");
    }
    assert!(silent.is_empty(), "passed over in silence: {silent:#?}");
}
