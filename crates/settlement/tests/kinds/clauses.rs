//! A clause of each kind, and a contract that they stand in.

/// A clause of each kind: the fields beside `id` and `kind`, and tables of its own that come after them.
pub const CLAUSES: &[(&str, &str)] = &[
    ("block", r#"annual = { north = "1000.01", south = "777.77" }"#),
    (
        "per-outcome",
        r#"measure = "abstinent"
price = { low = "300.00", medium = "333.33", high = "410.01" }"#,
    ),
    (
        "milestone-ladder",
        r#"measure = "housed"
reset = "restart"
steps = [{ id = "entry", price = "60.00" }, { id = "1-month", held = "1 month", price = "20.00" }, { id = "9-months", held = "9 months", price = { low = "260.00", medium = "300.00", high = "333.33" } }]"#,
    ),
    (
        "attachment",
        r#"measure = "progress-a"
fee = { low = "41.00", medium = "51.00", high = "61.05" }"#,
    ),
    (
        "sustainment",
        r#"measure = "housed"
after = "joining"
every = "4 weeks"
fee = { low = "17.00", medium = "21.50", high = "25.00" }
at-most = 6"#,
    ),
    (
        "cohort-effect",
        r#"measure = "effect"
threshold = "10% relative"
per-averted = "35.55""#,
    ),
    (
        "per-diem",
        r#"measure = "housed"
price = { low = "1.10", medium = "2.00", high = "3.05" }
excludes = ["custody"]"#,
    ),
    (
        "audit-recovery",
        r#"measure = "used"
of = ["joining", "job"]
method = "found"
applies-to = "all-paid""#,
    ),
    (
        "grant",
        r#"amount = { north = "1000.01", south = "500.00" }
paid-on = 2020-04-10
measure = "effect"
cohort = "C2"
target = "10% relative""#,
    ),
    (
        "cumulative-trigger",
        r#"measure = "counted"
from = "started"
steps = [{ id = "some", reaches = "5", price = "44.44" }, { id = "more", reaches = "12", price = { low = "50.00", medium = "60.00", high = "70.00" } }]"#,
    ),
    (
        "target-composite",
        r#"value = { north = "120.00", south = "99.99" }
metrics = [{ id = "fall", measure = "effect", target = "10% relative", weight = "100%" }]"#,
    ),
    (
        "sliding-price",
        r#"measure = "abstinent"
price = { low = "40.00", medium = "50.01", high = "66.66" }
share = "used"
rated = "while-in-window"
steps = [{ at-least = "50%", pays = "100%" }, { at-least = "0%", pays = "33.3%" }]"#,
    ),
    (
        "guarantee",
        r#"of = ["joining", "job"]
per = "period"
amount = { north = "180.00", south = "120.50" }"#,
    ),
    (
        "advance",
        r#"amount = { north = "200.00", south = "150.00" }
on-account-of = ["job"]
recovers = "as-earned"
reconciles = "year""#,
    ),
    (
        "per-unit",
        r#"measure = "counted"
price = { north = "3.33", south = "4.00" }"#,
    ),
    ("rate-card", r#"items = [{ id = "one", measure = "counted", price = "0.77" }]"#),
    (
        "volume-band",
        r#"counts = [{ measure = "counted" }]
over = "period"
at-most = 3
tops-up = "2.00""#,
    ),
    (
        "kpi-points",
        r#"of = ["joining", "job"]
indicators = [{ id = "use", measure = "used", at-least = "40%", adds = "1.5%" }]"#,
    ),
    (
        "service-credits",
        r#"of = ["joining", "job"]
failures = "counted"
share = "7%""#,
    ),
    (
        "withhold",
        r#"of = ["joining", "job"]
share = "13.3%"
when-missing = "re-weight"
domains = [{ id = "a", measure = "used", weight = "100%", zero-at = "20%", full-at = "90%" }]"#,
    ),
    (
        "market-share",
        r#"measure = "used"
moves = "5%"
tests = [{ from = 2020-02-01, until = 2020-06-01 }]
starts = { north = "60%", south = "40%" }"#,
    ),
    (
        "deferral",
        r#"of = ["joining"]
share = "33.3%"
from = ["job"]
repays = "0.1%""#,
    ),
];

/// What stands between the head of the contract and them.
pub const BESIDE: &str = r#"
[[split]]
id = "halves"
[split.parts]
fee    = { 2019-01-01 = "20%", 2020-10-01 = "35%" }
result = { 2019-01-01 = "80%", 2020-10-01 = "65%" }

[[index]]
id     = "wages"
values = { 2019-01-01 = "99.7", 2019-07-01 = "101.3", 2021-01-01 = "104" }

[[clause]]
id      = "joining"
kind    = "attachment"
measure = "started"
fee     = { low = "40.00", medium = "50.00", high = "60.05" }

[[clause]]
id      = "job"
kind    = "per-outcome"
measure = "job"
price   = "2500.10"

[[clause]]
id      = "other"
kind    = "per-outcome"
measure = "progress-b"
price   = "9000.00"
runs    = { from = 2021-01-01, until = 2021-05-11 }

[[clause]]
id        = "harm"
kind      = "cohort-effect"
measure   = "few"
threshold = "1 cases"
better    = "higher"
lump      = "0.01"
"#;
