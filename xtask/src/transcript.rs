//! Runs a page of the documentation: writes the files it shows, runs the commands it shows, and compares what they print.
//!
//! A fence with a path, as in "```toml plan.toml", is a file. A fence "```console" holds commands behind `$ ` with what
//! they print below them; a line `...` there stands for any lines. A command that shows nothing must succeed.

use std::path::Path;
use std::process::Command;

/// One thing a page shows, with its line.
enum Shown {
    File { path: String, text: String },
    Command { line: usize, command: String, prints: Vec<String> },
}

/// Runs a page in an empty folder, with the programs of `binaries` on the path; gives back how many commands were run.
pub fn run(page: &Path, folder: &Path, binaries: &Path) -> Result<u64, String> {
    let text = std::fs::read_to_string(page).map_err(|error| format!("{}: {error}", page.display()))?;
    let mut paths = vec![binaries.to_path_buf()];
    paths.extend(std::env::var_os("PATH").iter().flat_map(std::env::split_paths));
    let path = std::env::join_paths(paths).map_err(|error| error.to_string())?;
    let mut commands = 0;
    for shown in shown(&text) {
        match shown {
            Shown::File { path, text } => {
                let path = folder.join(path);
                let written =
                    path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(&path, text));
                written.map_err(|error| format!("cannot write {}: {error}", path.display()))?;
            }
            Shown::Command { line, command, prints } => {
                let at = format!("{}:{line}", page.display());
                let output = Command::new("sh").args(["-c", &command]).current_dir(folder).env("PATH", &path).output();
                let output = output.map_err(|error| format!("{at}: `{command}` could not be started: {error}"))?;
                commands += 1;
                let out = String::from_utf8_lossy(&output.stdout).into_owned();
                let err = String::from_utf8_lossy(&output.stderr).into_owned();
                if prints.is_empty() && !output.status.success() {
                    return Err(format!("{at}: `{command}` failed:\n{err}"));
                }
                let printed = if out.is_empty() { err } else { out };
                let printed: Vec<&str> = printed.trim_end().lines().collect();
                let prints: Vec<&str> = prints.iter().map(String::as_str).collect();
                if !prints.is_empty() && !matches(&prints, &printed) {
                    return Err(format!(
                        "{at}: `{command}` prints something else than the page shows:\n{}",
                        printed.join("\n")
                    ));
                }
            }
        }
    }
    Ok(commands)
}

fn shown(text: &str) -> Vec<Shown> {
    let mut all = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((_, line)) = lines.next() {
        let Some(info) = line.strip_prefix("```").filter(|info| !info.is_empty()) else { continue };
        let body: Vec<(usize, &str)> = lines.by_ref().take_while(|(_, line)| *line != "```").collect();
        if let Some((_, path)) = info.split_once(' ') {
            let text: String = body.iter().map(|(_, line)| format!("{line}\n")).collect();
            all.push(Shown::File { path: path.to_owned(), text });
        } else if info == "console" {
            for (number, line) in body {
                match (line.strip_prefix("$ "), all.last_mut()) {
                    (Some(command), _) => {
                        let command = command.to_owned();
                        all.push(Shown::Command { line: number + 1, command, prints: Vec::new() });
                    }
                    (None, Some(Shown::Command { prints, .. })) => prints.push(line.trim_end().to_owned()),
                    (None, _) => (),
                }
            }
        }
    }
    // An empty line before the next command sets it apart and is not printed.
    for shown in &mut all {
        if let Shown::Command { prints, .. } = shown {
            while prints.last().is_some_and(String::is_empty) {
                prints.pop();
            }
        }
    }
    all
}

/// Whether what is printed is what is shown, where `...` stands for any lines.
fn matches(shown: &[&str], printed: &[&str]) -> bool {
    match shown.split_first() {
        None => printed.is_empty(),
        Some((&"...", rest)) => (0..=printed.len()).any(|skipped| matches(rest, &printed[skipped..])),
        Some((line, rest)) => {
            printed.split_first().is_some_and(|(first, more)| first.trim_end() == *line && matches(rest, more))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn three_dots_stand_for_any_lines() {
        assert!(matches(&["a", "b"], &["a", "b"]));
        assert!(!matches(&["a"], &["a", "b"]));
        assert!(matches(&["a", "...", "d"], &["a", "b", "c", "d"]));
        assert!(matches(&["...", "d", "..."], &["d"]));
        assert!(!matches(&["...", "x"], &["a", "b"]));
    }

    #[test]
    fn a_page_that_lies_is_found_out() {
        let folder = std::env::temp_dir().join(format!("transcript-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let page = folder.join("page.md");
        let check = |text: &str| {
            std::fs::write(&page, text).expect("the page is written");
            super::run(&page, &folder, &folder)
        };
        let file = "```text greeting\nhello\nworld\n```\n\n";
        assert_eq!(check(&format!("{file}```console\n$ cat greeting\nhello\n...\n\n$ true\n```\n")), Ok(2));
        assert!(
            check(&format!("{file}```console\n$ cat greeting\nbye\n```\n"))
                .is_err_and(|told| told.contains("page.md:7"))
        );
        assert!(check("```console\n$ false\n```\n").is_err());
        std::fs::remove_dir_all(&folder).expect("the folder goes");
    }
}
