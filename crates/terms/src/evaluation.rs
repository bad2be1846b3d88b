//! An evaluation plan as written: the question, the people, the outcome and the method, agreed before the data.
//! One TOML file, `evaluation.toml`; which settings a method takes is for the crate that holds the methods to say.

use meed_units::{Date, Length, Period};
use serde_json::{Map, Value, json};
use toml::de::DeValue;

use crate::{
    decode::{
        At, Decode, Fields as _, Flag, Id, Listed, Node, Problems, as_table, listed, refuse_unknown, table, words,
    },
    diagnostic::Diagnostic,
    said::Said,
};

table! {
    /// An evaluation plan as written.
    pub struct EvaluationPlan {
        /// What people call it.
        title: At<String>,
        /// The question in one sentence, as somebody who pays would ask it.
        question: At<String>,
        /// The day on which the plan was fixed. Outcomes that became known before it are a deviation.
        registered: At<Date>,
        /// The day on which the report is published, whatever it says.
        publishes: At<Date>,
        /// The seed of everything that is drawn by lot: resampling, permutations, random orders.
        seed: Option<At<u32>>,
        /// Files of a plan that stands alone, instead of a contract's evidence.
        source: Listed<At<PlanSource>>,
        /// Who is looked at, and what is known of them before any outcome.
        population: At<Population>,
        /// What is looked at.
        outcome: At<PlanOutcome>,
        /// Whom people are compared with, and how.
        comparison: At<PlanComparison>,
        /// The method and its settings.
        method: At<MethodAsWritten>,
        /// Groups that are analysed one by one and then together.
        cohort: Listed<At<PlanCohort>>,
        /// The clause's estimate, where a contract pays on the effect.
        estimate: Option<At<PlanEstimate>>,
    }
}

table! {
    /// A source file of a plan that stands alone.
    pub struct PlanSource {
        /// Its name in the folder of evidence: `.csv`, `.csv.gz` or `.parquet`.
        file: At<String>,
        /// Its name in the SQL; the file's, without its ending, when left out.
        table: Option<At<String>>,
        /// What stands between cells: `comma` when left out, `tab`, `semicolon` or `bar`.
        delimiter: Option<At<String>>,
    }
}

table! {
    /// Who is looked at.
    pub struct Population {
        /// In words.
        who: At<String>,
        /// The file with the SQL that gives one row for each person, and for each time of a panel.
        sql: At<String>,
        /// The SQL sees nothing that became known later than this day: it cannot see outcomes.
        known_at: Option<At<Date>>,
        /// The column with the person's key; `person` when left out.
        person: Option<At<String>>,
        /// The column that says who had the programme: 1 or 0; `treated` when left out.
        treated: Option<At<String>>,
        /// What is known of people beforehand and taken into account.
        covariates: Listed<At<String>>,
        /// Columns whose balance is shown though they are not taken into account.
        shown: Listed<At<String>>,
        /// The column of the cluster: a site, a worker, an area.
        cluster: Option<At<String>>,
        /// A second column of clusters, where errors are clustered two ways.
        cluster_two: Option<At<String>>,
        /// The column of the stratum or block within which people were drawn or are compared.
        stratum: Option<At<String>>,
        /// The column that says which `[[cohort]]` a row belongs to.
        cohort: Option<At<String>>,
        /// The column of the time, for panels and series: a number.
        time: Option<At<String>>,
        /// The column of the time at which the unit was first treated; empty for never.
        first_treated: Option<At<String>>,
        /// The column that says who took the programme up, where that differs from who was offered it.
        took_up: Option<At<String>>,
        /// The column of the score that decides who is eligible.
        score: Option<At<String>>,
        /// The column of weights that rows bring with them.
        weight: Option<At<String>>,
        /// The column with the reason why somebody is left out; empty for everybody who is in.
        left_out: Option<At<String>>,
        /// What becomes of rows that lack a covariate.
        missing: Option<MissingCovariate>,
    }
}

words! {
    /// What becomes of rows that lack a covariate.
    pub enum MissingCovariate {
        /// The plan does not hold and nothing is estimated; so when left out.
        Refuse = "refuse",
        /// The rows are left out, and counted.
        LeaveOut = "leave-out",
        /// Missing is a group of its own; a number is set to its mean, with a sign that it was missing.
        OwnGroup = "own-group",
    }
}

table! {
    /// What is looked at.
    pub struct PlanOutcome {
        /// In words.
        what: At<String>,
        /// The file with the SQL that gives the outcome of each person; it runs once the comparison is fixed.
        sql: At<String>,
        /// The column of the outcome; `outcome` when left out. Of a time to an event: the time.
        column: Option<At<String>>,
        /// What the figures are.
        kind: OutcomeKind,
        /// Whether less or more is better.
        better: Option<OutcomeBetter>,
        /// How long each person is followed.
        window: Option<At<Length>>,
        /// The column that says whether the time ended with the event: 1, or 0 where the follow-up ended first.
        event: Option<At<String>>,
        /// The column that says whether another ending came first: 1, or 0; after it the event cannot happen.
        other_ending: Option<At<String>>,
        /// The column of the time at risk, of a count.
        exposure: Option<At<String>>,
        /// The column of the day up to which the person was followed; a follow-up shorter than the window is refused.
        followed_until: Option<At<String>>,
        /// The column of the day from which the window runs; needed with `followed-until`.
        followed_from: Option<At<String>>,
        /// What becomes of people whose outcome is not known.
        missing: Option<MissingOutcome>,
        /// A unit in words, singular: `point`, `dollar`, `day`.
        unit: Option<At<String>>,
    }
}

words! {
    /// What the figures of an outcome are.
    pub enum OutcomeKind {
        /// It happened, 1, or did not, 0.
        YesNo = "yes-no",
        /// A figure: earnings, a score.
        Number = "number",
        /// How often it happened.
        Count = "count",
        /// How long until it happened, or until the follow-up ended.
        Time = "time",
    }
}

words! {
    /// Which way is an improvement.
    pub enum OutcomeBetter {
        /// Less is better: returns to prison, days in hospital.
        Lower = "lower",
        /// More is better: earnings, people housed.
        Higher = "higher",
    }
}

words! {
    /// What becomes of people whose outcome is not known.
    pub enum MissingOutcome {
        /// The plan does not hold and nothing is estimated; so when left out.
        Refuse = "refuse",
        /// They are left out, counted, and the range of what they could have changed is shown.
        LeaveOut = "leave-out",
        /// They count as a failure: the worse answer to a yes-no outcome.
        Failure = "failure",
    }
}

table! {
    /// Whom people are compared with.
    pub struct PlanComparison {
        /// In words.
        who: At<String>,
        /// Why these people stand for what would have happened anyway.
        because: Option<At<String>>,
        /// The largest standardised difference that still counts as balanced; 0.1 when left out.
        balanced_below: Option<At<Decimal>>,
        /// How sure the interval is, in percent; 95 when left out.
        confidence: Option<At<u32>>,
        /// Order of rows for ties; `person` when left out: the order of the keys.
        order: Option<RowOrder>,
    }
}

words! {
    /// The order of rows, by which ties are resolved.
    pub enum RowOrder {
        /// By key, as texts compare.
        Person = "person",
        /// In the order in which the SQL gives them; its ORDER BY has to name every tie.
        AsGiven = "as-given",
        /// Shuffled by the plan's seed.
        ByLot = "by-lot",
    }
}

table! {
    /// A group that is analysed for itself.
    pub struct PlanCohort {
        /// As it stands in the column of the cohort.
        id: At<Id>,
        /// What people call it.
        title: Option<At<String>>,
        /// The days of its index events: of entry, of release.
        runs: At<Period>,
        /// Its people are chosen from what was known on this day; the population's when left out.
        known_at: Option<At<Date>>,
        /// The day on which its result is published; the plan's when left out.
        publishes: Option<At<Date>>,
    }
}

table! {
    /// The estimate that a contract is paid on.
    pub struct PlanEstimate {
        /// Whose effect it is.
        provider: At<Id>,
        /// What the two figures are: `percent`, `per-100`, `count`.
        unit: At<String>,
        /// The days of the index events, where the plan has no cohorts.
        runs: Option<At<Period>>,
        /// Whether all cohorts together are estimated too, as the cohort `pooled`.
        pooled: Flag,
    }
}

/// A number as written, kept as text so that the plan's hash does not hang on binary fractions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal(pub String);

impl Decimal {
    /// As a number for statistics.
    pub fn number(&self) -> f64 {
        self.0.parse().unwrap_or(f64::NAN)
    }
}

impl Decode for Decimal {
    fn decode(node: &Node<'_>, problems: &mut Problems) -> Option<Decimal> {
        let text = match node.get_ref() {
            DeValue::Integer(number) => number.as_str().replace('_', ""),
            DeValue::Float(number) => number.as_str().replace('_', ""),
            DeValue::String(text) => text.trim().to_owned(),
            _ => String::new(),
        };
        if text.parse::<f64>().is_ok_and(f64::is_finite) {
            return Some(Decimal(text));
        }
        problems.error("bad-number", node.span(), "this is no number", "write it like 0.2");
        None
    }
    fn schema() -> Value {
        json!({"anyOf": [{"type": "number"}, {"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?$"}]})
    }
    fn said(&self) -> Said {
        Said::Value(self.0.clone())
    }
}

/// The method by name, and what the plan sets of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MethodAsWritten {
    /// Its name.
    pub name: At<String>,
    /// The settings, by name, in the order of the names.
    pub settings: Vec<(At<String>, At<SettingValue>)>,
}

/// What a setting of a method says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingValue {
    /// A number.
    Number(Decimal),
    /// A word or a column.
    Word(String),
    /// Yes or no.
    Flag(bool),
    /// Words or columns, or numbers as they are written.
    Words(Vec<String>),
}

impl Decode for SettingValue {
    fn decode(node: &Node<'_>, problems: &mut Problems) -> Option<SettingValue> {
        match node.get_ref() {
            DeValue::Integer(_) | DeValue::Float(_) => Decimal::decode(node, problems).map(SettingValue::Number),
            DeValue::Boolean(flag) => Some(SettingValue::Flag(*flag)),
            DeValue::String(_) => String::decode(node, problems).map(SettingValue::Word),
            DeValue::Array(items) => {
                let words = items.iter().map(|item| match item.get_ref() {
                    DeValue::String(_) => String::decode(item, problems),
                    _ => Decimal::decode(item, problems).map(|number| number.0),
                });
                words.collect::<Option<Vec<_>>>().map(SettingValue::Words)
            }
            _ => {
                let help = "write a number, a word, true or false, or a list of these";
                problems.error("wrong-type", node.span(), "a setting is not a table or a date", help);
                None
            }
        }
    }
    fn schema() -> Value {
        json!({"type": ["number", "string", "boolean", "array"], "items": {"type": ["string", "number"]}})
    }
    fn said(&self) -> Said {
        match self {
            SettingValue::Number(number) => number.said(),
            SettingValue::Word(word) => Said::Value(word.clone()),
            SettingValue::Flag(flag) => flag.said(),
            SettingValue::Words(words) => Said::List(words.iter().map(|word| Said::Value(word.clone())).collect()),
        }
    }
}

impl Decode for MethodAsWritten {
    fn decode(node: &Node<'_>, problems: &mut Problems) -> Option<MethodAsWritten> {
        let table = as_table(node, "the method", problems)?;
        let mut name = None;
        let mut settings = Vec::new();
        let mut whole = true;
        for (key, value) in table.iter() {
            if key.get_ref() == "name" {
                name = problems.within("name", |problems| At::<String>::decode(value, problems));
                whole &= name.is_some();
            } else {
                let read =
                    problems.within(key.get_ref().to_string(), |problems| At::<SettingValue>::decode(value, problems));
                whole &= read.is_some();
                let key = At { value: key.get_ref().to_string(), at: key.span() };
                settings.extend(read.map(|read| (key, read)));
            }
        }
        settings.sort_by(|(a, _), (b, _)| a.value.cmp(&b.value));
        if name.is_none() && whole {
            problems.error("missing-field", node.span(), "`name` is missing", "add `name = \"difference\"`");
        }
        Some(MethodAsWritten { name: name?, settings }).filter(|_| whole)
    }
    fn schema() -> Value {
        json!({
            "type": "object",
            "properties": {"name": {"type": "string"}},
            "required": ["name"],
            "additionalProperties": <SettingValue as Decode>::schema(),
        })
    }
    fn said(&self) -> Said {
        let settings = self.settings.iter().map(|(name, value)| (name.value.clone(), value.said()));
        Said::Named([("name".to_owned(), Said::Value(self.name.value.clone()))].into_iter().chain(settings).collect())
    }
}

impl EvaluationPlan {
    /// Reads a plan; `file` is its name in what is told.
    pub fn read(file: &str, text: &str) -> (Option<EvaluationPlan>, Vec<Diagnostic>) {
        let mut problems = Problems { file: file.to_owned(), ..Problems::default() };
        let mut plan = None;
        if let Some(document) = problems.document(text, 0) {
            refuse_unknown(&document, EvaluationPlan::NAMES, &mut problems);
            plan = EvaluationPlan::fields(&document, 0..0, &mut problems);
            if let Some(plan) = &plan {
                whole(plan, &mut problems);
            }
        }
        problems.concluded(plan)
    }

    /// What the plan says, in the order of its fields, whatever its layout: what its hash is made over.
    pub fn canonical(&self) -> Value {
        value(&<EvaluationPlan as Decode>::said(self))
    }

    /// The JSON Schema of `evaluation.toml`; `methods` describes its `[method]`.
    pub fn json_schema(methods: Value) -> Value {
        let mut schema = <EvaluationPlan as Decode>::schema();
        if let Some(method) = schema.pointer_mut("/properties/method") {
            *method = methods;
        }
        let head = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": "evaluation-plan-1.schema.json",
            "title": "Meed evaluation plan",
        });
        if let (Some(schema), Value::Object(head)) = (schema.as_object_mut(), head) {
            for (i, (key, value)) in head.into_iter().enumerate() {
                schema.shift_insert(i, key, value);
            }
        }
        schema
    }

    /// The column of the person's key.
    pub fn person(&self) -> &str {
        self.population.person.as_ref().map_or("person", |column| &column.value)
    }

    /// The column that says who had the programme.
    pub fn treated(&self) -> &str {
        self.population.treated.as_ref().map_or("treated", |column| &column.value)
    }

    /// The column of the outcome.
    pub fn outcome_column(&self) -> &str {
        self.outcome.column.as_ref().map_or("outcome", |column| &column.value)
    }

    /// The seed; 1 when the plan names none.
    pub fn seed(&self) -> u64 {
        self.seed.as_ref().map_or(1, |seed| u64::from(seed.value))
    }

    /// The day on which a cohort's result is published.
    pub fn published_on(&self, cohort: Option<&PlanCohort>) -> Date {
        cohort.and_then(|cohort| cohort.publishes.as_ref()).map_or(self.publishes.value, |day| day.value)
    }

    /// The day on whose knowledge a cohort's people are chosen, where the plan names one.
    pub fn chosen_on(&self, cohort: Option<&PlanCohort>) -> Option<Date> {
        let own = cohort.and_then(|cohort| cohort.known_at.as_ref());
        own.or(self.population.known_at.as_ref()).map(|day| day.value)
    }

    /// The cohort of this name.
    pub fn cohort_of(&self, id: &str) -> Option<&PlanCohort> {
        self.cohort.iter().map(|cohort| &cohort.value).find(|cohort| *cohort.id.value == *id)
    }

    /// How sure intervals are: 0.95.
    pub fn confidence(&self) -> f64 {
        self.comparison.confidence.as_ref().map_or(0.95, |percent| f64::from(percent.value) / 100.0)
    }

    /// The largest standardised difference that counts as balanced.
    pub fn balanced_below(&self) -> f64 {
        self.comparison.balanced_below.as_ref().map_or(0.1, |limit| limit.value.number())
    }
}

fn value(said: &Said) -> Value {
    match said {
        Said::Nothing => Value::Null,
        Said::Value(text) => Value::String(text.clone()),
        Said::List(items) => Value::Array(items.iter().map(value).collect()),
        Said::Named(fields) | Said::Each(fields) => {
            let fields = fields.iter().filter(|(_, said)| *said != Said::Nothing);
            Value::Object(fields.map(|(name, said)| (name.clone(), value(said))).collect::<Map<_, _>>())
        }
        Said::Dated(values) => {
            Value::Object(values.iter().map(|(from, said)| (from.to_string(), value(said))).collect::<Map<_, _>>())
        }
    }
}

/// What only the whole plan can get wrong.
fn whole(plan: &EvaluationPlan, problems: &mut Problems) {
    if plan.publishes.value < plan.registered.value {
        let help = "a plan is fixed first, and its report published later";
        problems.error("dates-outside", plan.publishes.at.clone(), "the report comes before the plan", help);
    }
    for (place, sql) in [("population", &plan.population.sql), ("outcome", &plan.outcome.sql)] {
        let bad = sql.value.starts_with('/') || sql.value.split(['/', '\\']).any(|part| part == "..");
        if bad || !sql.value.ends_with(".sql") {
            let help = "write it like `evaluation/people.sql`: a file beside the plan";
            problems.within(format!("[{place}]"), |problems| {
                problems.error("bad-value", sql.at.clone(), "this is no SQL file beside the plan", help);
            });
        }
    }
    let outcome = &plan.outcome;
    problems.within("[outcome]", |problems| {
        let mut needs = |given: bool, wanted: bool, name: &str, why: &str| {
            if wanted && !given {
                problems.error(
                    "missing-field",
                    outcome.at.clone(),
                    format!("`{name}` is missing: {why}"),
                    format!("add `{name} = ...`"),
                );
            }
        };
        needs(outcome.event.is_some(), outcome.kind == OutcomeKind::Time, "event", "a time needs to know how it ended");
        needs(
            outcome.followed_from.is_some(),
            outcome.followed_until.is_some(),
            "followed-from",
            "a follow-up needs its first day",
        );
        needs(
            outcome.window.is_some(),
            outcome.followed_until.is_some(),
            "window",
            "a follow-up is long enough against something",
        );
    });
    if let Some(missing) = outcome.missing.filter(|missing| *missing == MissingOutcome::Failure)
        && outcome.kind != OutcomeKind::YesNo
    {
        let help = "write \"leave-out\", or make the outcome one of yes and no";
        let message = format!(
            "`{}` asks for the worse of two answers, and the outcome is a {}",
            missing.word(),
            outcome.kind.word()
        );
        problems.within("[outcome] missing", |problems| problems.error("bad-value", outcome.at.clone(), message, help));
    }
    if outcome.kind == OutcomeKind::YesNo
        && outcome.better.is_none()
        && outcome.missing == Some(MissingOutcome::Failure)
    {
        let help = "add `better = \"lower\"` or `better = \"higher\"`";
        problems.error("missing-field", outcome.at.clone(), "which answer is the worse one is not said", help);
    }
    if let Some(percent) = plan.comparison.confidence.as_ref().filter(|percent| !(50..=99).contains(&percent.value)) {
        problems.error("bad-value", percent.at.clone(), "an interval is between 50 and 99 percent sure", "write 95");
    }
    if let Some(limit) = plan.comparison.balanced_below.as_ref().filter(|limit| limit.value.number() <= 0.0) {
        problems.error("bad-value", limit.at.clone(), "no difference lies below this", "write 0.1");
    }
    let (cohorts, column) = (&plan.cohort, &plan.population.cohort);
    match (column, cohorts.first()) {
        (Some(column), None) => {
            let help = "list each with [[cohort]], its id and its days";
            problems.error("missing-field", column.at.clone(), "no `[[cohort]]` is listed for this column", help);
        }
        (None, Some(cohort)) => {
            let help = "add `cohort = \"COLUMN\"` to [population]";
            problems.error("missing-field", cohort.at.clone(), "which row is of this cohort is not said", help);
        }
        _ => (),
    }
    for (n, cohort) in cohorts.iter().enumerate() {
        if cohorts[..n].iter().any(|other| other.id.value == cohort.id.value) {
            let message = format!("the cohort `{}` is listed twice", cohort.id.value);
            problems.error("duplicate-id", cohort.id.at.clone(), message, "give each an id of its own");
        }
        if &*cohort.id.value == "pooled" {
            let help = "call it otherwise: `pooled` are all together";
            problems.error("duplicate-id", cohort.id.at.clone(), "this name is taken", help);
        }
    }
    if let Some(estimate) = &plan.estimate {
        problems.within("[estimate]", |problems| estimated(plan, estimate, problems));
    }
}

/// Whether the estimate can be put into the two figures a contract reads.
fn estimated(plan: &EvaluationPlan, estimate: &At<PlanEstimate>, problems: &mut Problems) {
    const UNITS: [(&str, &[OutcomeKind]); 3] = [
        ("percent", &[OutcomeKind::YesNo]),
        ("per-100", &[OutcomeKind::Count, OutcomeKind::YesNo]),
        ("count", &[OutcomeKind::Count, OutcomeKind::YesNo]),
    ];
    let fits = UNITS.iter().find(|(unit, _)| *unit == estimate.unit.value);
    if fits.is_none_or(|(_, kinds)| !kinds.contains(&plan.outcome.kind)) {
        let fitting = UNITS.iter().filter(|(_, kinds)| kinds.contains(&plan.outcome.kind));
        let names: Vec<&str> = fitting.map(|(unit, _)| *unit).collect();
        let message =
            format!("`{}` is no unit of an outcome of the kind `{}`", estimate.unit.value, plan.outcome.kind.word());
        let help = if names.is_empty() {
            "a contract pays on shares and counts: make the outcome `yes-no` or `count`".to_owned()
        } else {
            format!("write one of {}", listed(&names))
        };
        problems.error("wrong-unit", estimate.unit.at.clone(), message, help);
    }
    if plan.cohort.is_empty() && estimate.runs.is_none() {
        let help = "add `runs = { from = ..., until = ... }`: the days of the index events";
        problems.error("missing-field", estimate.at.clone(), "`runs` is missing", help);
    }
    if estimate.pooled.0 && plan.cohort.len() < 2 {
        let help = "leave `pooled` out, or list the cohorts with [[cohort]]";
        problems.error("bad-value", estimate.at.clone(), "there are no two cohorts to pool", help);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: &str = r#"
title = "T"
question = "Q?"
registered = 2012-06-30
publishes = 2015-10-01
[population]
who = "everyone"
sql = "evaluation/people.sql"
covariates = ["age", "sex"]
[outcome]
what = "returned"
sql = "evaluation/outcomes.sql"
kind = "yes-no"
[comparison]
who = "the others"
[method]
name = "nearest"
per-person = 10
caliper = 0.2
exact = ["sex"]
"#;

    #[test]
    fn a_sound_plan_reads_and_says_the_same_whatever_its_layout() {
        let (plan, found) = EvaluationPlan::read("evaluation.toml", SOUND);
        assert_eq!(found, []);
        let plan = plan.expect("a plan");
        assert_eq!(plan.method.name.value, "nearest");
        let laid_out = format!(
            "# a remark\n{}",
            SOUND.replace("per-person = 10\ncaliper = 0.2", "caliper =   0.2\nper-person = 10")
        );
        let (other, _) = EvaluationPlan::read("evaluation.toml", &laid_out);
        assert_eq!(plan.canonical(), other.expect("a plan").canonical());
        let (changed, _) = EvaluationPlan::read("evaluation.toml", &SOUND.replace("person = 10", "person = 9"));
        assert_ne!(plan.canonical(), changed.expect("a plan").canonical());
    }

    #[test]
    fn everything_wrong_is_told_at_once_with_its_line() {
        let text = SOUND
            .replace("kind = \"yes-no\"", "kind = \"time\"")
            .replace("2015-10-01", "2011-01-01")
            .replace("\"evaluation/people.sql\"", "\"../people.sql\"")
            + "[estimate]\nprovider = \"one\"\nunit = \"percent\"\n";
        let (plan, found) = EvaluationPlan::read("evaluation.toml", &text);
        assert!(plan.is_none());
        let told: Vec<(&str, usize)> = found.iter().map(|d| (d.code, d.line_and_column(&text).0)).collect();
        assert_eq!(
            told,
            [("dates-outside", 5), ("bad-value", 8), ("missing-field", 10), ("missing-field", 21), ("wrong-unit", 23)]
        );
    }
}
