//! What decoded terms say, as names and values: what two versions of a contract
//! are compared by. Made from the same declarations that read them, so that a
//! new field is compared from the day it is read.

use meed_units::Date;

/// What a term says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// It is left out.
    Nothing,
    /// One value, as written.
    Value(String),
    /// Values by date, earliest first.
    Dated(Vec<(Date, Said)>),
    /// One value for each name of a band or provider, where one for all could stand.
    Each(Vec<(String, Said)>),
    /// The fields of a table.
    Named(Vec<(String, Said)>),
    /// Values in order.
    List(Vec<Said>),
}

impl Said {
    /// In words, on one line; none when nothing is said.
    pub fn words(&self) -> Option<String> {
        match self {
            Said::Nothing => None,
            Said::Value(value) => Some(value.clone()),
            Said::Dated(values) => {
                let said =
                    values.iter().map(|(from, said)| format!("{} from {from}", said.words().unwrap_or_default()));
                Some(said.collect::<Vec<_>>().join(", then "))
            }
            Said::Each(values) | Said::Named(values) => {
                let said = values.iter().filter_map(|(name, said)| Some(format!("{name} {}", said.words()?)));
                let said: Vec<String> = said.collect();
                (!said.is_empty()).then(|| said.join(", "))
            }
            Said::List(values) => {
                let apart = if values.iter().any(|said| matches!(said, Said::Named(_))) { "; " } else { ", " };
                let said: Vec<String> = values.iter().filter_map(Said::words).collect();
                (!said.is_empty()).then(|| said.join(apart))
            }
        }
    }

    /// Whether anything in it begins, ends or happens on a day.
    pub fn dates(&self, day: Date) -> bool {
        match self {
            Said::Nothing => false,
            Said::Value(value) => value.contains(&day.to_string()),
            Said::Dated(values) => values.iter().any(|(from, said)| *from == day || said.dates(day)),
            Said::Each(values) | Said::Named(values) => values.iter().any(|(_, said)| said.dates(day)),
            Said::List(values) => values.iter().any(|said| said.dates(day)),
        }
    }

    /// A field of a table.
    pub fn field(&self, name: &str) -> Option<&Said> {
        match self {
            Said::Named(fields) => fields.iter().find(|(known, _)| known == name).map(|(_, said)| said),
            _ => None,
        }
    }
}
