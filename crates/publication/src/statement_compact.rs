//! A statement whose lines stand in a file of their own, with what many of them share kept once.
//!
//! `statement.json` then holds the head and, in place of the lines, the name of that file, how many lines it holds and
//! its SHA-256: whoever names the statement by its hash names the lines too.

use std::{
    io::{self, BufRead, Read, Write},
    path::Path,
};

use meed_settlement::{CompactLines, Head, Line};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::statement_json::{BrokenStatement, ISSUED, Sums};

/// The file of lines, by its usual name.
pub const LINES_FILE: &str = "lines.meed";

/// Where the lines of a statement are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinesIn {
    /// The file, beside the statement.
    pub file: String,
    /// How many lines it holds.
    pub lines: u64,
    /// Its SHA-256, in hexadecimal digits.
    pub sha256: String,
}

/// Writes `statement.json` of a statement whose lines stand elsewhere.
///
/// # Errors
/// When it cannot be written.
pub fn write_compact(head: &Head, lines_in: &LinesIn, mut out: impl Write) -> io::Result<()> {
    let head = serde_json::to_string_pretty(head)?;
    let open = head.trim_end().trim_end_matches('}').trim_end();
    let lines_in = serde_json::to_string(lines_in)?;
    write!(out, "{open},\n  \"lines_in\": {lines_in}\n}}\n")?;
    out.flush()
}

/// Works out the SHA-256 of what passes through.
pub struct Hashing<T> {
    inner: T,
    hash: Sha256,
}

impl<T> Hashing<T> {
    /// Nothing has passed yet.
    pub fn new(inner: T) -> Hashing<T> {
        Hashing { inner, hash: Sha256::new() }
    }

    /// The hash, in hexadecimal digits, and what everything passed to or came from.
    pub fn finish(self) -> (String, T) {
        (format!("{:x}", self.hash.finalize()), self.inner)
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(bytes)?;
        self.hash.update(&bytes[..read]);
        Ok(read)
    }
}

/// The lines of such a statement, in its order. After the last one they are checked against the head.
pub struct CompactStatementLines<R: Read> {
    file: String,
    lines: Option<CompactLines<io::BufReader<Hashing<R>>>>,
    lines_in: LinesIn,
    sums: Sums,
    read: u64,
}

impl<R: Read> CompactStatementLines<R> {
    /// Opens the lines; `file` is the name that errors give the file.
    ///
    /// # Errors
    /// When it is no file of lines.
    pub fn open(file: &Path, head: &Head, lines_in: LinesIn, input: R) -> Result<Self, BrokenStatement> {
        let file = file.display().to_string();
        let input = io::BufReader::with_capacity(1 << 18, Hashing::new(input));
        let lines = CompactLines::open(input).map_err(|error| broken(&file, error.line, error.problem))?;
        Ok(CompactStatementLines { file, lines: Some(lines), lines_in, sums: Sums::of(head), read: 0 })
    }

    fn close(&mut self, lines: CompactLines<io::BufReader<Hashing<R>>>) -> Result<(), BrokenStatement> {
        let wrong = |problem: String| broken(&self.file, self.read.max(1), problem);
        let mut input = lines.into_inner();
        if input.fill_buf().map_err(|error| wrong(error.to_string()))?.is_empty() {
            let (hash, _) = input.into_inner().finish();
            if hash != self.lines_in.sha256 || self.read != self.lines_in.lines {
                let problem = format!(
                    "it holds {} with the SHA-256 {hash}, and the statement says {} with {}",
                    meed_units::counted(self.read, "line", "lines"),
                    self.lines_in.lines,
                    self.lines_in.sha256
                );
                return Err(wrong(problem));
            }
            return self.sums.close().map_err(wrong);
        }
        Err(wrong("something follows its last line".to_owned()))
    }
}

fn broken(file: &str, line: u64, problem: String) -> BrokenStatement {
    BrokenStatement { file: file.to_owned(), line, problem, help: ISSUED }
}

impl<R: Read> Iterator for CompactStatementLines<R> {
    type Item = Result<Line, BrokenStatement>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut lines = self.lines.take()?;
        match lines.next() {
            Some(Ok(line)) => {
                self.read += 1;
                if let Err(problem) = self.sums.add(&line) {
                    return Some(Err(broken(&self.file, self.read, problem)));
                }
                self.lines = Some(lines);
                Some(Ok(line))
            }
            Some(Err(error)) => Some(Err(broken(&self.file, error.line, error.problem))),
            None => self.close(lines).err().map(Err),
        }
    }
}
