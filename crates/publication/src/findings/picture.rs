//! Pictures of findings: SVG with a title, a description in words and a table of the same numbers beneath it.
//!
//! Colour is never the only sign: what the finding is about is filled and dark, the rest is hollow; lines differ by dashes
//! and by their names.

use std::fmt::Write as _;

use meed_guardrails::picture::{Curve, Picture};

use super::number;
use crate::words::{clean, escape, first_upper};

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 700.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = 250.0;
const INK: &str = "#1d2a35";
const HAIR: &str = "#8896a3";
const PALE: &str = "#c9d6e2";
const ACCENT: &str = "#1c5d8f";
const WARN: &str = "#a3470d";
/// Lines in their order: colour and dashes.
const LINES: [(&str, &str); 4] = [(ACCENT, ""), (WARN, "7 4"), ("#4a5966", "2 3"), ("#5b3a8f", "10 3 2 3")];

/// More rows of numbers than this are not printed beneath a picture: findings.json has them.
pub(super) const MOST_PRINTED: usize = 40;

/// A figure: the picture, its caption, and the table of its numbers.
pub(super) fn figure(picture: &Picture, id: &str, title: &str) -> String {
    let table = table(picture);
    if table.rows.is_empty() {
        return String::new();
    }
    let caption = caption(picture);
    let mut out = String::from("<figure>");
    out += &svg(picture, id, title, &in_words(picture));
    let _ = write!(out, "<figcaption>{}</figcaption>", escape(&caption));
    let long = table.rows.len() > MOST_PRINTED;
    if long {
        out += "<p class=\"small only-in-print\">The numbers of this picture are in findings.json.</p>";
    }
    let _ = write!(
        out,
        "<details{}><summary>The numbers as a table</summary><table><caption>{}</caption><thead><tr>",
        if long { " class=\"long\"" } else { "" },
        escape(&caption)
    );
    for column in &table.columns {
        let _ = write!(out, "<th scope=\"col\">{}</th>", escape(column));
    }
    out += "</tr></thead><tbody>";
    for row in &table.rows {
        out += "<tr>";
        for (place, cell) in row.iter().enumerate() {
            let _ = match place {
                0 => write!(out, "<th scope=\"row\">{}</th>", escape(cell)),
                _ => write!(out, "<td class=\"money\">{}</td>", escape(cell)),
            };
        }
        out += "</tr>";
    }
    out + "</tbody></table></details></figure>"
}

/// What a picture shows, for its caption.
pub(super) fn caption(picture: &Picture) -> String {
    let text = match picture {
        Picture::Funnel { x, y, .. } => format!(
            "{y}, by {x}: inside the inner lines lie 95 in 100 by chance, inside the outer ones 998 in 1,000. The filled point is this provider."
        ),
        Picture::Cusum { x, better, .. } => {
            let plain = format!(
                "A sum that grows while results are worse than expected, over {x}; at the dashed line it signals."
            );
            match better {
                None => plain,
                Some(better) => format!(
                    "{plain} The second line grows while they are better than expected, and signals at the dotted line, {}.",
                    number(better.limit)
                ),
            }
        }
        Picture::Survival { x, y, .. } => format!("{y}, by {x}."),
        Picture::Density { x, .. } => format!(
            "How many people stand at each {x}; the line is a smooth curve that leaves out what lies beside the cut-offs (dashed)."
        ),
        Picture::Hazard { x, .. } => format!("Of each 100 people still there, how many left, by {x}."),
        Picture::Bars { x, y, bars } if bars.iter().any(|bar| bar.expected.is_some()) => {
            format!("{y}, by {x}; a hollow mark is what was expected.")
        }
        Picture::Bars { x, y, .. } => format!("{y}, by {x}."),
        Picture::Months { y, limits: Some(_), .. } => {
            format!("{y}, month by month; the dashed lines are the limits of chance.")
        }
        Picture::Months { y, .. } => format!("{y}, month by month."),
    };
    first_upper(&text)
}

/// What a picture shows, for those who do not see it.
pub(super) fn in_words(picture: &Picture) -> String {
    let table = table(picture);
    let shown = table.rows.iter().take(12).map(|row| {
        let cells: Vec<String> =
            row.iter().zip(&table.columns).skip(1).map(|(cell, name)| format!("{name} {cell}")).collect();
        format!("{}: {}", row[0], cells.join(", "))
    });
    let mut words = shown.collect::<Vec<_>>().join("; ");
    if table.rows.len() > 12 {
        words += &format!("; and {} more in the table beneath", table.rows.len() - 12);
    }
    words
}

/// The numbers of a picture.
pub(super) struct Table {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

pub(super) fn table(picture: &Picture) -> Table {
    let of =
        |columns: &[&str], rows: Vec<Vec<String>>| Table { columns: columns.iter().map(|c| clean(c)).collect(), rows };
    match picture {
        Picture::Funnel { x, y, points, .. } => of(
            &["Provider", x, y],
            points.iter().map(|point| vec![clean(&point.name), number(point.x), number(point.y)]).collect(),
        ),
        Picture::Cusum { x, path, signals, better, .. } => of(
            &[x, "Worse than expected", "Better than expected", "Signal"],
            path.iter()
                .enumerate()
                .filter(|(place, _)| place % (path.len() / 40).max(1) == 0 || signals.contains(place))
                .map(|(place, sum)| {
                    let signal = if signals.contains(&place) { "yes" } else { "no" };
                    let better = better.as_ref().and_then(|better| better.path.get(place));
                    let better = better.map_or("–".to_owned(), |sum| number(*sum));
                    vec![(place + 1).to_string(), number(*sum), better, signal.to_owned()]
                })
                .collect(),
        ),
        Picture::Survival { x, y, curves, .. } => of(&["Group", x, y], points(curves, number)),
        Picture::Months { y, curves, .. } => of(&["Group", "month", y], points(curves, month)),
        Picture::Density { x, bars, .. } => {
            of(&[x, "How many"], bars.iter().map(|bar| vec![number(bar.x), number(bar.count)]).collect())
        }
        Picture::Hazard { x, days } => of(
            &[x, "Still there", "Left"],
            days.iter().map(|day| vec![day.day.to_string(), number(day.at_risk), number(day.ended)]).collect(),
        ),
        Picture::Bars { x, y, bars } => of(
            &[x, y, "Expected", "Cases"],
            bars.iter()
                .map(|bar| {
                    let expected = bar.expected.map_or("–".to_owned(), number);
                    vec![clean(&bar.name), number(bar.value), expected, number(bar.cases)]
                })
                .collect(),
        ),
    }
}

/// Some of the points of each line, evenly.
fn points(curves: &[Curve], across: fn(f64) -> String) -> Vec<Vec<String>> {
    let some = |curve: &Curve| {
        let every = (curve.points.len() / 13).max(1);
        let name = clean(&curve.name);
        let rows: Vec<Vec<String>> =
            curve.points.iter().step_by(every).map(|(x, y)| vec![name.clone(), across(*x), number(*y)]).collect();
        rows
    };
    curves.iter().flat_map(some).collect()
}

/// About how wide a letter is, and how far apart lines of a name are.
const LETTER: f64 = 7.5;
const LINE: f64 = 15.0;

/// A sheet with two scales.
struct Sheet {
    svg: String,
    x: (f64, f64),
    y: (f64, f64),
    /// Room below the plot for names of more than one line.
    below: f64,
}

impl Sheet {
    fn new(id: &str, title: &str, words: &str, x: (f64, f64), y: (f64, f64)) -> Sheet {
        Sheet::with_room(id, title, words, x, y, 0.0)
    }

    fn with_room(id: &str, title: &str, words: &str, x: (f64, f64), y: (f64, f64), below: f64) -> Sheet {
        let height = HEIGHT + below;
        let wide = |(low, high): (f64, f64)| if high - low > 1e-12 { (low, high) } else { (low - 0.5, high + 0.5) };
        let mut sheet = Sheet { svg: String::new(), x: wide(x), y: wide(y), below };
        let _ = write!(
            sheet.svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" \
             viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" \
             font-family=\"system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif\" font-size=\"13\">\n\
             <title id=\"{id}-title\">{}</title>\n<desc id=\"{id}-desc\">{}</desc>\n",
            escape(title),
            escape(words),
        );
        sheet
    }

    fn at(&self, x: f64, y: f64) -> (f64, f64) {
        let share = |value: f64, (low, high): (f64, f64)| (value - low) / (high - low);
        (LEFT + share(x, self.x) * (RIGHT - LEFT), BOTTOM - share(y, self.y) * (BOTTOM - TOP))
    }

    fn text(&mut self, (x, y): (f64, f64), anchor: &str, text: &str) {
        let _ = writeln!(
            self.svg,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" fill=\"{INK}\">{}</text>",
            escape(&clean(text))
        );
    }

    fn axes(&mut self, x_name: &str, y_name: &str, ticks_across: bool) {
        for tick in ticks(self.y) {
            let (_, y) = self.at(self.x.0, tick);
            let _ = writeln!(
                self.svg,
                "<line x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{RIGHT}\" y2=\"{y:.1}\" stroke=\"#e3e9ee\"/>"
            );
            self.text((LEFT - 8.0, y + 4.0), "end", &number(tick));
        }
        if ticks_across {
            for tick in ticks(self.x) {
                let (x, _) = self.at(tick, self.y.0);
                self.text((x, BOTTOM + 18.0), "middle", &number(tick));
            }
        }
        let _ = writeln!(
            self.svg,
            "<line x1=\"{LEFT}\" y1=\"{BOTTOM}\" x2=\"{RIGHT}\" y2=\"{BOTTOM}\" stroke=\"{HAIR}\"/>"
        );
        self.text(((LEFT + RIGHT) / 2.0, HEIGHT + self.below - 8.0), "middle", x_name);
        // Above the scale and level, so that a long name is neither cut nor read sideways.
        self.text((6.0, 14.0), "start", y_name);
    }

    fn path(&mut self, points: &[(f64, f64)], steps: bool, colour: &str, dashes: &str, width: f64) {
        let mut d = String::new();
        let mut last: Option<(f64, f64)> = None;
        for (x, y) in points.iter().filter(|(x, y)| x.is_finite() && y.is_finite()) {
            let (x, y) = self.at(*x, y.clamp(self.y.0, self.y.1));
            match last {
                None => drop(write!(d, "M{x:.1} {y:.1}")),
                Some((_, before)) if steps => drop(write!(d, "L{x:.1} {before:.1}L{x:.1} {y:.1}")),
                Some(_) => drop(write!(d, "L{x:.1} {y:.1}")),
            }
            last = Some((x, y));
        }
        let _ = writeln!(
            self.svg,
            "<path d=\"{d}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" stroke-dasharray=\"{dashes}\"/>"
        );
    }

    fn upright(&mut self, x: f64, what: &str) {
        let (at, _) = self.at(x, self.y.0);
        let _ = writeln!(
            self.svg,
            "<line x1=\"{at:.1}\" y1=\"{TOP}\" x2=\"{at:.1}\" y2=\"{BOTTOM}\" stroke=\"{WARN}\" stroke-dasharray=\"4 4\"/>"
        );
        if !what.is_empty() {
            self.text((at + 8.0, TOP + 12.0), "start", what);
        }
    }

    fn bar(&mut self, x: (f64, f64), value: f64, dark: bool) {
        let (left, top) = self.at(x.0, value.max(0.0));
        let (right, bottom) = self.at(x.1, value.min(0.0));
        let fill = if dark { ACCENT } else { PALE };
        let _ = writeln!(
            self.svg,
            "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{fill}\" stroke=\"{ACCENT}\" stroke-width=\"0.6\"/>",
            (right - left).max(1.0),
            (bottom - top).max(0.0)
        );
    }

    fn done(self) -> String {
        self.svg + "</svg>"
    }
}

/// Round numbers across a scale.
fn ticks((low, high): (f64, f64)) -> Vec<f64> {
    let rough = (high - low) / 5.0;
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|unit| unit * power).into_iter().find(|step| *step >= rough).unwrap_or(rough);
    let first = (low / step).ceil() as i64;
    (first..first + 12).map(|n| n as f64 * step).take_while(|tick| *tick <= high + step * 1e-9).collect()
}

fn span(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) =
        values.filter(|v| v.is_finite()).fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
    if low <= high { (low, high) } else { (0.0, 1.0) }
}

/// The picture alone.
pub(super) fn svg(picture: &Picture, id: &str, title: &str, words: &str) -> String {
    match picture {
        Picture::Funnel { x, y, target, points, limits } => {
            let across = span(points.iter().map(|p| p.x).chain([0.0]));
            let up = span(
                points
                    .iter()
                    .map(|p| p.y)
                    .chain(limits.iter().flat_map(|l| [l.low_95, l.high_95]))
                    .chain([*target, 0.0]),
            );
            let mut sheet = Sheet::new(id, title, words, (across.0, across.1 * 1.05), (up.0, up.1 * 1.08));
            sheet.axes(x, y, true);
            sheet.path(&[(across.0, *target), (across.1 * 1.05, *target)], false, HAIR, "", 1.2);
            for (pick, dashes) in [(0, "6 4"), (1, "6 4"), (2, "2 3"), (3, "2 3")] {
                let line: Vec<(f64, f64)> =
                    limits.iter().map(|l| (l.x, [l.low_95, l.high_95, l.low_998, l.high_998][pick])).collect();
                sheet.path(&line, false, "#4a5966", dashes, 1.2);
            }
            for point in points {
                let (cx, cy) = sheet.at(point.x, point.y.clamp(sheet.y.0, sheet.y.1));
                let fill = if point.this { WARN } else { "#ffffff" };
                let _ = writeln!(
                    sheet.svg,
                    "<circle cx=\"{cx:.1}\" cy=\"{cy:.1}\" r=\"{}\" fill=\"{fill}\" stroke=\"{INK}\"/>",
                    if point.this { 6 } else { 4 }
                );
                if point.this {
                    let anchor = if cx > (LEFT + RIGHT) / 2.0 { "end" } else { "start" };
                    sheet.text((cx, cy - 10.0), anchor, &point.name);
                }
            }
            sheet.done()
        }
        Picture::Cusum { x, path, limit, signals, better } => {
            let second = better.iter().flat_map(|better| better.path.iter().copied().chain([better.limit]));
            let up = span(path.iter().copied().chain([0.0, *limit]).chain(second));
            let mut sheet = Sheet::new(id, title, words, (0.0, path.len() as f64), (0.0, up.1 * 1.1));
            sheet.axes(x, "running sum", true);
            if let Some(better) = better {
                let numbered = |path: &[f64]| path.iter().enumerate().map(|(n, sum)| (n as f64 + 1.0, *sum)).collect();
                let curves: [(&str, Vec<(f64, f64)>); 2] =
                    [("worse than expected", numbered(path)), ("better than expected", numbered(&better.path))];
                lines(&mut sheet, curves.iter().map(|(name, points)| (*name, points.as_slice())), false);
                let ends = [(0.0, better.limit), (path.len() as f64, better.limit)];
                sheet.path(&ends, false, INK, "2 3", 1.2);
            }
            sheet.path(&[(0.0, *limit), (path.len() as f64, *limit)], false, WARN, "6 4", 1.4);
            let line: Vec<(f64, f64)> = path.iter().enumerate().map(|(n, sum)| (n as f64 + 1.0, *sum)).collect();
            sheet.path(&line, false, ACCENT, "", 1.8);
            for signal in signals {
                let (cx, cy) = sheet.at(*signal as f64 + 1.0, path.get(*signal).copied().unwrap_or(0.0));
                let _ = writeln!(sheet.svg, "<circle cx=\"{cx:.1}\" cy=\"{cy:.1}\" r=\"5\" fill=\"{WARN}\"/>");
            }
            sheet.done()
        }
        Picture::Survival { x, y, curves, mark } => {
            let points = || curves.iter().flat_map(|curve| curve.points.iter());
            let high = span(points().map(|(_, y)| *y)).1;
            let top = if high > 0.5 { 1.0 } else { (high * 1.2).max(0.05) };
            let mut sheet = Sheet::new(id, title, words, (0.0, span(points().map(|(x, _)| *x)).1), (0.0, top));
            sheet.axes(x, y, true);
            if let Some(mark) = mark {
                sheet.upright(mark.at, &mark.what);
            }
            lines(&mut sheet, curves.iter().map(|curve| (curve.name.as_str(), curve.points.as_slice())), true);
            sheet.done()
        }
        Picture::Months { y, curves, limits } => {
            let points = || curves.iter().flat_map(|curve| curve.points.iter());
            let bounds = limits.iter().flat_map(|(a, b, c)| [*a, *b, *c]);
            let up = span(points().map(|(_, y)| *y).chain(bounds));
            let mut sheet = Sheet::new(id, title, words, span(points().map(|(x, _)| *x)), up);
            sheet.axes("month", y, false);
            let every = (sheet.x.1 - sheet.x.0) / 6.0;
            for step in 0..=6 {
                let day = sheet.x.0 + every * f64::from(step);
                let (at, _) = sheet.at(day, sheet.y.0);
                sheet.text((at.clamp(LEFT + 10.0, RIGHT - 22.0), BOTTOM + 18.0), "middle", &month(day));
            }
            for (limit, dashes) in limits.iter().flat_map(|(a, b, c)| [(*a, ""), (*b, "6 4"), (*c, "6 4")]) {
                let ends = [(sheet.x.0, limit), (sheet.x.1, limit)];
                sheet.path(&ends, false, HAIR, dashes, 1.2);
            }
            lines(&mut sheet, curves.iter().map(|curve| (curve.name.as_str(), curve.points.as_slice())), false);
            sheet.done()
        }
        Picture::Density { x, bars, smooth, cutoffs } => {
            let across = span(bars.iter().map(|bar| bar.x).chain(cutoffs.iter().copied()));
            let high = span(bars.iter().map(|bar| bar.count).chain(smooth.iter().map(|(_, y)| *y))).1;
            let mut sheet = Sheet::new(id, title, words, (across.0, across.1 + 1.0), (0.0, high * 1.1));
            sheet.axes(x, "how many", true);
            for bar in bars {
                sheet.bar((bar.x + 0.08, bar.x + 0.92), bar.count, false);
            }
            let line: Vec<(f64, f64)> = smooth.iter().map(|(x, y)| (x + 0.5, *y)).collect();
            sheet.path(&line, false, INK, "", 2.0);
            for cutoff in cutoffs {
                sheet.upright(*cutoff, "");
            }
            sheet.done()
        }
        Picture::Hazard { x, days } => {
            let rate = |ended: f64, at_risk: f64| if at_risk > 0.0 { 100.0 * ended / at_risk } else { 0.0 };
            let across = span(days.iter().map(|day| day.day as f64));
            let high = span(days.iter().map(|day| rate(day.ended, day.at_risk)).chain([1.0])).1;
            let mut sheet = Sheet::new(id, title, words, (across.0 - 0.5, across.1 + 0.5), (0.0, high * 1.1));
            sheet.axes(x, "left, of each 100 still there", true);
            for day in days {
                let at = day.day as f64;
                sheet.bar((at - 0.4, at + 0.4), rate(day.ended, day.at_risk), day.day >= 0);
            }
            sheet.upright(-0.5, "payment falls due");
            sheet.done()
        }
        Picture::Bars { x, y, bars } => {
            let high = span(bars.iter().flat_map(|bar| [bar.value, bar.expected.unwrap_or(0.0)])).1;
            let low = span(bars.iter().map(|bar| bar.value).chain([0.0])).0;
            let room = ((RIGHT - LEFT) / bars.len().max(1) as f64 / LETTER) as usize;
            let names: Vec<Vec<String>> = bars.iter().map(|bar| folded(&clean(&bar.name), room)).collect();
            let lines = names.iter().map(Vec::len).max().unwrap_or(1);
            let below = LINE * lines.saturating_sub(1) as f64;
            // Room under what falls below nought for its number.
            let low = if low < 0.0 { low - 0.12 * (high - low) } else { low };
            let mut sheet = Sheet::with_room(id, title, words, (0.0, bars.len() as f64), (low, high * 1.12), below);
            sheet.axes(x, y, false);
            for (place, (bar, name)) in bars.iter().zip(&names).enumerate() {
                let middle = place as f64 + 0.5;
                sheet.bar((middle - 0.3, middle + 0.3), bar.value, true);
                // Above the mark of what was expected, where that lies higher.
                let (at, top) = sheet.at(middle, bar.value.max(bar.expected.unwrap_or(bar.value)));
                sheet.text((at, top - 7.0), "middle", &number(bar.value));
                for (nth, line) in name.iter().enumerate() {
                    sheet.text((at, BOTTOM + 18.0 + LINE * nth as f64), "middle", line);
                }
                if let Some(expected) = bar.expected {
                    let ((left, y), (right, _)) =
                        (sheet.at(middle - 0.36, expected), sheet.at(middle + 0.36, expected));
                    let _ = writeln!(
                        sheet.svg,
                        "<rect x=\"{left:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"4\" fill=\"#ffffff\" stroke=\"{INK}\"/>",
                        y - 2.0,
                        right - left
                    );
                }
            }
            sheet.done()
        }
    }
}

/// A name on lines of at most this many letters, broken after spaces and hyphens; a longer piece stands alone and is cut.
fn folded(name: &str, room: usize) -> Vec<String> {
    let room = room.max(4);
    let mut lines: Vec<String> = Vec::new();
    for piece in name.split_inclusive([' ', '-']) {
        let cut: String = match piece.trim_end().chars().count() {
            letters if letters > room => piece.chars().take(room - 1).chain(['…']).collect(),
            _ => piece.to_owned(),
        };
        match lines.last_mut() {
            Some(line) if line.chars().count() + cut.trim_end().chars().count() <= room => line.push_str(&cut),
            _ => lines.push(cut),
        }
    }
    lines.iter().map(|line| line.trim_end().to_owned()).collect()
}

/// The month of a day counted from 1970: `2013-04`. Months counted otherwise stay numbers.
fn month(day: f64) -> String {
    match day.is_finite() && day.abs() > 3_000.0 {
        true => meed_guardrails::Day::from_number(day as i64).to_string().chars().take(7).collect(),
        false => number(day),
    }
}

/// Named lines, each with its own dashes and its name at the side.
fn lines<'l>(sheet: &mut Sheet, lines: impl Iterator<Item = (&'l str, &'l [(f64, f64)])>, steps: bool) {
    for (place, (name, points)) in lines.enumerate() {
        let (colour, dashes) = LINES[place % LINES.len()];
        sheet.path(points, steps, colour, dashes, 2.0);
        let y = 12.0 + 16.0 * place as f64;
        let _ = writeln!(
            sheet.svg,
            "<line x1=\"{:.1}\" y1=\"{y:.1}\" x2=\"{:.1}\" y2=\"{y:.1}\" stroke=\"{colour}\" stroke-width=\"2\" stroke-dasharray=\"{dashes}\"/>",
            RIGHT - 34.0,
            RIGHT - 4.0
        );
        sheet.text((RIGHT - 40.0, y + 4.0), "end", name);
    }
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn names_are_folded_between_words_and_cut_only_where_one_is_too_long() {
        assert_eq!(folded("completed (paid)", 10), ["completed", "(paid)"]);
        assert_eq!(folded("seen-by-a-nurse", 8), ["seen-by-", "a-nurse"]);
        assert_eq!(folded("in work", 10), ["in work"]);
        assert_eq!(folded("Überbrückungsgeld now", 8), ["Überbrü…", "now"]);
        assert!(folded("", 8).is_empty());
    }
}
