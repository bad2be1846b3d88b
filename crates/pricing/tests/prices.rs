//! Prices, break-even and sensitivity as tables, and what always holds of them.

use meed_pricing::{BreakEven, Prices, price};
use meed_terms::PricePlan;
use meed_units::Money;
use proptest::prelude::*;

const G34: &str = r#"
title = "G34"
currency = "GBP"
budget = "100000.00"
band = [{ id = "low", k = 1 }, { id = "high", k = 2 }]
outcome = [{ id = "in-work", expected = { low = 50, high = 25 } }]
"#;

fn prices(text: &str) -> Prices {
    let (plan, found) = PricePlan::read("plan.toml", text);
    price(&plan.unwrap_or_else(|| panic!("{found:?}"))).expect("a price")
}

fn of(prices: &Prices) -> Vec<String> {
    prices.outcomes.iter().flat_map(|outcome| &outcome.prices).map(|price| price.price.to_string()).collect()
}

/// The worked example G34: budget-neutral prices, ours from a stated rule.
#[test]
fn g34_two_bands_share_a_budget() {
    let prices = prices(G34);
    assert_eq!(of(&prices), ["1000.00", "2000.00"]);
    assert_eq!(prices.at_baseline, Money::minor(10_000_000));
    assert_eq!(prices.rounding_costs, Money::ZERO);
    assert_eq!(prices.outcomes[0].prices[1].arithmetic, "100,000.00 x 100% x 2 / 100 = 2,000.00");
}

#[test]
fn outcomes_share_the_budget_by_weight_and_people_by_rate() {
    let text = G34.replace(
        "outcome = [{ id = \"in-work\", expected = { low = 50, high = 25 } }]",
        "outcome = [{ id = \"began\", weight = \"40%\", people = { low = 100, high = 100 }, rate = { low = \"50%\", high = \"25%\" } },\n\
         { id = \"stayed\", weight = \"60%\", expected = { low = 20, high = 20 } }]",
    );
    assert_eq!(of(&prices(&text)), ["400.00", "800.00", "1000.00", "2000.00"]);
    let one = "title = \"t\"\ncurrency = \"GBP\"\nbudget = \"900.00\"\noutcome = [{ id = \"all\", expected = 7 }]\n";
    assert_eq!(of(&prices(one)), ["128.57"], "one price for all, rounded once");
    assert_eq!(prices(one).rounding_costs.to_string(), "-0.01");
}

#[test]
fn the_provider_breaks_even_where_pay_meets_cost() {
    for (side, people, expected) in [
        ("cost = \"80000.00\"", "", "80%"),
        ("cost = \"110000.00\", block = \"20000.00\"", "", "90%"),
        ("cost = \"125000.00\"", "", "125%"),
        // Everybody of the low band has achieved at 120%; the rest has to come from the high one.
        ("cost = \"125000.00\"", ", people = { low = 60, high = 60 }", "130%"),
    ] {
        let text = G34.replace("budget", &format!("provider = {{ {side} }}\nbudget"));
        let text = text.replace("high = 25 } }", &format!("high = 25 }}{people} }}"));
        match prices(&text).break_even {
            Some(BreakEven::At { level, .. }) => assert_eq!(level.to_string(), expected, "{side}"),
            other => panic!("{side}: {other:?}"),
        }
    }
}

#[test]
fn a_cost_may_be_covered_anyway_or_never() {
    let side = |side: &str| G34.replace("budget", &format!("provider = {{ {side} }}\nbudget"));
    let already = prices(&side("cost = \"80000.00\", block = \"90000.00\""));
    assert_eq!(already.break_even, Some(BreakEven::Already { above: Money::minor(1_000_000) }));
    let everybody = side("cost = \"300000.00\"")
        .replace("expected = { low = 50, high = 25 }", "people = { low = 100, high = 50 }, rate = \"50%\"");
    let never = BreakEven::Never { most: Money::minor(20_000_000), missing: Money::minor(10_000_000) };
    assert_eq!(prices(&everybody).break_even, Some(never));
    assert_eq!(prices(G34).break_even, None);
}

#[test]
fn pay_follows_achievement_until_everybody_has_achieved() {
    let rows = |text: &str| -> Vec<String> {
        let row = |at: &meed_pricing::AtLevel| format!("{} {} {} {}", at.level, at.achievers, at.pay, at.everybody);
        prices(text).levels.iter().map(row).collect()
    };
    assert_eq!(
        rows(G34),
        [
            "50% 37.5 50000.00 false",
            "75% 56.25 75000.00 false",
            "100% 75 100000.00 false",
            "125% 93.75 125000.00 false",
            "150% 112.5 150000.00 false",
        ]
    );
    let capped = G34
        .replace(
            "expected = { low = 50, high = 25 }",
            "people = { low = 60, high = 100 }, rate = { low = \"83.3333333333%\", high = \"25%\" }",
        )
        .replace("budget", "levels = [\"150%\"]\nbudget");
    let rows = rows(&capped);
    assert!(rows[0].starts_with("150% 97.5 13") && rows[0].ends_with("true"), "{rows:?}");
}

#[test]
fn a_wrong_mix_of_bands_costs_or_saves() {
    let text = G34.replace("budget", "mix = [{ id = \"all-high\", shares = { high = \"100%\" } }]\nbudget");
    let rows: Vec<String> =
        prices(&text).mixes.iter().map(|mix| format!("{}: {} {}", mix.name, mix.pay, mix.difference)).collect();
    assert_eq!(
        rows,
        [
            "10% of each band one band higher: 105000.00 5000.00",
            "10% of each band one band lower: 97500.00 -2500.00",
            "25% of each band one band higher: 112500.00 12500.00",
            "25% of each band one band lower: 93750.00 -6250.00",
            "all-high: 150000.00 50000.00",
        ]
    );
}

#[test]
fn everything_wrong_with_a_plan_is_told_at_once() {
    let text = r#"
title = "t"
currency = "pounds"
budget = "0.00"
levls = ["50%"]
band = [{ id = "low", k = 0 }, { id = "low", k = 2.5 }]
"#;
    let (plan, found) = PricePlan::read("plan.toml", text);
    let mut codes: Vec<&str> = found.iter().map(|problem| problem.code).collect();
    codes.sort_unstable();
    assert!(plan.is_none());
    assert_eq!(
        codes,
        ["bad-value", "missing-field", "unearnable-price", "unearnable-price", "unknown-field", "wrong-type"],
        "{found:?}"
    );
    for (from, to, code, says) in [
        ("high = 25 }", "hihg = 25 }", "unknown-name", "did you mean `high`?"),
        ("high = 25 }", "}", "price-without-cover", "`high` has no number"),
        ("{ low = 50, high = 25 }", "75", "price-without-cover", "several bands"),
        ("{ low = 50, high = 25 }", "{ low = 0, high = 0 }", "unearnable-price", "nobody"),
        ("k = 1 }", "k = 0 }", "unearnable-price", "`k` of 0"),
        ("100000.00", "0.00", "unearnable-price", "budget"),
        ("expected =", "rate = \"5%\", expected =", "unknown-field", "beside"),
        ("id = \"in-work\",", "id = \"in-work\", weight = \"90%\",", "shares-not-whole", "90%"),
        ("id = \"high\"", "id = \"low\"", "duplicate-id", "twice"),
        ("budget", "mix = [{ id = \"m\", shares = { low = \"60%\" } }]\nbudget", "shares-not-whole", "60%"),
    ] {
        assert!(G34.contains(from), "{from}");
        let (plan, found) = PricePlan::read("plan.toml", &G34.replacen(from, to, 1));
        assert!(plan.is_none(), "{to}");
        let told = found.iter().any(|d| d.code == code && (d.message.contains(says) || d.help.contains(says)));
        assert!(told, "{to}: {found:?}");
        assert!(found.iter().all(|problem| problem.file == "plan.toml"), "{found:?}");
    }
}

proptest! {
    #[test]
    fn expected_pay_at_baseline_is_the_budget_but_for_rounding(
        budget in 1..1_000_000_000_i64,
        bands in prop::collection::vec((1..50_u32, 0..2000_u32), 1..6),
    ) {
        prop_assume!(bands.iter().any(|(_, expected)| *expected > 0));
        let band: Vec<String> = bands.iter().enumerate().map(|(i, (k, _))| format!("{{ id = \"b{i}\", k = {k} }}")).collect();
        let expected: Vec<String> = bands.iter().enumerate().map(|(i, (_, n))| format!("b{i} = {n}")).collect();
        let text = format!(
            "title = \"t\"\ncurrency = \"GBP\"\nbudget = \"{}\"\nband = [{}]\noutcome = [{{ id = \"o\", expected = {{ {} }} }}]\n",
            Money::minor(budget), band.join(", "), expected.join(", ")
        );
        let prices = prices(&text);
        let people: i64 = bands.iter().map(|(_, n)| i64::from(*n)).sum();
        // Each price is off by at most half a penny.
        let most = Money::minor(people / 2 + 1);
        prop_assert!(prices.rounding_costs <= most && -prices.rounding_costs <= most, "{:?}", prices);
    }
}
