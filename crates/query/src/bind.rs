//! Which statement is run for a measure: its own, with every `$name` replaced by
//! the value the contract gives it, in a fixed order of rows.
//!
//! Values are put into the parsed statement, never into its text, so that no
//! value can become a piece of SQL.

use std::{collections::BTreeMap, ops::ControlFlow};

use datafusion::sql::sqlparser::{
    ast::{
        Expr, Ident, ObjectName, Query, Select, SelectItem, SetExpr, Statement, Value, Visit, Visitor,
        visit_expressions_mut,
    },
    dialect::GenericDialect,
    parser::Parser,
    tokenizer::{Token, Tokenizer},
};
use meed_measures::{Grain, Measure, ParameterKind, ParameterValue};
use meed_units::{Date, LengthUnit};

use crate::{Asked, Problem, QueryError, problem::nearest};

/// The parameter every measure may use: the day up to which evidence is known.
pub const AS_OF: &str = "as_of";
/// The table every measure may read: the settlement periods that have begun.
pub const PERIODS: &str = "periods";
/// Every day of those periods, with the period it lies in.
pub const DAYS: &str = "days";

/// Words and signs of a statement. A longer one is refused: no question needs it, and a plan nests as deep as it is long.
const MOST_TOKENS: usize = 4_000;
/// How deep expressions may nest: sums of hundreds of terms are no question either.
const DEEPEST: usize = 500;
/// Statements are walked recursively; a thread's usual stack is too small for long ones.
const STACK: usize = 64 << 20;

/// The statement that is run for a measure with these parameters, as SQL that
/// other engines read too.
///
/// # Errors
/// Every unknown or missing parameter, and every table the measure may not read.
pub fn bound_sql(
    measure: &Measure,
    parameters: &BTreeMap<String, ParameterValue>,
    as_of: Date,
) -> Result<String, QueryError> {
    with_room(|| bind(measure, parameters, as_of))
}

/// Does this on a thread with a large stack.
pub(crate) fn with_room<T: Send>(work: impl FnOnce() -> Result<T, QueryError> + Send) -> Result<T, QueryError> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        let gone = || {
            QueryError::new("engine", "the query engine", "it has no thread to read a statement", "free some threads")
        };
        thread.map_err(|_| gone())?.join().map_err(|_| gone())?
    })
}

fn bind(measure: &Measure, parameters: &BTreeMap<String, ParameterValue>, as_of: Date) -> Result<String, QueryError> {
    let query = bound(measure, parameters, as_of)?;
    let order: Vec<String> =
        order(measure.grain, &columns(&query)).iter().map(|column| format!("{column} NULLS FIRST")).collect();
    Ok(format!("SELECT * FROM (\n{query:#}\n) AS answer\nORDER BY {}", order.join(", ")))
}

/// The measure's own statement with its values, its rows in no order.
pub(crate) fn unordered_sql(asked: Asked<'_>) -> Result<String, QueryError> {
    with_room(|| Ok(format!("{:#}", bound(asked.measure, asked.parameters, asked.as_of)?)))
}

fn bound(
    measure: &Measure,
    parameters: &BTreeMap<String, ParameterValue>,
    as_of: Date,
) -> Result<Box<Query>, QueryError> {
    let at = place(measure);
    let mut query = parse(&at, &measure.sql)?;
    let mut problems = Vec::new();
    for relation in relations(&query) {
        if !relation.may_be_read(&measure.reads) {
            problems.push(relation.refusal(&at, &measure.reads));
        }
    }
    let values = values(measure, parameters, as_of, &mut problems);
    replace(&at, &mut query, &values, &mut problems);
    QueryError::of(problems)?;
    Ok(query)
}

/// How a measure is named in messages.
pub(crate) fn place(measure: &Measure) -> String {
    format!("measure {}.sql", measure.name)
}

/// Columns that put the rows of an answer into one order, whatever the engine does:
/// what identifies a row first, then every other column the query names.
fn order(grain: Grain, named: &[String]) -> Vec<&'static str> {
    let first: &[&'static str] = match grain {
        Grain::Outcome => &["person", "occurred_on", "occurrence"],
        Grain::Quantity if named.iter().any(|named| named == "person") => {
            &["person", "provider", "period_from", "period_until"]
        }
        Grain::Ratio | Grain::Quantity => &["provider", "period_from", "period_until"],
        Grain::Cohort => &["cohort", "reported_on", "provider"],
    };
    let rest = grain.columns().iter().filter(|column| !first.contains(&column.name));
    let rest = rest.filter(|column| column.required || named.iter().any(|named| named == column.name));
    first.iter().copied().chain(rest.map(|column| column.name)).collect()
}

/// The columns a query names in its outermost SELECT.
pub(crate) fn columns(query: &Query) -> Vec<String> {
    let mut body = query.body.as_ref();
    loop {
        match body {
            SetExpr::SetOperation { left, .. } => body = left.as_ref(),
            SetExpr::Query(inner) => body = inner.body.as_ref(),
            SetExpr::Select(select) => return select.projection.iter().filter_map(column).collect(),
            _ => return Vec::new(),
        }
    }
}

fn column(item: &SelectItem) -> Option<String> {
    match item {
        SelectItem::ExprWithAlias { alias, .. } => Some(normal(alias)),
        SelectItem::UnnamedExpr(Expr::Identifier(name)) => Some(normal(name)),
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(names)) => names.last().map(normal),
        _ => None,
    }
}

/// One `SELECT`, and nothing else.
pub(crate) fn parse(at: &str, sql: &str) -> Result<Box<Query>, QueryError> {
    let not_one = |message: &str| {
        QueryError::new("measure-statement", at, message, "a measure or mapping is one SELECT, and nothing else")
    };
    let unreadable = |error: &dyn std::fmt::Display| {
        QueryError::new(
            "measure-syntax",
            at,
            format!("the SQL does not read: {error}"),
            "correct the SQL at that place",
        )
    };
    let dialect = GenericDialect {};
    let tokens = Tokenizer::new(&dialect, sql).tokenize_with_location().map_err(|error| unreadable(&error))?;
    if tokens.iter().filter(|token| !matches!(token.token, Token::Whitespace(_))).count() > MOST_TOKENS {
        return Err(not_one("the statement is far too long to be a question"));
    }
    let mut statements = Parser::new(&dialect)
        .with_tokens_with_locations(tokens)
        .parse_statements()
        .map_err(|error| unreadable(&error))?;
    match (statements.pop(), statements.is_empty()) {
        (Some(Statement::Query(query)), true) if too_deep(&query) => Err(not_one("its expressions nest far too deep")),
        (Some(Statement::Query(query)), true) if only_selects(&query) => Ok(query),
        (None, _) => Err(not_one("the file holds no SQL")),
        (Some(Statement::Query(_)), false) | (_, false) => Err(not_one("the file holds more than one statement")),
        (Some(_), true) => Err(not_one("the statement is not a SELECT")),
    }
}

/// Whether expressions nest deeper than a plan could be walked.
fn too_deep(query: &Query) -> bool {
    #[derive(Default)]
    struct Depth(usize);
    impl Visitor for Depth {
        type Break = ();
        fn pre_visit_expr(&mut self, _: &Expr) -> ControlFlow<()> {
            self.0 += 1;
            if self.0 > DEEPEST { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        }
        fn post_visit_expr(&mut self, _: &Expr) -> ControlFlow<()> {
            self.0 -= 1;
            ControlFlow::Continue(())
        }
    }
    query.visit(&mut Depth::default()).is_break()
}

/// Whether the query only reads: no INSERT, UPDATE or INTO inside it.
fn only_selects(query: &Query) -> bool {
    struct Reads;
    impl Visitor for Reads {
        type Break = ();
        fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
            let reads = match query.body.as_ref() {
                SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) | SetExpr::Merge(_) => false,
                SetExpr::Select(select) => select.into.is_none(),
                _ => true,
            };
            if reads && query.locks.is_empty() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        }
        fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
            if select.into.is_none() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        }
    }
    query.visit(&mut Reads).is_continue()
}

/// Something a query reads from.
pub(crate) struct Relation {
    name: String,
    /// Whether it is a plain name, so that it can be a table at all.
    plain: bool,
}

impl Relation {
    /// As the query names it.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Whether a query that reads `tables` may read this.
    pub(crate) fn may_be_read(&self, tables: &[String]) -> bool {
        let readable = |table: &str| table.replace('-', "_") == self.name;
        self.plain
            && ([PERIODS, DAYS].contains(&self.name.as_str())
                || self.name.starts_with("codes_")
                || tables.iter().any(|table| readable(table)))
    }

    pub(crate) fn refusal(&self, at: &str, tables: &[String]) -> Problem {
        let help = match nearest(&self.name, tables.iter().map(String::as_str).chain([PERIODS, DAYS])) {
            Some(near) => {
                format!("did you mean `{near}`? Otherwise name the table under `reads` in the measure's head")
            }
            None if self.plain => "name the table under `reads` in the measure's head".to_owned(),
            None => "a measure reads the tables of its contract, and neither files nor addresses".to_owned(),
        };
        Problem {
            code: "measure-table",
            at: at.to_owned(),
            message: format!("the query reads from `{}`, which is not among the tables it may read", self.name),
            help,
        }
    }
}

impl Relation {
    /// The same of a mapping, which reads source files.
    pub(crate) fn refusal_of_mapping(&self, at: &str, sources: &[String]) -> Problem {
        let help = match nearest(&self.name, sources.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "name its file in mapping.toml".to_owned(),
        };
        let message = format!("the query reads from `{}`, which is no source of the mapping", self.name);
        Problem { code: "mapping-table", at: at.to_owned(), message, help }
    }
}

/// Everything the query reads from, names of its own `WITH` left out.
pub(crate) fn relations(query: &Query) -> Vec<Relation> {
    #[derive(Default)]
    struct Names {
        own: Vec<String>,
        read: Vec<Relation>,
    }
    impl Visitor for Names {
        type Break = ();
        fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
            let own = query.with.iter().flat_map(|with| &with.cte_tables);
            self.own.extend(own.map(|cte| normal(&cte.alias.name)));
            ControlFlow::Continue(())
        }
        fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<()> {
            let single = match relation.0.as_slice() {
                [part] => part.as_ident().filter(|ident| ident.quote_style != Some('\'')).map(normal),
                _ => None,
            };
            let plain = single.as_ref().is_some_and(|name| name.chars().all(|c| c.is_alphanumeric() || c == '_'));
            self.read.push(Relation { name: single.unwrap_or_else(|| relation.to_string()), plain });
            ControlFlow::Continue(())
        }
    }
    let mut names = Names::default();
    let _ = query.visit(&mut names);
    let own = names.own;
    let mut read: Vec<Relation> = names.read.into_iter().filter(|read| !own.contains(&read.name)).collect();
    read.sort_by(|a, b| a.name.cmp(&b.name));
    read.dedup_by(|a, b| a.name == b.name);
    read
}

/// A name as the engine compares it.
pub(crate) fn normal(ident: &Ident) -> String {
    if ident.quote_style.is_some() { ident.value.clone() } else { ident.value.to_lowercase() }
}

/// The literal of every parameter the measure declares, and of `$as_of`.
fn values(
    measure: &Measure,
    given: &BTreeMap<String, ParameterValue>,
    as_of: Date,
    problems: &mut Vec<Problem>,
) -> BTreeMap<String, Option<String>> {
    let at = place(measure);
    let mut problem = |code, message: String, help: String| {
        problems.push(Problem { code, at: at.clone(), message, help });
    };
    for name in given.keys().filter(|name| measure.parameter(name).is_none()) {
        let near = nearest(name, measure.parameters.iter().map(|parameter| parameter.name.as_str()));
        let help = near.map_or("remove it, or declare it in the measure's head".to_owned(), |near| {
            format!("did you mean `{near}`?")
        });
        problem("measure-parameter", format!("the measure has no parameter `{name}`"), help);
    }
    let mut values = BTreeMap::from([(AS_OF.to_owned(), Some(format!("DATE '{as_of}'")))]);
    for parameter in &measure.parameters {
        let name = &parameter.name;
        let Some(value) = given.get(name).or(parameter.default.as_ref()) else {
            problem(
                "measure-parameter",
                format!("the parameter `{name}` has no value"),
                format!("set it where the contract uses the measure: {}", parameter.about),
            );
            values.insert(name.clone(), None);
            continue;
        };
        let wanted = parameter.kind;
        if kind(value) != wanted {
            let message =
                format!("the parameter `{name}` is a {}, and `{value}` is a {}", wanted.name(), kind(value).name());
            problem("measure-parameter", message, format!("write a {}: {}", wanted.name(), parameter.about));
        }
        let literal = literal(value);
        if literal.is_none() {
            problem(
                "measure-parameter",
                format!("`{value}` cannot be used for the parameter `{name}` in a query"),
                "write a length in days, weeks, months or years, and a number with at most 12 decimals".to_owned(),
            );
        }
        values.insert(name.clone(), literal);
    }
    values
}

fn kind(value: &ParameterValue) -> ParameterKind {
    match value {
        ParameterValue::Count(_) => ParameterKind::Count,
        ParameterValue::Number(_) => ParameterKind::Number,
        ParameterValue::Length(_) => ParameterKind::Length,
        ParameterValue::Date(_) => ParameterKind::Date,
        ParameterValue::Text(_) => ParameterKind::Text,
    }
}

/// How a value is written in SQL; none when SQL has no exact way to write it.
fn literal(value: &ParameterValue) -> Option<String> {
    Some(match value {
        ParameterValue::Count(count) => count.to_string(),
        ParameterValue::Number(number) => {
            let plain = number.to_plain(12);
            if plain.ends_with('…') || plain.len() > 30 {
                return None;
            }
            // With a point, so that every engine takes it for a decimal and never for an integer.
            let plain = if plain.contains('.') { plain } else { format!("{plain}.0") };
            if plain.starts_with('-') { format!("({plain})") } else { plain }
        }
        ParameterValue::Length(length) => {
            let (count, unit) = match length.unit {
                LengthUnit::Days => (u32::from(length.count), "DAY"),
                LengthUnit::Weeks => (u32::from(length.count) * 7, "DAY"),
                LengthUnit::Months => (u32::from(length.count), "MONTH"),
                LengthUnit::Years => (u32::from(length.count) * 12, "MONTH"),
                LengthUnit::WorkingDays => return None,
            };
            format!("INTERVAL '{count}' {unit}")
        }
        ParameterValue::Date(date) => format!("DATE '{date}'"),
        ParameterValue::Text(text) => format!("'{}'", text.replace('\'', "''")),
    })
}

/// Puts literals where the placeholders stand.
pub(crate) fn replace(
    at: &str,
    query: &mut Query,
    values: &BTreeMap<String, Option<String>>,
    problems: &mut Vec<Problem>,
) {
    let mut unknown = Vec::new();
    let _ = visit_expressions_mut(query, |expr: &mut Expr| {
        let Expr::Value(value) = expr else { return ControlFlow::<()>::Continue(()) };
        let Value::Placeholder(placeholder) = &value.value else { return ControlFlow::Continue(()) };
        let name = placeholder.trim_start_matches('$').to_owned();
        match values.get(&name).filter(|_| placeholder.starts_with('$')) {
            Some(Some(literal)) => {
                let parsed = Parser::new(&GenericDialect {}).try_with_sql(literal).and_then(|mut p| p.parse_expr());
                match parsed {
                    Ok(parsed) => *expr = parsed,
                    Err(_) => unknown.push(placeholder.clone()),
                }
            }
            // Told once already, with the parameter.
            Some(None) => (),
            None => unknown.push(placeholder.clone()),
        }
        ControlFlow::Continue(())
    });
    unknown.sort();
    unknown.dedup();
    for placeholder in unknown {
        let near = nearest(placeholder.trim_start_matches('$'), values.keys().map(String::as_str));
        let help = near.map_or(
            "declare it in the measure's head: `-- parameter: name, kind, default: what it does`".to_owned(),
            |near| format!("did you mean `${near}`?"),
        );
        let message = format!("the query uses `{placeholder}`, which the measure's head does not declare");
        problems.push(Problem { code: "measure-parameter", at: at.to_owned(), message, help });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measure(sql: &str) -> Measure {
        let head = "-- Is it so?\n--\n-- grain: outcome\n-- unit: person\n-- reads: spells, payments-elsewhere\n\
            -- parameter: within, length, 12 months: window\n-- parameter: norm, number, 14: norm\n\
            -- parameter: word, text, it's: a word\n-- source: ours\n";
        Measure::read("made-up".into(), &format!("{head}{sql}")).expect("a measure")
    }

    fn bound(sql: &str) -> Result<String, QueryError> {
        bound_sql(&measure(sql), &BTreeMap::new(), "2013-05-31".parse().expect("a date"))
    }

    #[track_caller]
    fn refused(sql: &str, naming: &str) {
        let error = bound(sql).expect_err("refused").to_string();
        assert!(error.contains(naming), "{error}");
        assert!(error.contains("made-up.sql"), "{error}");
    }

    #[test]
    fn values_stand_where_the_placeholders_stood() {
        let sql = bound("SELECT * FROM spells WHERE a + $within < $as_of AND b >= $norm AND c = $word").expect("bound");
        for piece in ["INTERVAL '12' MONTH", "DATE '2013-05-31'", "14.0", "'it''s'", "ORDER BY person NULLS FIRST"] {
            assert!(sql.contains(piece), "{piece} in {sql}");
        }
    }

    #[test]
    fn a_slip_in_a_placeholder_names_the_nearest() {
        refused("SELECT $withn FROM spells", "did you mean `$within`?");
    }

    #[test]
    fn a_measure_reads_its_own_tables_and_no_other() {
        assert!(
            bound(
                "WITH mine AS (SELECT 1 AS a FROM spells) SELECT * FROM mine, payments_elsewhere, periods, codes_sex"
            )
            .is_ok()
        );
        refused("SELECT * FROM people", "`people`");
        refused("SELECT * FROM (SELECT * FROM spells s WHERE EXISTS (SELECT 1 FROM contacts)) t", "`contacts`");
        refused("SELECT * FROM 'file.csv'", "file.csv");
        refused("SELECT * FROM read_csv('/etc/passwd')", "read_csv");
        refused("SELECT * FROM information_schema.tables", "information_schema.tables");
        refused("SELECT * FROM \"s3://bucket/x.parquet\"", "s3://bucket");
    }

    #[test]
    fn a_measure_is_one_select() {
        for sql in [
            "COPY spells TO 'out.csv'",
            "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION 'x.csv'",
            "CREATE TABLE t AS SELECT 1",
            "INSERT INTO spells SELECT * FROM spells",
            "SELECT 1; SELECT 2",
            "SET a = 1",
            "EXPLAIN SELECT 1",
            "DROP TABLE spells",
            "SELECT * INTO other FROM spells",
            "",
        ] {
            assert!(bound(sql).is_err(), "{sql}");
        }
    }

    #[test]
    fn an_absurdly_long_statement_is_refused_and_a_long_one_is_not() {
        let chain = |terms: usize| format!("SELECT {} AS n FROM spells", vec!["1"; terms].join(" + "));
        assert!(bound(&chain(490)).is_ok());
        assert!(bound(&chain(1_900)).is_err());
        assert!(bound(&chain(100_000)).is_err());
        assert!(bound(&format!("SELECT {}1{} FROM spells", "(".repeat(1_900), ")".repeat(1_900))).is_err());
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let given = BTreeMap::from([("withi".to_owned(), ParameterValue::Count(1))]);
        let date = "2013-05-31".parse().expect("a date");
        let error = bound_sql(&measure("SELECT $a, $b FROM people"), &given, date).expect_err("refused");
        assert_eq!(error.problems.len(), 4, "{error}");
    }
}
