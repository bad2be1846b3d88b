//! How a total comes about, as a picture: from the first clause through
//! adjustments to what is paid. SVG, a pure function of a statement's head.
//!
//! Colour is never the only sign: what is added is plain, what is taken away is
//! hatched, sums are dark, and every bar has its signed amount beside it.

use std::fmt::Write;

use meed_settlement::Head;
use meed_units::Money;

use crate::words::{clean, count, escape, money, signed};

/// The waterfall of a statement.
pub fn waterfall(head: &Head, shape: Shape) -> String {
    let bars = bars(head);
    draw(head, &bars, &shape.layout(&bars, &head.currency))
}

/// What the waterfall shows, in words, for those who do not see it.
pub fn waterfall_in_words(head: &Head) -> String {
    let mut text = String::new();
    for bar in bars(head) {
        let amount = money(bar.amount.max(-bar.amount), &head.currency);
        let label = clean(&bar.label);
        let part = match bar.kind {
            Kind::Sum => format!("{label}: {}. ", money(bar.amount, &head.currency)),
            _ if bar.amount.is_zero() => format!("{label} changes nothing. "),
            Kind::Adds => format!("{label} adds {amount}. "),
            Kind::Takes => format!("{label} takes away {amount}. "),
        };
        text += &part;
    }
    text.trim_end().to_owned()
}

/// Where a picture is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Beside its names, for a screen.
    Wide,
    /// Under its names, for a telephone.
    Narrow,
    /// On paper, in the typeface of the page.
    Sheet,
}

/// Most clauses with a bar of their own.
const MOST_CLAUSES: usize = 12;

struct Bar {
    label: String,
    /// Where it starts and ends on the scale.
    from: Money,
    to: Money,
    amount: Money,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Adds,
    Takes,
    Sum,
}

/// The steps from nothing to what is paid. Clauses beyond the largest are one step together.
fn bars(head: &Head) -> Vec<Bar> {
    let size = |amount: Money| amount.max(-amount);
    let mut by_size: Vec<usize> = (0..head.clauses.len()).collect();
    by_size.sort_by_key(|&i| std::cmp::Reverse(size(head.clauses[i].new)));
    let room = if head.clauses.len() > MOST_CLAUSES { MOST_CLAUSES - 1 } else { MOST_CLAUSES };
    let (mut own, rest) = by_size.split_at(room.min(by_size.len()));
    let mut in_order = own.to_vec();
    in_order.sort_unstable();
    own = &in_order;

    let mut bars = Vec::new();
    let mut so_far = Money::ZERO;
    let mut step = |bars: &mut Vec<Bar>, label: String, amount: Money| {
        let kind = if amount.is_negative() { Kind::Takes } else { Kind::Adds };
        bars.push(Bar { label, from: so_far, to: so_far + amount, amount, kind });
        so_far += amount;
    };
    for &i in own {
        step(&mut bars, head.clauses[i].title.clone(), head.clauses[i].new);
    }
    if !rest.is_empty() {
        let others = rest.iter().map(|&i| head.clauses[i].new).sum();
        step(&mut bars, count(rest.len() as u64, "other clause", "other clauses"), others);
    }
    if head.clauses.iter().any(|clause| !clause.adjustments.is_zero()) {
        let adjustments = head.clauses.iter().map(|clause| clause.adjustments).sum();
        step(&mut bars, "Adjustments to earlier statements".to_owned(), adjustments);
    }
    bars.push(sum("Total", head.total));
    if head.brought_forward.is_zero() && head.carried_forward.is_zero() {
        return bars;
    }
    so_far = head.total;
    let mut step = |bars: &mut Vec<Bar>, label: &str, amount: Money| {
        if !amount.is_zero() {
            let kind = if amount.is_negative() { Kind::Takes } else { Kind::Adds };
            bars.push(Bar { label: label.to_owned(), from: so_far, to: so_far + amount, amount, kind });
            so_far += amount;
        }
    };
    step(&mut bars, "Debt brought forward", head.brought_forward);
    step(&mut bars, "Debt carried to later statements", -head.carried_forward);
    bars.push(sum("Payable now", head.payable));
    bars
}

fn sum(label: &str, amount: Money) -> Bar {
    Bar { label: label.to_owned(), from: Money::ZERO, to: amount, amount, kind: Kind::Sum }
}

/// Where things stand in a picture, in its own units; a unit is a pixel at full size.
struct Layout {
    /// Keeps the names inside one picture apart from those of another on the same page.
    name: &'static str,
    width: f64,
    /// The stretch that bars may fill.
    left: f64,
    right: f64,
    /// Height of one step, and of its bar.
    row: f64,
    bar: f64,
    /// Where the bar starts below the top of its row.
    drop: f64,
    /// How many letters of a name fit one text line, and how many text lines.
    letters: usize,
    text_lines: usize,
    size: f64,
    font: &'static str,
}

impl Shape {
    fn layout(self, bars: &[Bar], currency: &str) -> Layout {
        let many = bars.len() > 10;
        let longest = bars.iter().map(|bar| signed(bar.amount, currency).chars().count()).max().unwrap_or(0);
        // Digits are a little over half as wide as they are high.
        let amounts = |size: f64| longest as f64 * size * 0.6;
        let screen = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
        let wide = Layout {
            name: "wide",
            width: 960.0,
            left: 268.0,
            right: (936.0 - amounts(14.0)).max(328.0),
            row: 40.0,
            bar: 22.0,
            drop: 9.0,
            letters: 34,
            text_lines: 2,
            size: 14.0,
            font: screen,
        };
        match self {
            Shape::Wide => wide,
            Shape::Sheet => Layout {
                name: "sheet",
                width: 800.0,
                left: 232.0,
                right: (776.0 - amounts(15.0)).max(292.0),
                // Many steps stand closer, so that the picture leaves room on its page.
                row: if many { 32.0 } else { 40.0 },
                bar: if many { 18.0 } else { 22.0 },
                drop: if many { 7.0 } else { 9.0 },
                font: "Libertinus Serif",
                size: 15.0,
                letters: 30,
                ..wide
            },
            Shape::Narrow => Layout {
                name: "narrow",
                width: 340.0,
                left: 2.0,
                right: 338.0,
                row: 52.0,
                bar: 18.0,
                drop: 26.0,
                // What the amount leaves of the text line.
                letters: (((336.0 - amounts(14.0)) / 7.6) as usize).max(8),
                text_lines: 1,
                size: 14.0,
                ..wide
            },
        }
    }
}

const ADDS: &str = "#1c5d8f";
const TAKES: &str = "#a3470d";
const SUMS: &str = "#1d2a35";
const INK: &str = "#1d2a35";
const HAIR: &str = "#8896a3";

/// A picture is text: writing to a string cannot fail, so what `write!` returns is dropped.
fn draw(head: &Head, bars: &[Bar], at: &Layout) -> String {
    let ends = || bars.iter().flat_map(|bar| [place(bar.from), place(bar.to)]);
    let (least, most) = (ends().fold(0.0, f64::min), ends().fold(0.0, f64::max));
    let scale = if most - least > 0.0 { (at.right - at.left) / (most - least) } else { 0.0 };
    let x = |amount: Money| at.left + (place(amount) - least) * scale;
    let top = 8.0;
    let legend = 34.0;
    let height = top + at.row * bars.len() as f64 + legend;
    let (name, width) = (at.name, at.width);

    let mut svg = String::new();
    let _ = write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"waterfall {name}\" role=\"img\" \
         aria-labelledby=\"waterfall-{name}-title waterfall-{name}-desc\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" font-family=\"{}\" font-size=\"{}\" \
         style=\"font-variant-numeric: tabular-nums lining-nums\">\n\
         <title id=\"waterfall-{name}-title\">{}</title>\n<desc id=\"waterfall-{name}-desc\">{}</desc>\n",
        at.font,
        at.size,
        escape(&format!("How the amount comes about, in {}", clean(&head.currency))),
        escape(&waterfall_in_words(head)),
    );
    let _ = writeln!(
        svg,
        "<defs><pattern id=\"takes-{name}\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" \
         patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" fill=\"#fbe9dd\"/>\
         <rect width=\"2.4\" height=\"6\" fill=\"{TAKES}\"/></pattern></defs>"
    );
    let zero = x(Money::ZERO);
    let bottom = top + at.row * bars.len() as f64;
    // Where names stand above their bars, lines from bar to bar would run through them.
    let beside = at.text_lines > 1;
    if beside {
        let _ = writeln!(
            svg,
            "<line x1=\"{zero:.1}\" y1=\"{top:.1}\" x2=\"{zero:.1}\" y2=\"{bottom:.1}\" stroke=\"{HAIR}\"/>"
        );
    }
    for (i, bar) in bars.iter().enumerate() {
        let row_top = top + at.row * i as f64;
        step(&mut svg, bar, at, row_top, (x(bar.from), x(bar.to)), &head.currency);
        if beside && i + 1 < bars.len() {
            let (from, to) = (row_top + at.drop + at.bar, row_top + at.row + at.drop);
            let _ = writeln!(
                svg,
                "<line x1=\"{0:.1}\" y1=\"{from:.1}\" x2=\"{0:.1}\" y2=\"{to:.1}\" stroke=\"{HAIR}\" stroke-dasharray=\"2 3\"/>",
                x(bar.to)
            );
        }
    }
    draw_legend(&mut svg, bars, at, bottom + 14.0);
    svg + "</svg>"
}

/// One bar with its name and its amount.
fn step(svg: &mut String, bar: &Bar, at: &Layout, top: f64, (from, to): (f64, f64), currency: &str) {
    let y = top + at.drop;
    let (left, width) = (from.min(to), (to - from).abs().max(1.5));
    let _ = writeln!(
        svg,
        "<rect x=\"{left:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{:.1}\" {}/>",
        at.bar,
        dress(bar.kind, at.name)
    );
    let weight = if bar.kind == Kind::Sum { " font-weight=\"bold\"" } else { "" };
    let beside = at.text_lines > 1;
    let names = wrap(&clean(&bar.label), at.letters, at.text_lines);
    let first = match beside {
        // Centred on the bar, whether the name takes one text line or two.
        true => y + at.bar / 2.0 + at.size * 0.35 - (names.len() as f64 - 1.0) * 8.0,
        false => y - 8.0,
    };
    for (n, name) in names.iter().enumerate() {
        let _ = writeln!(
            svg,
            "<text x=\"0\" y=\"{:.1}\" fill=\"{INK}\"{weight}>{}</text>",
            first + 16.0 * n as f64,
            escape(name)
        );
    }
    let amount = if bar.kind == Kind::Sum { money(bar.amount, currency) } else { signed(bar.amount, currency) };
    let amount_y = if beside { y + at.bar / 2.0 + at.size * 0.35 } else { y - 8.0 };
    let _ = writeln!(
        svg,
        "<text x=\"{:.1}\" y=\"{amount_y:.1}\" text-anchor=\"end\" fill=\"{INK}\"{weight}>{}</text>",
        at.width,
        escape(&amount)
    );
}

fn dress(kind: Kind, name: &str) -> String {
    match kind {
        Kind::Adds => format!("fill=\"{ADDS}\""),
        Kind::Takes => format!("fill=\"url(#takes-{name})\" stroke=\"{TAKES}\" stroke-width=\"1\""),
        Kind::Sum => format!("fill=\"{SUMS}\""),
    }
}

fn draw_legend(svg: &mut String, bars: &[Bar], at: &Layout, y: f64) {
    let mut x = at.left;
    for (kind, says) in [(Kind::Adds, "adds"), (Kind::Takes, "takes away"), (Kind::Sum, "total")] {
        if bars.iter().any(|bar| bar.kind == kind) {
            let _ = writeln!(
                svg,
                "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"12\" height=\"12\" {}/>\
                 <text x=\"{:.1}\" y=\"{:.1}\" font-size=\"13\" fill=\"{INK}\">{says}</text>",
                dress(kind, at.name),
                x + 18.0,
                y + 10.5
            );
            x += 18.0 + 8.0 * says.len() as f64 + 20.0;
        }
    }
}

/// An amount as a place on the scale: for drawing only.
pub(crate) fn place(amount: Money) -> f64 {
    amount.to_string().parse().expect("a decimal reads as a number")
}

/// Breaks a name between words into text lines of so many letters; what does not fit ends in `…`.
pub(crate) fn wrap(name: &str, letters: usize, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    let mut whole = true;
    for word in name.split_whitespace() {
        let last = lines.len() - 1;
        let gap = usize::from(!lines[last].is_empty());
        if wide(&lines[last]) + gap + wide(word) <= letters {
            if gap == 1 {
                lines[last].push(' ');
            }
            lines[last].push_str(word);
        } else if lines[last].is_empty() {
            lines[last] = cut(word, letters);
            whole = false;
            break;
        } else if lines.len() < most {
            lines.push(cut(word, letters));
            if wide(word) > letters {
                whole = false;
                break;
            }
        } else {
            whole = false;
            break;
        }
    }
    let last = lines.len() - 1;
    if !whole && !lines[last].ends_with('…') {
        let line = &lines[last];
        let room = wide(line) < letters;
        let kept = if room { line.as_str() } else { line.rsplit_once(' ').map_or(line.as_str(), |(kept, _)| kept) };
        lines[last] = if wide(kept) < letters { format!("{kept}…") } else { cut(&format!("{kept}…"), letters) };
    }
    lines
}

/// The start of a word that fits, with `…` where it goes on.
fn cut(word: &str, letters: usize) -> String {
    if wide(word) <= letters {
        return word.to_owned();
    }
    let mut kept = String::new();
    for c in word.chars() {
        if wide(&kept) + 3 > letters {
            break;
        }
        kept.push(c);
    }
    kept + "…"
}

/// Letters of East Asian scripts take the room of two.
fn wide(text: &str) -> usize {
    text.chars()
        .map(|c| if ('\u{1100}'..'\u{fb00}').contains(&c) && !('\u{2000}'..'\u{2e80}').contains(&c) { 2 } else { 1 })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_break_between_words_and_end_in_an_ellipsis() {
        for (name, lines) in [
            ("short", vec!["short"]),
            ("one two three", vec!["one two", "three"]),
            ("one two three four five", vec!["one two", "three…"]),
            ("incomprehensibilities", vec!["incompre…"]),
            ("", vec![""]),
            ("日本語日本語日本語", vec!["日本語日…"]),
        ] {
            assert_eq!(wrap(name, 10, 2), lines, "{name}");
        }
    }
}
