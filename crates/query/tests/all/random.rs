//! Evidence of people who never lived, made to hold ties, gaps and contradictions.

use std::fmt::Write as _;

use meed_units::Date;

use crate::evidence::{Evidence, date};

/// Numbers that look random and are the same on every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn pick<'t>(&mut self, from: &[&'t str]) -> &'t str {
        let place = self.below(from.len() as u64);
        from[usize::try_from(place).expect("a small number")]
    }

    fn day(&mut self, from: Date, within: u64) -> Date {
        from.plus_days(i64::try_from(self.below(within)).expect("a small number")).expect("a date")
    }
}

/// Evidence of this many people who never lived, with every kind of row that a standard measure reads. What happened to
/// each lies within one of these numbers of days: few days make many ties.
pub(crate) fn random(seed: u64, people: usize, days: &[u64]) -> Evidence {
    let mut numbers = Numbers(seed);
    let mut spells = String::from(
        "spell,person,provider,kind,started_on,ended_on,end_reason,modality,accommodation,problem1,problem2,problem3,sent_by,\
         known_at\n",
    );
    let mut reviews = String::from("review,person,provider,reviewed_on,stage,item,value,sent_by,known_at\n");
    let mut events = String::from(
        "event,person,provider,kind,occurred_on,until_on,concluded_on,outcome,detail,quantity,sent_by,known_at\n",
    );
    let mut referrals = String::from("referral,person,provider,referred_on,sent_by,known_at\n");
    let mut contacts = String::from("contact,person,provider,contacted_on,attended,sent_by,known_at\n");
    let mut assessments = String::from("assessment,person,assessor,assessed_on,band,effective_from,standing\n");
    let mut goals = String::from("goal,person,provider,set_on,met_on\n");
    let mut feedback = String::from("feedback,provider,given_on,question,score\n");
    let start = date("2011-01-01");
    // Now and then another party sends a row, so that not all of an outcome's evidence is one party's.
    let sent = |numbers: &mut Numbers| {
        let by = if numbers.below(12) == 0 { "registry" } else { "riverside" };
        format!("{by},2100-01-01")
    };
    for person in 0..people {
        let within = days[person % days.len()];
        let who = |numbers: &mut Numbers| format!("p{person},{}", numbers.pick(&["riverside", "harbour"]));
        for spell in 0..5 {
            let kind = numbers.pick(&["treatment", "treatment", "employment", "accommodation", "custody"]);
            let from = numbers.day(start, within);
            let end = numbers.day(from, within / 2);
            let ended = if numbers.below(4) == 0 { String::new() } else { end.to_string() };
            let reason =
                if kind == "treatment" && !ended.is_empty() { numbers.pick(&["80", "82", "85", ""]) } else { "" };
            let who = who(&mut numbers);
            let home = numbers.pick(&["1", "3", "hostel", "supported", ""]);
            let (one, two) = (numbers.pick(&["OPIUSE", "ALCUSE", ""]), numbers.pick(&["CRAUSE", "", "OPIUSE"]));
            let three = numbers.pick(&["CRAUSE", "", "", ""]);
            let modality = if kind == "treatment" { numbers.pick(&["1", "1", "2", "4", ""]) } else { "" };
            let sender = sent(&mut numbers);
            writeln!(
                spells,
                "S{person}-{spell},{who},{kind},{from},{ended},{reason},{modality},{home},{one},{two},{three},{sender}"
            )
            .expect("text");
            for contact in 0..12 {
                let (day, attended) = (numbers.day(from, 40), numbers.pick(&["true", "true", "true", "false", ""]));
                let sender = sent(&mut numbers);
                writeln!(contacts, "C{person}-{spell}-{contact},{who},{day},{attended},{sender}").expect("text");
            }
            for review in 0..5 {
                let day = numbers.day(from, if review == 0 { 10 } else { within / 2 });
                let stage =
                    if review == 0 { "start" } else { numbers.pick(&["review", "review", "exit", "post-exit"]) };
                for (item, most) in [
                    ("OPIUSE", 3),
                    ("CRAUSE", 2),
                    ("ALCUSE", 3),
                    ("IVDRGUSE", 2),
                    ("ACUTHPBM", 2),
                    ("HRISK", 2),
                    ("QUALLIFE", 21),
                ] {
                    let value = if numbers.below(8) == 0 { String::new() } else { numbers.below(most).to_string() };
                    let value =
                        if stage == "start" && item.ends_with("USE") && value == "2" { "20".into() } else { value };
                    if numbers.below(10) > 0 {
                        // One key begins as another does, and goes on with a sign below the slash of an identity.
                        let key = if review == 1 {
                            format!("R{person}-{spell}")
                        } else {
                            format!("R{person}-{spell}-{review}")
                        };
                        let sender = sent(&mut numbers);
                        writeln!(reviews, "{key},{who},{day},{stage},{item},{value},{sender}").expect("text");
                    }
                }
            }
        }
        for event in 0..6 {
            let kind = numbers.pick(&[
                "offence",
                "offence",
                "death",
                "custody",
                "moved-away",
                "release",
                "justice-caseload",
                "vaccination",
                "vaccination-complete",
                "sighting",
                "sighting",
            ]);
            let on = numbers.day(start, within);
            let until = match kind {
                "custody" | "moved-away" => numbers.day(on, 100).to_string(),
                _ => String::new(),
            };
            let (concluded, outcome) = match kind {
                "offence" => {
                    (numbers.day(on, 300).to_string(), numbers.pick(&["conviction", "caution", "breach", "pending"]))
                }
                _ => (String::new(), ""),
            };
            let provider = numbers.pick(&["riverside", "harbour", ""]);
            let detail =
                if kind.starts_with("vacc") { numbers.pick(&["hepatitis-b", "hepatitis-b", "flu"]) } else { "" };
            let sender = sent(&mut numbers);
            writeln!(
                events,
                "E{person}-{event},p{person},{provider},{kind},{on},{until},{concluded},{outcome},{detail},,{sender}"
            )
            .expect("text");
        }
        for earned in 0..3 {
            let (on, provider) = (numbers.day(start, within), numbers.pick(&["riverside", "harbour", "", ""]));
            let until = if numbers.below(3) == 0 { String::new() } else { numbers.day(on, 40).to_string() };
            let much = numbers.below(90_000);
            let sender = sent(&mut numbers);
            writeln!(
                events,
                "W{person}-{earned},p{person},{provider},earnings,{on},{until},,,,{}.{:02},{sender}",
                much / 100,
                much % 100
            )
            .expect("text");
        }
        for referral in 0..3 {
            let (who, on) = (who(&mut numbers), numbers.day(start, within));
            let sender = sent(&mut numbers);
            writeln!(referrals, "F{person}-{referral},{who},{on},{sender}").expect("text");
            let (day, attended) = (numbers.day(on, 60), numbers.pick(&["true", "false", ""]));
            let sender = sent(&mut numbers);
            writeln!(contacts, "C{person}-{referral},{who},{day},{attended},{sender}").expect("text");
            let (assessed, assessor) = (numbers.day(on, 14), numbers.pick(&["lasars", "lasars", "other-assessor"]));
            writeln!(assessments, "B{person}-{referral},p{person},{assessor},{assessed},low,{assessed},provisional")
                .expect("text");
            let (set, met) = (numbers.day(start, 700), numbers.below(3));
            let met = if met == 0 { String::new() } else { numbers.day(set, 350).to_string() };
            writeln!(goals, "G{person}-{referral},{who},{set},{met}").expect("text");
            let provider = numbers.pick(&["riverside", "harbour"]);
            let (given, question) = (numbers.day(start, 730), numbers.pick(&["overall", "overall", "listened"]));
            writeln!(feedback, "A{person}-{referral},{provider},{given},{question},{}.5", numbers.below(12))
                .expect("text");
        }
    }
    let mut capacity = String::from("provider,period_from,period_until,places,occupied\n");
    let mut counts = String::from("count,provider,person,what,period_from,period_until,number\n");
    let mut estimates = String::from(
        "cohort,provider,period_from,period_until,reported_on,people,counterfactual,actual,unit,method,method_hash\n",
    );
    for month in 0..24 {
        let from = start.plus_months(month).expect("a date");
        let until = start.plus_months(month + 1).expect("a date");
        for provider in ["riverside", "harbour"] {
            for (part, whom) in ["", "p1", "p2"].iter().enumerate() {
                let what = numbers.pick(&["family", "family", "ward"]);
                let number = numbers.below(90);
                writeln!(counts, "N{month}-{provider}-{part},{provider},{whom},{what},{from},{until},{number}.5")
                    .expect("text");
            }
            writeln!(capacity, "{provider},{from},{until},{}.5,{}.123456789", 10 + numbers.below(5), numbers.below(9))
                .expect("text");
        }
        let hash = "0f".repeat(32);
        writeln!(
            estimates,
            "c{month},riverside,{from},{until},{until},100,{}.25,40,percent,matched,{hash}",
            numbers.below(90)
        )
        .expect("text");
    }
    Evidence::of(&[
        ("spells", &spells),
        ("reviews", &reviews),
        ("events", &events),
        ("referrals", &referrals),
        ("contacts", &contacts),
        ("assessments", &assessments),
        ("goals", &goals),
        ("feedback", &feedback),
        ("capacity", &capacity),
        ("counts", &counts),
        ("estimates", &estimates),
    ])
}
