//! What was set of a method, in words: the names and choices of a plan are for those who write plans.

use crate::words::first_upper;

/// What a setting decides, and what was chosen, each in words.
pub(super) fn in_words(name: &str, value: &str) -> (String, String) {
    let plain = || first_upper(&name.replace('-', " "));
    (decides(name).map_or_else(plain, str::to_owned), chosen(name, value).map_or(value, |words| words).to_owned())
}

fn decides(name: &str) -> Option<&'static str> {
    Some(match name {
        "adjust" => "Covariates, where the plan names any",
        "anticipation" => "Periods before the beginning in which it may act",
        "bandwidth" => "How far from the cut-off people are looked at",
        "base" => "Changes before the beginning are counted from",
        "began" => "The first time with the programme",
        "bend" => "How far neighbouring scores may differ in number",
        "bins" => "Bins that numbers are cut into",
        "caliper" => "How far away a comparison person may be",
        "caliper-on" => "How far away is measured on",
        "caliper-unit" => "How far away is counted in",
        "chance" => "A ready chance",
        "classes" => "Classes of similar scores",
        "compared-with" => "Compared with",
        "cut-off" => "The score that decides",
        "dispersion" => "How much more counts scatter than by chance",
        "distance" => "What people are near in",
        "error" => "How sure, worked out by",
        "exact" => "What comparison people must have the same",
        "follow-from" => "The first period that the mixture follows",
        "gaps" => "Units that are not seen in every period",
        "horizon" => "Up to when people are compared",
        "importance" => "How much each covariate counts",
        "log" => "The logarithm of the outcome is explained",
        "main" => "The figure that answers the question",
        "model" | "scatter" => "How counts scatter",
        "neighbours" => "Periods that may hang together",
        "of" => "Whose effect is estimated",
        "order" => "Who chooses first",
        "other-orders" => "Other orders tried",
        "per-person" => "Comparison people for each person, at most",
        "points" => "Points of the quadrature over areas",
        "programme" => "The programme is for",
        "relabellings" => "How often the lot is drawn again",
        "replacement" => "A comparison person may serve several",
        "replicates" => "Draws",
        "score" => "A ready score",
        "season" => "Periods in a year",
        "slope" => "The trend may change too",
        "ties" => "Those equally near, or at the same time",
        "trim" => "Scores left out at each end",
        "waves" => "Waves of a season",
        _ => return None,
    })
}

fn chosen(name: &str, value: &str) -> Option<&'static str> {
    Some(match (name, value) {
        ("adjust", "lin") => "in a second figure, with slopes of their own on each side (Lin 2013)",
        ("adjust", "straight") => "in a second figure, with the same slopes on both sides",
        ("adjust", "none") => "left out",
        ("adjust", "doubly-robust") => "taken into account by weights and by a regression: right if either is",
        ("adjust", "outcome-regression") => "taken into account by a regression of the outcome",
        ("adjust", "weighting") => "taken into account by weights",
        ("bandwidth", "none") => "as far as makes the squared error least",
        ("base", "varying") => "the period before each",
        ("base", "universal") => "the last period before the beginning",
        ("began", "none") => "as each row says",
        ("bins", "none") => "as many as Sturges' rule says",
        ("caliper", "none") => "no limit",
        ("caliper-on" | "distance", "score") => "the score",
        ("caliper-on" | "distance", "logit-score") => "the logit of the score",
        ("distance", "mahalanobis") => "all covariates at once (Mahalanobis)",
        ("caliper-unit", "standard-deviations") => "standard deviations of the score",
        ("caliper-unit", "raw") => "the scale of the score itself",
        ("chance", "none") => "fitted from the covariates",
        ("compared-with", "not-yet") => "units that had not begun yet",
        ("compared-with", "never") => "units that never began",
        ("dispersion", "none") => "found from the rows",
        ("error", "placebo") => "other places treated as if they had been the ones",
        ("error", "jackknife") => "leaving each place out in turn",
        ("error", "welch") => "the spread of each side (Welch)",
        ("error", "hc2") => "the spread of each side (HC2)",
        ("error", "even") => "one spread for both sides",
        ("exact", "none") | ("score", "none") => "none",
        ("follow-from", "none") => "the first there is",
        ("gaps", "refuse") => "not there: the panel would have been refused",
        ("gaps", "leave-out") => "left out",
        ("horizon", "none") => "to the end of the shorter follow-up",
        ("importance", "searched") => "so that the mixture follows the outcome before",
        ("importance", "equal") => "all the same",
        ("main", "plain") => "the plain one; the adjusted one stands beside it",
        ("main", "adjusted") => "the adjusted one; the plain one stands beside it",
        ("model" | "scatter", "quasi-poisson") => "beyond chance by a common factor (quasi-Poisson)",
        ("model" | "scatter", "negative-binomial") => "more where it happens more often (negative binomial)",
        ("model" | "scatter", "poisson") => "by chance alone (Poisson)",
        ("neighbours", "none") => "as many as the number of periods says",
        ("of", "treated") => "those with the programme",
        ("of", "everyone") => "everyone",
        ("of", "overlap") => "those who could as well have been on either side",
        ("order", "descending") => "the highest score",
        ("order", "ascending") => "the lowest score",
        ("order", "input") => "the first row",
        ("order" | "ties", "by-lot") => "by lot",
        ("programme", "from-it-on") => "scores from the cut-off on",
        ("programme", "below-it") => "scores below the cut-off",
        ("ties", "efron") => "counted as if they came in every order (Efron)",
        ("ties", "breslow") => "counted as if each came first (Breslow)",
        ("ties", "first") => "the first row is taken",
        ("ties", "adjacent") => "the next row is taken",
        ("ties", "all") => "all are taken, each with a part of the weight",
        ("trim", "0") => "none",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use meed_evaluation::method::{METHODS, Takes};

    use super::*;

    /// Whoever adds a setting or a choice of one says it in words here.
    #[test]
    fn every_setting_and_every_choice_of_every_method_is_said_in_words() {
        for method in METHODS {
            for setting in method.settings {
                assert!(decides(setting.name).is_some(), "{}: `{}`", method.name, setting.name);
                let words = if let Takes::Word(words) = setting.takes { words } else { &[] };
                for word in words.iter().copied().chain(setting.default.filter(|word| *word == "none")) {
                    assert!(chosen(setting.name, word).is_some(), "{}: `{}` as `{word}`", method.name, setting.name);
                }
            }
        }
        assert_eq!(in_words("adjust", "lin").1, "in a second figure, with slopes of their own on each side (Lin 2013)");
        assert_eq!(in_words("per-person", "3").1, "3");
    }
}
