//! Does the provider report better results than people themselves or independent interviewers?
//!
//! The page `docs/reference/guardrails/g26-whose-word.md` says how to read the figures.

use std::collections::{BTreeMap, BTreeSet};

use meed_statistics::distribution::{Binomial, Continuous, Discrete, Student};
use meed_units::counted;

use super::{
    About, Figure, Indicator, Measure, Need, Parameter, Parameters,
    shared,
};
use crate::{
    caseload::{Caseload, Of, PersonId, ProviderId, ReviewAnswer, Source, Window, Word},
    day::Day,
    finding::{Comparator, ComparatorKind, Family, Finding, Step, Subject},
};

/// Whose word.
pub struct WhoseWord;

static ABOUT: About = About {
    id: "G26",
    name: "whose-word",
    question: "Does the provider report better results than people themselves or independent interviewers?",
    needs: &[Need::Reviews],
    parameters: &[
        Parameter { name: "window-days", default: 365.0, about: "answers of this many days", source: None },
        Parameter { name: "near-days", default: 14.0, about: "days that two answers of a pair may lie apart", source: None },
        Parameter { name: "least-people", default: 20.0, about: "the fewest people with a pair", source: None },
        Parameter { name: "p", default: 0.05, about: "chance below which a bias counts, two-sided", source: None },
    ],
    family: Family::Ordinary,
    could_also_be: &[
        "people who tell a stranger less than they tell a worker they trust, or more",
        "answers given some days apart, when something changed in between",
        "a question that is understood in two ways",
        "independent interviews held only where something seemed wrong",
    ],
    steps: (Step::R2, Step::R2),
};

static INDEPENDENT: Measure = Measure {
    name: "provider-against-independent",
    formula: "G26a/1",
    text: "mean over people of (provider - independent) in the better direction, in standard deviations of such differences; \
           Student's interval",
    untested: false,
};
static PERSON: Measure = Measure {
    name: "provider-against-person",
    formula: "G26b/1",
    text: "mean over people of (provider - person) in the better direction, in standard deviations of such differences; \
           Student's interval",
    untested: false,
};
static ABSTINENCE: Measure = Measure {
    name: "no-use-only-by-the-provider",
    formula: "G26c/1",
    text: "pairs where only the provider says no use, against those where only the other does; exact test of McNemar",
    untested: false,
};

/// Items of the Treatment Outcomes Profile and what is better: days of use and problems fewer, scales and work more.
/// Items of the contract's own measures say it themselves.
const MORE_IS_BETTER: [(&str, bool); 14] = [
    ("ALCUSE", false),
    ("OPIUSE", false),
    ("CRAUSE", false),
    ("COCAUSE", false),
    ("AMPHUSE", false),
    ("CANNUSE", false),
    ("OTDRGUSE", false),
    ("IVDRGUSE", false),
    ("ACUTHPBM", false),
    ("HRISK", false),
    ("QUALLIFE", true),
    ("PSYHSTAT", true),
    ("PHSTAT", true),
    ("PWORK", true),
];

/// Two answers about the same person and item: better by the provider, and by somebody else.
struct Pair {
    person: PersonId,
    provider: ProviderId,
    item: Word,
    /// Provider less other, in the better direction.
    difference: f64,
    /// Whether each says that there was no use; none for items that are not days of use.
    none: Option<(bool, bool)>,
}

impl Indicator for WhoseWord {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, caseload: &Caseload, parameters: &Parameters, as_of: Day) -> Vec<Finding> {
        let window = Window::days_to(as_of, parameters.days("window-days"));
        let better = directions(caseload);
        let uses: BTreeSet<Word> = MORE_IS_BETTER
            .iter()
            .filter(|(code, _)| code.ends_with("USE"))
            .filter_map(|(code, _)| caseload.names.known_word(code))
            .collect();
        let pairs = |source| -> Vec<Pair> {
            let near = parameters.days("near-days");
            caseload.everybody().flat_map(|of| paired(&of, source, near, (&better, &uses), window, as_of)).collect()
        };
        let (independent, person) = (pairs(Source::Independent), pairs(Source::Person));
        let mut findings = Vec::new();
        for provider in caseload.in_contract() {
            let subject = Subject::provider(caseload.names.provider(provider));
            findings.push(bias(&independent, provider, &INDEPENDENT, "independent interviewers", parameters, window, &subject));
            findings.push(bias(&person, provider, &PERSON, "people themselves", parameters, window, &subject));
            findings.push(no_use(&independent, provider, parameters, window, &subject));
        }
        findings
    }
}

/// Whether more of an item is better, for those that say.
fn directions(caseload: &Caseload) -> BTreeMap<Word, bool> {
    let known = MORE_IS_BETTER.iter().filter_map(|(code, more)| caseload.names.known_word(code).map(|word| (word, *more)));
    let measured = caseload.measures.iter().map(|row| (row.measure, row.more_is_better));
    known.chain(measured).collect()
}

fn paired(
    of: &Of<'_>,
    source: Source,
    near: i64,
    (better, uses): (&BTreeMap<Word, bool>, &BTreeSet<Word>),
    window: Window,
    as_of: Day,
) -> Vec<Pair> {
    let counts = |answer: &&ReviewAnswer| answer.known_on <= as_of && window.contains(answer.on);
    let others: Vec<&ReviewAnswer> = of.answers(source).filter(counts).collect();
    if others.is_empty() {
        return Vec::new();
    }
    let own: Vec<&ReviewAnswer> = of.answers(Source::Provider).filter(counts).collect();
    others
        .into_iter()
        .filter_map(|other| {
            let theirs = f64::from(other.value?);
            let more = *better.get(&other.item)?;
            let closest = own
                .iter()
                .filter(|one| one.item == other.item && one.value.is_some())
                .filter(|one| one.on.days_until(other.on).abs() <= near)
                .min_by_key(|one| (one.on.days_until(other.on).abs(), one.on, one.id))?;
            let provider = f64::from(closest.value?);
            let difference = if more { provider - theirs } else { theirs - provider };
            let none = uses.contains(&other.item).then_some((provider == 0.0, theirs == 0.0));
            (difference.is_finite()).then_some(Pair {
                person: of.person,
                provider: closest.provider,
                item: other.item,
                difference,
                none,
            })
        })
        .collect()
}

fn bias(
    pairs: &[Pair],
    provider: ProviderId,
    measure: &'static Measure,
    others: &str,
    parameters: &Parameters,
    window: Window,
    subject: &Subject,
) -> Finding {
    // The spread of each item's differences over all providers, so that items can be put together.
    let mut squares = BTreeMap::<Word, (f64, f64)>::new();
    for pair in pairs {
        let sum = squares.entry(pair.item).or_default();
        *sum = (sum.0 + pair.difference * pair.difference, sum.1 + 1.0);
    }
    let spread: BTreeMap<Word, f64> =
        squares.into_iter().map(|(item, (sum, n))| (item, (sum / n).sqrt())).filter(|(_, s)| *s > 0.0).collect();
    let mut by_person = BTreeMap::<PersonId, (f64, f64)>::new();
    let mut count = 0.0;
    for pair in pairs.iter().filter(|pair| pair.provider == provider) {
        let Some(spread) = spread.get(&pair.item) else { continue };
        let sum = by_person.entry(pair.person).or_default();
        *sum = (sum.0 + pair.difference / spread, sum.1 + 1.0);
        count += 1.0;
    }
    let means: Vec<f64> = by_person.values().map(|(sum, n)| sum / n).collect();
    let n = means.len() as f64;
    let least = parameters.get("least-people").max(2.0);
    let draft = ABOUT.draft(parameters, measure, window).of(subject.clone(), n, "people with a pair of answers", least);
    if n < least {
        return draft.too_few();
    }
    let mean = means.iter().sum::<f64>() / n;
    let error = (means.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0) / n).sqrt();
    if error == 0.0 {
        return draft.refused("all pairs differ by the same, so there is no spread to judge by");
    }
    let student = match Student::new(n - 1.0) {
        Ok(student) => student,
        Err(refusal) => return draft.refused(&format!("{refusal}: {}", refusal.remedy())),
    };
    let p = 2.0 * student.upper((mean / error).abs());
    let half = student.quantile(0.975) * error;
    let figure = Figure {
        value: mean,
        interval: shared::interval(mean - half, mean + half),
        p: Some(p),
        worth_asking: mean > 0.0 && p < parameters.get("p"),
        act: mean > 0.5 && p < 0.001,
        other_way: mean < 0.0 && p < parameters.get("p"),
    };
    let way = if mean > 0.0 { "better" } else { "worse" };
    let says = format!("of {n:.0} people the provider reports {:.2} standard deviations {way} than {others} do", mean.abs());
    let comparator = Comparator {
        kind: ComparatorKind::Reference,
        what: format!("answers of {others} about the same people"),
        value: Some(0.0),
    };
    draft.figure(figure, comparator, says).input("people", n).input("pairs", count)
}

fn no_use(pairs: &[Pair], provider: ProviderId, parameters: &Parameters, window: Window, subject: &Subject) -> Finding {
    // One pair for each person and item would count people with many reviews often: a person counts once each way.
    let own = || pairs.iter().filter(|pair| pair.provider == provider && pair.none.is_some());
    let people = own().map(|pair| pair.person).collect::<BTreeSet<_>>().len() as f64;
    let only = |which: (bool, bool)| {
        own().filter(|pair| pair.none == Some(which)).map(|pair| pair.person).collect::<BTreeSet<_>>()
    };
    let (by_provider, by_other) = (only((true, false)), only((false, true)));
    let both: BTreeSet<_> = by_provider.intersection(&by_other).collect();
    let (b, c) = (by_provider.len() - both.len(), by_other.len() - both.len());
    let least = parameters.get("least-people");
    let draft = ABOUT.draft(parameters, &ABSTINENCE, window).of(subject.clone(), people, "people with a pair about use", least);
    if people < least {
        return draft.too_few();
    }
    let p = if b + c == 0 {
        1.0
    } else {
        match Binomial::new((b + c) as u64, 0.5) {
            Ok(binomial) => {
                let higher = if b == 0 { 1.0 } else { binomial.upper(b as u64 - 1) };
                (2.0 * higher.min(binomial.cdf(b as u64))).min(1.0)
            }
            Err(refusal) => return draft.refused(&format!("{refusal}: {}", refusal.remedy())),
        }
    };
    let all = own().count() as f64;
    let agreed = own().filter(|pair| pair.none.is_some_and(|(own, other)| own == other)).count() as f64;
    let yes = |which: fn((bool, bool)) -> bool| own().filter(|pair| pair.none.is_some_and(which)).count() as f64 / all;
    let (own_yes, other_yes) = (yes(|pair| pair.0), yes(|pair| pair.1));
    let by_chance = own_yes * other_yes + (1.0 - own_yes) * (1.0 - other_yes);
    let figure = Figure {
        value: b as f64 - c as f64,
        p: Some(p),
        worth_asking: b > c && p < parameters.get("p") / 2.0,
        act: false,
        other_way: b < c && p < parameters.get("p") / 2.0,
        ..Figure::default()
    };
    let says = format!(
        "only the provider says no use of {}, only the independent interviewer of {}",
        counted(b, "person", "people"),
        counted(c, "person", "people")
    );
    let comparator = Comparator {
        kind: ComparatorKind::Reference,
        what: "answers of independent interviewers about the same people".into(),
        value: Some(0.0),
    };
    let mut finding =
        draft.figure(figure, comparator, says).input("only-provider", b as f64).input("only-independent", c as f64);
    if by_chance < 1.0 {
        finding = finding.input("kappa", (agreed / all - by_chance) / (1.0 - by_chance));
    }
    finding
}
