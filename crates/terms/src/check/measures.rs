//! Measures as clauses use them: known, of the right grain and unit, with parameters that read, and ratios of the same
//! people above and below their line.

use meed_measures::{Grain, Measure};
use meed_units::EffectKind;

use super::Checking;
use crate::{clause::Counts, decode::listed, diagnostic::nearest, measure_use::MeasureUse};

impl Checking<'_> {
    pub fn measure(&mut self, used: &MeasureUse, grain: Grain) {
        if self.unread.contains(&used.name.value) {
            return;
        }
        let Some(measure) = self.measures.get(&used.name.value) else {
            let known = self.measures.keys().map(|name| name.to_string()).collect();
            self.unknown("measure", &used.name.value, used.name.at.clone(), known);
            return;
        };
        if measure.grain != grain {
            self.problems.error(
                "wrong-grain",
                used.name.at.clone(),
                format!("`{}` answers by {}, and this clause needs the grain {grain}", measure.name, measure.grain),
                format!("choose a measure of the grain {grain}: `meed measure list` shows them"),
            );
        }
        if measure.grain == Grain::Ratio && grain == Grain::Ratio {
            self.ratio(used, measure);
        }
        for (name, value) in &used.set {
            let Some(parameter) = measure.parameter(&name.value) else {
                // As a contract writes them.
                let written = |name: &str| name.replace('_', "-");
                let known: Vec<String> = measure.parameters.iter().map(|parameter| written(&parameter.name)).collect();
                let help = nearest(&written(&name.value), known.iter().map(String::as_str)).map_or_else(
                    || format!("its parameters are {}", listed(&known)),
                    |meant| format!("did you mean `{meant}`?"),
                );
                self.problems.error(
                    "unknown-parameter",
                    name.at.clone(),
                    format!("`{}` has no parameter `{}`", measure.name, written(&name.value)),
                    help,
                );
                continue;
            };
            if parameter.kind.value(&value.value).is_none() {
                self.problems.error(
                    "bad-parameter",
                    value.at.clone(),
                    format!(
                        "`{}` is not a {} for `{}`",
                        value.value.chars().take(40).collect::<String>(),
                        parameter.kind.name(),
                        parameter.name
                    ),
                    format!("write it like {}; it says {}", parameter.kind.example(), parameter.about),
                );
            }
        }
        for parameter in &measure.parameters {
            if parameter.default.is_none() && !used.set.iter().any(|(name, _)| name.value == parameter.name) {
                self.problems.error(
                    "missing-parameter",
                    used.name.at.clone(),
                    format!("`{}` needs `{}`", measure.name, parameter.name),
                    format!(
                        "write {{ use = \"{}\", {} = ... }}: {}",
                        measure.name,
                        parameter.name.replace('_', "-"),
                        parameter.about
                    ),
                );
            }
        }
    }

    /// Warns where a ratio does not say of whom it counts what, or divides what some did by the number of others.
    fn ratio(&mut self, used: &MeasureUse, measure: &Measure) {
        let (Some(above), Some(below)) = (&measure.numerator, &measure.denominator) else {
            self.problems.warning(
                "ratio-unstated",
                used.name.at.clone(),
                format!("`{}` does not say whom its numerator and its denominator count", measure.name),
                "add to its head `-- numerator: whose: which` and `-- denominator: whose: which`",
            );
            return;
        };
        if above.of != below.of {
            self.problems.warning(
                "other-peoples-ratio",
                used.name.at.clone(),
                format!("`{}` divides {} by other people's {}: when these fall, it rises without anyone doing better", measure.name, above.of, below.of),
                "count both of the same people, such as the outcomes of those referred in the period over those referred in it",
            );
        }
    }

    /// Refuses a measure that counts something else than the clause works with.
    pub(super) fn unit(&mut self, used: &MeasureUse, counts: &Counts) {
        let Some(measure) = self.measures.get(&used.name.value) else { return };
        let unit = measure.unit.as_str();
        // The answer of a cohort measure says its unit row by row; a head that names another one never fits.
        let of_head = EffectKind::of_unit(if unit.starts_with("percent") { "percent" } else { unit });
        let fits = match counts {
            Counts::Share => unit.starts_with("percent"),
            Counts::Stretches => unit == "stretch",
            Counts::Effect(size) => {
                size.kind() == EffectKind::Relative || of_head.is_none_or(|kind| kind == size.kind())
            }
        };
        if fits {
            return;
        }
        let (needed, help) = match counts {
            Counts::Share => ("a share of a whole".to_owned(), "choose a measure whose unit is percent"),
            Counts::Stretches => (
                "stretches from a first day until a last".to_owned(),
                "choose a measure whose unit is stretch, such as `work/in-work` or `housing/in-accommodation`",
            ),
            Counts::Effect(size) => (
                format!("an effect of {size}"),
                "choose a measure of the threshold's unit, or write the threshold as relative: \"10% relative\"",
            ),
        };
        self.problems.error(
            "wrong-unit",
            used.name.at.clone(),
            format!("`{}` counts in the unit {unit}, and this clause works with {needed}", measure.name),
            help,
        );
    }
}
