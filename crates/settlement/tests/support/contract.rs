//! A made-up contract with every kind of clause and a cap of every scope.

use meed_terms::{Folder, Terms};

use super::head::{Head, MADE_UP, measure};

/// What differs between the contracts that properties are asked of.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// `re-flow` or `as-priced`.
    pub when_reversed: &'static str,
    /// `first`, `at-start` or `latest`.
    pub prices_by: &'static str,
    /// `hold` or `lowest-price`.
    pub unassessed: &'static str,
    /// `counts`, `does-not-count` or `ignored`.
    pub window_end: &'static str,
    /// Whether there are terms by which evidence of one month changes what fell due in a month before:
    /// a gap that is no break, and other needs that must have progressed too.
    pub looks_back: bool,
}

pub const OUTCOMES: [&str; 9] =
    ["started", "abstinent", "relapsed", "job", "progress-a", "progress-b", "housed", "away", "sighted"];
pub const RATIO: &str = "used";
pub const COHORT: &str = "effect";
pub const QUANTITY: &str = "counted";
pub const PROVIDERS: [&str; 2] = ["north", "south"];
pub const BANDS: [&str; 3] = ["low", "medium", "high"];

/// A cap as the contract states it, for checking it from outside.
pub struct CapAsStated {
    pub id: &'static str,
    pub per: &'static str,
    pub hundredths: i64,
    pub clauses: &'static [&'static str],
    pub each_clause: bool,
}

/// The caps of every contract here.
pub const CAPS: [CapAsStated; 6] = [
    CapAsStated { id: "of-person", per: "person", hundredths: 95_000, clauses: &[], each_clause: false },
    CapAsStated {
        id: "of-person-home",
        per: "person",
        hundredths: 30_050,
        clauses: &["home", "home-again"],
        each_clause: true,
    },
    CapAsStated {
        id: "of-period",
        per: "period",
        hundredths: 120_000,
        clauses: &["abstinent", "job", "staying"],
        each_clause: false,
    },
    CapAsStated { id: "of-year", per: "year", hundredths: 110_000, clauses: &["abstinent", "home"], each_clause: true },
    CapAsStated { id: "of-provider", per: "provider", hundredths: 150_000, clauses: &[], each_clause: false },
    CapAsStated { id: "of-contract", per: "contract", hundredths: 260_000, clauses: &[], each_clause: false },
];

/// Terms by which a later outcome changes what was paid for an earlier one.
const TOGETHER: &str = r#"
[[suspension]]
from    = 2020-05-01
until   = 2020-07-01
clauses = ["home", "averted"]
pays    = "later"
reason  = "the register is checked"
[[group]]
id   = "one-home"
most = "275.25"
[[group.alternative]]
clauses = ["home"]
[[group.alternative]]
clauses = ["home-again", "staying"]
needs   = 2

[[quota]]
id    = "jobs"
of    = ["job"]
share = "40%"
per   = "year"

[[quota]]
id    = "sighted"
when  = "sighted"
share = "60%"
among = ["job", "abstinent", "joining"]
per   = "provider"
"#;

/// The contract of this shape.
pub fn terms(shape: Shape) -> Terms {
    let mut folder = Folder { name: "made-up".into(), contract: text(shape), ..Folder::default() };
    let grains = [
        (&OUTCOMES[..], "outcome", "stretch"),
        (&[RATIO], "ratio", "percent"),
        (&[COHORT], "cohort", "as reported"),
        (&[QUANTITY], "quantity", "count"),
    ];
    for (names, grain, unit) in grains {
        for name in names {
            folder.measures.insert((*name).to_owned(), measure(grain, unit));
        }
    }
    let read = Terms::read(&folder);
    read.terms.unwrap_or_else(|| panic!("the made-up contract is sound: {:#?}", read.diagnostics))
}

/// Clauses that look at what others pay. They come last under the caps, so that as priced they get what room the
/// statements so far have left, and not what a single one would.
const AFTER: &str = r#"[[clause]]
id     = "many"
kind   = "per-unit"
counts = ["joining", "staying"]
price  = "11.00"
above  = { count = 1, plus = "10%" }
over   = "year"

[[clause]]
id         = "points"
kind       = "kpi-points"
of         = ["places", "joining"]
indicators = [{ id = "use", measure = "used", at-least = "50%", adds = "1.5%", below = "30%", takes = "2%" }]
all-met    = "0.3%"

[[clause]]
id       = "credits"
kind     = "service-credits"
of       = ["joining", "staying"]
failures = "counted"
allowed  = 1
share    = "7%"
at-most  = "20%"
waivers  = [{ days = { from = 2020-03-01, until = 2020-09-01 }, share = "71%", by = "council", because = "agreed" }]

[[clause]]
id             = "score"
kind           = "withhold"
of             = ["places", "joining", "abstinent"]
share          = "3.3%"
over           = "year"
when-missing   = "re-weight"
budget-neutral = true
domains        = [
  { id = "a", measure = "used", weight = "60%", zero-at = "20%", full-at = "70%" },
  { id = "b", measure = "used", weight = "40%", full-at = "50%" },
]

[[clause]]
id     = "deferred"
kind   = "deferral"
of     = ["joining"]
share  = "33.3%"
from   = ["abstinent"]
repays = "12.5%"
"#;

fn text(shape: Shape) -> String {
    let Shape { when_reversed, prices_by, unassessed, window_end, looks_back } = shape;
    let after = if looks_back { AFTER } else { "" };
    let gap = if looks_back { "tolerates-gap = \"5 days\"" } else { "" };
    let (qualifying, reset) = if looks_back { ("paid", "resume") } else { ("unpaid", "restart") };
    // The day a person starts, known later, changes what an outcome before it was worth.
    let dated_by = if looks_back { ", dated-by = \"started\"" } else { "" };
    let requires = if looks_back { "requires = { any = 1, of = [\"progress-a\", \"progress-b\"] }" } else { "" };
    let together = if looks_back { TOGETHER } else { "" };
    let head = Head {
        more: "holidays = [2020-03-02]",
        prices_by,
        unassessed,
        window_ends: [window_end, "ignored", "does-not-count"],
        ..MADE_UP
    };
    let mut text = head.text();
    text += &format!(
        r#"
[at-risk]
annual = {{ north = "3000.00", south = "2000.00" }}
share  = {{ 2020-01-01 = "10%", 2021-01-01 = "25%" }}

[shadow]
from    = 2020-01-01
until   = 2020-03-01
clauses = ["job", "places"]

[[split]]
id = "halves"
[split.parts]
fee    = {{ 2020-01-01 = "20%", 2020-10-01 = "35%" }}
result = {{ 2020-01-01 = "80%", 2020-10-01 = "65%" }}

[[index]]
id     = "wages"
values = {{ 2020-01-01 = "99.7", 2020-08-01 = "101.3", 2021-01-01 = "104" }}

[[adjust]]
kind    = "discount"
clauses = ["home", "places", "averted"]
by      = {{ north = "6%", south = {{ 2020-01-01 = "0%", 2020-07-01 = "2.5%" }} }}

[[adjust]]
kind    = "index"
clauses = ["staying", "places"]
to      = "wages"
base    = 2020-01-01

[[adjust]]
kind = "learning-curve"
by   = "3%"

[[clause]]
id           = "places"
kind         = "block"
annual       = {{ north = "1000.01", south = "777.77" }}
less-at-risk = true
[clause.scaled-by]
measure = "used"
steps   = [
  {{ at-least = "80%", pays = "100%" }},
  {{ at-least = "33.3%", pays = "66.7%" }},
  {{ at-least = "0%", pays = "12.5%" }},
]

[[clause]]
id      = "joining"
kind    = "attachment"
measure = "started"
fee     = {{ low = "40.00", medium = "50.00", high = "60.05" }}

[[clause]]
id      = "abstinent"
kind    = "per-outcome"
measure = "abstinent"
settle-lag = "2 months"
limit   = {{ per-person = 3, every = "1 months" }}
adjust  = [
  {{ kind = "split", of = "halves", part = "result"{dated_by} }},
  {{ kind = "uplift", by = "40%", bands = ["high"], rounding = {{ to = "1.00", mode = "up" }} }},
]
vests   = {{ after = "3 months", unless = "relapsed" }}
[clause.price]
low    = {{ 2020-01-01 = "300.00", 2020-09-01 = "310.33" }}
medium = "700.00"
high   = "1400.00"

[[clause]]
id           = "job"
kind         = "per-outcome"
measure      = "job"
evidence     = {{ sent-by = ["auditor", "council"] }}
price        = "250.00"
confirmed-by = "auditor"
adjust       = [
  {{ kind = "uplift", amount = "33.33", when = "progress-a" }},
  {{ kind = "deadweight", share = "1/6", on = "volume", whole = true }},
]
tiers        = {{ per = "provider-year", order = "occurred-on", when-reversed = "{when_reversed}", steps = [{{ beyond = 1, price = "210.10" }}, {{ beyond = 3, pays = "33.3%" }}] }}
{requires}

[[clause]]
id         = "staying"
kind       = "sustainment"
measure    = "housed"
after      = "joining"
every      = "4 weeks"
evidence   = {{ any-of = ["events"], every-other = "letters" }}
fee        = {{ low = "17.00", medium = "21.50", high = "25.00" }}
at-most    = {{ low = 2, medium = 4, high = 6 }}
settle-lag = "5 working days"
allotment  = {{ from = "started", length = "40 weeks" }}

[[clause]]
id       = "home"
kind     = "milestone-ladder"
measure  = "housed"
reset    = "restart"
breaches = "sighted"
settle-lag = "6 days"
{gap}
steps    = [
  {{ id = "entry", price = "60.00" }},
  {{ id = "1-month", held = "1 months", price = "150.00", breaches = 1 }},
  {{ id = "3-months", held = "3 months", price = {{ low = "260.00", medium = "300.00", high = "333.33" }}, breaches = 0 }},
]

[[clause]]
id        = "home-again"
kind      = "milestone-ladder"
measure   = "housed"
reset     = "resume"
providers = ["south"]
runs      = {{ from = 2020-02-01, until = 2021-01-01 }}
steps     = [
  {{ id = "entry", price = "11.11" }},
  {{ id = "40-days", held = "40 days", price = "99.99" }},
]

[[clause]]
id              = "nights"
kind            = "per-diem"
measure         = "housed"
price           = {{ low = {{ 2020-01-01 = "1.10", 2020-06-15 = "1.23" }}, medium = "2.00", high = "3.05" }}
qualifies-after = "20 days"
qualifying-days = "{qualifying}"
reset           = "{reset}"
excludes        = ["custody"]
excluded-by     = "away"
at-most         = {{ low = 90, medium = 120, high = 150 }}

[[clause]]
id         = "counted"
kind       = "per-unit"
measure    = "counted"
price      = {{ north = "3.33", south = "4.00" }}
per-person = 7
adjust     = [{{ kind = "deadweight", share = "1/6", on = "volume" }}]
only-if    = {{ measure = "used", at-least = "20%" }}
tiers      = {{ per = "contract", order = "occurred-on", when-reversed = "{when_reversed}", steps = [{{ beyond = 10, pays = "80%" }}, {{ beyond = 25, pays = "150%" }}] }}

[[clause]]
id    = "card"
kind  = "rate-card"
items = [{{ id = "one", measure = "counted", price = "0.77", per-person = 4 }}, {{ id = "two", measure = "counted", price = "0.10" }}]

[[clause]]
id         = "volume"
kind       = "volume-band"
counts     = [{{ measure = "counted", weight = "1.5" }}]
over       = "period"
at-least   = {{ 2020-01-01 = 3, 2020-10-01 = 4 }}
at-most    = 6
tops-up    = "2.00"
claws-back = "1.11"

[[clause]]
id       = "referrals"
kind     = "market-share"
measure  = "used"
moves    = "5%"
tests    = [{{ from = 2020-01-01, until = 2020-07-01 }}, {{ from = 2020-07-01, until = 2021-01-01 }}]
starts   = {{ north = "60%", south = "40%" }}

{after}

[[clause]]
id         = "earnings"
kind       = "cumulative-trigger"
measure    = "counted"
from       = "started"
within     = "200 days"
settle-lag = "3 weeks"
steps      = [
  {{ id = "some", reaches = {{ 2020-01-01 = "5", 2020-08-01 = "4.50" }}, price = "44.44" }},
  {{ id = "more", reaches = "12", price = {{ low = "50.00", medium = "60.00", high = "70.00" }} }},
]

[[clause]]
id          = "averted"
kind        = "cohort-effect"
measure     = "effect"
threshold   = "10% relative"
per-averted = "35.55"
pooled      = {{ threshold = "7.5% relative", by = "people", cohorts = 2 }}

[[clause]]
id        = "at-stake"
kind      = "cohort-effect"
measure   = "effect"
threshold = "3 per 100"
refund    = {{ share = "10%", of = {{ north = "1000.01", south = "777.77" }} }}

[[clause]]
id        = "stairs"
kind      = "cohort-effect"
measure   = "effect"
against   = {{ assumed = {{ figure = "60", because = "made up" }} }}
staircase = {{ steps = [{{ at-least = "20% relative", pays = "90.00" }}, {{ at-least = "0% relative", pays = "30.03" }}] }}

[[clause]]
id      = "line"
kind    = "cohort-effect"
measure = "effect"
against = {{ own-prior = {{ before = "1 months" }} }}
needs   = {{ clause = "stairs", verdict = "not-worse" }}
margin  = {{ points = [{{ at = "-30 per 100", pays = "-40.00" }}, {{ at = "40 per 100", pays = "77.77" }}], below = "-40.00" }}

[[clause]]
id        = "recouped"
kind      = "cohort-effect"
measure   = "effect"
threshold = "0 per 100"
recoup    = {{ unit-cost = "3.33", share = "95%", until = "150.00", then = "40%" }}
{together}
[[payer]]
id     = "fund"
share  = {{ 2020-01-01 = "20%", 2020-10-01 = "33.3%" }}
cap    = "170.00"
per    = "year"
beyond = "rest"

[[payer]]
id      = "board"
share   = "12.5%"
clauses = ["home", "abstinent", "joining"]
cap     = "95.00"
beyond  = "unpaid"

[[payer]]
id   = "council"
adds = {{ home = "7.77", job = "0.01" }}

[[suspension]]
from      = 2020-08-10
until     = 2020-09-20
clauses   = ["staying", "places"]
providers = ["south"]
pays      = "nothing"
reason    = "the house was closed"

[termination]
on             = 2021-02-10
by             = "council"
reason         = "the service moves"
pays           = "pipeline"
started        = "started"
pipeline-until = 2021-03-20

[[cap]]
id            = "carried"
per           = "period"
amount        = "210.00"
clauses       = ["joining", "home"]
carry         = true
order         = "occurred-on"
when-reversed = "{when_reversed}"

[[clause]]
id      = "targets"
kind    = "target-composite"
value   = {{ north = "120.00", south = "99.99" }}
at-most = "150%"
metrics = [
  {{ id = "fall", measure = "effect", target = "10% relative", weight = "30%", at-most = "120%" }},
  {{ id = "rise", measure = "effect", better = "higher", target = "7 per 100", weight = "70%" }},
]

[[clause]]
id      = "sliding"
kind    = "sliding-price"
measure = "abstinent"
price   = {{ low = "40.00", medium = "50.01", high = "66.66" }}
share   = "used"
rated   = "while-in-window"
steps   = [{{ at-least = "50%", pays = "100%" }}, {{ at-least = "0%", pays = "33.3%" }}]

[[cap]]
id            = "at-risk"
per           = "year"
clauses       = ["abstinent", "job"]
order         = "occurred-on"
when-reversed = "{when_reversed}"
"#
    );
    for cap in CAPS {
        let amount = format!("{}.{:02}", cap.hundredths / 100, cap.hundredths % 100);
        text += &format!(
            "\n[[cap]]\nid = \"{}\"\nper = \"{}\"\namount = \"{amount}\"\norder = \"occurred-on\"\nwhen-reversed = \"{when_reversed}\"\n",
            cap.id, cap.per
        );
        if !cap.clauses.is_empty() {
            text += &format!("clauses = {:?}\n", cap.clauses);
        }
        if cap.each_clause {
            text += "each-clause = true\n";
        }
    }
    text
}
