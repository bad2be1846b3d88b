//! Small contracts, each about one kind of clause.

use meed_terms::{Folder, Terms};
use proptest::prelude::*;

use crate::support::{
    contract::{OUTCOMES, QUANTITY, RATIO},
    head,
};

/// A small contract: its name, and what it has beside what all of them have.
#[derive(Clone, Copy)]
pub struct Small {
    pub name: &'static str,
    more: &'static [&'static str],
}

/// Short, so that a counterexample is a page and not a book.
impl std::fmt::Debug for Small {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// Measures of cohorts that `World::readings` answers.
pub const COHORTS: [(&str, &str); 4] =
    [("effect", "as reported"), ("shares", "percent"), ("other-shares", "percent"), ("few", "count")];

/// What all of them begin with.
pub fn common() -> String {
    head::MADE_UP.text()
}

/// The clauses about people that all of them have.
const OF_PEOPLE: [&str; 3] = [
    r#"
[[clause]]
id      = "joining"
kind    = "attachment"
measure = "started"
fee     = { low = "40.00", medium = "50.00", high = "60.05" }
"#,
    r#"
[[clause]]
id      = "abstinent"
kind    = "per-outcome"
measure = "abstinent"
price   = { low = "300.00", medium = "333.33", high = "410.01" }
vests   = { after = "3 months", unless = "relapsed" }
"#,
    r#"
[[clause]]
id      = "job"
kind    = "per-outcome"
measure = "job"
price   = "250.10"
"#,
];

const AS_EARNED: &str = r#"
[[clause]]
id            = "advanced"
kind          = "advance"
amount        = { north = "200.00", south = { 2020-01-01 = "99.99", 2020-07-01 = "150.00" } }
on-account-of = ["abstinent", "job"]
recovers      = "as-earned"
reconciles    = "year"
"#;

const HALF_A_YEAR: &str = r#"
[[clause]]
id            = "advanced"
kind          = "advance"
runs          = { from = 2020-01-01, until = 2020-07-01 }
amount        = "170.00"
on-account-of = ["abstinent", "job"]
recovers      = "as-earned"
reconciles    = "contract"
"#;

const AT_RECONCILIATION: &str = r#"
[[clause]]
id            = "advanced"
kind          = "advance"
amount        = "123.45"
on-account-of = ["abstinent", "job"]
recovers      = "at-reconciliation"
reconciles    = "year"
"#;

const GRANT: &str = r#"
[[clause]]
id         = "granted"
kind       = "grant"
amount     = { north = "1000.01", south = "500.00" }
paid-on    = 2020-02-01
measure    = "effect"
cohort     = "C1"
target     = "10% relative"
takes-back = "90%"
breaks     = { on = 2020-10-01, notice-by = 2020-09-30, left = { south = 2020-09-14 } }
"#;

const GRANT_ALL_BACK: &str = r#"
[[clause]]
id      = "granted"
kind    = "grant"
amount  = "777.77"
paid-on = 2020-02-01
measure = "effect"
cohort  = "C0"
target  = "10% relative"
"#;

const AUDIT_WILSON: &str = r#"
[[clause]]
id         = "recovery"
kind       = "audit-recovery"
measure    = "used"
of         = ["abstinent", "job"]
method     = "wilson-lower-95"
applies-to = "not-found-right"
tolerance  = "9.1%"
"#;

const AUDIT_EXACT: &str = r#"
[[clause]]
id         = "recovery"
kind       = "audit-recovery"
measure    = "used"
of         = ["joining", "abstinent", "job"]
method     = "clopper-pearson-lower-95"
applies-to = "all-paid"
"#;

const AUDIT_FOUND: &str = r#"
[[clause]]
id         = "recovery"
kind       = "audit-recovery"
measure    = "used"
of         = ["joining", "abstinent"]
method     = "found"
applies-to = "all-paid"
"#;

const DEAD_BAND: &str = r#"
[[clause]]
id        = "banded"
kind      = "cohort-effect"
measure   = "shares"
dead-band = { level = "95%" }
margin    = { points = [{ at = "-10 points", pays = "-40.00" }, { at = "0 points", pays = "0.00" }, { at = "10 points", pays = "77.77" }], below = "-40.00" }

[[clause]]
id        = "second"
kind      = "cohort-effect"
measure   = "shares"
dead-band = { z = "1.5" }
needs     = { clause = "banded", verdict = "not-worse" }
threshold = "1 points"
lump      = "55.55"
"#;

const GAIN_SHARE: &str = r#"
[[clause]]
id         = "gained"
kind       = "cohort-effect"
measure    = "effect"
threshold  = "2% relative"
gain-share = { unit-cost = "9.99", shares = [{ above = "0% relative", share = "30%" }, { above = "10% relative", share = "66.6%" }], up-to = "60% relative" }
"#;

const RECOUP: &str = r#"
[[clause]]
id        = "recouped"
kind      = "cohort-effect"
measure   = "effect"
threshold = "0 per 100"
recoup    = { unit-cost = "3.33", share = "95%", until = "150.00", then = "40%" }
"#;

const MIX_WAITS: &str = r#"
[[clause]]
id        = "mixed"
kind      = "cohort-effect"
measure   = "shares"
against   = { weighted-mix = { own = "80%", others = [{ measure = "other-shares", weight = "20%" }], alone-from = 200, missing = "wait" } }
staircase = { steps = [{ at-least = "20 points", pays = "90.00" }, { at-least = "0 points", pays = "30.03" }] }
"#;

const MIX_REWEIGHS: &str = r#"
[[clause]]
id          = "mixed"
kind        = "cohort-effect"
measure     = "shares"
against     = { weighted-mix = { own = "33%", others = [{ measure = "other-shares", weight = "67%" }], missing = "reweigh" } }
threshold   = "5% relative"
per-averted = "12.34"
"#;

const EXPECTED: &str = r#"
[[clause]]
id          = "adjusted"
kind        = "cohort-effect"
measure     = "few"
against     = { expected = { measure = "counted" } }
threshold   = "1 cases"
per-averted = "20.20"
"#;

const GUARANTEE_PERIOD: &str = r#"
[[clause]]
id     = "least"
kind   = "guarantee"
of     = ["abstinent", "job"]
per    = "period"
amount = { north = "180.00", south = "120.50" }
share  = { 2020-01-01 = "100%", 2020-07-01 = "66.6%" }
"#;

const GUARANTEE_YEAR: &str = r#"
[[clause]]
id     = "least"
kind   = "guarantee"
per    = "year"
amount = "900.00"
"#;

const EVIDENCE: &str = r#"
[[clause]]
id       = "any"
kind     = "per-outcome"
measure  = "progress-a"
evidence = { any-of = ["letters", "payslips"] }
price    = "71.00"

[[clause]]
id       = "all"
kind     = "per-outcome"
measure  = "progress-a"
evidence = { all-of = ["events"], sent-by = ["auditor"] }
price    = "67.00"
limit    = { per-person = 2 }

[[clause]]
id       = "turns"
kind     = "sustainment"
measure  = "housed"
after    = "joining"
every    = "3 weeks"
evidence = { any-of = ["events"], every-other = "letters" }
fee      = "21.50"
at-most  = 4

[[clause]]
id       = "word"
kind     = "per-outcome"
measure  = "progress-b"
evidence = { self-certified = true }
price    = "5.00"
"#;

const PAYERS: &str = r#"
[[payer]]
id     = "fund"
share  = { 2020-01-01 = "20%", 2020-10-01 = "33.3%" }
cap    = "170.00"
per    = "period"
beyond = "rest"

[[payer]]
id     = "board"
share  = "12.5%"
cap    = { 2020-01-01 = "95.00", 2021-01-01 = "45.00" }
per    = "year"
beyond = "unpaid"

[[payer]]
id   = "council"
adds = { job = "7.77" }
cap  = "1500.00"
beyond = "unpaid"
"#;

const INVESTORS_TOTAL: &str = r#"
[investors]
drawn      = [{ on = 2020-01-01, amount = "800.00" }, { on = 2020-06-01, amount = "300.00" }]
ladder     = [{ above = "100.00", share = "100%" }, { above = "900.00", share = "60%" }, { above = "2000.00", share = "33.3%" }]
return-cap = { total = "150.50" }
rest-to    = "the provider"
"#;

const INVESTORS_ANNUAL: &str = r#"
[investors]
drawn      = [{ on = 2020-01-01, amount = "500.00" }, { on = 2020-09-01, amount = "100.00" }]
ladder     = [{ above = "0.00", share = "95%" }]
return-cap = { annual = "13%" }
guarantee  = { share = "75%", by = "fund" }
rest-to    = "the provider"
"#;

const SLIDING: &str = r#"
[[clause]]
id      = "sliding"
kind    = "sliding-price"
measure = "progress-a"
price   = { low = "40.00", medium = "50.01", high = "66.66" }
share   = "used"
rated   = "while-in-window"
steps   = [{ at-least = "50%", pays = "100%" }, { at-least = "0%", pays = "33.3%" }]
"#;

const OF_PROVIDER: &str = r#"
[[cap]]
id            = "of-provider"
per           = "provider"
amount        = "1200.00"
order         = "occurred-on"
when-reversed = "re-flow"
"#;

const OF_PERIOD: &str = r#"
[[cap]]
id            = "of-period"
per           = "period"
amount        = "310.00"
order         = "occurred-on"
when-reversed = "re-flow"
"#;

const OF_CONTRACT: &str = r#"
[[cap]]
id            = "of-contract"
per           = "contract"
amount        = "350.05"
order         = "occurred-on"
when-reversed = "re-flow"
"#;

const ENDED: &str = r#"
[termination]
on     = 2020-10-15
by     = "council"
reason = "the service moves"
pays   = "due-before"
"#;

const fn small(name: &'static str, more: &'static [&'static str]) -> Small {
    Small { name, more }
}

/// The contracts.
pub const KINDS: &[Small] = &[
    small("advance, as earned", &[AS_EARNED]),
    small("advance, as earned, under a cap of the period", &[AS_EARNED, OF_PERIOD]),
    small("advance, as earned, under a cap of the provider", &[AS_EARNED, OF_PROVIDER]),
    small("advance, as earned, ended", &[AS_EARNED, ENDED]),
    small("advance, as earned, for half a year", &[HALF_A_YEAR]),
    small("advance, at reconciliation", &[AT_RECONCILIATION]),
    small("advance, at reconciliation, under a cap", &[AT_RECONCILIATION, OF_CONTRACT]),
    small("advance, at reconciliation, ended", &[AT_RECONCILIATION, ENDED]),
    small("advance, with payers", &[AS_EARNED, PAYERS]),
    small("grant, with a break", &[GRANT]),
    small("grant, under a cap of the provider", &[GRANT, OF_PROVIDER]),
    small("grant, all back", &[GRANT_ALL_BACK]),
    small("grant, all back, under a cap", &[GRANT_ALL_BACK, OF_CONTRACT]),
    small("grant, all back, ended", &[GRANT_ALL_BACK, ENDED]),
    small("grant, all back, with payers", &[GRANT_ALL_BACK, PAYERS]),
    small("audit, by Wilson", &[AUDIT_WILSON]),
    small("audit, by Clopper and Pearson", &[AUDIT_EXACT, OF_PERIOD]),
    small("audit, as found", &[AUDIT_FOUND, PAYERS]),
    small("dead band", &[DEAD_BAND]),
    small("gain share", &[GAIN_SHARE]),
    small("gain share, under a cap", &[GAIN_SHARE, OF_PROVIDER]),
    small("recoup, then share", &[RECOUP]),
    small("weighted mix that waits", &[MIX_WAITS]),
    small("weighted mix that weighs again", &[MIX_REWEIGHS, OF_PERIOD]),
    small("expected of these people", &[EXPECTED]),
    small("guarantee of a period", &[GUARANTEE_PERIOD]),
    small("guarantee of a year", &[GUARANTEE_YEAR, OF_CONTRACT]),
    small("guarantee of a year, with payers", &[GUARANTEE_YEAR, PAYERS]),
    small("evidence rules", &[EVIDENCE]),
    small("evidence rules, with payers and a cap", &[EVIDENCE, PAYERS, OF_PERIOD]),
    small("payers with caps", &[PAYERS]),
    small("investors, capped in all", &[INVESTORS_TOTAL]),
    small("investors, capped by the year", &[INVESTORS_ANNUAL, OF_PERIOD]),
    small("sliding price", &[SLIDING]),
    small(
        "all that look at what others pay",
        &[SLIDING, AS_EARNED, AUDIT_WILSON, GUARANTEE_YEAR, INVESTORS_TOTAL, PAYERS, OF_PROVIDER],
    ),
];

/// The small contract of this name.
pub fn named(name: &str) -> Small {
    *KINDS.iter().find(|small| small.name == name).unwrap_or_else(|| panic!("no small contract is called {name}"))
}

/// What all of them have, and more.
pub fn terms(small: Small) -> Terms {
    of_text(&format!("{}{}{}", common(), OF_PEOPLE.concat(), small.more.concat()))
}

/// Quotas that overlap, caps of every scope, and clauses that look at what others pay, to be written in any order.
const ANY_ORDER: [&str; 8] = [
    "\n[[quota]]\nid = \"jobs\"\nof = [\"job\"]\nshare = \"40%\"\nper = \"year\"\n",
    "\n[[quota]]\nid = \"lasting\"\nof = [\"abstinent\"]\namong = [\"joining\", \"abstinent\"]\nshare = \"50%\"\nper = \"provider\"\n",
    "\n[[quota]]\nid = \"most\"\nof = [\"joining\", \"job\"]\nshare = { 2020-01-01 = \"75%\", 2020-09-01 = \"60%\" }\nper = \"contract\"\n",
    OF_PERIOD,
    OF_PROVIDER,
    OF_CONTRACT,
    PAYERS,
    OF_A_PERSON,
];

const OF_A_PERSON: &str = r#"
[[cap]]
id            = "of-person"
per           = "person"
amount        = "600.00"
order         = "occurred-on"
when-reversed = "re-flow"
"#;

/// Orders in which the terms may be written: of the clauses about people, and of what stands beside clauses.
pub fn any_order() -> impl Strategy<Value = Terms> {
    (Just(OF_PEOPLE.to_vec()).prop_shuffle(), Just(ANY_ORDER.to_vec()).prop_shuffle(), 4..=ANY_ORDER.len()).prop_map(
        |(people, mut beside, number)| {
            beside.truncate(number);
            let after = [AS_EARNED, GUARANTEE_YEAR].concat();
            of_text(&format!("{}{}{after}{}", common(), people.concat(), beside.concat()))
        },
    )
}

/// The terms of a text that is sound.
pub fn of_text(text: &str) -> Terms {
    let read = Terms::read(&folder(text));
    read.terms.unwrap_or_else(|| panic!("the small contract is sound: {:#?}", read.diagnostics))
}

/// The text as a contract's folder, with all measures that worlds answer.
pub fn folder(text: &str) -> Folder {
    let mut folder = Folder { name: "made-up".into(), contract: text.to_owned(), ..Folder::default() };
    let outcomes = OUTCOMES.iter().map(|name| (*name, "outcome", "stretch"));
    let cohorts = COHORTS.iter().map(|(name, unit)| (*name, "cohort", *unit));
    let others = [(RATIO, "ratio", "percent"), (QUANTITY, "quantity", "count")];
    for (name, grain, unit) in outcomes.chain(cohorts).chain(others) {
        folder.measures.insert(name.to_owned(), head::measure(grain, unit));
    }
    folder
}
