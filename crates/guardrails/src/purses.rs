//! Who of another register is one of ours, and what has it been paid for them?
//!
//! Two contracts may pay for the same outcome of the same person. Where both registers use one key, a person is found by
//! it. Where they do not, pairs of claims for one outcome over the same days are compared by what both registers know of
//! the person, and linked with a chance: see `docs/reference/methods/linkage.md`. What is found enters the caseload as
//! paid elsewhere, with its chance, and question G18 asks about it.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    caseload::{Caseload, Claim, ClaimState, PaidElsewhere, Person, PersonId, Sex, Window},
    day::Day,
    method::{
        encoding::normalised,
        linkage::{Agreement, Bounds, Model, Quality, Verdict},
    },
};

/// How the people of another register were linked with ours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Linked {
    /// The other register.
    pub register: String,
    /// Its people, and those of them for whom something was claimed.
    pub people: usize,
    /// Its claims that are paid or asked for.
    pub claims: usize,
    /// People with the same key in both registers.
    pub shared_keys: usize,
    /// How pairs without a shared key were told apart; none where keys are shared or nothing could be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<Model>,
    /// The bounds between linked, for review and different.
    pub bounds: Bounds,
    /// How good the links are, as the model expects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quality: Option<Quality>,
    /// Why nothing was linked, and what to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
    /// Pairs that are one person, or for somebody to look at: the surest first.
    pub links: Vec<Link>,
}

/// A pair of claims for one outcome over the same days, and how sure it is that both are of one person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Link {
    /// Key of the person in our register.
    pub person: String,
    /// Key of the person in the other.
    pub other: String,
    /// The outcome.
    pub outcome: String,
    /// Our claim.
    pub claim: String,
    /// Its day.
    pub on: Day,
    /// The other claim.
    pub other_claim: String,
    /// Its day.
    pub other_on: Day,
    /// Evidence for one person, in bits; none where both have the same key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<f64>,
    /// Chance that both are one person.
    pub chance: f64,
    /// What is made of it.
    pub verdict: Verdict,
}

/// What is compared of two people.
const FIELDS: [&str; 5] = ["sex", "year of birth", "area", "deprivation", "day of the outcome"];
/// Days between two records of one outcome that still count as the same.
const DAYS_APART: i64 = 7;
/// Most pairs that are compared.
const MOST_PAIRS: usize = 5_000_000;

/// Links another register with ours, and puts what it claimed for our people among what was paid elsewhere. The caseload
/// must be arranged again.
pub fn link(caseload: &mut Caseload, other: &Caseload, register: &str, as_of: Day) -> Linked {
    let bounds = Bounds::default();
    let theirs: Vec<&Claim> = other.claims.iter().filter(|claim| stands(claim, as_of)).collect();
    let keys: BTreeSet<String> = people(caseload).map(|id| caseload.names.person(id).to_owned()).collect();
    let shared: Vec<PersonId> = people(other).filter(|id| keys.contains(other.names.person(*id))).collect();
    // Keys that were given out separately may be alike by chance; then the people behind them differ.
    let unlike = shared.iter().filter(|id| unlike(caseload, other, **id)).count();
    let shared_keys = if unlike * 10 > shared.len() { 0 } else { shared.len() };
    let mut linked = Linked {
        register: register.to_owned(),
        people: other.people.len(),
        claims: theirs.len(),
        shared_keys,
        model: None,
        bounds,
        quality: None,
        refused: None,
        links: Vec::new(),
    };
    let found = match pairs(caseload, other, &theirs, as_of) {
        Ok(pairs) => pairs,
        Err(refused) => {
            linked.refused = Some(refused);
            return linked;
        }
    };
    if shared_keys > 0 {
        let same =
            found.iter().filter(|pair| caseload.names.person(pair.0.person) == other.names.person(pair.1.person));
        linked.links = same.map(|pair| told(caseload, other, pair, None, 1.0, Verdict::Same)).collect();
    } else {
        let patterns: Vec<Vec<Agreement>> = found.iter().map(|(a, b)| compare(caseload, other, a, b)).collect();
        match Model::fit(&FIELDS, &patterns) {
            Ok(model) => {
                for (pair, pattern) in found.iter().zip(&patterns) {
                    let verdict = model.verdict(pattern, bounds);
                    if verdict != Verdict::Different {
                        let (weight, chance) = (model.weight(pattern), model.chance(pattern));
                        linked.links.push(told(caseload, other, pair, Some(weight), chance, verdict));
                    }
                }
                linked.quality = Some(model.quality(&patterns, bounds));
                linked.model = Some(model);
            }
            Err(refusal) => linked.refused = Some(format!("{refusal}; {}", refusal.remedy())),
        }
    }
    let links = &mut linked.links;
    links.sort_by(|a, b| {
        b.chance.total_cmp(&a.chance).then_with(|| (&a.claim, &a.other_claim).cmp(&(&b.claim, &b.other_claim)))
    });
    let by_id: BTreeMap<&str, &Claim> = theirs.iter().map(|claim| (other.names.word(claim.id), *claim)).collect();
    let scheme = caseload.names.word_of(register);
    for link in &linked.links {
        let claim = by_id[link.other_claim.as_str()];
        let paid = PaidElsewhere {
            person: caseload.person(&link.person),
            on: claim.on,
            known_on: claim.known_on,
            id: caseload.names.word_of(&link.other_claim),
            scheme,
            outcome: caseload.names.word_of(&link.outcome),
            from: claim.from,
            until: claim.until,
            #[allow(clippy::cast_possible_truncation)]
            match_chance: (link.chance < 1.0).then_some(link.chance as f32),
        };
        caseload.paid_elsewhere.push(paid);
    }
    linked
}

fn people(caseload: &Caseload) -> impl Iterator<Item = PersonId> + use<> {
    (0..caseload.people.len()).map(PersonId::at)
}

/// Whether two people of one key are known to differ.
fn unlike(own: &mut Caseload, other: &Caseload, their: PersonId) -> bool {
    let mine = own.person(other.names.person(their));
    let (one, two) = (&own.people[mine.place()], &other.people[their.place()]);
    let differs = Agreement::Differs;
    agreement(one.born_year, two.born_year) == differs || agreement(known(one.sex), known(two.sex)) == differs
}

fn known(sex: Sex) -> Option<Sex> {
    (sex != Sex::NotKnown).then_some(sex)
}

fn stands(claim: &Claim, as_of: Day) -> bool {
    claim.known_on <= as_of && !matches!(claim.state, ClaimState::Refused | ClaimState::NotClaimed)
}

fn days(claim: &Claim) -> Window {
    let from = claim.from.unwrap_or(claim.on.plus(-DAYS_APART));
    Window { from, until: claim.until.unwrap_or(claim.on.plus(DAYS_APART + 1)).max(from.plus(1)) }
}

type Pair<'a> = (&'a Claim, &'a Claim);

/// Pairs of claims, ours and theirs, for one outcome over days that overlap.
fn pairs<'a>(own: &'a Caseload, other: &Caseload, theirs: &[&'a Claim], as_of: Day) -> Result<Vec<Pair<'a>>, String> {
    let mut by_outcome = BTreeMap::<String, Vec<&Claim>>::new();
    for claim in theirs {
        by_outcome.entry(normalised(other.names.word(claim.outcome))).or_default().push(claim);
    }
    by_outcome.remove("");
    if by_outcome.is_empty() {
        return Err("the other register holds no claims; give a package with the table `claims`".into());
    }
    for claims in by_outcome.values_mut() {
        claims.sort_by_key(|claim| days(claim).from);
    }
    let mut pairs = Vec::new();
    let mut shared = false;
    for claim in own.claims.iter().filter(|claim| stands(claim, as_of)) {
        let Some(claims) = by_outcome.get(&normalised(own.names.word(claim.outcome))) else { continue };
        shared = true;
        let window = days(claim);
        let begins_before = claims.partition_point(|their| days(their).from < window.until);
        let overlap = |their: &&&Claim| days(their).and(window).days() > 0;
        pairs.extend(claims[..begins_before].iter().filter(overlap).map(|their| (claim, *their)));
        if pairs.len() > MOST_PAIRS {
            return Err(format!(
                "more than {MOST_PAIRS} pairs of claims for one outcome over the same days; give evidence of fewer days"
            ));
        }
    }
    if !shared {
        let theirs: Vec<&str> = by_outcome.keys().map(String::as_str).take(6).collect();
        return Err(format!(
            "no outcome has the same name in both registers; the other claims for {}: name outcomes alike in `claims`",
            theirs.join(", ")
        ));
    }
    Ok(pairs)
}

/// How two people agree, field by field.
fn compare(own: &Caseload, other: &Caseload, a: &Claim, b: &Claim) -> Vec<Agreement> {
    let (one, two) = (&own.people[a.person.place()], &other.people[b.person.place()]);
    let area = |caseload: &Caseload, person: &Person| person.area.map(|word| normalised(caseload.names.word(word)));
    let fifth = |fifth: u8| (fifth > 0).then_some(fifth);
    vec![
        agreement(known(one.sex), known(two.sex)),
        agreement(one.born_year, two.born_year),
        agreement(area(own, one), area(other, two)),
        agreement(fifth(one.deprivation), fifth(two.deprivation)),
        if a.on.days_until(b.on).abs() <= DAYS_APART { Agreement::Agrees } else { Agreement::Differs },
    ]
}

fn agreement<T: PartialEq>(one: Option<T>, two: Option<T>) -> Agreement {
    match (one, two) {
        (Some(one), Some(two)) if one == two => Agreement::Agrees,
        (Some(_), Some(_)) => Agreement::Differs,
        _ => Agreement::Unknown,
    }
}

fn told(
    own: &Caseload,
    other: &Caseload,
    (a, b): &Pair<'_>,
    weight: Option<f64>,
    chance: f64,
    verdict: Verdict,
) -> Link {
    Link {
        person: own.names.person(a.person).to_owned(),
        other: other.names.person(b.person).to_owned(),
        outcome: own.names.word(a.outcome).to_owned(),
        claim: own.names.word(a.id).to_owned(),
        on: a.on,
        other_claim: other.names.word(b.id).to_owned(),
        other_on: b.on,
        weight,
        chance,
        verdict,
    }
}
