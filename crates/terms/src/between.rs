//! Outcomes that two contracts both pay for, where neither says that they are paid once.

use crate::{Clause, Diagnostic, Terms, decode::Problems, include};

impl Terms {
    /// What is worth a look when these contracts are in force together, each with the position of the contract whose
    /// files it is in. An outcome is the same when the same measure says it, whatever its parameters.
    pub fn between(contracts: &[&Terms]) -> Vec<(usize, Diagnostic)> {
        let mut found = Vec::new();
        for (first, one) in contracts.iter().enumerate() {
            let mut problems = Problems { file: include::CONTRACT.into(), ..Problems::default() };
            for other in &contracts[first + 1..] {
                for clause in one.contract.clause.iter().filter(|clause| clause.personal()) {
                    let open = |twin: &&Clause| {
                        both_pay(one, clause, other, twin)
                            && !one.pays_once(clause, &other.id, twin.id())
                            && !other.pays_once(twin, &one.id, clause.id())
                    };
                    if let Some(twin) = other.contract.clause.iter().find(open) {
                        one.told(clause, other, twin, &mut problems);
                    }
                }
            }
            for mut diagnostic in problems.found {
                include::place(&one.files, &mut diagnostic);
                found.push((first, diagnostic));
            }
        }
        found
    }

    fn told(&self, clause: &Clause, other: &Terms, twin: &Clause, problems: &mut Problems) {
        let measure = clause.uses().first().map_or_else(String::new, |(used, _)| used.name.value.to_string());
        problems.within(format!("[[clause]] \"{}\"", clause.id()), |problems| {
            problems.warning(
                "paid-by-both",
                clause.common.id.at.clone(),
                format!(
                    "`{measure}` is paid by `{}` of `{}` and by `{}` of `{}` on the same days: one outcome could be paid twice",
                    clause.id(),
                    self.id,
                    twin.id(),
                    other.id
                ),
                "say in one of them that it is paid once: `[[exclusive]]` with `then = \"not-paid\"` or `\"offset\"`",
            );
        });
    }

    /// Whether this contract leaves, or takes off, what the other's clause has paid.
    fn pays_once(&self, clause: &Clause, contract: &str, twin: &str) -> bool {
        let mut terms = self.contract.exclusive.iter();
        terms.any(|exclusive| exclusive.covers(clause.id()) && exclusive.counts(contract, twin))
    }
}

/// Whether both clauses pay for the same outcome on some day.
fn both_pay(one: &Terms, clause: &Clause, other: &Terms, twin: &Clause) -> bool {
    let measure = |terms: &Terms, clause: &Clause| {
        let (used, _) = *clause.uses().first()?;
        terms.measures.get(&used.name.value).map(|measure| (measure.name.clone(), measure.sql.clone()))
    };
    let days = |terms: &Terms, clause: &Clause| {
        clause.common.runs.as_ref().map_or(terms.contract.runs.value, |runs| runs.value)
    };
    let (a, b) = (days(one, clause), days(other, twin));
    twin.personal()
        && a.from < b.until
        && b.from < a.until
        && measure(one, clause).is_some_and(|same| measure(other, twin) == Some(same))
}
