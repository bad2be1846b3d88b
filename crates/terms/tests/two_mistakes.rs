//! Everything wrong with a clause is told in one run: in a clause of each kind two mistakes at once, each told with its
//! line, its field and a remedy.

#[path = "../../settlement/tests/kinds/clauses.rs"]
mod clauses;
#[path = "../../settlement/tests/support/head.rs"]
mod head;
#[path = "support/measures.rs"]
mod measures;

use meed_terms::{Diagnostic, Folder, Kind, Severity, Terms};

use clauses::{BESIDE, CLAUSES};
use head::{A_YEAR_BEFORE, measure};
use measures::MEASURES;

fn folder(contract: &str) -> Folder {
    let mut folder = Folder { name: "made-up".into(), contract: contract.to_owned(), ..Folder::default() };
    for (name, grain, unit) in MEASURES {
        folder.measures.insert(name.into(), measure(grain, unit));
    }
    folder
}

fn read(clause: &str) -> (String, Vec<Diagnostic>) {
    let contract = format!("{}{BESIDE}\n{clause}\n", A_YEAR_BEFORE.text());
    let found = Terms::read(&folder(&contract)).diagnostics;
    (contract, found.into_iter().filter(|found| found.severity == Severity::Error).collect())
}

/// One thing that is wrong with a clause.
#[derive(Clone, Debug)]
struct Mistake {
    /// The field that is written otherwise, or added.
    field: String,
    /// What stands in its place; nothing where it is left out.
    written: Option<String>,
    /// The code that tells it.
    code: &'static str,
}

fn mistake(field: &str, written: &str, code: &'static str) -> Mistake {
    Mistake { field: field.into(), written: Some(written.into()), code }
}

/// The fields of a clause as they are written, each on a line of its own.
fn fields(clause: &str) -> Vec<(String, String)> {
    let split = |line: &str| line.split_once(" = ").map(|(field, value)| (field.to_owned(), value.to_owned()));
    clause.lines().filter_map(split).collect()
}

/// The clause with these mistakes in it.
fn with(kind: &str, clause: &str, mistakes: &[Mistake]) -> String {
    let mut fields: Vec<(String, String)> =
        [("id".to_owned(), "\"it\"".to_owned()), ("kind".to_owned(), format!("{kind:?}"))].into();
    fields.extend(self::fields(clause));
    for mistake in mistakes {
        let known = fields.iter().position(|(field, _)| *field == mistake.field);
        match (known, &mistake.written) {
            (Some(at), Some(written)) => fields[at].1.clone_from(written),
            (Some(at), None) => drop(fields.remove(at)),
            (None, Some(written)) => fields.push((mistake.field.clone(), written.clone())),
            (None, None) => panic!("{} is not there to be left out", mistake.field),
        }
    }
    let lines: Vec<String> = fields.into_iter().map(|(field, value)| format!("{field} = {value}")).collect();
    format!("[[clause]]\n{}", lines.join("\n"))
}

/// The line on which something is told.
fn line_of(text: &str, found: &Diagnostic) -> String {
    let start = text[..found.at.start].rfind('\n').map_or(0, |at| at + 1);
    text[start..].lines().next().unwrap_or_default().to_owned()
}

fn told(text: &str, found: &[Diagnostic], mistake: &Mistake) -> bool {
    found.iter().any(|found| {
        let line = line_of(text, found);
        let there = match mistake.written {
            Some(_) => line.starts_with(&format!("{} = ", mistake.field)),
            None => line == "[[clause]]" && found.message.contains(&format!("`{}`", mistake.field)),
        };
        there && found.code == mistake.code && !found.help.is_empty() && found.file == "contract.toml"
    })
}

/// A clause that is sound by itself, with the same remarks left out that its mistakes do not change.
fn check(kind: &str, clause: &str, mistakes: &[Mistake], missed: &mut Vec<String>) {
    let (text, found) = read(&with(kind, clause, mistakes));
    for mistake in mistakes.iter().filter(|mistake| !told(&text, &found, mistake)) {
        let said: Vec<String> = found
            .iter()
            .map(|found| format!("{} at `{}`: {}", found.code, line_of(&text, found), found.message))
            .collect();
        missed.push(format!("{kind} with {mistakes:?}: {mistake:?} is not told in {said:#?}"));
    }
}

/// Mistakes that anybody can make in a clause of any kind.
fn of_any_kind() -> Vec<Mistake> {
    vec![
        mistake("no-such-field", "1", "unknown-field"),
        mistake("providers", "[\"nobody\"]", "unknown-name"),
        mistake("runs", "{ from = 1990-01-01, until = 1990-02-01 }", "dates-outside"),
        mistake("title", "7", "wrong-type"),
        mistake("settle-lag", "\"soon\"", "bad-length"),
    ]
}

/// The code by which a value of a type that no field has is told.
fn wrong(clause: &(&str, &str), field: &str) -> Option<Mistake> {
    let (kind, text) = clause;
    let one = mistake(field, "1.5", "");
    let (contract, found) = read(&with(kind, text, std::slice::from_ref(&one)));
    let code = found.iter().find(|found| line_of(&contract, found).starts_with(&format!("{field} = ")))?.code;
    Some(Mistake { code, ..one })
}

fn left_out(clause: &(&str, &str), field: &str) -> Option<Mistake> {
    let (kind, text) = clause;
    let one = Mistake { field: field.into(), written: None, code: "missing-field" };
    let (contract, found) = read(&with(kind, text, std::slice::from_ref(&one)));
    // What is needed only because of another field hangs on that one.
    let always = found.iter().any(|found| found.message == format!("`{field}` is missing"));
    (always && told(&contract, &found, &one)).then_some(one)
}

#[test]
fn there_is_a_clause_of_every_kind_and_each_is_sound() {
    let kinds: Vec<&str> = CLAUSES.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, Kind::NAMES);
    for (kind, clause) in CLAUSES {
        let (_, found) = read(&with(kind, clause, &[]));
        assert!(found.is_empty(), "{kind}: {found:#?}");
    }
}

#[test]
fn two_mistakes_in_a_clause_are_told_in_one_run() {
    let mut missed = Vec::new();
    let mut pairs = 0;
    for clause in CLAUSES {
        let (kind, text) = clause;
        let fields: Vec<String> = fields(text).into_iter().map(|(field, _)| field).collect();
        let wrong: Vec<Mistake> = fields.iter().filter_map(|field| wrong(clause, field)).collect();
        assert_eq!(wrong.len(), fields.len(), "{kind}: a number with a point is told for every field");
        let left_out: Vec<Mistake> = fields.iter().filter_map(|field| left_out(clause, field)).collect();
        let measure =
            fields.iter().any(|field| field == "measure").then(|| mistake("measure", "\"no-such\"", "unknown-name"));
        let others: Vec<Mistake> = of_any_kind().into_iter().chain(measure).collect();
        let own: Vec<&Mistake> = wrong.iter().chain(&left_out).collect();
        for (place, one) in own.iter().enumerate() {
            // Each beside every other of the kind's own, and in turn beside two that any clause can have.
            let beside = (0..2).map(|next| &others[(2 * place + next) % others.len()]);
            for other in own[place + 1..].iter().copied().chain(beside) {
                if one.field != other.field {
                    pairs += 1;
                    check(kind, text, &[(*one).clone(), other.clone()], &mut missed);
                }
            }
        }
    }
    assert!(pairs > 500, "only {pairs} pairs were tried");
    assert!(missed.is_empty(), "{} of {pairs} pairs: {}", missed.len(), missed[..missed.len().min(12)].join("\n"));
}

/// A mistake among the parties, the bands or the caps hides nothing in a clause, nor the other way round.
#[test]
fn a_mistake_beside_the_clauses_hides_nothing_in_them() {
    for (was, is, code) in [
        ("providers    = [\"north\", \"south\"]", "providers    = \"north\"", "wrong-type"),
        ("commissioner = \"council\"", "commissioner = 7", "wrong-type"),
        ("[banding]", "[banding]\nno-such = 1", "unknown-field"),
        ("settles  = \"monthly\"", "settles  = \"now and then\"", "bad-value"),
        ("runs     = { from = 2019-01-01, until = 2021-05-11 }", "runs     = 2019", "wrong-type"),
        ("rounding = { to = \"0.01\", mode = \"half-even\" }", "rounding = { to = \"0.01\" }", "missing-field"),
    ] {
        let head = format!("{}{BESIDE}", A_YEAR_BEFORE.text());
        assert!(head.contains(was), "{was}");
        for own in [mistake("measure", "\"no-such\"", "unknown-name"), mistake("price", "1.5", "wrong-type")] {
            let clause = with("per-outcome", "measure = \"job\"\nprice = \"10.00\"", std::slice::from_ref(&own));
            let contract = format!("{}\n{clause}\n", head.replace(was, is));
            let found = Terms::read(&folder(&contract)).diagnostics;
            assert!(told(&contract, &found, &own), "{is}: {found:#?}");
            assert!(
                found.iter().any(|found| found.code == code && !line_of(&contract, found).contains("[[clause]]")),
                "{is}: {found:#?}"
            );
        }
    }
}

#[test]
fn a_misspelt_kind_hides_nothing_of_the_kind_that_was_meant() {
    for (kind, clause) in CLAUSES {
        let misspelt = format!("\"{}x\"", kind);
        let field = fields(clause)[0].0.clone();
        let mistakes = [
            mistake("kind", &misspelt, "bad-value"),
            mistake("no-such-field", "1", "unknown-field"),
            wrong(&(kind, clause), &field).expect("it is told"),
        ];
        let mut missed = Vec::new();
        check(kind, clause, &mistakes, &mut missed);
        assert!(missed.is_empty(), "{}", missed.join("\n"));
    }
}

/// Names are told as a contract writes them, and a measure that nobody has written is told where to write it.
#[test]
fn a_newcomer_is_told_what_to_write() {
    for (measure, help) in [
        ("{ use = \"recovery/retained\", afer = \"3 months\" }", "did you mean `after`?"),
        ("{ use = \"work/job-outcome\", weks = 4 }", "did you mean `weeks`?"),
        ("{ use = \"recovery/reliably-improved\", thresholddays = 4 }", "did you mean `threshold-days`?"),
        (
            "\"attended-enough\"",
            "write it as `measures/attended-enough.sql`, or choose one that is listed by: meed measure list",
        ),
    ] {
        let (_, found) =
            read(&format!("[[clause]]\nid = \"it\"\nkind = \"per-outcome\"\nmeasure = {measure}\nprice = \"1.00\""));
        assert!(found.iter().any(|found| found.help == help), "{measure}: {found:#?}");
    }
}
