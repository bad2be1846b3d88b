//! Which rows were in force, as known at a moment.
//!
//! Rows of one key are versions of one thing. In force is the one that became
//! known last, at or before the moment, unless it takes the thing back.

use std::{
    collections::HashMap,
    hash::{BuildHasher, Hasher, RandomState},
    sync::LazyLock,
};

use meed_units::Moment;
use siphasher::sip128::{Hasher128, SipHasher13};

/// The key of a row as a number of 128 bits, so that keys of millions of rows fit in memory. It is another number in
/// every run, which nobody who sends evidence can foresee: no key can be made up to be taken for another. What is worked
/// out with it does not depend on the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyHash(pub u128);

impl KeyHash {
    /// The hash of a key that is these cells. Where one cell ends and the next begins is part of it.
    pub fn of<'c>(cells: impl IntoIterator<Item = &'c str>) -> KeyHash {
        let mut hash = KeyHash::begin();
        for cell in cells {
            hash.add(cell);
        }
        hash.end()
    }

    /// A key of which no cell is known yet.
    pub(crate) fn begin() -> KeyHasher {
        KeyHasher(*BLANK)
    }
}

/// A key of which the cells come one by one.
pub(crate) struct KeyHasher(SipHasher13);

static BLANK: LazyLock<SipHasher13> = LazyLock::new(|| {
    let number = || RandomState::new().build_hasher().finish();
    SipHasher13::new_with_keys(number(), number())
});

impl KeyHasher {
    pub(crate) fn add(&mut self, cell: &str) {
        self.0.write_u64(cell.len() as u64);
        self.0.write(cell.as_bytes());
    }

    pub(crate) fn end(self) -> KeyHash {
        KeyHash(self.0.finish128().as_u128())
    }
}

/// One version of a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    /// Which thing.
    pub key: KeyHash,
    /// When this was known of it.
    pub known_at: Moment,
    /// Whether this takes the thing back.
    pub withdrawn: bool,
    /// The row that says so.
    pub row: u64,
}

/// Takes versions in any order and says which rows were in force.
///
/// ```
/// use meed_evidence::{InForce, KeyHash, Version};
/// let mut in_force = InForce::as_known_at("2014-06-30T23:59:59Z".parse().unwrap());
/// let key = KeyHash::of(["spell-1"]);
/// in_force.add(Version { key, known_at: "2014-05-02".parse().unwrap(), withdrawn: false, row: 2 });
/// in_force.add(Version { key, known_at: "2014-07-02".parse().unwrap(), withdrawn: true, row: 3 });
/// assert_eq!(in_force.rows(), [2]);
/// ```
#[derive(Clone, Debug)]
pub struct InForce {
    at: Moment,
    latest: HashMap<KeyHash, Version>,
}

impl InForce {
    /// Nothing yet, as known at a moment.
    pub fn as_known_at(at: Moment) -> InForce {
        InForce { at, latest: HashMap::new() }
    }

    /// Takes one version in. Two versions of one key and moment break a rule of evidence; the earlier row then counts,
    /// so that the answer does not depend on the order.
    pub fn add(&mut self, version: Version) {
        if version.known_at > self.at {
            return;
        }
        self.latest
            .entry(version.key)
            .and_modify(|latest| {
                let later = (version.known_at, std::cmp::Reverse(version.row))
                    > (latest.known_at, std::cmp::Reverse(latest.row));
                if later {
                    *latest = version;
                }
            })
            .or_insert(version);
    }

    /// The row in force for a key.
    pub fn row(&self, key: KeyHash) -> Option<u64> {
        self.latest.get(&key).filter(|latest| !latest.withdrawn).map(|latest| latest.row)
    }

    /// The rows in force, by number.
    pub fn rows(&self) -> Vec<u64> {
        let mut rows: Vec<u64> =
            self.latest.values().filter(|latest| !latest.withdrawn).map(|latest| latest.row).collect();
        rows.sort_unstable();
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use meed_units::Date;
    use proptest::prelude::*;

    /// Key, day in 2014 it became known, withdrawn.
    type Row = (&'static str, u32, bool);

    /// Reads as: of these rows, known by this day of 2014, these are in force.
    #[track_caller]
    fn check(rows: &[Row], day: u32, expected: &[u64]) {
        let mut in_force = InForce::as_known_at(moment(day));
        for (row, (key, known, withdrawn)) in rows.iter().enumerate() {
            in_force.add(Version {
                key: KeyHash::of([*key]),
                known_at: moment(*known),
                withdrawn: *withdrawn,
                row: row as u64,
            });
        }
        assert_eq!(in_force.rows(), expected);
    }

    fn moment(day: u32) -> Moment {
        let first = Date::new(2014, 1, 1).expect("a date");
        Moment::start_of(first.plus_days(day.into()).expect("a date"))
    }

    #[test]
    fn a_later_row_of_a_key_is_a_correction() {
        let rows = [("a", 1, false), ("a", 5, false), ("b", 3, false)];
        check(&rows, 0, &[]);
        check(&rows, 1, &[0]);
        check(&rows, 4, &[0, 2]);
        check(&rows, 5, &[1, 2]);
    }

    #[test]
    fn what_is_taken_back_is_gone_until_it_is_said_again() {
        let rows = [("a", 1, false), ("a", 5, true), ("a", 7, false)];
        check(&rows, 4, &[0]);
        check(&rows, 6, &[]);
        check(&rows, 7, &[2]);
    }

    #[test]
    fn keys_are_told_apart_by_where_their_cells_end() {
        assert_ne!(KeyHash::of(["ab", "c"]), KeyHash::of(["a", "bc"]));
        assert_ne!(KeyHash::of(["a", ""]), KeyHash::of(["a"]));
        assert_eq!(KeyHash::of(["a", "b"]), KeyHash::of(["a", "b"]));
    }

    fn versions() -> impl Strategy<Value = Vec<Version>> {
        prop::collection::vec((0_u8..6, 0_u32..20, any::<bool>()), 0..40).prop_map(|rows| {
            let version = |(row, (key, day, withdrawn)): (usize, (u8, u32, bool))| Version {
                key: KeyHash(key.into()),
                known_at: moment(day),
                withdrawn,
                row: row as u64,
            };
            rows.into_iter().enumerate().map(version).collect()
        })
    }

    proptest! {
        #[test]
        fn the_order_of_rows_is_irrelevant(versions in versions().prop_shuffle(), day in 0_u32..20) {
            let mut shuffled = InForce::as_known_at(moment(day));
            let mut sorted = shuffled.clone();
            versions.iter().for_each(|version| shuffled.add(*version));
            let mut in_order = versions.clone();
            in_order.sort_by_key(|version| version.row);
            in_order.iter().for_each(|version| sorted.add(*version));
            prop_assert_eq!(shuffled.rows(), sorted.rows());
        }

        #[test]
        fn what_becomes_known_later_changes_nothing_known_before(versions in versions(), day in 0_u32..20) {
            let known = |rows: &mut dyn Iterator<Item = &Version>| {
                let mut in_force = InForce::as_known_at(moment(day));
                rows.for_each(|version| in_force.add(*version));
                in_force.rows()
            };
            let all = known(&mut versions.iter());
            let by_then = known(&mut versions.iter().filter(|version| version.known_at <= moment(day)));
            prop_assert_eq!(all, by_then);
        }
    }
}
