//! Expected pay as a picture: a line by achievement, with the budget, the cost
//! and the level at which it is covered; and a bar for each mix of bands. SVG.

use std::fmt::Write;

use meed_pricing::{BreakEven, Prices};
use meed_terms::PricePlan;
use meed_units::{Exact, Money};

use crate::{
    frame,
    waterfall::{place, wrap},
    words::{clean, escape, money, signed},
};

const WIDTH: f64 = 960.0;
const LEFT: f64 = 130.0;
const RIGHT: f64 = 820.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 340.0;
const ROW: f64 = 34.0;
const INK: &str = "#1d2a35";
const HAIR: &str = "#8896a3";
const PAY: &str = "#1c5d8f";
const COST: &str = "#a3470d";

/// Expected pay by achievement and by mix.
pub fn prices_svg(plan: &PricePlan, prices: &Prices) -> String {
    let currency = &plan.currency;
    let levels: Vec<(f64, Money)> = prices.levels.iter().map(|at| (number(at.level.number()), at.pay)).collect();
    let needed = plan.provider.map(|(cost, block)| cost - block).filter(|needed| *needed > Money::ZERO);
    let most_level = levels.iter().map(|(level, _)| *level).fold(100.0, f64::max);
    let amounts = levels.iter().map(|(_, pay)| *pay).chain([plan.budget]).chain(needed);
    let most = amounts.chain(prices.mixes.iter().map(|mix| mix.pay)).map(place).fold(1.0, f64::max);
    let x = |level: f64| LEFT + (RIGHT - LEFT) * level / most_level;
    let y = |amount: f64| BOTTOM - (BOTTOM - TOP) * amount / most;

    let mixes_top = BOTTOM + 84.0;
    let rows = if prices.mixes.is_empty() { 0 } else { prices.mixes.len() + 1 };
    let height = if rows == 0 { BOTTOM + 56.0 } else { mixes_top + ROW * rows as f64 + 12.0 };
    let mut svg = String::new();
    let _ = writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"prices\" role=\"img\" aria-labelledby=\"prices-title prices-desc\" \
         {} font-family=\"system-ui, -apple-system, \
         'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif\" font-size=\"14\" \
         style=\"font-variant-numeric: tabular-nums lining-nums\">\n<title id=\"prices-title\">{}</title>\n\
         <desc id=\"prices-desc\">{}</desc>\n{}",
        frame::size(WIDTH, height),
        escape(&format!("{}: expected pay by achievement, in {}", clean(&plan.title), clean(currency))),
        escape(&in_words(plan, prices)),
        frame::ground(WIDTH, height),
    );
    let _ = writeln!(
        svg,
        "<text x=\"0\" y=\"20\" fill=\"{INK}\" font-weight=\"bold\">Expected pay by achievement against baseline</text>\
         <line x1=\"{LEFT}\" y1=\"{BOTTOM}\" x2=\"{RIGHT}\" y2=\"{BOTTOM}\" stroke=\"{HAIR}\"/>"
    );
    across(&mut svg, y(place(plan.budget)), HAIR, "2 3", &format!("budget {}", money(plan.budget, currency)));
    if let Some(needed) = needed {
        across(&mut svg, y(place(needed)), COST, "8 4", &format!("to cover {}", money(needed, currency)));
    }
    let points: Vec<String> =
        levels.iter().map(|(level, pay)| format!("{:.1},{:.1}", x(*level), y(place(*pay)))).collect();
    let _ = writeln!(
        svg,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"{PAY}\" stroke-width=\"2.5\"/>",
        points.join(" ")
    );
    for (at, (level, pay)) in prices.levels.iter().zip(&levels) {
        let (px, py) = (x(*level), y(place(*pay)));
        let _ = writeln!(
            svg,
            "<circle cx=\"{px:.1}\" cy=\"{py:.1}\" r=\"4\" fill=\"{PAY}\"/>\
             <text x=\"{px:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"{INK}\">{}</text>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\" font-size=\"12\" fill=\"{INK}\">{}</text>",
            BOTTOM + 20.0,
            escape(&at.level.to_string()),
            px - 8.0,
            py - 6.0,
            escape(&money(*pay, currency))
        );
    }
    if let Some(BreakEven::At { level, pay, .. }) = &prices.break_even {
        let level = number(level.number());
        if level <= most_level {
            let (px, py) = (x(level), y(place(*pay)));
            let _ = writeln!(
                svg,
                "<line x1=\"{px:.1}\" y1=\"{py:.1}\" x2=\"{px:.1}\" y2=\"{BOTTOM}\" stroke=\"{COST}\" stroke-dasharray=\"8 4\"/>\
                 <rect x=\"{:.1}\" y=\"{:.1}\" width=\"9\" height=\"9\" fill=\"{COST}\"/>\
                 <text x=\"{px:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"{INK}\">break-even {level:.1}%</text>",
                px - 4.5,
                py - 4.5,
                BOTTOM + 40.0
            );
        }
    }
    if !prices.mixes.is_empty() {
        let _ = writeln!(
            svg,
            "<text x=\"0\" y=\"{:.1}\" fill=\"{INK}\" font-weight=\"bold\">If as many achieve, of other bands than expected</text>",
            mixes_top - 12.0
        );
        let baseline = ("as expected".to_owned(), prices.at_baseline, None);
        let others = prices.mixes.iter().map(|mix| (clean(&mix.name), mix.pay, Some(mix.difference)));
        for (i, (name, pay, difference)) in [baseline].into_iter().chain(others).enumerate() {
            let top = mixes_top + ROW * i as f64;
            let bar = (RIGHT - 300.0) * place(pay) / most;
            let name = wrap(&name, 36, 1).join(" ");
            let said = match difference {
                Some(difference) => format!("{} ({})", money(pay, currency), signed(difference, currency)),
                None => money(pay, currency),
            };
            let fill = if difference.is_none() { INK } else { PAY };
            let _ = writeln!(
                svg,
                "<text x=\"0\" y=\"{0:.1}\" fill=\"{INK}\">{1}</text>\
                 <rect x=\"270\" y=\"{2:.1}\" width=\"{bar:.1}\" height=\"18\" fill=\"{fill}\"/>\
                 <text x=\"{WIDTH}\" y=\"{0:.1}\" text-anchor=\"end\" fill=\"{INK}\">{3}</text>",
                top + 17.0,
                escape(&name),
                top + 3.0,
                escape(&said)
            );
        }
    }
    svg + "</svg>\n"
}

/// A level line with its name at the right.
fn across(svg: &mut String, y: f64, colour: &str, dashes: &str, says: &str) {
    let _ = writeln!(
        svg,
        "<line x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{RIGHT}\" y2=\"{y:.1}\" stroke=\"{colour}\" stroke-dasharray=\"{dashes}\"/>\
         <text x=\"{WIDTH}\" y=\"{:.1}\" text-anchor=\"end\" font-size=\"12\" fill=\"{INK}\">{}</text>",
        y - 4.0,
        escape(says)
    );
}

fn in_words(plan: &PricePlan, prices: &Prices) -> String {
    let currency = &plan.currency;
    let mut words: Vec<String> =
        prices.levels.iter().map(|at| format!("At {} of baseline: {}.", at.level, money(at.pay, currency))).collect();
    words.push(match &prices.break_even {
        Some(BreakEven::At { level, .. }) => format!("Cost is covered at {level} of baseline."),
        Some(BreakEven::Already { .. }) => "Cost is covered by what is paid anyway.".to_owned(),
        Some(BreakEven::Never { .. }) => "Cost is never covered.".to_owned(),
        None => String::new(),
    });
    words.extend(prices.mixes.iter().map(|mix| format!("{}: {}.", clean(&mix.name), money(mix.pay, currency))));
    words.join(" ").replace("  ", " ")
}

/// A level as a place on the scale: for drawing only.
fn number(exact: &Exact) -> f64 {
    exact.to_plain(6).trim_end_matches('…').parse().unwrap_or(0.0)
}
