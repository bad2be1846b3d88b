//! An amendment in words and in money, as plain text.

use std::fmt::Write;

use meed_units::Money;

use super::{Difference, MoneyChange, Sum, TermChange};
use crate::words::{clean, count, moment, money, signed};

/// Most characters of a name in a table.
const NAME: usize = 44;

/// What an amendment changes. A text is written to: that cannot fail, so what `write!` returns is dropped.
pub fn difference_text(difference: &Difference) -> String {
    let mut out = format!("{}\n", clean(&difference.new.title));
    for (what, version) in [("old", &difference.old), ("new", &difference.new)] {
        let hash: String = version.contract_hash.chars().take(12).collect();
        let _ = writeln!(out, "{what}: {}, version {} ({hash})", clean(&version.folder), clean(&version.version));
    }
    let _ = writeln!(out, "\nIn words\n--------");
    if difference.words.is_empty() && difference.files.is_empty() {
        let _ = writeln!(out, "Nothing: both say the same.");
    }
    let mut clause = None;
    for change in &difference.words {
        if clause != Some(&change.clause) {
            clause = Some(&change.clause);
            let _ = match &change.clause {
                None => writeln!(out, "The whole contract"),
                Some(id) => match change.title.as_ref().filter(|title| *title != id) {
                    Some(title) => writeln!(out, "{} ({})", clean(id), clean(title)),
                    None => writeln!(out, "{}", clean(id)),
                },
            };
        }
        let _ = writeln!(out, "  {}", said(change));
    }
    for file in &difference.files {
        let _ = writeln!(out, "{} changes how evidence is read", clean(file));
    }
    if let Some(money) = &difference.money {
        tables(money, &mut out);
    }
    out
}

/// `price low, from 2025-04-01: 300.00 before, 350.00 after`
pub(super) fn said(change: &TermChange) -> String {
    let from = change.from.map_or_else(String::new, |from| format!(", from {from}"));
    let term = format!("{}{from}", clean(&change.term));
    match (&change.was, &change.is) {
        (Some(was), Some(is)) => format!("{term}: {} before, {} after", clean(was), clean(is)),
        (None, Some(is)) => format!("{term}: new: {}", clean(is)),
        (Some(was), None) => format!("{term}: gone: {}", clean(was)),
        (None, None) => term,
    }
}

fn tables(change: &MoneyChange, out: &mut String) {
    let currency = &change.currency;
    let _ = writeln!(out, "\nIn money\n--------");
    let period = match change.old.period == change.new.period {
        true => change.old.period.to_string(),
        false => format!("{} by the old version, {} by the new one", change.old.period, change.new.period),
    };
    let _ = writeln!(out, "{period}, as known at {}, in {currency}\n", moment(change.known_at));
    let clauses = change.by_clause();
    let providers = change.by_provider();
    let total = Sum { name: "total".into(), was: Some(change.old.total), is: Some(change.new.total) };
    let all = clauses.iter().map(|(_, sum)| sum).chain(&providers).chain([&total]);
    let mut widths = Widths { name: 12, was: 6, is: 6, difference: 10 };
    for sum in all {
        widths.name = widths.name.max(clean(&sum.name).chars().count().min(NAME) + 2);
        widths.was = widths.was.max(shown(sum.was, currency).chars().count());
        widths.is = widths.is.max(shown(sum.is, currency).chars().count());
        widths.difference = widths.difference.max(signed(sum.difference(), currency).chars().count());
    }
    widths.head("clause", out);
    for (id, sum) in &clauses {
        widths.row(&sum.name, sum, currency, out);
        let rows: Vec<_> = change.rows.iter().filter(|row| row.clause == *id && row.was != row.is).collect();
        if rows.len() > 1 || (rows.len() == 1 && providers.len() > 1) {
            for row in rows.iter().take(12) {
                let sum = Sum { name: format!("  {}", row.provider), was: row.was, is: row.is };
                widths.row(&sum.name, &sum, currency, out);
            }
            if rows.len() > 12 {
                let _ = writeln!(out, "  and {}", count(rows.len() as u64 - 12, "more provider", "more providers"));
            }
        }
    }
    widths.row("total", &total, currency, out);
    let _ = writeln!(out);
    widths.head("provider", out);
    for sum in providers.iter().take(40) {
        widths.row(&sum.name, sum, currency, out);
    }
    if providers.len() > 40 {
        let _ = writeln!(out, "and {}", count(providers.len() as u64 - 40, "more provider", "more providers"));
    }
    let mut aside = String::new();
    let (old, new) = (&change.old, &change.new);
    for (what, was, is) in [
        ("kept back by caps", old.capped, new.capped),
        ("held", old.held, new.held),
        ("in shadow, not paid", old.shadow, new.shadow),
    ] {
        if !was.is_zero() || !is.is_zero() {
            let _ = writeln!(aside, "{what}: {} before, {} after", money(was, currency), money(is, currency));
        }
    }
    for (which, side) in [("old", &change.old), ("new", &change.new)] {
        if side.rows_left_out > 0 {
            let rows = count(side.rows_left_out, "row", "rows");
            let _ = writeln!(aside, "left out by the {which} version for breaking its rules: {rows} of the evidence");
        }
    }
    if !aside.is_empty() {
        let _ = write!(out, "\n{aside}");
    }
}

fn shown(amount: Option<Money>, currency: &str) -> String {
    amount.map_or_else(|| "none".to_owned(), |amount| money(amount, currency))
}

struct Widths {
    name: usize,
    was: usize,
    is: usize,
    difference: usize,
}

impl Widths {
    fn head(&self, what: &str, out: &mut String) {
        let _ = writeln!(
            out,
            "{what:name$}  {:>was$}  {:>is$}  {:>difference$}",
            "before",
            "after",
            "difference",
            name = self.name,
            was = self.was,
            is = self.is,
            difference = self.difference
        );
    }

    fn row(&self, name: &str, sum: &Sum, currency: &str, out: &mut String) {
        let name: String = clean(name).chars().take(NAME).collect();
        let _ = writeln!(
            out,
            "{name:width$}  {:>was$}  {:>is$}  {:>difference$}",
            shown(sum.was, currency),
            shown(sum.is, currency),
            signed(sum.difference(), currency),
            width = self.name,
            was = self.was,
            is = self.is,
            difference = self.difference
        );
    }
}
