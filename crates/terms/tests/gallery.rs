//! One bad contract for each code of a diagnostic: what is said of it, and the page that explains it.
//!
//! `UPDATE_DOCS=1 cargo test -p meed-terms` writes the reports and `docs/errors/` anew.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use meed_terms::{Diagnostic, Folder, Severity, Terms};

/// A bad contract, as its file tells it.
struct Entry {
    code: String,
    /// What the code means, in plain words.
    means: String,
    /// What to do about it.
    mend: String,
    /// The contract, without the lines about it.
    contract: String,
    /// A measure of the contract's own: its name and text.
    measure: Option<(String, String)>,
    /// Only planning the measure brings it out: the terms read.
    planned: bool,
    /// A contract that is in force beside it.
    other: Option<String>,
    /// Files that it includes: their paths and texts.
    included: Vec<(String, String)>,
}

impl Entry {
    fn folder(&self) -> Folder {
        Folder {
            name: self.code.clone(),
            contract: self.contract.clone(),
            measures: self.measure.iter().cloned().collect(),
            included: self.included.iter().cloned().collect(),
        }
    }

    fn diagnostics(&self) -> Vec<Diagnostic> {
        let read = Terms::read(&self.folder());
        let Some(other) = &self.other else { return read.diagnostics };
        let other = Terms::read(&Folder { name: "other".into(), contract: other.clone(), ..Folder::default() });
        let (one, other) = (read.terms.as_ref().unwrap(), other.terms.as_ref().unwrap());
        let between = Terms::between(&[one, other]).into_iter().map(|(_, found)| found);
        read.diagnostics.into_iter().chain(between).collect()
    }

    fn report(&self) -> String {
        if self.planned {
            // Proved where there is an engine: in the tests of `meed-app`.
            return fs::read_to_string(here(&format!("tests/errors/{}.report.txt", self.code))).unwrap_or_default();
        }
        let folder = self.folder();
        let said = self.diagnostics();
        let rendered: Vec<String> = said.iter().map(|found| found.render(folder.text_of(&found.file))).collect();
        rendered.join("\n")
    }

    fn page(&self) -> String {
        let stands = match self.diagnostics().first().map(|found| found.severity) {
            Some(Severity::Warning) => "A warning: the contract can be used.",
            _ => "An error: the contract cannot be used.",
        };
        let measure = match &self.measure {
            Some((name, sql)) => format!("\nand `measures/{name}.sql`:\n\n```sql\n{sql}```\n"),
            None => String::new(),
        };
        let other = match &self.other {
            Some(other) => format!("\nchecked together with the contract `other`\n\n```toml\n{other}```\n"),
            None => String::new(),
        };
        let included: String = self
            .included
            .iter()
            .map(|(path, text)| {
                let ending = path.rsplit('.').next().unwrap_or_default();
                format!("\nwith `{path}`:\n\n```{ending}\n{text}```\n")
            })
            .collect();
        format!(
            "# {code}\n\n{means}\n\n{stands}\n\n## To mend it\n\n{mend}\n\n## An example\n\nThis contract\n\n```toml\n{contract}```\n{measure}{other}{included}\nis answered by `meed check` with\n\n```text\n{report}```\n",
            code = self.code,
            means = self.means,
            mend = self.mend,
            contract = self.contract,
            report = self.report(),
        )
    }
}

fn entries() -> Vec<Entry> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(here("tests/errors")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
        .iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .map(|path| entry(path))
        .collect()
}

fn entry(path: &Path) -> Entry {
    let code = path.file_stem().unwrap().to_string_lossy().into_owned();
    let text = fs::read_to_string(path).unwrap();
    let (about, contract) = text.split_once("\n\n").unwrap();
    let line =
        |field: &str| about.lines().find_map(|line| line.strip_prefix(&format!("# {field}: "))).map(str::to_owned);
    let measure = line("measure").map(|name| (name, fs::read_to_string(path.with_extension("sql")).unwrap()));
    let means = line("means").unwrap_or_else(|| panic!("{code} does not say what it means"));
    let mend = line("mend").unwrap_or_else(|| panic!("{code} does not say what to do"));
    // `#### path` opens each file that the contract includes.
    let included = fs::read_to_string(path.with_extension("included")).unwrap_or_default();
    let included = included.split("#### ").skip(1).map(|part| part.split_once('\n').unwrap());
    let included = included.map(|(path, text)| (path.to_owned(), format!("{}\n", text.trim_end()))).collect();
    let other = fs::read_to_string(path.with_extension("other")).ok();
    let planned = line("planned").is_some();
    Entry { code, means, mend, contract: contract.to_owned(), measure, planned, other, included }
}

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Compares a file with what it should be, or writes it.
fn same_as_file(path: &Path, text: &str) {
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        return;
    }
    let found = fs::read_to_string(path).unwrap_or_default();
    assert_eq!(found, text, "{} is out of date: UPDATE_DOCS=1 cargo test -p meed-terms writes it", path.display());
}

#[test]
fn each_bad_contract_has_its_fault_and_no_other() {
    let mut others = String::new();
    for entry in entries() {
        let codes: BTreeSet<&str> = entry.diagnostics().iter().map(|found| found.code).collect();
        let expected: BTreeSet<&str> = (!entry.planned).then_some(entry.code.as_str()).into_iter().collect();
        if codes != expected {
            others += &format!("{}: {codes:?}\n{}\n", entry.code, entry.report());
        }
    }
    assert!(others.is_empty(), "{others}");
}

#[test]
fn each_report_reads_as_it_did() {
    for entry in entries() {
        same_as_file(&here(&format!("tests/errors/{}.report.txt", entry.code)), &entry.report());
    }
}

#[test]
fn each_code_has_a_page() {
    let mut index = String::from(
        "# What `meed check` says\n\nEvery diagnostic has a code that does not change. Each page says what it means, shows a contract that has the fault and what is \
         said of it. All problems of a contract are told at once.\n\n| code | what it means |\n|---|---|\n",
    );
    for entry in entries() {
        same_as_file(&here(&format!("../../docs/errors/{}.md", entry.code)), &entry.page());
        let first = entry.means.split_inclusive(". ").next().unwrap_or_default().trim();
        index += &format!("| [{0}]({0}.md) | {first} |\n", entry.code);
    }
    same_as_file(&here("../../docs/errors/README.md"), &index);
}

#[test]
fn no_page_is_left_of_a_code_that_went() {
    let codes: BTreeSet<String> = entries().into_iter().map(|entry| entry.code).collect();
    for file in fs::read_dir(here("../../docs/errors")).unwrap() {
        let path = file.unwrap().path();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(stem == "README" || codes.contains(&stem), "{} is of no code", path.display());
    }
}

#[test]
fn each_code_of_the_sources_is_in_the_gallery() {
    let read = entries().into_iter().filter(|entry| !entry.planned);
    let codes: BTreeSet<String> = read.map(|entry| entry.code).collect();
    let used = codes_in_sources();
    let without: Vec<_> = used.iter().filter(|(code, _)| !codes.contains(*code)).collect();
    assert!(without.is_empty(), "codes without a bad contract in tests/errors: {without:?}");
    let gone: Vec<_> = codes.iter().filter(|code| !used.contains_key(*code)).collect();
    assert!(gone.is_empty(), "bad contracts of codes that no source names: {gone:?}");
}

/// Every code that a source file hands to `error(`, `warning(` or one of the readers of texts, with its file.
fn codes_in_sources() -> BTreeMap<String, String> {
    let mut files = vec![here("src")];
    let mut codes = BTreeMap::new();
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for call in ["error(", "warning(", "from_text(node, ", "Money, ", "Percent, ", "Length, ", "Exact, "] {
            for (at, _) in text.match_indices(call) {
                let Some(literal) = text[at + call.len()..].trim_start().strip_prefix('"') else { continue };
                let code = literal.split('"').next().unwrap_or_default();
                if code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') {
                    codes.insert(code.to_owned(), path.display().to_string());
                }
            }
        }
    }
    codes
}

#[test]
fn several_problems_are_told_at_once_in_the_order_of_the_file() {
    let contract = r#"
title    = "Everything at once"
currency = "pounds"
runs     = { from = 2012-04-01, until = 2014-04-01 }
settles  = "monthly"

[parties]
commissioner = "city"
providers    = ["riverside"]
assessor     = "riverside"

[[clause]]
id      = "stayed"
kind    = "per-outcome"
measure = "recovery/retaned"
price   = 100
colour  = "green"

[[clause]]
id   = "paid"
kind = "blok"
"#;
    let said = Terms::read(&Folder { name: "all".into(), contract: contract.into(), ..Folder::default() }).diagnostics;
    let codes: Vec<&str> = said.iter().map(|found| found.code).collect();
    // Fields that do not read keep nobody from being told what does not hold together elsewhere.
    assert_eq!(
        codes,
        [
            "bad-value",
            "assessor-is-provider",
            "unknown-name",
            "wrong-type",
            "unknown-field",
            "missing-field",
            "bad-value"
        ]
    );

    // Once it can be read, the rest of what does not hold together is told.
    let mended = contract
        .replace("\"pounds\"", "\"GBP\"")
        .replace("price   = 100", "price   = \"0.00\"")
        .replace("colour  = \"green\"", "");
    let mended = mended.replace(
        "id   = \"paid\"\nkind = \"blok\"",
        "id     = \"stayed\"\nkind   = \"block\"\nannual = { river = \"1.00\" }",
    );
    let said = Terms::read(&Folder { name: "all".into(), contract: mended, ..Folder::default() }).diagnostics;
    let codes: BTreeSet<&str> = said.iter().map(|found| found.code).collect();
    let expected = ["assessor-is-provider", "duplicate-id", "price-without-cover", "unearnable-price", "unknown-name"];
    assert_eq!(codes, BTreeSet::from(expected));
    assert!(said.is_sorted_by_key(|found| found.at.start));
}
