//! Budget-neutral prices for people, for machines, to paste into a contract, and
//! as a picture. Works nothing out: every figure is the plan's or the prices'.

mod picture;
mod text;

use std::fmt::Write as _;

use meed_pricing::{BreakEven, Prices};
use meed_terms::PricePlan;
use serde_json::{Value, json};

pub use picture::prices_svg;
pub use text::prices_text;

/// As JSON.
pub fn prices_json(plan: &PricePlan, prices: &Prices) -> String {
    let outcomes: Vec<Value> = prices
        .outcomes
        .iter()
        .map(|outcome| {
            let rows: Vec<Value> = outcome
                .prices
                .iter()
                .map(|price| {
                    json!({
                        "band": price.band, "k": price.k, "expected": price.expected, "price": price.price,
                        "arithmetic": price.arithmetic,
                    })
                })
                .collect();
            json!({
                "outcome": outcome.id, "weight": outcome.weight, "share": outcome.share, "points": outcome.points,
                "at_baseline": outcome.at_baseline, "prices": rows,
            })
        })
        .collect();
    let break_even = prices.break_even.as_ref().map(|break_even| match break_even {
        BreakEven::Already { above } => json!({ "reached": "already", "above": above }),
        BreakEven::At { level, achievers, pay } => {
            json!({ "reached": "at", "level": level, "achievers": achievers, "pay": pay })
        }
        BreakEven::Never { most, missing } => json!({ "reached": "never", "most": most, "missing": missing }),
    });
    let levels: Vec<Value> = prices
        .levels
        .iter()
        .map(|at| {
            json!({
                "level": at.level, "achievers": at.achievers, "pay": at.pay, "of_budget": at.of_budget,
                "result": at.result, "everybody": at.everybody,
            })
        })
        .collect();
    let mixes: Vec<Value> = prices
        .mixes
        .iter()
        .map(|mix| json!({ "mix": mix.name, "pay": mix.pay, "difference": mix.difference, "result": mix.result }))
        .collect();
    let json = json!({
        "title": plan.title,
        "currency": plan.currency,
        "budget": plan.budget,
        "provider": plan.provider.map(|(cost, block)| json!({ "cost": cost, "block": block })),
        "outcomes": outcomes,
        "at_baseline": prices.at_baseline,
        "rounding_costs": prices.rounding_costs,
        "break_even": break_even,
        "levels": levels,
        "mixes": mixes,
    });
    format!("{json:#}\n")
}

/// One row for each outcome and band.
pub fn prices_csv(plan: &PricePlan, prices: &Prices) -> String {
    let mut csv = String::from("outcome,band,weight,k,expected,price,currency\n");
    for outcome in &prices.outcomes {
        for price in &outcome.prices {
            let band = price.band.as_deref().unwrap_or_default();
            let (weight, k, expected) = (&outcome.weight, &price.k, &price.expected);
            let _ = writeln!(csv, "{},{band},{weight},{k},{expected},{},{}", outcome.id, price.price, plan.currency);
        }
    }
    csv
}

/// The price of each outcome as a line of a contract, under a remark that says which clause it belongs to.
pub fn price_lines(plan: &PricePlan, prices: &Prices) -> String {
    let mut toml = String::new();
    for outcome in &prices.outcomes {
        let _ = writeln!(
            toml,
            "# {}: {} of {} {} at baseline, by bands worth {}",
            outcome.id,
            outcome.weight,
            plan.currency,
            plan.budget.grouped(),
            outcome.prices.iter().map(|price| price.k.to_string()).collect::<Vec<_>>().join(" : ")
        );
        let each: Vec<String> = outcome
            .prices
            .iter()
            .filter_map(|price| Some(format!("{} = \"{}\"", price.band.as_ref()?, price.price)))
            .collect();
        let _ = match (each.is_empty(), outcome.prices.first()) {
            (true, Some(price)) => writeln!(toml, "price = \"{}\"\n", price.price),
            _ => writeln!(toml, "price = {{ {} }}\n", each.join(", ")),
        };
    }
    toml
}
