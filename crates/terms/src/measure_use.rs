//! A clause's use of a measure: which one, with which parameters.

use meed_measures::{Measure, ParameterValue};
use meed_units::MeasureName;
use serde_json::{Value, json};
use toml::de::DeValue;

use crate::{
    decode::{At, Decode, Node, Problems, refuse_dates},
    said::Said,
};

/// `"utilisation"`, or `{ use = "recovery/abstinent", reviews = 2, within = "12 months" }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasureUse {
    /// Which measure.
    pub name: At<MeasureName>,
    /// What the contract sets, by parameter name, as written.
    pub set: Vec<(At<String>, At<String>)>,
    key: String,
}

impl MeasureUse {
    fn new(name: At<MeasureName>, set: Vec<(At<String>, At<String>)>) -> MeasureUse {
        let mut key = name.to_string();
        if !set.is_empty() {
            let mut set: Vec<String> =
                set.iter().map(|(name, value)| format!("{}={}", name.value, value.value)).collect();
            set.sort();
            key = format!("{key}({})", set.join(", "));
        }
        MeasureUse { name, set, key }
    }

    /// The same for the same measure with the same settings: what its readings are filed under.
    pub fn key(&self) -> String {
        self.key.clone()
    }

    /// [`key`](MeasureUse::key), for whoever only looks under it.
    pub fn filed_under(&self) -> &str {
        &self.key
    }

    /// The value of every parameter of `measure`: as set here, else its default.
    /// Checked with the terms: each is known, reads as its kind, and has a value.
    pub fn values(&self, measure: &Measure) -> Vec<(String, ParameterValue)> {
        measure
            .parameters
            .iter()
            .filter_map(|parameter| {
                let set = self.set.iter().find(|(name, _)| name.value == parameter.name);
                let value = match set {
                    Some((_, value)) => parameter.kind.value(&value.value),
                    None => parameter.default.clone(),
                };
                value.map(|value| (parameter.name.clone(), value))
            })
            .collect()
    }
}

impl Decode for MeasureUse {
    fn decode(node: &Node<'_>, problems: &mut Problems) -> Option<MeasureUse> {
        let Some(table) = node.get_ref().as_table() else {
            let name = At::<String>::decode(node, problems)?;
            let name = At { value: MeasureName::new(&name.value), at: name.at };
            return Some(MeasureUse::new(name, Vec::new()));
        };
        if refuse_dates(node, problems) {
            return None;
        }
        let (mut name, mut named, mut reads) = (None, false, true);
        let mut set = Vec::new();
        for (key, value) in table.iter() {
            if key.get_ref() == "use" {
                named = true;
                let found = At::<String>::decode(value, problems);
                name = found.map(|found| At { value: MeasureName::new(&found.value), at: found.at });
                continue;
            }
            let text = match value.get_ref() {
                DeValue::String(text) => text.to_string(),
                DeValue::Integer(number) => number.as_str().to_owned(),
                DeValue::Datetime(date) => date.to_string(),
                _ if refuse_dates(value, problems) => {
                    reads = false;
                    continue;
                }
                _ => {
                    problems.error(
                        "wrong-type",
                        value.span(),
                        "a parameter is a text, a whole number or a date",
                        "put numbers with a point between quotes",
                    );
                    reads = false;
                    continue;
                }
            };
            let parameter = At { value: key.get_ref().replace('-', "_"), at: key.span() };
            set.push((parameter, At { value: text, at: value.span() }));
        }
        if !named {
            problems.error(
                "missing-field",
                node.span(),
                "`use` is missing: which measure?",
                "write { use = \"recovery/abstinent\", ... }",
            );
        }
        set.sort_by(|(a, _), (b, _)| a.value.cmp(&b.value));
        name.filter(|_| reads).map(|name| MeasureUse::new(name, set))
    }

    fn schema() -> Value {
        json!({"anyOf": [
            {"type": "string", "minLength": 1},
            {
                "type": "object",
                "required": ["use"],
                "properties": {"use": {"type": "string", "description": "Name of a standard measure, or the stem of a file in `measures/`."}},
                "additionalProperties": {"type": ["string", "integer"], "description": "A parameter of the measure."},
            },
        ]})
    }

    fn said(&self) -> Said {
        let set = self.set.iter().map(|(name, value)| (name.value.replace('_', "-"), Said::Value(value.value.clone())));
        let used = ("use".to_owned(), Said::Value(self.name.value.to_string()));
        Said::Named([used].into_iter().chain(set).collect())
    }
}
