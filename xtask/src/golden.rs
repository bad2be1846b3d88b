//! The worked examples and how they came out: `docs/golden.md` is written from the runs that prove them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::steps::Tally;
use crate::{cases, house, meed};

const PAGE: &str = "docs/golden.md";

/// One worked example.
struct Example {
    id: String,
    scheme: String,
    expected: String,
    kind: String,
}

/// A case or a test that proves an example, and whether it passed.
struct Proof {
    id: String,
    /// As the page shows it.
    by: String,
    passed: bool,
}

/// `cargo xtask golden [--update]`
pub fn run(arguments: &[String]) -> Result<(), String> {
    let update = arguments.iter().any(|argument| argument == "--update");
    let (page, tally) = page()?;
    let path = house::root().join(PAGE);
    if update {
        std::fs::write(&path, &page).map_err(|error| format!("cannot write {PAGE}: {error}"))?;
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    println!("{} passed, {} failed", tally.passed, tally.failed);
    if tally.failed > 0 {
        return Err(format!("{} worked examples fail: see {PAGE} after `cargo xtask golden --update`", tally.failed));
    }
    if found != page {
        return Err(format!("{PAGE} is out of date: `cargo xtask golden --update` writes it"));
    }
    Ok(())
}

/// The worked examples, for the check of everything: how many passed, and whether the page says so.
pub fn step() -> Result<Tally, (Tally, String)> {
    let (page, tally) = page().map_err(|problem| (Tally::default(), problem))?;
    if std::fs::read_to_string(house::root().join(PAGE)).unwrap_or_default() != page {
        return Err((tally, format!("{PAGE} is out of date: `cargo xtask golden --update` writes it")));
    }
    Ok(tally)
}

/// The page as the runs have it, and how many examples passed and failed.
fn page() -> Result<(String, Tally), String> {
    let root = house::root();
    let list = std::fs::read_to_string(root.join("xtask/golden.txt"))
        .map_err(|error| format!("cannot read xtask/golden.txt: {error}"))?;
    let examples = examples(&list)?;
    let mut proofs = of_cases()?;
    proofs.extend(of_tests(&root, &examples)?);
    if let Some(stray) = proofs.iter().find(|proof| !examples.iter().any(|example| example.id == proof.id)) {
        return Err(format!("{} proves {}, which xtask/golden.txt does not list", stray.by, stray.id));
    }
    Ok(written(&examples, &proofs))
}

fn written(examples: &[Example], proofs: &[Proof]) -> (String, Tally) {
    let mut rows = String::new();
    let mut tally = Tally::default();
    let mut missing = 0;
    for example in examples {
        let mut own: Vec<&Proof> = proofs.iter().filter(|proof| proof.id == example.id).collect();
        own.sort_by(|a, b| a.by.cmp(&b.by));
        let result = if own.is_empty() {
            missing += 1;
            "**missing**"
        } else if own.iter().all(|proof| proof.passed) {
            tally.passed += 1;
            "passed"
        } else {
            tally.failed += 1;
            "**FAILED**"
        };
        let by: Vec<&str> = own.iter().map(|proof| proof.by.as_str()).collect();
        rows += &format!(
            "| {} | {} | {} | {} | {} | {result} |\n",
            example.id,
            example.scheme,
            example.expected,
            example.kind,
            by.join("<br>")
        );
    }
    let page = format!(
        "# Worked examples\n\n<!-- Written by `cargo xtask golden --update` from the runs of cases and tests; the list is xtask/golden.txt. -->\n\n\
         What each worked example must come to, and how it came out when this page was written. `cargo xtask golden` runs all of them again and\n\
         refuses a page that says otherwise. {} of {} passed, {} failed, {missing} missing: no case and no test proves them.\n\n\
         Kinds: P published result or term, C computed from published terms, O ours, from a stated rule, S as a source tells it. Amounts are in\n\
         each scheme's own currency. A case is a file under `contracts/`, a test a function under `crates/`.\n\n\
         | | scheme | what must come out | kind | proved by | result |\n|---|---|---|---|---|---|\n{rows}",
        tally.passed,
        examples.len(),
        tally.failed
    );
    (page, tally)
}

fn examples(list: &str) -> Result<Vec<Example>, String> {
    let lines = list.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines
        .map(|line| match line.split('|').map(str::trim).collect::<Vec<_>>().as_slice() {
            [id, scheme, expected, kind] => Ok(Example {
                id: (*id).to_owned(),
                scheme: (*scheme).to_owned(),
                expected: (*expected).to_owned(),
                kind: (*kind).to_owned(),
            }),
            _ => Err(format!("xtask/golden.txt: `{line}` is not `identity | scheme | what must come out | kind`")),
        })
        .collect()
}

/// Cases that name an example, as `meed test` has them.
fn of_cases() -> Result<Vec<Proof>, String> {
    let binary = meed::build("dev")?;
    let mut proofs = Vec::new();
    for contract in cases::all()? {
        let output = Command::new(&binary)
            .arg("test")
            .arg(&contract)
            .current_dir(house::root())
            .output()
            .map_err(|error| format!("meed could not be started: {error}"))?;
        proofs.extend(String::from_utf8_lossy(&output.stdout).lines().flat_map(|line| of_line(line, &contract)));
    }
    Ok(proofs)
}

/// `pass  four-steps.toml [G1]  Full pay from 80%`
fn of_line(line: &str, contract: &Path) -> Vec<Proof> {
    let passed = line.starts_with("pass  ");
    let Some(rest) = line.strip_prefix("pass  ").or_else(|| line.strip_prefix("FAIL  ")) else { return Vec::new() };
    let Some((file, rest)) = rest.split_once(" [") else { return Vec::new() };
    let Some((ids, _)) = rest.split_once("]  ").filter(|_| file.ends_with(".toml") && !file.contains(' ')) else {
        return Vec::new();
    };
    let by = format!("case `{}/{}`", contract.display(), file.trim_end_matches(".toml"));
    ids.split([',', ' '])
        .filter(|id| !id.is_empty())
        .map(|id| Proof { id: id.to_owned(), by: by.clone(), passed })
        .collect()
}

/// Tests whose names begin with an example's identity, run.
fn of_tests(root: &Path, examples: &[Example]) -> Result<Vec<Proof>, String> {
    let named = named(root, examples);
    if named.is_empty() {
        return Ok(Vec::new());
    }
    // Only what holds one of them is built; the whole workspace is named, so that the engine is built once.
    let mut run = house::cargo(&["test", "--workspace", "--no-fail-fast"]);
    let targets: BTreeSet<Option<String>> = named.iter().map(|(_, _, file)| target(file)).collect();
    for target in targets {
        match target {
            Some(test) => run.args(["--test", &test]),
            None => run.arg("--lib"),
        };
    }
    run.arg("--").args(named.iter().map(|(_, name, _)| name));
    let output = run.output().map_err(|error| format!("`{}` could not be started: {error}", house::shown(&run)))?;
    let mut passed: BTreeMap<&str, bool> = BTreeMap::new();
    let text = String::from_utf8_lossy(&output.stdout);
    for line in text.lines() {
        let Some((name, result)) = line.strip_prefix("test ").and_then(|rest| rest.split_once(" ... ")) else {
            continue;
        };
        let name = name.rsplit("::").next().unwrap_or(name);
        let so_far = passed.entry(name).or_insert(true);
        *so_far &= result.trim() == "ok";
    }
    let proof = |(id, name, file): &(String, String, PathBuf)| Proof {
        id: id.clone(),
        by: format!("test `{}` of `{}`", name, file.display()),
        // A test that did not run proves nothing.
        passed: passed.get(name.as_str()).copied().unwrap_or(false),
    };
    Ok(named.iter().map(proof).collect())
}

/// The test binary that a file belongs to: `all` of `crates/query/tests/all/recovery.rs`; none of a crate's own sources.
fn target(file: &Path) -> Option<String> {
    let mut parts = file.components().map(|part| part.as_os_str().to_string_lossy());
    parts.find(|part| part == "tests")?;
    parts.next().map(|part| part.trim_end_matches(".rs").to_owned())
}

/// Tests in the sources by their names: example, function, file.
fn named(root: &Path, examples: &[Example]) -> Vec<(String, String, PathBuf)> {
    let mut found = Vec::new();
    let mut folders = vec![root.join("crates")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().filter_map(Result::ok) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(&path).unwrap_or_default();
                let file = path.strip_prefix(root).unwrap_or(&path).to_owned();
                found.extend(tests_in(&text, examples).map(|(id, name)| (id, name, file.clone())));
            }
        }
    }
    found.sort();
    found
}

/// Functions marked as tests whose names begin with an example's identity.
fn tests_in<'t>(text: &'t str, examples: &'t [Example]) -> impl Iterator<Item = (String, String)> + 't {
    let lines = text.lines().zip(text.lines().skip(1));
    let marked = lines.filter(|(mark, _)| mark.trim() == "#[test]");
    marked.filter_map(move |(_, line)| {
        let name = line.trim().strip_prefix("fn ")?.split('(').next()?;
        let (id, _) = name.split_once('_')?;
        let example = examples.iter().find(|example| example.id.to_lowercase() == id)?;
        Some((example.id.clone(), name.to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_case_names_its_examples() {
        let of = |line| -> Vec<(String, bool)> {
            of_line(line, Path::new("contracts/x")).into_iter().map(|proof| (proof.id, proof.passed)).collect()
        };
        assert_eq!(of("pass  a.toml [G1]  Full pay"), [("G1".to_owned(), true)]);
        assert_eq!(of("FAIL  a.toml [G1, G2]  Full pay"), [("G1".to_owned(), false), ("G2".to_owned(), false)]);
        assert!(of("pass  a.toml  No example [see G1]  here").is_empty());
        assert!(of("3 passed, 0 failed").is_empty());
    }

    #[test]
    fn what_nothing_proves_is_listed_as_missing() {
        let examples = examples("# a list\nG1 | one | 1 | P\nG2 | two | 2 | C\nG3 | three | 3 | O\n").expect("a list");
        let proof = |id: &str, passed| Proof { id: id.into(), by: "case `x`".into(), passed };
        let (page, tally) = written(&examples, &[proof("G1", true), proof("G3", true), proof("G3", false)]);
        assert_eq!((tally.passed, tally.failed), (1, 1));
        assert!(page.contains("| G2 | two | 2 | C |  | **missing** |"), "{page}");
        assert!(page.contains("| G3 | three | 3 | O | case `x`<br>case `x` | **FAILED** |"), "{page}");
    }

    #[test]
    fn a_file_of_tests_belongs_to_a_binary() {
        assert_eq!(target(Path::new("crates/query/tests/all/recovery.rs")).as_deref(), Some("all"));
        assert_eq!(target(Path::new("crates/terms/tests/golden.rs")).as_deref(), Some("golden"));
        assert_eq!(target(Path::new("crates/units/src/money.rs")), None);
    }

    #[test]
    fn tests_are_known_by_their_names() {
        let examples = examples("G1 | one | 1 | P\n").expect("a list");
        let text = "#[test]\nfn g1_is_so() {\n}\nfn g1_helper() {}\n#[test]\nfn g12_is_another() {}\n";
        assert_eq!(tests_in(text, &examples).collect::<Vec<_>>(), [("G1".to_owned(), "g1_is_so".to_owned())]);
    }
}
