//! What must be true of a contract beyond its grammar: names that exist, prices
//! that cover every day and band, windows that say how they end, caps that say
//! who comes first. All problems are told at once.

mod bears;
mod edges;
mod measures;
mod order;
mod reach;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use meed_measures::Measure;
use meed_units::{Date, Dated, Exact, MeasureName, Money, Percent, Period};

use crate::{
    clause::{By, Clause, Limit},
    contract::{CapScope, Contract, WindowEnd, WindowEnds},
    decode::{At, Id, Named, Problems, listed},
    diagnostic::nearest,
    measure_use::MeasureUse,
};

pub(crate) use edges::Edge;

/// The contract under check and what it is checked against.
pub(crate) struct Checking<'a> {
    pub contract: &'a Contract,
    pub measures: &'a BTreeMap<MeasureName, Measure>,
    /// Measures of the contract's own whose heads do not read: told where they are, not where they are used.
    pub unread: &'a BTreeSet<MeasureName>,
    pub problems: &'a mut Problems,
}

/// Checks a contract that has been read.
pub(crate) fn check(
    contract: &Contract,
    measures: &BTreeMap<MeasureName, Measure>,
    unread: &BTreeSet<MeasureName>,
    problems: &mut Problems,
) {
    let mut checking = Checking { contract, measures, unread, problems };
    checking.parties();
    checking.bands();
    checking.money_terms();
    for (place, clause) in contract.clause.iter().enumerate() {
        checking.problems.place.push(format!("[[clause]] \"{}\"", clause.id()));
        checking.clause(clause);
        checking.references(place, clause);
        checking.reach(clause);
        checking.edges(clause);
        checking.problems.place.pop();
    }
    checking.splits();
    checking.indices();
    checking.adjustments(&contract.adjust, None);
    checking.amendments();
    checking.groups();
    checking.quotas();
    checking.payers();
    checking.suspensions();
    checking.guardrails();
    checking.bears();
    for cap in contract.cap.iter() {
        checking.problems.place.push(format!("[[cap]] \"{}\"", cap.id.value));
        checking.cap(cap);
        checking.capped(cap);
        checking.problems.place.pop();
    }
    for exclusive in contract.exclusive.iter() {
        checking.problems.place.push(format!("[[exclusive]] \"{}\"", exclusive.id.value));
        exclusive.check(&mut checking);
        checking.problems.place.pop();
    }
    checking.unique("exclusive", contract.exclusive.iter().map(|exclusive| &exclusive.id));
    if let Some(investors) = &contract.investors {
        checking.problems.place.push("[investors]".into());
        investors.check(&mut checking);
        checking.problems.place.pop();
    }
    checking.unique("clause", contract.clause.iter().map(|clause| &clause.common.id));
    checking.unique("split", contract.split.iter().map(|split| &split.id));
    checking.unique("index", contract.index.iter().map(|index| &index.id));
    checking.unique("cap", contract.cap.iter().map(|cap| &cap.id));
}

impl Checking<'_> {
    fn parties(&mut self) {
        let parties = &self.contract.parties;
        self.problems.place = vec!["[parties]".into()];
        if parties.providers.is_empty() {
            self.problems.error(
                "missing-field",
                parties.providers.at.clone(),
                "the contract has no provider",
                "list at least one in `providers`",
            );
        }
        if let Some(assessor) = &parties.assessor
            && self.is_provider(&assessor.value)
        {
            self.problems.error(
                "assessor-is-provider",
                assessor.at.clone(),
                format!("`{}` assesses need and is paid by it", assessor.value),
                "an assessor may never be a provider: name another party",
            );
        }
        if self.is_provider(&parties.commissioner.value) {
            self.problems.error(
                "commissioner-is-provider",
                parties.commissioner.at.clone(),
                format!("`{}` pays and is paid", parties.commissioner.value),
                "name the party that pays, or take it out of `providers`",
            );
        }
        self.unique("provider", parties.providers.iter());
        self.problems.place.clear();
    }

    fn bands(&mut self) {
        let bands = &self.contract.band;
        self.unique("band", bands.iter().map(|band| &band.id));
        for band in bands.iter() {
            self.problems.place = vec![format!("[[band]] \"{}\"", band.id.value)];
            if let (Some(from), Some(to)) = (&band.from, &band.to)
                && from.value >= to.value
            {
                self.problems.error(
                    "empty-band",
                    to.at.clone(),
                    format!("no score is at or above {} and below {}", from.value, to.value),
                    "`to` is the first score above the band",
                );
            }
        }
        for (lower, upper) in bands.iter().zip(bands.iter().skip(1)) {
            self.problems.place = vec![format!("[[band]] \"{}\"", upper.id.value)];
            let (Some(to), Some(from)) = (&lower.to, &upper.from) else { continue };
            let (low, high) = (&lower.id.value, &upper.id.value);
            if from.value < to.value {
                self.problems.error(
                    "band-overlap",
                    from.at.clone(),
                    format!("a score of {} falls in both `{low}` and `{high}`", from.value),
                    format!("a band ends just below `to`: set `to = {}` in `{low}`", from.value),
                );
            }
            if from.value > to.value {
                self.problems.error(
                    "band-gap",
                    from.at.clone(),
                    format!("a score of {} falls in no band", to.value),
                    format!("set `from = {}` in `{high}`, or `to = {}` in `{low}`", to.value, from.value),
                );
            }
        }
        self.problems.place.clear();
        let banded = self.contract.clause.iter().any(|clause| {
            clause
                .kind
                .clausal()
                .prices()
                .iter()
                .any(|(_, price, by)| *by == By::Band && matches!(price, Named::Each(_)))
        });
        if banded && self.contract.banding.is_none() && !bands.is_empty() {
            let at = bands[0].at.clone();
            self.problems.error(
                "missing-field",
                at,
                "prices differ by band, and the contract does not say which of a person's bands prices an outcome",
                "add `[banding]` with `prices-by = \"first\"`, `\"at-start\"` or `\"latest\"`",
            );
        }
        if let Some(banding) = &self.contract.banding
            && self.contract.parties.assessor.is_none()
        {
            self.problems.place = vec!["[banding]".into()];
            self.problems.error(
                "missing-field",
                banding.at.clone(),
                "need is banded, and nobody is named to assess it",
                "add `assessor = \"...\"` to `[parties]`: a party that is no provider",
            );
            self.problems.place.clear();
        }
    }

    fn money_terms(&mut self) {
        let contract = self.contract;
        if let Some(rounding) = &contract.rounding {
            self.problems.place = vec!["rounding".into()];
            self.positive(&rounding.to);
        }
        if let Some(at_risk) = &contract.at_risk {
            self.problems.place = vec!["[at-risk]".into()];
            for (_, share) in at_risk.share.values() {
                self.share("share", share, at_risk.share.at.clone());
            }
            self.covers_days("share", &at_risk.share.value, at_risk.share.at.clone(), contract.runs.value);
            if let Some(split) = &at_risk.split {
                self.split(split);
            }
            self.names(&at_risk.annual, By::Provider, "annual");
            for (_, annual) in at_risk.annual.iter() {
                self.covers_days("annual", annual, at_risk.at.clone(), contract.runs.value);
            }
        }
        if let Some(shadow) = &contract.shadow {
            self.problems.place = vec!["[shadow]".into()];
            let within = contract.runs.from <= shadow.from && shadow.until <= contract.runs.until;
            if shadow.from >= shadow.until || !within {
                self.problems.error(
                    "shadow-outside",
                    shadow.at.clone(),
                    format!(
                        "the shadow period {} to {} is empty or lies outside the contract",
                        shadow.from, shadow.until
                    ),
                    "choose days inside `runs`; `until` is the first day that is paid",
                );
            }
            for clause in shadow.clauses.iter() {
                self.clause_name(clause);
            }
        }
        self.problems.place.clear();
        if contract.clause.is_empty() {
            self.problems.error(
                "missing-field",
                contract.title.at.clone(),
                "the contract has no clause, so nothing is ever paid",
                "add a `[[clause]]`",
            );
        }
    }

    /// The parts of the value at risk are of clauses that exist, and make the whole.
    fn split(&mut self, split: &At<Named<Percent>>) {
        let known: Vec<String> = self.contract.clause.iter().map(|clause| clause.id().to_owned()).collect();
        for name in split.iter().filter_map(|(name, _)| name).filter(|name| !known.contains(&name.value)) {
            self.unknown("clause", &name.value, name.at.clone(), known.clone());
        }
        let at = |name: Option<&At<String>>| name.map_or_else(|| split.at.clone(), |name| name.at.clone());
        self.whole("split", split.iter().map(|(name, share)| (share, at(name))), split.at.clone());
    }

    /// Shares of a whole: each between nothing and all of it, and together all of it.
    pub fn whole<'s>(
        &mut self,
        field: &str,
        shares: impl Iterator<Item = (&'s Percent, Range<usize>)>,
        at: Range<usize>,
    ) {
        let mut sum = Exact::ZERO;
        for (share, at) in shares {
            sum = sum + share.share();
            self.share(field, share, at);
        }
        if sum != Exact::ONE {
            self.problems.error(
                "shares-not-whole",
                at,
                format!("the shares add up to {}, not to 100%", Percent::of_share(&sum)),
                "mend the shares so that nothing is left over and nothing is given twice",
            );
        }
    }

    fn clause(&mut self, clause: &Clause) {
        let runs = self.contract.runs.value;
        if let Some(own) = &clause.common.runs
            && (own.from < runs.from || own.until > runs.until)
        {
            self.problems.error(
                "dates-outside",
                own.at.clone(),
                format!(
                    "the clause runs from {} until {}, the contract from {} until {}",
                    own.from, own.until, runs.from, runs.until
                ),
                "keep the clause inside the contract's days",
            );
        }
        for provider in clause.common.providers.iter() {
            if !self.is_provider(&provider.value) {
                let known = self.contract.parties.providers.iter().map(|id| id.value.to_string()).collect();
                self.unknown("provider", &provider.value, provider.at.clone(), known);
            }
        }
        if let Some(lag) = clause.common.settle_lag.as_ref().filter(|_| !clause.kind.clausal().lags()) {
            self.problems.error(
                "lag-without-outcome",
                lag.at.clone(),
                format!(
                    "`{}` pays by settlement periods and reports, which have days of their own",
                    clause.kind.name()
                ),
                "take `settle-lag` out: it is for what a person earns",
            );
        }
        if let Some(lag) = &clause.common.settle_lag {
            self.covers("settle-lag", &lag.value, lag.at.clone(), clause);
        }
        if let Some(rule) = &clause.common.evidence {
            self.evidence_rule(rule, clause.kind.clausal().uses().first().copied(), clause);
        }
        for (measure, grain) in clause.kind.clausal().uses() {
            self.measure(measure, grain);
        }
        self.adjustments(&clause.common.adjust, Some(clause));
        for (measure, counts) in clause.kind.clausal().counts() {
            self.unit(measure, &counts);
        }
        for (field, price, by) in clause.kind.clausal().prices() {
            self.price(field, price, by, clause);
        }
        clause.kind.clausal().check(clause, self);
    }

    fn cap(&mut self, cap: &At<crate::contract::Cap>) {
        for clause in cap.clauses.iter() {
            self.clause_name(clause);
        }
        match &cap.amount {
            Some(amount) => {
                self.covers_days("amount", amount, cap.at.clone(), self.contract.runs.value);
                for (_, amount) in amount.values() {
                    if amount.is_negative() {
                        self.problems.error(
                            "bad-money",
                            cap.at.clone(),
                            "a cap below nothing allows nothing",
                            "write an amount from 0 on",
                        );
                    }
                }
            }
            None if self.contract.at_risk.is_none() => self.problems.error(
                "missing-field",
                cap.at.clone(),
                "the cap has no `amount`, and the contract has no `[at-risk]` to take it from",
                "add `amount = \"...\"`, or `[at-risk]`",
            ),
            None if cap.each_clause.0
                && self.contract.at_risk.as_ref().is_some_and(|at_risk| at_risk.split.is_none()) =>
            {
                self.problems.error(
                    "missing-field",
                    cap.at.clone(),
                    "each clause is to have its own part of the value at risk, and the contract does not divide it",
                    "add `split = { ... }` to `[at-risk]`, or give the cap an `amount`",
                );
            }
            None if cap.per != CapScope::Year => self.problems.error(
                "missing-field",
                cap.at.clone(),
                "a cap at the value at risk is per year, as the share at risk is",
                "set `per = \"year\"`, or give an `amount`",
            ),
            None => (),
        }
        if cap.carry.0 && !matches!(cap.per, CapScope::Period | CapScope::Year) {
            self.problems.error(
                "carry-of-what",
                cap.at.clone(),
                format!("room is carried from one period or year to the next, and this cap is per {}", cap.per.word()),
                "set `per = \"period\"` or `per = \"year\"`, or take `carry` out",
            );
        }
        if cap.order.is_none() || cap.when_reversed.is_none() {
            self.problems.error(
                "cap-without-order",
                cap.at.clone(),
                format!("`{}` fills up, and the contract does not say in which order, or what becomes of room that is given back", cap.id.value),
                "add `order = \"occurred-on\"` and `when-reversed = \"re-flow\"` or `\"as-priced\"`",
            );
        }
    }

    /// Reports a clause nobody has written.
    pub fn clause_name(&mut self, name: &At<Id>) {
        if !self.contract.clause.iter().any(|clause| clause.id() == &*name.value) {
            let known = self.contract.clause.iter().map(|clause| clause.id().to_owned()).collect();
            self.unknown("clause", &name.value, name.at.clone(), known);
        }
    }

    /// Reports a name that nothing has, with the nearest one that something has.
    pub fn unknown(&mut self, what: &str, name: &str, at: Range<usize>, known: Vec<String>) {
        let help = match nearest(name, known.iter().map(String::as_str)) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None if known.is_empty() => format!("the contract has no {what}"),
            None if what == "measure" && !name.contains('/') => {
                format!("write it as `measures/{name}.sql`, or choose one that is listed by: meed measure list")
            }
            None if what == "measure" => "they are listed by: meed measure list".to_owned(),
            None if known.len() > 12 => format!("there are {} to choose from; none is close to this", known.len()),
            None if what == "party" => {
                format!("there is {}; who only sends evidence is named in `others` of [parties]", listed(&known))
            }
            None => format!("there is {}", listed(&known)),
        };
        let shown: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
        self.problems.error("unknown-name", at, format!("there is no {what} `{shown}`"), help);
    }

    /// Whether a party delivers.
    pub fn is_provider(&self, name: &str) -> bool {
        self.contract.parties.providers.iter().any(|provider| *provider.value == *name)
    }

    /// Reports a party nobody has named.
    pub fn party(&mut self, name: &At<Id>) {
        let parties = &self.contract.parties;
        let known: Vec<String> = [&parties.commissioner]
            .into_iter()
            .chain(parties.providers.iter())
            .chain(&parties.assessor)
            .chain(parties.others.iter())
            .map(|id| id.value.to_string())
            .collect();
        if !known.iter().any(|party| *party == *name.value.0) {
            self.unknown("party", &name.value, name.at.clone(), known);
        }
    }

    /// Reports a second thing of the same name.
    pub fn unique<'i>(&mut self, what: &str, ids: impl Iterator<Item = &'i At<Id>>) {
        let mut seen: Vec<&str> = Vec::new();
        for id in ids {
            if seen.contains(&&*id.value) {
                self.problems.error(
                    "duplicate-id",
                    id.at.clone(),
                    format!("two {what}s are called `{}`", id.value),
                    "rename one: everything is known by its id",
                );
            }
            seen.push(&id.value);
        }
    }

    /// A price covers every day of its clause and every name it can be asked for, and can be earned.
    pub fn price(&mut self, field: &'static str, price: &Named<Dated<Money>>, by: By, clause: &Clause) {
        self.names(price, by, field);
        let mut all_nothing = true;
        for (name, dated) in price.iter() {
            let at = name.map_or_else(|| clause.at.clone(), |name| name.at.clone());
            self.covers(field, dated, at.clone(), clause);
            for (_, amount) in dated.values() {
                all_nothing &= amount.is_zero();
                if amount.is_negative() {
                    self.problems.error(
                        "bad-money",
                        at.clone(),
                        format!("`{field}` is below nothing: {amount}"),
                        "an outcome is worth nothing or more; refunds have clauses of their own",
                    );
                }
            }
        }
        if all_nothing {
            self.problems.error(
                "unearnable-price",
                clause.at.clone(),
                format!("every `{field}` is nothing, so the clause can never pay"),
                "set a price, or take the clause out",
            );
        }
    }

    /// The names of a value are all known, and every known name has a value.
    pub fn names<T>(&mut self, values: &Named<T>, by: By, field: &str) {
        let Named::Each(each) = values else { return };
        let (what, known): (&str, Vec<String>) = match by {
            By::Band => ("band", self.contract.band.iter().map(|band| band.id.value.to_string()).collect()),
            By::Provider => {
                ("provider", self.contract.parties.providers.iter().map(|id| id.value.to_string()).collect())
            }
        };
        for (name, _) in each {
            if !known.contains(&name.value) {
                self.unknown(what, &name.value, name.at.clone(), known.clone());
            }
        }
        let missing: Vec<&String> =
            known.iter().filter(|known| !each.iter().any(|(name, _)| name.value == **known)).collect();
        if let (Some((first, _)), false) = (each.first(), missing.is_empty()) {
            self.problems.error(
                "price-without-cover",
                first.at.clone(),
                format!("`{field}` has no value for {}", listed(&missing)),
                format!("give every {what} a value, \"0.00\" where nothing is paid"),
            );
        }
    }

    /// A dated value has begun when its clause begins.
    pub fn covers<T>(&mut self, field: &str, dated: &Dated<T>, at: Range<usize>, clause: &Clause) {
        let runs = clause.common.runs.as_ref().map_or(self.contract.runs.value, |runs| runs.value);
        self.covers_days(field, dated, at, runs);
    }

    /// A dated value has begun when these days begin.
    pub fn covers_days<T>(&mut self, field: &str, dated: &Dated<T>, at: Range<usize>, runs: Period) {
        let Some(starts) = dated.starts() else { return };
        if starts > runs.from {
            self.problems.error(
                "dates-without-cover",
                at.clone(),
                format!("`{field}` begins on {starts}, and is needed from {}", runs.from),
                format!("add a value from {}", runs.from),
            );
        }
        let late: Vec<Date> = dated.values().iter().map(|(from, _)| *from).filter(|from| *from >= runs.until).collect();
        if let Some(late) = late.first() {
            self.problems.warning(
                "unreachable-date",
                at,
                format!("`{field}` changes on {late}, after the last day it can be used"),
                format!("the days end at {}: take the value out, or mend its date", runs.until),
            );
        }
    }

    /// Reports where not exactly one of these fields is given; says whether one is.
    pub fn one_of(&mut self, at: Range<usize>, ways: &[(&str, bool)], decides: &str) -> bool {
        let given: Vec<&str> = ways.iter().filter(|(_, given)| *given).map(|(name, _)| *name).collect();
        if given.len() == 1 {
            return true;
        }
        let names: Vec<&str> = ways.iter().map(|(name, _)| *name).collect();
        let message = match given.is_empty() {
            true => format!("nothing says {decides}"),
            false => format!("{} all say {decides}", listed(&given)),
        };
        self.problems.error("choose-one", at, message, format!("give exactly one of {}", listed(&names)));
        false
    }

    /// Reports a list of clauses that names none.
    pub fn some_clauses(&mut self, of: &At<Vec<At<Id>>>) {
        if of.is_empty() {
            self.problems.error(
                "missing-field",
                of.at.clone(),
                "no clause is named",
                "name the clauses whose payment it looks at: `of = [\"...\"]`",
            );
        }
    }

    /// An amount is above nothing.
    pub fn positive(&mut self, amount: &At<Money>) {
        if amount.value <= Money::ZERO {
            self.problems.error(
                "bad-money",
                amount.at.clone(),
                format!("this is {}, and must be above nothing", amount.value),
                "write an amount above 0",
            );
        }
    }

    /// A share lies between nothing and the whole.
    pub fn share(&mut self, field: &str, share: &Percent, at: Range<usize>) {
        if *share.number() < Exact::ZERO || share.share() > Exact::ONE {
            self.problems.error(
                "bad-percentage",
                at,
                format!("`{field}` is {share}: a share lies between 0% and 100%"),
                "mend the share",
            );
        }
    }

    /// Each of the values of a share lies between 0% and 100%, and one has begun when the clause begins.
    pub fn shares(&mut self, field: &str, share: &At<Dated<Percent>>, clause: &Clause) {
        for (_, one) in share.values() {
            self.share(field, one, share.at.clone());
        }
        self.covers(field, &share.value, share.at.clone(), clause);
    }

    /// A limit allows something.
    pub fn limit(&mut self, limit: Option<&At<Limit>>, clause: &Clause) {
        if let Some(limit) = limit {
            if let Some(most) = &limit.per_person {
                self.covers("per-person", most, limit.at.clone(), clause);
            }
            if limit.per_person.as_ref().is_some_and(|most| most.values().iter().all(|(_, most)| *most == 0)) {
                self.problems.error(
                    "unearnable-price",
                    limit.at.clone(),
                    "at most 0 times for a person: the price can never be earned",
                    "allow at least one, or take the clause out",
                );
            }
            if limit.per_person.is_none() && limit.every.is_none() {
                self.problems.error(
                    "missing-field",
                    limit.at.clone(),
                    "the limit limits nothing",
                    "add `per-person = 1` or `every = \"12 months\"`",
                );
            }
        }
    }

    /// A measure with a follow-up window has its ends stated.
    pub fn follow_up_stated(&mut self, used: &MeasureUse, own: Option<&At<WindowEnds>>) {
        let window = self.measures.get(&used.name.value).and_then(|measure| measure.follow_up.clone());
        if let Some(window) = window {
            self.window_stated(used.name.at.clone(), own, &format!("window `{window}` of `{}`", used.name.value));
        }
    }

    /// Death, custody and moving away are each said to count, not count or change nothing.
    pub fn window_stated(&mut self, at: Range<usize>, own: Option<&At<WindowEnds>>, what: &str) {
        let whole = self.contract.window_ends.as_ref();
        let said = |pick: fn(&WindowEnds) -> Option<WindowEnd>| {
            own.and_then(|ends| pick(ends)).or(whole.and_then(|ends| pick(ends)))
        };
        let unsaid: Vec<&str> = [
            ("death", said(|ends| ends.death)),
            ("custody", said(|ends| ends.custody)),
            ("moved-away", said(|ends| ends.moved_away)),
        ]
        .into_iter()
        .filter(|(_, end)| end.is_none())
        .map(|(event, _)| event)
        .collect();
        if !unsaid.is_empty() {
            self.problems.error(
                "window-end-unstated",
                at,
                format!("{} can end the {what}, and the contract does not say what then happens", listed(&unsaid)),
                "say so in `window-ends`, of the clause or the contract: \"counts\", \"does-not-count\" or \"ignored\"",
            );
        }
    }

    /// Warns where the payee alone makes the evidence that pays the payee.
    pub fn self_evidenced(&mut self, used: &MeasureUse, clause: &Clause) {
        if clause.common.evidence.as_ref().is_some_and(|rule| rule.settled()) {
            return;
        }
        let help = match clause.kind.clausal().confirms() {
            true => "add `confirmed-by = \"...\"`: the party that must have sent the evidence",
            false => "add `evidence = { sent-by = [\"...\"] }`: the parties one of which must have sent the evidence",
        };
        let own = self
            .measures
            .get(&used.name.value)
            .is_some_and(|measure| measure.evidenced_by.as_deref() == Some("provider"));
        if own {
            self.problems.warning(
                "self-evidenced",
                used.name.at.clone(),
                format!(
                    "`{}` rests on the provider's own judgement, and `{}` pays the provider by it",
                    used.name.value,
                    clause.id()
                ),
                help,
            );
        }
    }
}
