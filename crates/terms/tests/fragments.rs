//! Every fragment of TOML on the pages of the contract language passes `meed check` where it is pasted: under the head of a
//! contract, beside what it names.

#[path = "support/worked.rs"]
mod worked;

use std::{
    fs,
    path::{Path, PathBuf},
};

use meed_terms::{Folder, Kind, Severity, Terms};

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// The tables of a contract as they are written: what stands before the first, then each with its sub-tables.
fn sections(text: &str) -> Vec<String> {
    let mut sections = vec![String::new()];
    let mut head = String::new();
    for line in text.lines() {
        if line.starts_with('[') {
            let name = line.trim_matches(['[', ']']).to_owned();
            if head.is_empty() || !name.starts_with(&format!("{head}.")) {
                sections.push(String::new());
                head = name;
            }
        }
        let last = sections.last_mut().expect("one at least");
        *last += line;
        *last += "\n";
    }
    sections
}

fn name(section: &str) -> &str {
    section.lines().next().unwrap_or_default().trim_matches(['[', ']'])
}

fn id(section: &str) -> Option<&str> {
    let value = section.lines().find_map(|line| line.split_once('=').filter(|(key, _)| key.trim() == "id"))?.1;
    value.trim().strip_prefix('"')?.strip_suffix('"')
}

/// What any fragment may stand on: parties, bands, windows, and what it includes.
fn always(section: &str) -> bool {
    let first = name(section).split('.').next().unwrap_or_default();
    ["parties", "band", "banding", "window-ends", "set"].contains(&first)
}

/// Whether a text names this, as a value or as a key.
fn names(text: &str, id: &str) -> bool {
    let lines = || text.lines().filter(|line| !line.trim_start().starts_with('#'));
    lines().any(|line| {
        line.contains(&format!("\"{id}\""))
            || line.contains(&format!(" {id} = "))
            || line.contains(&format!("{{ {id} = "))
    })
}

/// The head of the contract, the fragment, and whatever it names, in the contract's order.
fn skeleton(contract: &str, fragment: &str) -> String {
    let sections = sections(contract);
    let is_fragment = |section: &str| section.contains(fragment.trim_end());
    let mut kept: Vec<bool> = sections
        .iter()
        .enumerate()
        .map(|(place, section)| place == 0 || always(section) || is_fragment(section))
        .collect();
    assert!(kept.iter().zip(&sections).any(|(kept, section)| *kept && is_fragment(section)), "{fragment} is not there");
    // What stands beside clauses is about some.
    let has_clauses = sections[0].contains("include") || fragment.contains("[[clause]]");
    if let Some(place) = sections.iter().position(|section| name(section) == "clause").filter(|_| !has_clauses) {
        kept[place] = true;
    }
    let same_sort = ["payer", "amendment"].into_iter().find(|sort| fragment.starts_with(&format!("[[{sort}]]")));
    loop {
        let text: String = kept
            .iter()
            .zip(&sections)
            .skip(1)
            .filter(|(kept, _)| **kept)
            .map(|(_, section)| section.as_str())
            .collect();
        let named = |section: &str| match name(section) {
            "at-risk" => text.contains("at-risk") || fragment.contains("[[cap]]") && !fragment.contains("amount"),
            "clause" | "split" | "index" => id(section).is_some_and(|id| names(&text, id)),
            sort => same_sort == Some(sort),
        };
        let more: Vec<usize> = (0..sections.len()).filter(|place| !kept[*place] && named(&sections[*place])).collect();
        if more.is_empty() {
            break;
        }
        more.into_iter().for_each(|place| kept[place] = true);
    }
    kept.iter().zip(&sections).filter(|(kept, _)| **kept).map(|(_, section)| section.as_str()).collect()
}

/// The blocks of a page: the mark before each, where there is one, and its text.
fn blocks(page: &str) -> Vec<(Option<String>, String)> {
    let mut blocks = Vec::new();
    let (mut mark, mut inside) = (None, None::<String>);
    for line in page.lines() {
        match (&mut inside, line) {
            (Some(text), "```") => blocks.push((mark.clone(), std::mem::take(text))),
            (Some(text), line) => {
                *text += line;
                *text += "\n";
                continue;
            }
            (None, line) if line.starts_with("```toml") => {
                inside = Some(String::new());
                continue;
            }
            (None, line) => {
                if let Some(found) = line.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->")) {
                    mark = (found != "end").then(|| found.to_owned());
                }
                continue;
            }
        }
        inside = None;
    }
    blocks
}

fn errors(folder: &Folder) -> Vec<String> {
    let found = Terms::read(folder).diagnostics.into_iter().filter(|found| found.severity == Severity::Error);
    found.map(|found| found.render(folder.text_of(&found.file))).collect()
}

#[test]
fn every_fragment_passes_where_it_is_pasted() {
    let mut checked = 0;
    let mut wrong = Vec::new();
    let mut pages: Vec<PathBuf> =
        fs::read_dir(root("docs/reference/clauses")).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    for page in pages {
        let shown = page.file_name().unwrap().to_string_lossy().into_owned();
        for (mark, text) in blocks(&fs::read_to_string(&page).unwrap()) {
            let Some(mark) = mark else {
                wrong.push(format!("{shown}: this fragment is of no contract, so nothing checks it:\n{text}"));
                continue;
            };
            let Some((contract, _)) = mark.strip_prefix("term: ").and_then(|of| of.split_once(' ')) else { continue };
            let mut folder = worked::read(&root("contracts").join(contract));
            folder.contract = skeleton(&folder.contract, &text);
            let found = errors(&folder);
            checked += 1;
            if !found.is_empty() {
                wrong.push(format!("{shown}, {mark}:\n{}\n{}", found.join("\n"), folder.contract));
            }
        }
    }
    assert!(checked > 60, "only {checked} fragments were checked");
    assert!(wrong.is_empty(), "{} of {checked}:\n{}", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn each_kind_shows_a_fragment_of_its_own() {
    for kind in Kind::NAMES {
        let page = fs::read_to_string(root("docs/reference/clauses").join(format!("{kind}.md"))).unwrap();
        let own = blocks(&page).into_iter().any(|(mark, text)| {
            let written = |line: &str| {
                line.split_once('=')
                    .is_some_and(|(key, value)| key.trim() == "kind" && value.trim() == format!("{kind:?}"))
            };
            mark.is_some_and(|mark| mark.starts_with("term: ")) && text.lines().any(written)
        });
        assert!(own, "docs/reference/clauses/{kind}.md shows no clause of its kind");
    }
}
