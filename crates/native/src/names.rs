//! Names that come again and again in a snapshot, as small numbers: parties, kinds, codes.

use std::collections::HashMap;

use meed_units::PartyId;

/// A name by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Name(u32);

impl Name {
    pub fn number(self) -> u32 {
        self.0
    }
}

impl From<u32> for Name {
    fn from(number: u32) -> Name {
        Name(number)
    }
}

/// Every name seen so far. Only columns whose values are few are held here.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    numbers: HashMap<PartyId, Name>,
    names: Vec<PartyId>,
}

impl Names {
    /// The number of a name.
    pub fn of(&mut self, name: &str) -> Name {
        if let Some(known) = self.numbers.get(name) {
            return *known;
        }
        let number = Name(u32::try_from(self.names.len()).expect("there are fewer names than rows"));
        let shared = PartyId::new(name);
        self.names.push(shared.clone());
        self.numbers.insert(shared, number);
        number
    }

    /// The name of a number.
    pub fn text(&self, name: Name) -> &str {
        &self.names[name.0 as usize]
    }

    /// The party of this name.
    pub fn party(&self, name: Name) -> PartyId {
        self.names[name.0 as usize].clone()
    }
}
