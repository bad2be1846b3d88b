//! The rows of one person, as a pass looks at them.

use arrow::array::{Array, StringViewArray};

use crate::{day::Day, names::Name};

/// A text of a row, which stays where it was read: [`Texts::get`] finds it as long as its person is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    pub of: TextOf,
    /// Which of the rows that are held.
    pub row: u32,
}

/// The columns whose values are each their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextOf {
    Spell,
    Review,
    Event,
    Referral,
    Contact,
    Assessment,
    Detail,
    Reason,
}

impl TextOf {
    pub const ALL: [TextOf; 8] = [
        TextOf::Spell,
        TextOf::Review,
        TextOf::Event,
        TextOf::Referral,
        TextOf::Contact,
        TextOf::Assessment,
        TextOf::Detail,
        TextOf::Reason,
    ];

    pub fn at(self, row: usize) -> Text {
        Text { of: self, row: u32::try_from(row).expect("what is held at once has fewer rows") }
    }
}

/// One column of texts: the rows of a batch, and before them those of the batch before it whose person goes on.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    carried: StringViewArray,
    batch: StringViewArray,
}

impl Default for Held {
    fn default() -> Held {
        let none = || StringViewArray::from_iter_values([""; 0]);
        Held { carried: none(), batch: none() }
    }
}

impl Held {
    #[inline(always)]
    pub fn get(&self, row: usize) -> &str {
        match row.checked_sub(self.carried.len()) {
            Some(row) => self.batch.value(row),
            None => self.carried.value(row),
        }
    }

    /// Forgets the rows before this one, and makes room for the next batch.
    pub fn carry(&mut self, from: usize) {
        let kept = (from..self.rows()).map(|row| match row.checked_sub(self.carried.len()) {
            Some(row) => self.batch.is_valid(row).then(|| self.batch.value(row)),
            None => self.carried.is_valid(row).then(|| self.carried.value(row)),
        });
        *self = Held { carried: kept.collect(), ..Held::default() };
    }

    /// How many rows are held.
    pub fn rows(&self) -> usize {
        self.carried.len() + self.batch.len()
    }

    /// The rows that were read since [`carry`](Held::carry).
    pub fn batch(&self) -> &StringViewArray {
        &self.batch
    }

    /// Takes the next rows in.
    pub fn take(&mut self, batch: &StringViewArray) {
        self.batch = match self.batch.len() {
            0 => batch.clone(),
            // So many rows of one person are rare.
            _ => self.batch.iter().chain(batch.iter()).collect(),
        };
    }
}

/// All columns of texts, each at its own place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Texts([Held; TextOf::ALL.len()]);

impl Texts {
    #[inline(always)]
    pub fn get(&self, text: Text) -> &str {
        self.0[text.of as usize].get(text.row as usize)
    }

    pub fn column(&mut self, of: TextOf) -> &mut Held {
        &mut self.0[of as usize]
    }
}

/// Everything that is read of one person, where it was read. Columns that no measure asks for are empty.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person<'a> {
    pub key: &'a str,
    pub texts: &'a Texts,
    pub spells: &'a [Spell],
    pub reviews: &'a [Review],
    pub events: &'a [Event],
    pub referrals: &'a [Referral],
    pub contacts: &'a [Contact],
    pub assessments: &'a [Assessment],
}

impl<'a> Person<'a> {
    /// The text itself.
    #[inline(always)]
    pub fn text(&self, text: Text) -> &'a str {
        self.texts.get(text)
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
