//! A plan over two tables in memory.

use std::collections::BTreeMap;

use meed_evaluation::{
    Agreed, Frame, FrameColumn, Plan, Values, finish, prepare,
    report::{Effect, Group, Role},
};
use meed_statistics::Refusal;

/// A plan: what stands under `[population]`, `[outcome]` and `[method]`, and what its two queries give.
pub struct Asked<'a> {
    pub population: &'a str,
    pub outcome: &'a str,
    pub method: &'a str,
    pub design: Vec<FrameColumn>,
    pub outcomes: Vec<FrameColumn>,
}

pub fn numbers(name: &str, values: impl IntoIterator<Item = f64>) -> FrameColumn {
    let values = values.into_iter().map(|value| (!value.is_nan()).then_some(value)).collect();
    FrameColumn { name: name.into(), values: Values::Numbers(values) }
}

pub fn texts<T: ToString>(name: &str, values: impl IntoIterator<Item = T>) -> FrameColumn {
    let values = values.into_iter().map(|value| Some(value.to_string())).collect();
    FrameColumn { name: name.into(), values: Values::Texts(values) }
}

/// Keys that sort as they are numbered.
pub fn keys(count: usize) -> FrameColumn {
    texts("person", (0..count).map(|n| format!("p{n:05}")))
}

fn frame(columns: &[FrameColumn]) -> Frame {
    let rows = columns.first().map_or(0, |column| match &column.values {
        Values::Numbers(values) => values.len(),
        Values::Texts(values) => values.len(),
    });
    Frame { columns: columns.to_vec(), rows }
}

impl Asked<'_> {
    pub fn plan(&self) -> Result<Plan, String> {
        self.plan_beside("")
    }

    /// The plan with a line more on the comparison.
    fn plan_beside(&self, comparison: &str) -> Result<Plan, String> {
        let text = format!(
            "title = \"T\"\nquestion = \"Q?\"\nregistered = 2011-12-01\npublishes = 2014-06-01\n\
             [population]\nwho = \"everybody\"\nsql = \"people.sql\"\n{}\n\
             [outcome]\nwhat = \"the outcome\"\nsql = \"outcomes.sql\"\n{}\n\
             [comparison]\nwho = \"the others\"\n{comparison}\n[method]\n{}\n",
            self.population, self.outcome, self.method
        );
        let sql: BTreeMap<String, String> =
            ["people.sql", "outcomes.sql"].map(|file| (file.to_owned(), "SELECT 1".to_owned())).into();
        let (plan, found) = Plan::read("evaluation.toml", &text, &sql);
        let told: Vec<String> = found.iter().map(|d| format!("{}: {} ({})", d.code, d.message, d.help)).collect();
        plan.ok_or_else(|| told.join("\n"))
    }

    pub fn group(&self) -> Result<Group, Refusal> {
        self.group_beside("")
    }

    /// The group under a plan with a line more on the comparison.
    pub fn group_beside(&self, comparison: &str) -> Result<Group, Refusal> {
        let plan = self.plan_beside(comparison).expect("a plan that reads");
        let prepared = prepare(&plan, &frame(&self.design))?;
        let outcomes = frame(&self.outcomes);
        let done = finish(&plan, &prepared, &|_| Some(&outcomes), &Agreed::default())?;
        done.report.json();
        Ok(done.report.groups.into_iter().next().expect("one group"))
    }

    /// The group, which has an effect.
    #[track_caller]
    pub fn answered(&self) -> Group {
        let group = self.group().expect("queries that give what the plan names");
        assert_eq!(group.refusal, None);
        group
    }

    /// The group refuses by this name, and no figure stands beside.
    #[track_caller]
    pub fn refused(&self, code: &str) -> Group {
        let group = self.group().expect("queries that give what the plan names");
        let refusal = group.refusal.clone().expect("a refusal");
        assert_eq!(refusal.code, code, "{refusal:?}");
        assert!(!refusal.remedy.is_empty() && group.effects.is_empty());
        group
    }

    /// The group answers with this warning.
    #[track_caller]
    pub fn warned(&self, code: &str) -> Group {
        let group = self.answered();
        assert!(group.warnings.iter().any(|warning| warning.code == code), "{:?}", group.warnings);
        group
    }
}

/// The main effect.
#[track_caller]
pub fn main(group: &Group) -> &Effect {
    group.effects.iter().find(|effect| effect.role == Role::Main).expect("a main effect")
}

/// The effect whose title begins so.
#[track_caller]
pub fn titled<'g>(group: &'g Group, title: &str) -> &'g Effect {
    let titles: Vec<&String> = group.effects.iter().map(|effect| &effect.title).collect();
    group.effects.iter().find(|effect| effect.title.starts_with(title)).unwrap_or_else(|| panic!("{title}: {titles:?}"))
}

/// What stands in a sensitivity of this name.
#[track_caller]
pub fn sensitivity<'g>(group: &'g Group, name: &str) -> &'g [(String, f64)] {
    let names: Vec<&String> = group.sensitivity.iter().map(|known| &known.name).collect();
    &group.sensitivity.iter().find(|known| known.name == name).unwrap_or_else(|| panic!("{name}: {names:?}")).figures
}

#[track_caller]
pub fn near(found: f64, expected: f64, by: f64) {
    assert!((found - expected).abs() <= by, "{found} is not {expected}");
}
