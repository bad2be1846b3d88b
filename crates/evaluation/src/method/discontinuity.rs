//! A score that decides who has the programme, and the jump of the outcome where it does.

use std::rc::Rc;

use meed_statistics::{
    Estimate, Refusal, Warning,
    density::{DensityOptions, density_break, discrete_break},
};
use meed_terms::OutcomeKind::{Count, Number, YesNo};

use super::{Answer, ColumnRole, Fixed, Method, Of, Run, Setting, Takes};
use crate::{
    balance::SMALLEST,
    discontinuity::{Jump, Options, fuzzy, jump},
    people::People,
    report::{Cell, Curve, Drawn, Point, RefusalSaid, Role, Scale, Sensitivity, Series, Table},
    words::{effect, effect_or_warning, figure},
};

/// Regression discontinuity.
pub(super) const DISCONTINUITY: Method = Method {
    name: "discontinuity",
    about: "The jump of the outcome where a score decides who has the programme, with the robust interval, the density of the scores beside it, and whether things known beforehand jump too (regression discontinuity); where the plan names `took-up`, beside it the effect on those who took it up because of their side (fuzzy).",
    page: "discontinuity.md",
    settings: &[
        Setting {
            name: "cut-off",
            takes: Takes::Number(f64::NEG_INFINITY, f64::INFINITY),
            default: None,
            about: "the score that decides; somebody with exactly this score lies on the upper side",
        },
        Setting {
            name: "programme",
            takes: Takes::Word(&["from-it-on", "below-it"]),
            default: Some("from-it-on"),
            about: "on which side of the cut-off people have the programme",
        },
        Setting {
            name: "bandwidth",
            takes: Takes::Number(0.0, f64::INFINITY),
            default: Some("none"),
            about: "how far from the cut-off people are looked at; of least mean squared error when left out",
        },
        Setting {
            name: "bend",
            takes: Takes::Number(0.0, 0.99),
            default: Some("0.02"),
            about: "by which share the number of people at the cut-off may differ from that of its neighbours, for scores with few steps",
        },
    ],
    roles: &[ColumnRole::Score],
    uses: &[ColumnRole::TookUp],
    kinds: &[YesNo, Number, Count],
    by_lot: false,
    of: Of::Line,
    fix: discontinuity,
};

fn discontinuity(run: &Run<'_>) -> Result<Fixed, RefusalSaid> {
    let people = Rc::new(run.people.clone());
    let score = people.score.clone().unwrap_or_default();
    let cutoff = run.settings.number("cut-off").unwrap_or_default();
    let below = run.settings.word("programme") == Some("below-it");
    let wrong = (0..people.len()).filter(|&row| people.treated[row] != ((score[row] >= cutoff) != below)).count();
    if wrong > 0 {
        let told =
            if wrong < SMALLEST { format!("fewer than {SMALLEST} people are") } else { format!("{wrong} people are") };
        return Err(RefusalSaid {
            code: "not-decided-by-score".into(),
            what: format!("{told} on the side of the cut-off where the score would not have put them"),
            remedy: "check `cut-off` and `programme`; where the score only makes the programme likelier, give in `treated` the side of the score and name who took it up as `took-up`".into(),
        });
    }
    let bandwidth = run.settings.number("bandwidth").map(|width| (width, width));
    let options = Options { bandwidth, level: run.level };
    let mut warnings = Vec::new();
    let mut sensitivity = Vec::new();
    let (said, told) = density(&score, cutoff, run.settings.number("bend").unwrap_or_default());
    sensitivity.extend(said);
    warnings.extend(told);
    let (table, told) = beforehand(&people, &score, cutoff, &options, below);
    warnings.extend(told);
    let (about, scale) = (run.about.clone(), run.scale());
    let own = people.clone();
    let estimate = move |outcomes: &crate::outcomes::Outcomes| {
        let y = &outcomes.values;
        let found = jump(&score, y, cutoff, &options)?;
        let mut answer = Answer::default();
        answer.warnings.extend(found.warnings.iter().filter(|known| known.code != "scores-pile-up").cloned());
        let robust = turned(&found.robust, below);
        answer.effects.push(effect("Jump at the cut-off (robust)", Role::Main, scale, robust, None, &about));
        let sides = if below { found.sides } else { (found.sides.1, found.sides.0) };
        let title = "Jump between two straight lines";
        let plain = turned(&found.conventional, below);
        answer.effects.push(effect(title, Role::Beside, scale, plain, Some(sides), &about));
        if let Some(took) = &own.took_up {
            let title = "Effect on those who took it up because of their side (robust)";
            match fuzzy(&score, y, took, cutoff, &options) {
                Ok(found) => {
                    answer.warnings.extend(found.warnings);
                    answer.effects.push(effect(title, Role::Beside, scale, found.robust, None, &about));
                    let title = "By how much take-up jumps (robust)";
                    let moved = turned(&found.moved, below);
                    answer.effects.push(effect(title, Role::Beside, Scale::Share, moved, None, &about));
                }
                Err(refusal) => {
                    effect_or_warning(title, Err(refusal.into()), &mut answer.effects, &mut answer.warnings);
                }
            }
        }
        answer.sensitivity.extend(other_widths(&score, y, cutoff, &found, &options, below));
        answer.tables.push(widths(&found));
        answer.series.extend(drawn(&score, y, cutoff, &own));
        Ok(answer)
    };
    let mut fixed = Fixed::everybody(&people, Box::new(estimate));
    fixed.warnings = warnings;
    fixed.sensitivity = sensitivity;
    fixed.tables.extend(table);
    Ok(fixed)
}

/// The jump as what the programme adds: where it lies below the cut-off, the other way round.
fn turned(jump: &Estimate, below: bool) -> Estimate {
    let mut turned = jump.clone();
    if below {
        turned.value = -jump.value;
        turned.interval.low = -jump.interval.high;
        turned.interval.high = -jump.interval.low;
    }
    turned
}

/// Whether the scores themselves jump: known before any outcome.
fn density(score: &[f64], cutoff: f64, bend: f64) -> (Option<Sensitivity>, Option<Warning>) {
    const QUESTION: &str = "Could people, or those who score them, choose their side?";
    let mut different = score.to_vec();
    different.sort_by(f64::total_cmp);
    different.dedup();
    let whole = score.iter().all(|score| score.fract() == 0.0) && cutoff.fract() == 0.0;
    let repeated = (different.len() as f64) < 0.8 * score.len() as f64;
    let (p, statistic, how) = if repeated && whole {
        let at = |value: f64| score.iter().filter(|score| **score == value).count() as u64;
        match discrete_break(at(cutoff - 1.0), at(cutoff), at(cutoff + 1.0), bend) {
            Ok(found) => (found.p_value, found.share, "the number at the cut-off beside its two neighbours"),
            Err(refusal) => return (None, Some(untested(&refusal))),
        }
    } else {
        match density_break(score, cutoff, &DensityOptions::default()) {
            Ok(found) => (found.p_value, found.statistic, "the density just below and just above the cut-off"),
            Err(refusal) => return (None, Some(untested(&refusal))),
        }
    };
    let warning = (p < 0.05).then(|| {
        Warning::new(
            "scores-pile-up",
            format!("the scores themselves jump at the cut-off (p = {p:.4})"),
            "find out whether people or assessors could choose the side before reading the jump as an effect",
        )
    });
    let said = Sensitivity {
        name: "density".into(),
        question: QUESTION.into(),
        answer: format!(
            "By {how}, chance alone makes a jump of the scores as large as this in {} of 100 cases{}.",
            figure(p * 100.0),
            if p < 0.05 { ": somebody seems to have chosen" } else { "" }
        ),
        figures: vec![("statistic".into(), statistic), ("p".into(), p)],
    };
    (Some(said), warning)
}

fn untested(refusal: &Refusal) -> Warning {
    Warning::new(
        "density-not-tested",
        format!("whether the scores themselves jump cannot be tested: {refusal}"),
        "find out how scores are given before reading the jump as an effect",
    )
}

/// Whether what is known beforehand jumps: it should not.
fn beforehand(
    people: &People,
    score: &[f64],
    cutoff: f64,
    options: &Options,
    below: bool,
) -> (Option<Table>, Option<Warning>) {
    let mut rows = Vec::new();
    let mut least: f64 = 1.0;
    let mut tested = 0;
    for (name, _, column) in people.shown_columns() {
        let mut row = vec![Cell::Text(name)];
        match jump(score, &column, cutoff, options) {
            Ok(found) => {
                let own = turned(&found.robust, below);
                least = least.min(own.p);
                tested += 1;
                row.extend([own.value, own.interval.low, own.interval.high, own.p].map(Cell::Number));
            }
            Err(_) => row.extend([Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty]),
        }
        rows.push(row);
    }
    if rows.is_empty() {
        return (None, None);
    }
    // Of many questions one is answered yes by chance: the smallest counts as many times as were asked (Bonferroni).
    let warning = (least * f64::from(tested) < 0.05).then(|| {
        Warning::new(
            "beforehand-jumps",
            "something known beforehand jumps at the cut-off as well",
            "find out what else changes at this score: the jump of the outcome may come from there",
        )
    });
    let table = Table {
        title: "Does anything known beforehand jump at the cut-off? It should not".into(),
        columns: ["What", "Jump", "From", "To", "By chance"].map(str::to_owned).to_vec(),
        rows,
    };
    (Some(table), warning)
}

/// The jump with half and with twice the bandwidth.
fn other_widths(
    score: &[f64],
    outcome: &[f64],
    cutoff: f64,
    found: &Jump,
    options: &Options,
    below: bool,
) -> Option<Sensitivity> {
    let mut figures = Vec::new();
    let mut said = Vec::new();
    for (times, words) in [(0.5, "half"), (2.0, "twice")] {
        let bandwidth = Some((found.bandwidth.0 * times, found.bandwidth.1 * times));
        if let Ok(other) = jump(score, outcome, cutoff, &Options { bandwidth, ..*options }) {
            let own = turned(&other.robust, below);
            let range =
                format!("{} ({} to {})", figure(own.value), figure(own.interval.low), figure(own.interval.high));
            said.push(format!("{range} with {words} the bandwidth"));
            figures.push((format!("jump with {words} the bandwidth"), own.value));
        }
    }
    (!said.is_empty()).then(|| Sensitivity {
        name: "bandwidth".into(),
        question: "Does the answer hang on how near the cut-off people are looked at?".into(),
        answer: format!("The jump is {}.", said.join(", and ")),
        figures,
    })
}

fn widths(found: &Jump) -> Table {
    let row = |name: &str, value: f64| vec![Cell::Text(name.into()), Cell::Number(value)];
    let people = |name: &str, count: usize| {
        vec![Cell::Text(name.into()), if count < SMALLEST { Cell::Empty } else { Cell::Number(count as f64) }]
    };
    Table {
        title: "What the error rests on".into(),
        columns: vec!["What".into(), "Value".into()],
        rows: vec![
            row("how far from the cut-off people are looked at", found.bandwidth.0),
            row("the same for what bends away from a line", found.bandwidth.1),
            people("people within it below the cut-off", found.within.0),
            people("people within it from the cut-off on", found.within.1),
        ],
    }
}

/// Means of the outcome in ten steps of the score on each side, of five people or more.
fn drawn(score: &[f64], outcome: &[f64], cutoff: f64, people: &People) -> Option<Series> {
    const STEPS: usize = 10;
    let side = |name: &str, treated: bool| -> Option<Curve> {
        let rows: Vec<usize> = (0..people.len()).filter(|&row| people.treated[row] == treated).collect();
        let least = rows.iter().map(|&row| score[row]).reduce(f64::min)?;
        let most = rows.iter().map(|&row| score[row]).reduce(f64::max)?;
        let width = (most - least) / STEPS as f64;
        let points = (0..STEPS).filter_map(|step| {
            let (from, to) = (least + width * step as f64, least + width * (step + 1) as f64);
            let last = step + 1 == STEPS;
            let own: Vec<f64> = rows
                .iter()
                .filter(|&&row| score[row] >= from && (score[row] < to || last))
                .map(|&row| outcome[row])
                .collect();
            let mean = own.iter().sum::<f64>() / own.len().max(1) as f64;
            (own.len() >= SMALLEST).then_some(Point { x: (from + to) / 2.0, y: mean, low: None, high: None })
        });
        Some(Curve { name: name.into(), points: points.collect() })
    };
    Some(Series {
        name: "by-score".into(),
        title: "Means of the outcome by score, of five people or more each".into(),
        drawn: Drawn::Lines,
        along: "score".into(),
        up: "mean of the outcome".into(),
        mark: Some(cutoff),
        level: None,
        curves: vec![side("with the programme", true)?, side("without", false)?],
    })
}
