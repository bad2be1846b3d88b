//! A made caseload as tables of the evidence standard, so that it can be sent down the same path as real people's.

use std::fmt::Write as _;

use meed_guardrails::Day;
use meed_guardrails::caseload::{
    AssessmentStanding, Caseload, ClaimState, ContactMode, Decision, EventKind, Group, PersonId, ProviderId, Sex,
    Source, Spell, SpellEnd, SpellKind, Word, WorkerId, WorkerKind,
};

/// A table as text: its name in the standard, and CSV with a heading.
pub struct TableText {
    /// As the evidence standard names it.
    pub name: &'static str,
    /// The rows.
    pub csv: String,
}

/// The tables of a caseload, in the order of the standard, each with at least one row.
pub fn tables(made: &Caseload) -> Vec<TableText> {
    let mut all = people(made);
    all.extend(service(made));
    all.extend(claims(made));
    all.extend(providers(made));
    all.into_iter().filter(|sheet| sheet.rows > 0).map(|sheet| TableText { name: sheet.name, csv: sheet.csv }).collect()
}

/// A table being written.
struct Sheet {
    name: &'static str,
    csv: String,
    rows: usize,
}

/// One cell.
enum Cell<'c> {
    Text(&'c str),
    Owned(String),
    Day(Day),
    Number(f64),
    /// An amount of money, to the penny.
    Money(f64),
    Truth(bool),
    None,
}

impl Sheet {
    fn new(name: &'static str, columns: &str) -> Sheet {
        Sheet { name, csv: format!("{columns},sent_by,known_at\n"), rows: 0 }
    }

    fn row(&mut self, cells: &[Cell<'_>], sent_by: &str, known_on: Day) {
        for cell in cells {
            match cell {
                Cell::Text(text) => quoted(&mut self.csv, text),
                Cell::Owned(text) => quoted(&mut self.csv, text),
                Cell::Day(day) => write!(self.csv, "{day}").expect("a string takes every text"),
                Cell::Number(number) => write!(self.csv, "{number}").expect("a string takes every text"),
                Cell::Money(amount) => write!(self.csv, "{amount:.2}").expect("a string takes every text"),
                Cell::Truth(truth) => self.csv.push_str(if *truth { "true" } else { "false" }),
                Cell::None => (),
            }
            self.csv.push(',');
        }
        writeln!(self.csv, "{sent_by},{known_on}").expect("a string takes every text");
        self.rows += 1;
    }
}

fn quoted(csv: &mut String, text: &str) {
    if text.contains([',', '"', '\n']) {
        csv.push('"');
        csv.push_str(&text.replace('"', "\"\""));
        csv.push('"');
    } else {
        csv.push_str(text);
    }
}

impl<'c> Cell<'c> {
    fn day(day: Option<Day>) -> Cell<'c> {
        day.map_or(Cell::None, Cell::Day)
    }

    fn number(number: Option<f64>) -> Cell<'c> {
        number.map_or(Cell::None, Cell::Number)
    }

    fn money(amount: Option<f64>) -> Cell<'c> {
        amount.map_or(Cell::None, Cell::Money)
    }

    fn word(made: &'c Caseload, word: Option<Word>) -> Cell<'c> {
        word.map_or(Cell::None, |word| Cell::Text(made.names.word(word)))
    }

    fn worker(made: &'c Caseload, worker: Option<WorkerId>) -> Cell<'c> {
        worker.map_or(Cell::None, |worker| Cell::Text(made.names.worker(worker)))
    }

    fn provider(made: &'c Caseload, provider: Option<ProviderId>) -> Cell<'c> {
        provider.map_or(Cell::None, |provider| Cell::Text(made.names.provider(provider)))
    }

    fn person(made: &'c Caseload, person: PersonId) -> Cell<'c> {
        Cell::Text(made.names.person(person))
    }

    fn band(made: &'c Caseload, band: u8) -> Cell<'c> {
        made.scheme.bands.get(usize::from(band)).map_or(Cell::None, |band| Cell::Text(band))
    }
}

/// Who keeps the registers that no provider keeps.
const REGISTER: &str = "register";

fn people(made: &Caseload) -> Vec<Sheet> {
    let name = |provider: ProviderId| made.names.provider(provider);
    let mut persons = Sheet::new("people", "person,born_year,sex,deprivation,area,paid_for");
    for (place, row) in made.people.iter().enumerate() {
        let person = PersonId::at(place);
        let sex = match row.sex {
            Sex::Female => Cell::Text("female"),
            Sex::Male => Cell::Text("male"),
            Sex::Other => Cell::Text("other"),
            Sex::NotKnown => Cell::None,
        };
        let of = made.of(person);
        // Somebody whose referral is not known yet is known to the register alone.
        let (sent_by, known_on) = match of.referrals.first() {
            Some(first) => (name(first.provider), first.on),
            None => (REGISTER, of.risk_scores.first().map_or(Day::from_number(0), |score| score.on)),
        };
        let cells = [
            Cell::person(made, person),
            Cell::number(row.born_year.map(|year| f64::from(year.get()))),
            sex,
            Cell::Number(f64::from(row.deprivation)),
            Cell::word(made, row.area),
            Cell::Truth(row.group == Group::Paid),
        ];
        persons.row(&cells, sent_by, known_on);
    }
    let mut referrals = Sheet::new(
        "referrals",
        "referral,person,provider,referred_on,source,decision,decided_on,decision_reason,passed_to",
    );
    for row in &made.referrals {
        let decision = match row.decision {
            Decision::None => Cell::None,
            Decision::Accepted => Cell::Text("accepted"),
            Decision::Declined => Cell::Text("declined"),
            Decision::Withdrawn => Cell::Text("withdrawn"),
            Decision::Excluded => Cell::Text("excluded"),
        };
        let cells = [
            Cell::Text(made.names.word(row.id)),
            Cell::person(made, row.person),
            Cell::Text(name(row.provider)),
            Cell::Day(row.on),
            Cell::word(made, row.source),
            decision,
            Cell::day(row.decided_on),
            Cell::word(made, row.reason),
            Cell::provider(made, row.passed_to),
        ];
        referrals.row(&cells, name(row.provider), row.known_on);
    }
    let [assessments, again] = assessed(made);
    let mut scores = Sheet::new("risk-scores", "person,model,scored_on,chance");
    for row in &made.risk_scores {
        let cells = [
            Cell::person(made, row.person),
            Cell::Text(made.names.word(row.model)),
            Cell::Day(row.on),
            Cell::Owned(format!("{:.4}", row.chance)),
        ];
        scores.row(&cells, REGISTER, row.known_on);
    }
    vec![persons, referrals, assessments, again, scores, spells(made), events(made), reviews(made)]
}

/// Assessments, and second scorings by somebody who did not see the first.
fn assessed(made: &Caseload) -> [Sheet; 2] {
    let mut first = Sheet::new(
        "assessments",
        "assessment,person,assessor,assessed_on,band,effective_from,standing,reason,score,instrument,worker",
    );
    let mut again =
        Sheet::new("reassessments", "reassessment,person,assessor,reassessed_on,band,score,instrument,worker");
    for row in &made.assessments {
        let assessor = made.names.provider(row.assessor);
        let (score, instrument) = (Cell::number(row.score.map(f64::from)), Cell::word(made, row.instrument));
        let (id, person) = (Cell::Text(made.names.word(row.id)), Cell::person(made, row.person));
        let (band, worker) = (Cell::band(made, row.band), Cell::worker(made, row.worker));
        let standing = match row.standing {
            AssessmentStanding::Provisional => "provisional",
            AssessmentStanding::Confirmed => "confirmed",
            AssessmentStanding::Revised => "revised",
            AssessmentStanding::Appealed => "appealed",
            AssessmentStanding::Blind => {
                let cells = [id, person, Cell::Text(assessor), Cell::Day(row.on), band, score, instrument, worker];
                again.row(&cells, assessor, row.known_on);
                continue;
            }
        };
        let reason = if standing == "revised" { Cell::Text("a need that came to light later") } else { Cell::None };
        let cells = [
            id,
            person,
            Cell::Text(assessor),
            Cell::Day(row.on),
            band,
            Cell::Day(row.effective_from),
            Cell::Text(standing),
            reason,
            score,
            instrument,
            worker,
        ];
        first.row(&cells, assessor, row.known_on);
    }
    [first, again]
}

fn spells(made: &Caseload) -> Sheet {
    let mut sheet =
        Sheet::new("spells", "spell,person,provider,kind,started_on,ended_on,end_reason,modality,problem1,worker");
    for row in &made.spells {
        let kind = match row.kind {
            SpellKind::Treatment => "treatment",
            SpellKind::Employment => "employment",
            SpellKind::Accommodation => "accommodation",
            SpellKind::Custody => "custody",
        };
        let provider = made.names.provider(row.provider);
        let cells = [
            Cell::Text(made.names.word(row.id)),
            Cell::person(made, row.person),
            Cell::Text(provider),
            Cell::Text(kind),
            Cell::Day(row.started_on),
            Cell::day(row.ended_on),
            reason(made, row).map_or(Cell::None, Cell::Text),
            Cell::word(made, row.modality),
            Cell::word(made, row.problem),
            Cell::worker(made, row.worker),
        ];
        sheet.row(&cells, provider, row.known_on);
    }
    sheet
}

/// The code of the way a spell ended.
fn reason(made: &Caseload, row: &Spell) -> Option<&'static str> {
    let alcohol = row.problem.is_some_and(|problem| made.names.word(problem) == "ALCUSE");
    match row.end {
        SpellEnd::None => None,
        SpellEnd::Completed => Some(if alcohol { "81" } else { "80" }),
        SpellEnd::Transferred => Some("83"),
        SpellEnd::DroppedOut => Some("85"),
        SpellEnd::WithdrawnByProvider => Some("86"),
        SpellEnd::Declined => Some("88"),
        SpellEnd::Died => Some("89"),
    }
}

fn events(made: &Caseload) -> Sheet {
    let mut sheet = Sheet::new("events", "event,person,provider,kind,occurred_on,until_on,quantity,detail");
    for row in &made.events {
        let cells = [
            Cell::Text(made.names.word(row.id)),
            Cell::person(made, row.person),
            Cell::provider(made, row.provider),
            Cell::Text(code(row.kind)),
            Cell::Day(row.on),
            Cell::day(row.until),
            Cell::number(row.quantity.map(f64::from)),
            Cell::word(made, row.detail),
        ];
        sheet.row(&cells, REGISTER, row.known_on);
    }
    sheet
}

/// The code of a kind of event.
fn code(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Death => "death",
        EventKind::Overdose => "overdose",
        EventKind::SelfHarm => "self-harm",
        EventKind::Safeguarding => "safeguarding",
        EventKind::Eviction => "eviction",
        EventKind::Recall => "recall",
        EventKind::Sanction => "sanction",
        EventKind::Admission | EventKind::Hospital => "admission",
        EventKind::Custody => "custody",
        EventKind::Offence => "offence",
        EventKind::Arrest => "arrest",
        EventKind::SoughtHelp => "sought-help",
        EventKind::RefusedReturn => "refused-return",
        EventKind::TreatedElsewhere => "treated-elsewhere",
        EventKind::JobStart => "job-start",
        EventKind::JobEnd => "job-end",
        EventKind::Housed => "housed",
        EventKind::MovedAway => "moved-away",
        EventKind::NewNeed => "new-need",
        EventKind::FollowUp => "follow-up",
        EventKind::WelfareCheck => "welfare-check",
        EventKind::Other => "other",
    }
}

fn reviews(made: &Caseload) -> Sheet {
    let mut sheet = Sheet::new("reviews", "review,person,provider,reviewed_on,stage,item,value,source");
    for row in &made.reviews {
        let provider = made.names.provider(row.provider);
        let begins = made.of(row.person).spells.iter().any(|spell| spell.started_on == row.on);
        let source = match row.source {
            Source::Provider => "provider",
            Source::Person => "person",
            Source::Independent => "independent",
        };
        let cells = [
            Cell::Text(made.names.word(row.id)),
            Cell::person(made, row.person),
            Cell::Text(provider),
            Cell::Day(row.on),
            Cell::Text(if begins { "start" } else { "review" }),
            Cell::Text(made.names.word(row.item)),
            Cell::number(row.value.map(f64::from)),
            Cell::Text(source),
        ];
        sheet.row(&cells, provider, row.known_on);
    }
    sheet
}

fn service(made: &Caseload) -> Vec<Sheet> {
    let mut contacts =
        Sheet::new("contacts", "contact,person,provider,contacted_on,kind,attended,minutes,mode,worker,minute_of_day");
    for (nth, row) in made.contacts.iter().enumerate() {
        let mode = match row.mode {
            ContactMode::NotRecorded => Cell::None,
            ContactMode::FaceToFace => Cell::Text("face-to-face"),
            ContactMode::Phone => Cell::Text("phone"),
            ContactMode::Video => Cell::Text("video"),
            ContactMode::Group => Cell::Text("group"),
            ContactMode::Letter => Cell::Text("letter"),
        };
        let provider = made.names.provider(row.provider);
        let cells = [
            Cell::Owned(format!("k{}", nth + 1)),
            Cell::person(made, row.person),
            Cell::Text(provider),
            Cell::Day(row.on),
            Cell::word(made, row.kind),
            Cell::Truth(row.attended),
            Cell::number(row.minutes.map(|minutes| f64::from(minutes.get()))),
            mode,
            Cell::worker(made, row.worker),
            Cell::number(row.at.map(|at| f64::from(at.get() - 1))),
        ];
        contacts.row(&cells, provider, row.known_on);
    }
    let mut help = Sheet::new("interventions", "intervention,person,provider,kind,started_on,ended_on,goal");
    for row in &made.interventions {
        let provider = made.names.provider(row.provider);
        let cells = [
            Cell::Text(made.names.word(row.id)),
            Cell::person(made, row.person),
            Cell::Text(provider),
            Cell::Text(made.names.word(row.kind)),
            Cell::Day(row.on),
            Cell::day(row.until),
            Cell::word(made, row.goal),
        ];
        help.row(&cells, provider, row.known_on);
    }
    let mut goals = Sheet::new("goals", "goal,person,provider,set_on,met_on");
    for row in &made.goals {
        let provider = made.names.provider(row.provider);
        let cells = [
            Cell::Text(made.names.word(row.id)),
            Cell::person(made, row.person),
            Cell::Text(provider),
            Cell::Day(row.on),
            Cell::day(row.met_on),
        ];
        goals.row(&cells, provider, row.known_on);
    }
    vec![contacts, help, goals]
}

fn claims(made: &Caseload) -> Vec<Sheet> {
    let mut claims = Sheet::new(
        "outcome-claims",
        "claim,person,provider,clause,achieved_on,submitted_on,speaks_from,speaks_until,band,amount,state,worker",
    );
    let mut by: Vec<(Word, ProviderId)> = Vec::with_capacity(made.claims.len());
    for row in &made.claims {
        let provider = made.names.provider(row.provider);
        by.push((row.id, row.provider));
        let state = match row.state {
            ClaimState::Claimed => "claimed",
            ClaimState::Verified => "verified",
            ClaimState::Paid => "paid",
            ClaimState::Refused => "refused",
            ClaimState::NotClaimed => "not-claimed",
        };
        let cells = [
            Cell::Text(made.names.word(row.id)),
            Cell::person(made, row.person),
            Cell::Text(provider),
            Cell::Text(made.names.word(row.outcome)),
            Cell::Day(row.on),
            Cell::Day(row.known_on),
            Cell::day(row.from),
            Cell::day(row.until),
            row.band.map_or(Cell::None, |band| Cell::band(made, band)),
            Cell::money(row.amount),
            Cell::Text(state),
            Cell::worker(made, row.worker),
        ];
        claims.row(&cells, provider, row.known_on);
    }
    by.sort_unstable();
    let mut items = Sheet::new(
        "evidence-items",
        "item,claim,captured_on,recorded_on,recorded_minute,kind,content_hash,text,value,worker",
    );
    for row in &made.evidence_items {
        let claims_by = by.binary_search_by_key(&row.claim, |(claim, _)| *claim).map(|place| by[place].1);
        let Ok(provider) = claims_by else { continue };
        let cells = [
            Cell::Text(made.names.word(row.id)),
            Cell::Text(made.names.word(row.claim)),
            Cell::Day(row.captured_on),
            Cell::Day(row.recorded_on),
            Cell::number(row.recorded_at.map(|at| f64::from(at.get() - 1))),
            Cell::word(made, row.kind),
            Cell::word(made, row.hash),
            Cell::word(made, row.text),
            Cell::number(row.value),
            Cell::worker(made, row.worker),
        ];
        items.row(&cells, made.names.provider(provider), row.recorded_on.max(row.captured_on));
    }
    let mut days = Sheet::new("payment-days", "person,provider,clause,due_on,after_exit");
    for row in &made.hurdle_days {
        let provider = made.names.provider(row.provider);
        let cells = [
            Cell::person(made, row.person),
            Cell::Text(provider),
            Cell::Text(made.names.word(row.clause)),
            Cell::Day(row.on),
            Cell::Truth(row.after_exit),
        ];
        days.row(&cells, provider, row.known_on);
    }
    let mut elsewhere =
        Sheet::new("payments-elsewhere", "payment,person,scheme,outcome,paid_on,amount,speaks_from,speaks_until");
    for row in &made.paid_elsewhere {
        let cells = [
            Cell::Text(made.names.word(row.id)),
            Cell::person(made, row.person),
            Cell::Text(made.names.word(row.scheme)),
            Cell::Text(made.names.word(row.outcome)),
            Cell::Day(row.on),
            Cell::Money(400.0),
            Cell::day(row.from),
            Cell::day(row.until),
        ];
        elsewhere.row(&cells, REGISTER, row.known_on);
    }
    vec![claims, items, days, elsewhere]
}

fn providers(made: &Caseload) -> Vec<Sheet> {
    let name = |provider: ProviderId| made.names.provider(provider);
    let mut roles = Sheet::new("provider-roles", "provider,in_contract,prime,results_share,area,assesses_only");
    for (place, row) in made.providers.iter().enumerate() {
        let cells = [
            Cell::Text(name(ProviderId::at(place))),
            Cell::Truth(row.in_contract),
            Cell::provider(made, row.prime),
            Cell::number(row.results_share),
            Cell::word(made, row.area),
            Cell::Truth(row.assesses_only),
        ];
        roles.row(&cells, REGISTER, made.scheme.go_live.unwrap_or(Day::from_number(0)).plus(-365));
    }
    let mut capacity = Sheet::new("capacity", "provider,period_from,period_until,places,occupied");
    for row in &made.capacity {
        let places = [Cell::Number(row.places), Cell::Number(row.occupied)];
        let mut cells = vec![Cell::Text(name(row.provider)), Cell::Day(row.on), Cell::Day(row.until)];
        cells.extend(places);
        capacity.row(&cells, name(row.provider), row.known_on);
    }
    let mut flows = Sheet::new("sub-payments", "payment,prime,provider,received_on,passed_on,amount");
    for (nth, row) in made.flows.iter().enumerate() {
        let cells = [
            Cell::Owned(format!("f{}", nth + 1)),
            Cell::Text(name(row.prime)),
            Cell::Text(name(row.sub)),
            Cell::Day(row.on),
            Cell::day(row.passed_on),
            Cell::money(row.amount),
        ];
        flows.row(&cells, name(row.prime), row.known_on);
    }
    let mut series = Sheet::new("measure-series", "series,provider,measure,month,value,people,paid,more_is_better");
    for (nth, row) in made.measures.iter().enumerate() {
        let cells = [
            Cell::Owned(format!("m{}", nth + 1)),
            Cell::provider(made, row.provider),
            Cell::Text(made.names.word(row.measure)),
            Cell::Day(row.on),
            Cell::Owned(format!("{:.4}", row.value)),
            Cell::Number(row.people),
            Cell::Truth(row.paid),
            Cell::Truth(row.more_is_better),
        ];
        series.row(&cells, row.provider.map_or(REGISTER, name), row.known_on);
    }
    vec![roles, capacity, flows, series, months(made), workforce(made)]
}

fn months(made: &Caseload) -> Sheet {
    let mut sheet = Sheet::new(
        "provider-months",
        "provider,month,cash,facility,cost,income,results_income,debtors,volume,volume_bid,recording_minutes,\
         worked_minutes,verification_cost,qualified_minutes_bid",
    );
    for row in &made.provider_months {
        let provider = made.names.provider(row.provider);
        let cells = [
            Cell::Text(provider),
            Cell::Day(row.on),
            Cell::money(row.cash),
            Cell::money(row.facility),
            Cell::money(row.cost),
            Cell::money(row.income),
            Cell::money(row.results_income),
            Cell::money(row.debtors),
            Cell::number(row.volume),
            Cell::number(row.volume_bid),
            Cell::number(row.recording_minutes),
            Cell::number(row.worked_minutes),
            Cell::money(row.verification_cost),
            Cell::number(row.qualified_minutes_bid),
        ];
        sheet.row(&cells, provider, row.known_on);
    }
    sheet
}

fn workforce(made: &Caseload) -> Sheet {
    let mut sheet = Sheet::new(
        "workforce",
        "worker,provider,month,kind,fte,caseload,hours_agreed,hours_worked,sick_days,joined_on,left_on,pulse",
    );
    for row in &made.workforce {
        let provider = made.names.provider(row.provider);
        let kind = match row.kind {
            WorkerKind::Qualified => "qualified",
            WorkerKind::Unqualified => "unqualified",
            WorkerKind::Volunteer => "volunteer",
            WorkerKind::Peer => "peer",
        };
        let small = |number: Option<f32>| Cell::number(number.map(f64::from));
        let cells = [
            Cell::Text(made.names.worker(row.worker)),
            Cell::Text(provider),
            Cell::Day(row.on),
            Cell::Text(kind),
            Cell::Owned(format!("{}", row.fte)),
            small(row.caseload),
            small(row.hours_agreed),
            small(row.hours_worked),
            small(row.sick_days),
            Cell::day(row.joined_on),
            Cell::day(row.left_on),
            small(row.pulse),
        ];
        sheet.row(&cells, provider, row.known_on);
    }
    sheet
}
