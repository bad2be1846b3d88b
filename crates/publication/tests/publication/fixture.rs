//! A made-up statement and check report for the tests and the sample: a block scaled by how full
//! the places were, outcomes priced by band, a reversal, a hold and a shadow.

use meed_evidence::{FileReport, Problem, Report, RuleCount, Severity};
use meed_settlement::{
    AdjustmentUsed, ClauseTotal, Distribution, EarlierStatement, FORMAT, FindingsUsed, Head, Line, MadeGood, Parts,
    PayerPart, PayerTotal, ProviderTotal, Status, Unpaid,
};
use meed_units::{Money, PartyId};
use serde_json::{Value, json};

/// A statement of two providers for March 2004.
pub fn statement() -> (Head, Vec<Line>) {
    let lines = vec![
        block("riverside", "1200000.00", 75, ("70%", "90%"), "90000.00"),
        block("harbour", "960000.00", 82, ("80%", "100%"), "80000.00"),
        outcome("abstinent", "p-0007", "riverside", "2004-03-02", "high", "1400.00"),
        outcome("abstinent", "p-0012", "riverside", "2004-03-09", "medium", "700.00"),
        outcome("abstinent", "p-0019", "harbour", "2004-03-11", "low", "300.00"),
        outcome("abstinent", "p-0023", "harbour", "2004-03-17", "high", "1400.00"),
        capped("completed", "p-0007", "riverside", "2004-03-22", "900.00", "600.00"),
        reversal("abstinent", "p-0004", "riverside", "2004-01-20", "700.00"),
        held("completed", "p-0031", "harbour", "2004-03-25", "900.00"),
        shadow("follow-up", "p-0012", "riverside", "2004-03-28", "250.00"),
    ];
    (head(&lines), lines)
}

/// The same statement, divided between a fund that pays a fifth and a county that pays the rest; what it paid of some lines,
/// and what kept another unpaid, are on them.
pub fn divided() -> (Head, Vec<Line>) {
    let (mut head, mut lines) = statement();
    for line in lines.iter_mut().filter(|line| !line.amount.is_zero()) {
        let fifth = line.amount.share_out(&[1, 4]);
        line.payers = vec![
            PayerPart { payer: "fund".into(), amount: fifth[0], room_before: Some(Money::minor(5_000_000)) },
            PayerPart { payer: "county".into(), amount: fifth[1], room_before: None },
        ];
    }
    let paid = |payer: &str| {
        let parts = lines.iter().flat_map(|line| &line.payers).filter(|part| *part.payer == *payer);
        parts.map(|part| part.amount).sum()
    };
    head.payers = ["fund", "county"].map(|payer| PayerTotal { payer: payer.into(), total: paid(payer) }).to_vec();
    if let Some(line) = lines.iter_mut().find(|line| line.status == Status::Held) {
        line.because.unpaid =
            Some(Unpaid { by: "group".into(), id: "result".into(), why: "abstinent takes its place in result".into() });
        line.because.adjusted =
            vec![AdjustmentUsed { kind: "discount".into(), said: "less the 6% offered".into(), cites: None }];
    }
    (head, lines)
}

/// A statement that pays nothing and has no lines.
pub fn nothing() -> (Head, Vec<Line>) {
    (Head { brought_forward: Money::ZERO, payable: Money::ZERO, notes: Vec::new(), ..head(&[]) }, Vec::new())
}

/// A statement of so many outcomes.
pub fn many(people: usize) -> (Head, Vec<Line>) {
    let bands = [("low", "300.00"), ("medium", "700.00"), ("high", "1400.00")];
    let lines: Vec<Line> = (0..people)
        .map(|i| {
            let (band, price) = bands[i % 3];
            let day = format!("2004-03-{:02}", i % 31 + 1);
            outcome("abstinent", &format!("p-{i:06}"), "riverside", &day, band, price)
        })
        .collect();
    (head(&lines), lines)
}

/// A statement of many clauses and providers, and of large amounts.
pub fn grand() -> (Head, Vec<Line>) {
    let (mut head, lines) = statement();
    let (provider, clause) = (head.providers[0].clone(), head.clauses[1].clone());
    head.providers = (1..=40)
        .map(|i| ProviderTotal {
            provider: PartyId::new(&format!("provider-{i}")),
            total: Money::minor(i * 1_234_567_890),
            payable: Money::minor(i * 1_234_567_890),
            ..provider.clone()
        })
        .collect();
    head.clauses = (1..=30)
        .map(|i| ClauseTotal {
            clause: format!("outcome-{i}").as_str().into(),
            title: format!("Outcome {i}, of those agreed in the second schedule"),
            new: Money::minor((31 - i) * 9_876_543_210),
            adjustments: Money::minor(-i * 3_456_789_012),
            amount: Money::minor((31 - i) * 9_876_543_210 - i * 3_456_789_012),
            ..clause.clone()
        })
        .collect();
    head.total = head.clauses.iter().map(|clause| clause.amount).sum();
    head.payable = head.total + head.brought_forward;
    (head, lines)
}

/// Names that would do harm, were they not shown as the text they are.
pub const HOSTILE: [&str; 10] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "]]></svg><script>alert(2)</script>&amp;",
    "=HYPERLINK(\"http://evil.example\",\"pay\")",
    "two\nlines\r\n\tand a tab",
    "\u{202e}desrever si siht\u{202c} שלום مرحبا",
    "#panic() $x$ *bold* @label ~ `raw` \\ // /* ]",
    "日本語 नमस्ते 🎉 e\u{301}\u{0}\u{7}\u{e000}\u{feff}",
    "Pneumonoultramicroscopicsilicovolcanoconiosis_Pneumonoultramicroscopicsilicovolcanoconiosis_Pneumonoultra",
    "</title></style>'--><b>",
];

/// The same statement with a hostile name wherever a name can stand.
pub fn hostile() -> (Head, Vec<Line>) {
    let (_, mut lines) = statement();
    for (line, name) in lines.iter_mut().zip(HOSTILE) {
        line.id = format!("{name}/{}", line.id);
        line.provider = PartyId::new(name);
        line.person = line.person.is_some().then(|| name.into());
        line.because.cites = Some(name.to_owned());
        if let Some(hold) = &mut line.because.hold {
            hold.why = HOSTILE[0].to_owned();
            hold.released_by = HOSTILE[6].to_owned();
        }
        if let Some(follows) = &mut line.because.follows {
            follows.why = HOSTILE[1].to_owned();
        }
    }
    let mut head = head(&lines);
    head.title = HOSTILE[2].to_owned();
    head.contract = HOSTILE[6].to_owned();
    head.version = HOSTILE[9].to_owned();
    head.rounding = HOSTILE[5].to_owned();
    head.commissioner = PartyId::new(HOSTILE[0]);
    head.assessor = Some(PartyId::new(HOSTILE[7]));
    head.notes = HOSTILE.iter().map(|name| (*name).to_owned()).collect();
    for (clause, name) in head.clauses.iter_mut().zip(HOSTILE.iter().cycle().skip(4)) {
        clause.title = (*name).to_owned();
        clause.cites = Some((*name).to_owned());
    }
    (head, lines)
}

/// A check report with two errors and a warning.
pub fn report() -> Report {
    let problem = |rule, severity, row, message: &str| Problem {
        rule,
        severity,
        file: "reviews.csv".into(),
        table: Some("reviews".into()),
        row: Some(row),
        column: Some("value".into()),
        message: message.into(),
        remedy: "write the number of days, 0 to 28, or leave the cell empty".into(),
    };
    let mut report = Report::default();
    report.rows_read = 1_204;
    report.rows_good = 1_201;
    report.files = vec![
        FileReport {
            file: "people.csv".into(),
            table: "people".into(),
            rows_read: 400,
            rows_good: 400,
            refused: false,
        },
        FileReport {
            file: "reviews.csv".into(),
            table: "reviews".into(),
            rows_read: 804,
            rows_good: 801,
            refused: false,
        },
    ];
    report.counts = vec![
        RuleCount { rule: "range", severity: Severity::Error, about: "Numbers lie in their range", count: 3, shown: 2 },
        RuleCount { rule: "gap", severity: Severity::Warning, about: "Spells follow each other", count: 1, shown: 1 },
    ];
    report.problems = vec![
        problem("range", Severity::Error, 7, "`31` days of use do not fit into 28"),
        problem("range", Severity::Error, 90, HOSTILE[0]),
        problem("gap", Severity::Warning, 91, HOSTILE[8]),
    ];
    report
}

/// A head whose sums are those of the lines.
fn head(lines: &[Line]) -> Head {
    let sum = |of: &dyn Fn(&Line) -> bool| lines.iter().filter(|line| of(line)).map(|line| line.amount).sum::<Money>();
    let mut names: Vec<PartyId> = vec!["riverside".into(), "harbour".into()];
    for line in lines {
        if !names.contains(&line.provider) {
            names.push(line.provider.clone());
        }
    }
    let debt = if lines.is_empty() { Money::ZERO } else { Money::minor(-125_000) };
    let providers: Vec<ProviderTotal> = names
        .iter()
        .map(|provider| {
            let total = sum(&|line| line.provider == *provider);
            let brought_forward = if &**provider == "harbour" { debt } else { Money::ZERO };
            let due = total + brought_forward;
            ProviderTotal {
                provider: provider.clone(),
                total,
                brought_forward,
                payable: due.max(Money::ZERO),
                carried_forward: due.min(Money::ZERO),
            }
        })
        .collect();
    let clauses = [
        ("operating", "block", "Operating cost, scaled by utilisation", "Schedule B, 2.1"),
        ("abstinent", "per-outcome", "Abstinent from every presenting substance", "Schedule B, 2.2"),
        ("completed", "per-outcome", "Completed treatment", "Schedule B, 2.3"),
        ("follow-up", "per-outcome", "In recovery a year later", "Schedule B, 2.4"),
    ]
    .map(|(clause, kind, title, cites)| {
        let of = |adjusts: bool| sum(&|line| &*line.clause == clause && line.adjusts.is_some() == adjusts);
        let all = || lines.iter().filter(|line| &*line.clause == clause);
        ClauseTotal {
            clause: clause.into(),
            kind: kind.into(),
            title: title.into(),
            cites: Some(cites.into()),
            lines: all().count() as u64,
            new: of(false),
            adjustments: of(true),
            capped: if all().any(|line| !line.because.caps.is_empty()) { Money::minor(30_000) } else { Money::ZERO },
            held: all().filter_map(|line| line.because.hold.as_ref()).map(|hold| hold.amount).sum(),
            shadow: all().filter_map(|line| line.because.would_be).sum(),
            amount: of(false) + of(true),
        }
    });
    Head {
        format: FORMAT.into(),
        contract: "riverside-outpatient".into(),
        title: "Outpatient performance contract".into(),
        version: "1 (2002-07-01)".into(),
        contract_hash: "3f0c1f9be1d2a8f7c0d4e65b1a9b38c2d7e4f5061728394a5b6c7d8e9fa0b1c2".into(),
        versions: Vec::new(),
        period: "2004-03".parse().expect("a period"),
        known_at: "2004-04-10T23:59:59Z".parse().expect("a moment"),
        snapshot: "9ad06c17e35b28f4410cde7788a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3".into(),
        currency: "USD".into(),
        commissioner: "dsamh".into(),
        assessor: Some("county-assessors".into()),
        rounding: "to 0.01, half to even, once on each line".into(),
        earlier: [("2004-01", "172300.00", "b1"), ("2004-02", "169350.00", "c4")]
            .map(|(period, total, start)| EarlierStatement {
                period: period.parse().expect("a period"),
                hash: format!("{start}{}", "5e8d".repeat(16).split_at(62).0),
                total: total.parse().expect("money"),
            })
            .to_vec(),
        elsewhere: None,
        findings: vec![FindingsUsed {
            as_of: "2004-03-31".parse().expect("a day"),
            known_at: "2004-04-10T23:59:59Z".parse().expect("a moment"),
            hash: "f1d0".repeat(16),
            holds_until: "2004-04-30".parse().ok(),
            answers: None,
        }],
        total: sum(&|_| true),
        brought_forward: debt,
        payable: providers.iter().map(|provider| provider.payable).sum(),
        carried_forward: providers.iter().map(|provider| provider.carried_forward).sum(),
        providers,
        payers: Vec::new(),
        clauses: clauses.to_vec(),
        distribution: Some(Distribution {
            drawn: Money::minor(50_000_000),
            now: Parts {
                paid: Money::minor(17_000_000),
                principal: Money::minor(10_000_000),
                returns: Money::minor(2_000_000),
                rest: Money::minor(5_000_000),
            },
            so_far: Parts {
                paid: Money::minor(57_000_000),
                principal: Money::minor(50_000_000),
                returns: Money::minor(2_000_000),
                rest: Money::minor(5_000_000),
            },
            rest_to: "the programmes".into(),
            capped: Money::minor(300),
            room: Some(Money::ZERO),
            guarantee: Some(MadeGood { by: "foundation".into(), least: Money::minor(37_500_000), amount: Money::ZERO }),
            annual_return: "3.12%".parse().ok(),
        }),
        notes: vec![
            "Two referrals have no first contact yet; they count in no measure of this period.".into(),
            "3 rows of evidence were set aside: see the check report.".into(),
        ],
    }
}

fn block(provider: &str, annual: &str, full: i64, (at_least, pays): (&str, &str), amount: &str) -> Line {
    line(json!({
        "id": format!("operating/{provider}/2004-03"), "clause": "operating", "person": null, "provider": provider,
        "occurred_on": "2004-03-31", "quantity": "1", "rate": amount, "amount": amount, "status": "final", "adjusts": null,
        "because": {
            "rule": { "kind": "block", "period": "2004-03", "annual": annual, "step": {
                "measure": "capacity/utilisation", "numerator": format!("{}", full * 31), "denominator": "3100",
                "reading": format!("{full}%"), "at-least": at_least, "pays": pays } },
            "cites": "Schedule B, 2.1", "version": "1 (2002-07-01)",
            "readings": [{ "measure": "capacity/utilisation", "said": format!("{full}%"), "evidence": [format!("capacity/{provider}/2004-03")] }],
            "working": working(&[("start", annual, "money", "a year"), ("divided-by", "12", "number", "months"),
                ("times", &share(pays), "percent", "share paid")], amount),
        },
    }))
}

fn outcome(clause: &str, person: &str, provider: &str, on: &str, band: &str, price: &str) -> Line {
    line(outcome_record(clause, person, provider, on, band, price))
}

fn outcome_record(clause: &str, person: &str, provider: &str, on: &str, band: &str, price: &str) -> Value {
    json!({
        "id": format!("{clause}/{person}/{on}"), "clause": clause, "person": person, "provider": provider,
        "occurred_on": on, "quantity": "1", "rate": price, "amount": price, "status": "provisional", "adjusts": null,
        "because": {
            "rule": { "kind": "per-outcome", "measure": format!("recovery/{clause}"), "achieved-on": on, "number": 1 },
            "cites": "Schedule B, 2.2", "version": "1 (2002-07-01)",
            "readings": [{ "measure": format!("recovery/{clause}"), "said": format!("achieved on {on}"),
                "evidence": [format!("reviews/{person}/2")], "sent-by": provider }],
            "band": { "band": band, "assessment": format!("a-{person}"), "effective-from": "2003-11-04",
                "standing": "confirmed", "chosen": "at-start" },
            "vesting": { "unless": "recovery/re-presented", "until": "2005-03-31", "standing": "open" },
            "working": working(&[("start", price, "money", "price")], price),
        },
    })
}

fn capped(clause: &str, person: &str, provider: &str, on: &str, price: &str, paid: &str) -> Line {
    let mut record = outcome_record(clause, person, provider, on, "high", price);
    record["amount"] = paid.into();
    record["status"] = "final".into();
    record["because"]["vesting"] = Value::Null;
    record["because"]["caps"] = json!([{ "cap": "the cap per person", "of": format!("person {person}"),
        "limit": "2000.00", "room-before": paid, "used": paid }]);
    record["because"]["working"] =
        working(&[("start", price, "money", "price"), ("at-most", paid, "money", "left under the cap")], paid);
    line(record)
}

fn reversal(clause: &str, person: &str, provider: &str, on: &str, price: &str) -> Line {
    let mut record = outcome_record(clause, person, provider, on, "medium", price);
    let before = format!("{clause}/{person}/{on}");
    record["id"] = format!("{before}~2").into();
    record["amount"] = format!("-{price}").into();
    record["status"] = "reversal".into();
    record["adjusts"] = before.clone().into();
    record["because"]["vesting"] = Value::Null;
    record["because"]["follows"] = json!({ "line": before, "period": "2004-01", "statement": "b1".repeat(32),
        "why": "a corrected review, known on 2004-03-19, no longer shows it" });
    record["because"]["working"] =
        working(&[("start", price, "money", "price"), ("times", "-1", "number", "taken back")], &format!("-{price}"));
    line(record)
}

fn held(clause: &str, person: &str, provider: &str, on: &str, price: &str) -> Line {
    let mut record = outcome_record(clause, person, provider, on, "low", price);
    record["amount"] = "0.00".into();
    record["status"] = "held".into();
    record["because"]["vesting"] = Value::Null;
    record["because"]["hold"] = json!({ "why": "the provider's own discharge code is all that shows it",
        "released-by": "confirmation by county-assessors", "amount": price });
    line(record)
}

fn shadow(clause: &str, person: &str, provider: &str, on: &str, price: &str) -> Line {
    let mut record = outcome_record(clause, person, provider, on, "medium", price);
    record["amount"] = "0.00".into();
    record["status"] = "shadow".into();
    record["because"]["vesting"] = Value::Null;
    record["because"]["would-be"] = price.into();
    line(record)
}

fn working(steps: &[(&str, &str, &str, &str)], result: &str) -> Value {
    let steps: Vec<Value> = steps
        .iter()
        .map(|(op, value, form, what)| json!({ "op": op, "value": value, "as": form, "what": what }))
        .collect();
    json!({ "steps": steps, "to": "0.01", "mode": "half-even", "result": result })
}

fn share(percent: &str) -> String {
    let percent: meed_units::Percent = percent.parse().expect("a percentage");
    percent.share().to_string()
}

fn line(record: Value) -> Line {
    let line: Line = serde_json::from_value(record).expect("a line");
    assert!(line.status != Status::Held || line.amount.is_zero(), "a held line pays nothing yet");
    line
}
