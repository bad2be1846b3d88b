//! What is settled swiftly is what is settled: the same lines and the same sums, whatever the evidence; and lines come
//! back from their file as they were.

use meed_evidence::{BandEntry, BandStanding};
use meed_measures::{Outcome, Standing};
use meed_settlement::{
    Bands, CompactLines, CompactWriter, Earlier, Line, OneBand, People, PersonReadings, PutTogether, Request, Seen,
    Swift, settle,
};
use meed_terms::{Folder, Terms};
use meed_units::{Moment, Period};
use proptest::{prelude::*, sample::select};

use crate::support::{
    self,
    contract::{Shape, terms as every_kind},
    head::{Head, MADE_UP, measure},
    month_by_month,
    world::{MONTHS, World, any_world, first_of, last_of},
};

/// How a plain contract varies.
#[derive(Clone, Copy, Debug)]
struct Plain {
    prices_by: &'static str,
    unassessed: &'static str,
    window_end: &'static str,
    limit: &'static str,
    lag: &'static str,
    each_clause: bool,
    caps: bool,
}

fn any_plain() -> impl Strategy<Value = Plain> {
    (
        select(&["first", "at-start", "latest"][..]),
        select(&["hold", "lowest-price"][..]),
        select(&["counts", "does-not-count", "ignored"][..]),
        select(&["", "limit = { per-person = 1 }", "limit = { every = \"2 months\" }"][..]),
        select(&["", "settle-lag = \"1 month\""][..]),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(prices_by, unassessed, window_end, limit, lag, each_clause, caps)| Plain {
            prices_by,
            unassessed,
            window_end,
            limit,
            lag,
            each_clause,
            caps,
        })
}

fn terms(plain: Plain) -> Terms {
    let Plain { prices_by, unassessed, window_end, limit, lag, each_clause, caps } = plain;
    let caps = if caps {
        format!(
            r#"
[[cap]]
id            = "person"
per           = "person"
amount        = {{ 2020-01-01 = "700.00", 2020-06-01 = "800.50" }}
each-clause   = {each_clause}
order         = "occurred-on"
when-reversed = "re-flow"

[[cap]]
id            = "work"
per           = "person"
clauses       = ["job"]
amount        = "444.44"
order         = "occurred-on"
when-reversed = "re-flow"
"#
        )
    } else {
        String::new()
    };
    let head = Head {
        until: "2021-03-01",
        others: &["auditor"],
        bands: &["low", "high"],
        prices_by,
        unassessed,
        window_ends: [window_end, "does-not-count", "does-not-count"],
        ..MADE_UP
    };
    let contract = format!(
        r#"{}
[[clause]]
id      = "abstinent"
kind    = "per-outcome"
measure = "abstinent"
price   = {{ low = "100.005", high = {{ 2020-01-01 = "250.00", 2020-05-01 = "300.10" }} }}
{limit}

[[clause]]
id      = "job"
kind    = "per-outcome"
cites   = "Schedule 2"
measure = "job"
price   = "333.33"
runs    = {{ from = 2020-02-01, until = 2020-12-01 }}
providers = ["north"]
{lag}
{caps}
"#,
        head.text()
    );
    let mut folder = Folder { name: "plain".into(), contract, ..Folder::default() };
    for name in ["abstinent", "job"] {
        folder.measures.insert(name.to_owned(), measure("outcome", "stretch"));
    }
    let read = Terms::read(&folder);
    read.terms.unwrap_or_else(|| panic!("the plain contract is sound: {:#?}", read.diagnostics))
}

/// A person as a pass would show them.
struct Shown<'a> {
    readings: &'a PersonReadings,
    rows: Vec<Vec<Outcome>>,
    names: &'a [String],
}

impl Shown<'_> {
    fn number(&self, name: &str) -> u32 {
        let place = self.names.iter().position(|known| known == name).expect("a known name");
        u32::try_from(place).expect("few names")
    }
}

impl Seen for Shown<'_> {
    type Row = Outcome;
    type Error = std::convert::Infallible;

    fn key(&self) -> &str {
        &self.readings.person
    }
    fn rows(&self, measure: usize) -> &[Outcome] {
        &self.rows[measure]
    }
    fn standing(&self, row: &Outcome) -> Standing {
        row.standing
    }
    fn ended_by(&self, row: &Outcome) -> Option<&str> {
        row.ended_by.as_deref().map(|event| self.names.iter().find(|name| *name == event).map_or("", String::as_str))
    }
    fn occurrence<'s>(&'s self, row: &'s Outcome) -> &'s str {
        &row.occurrence
    }
    fn provider(&self, row: &Outcome) -> u32 {
        self.number(&row.provider)
    }
    fn sent_by(&self, row: &Outcome) -> Option<u32> {
        row.sent_by.as_ref().map(|party| self.number(party))
    }
    fn occurred_on(&self, row: &Outcome) -> Option<i32> {
        row.occurred_on.map(|on| i32::try_from(on.day_number()).expect("a day"))
    }
    fn counts_once(&self, row: &Outcome) -> bool {
        row.quantity == meed_units::Exact::ONE
    }
    fn rests_on(&self, _: usize, row: &Outcome) -> usize {
        row.evidence.len()
    }
    fn evidence(&self, _: usize, row: &Outcome, _: &mut String, show: &mut dyn FnMut(&str)) {
        row.evidence.iter().for_each(|identity| show(identity));
    }
    fn name(&self, number: u32) -> &str {
        &self.names[number as usize]
    }
    fn bands(&self) -> Bands<'_> {
        match self.readings.bands.entries() {
            [] => Bands::None,
            [BandEntry { band, standing, effective_from, assessment, .. }] => Bands::One(OneBand {
                band: self.number(band),
                standing: self.number(&standing.to_string()),
                effective_from: i32::try_from(effective_from.day_number()).expect("a day"),
                assessment,
            }),
            _ => Bands::History(self.readings.bands.clone()),
        }
    }
    fn readings(&self) -> Result<PersonReadings, Self::Error> {
        Ok(self.readings.clone())
    }
}

/// Every name that readings may hold.
fn names(people: &impl People<Error = std::convert::Infallible>) -> Vec<String> {
    let mut names: Vec<String> = BandStanding::NAMES.iter().map(|(_, name)| (*name).to_owned()).collect();
    let mut look = |person: &PersonReadings| {
        for outcome in person.outcomes.values().flatten() {
            names.push(outcome.provider.to_string());
            names.extend(outcome.sent_by.iter().map(ToString::to_string));
            names.extend(outcome.ended_by.clone());
        }
        names.extend(person.bands.entries().iter().map(|entry| entry.band.to_string()));
        Ok(())
    };
    people.each(&mut look).expect("people in memory");
    names
}

/// Settles both ways and says how many lines there are.
fn both(terms: &Terms, world: &World, begins: usize, parts: usize) -> usize {
    let (people, providers) = world.readings(MONTHS - 1, 0);
    let request = Request {
        terms,
        period: Period::new(first_of(begins), first_of(MONTHS)).expect("some months"),
        known_at: Moment::end_of(last_of(MONTHS - 1)),
        contract_hash: "c".repeat(64),
        snapshot: "s".repeat(64),
    };
    let mut expected: Vec<Line> = Vec::new();
    let head = settle(&request, &people, &providers, &Earlier::default(), &mut |line| {
        expected.push(line);
        Ok(())
    })
    .expect("a sound request is settled");

    let swift = Swift::of(&request, &Earlier::<()>::default(), &providers).expect("the contract is plain");
    let names = names(&people);
    let mut shown = Vec::new();
    people
        .each(&mut |person| {
            shown.push(person.clone());
            Ok(())
        })
        .expect("people in memory");
    let mut together = PutTogether::start(&request, Vec::new()).expect("memory takes it");
    let mut first = Vec::new();
    for persons in shown.chunks(shown.len().div_ceil(parts).max(1)) {
        let mut part = swift.part(&request, &providers);
        for readings in persons {
            let rows = |key: &String| {
                let mut rows = readings.outcomes.get(key).cloned().unwrap_or_default();
                rows.sort_by(|a, b| {
                    (a.occurred_on, &a.occurrence, &a.provider).cmp(&(b.occurred_on, &b.occurrence, &b.provider))
                });
                rows
            };
            let rows = swift.measures().iter().map(rows).collect();
            part.person(&Shown { readings, rows, names: &names }).expect("nothing is read");
        }
        first.extend(together.add(part.finish(), u64::MAX).expect("memory takes it").first);
    }
    let (swift_head, bytes, count) = together.finish(&Earlier::<()>::default()).expect("memory takes it");
    let lines: Vec<Line> =
        CompactLines::open(&bytes[..]).expect("a file of lines").map(|line| line.expect("a line")).collect();
    assert_eq!(lines, expected);
    assert_eq!(first, expected);
    let caps = lines.iter().flat_map(|line| &line.because.caps);
    for room in caps.flat_map(|cap| [cap.room_before, cap.used]) {
        assert!(room.decimal().scale() >= 2, "{room} has lost its places behind the point");
    }
    assert_eq!(count, expected.len() as u64);
    assert_eq!(swift_head.expect("no amount is too large"), head);
    lines.len()
}

fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(64);
    ProptestConfig { cases, max_shrink_iters: 4000, failure_persistence: None, ..ProptestConfig::default() }
}

fn written(lines: &[Line]) -> Vec<u8> {
    let mut writer = CompactWriter::start(Vec::new()).expect("memory takes it");
    lines.iter().for_each(|line| writer.line(line).expect("memory takes it"));
    writer.finish().expect("memory takes it").0
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_swift_way_says_the_same(world in any_world(), plain in any_plain(), begins in 0_usize..5, parts in 1_usize..4) {
        both(&terms(plain), &world, begins, parts);
    }

    #[test]
    fn lines_of_every_kind_come_back_as_they_were(world in any_world(), reflow in any::<bool>(), end in 1..MONTHS) {
        let shape = Shape {
            when_reversed: if reflow { "re-flow" } else { "as-priced" },
            prices_by: "latest",
            unassessed: "hold",
            window_end: "counts",
            looks_back: reflow,
        };
        for (_, lines) in month_by_month(&every_kind(shape), &world, &[end, MONTHS], 0) {
            let bytes = written(&lines);
            let back: Vec<Line> =
                CompactLines::open(&bytes[..]).expect("a file of lines").map(|line| line.expect("a line")).collect();
            prop_assert_eq!(back, lines);
        }
    }

    #[test]
    fn a_damaged_file_is_told_or_read_but_never_breaks(
        world in any_world(), at in any::<proptest::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()
    ) {
        let plain = Plain {
            prices_by: "latest", unassessed: "hold", window_end: "counts", limit: "", lag: "", each_clause: false, caps: true,
        };
        let (_, lines) = support::settled(&terms(plain), &world, (0, MONTHS), MONTHS - 1, &Earlier::default(), 0);
        let mut bytes = written(&lines);
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        let read = CompactLines::open(&bytes[..]).map(|lines| lines.map(|line| line.is_ok()).collect::<Vec<bool>>());
        // Cut anywhere, it lacks lines; the hash of the file tells where it was cut between blocks.
        if let (true, Ok(read)) = (cut, read) {
            let whole = read.iter().filter(|ok| **ok).count();
            prop_assert!(lines.is_empty() || whole < lines.len());
        }
    }
}

#[test]
fn made_up_people_do_earn_something_swiftly() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let plain = Plain {
        prices_by: "latest",
        unassessed: "hold",
        window_end: "does-not-count",
        limit: "",
        lag: "",
        each_clause: false,
        caps: true,
    };
    let terms = terms(plain);
    let lines: usize =
        (0..120).map(|_| both(&terms, &any_world().new_tree(&mut runner).expect("a world").current(), 0, 2)).sum();
    assert!(lines > 40, "the comparison is of {lines} lines");
}

#[test]
fn what_findings_hold_is_never_settled_swiftly() {
    let plain = Plain {
        prices_by: "latest",
        unassessed: "hold",
        window_end: "counts",
        limit: "",
        lag: "",
        each_clause: false,
        caps: false,
    };
    let terms = terms(plain);
    let request = Request {
        terms: &terms,
        period: Period::new(first_of(0), first_of(MONTHS)).expect("some months"),
        known_at: Moment::end_of(last_of(MONTHS - 1)),
        contract_hash: "c".repeat(64),
        snapshot: "s".repeat(64),
    };
    let providers = meed_settlement::ProviderReadings::default();
    let mut earlier = Earlier::<()>::default();
    assert!(Swift::of(&request, &earlier, &providers).is_some());
    let hold = meed_settlement::FindingHold {
        finding: "G24/1".into(),
        says: "the same evidence twice".into(),
        clauses: vec!["job".into()],
        provider: None,
        persons: None,
        known_on: first_of(0),
        due_from: first_of(0),
        until: first_of(MONTHS),
        decides: "the commissioner".into(),
    };
    earlier.held_by_findings(Vec::new(), vec![hold]).expect("nothing is read");
    assert!(Swift::of(&request, &earlier, &providers).is_none());
}
