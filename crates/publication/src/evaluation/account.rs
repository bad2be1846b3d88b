//! What is told of an evaluation, in order: question and design, the flow of people, balance, effect, how it hangs on what
//! cannot be seen, whether the plan was kept to, and how to make it again.

use meed_evaluation::{
    Report,
    method::Of,
    report::{Cell, Effect, Group, Role, Scale, Series, Table},
    words::figure,
};
use serde::Serialize;

use super::{picture, settings};
use crate::words::clean;

/// An account, ready to be laid out.
#[derive(Serialize)]
pub(super) struct Account {
    pub title: String,
    pub question: String,
    pub sections: Vec<Section>,
}

/// A section with its heading.
#[derive(Serialize)]
pub(super) struct Section {
    pub id: String,
    pub title: String,
    pub blocks: Vec<Block>,
}

/// A piece of a section.
#[derive(Serialize)]
#[serde(tag = "block", rename_all = "kebab-case")]
pub(super) enum Block {
    /// A heading within the section.
    Heading { text: String },
    /// A sentence or several.
    Text { text: String },
    /// The answer, set apart.
    Answer { label: String, figure: String, text: String },
    /// Something to know before relying on a figure, and what to do about it.
    Warning { text: String, remedy: String },
    /// Names and what they are.
    Facts { rows: Vec<(String, String)> },
    /// A table; the columns from `numbers` on hold numbers.
    Table { caption: String, columns: Vec<String>, numbers: usize, rows: Vec<Vec<String>> },
    /// A picture, by the name of its file.
    Picture {
        caption: String,
        file: String,
        #[serde(skip)]
        svg: String,
        words: String,
    },
    /// A hash or a name that is copied.
    Code { label: String, text: String },
}

impl Account {
    pub fn of(report: &Report) -> Account {
        let mut sections = vec![design(report)];
        let pictures = picture::of(report);
        for group in &report.groups {
            sections.push(of_group(report, group, &pictures));
        }
        if report.groups.len() > 1 {
            sections.push(side_by_side(report, &pictures));
        }
        sections.push(kept(report));
        sections.push(again(report));
        Account { title: clean(&report.title), question: clean(&report.question), sections }
    }
}

fn text(text: &str) -> Block {
    Block::Text { text: clean(text) }
}

fn design(report: &Report) -> Section {
    let outcome = &report.outcome;
    let mut what = outcome.what.clone();
    if let Some(window) = &outcome.window {
        what += &format!(", within {window}");
    }
    if let Some(better) = &outcome.better {
        what += &format!("; {better} is better");
    }
    let mut rows = vec![
        ("People".to_owned(), report.population.clone()),
        ("Outcome".to_owned(), what),
        ("Compared with".to_owned(), report.comparison.clone()),
    ];
    rows.extend(report.because.iter().map(|because| ("Why these".to_owned(), because.clone())));
    rows.push(("Method".to_owned(), format!("{}: {}", report.method.name, report.method.about)));
    if !report.method.covariates.is_empty() {
        rows.push(("Taken into account".to_owned(), report.method.covariates.join(", ")));
    }
    for (name, value) in &report.method.settings {
        rows.push(settings::in_words(name, value));
    }
    rows.push(("Order and ties".to_owned(), report.method.order.clone()));
    rows.push((
        "Unknown outcomes".to_owned(),
        match outcome.missing.as_str() {
            "refuse" => "nothing is estimated while one is unknown".to_owned(),
            "failure" => "count as a failure".to_owned(),
            _ => "are left out, and counted".to_owned(),
        },
    ));
    Section {
        id: "design".into(),
        title: "The question and the design".into(),
        blocks: vec![Block::Facts {
            rows: rows.into_iter().map(|(name, value)| (clean(&name), clean(&value))).collect(),
        }],
    }
}

/// Balance and then the effect of a group, without pictures: what a statement that rests on it shows.
pub(super) fn in_short(report: &Report, group: &Group) -> Vec<Block> {
    let mut blocks = vec![text(&balance_in_words(report, group))];
    if !group.balance.rows.is_empty() {
        blocks.push(balance_table(report, group));
    }
    if let Some(refusal) = &group.refusal {
        let what = clean(&format!("No effect is given: {}.", refusal.what));
        blocks.push(Block::Warning { text: what, remedy: clean(&sentence(&refusal.remedy)) });
    }
    for warning in &group.warnings {
        blocks
            .push(Block::Warning { text: clean(&sentence(&warning.what)), remedy: clean(&sentence(&warning.remedy)) });
    }
    if !group.effects.is_empty() {
        blocks.push(effects_table(report, group));
    }
    blocks
}

fn of_group(report: &Report, group: &Group, pictures: &[picture::Picture]) -> Section {
    let mut blocks = Vec::new();
    let picture = |name: &str| {
        let file = format!("{name}-{}.svg", group.id);
        pictures.iter().find(|picture| picture.file == file).map(|picture| Block::Picture {
            caption: picture.caption.clone(),
            file,
            svg: picture.svg.clone(),
            words: picture.words.clone(),
        })
    };
    let heading = |text: &str| Block::Heading { text: text.to_owned() };

    blocks.push(heading("Who was looked at"));
    blocks.push(Block::Table {
        caption: "People at each step, and why others are left out; small numbers are not shown".into(),
        columns: std::iter::once("Step").chain(Sides::of(report).people).map(str::to_owned).collect(),
        numbers: 2,
        rows: group
            .flow
            .iter()
            .map(|step| {
                let what = if step.out { format!("left out: {}", step.what) } else { step.what.clone() };
                vec![clean(&what), number_or_few(step.treated), number_or_few(step.comparison)]
            })
            .collect(),
    });

    blocks.push(heading("How alike the two sides are"));
    blocks.push(text(&balance_in_words(report, group)));
    blocks.extend(picture("balance"));
    if !group.balance.rows.is_empty() {
        blocks.push(balance_table(report, group));
    }
    blocks.extend(picture("overlap"));

    blocks.push(heading("The effect"));
    match &group.refusal {
        Some(refusal) => {
            blocks.push(Block::Warning {
                text: clean(&format!("No effect is given: {}.", refusal.what)),
                remedy: clean(&sentence(&refusal.remedy)),
            });
        }
        None => {
            for effect in group.effects.iter().filter(|effect| effect.role == Role::Main).take(1) {
                blocks.push(Block::Answer {
                    label: clean(&effect.title),
                    figure: with_interval(effect),
                    text: clean(&effect.sentence),
                });
            }
        }
    }
    for warning in &group.warnings {
        blocks
            .push(Block::Warning { text: clean(&sentence(&warning.what)), remedy: clean(&sentence(&warning.remedy)) });
    }
    if !group.effects.is_empty() {
        blocks.push(effects_table(report, group));
        blocks.extend(picture("effect"));
    }
    for series in &group.series {
        blocks.extend(picture(&series.name));
        blocks.push(series_table(series));
    }
    if !group.tables.is_empty() {
        blocks.push(heading("What the method says besides"));
        blocks.extend(group.tables.iter().map(table));
    }
    if !group.sensitivity.is_empty() {
        blocks.push(heading("What the answer hangs on"));
        for sensitivity in &group.sensitivity {
            blocks.push(text(&format!("{} {}", sensitivity.question, sensitivity.answer)));
            blocks.push(Block::Table {
                caption: clean(&sensitivity.question),
                columns: ["If", "Figure"].map(str::to_owned).to_vec(),
                numbers: 1,
                rows: sensitivity.figures.iter().map(|(name, value)| vec![clean(name), figure(*value)]).collect(),
            });
        }
    }
    if let Some(figures) = &group.estimate {
        blocks.push(heading("What a contract reads"));
        blocks.push(Block::Facts {
            rows: vec![
                ("People".into(), figures.people.to_string()),
                ("Would have happened anyway".into(), format!("{} {}", figures.counterfactual, figures.unit)),
                ("Happened".into(), format!("{} {}", figures.actual, figures.unit)),
            ],
        });
    }
    blocks.push(Block::Code {
        label: "Who was compared with whom, SHA-256, made before outcomes were read".into(),
        text: group.design_hash.clone(),
    });
    Section { id: format!("group-{}", group.id), title: clean(&group.title), blocks }
}

fn balance_in_words(report: &Report, group: &Group) -> String {
    let balance = &group.balance;
    let Some((before, after)) = balance.largest else {
        return match balance.rows.is_empty() {
            true => "Nothing was taken into account, so that there is nothing to compare.".to_owned(),
            false => "Nothing was taken into account; what follows is shown and decided nothing.".to_owned(),
        };
    };
    let chosen = balance.rows.iter().any(|row| row.after.is_some());
    let limit = report.balanced_below;
    let verdict = if balance.unbalanced == 0 {
        format!("No row differs by {limit} standard deviations or more: the two sides are as alike as the plan asks.")
    } else {
        format!(
            "{} of {} rows differ by {limit} standard deviations or more: the two sides are not as alike as the plan asks.",
            balance.unbalanced,
            balance.rows.len()
        )
    };
    let mut words = if chosen {
        format!(
            "In what was taken into account the largest difference was {} standard deviations before people were chosen, and is {} after. {verdict}",
            figure(before),
            figure(after)
        )
    } else {
        format!(
            "In what was taken into account the largest difference is {} standard deviations. {verdict}",
            figure(after)
        )
    };
    if let Some((all, worth)) = balance.effective {
        words += &format!(" The comparison is worth {} people, of {} there were.", figure(worth), figure(all));
    }
    words
}

/// What the two sides are called.
struct Sides {
    /// Where people are counted.
    people: [&'static str; 2],
    /// Where their means stand.
    means: [&'static str; 2],
    /// Where what an effect lies between stands.
    levels: [&'static str; 2],
    /// Whose standard deviations differences are told in.
    whose: &'static str,
}

impl Sides {
    fn of(report: &Report) -> Sides {
        match report.method.of {
            Of::Prediction => Sides {
                people: ["Tried on", "Made from"],
                means: ["Tried on", "Made from"],
                levels: ["Observed", "Expected"],
                whose: "those the chances are tried on",
            },
            Of::People | Of::Panel | Of::Line => Sides {
                people: ["With the programme", "Without"],
                means: ["With", "Without"],
                levels: ["With", "Without"],
                whose: "those with the programme",
            },
        }
    }
}

fn balance_table(report: &Report, group: &Group) -> Block {
    let sides = Sides::of(report);
    let chosen = group.balance.rows.iter().any(|row| row.after.is_some());
    let [with, without] = sides.means;
    let mut columns = vec!["What", with, without, "Difference"];
    if chosen {
        columns = vec![
            "What",
            "With",
            "Without, all",
            "Difference",
            "Without, compared",
            "Difference",
            "Variance ratio",
            "Largest distance",
        ];
    }
    let numbers: Vec<Vec<Option<f64>>> = group
        .balance
        .rows
        .iter()
        .map(|row| match &row.after {
            Some(after) => vec![
                after.treated,
                row.before.comparison,
                row.before.difference,
                after.comparison,
                after.difference,
                after.variance_ratio,
                after.largest_distance,
            ],
            None if chosen => vec![None; columns.len() - 1],
            None => vec![row.before.treated, row.before.comparison, row.before.difference],
        })
        .collect();
    // Means of one row lie side by side in three columns, which share their decimals; so do the two differences.
    let means =
        |column: usize| [with, without, "With", "Without, all", "Without, compared"].contains(&columns[column + 1]);
    let places = |of: bool| {
        let cells = numbers.iter().flat_map(|row| row.iter().enumerate());
        decimals(cells.filter(|(at, _)| means(*at) == of).filter_map(|(_, value)| *value))
    };
    let (of_means, of_others) = (places(true), places(false));
    let rows = group.balance.rows.iter().zip(&numbers).map(|(row, values)| {
        let name = clean(&row.covariate) + if row.adjusted { "" } else { " (shown only)" };
        let cells = values.iter().enumerate().map(|(at, value)| match value {
            None => "–".to_owned(),
            Some(value) => at_places(*value, if means(at) { of_means } else { of_others }),
        });
        std::iter::once(name).chain(cells).collect()
    });
    Block::Table {
        caption: format!(
            "Means of each side, and their difference in standard deviations of {}; a share of fewer than five people is not shown",
            sides.whose
        ),
        numbers: columns.len() - 1,
        rows: rows.collect(),
        columns: columns.into_iter().map(str::to_owned).collect(),
    }
}

/// Decimals for a column: three where a number is small, else two; none where all are whole.
fn decimals(values: impl Iterator<Item = f64> + Clone) -> usize {
    if values.clone().all(|value| value.fract() == 0.0) {
        return 0;
    }
    if values.filter(|value| *value != 0.0).any(|value| value.abs() < 0.1) { 3 } else { 2 }
}

/// A number with so many decimals, and a true minus.
fn at_places(value: f64, places: usize) -> String {
    let text = format!("{value:.places$}");
    let nothing = text.chars().all(|letter| matches!(letter, '-' | '0' | '.'));
    if nothing { text.replace('-', "") } else { text.replace('-', "−") }
}

fn effects_table(report: &Report, group: &Group) -> Block {
    let Sides { levels: [with, without], .. } = Sides::of(report);
    let rows = group.effects.iter().map(|effect| {
        let percent = effect.estimate.interval.level * 100.0;
        vec![
            clean(&effect.title),
            value(effect.scale, effect.estimate.value),
            format!(
                "{} to {} ({}%)",
                value(effect.scale, effect.estimate.interval.low),
                value(effect.scale, effect.estimate.interval.high),
                percent.round()
            ),
            p_value(effect.estimate.p),
            level(effect, effect.treated),
            level(effect, effect.comparison),
        ]
    });
    Block::Table {
        caption: "Every effect with its interval".into(),
        columns: ["Effect", "Estimate", "Interval", "By chance", with, without].map(str::to_owned).to_vec(),
        numbers: 5,
        rows: rows.collect(),
    }
}

fn level(effect: &Effect, level: Option<f64>) -> String {
    let Some(level) = level else { return "–".to_owned() };
    match effect.scale {
        Scale::Share => format!("{}%", figure(level * 100.0)),
        _ => figure(level),
    }
}

/// A figure on its scale: `−3.1 points`, `8.4%`, `0.69 times`.
pub(super) fn value(scale: Scale, value: f64) -> String {
    match scale {
        Scale::Share => format!("{} points", figure(value * 100.0)),
        Scale::RelativeReduction => format!("{}%", figure(value * 100.0)),
        Scale::Ratio | Scale::OddsRatio | Scale::HazardRatio => format!("{} times", figure(value)),
        Scale::Difference | Scale::LogDifference | Scale::Slope => figure(value),
    }
}

/// `−3.1 points (−5.2 to −0.9)`
pub(super) fn with_interval(effect: &Effect) -> String {
    let estimate = &effect.estimate;
    format!(
        "{} ({} to {})",
        value(effect.scale, estimate.value),
        value(effect.scale, estimate.interval.low),
        value(effect.scale, estimate.interval.high)
    )
}

/// How often chance alone would do as much.
pub(super) fn p_value(p: f64) -> String {
    if p < 0.001 { "below 0.001".to_owned() } else { format!("{p:.3}") }
}

fn number_or_few(count: Option<usize>) -> String {
    count.map_or_else(|| "not shown".to_owned(), |count| crate::words::grouped(count as u64))
}

fn sentence(text: &str) -> String {
    let text = text.trim().trim_end_matches('.');
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).chain(['.']).collect())
}

fn table(table: &Table) -> Block {
    let shown = |cell: &Cell| match cell {
        Cell::Number(number) => figure(*number),
        Cell::Text(text) => clean(text),
        Cell::Empty => "–".to_owned(),
    };
    let texts = (0..table.columns.len())
        .take_while(|&column| table.rows.iter().any(|row| matches!(row.get(column), Some(Cell::Text(_)))))
        .count();
    Block::Table {
        caption: clean(&table.title),
        columns: table.columns.iter().map(|column| clean(column)).collect(),
        numbers: table.columns.len() - texts,
        rows: table.rows.iter().map(|row| row.iter().map(shown).collect()).collect(),
    }
}

/// The most points of a curve that a table lists: its quantiles in their order.
const MOST_POINTS: usize = 25;

fn series_table(series: &Series) -> Block {
    let mut rows = Vec::new();
    for curve in &series.curves {
        let step = curve.points.len().div_ceil(MOST_POINTS).max(1);
        for (n, point) in curve.points.iter().enumerate() {
            if n % step != 0 && n + 1 != curve.points.len() {
                continue;
            }
            let limit = |limit: Option<f64>| limit.map_or_else(|| "–".to_owned(), figure);
            rows.push(vec![clean(&curve.name), figure(point.x), figure(point.y), limit(point.low), limit(point.high)]);
        }
    }
    Block::Table {
        caption: clean(&series.title),
        columns: vec!["Curve".to_owned(), clean(&series.along), clean(&series.up), "From".to_owned(), "To".to_owned()],
        numbers: 4,
        rows,
    }
}

fn side_by_side(report: &Report, pictures: &[picture::Picture]) -> Section {
    let mut rows = Vec::new();
    for group in &report.groups {
        let Some(main) = group.effects.iter().find(|effect| effect.role == Role::Main) else {
            rows.push(vec![clean(&group.title), "none is given".into(), String::new(), String::new()]);
            continue;
        };
        let naive = group.effects.iter().find(|effect| effect.role == Role::Naive);
        let reduction = group.effects.iter().find(|e| e.scale == Scale::RelativeReduction && e.role != Role::Naive);
        rows.push(vec![
            clean(&group.title),
            with_interval(main),
            reduction.map_or_else(|| "–".to_owned(), with_interval),
            naive.map_or_else(|| "–".to_owned(), with_interval),
        ]);
    }
    let mut blocks = vec![Block::Table {
        caption: "Each group's effect, as it was planned, and as a comparison without the method would have told it"
            .into(),
        columns: ["Group", "Effect", "Relative reduction", "Naive"].map(str::to_owned).to_vec(),
        numbers: 3,
        rows,
    }];
    blocks.extend(pictures.iter().find(|picture| picture.file == "groups.svg").map(|picture| Block::Picture {
        caption: picture.caption.clone(),
        file: picture.file.clone(),
        svg: picture.svg.clone(),
        words: picture.words.clone(),
    }));
    Section { id: "groups".into(), title: "The groups side by side".into(), blocks }
}

fn kept(report: &Report) -> Section {
    let plan = &report.plan;
    let mut blocks = vec![Block::Facts {
        rows: vec![
            ("Fixed on".into(), plan.registered.clone()),
            ("Published on".into(), plan.publishes.clone()),
            (
                "Agreed plan".into(),
                match &plan.agreed_hash {
                    Some(hash) if *hash == plan.hash => "the same as this one, by its hash".into(),
                    Some(_) => "another one".into(),
                    None => "no hash was agreed beforehand".into(),
                },
            ),
        ],
    }];
    if plan.deviations.is_empty() {
        blocks.push(text("The analysis is the one that was planned: no deviation was found."));
    } else {
        blocks.push(text("The analysis is not in all things the one that was planned:"));
    }
    for deviation in &plan.deviations {
        blocks.push(Block::Warning {
            text: clean(&sentence(deviation)),
            remedy: "Read the effect with this in mind.".into(),
        });
    }
    for unchecked in &plan.unchecked {
        blocks.push(text(&format!("Not checked: {unchecked}.")));
    }
    blocks.push(Block::Code { label: "Plan, SHA-256".into(), text: plan.hash.clone() });
    Section { id: "plan".into(), title: "Plan and analysis".into(), blocks }
}

fn again(report: &Report) -> Section {
    let mut blocks = vec![text(
        "Anyone with the plan and the evidence named here can make this report again and get the same bytes: `meed verify` does so. The files sets-….csv beside it say who was compared with whom, with what weight, person by person; they are for those who check, and not for publication.",
    )];
    let evidence = &report.evidence;
    blocks.push(Block::Code { label: "Evidence, SHA-256".into(), text: evidence.snapshot.clone() });
    if let Some(known_at) = &evidence.known_at {
        blocks.push(text(&format!("Outcomes as known at {known_at}.")));
    }
    if let (Some(snapshot), Some(known_at)) = (&evidence.design_snapshot, &evidence.design_known_at) {
        blocks.push(text(&format!("People were chosen from what was known at {known_at}, and from nothing later.")));
        blocks.push(Block::Code { label: "Evidence people were chosen from, SHA-256".into(), text: snapshot.clone() });
    }
    for file in &report.plan.files {
        blocks.push(Block::Code { label: clean(&file.file), text: file.sha256.clone() });
    }
    blocks.push(text(&format!("Drawn by {} with the seed {}.", report.method.generator, report.method.seed)));
    Section { id: "again".into(), title: "To make it again".into(), blocks }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_has_one_number_of_decimals() {
        assert_eq!(decimals([0.09, 0.107].into_iter()), 3);
        assert_eq!(decimals([25.82, 0.32].into_iter()), 2);
        assert_eq!(decimals([3.0, 0.0].into_iter()), 0);
        assert_eq!([at_places(0.09, 3), at_places(-0.107, 3), at_places(-0.0001, 3)], ["0.090", "−0.107", "0.000"]);
    }
}
