//! Runs the steps of a check one after another, counts what passed, and says at the end what did not.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The steps run so far.
#[derive(Default)]
pub struct Steps {
    done: Vec<Step>,
}

struct Step {
    name: &'static str,
    took: Duration,
    tally: Tally,
    problem: Option<String>,
}

/// How many tests passed and failed; a step without tests counts as one.
#[derive(Clone, Copy, Default)]
pub struct Tally {
    pub passed: u64,
    pub failed: u64,
}

impl Steps {
    /// Runs one step; a failure is kept and the next step still runs, so that one look shows everything.
    pub fn run(&mut self, name: &'static str, step: impl FnOnce() -> Result<Tally, (Tally, String)>) {
        println!("\n=== {name}");
        let began = Instant::now();
        let (mut tally, problem) = match step() {
            Ok(tally) => (tally, None),
            Err((tally, problem)) => (tally, Some(problem)),
        };
        if tally.passed + tally.failed == 0 || (problem.is_some() && tally.failed == 0) {
            match problem {
                None => tally.passed += 1,
                Some(_) => tally.failed += 1,
            }
        }
        if let Some(problem) = &problem {
            println!("{problem}");
        }
        let took = began.elapsed();
        println!("=== {name}: {} in {}", if problem.is_some() { "FAILED" } else { "passed" }, seconds(took));
        self.done.push(Step { name, took, tally, problem });
    }

    /// Prints a table of the steps, the failures, and as the last line `N passed, N failed`.
    pub fn finish(self) -> Result<(), String> {
        println!();
        for step in &self.done {
            let standing = if step.problem.is_some() { "FAILED" } else { "passed" };
            println!("{standing}  {:>9}  {:<34}", seconds(step.took), step.name);
        }
        for step in &self.done {
            if let Some(problem) = &step.problem {
                println!("\n{}: {problem}", step.name);
            }
        }
        let passed: u64 = self.done.iter().map(|step| step.tally.passed).sum();
        let failed: u64 = self.done.iter().map(|step| step.tally.failed).sum();
        println!("\n{passed} passed, {failed} failed");
        if failed == 0 { Ok(()) } else { Err(String::from("check failed: see the steps above")) }
    }
}

/// A step that is one command and counts as one.
pub fn command(command: &mut Command) -> Result<Tally, (Tally, String)> {
    super::house::must(command).map(|()| Tally::default()).map_err(|problem| (Tally::default(), problem))
}

/// A step whose command closes with a count, which is read while its output goes by.
pub fn counted(command: &mut Command) -> Result<Tally, (Tally, String)> {
    let shown = super::house::shown(command);
    let nothing = Tally::default();
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| (nothing, format!("`{shown}` could not be started: {error}")))?;
    let out = child.stdout.take().map(|pipe| thread::spawn(move || pass_on(pipe, std::io::stdout())));
    let err = child.stderr.take().map(|pipe| thread::spawn(move || pass_on(pipe, std::io::stderr())));
    let status = child.wait().map_err(|error| (nothing, format!("`{shown}` was lost: {error}")))?;
    let mut tally = Tally::default();
    for reader in [out, err].into_iter().flatten() {
        let seen = reader.join().unwrap_or_default();
        tally.passed += seen.passed;
        tally.failed += seen.failed;
    }
    if status.success() { Ok(tally) } else { Err((tally, format!("`{shown}` failed: {status}"))) }
}

fn pass_on(pipe: impl std::io::Read, mut to: impl Write) -> Tally {
    let mut tally = Tally::default();
    let mut reader = BufReader::new(pipe);
    let mut line = Vec::new();
    while matches!(reader.read_until(b'\n', &mut line), Ok(read) if read > 0) {
        // A closed screen must not stop the tests, so what cannot be shown is dropped.
        let _ = to.write_all(&line);
        let seen = count(&String::from_utf8_lossy(&line));
        tally.passed += seen.passed;
        tally.failed += seen.failed;
        line.clear();
    }
    tally
}

/// Reads the closing line of nextest, of cargo's own runner and of `meed test`; any other line counts nothing.
fn count(line: &str) -> Tally {
    let line = line.trim();
    let closing = if let Some((_, rest)) = line.split_once("run: ").filter(|(head, _)| head.contains("Summary [")) {
        rest
    } else if let Some(rest) = line.strip_prefix("test result: ") {
        rest
    } else if line.ends_with(" failed") && line.contains(" passed, ") {
        line
    } else {
        return Tally::default();
    };
    let words: Vec<&str> = closing.split([' ', ',', ';', '.', '(', ')', ':']).filter(|word| !word.is_empty()).collect();
    let mut tally = Tally::default();
    for pair in words.windows(2) {
        let Ok(number) = pair[0].parse::<u64>() else { continue };
        match pair[1] {
            "passed" => tally.passed += number,
            "failed" | "timed" | "exec" => tally.failed += number,
            _ => (),
        }
    }
    tally
}

/// A duration as people say it.
pub fn seconds(took: Duration) -> String {
    if took.as_secs() >= 60 {
        format!("{} min {} s", took.as_secs() / 60, took.as_secs() % 60)
    } else {
        format!("{:.1} s", took.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn the_closing_lines_of_three_runners_are_counted() {
        check("     Summary [   0.010s] 5 tests run: 4 passed, 1 failed, 2 skipped", 4, 1);
        check("     Summary [  60.0s] 9 tests run: 7 passed (1 slow), 1 failed, 1 timed out, 0 skipped", 7, 2);
        check("test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s", 12, 0);
        check("6 passed, 2 failed", 6, 2);
    }

    #[test]
    fn other_lines_count_nothing() {
        check("test money ... ok", 0, 0);
        check("the step 3 passed away, 4 stayed", 0, 0);
    }

    #[track_caller]
    fn check(line: &str, passed: u64, failed: u64) {
        let tally = count(line);
        assert_eq!((tally.passed, tally.failed), (passed, failed), "{line}");
    }
}
