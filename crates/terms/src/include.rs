//! One contract out of several files: what a file includes takes part as if it were written there, and the contract that
//! includes it sets what differs. Every value keeps its place: each file has a stretch of addresses of its own.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use toml::{
    Spanned,
    de::{DeArray, DeString, DeTable, DeValue},
};

use crate::{
    Diagnostic, Folder,
    decode::{At, Decode, Id, Listed, Node, Problems, as_table, find, listed, table},
    diagnostic::nearest,
    said::Said,
};

/// The name of the file that every other one is included from.
pub(crate) const CONTRACT: &str = "contract.toml";

/// What a contract says for itself: never taken over from an included file.
const OF_ITS_OWN: [&str; 5] = ["id", "title", "version", "include", "set"];

/// `"../national-outcomes/recovery.toml"`, or `{ file = "...", only = ["abstinent"] }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Include {
    /// The file, from the folder of the file that includes it.
    pub file: At<String>,
    /// The clauses that take part; all when left out.
    pub only: Listed<At<Id>>,
}

table! {
    /// A file and the clauses of it that take part.
    pub struct IncludeSome {
        /// The file, from the folder of the file that includes it.
        file: At<String>,
        /// The clauses that take part.
        only: Listed<At<Id>>,
    }
}

impl Decode for Include {
    fn decode(node: &Node<'_>, problems: &mut Problems) -> Option<Include> {
        if node.get_ref().is_str() {
            let file = At::<String>::decode(node, problems)?;
            return Some(Include { file, only: Listed(Vec::new()) });
        }
        let some = IncludeSome::decode(node, problems)?;
        Some(Include { file: some.file, only: some.only })
    }

    fn schema() -> Value {
        json!({"anyOf": [String::schema(), IncludeSome::schema()]})
    }

    fn said(&self) -> Said {
        let only: Vec<&str> = self.only.iter().map(|id| &*id.value.0).collect();
        let only = if only.is_empty() { String::new() } else { format!(", only {}", listed(&only)) };
        Said::Value(format!("{}{only}", self.file.value))
    }
}

/// What a contract sets in tables it includes: the table's id, and the fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings(pub Vec<(At<String>, Vec<At<String>>)>);

impl Decode for Settings {
    fn decode(node: &Node<'_>, problems: &mut Problems) -> Option<Settings> {
        let table = as_table(node, "what is set", problems)?;
        let read: Vec<Option<_>> = table
            .iter()
            .map(|(key, node)| {
                let fields =
                    problems.within(key.get_ref().to_string(), |problems| as_table(node, "fields", problems))?;
                let fields = fields.iter().map(|(field, _)| at(field)).collect();
                Some((at(key), fields))
            })
            .collect();
        read.into_iter().collect::<Option<Vec<_>>>().map(Settings)
    }

    fn schema() -> Value {
        json!({"type": "object", "additionalProperties": {"type": "object"}})
    }

    /// Nothing of its own: what is set shows in the table it is set in.
    fn said(&self) -> Said {
        Said::Nothing
    }
}

fn at(key: &Spanned<DeString<'_>>) -> At<String> {
    At { value: key.get_ref().to_string(), at: key.span() }
}

impl Folder {
    /// Collects what the contract includes, whatever that includes, and the measures beside it. `fetch` gives the text
    /// of a file by its path from the folder, or none where there is none; `measures` the names of the `.sql` files of
    /// a folder, given in the same way. What lies outside, or is missing, is reported when the contract is read.
    ///
    /// # Errors
    /// What `fetch` and `measures` fail with.
    pub fn gather<E>(
        &mut self,
        mut fetch: impl FnMut(&str) -> Result<Option<String>, E>,
        mut measures: impl FnMut(&str) -> Result<Vec<String>, E>,
    ) -> Result<(), E> {
        let mut waiting = included_by(&self.name, CONTRACT, &self.contract);
        while let Some(file) = waiting.pop() {
            if file == CONTRACT || self.included.contains_key(&file) {
                continue;
            }
            let Some(text) = fetch(&file)? else { continue };
            waiting.extend(included_by(&self.name, &file, &text));
            let beside = file.rsplit_once('/').map(|(folder, _)| format!("{folder}/measures"));
            self.included.insert(file, text);
            let Some(beside) = beside else { continue };
            for name in measures(&beside)? {
                let path = format!("{beside}/{name}");
                if self.included.contains_key(&path) {
                    continue;
                }
                if let Some(text) = fetch(&path)? {
                    self.included.insert(path, text);
                }
            }
        }
        Ok(())
    }
}

/// The files that `file` includes, as paths from the contract's folder.
fn included_by(folder: &str, file: &str, text: &str) -> Vec<String> {
    let (document, _) = DeTable::parse_recoverable(text);
    let written = written(document.get_ref(), &mut Problems::default());
    written.iter().filter_map(|include| joined(folder, file, &include.file.value)).collect()
}

fn written(table: &DeTable<'_>, problems: &mut Problems) -> Vec<Include> {
    let nodes = find(table, "include").and_then(|node| node.get_ref().as_array());
    problems.within("include", |problems| {
        nodes.into_iter().flat_map(|nodes| nodes.iter()).filter_map(|node| Include::decode(node, problems)).collect()
    })
}

/// The path from the contract's folder of what a file names; none where that lies neither in the folder nor beside it.
fn joined(folder: &str, file: &str, path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains(['\\', ':', '\0']) {
        return None;
    }
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => (),
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            ".." if parts.is_empty() => parts.push(".."),
            ".." => return None,
            part => parts.push(part),
        }
        // `../kent-2012/more.toml`, asked from `kent-2012`, is a file of its own.
        if parts.len() == 2 && parts[0] == ".." && parts[1] == folder {
            parts.clear();
        }
    }
    (!parts.is_empty() && parts.last() != Some(&"..")).then(|| parts.join("/"))
}

/// The files of a contract, each with the first of its addresses.
pub(crate) struct Sources<'f> {
    folder: &'f Folder,
    files: Vec<(String, usize)>,
    next: usize,
}

impl<'f> Sources<'f> {
    pub fn new(folder: &'f Folder) -> Sources<'f> {
        Sources { folder, files: Vec::new(), next: 0 }
    }

    /// The contract with everything it includes; none when a file does not read as TOML.
    pub fn compose(&mut self, problems: &mut Problems) -> Option<DeTable<'f>> {
        let folder = self.folder;
        self.file(CONTRACT, &folder.contract, &mut Vec::new(), problems)
    }

    /// The files, each with the first of its addresses.
    pub fn files(self) -> Vec<(String, usize)> {
        self.files
    }

    /// Puts a diagnostic that names an address into the file it belongs to.
    pub fn place(&self, diagnostic: &mut Diagnostic) {
        place(&self.files, diagnostic);
    }

    fn file(
        &mut self,
        name: &str,
        text: &'f str,
        above: &mut Vec<String>,
        problems: &mut Problems,
    ) -> Option<DeTable<'f>> {
        let start = self.next;
        self.next += text.len() + 1;
        self.files.push((name.to_owned(), start));
        let own = shifted_table(problems.document(text, start)?, start);
        // Of the contract itself these are read, and told about, with its other fields.
        let mut untold = Problems::default();
        let told = if above.is_empty() { &mut untold } else { &mut *problems };
        let included = written(&own, told);
        let settings = find(&own, "set").and_then(|node| told.within("set", |told| Settings::decode(node, told)));
        above.push(name.to_owned());
        let mut whole = Whole::default();
        let mut sound = true;
        problems.place.push("include".into());
        for include in &included {
            match self.included(name, include, above, problems) {
                Some(table) => whole.add(table, &own, problems),
                None => sound = false,
            }
        }
        problems.place.pop();
        above.pop();
        if !sound {
            return None;
        }
        whole.own(own, settings.unwrap_or_default(), problems);
        Some(whole.fields.into_iter().collect())
    }

    /// What an included file comes to, without the clauses that take no part.
    fn included(
        &mut self,
        from: &str,
        include: &Include,
        above: &mut Vec<String>,
        problems: &mut Problems,
    ) -> Option<DeTable<'f>> {
        let folder = self.folder;
        let (path, at) = (&include.file.value, &include.file.at);
        let shown: String = path.chars().filter(|c| !c.is_control()).take(100).collect();
        let Some(name) = joined(&folder.name, from, path) else {
            problems.error(
                "include-outside",
                at.clone(),
                format!("`{shown}` lies neither in the contract's folder nor in one beside it"),
                "give the path from this file, with `/`: `../national-outcomes/recovery.toml`",
            );
            return None;
        };
        if let Some(first) = above.iter().position(|file| *file == name) {
            let ring: Vec<&str> = above[first..].iter().chain([&name]).map(String::as_str).collect();
            problems.error(
                "include-cycle",
                at.clone(),
                format!("`{shown}` is included by way of itself: {}", ring.join(" includes ")),
                "take one of these includes out",
            );
            return None;
        }
        if self.files.iter().any(|(known, _)| *known == name) {
            problems.error(
                "include-twice",
                at.clone(),
                format!("`{shown}` takes part already"),
                "include each file once: what it holds would otherwise be paid twice",
            );
            return None;
        }
        let Some(text) = folder.included.get(&name) else {
            problems.error(
                "include-missing",
                at.clone(),
                format!("there is no file `{shown}`"),
                "give the path from the folder of this file",
            );
            return None;
        };
        let place = std::mem::take(&mut problems.place);
        let table = self.file(&name, text, above, problems);
        problems.place = place;
        Some(only(table?, &include.only, problems))
    }
}

/// Puts a diagnostic that names an address into the file it belongs to.
pub(crate) fn place(files: &[(String, usize)], diagnostic: &mut Diagnostic) {
    if diagnostic.file != CONTRACT {
        return;
    }
    let found = files.iter().rev().find(|(_, start)| *start <= diagnostic.at.start);
    let Some((name, start)) = found.filter(|(name, _)| name != CONTRACT) else { return };
    diagnostic.file.clone_from(name);
    diagnostic.at = diagnostic.at.start - start..diagnostic.at.end.saturating_sub(*start);
    let id = diagnostic.place.split('"').nth(1).filter(|_| diagnostic.place.starts_with("[["));
    if let ("missing-field", Some(id)) = (diagnostic.code, id) {
        diagnostic.help += &format!(", or set it under `[set.{id}]` in the contract that includes this");
    }
}

/// Leaves out the clauses that are not named, where any are.
fn only<'i>(table: DeTable<'i>, names: &[At<Id>], problems: &mut Problems) -> DeTable<'i> {
    if names.is_empty() {
        return table;
    }
    let clauses = find(&table, "clause").and_then(|node| node.get_ref().as_array());
    let ids: Vec<String> = clauses.into_iter().flatten().filter_map(id_of).map(str::to_owned).collect();
    for name in names.iter().filter(|name| !ids.contains(&name.value.0)) {
        no_such(&name.value, name.at.clone(), &ids, problems);
    }
    let takes_part = |node: &Node<'_>| id_of(node).is_some_and(|id| names.iter().any(|name| *name.value == *id));
    table
        .into_iter()
        .map(|(key, node)| {
            let span = node.span();
            match node.into_inner() {
                DeValue::Array(items) if key.get_ref() == "clause" => {
                    let items: DeArray<'_> = items.into_iter().filter(takes_part).collect();
                    (key, Spanned::new(span, DeValue::Array(items)))
                }
                value => (key, Spanned::new(span, value)),
            }
        })
        .collect()
}

fn no_such(name: &str, at: std::ops::Range<usize>, ids: &[String], problems: &mut Problems) {
    let help = match nearest(name, ids.iter().map(String::as_str)) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("there is {}", listed(ids)),
    };
    let shown: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
    problems.error("unknown-name", at, format!("nothing called `{shown}` is included"), help);
}

fn id_of<'n>(node: &'n Node<'_>) -> Option<&'n str> {
    find(node.get_ref().as_table()?, "id")?.get_ref().as_str()
}

type Field<'i> = (Spanned<DeString<'i>>, Node<'i>);

/// A file while its includes are put together.
#[derive(Default)]
struct Whole<'i> {
    fields: Vec<Field<'i>>,
}

impl<'i> Whole<'i> {
    fn of(&mut self, name: &str) -> Option<&mut Field<'i>> {
        self.fields.iter_mut().find(|(key, _)| key.get_ref() == name)
    }

    /// Adds what an included file holds: lists go on, everything else stands in one file only.
    fn add(&mut self, table: DeTable<'i>, own: &DeTable<'i>, problems: &mut Problems) {
        for (key, node) in table {
            if OF_ITS_OWN.contains(&&**key.get_ref()) {
                continue;
            }
            let in_own = find(own, key.get_ref()).is_some();
            match self.of(key.get_ref()) {
                None => self.fields.push((key, node)),
                Some((_, before)) if is_list(before) && is_list(&node) => append(before, node),
                Some(_) if in_own => (),
                Some(_) => problems.error(
                    "include-clash",
                    key.span(),
                    format!("`{}` stands in another included file too", key.get_ref()),
                    format!("write `{}` in the including file, which then takes their place", key.get_ref()),
                ),
            }
        }
    }

    /// Adds what the file itself holds: it goes on with lists, takes the place of everything else, and sets what it sets.
    fn own(&mut self, own: DeTable<'i>, settings: Settings, problems: &mut Problems) {
        let mut set = None;
        let mut included: BTreeMap<String, usize> = BTreeMap::new();
        for id in self.ids() {
            *included.entry(id.to_owned()).or_default() += 1;
        }
        if let Some((_, node)) = own.iter().find(|(key, _)| key.get_ref() == "set") {
            set = node.get_ref().as_table().cloned();
        }
        problems.place.push("set".into());
        for (id, fields) in &settings.0 {
            match included.get(&id.value) {
                Some(1) => (),
                Some(_) => problems.error(
                    "include-clash",
                    id.at.clone(),
                    format!("more than one included table is called `{}`", id.value),
                    "rename all but one of them",
                ),
                None => no_such(&id.value, id.at.clone(), &included.keys().cloned().collect::<Vec<_>>(), problems),
            }
            for field in fields.iter().filter(|field| matches!(&*field.value, "id" | "kind")) {
                problems.error(
                    "unknown-field",
                    field.at.clone(),
                    format!("`{}` cannot be set: it is what the table is", field.value),
                    "write a `[[clause]]` of the contract's own instead",
                );
            }
        }
        problems.place.pop();
        for (id, fields) in set.into_iter().flatten() {
            if let DeValue::Table(fields) = fields.into_inner() {
                self.set(id.get_ref(), fields);
            }
        }
        for (key, node) in own {
            match self.of(key.get_ref()) {
                Some((_, before)) if is_list(before) && is_list(&node) => append(before, node),
                Some(before) => *before = (key, node),
                None => self.fields.push((key, node)),
            }
        }
    }

    /// The ids of everything in a list.
    fn ids(&self) -> impl Iterator<Item = &str> {
        self.fields
            .iter()
            .filter_map(|(_, node)| node.get_ref().as_array())
            .flat_map(|items| items.iter())
            .filter_map(id_of)
    }

    fn set(&mut self, id: &str, fields: DeTable<'i>) {
        let lists = self.fields.iter_mut().filter_map(|(_, node)| match node.get_mut() {
            DeValue::Array(items) => Some(items),
            _ => None,
        });
        let found = lists.flat_map(|items| items.iter_mut()).find(|item| id_of(item) == Some(id));
        let Some(DeValue::Table(table)) = found.map(Spanned::get_mut) else { return };
        let kept = std::mem::take(table).into_iter().filter(|(key, _)| !fields.contains_key(key));
        *table = kept.chain(fields.clone()).collect();
    }
}

fn is_list(node: &Node<'_>) -> bool {
    node.get_ref().is_array()
}

fn append<'i>(list: &mut Node<'i>, more: Node<'i>) {
    if let (DeValue::Array(list), DeValue::Array(more)) = (list.get_mut(), more.into_inner()) {
        for item in more {
            list.push(item);
        }
    }
}

/// The same table, `by` addresses further on.
fn shifted_table(table: DeTable<'_>, by: usize) -> DeTable<'_> {
    if by == 0 {
        return table;
    }
    table
        .into_iter()
        .map(|(key, node)| {
            let span = key.span();
            (Spanned::new(span.start + by..span.end + by, key.into_inner()), shifted(node, by))
        })
        .collect()
}

fn shifted(node: Node<'_>, by: usize) -> Node<'_> {
    let span = node.span();
    let value = match node.into_inner() {
        DeValue::Array(items) => DeValue::Array(items.into_iter().map(|item| shifted(item, by)).collect()),
        DeValue::Table(table) => DeValue::Table(shifted_table(table, by)),
        value => value,
    };
    Spanned::new(span.start + by..span.end + by, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_from_the_file_that_names_it() {
        let kent = |file, path| joined("kent-2012", file, path);
        assert_eq!(kent(CONTRACT, "../national/recovery.toml").as_deref(), Some("../national/recovery.toml"));
        assert_eq!(kent("../national/recovery.toml", "more.toml").as_deref(), Some("../national/more.toml"));
        assert_eq!(kent("../national/recovery.toml", "../other/more.toml").as_deref(), Some("../other/more.toml"));
        assert_eq!(kent("parts/a.toml", "./b.toml").as_deref(), Some("parts/b.toml"));
        assert_eq!(kent(CONTRACT, "../kent-2012/b.toml").as_deref(), Some("b.toml"));
        assert_eq!(kent("../national/a.toml", "../kent-2012/b.toml").as_deref(), Some("b.toml"));
    }

    #[test]
    fn a_path_out_of_the_folder_of_contracts_is_none() {
        for path in ["../../a.toml", "/etc/passwd", "c:\\a.toml", "..", ".", "", "../x/../../a.toml", "a\0b"] {
            assert_eq!(joined("kent-2012", CONTRACT, path), None, "{path}");
        }
    }
}
