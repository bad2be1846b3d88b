//! A plan that can be carried out: what was written, its SQL, its method with every setting, and the hash of it all.

use std::collections::BTreeMap;

use meed_terms::{Diagnostic, EvaluationPlan, Severity, nearest};
use sha2::{Digest, Sha256};

use crate::{
    method::{ColumnRole, METHODS, Method, Settings},
    report::FileSaid,
};

/// The plan's file in its folder.
pub const FILE: &str = "evaluation.toml";

/// A plan that has been read and checked.
#[derive(Clone, Debug)]
pub struct Plan {
    /// As written.
    pub written: EvaluationPlan,
    /// The method that it names.
    pub method: &'static Method,
    /// Every setting of the method, set or by default.
    pub settings: Settings,
    /// The SQL that gives people and what is known of them beforehand.
    pub design_sql: String,
    /// The SQL that gives outcomes.
    pub outcome_sql: String,
    /// SHA-256 over what the plan says and over its SQL.
    pub hash: String,
    /// The SQL files with their hashes.
    pub files: Vec<FileSaid>,
}

impl Plan {
    /// Reads and checks a plan with its SQL, by path from the plan's folder; `file` is the plan's name in what is told.
    pub fn read(file: &str, text: &str, sql: &BTreeMap<String, String>) -> (Option<Plan>, Vec<Diagnostic>) {
        let (written, mut found) = EvaluationPlan::read(file, text);
        let Some(written) = written else { return (None, found) };
        let mut told = |at: &std::ops::Range<usize>, place: &str, code: &'static str, message: String, help: String| {
            found.push(Diagnostic {
                code,
                severity: Severity::Error,
                file: file.to_owned(),
                at: at.clone(),
                place: place.to_owned(),
                message,
                help,
            });
        };
        let mut texts = Vec::new();
        for (named, place) in [(&written.population.sql, "[population] sql"), (&written.outcome.sql, "[outcome] sql")] {
            match sql.get(&named.value) {
                Some(text) => texts.push((named.value.clone(), text.clone())),
                None => {
                    let help = match nearest(&named.value, sql.keys().map(String::as_str)) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => "write the file beside the plan".to_owned(),
                    };
                    told(&named.at, place, "unknown-name", format!("there is no file `{}`", named.value), help);
                }
            }
        }
        let name = &written.method.name;
        let Some(method) = METHODS.iter().find(|method| method.name == name.value) else {
            let help = match nearest(&name.value, METHODS.iter().map(|method| method.name)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the methods are {}", METHODS.iter().map(|m| m.name).collect::<Vec<_>>().join(", ")),
            };
            told(&name.at, "[method] name", "unknown-name", format!("there is no method `{}`", name.value), help);
            return (None, found);
        };
        let settings = Settings::read(method, &written, &mut told);
        for role in method.roles {
            if !role.is_named(&written) {
                let message = format!("`{}` needs to know {}", method.name, role.about());
                let (at, table) = match role.of_outcome() {
                    true => (&written.outcome.at, "[outcome]"),
                    false => (&written.population.at, "[population]"),
                };
                let help = format!("name its column: add `{} = \"COLUMN\"` to {table}", role.field());
                told(at, table, "missing-field", message, help);
            }
        }
        for role in ColumnRole::ALL {
            if role.is_named(&written) && !method.makes_use_of(role) {
                let message = format!("`{}` makes no use of `{}`", method.name, role.field());
                let (at, table) = match role.of_outcome() {
                    true => (&written.outcome.at, "[outcome]"),
                    false => (&written.population.at, "[population]"),
                };
                told(at, table, "not-used", message, method.instead(role));
            }
        }
        let asks_when = method.settings.iter().any(|setting| setting.name == "began");
        if asks_when
            && !written.method.settings.iter().any(|(name, _)| name.value == "began")
            && !ColumnRole::FirstTreated.is_named(&written)
        {
            let message = "the plan does not say when the programme began, so that nothing is before or after it";
            let help = "set `began` to the first time with the programme, or name the column `first-treated`";
            told(&name.at, "[method]", "missing-field", message.to_owned(), help.to_owned());
        }
        if !method.kinds.contains(&written.outcome.kind) {
            let kinds: Vec<&str> = method.kinds.iter().map(|kind| kind.word()).collect();
            let message = format!("`{}` is for outcomes of the kind {}", method.name, kinds.join(" or "));
            let help = "choose a method for this outcome, or write the outcome as one of these".to_owned();
            told(&written.outcome.at, "[outcome] kind", "wrong-kind", message, help);
        }
        found.sort_by(|a, b| (a.at.start, a.severity, a.code).cmp(&(b.at.start, b.severity, b.code)));
        let refused = found.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
        let (Some(settings), [design, outcome]) = (settings, texts.as_slice()) else { return (None, found) };
        if refused {
            return (None, found);
        }
        let files: Vec<FileSaid> =
            texts.iter().map(|(file, text)| FileSaid { file: file.clone(), sha256: hash(&lines(text)) }).collect();
        let mut whole = serde_json::to_string(&written.canonical()).expect("what a plan says is plain data");
        for file in &files {
            whole += &format!("\n{} {}", file.file, file.sha256);
        }
        let plan = Plan {
            method,
            settings,
            design_sql: design.1.clone(),
            outcome_sql: outcome.1.clone(),
            hash: hash(&whole),
            files,
            written,
        };
        (Some(plan), found)
    }
}

/// The lines of a file without what ends them, so that a hash does not hang on an editor.
fn lines(text: &str) -> String {
    text.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

/// SHA-256 of a text.
pub fn hash(text: &str) -> String {
    format!("{:x}", Sha256::digest(text))
}
