//! Is evidence used twice, nearly copied, impossible, made in batches, or full of round numbers?
//!
//! The checking of sustainment claims in the Work Programme was inconsistent, and a flawed measure put 11 million pounds
//! paid by March 2014 and a further 25 million in doubt (National Audit Office, 2014). The page
//! `docs/reference/guardrails/g24-invented-evidence.md` says how to read the figures.

mod deadline;
mod impossible;

use std::collections::BTreeMap;

use meed_units::counted;

use super::{
    About, Figure, Indicator, Measure, Need, Parameter, Parameters,
    shared,
};
use crate::{
    caseload::{Caseload, Claim, EvidenceItem, ProviderId, Window, Word, WorkerId},
    day::Day,
    finding::{Comparator, ComparatorKind, Family, Finding, RowRef, Rows, Step, Subject},
    method::{
        batches, digits,
        shingles::{self, Shingles},
    },
    picture::{LabelledBar, Picture},
};

/// Invented or recycled evidence.
pub struct InventedEvidence;

static ABOUT: About = About {
    id: "G24",
    name: "invented-evidence",
    question: "Is evidence used twice, nearly copied, impossible in time, made in batches, or full of round numbers?",
    needs: &[Need::Claims, Need::EvidenceItems],
    parameters: &[
        Parameter { name: "window-days", default: 365.0, about: "claims sent in within this many days", source: None },
        Parameter { name: "likeness", default: 0.9, about: "Jaccard's coefficient from which two texts are nearly the same", source: None },
        Parameter { name: "shingle-words", default: 3.0, about: "words in a run that is compared", source: None },
        Parameter { name: "least-shingles", default: 5.0, about: "texts with fewer runs are too short to compare", source: None },
        Parameter {
            name: "records-in-ten-minutes",
            default: 20.0,
            about: "records by one user in ten minutes, above which to ask",
            source: None,
        },
        Parameter { name: "days-before-deadline", default: 3.0, about: "last days before a deadline, the deadline among them", source: None },
        Parameter {
            name: "before-deadline-more",
            default: 0.10,
            about: "share of claims completed in those days, above that of the other providers, above which to ask",
            source: None,
        },
        Parameter { name: "least-claims", default: 30.0, about: "the fewest claims with dated evidence for the two questions on deadlines", source: None },
        Parameter { name: "crowd-p", default: 0.01, about: "chance below which a crowd of records is worth asking about", source: None },
        Parameter { name: "replicates", default: 999.0, about: "times that days are drawn for that chance", source: None },
        Parameter { name: "seed", default: 1.0, about: "seed of the draws", source: None },
        Parameter {
            name: "meetings-share",
            default: 0.02,
            about: "share of meetings that cannot have taken place, above which to ask: some are visits, or wrong dates",
            source: None,
        },
        Parameter { name: "digits-p", default: 0.01, about: "chance below which digits are worth asking about", source: None },
        Parameter {
            name: "first-digits",
            default: digits::NOT_CONFORMING,
            about: "mean absolute deviation from Benford's law that does not conform",
            source: Some("Nigrini, Benford's Law (2012), from memory"),
        },
    ],
    family: Family::Ordinary,
    could_also_be: &[
        "one letter that covers several outcomes or several people, such as a tenancy or a payroll",
        "a blank form or a template uploaded by mistake",
        "a wrong date, or records entered late by somebody who caught up after leave",
        "instruments that people answer in round numbers everywhere",
    ],
    steps: (Step::R2, Step::R3),
};

static RECYCLED: Measure = Measure {
    name: "recycled-evidence",
    formula: "G24a/1",
    text: "claims with evidence of the same content as another claim's; each holds that claim",
    untested: true,
};
static COPIED: Measure = Measure {
    name: "nearly-copied-texts",
    formula: "G24b/1",
    text: "claims with a text whose runs of words are shared with another claim's, by Jaccard's coefficient",
    untested: true,
};
static IMPOSSIBLE: Measure = Measure {
    name: "impossible-sequences",
    formula: "G24c/1",
    text: "claims whose evidence is later than the claim, whose outcome lies before the referral or after death; \
           meetings after death, in custody or in hospital, or in two places at once",
    untested: true,
};
static BATCHES: Measure = Measure {
    name: "records-in-ten-minutes",
    formula: "G24d/1",
    text: "most records by one user within ten minutes",
    untested: true,
};
static LAST_DIGITS: Measure = Measure {
    name: "last-digits",
    formula: "G24e/1",
    text: "chi-squared of last digits against those of the other providers",
    untested: false,
};
static FIRST_DIGITS: Measure = Measure {
    name: "first-digits",
    formula: "G24f/1",
    text: "mean absolute deviation of first digits from log10(1 + 1/d); only for amounts without limits",
    untested: false,
};

impl Indicator for InventedEvidence {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, caseload: &Caseload, parameters: &Parameters, as_of: Day) -> Vec<Finding> {
        let window = Window::days_to(as_of, parameters.days("window-days"));
        let claims = Claims::of(caseload, as_of, window);
        let items: Vec<(&EvidenceItem, usize)> = caseload
            .evidence_items
            .iter()
            .filter(|item| item.recorded_on <= as_of)
            .filter_map(|item| claims.place(item.claim).map(|place| (item, place)))
            .collect();
        let mut rows = vec![Own::default(); caseload.providers.len()];
        recycled(&claims, &items, &mut rows);
        copied(caseload, &claims, &items, parameters, &mut rows);
        impossible::find(caseload, &claims, &items, as_of, window, &mut rows);
        let completed = deadline::completed(&claims, &items, caseload.providers.len());
        let last = last_digits(&claims, &items, caseload.providers.len());
        let mut findings = Vec::new();
        for provider in caseload.in_contract() {
            let own = &rows[provider.place()];
            let subject = Subject::provider(caseload.names.provider(provider));
            let listed = |places: &[usize]| -> Vec<RowRef> {
                places.iter().map(|place| claims.row(caseload, *place)).collect()
            };
            let n = claims.of_provider[provider.place()];
            let told = |measure: &'static Measure, rows: Vec<RowRef>, holds: bool, what: &str| {
                let draft = ABOUT.draft(parameters, measure, window).of(subject.clone(), n as f64, "claims", 1.0);
                let found = rows.len();
                let figure =
                    Figure { value: found as f64, worth_asking: found > 0, act: holds && found > 0, ..Figure::default() };
                let says = format!("{} {what}", counted(found, "claim", "claims"));
                let comparator =
                    Comparator { kind: ComparatorKind::Agreed, what: "none".into(), value: Some(0.0) };
                let mut finding = draft.figure(figure, comparator, says).input("claims", n as f64);
                finding.rows = Rows::of(rows);
                finding
            };
            findings.push(told(&RECYCLED, listed(&own.recycled), true, "with evidence that another claim uses too"));
            findings.push(told(&COPIED, listed(&own.copied), false, "with a text nearly the same as another claim's"));
            findings.push(impossible::finding(caseload, &claims, own, parameters, window, &subject, n));
            findings.push(batched(caseload, provider, &claims, &items, parameters, window, &subject));
            findings.push(deadline::before(caseload, provider, &completed, parameters, window, &subject));
            findings.push(deadline::crowded(provider, &completed, parameters, window, &subject));
            findings.push(digits_of(provider, &last, parameters, window, &subject));
            findings.extend(first_digits(provider, &claims, &items, parameters, window, &subject));
        }
        findings
    }
}

/// Claims known by a day, by the identity that evidence names.
struct Claims<'c> {
    all: Vec<&'c Claim>,
    /// By word: place in `all`, or none.
    by_word: Vec<u32>,
    of_provider: Vec<usize>,
    /// Whether a claim was sent in within the window.
    now: Vec<bool>,
}

const NONE: u32 = u32::MAX;

impl<'c> Claims<'c> {
    fn of(caseload: &'c Caseload, as_of: Day, window: Window) -> Claims<'c> {
        let all: Vec<&Claim> = caseload.claims.iter().filter(|claim| claim.known_on <= as_of).collect();
        let mut by_word = vec![NONE; caseload.names.counts()[3]];
        let mut of_provider = vec![0; caseload.providers.len()];
        for (place, claim) in all.iter().enumerate() {
            by_word[claim.id.place()] = u32::try_from(place).unwrap_or(NONE);
            of_provider[claim.provider.place()] += usize::from(window.contains(claim.known_on));
        }
        let now = all.iter().map(|claim| window.contains(claim.known_on)).collect();
        Claims { all, by_word, of_provider, now }
    }

    fn place(&self, id: Word) -> Option<usize> {
        self.by_word.get(id.place()).filter(|place| **place != NONE).map(|place| *place as usize)
    }

    fn row(&self, caseload: &Caseload, place: usize) -> RowRef {
        let claim = self.all[place];
        shared::row(caseload, "claims", claim.person, claim.id)
    }
}

/// What was found of one provider: places of claims, and meetings.
#[derive(Clone, Default)]
struct Own {
    recycled: Vec<usize>,
    copied: Vec<usize>,
    impossible: Vec<usize>,
    late_evidence: usize,
    before_referral: usize,
    after_death: usize,
    meetings: Vec<RowRef>,
    /// Meetings face to face in all.
    met: usize,
}

/// Items whose content stands under more than one claim.
fn recycled(claims: &Claims<'_>, items: &[(&EvidenceItem, usize)], rows: &mut [Own]) {
    let mut by_content: Vec<(Word, usize)> =
        items.iter().filter_map(|(item, place)| item.hash.map(|hash| (hash, *place))).collect();
    by_content.sort_unstable();
    by_content.dedup();
    for same in by_content.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
        for (_, place) in same.iter().filter(|(_, place)| claims.now[*place]) {
            rows[claims.all[*place].provider.place()].recycled.push(*place);
        }
    }
    for own in rows {
        own.recycled.sort_unstable();
        own.recycled.dedup();
    }
}

/// Texts that are nearly the same under different claims. Equal content is counted above already.
fn copied(
    caseload: &Caseload,
    claims: &Claims<'_>,
    items: &[(&EvidenceItem, usize)],
    parameters: &Parameters,
    rows: &mut [Own],
) {
    let words = parameters.get("shingle-words").max(1.0) as usize;
    let least = parameters.get("least-shingles").max(1.0) as usize;
    let mut texts: Vec<(Word, usize)> =
        items.iter().filter_map(|(item, place)| item.text.map(|text| (text, *place))).collect();
    texts.sort_unstable();
    texts.dedup();
    let groups: Vec<&[(Word, usize)]> = texts.chunk_by(|a, b| a.0 == b.0).collect();
    let cut: Vec<Shingles> = groups.iter().map(|group| Shingles::of(caseload.names.word(group[0].0), words)).collect();
    let mut alike = vec![false; texts.len()];
    let starts: Vec<usize> = groups
        .iter()
        .scan(0, |at, group| {
            let from = *at;
            *at += group.len();
            Some(from)
        })
        .collect();
    let mut mark = |group: usize| alike[starts[group]..starts[group] + groups[group].len()].fill(true);
    for (group, same) in groups.iter().enumerate() {
        if same.len() > 1 && cut[group].len() >= least {
            mark(group);
        }
    }
    let long: Vec<usize> = (0..cut.len()).filter(|group| cut[*group].len() >= least).collect();
    let compared: Vec<Shingles> = long.iter().map(|group| cut[*group].clone()).collect();
    for pair in shingles::near_duplicates(&compared, parameters.get("likeness")) {
        let (left, right) = (long[pair.left], long[pair.right]);
        // One claim may hold the same note twice.
        if groups[left].len() > 1 || groups[right].len() > 1 || groups[left][0].1 != groups[right][0].1 {
            mark(left);
            mark(right);
        }
    }
    for ((_, place), _) in texts.iter().zip(&alike).filter(|(_, alike)| **alike) {
        if claims.now[*place] {
            rows[claims.all[*place].provider.place()].copied.push(*place);
        }
    }
    for own in rows {
        own.copied.sort_unstable();
        own.copied.dedup();
    }
}

/// The user with most records within ten minutes.
fn batched(
    caseload: &Caseload,
    provider: ProviderId,
    claims: &Claims<'_>,
    items: &[(&EvidenceItem, usize)],
    parameters: &Parameters,
    window: Window,
    subject: &Subject,
) -> Finding {
    let mut times = BTreeMap::<WorkerId, Vec<i64>>::new();
    let mut timed = 0;
    for (item, place) in items {
        if claims.all[*place].provider != provider || !window.contains(item.recorded_on) {
            continue;
        }
        if let (Some(at), Some(worker)) = (item.recorded_at, item.worker) {
            times.entry(worker).or_default().push(item.recorded_on.number() * 1_440 + i64::from(at.get()));
            timed += 1;
        }
    }
    let draft = ABOUT
        .draft(parameters, &BATCHES, window)
        .of(subject.clone(), f64::from(timed), "records with a time and a user", 10.0);
    let fullest = times
        .iter()
        .filter_map(|(worker, times)| batches::fullest(times, 10).map(|(most, from)| (most, *worker, from)))
        .max_by_key(|(most, worker, _)| (*most, std::cmp::Reverse(*worker)));
    let Some((most, worker, from)) = fullest else { return draft.too_few() };
    let limit = parameters.get("records-in-ten-minutes");
    let figure = Figure { value: most as f64, worth_asking: most as f64 > limit, ..Figure::default() };
    let says = format!(
        "{} made {} within ten minutes on {}",
        caseload.names.worker(worker),
        counted(most, "record", "records"),
        Day::from_number(from.div_euclid(1_440))
    );
    let comparator = Comparator { kind: ComparatorKind::Agreed, what: "records in ten minutes above which to ask".into(), value: Some(limit) };
    draft.figure(figure, comparator, says)
}

/// Last digits of numbers that evidence states, by provider.
fn last_digits(claims: &Claims<'_>, items: &[(&EvidenceItem, usize)], providers: usize) -> Vec<[usize; 10]> {
    let mut counts = vec![[0; 10]; providers];
    for (item, place) in items.iter().filter(|(_, place)| claims.now[*place]) {
        if let Some(value) = item.value.filter(|value| value.is_finite() && *value >= 10.0 && *value < 1e15) {
            counts[claims.all[*place].provider.place()][(value.round() as u64 % 10) as usize] += 1;
        }
    }
    counts
}

fn digits_of(
    provider: ProviderId,
    counts: &[[usize; 10]],
    parameters: &Parameters,
    window: Window,
    subject: &Subject,
) -> Finding {
    let own = counts[provider.place()];
    let mut others = [0; 10];
    for (_, other) in counts.iter().enumerate().filter(|(place, _)| *place != provider.place()) {
        for (sum, count) in others.iter_mut().zip(other) {
            *sum += count;
        }
    }
    let n: usize = own.iter().sum();
    let wide: usize = others.iter().sum();
    let draft = ABOUT
        .draft(parameters, &LAST_DIGITS, window)
        .of(subject.clone(), n as f64, "stated numbers of two digits or more", digits::FEWEST_LAST as f64);
    if n < digits::FEWEST_LAST {
        return draft.too_few();
    }
    let (reference, kind, what) = if wide >= digits::FEWEST_LAST {
        (Some(&others), ComparatorKind::OtherProviders, "last digits of the other providers")
    } else {
        (None, ComparatorKind::Reference, "every digit equally often")
    };
    let found = match digits::compare_last(own, reference) {
        Ok(found) => found,
        Err(refusal) => return draft.refused(&format!("{refusal}: {}", refusal.remedy())),
    };
    let figure = Figure {
        value: found.chi_squared,
        p: Some(found.p),
        worth_asking: found.p < parameters.get("digits-p"),
        ..Figure::default()
    };
    let round = own[0] + own[5];
    let says = format!("{round} of {n} stated numbers end in 0 or 5");
    let comparator = Comparator { kind, what: what.into(), value: None };
    let mut finding = draft.figure(figure, comparator, says).input("degrees-of-freedom", found.df);
    let expected = |digit: usize| match reference {
        Some(others) => others[digit] as f64 / wide as f64,
        None => 0.1,
    };
    finding.picture = Some(Picture::Bars {
        x: "last digit".into(),
        y: "share of stated numbers".into(),
        bars: (0..10)
            .map(|digit| LabelledBar {
                name: digit.to_string(),
                value: own[digit] as f64 / n as f64,
                expected: Some(expected(digit)),
                interval: None,
                cases: own[digit] as f64,
            })
            .collect(),
    });
    finding
}

/// First digits, where the law can hold; nothing is said where it cannot.
fn first_digits(
    provider: ProviderId,
    claims: &Claims<'_>,
    items: &[(&EvidenceItem, usize)],
    parameters: &Parameters,
    window: Window,
    subject: &Subject,
) -> Option<Finding> {
    let values: Vec<f64> = items
        .iter()
        .filter(|(_, place)| claims.now[*place] && claims.all[*place].provider == provider)
        .filter_map(|(item, _)| item.value)
        .collect();
    let found = digits::benford(&values).ok()?;
    let n: usize = found.counts.iter().sum();
    let limit = parameters.get("first-digits");
    let figure = Figure {
        value: found.mean_absolute_deviation,
        p: Some(found.p),
        worth_asking: found.mean_absolute_deviation > limit && found.p < parameters.get("digits-p"),
        ..Figure::default()
    };
    let draft = ABOUT
        .draft(parameters, &FIRST_DIGITS, window)
        .of(subject.clone(), n as f64, "amounts without limits", digits::FEWEST_FIRST as f64);
    let says = format!("first digits of {n} amounts lie {:.3} from Benford's law on average", found.mean_absolute_deviation);
    let comparator = Comparator { kind: ComparatorKind::Reference, what: "Benford's law".into(), value: Some(limit) };
    Some(draft.figure(figure, comparator, says))
}
