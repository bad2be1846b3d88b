//! An amendment in money, as a picture: for each clause and each provider what
//! is paid before and after. SVG, a pure function of the two settlements.
//!
//! Colour is never the only sign: before is an outline, after is filled, and
//! every pair of bars has its amounts and their difference beside it.

use std::fmt::Write;

use meed_units::Money;

use super::{MoneyChange, Sum};
use crate::{
    frame,
    waterfall::{place, wrap},
    words::{clean, count, escape, money, signed},
};

/// Most clauses, and most providers, with bars of their own.
const MOST: usize = 20;
const WIDTH: f64 = 960.0;
const LEFT: f64 = 268.0;
const ROW: f64 = 44.0;
const BAR: f64 = 14.0;
const INK: &str = "#1d2a35";
const HAIR: &str = "#8896a3";
const AFTER: &str = "#1c5d8f";
const SUMS: &str = "#1d2a35";

/// What both versions pay, as bars.
pub fn difference_svg(title: &str, change: &MoneyChange) -> String {
    let currency = &change.currency;
    let clauses: Vec<Sum> = few(change.by_clause().into_iter().map(|(_, sum)| sum).collect(), "clause", "clauses");
    let providers = few(change.by_provider(), "provider", "providers");
    let total = Sum { name: "Total".into(), was: Some(change.old.total), is: Some(change.new.total) };
    let ends: Vec<f64> = clauses
        .iter()
        .chain(&providers)
        .chain([&total])
        .flat_map(|sum| [sum.was, sum.is])
        .map(|amount| place(amount.unwrap_or_default()))
        .collect();
    let (least, most) = (ends.iter().copied().fold(0.0, f64::min), ends.iter().copied().fold(0.0, f64::max));
    let longest = [change.old.total, change.new.total].map(|amount| money(amount, currency).chars().count());
    let right = WIDTH - 30.0 - longest[0].max(longest[1]) as f64 * 8.4 * 2.0;
    let scale = if most > least { (right - LEFT) / (most - least) } else { 0.0 };
    let x = |amount: Money| LEFT + (place(amount) - least) * scale;

    let groups = [("By clause", clauses), ("By provider", providers), ("Together", vec![total])];
    let rows: usize = groups.iter().map(|(_, sums)| sums.len()).sum();
    let height = 30.0 * groups.len() as f64 + ROW * rows as f64 + 44.0;
    let mut svg = String::new();
    let words: Vec<String> = groups.iter().flat_map(|(_, sums)| sums).map(|sum| in_words(sum, currency)).collect();
    let _ = writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"difference\" role=\"img\" \
         aria-labelledby=\"difference-title difference-desc\" {} font-family=\"system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, \
         sans-serif\" font-size=\"14\" style=\"font-variant-numeric: tabular-nums lining-nums\">\n\
         <title id=\"difference-title\">{}</title>\n<desc id=\"difference-desc\">{}</desc>\n{}",
        frame::size(WIDTH, height),
        escape(&format!("{}: what is paid before and after, in {}", clean(title), clean(currency))),
        escape(&words.join(" ")),
        frame::ground(WIDTH, height),
    );
    let mut y = 0.0;
    for (name, sums) in &groups {
        y += 30.0;
        let _ = writeln!(svg, "<text x=\"0\" y=\"{:.1}\" fill=\"{INK}\" font-weight=\"bold\">{name}</text>", y - 8.0);
        let _ = writeln!(
            svg,
            "<line x1=\"{0:.1}\" y1=\"{y:.1}\" x2=\"{0:.1}\" y2=\"{1:.1}\" stroke=\"{HAIR}\"/>",
            x(Money::ZERO),
            y + ROW * sums.len() as f64
        );
        for sum in sums {
            pair(&mut svg, sum, y, &x, *name == "Together", currency);
            y += ROW;
        }
    }
    y += 18.0;
    for (left, dress, says) in [(LEFT, before(), "before"), (LEFT + 96.0, after(false), "after")] {
        let _ = writeln!(
            svg,
            "<rect x=\"{left:.1}\" y=\"{y:.1}\" width=\"12\" height=\"12\" {dress}/><text x=\"{:.1}\" y=\"{:.1}\" \
             font-size=\"13\" fill=\"{INK}\">{says}</text>",
            left + 18.0,
            y + 10.5
        );
    }
    svg + "</svg>\n"
}

fn before() -> String {
    format!("fill=\"#ffffff\" stroke=\"{HAIR}\" stroke-width=\"1.5\"")
}

fn after(sum: bool) -> String {
    format!("fill=\"{}\"", if sum { SUMS } else { AFTER })
}

/// The two bars of a name, with their amounts.
fn pair(svg: &mut String, sum: &Sum, y: f64, x: &impl Fn(Money) -> f64, total: bool, currency: &str) {
    let zero = x(Money::ZERO);
    for (amount, top, dress) in [(sum.was, y + 6.0, before()), (sum.is, y + 6.0 + BAR + 3.0, after(total))] {
        let Some(amount) = amount else { continue };
        let end = x(amount);
        let _ = writeln!(
            svg,
            "<rect x=\"{:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{BAR}\" {dress}/>",
            zero.min(end),
            (end - zero).abs().max(1.0)
        );
    }
    let names = wrap(&clean(&sum.name), 34, 2);
    let first = y + 26.0 - (names.len() as f64 - 1.0) * 8.0;
    for (n, name) in names.iter().enumerate() {
        let _ =
            writeln!(svg, "<text x=\"0\" y=\"{:.1}\" fill=\"{INK}\">{}</text>", first + 16.0 * n as f64, escape(name));
    }
    let shown = |amount: Option<Money>| amount.map_or_else(|| "none".to_owned(), |amount| money(amount, currency));
    let _ = writeln!(
        svg,
        "<text x=\"{WIDTH}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"{INK}\">{} to {}</text>\
         <text x=\"{WIDTH}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"{INK}\" font-weight=\"bold\">{}</text>",
        y + 17.0,
        escape(&shown(sum.was)),
        escape(&shown(sum.is)),
        y + 35.0,
        escape(&signed(sum.difference(), currency))
    );
}

fn in_words(sum: &Sum, currency: &str) -> String {
    let shown = |amount: Option<Money>| amount.map_or_else(|| "nothing".to_owned(), |amount| money(amount, currency));
    format!("{}: {} before, {} after.", clean(&sum.name), shown(sum.was), shown(sum.is))
}

/// Those that change most, in their order; the others are one row together.
fn few(sums: Vec<Sum>, one: &str, many: &str) -> Vec<Sum> {
    if sums.len() <= MOST {
        return sums;
    }
    let mut by_size: Vec<usize> = (0..sums.len()).collect();
    let size = |sum: &Sum| sum.difference().max(-sum.difference());
    by_size.sort_by_key(|&i| (std::cmp::Reverse(size(&sums[i])), i));
    let own = &by_size[..MOST - 1];
    let (kept, rest): (Vec<_>, Vec<_>) = sums.iter().enumerate().partition(|(i, _)| own.contains(i));
    let mut few: Vec<Sum> = kept.into_iter().map(|(_, sum)| sum.clone()).collect();
    let add = |pick: fn(&Sum) -> Option<Money>| Some(rest.iter().filter_map(|(_, sum)| pick(sum)).sum());
    let name = count(rest.len() as u64, &format!("other {one}"), &format!("other {many}"));
    few.push(Sum { name, was: add(|sum| sum.was), is: add(|sum| sum.is) });
    few
}
