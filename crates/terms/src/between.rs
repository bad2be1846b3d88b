//! Outcomes that two contracts both pay for, where neither says that they are paid once.

use meed_measures::ParameterValue;

use crate::{Clause, Diagnostic, Terms, decode::Problems, include, measure_use::MeasureUse};

impl Terms {
    /// What is worth a look when these contracts are in force together, each with the position of the contract whose
    /// files it is in. An outcome is the same when the same measure says it, whatever its lengths and numbers; words set
    /// as its parameters, such as which result is recorded, make it another.
    pub fn between(contracts: &[&Terms]) -> Vec<(usize, Diagnostic)> {
        let mut found = Vec::new();
        for (first, one) in contracts.iter().enumerate() {
            let mut problems = Problems { file: include::CONTRACT.into(), ..Problems::default() };
            for other in &contracts[first + 1..] {
                for clause in one.contract.clause.iter() {
                    for twin in other.contract.clause.iter() {
                        let once =
                            one.pays_once(clause, &other.id, twin.id()) || other.pays_once(twin, &one.id, clause.id());
                        if once || !may_meet(one, clause, other, twin) {
                            continue;
                        }
                        for measure in both_pay(one, clause, other, twin) {
                            one.told(clause, other, twin, measure, &mut problems);
                        }
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

    fn told(&self, clause: &Clause, other: &Terms, twin: &Clause, measure: &MeasureUse, problems: &mut Problems) {
        let (what, help) = match clause.personal() {
            true => (
                "one outcome could be paid twice",
                "say in one of them that it is paid once: `[[exclusive]]` with `then = \"not-paid\"` or `\"offset\"`",
            ),
            false => (
                "what a provider did could be paid twice",
                "let one of them count something else, or run on other days or for other providers: `[[exclusive]]` is for outcomes of persons",
            ),
        };
        problems.within(format!("[[clause]] \"{}\"", clause.id()), |problems| {
            problems.warning(
                "paid-by-both",
                clause.common.id.at.clone(),
                format!(
                    "`{}` is paid by `{}` of `{}` and by `{}` of `{}` on the same days: {what}",
                    measure.name.value,
                    clause.id(),
                    self.id,
                    twin.id(),
                    other.id
                ),
                help,
            );
        });
    }

    /// Whether this contract leaves, or takes off, what the other's clause has paid.
    fn pays_once(&self, clause: &Clause, contract: &str, twin: &str) -> bool {
        let mut terms = self.contract.exclusive.iter();
        terms.any(|exclusive| exclusive.covers(clause.id()) && exclusive.counts(contract, twin) && clause.personal())
    }
}

/// Whether both clauses pay on some day: for persons, wherever they are; as such, a provider that has both contracts.
fn may_meet(one: &Terms, clause: &Clause, other: &Terms, twin: &Clause) -> bool {
    let days = |terms: &Terms, clause: &Clause| {
        clause.common.runs.as_ref().map_or(terms.contract.runs.value, |runs| runs.value)
    };
    let (a, b) = (days(one, clause), days(other, twin));
    let has = |terms: &Terms, clause: &Clause, provider: &str| {
        clause.pays(provider) && terms.contract.parties.providers.iter().any(|id| *id.value == *provider)
    };
    let mut providers = one.contract.parties.providers.iter().map(|id| &*id.value);
    a.from < b.until
        && b.from < a.until
        && clause.personal() == twin.personal()
        && (clause.personal() || providers.any(|provider| has(one, clause, provider) && has(other, twin, provider)))
}

/// The measures of what both pay for.
fn both_pay<'c>(one: &'c Terms, clause: &'c Clause, other: &Terms, twin: &Clause) -> Vec<&'c MeasureUse> {
    let theirs: Vec<_> = twin.kind.clausal().paid_for().into_iter().filter_map(|used| of(other, used)).collect();
    let mut same: Vec<&MeasureUse> = Vec::new();
    for used in clause.kind.clausal().paid_for() {
        let known = same.iter().any(|known| known.name.value == used.name.value);
        if !known && of(one, used).is_some_and(|own| theirs.contains(&own)) {
            same.push(used);
        }
    }
    same
}

/// What makes two uses of measures ask for the same: name and text of the measure, and the words it is asked with.
type Question<'t> = (&'t str, &'t str, Vec<(String, String)>);

fn of<'t>(terms: &'t Terms, used: &MeasureUse) -> Option<Question<'t>> {
    let measure = terms.measures.get(&used.name.value)?;
    let words = used.values(measure).into_iter().filter_map(|(name, value)| match value {
        ParameterValue::Text(words) => Some((name.to_owned(), words)),
        _ => None,
    });
    Some((&measure.name, &measure.sql, words.collect()))
}
