//! A price plan: a budget, and who is expected to achieve what, from which
//! prices are made before a contract is written. One TOML file, read and checked
//! like a contract: everything that is wrong is told at once.

use meed_units::{Exact, Money, Percent, Rounding, RoundingMode};
use serde_json::{Value, json};
use toml::de::{DeTable, DeValue};

use crate::{
    contract::{Currency, RoundingTerm},
    decode::{At, Decode, Fields as _, Id, Listed, Named, Node, Problems, listed, refuse_unknown, table},
    diagnostic::{Diagnostic, nearest},
    partial::{field, items},
    said::Said,
};

table! {
    /// A price plan as written.
    pub struct PlanFile {
        /// What people call it.
        title: At<String>,
        /// ISO 4217 code of every amount: `GBP`.
        currency: At<Currency>,
        /// What is to be paid for outcomes when as many achieve as at baseline.
        budget: At<Money>,
        /// How a price is rounded, once; to 0.01, half-even, when left out.
        rounding: Option<At<RoundingTerm>>,
        /// The provider's side, for break-even.
        provider: Option<At<ProviderSide>>,
        /// Bands of need, lowest first; one price for all when there are none.
        band: Listed<At<PlanBand>>,
        /// What is to be priced.
        outcome: Listed<At<PlanOutcome>>,
        /// Levels of achievement against baseline; 50% to 150% in steps of 25% when left out.
        levels: Listed<At<Percent>>,
        /// Mixes of bands that might come instead of the expected one.
        mix: Listed<At<PlanMix>>,
    }
}

table! {
    /// What the provider spends and is paid anyway.
    pub struct ProviderSide {
        /// What delivering the service costs.
        cost: At<Money>,
        /// What is paid whatever is achieved.
        block: Option<At<Money>>,
    }
}

table! {
    /// A band of need.
    pub struct PlanBand {
        /// Identifier, as used in prices.
        id: At<Id>,
        /// How much an outcome is worth in this band against one in a band of `k` 1.
        k: At<Number>,
    }
}

table! {
    /// An outcome to be priced.
    pub struct PlanOutcome {
        /// Identifier; the clause's, once there is one.
        id: At<Id>,
        /// Its share of the budget; the shares make the whole. The whole, when there is one outcome only.
        weight: Option<At<Percent>>,
        /// How many achieve it at baseline, for all or by band.
        expected: Option<At<Named<At<Number>>>>,
        /// How many people could achieve it, for all or by band: pay never rises beyond all of them.
        people: Option<At<Named<At<Number>>>>,
        /// The share of `people` who achieve it at baseline, instead of `expected`.
        rate: Option<At<Named<At<Percent>>>>,
    }
}

table! {
    /// A mix of bands among those who achieve.
    pub struct PlanMix {
        /// What people call it.
        id: At<Id>,
        /// Each band's share of those who achieve; the shares make the whole.
        shares: At<Named<At<Percent>>>,
    }
}

/// A number of people, or a factor: a whole number, or a text like `"1.5"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number(pub Exact);

impl Decode for Number {
    fn decode(node: &Node<'_>, problems: &mut Problems) -> Option<Number> {
        let number = match node.get_ref() {
            DeValue::Integer(_) => u32::decode(node, problems).map(|whole| Exact::from(i64::from(whole)))?,
            DeValue::String(text) => match text.parse::<Exact>() {
                Ok(number) if !number.is_negative() => number,
                _ => {
                    let shown: String = text.chars().filter(|c| !c.is_control()).take(40).collect();
                    problems.error(
                        "bad-value",
                        node.span(),
                        format!("`{shown}` is no number from 0 on"),
                        "write it like 25 or \"37.5\"",
                    );
                    return None;
                }
            },
            _ => {
                problems.error(
                    "wrong-type",
                    node.span(),
                    "this is no number from 0 on",
                    "write a whole number, or one with a point between quotes: a bare one would pass through binary arithmetic",
                );
                return None;
            }
        };
        Some(Number(number))
    }
    fn schema() -> Value {
        json!({"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?$"}]})
    }
    fn said(&self) -> Said {
        Said::Value(self.0.to_string())
    }
}

/// A price plan that has been read and checked: complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricePlan {
    /// What people call it.
    pub title: String,
    /// ISO 4217 code of every amount.
    pub currency: String,
    /// What is paid for outcomes at baseline.
    pub budget: Money,
    /// How a price is rounded.
    pub rounding: Rounding,
    /// What delivering costs, and what is paid whatever is achieved.
    pub provider: Option<(Money, Money)>,
    /// Names of the bands, lowest first; empty where one price is for all.
    pub bands: Vec<String>,
    /// What is to be priced.
    pub outcomes: Vec<PricedOutcome>,
    /// Levels of achievement against baseline, rising.
    pub levels: Vec<Percent>,
    /// Other mixes of bands: a name, and each band's share in the order of the bands.
    pub mixes: Vec<(String, Vec<Percent>)>,
}

/// An outcome of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricedOutcome {
    /// Identifier.
    pub id: String,
    /// Its share of the budget.
    pub weight: Percent,
    /// In the order of the bands; one where there are none.
    pub cells: Vec<PlanCell>,
}

/// An outcome in a band.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanCell {
    /// The band; none where one price is for all.
    pub band: Option<String>,
    /// What an outcome is worth against others.
    pub k: Exact,
    /// How many achieve it at baseline.
    pub expected: Exact,
    /// How many could; none where the plan does not say.
    pub people: Option<Exact>,
}

impl PricePlan {
    /// Reads and checks a price plan; `file` is its name in what is told.
    pub fn read(file: &str, text: &str) -> (Option<PricePlan>, Vec<Diagnostic>) {
        let mut problems = Problems { file: file.to_owned(), ..Problems::default() };
        let mut plan = None;
        if let Some(document) = problems.document(text, 0) {
            refuse_unknown(&document, PlanFile::NAMES, &mut problems);
            plan = PlanFile::fields(&document, 0..0, &mut problems).map(|file| whole(&file, &mut problems));
            if plan.is_none() {
                problems.found.extend(of_what_reads(&document, file));
            }
        }
        problems.concluded(plan)
    }

    /// The JSON Schema of a price plan.
    pub fn json_schema() -> Value {
        <PlanFile as Decode>::schema()
    }
}

/// What is wrong with the rest of a plan when some of it does not read.
fn of_what_reads(table: &DeTable<'_>, file: &str) -> Vec<Diagnostic> {
    let mut unreadable = Vec::new();
    let nowhere = 0..0;
    let (band, _) = items(table, "band", &mut unreadable);
    let (outcome, _) = items(table, "outcome", &mut unreadable);
    let (mix, _) = items(table, "mix", &mut unreadable);
    let stand_in = PlanFile {
        title: At { value: "?".to_owned(), at: nowhere.clone() },
        currency: At { value: Currency::none(), at: nowhere.clone() },
        budget: field(table, "budget", &mut unreadable).unwrap_or(At { value: Money::minor(1), at: nowhere }),
        rounding: field(table, "rounding", &mut unreadable).unwrap_or(None),
        provider: field(table, "provider", &mut unreadable).unwrap_or(None),
        band: Listed(band),
        outcome: Listed(outcome),
        levels: Listed(items(table, "levels", &mut unreadable).0),
        mix: Listed(mix),
    };
    let mut problems = Problems { file: file.to_owned(), ..Problems::default() };
    whole(&stand_in, &mut problems);
    let lost = |list: &str| unreadable.contains(&list);
    problems.found.retain(|problem| match problem.code {
        "missing-field" => !lost("outcome"),
        "shares-not-whole" => !lost("outcome") && !lost("band"),
        "unknown-name" | "price-without-cover" => !lost("band"),
        _ => true,
    });
    problems.found
}

/// The plan with everything filled in; whatever does not fit is reported, and then the plan is not used.
fn whole(file: &PlanFile, problems: &mut Problems) -> PricePlan {
    let rounding =
        file.rounding.as_ref().map_or(Rounding { to: Money::minor(1), mode: RoundingMode::HalfEven }, |term| {
            Rounding { to: term.to.value, mode: term.mode }
        });
    if let Some(term) = file.rounding.as_ref().filter(|term| term.to.value <= Money::ZERO) {
        let help = "write `to = \"0.01\"` for pennies";
        problems.error("bad-value", term.to.at.clone(), "the rounding unit is not above zero", help);
    }
    if file.budget.value <= Money::ZERO {
        let help = "give what is to be paid for outcomes at baseline";
        problems.error("unearnable-price", file.budget.at.clone(), "the budget is not above zero", help);
    }
    for amount in file.provider.iter().flat_map(|side| [Some(&side.cost), side.block.as_ref()]).flatten() {
        if amount.value.is_negative() {
            problems.error("bad-value", amount.at.clone(), "this amount is below zero", "write what is spent or paid");
        }
    }
    apart("[[band]]", file.band.iter().map(|band| &band.id), problems);
    apart("[[outcome]]", file.outcome.iter().map(|outcome| &outcome.id), problems);
    apart("[[mix]]", file.mix.iter().map(|mix| &mix.id), problems);
    for band in file.band.iter().filter(|band| band.k.0.is_zero()) {
        let help = "write how much an outcome is worth in this band: `k = 2` for twice one of `k = 1`";
        problems.error("unearnable-price", band.k.at.clone(), "a `k` of 0 makes a price of nothing", help);
    }
    if file.outcome.is_empty() {
        problems.error("missing-field", 0..0, "there is nothing to price", "add an `[[outcome]]`");
    }
    let bands: Vec<String> = file.band.iter().map(|band| band.id.value.to_string()).collect();
    let only = file.outcome.len() == 1;
    let outcomes: Vec<PricedOutcome> = file
        .outcome
        .iter()
        .map(|outcome| {
            let place = format!("[[outcome]] {:?}", &*outcome.id.value);
            problems.within(place, |problems| priced(outcome, file, only, problems))
        })
        .collect();
    let weights: Exact = outcomes.iter().map(|outcome| outcome.weight.share()).sum();
    if let Some(outcome) = file.outcome.first().filter(|_| weights != Exact::ONE) {
        let at = outcome.weight.as_ref().map_or(outcome.at.clone(), |weight| weight.at.clone());
        problems.error(
            "shares-not-whole",
            at,
            format!("the weights of the outcomes make {}, not 100%", Percent::of_share(&weights)),
            "give each outcome its share of the budget so that they make 100%",
        );
    }
    let mut levels: Vec<Percent> = file.levels.iter().map(|level| level.value.clone()).collect();
    for level in file.levels.iter().filter(|level| level.number().is_negative()) {
        problems.error("bad-value", level.at.clone(), "a level is below zero", "write levels from \"0%\" on");
    }
    if levels.is_empty() {
        levels = (2..=6).map(|quarters| Percent::of_share(&Exact::ratio(quarters, 4))).collect();
    }
    levels.sort_by(|a, b| a.number().cmp(b.number()));
    levels.dedup();
    let mixes = file.mix.iter().map(|mix| {
        let place = format!("[[mix]] {:?}", &*mix.id.value);
        (mix.id.value.to_string(), problems.within(place, |problems| shares(mix, &bands, problems)))
    });
    PricePlan {
        title: file.title.value.clone(),
        currency: file.currency.value.0.clone(),
        mixes: mixes.collect(),
        budget: file.budget.value,
        rounding,
        provider: file
            .provider
            .as_ref()
            .map(|side| (side.cost.value, side.block.as_ref().map_or(Money::ZERO, |block| block.value))),
        bands,
        outcomes,
        levels,
    }
}

fn priced(outcome: &At<PlanOutcome>, file: &PlanFile, only: bool, problems: &mut Problems) -> PricedOutcome {
    if outcome.weight.is_none() && !only {
        let help = "add `weight = \"40%\"`: its share of the budget";
        problems.error("missing-field", outcome.at.clone(), "`weight` is missing", help);
    }
    for weight in outcome.weight.iter().filter(|weight| *weight.number() <= Exact::ZERO) {
        let help = "give it a share above 0%, or leave the outcome out";
        problems.error(
            "unearnable-price",
            weight.at.clone(),
            "an outcome without a share of the budget pays nothing",
            help,
        );
    }
    match (&outcome.expected, &outcome.people, &outcome.rate) {
        (Some(_), _, None) | (None, Some(_), Some(_)) => (),
        (Some(expected), _, Some(_)) => problems.error(
            "unknown-field",
            expected.at.clone(),
            "`expected` stands beside `rate`",
            "give `expected`, or `people` and `rate`",
        ),
        _ => problems.error(
            "missing-field",
            outcome.at.clone(),
            "how many achieve it at baseline is missing",
            "add `expected`, or `people` and `rate`, by band",
        ),
    }
    let names: Vec<Option<&At<PlanBand>>> =
        if file.band.is_empty() { vec![None] } else { file.band.iter().map(Some).collect() };
    for named in [outcome.expected.as_ref(), outcome.people.as_ref()].into_iter().flatten() {
        covered(&named.value, &named.at, file, problems);
    }
    if let Some(rate) = &outcome.rate {
        // One rate may stand for all bands; one number of people may not.
        if matches!(rate.value, Named::Each(_)) {
            covered(&rate.value, &rate.at, file, problems);
        }
        for share in rate.iter().map(|(_, share)| share) {
            if share.number().is_negative() || share.share() > Exact::ONE {
                let help = "write the share of the people who achieve it, from \"0%\" to \"100%\"";
                problems.error("bad-value", share.at.clone(), "a rate lies between 0% and 100%", help);
            }
        }
    }
    let number = |named: &Option<At<Named<At<Number>>>>, band: &str| {
        named.as_ref().and_then(|named| named.of(band)).map(|number| number.0.clone())
    };
    let cells: Vec<PlanCell> = names
        .into_iter()
        .map(|band| {
            let name = band.map_or("", |band| &band.id.value);
            let people = number(&outcome.people, name);
            let rate = outcome.rate.as_ref().and_then(|rate| rate.of(name)).map(|rate| rate.share());
            let expected =
                number(&outcome.expected, name).or_else(|| Some(people.clone()? * rate?)).unwrap_or(Exact::ZERO);
            PlanCell {
                band: band.map(|band| band.id.value.to_string()),
                k: band.map_or(Exact::ONE, |band| band.k.0.clone()),
                expected,
                people,
            }
        })
        .collect();
    if cells.iter().all(|cell| cell.expected.is_zero()) {
        problems.error(
            "unearnable-price",
            outcome.at.clone(),
            "nobody is expected to achieve it, so no price gives out its share of the budget",
            "give how many achieve it at baseline, in at least one band",
        );
    }
    let weight = outcome.weight.as_ref().map_or_else(|| Percent::of_share(&Exact::ONE), |weight| weight.value.clone());
    PricedOutcome { id: outcome.id.value.to_string(), weight, cells }
}

/// Each name is a band, and each band has a value.
fn covered<T>(named: &Named<T>, at: &std::ops::Range<usize>, file: &PlanFile, problems: &mut Problems) {
    let bands: Vec<&str> = file.band.iter().map(|band| &*band.id.value).collect();
    let Named::Each(values) = named else {
        if bands.len() > 1 {
            let help = format!("give one for each of {}", listed(&bands));
            problems.error("price-without-cover", at.clone(), "one number stands for several bands", help);
        }
        return;
    };
    for (name, _) in values.iter().filter(|(name, _)| !bands.contains(&name.value.as_str())) {
        let help = match nearest(&name.value, bands.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("bands are {}: add a `[[band]]`, or mend the name", listed(&bands)),
        };
        problems.error("unknown-name", name.at.clone(), format!("there is no band `{}`", name.value), help);
    }
    for band in bands.iter().filter(|band| !values.iter().any(|(name, _)| name.value == **band)) {
        let help = format!("add `{band} = 0` if nobody of this band is expected");
        problems.error("price-without-cover", at.clone(), format!("the band `{band}` has no number"), help);
    }
}

fn shares(mix: &At<PlanMix>, bands: &[String], problems: &mut Problems) -> Vec<Percent> {
    let nothing = Percent::of_share(&Exact::ZERO);
    if let Named::Each(values) = &mix.shares.value {
        for (name, _) in values.iter().filter(|(name, _)| !bands.contains(&name.value)) {
            let help = format!("bands are {}", listed(bands));
            problems.error("unknown-name", name.at.clone(), format!("there is no band `{}`", name.value), help);
        }
    }
    let of = |band: &String| match &mix.shares.value {
        Named::Each(_) => mix.shares.of(band).map_or(nothing.clone(), |share| share.value.clone()),
        Named::One(_) => nothing.clone(),
    };
    let shares: Vec<Percent> = bands.iter().map(of).collect();
    let sum: Exact = shares.iter().map(Percent::share).sum();
    if sum != Exact::ONE || shares.iter().any(|share| share.number().is_negative()) {
        problems.error(
            "shares-not-whole",
            mix.shares.at.clone(),
            format!("the shares of the bands make {}, not 100%", Percent::of_share(&sum)),
            "give each band its share of those who achieve, from \"0%\" on, so that they make 100%",
        );
    }
    shares
}

fn apart<'a>(list: &str, ids: impl Iterator<Item = &'a At<Id>>, problems: &mut Problems) {
    let mut seen: Vec<&str> = Vec::new();
    for id in ids {
        if seen.contains(&&*id.value) {
            let help = "give each its own `id`";
            problems.within(list, |problems| {
                problems.error("duplicate-id", id.at.clone(), format!("`{}` is there twice", id.value), help);
            });
        }
        seen.push(&id.value);
    }
}
