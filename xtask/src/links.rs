//! Do the links and anchors of every page lead somewhere, and does no page speak of one particular machine?

use std::path::{Component, Path, PathBuf};

use crate::house;

/// A link as written in a page.
pub struct Link {
    /// The line it stands on, counted from one.
    pub line: usize,
    /// What it points at: a path, a path with an anchor, or an anchor alone.
    pub to: String,
}

/// Prints what is wrong with the links of the documentation.
pub fn run() -> Result<(), String> {
    let problems = problems()?;
    if problems.is_empty() {
        println!("every link leads somewhere");
        return Ok(());
    }
    Err(format!("{}\n{} problems", problems.join("\n"), problems.len()))
}

/// Everything wrong with the pages, all at once.
pub fn problems() -> Result<Vec<String>, String> {
    let root = house::root();
    let mut problems = Vec::new();
    for page in pages(&root)? {
        let text = std::fs::read_to_string(root.join(&page))
            .map_err(|error| format!("{}: cannot be read as text: {error}", page.display()))?;
        for link in in_page(&text) {
            if let Some(problem) = dead(&root, &page, &text, &link) {
                problems.push(format!("{}:{}: {problem}", page.display(), link.line));
            }
        }
        for (number, line) in text.lines().enumerate() {
            for stray in stray_words().filter(|stray| line.contains(stray.as_str())) {
                problems.push(format!(
                    "{}:{}: `{stray}` means nothing on a reader's machine: say it without",
                    page.display(),
                    number + 1
                ));
            }
        }
    }
    Ok(problems)
}

/// Every Markdown page of the repository, in order, from its root.
pub fn pages(root: &Path) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(root.join(&folder))
            .map_err(|error| format!("{}: cannot be listed: {error}", folder.display()))?;
        for entry in entries.filter_map(Result::ok) {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = folder.join(&name);
            if entry.path().is_dir() {
                let ours = !name.starts_with('.') && !["target", "out", "node_modules"].contains(&name.as_str());
                if ours {
                    folders.push(path);
                }
            } else if name.ends_with(".md") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The links of a page, outside its code blocks and code spans.
pub fn in_page(text: &str) -> Vec<Link> {
    let mut links = Vec::new();
    let mut in_code = false;
    for (number, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
            continue;
        }
        if in_code {
            continue;
        }
        let line = without_code_spans(line);
        for (at, _) in line.match_indices("](") {
            let rest = &line[at + 2..];
            if let Some(end) = rest.find(')') {
                let to = rest[..end].split_whitespace().next().unwrap_or_default();
                links.push(Link { line: number + 1, to: to.to_string() });
            }
        }
        let reference = line.trim_start().strip_prefix('[').and_then(|rest| rest.split_once("]: "));
        if let Some((_, to)) = reference {
            links.push(Link { line: number + 1, to: to.trim().to_string() });
        }
    }
    links
}

/// The file a link of this page points at, from the repository's root; nothing for the web and for anchors alone.
pub fn target(page: &Path, to: &str) -> Option<PathBuf> {
    let path = to.split('#').next().unwrap_or_default();
    if path.is_empty() || path.contains("://") || path.starts_with("mailto:") {
        return None;
    }
    let mut clean = PathBuf::new();
    for part in page.parent().unwrap_or(Path::new("")).join(path).components() {
        match part {
            Component::ParentDir if !clean.pop() => return Some(PathBuf::from("..").join(path)),
            Component::ParentDir | Component::CurDir => (),
            other => clean.push(other),
        }
    }
    Some(clean)
}

fn dead(root: &Path, page: &Path, text: &str, link: &Link) -> Option<String> {
    let anchor = link.to.split_once('#').map(|(_, anchor)| anchor);
    if link.to.contains("://") || link.to.starts_with("mailto:") {
        return None;
    }
    let aim = match target(page, &link.to) {
        None => {
            return anchor
                .filter(|anchor| !has_heading(text, anchor))
                .map(|anchor| format!("no heading `{anchor}` in this page"));
        }
        Some(aim) => aim,
    };
    if aim.starts_with("..") || aim.is_absolute() {
        return Some(format!("`{}` leads out of the repository", link.to));
    }
    if !root.join(&aim).exists() {
        return Some(format!("`{}` does not exist", link.to));
    }
    let anchor = anchor.filter(|_| aim.extension().is_some_and(|extension| extension == "md"))?;
    let there = std::fs::read_to_string(root.join(&aim)).unwrap_or_default();
    (!has_heading(&there, anchor)).then(|| format!("no heading `{anchor}` in {}", aim.display()))
}

fn has_heading(text: &str, anchor: &str) -> bool {
    let mut in_code = false;
    let mut seen: Vec<String> = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code || !line.starts_with('#') {
            continue;
        }
        let plain = slug(line.trim_start_matches('#').trim());
        let repeats = seen.iter().filter(|earlier| **earlier == plain).count();
        let name = if repeats == 0 { plain.clone() } else { format!("{plain}-{repeats}") };
        if name == anchor {
            return true;
        }
        seen.push(plain);
    }
    text.contains(&format!("id=\"{anchor}\""))
}

/// The anchor of a heading: lower case, spaces to hyphens, other signs dropped.
fn slug(heading: &str) -> String {
    heading
        .chars()
        .filter_map(|letter| match letter {
            ' ' => Some('-'),
            letter if letter.is_alphanumeric() || letter == '-' || letter == '_' => Some(letter.to_ascii_lowercase()),
            _ => None,
        })
        .collect()
}

fn without_code_spans(line: &str) -> String {
    line.split('`').enumerate().map(|(index, part)| if index % 2 == 0 { part } else { "" }).collect()
}

/// Paths of one machine and hosts of package registries, put together here so that this file does not hold them.
fn stray_words() -> impl Iterator<Item = String> {
    let paths = ["work", "root", "home"].into_iter().map(|folder| format!("/{folder}/"));
    let hosts = [("crates", "io"), ("pypi", "org"), ("npmjs", "org"), ("npmjs", "com"), ("debian", "org")]
        .into_iter()
        .map(|(name, end)| format!("{name}.{end}"));
    paths.chain(hosts).chain(std::iter::once(format!("../{}", "shared")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_become_anchors() {
        assert_eq!(slug("What is `known_at`, and why?"), "what-is-known_at-and-why");
        assert!(has_heading("# A\n\n## Two clocks\n", "two-clocks"));
        assert!(has_heading("## Same\n## Same\n", "same-1"));
        assert!(!has_heading("```\n# not a heading\n```\n", "not-a-heading"));
    }

    #[test]
    fn links_in_code_are_not_links() {
        let text = "see [one](a.md) and `[two](b.md)`\n```\n[three](c.md)\n```\n[four]: d.md\n";
        let found: Vec<String> = in_page(text).into_iter().map(|link| link.to).collect();
        assert_eq!(found, ["a.md", "d.md"]);
    }

    #[test]
    fn a_link_is_read_from_its_own_page() {
        let page = Path::new("docs/guide/first-statement.md");
        assert_eq!(target(page, "../concepts/glossary.md#band"), Some(PathBuf::from("docs/concepts/glossary.md")));
        assert_eq!(target(page, "#top"), None);
        assert!(target(page, "../../../elsewhere.md").is_some_and(|path| path.starts_with("..")));
    }
}
