//! The contract in plain English: a page a commissioner can sign.

use std::{collections::BTreeMap, fmt::Write as _};

use meed_measures::Measure;
use meed_units::{Date, Dated, Exact, MeasureName, Money};

use crate::{
    clause::Limit,
    contract::{BandChoice, CapScope, Contract, Unassessed, WhenReversed, WindowEnd, WindowEnds},
    decode::{At, Named, first_day},
    measure_use::MeasureUse,
};

/// What a clause needs to say itself.
pub(crate) struct Plain<'a> {
    pub contract: &'a Contract,
    pub measures: &'a BTreeMap<MeasureName, Measure>,
}

/// The whole contract.
pub(crate) fn read_back(contract: &Contract, measures: &BTreeMap<MeasureName, Measure>) -> String {
    let plain = Plain { contract, measures };
    let parties = &contract.parties;
    let mut out = format!("{}\n{}\n\n", contract.title.value, "=".repeat(contract.title.value.chars().count()));
    let names: Vec<&str> = parties.providers.iter().map(|id| &*id.value).collect();
    let _ = writeln!(
        out,
        "{} pays {} from {} until the day before {}, settled {}, in {}.",
        parties.commissioner.value,
        and(&names),
        contract.runs.from,
        contract.runs.until,
        contract.settles,
        contract.currency.value.0
    );
    if let Some(version) = &contract.version {
        let signed = version.signed_on.map_or_else(String::new, |on| format!(", signed on {on}"));
        let reason = version.reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}"));
        let _ = writeln!(out, "This is version {}{signed}{reason}.", version.name);
    }
    if !contract.include.is_empty() {
        let _ = writeln!(out, "{}", plain.included().trim_end());
    }
    let _ = writeln!(out, "Amounts are worked out exactly and rounded once, on the line, {}.", plain.rounding());
    if let Some(assessor) = &parties.assessor {
        let _ = writeln!(out, "{} assesses need and is paid for none of it.", assessor.value);
    }
    if let Some(banding) = &contract.banding {
        let bands: Vec<String> = contract
            .band
            .iter()
            .map(|band| match (&band.from, &band.to) {
                (Some(from), Some(to)) => format!("{} (scores {} to below {})", band.id.value, from.value, to.value),
                (Some(from), None) => format!("{} (scores from {})", band.id.value, from.value),
                _ => band.id.value.to_string(),
            })
            .collect();
        let chosen = match banding.prices_by {
            BandChoice::First => "the first band ever set",
            BandChoice::AtStart => "the band in force when the person started",
            BandChoice::Latest => "the latest band in force on the day of the outcome",
        };
        let _ = writeln!(out, "Bands of need, lowest first: {}. An outcome is priced by {chosen}.", bands.join(", "));
        let unassessed = match banding.unassessed {
            Some(Unassessed::LowestPrice) => "is paid at the lowest price until a band is set, then put right",
            Some(Unassessed::Hold) | None => "is held until a band is set",
        };
        let _ = writeln!(out, "An outcome of a person without a band {unassessed}.");
    }
    if let Some(at_risk) = &contract.at_risk {
        let shares: Vec<String> =
            at_risk.share.values().iter().map(|(from, share)| format!("{share}{}", since(*from))).collect();
        let _ = writeln!(
            out,
            "Of {} a year, the share that depends on results is {}.",
            money_by(&at_risk.annual, &plain),
            shares.join(", ")
        );
        if let Some(split) = &at_risk.split {
            let parts: Vec<String> =
                split.iter().filter_map(|(name, share)| Some(format!("{share} for {}", name?.value))).collect();
            let _ = writeln!(out, "That part is divided: {}.", parts.join(", "));
        }
    }
    if let Some(shadow) = &contract.shadow {
        let what = if shadow.clauses.is_empty() {
            "everything is".to_owned()
        } else {
            let clauses: Vec<&str> = shadow.clauses.iter().map(|id| &*id.value).collect();
            format!("{} are", and(&clauses))
        };
        let _ = writeln!(
            out,
            "From {} until the day before {}, {what} worked out and shown, and nothing of it is paid.",
            shadow.from, shadow.until
        );
    }
    if let Some(ends) = &contract.window_ends {
        let _ = writeln!(out, "{}", plain.window_ends(Some(&ends.value)).trim());
    }

    let _ = writeln!(out, "\nWhat is paid\n------------");
    for (number, clause) in contract.clause.iter().enumerate() {
        let cites = clause.common.cites.as_ref().map_or_else(String::new, |cites| format!(" [{cites}]"));
        let _ = writeln!(out, "\n{}. {}{cites}", number + 1, clause.title());
        let mut text = clause.kind.clausal().plain(&plain);
        for adjustment in clause.common.adjust.iter() {
            text += &format!(" Then: {}.", adjustment.plain(&plain));
        }
        if let Some(runs) = &clause.common.runs {
            text += &format!(" Only from {} until the day before {}.", runs.from, runs.until);
        }
        if let Some(rule) = &clause.common.evidence {
            text += &rule.plain();
        }
        if let Some(lag) = &clause.common.settle_lag {
            text += &format!(" What is owed falls due {} after what earns it.", by_date(lag));
        }
        if !clause.common.providers.is_empty() {
            let only: Vec<&str> = clause.common.providers.iter().map(|id| &*id.value).collect();
            text += &format!(" Only for {}.", and(&only));
        }
        if let Some(note) = &clause.common.note {
            text += &format!(" Note: {note}");
        }
        out += &wrapped(&text, "   ");
    }

    if !contract.adjust.is_empty() {
        let _ = writeln!(out, "\nWhat changes prices, after the clauses\n-------------------------------------");
        for adjustment in contract.adjust.iter() {
            let clauses: Vec<&str> = adjustment.common.clauses.iter().map(|id| &*id.value).collect();
            let of = if clauses.is_empty() { "every clause".to_owned() } else { and(&clauses) };
            out += &wrapped(&format!("- {of}: {}.", adjustment.plain(&plain)), "  ").replacen("  - ", "- ", 1);
        }
    }
    let lists: [(&str, Vec<String>); 6] = [
        ("Agreed since", contract.amendment.iter().map(|amendment| plain.amendment(amendment)).collect()),
        ("Together or for one another", contract.group.iter().map(|group| plain.group(group)).collect()),
        ("Mix", contract.quota.iter().map(|quota| plain.quota(quota)).collect()),
        ("Who pays", contract.payer.iter().map(|payer| plain.payer(payer)).collect()),
        ("Guardrails", contract.guardrail.iter().map(|guardrail| plain.guardrail(guardrail)).collect()),
        (
            "Suspended and ended",
            contract
                .suspension
                .iter()
                .map(|suspension| plain.suspension(suspension))
                .chain(contract.termination.iter().map(|termination| plain.termination(termination)))
                .collect(),
        ),
    ];
    for (title, texts) in lists.iter().filter(|(_, texts)| !texts.is_empty()) {
        let _ = writeln!(out, "\n{title}\n{}", "-".repeat(title.len()));
        for text in texts {
            out += &wrapped(&format!("- {text}"), "  ").replacen("  - ", "- ", 1);
        }
    }
    if !contract.cap.is_empty() {
        let _ = writeln!(out, "\nAt most\n-------");
        for cap in contract.cap.iter() {
            out += &wrapped(&format!("- {}", plain.cap(cap)), "  ").replacen("  - ", "- ", 1);
        }
    }
    if !contract.exclusive.is_empty() {
        let _ = writeln!(out, "\nPaid once\n---------");
        for exclusive in contract.exclusive.iter() {
            out += &wrapped(&format!("- {}", exclusive.plain()), "  ").replacen("  - ", "- ", 1);
        }
    }
    if let Some(investors) = &contract.investors {
        let _ = writeln!(out, "\nWhat becomes of it\n------------------\n");
        out += &wrapped(&investors.plain(&plain), "");
    }
    if !contract.notes.is_empty() {
        let _ = writeln!(out, "\nNotes\n-----");
        for note in contract.notes.iter() {
            out += &wrapped(&format!("- {note}"), "  ").replacen("  - ", "- ", 1);
        }
    }
    out
}

impl Plain<'_> {
    /// Which other files take part, and what is set in them here.
    fn included(&self) -> String {
        let files: Vec<String> = self
            .contract
            .include
            .iter()
            .map(|include| {
                let only: Vec<&str> = include.only.iter().map(|id| &*id.value.0).collect();
                let only =
                    if only.is_empty() { String::new() } else { format!(" (of its clauses only {})", and(&only)) };
                format!("{}{only}", include.file.value)
            })
            .collect();
        let mut text = format!("It takes in {}.", files.join("; "));
        let set: Vec<String> = self
            .contract
            .set
            .iter()
            .flat_map(|settings| &settings.value.0)
            .map(|(id, fields)| {
                let fields: Vec<&str> = fields.iter().map(|field| &*field.value).collect();
                format!("{} of {}", and(&fields), id.value)
            })
            .collect();
        if !set.is_empty() {
            text += &format!(" Set here: {}.", set.join("; "));
        }
        wrapped(&text, "")
    }

    /// An amount with its currency.
    pub fn money(&self, amount: Money) -> String {
        format!("{} {}", self.contract.currency.value.0, amount.grouped())
    }

    /// What a measure asks, with what the contract sets.
    pub fn measure(&self, used: &MeasureUse) -> String {
        let Some(measure) = self.measures.get(&used.name.value) else { return format!("`{}`", used.name.value) };
        let values = used.values(measure);
        let question = &measure.question;
        if values.is_empty() {
            return format!("“{question}” (`{}`)", measure.name);
        }
        let set: Vec<String> =
            values.iter().map(|(name, value)| format!("{} {value}", name.replace('_', " "))).collect();
        format!("“{question}” (`{}`: {})", measure.name, set.join(", "))
    }

    /// How the annual amount is divided.
    pub fn in_parts(&self) -> &'static str {
        match self.contract.settles {
            meed_units::Frequency::Monthly => "one twelfth each month",
            meed_units::Frequency::Quarterly => "one quarter every three months",
            meed_units::Frequency::Yearly => "once a year",
        }
    }

    /// ` to each provider`, where one amount stands for several.
    pub fn to_each<T>(&self, amounts: &Named<T>) -> &'static str {
        let several = self.contract.parties.providers.len() > 1;
        if several && matches!(amounts, Named::One(_)) { " to each provider" } else { "" }
    }

    /// `From 2004-07-01 on:`, or nothing where a value always held.
    pub fn from(&self, date: Date) -> String {
        if date == first_day() { String::new() } else { format!(" From {date} on:") }
    }

    /// How amounts are rounded.
    pub fn rounding(&self) -> String {
        match &self.contract.rounding {
            Some(rounding) => format!("{} to {}", rounding.mode, self.money(rounding.to.value)),
            None => format!("half-even to {}", self.money(Money::minor(1))),
        }
    }

    /// How often an outcome is paid.
    pub fn limit(&self, limit: Option<&Limit>) -> String {
        let Some(limit) = limit else { return String::new() };
        let often = |times: u32| match times {
            1 => ", once for each person".to_owned(),
            times => format!(", at most {times} times for each person"),
        };
        let dated = limit.per_person.iter().flat_map(|most| most.values());
        let mut text: String = dated.map(|(from, times)| often(*times) + &since(*from)).collect();
        if let Some(every) = &limit.every {
            text += &format!(", not again within {every}");
        }
        text
    }

    /// What happens when an event ends a window.
    pub fn window_ends(&self, ends: Option<&WindowEnds>) -> String {
        let Some(ends) = ends else { return String::new() };
        let said: Vec<String> =
            [("the person dies", ends.death), ("goes into custody", ends.custody), ("moves away", ends.moved_away)]
                .into_iter()
                .filter_map(|(event, end)| {
                    Some(match end? {
                        WindowEnd::Counts => format!("if {event}, the outcome counts as reached that day"),
                        WindowEnd::DoesNotCount => format!("if {event}, the outcome does not count"),
                        WindowEnd::Ignored => format!("if {event}, nothing changes"),
                    })
                })
                .collect();
        if said.is_empty() { String::new() } else { format!(" Before a window closes: {}.", said.join("; ")) }
    }

    fn cap(&self, cap: &crate::contract::Cap) -> String {
        let amount = match &cap.amount {
            Some(amount) => dated_money(amount, self),
            None => "the value at risk on results".to_owned(),
        };
        let per = match cap.per {
            CapScope::Person => "for one person",
            CapScope::Provider => "for one provider",
            CapScope::Period => "in one settlement period",
            CapScope::Year => "in one contract year",
            CapScope::Contract => "over the whole contract",
        };
        let clauses: Vec<&str> = cap.clauses.iter().map(|id| &*id.value).collect();
        let of = match (clauses.is_empty(), cap.each_clause.0) {
            (true, false) => "everything together".to_owned(),
            (true, true) => "each clause by itself".to_owned(),
            (false, false) => and(&clauses),
            (false, true) => format!("each of {} by itself", and(&clauses)),
        };
        let reversed = match cap.when_reversed {
            Some(WhenReversed::ReFlow) => " Room given back goes to the next in order.",
            Some(WhenReversed::AsPriced) => " Room once used stays used.",
            None => "",
        };
        let carry = if cap.carry.0 { " Room that is left goes on to the next." } else { "" };
        let cites = cap.cites.as_ref().map_or_else(String::new, |cites| format!(" [{cites}]"));
        let note = cap.note.as_ref().map_or_else(String::new, |note| format!(" Note: {note}"));
        format!("{amount} {per}: {of}{cites}. First come first paid, by the day it fell due.{reversed}{carry}{note}")
    }
}

pub(crate) fn since(from: Date) -> String {
    if from == first_day() { String::new() } else { format!(" from {from}") }
}

/// `10%`, or each value with the day it begins: `10%, then 12% from 2027-01-01`.
pub(crate) fn by_date<T: std::fmt::Display>(dated: &Dated<T>) -> String {
    let values: Vec<String> = dated.values().iter().map(|(from, value)| format!("{value}{}", since(*from))).collect();
    values.join(", then ")
}

pub(crate) fn dated_money(dated: &Dated<Money>, plain: &Plain<'_>) -> String {
    let values: Vec<String> =
        dated.values().iter().map(|(from, amount)| format!("{}{}", plain.money(*amount), since(*from))).collect();
    values.join(", then ")
}

/// `GBP 300.00`, or each name's amount.
pub(crate) fn money_by(values: &Named<Dated<Money>>, plain: &Plain<'_>) -> String {
    let each: Vec<String> = values
        .iter()
        .map(|(name, dated)| match name {
            Some(name) => format!("{} for {}", dated_money(dated, plain), name.value),
            None => dated_money(dated, plain),
        })
        .collect();
    each.join(", ")
}

/// `13`, or each name's number.
pub(crate) fn number_by(values: &Named<At<u32>>) -> String {
    let each: Vec<String> = values
        .iter()
        .map(|(name, number)| match name {
            Some(name) => format!("{} for {}", number.value, name.value),
            None => number.value.to_string(),
        })
        .collect();
    each.join(", ")
}

/// `47.5`, or each name's figure, with the days they hold from.
pub(crate) fn numbers_by(values: &Named<Dated<Exact>>) -> String {
    let each: Vec<String> = values
        .iter()
        .map(|(name, dated)| {
            let figures: Vec<String> =
                dated.values().iter().map(|(from, figure)| format!("{}{}", figure.to_plain(4), since(*from))).collect();
            let figures = figures.join(", then ");
            name.map_or_else(|| figures.clone(), |name| format!("{figures} for {}", name.value))
        })
        .collect();
    each.join("; ")
}

/// `a, b and c`
pub(crate) fn and(words: &[&str]) -> String {
    match words.split_last() {
        None => String::new(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// Lines of at most a hundred characters, each behind `margin`.
fn wrapped(text: &str, margin: &str) -> String {
    let mut out = String::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && margin.len() + line.chars().count() + 1 + word.chars().count() > 100 {
            let _ = writeln!(out, "{margin}{line}");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line += word;
    }
    let _ = writeln!(out, "{margin}{line}");
    out
}
