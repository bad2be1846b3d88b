//! Which measures have a pass of their own: one line a measure.

use std::collections::BTreeMap;

use meed_evidence::code_list;
use meed_measures::{Measure, ParameterValue};

use crate::{
    day::{Day, Span},
    measures as of,
    names::{Name, Names},
    out::Out,
    walk::Looks,
};

/// A measure, ready to look at persons.
pub(crate) trait Pass: Send {
    /// Says of one person what the measure's SQL says.
    fn person(&mut self, out: &mut Out<'_>);
}

/// Prepares a measure; none where what is set has to be refused, which its SQL does.
type Prepare = fn(&mut Set<'_>) -> Option<Box<dyn Pass>>;

/// A measure by name, what it looks at, and how it is prepared.
type Listed = (&'static str, fn() -> Looks, Prepare);

const PASSES: [Listed; 17] = [
    ("attachment/started", of::attached::looks, of::attached::prepare),
    ("housing/entered", of::entered::looks, of::entered::prepare),
    ("housing/in-accommodation", of::in_accommodation::looks, of::in_accommodation::prepare),
    ("recovery/abstinent", of::abstinent::looks, of::abstinent::prepare),
    ("recovery/completed", of::completed::looks, of::completed::prepare),
    ("recovery/completed-no-return", of::completed_no_return::looks, of::completed_no_return::prepare),
    ("recovery/hepatitis-b", of::hepatitis_b::looks, of::hepatitis_b::prepare),
    ("recovery/housing-resolved", of::housing_resolved::looks, of::housing_resolved::prepare),
    ("recovery/quality-of-life", of::quality_of_life::looks, of::quality_of_life::prepare),
    ("recovery/re-presented", of::re_presented::looks, of::re_presented::prepare),
    ("recovery/reliably-improved", of::reliably_improved::looks, of::reliably_improved::prepare),
    ("recovery/retained", of::retained::looks, of::retained::prepare),
    ("recovery/stopped-injecting", of::stopped_injecting::looks, of::stopped_injecting::prepare),
    ("reoffending/binary", of::free_of_reoffending::looks, of::free_of_reoffending::prepare),
    ("work/in-work", of::in_work::looks, of::in_work::prepare),
    ("work/job-outcome", of::job_outcome::looks, of::job_outcome::prepare),
    ("work/started", of::work_started::looks, of::work_started::prepare),
];

/// The names of the standard measures that have a pass.
pub fn passes() -> impl Iterator<Item = &'static str> {
    PASSES.iter().map(|(name, ..)| *name)
}

/// Whether this measure, as it stands, has a pass with what is set: a standard one, word for word, and nothing set that
/// only its SQL refuses in words.
pub fn has_pass(measure: &Measure, values: &BTreeMap<String, ParameterValue>) -> bool {
    let Some((_, prepare)) = pass_of(&measure.name) else { return false };
    let names = &mut Names::default();
    meed_measures::standard(&measure.name).is_some_and(|own| own == *measure)
        && prepare(&mut Set { measure, values, as_of: Day(0), names }).is_some()
}

pub(crate) fn pass_of(name: &str) -> Option<(fn() -> Looks, Prepare)> {
    PASSES.iter().find(|(known, ..)| *known == name).map(|(_, looks, prepare)| (*looks, *prepare))
}

/// What a contract sets, and the names that evidence will use.
pub(crate) struct Set<'a> {
    pub measure: &'a Measure,
    pub values: &'a BTreeMap<String, ParameterValue>,
    pub as_of: Day,
    pub names: &'a mut Names,
}

impl Set<'_> {
    fn value(&self, name: &str) -> Option<&ParameterValue> {
        self.values.get(name).or_else(|| self.measure.parameter(name)?.default.as_ref())
    }

    pub fn count(&self, name: &str) -> Option<i64> {
        match self.value(name)? {
            ParameterValue::Count(count) => Some(i64::from(*count)),
            _ => None,
        }
    }

    pub fn span(&self, name: &str) -> Option<Span> {
        match self.value(name)? {
            ParameterValue::Length(length) => Span::of(*length),
            _ => None,
        }
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        match self.value(name)? {
            ParameterValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A number with twelve places, which is as many as SQL is given.
    pub fn number(&self, name: &str) -> Option<i128> {
        match self.value(name)? {
            ParameterValue::Number(number) => {
                let plain = number.to_plain(12);
                if plain.ends_with('…') || plain.len() > 30 {
                    return None;
                }
                (number * &meed_units::Exact::from(1_000_000_000_000)).floor()
            }
            _ => None,
        }
    }

    /// The codes of a list that are in this class.
    pub fn codes_of_class(&mut self, list: &str, class: &str) -> Vec<Name> {
        let list = code_list(list).expect("passes name standard lists");
        let of_class = list.rows().filter(|(_, _, own)| *own == Some(class));
        of_class.map(|(code, ..)| self.names.of(code)).collect()
    }

    /// The labels of a list's codes.
    pub fn labels(&mut self, list: &str) -> Vec<(Name, String)> {
        let list = code_list(list).expect("passes name standard lists");
        list.rows().map(|(code, label, _)| (self.names.of(code), label.to_owned())).collect()
    }
}

/// A value of evidence, which has nine places, in twelve.
pub(crate) fn in_twelve_places(value: i128) -> i128 {
    value * 1_000
}
