//! An evaluation as text for a terminal: balance first, then what was found.

use std::fmt::Write as _;

use meed_evaluation::{Report, report::Role};

use super::account::{value, with_interval};
use crate::words::clean;

/// The text.
pub fn text(report: &Report) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}\n{}\n", clean(&report.title), clean(&report.question));
    let _ = writeln!(out, "plan {} of {}, {}", short(&report.plan.hash), report.plan.registered, agreed(report));
    for deviation in &report.plan.deviations {
        let _ = writeln!(out, "deviation: {}", clean(deviation));
    }
    for unchecked in &report.plan.unchecked {
        let _ = writeln!(out, "not checked: {}", clean(unchecked));
    }
    for group in &report.groups {
        let _ = writeln!(out, "\n{}", clean(&group.title));
        for step in &group.flow {
            let count = |count: Option<usize>| count.map_or_else(|| "<5".to_owned(), |count| count.to_string());
            let sign = if step.out { "  left out: " } else { "" };
            let _ = writeln!(
                out,
                "  {:>7} {:>7}  {sign}{}",
                count(step.treated),
                count(step.comparison),
                clean(&step.what)
            );
        }
        if let Some((before, after)) = group.balance.largest {
            let _ = writeln!(
                out,
                "  balance: largest difference {before:.3} before, {after:.3} as compared; {} of {} rows at {} or more",
                group.balance.unbalanced,
                group.balance.rows.len(),
                report.balanced_below
            );
        }
        if let Some(refusal) = &group.refusal {
            let _ = writeln!(
                out,
                "  no effect is given [{}]: {}\n    help: {}",
                refusal.code,
                clean(&refusal.what),
                clean(&refusal.remedy)
            );
        }
        for effect in &group.effects {
            let _ = writeln!(out, "  {}: {}", clean(&effect.title), with_interval(effect));
            if effect.role == Role::Main {
                let _ = writeln!(out, "    {}", clean(&effect.sentence));
            }
        }
        for warning in &group.warnings {
            let _ = writeln!(
                out,
                "  warning[{}]: {}\n    help: {}",
                clean(&warning.code),
                clean(&warning.what),
                clean(&warning.remedy)
            );
        }
        for sensitivity in &group.sensitivity {
            let _ = writeln!(out, "  {} {}", clean(&sensitivity.question), clean(&sensitivity.answer));
        }
        if let Some(figures) = &group.estimate {
            let _ = writeln!(
                out,
                "  estimate: {} {} where {} was expected, of {} people",
                figures.actual, figures.unit, figures.counterfactual, figures.people
            );
        }
    }
    let mains: Vec<_> =
        report.groups.iter().flat_map(|group| group.effects.iter().find(|e| e.role == Role::Main)).collect();
    if let [one] = mains.as_slice()
        && report.groups.len() == 1
    {
        let _ = writeln!(out, "\nin short: {}", value(one.scale, one.estimate.value));
    }
    out
}

fn agreed(report: &Report) -> String {
    match &report.plan.agreed_hash {
        Some(hash) if *hash == report.plan.hash => "the one that was agreed".to_owned(),
        Some(hash) => format!("NOT the one that was agreed ({})", short(hash)),
        None => "none was agreed by its hash".to_owned(),
    }
}

fn short(hash: &str) -> String {
    clean(&hash.chars().take(12).collect::<String>())
}
