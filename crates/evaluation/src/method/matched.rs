//! Comparison people who are alike: chosen, put into classes, or weighted.

use std::{collections::BTreeMap, rc::Rc};

use meed_statistics::Warning;
use meed_terms::OutcomeKind::{Count, Number, YesNo};

use super::{Answer, ColumnRole, Fixed, Link, Method, Of, Run, Setting, Settings, Takes};
use crate::{
    balance::SMALLEST,
    matching::{
        Caliper, CaliperUnit, Candidates, Coarsened, Covariate, Cuts, Design, Distance, Estimand, MOST, MatchedSample,
        Method as How, Nearest, Optimal, Order, Outcomes as What, ScoreScale, Subclasses, Ties, Weighting,
    },
    people::{CovariateValues, People},
    report::{Cell, RefusalSaid, Role, Scale, Sensitivity, Step, Table},
    words::{effect, figure},
};

const DISTANCE: Setting = Setting {
    name: "distance",
    takes: Takes::Word(&["score", "logit-score", "mahalanobis"]),
    default: Some("score"),
    about: "what two people are near in: the score, its logit, or all covariates at once",
};
const PER_PERSON: Setting = Setting {
    name: "per-person",
    takes: Takes::Whole(1, 1000),
    default: Some("1"),
    about: "how many comparison people each person gets, at most",
};
const CALIPER: Setting = Setting {
    name: "caliper",
    takes: Takes::Number(0.0, f64::INFINITY),
    default: Some("none"),
    about: "how far away a comparison person may be; no limit when left out",
};
const CALIPER_UNIT: Setting = Setting {
    name: "caliper-unit",
    takes: Takes::Word(&["standard-deviations", "raw"]),
    default: Some("standard-deviations"),
    about: "the unit of the caliper: standard deviations of the score over all people, or the scale itself",
};
const CALIPER_ON: Setting = Setting {
    name: "caliper-on",
    takes: Takes::Word(&["score", "logit-score"]),
    default: Some("score"),
    about: "what the caliper is measured on",
};
const ALIKE_IN: Setting = Setting {
    name: "exact",
    takes: Takes::Columns,
    default: None,
    about: "covariates in which comparison people have to be the same",
};
pub(super) const SCORE: Setting = Setting {
    name: "score",
    takes: Takes::Name,
    default: Some("none"),
    about: "a covariate that holds a ready score between 0 and 1; fitted from the covariates when left out",
};
pub(super) const ESTIMAND: Setting = Setting {
    name: "of",
    takes: Takes::Word(&["treated", "everyone", "overlap"]),
    default: Some("treated"),
    about: "whose effect is estimated",
};

/// The nearest neighbours.
pub(super) const NEAREST: Method = Method {
    name: "nearest",
    about: "Each person with the programme is compared with the people most like them: the nearest by a score, or by all covariates at once.",
    page: "matching.md",
    settings: &[
        DISTANCE,
        PER_PERSON,
        Setting {
            name: "replacement",
            takes: Takes::Flag,
            default: Some("no"),
            about: "whether a comparison person may serve more than one person",
        },
        CALIPER,
        CALIPER_UNIT,
        CALIPER_ON,
        Setting {
            name: "order",
            takes: Takes::Word(&["descending", "ascending", "input", "by-lot"]),
            default: Some("descending"),
            about: "who chooses first: the highest score, the lowest, the first row, or by lot",
        },
        Setting {
            name: "ties",
            takes: Takes::Word(&["first", "adjacent", "by-lot", "all"]),
            default: Some("first"),
            about: "who is taken of those equally near",
        },
        ALIKE_IN,
        SCORE,
        Setting {
            name: "other-orders",
            takes: Takes::Whole(0, 1000),
            default: Some("20"),
            about: "how many random orders and ties the effect is worked out for besides, to show how much hangs on them",
        },
    ],
    roles: &[ColumnRole::Covariates],
    uses: &[],
    kinds: &[YesNo, Number, Count],
    by_lot: false,
    of: Of::People,
    fix: nearest,
};

/// Sets chosen together.
pub(super) const OPTIMAL: Method = Method {
    name: "optimal",
    about: "Comparison people are chosen for everybody together, so that the sum of all distances is least.",
    page: "matching.md",
    settings: &[DISTANCE, PER_PERSON, CALIPER, CALIPER_UNIT, CALIPER_ON, ALIKE_IN, SCORE],
    roles: &[ColumnRole::Covariates],
    uses: &[],
    kinds: &[YesNo, Number, Count],
    by_lot: false,
    of: Of::People,
    fix: optimal,
};

/// The same in everything.
pub(super) const EXACT: Method = Method {
    name: "exact",
    about: "People are compared with those who are the same in every covariate.",
    page: "matching.md",
    settings: &[],
    roles: &[ColumnRole::Covariates],
    uses: &[],
    kinds: &[YesNo, Number, Count],
    by_lot: false,
    of: Of::People,
    fix: exact,
};

/// The same in everything, numbers in steps.
pub(super) const COARSENED: Method = Method {
    name: "coarsened",
    about: "People are compared with those who are the same in every covariate, numbers being cut into bins first.",
    page: "matching.md",
    settings: &[
        Setting {
            name: "bins",
            takes: Takes::Whole(1, 1000),
            default: Some("none"),
            about: "into how many bins of equal width every number is cut; by Sturges' rule when left out",
        },
        ALIKE_IN,
    ],
    roles: &[ColumnRole::Covariates],
    uses: &[],
    kinds: &[YesNo, Number, Count],
    by_lot: false,
    of: Of::People,
    fix: coarsened,
};

/// Classes of similar scores.
pub(super) const SUBCLASSES: Method = Method {
    name: "subclasses",
    about: "People are put into classes of similar scores, and compared within each.",
    page: "matching.md",
    settings: &[
        Setting { name: "classes", takes: Takes::Whole(2, 1000), default: Some("6"), about: "how many classes" },
        Setting { takes: Takes::Word(&["treated", "everyone"]), ..ESTIMAND },
        SCORE,
    ],
    roles: &[ColumnRole::Covariates],
    uses: &[],
    kinds: &[YesNo, Number, Count],
    by_lot: false,
    of: Of::People,
    fix: subclasses,
};

/// Weights by the score.
pub(super) const WEIGHTS: Method = Method {
    name: "weights",
    about: "Nobody is chosen: comparison people count by how alike they are, by inverse probability or overlap weights.",
    page: "matching.md",
    settings: &[
        ESTIMAND,
        Setting {
            name: "trim",
            takes: Takes::Number(0.0, 0.49),
            default: Some("0"),
            about: "people with a score below this, or above one less this, are left out",
        },
        SCORE,
    ],
    roles: &[ColumnRole::Covariates],
    uses: &[],
    kinds: &[YesNo, Number, Count],
    by_lot: false,
    of: Of::People,
    fix: weights,
};

fn distance(settings: &Settings) -> Distance {
    match settings.word("distance") {
        Some("logit-score") => Distance::LogitScore,
        Some("mahalanobis") => Distance::Mahalanobis,
        _ => Distance::Score,
    }
}

fn caliper(settings: &Settings) -> Option<Caliper> {
    Some(Caliper {
        width: settings.number("caliper")?,
        unit: if settings.word("caliper-unit") == Some("raw") {
            CaliperUnit::Raw
        } else {
            CaliperUnit::StandardDeviations
        },
        on: if settings.word("caliper-on") == Some("logit-score") { ScoreScale::LogitScore } else { ScoreScale::Score },
    })
}

pub(super) fn of(settings: &Settings) -> Estimand {
    match settings.word("of") {
        Some("everyone") => Estimand::Everyone,
        Some("overlap") => Estimand::Overlap,
        _ => Estimand::Treated,
    }
}

fn nearest(run: &Run<'_>) -> Result<Fixed, RefusalSaid> {
    let settings = run.settings;
    let nearest = Nearest {
        distance: distance(settings),
        ratio: settings.whole("per-person"),
        replacement: settings.flag("replacement"),
        caliper: caliper(settings),
        order: match settings.word("order") {
            Some("ascending") => Order::Ascending,
            Some("input") => Order::Input,
            Some("by-lot") => Order::Random { seed: run.seed },
            _ => Order::Descending,
        },
        ties: match settings.word("ties") {
            Some("adjacent") => Ties::Adjacent,
            Some("by-lot") => Ties::Random { seed: run.seed },
            Some("all") => Ties::All { tolerance: 1e-5 },
            _ => Ties::First,
        },
    };
    let orders = settings.whole("other-orders");
    let others = (0..orders as u64).map(|n| {
        let seed = run.seed.wrapping_add(n + 1);
        How::Nearest(Nearest { order: Order::Random { seed }, ties: Ties::Random { seed }, ..nearest.clone() })
    });
    let others = if matches!(nearest.ties, Ties::All { .. }) { Vec::new() } else { others.collect() };
    fixed(run, How::Nearest(nearest), settings.words("exact"), settings.word("score"), others)
}

fn optimal(run: &Run<'_>) -> Result<Fixed, RefusalSaid> {
    let settings = run.settings;
    let ratio = settings.whole("per-person");
    let how = How::Optimal(Optimal { distance: distance(settings), ratio, caliper: caliper(settings) });
    fixed(run, how, settings.words("exact"), settings.word("score"), Vec::new())
}

fn exact(run: &Run<'_>) -> Result<Fixed, RefusalSaid> {
    fixed(run, How::Exact, &[], None, Vec::new())
}

fn coarsened(run: &Run<'_>) -> Result<Fixed, RefusalSaid> {
    let bins = run.settings.number("bins").map(|bins| bins as usize);
    let numbers = run
        .people
        .covariates
        .iter()
        .filter(|covariate| covariate.adjusted && matches!(covariate.values, CovariateValues::Numbers(_)));
    let cuts: BTreeMap<String, Cuts> = bins
        .map(|bins| numbers.map(|covariate| (covariate.name.clone(), Cuts::Bins(bins))).collect())
        .unwrap_or_default();
    fixed(run, How::Coarsened(Coarsened { cuts }), run.settings.words("exact"), None, Vec::new())
}

fn subclasses(run: &Run<'_>) -> Result<Fixed, RefusalSaid> {
    let how = How::Subclasses(Subclasses { number: run.settings.whole("classes"), estimand: of(run.settings) });
    fixed(run, how, &[], run.settings.word("score"), Vec::new())
}

fn weights(run: &Run<'_>) -> Result<Fixed, RefusalSaid> {
    let trim = run.settings.number("trim").unwrap_or(0.0);
    let how = How::Weighting(Weighting { estimand: of(run.settings), trim });
    fixed(run, how, &[], run.settings.word("score"), Vec::new())
}

/// The people as they can be chosen from.
pub(super) fn candidates(people: &People) -> Result<Candidates, RefusalSaid> {
    let covariates = people.covariates.iter().map(|covariate| match &covariate.values {
        CovariateValues::Numbers(numbers) => Covariate::numbers(covariate.name.clone(), numbers.clone()),
        CovariateValues::Groups(names, own) => {
            let values: Vec<&str> = own.iter().map(|&group| names[group].as_str()).collect();
            Covariate::categories(covariate.name.clone(), &values)
        }
    });
    let made = Candidates::new(people.treated.clone(), covariates.collect())?;
    Ok(made.with_keys(people.keys.clone())?)
}

fn fixed(
    run: &Run<'_>,
    how: How,
    alike_in: &[String],
    score: Option<&str>,
    others: Vec<How>,
) -> Result<Fixed, RefusalSaid> {
    sampled(run, how, alike_in, score, others).map(|(fixed, _)| fixed)
}

/// People chosen or weighted, and the sample that they make.
pub(super) fn sampled(
    run: &Run<'_>,
    how: How,
    alike_in: &[String],
    score: Option<&str>,
    others: Vec<How>,
) -> Result<(Fixed, Rc<MatchedSample>), RefusalSaid> {
    let people = candidates(run.people)?;
    let covariates = run.people.covariates.iter().filter(|c| c.adjusted && !alike_in.contains(&c.name));
    let covariates: Vec<String> = covariates.map(|covariate| covariate.name.clone()).collect();
    let designed = |how: How| {
        let design = Design::new(how, covariates.clone()).exactly(alike_in.iter().cloned());
        match score {
            Some(score) => design.scored_by(score),
            None => design,
        }
    };
    let sample = designed(how).choose(&people)?;
    let others: Vec<MatchedSample> = others.into_iter().filter_map(|how| designed(how).choose(&people).ok()).collect();
    let flow = sample.flow();
    let mut links = Vec::new();
    for (set, own) in sample.sets().iter().enumerate() {
        let people = own.treated.len() as f64;
        links.extend(own.treated.iter().map(|&row| Link { row, set, weight: 1.0 }));
        links.extend(own.comparison.iter().zip(&own.shares).map(|(&row, share)| Link {
            row,
            set,
            weight: share * people,
        }));
    }
    // Weights of an arm add up to how many had the programme and are compared, as those of the sets do.
    let weights: Vec<f64> = sample.weights().iter().map(|weight| weight * flow.treated_matched as f64).collect();
    let mut steps = Vec::new();
    if flow.treated_unmatched > 0 || flow.pool_used < flow.pool {
        let out = (flow.treated_unmatched, flow.pool - flow.pool_used);
        steps.push(Step::left_out(out, "nobody on the other side was near enough, or others were nearer"));
    }
    // A number of people below five is not told.
    let told = |warning: &&Warning| warning.code != "treated-left-out";
    let mut warnings: Vec<Warning> = sample.warnings().iter().filter(told).cloned().collect();
    if flow.treated_unmatched > 0 {
        let share = match flow.treated_unmatched {
            few if few < SMALLEST => format!("Fewer than {SMALLEST}"),
            many => format!("{many} (of {})", flow.treated),
        };
        warnings.push(Warning::new(
            "treated-left-out",
            format!("{share} of those with the programme have nobody to be compared with and are left out: the effect is that on the others"),
            "say for whom the effect holds, or widen the caliper or the pool in a new plan",
        ));
    }
    let mut rows: Vec<Vec<Cell>> = sample.rules().iter().map(|rule| vec![Cell::Text(rule.clone())]).collect();
    if let Some(width) = sample.caliper_width() {
        rows.push(vec![Cell::Text(format!("the caliper comes to {width}"))]);
    }
    if let Some(times) = flow.most_often_used.filter(|times| *times > 1) {
        rows.push(vec![Cell::Text(format!("the comparison person who serves most often serves {times} times"))]);
    }
    let tables = vec![Table { title: "Rules by which people were chosen".into(), columns: vec!["Rule".into()], rows }];
    let score = sample.score().map(|score| ("score".to_owned(), score.probability.to_vec()));
    let (level, about, scale) = (run.level, run.about.clone(), run.scale());
    let sample = Rc::new(sample);
    let own = sample.clone();
    let estimate = Box::new(move |outcomes: &crate::outcomes::Outcomes| {
        let what = What::known(outcomes.values.clone());
        let found = own.effect(&what, level)?;
        let mut answer = Answer {
            warnings: found
                .warnings
                .into_iter()
                .filter(|w| !own.warnings().contains(w) && w.code != "treated-left-out")
                .collect(),
            ..Answer::default()
        };
        let sides = Some((found.treated.mean, found.comparison.mean));
        answer.effects.push(effect("Difference of those compared", Role::Main, scale, found.difference, sides, &about));
        if let Some(reduction) = found.reduction.filter(|_| scale == Scale::Share || about.unit.is_empty()) {
            let title = "Relative reduction";
            answer.effects.push(effect(title, Role::Beside, Scale::RelativeReduction, reduction, None, &about));
        }
        answer.sensitivity.extend(of_orders(&others, &what, level));
        answer.sensitivity.extend(hidden_bias(&own, &what, level));
        let rows = vec![
            vec![Cell::Text("How the error was worked out".into()), Cell::Text(found.error)],
            vec![Cell::Text("Those with the programme are worth".into()), Cell::Number(found.treated.effective)],
            vec![Cell::Text("Those they are compared with are worth".into()), Cell::Number(found.comparison.effective)],
        ];
        answer.tables.push(Table {
            title: "What the error rests on".into(),
            columns: vec!["What".into(), "Value".into()],
            rows,
        });
        Ok(answer)
    });
    let fixed =
        Fixed { weights, links, score, chosen: true, steps, warnings, tables, sensitivity: Vec::new(), estimate };
    Ok((fixed, sample))
}

/// How strong a reason nobody wrote down would have to be (Rosenbaum's bounds), for sets that share nobody.
fn hidden_bias(sample: &MatchedSample, what: &What, level: f64) -> Option<Sensitivity> {
    let found = sample.rosenbaum_bounds(what, 1.0 - level).ok()?;
    let odds =
        "was more likely to have had the programme, for a reason nobody wrote down that decides the outcome as well";
    let answer = match found.bears {
        None => "Nothing hidden is needed: chance alone could make the difference within the sets.".to_owned(),
        Some(times) if times >= MOST => format!(
            "Even if of two people alike in all that is known one {odds}, {} times as likely, the difference would not be explained.",
            figure(MOST)
        ),
        Some(times) => format!(
            "If of two people alike in all that is known one {odds}, the difference could be chance from {} times as likely on.",
            figure(times)
        ),
    };
    let mut figures: Vec<(String, f64)> =
        found.bears.map(|times| ("bears up to".to_owned(), times)).into_iter().collect();
    figures.extend(found.bounds.iter().map(|bound| (format!("largest p at {} times", bound.gamma), bound.p)));
    Some(Sensitivity {
        name: "hidden-bias".into(),
        question: "How strong would something hidden have to be to explain the difference?".into(),
        answer,
        figures,
    })
}

/// The effect in other orders and with other ties: how much hangs on a rule that says nothing about people.
fn of_orders(others: &[MatchedSample], what: &What, level: f64) -> Option<Sensitivity> {
    let mut values: Vec<f64> =
        others.iter().filter_map(|sample| Some(sample.effect(what, level).ok()?.difference.value)).collect();
    values.sort_by(f64::total_cmp);
    let (least, most) = (*values.first()?, *values.last()?);
    let middle = values[values.len() / 2];
    Some(Sensitivity {
        name: "ties".into(),
        question: "How much hangs on the order in which people choose, and on who is taken of those equally near?"
            .into(),
        answer: format!(
            "Over {} random orders the difference lies between {} and {}, and half of them below {}.",
            values.len(),
            figure(least),
            figure(most),
            figure(middle)
        ),
        figures: vec![("least".into(), least), ("middle".into(), middle), ("most".into(), most)],
    })
}
