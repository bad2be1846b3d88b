//! What an indicator is, the list of all, and how a caseload is asked every question at once.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    caseload::{Caseload, Window},
    day::Day,
    family,
    finding::{Comparator, Denominator, Direction, Family, Finding, Interval, Rows, Standing, Step, Subject},
};

/// A question asked of a caseload.
pub trait Indicator: Sync {
    /// What it is.
    fn about(&self) -> &'static About;

    /// Its answers, as known on `as_of`: one for each subject and measure, in the order of subjects.
    ///
    /// A figure with fewer cases than it needs is a finding of standing [`Standing::TooFew`]. What keeps the question
    /// from being asked at all (a table that is not there) is told by [`About::needs`] before this is called.
    fn ask(&self, caseload: &Caseload, parameters: &Parameters, as_of: Day) -> Vec<Finding>;
}

/// What an indicator is: printed on its page, in the report and in `findings.json`.
#[derive(Debug)]
pub struct About {
    /// `G01`.
    pub id: &'static str,
    /// `creaming-at-the-front-door`: as in the name of its page.
    pub name: &'static str,
    /// The question in practitioners' words.
    pub question: &'static str,
    /// Tables without which it cannot be asked.
    pub needs: &'static [Need],
    /// Numbers it works with.
    pub parameters: &'static [Parameter],
    /// Whether it is about harm, about support, or neither.
    pub family: Family,
    /// What else could look like it.
    pub could_also_be: &'static [&'static str],
    /// The step that worth-asking and act suggest, unless the contract says less.
    pub steps: (Step, Step),
}

/// A table, or a part of the contract, that a question needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Need {
    Referrals,
    ReferralDecisions,
    Assessments,
    Scores,
    Treatment,
    Contacts,
    ContactMinutes,
    Interventions,
    Reviews,
    Events,
    Goals,
    Claims,
    EvidenceItems,
    HurdleDays,
    PaidElsewhere,
    Deprivation,
    Workforce,
    ProviderMonths,
    Flows,
    Capacity,
    Measures,
    Tiers,
    Hurdles,
    RiskScores,
    Cutoffs,
    Tariffs,
    GoLive,
}

/// A number an indicator works with, which a contract may set.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Kebab-case.
    pub name: &'static str,
    /// Its value unless the contract sets another.
    pub default: f64,
    /// What it does.
    pub about: &'static str,
    /// Where the default comes from; none is a proposal of this project, to be set by the contract.
    pub source: Option<&'static str>,
}

/// Values of an indicator's parameters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameters {
    values: BTreeMap<&'static str, f64>,
}

/// Why a question could not be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotAsked {
    /// Which.
    pub indicator: String,
    /// Its question.
    pub question: String,
    /// What is missing.
    pub missing: Vec<Need>,
    /// What to do about it.
    pub remedy: String,
}

/// All answers to all questions.
#[derive(Clone, Debug, PartialEq)]
pub struct Answers {
    /// As known on this day.
    pub as_of: Day,
    /// By indicator, in the order asked.
    pub findings: Vec<Finding>,
    /// Questions that could not be asked.
    pub not_asked: Vec<NotAsked>,
    /// How many figures with a chance the false-discovery rule went over.
    pub tested: usize,
    /// The rate of false discoveries it allows.
    pub false_discovery_rate: f64,
}

/// The rate of false discoveries allowed among what is worth asking (ours).
pub const FALSE_DISCOVERY_RATE: f64 = 0.10;

/// An indicator with the parameters of a contract.
pub type Question<'q> = (&'q dyn Indicator, Parameters);

/// Asks every question, and allows for how many were asked.
pub fn ask(caseload: &Caseload, questions: &[Question<'_>], as_of: Day) -> Answers {
    let mut findings = Vec::new();
    let mut not_asked = Vec::new();
    for (indicator, parameters) in questions {
        let about = indicator.about();
        let missing: Vec<Need> = about.needs.iter().copied().filter(|need| !need.met(caseload)).collect();
        if missing.is_empty() {
            findings.extend(indicator.ask(caseload, parameters, as_of));
        } else {
            let told: Vec<&str> = missing.iter().map(|need| need.remedy()).collect();
            not_asked.push(NotAsked {
                indicator: about.id.to_owned(),
                question: about.question.to_owned(),
                remedy: told.join("; "),
                missing,
            });
        }
    }
    let tested = family::allow_for_many(&mut findings, FALSE_DISCOVERY_RATE);
    Answers { as_of, findings, not_asked, tested, false_discovery_rate: FALSE_DISCOVERY_RATE }
}

impl About {
    /// Every parameter at its default.
    pub fn defaults(&self) -> Parameters {
        Parameters { values: self.parameters.iter().map(|parameter| (parameter.name, parameter.default)).collect() }
    }

    /// A finding of this indicator, to be filled in: too few cases, until more is said of it.
    pub fn draft<'p>(
        &'static self,
        parameters: &'p Parameters,
        measure: &'static Measure,
        window: Window,
    ) -> Draft<'p> {
        Draft { about: self, parameters, measure, window, finding: None }
    }
}

impl Parameters {
    /// The parameter's value.
    ///
    /// # Panics
    /// When the indicator does not list the parameter: a mistake of its author that its first test shows.
    pub fn get(&self, name: &str) -> f64 {
        *self.values.get(name).unwrap_or_else(|| panic!("the indicator lists no parameter `{name}`"))
    }

    /// A parameter that counts days.
    pub fn days(&self, name: &str) -> i64 {
        #[allow(clippy::cast_possible_truncation)]
        let days = self.get(name).round() as i64;
        days
    }

    /// The parameters with one set; nothing changes when the indicator lists no such parameter.
    ///
    /// # Errors
    /// The names there are.
    pub fn set(&mut self, name: &str, value: f64) -> Result<(), Vec<&'static str>> {
        match self.values.iter_mut().find(|(known, _)| **known == name) {
            Some((_, held)) => {
                *held = value;
                Ok(())
            }
            None => Err(self.values.keys().copied().collect()),
        }
    }

    /// By name.
    pub fn told(&self) -> BTreeMap<String, f64> {
        self.values.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect()
    }
}

/// One of the figures of an indicator.
#[derive(Debug)]
pub struct Measure {
    /// Kebab-case: `acceptance-ratio`.
    pub name: &'static str,
    /// `G01a/1`: changes when the formula does.
    pub formula: &'static str,
    /// In words or symbols.
    pub text: &'static str,
    /// Whether a figure without a chance may still ask: a share against an agreed limit, a sentinel.
    pub untested: bool,
}

/// A finding being written down.
#[derive(Debug)]
pub struct Draft<'p> {
    about: &'static About,
    parameters: &'p Parameters,
    measure: &'static Measure,
    window: Window,
    finding: Option<Finding>,
}

/// A figure with all that belongs to it.
#[derive(Clone, Debug, Default)]
pub struct Figure {
    /// The figure.
    pub value: f64,
    /// Its interval.
    pub interval: Option<Interval>,
    /// Chance of a figure at least this far off if nothing was the matter.
    pub p: Option<f64>,
    /// Amber by its own threshold.
    pub worth_asking: bool,
    /// Red by its own threshold. Red is amber too.
    pub act: bool,
    /// Whether it lies the other way than feared.
    pub other_way: bool,
}

impl<'p> Draft<'p> {
    /// Begins the finding: of whom, and how many cases it has.
    #[must_use]
    pub fn of(mut self, subject: Subject, cases: f64, of: &str, least: f64) -> Draft<'p> {
        let about = self.about;
        self.finding = Some(Finding {
            id: Finding::identity(about.id, self.measure.name, &subject, self.window),
            indicator: about.id.to_owned(),
            name: about.name.to_owned(),
            question: about.question.to_owned(),
            subject,
            window: self.window,
            measure: self.measure.name.to_owned(),
            formula: self.measure.formula.to_owned(),
            formula_text: self.measure.text.to_owned(),
            parameters: self.parameters.told(),
            inputs: BTreeMap::new(),
            value: None,
            interval: None,
            p: None,
            q: None,
            denominator: Denominator { cases, of: of.to_owned(), least },
            comparator: Comparator { kind: crate::finding::ComparatorKind::None, what: "nothing".into(), value: None },
            direction: Direction::Neither,
            standing: Standing::TooFew,
            standing_alone: Standing::TooFew,
            step: Step::R0,
            family: about.family,
            says: format!("{cases} {of}: at least {least} are needed before a figure means anything"),
            could_also_be: about.could_also_be.iter().map(|text| (*text).to_owned()).collect(),
            warnings: Vec::new(),
            beside: Vec::new(),
            rows: Rows::default(),
            closed: None,
            answered: None,
            draws: None,
            picture: None,
        });
        self
    }

    /// The finding as too few cases.
    pub fn too_few(self) -> Finding {
        self.finding.expect("`of` comes first")
    }

    /// The finding as something that could not be worked out, and why.
    pub fn refused(self, why: &str) -> Finding {
        let mut finding = self.too_few();
        finding.says = format!("no figure: {why}");
        finding.warnings.push(why.to_owned());
        finding
    }

    /// The finding with its figure. Fewer cases than it needs, or a figure that is no number, leave it too few.
    pub fn figure(self, figure: Figure, comparator: Comparator, says: String) -> Finding {
        let (about, untested) = (self.about, self.measure.untested);
        let mut finding = self.too_few();
        finding.comparator = comparator;
        if !figure.value.is_finite() {
            finding.says = "no figure: the counts do not give one".to_owned();
            return finding;
        }
        finding.value = Some(figure.value);
        finding.interval =
            figure.interval.filter(|interval| interval.low.is_finite() && interval.high.is_none_or(f64::is_finite));
        finding.p = figure.p.filter(|p| p.is_finite());
        if finding.denominator.cases < finding.denominator.least {
            return finding;
        }
        finding.standing = match (figure.act, figure.worth_asking) {
            (true, _) => Standing::Act,
            (false, true) if untested || finding.p.is_some() => Standing::WorthAsking,
            _ => Standing::AsExpected,
        };
        finding.standing_alone = finding.standing;
        finding.direction = match (finding.standing, figure.other_way) {
            (_, true) => Direction::OtherWay,
            (Standing::WorthAsking | Standing::Act, false) => Direction::AsFeared,
            _ => Direction::Neither,
        };
        finding.step = step(about, finding.standing);
        finding.says = says;
        finding
    }
}

/// The step that a standing suggests.
pub(crate) fn step(about: &About, standing: Standing) -> Step {
    match standing {
        Standing::TooFew | Standing::AsExpected => Step::R0,
        Standing::WorthAsking => about.steps.0,
        Standing::Act => about.steps.1,
    }
}

impl Need {
    /// Whether the caseload has it.
    pub fn met(self, caseload: &Caseload) -> bool {
        use crate::caseload::{Decision, SpellKind};
        match self {
            Need::Referrals => !caseload.referrals.is_empty(),
            Need::ReferralDecisions => caseload.referrals.iter().any(|row| row.decision != Decision::None),
            Need::Assessments => !caseload.assessments.is_empty(),
            Need::Scores => caseload.assessments.iter().any(|row| row.score.is_some()),
            Need::Treatment => caseload.spells.iter().any(|row| row.kind == SpellKind::Treatment),
            Need::Contacts => !caseload.contacts.is_empty(),
            Need::ContactMinutes => caseload.contacts.iter().any(|row| row.minutes.is_some()),
            Need::Interventions => !caseload.interventions.is_empty(),
            Need::Reviews => !caseload.reviews.is_empty(),
            Need::Events => !caseload.events.is_empty(),
            Need::Goals => !caseload.goals.is_empty(),
            Need::Claims => !caseload.claims.is_empty(),
            Need::EvidenceItems => !caseload.evidence_items.is_empty(),
            Need::HurdleDays => !caseload.hurdle_days.is_empty(),
            Need::PaidElsewhere => !caseload.paid_elsewhere.is_empty(),
            Need::Deprivation => caseload.people.iter().any(|row| row.deprivation > 0),
            Need::Workforce => !caseload.workforce.is_empty(),
            Need::ProviderMonths => !caseload.provider_months.is_empty(),
            Need::Flows => !caseload.flows.is_empty(),
            Need::Capacity => !caseload.capacity.is_empty(),
            Need::Measures => !caseload.measures.is_empty(),
            Need::Tiers => !caseload.scheme.tiers.is_empty(),
            Need::Hurdles => !caseload.scheme.hurdles.is_empty(),
            Need::RiskScores => !caseload.risk_scores.is_empty(),
            Need::Cutoffs => caseload.scheme.cutoffs.len() > 1,
            Need::Tariffs => caseload.scheme.tariffs.len() > 1,
            Need::GoLive => caseload.scheme.go_live.is_some(),
        }
    }

    /// What to do so that it is there.
    pub fn remedy(self) -> &'static str {
        match self {
            Need::Referrals => "send the table `referrals`",
            Need::ReferralDecisions => "fill `decision` in `referrals`, for people who were turned away too",
            Need::Assessments => "send the table `assessments`",
            Need::Scores => "fill `score` in `assessments`",
            Need::Treatment => "send spells of treatment in `spells`",
            Need::Contacts => "send the table `contacts`",
            Need::ContactMinutes => "fill `minutes` in `contacts`",
            Need::Interventions => "send the table `interventions`",
            Need::Reviews => "send the table `reviews`",
            Need::Events => "send the table `events`, from registers that the provider does not keep",
            Need::Goals => "send the table `goals`",
            Need::Claims => "send the table `claims`",
            Need::EvidenceItems => "send the table `evidence-items`",
            Need::HurdleDays => "send the table `payment-days`, or terms with a hurdle in days",
            Need::PaidElsewhere => "send the table `payments-elsewhere`",
            Need::Deprivation => "fill `deprivation` in `people`",
            Need::Workforce => "send the table `workforce`",
            Need::ProviderMonths => "send the table `provider-months`",
            Need::Flows => "send the table `sub-payments`",
            Need::Capacity => "send the table `capacity`",
            Need::Measures => "send the table `measure-series`",
            Need::Tiers => "the contract has no edge at which pay jumps",
            Need::RiskScores => "send the table `risk-scores`, from a model fitted on days before the contract",
            Need::Hurdles => "the contract has no hurdle in days",
            Need::Cutoffs => "say in the contract from which score each band runs",
            Need::Tariffs => "the contract has no price by band",
            Need::GoLive => "say in the contract on which day it began to pay",
        }
    }
}

mod additional;
mod chances;
mod shared;

/// Declares the files of the indicators and lists them in order.
macro_rules! indicators {
    ($($module:ident :: $name:ident),* $(,)?) => {
        $(pub mod $module;)*

        /// All indicators, in the order of the catalogue.
        pub fn indicators() -> &'static [&'static dyn Indicator] {
            &[$(&$module::$name),*]
        }
    };
}

mod common;

indicators! {
    g01_creaming::Creaming,
    g02_unequal_in_band::UnequalInBand,
    g03_spatial::Spatial,
    g04_pass_through::PassThrough,
    g05_parking::Parking,
    g06_in_and_out::InAndOut,
    g07_at_payment::AtPayment,
    g08_unplanned::Unplanned,
    g09_upcoding::Upcoding,
    g10_reassessment::Reassessment,
    g11_delay::Delay,
    g12_exclusions::Exclusions,
    g13_just_enough::JustEnough,
    g14_held_out::HeldOut,
    g15_re_presentation::RePresentation,
    g16_death_after_discharge::DeathAfterDischarge,
    g17_other_harm::OtherHarm,
    g18_paid_twice::PaidTwice,
    g19_deadweight::Deadweight,
    g20_paying_for_noise::PayingForNoise,
    g21_burden::Burden,
    g22_insolvency::Insolvency,
    g23_stress::Stress,
    g24_invented_evidence::InventedEvidence,
    g25_missing_follow_up::MissingFollowUp,
    g26_whose_word::WhoseWord,
    g27_narrow_targets::NarrowTargets,
    g28_outside_shocks::OutsideShocks,
    g29_hollowing_out::HollowingOut,
    g30_one_track::OneTrack,
}

/// The indicator of this id or name.
pub fn indicator(id: &str) -> Option<&'static dyn Indicator> {
    indicators().iter().copied().find(|one| one.about().id.eq_ignore_ascii_case(id) || one.about().name == id)
}
