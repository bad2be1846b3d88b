//! The figures of an evaluation as CSV, every digit of them.

use meed_evaluation::{Report, report::Alike};
use std::fmt::Write as _;

/// One row for each effect.
pub fn effects_csv(report: &Report) -> String {
    let mut csv = String::from("group,effect,role,scale,estimate,standard_error,low,high,level,p,with,without,n\n");
    for group in &report.groups {
        for effect in &group.effects {
            let e = &effect.estimate;
            let _ = writeln!(
                csv,
                "{},{},{},{},{},{},{},{},{},{},{},{},{}",
                quoted(&group.id),
                quoted(&effect.title),
                word(&effect.role),
                word(&effect.scale),
                e.value,
                e.standard_error,
                e.interval.low,
                e.interval.high,
                e.interval.level,
                e.p,
                number(effect.treated),
                number(effect.comparison),
                e.n
            );
        }
    }
    csv
}

/// One row for each number and group of a covariate, before and after.
pub fn balance_csv(report: &Report) -> String {
    let mut csv = String::from("group,covariate,adjusted");
    for when in ["before", "after"] {
        for column in ["with", "without", "difference", "variance_ratio", "largest_distance"] {
            let _ = write!(csv, ",{when}_{column}");
        }
    }
    csv.push('\n');
    for group in &report.groups {
        for row in &group.balance.rows {
            let _ = write!(csv, "{},{},{}", quoted(&group.id), quoted(&row.covariate), row.adjusted);
            for alike in [Some(&row.before), row.after.as_ref()] {
                let of = |pick: fn(&Alike) -> Option<f64>| number(alike.and_then(pick));
                let _ = write!(
                    csv,
                    ",{},{},{},{},{}",
                    of(|a| a.treated),
                    of(|a| a.comparison),
                    of(|a| a.difference),
                    of(|a| a.variance_ratio),
                    of(|a| a.largest_distance)
                );
            }
            csv.push('\n');
        }
    }
    csv
}

fn number(number: Option<f64>) -> String {
    number.map_or_else(String::new, |number| number.to_string())
}

fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn quoted(cell: &str) -> String {
    // A cell that begins like a formula would be one in a spreadsheet.
    let safe = if cell.starts_with(['=', '+', '-', '@']) { format!("'{cell}") } else { cell.to_owned() };
    if safe.contains([',', '"', '\n', '\r']) { format!("\"{}\"", safe.replace('"', "\"\"")) } else { safe }
}
