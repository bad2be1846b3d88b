//! Writes the lines of a statement into every file that holds them, while the next lines are worked out.
//!
//! Two threads take the lines on in their order: one words them and writes them as JSON, the other as CSV and Parquet.
//! What is written depends on the lines alone.

use std::{
    fs::File,
    io::{self, BufWriter, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread::{self, JoinHandle},
};

use meed_publication::{Excerpt, LinesCsv, StatementWriter, Texts, statement_json};
use meed_query::{LineRow, LinesWriter};
use meed_settlement::{Head, Line};
use meed_units::PartyId;

use crate::{
    error::{AppError, Result},
    people::query_error,
};

/// Lines that are handed over together.
const TOGETHER: usize = 512;
/// How many of these a thread may be ahead of the next.
const AHEAD: usize = 4;

/// The files of lines, being written.
pub(crate) struct LineFiles {
    folder: PathBuf,
    waiting: Vec<Line>,
    /// Taken away when the last line has been sent.
    send: Option<SyncSender<Vec<Line>>>,
    json: JoinHandle<Result<SetAside>>,
    tables: JoinHandle<Result<Excerpt>>,
}

/// Lines as JSON, in a file without a name: in `statement.json` the head comes first, and is known last.
struct SetAside {
    file: File,
    lines: u64,
}

type Worded = Vec<(Line, Texts)>;

impl LineFiles {
    /// Opens the files in this folder. Amounts have `places` behind the point; several payers have columns of their own.
    pub fn create(folder: &Path, places: u8, payers: Vec<PartyId>) -> Result<LineFiles> {
        let file = tempfile::tempfile_in(folder).map_err(writing(folder, "statement.json"))?;
        let named: Vec<String> = payers.iter().map(ToString::to_string).collect();
        let csv = LinesCsv::with_payers(create(folder, "lines.csv")?, payers.clone())
            .map_err(writing(folder, "lines.csv"))?;
        let parquet =
            LinesWriter::create(&folder.join("lines.parquet"), places, &named).map_err(|error| query_error(&error))?;
        let (send, lines) = sync_channel(AHEAD);
        let (send_worded, worded) = sync_channel(AHEAD);
        let (to_json, to_tables) = (folder.to_owned(), folder.to_owned());
        let json = thread::spawn(move || write_json(&to_json, file, &lines, &send_worded));
        let tables = thread::spawn(move || write_tables(&to_tables, csv, parquet, &payers, &worded));
        Ok(LineFiles {
            folder: folder.to_owned(),
            waiting: Vec::with_capacity(TOGETHER),
            send: Some(send),
            json,
            tables,
        })
    }

    /// The next line.
    ///
    /// # Errors
    /// Never with the whole story: [`finish`](LineFiles::finish) or [`failed`](LineFiles::failed) tells what went wrong.
    pub fn line(&mut self, line: Line) -> Result<()> {
        self.waiting.push(line);
        if self.waiting.len() == TOGETHER { self.pass_on() } else { Ok(()) }
    }

    fn pass_on(&mut self) -> Result<()> {
        let lines = std::mem::replace(&mut self.waiting, Vec::with_capacity(TOGETHER));
        let sent = self.send.as_ref().map(|send| send.send(lines).is_ok());
        if sent == Some(true) {
            return Ok(());
        }
        Err(AppError::new("the lines cannot be written", "see whether the disk is full"))
    }

    /// What went wrong while lines were written, if anything did.
    pub fn failed(mut self) -> Option<AppError> {
        self.send = None;
        let tables = joined(self.tables).err();
        joined(self.json).err().or(tables)
    }

    /// Writes out what is left, puts the head before the lines, and gives back which lines a page shows.
    pub fn finish(mut self, head: &Head) -> Result<Excerpt> {
        if self.pass_on().is_err() {
            return Err(self.failed().unwrap_or_else(|| AppError::new("the lines cannot be written", "run it again")));
        }
        self.send = None;
        let (excerpt, set_aside) = (joined(self.tables), joined(self.json));
        let SetAside { mut file, lines } = set_aside?;
        let excerpt = excerpt?;
        let writing = || writing(&self.folder, "statement.json");
        file.seek(SeekFrom::Start(0)).map_err(writing())?;
        let out = create(&self.folder, "statement.json")?;
        let mut json = StatementWriter::start(head, out).map_err(writing())?;
        let copied = json.set_aside(lines, |out| {
            // Between two files the system copies by itself, without our seeing the bytes.
            out.flush()?;
            io::copy(&mut file, out.get_mut()).map(|_| ())
        });
        copied.and_then(|()| json.finish()).and_then(|mut file| file.flush()).map_err(writing())?;
        Ok(excerpt)
    }
}

fn joined<T>(thread: JoinHandle<Result<T>>) -> Result<T> {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn create(folder: &Path, name: &str) -> Result<BufWriter<File>> {
    let path = folder.join(name);
    let file = File::create(&path).map_err(|error| AppError::io("write", &path, &error))?;
    Ok(BufWriter::with_capacity(1 << 18, file))
}

fn writing<'f>(folder: &'f Path, name: &'static str) -> impl Fn(io::Error) -> AppError + 'f {
    move |error| AppError::io("write", &folder.join(name), &error)
}

fn write_json(folder: &Path, file: File, lines: &Receiver<Vec<Line>>, send: &SyncSender<Worded>) -> Result<SetAside> {
    let mut out = BufWriter::with_capacity(1 << 20, file);
    let (mut count, mut text) = (0, Vec::new());
    for lines in lines {
        let mut worded = Vec::with_capacity(lines.len());
        for line in lines {
            let texts = Texts::of(&line);
            text.clear();
            statement_json::write_set_aside(&line, &texts, count, &mut text)
                .and_then(|()| out.write_all(&text))
                .map_err(writing(folder, "statement.json"))?;
            count += 1;
            worded.push((line, texts));
        }
        if send.send(worded).is_err() {
            // The other thread has failed, and tells why.
            break;
        }
    }
    let file = out.into_inner().map_err(|error| writing(folder, "statement.json")(error.into_error()))?;
    Ok(SetAside { file, lines: count })
}

fn write_tables(
    folder: &Path,
    mut csv: LinesCsv<BufWriter<File>>,
    mut parquet: LinesWriter,
    payers: &[PartyId],
    worded: &Receiver<Worded>,
) -> Result<Excerpt> {
    let mut excerpt = Excerpt::default();
    for worded in worded {
        for (line, texts) in worded {
            csv.line_with(&line, &texts).map_err(writing(folder, "lines.csv"))?;
            push(&mut parquet, &line, &texts, payers)?;
            excerpt.add(&line);
        }
    }
    csv.finish().and_then(|mut file| file.flush()).map_err(writing(folder, "lines.csv"))?;
    parquet.finish().map_err(|error| query_error(&error))?;
    Ok(excerpt)
}

fn push(parquet: &mut LinesWriter, line: &Line, texts: &Texts, payers: &[PartyId]) -> Result<()> {
    let paid_by: Vec<String> = payers
        .iter()
        .map(|payer| {
            let part = line.payers.iter().find(|part| part.payer == *payer);
            part.map_or_else(|| "0".to_owned(), |part| part.amount.to_string())
        })
        .collect();
    let (quantity, rate) = (line.quantity.to_string(), line.rate.to_string());
    let (amount, status) = (line.amount.to_string(), line.status.to_string());
    let row = LineRow {
        id: &line.id,
        clause: &line.clause,
        person: line.person.as_deref(),
        provider: &line.provider,
        occurred_on: Some(line.occurred_on),
        quantity: Some(&quantity),
        rate: Some(&rate),
        amount: &amount,
        status: &status,
        adjusts: line.adjusts.as_deref(),
        sentence: &texts.sentence,
        paid_by: &paid_by,
    };
    parquet.push(&row).map_err(|error| query_error(&error))
}
