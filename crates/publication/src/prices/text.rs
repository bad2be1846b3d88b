//! Prices, break-even and sensitivity as plain text.

use std::fmt::Write;

use meed_pricing::{BreakEven, Prices};
use meed_terms::PricePlan;
use meed_units::{Exact, Money, Rounding, RoundingMode};

use super::price_lines;
use crate::words::{clean, money, signed};

/// Prices for people. A text is written to: that cannot fail, so what `write!` returns is dropped.
pub fn prices_text(plan: &PricePlan, prices: &Prices) -> String {
    let currency = &plan.currency;
    let shown = |amount: Money| money(amount, currency);
    let mut out = format!("{}\n", clean(&plan.title));
    let _ = writeln!(out, "{} {} for outcomes when as many achieve as at baseline\n", currency, shown(plan.budget));

    let mut table =
        Table::new(&["outcome", "band", "k", "expected", "price", "budget x weight x k / sum of k x expected"]);
    for outcome in &prices.outcomes {
        for price in &outcome.prices {
            table.row(&[
                &outcome.id,
                price.band.as_deref().unwrap_or("all"),
                &price.k.to_string(),
                &number(&price.expected),
                &shown(price.price),
                &price.arithmetic,
            ]);
        }
    }
    out += &table.text(&[false, false, true, true, true, false]);
    let _ = write!(out, "\nexpected pay at baseline: {currency} {}", shown(prices.at_baseline));
    let _ = match prices.rounding_costs.is_zero() {
        true => writeln!(out, ", the budget"),
        false => writeln!(out, ", the budget and {} from rounding the prices", signed(prices.rounding_costs, currency)),
    };
    if let (Some((cost, block)), Some(break_even)) = (plan.provider, &prices.break_even) {
        let _ = write!(out, "\nbreak-even: the provider spends {} and is paid {} anyway; ", shown(cost), shown(block));
        let _ = match break_even {
            BreakEven::Already { above } => writeln!(out, "that covers it and leaves {}", shown(*above)),
            BreakEven::At { level, achievers, pay } => writeln!(
                out,
                "the rest is covered at {} of the baseline, {} achieved, when outcomes pay {}",
                percent(level.number()),
                number(achievers),
                shown(*pay)
            ),
            BreakEven::Never { most, missing } => writeln!(
                out,
                "the rest is never covered: if everybody achieves everything, outcomes pay {} and {} is missing",
                shown(*most),
                shown(*missing)
            ),
        };
    }

    let result = |result: Option<Money>| result.map_or_else(String::new, |result| signed(result, currency));
    let _ = writeln!(out, "\nIf more or fewer achieve");
    let last = if plan.provider.is_some() { "left to the provider" } else { "" };
    let mut table = Table::new(&["achievement", "achieved", "expected pay", "of budget", last]);
    for at in &prices.levels {
        let pay = format!("{}{}", shown(at.pay), if at.everybody { " *" } else { "" });
        let of_budget = percent(at.of_budget.number());
        table.row(&[&percent(at.level.number()), &number(&at.achievers), &pay, &of_budget, &result(at.result)]);
    }
    out += &table.text(&[true; 5]);
    if prices.levels.iter().any(|at| at.everybody) {
        let _ = writeln!(out, "* somewhere everybody has achieved, and pay rises no further there");
    }

    if !prices.mixes.is_empty() {
        let _ = writeln!(out, "\nIf as many achieve as at baseline, of other bands than expected");
        let mut table = Table::new(&["mix", "expected pay", "difference", last]);
        for mix in &prices.mixes {
            table.row(&[&clean(&mix.name), &shown(mix.pay), &signed(mix.difference, currency), &result(mix.result)]);
        }
        out += &table.text(&[false, true, true, true]);
    }
    let _ = write!(out, "\nTo paste into the clauses of a contract\n\n{}", price_lines(plan, prices));
    out.trim_end().to_owned() + "\n"
}

/// People and outcomes, to the nearest tenth.
fn number(number: &Exact) -> String {
    let tenth = Rounding { to: Money::minor(10), mode: RoundingMode::HalfEven };
    let shown = tenth.round(number).exact().to_plain(1);
    meed_units::grouped(&shown)
}

/// To the nearest tenth.
fn percent(exact: &Exact) -> String {
    format!("{}%", number(exact))
}

struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    fn new(head: &[&str]) -> Table {
        Table { rows: vec![head.iter().map(|name| (*name).to_owned()).collect()] }
    }

    fn row(&mut self, cells: &[&str]) {
        self.rows.push(cells.iter().map(|cell| (*cell).to_owned()).collect());
    }

    /// Columns side by side; those marked stand to the right.
    fn text(&self, right: &[bool]) -> String {
        let width = |i: usize| self.rows.iter().map(|row| row[i].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..right.len()).map(width).collect();
        let mut out = String::new();
        for row in &self.rows {
            let cells = row.iter().zip(&widths).zip(right).map(|((cell, width), right)| match right {
                true => format!("{cell:>width$}"),
                false => format!("{cell:width$}"),
            });
            let _ = writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end());
        }
        out
    }
}
