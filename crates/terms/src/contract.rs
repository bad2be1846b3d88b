//! The contract file: who, when, what is paid and within which limits.

use meed_units::{Date, Dated, Frequency, Money, Percent, Period, RoundingMode};
use toml::de::DeTable;

use crate::{
    adjust::{Adjustment, IndexTable, Split},
    amendment::Amendment,
    clause::{Clause, Kind},
    decode::{
        At, Decode, Fields, Flag, Id, Listed, Named, Node, Problems, as_table, find, refuse_unknown, table, words,
    },
    exclusive::Exclusive,
    group::Group,
    guardrail::Guardrail,
    include::{Include, Settings},
    investors::Investors,
    payer::Payer,
    quota::Quota,
    said::Said,
    suspension::{Suspension, Termination},
};

table! {
    /// A contract as written.
    pub struct Contract {
        /// Files that take part as if they were written here: outcomes, prices and definitions shared with other contracts.
        include: Listed<At<Include>>,
        /// What this contract sets in tables that it includes, by their id: `[set.abstinent]`.
        set: Option<At<Settings>>,
        /// Identifier; the folder's name when left out.
        id: Option<At<Id>>,
        /// What people call it.
        title: At<String>,
        /// ISO 4217 code of every amount: `GBP`.
        currency: At<Currency>,
        /// The first day, and the first day after the last.
        runs: At<Period>,
        /// How often money is settled.
        settles: Frequency,
        /// How an exact amount becomes payable, once, on the line.
        rounding: Option<At<RoundingTerm>>,
        /// The signed version of these terms.
        version: Option<Version>,
        /// What was agreed after signing, in the order of effect; what it changes is dated from that day.
        amendment: Listed<At<Amendment>>,
        /// Who pays, who delivers, who assesses.
        parties: Parties,
        /// Bands of need, lowest first.
        band: Listed<At<Band>>,
        /// Who sets a person's band, and which of a person's bands prices an outcome.
        banding: Option<At<Banding>>,
        /// What happens when death, custody or moving away ends a window; clauses may say otherwise.
        window_ends: Option<At<WindowEnds>>,
        /// The part of the contract's value that depends on results.
        at_risk: Option<At<AtRisk>>,
        /// Days in which everything is worked out and nothing is paid.
        shadow: Option<At<Shadow>>,
        /// Days off, for lengths in working days.
        holidays: Listed<Date>,
        /// What is paid, in the order in which it is worked out.
        clause: Listed<Clause>,
        /// How a maximum is divided between parts, by date.
        split: Listed<At<Split>>,
        /// Published values that prices move with.
        index: Listed<At<IndexTable>>,
        /// What changes the prices of several clauses, after what the clauses say themselves, in this order.
        adjust: Listed<At<Adjustment>>,
        /// Clauses whose results stand together or for one another, person by person.
        group: Listed<At<Group>>,
        /// The most that outcomes of one sort may be of all that are paid.
        quota: Listed<At<Quota>>,
        /// The most that is paid.
        cap: Listed<At<Cap>>,
        /// Outcomes that another contract may have paid for already.
        exclusive: Listed<At<Exclusive>>,
        /// Who pays how much of each line, where more than the commissioner pays.
        payer: Listed<At<Payer>>,
        /// Days in which clauses do not pay.
        suspension: Listed<At<Suspension>>,
        /// What is done about what guardrails find.
        guardrail: Listed<At<Guardrail>>,
        /// The end of the contract before its time.
        termination: Option<At<Termination>>,
        /// Who put money in, and what becomes of what is paid.
        investors: Option<At<Investors>>,
        /// What is known of the scheme and what is ours, in words.
        notes: Listed<String>,
    }
}

/// An ISO 4217 code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Currency(pub String);

impl Currency {
    /// ISO 4217's code for no currency: it stands in where one does not read, so that the rest can be checked.
    pub(crate) fn none() -> Currency {
        Currency("XXX".to_owned())
    }
}

impl Decode for Currency {
    fn decode(node: &Node<'_>, problems: &mut Problems) -> Option<Currency> {
        let text = String::decode(node, problems)?;
        if text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase()) {
            return Some(Currency(text));
        }
        problems.error(
            "bad-value",
            node.span(),
            "a currency is three capital letters",
            "write the ISO 4217 code: \"GBP\", \"USD\", \"EUR\"",
        );
        None
    }
    fn schema() -> serde_json::Value {
        serde_json::json!({"type": "string", "pattern": "^[A-Z]{3}$"})
    }
    fn said(&self) -> Said {
        Said::Value(self.0.clone())
    }
}

table! {
    /// How amounts are rounded.
    pub struct RoundingTerm {
        /// The unit: "0.01" for pennies.
        to: At<Money>,
        /// Which way.
        mode: RoundingMode,
    }
}

table! {
    /// A signed version of the terms.
    pub struct Version {
        /// Its number or name.
        name: String,
        /// The day it was signed.
        signed_on: Option<Date>,
        /// The first day it applies to.
        effective_from: Option<Date>,
        /// Why the terms were changed.
        reason: Option<String>,
    }
}

table! {
    /// Who is bound.
    pub struct Parties {
        /// Who pays.
        commissioner: At<Id>,
        /// Who delivers and is paid.
        providers: At<Vec<At<Id>>>,
        /// Who assesses need; never a provider.
        assessor: Option<At<Id>>,
        /// Others who send evidence: an auditor, the police.
        others: Listed<At<Id>>,
    }
}

table! {
    /// A band of need.
    pub struct Band {
        /// Identifier, as used in prices.
        id: At<Id>,
        /// What people call it.
        title: Option<String>,
        /// The lowest score in it.
        from: Option<At<u32>>,
        /// The first score above it.
        to: Option<At<u32>>,
    }
}

table! {
    /// Who sets bands and which one prices.
    pub struct Banding {
        /// Which of a person's bands prices an outcome.
        prices_by: BandChoice,
        /// What is done about an outcome of a person without a band.
        unassessed: Option<Unassessed>,
    }
}

words! {
    /// Which of a person's bands prices an outcome.
    pub enum BandChoice {
        /// The first one ever set.
        First = "first",
        /// The one in force when the spell or journey began: the earliest on record where the measure names no start.
        AtStart = "at-start",
        /// The latest one in force on the day of the outcome.
        Latest = "latest",
    }
}

words! {
    /// An outcome of a person whom nobody has assessed.
    pub enum Unassessed {
        /// Worked out once the band is known; named on the statement meanwhile.
        Hold = "hold",
        /// The lowest price of any band, put right once the band is known.
        LowestPrice = "lowest-price",
    }
}

table! {
    /// What happens when an event ends a window before the outcome can be known.
    pub struct WindowEnds {
        /// The person dies.
        death: Option<WindowEnd>,
        /// The person goes into custody.
        custody: Option<WindowEnd>,
        /// The person moves out of the area.
        moved_away: Option<WindowEnd>,
    }
}

words! {
    /// What an ended window means.
    pub enum WindowEnd {
        /// The outcome counts as reached when the event happens.
        Counts = "counts",
        /// The outcome does not count; what was paid for it is taken back.
        DoesNotCount = "does-not-count",
        /// The event changes nothing: the window runs on.
        Ignored = "ignored",
    }
}

table! {
    /// The part of the value that depends on results.
    pub struct AtRisk {
        /// The annual value: one amount for the whole contract, or one for each provider.
        annual: Named<Dated<Money>>,
        /// The share that depends on results, by date.
        share: At<Dated<Percent>>,
        /// How that part is divided between clauses, in shares that make the whole: a cap `each-clause` without an
        /// amount gives each its own.
        split: Option<At<Named<Percent>>>,
    }
}

table! {
    /// Days in which nothing is paid.
    pub struct Shadow {
        /// The first day.
        from: Date,
        /// The first day after.
        until: Date,
        /// The clauses in shadow; all of them when left out.
        clauses: Listed<At<Id>>,
    }
}

table! {
    /// The most that is paid.
    pub struct Cap {
        /// Identifier.
        id: At<Id>,
        /// What it caps.
        per: CapScope,
        /// The amount; left out, the part of the contract's value at risk in the contract year.
        amount: Option<Dated<Money>>,
        /// The clauses it covers; all when left out.
        clauses: Listed<At<Id>>,
        /// Whether each clause has room of its own (a cap per metric) or they share it.
        each_clause: Flag,
        /// Per period or year: whether room that is left goes on to the next one.
        carry: Flag,
        /// Who comes first when the room does not reach.
        order: Option<CapOrder>,
        /// What happens to the room of a line that is taken back.
        when_reversed: Option<WhenReversed>,
        /// The clause of the signed paper.
        cites: Option<String>,
        /// What is known of it and what is ours.
        note: Option<String>,
    }
}

words! {
    /// What a cap caps.
    pub enum CapScope {
        /// Everything paid for one person.
        Person = "person",
        /// Everything paid to one provider.
        Provider = "provider",
        /// Everything that falls due in one settlement period.
        Period = "period",
        /// Everything that falls due in one contract year.
        Year = "year",
        /// Everything the contract pays.
        Contract = "contract",
    }
}

words! {
    /// Who comes first when a cap's room does not reach.
    pub enum CapOrder {
        /// By the day it fell due, then by the clauses' order, then by person.
        OccurredOn = "occurred-on",
    }
}

words! {
    /// What happens to the room of a line that is taken back.
    pub enum WhenReversed {
        /// Everything known is laid out again in order: later lines may move up.
        ReFlow = "re-flow",
        /// A line once posted keeps the room it used; later lines stay as they were priced.
        AsPriced = "as-priced",
    }
}

/// A clause is its common fields and those of its kind, in one table.
impl Decode for Clause {
    fn decode(node: &Node<'_>, problems: &mut Problems) -> Option<Clause> {
        let table = as_table(node, "a clause", problems)?;
        let shown = find(table, "id").and_then(|id| id.get_ref().as_str()).unwrap_or("without an id");
        problems.within(format!("{:?}", shown.chars().take(60).collect::<String>()), |problems| {
            clause(table, node, problems)
        })
    }

    fn schema() -> serde_json::Value {
        let (common, required) = crate::clause::Common::properties();
        let kinds: Vec<serde_json::Value> = Kind::schemas()
            .into_iter()
            .map(|(kind, about, (own, own_required))| {
                let mut properties = common.clone();
                properties.insert("kind".into(), serde_json::json!({"const": kind, "description": about}));
                properties.extend(own);
                let mut required = required.clone();
                required.push("kind".into());
                required.extend(own_required);
                crate::decode::object((properties, required))
            })
            .collect();
        serde_json::json!({"oneOf": kinds})
    }

    fn said(&self) -> Said {
        let mut said = vec![("kind".to_owned(), Said::Value(self.kind.name().to_owned()))];
        said.extend(self.common.said_fields());
        said.extend(self.kind.said_fields());
        Said::Named(said)
    }
}

fn clause(table: &DeTable<'_>, node: &Node<'_>, problems: &mut Problems) -> Option<Clause> {
    let common = crate::clause::Common::fields(table, node.span(), problems);
    let Some(kind_node) = find(table, "kind") else {
        problems.error(
            "missing-field",
            node.span(),
            "`kind` is missing: how does this clause pay?",
            format!("kinds are {}", crate::decode::listed(Kind::NAMES)),
        );
        return None;
    };
    let written = String::decode(kind_node, problems)?;
    let known = Kind::known_fields(&written);
    if known.is_none() {
        problems
            .within("kind", |problems| crate::decode::no_such_word(&written, Kind::NAMES, kind_node.span(), problems));
    }
    // Where another kind was meant, its fields are read all the same, so that what is wrong with them is told at once.
    let kind_name = match known {
        Some(_) => written,
        None => crate::diagnostic::nearest(&written, Kind::NAMES.iter().copied())?.to_owned(),
    };
    let misspelt = known.is_none();
    let known = Kind::known_fields(&kind_name)?;
    let fields: Vec<&str> = ["kind"].iter().chain(crate::clause::Common::NAMES).chain(known).copied().collect();
    refuse_unknown(table, &fields, problems);
    let kind = Kind::read(&kind_name, table, node.span(), problems);
    (!misspelt).then_some(())?;
    Some(Clause { common: common?, at: node.span(), kind: kind? })
}
