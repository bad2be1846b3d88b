//! What changes a price after its clause has worked it out and before caps: a
//! share of it, a discount, an index. Each kind is one file here and one line in
//! the list below.

mod deadweight;
mod discount;
mod index;
mod learning_curve;
mod split;
mod uplift;

use std::ops::Range;

use meed_measures::Grain;
use meed_units::Period;
use serde_json::{Map, Value};
use toml::de::DeTable;

use crate::{
    check::Checking,
    clause::Clause,
    decode::{At, Decode, Fields, Id, Listed, Node, Problems, as_table, find, refuse_unknown, table},
    measure_use::MeasureUse,
    plain::Plain,
    said::Said,
};

pub use deadweight::{Deadweight, DeadweightOn};
pub use discount::Discount;
pub use index::{IndexTable, Indexation, IndexedBy};
pub use learning_curve::LearningCurve;
pub use split::{PartOfSplit, Split};
pub use uplift::Uplift;

/// One adjustment of a price: what every kind has, and what its own kind says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adjustment {
    /// What every kind has.
    pub common: Common,
    /// How it changes the price.
    pub kind: Kind,
}

table! {
    /// What every kind of adjustment has.
    pub struct Common {
        /// In the contract's own list: the clauses it adjusts; all when left out. Not used in a clause's list.
        clauses: Listed<At<Id>>,
        /// An outcome measure whose first day for the person decides which dated value holds: the day somebody joined. The day it fell due when left out.
        dated_by: Option<MeasureUse>,
        /// The clause of the signed paper.
        cites: Option<String>,
        /// What is known of it and what is ours.
        note: Option<String>,
    }
}

/// What an adjustment is checked for.
pub(crate) struct Adjusted {
    /// Where it stands in the file.
    pub at: Range<usize>,
    /// The days it must have values for.
    pub runs: Period,
}

/// What a kind of adjustment has to say for itself.
pub(crate) trait Adjusting {
    /// The measures it uses, each with the grain it needs.
    fn uses(&self) -> Vec<(&MeasureUse, Grain)> {
        Vec::new()
    }
    /// Its own checks.
    fn check(&self, adjusted: &Adjusted, checking: &mut Checking<'_>);
    /// Whether it asks something of a person.
    fn personal(&self) -> bool {
        false
    }
    /// Whether it changes a number of outcomes or units.
    fn volume(&self) -> bool {
        false
    }
    /// In plain English, to follow the clause: `less the discount of 6% offered`.
    fn plain(&self, plain: &Plain<'_>) -> String;
}

macro_rules! kinds {
    ($($kind:literal => $name:ident),* $(,)?) => {
        /// How an adjustment changes a price.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[allow(missing_docs)]
        pub enum Kind { $($name($name)),* }

        impl Kind {
            /// Every kind, as written in a contract.
            pub const NAMES: &'static [&'static str] = &[$($kind),*];

            /// As written in a contract.
            pub fn name(&self) -> &'static str {
                match self { $(Kind::$name(_) => $kind),* }
            }

            fn known_fields(kind: &str) -> Option<&'static [&'static str]> {
                match kind { $($kind => Some(<$name as Fields>::NAMES),)* _ => None }
            }

            fn read(kind: &str, table: &DeTable<'_>, at: Range<usize>, problems: &mut Problems) -> Option<Kind> {
                match kind { $($kind => <$name as Fields>::fields(table, at, problems).map(Kind::$name),)* _ => None }
            }

            #[allow(clippy::type_complexity)]
            fn schemas() -> Vec<(&'static str, &'static str, (Map<String, Value>, Vec<Value>))> {
                vec![$(($kind, $name::ABOUT, <$name as Fields>::properties())),*]
            }

            fn said_fields(&self) -> Vec<(String, Said)> {
                match self { $(Kind::$name(kind) => kind.said_fields()),* }
            }

            pub(crate) fn adjusting(&self) -> &dyn Adjusting {
                match self { $(Kind::$name(kind) => kind),* }
            }
        }
    };
}

kinds! {
    "split" => PartOfSplit,
    "discount" => Discount,
    "index" => Indexation,
    "learning-curve" => LearningCurve,
    "uplift" => Uplift,
    "deadweight" => Deadweight,
}

impl Adjustment {
    /// The measures it uses, each with the grain it needs.
    pub fn uses(&self) -> Vec<(&MeasureUse, Grain)> {
        let dated = self.common.dated_by.iter().map(|measure| (measure, Grain::Outcome));
        dated.chain(self.kind.adjusting().uses()).collect()
    }

    /// In plain English.
    pub(crate) fn plain(&self, plain: &Plain<'_>) -> String {
        let mut text = self.kind.adjusting().plain(plain);
        if let Some(measure) = &self.common.dated_by {
            text += &format!(", by the day of: {}", plain.measure(measure));
        }
        if let Some(cites) = &self.common.cites {
            text += &format!(" [{cites}]");
        }
        if let Some(note) = &self.common.note {
            text += &format!(" (note: {note})");
        }
        text
    }
}

impl Decode for Adjustment {
    fn decode(node: &Node<'_>, problems: &mut Problems) -> Option<Adjustment> {
        let table = as_table(node, "an adjustment", problems)?;
        let Some(kind_node) = find(table, "kind") else {
            problems.error(
                "missing-field",
                node.span(),
                "`kind` is missing: how does this change the price?",
                format!("kinds are {}", crate::decode::listed(Kind::NAMES)),
            );
            return None;
        };
        let kind = String::decode(kind_node, problems)?;
        let Some(known) = Kind::known_fields(&kind) else {
            problems.within("kind", |problems| {
                crate::decode::no_such_word(&kind, Kind::NAMES, kind_node.span(), problems);
            });
            return None;
        };
        problems.within(format!("{kind:?}"), |problems| {
            let fields: Vec<&str> = ["kind"].iter().chain(Common::NAMES).chain(known).copied().collect();
            refuse_unknown(table, &fields, problems);
            let common = Common::fields(table, node.span(), problems);
            let kind = Kind::read(&kind, table, node.span(), problems);
            Some(Adjustment { common: common?, kind: kind? })
        })
    }

    fn said(&self) -> Said {
        let mut said = vec![("kind".to_owned(), Said::Value(self.kind.name().to_owned()))];
        said.extend(self.common.said_fields());
        said.extend(self.kind.said_fields());
        Said::Named(said)
    }

    fn schema() -> Value {
        let (common, required) = Common::properties();
        let kinds: Vec<Value> = Kind::schemas()
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
}

impl Checking<'_> {
    /// Adjustments of one clause, or of the contract.
    pub(crate) fn adjustments(&mut self, adjustments: &[At<Adjustment>], clause: Option<&Clause>) {
        let runs = clause.and_then(|clause| clause.common.runs.as_ref()).unwrap_or(&self.contract.runs).value;
        for adjustment in adjustments {
            self.problems.place.push(format!("[[adjust]] \"{}\"", adjustment.kind.name()));
            let (common, at) = (&adjustment.common, adjustment.at.clone());
            for named in common.clauses.iter() {
                self.clause_name(named);
            }
            if let (Some(clause), Some(named)) = (clause, common.clauses.first()) {
                self.problems.error(
                    "adjust-unused",
                    named.at.clone(),
                    format!("this list belongs to `{}` and adjusts nothing else", clause.id()),
                    "leave `clauses` out, or move the adjustment to `[[adjust]]` of the contract",
                );
            }
            for (measure, grain) in adjustment.uses() {
                self.measure(measure, grain);
            }
            let persons = common.dated_by.is_some() || adjustment.kind.adjusting().personal();
            let volume = adjustment.kind.adjusting().volume();
            match clause {
                Some(clause) => self.adjusts_clause(at.clone(), clause, persons, volume),
                None => self.adjusts(&common.clauses, persons, volume),
            }
            adjustment.kind.adjusting().check(&Adjusted { at, runs }, self);
            self.problems.place.pop();
        }
    }
}
