//! A statement as `statement.json`: the same bytes every time, written and read
//! back line by line, so that no statement is too large for the machine.
//!
//! The head comes first, a few text lines; then `lines`, each on one text line.
//! `schemas/statement-1.schema.json` describes the file. What is read back is
//! checked: a file that was cut short, reformatted or edited so that its lines
//! no longer add up to its head is refused, with the place.

use std::{
    borrow::Borrow,
    collections::HashMap,
    io::{self, BufRead, Read, Write},
};

use meed_settlement::{FORMAT, Head, Line, PayerPart, Status};
use meed_units::{ClauseId, Date, Exact, Money, PartyId, PersonKey, counted};
use serde::{Deserialize, Serialize};

use crate::{LinesIn, Texts};

/// Writes `statement.json`, line by line, each in one go.
pub struct StatementWriter<W> {
    out: W,
    lines: u64,
    text: Vec<u8>,
}

impl<W: Write> StatementWriter<W> {
    /// Starts with the head.
    pub fn start(head: &Head, mut out: W) -> io::Result<StatementWriter<W>> {
        let head = serde_json::to_string_pretty(head)?;
        let open = head.trim_end().trim_end_matches('}').trim_end();
        write!(out, "{open},\n  \"lines\": [")?;
        Ok(StatementWriter { out, lines: 0, text: Vec::new() })
    }

    /// The next line.
    pub fn line(&mut self, line: &Line) -> io::Result<()> {
        self.separate();
        write_line(line, &Texts::of(line), &mut self.text)?;
        self.out.write_all(&self.text)
    }

    /// Lines that were set aside until the head was known, each as [`write_set_aside`] wrote it: `copy` writes them all.
    pub fn set_aside(&mut self, lines: u64, copy: impl FnOnce(&mut W) -> io::Result<()>) -> io::Result<()> {
        self.lines += lines;
        copy(&mut self.out)
    }

    fn separate(&mut self) {
        self.text.clear();
        self.text.extend_from_slice(separator(self.lines));
        self.lines += 1;
    }

    /// Closes the file, writes out what is left and gives it back.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.write_all(b"\n  ]\n}\n")?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// What comes before a line of which so many have gone before.
fn separator(before: u64) -> &'static [u8] {
    if before == 0 { b"\n    " } else { b",\n    " }
}

/// Adds a line as it will stand in the file, with what separates it from the one before; so many have gone before.
pub fn write_set_aside(line: &Line, texts: &Texts, before: u64, to: &mut Vec<u8>) -> io::Result<()> {
    to.extend_from_slice(separator(before));
    write_line(line, texts, to)
}

/// The text of one line as it stands in the file: one text line, without what separates it from the next.
fn write_line(line: &Line, texts: &Texts, to: &mut Vec<u8>) -> io::Result<()> {
    serde_json::to_writer(&mut *to, &Written::from(line))?;
    // The reason is the last of the line, and its texts are the first of the reason.
    assert_eq!(to.pop(), Some(b'}'), "a line is written as an object");
    to.extend_from_slice(b",\"because\":{\"sentence\":");
    serde_json::to_writer(&mut *to, &texts.sentence)?;
    to.extend_from_slice(b",\"arithmetic\":");
    serde_json::to_writer(&mut *to, &texts.arithmetic)?;
    let record = to.len();
    serde_json::to_writer(&mut *to, &line.because)?;
    assert_eq!(to[record], b'{', "a reason is written as an object that is never empty");
    to[record] = b',';
    to.push(b'}');
    Ok(())
}

/// A whole statement at once.
pub fn write<W: Write, L: Borrow<Line>>(head: &Head, lines: impl IntoIterator<Item = L>, out: W) -> io::Result<W> {
    let mut writer = StatementWriter::start(head, out)?;
    for line in lines {
        writer.line(line.borrow())?;
    }
    writer.finish()
}

/// A line as it is written, but for its reason.
#[derive(Serialize)]
struct Written<'a> {
    id: &'a str,
    clause: &'a ClauseId,
    person: Option<&'a PersonKey>,
    provider: &'a PartyId,
    occurred_on: Date,
    quantity: &'a Exact,
    rate: Money,
    amount: Money,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    payers: &'a [PayerPart],
    status: Status,
    adjusts: Option<&'a str>,
}

impl<'a> From<&'a Line> for Written<'a> {
    fn from(line: &'a Line) -> Written<'a> {
        Written {
            id: &line.id,
            clause: &line.clause,
            person: line.person.as_ref(),
            provider: &line.provider,
            occurred_on: line.occurred_on,
            quantity: &line.quantity,
            rate: line.rate,
            amount: line.amount,
            payers: &line.payers,
            status: line.status,
            adjusts: line.adjusts.as_deref(),
        }
    }
}

/// Why a file is not a statement, and where.
#[derive(Debug, thiserror::Error)]
#[error("{file}:{line}: {problem}\n  help: {help}")]
pub struct BrokenStatement {
    /// The file, by the name its reader was given.
    pub file: String,
    /// Text line, from 1.
    pub line: u64,
    /// What is wrong.
    pub problem: String,
    /// What to do about it.
    pub help: &'static str,
}

pub(crate) const ISSUED: &str = "use the file as it was issued: nothing in it may be edited, reformatted or cut";

/// Longest text line, so that a broken file cannot fill the memory.
const LONGEST_LINE: u64 = 16 << 20;
/// Longest head.
const LONGEST_HEAD: usize = 64 << 20;

/// Where the lines of a statement are.
// One is opened for a whole statement: a box would save nothing.
#[allow(clippy::large_enum_variant)]
pub enum Body<R> {
    /// In the same file.
    Here(Lines<R>),
    /// In a file of their own.
    In(LinesIn),
}

/// Reads a statement back: its head at once, its lines as they are asked for.
///
/// `file` is the name that errors give it.
///
/// # Errors
/// When it is no statement, or its lines stand in a file of their own.
pub fn read<R: BufRead>(file: &str, input: R) -> Result<(Head, Lines<R>), BrokenStatement> {
    match open(file, input)? {
        (head, Body::Here(lines)) => Ok((head, lines)),
        (_, Body::In(lines_in)) => Err(BrokenStatement {
            file: file.to_owned(),
            line: 1,
            problem: format!("its lines stand in {}", shown(&lines_in.file)),
            help: "read the statement's folder: meed unfold STATEMENT --out FOLDER writes them in full",
        }),
    }
}

/// Reads the head of a statement, and says where its lines are.
///
/// # Errors
/// When it is no statement.
pub fn open<R: BufRead>(file: &str, input: R) -> Result<(Head, Body<R>), BrokenStatement> {
    let mut text = TextLines { file: file.to_owned(), input, at: 0 };
    let mut head = String::new();
    let mut lines_in: Option<LinesIn> = None;
    loop {
        let line = text.next()?.ok_or_else(|| text.broken("the file ends before its lines begin", ISSUED))?;
        if text.at == 1 && line.trim_start_matches('\u{feff}').trim_end() != "{" {
            return Err(text.broken("this is not a statement", "pass the `statement.json` that `meed settle` wrote"));
        }
        if line == "  \"lines\": [" {
            break;
        }
        if let Some(own) = line.strip_prefix("  \"lines_in\": ") {
            let own = serde_json::from_str(own).map_err(|error| {
                text.broken(&format!("where its lines are cannot be read: {}", without_place(&error)), ISSUED)
            })?;
            lines_in = Some(own);
            break;
        }
        head.push_str(&line);
        head.push('\n');
        if head.len() > LONGEST_HEAD {
            return Err(text.broken("the head is too long to be a statement's", ISSUED));
        }
    }
    let before = head.trim_end();
    let whole = format!("{}\n}}", before.strip_suffix(',').unwrap_or(before));
    if let Ok(Format { format }) = serde_json::from_str(&whole)
        && format != FORMAT
    {
        let problem = format!("written as `{}`, and this version of Meed reads `{FORMAT}`", shown(&format));
        return Err(text.broken(&problem, "read it with the version of Meed that wrote it"));
    }
    let head: Head = serde_json::from_str(&whole).map_err(|error| {
        let problem = format!("the head cannot be read: {}", without_place(&error));
        BrokenStatement { line: error.line() as u64, ..text.broken(&problem, ISSUED) }
    })?;
    let mut lines = Lines { text, sums: Sums::of(&head), before: Before::First };
    if let Some(lines_in) = lines_in {
        lines.end()?;
        return Ok((head, Body::In(lines_in)));
    }
    Ok((head, Body::Here(lines)))
}

/// All that is read of a head before its version is known.
#[derive(Deserialize)]
struct Format {
    format: String,
}

/// The lines of a statement, in its order. After the last one they are checked against the head.
pub struct Lines<R> {
    text: TextLines<R>,
    sums: Sums,
    before: Before,
}

/// What the lines read so far come to, beside what the head says.
pub(crate) struct Sums {
    head: Head,
    sums: HashMap<ClauseId, Sum>,
}

impl Sums {
    pub fn of(head: &Head) -> Sums {
        let sums = head.clauses.iter().map(|clause| (clause.clause.clone(), Sum::default())).collect();
        Sums { head: head.clone(), sums }
    }

    /// The next line; refused where the head knows nothing of its clause.
    pub fn add(&mut self, line: &Line) -> Result<(), String> {
        let Some(sum) = self.sums.get_mut(&line.clause) else {
            return Err(format!("clause `{}` is not in the head", shown(&line.clause)));
        };
        sum.lines += 1;
        sum.amount = plus(sum.amount, line.amount).ok_or("the amounts are absurd")?;
        Ok(())
    }

    /// After the last line: the head says the same.
    pub fn close(&self) -> Result<(), String> {
        let mut total = Money::ZERO;
        for clause in &self.head.clauses {
            let Some(sum) = self.sums.get(&clause.clause) else { continue };
            if sum.lines != clause.lines || sum.amount != clause.amount {
                return Err(format!(
                    "clause `{}` has {} worth {}, and its head says {} worth {}",
                    shown(&clause.clause),
                    counted(sum.lines, "line", "lines"),
                    sum.amount,
                    clause.lines,
                    clause.amount
                ));
            }
            total = plus(total, sum.amount).ok_or("the amounts are absurd")?;
        }
        if total != self.head.total {
            return Err(format!("the lines add up to {total}, and the head says {}", self.head.total));
        }
        Ok(())
    }
}

/// What came before the next text line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    First,
    /// A line and a comma: another must follow.
    Comma,
    /// A line and no comma: none may follow.
    Last,
    End,
}

#[derive(Default)]
struct Sum {
    lines: u64,
    amount: Money,
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Result<Line, BrokenStatement>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.before == Before::End {
            return None;
        }
        let next = self.read_line();
        if !matches!(next, Ok(Some(_))) {
            self.before = Before::End;
        }
        next.transpose()
    }
}

impl<R: BufRead> Lines<R> {
    fn read_line(&mut self) -> Result<Option<Line>, BrokenStatement> {
        let Some(text) = self.text.next()? else {
            return Err(self.text.broken("the file ends in the middle of its lines", ISSUED));
        };
        if text.trim() == "]" {
            return self.close().map(|()| None);
        }
        if self.before == Before::Last {
            return Err(self.text.broken("a comma is missing after the line before", ISSUED));
        }
        let object = text.trim();
        let (object, comma) = object.strip_suffix(',').map_or((object, false), |object| (object, true));
        let line: Line = serde_json::from_str(object).map_err(|error| {
            let problem = format!("the line cannot be read: {} (column {})", without_place(&error), error.column());
            self.text.broken(&problem, ISSUED)
        })?;
        self.sums.add(&line).map_err(|problem| self.text.broken(&problem, ISSUED))?;
        self.before = if comma { Before::Comma } else { Before::Last };
        Ok(Some(line))
    }

    /// The file ends properly, and says the same in its head as in its lines.
    fn close(&mut self) -> Result<(), BrokenStatement> {
        if self.before == Before::Comma {
            return Err(self.text.broken("a line is missing here", ISSUED));
        }
        self.end()?;
        self.sums.close().map_err(|problem| self.text.broken(&problem, ISSUED))
    }

    /// The file is closed, and nothing follows.
    fn end(&mut self) -> Result<(), BrokenStatement> {
        if self.text.next()?.as_deref().map(str::trim) != Some("}") {
            return Err(self.text.broken("the statement is not closed", ISSUED));
        }
        while let Some(rest) = self.text.next()? {
            if !rest.trim().is_empty() {
                return Err(self.text.broken("something follows the end of the statement", ISSUED));
            }
        }
        Ok(())
    }
}

/// A sum that a forged file cannot drive beyond what an amount can hold.
fn plus(sum: Money, amount: Money) -> Option<Money> {
    sum.decimal().checked_add(amount.decimal()).map(|_| sum + amount)
}

/// The file's text lines, each with its number.
struct TextLines<R> {
    file: String,
    input: R,
    at: u64,
}

impl<R: BufRead> TextLines<R> {
    fn next(&mut self) -> Result<Option<String>, BrokenStatement> {
        let mut bytes = Vec::new();
        self.at += 1;
        let read = Read::take(&mut self.input, LONGEST_LINE + 1)
            .read_until(b'\n', &mut bytes)
            .map_err(|error| self.broken(&format!("cannot be read: {error}"), "check the disk and try again"))?;
        if read == 0 {
            self.at = self.at.saturating_sub(1).max(1);
            return Ok(None);
        }
        if bytes.len() as u64 > LONGEST_LINE {
            return Err(self.broken("this text line is too long to be a statement's", ISSUED));
        }
        while matches!(bytes.last(), Some(b'\n' | b'\r')) {
            bytes.pop();
        }
        String::from_utf8(bytes).map(Some).map_err(|_| self.broken("this text line is not UTF-8", ISSUED))
    }

    fn broken(&self, problem: &str, help: &'static str) -> BrokenStatement {
        BrokenStatement { file: self.file.clone(), line: self.at, problem: problem.to_owned(), help }
    }
}

/// What serde says, without its own idea of the place.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    shown(text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _)| text))
}

fn shown(text: &str) -> String {
    crate::words::clean(text).chars().take(200).collect()
}
