//! Caseloads made by hand, row by row, in the words of a service.

#![allow(dead_code)] // What the tests of one indicator do not use, those of the next do.

use std::num::NonZeroU16;

use meed_guardrails::{
    Day,
    caseload::{
        Assessment, AssessmentStanding, Caseload, Contact, ContactMode, Decision, Event, EventKind, HurdleDay,
        PersonId, Referral, RiskScore, Spell, SpellEnd, SpellKind,
    },
    finding::Finding,
    indicator::{self, Parameters},
};

/// A caseload being made. Bands are `low`, `middle`, `high`.
pub struct Scene {
    pub caseload: Caseload,
    rows: usize,
}

pub fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

impl Scene {
    pub fn new() -> Scene {
        let mut caseload = Caseload::default();
        caseload.scheme.contract = "made-up".into();
        caseload.scheme.bands = ["low", "middle", "high"].map(String::from).to_vec();
        caseload.scheme.go_live = Some(day("2012-04-01"));
        Scene { caseload, rows: 0 }
    }

    /// The identity of the next row.
    pub fn row(&mut self) -> meed_guardrails::caseload::Word {
        self.rows += 1;
        let id = format!("row-{}", self.rows);
        self.caseload.names.word_of(&id)
    }

    pub fn person(&mut self, key: &str) -> PersonId {
        self.caseload.person(key)
    }

    pub fn referred(&mut self, key: &str, provider: &str, on: &str, decision: Decision) -> &mut Scene {
        let (person, provider, id) = (self.person(key), self.caseload.provider(provider), self.row());
        let on = day(on);
        self.caseload.referrals.push(Referral {
            person,
            on,
            known_on: on,
            id,
            provider,
            source: None,
            decision,
            decided_on: Some(on),
            reason: None,
            passed_to: None,
        });
        self
    }

    pub fn assessed(&mut self, key: &str, assessor: &str, on: &str, band: u8) -> &mut Scene {
        self.scored(key, assessor, on, band, None, AssessmentStanding::Provisional)
    }

    pub fn scored(
        &mut self,
        key: &str,
        assessor: &str,
        on: &str,
        band: u8,
        score: Option<f32>,
        standing: AssessmentStanding,
    ) -> &mut Scene {
        let (person, assessor, id) = (self.person(key), self.caseload.provider(assessor), self.row());
        let on = day(on);
        self.caseload.assessments.push(Assessment {
            person,
            on,
            known_on: on,
            id,
            assessor,
            worker: None,
            band,
            effective_from: on,
            standing,
            score,
            instrument: None,
        });
        self
    }

    pub fn treated(&mut self, key: &str, provider: &str, from: Day, until: Option<Day>, end: SpellEnd) -> &mut Scene {
        let (person, provider, id) = (self.person(key), self.caseload.provider(provider), self.row());
        self.caseload.spells.push(Spell {
            person,
            started_on: from,
            known_on: until.unwrap_or(from),
            id,
            provider,
            kind: SpellKind::Treatment,
            ended_on: until,
            end,
            worker: None,
            modality: None,
            problem: None,
        });
        self
    }

    pub fn met(&mut self, key: &str, provider: &str, on: Day, minutes: u16) -> &mut Scene {
        let (person, provider) = (self.person(key), self.caseload.provider(provider));
        self.caseload.contacts.push(Contact {
            person,
            on,
            known_on: on,
            provider,
            mode: ContactMode::FaceToFace,
            attended: true,
            minutes: NonZeroU16::new(minutes),
            at: None,
            worker: None,
            kind: None,
        });
        self
    }

    pub fn happened(&mut self, key: &str, kind: EventKind, on: Day) -> &mut Scene {
        let (person, id) = (self.person(key), self.row());
        self.caseload.events.push(Event {
            person,
            on,
            known_on: on,
            id,
            provider: None,
            kind,
            until: None,
            quantity: None,
            detail: None,
        });
        self
    }

    /// A chance of success, worked out on a day.
    pub fn chance(&mut self, key: &str, on: Day, chance: f32) -> &mut Scene {
        let (person, model) = (self.person(key), self.caseload.names.word_of("made-up/1"));
        self.caseload.risk_scores.push(RiskScore { person, on, known_on: on, model, chance });
        self
    }

    /// A day on which a payment falls due.
    pub fn due(&mut self, key: &str, provider: &str, on: Day, after_exit: bool) -> &mut Scene {
        let (person, provider) = (self.person(key), self.caseload.provider(provider));
        let clause = self.caseload.names.word_of("outcome");
        self.caseload.hurdle_days.push(HurdleDay { person, on, known_on: on, provider, clause, after_exit });
        self
    }

    /// Parties that are not paid by the contract.
    pub fn outside(&mut self, names: &[&str]) -> &mut Scene {
        for name in names {
            let provider = self.caseload.provider(name);
            self.caseload.providers[provider.place()].in_contract = false;
        }
        self
    }

    /// Asks one indicator at its defaults.
    pub fn ask(&self, id: &str, as_of: &str) -> Vec<Finding> {
        self.ask_with(id, as_of, &[])
    }

    /// Asks one indicator with some parameters set.
    pub fn ask_with(&self, id: &str, as_of: &str, set: &[(&str, f64)]) -> Vec<Finding> {
        let indicator = indicator::indicator(id).expect("an indicator");
        let mut parameters: Parameters = indicator.about().defaults();
        for (name, value) in set {
            parameters.set(name, *value).expect("a parameter");
        }
        indicator.ask(&self.caseload.clone().arranged(), &parameters, day(as_of))
    }
}

/// The one finding of a measure about a provider.
#[track_caller]
pub fn only<'f>(findings: &'f [Finding], measure: &str, provider: &str) -> &'f Finding {
    let own: Vec<&Finding> = findings
        .iter()
        .filter(|finding| finding.measure == measure && finding.subject.provider.as_deref() == Some(provider))
        .collect();
    assert_eq!(own.len(), 1, "{measure} of {provider}: {findings:#?}");
    own[0]
}

/// Reads as: this figure is near that one.
#[track_caller]
pub fn near(finding: &Finding, value: f64, within: f64) {
    let found = finding.value.unwrap_or_else(|| panic!("no figure: {}", finding.says));
    assert!((found - value).abs() < within, "{found} is not near {value}: {}", finding.says);
}

/// The findings of one measure, by subject.
pub fn measure<'f>(findings: &'f [Finding], measure: &str) -> Vec<&'f Finding> {
    findings.iter().filter(|finding| finding.measure == measure).collect()
}

/// Reads as: the figure beside this finding is near that one.
#[track_caller]
pub fn beside<'f>(
    finding: &'f Finding,
    measure: &str,
    value: f64,
    within: f64,
) -> &'f meed_guardrails::finding::Beside {
    let told: Vec<&str> = finding.beside.iter().map(|figure| figure.measure.as_str()).collect();
    let figure = finding.beside.iter().find(|figure| figure.measure == measure);
    let figure = figure.unwrap_or_else(|| panic!("no `{measure}` beside it, but {told:?}"));
    assert!((figure.value - value).abs() < within, "{measure}: {} is not near {value}", figure.value);
    figure
}
