//! Who is nearest on a line, among a million, at once: comparison people sorted by stratum and score, and links that skip
//! those already taken.
//!
//! A sorted array finds the place of a score in logarithmic time. Without replacement, taken people are skipped by two
//! forests of links (one to the right, one to the left) whose paths are shortened as they are walked, so that a run of
//! taken people is passed over in practically constant time.

use std::ops::Range;

use super::strata::Strata;

/// Someone to be put on a shelf.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Standing {
    pub stratum: u32,
    pub score: f64,
    pub priority: u32,
    /// [`NOBODY`] where it is a mark: people who are not on the shelf may stand here or beyond.
    pub person: u32,
}

impl Standing {
    /// Stratum, score and priority as one number.
    pub fn place(&self) -> u128 {
        u128::from(self.stratum) << 96 | u128::from(ordered(self.score)) << 32 | u128::from(self.priority)
    }
}

/// Bits that are in the order of the numbers.
pub(super) fn ordered(number: f64) -> u64 {
    // Adding nought makes one number of the two noughts.
    let bits = (number + 0.0).to_bits();
    let sign = (bits as i64 >> 63) as u64;
    bits ^ (sign | 1 << 63)
}

/// Stands at a mark.
pub(super) const NOBODY: u32 = u32::MAX;

/// Who is taken of those equally near: the lowest number; without numbers the first in input order.
pub(super) struct Priority(pub Option<Vec<u32>>);

impl Priority {
    /// The number of a person.
    pub fn of(&self, person: usize) -> u32 {
        self.0.as_ref().map_or(person as u32, |numbers| numbers[person])
    }
}

/// Somebody who is not on the shelf could be nearer than anybody who is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unseen;

/// Comparison people in the order of stratum, score and priority.
pub(super) struct Shelf {
    /// Who stands at each position; [`NOBODY`] at a mark.
    people: Vec<u32>,
    /// The score at each position.
    scores: Vec<f64>,
    /// The first and one past the last position with the same stratum and score as this one.
    runs: Vec<(u32, u32)>,
    /// Where each stratum begins and ends; the stratum is the index.
    strata: Vec<Range<usize>>,
    /// The priority at each position: of those equally near, the lowest is taken.
    priority: Vec<u32>,
    /// Whether whoever stands next is taken of those equally near, whatever the priority.
    adjacent: bool,
}

/// Someone who looks for neighbours.
#[derive(Clone, Copy)]
pub(super) struct Seeker {
    pub stratum: u32,
    pub score: f64,
    /// Where the seeker would stand among people of equal score.
    pub priority: u32,
}

/// Someone on the shelf, and how far away.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Neighbour {
    /// Nobody where it is a mark.
    seen: Option<usize>,
    pub distance: f64,
    pub position: usize,
    priority: u32,
}

impl Neighbour {
    /// Who it is.
    ///
    /// # Errors
    /// Says so where it is a mark.
    pub fn person(&self) -> Result<usize, Unseen> {
        self.seen.ok_or(Unseen)
    }
}

impl Shelf {
    /// Puts people of these strata on a shelf.
    pub fn new(mut standing: Vec<Standing>, strata: usize, adjacent: bool) -> Self {
        standing.sort_unstable_by_key(Standing::place);
        Self::in_order(&standing, strata, adjacent)
    }

    /// Puts people who stand in order already on a shelf.
    pub fn in_order(standing: &[Standing], strata: usize, adjacent: bool) -> Self {
        debug_assert!(standing.is_sorted_by_key(Standing::place), "whoever is put on a shelf so stands in order");
        let same =
            |a: usize, b: usize| standing[a].stratum == standing[b].stratum && standing[a].score == standing[b].score;
        let mut runs = vec![(0, 0); standing.len()];
        let mut begin = 0;
        for end in 1..=standing.len() {
            if end == standing.len() || !same(begin, end) {
                runs[begin..end].fill((begin as u32, end as u32));
                begin = end;
            }
        }
        let mut places = vec![0..0; strata];
        let mut begin = 0;
        for end in 1..=standing.len() {
            if end == standing.len() || standing[end].stratum != standing[begin].stratum {
                places[standing[begin].stratum as usize] = begin..end;
                begin = end;
            }
        }
        Self {
            people: standing.iter().map(|own| own.person).collect(),
            scores: standing.iter().map(|own| own.score).collect(),
            priority: standing.iter().map(|own| own.priority).collect(),
            runs,
            strata: places,
            adjacent,
        }
    }

    /// Puts these people on a shelf; all slices but the first are indexed by person.
    pub fn of(people: &[usize], score: &[f64], strata: &Strata, priority: &Priority) -> Self {
        let standing = |&person: &usize| Standing {
            stratum: strata.of(person),
            score: score[person],
            priority: priority.of(person),
            person: person as u32,
        };
        Self::new(people.iter().map(standing).collect(), strata.number, false)
    }

    /// The positions of one stratum.
    pub fn stratum(&self, stratum: u32) -> Range<usize> {
        self.strata[stratum as usize].clone()
    }

    /// The positions of one stratum with a score no further than this from another.
    pub fn within(&self, stratum: u32, score: f64, width: f64) -> Range<usize> {
        let whole = self.stratum(stratum);
        let near = &self.scores[whole.clone()];
        let begin = near.partition_point(|&other| other < score && score - other > width);
        let end = near.partition_point(|&other| other <= score || other - score <= width);
        whole.start + begin..whole.start + end
    }

    /// Who stands at a position; nobody at a mark.
    pub fn person(&self, position: usize) -> Option<usize> {
        let own = self.people[position];
        (own != NOBODY).then_some(own as usize)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.people.len()
    }

    fn neighbour(&self, position: usize, score: f64) -> Neighbour {
        Neighbour {
            seen: self.person(position),
            distance: (score - self.scores[position]).abs(),
            position,
            priority: self.priority[position],
        }
    }

    /// The first position to the right of the seeker: of equal scores, all are to the right unless the one that stands
    /// next is wanted.
    pub fn place(&self, seeker: Seeker) -> usize {
        let whole = self.stratum(seeker.stratum);
        let near = &self.scores[whole.clone()];
        let mut place = whole.start + near.partition_point(|&other| other < seeker.score);
        if self.adjacent {
            let equal = whole.start + near.partition_point(|&other| other <= seeker.score);
            place += self.priority[place..equal].partition_point(|&other| other < seeker.priority);
        }
        place
    }

    /// Which side the next neighbour is on: the nearer; of those equally near, the left where the one that stands next is
    /// wanted, and the lower priority otherwise. A mark comes before people equally near.
    fn on_left(&self, left: &Option<Neighbour>, right: &Option<Neighbour>) -> bool {
        match (left, right) {
            (Some(left), Some(right)) if left.distance == right.distance => match (left.seen, right.seen) {
                (None, _) => true,
                (_, None) => false,
                _ => self.adjacent || left.priority < right.priority,
            },
            (Some(left), Some(right)) => left.distance < right.distance,
            (left, _) => left.is_some(),
        }
    }

    /// The neighbour at a position, where near enough. A mark always is.
    fn usable(&self, position: Option<usize>, score: f64, near_enough: &impl Fn(usize) -> bool) -> Option<Neighbour> {
        let found = self.neighbour(position?, score);
        found.seen.is_none_or(near_enough).then_some(found)
    }

    /// The nearest of those still free, and near enough; `place` is the seeker's.
    ///
    /// # Errors
    /// Says where somebody who is not on the shelf could be nearer.
    pub fn nearest_free(
        &self,
        free: &mut Free,
        seeker: Seeker,
        place: usize,
        near_enough: impl Fn(usize) -> bool,
    ) -> Result<Option<Neighbour>, Unseen> {
        let whole = self.stratum(seeker.stratum);
        let right = free.at_or_after(place).filter(|&position| position < whole.end);
        let mut left = free.at_or_before(place).filter(|&position| position >= whole.start);
        if !self.adjacent {
            // Of a run of equal scores on the left, the links end at its last person; the first free one is wanted.
            left = left.and_then(|position| free.at_or_after(self.runs[position].0 as usize));
        }
        let left = self.usable(left, seeker.score, &near_enough);
        let right = self.usable(right, seeker.score, &near_enough);
        let nearest = if self.on_left(&left, &right) { left } else { right };
        nearest.map(|found| found.person().map(|_| found)).transpose()
    }

    /// The nearest `count` people, near enough, whether or not they serve someone else already; nearest first.
    /// `beyond` says, of a distance, whether someone so far is still to be taken though there are enough.
    ///
    /// # Errors
    /// Says where somebody who is not on the shelf could be nearer.
    pub fn nearest(
        &self,
        seeker: Seeker,
        count: usize,
        near_enough: impl Fn(usize) -> bool,
        beyond: impl Fn(f64, f64) -> bool,
    ) -> Result<Vec<(usize, f64)>, Unseen> {
        let whole = self.stratum(seeker.stratum);
        let place = self.place(seeker);
        let before = |position: usize| {
            let next = position.checked_sub(1).filter(|&next| next >= whole.start);
            if self.adjacent { next } else { next.map(|next| self.runs[next].0 as usize) }
        };
        let mut right = (place < whole.end).then_some(place);
        let mut left = before(place);
        let mut found: Vec<(usize, f64)> = Vec::with_capacity(count);
        loop {
            let on_left = self.usable(left, seeker.score, &near_enough);
            let on_right = self.usable(right, seeker.score, &near_enough);
            let take_left = self.on_left(&on_left, &on_right);
            let Some(next) = (if take_left { on_left } else { on_right }) else { break };
            if found.len() >= count && !beyond(found[count - 1].1, next.distance) {
                break;
            }
            found.push((next.person()?, next.distance));
            let after = next.position + 1;
            if !take_left {
                right = (after < whole.end).then_some(after);
            } else if self.adjacent {
                left = before(next.position);
            } else {
                let (begin, end) = self.runs[next.position];
                left = if after < end as usize { Some(after) } else { before(begin as usize) };
            }
        }
        Ok(found)
    }
}

/// Which positions of a shelf are still free.
pub(super) struct Free {
    /// The next free position at or after this one, by way of others; one more than there are positions means none.
    right: Vec<u32>,
    /// The same to the left, counted from one; nought means none.
    left: Vec<u32>,
}

impl Free {
    /// Everyone is free.
    pub fn all(positions: usize) -> Self {
        let links: Vec<u32> = (0..=positions as u32).collect();
        Self { right: links.clone(), left: links }
    }

    /// Takes a position.
    pub fn take(&mut self, position: usize) {
        self.right[position] = position as u32 + 1;
        self.left[position + 1] = position as u32;
    }

    /// Whether a position is still free.
    pub fn is_free(&self, position: usize) -> bool {
        self.right[position] == position as u32
    }

    /// The first free position from here to the right.
    pub fn at_or_after(&mut self, position: usize) -> Option<usize> {
        let found = follow(&mut self.right, position);
        (found + 1 < self.right.len()).then_some(found)
    }

    /// The first free position before this one, to the left.
    pub fn at_or_before(&mut self, position: usize) -> Option<usize> {
        follow(&mut self.left, position).checked_sub(1)
    }
}

/// Follows links to where they end, and makes the way shorter for whoever comes next.
fn follow(links: &mut [u32], from: usize) -> usize {
    let mut at = from;
    while links[at] as usize != at {
        links[at] = links[links[at] as usize];
        at = links[at] as usize;
    }
    at
}
