//! Runs queries inside this process with DataFusion.
//!
//! Each query gets a session of its own that knows its tables and nothing else:
//! no other table, no file, no address, no statement that writes. A limit of
//! time stands around every query, since an engine short of memory may wait for
//! ever, and a limit of memory, so that one bad question cannot take a service down.

use std::{
    path::Path,
    sync::{
        Arc,
        mpsc::{self, Receiver, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

use datafusion::{
    arrow::{array::RecordBatch, datatypes::SchemaRef},
    common::tree_node::{Transformed, TreeNode},
    datasource::MemTable,
    error::DataFusionError,
    execution::{
        memory_pool::FairSpillPool,
        runtime_env::{RuntimeEnv, RuntimeEnvBuilder},
    },
    physical_plan::{ExecutionPlan, coop::CooperativeExec, execute_stream},
    prelude::{Expr, ParquetReadOptions, SQLOptions, SessionConfig, SessionContext, col, lit},
};
use futures::StreamExt;
use tokio::{runtime::Runtime, sync::Semaphore, task::AbortHandle};

use crate::{Answer, Engine, Persons, Query, QueryError, Source, Tables, exact, foreign, unknown::unknown_columns};

/// Batches the engine may be ahead of whoever reads the answer.
const AHEAD: usize = 4;
/// Plans are walked recursively; a thread's usual stack is too small for long ones.
const STACK: usize = 128 << 20;

/// What a query may cost, and how it is spread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long a query may take before it is stopped.
    pub time: Duration,
    /// How much memory all queries together may hold, in bytes.
    pub memory: usize,
    /// Into how many parts work is cut. The answer is the same whatever the number.
    pub partitions: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        let partitions = std::thread::available_parallelism().map_or(1, usize::from);
        Limits { time: Duration::from_secs(600), memory: 4 << 30, partitions }
    }
}

/// The engine inside this process.
pub struct Embedded {
    limits: Limits,
    memory: Arc<RuntimeEnv>,
    /// Always there until the engine is dropped.
    runtime: Option<Runtime>,
}

impl Embedded {
    /// An engine with the usual limits.
    ///
    /// # Errors
    /// When the machine gives no threads.
    pub fn new() -> Result<Embedded, QueryError> {
        Embedded::with_limits(Limits::default())
    }

    /// An engine with these limits.
    ///
    /// # Errors
    /// When the machine gives no threads.
    pub fn with_limits(limits: Limits) -> Result<Embedded, QueryError> {
        let refused = |error: &dyn std::fmt::Display| {
            let help = "free some threads and disk space for temporary files";
            QueryError::new("engine", "the query engine", format!("it does not start: {error}"), help)
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(limits.partitions.max(1))
            .thread_name("meed-query")
            .thread_stack_size(STACK)
            .enable_time()
            .build()
            .map_err(|error| refused(&error))?;
        let memory = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(limits.memory)))
            .build_arc()
            .map_err(|error| refused(&error))?;
        Ok(Embedded { limits, memory, runtime: Some(runtime) })
    }

    fn session(&self) -> SessionContext {
        let mut config = SessionConfig::new().with_target_partitions(self.limits.partitions.max(1));
        let options = config.options_mut();
        // Without this `0.1` is a binary fraction, and money multiplied by it too.
        options.sql_parser.parse_float_as_decimal = true;
        options.catalog.information_schema = false;
        let session = SessionContext::new_with_config_rt(config, self.memory.clone());
        // It takes columns out of ORDER BY that a grouping over a join only seems to determine: rows then come in no order.
        session.remove_optimizer_rule("eliminate_duplicated_expr");
        session
    }
}

impl Engine for Embedded {
    fn answer(&self, tables: &Tables, query: &Query) -> Result<Answer, QueryError> {
        let runtime = self.runtime.as_ref().expect("the runtime lives as long as the engine");
        let (send, receive) = mpsc::channel();
        let room = Arc::new(Semaphore::new(AHEAD));
        let task = {
            let (session, tables, query, room) = (self.session(), tables.clone(), query.clone(), room.clone());
            runtime.spawn(async move {
                let told = run(&session, &tables, &query, &send, &room).await;
                // Nobody listens any more when the answer was dropped; then there is nobody to tell.
                let _ = send.send(match told {
                    Ok(()) => Message::Done,
                    Err(failure) => Message::Failed(failure),
                });
            })
        };
        let mut pending = Pending {
            at: query.at.clone(),
            limits: self.limits.clone(),
            left: self.limits.time,
            receive,
            room,
            task: task.abort_handle(),
            over: false,
        };
        match pending.wait()? {
            Message::Schema(schema) => Ok(Answer { schema, batches: Box::new(pending) }),
            _ => unreachable!("a query says its columns before its rows"),
        }
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // A stopped query may still hold a thread for a moment; nobody waits for it.
            runtime.shutdown_background();
        }
    }
}

/// What the running query tells whoever waits for it.
enum Message {
    Schema(SchemaRef),
    Batch(RecordBatch),
    Failed(Failure),
    Done,
}

enum Failure {
    /// Something about the query or its tables.
    Refused(QueryError),
    Engine(DataFusionError),
}

impl From<DataFusionError> for Failure {
    fn from(error: DataFusionError) -> Failure {
        Failure::Engine(error)
    }
}

/// Plans and runs a query, sending its rows as there is room for them.
async fn run(
    session: &SessionContext,
    tables: &Tables,
    query: &Query,
    send: &mpsc::Sender<Message>,
    room: &Semaphore,
) -> Result<(), Failure> {
    for table in &query.sees {
        match tables.get(table) {
            Some(Source::File(file)) => {
                let url = file_url(file);
                let options = ParquetReadOptions::default();
                session.register_parquet(table, &url, options).await.map_err(|error| {
                    Failure::Refused(QueryError::file(
                        file,
                        format!("the Parquet file does not read: {}", said(&error)),
                    ))
                })?;
            }
            Some(Source::Batches(schema, batches)) => {
                let memory = MemTable::try_new(schema.clone(), vec![batches.clone()])?;
                session.register_table(table, Arc::new(memory))?;
            }
            None => (),
        }
        restrict(session, table, tables.persons()).await?;
    }
    if !query.exact {
        // What decides no money reads what is foreign.
        foreign::register(session);
    }
    let plan = match session.state().create_logical_plan(&query.sql).await {
        Ok(plan) => plan,
        Err(error) => return Err(Failure::Refused(unknown_columns(session, query, error).await?)),
    };
    SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false).verify_plan(&plan)?;
    if query.exact {
        exact::check(&query.at, &plan).map_err(Failure::Refused)?;
    }
    let frame = session.execute_logical_plan(plan).await?;
    let plan = yielding(frame.create_physical_plan().await?)?;
    let mut stream = execute_stream(plan, session.task_ctx())?;
    if send.send(Message::Schema(stream.schema())).is_err() {
        return Ok(());
    }
    while let Some(batch) = stream.next().await {
        let batch = batch?;
        let Ok(place) = room.acquire().await else { return Ok(()) };
        place.forget();
        if send.send(Message::Batch(batch)).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// Puts a view in the place of a table about persons, of the rows of these persons only.
async fn restrict(session: &SessionContext, table: &str, persons: &Persons) -> Result<(), DataFusionError> {
    let bounds = [&persons.from, &persons.until];
    if bounds.iter().all(|bound| bound.is_none()) || !session.table_exist(table)? {
        return Ok(());
    }
    let frame = session.table(table).await?;
    if frame.schema().field_with_unqualified_name(PERSON).is_err() {
        return Ok(());
    }
    let from = persons.from.as_ref().map(|from| col(PERSON).gt_eq(lit(from.as_str())));
    let until = persons.until.as_ref().map(|until| col(PERSON).lt(lit(until.as_str())));
    let inside = from.into_iter().chain(until).reduce(Expr::and).expect("one of the bounds is there");
    // A row about nobody, as feedback can be, is seen with every group of persons.
    let view = frame.filter(inside.or(col(PERSON).is_null()))?.into_view();
    session.deregister_table(table)?;
    session.register_table(table, view)?;
    Ok(())
}

/// The column that says whom a row is about.
const PERSON: &str = "person";

/// The plan with a pause after every batch a join gives: a join can make so much of so little that nothing else
/// in the plan would ever stop to hear that the query was cancelled.
fn yielding(plan: Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
    let paused = plan.transform_up(|node| {
        if node.name().contains("Join") {
            return Ok(Transformed::yes(Arc::new(CooperativeExec::new(node)) as Arc<dyn ExecutionPlan>));
        }
        Ok(Transformed::no(node))
    })?;
    Ok(paused.data)
}

/// An answer that is still being worked out.
struct Pending {
    at: String,
    limits: Limits,
    /// How much longer it may be waited for. The reader's own time is not counted.
    left: Duration,
    receive: Receiver<Message>,
    room: Arc<Semaphore>,
    task: AbortHandle,
    over: bool,
}

impl Pending {
    fn wait(&mut self) -> Result<Message, QueryError> {
        let since = Instant::now();
        let message = self.receive.recv_timeout(self.left);
        self.left = self.left.saturating_sub(since.elapsed());
        match message {
            Ok(Message::Failed(failure)) => Err(self.told(failure)),
            Ok(message) => Ok(message),
            Err(RecvTimeoutError::Timeout) => {
                self.task.abort();
                let message =
                    format!("the query was stopped: it took longer than {} seconds", self.limits.time.as_secs_f32());
                Err(QueryError::new(
                    "query-time",
                    &self.at,
                    message,
                    "ask for less at once, or raise the limit of time",
                ))
            }
            Err(RecvTimeoutError::Disconnected) => {
                let help = "this is a fault of the program: please report it with the measure";
                Err(QueryError::new("engine", &self.at, "the query broke off without an answer", help))
            }
        }
    }

    fn told(&self, failure: Failure) -> QueryError {
        let error = match failure {
            Failure::Refused(error) => return error,
            Failure::Engine(error) => error,
        };
        match error.find_root() {
            DataFusionError::ResourcesExhausted(_) => {
                let megabytes = self.limits.memory >> 20;
                let message = format!("the query needs more than the {megabytes} MB of memory it may use");
                QueryError::new("query-memory", &self.at, message, "ask for less at once, or raise the limit of memory")
            }
            DataFusionError::SchemaError(wrong, _) => {
                QueryError::new("query", &self.at, format!("the query fails: {wrong}"), "correct the SQL")
            }
            DataFusionError::ArrowError(..) | DataFusionError::Execution(_) => {
                let message = format!("the query fails: {}", without_values(&said(&error)));
                let help = "correct the SQL, or the evidence it reads; a value that did not fit is not shown here";
                QueryError::new("query", &self.at, message, help)
            }
            _ => {
                let message = format!("the query fails: {}", said(&error));
                QueryError::new("query", &self.at, message, "correct the SQL, or the evidence it names")
            }
        }
    }
}

impl Iterator for Pending {
    type Item = Result<RecordBatch, QueryError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        match self.wait() {
            Ok(Message::Batch(batch)) => {
                self.room.add_permits(1);
                return Some(Ok(batch));
            }
            Ok(_) => self.over = true,
            Err(error) => {
                self.over = true;
                return Some(Err(error));
            }
        }
        None
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// An engine's error in one line, without the trail of calls that led to it.
fn said(error: &DataFusionError) -> String {
    let text = error.strip_backtrace();
    let text: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    text.join(" ")
}

/// What went wrong while rows were read may quote a cell, and a cell may be somebody's secret.
fn without_values(text: &str) -> String {
    let mut shown = String::new();
    let mut quote: Option<char> = None;
    for letter in text.chars() {
        match quote {
            Some(open) if letter == open => {
                quote = None;
                shown.push(letter);
            }
            Some(_) => (),
            None => {
                shown.push(letter);
                if matches!(letter, '\'' | '"' | '`') {
                    quote = Some(letter);
                    shown.push('…');
                }
            }
        }
    }
    shown
}

/// The address of a file, so that no character of its path is taken for a pattern.
fn file_url(file: &Path) -> String {
    let file = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    let mut url = String::from("file://");
    for byte in file.to_string_lossy().bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => url.push(char::from(byte)),
            _ => url.push_str(&format!("%{byte:02X}")),
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_character_of_a_path_is_a_pattern() {
        assert_eq!(file_url(Path::new("/a b/[c]*.parquet")), "file:///a%20b/%5Bc%5D%2A.parquet");
    }
}
