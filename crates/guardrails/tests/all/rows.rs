//! Further rows for caseloads made by hand: claims, evidence, months, measures, help and answers.

use std::num::NonZeroU16;

use meed_guardrails::{
    Day, Standing,
    caseload::{
        Claim, ClaimState, EventKind, EvidenceItem, Goal, Group, Intervention, MeasureValue, PaidElsewhere,
        ProviderMonth, ReviewAnswer, RiskScore, Source, WorkerKind, WorkerMonth,
    },
    finding::Finding,
};

use crate::scene::{Scene, day};

/// The finding of a measure about a subject, as `Subject` prints it.
#[track_caller]
pub fn found<'f>(findings: &'f [Finding], measure: &str, subject: &str) -> &'f Finding {
    let like = |finding: &&Finding| finding.measure == measure && finding.subject.to_string() == subject;
    findings.iter().find(like).unwrap_or_else(|| panic!("no `{measure}` of {subject}"))
}

/// Reads as: measure, subject, standing.
#[track_caller]
pub fn stands(findings: &[Finding], measure: &str, subject: &str, standing: Standing) {
    let finding = found(findings, measure, subject);
    assert_eq!(finding.standing, standing, "{measure}: {} {:?} p {:?}", finding.says, finding.value, finding.p);
}

/// Months from one day on, by their first days.
pub fn months(first: &str, how_many: i32) -> Vec<Day> {
    let first = day(first).month();
    (first..first + how_many).map(Day::of_month).collect()
}

impl Scene {
    /// A claim over the 28 days up to a day, sent in some days later.
    pub fn claimed(&mut self, key: &str, provider: &str, outcome: &str, on: Day, sent_after: i64) -> String {
        let (person, provider, id) = (self.person(key), self.caseload.provider(provider), self.row());
        let outcome = self.caseload.names.word_of(outcome);
        self.caseload.claims.push(Claim {
            person,
            on,
            known_on: on.plus(sent_after),
            id,
            provider,
            outcome,
            from: Some(on.plus(-28)),
            until: Some(on),
            band: None,
            amount: Some(1_000.0),
            state: ClaimState::Claimed,
            worker: None,
        });
        self.caseload.names.word(id).to_owned()
    }

    pub fn paid_elsewhere(&mut self, key: &str, scheme: &str, outcome: &str, on: Day, chance: Option<f32>) {
        let (person, id) = (self.person(key), self.row());
        let (scheme, outcome) = (self.caseload.names.word_of(scheme), self.caseload.names.word_of(outcome));
        self.caseload.paid_elsewhere.push(PaidElsewhere {
            person,
            on,
            known_on: on,
            id,
            scheme,
            outcome,
            from: Some(on.plus(-30)),
            until: Some(on),
            match_chance: chance,
        });
    }

    /// Evidence of a claim, with its content, made and recorded on a day at a minute.
    pub fn evidence(&mut self, claim: &str, content: &str, on: Day, at: u16) -> &mut EvidenceItem {
        let (id, claim, hash) = (self.row(), self.caseload.names.word_of(claim), self.caseload.names.word_of(content));
        let worker = self.caseload.names.worker_of("somebody");
        self.caseload.evidence_items.push(EvidenceItem {
            id,
            claim,
            kind: None,
            hash: Some(hash),
            text: None,
            captured_on: on,
            recorded_on: on,
            recorded_at: NonZeroU16::new(at),
            worker: Some(worker),
            value: None,
        });
        self.caseload.evidence_items.last_mut().expect("just put in")
    }

    pub fn month(&mut self, provider: &str, on: Day) -> &mut ProviderMonth {
        let provider = self.caseload.provider(provider);
        self.caseload.provider_months.push(ProviderMonth {
            provider,
            on,
            known_on: on.plus(40),
            cash: None,
            facility: None,
            cost: None,
            income: None,
            results_income: None,
            debtors: None,
            volume: None,
            volume_bid: None,
            recording_minutes: None,
            worked_minutes: None,
            verification_cost: None,
            qualified_minutes_bid: None,
        });
        self.caseload.provider_months.last_mut().expect("just put in")
    }

    pub fn worker(&mut self, name: &str, provider: &str, on: Day, kind: WorkerKind) -> &mut WorkerMonth {
        let (provider, worker) = (self.caseload.provider(provider), self.caseload.names.worker_of(name));
        self.caseload.workforce.push(WorkerMonth {
            provider,
            on,
            known_on: on.plus(40),
            worker,
            kind,
            fte: 1.0,
            caseload: None,
            hours_agreed: None,
            hours_worked: None,
            sick_days: None,
            joined_on: None,
            left_on: None,
            pulse: None,
        });
        self.caseload.workforce.last_mut().expect("just put in")
    }

    /// A measure in a month, where more is better; of the region when no provider is given.
    pub fn measured(&mut self, provider: Option<&str>, measure: &str, paid: bool, on: Day, value: f64) {
        let provider = provider.map(|name| self.caseload.provider(name));
        let measure = self.caseload.names.word_of(measure);
        self.caseload.measures.push(MeasureValue {
            provider,
            measure,
            on,
            known_on: on.plus(40),
            paid,
            more_is_better: true,
            value,
            people: 100.0,
        });
    }

    /// Help of a kind, with a goal that it serves or not.
    pub fn helped(&mut self, key: &str, provider: &str, kind: &str, on: Day, linked: bool) {
        let (person, provider) = (self.person(key), self.caseload.provider(provider));
        let (id, goal, kind) = (self.row(), self.row(), self.caseload.names.word_of(kind));
        self.caseload.goals.push(Goal { person, on, known_on: on, id: goal, provider, met_on: None });
        let goal = linked.then_some(goal);
        self.caseload.interventions.push(Intervention {
            person,
            on,
            known_on: on,
            id,
            provider,
            kind,
            until: None,
            goal,
        });
    }

    pub fn answered(&mut self, key: &str, provider: &str, item: &str, source: Source, on: Day, value: f32) {
        let (person, provider, id) = (self.person(key), self.caseload.provider(provider), self.row());
        let item = self.caseload.names.word_of(item);
        let value = Some(value);
        self.caseload.reviews.push(ReviewAnswer { person, on, known_on: on, id, provider, item, value, source });
    }

    pub fn likely(&mut self, key: &str, on: Day, chance: f32) {
        let (person, model) = (self.person(key), self.caseload.names.word_of("model"));
        self.caseload.risk_scores.push(RiskScore { person, on, known_on: on, model, chance });
    }

    pub fn unpaid(&mut self, key: &str) {
        let person = self.person(key);
        self.caseload.people[person.place()].group = Group::Comparison;
    }

    /// The last event put in, with a quantity.
    pub fn sought(&mut self, key: &str, on: Day, found: bool) {
        self.happened(key, EventKind::FollowUp, on);
        self.caseload.events.last_mut().expect("just put in").quantity = Some(if found { 1.0 } else { 0.0 });
    }
}
