//! Who the numbers in a caseload stand for.

use std::num::{NonZeroU16, NonZeroU32};

macro_rules! number {
    ($(#[$doc:meta])* $name:ident, $whole:ty, $held:ty) => {
        $(#[$doc])*
        ///
        /// Held as the place and one, so that an `Option` of it costs nothing more.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($held);

        impl $name {
            /// The one at this place of its table.
            ///
            /// # Panics
            /// When there are more than the number can count: 65,535 providers, 4,294,967,295 of the others.
            pub fn at(place: usize) -> $name {
                let number = <$whole>::try_from(place + 1).ok().and_then(<$held>::new);
                $name(number.expect("a caseload has fewer rows than its numbers can count"))
            }

            /// Its place in its table.
            pub fn place(self) -> usize {
                self.0.get() as usize - 1
            }
        }
    };
}
number!(
    /// A person, by place in the table of people.
    PersonId,
    u32,
    NonZeroU32
);
number!(
    /// A provider, by place in the table of providers.
    ProviderId,
    u16,
    NonZeroU16
);
number!(
    /// A worker or another user of the provider's system, by place in the list of workers.
    WorkerId,
    u32,
    NonZeroU32
);
number!(
    /// A text that many rows share, or the identity of a row.
    Word,
    u32,
    NonZeroU32
);

/// Keys of people, names of providers and workers, and words, each told once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Names {
    people: Texts,
    providers: Texts,
    workers: Texts,
    words: Texts,
}

impl Names {
    /// The number of a person's pseudonymous key; the first use gives it one.
    pub fn person_of(&mut self, key: &str) -> PersonId {
        PersonId::at(self.people.number(key))
    }

    /// The number of a provider; the first use gives it one.
    pub fn provider_of(&mut self, name: &str) -> ProviderId {
        ProviderId::at(self.providers.number(name))
    }

    /// The number of a worker; the first use gives it one.
    pub fn worker_of(&mut self, name: &str) -> WorkerId {
        WorkerId::at(self.workers.number(name))
    }

    /// The number of a word; the first use gives it one.
    pub fn word_of(&mut self, text: &str) -> Word {
        Word::at(self.words.number(text))
    }

    /// The person's pseudonymous key.
    pub fn person(&self, person: PersonId) -> &str {
        self.people.text(person.place())
    }

    /// The provider's name.
    pub fn provider(&self, provider: ProviderId) -> &str {
        self.providers.text(provider.place())
    }

    /// The worker's name.
    pub fn worker(&self, worker: WorkerId) -> &str {
        self.workers.text(worker.place())
    }

    /// The word.
    pub fn word(&self, word: Word) -> &str {
        self.words.text(word.place())
    }

    /// The word of this text, where a row has it.
    pub fn known_word(&self, text: &str) -> Option<Word> {
        self.words.known(text).map(Word::at)
    }

    /// How many people, providers, workers and words there are.
    pub fn counts(&self) -> [usize; 4] {
        [self.people.len(), self.providers.len(), self.workers.len(), self.words.len()]
    }

    pub(super) fn bytes(&self) -> usize {
        [&self.people, &self.providers, &self.workers, &self.words].map(Texts::bytes).iter().sum()
    }
}

/// Texts in one buffer, by the order of their first use.
#[derive(Clone, Debug, Default, PartialEq)]
struct Texts {
    buffer: String,
    ends: Vec<usize>,
    /// Places plus one by hash of the text, with the next free slot tried when one is taken; 0 is free.
    slots: Vec<u32>,
}

impl Texts {
    fn len(&self) -> usize {
        self.ends.len()
    }

    fn text(&self, place: usize) -> &str {
        let from = if place == 0 { 0 } else { self.ends[place - 1] };
        &self.buffer[from..self.ends[place]]
    }

    /// The slot that holds this text, or the free one where it belongs.
    fn slot(&self, text: &str) -> usize {
        let last = self.slots.len() - 1;
        let mut slot = usize::try_from(fnv(text) & 0xffff_ffff).unwrap_or(0) & last;
        while self.slots[slot] != 0 && self.text(self.slots[slot] as usize - 1) != text {
            slot = (slot + 1) & last;
        }
        slot
    }

    fn known(&self, text: &str) -> Option<usize> {
        if self.slots.is_empty() {
            return None;
        }
        (self.slots[self.slot(text)] as usize).checked_sub(1)
    }

    fn number(&mut self, text: &str) -> usize {
        if let Some(place) = self.known(text) {
            return place;
        }
        if self.slots.len() < 2 * (self.len() + 1) {
            self.grow();
        }
        let place = self.len();
        let slot = self.slot(text);
        self.buffer.push_str(text);
        self.ends.push(self.buffer.len());
        self.slots[slot] = u32::try_from(place + 1).expect("fewer names than 2^32");
        place
    }

    fn grow(&mut self) {
        self.slots = vec![0; (self.slots.len() * 2).max(16)];
        for place in 0..self.len() {
            let slot = self.slot(self.text(place));
            self.slots[slot] = u32::try_from(place + 1).expect("fewer names than 2^32");
        }
    }

    fn bytes(&self) -> usize {
        self.buffer.len() + self.ends.len() * 8 + self.slots.len() * 4
    }
}

/// Fowler, Noll and Vo's hash of 64 bits (FNV-1a), its halves folded together: the same on every machine.
fn fnv(text: &str) -> u64 {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    hash ^ (hash >> 32)
}
