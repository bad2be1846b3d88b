//! From a plan and the answers of its two queries to a report: people first, the comparison fixed and hashed, balance;
//! only then outcomes and effects.

use meed_statistics::{Refusal, Warning};
use meed_terms::{MissingOutcome, OutcomeBetter, OutcomeKind, RowOrder};

use crate::{
    balance::{balance, overlap},
    beforehand,
    frame::Frame,
    method::{Answer, Fixed, Link, Means, Of, Run, means},
    outcomes::{self, Found, Outcomes},
    people::{Counted, People, people},
    plan::{Plan, hash},
    public,
    report::{
        Balance, Effect, EvidenceSaid, FORMAT, Figures, Group, MethodSaid, OutcomeSaid, Overlap, PlanSaid, RefusalSaid,
        Report, Role, Scale, Sensitivity, Step,
    },
    sensitivity,
    words::{About, effect, effect_or_warning},
};

/// A comparison that is fixed, before any outcome.
pub struct Prepared {
    counted: Counted,
    groups: Vec<Chosen>,
}

/// One group with whom it is compared with.
struct Chosen {
    id: String,
    title: String,
    /// Its rows of the people.
    rows: Vec<usize>,
    people: People,
    fixed: Result<Fixed, RefusalSaid>,
    steps: Vec<Step>,
    balance: Balance,
    overlap: Option<Overlap>,
    sets: String,
}

/// A report, and the files by which it can be made again elsewhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Analysed {
    /// The report.
    pub report: Report,
    /// Name and text of the files with a row for each person: who was compared with whom. Not for publication.
    pub sets: Vec<(String, String)>,
}

/// What was agreed and known, for the report's comparison of plan and analysis.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Agreed {
    /// The hash that was agreed before the data.
    pub hash: Option<String>,
    /// What the question is answered from.
    pub evidence: Option<EvidenceSaid>,
    /// Where the analysis is not the one that was planned, as far as whoever ran it knows.
    pub deviations: Vec<String>,
    /// What could not be checked.
    pub unchecked: Vec<String>,
}

/// Checks who is looked at and fixes who is compared with whom. Sees no outcome.
///
/// # Errors
/// When the design query does not give what the plan names.
pub fn prepare(plan: &Plan, frame: &Frame) -> Result<Prepared, Refusal> {
    let counted = people(plan, frame)?;
    let all: Vec<usize> = (0..counted.people.len()).collect();
    let mut groups = Vec::new();
    if plan.written.cohort.is_empty() {
        groups.push(chosen(plan, &counted.people, "all", "Everybody", all));
        return Ok(Prepared { counted, groups });
    }
    let own = counted.people.cohort.clone().unwrap_or_default();
    for cohort in plan.written.cohort.iter() {
        let rows = all.iter().copied().filter(|&row| own[row] == *cohort.id.value).collect();
        let title = cohort.title.as_ref().map_or_else(|| cohort.id.value.to_string(), |title| title.value.clone());
        groups.push(chosen(plan, &counted.people, &cohort.id.value, &title, rows));
    }
    if groups.len() > 1 {
        let pooled = together(plan, &counted.people, &groups)
            .unwrap_or_else(|| chosen(plan, &counted.people, "pooled", "All cohorts together", all));
        groups.push(pooled);
    }
    Ok(Prepared { counted, groups })
}

impl Prepared {
    /// The groups, each with the hash of who is compared with whom.
    pub fn hashes(&self) -> impl Iterator<Item = (&str, String)> {
        self.groups.iter().map(|group| (group.id.as_str(), hash(&group.sets)))
    }
}

fn about(plan: &Plan) -> About {
    let of = &plan.written.outcome;
    About {
        what: of.what.value.clone(),
        unit: of.unit.as_ref().map_or_else(String::new, |unit| unit.value.clone()),
        better: of.better.map(|better| better == OutcomeBetter::Higher),
    }
}

fn run<'a>(plan: &'a Plan, people: &'a People) -> Run<'a> {
    Run {
        people,
        settings: &plan.settings,
        level: plan.written.confidence(),
        seed: plan.written.seed(),
        kind: plan.written.outcome.kind,
        about: about(plan),
    }
}

/// Fixes whom the people of these rows are compared with.
fn chosen(plan: &Plan, people: &People, id: &str, title: &str, rows: Vec<usize>) -> Chosen {
    let own = people.of_rows(&rows);
    let fixed = fix(plan, &own);
    let mut steps = vec![Step::new("looked at", own.counts(), "")];
    if let Ok(fixed) = &fixed {
        steps.extend(fixed.steps.iter().cloned());
        if fixed.chosen {
            steps.push(Step::new("compared", counts(&own, &fixed.weights), ""));
        }
    }
    made(plan, id, title, rows, own, fixed, steps)
}

fn fix(plan: &Plan, people: &People) -> Result<Fixed, RefusalSaid> {
    if people.is_empty() {
        return Err(Refusal::EmptyGroup { group: "what the design query gives".into() }.into());
    }
    let (treated, comparison) = people.counts();
    // A series of one unit has no two groups.
    if plan.method.of != Of::Panel {
        for (count, group) in [(treated, "the group with the programme"), (comparison, "the comparison group")] {
            if count == 0 {
                return Err(Refusal::EmptyGroup { group: group.into() }.into());
            }
        }
    }
    (plan.method.fix)(&run(plan, people))
}

fn counts(people: &People, weights: &[f64]) -> (usize, usize) {
    let of = |arm: bool| (0..people.len()).filter(|&row| people.treated[row] == arm && weights[row] > 0.0).count();
    (of(true), of(false))
}

fn made(
    plan: &Plan,
    id: &str,
    title: &str,
    rows: Vec<usize>,
    people: People,
    fixed: Result<Fixed, RefusalSaid>,
    steps: Vec<Step>,
) -> Chosen {
    let weights = fixed.as_ref().ok().filter(|fixed| fixed.chosen).map(|fixed| fixed.weights.as_slice());
    let limit = plan.written.balanced_below();
    // Of a panel, what is known beforehand is looked at once for each unit.
    let balance = match plan.method.of {
        Of::People | Of::Line | Of::Prediction => balance(&people, weights, limit),
        Of::Panel => {
            let mut seen = std::collections::BTreeSet::new();
            let first: Vec<usize> = (0..people.len()).filter(|&row| seen.insert(&people.keys[row])).collect();
            balance(&people.of_rows(&first), None, limit)
        }
    };
    let overlap = fixed.as_ref().ok().and_then(|fixed| {
        let (name, score) = fixed.score.as_ref()?;
        Some(overlap(name, score, &people.treated, &fixed.weights))
    });
    let sets = sets_csv(&people, fixed.as_ref().ok());
    Chosen { id: id.to_owned(), title: title.to_owned(), rows, people, fixed, steps, balance, overlap, sets }
}

/// The sets of all cohorts as one comparison, where each cohort has sets that share nobody.
fn together(plan: &Plan, people: &People, groups: &[Chosen]) -> Option<Chosen> {
    let mut rows: Vec<usize> = Vec::new();
    let (mut weights, mut links, mut score) = (Vec::new(), Vec::new(), Some(Vec::new()));
    let mut name = String::new();
    let mut before = 0;
    for group in groups {
        let fixed = group.fixed.as_ref().ok().filter(|fixed| !fixed.links.is_empty() && apart(&fixed.links))?;
        links.extend(fixed.links.iter().map(|link| Link {
            row: link.row + rows.len(),
            set: link.set + before,
            ..*link
        }));
        before = links.iter().map(|link| link.set + 1).max().unwrap_or(0);
        weights.extend_from_slice(&fixed.weights);
        match (&fixed.score, &mut score) {
            (Some((own, values)), Some(all)) => {
                name.clone_from(own);
                all.extend_from_slice(values);
            }
            _ => score = None,
        }
        rows.extend_from_slice(&group.rows);
    }
    let own = people.of_rows(&rows);
    let chosen = counts(&own, &weights);
    let by_sets = estimator(plan, &own, &weights, &links);
    let fixed = Fixed {
        weights,
        links,
        score: score.map(|score| (name, score)),
        chosen: true,
        estimate: by_sets,
        ..Fixed::everybody(&own, Box::new(|_| Ok(Answer::default())))
    };
    let steps = vec![Step::new("looked at in all cohorts", own.counts(), ""), Step::new("compared", chosen, "")];
    Some(made(plan, "pooled", "All cohorts together", rows, own, Ok(fixed), steps))
}

/// Whether nobody is in two sets.
fn apart(links: &[Link]) -> bool {
    let mut rows: Vec<usize> = links.iter().map(|link| link.row).collect();
    rows.sort_unstable();
    rows.windows(2).all(|pair| pair[0] != pair[1])
}

/// The difference of weighted means with errors by set.
fn estimator(plan: &Plan, people: &People, weights: &[f64], links: &[Link]) -> crate::method::Estimator {
    let (treated, weights) = (people.treated.clone(), weights.to_vec());
    let mut set: Vec<usize> = (0..treated.len()).collect();
    let apart = treated.len();
    for link in links {
        set[link.row] = apart + link.set;
    }
    let (level, about, kind) = (plan.written.confidence(), about(plan), plan.written.outcome.kind);
    Box::new(move |outcomes: &Outcomes| {
        let means = means(&treated, &outcomes.values, &weights, Some(&set))?;
        by_means(&means, kind, level, &about)
    })
}

fn by_means(means: &Means, kind: OutcomeKind, level: f64, about: &About) -> Result<Answer, RefusalSaid> {
    let scale = if kind == OutcomeKind::YesNo { Scale::Share } else { Scale::Difference };
    let sides = Some((means.treated, means.comparison));
    let mut answer = Answer::default();
    answer.effects.push(effect("Difference of the matched", Role::Main, scale, means.difference(level)?, sides, about));
    reduction(means, level, about, &mut answer.effects, &mut answer.warnings);
    Ok(answer)
}

fn reduction(means: &Means, level: f64, about: &About, effects: &mut Vec<Effect>, warnings: &mut Vec<Warning>) {
    const TITLE: &str = "Relative reduction";
    let made = means.reduction(level).map_err(RefusalSaid::from);
    let made = made.map(|made| effect(TITLE, Role::Beside, Scale::RelativeReduction, made, None, about));
    effect_or_warning(TITLE, made, effects, warnings);
}

/// Who is compared with whom, a row for each person: what the hash of the design is made over.
fn sets_csv(people: &People, fixed: Option<&Fixed>) -> String {
    let mut text = String::from("person,time,treated,set,weight,score\n");
    let Some(fixed) = fixed else { return text };
    let quoted = |cell: &str| {
        if cell.contains([',', '"', '\n', '\r']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell.to_owned()
        }
    };
    let mut line = |row: usize, set: String, weight: f64| {
        let time = people.time.as_ref().map_or_else(String::new, |time| time[row].to_string());
        let score = fixed.score.as_ref().map_or_else(String::new, |(_, score)| score[row].to_string());
        let treated = u8::from(people.treated[row]);
        text += &format!("{},{time},{treated},{set},{weight},{score}\n", quoted(&people.keys[row]));
    };
    if fixed.links.is_empty() {
        for row in 0..people.len() {
            line(row, String::new(), fixed.weights[row]);
        }
        return text;
    }
    let mut links = fixed.links.clone();
    links.sort_by_key(|link| (link.set, !people.treated[link.row], link.row));
    for link in &links {
        line(link.row, (link.set + 1).to_string(), link.weight);
    }
    for row in (0..people.len()).filter(|&row| !links.iter().any(|link| link.row == row)) {
        line(row, String::new(), 0.0);
    }
    text
}

/// Reads outcomes and gives the report; `answers` gives what the outcome query said for a group, or none for a group whose
/// result is not due yet, which is left out.
///
/// # Errors
/// When the outcome query does not give what the plan names. What a method refuses stands in the report.
pub fn finish<'f>(
    plan: &Plan,
    prepared: &Prepared,
    answers: &dyn Fn(&str) -> Option<&'f Frame>,
    agreed: &Agreed,
) -> Result<Analysed, Refusal> {
    let mut groups = Vec::new();
    let mut sets = Vec::new();
    for chosen in &prepared.groups {
        let Some(frame) = answers(&chosen.id) else { continue };
        groups.push(match outcomes::find(plan, frame, &prepared.counted.people, &chosen.rows) {
            Ok(found) => group(plan, &prepared.counted, chosen, &found),
            // Nobody's effect is given on outcomes that do not hold; the design is shown all the same.
            Err(refusal) if refused_by_data(&refusal) => {
                without_effect(&prepared.counted, chosen, &refusal.into(), Vec::new())
            }
            Err(refusal) => return Err(refusal),
        });
        sets.push((format!("sets-{}.csv", chosen.id), chosen.sets.clone()));
    }
    Ok(Analysed { report: report(plan, prepared, groups, agreed), sets })
}

/// Whether a refusal is an answer about people, and not about a query that gives other columns than the plan says.
fn refused_by_data(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::FollowUpEndsEarly { .. } | Refusal::MissingOutcomes { .. })
}

fn flow(counted: &Counted, chosen: &Chosen) -> Vec<Step> {
    let mut steps = counted.steps.clone();
    if let Some(last) = steps.last_mut().filter(|_| chosen.id == "all") {
        // Everybody looked at is the first step of the one group.
        let same = chosen
            .steps
            .first()
            .is_some_and(|first| (first.treated, first.comparison) == (last.treated, last.comparison));
        if same {
            steps.pop();
        }
    } else {
        steps.clear();
    }
    steps.extend(chosen.steps.iter().cloned());
    public::flow(&steps)
}

fn without_effect(counted: &Counted, chosen: &Chosen, refusal: &RefusalSaid, mut warnings: Vec<Warning>) -> Group {
    warnings.splice(0..0, counted.warnings.iter().cloned());
    Group {
        id: chosen.id.clone(),
        title: chosen.title.clone(),
        flow: flow(counted, chosen),
        design_hash: hash(&chosen.sets),
        balance: chosen.balance.clone(),
        overlap: chosen.overlap.clone(),
        effects: Vec::new(),
        refusal: Some(refusal.clone()),
        warnings,
        sensitivity: Vec::new(),
        tables: Vec::new(),
        series: Vec::new(),
        estimate: None,
    }
}

fn group(plan: &Plan, counted: &Counted, chosen: &Chosen, found: &Found) -> Group {
    let mut warnings = found.warnings.clone();
    let fixed = match &chosen.fixed {
        Ok(fixed) => fixed,
        Err(refusal) => return without_effect(counted, chosen, refusal, warnings),
    };
    if plan.method.of != Of::Panel {
        warnings.extend(beforehand::warnings(&chosen.people));
    }
    warnings.extend(fixed.warnings.iter().cloned());
    let mut sensitivities = fixed.sensitivity.clone();
    let answered = answer(plan, chosen, fixed, found, &mut warnings, &mut sensitivities);
    let (mut answer, lost, compared) = match answered {
        Ok(answered) => answered,
        Err(refusal) => return without_effect(counted, chosen, &refusal, warnings),
    };
    // People on two sides of a line differ; what counts is whether anything jumps where they meet.
    if chosen.balance.unbalanced > 0 && !matches!(plan.method.of, Of::Line | Of::Prediction) {
        let rows =
            format!("{} of {} rows of the balance table differ", chosen.balance.unbalanced, chosen.balance.rows.len());
        let limit = plan.written.balanced_below();
        warnings.push(if plan.method.by_lot {
            Warning::new(
                "unequal-by-chance",
                format!("{rows} by {limit} standard deviations or more: a lot leaves such differences where it draws few people"),
                "read an effect that takes them into account beside this one, if the plan names it; check how the lot was drawn where they are large",
            )
        } else {
            Warning::new(
                "unbalanced",
                format!("{rows} by {limit} standard deviations or more as people are compared"),
                "do not read the difference as an effect before the sides are alike: choose otherwise in a new plan, or adjust for what differs",
            )
        });
    }
    warnings.append(&mut answer.warnings);
    if let Some(refusal) = answer.effects.iter().find(|effect| !finite(effect)) {
        let refusal = Refusal::NotConverged { method: refusal.title.clone(), iterations: 1 }.into();
        return without_effect(counted, chosen, &refusal, warnings);
    }
    let main = answer.effects.iter().find(|effect| effect.role == Role::Main).cloned();
    if main.as_ref().is_some_and(certain) {
        let refusal = Refusal::NoVariation { what: "the outcome of each side by itself".into() }.into();
        return without_effect(counted, chosen, &refusal, warnings);
    }
    if let Some((own, other)) = main
        .as_ref()
        .filter(|e| e.scale == Scale::Share && !plan.method.by_lot && plan.method.of != Of::Prediction)
        .and_then(|e| Some((e.treated?, e.comparison?)))
    {
        let limit = sensitivity::nearer_limit(&answer.effects);
        sensitivities.extend(sensitivity::e_value(own, other, limit));
    }
    sensitivities.append(&mut answer.sensitivity);
    let estimate = main.as_ref().and_then(|main| figures(plan, main, compared));
    let mut steps = flow(counted, chosen);
    if lost != (0, 0) {
        let step = Step::left_out(lost, "the outcome is not known");
        steps.extend(public::flow(&[step, Step::new("analysed", compared, "")]));
    }
    let mut all = counted.warnings.clone();
    all.append(&mut warnings);
    let mut tables = fixed.tables.clone();
    tables.append(&mut answer.tables);
    Group {
        id: chosen.id.clone(),
        title: chosen.title.clone(),
        flow: steps,
        design_hash: hash(&chosen.sets),
        balance: chosen.balance.clone(),
        overlap: chosen.overlap.clone(),
        effects: answer.effects,
        refusal: None,
        warnings: all,
        sensitivity: sensitivities,
        tables,
        series: answer.series,
        estimate,
    }
}

/// Whether an effect would be told without any doubt: where outcomes do not differ, nothing says how sure it is.
fn certain(effect: &Effect) -> bool {
    let of = &effect.estimate;
    of.standard_error <= 1e-12 * of.value.abs().max(1.0)
}

fn finite(effect: &Effect) -> bool {
    let estimate = &effect.estimate;
    [estimate.value, estimate.standard_error, estimate.interval.low, estimate.interval.high, estimate.p]
        .iter()
        .all(|number| number.is_finite())
}

type Answered = (Answer, (usize, usize), (usize, usize));

/// The effects, who was lost for want of an outcome, and who was compared.
fn answer(
    plan: &Plan,
    chosen: &Chosen,
    fixed: &Fixed,
    found: &Found,
    warnings: &mut Vec<Warning>,
    sensitivities: &mut Vec<Sensitivity>,
) -> Result<Answered, RefusalSaid> {
    let of = &plan.written.outcome;
    let people = &chosen.people;
    let instead = outcomes::failure(plan);
    let known = |row: usize| instead.is_some() || found.known(chosen.rows[row]);
    let counts_for = |row: usize| fixed.weights[row] > 0.0;
    let missing: Vec<usize> = (0..people.len()).filter(|&row| counts_for(row) && !known(row)).collect();
    let compared = counts(people, &fixed.weights);
    let really: Vec<bool> = chosen.rows.iter().map(|&row| found.known(row)).collect();
    let unknown = (0..people.len()).filter(|&row| counts_for(row) && !really[row]).count();
    if unknown > 0 {
        let rows: Vec<usize> = (0..people.len()).filter(|&row| counts_for(row)).collect();
        let side: Vec<bool> = rows.iter().map(|&row| people.treated[row]).collect();
        warnings.extend(sensitivity::missing_by_side(&side, &rows.iter().map(|&row| really[row]).collect::<Vec<_>>()));
        if of.kind != OutcomeKind::Time && !matches!(plan.method.of, Of::Panel | Of::Prediction) {
            let values: Vec<Option<f64>> = rows.iter().map(|&row| found.values[chosen.rows[row]]).collect();
            let weights: Vec<f64> = rows.iter().map(|&row| fixed.weights[row]).collect();
            let tipping = sensitivity::tipping_point(of.kind, &side, &values, &weights, plan.written.confidence());
            sensitivities.extend(tipping.ok());
        }
    }
    let mut given = if missing.is_empty() {
        let outcomes = rows_or_zero(found, &chosen.rows, instead, &fixed.weights);
        ((fixed.estimate)(&outcomes)?, (0, 0), compared)
    } else if of.missing.unwrap_or(MissingOutcome::Refuse) == MissingOutcome::Refuse {
        let of_arm = |arm: bool| missing.iter().filter(|&&row| people.treated[row] == arm).count();
        let treated = of_arm(true) >= of_arm(false);
        let (group, of) =
            if treated { ("the group with the programme", compared.0) } else { ("the comparison group", compared.1) };
        return Err(Refusal::MissingOutcomes { group: group.into(), missing: of_arm(treated), of }.into());
    } else {
        without_missing(plan, chosen, fixed, found, &missing, warnings)?
    };
    if matches!(plan.method.of, Of::Panel | Of::Prediction) || matches!(of.kind, OutcomeKind::Time) {
        return Ok(given);
    }
    // What would have been said without the method, side by side with what it says.
    // A lot leaves nothing for a method to put right.
    let plain = !fixed.chosen && people.covariates.iter().all(|covariate| !covariate.adjusted);
    if !plain && !plan.method.by_lot {
        let rows: Vec<usize> = (0..people.len()).filter(|&row| known(row)).collect();
        let outcomes = found.of_rows(&rows.iter().map(|&row| chosen.rows[row]).collect::<Vec<_>>(), instead);
        let side: Vec<bool> = rows.iter().map(|&row| people.treated[row]).collect();
        let (level, about) = (plan.written.confidence(), about(plan));
        let scale = if of.kind == OutcomeKind::YesNo { Scale::Share } else { Scale::Difference };
        const TITLE: &str = "Naive: everybody with the programme against everybody without";
        let naive = means(&side, &outcomes.values, &vec![1.0; rows.len()], None).and_then(|means| {
            let sides = Some((means.treated, means.comparison));
            Ok(effect(TITLE, Role::Naive, scale, means.difference(level)?, sides, &about))
        });
        effect_or_warning(TITLE, naive.map_err(RefusalSaid::from), &mut given.0.effects, warnings);
    }
    Ok(given)
}

/// Outcomes of the rows; what counts for nothing may be unknown.
fn rows_or_zero(found: &Found, rows: &[usize], instead: Option<f64>, weights: &[f64]) -> Outcomes {
    let whole =
        |row: usize, of: usize| found.values[of].or(instead).unwrap_or(if weights[row] > 0.0 { f64::NAN } else { 0.0 });
    Outcomes {
        values: rows.iter().enumerate().map(|(row, &of)| whole(row, of)).collect(),
        event: found.event.as_ref().map(|event| rows.iter().map(|&of| event[of] == Some(true)).collect()),
        other_ending: found
            .other_ending
            .as_ref()
            .map(|other| rows.iter().map(|&of| other[of].clone().unwrap_or_default()).collect()),
        exposure: found.exposure.as_ref().map(|exposure| rows.iter().map(|&of| exposure[of].unwrap_or(1.0)).collect()),
    }
}

/// The effects without those whose outcome is not known.
fn without_missing(
    plan: &Plan,
    chosen: &Chosen,
    fixed: &Fixed,
    found: &Found,
    missing: &[usize],
    warnings: &mut Vec<Warning>,
) -> Result<Answered, RefusalSaid> {
    let people = &chosen.people;
    let lost = |arm: bool| missing.iter().filter(|&&row| people.treated[row] == arm).count();
    let lost = (lost(true), lost(false));
    if fixed.links.is_empty() || !apart(&fixed.links) {
        let rows: Vec<usize> = (0..people.len()).filter(|row| !missing.contains(row)).collect();
        let own = people.of_rows(&rows);
        let again = fix(plan, &own)?;
        if fixed.chosen {
            warnings.push(Warning::new(
                "chosen-again",
                "people were chosen or weighted a second time, without those whose outcome is not known",
                "find the missing outcomes, so that the comparison that was fixed beforehand can stand",
            ));
        }
        let of: Vec<usize> = rows.iter().map(|&row| chosen.rows[row]).collect();
        let outcomes = rows_or_zero(found, &of, None, &again.weights);
        return Ok(((again.estimate)(&outcomes)?, lost, counts(&own, &again.weights)));
    }
    // Sets stand as they were fixed: one that lost its member with the programme goes, and comparison people who are
    // left in a set share its weight.
    let sets = fixed.links.iter().map(|link| link.set + 1).max().unwrap_or(0);
    let mut members: Vec<Vec<&Link>> = vec![Vec::new(); sets];
    for link in fixed.links.iter().filter(|link| !missing.contains(&link.row)) {
        members[link.set].push(link);
    }
    let mut weights = vec![0.0; people.len()];
    let mut links = Vec::new();
    for own in &members {
        let of = |arm: bool| own.iter().filter(move |link| people.treated[link.row] == arm);
        let (treated, others): (f64, f64) =
            (of(true).map(|link| link.weight).sum(), of(false).map(|link| link.weight).sum());
        if treated <= 0.0 || others <= 0.0 {
            continue;
        }
        for link in own {
            let weight = if people.treated[link.row] { link.weight } else { link.weight / others * treated };
            weights[link.row] = weight;
            links.push(Link { weight, ..**link });
        }
    }
    let outcomes = rows_or_zero(found, &chosen.rows, None, &weights);
    let answer = estimator(plan, people, &weights, &links)(&outcomes)?;
    Ok((answer, lost, counts(people, &weights)))
}

/// The two figures a contract reads, where the plan makes an estimate.
fn figures(plan: &Plan, main: &Effect, compared: (usize, usize)) -> Option<Figures> {
    let estimate = plan.written.estimate.as_ref()?;
    let (own, other) = (main.treated?, main.comparison?);
    let by = match estimate.unit.value.as_str() {
        "count" => compared.0 as f64,
        _ => 100.0,
    };
    let decimal = |number: f64| format!("{:.9}", number * by);
    Some(Figures {
        people: compared.0,
        counterfactual: decimal(other),
        actual: decimal(own),
        unit: estimate.unit.value.clone(),
    })
}

fn report(plan: &Plan, prepared: &Prepared, groups: Vec<Group>, agreed: &Agreed) -> Report {
    let written = &plan.written;
    let of = &written.outcome;
    let mut deviations = agreed.deviations.clone();
    deviations.extend(prepared.counted.deviations.iter().cloned());
    if let Some(hash) = agreed.hash.as_ref().filter(|hash| **hash != plan.hash) {
        deviations.insert(0, format!("another plan was agreed: its hash is {hash}, and this one's is {}", plan.hash));
    }
    let adjusted = prepared.counted.people.covariates.iter().filter(|covariate| covariate.adjusted);
    Report {
        format: FORMAT.to_owned(),
        title: written.title.value.clone(),
        question: written.question.value.clone(),
        plan: PlanSaid {
            hash: plan.hash.clone(),
            agreed_hash: agreed.hash.clone(),
            registered: written.registered.value.to_string(),
            publishes: written.publishes.value.to_string(),
            says: written.canonical(),
            files: plan.files.clone(),
            deviations,
            unchecked: agreed.unchecked.clone(),
        },
        evidence: agreed.evidence.clone().unwrap_or_else(|| EvidenceSaid {
            snapshot: String::new(),
            known_at: None,
            design_snapshot: None,
            design_known_at: None,
        }),
        population: written.population.who.value.clone(),
        outcome: OutcomeSaid {
            what: of.what.value.clone(),
            kind: of.kind.word().to_owned(),
            better: of.better.map(|better| better.word().to_owned()),
            window: of.window.as_ref().map(|window| window.value.to_string()),
            missing: of.missing.unwrap_or(MissingOutcome::Refuse).word().to_owned(),
            unit: of.unit.as_ref().map(|unit| unit.value.clone()),
        },
        comparison: written.comparison.who.value.clone(),
        because: written.comparison.because.as_ref().map(|because| because.value.clone()),
        method: MethodSaid {
            name: plan.method.name.to_owned(),
            about: plan.method.about.to_owned(),
            of: plan.method.of,
            settings: plan.settings.said(),
            order: match written.comparison.order.unwrap_or(RowOrder::Person) {
                RowOrder::Person => "by key, as texts compare; ties go to the first".to_owned(),
                RowOrder::AsGiven => "as the SQL gives them; ties go to the first".to_owned(),
                RowOrder::ByLot => "shuffled by the plan's seed; ties go to the first".to_owned(),
            },
            covariates: adjusted.map(|covariate| covariate.name.clone()).collect(),
            seed: written.seed(),
            generator: meed_statistics::generator::NAME.to_owned(),
        },
        balanced_below: written.balanced_below(),
        groups,
    }
}
