//! Pictures of an evaluation, SVG, each a pure function of the report, with a title, a description in words, and a table of
//! the same figures beside it on the page.
//!
//! Colour is never the only sign: before is hollow, after is filled; sides differ by dashes and by their names.

use std::fmt::Write as _;

use meed_evaluation::{
    Report,
    method::Of,
    report::{Curve, Drawn, Effect, Group, Overlap, Role, Scale, Series},
    words::figure,
};

use super::account::{value, with_interval};
use crate::{
    waterfall::wrap,
    words::{clean, escape},
};

const WIDTH: f64 = 960.0;
const LEFT: f64 = 300.0;
const RIGHT: f64 = 920.0;
const ROW: f64 = 26.0;
const INK: &str = "#1d2a35";
const HAIR: &str = "#8896a3";
const PALE: &str = "#dfe6ec";
/// Curves, in their order: each with a dash of its own.
const CURVES: [(&str, &str); 4] = [("#1c5d8f", ""), ("#a3470d", "8 4"), ("#4a5966", "2 3"), ("#5b3a8f", "12 3 2 3")];
/// The most rows of a picture of balance.
const MOST: usize = 40;

/// A picture with its file.
pub(super) struct Picture {
    pub file: String,
    pub caption: String,
    pub svg: String,
    pub words: String,
}

/// Every picture by the name of its file.
pub fn pictures(report: &Report) -> Vec<(String, String)> {
    of(report).into_iter().map(|picture| (picture.file, picture.svg)).collect()
}

pub(super) fn of(report: &Report) -> Vec<Picture> {
    let mut all = Vec::new();
    for group in &report.groups {
        all.extend(balance(report, group));
        all.extend(group.overlap.as_ref().map(|overlap| overlaps(group, overlap)));
        all.extend(effects(report, group));
        all.extend(group.series.iter().map(|series| curves(group, series)));
    }
    if report.groups.len() > 1 {
        all.extend(groups(report));
    }
    all
}

/// The frame of a picture: its title, its words, and white behind it.
fn framed(file: String, title: &str, words: String, height: f64, body: &str) -> Picture {
    let id: String =
        file.trim_end_matches(".svg").chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" \
         viewBox=\"0 0 {WIDTH} {height:.0}\" width=\"{WIDTH}\" height=\"{height:.0}\" font-family=\"system-ui, -apple-system, \
         'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif\" font-size=\"14\" \
         style=\"font-variant-numeric: tabular-nums lining-nums\">\n<title id=\"{id}-title\">{}</title>\n\
         <desc id=\"{id}-desc\">{}</desc>\n<rect width=\"{WIDTH}\" height=\"{height:.0}\" fill=\"#ffffff\"/>\n{body}</svg>\n",
        escape(&clean(title)),
        escape(&clean(&words)),
    );
    Picture { file, caption: clean(title), svg, words: clean(&words) }
}

fn label(svg: &mut String, x: f64, y: f64, anchor: &str, size: u32, text: &str) {
    let _ = writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" font-size=\"{size}\" fill=\"{INK}\">{}</text>",
        escape(&clean(text))
    );
}

fn line(svg: &mut String, (x1, y1): (f64, f64), (x2, y2): (f64, f64), colour: &str, dashes: &str) {
    let _ = writeln!(
        svg,
        "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" stroke=\"{colour}\"{}/>",
        if dashes.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dashes}\"") }
    );
}

/// Round places between two ends, five or so.
fn ticks(low: f64, high: f64) -> Vec<f64> {
    let span = (high - low).max(1e-12);
    let rough = span / 5.0;
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].iter().map(|by| by * power).find(|step| span / step <= 6.0).unwrap_or(span);
    let first = (low / step).ceil() as i64;
    let last = (high / step).floor() as i64;
    (first..=last).map(|n| n as f64 * step).collect()
}

/// The love plot: standardised differences before and after, one row each.
fn balance(report: &Report, group: &Group) -> Option<Picture> {
    let mut rows: Vec<(&str, f64, Option<f64>)> = group
        .balance
        .rows
        .iter()
        .filter_map(|row| {
            let after = row.after.as_ref().and_then(|after| after.difference);
            Some((row.covariate.as_str(), row.before.difference?, after))
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    rows.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(b.0)));
    let left_out = rows.len().saturating_sub(MOST);
    rows.truncate(MOST);
    let most =
        rows.iter().flat_map(|(_, before, after)| [before.abs(), after.map_or(0.0, f64::abs)]).fold(0.25, f64::max)
            * 1.05;
    let x = |value: f64| LEFT + (RIGHT - LEFT) * (value + most) / (2.0 * most);
    let height = 92.0 + ROW * rows.len() as f64;
    let bottom = height - 40.0;
    let limit = report.balanced_below;
    let mut svg = String::new();
    let _ = writeln!(
        svg,
        "<rect x=\"{:.1}\" y=\"40\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{PALE}\"/>",
        x(-limit.min(most)),
        x(limit.min(most)) - x(-limit.min(most)),
        bottom - 40.0
    );
    line(&mut svg, (x(0.0), 40.0), (x(0.0), bottom), HAIR, "");
    for at in ticks(-most, most) {
        line(&mut svg, (x(at), bottom), (x(at), bottom + 5.0), HAIR, "");
        label(&mut svg, x(at), bottom + 20.0, "middle", 12, &figure(at));
    }
    let mut words = Vec::new();
    for (n, (name, before, after)) in rows.iter().enumerate() {
        let y = 40.0 + ROW * (n as f64 + 0.5);
        label(&mut svg, 0.0, y + 5.0, "start", 14, &wrap(&clean(name), 40, 1).join(" "));
        if let Some(after) = after {
            line(&mut svg, (x(*before), y), (x(*after), y), HAIR, "2 3");
        }
        let _ = writeln!(
            svg,
            "<circle cx=\"{:.1}\" cy=\"{y:.1}\" r=\"5\" fill=\"#ffffff\" stroke=\"{}\" stroke-width=\"1.8\"/>",
            x(*before),
            CURVES[1].0
        );
        if let Some(after) = after {
            let _ = writeln!(svg, "<circle cx=\"{:.1}\" cy=\"{y:.1}\" r=\"5\" fill=\"{}\"/>", x(*after), CURVES[0].0);
            words.push(format!("{name}: {} before, {} after.", figure(*before), figure(*after)));
        } else {
            words.push(format!("{name}: {}.", figure(*before)));
        }
    }
    let chosen = rows.iter().any(|row| row.2.is_some());
    let key = if chosen { "hollow: everybody · filled: as compared" } else { "hollow: everybody" };
    label(&mut svg, LEFT, 24.0, "start", 13, &format!("{key} · shaded: within {limit} standard deviations"));
    if left_out > 0 {
        words.push(format!("{left_out} rows that differ less are in the table alone."));
    }
    let title = format!("{}: differences of the two sides, in standard deviations", group.title);
    Some(framed(format!("balance-{}.svg", group.id), &title, words.join(" "), height, &svg))
}

/// How many of each side have which score: those with the programme upwards, those without downwards.
fn overlaps(group: &Group, overlap: &Overlap) -> Picture {
    const MIDDLE: f64 = 180.0;
    const TALL: f64 = 130.0;
    let (low, high) = (overlap.edges.first().copied().unwrap_or(0.0), overlap.edges.last().copied().unwrap_or(1.0));
    let span = if high > low { high - low } else { 1.0 };
    let x = |score: f64| 60.0 + (RIGHT - 60.0) * (score - low) / span;
    let most = overlap.treated.iter().chain(&overlap.comparison).chain(&overlap.compared).copied().fold(1e-9, f64::max);
    let mut svg = String::new();
    let mut words = Vec::new();
    for bin in 0..overlap.treated.len() {
        let (left, right) = (x(overlap.edges[bin]), x(overlap.edges[bin + 1]));
        let tall = |share: f64| TALL * share / most;
        let up = tall(overlap.treated[bin]);
        let _ = writeln!(
            svg,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{up:.1}\" fill=\"{}\"/>\
             <rect x=\"{:.1}\" y=\"{MIDDLE}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.5\"/>\
             <rect x=\"{:.1}\" y=\"{MIDDLE}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{PALE}\"/>",
            left + 1.0,
            MIDDLE - up,
            (right - left - 2.0).max(0.5),
            CURVES[0].0,
            left + 1.0,
            (right - left - 2.0).max(0.5),
            tall(overlap.comparison[bin]),
            CURVES[1].0,
            left + 3.0,
            (right - left - 6.0).max(0.5),
            tall(overlap.compared[bin]),
        );
        words.push(format!(
            "{} to {}: {}% with, {}% without, {}% of those compared.",
            figure(overlap.edges[bin]),
            figure(overlap.edges[bin + 1]),
            figure(overlap.treated[bin] * 100.0),
            figure(overlap.comparison[bin] * 100.0),
            figure(overlap.compared[bin] * 100.0)
        ));
    }
    line(&mut svg, (60.0, MIDDLE), (RIGHT, MIDDLE), INK, "");
    for at in ticks(low, high) {
        label(&mut svg, x(at), MIDDLE + TALL + 24.0, "middle", 12, &figure(at));
    }
    label(
        &mut svg,
        60.0,
        24.0,
        "start",
        13,
        "above: with the programme · below: without, outlined everybody, shaded as compared",
    );
    label(&mut svg, (60.0 + RIGHT) / 2.0, MIDDLE + TALL + 46.0, "middle", 13, &overlap.score);
    let title = format!("{}: how the {} of the two sides overlaps", group.title, overlap.score);
    framed(format!("overlap-{}.svg", group.id), &title, words.join(" "), MIDDLE + TALL + 60.0, &svg)
}

/// Effects of one scale, each with its interval.
fn effects(report: &Report, group: &Group) -> Option<Picture> {
    let scale = group.effects.first()?.scale;
    let rows: Vec<(String, &Effect)> = group
        .effects
        .iter()
        .filter(|effect| effect.scale == scale)
        .map(|effect| (effect.title.clone(), effect))
        .collect();
    let title = format!("{}: the effect with its interval", group.title);
    Some(forest(report, format!("effect-{}.svg", group.id), &title, scale, &rows))
}

/// Every group's effect, as planned and naive, side by side.
fn groups(report: &Report) -> Option<Picture> {
    let scale = report.groups.iter().find_map(|group| group.effects.first())?.scale;
    let mut rows = Vec::new();
    for group in &report.groups {
        for effect in &group.effects {
            let name = match effect.role {
                Role::Main => group.title.clone(),
                Role::Naive => format!("{}, naive", group.title),
                Role::Beside => continue,
            };
            if effect.scale == scale {
                rows.push((name, effect));
            }
        }
    }
    Some(forest(report, "groups.svg".into(), "The groups side by side, as planned and naive", scale, &rows))
}

fn forest(report: &Report, file: String, title: &str, scale: Scale, rows: &[(String, &Effect)]) -> Picture {
    const TALL: f64 = 46.0;
    let at_nothing = if report.method.of == Of::Prediction { "as expected" } else { "no effect" };
    let ratio = matches!(scale, Scale::Ratio | Scale::OddsRatio | Scale::HazardRatio | Scale::Slope);
    let nothing = if ratio { 1.0 } else { 0.0 };
    let ends = rows.iter().flat_map(|(_, effect)| [effect.estimate.interval.low, effect.estimate.interval.high]);
    let (mut low, mut high) = ends.fold((nothing, nothing), |(l, h), end| (f64::min(l, end), f64::max(h, end)));
    let spare = (high - low).max(1e-9) * 0.06;
    (low, high) = (low - spare, high + spare);
    // The figures stand to the right of the picture, never on it.
    let letters = rows.iter().map(|(_, effect)| with_interval(effect).chars().count()).max().unwrap_or(0);
    let right = (WIDTH - 28.0 - 7.2 * letters as f64).clamp(LEFT + 160.0, 700.0);
    let x = |value: f64| LEFT + (right - LEFT) * (value - low) / (high - low);
    let height = 76.0 + TALL * rows.len() as f64;
    let bottom = height - 40.0;
    let mut svg = String::new();
    line(&mut svg, (x(nothing), 30.0), (x(nothing), bottom), INK, "4 3");
    label(&mut svg, x(nothing), 22.0, "middle", 12, at_nothing);
    line(&mut svg, (LEFT, bottom), (right, bottom), HAIR, "");
    for at in ticks(low, high) {
        let shown = match scale {
            Scale::Share | Scale::RelativeReduction => at * 100.0,
            _ => at,
        };
        label(&mut svg, x(at), bottom + 20.0, "middle", 12, &figure(shown));
    }
    let mut words = Vec::new();
    for (n, (name, effect)) in rows.iter().enumerate() {
        let y = 30.0 + TALL * (n as f64 + 0.5);
        let estimate = &effect.estimate;
        let (colour, dashes) = if effect.role == Role::Naive { CURVES[1] } else { CURVES[0] };
        let names = wrap(&clean(name), 38, 2);
        for (row, part) in names.iter().enumerate() {
            label(&mut svg, 0.0, y + 5.0 - 8.0 * (names.len() as f64 - 1.0) + 16.0 * row as f64, "start", 14, part);
        }
        let _ = writeln!(
            svg,
            "<line x1=\"{:.1}\" y1=\"{y:.1}\" x2=\"{:.1}\" y2=\"{y:.1}\" stroke=\"{colour}\" stroke-width=\"2.5\"{}/>",
            x(estimate.interval.low),
            x(estimate.interval.high),
            if dashes.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dashes}\"") }
        );
        let _ = if effect.role == Role::Naive {
            writeln!(
                svg,
                "<circle cx=\"{:.1}\" cy=\"{y:.1}\" r=\"6\" fill=\"#ffffff\" stroke=\"{colour}\" stroke-width=\"2\"/>",
                x(estimate.value)
            )
        } else {
            writeln!(
                svg,
                "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"11\" height=\"11\" fill=\"{colour}\"/>",
                x(estimate.value) - 5.5,
                y - 5.5
            )
        };
        label(&mut svg, WIDTH - 4.0, y + 5.0, "end", 13, &with_interval(effect));
        words.push(format!(
            "{name}: {}, by interval {} to {}.",
            value(scale, estimate.value),
            value(scale, estimate.interval.low),
            value(scale, estimate.interval.high)
        ));
    }
    framed(file, title, words.join(" "), height, &svg)
}

/// Curves, lines or points over time.
fn curves(group: &Group, series: &Series) -> Picture {
    const TOP: f64 = 44.0;
    const BOTTOM: f64 = 380.0;
    const FROM: f64 = 80.0;
    let points = || series.curves.iter().flat_map(|curve| &curve.points);
    let (mut x_low, mut x_high) =
        points().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), p| (l.min(p.x), h.max(p.x)));
    let ends = points().flat_map(|p| [p.y, p.low.unwrap_or(p.y), p.high.unwrap_or(p.y)]).chain(series.level);
    let (mut y_low, mut y_high) =
        ends.filter(|y| y.is_finite()).fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), y| (l.min(y), h.max(y)));
    if x_low.partial_cmp(&x_high) != Some(std::cmp::Ordering::Less) {
        (x_low, x_high) = if x_low.is_finite() { (x_low - 0.5, x_low + 0.5) } else { (0.0, 1.0) };
    }
    if y_low.partial_cmp(&y_high) != Some(std::cmp::Ordering::Less) {
        (y_low, y_high) = if y_low.is_finite() { (y_low - 0.5, y_low + 0.5) } else { (0.0, 1.0) };
    }
    let spare = (y_high - y_low) * 0.05;
    (y_low, y_high) = (y_low - spare, y_high + spare);
    let x = |value: f64| FROM + (RIGHT - FROM) * (value - x_low) / (x_high - x_low);
    let y = |value: f64| BOTTOM - (BOTTOM - TOP) * (value.clamp(y_low, y_high) - y_low) / (y_high - y_low);
    let mut svg = String::new();
    for at in ticks(y_low, y_high) {
        line(&mut svg, (FROM, y(at)), (RIGHT, y(at)), PALE, "");
        label(&mut svg, FROM - 8.0, y(at) + 4.0, "end", 12, &figure(at));
    }
    for at in ticks(x_low, x_high) {
        label(&mut svg, x(at), BOTTOM + 20.0, "middle", 12, &figure(at));
    }
    line(&mut svg, (FROM, BOTTOM), (RIGHT, BOTTOM), HAIR, "");
    if let Some(level) = series.level.filter(|level| *level >= y_low && *level <= y_high) {
        line(&mut svg, (FROM, y(level)), (RIGHT, y(level)), INK, "4 3");
    }
    if let Some(mark) = series.mark.filter(|mark| *mark >= x_low && *mark <= x_high) {
        line(&mut svg, (x(mark), TOP), (x(mark), BOTTOM), INK, "2 3");
    }
    let mut words = Vec::new();
    for (n, curve) in series.curves.iter().enumerate() {
        let (colour, dashes) = CURVES[n % CURVES.len()];
        drawn(&mut svg, series.drawn, curve, colour, dashes, &x, &y);
        let at = FROM + 220.0 * n as f64;
        line(&mut svg, (at, BOTTOM + 58.0), (at + 34.0, BOTTOM + 58.0), colour, dashes);
        label(&mut svg, at + 42.0, BOTTOM + 62.0, "start", 13, &wrap(&clean(&curve.name), 24, 1).join(" "));
        if let (Some(first), Some(last)) = (curve.points.first(), curve.points.last()) {
            words.push(format!(
                "{}: {} at {} {}, {} at {}.",
                curve.name,
                figure(first.y),
                series.along,
                figure(first.x),
                figure(last.y),
                figure(last.x)
            ));
        }
    }
    label(&mut svg, 0.0, 22.0, "start", 13, &series.up);
    label(&mut svg, RIGHT, BOTTOM + 40.0, "end", 13, &series.along);
    let title = format!("{}: {}", group.title, series.title);
    framed(format!("{}-{}.svg", series.name, group.id), &title, words.join(" "), BOTTOM + 80.0, &svg)
}

fn drawn(
    svg: &mut String,
    how: Drawn,
    curve: &Curve,
    colour: &str,
    dashes: &str,
    x: &impl Fn(f64) -> f64,
    y: &impl Fn(f64) -> f64,
) {
    let dashed = if dashes.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dashes}\"") };
    if how == Drawn::Points {
        for point in &curve.points {
            if let (Some(low), Some(high)) = (point.low, point.high) {
                let _ = writeln!(
                    svg,
                    "<line x1=\"{0:.1}\" y1=\"{1:.1}\" x2=\"{0:.1}\" y2=\"{2:.1}\" stroke=\"{colour}\" stroke-width=\"2\"/>",
                    x(point.x),
                    y(low),
                    y(high)
                );
            }
            let _ = writeln!(
                svg,
                "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"4.5\" fill=\"{colour}\"/>",
                x(point.x),
                y(point.y)
            );
        }
        return;
    }
    let mut path = Vec::new();
    let mut before: Option<f64> = None;
    for point in &curve.points {
        if let Some(level) = before.filter(|_| how == Drawn::Steps) {
            path.push(format!("{:.1},{:.1}", x(point.x), y(level)));
        }
        path.push(format!("{:.1},{:.1}", x(point.x), y(point.y)));
        before = Some(point.y);
    }
    let _ = writeln!(
        svg,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2.2\"{dashed}/>",
        path.join(" ")
    );
    for limit in [|p: &meed_evaluation::report::Point| p.low, |p: &meed_evaluation::report::Point| p.high] {
        let limits: Vec<String> = curve
            .points
            .iter()
            .filter_map(|point| Some(format!("{:.1},{:.1}", x(point.x), y(limit(point)?))))
            .collect();
        if limits.len() > 1 {
            let _ = writeln!(
                svg,
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1\" stroke-dasharray=\"1 3\"/>",
                limits.join(" ")
            );
        }
    }
}
