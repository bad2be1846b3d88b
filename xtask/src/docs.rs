//! Is the documentation whole: can every page be reached, and does every stage and contract say what it is?

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::{house, links};

/// Pages nobody can find, crates the architecture forgets, contracts without a page of their own.
pub fn problems() -> Result<Vec<String>, String> {
    let root = house::root();
    let mut problems = unreachable_pages(&root)?;
    let architecture = std::fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap_or_default();
    for name in folders(&root.join("crates"), "Cargo.toml") {
        if !architecture.contains(&format!("`{name}`")) {
            problems.push(format!("ARCHITECTURE.md: crate `{name}` is not described: add its row to the code map"));
        }
    }
    for kind in clause_kinds(&root) {
        if !root.join(format!("docs/reference/clauses/{kind}.md")).is_file() {
            problems.push(format!(
                "docs/reference/clauses/{kind}.md is missing: say what the clause pays, with a fragment"
            ));
        }
    }
    for name in folders(&root.join("contracts"), "contract.toml") {
        if !root.join("contracts").join(&name).join("README.md").is_file() {
            problems.push(format!("contracts/{name}: README.md is missing: say what is known and what is ours"));
        }
    }
    Ok(problems)
}

/// A page under `docs` that no chain of links from the front page leads to.
fn unreachable_pages(root: &Path) -> Result<Vec<String>, String> {
    let mut seen = BTreeSet::new();
    let mut to_read: Vec<PathBuf> =
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/README.md"].iter().map(PathBuf::from).collect();
    while let Some(page) = to_read.pop() {
        if !seen.insert(page.clone()) {
            continue;
        }
        let Ok(text) = std::fs::read_to_string(root.join(&page)) else { continue };
        for link in links::in_page(&text) {
            let Some(target) = links::target(&page, &link.to) else { continue };
            if root.join(&target).is_dir() {
                to_read.extend(pages_of_folder(root, &target));
            } else if target.extension().is_some_and(|extension| extension == "md") {
                to_read.push(target);
            }
        }
    }
    let lost = links::pages(root)?.into_iter().filter(|page| page.starts_with("docs") && !seen.contains(page));
    Ok(lost.map(|page| format!("{}: no page links here: add it to docs/README.md", page.display())).collect())
}

/// A link to a folder leads to its front page, or without one to the list of what is in it.
fn pages_of_folder(root: &Path, folder: &Path) -> Vec<PathBuf> {
    let front = folder.join("README.md");
    if root.join(&front).is_file() {
        return vec![front];
    }
    let inside = std::fs::read_dir(root.join(folder)).into_iter().flatten().filter_map(Result::ok);
    inside
        .map(|entry| folder.join(entry.file_name()))
        .filter(|page| page.extension().is_some_and(|end| end == "md"))
        .collect()
}

/// The kinds in the list `kinds! { "block" => Block, ... }` of the contract language.
fn clause_kinds(root: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(root.join("crates/terms/src/clause.rs")).unwrap_or_default();
    let list = text.split_once("\nkinds! {").map_or("", |(_, rest)| rest.split('}').next().unwrap_or_default());
    list.lines().filter_map(|line| line.trim().strip_prefix('"')?.split('"').next().map(str::to_owned)).collect()
}

fn folders(parent: &Path, holding: &str) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(parent)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .filter(|entry| entry.path().join(holding).is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}
