//! Two groups, before and after: what changed here beyond what changed there.

use std::{collections::BTreeMap, rc::Rc};

use meed_effects::Counts;
use meed_statistics::{Clusters, Refusal, Warning};
use meed_terms::OutcomeKind::{self, Count, Number, YesNo};

use super::{
    Answer, ColumnRole, Fixed, Method, Of, Run, Setting, Takes,
    beginning::{self, BEGAN},
};
use crate::{
    balance::SMALLEST,
    outcomes::Outcomes,
    panel::two_by_two::{Events, Twice, of_changes, of_means, of_rates, of_shares},
    panel::two_by_two_clusters::{of_means_by_cluster, of_rates_by_cluster},
    people::People,
    report::{Cell, RefusalSaid, Role, Scale, Sensitivity, Table},
    words::{About, effect, figure},
};

const DISPERSION: Setting = Setting {
    name: "dispersion",
    takes: Takes::Number(1.0, f64::INFINITY),
    default: Some("none"),
    about: "by how much more than Poisson counts scatter, for counts; found from the rows when left out, and at least 1",
};

/// Difference in differences of two groups and two times.
pub(super) const TWO_BY_TWO: Method = Method {
    name: "two-by-two",
    about: "What changed with the programme from before to after less what changed without it: of shares with their odds, of rates, or of means (difference in differences); with errors between clusters where the plan names them.",
    page: "difference-in-differences.md",
    settings: &[BEGAN, DISPERSION],
    roles: &[ColumnRole::Time],
    uses: &[ColumnRole::FirstTreated, ColumnRole::Exposure, ColumnRole::Cluster],
    kinds: &[YesNo, Number, Count],
    by_lot: false,
    of: Of::Panel,
    fix: two_by_two,
};

/// Fewer clusters than this are told of: our default.
const FEW_CLUSTERS: usize = 30;

/// The rows of the group before and after, and of the comparison before and after.
type Cells = [Vec<usize>; 4];
const NAMES: [&str; 4] =
    ["with the programme, before", "with the programme, after", "without, before", "without, after"];

fn two_by_two(run: &Run<'_>) -> Result<Fixed, RefusalSaid> {
    let began = beginning::beginning(run)?;
    let after = beginning::after(run, began)?;
    let people = Rc::new(run.people.clone());
    let mut cells: Cells = Default::default();
    for row in 0..people.len() {
        cells[usize::from(!people.treated[row]) * 2 + usize::from(after[row])].push(row);
    }
    for (rows, name) in cells.iter().zip(NAMES) {
        if rows.is_empty() {
            return Err(Refusal::EmptyGroup { group: format!("the group {name}") }.into());
        }
    }
    let pairs = pairs(&people, &cells);
    let twice = if let Pairs::Some(twice) = &pairs { Some(twice.clone()) } else { None };
    let (level, about, kind, scale) = (run.level, run.about.clone(), run.kind, run.scale());
    let dispersion = run.settings.number("dispersion");
    let seen = cells.clone();
    let clusters = people.cluster.as_ref().map(|cluster| Clusters::new("cluster", cluster));
    let nested = clusters.as_ref().is_some_and(|clusters| {
        let mut of: BTreeMap<&str, usize> = BTreeMap::new();
        people.keys.iter().zip(clusters.of()).all(|(key, cluster)| *of.entry(key).or_insert(*cluster) == *cluster)
    });
    let estimate = move |outcomes: &Outcomes| {
        let mut answer = match (kind, &pairs) {
            _ if clusters.is_some() => by_cluster(outcomes, &seen, clusters.as_ref(), (kind, scale), level, &about)?,
            (Count, _) => rates(outcomes, &seen, dispersion, level, &about)?,
            (_, Pairs::Everybody(pairs)) => changes(outcomes, pairs, kind, scale, &seen, level, &about)?,
            (YesNo, _) => shares(outcomes, &seen, level, &about)?,
            _ => means(outcomes, &seen, level, &about)?,
        };
        answer.tables.insert(0, four(outcomes, &seen, kind));
        Ok(answer)
    };
    let mut fixed = Fixed::everybody(&people, Box::new(estimate));
    // Where all of a person's rows are in one cluster, errors between clusters hold for people seen twice as well.
    if let Some(twice) = twice.filter(|_| !nested) {
        fixed.warnings.push(Warning::new(
            "seen-twice",
            format!("{twice} are seen more than once, and the error takes rows for different people"),
            "name `fixed-effects`, with errors by person, and read it beside this one",
        ));
    }
    Ok(fixed)
}

/// Who is seen on both sides of the beginning.
enum Pairs {
    /// Rows are different people.
    Nobody,
    /// Somebody, in words.
    Some(String),
    /// Everybody, once before and once after: the rows of each, here and there.
    Everybody([Vec<(usize, usize)>; 2]),
}

fn pairs(people: &People, cells: &Cells) -> Pairs {
    let mut rows: BTreeMap<&str, [Vec<usize>; 2]> = BTreeMap::new();
    for (place, cell) in cells.iter().enumerate() {
        for &row in cell {
            rows.entry(&people.keys[row]).or_default()[place % 2].push(row);
        }
    }
    let several = rows.values().filter(|of| of[0].len() + of[1].len() > 1).count();
    if several == 0 {
        return Pairs::Nobody;
    }
    let mut both: [Vec<(usize, usize)>; 2] = Default::default();
    for of in rows.values() {
        match (of[0].as_slice(), of[1].as_slice()) {
            (&[before], &[after]) if people.treated[before] == people.treated[after] => {
                both[usize::from(!people.treated[before])].push((before, after));
            }
            _ => {
                let told = if several < SMALLEST { format!("fewer than {SMALLEST}") } else { several.to_string() };
                return Pairs::Some(told);
            }
        }
    }
    Pairs::Everybody(both)
}

fn of(outcomes: &Outcomes, rows: &[usize]) -> Vec<f64> {
    rows.iter().map(|&row| outcomes.values[row]).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// What those with the programme came to afterwards, and what they would have with the others' change.
fn sides(outcomes: &Outcomes, cells: &Cells) -> (f64, f64) {
    let [before, after, other_before, other_after] = [0, 1, 2, 3].map(|cell: usize| mean(&of(outcomes, &cells[cell])));
    (after, before + other_after - other_before)
}

fn shares(outcomes: &Outcomes, cells: &Cells, level: f64, about: &About) -> Result<Answer, RefusalSaid> {
    let counts = |cell: usize| Counts {
        with: cells[cell].iter().filter(|&&row| outcomes.values[row] == 1.0).count() as u64,
        of: cells[cell].len() as u64,
    };
    let twice = |before: usize| Twice { before: counts(before), after: counts(before + 1) };
    let found = of_shares(twice(0), twice(2), level)?;
    let mut answer = Answer { warnings: found.warnings, ..Answer::default() };
    for warning in answer.warnings.iter_mut().filter(|warning| warning.code == "small-cells") {
        warning.what = format!("one of the four groups holds fewer than {SMALLEST} with the outcome, or without it");
    }
    let title = "Change with the programme beyond the change without";
    let sides = Some(sides(outcomes, cells));
    answer.effects.push(effect(title, Role::Main, Scale::Share, found.points, sides, about));
    odds(found.odds_ratio, about, &mut answer);
    answer.sensitivity.push(Sensitivity {
        name: "wilson".into(),
        question: "Does the range hold where shares are small or few people stand behind them?".into(),
        answer: format!(
            "By Wilson's limits of each share, changes from {} to {} of every 100 are not ruled out.",
            figure(found.points_wilson.low * 100.0),
            figure(found.points_wilson.high * 100.0)
        ),
        figures: vec![
            ("lower limit".into(), found.points_wilson.low),
            ("upper limit".into(), found.points_wilson.high),
        ],
    });
    Ok(answer)
}

fn odds(found: Option<meed_statistics::Estimate>, about: &About, answer: &mut Answer) {
    match found {
        Some(found) => {
            let title = "Change of the odds beyond the change without";
            answer.effects.push(effect(title, Role::Beside, Scale::OddsRatio, found, None, about));
        }
        None => answer.warnings.push(Warning::new(
            "no-odds",
            "in one of the four groups it happened to everybody or to nobody, so that there is no ratio of odds",
            "read the difference in points",
        )),
    }
}

fn rates(
    outcomes: &Outcomes,
    cells: &Cells,
    dispersion: Option<f64>,
    level: f64,
    about: &About,
) -> Result<Answer, RefusalSaid> {
    let at_risk = |row: usize| outcomes.exposure.as_ref().map_or(1.0, |exposure| exposure[row]);
    let events = |cell: usize| Events {
        events: of(outcomes, &cells[cell]).iter().sum::<f64>() as u64,
        time: cells[cell].iter().map(|&row| at_risk(row)).sum(),
    };
    let rate = |cell: usize| events(cell).events as f64 / events(cell).time;
    // Pearson's squares over what is left after four rates.
    let rows: usize = cells.iter().map(Vec::len).sum();
    let squares: f64 = (0..4)
        .filter(|&cell| events(cell).events > 0)
        .flat_map(|cell| cells[cell].iter().map(move |&row| (cell, row)))
        .map(|(cell, row)| {
            let expected = rate(cell) * at_risk(row);
            (outcomes.values[row] - expected).powi(2) / expected
        })
        .sum();
    let found_dispersion = if rows > 4 { (squares / (rows - 4) as f64).max(1.0) } else { 1.0 };
    let used = dispersion.unwrap_or(found_dispersion);
    let twice = |before: usize| Twice { before: events(before), after: events(before + 1) };
    let found = of_rates(twice(0), twice(2), used, level)?;
    let mut answer = Answer::default();
    let title = "Change of the rate beyond the change without";
    let sides = Some((rate(1), rate(0) + rate(3) - rate(2)));
    answer.effects.push(effect(title, Role::Main, Scale::Difference, found.events, sides, about));
    match found.ratio {
        Some(ratio) => {
            let title = "Ratio of the rates beyond the ratio without";
            answer.effects.push(effect(title, Role::Beside, Scale::Ratio, ratio, None, about));
        }
        None => answer.warnings.push(no_ratio()),
    }
    answer.tables.push(Table {
        title: "What the error rests on".into(),
        columns: vec!["What".into(), "Value".into()],
        rows: vec![
            vec![Cell::Text("By how much more than Poisson counts were taken to scatter".into()), Cell::Number(used)],
            vec![Cell::Text("By how much more they scatter in these rows".into()), Cell::Number(found_dispersion)],
        ],
    });
    if dispersion.is_some_and(|set| found_dispersion > 1.5 * set) {
        answer.warnings.push(Warning::new(
            "more-scatter",
            format!(
                "counts scatter {} times as much as Poisson counts, more than the plan says",
                figure(found_dispersion)
            ),
            "leave `dispersion` out in a new plan: the range here is too narrow",
        ));
    }
    Ok(answer)
}

/// Errors between clusters: one figure, and the ratio of rates beside where counts are compared.
fn by_cluster(
    outcomes: &Outcomes,
    cells: &Cells,
    clusters: Option<&Clusters>,
    (kind, scale): (OutcomeKind, Scale),
    level: f64,
    about: &About,
) -> Result<Answer, RefusalSaid> {
    let Some(clusters) = clusters else { return Ok(Answer::default()) };
    let mut cell_of = vec![0; outcomes.values.len()];
    cells.iter().enumerate().for_each(|(cell, rows)| rows.iter().for_each(|&row| cell_of[row] = cell));
    let mut answer = Answer::default();
    if clusters.count() < FEW_CLUSTERS {
        answer.warnings.push(Warning::new(
            "few-clusters",
            format!("errors rest on {} clusters only", clusters.count()),
            "name `fixed-effects` with its wild cluster bootstrap, and read it beside this one",
        ));
    }
    if kind != Count {
        let found = of_means_by_cluster(&cell_of, &outcomes.values, clusters, level)?;
        let title = "Change with the programme beyond the change without, errors between clusters";
        answer.effects.push(effect(title, Role::Main, scale, found, Some(sides(outcomes, cells)), about));
        return Ok(answer);
    }
    let time = outcomes.exposure.clone().unwrap_or_else(|| vec![1.0; outcomes.values.len()]);
    let found = of_rates_by_cluster(&cell_of, &outcomes.values, &time, clusters, level)?;
    let title = "Change of the rate beyond the change without, errors between clusters";
    answer.effects.push(effect(title, Role::Main, Scale::Difference, found.difference, None, about));
    match found.ratio {
        Some(ratio) => {
            let title = "Ratio of the rates beyond the ratio without, errors between clusters";
            answer.effects.push(effect(title, Role::Beside, Scale::Ratio, ratio, None, about));
        }
        None => answer.warnings.push(no_ratio()),
    }
    Ok(answer)
}

fn no_ratio() -> Warning {
    Warning::new(
        "no-ratio",
        "in one of the four groups nothing happened, so that there is no ratio of rates",
        "read the difference of rates",
    )
}

fn means(outcomes: &Outcomes, cells: &Cells, level: f64, about: &About) -> Result<Answer, RefusalSaid> {
    let values: Vec<Vec<f64>> = cells.iter().map(|rows| of(outcomes, rows)).collect();
    let twice = |before: usize| Twice { before: values[before].as_slice(), after: values[before + 1].as_slice() };
    let found = of_means(twice(0), twice(2), level)?;
    let title = "Change with the programme beyond the change without";
    let sides = Some(sides(outcomes, cells));
    let effects = vec![effect(title, Role::Main, Scale::Difference, found.difference, sides, about)];
    Ok(Answer { effects, ..Answer::default() })
}

/// Everybody seen once before and once after: each one's own change.
fn changes(
    outcomes: &Outcomes,
    pairs: &[Vec<(usize, usize)>; 2],
    kind: OutcomeKind,
    scale: Scale,
    cells: &Cells,
    level: f64,
    about: &About,
) -> Result<Answer, RefusalSaid> {
    let change = |pairs: &[(usize, usize)]| -> Vec<f64> {
        pairs.iter().map(|&(before, after)| outcomes.values[after] - outcomes.values[before]).collect()
    };
    let found = of_changes(&change(&pairs[0]), &change(&pairs[1]), level)?;
    let title = "Change with the programme beyond the change without, person by person";
    let mut answer = Answer::default();
    answer.effects.push(effect(title, Role::Main, scale, found, Some(sides(outcomes, cells)), about));
    if kind == YesNo
        && let Ok(apart) = shares(outcomes, cells, level, about)
    {
        answer.effects.extend(apart.effects.into_iter().filter(|effect| effect.scale == Scale::OddsRatio));
        if answer.effects.len() > 1 {
            answer.warnings.push(Warning::new(
                "odds-as-of-different-people",
                "the range of the ratio of odds takes the people before and after for different ones",
                "read the change in points, which follows each person",
            ));
        }
    }
    Ok(answer)
}

/// The four figures that everything comes from.
fn four(outcomes: &Outcomes, cells: &Cells, kind: OutcomeKind) -> Table {
    let rows = cells.iter().zip(NAMES).map(|(rows, name)| {
        let values = of(outcomes, rows);
        let shown = match kind {
            YesNo => {
                let with = values.iter().filter(|value| **value == 1.0).count();
                // A share that gives away how few they are is not shown.
                let small = |count: usize| count > 0 && count < SMALLEST;
                (!small(with) && !small(values.len() - with)).then(|| 100.0 * mean(&values))
            }
            Count => {
                let time = outcomes
                    .exposure
                    .as_ref()
                    .map_or(rows.len() as f64, |exposure| rows.iter().map(|&row| exposure[row]).sum());
                (rows.len() >= SMALLEST).then(|| values.iter().sum::<f64>() / time)
            }
            _ => (rows.len() >= SMALLEST).then(|| mean(&values)),
        };
        vec![Cell::Text(name.into()), shown.map_or(Cell::Empty, Cell::Number)]
    });
    let figure = match kind {
        YesNo => "Share in percent",
        Count => "Rate for each unit of time",
        _ => "Mean",
    };
    Table { title: "Before and after".into(), columns: vec!["Group".into(), figure.into()], rows: rows.collect() }
}
