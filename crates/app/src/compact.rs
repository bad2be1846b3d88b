//! Settles into a statement whose lines stand in a file of their own, with what many of them share kept once; and writes
//! the lines of such a statement in full.
//!
//! A plain contract whose measures all have a pass is settled part by part, several at once. Where the parts begin, and
//! so every byte, depends on the evidence alone.

use std::{
    collections::BTreeMap,
    fs::File,
    io::BufWriter,
    path::{Path, PathBuf},
    sync::{Condvar, Mutex, PoisonError, mpsc::channel},
};

use meed_evidence::BandHistory;
use meed_measures::{ParameterValue, Standing};
use meed_native::{Asked, Depth, NativeError, PART_ROWS, Read, Reading, Row, Shown, Stream};
use meed_publication::{Excerpt, Hashing, LINES_FILE, LinesIn, write_compact};
use meed_settlement::{
    Bands, CompactWriter, Earlier, Failed, Head, Line, OneBand, Part, PersonReadings, PutTogether, Refused, Request,
    Seen, ShownOfPart, Swift,
};
use meed_units::PersonKey;

use crate::{
    error::{AppError, Result},
    lines::LineFiles,
    out::OutFolder,
    passes::{files, native_error},
    people::{Asking, Way},
    settle::{broken, open_statement, statement_file},
};

/// The files of such a statement.
pub const COMPACT_FILES: [&str; 4] = ["statement.json", LINES_FILE, "statement.html", "statement.pdf"];

type Out = BufWriter<Hashing<File>>;

/// The file of lines, being written.
struct LinesFile {
    path: PathBuf,
}

impl LinesFile {
    fn create(folder: &Path) -> Result<(LinesFile, Out)> {
        let path = folder.join(LINES_FILE);
        let file = File::create(&path).map_err(|error| AppError::io("write", &path, &error))?;
        Ok((LinesFile { path }, BufWriter::with_capacity(1 << 18, Hashing::new(file))))
    }

    fn wrong(&self, error: &std::io::Error) -> AppError {
        AppError::io("write", &self.path, error)
    }

    fn close(&self, out: Out, lines: u64) -> Result<LinesIn> {
        let hashing = out.into_inner().map_err(|error| self.wrong(error.error()))?;
        Ok(LinesIn { file: LINES_FILE.to_owned(), lines, sha256: hashing.finish().0 })
    }
}

/// What stands in the way.
pub(crate) enum Stopped {
    Refused(Refused),
    Failed(AppError),
}

impl From<AppError> for Stopped {
    fn from(error: AppError) -> Stopped {
        Stopped::Failed(error)
    }
}

/// Settles; writes the lines, and then the head that names them.
pub(crate) fn settle(
    request: &Request<'_>,
    asking: &Asking<'_>,
    earlier: &Earlier<AppError>,
    threads: Option<usize>,
    folder: &Path,
) -> std::result::Result<(Head, Excerpt), Stopped> {
    let providers = asking.providers()?;
    let (file, out) = LinesFile::create(folder)?;
    let plain = Swift::of(request, earlier, &providers);
    let (head, excerpt, lines_in) = match plain.as_ref().and_then(|swift| Uses::of(swift, asking)) {
        Some(uses) => {
            let swift = plain.as_ref().expect("there are uses of a plan");
            let mut excerpt = Excerpt::default();
            let mut together = PutTogether::start(request, out).map_err(|error| file.wrong(&error))?;
            let threads =
                threads.or_else(|| std::thread::available_parallelism().ok().map(Into::into)).unwrap_or(1).max(1);
            uses.settle(request, swift, &providers, threads, &mut |part| {
                let left = (Excerpt::MOST_LINES as u64).saturating_sub(excerpt.counts.lines);
                let shown = together.add(part, left).map_err(|error| file.wrong(&error))?;
                show(&shown, &mut excerpt);
                Ok(())
            })?;
            let (head, out, lines) = together.finish(earlier).map_err(|error| file.wrong(&error))?;
            (head.map_err(Stopped::Refused)?, excerpt, file.close(out, lines)?)
        }
        None => {
            let mut excerpt = Excerpt::default();
            let mut writer = CompactWriter::start(out).map_err(|error| file.wrong(&error))?;
            let mut write = |line: Line| {
                excerpt.add(&line);
                writer.line(&line).map_err(|error| file.wrong(&error))
            };
            let settled = meed_settlement::settle(request, asking, &providers, earlier, &mut write);
            let head = settled.map_err(|failed| match failed {
                Failed::Refused(refused) => Stopped::Refused(refused),
                Failed::Reading(error) => Stopped::Failed(error),
            })?;
            let (out, lines) = writer.finish().map_err(|error| file.wrong(&error))?;
            (head, excerpt, file.close(out, lines)?)
        }
    };
    let path = folder.join("statement.json");
    File::create(&path)
        .and_then(|out| write_compact(&head, &lines_in, BufWriter::new(out)))
        .map_err(|error| AppError::io("write", &path, &error))?;
    Ok((head, excerpt))
}

fn show(part: &ShownOfPart, excerpt: &mut Excerpt) {
    let before = excerpt.counts.held;
    part.first.iter().for_each(|line| excerpt.add(line));
    let held = excerpt.counts.held - before;
    excerpt.pass_over(part.lines - part.first.len() as u64, part.held_in_all - held);
    for line in part.held.iter().skip(usize::try_from(held).unwrap_or(usize::MAX)) {
        excerpt.show_held(line);
    }
}

/// Measures of a plain contract, in the order in which it asks for them.
struct Uses<'a> {
    keys: Vec<String>,
    uses: Vec<(&'a meed_measures::Measure, BTreeMap<String, ParameterValue>)>,
    files: BTreeMap<&'static str, PathBuf>,
    read: Read,
}

impl<'a> Uses<'a> {
    /// None where a measure has to be asked as its SQL.
    fn of(swift: &Swift<'_>, asking: &Asking<'a>) -> Option<Uses<'a>> {
        if asking.way == Way::Sql {
            return None;
        }
        let of_key = |key: &String| {
            let (used, _) = asking.terms.uses().into_iter().find(|(used, _)| used.key() == *key)?;
            let measure = &asking.terms.measures[&used.name.value];
            let values: BTreeMap<String, ParameterValue> = used.values(measure).into_iter().collect();
            let sound = meed_query::bound_sql(measure, &values, asking.as_of).is_ok();
            (sound && asking.has_pass(used)).then_some((measure, values))
        };
        let uses = swift.measures().iter().map(of_key).collect::<Option<Vec<_>>>()?;
        // A plain contract pays for what counts, and looks at nothing else.
        let read = Read { as_of: asking.as_of, depth: Depth::OnlyWhatCounts, history: true };
        Some(Uses { keys: swift.measures().to_vec(), uses, files: files(asking.tables)?, read })
    }

    /// Settles part by part, `threads` at once; shows them in their order.
    fn settle(
        &self,
        request: &Request<'_>,
        swift: &Swift<'_>,
        providers: &meed_settlement::ProviderReadings,
        threads: usize,
        show: &mut dyn FnMut(Part) -> Result<()>,
    ) -> Result<()> {
        let asked: Vec<Asked<'_>> =
            self.uses.iter().map(|(measure, parameters)| Asked { measure, parameters }).collect();
        let parts = meed_native::parts(&self.files, &asked, true, PART_ROWS).map_err(|error| native_error(&error))?;
        let one = |part: &meed_native::Part| -> Result<Part> {
            let wrong = |error: NativeError| native_error(&error);
            let stream = Stream::of_part(&self.files, &asked, self.read, part).map_err(wrong)?;
            let mut stream = stream.ok_or_else(|| AppError::new("a measure has no pass", "ask with --sql"))?;
            let mut settling = swift.part(request, providers);
            while let Some(shown) = stream.show_next().map_err(wrong)? {
                settling.person(&Person { shown, keys: &self.keys }).map_err(wrong)?;
            }
            Ok(settling.finish())
        };
        // How many parts were taken on, and how many were shown: nobody runs further ahead than memory is meant for.
        let state = Mutex::new((0_usize, 0_usize));
        let more = Condvar::new();
        let (send, receive) = channel();
        std::thread::scope(|scope| {
            for _ in 0..threads.min(parts.len()) {
                let (send, state, more, parts, one) = (send.clone(), &state, &more, &parts, &one);
                scope.spawn(move || {
                    loop {
                        let at = {
                            let ahead =
                                |state: &mut (usize, usize)| state.0 < parts.len() && state.0 >= state.1 + 2 * threads;
                            let locked = state.lock().unwrap_or_else(PoisonError::into_inner);
                            let mut locked = more.wait_while(locked, ahead).unwrap_or_else(PoisonError::into_inner);
                            locked.0 += 1;
                            locked.0 - 1
                        };
                        let Some(part) = parts.get(at) else { return };
                        if send.send((at, one(part))).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(send);
            let mut waiting: BTreeMap<usize, Part> = BTreeMap::new();
            let mut result = Ok(());
            for (at, part) in receive {
                match part {
                    Ok(part) => {
                        waiting.insert(at, part);
                    }
                    Err(error) => result = result.and(Err(error)),
                }
                let mut locked = state.lock().unwrap_or_else(PoisonError::into_inner);
                while let Some(part) = waiting.remove(&locked.1).filter(|_| result.is_ok()) {
                    result = show(part);
                    locked.1 += 1;
                }
                if result.is_err() {
                    // Whoever waits for room goes home.
                    *locked = (parts.len(), parts.len());
                    waiting.clear();
                }
                drop(locked);
                more.notify_all();
            }
            result
        })
    }
}

/// A person as the passes show them.
struct Person<'a> {
    shown: Shown<'a>,
    keys: &'a [String],
}

impl Seen for Person<'_> {
    type Row = Row;
    type Error = NativeError;

    fn key(&self) -> &str {
        self.shown.key()
    }
    fn rows(&self, measure: usize) -> &[Row] {
        self.shown.rows(measure)
    }
    fn standing(&self, row: &Row) -> Standing {
        row.standing
    }
    fn ended_by(&self, row: &Row) -> Option<&str> {
        self.shown.ended_by(row)
    }
    fn occurrence<'s>(&'s self, row: &'s Row) -> &'s str {
        self.shown.occurrence(row)
    }
    fn provider(&self, row: &Row) -> u32 {
        self.shown.provider(row)
    }
    fn sent_by(&self, row: &Row) -> Option<u32> {
        self.shown.sent_by(row)
    }
    fn occurred_on(&self, row: &Row) -> Option<i32> {
        self.shown.occurred_on(row)
    }
    fn counts_once(&self, _: &Row) -> bool {
        true
    }
    fn rests_on(&self, measure: usize, row: &Row) -> usize {
        self.shown.rests_on(measure, row)
    }
    fn evidence(&self, measure: usize, row: &Row, text: &mut String, show: &mut dyn FnMut(&str)) {
        self.shown.evidence(measure, row, text, show);
    }
    fn name(&self, number: u32) -> &str {
        self.shown.name(number)
    }
    fn bands(&self) -> Bands<'_> {
        match (self.shown.assessments(), self.shown.only_assessment()) {
            (0, _) => Bands::None,
            (_, Some(only)) => Bands::One(OneBand {
                band: only.band,
                standing: only.standing,
                effective_from: only.effective_from,
                assessment: only.assessment,
            }),
            // What cannot be read is told where everything is.
            (_, None) => self.readings().map_or(Bands::None, |readings| Bands::History(readings.bands)),
        }
    }
    fn readings(&self) -> std::result::Result<PersonReadings, NativeError> {
        let key = PersonKey::new(self.shown.key());
        let mut reading = Reading::default();
        self.shown.read_into(&key, &mut reading)?;
        let mut readings = PersonReadings::new(key);
        readings.outcomes.extend(self.keys.iter().cloned().zip(reading.outcomes));
        readings.bands = BandHistory::new(reading.bands);
        readings.life = reading.life;
        Ok(readings)
    }
}

/// The files that hold the lines of a statement in full.
pub const UNFOLDED: [&str; 3] = ["statement.json", "lines.csv", "lines.parquet"];

/// Writes the lines of a statement in full, in the files that a settlement writes unless it is asked to be compact, the
/// same to the byte. Gives back how many lines there are, and whether the folder is new.
///
/// # Errors
/// When the statement cannot be read, or the folder not be written.
pub fn unfold(statement: &Path, out: &Path) -> Result<(u64, bool)> {
    let (head, lines) = open_statement(&statement_file(statement))?;
    let folder = OutFolder::begin(out)?;
    let payers = head.payers.iter().map(|row| row.payer.clone()).collect();
    let places = u8::try_from(head.total.decimal().scale()).expect("a rounding unit has few places");
    let mut files = LineFiles::create(folder.path(), places, payers)?;
    let mut count = 0;
    for line in lines {
        let written = line.map_err(broken).and_then(|line| files.line(line));
        if let Err(error) = written {
            return Err(files.failed().unwrap_or(error));
        }
        count += 1;
    }
    files.finish(&head)?;
    Ok((count, folder.finish(&UNFOLDED)?))
}

/// Whether these are the files of a statement whose lines stand in a file of their own.
pub(crate) fn is_compact(folder: &Path) -> bool {
    folder.join(LINES_FILE).is_file()
}
