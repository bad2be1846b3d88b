//! The rows of one person, as a pass looks at them.

use crate::{day::Day, names::Name};

/// A text of the person's, kept in [`Person::text`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text {
    pub at: u32,
    pub length: u32,
}

/// Everything that is read of one person. Columns that no measure asks for are empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct Person {
    pub key: String,
    pub texts: String,
    pub spells: Vec<Spell>,
    pub reviews: Vec<Review>,
    pub events: Vec<Event>,
    pub referrals: Vec<Referral>,
    pub contacts: Vec<Contact>,
    pub assessments: Vec<Assessment>,
}

impl Person {
    /// The text itself.
    pub fn text(&self, text: Text) -> &str {
        &self.texts[text.at as usize..][..text.length as usize]
    }

    /// Takes a text in.
    pub fn keep(&mut self, text: &str) -> Text {
        let place = |number: usize| u32::try_from(number).expect("what is known of one person fits four gigabytes");
        let at = place(self.texts.len());
        self.texts.push_str(text);
        Text { at, length: place(text.len()) }
    }

    /// Makes room for another person.
    pub fn clear(&mut self) {
        self.key.clear();
        self.texts.clear();
        self.spells.clear();
        self.reviews.clear();
        self.events.clear();
        self.referrals.clear();
        self.contacts.clear();
        self.assessments.clear();
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Spell {
    pub spell: Text,
    pub provider: Name,
    pub kind: Name,
    pub started_on: Day,
    pub ended_on: Option<Day>,
    pub end_reason: Option<Name>,
    pub accommodation: Option<Name>,
    pub problems: [Option<Name>; 3],
    pub sent_by: Name,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Review {
    pub review: Text,
    pub provider: Name,
    pub reviewed_on: Day,
    pub stage: Name,
    pub item: Name,
    /// In thousandths of a millionth.
    pub value: Option<i128>,
    pub sent_by: Name,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Event {
    pub event: Text,
    pub provider: Option<Name>,
    pub kind: Name,
    pub occurred_on: Day,
    pub until_on: Option<Day>,
    pub concluded_on: Option<Day>,
    pub outcome: Option<Name>,
    pub detail: Option<Text>,
    pub sent_by: Name,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Referral {
    pub referral: Text,
    pub provider: Name,
    pub referred_on: Day,
    pub sent_by: Name,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Contact {
    pub contact: Text,
    pub provider: Name,
    pub contacted_on: Day,
    pub attended: Option<bool>,
    pub sent_by: Name,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Assessment {
    pub assessment: Text,
    pub assessor: Name,
    pub assessed_on: Day,
    pub band: Name,
    pub effective_from: Day,
    pub standing: Name,
    pub reason: Option<Text>,
}
