//! The largest sum of whole numbers under limits, exactly: the simplex method on ratios, and branching where what it
//! finds is not whole. It gives up after a stated number of steps, and never says what is not so.

use meed_units::Exact;

/// How often a relaxation is solved before the search is given up.
const MOST_STEPS: usize = 400;

/// Whole numbers from nothing up to `most`, of which each row of limits allows no more than it says.
#[derive(Clone)]
pub(super) struct Program {
    /// The largest that each number may be.
    pub most: Vec<usize>,
    /// Each row: what a unit of each number takes of it, and how much there is.
    pub rows: Vec<(Vec<Exact>, Exact)>,
    steps: usize,
}

/// A search was given up.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct GivenUp;

impl Program {
    pub fn new(most: Vec<usize>, rows: Vec<(Vec<Exact>, Exact)>) -> Program {
        Program { most, rows, steps: 0 }
    }

    /// Numbers whose sum is the largest, where it is larger than `known`; none where nothing is. Of several the one whose
    /// first number is largest, then its second, and so on.
    pub fn largest(mut self, known: usize) -> Result<Option<Vec<usize>>, GivenUp> {
        let all = vec![Exact::ONE; self.most.len()];
        let Some(found) = self.search(&all, Some(whole(known)))? else { return Ok(None) };
        let sum: usize = found.iter().sum();
        let minus = all.iter().map(|one| -one.clone()).collect();
        self.rows.push((minus, -whole(sum)));
        let mut fixed = found;
        for place in 0..self.most.len() {
            let only: Vec<Exact> =
                (0..self.most.len()).map(|own| if own == place { Exact::ONE } else { Exact::ZERO }).collect();
            if let Some(better) = self.search(&only, Some(whole(fixed[place])))? {
                fixed = better;
            }
            let minus = only.iter().map(|one| -one.clone()).collect();
            self.rows.push((minus, -whole(fixed[place])));
        }
        Ok(Some(fixed))
    }

    /// Numbers at which the weighted sum is largest, where it is larger than `known`.
    fn search(&mut self, weights: &[Exact], known: Option<Exact>) -> Result<Option<Vec<usize>>, GivenUp> {
        let mut best: Option<Vec<usize>> = None;
        let mut least = known;
        let mut open = vec![(vec![0; self.most.len()], self.most.clone())];
        while let Some((from, to)) = open.pop() {
            self.steps += 1;
            if self.steps > MOST_STEPS {
                return Err(GivenUp);
            }
            let Some((value, at)) = self.relaxed(weights, &from, &to) else { continue };
            let reachable = value.floor().map_or(value, |floor| Exact::ratio(floor, 1));
            if least.as_ref().is_some_and(|least| reachable <= *least) {
                continue;
            }
            let split =
                at.iter().position(|number| number.floor().is_none_or(|floor| Exact::ratio(floor, 1) != *number));
            let Some(place) = split else {
                best = Some(at.iter().map(natural).collect());
                least = Some(reachable);
                continue;
            };
            let floor = natural(&at[place]);
            let mut below = to.clone();
            below[place] = floor;
            let mut above = from.clone();
            above[place] = floor + 1;
            open.push((from, below));
            open.push((above, to));
        }
        Ok(best)
    }

    /// The largest weighted sum of any numbers, whole or not, from `from` up to `to`; none where there are no such numbers.
    fn relaxed(&self, weights: &[Exact], from: &[usize], to: &[usize]) -> Option<(Exact, Vec<Exact>)> {
        if from.iter().zip(to).any(|(from, to)| from > to) {
            return None;
        }
        let start: Vec<Exact> = from.iter().map(|from| whole(*from)).collect();
        let dot = |row: &[Exact], at: &[Exact]| row.iter().zip(at).map(|(a, b)| a * b).sum::<Exact>();
        let mut rows: Vec<(Vec<Exact>, Exact)> =
            self.rows.iter().map(|(row, limit)| (row.clone(), limit.clone() - dot(row, &start))).collect();
        for (place, (from, to)) in from.iter().zip(to).enumerate() {
            let row = (0..start.len()).map(|own| if own == place { Exact::ONE } else { Exact::ZERO }).collect();
            rows.push((row, whole(to - from)));
        }
        let found = Dictionary::new(rows, weights).largest()?;
        let at: Vec<Exact> = found.into_iter().zip(&start).map(|(more, start)| more + start).collect();
        Some((dot(weights, &at), at))
    }
}

fn whole(number: usize) -> Exact {
    Exact::from(i64::try_from(number).unwrap_or(i64::MAX))
}

/// A number that is nothing or more, without what is behind the point.
fn natural(number: &Exact) -> usize {
    number.floor().and_then(|floor| usize::try_from(floor).ok()).unwrap_or(0)
}

/// A linear program as the simplex method sees it: each basic number as what is left of its row by the others.
struct Dictionary {
    rows: Vec<Vec<Exact>>,
    left: Vec<Exact>,
    gain: Vec<Exact>,
    weights: Vec<Exact>,
    /// Which number each row is, and which each column: those asked for first, then what is left of each row.
    basic: Vec<usize>,
    free: Vec<usize>,
}

impl Dictionary {
    fn new(rows: Vec<(Vec<Exact>, Exact)>, weights: &[Exact]) -> Dictionary {
        let (columns, count) = (weights.len(), rows.len());
        let (rows, left) = rows.into_iter().unzip();
        Dictionary {
            rows,
            left,
            gain: weights.to_vec(),
            weights: weights.to_vec(),
            basic: (columns..columns + count).collect(),
            free: (0..columns).collect(),
        }
    }

    /// The numbers at which the weighted sum is largest; none where no numbers fit.
    fn largest(mut self) -> Option<Vec<Exact>> {
        if self.left.iter().any(Exact::is_negative) && !self.begin() {
            return None;
        }
        self.climb();
        let mut at = vec![Exact::ZERO; self.weights.len()];
        for (row, number) in self.basic.iter().enumerate() {
            if let Some(at) = at.get_mut(*number) {
                *at = self.left[row].clone();
            }
        }
        Some(at)
    }

    /// Finds numbers that fit, by a number more that loosens every row and is then made as small as can be.
    fn begin(&mut self) -> bool {
        let extra = usize::MAX;
        self.rows.iter_mut().for_each(|row| row.push(-Exact::ONE));
        self.gain = vec![Exact::ZERO; self.free.len()];
        self.gain.push(-Exact::ONE);
        self.free.push(extra);
        let tightest = (0..self.left.len()).min_by(|a, b| self.left[*a].cmp(&self.left[*b]));
        let Some(tightest) = tightest else { return true };
        self.pivot(tightest, self.free.len() - 1);
        self.climb();
        if let Some(row) = self.basic.iter().position(|number| *number == extra) {
            if !self.left[row].is_zero() {
                return false;
            }
            let Some(column) = self.rows[row].iter().position(|value| !value.is_zero()) else { return false };
            self.pivot(row, column);
        }
        let Some(column) = self.free.iter().position(|number| *number == extra) else { return false };
        self.free.remove(column);
        self.rows.iter_mut().for_each(|row| drop(row.remove(column)));
        // What a unit of each free number adds to the sum that is asked for.
        let weight = |number: usize| self.weights.get(number).cloned().unwrap_or(Exact::ZERO);
        let mut gain: Vec<Exact> = self.free.iter().map(|number| weight(*number)).collect();
        for (row, number) in self.basic.iter().enumerate() {
            let weight = weight(*number);
            if !weight.is_zero() {
                for (gain, value) in gain.iter_mut().zip(&self.rows[row]) {
                    *gain = gain.clone() - &weight * value;
                }
            }
        }
        self.gain = gain;
        true
    }

    /// Takes in what adds to the sum until nothing does; always the first by number, so that it comes to an end.
    fn climb(&mut self) {
        loop {
            let adds = (0..self.free.len()).filter(|column| self.gain[*column] > Exact::ZERO);
            let Some(column) = adds.min_by_key(|column| self.free[*column]) else { return };
            let ratio = |row: usize| match self.rows[row][column] > Exact::ZERO {
                true => self.left[row].checked_div(&self.rows[row][column]),
                false => None,
            };
            let rows = (0..self.rows.len()).filter_map(|row| Some((ratio(row)?, self.basic[row], row)));
            // Every number has a most, so some row always ends the climb.
            let Some((_, _, row)) = rows.min() else { return };
            self.pivot(row, column);
        }
    }

    /// Lets a free number and a basic one change places.
    fn pivot(&mut self, row: usize, column: usize) {
        let by = self.rows[row][column].clone();
        let over = |value: &Exact| value.checked_div(&by).unwrap_or(Exact::ZERO);
        let mut new: Vec<Exact> = self.rows[row].iter().map(over).collect();
        new[column] = over(&Exact::ONE);
        let left = over(&self.left[row]);
        for other in (0..self.rows.len()).filter(|other| *other != row) {
            let times = self.rows[other][column].clone();
            if times.is_zero() {
                continue;
            }
            self.left[other] = self.left[other].clone() - &times * &left;
            without(&mut self.rows[other], column, &times, &new);
        }
        let times = self.gain[column].clone();
        without(&mut self.gain, column, &times, &new);
        self.rows[row] = new;
        self.left[row] = left;
        std::mem::swap(&mut self.basic[row], &mut self.free[column]);
    }
}

/// Takes so many times the new row from another, in which the column that changes places counts no more.
fn without(row: &mut [Exact], column: usize, times: &Exact, new: &[Exact]) {
    row[column] = Exact::ZERO;
    for (value, new) in row.iter_mut().zip(new) {
        *value = value.clone() - times * new;
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_largest_sum_is_the_one_that_trying_everything_finds(
            most in vec(0_usize..5, 1..5),
            rows in vec((vec(-4_i64..5, 4), 0_i64..9), 0..4),
        ) {
            let n = most.len();
            let exact: Vec<(Vec<Exact>, Exact)> =
                rows.iter().map(|(row, limit)| (row[..n].iter().map(|one| Exact::from(*one)).collect(), Exact::from(*limit))).collect();
            let found = Program::new(most.clone(), exact).largest(0);
            let mut best: Option<Vec<usize>> = None;
            let mut at = vec![0_usize; n];
            'all: loop {
                let fits = rows.iter().all(|(row, limit)| {
                    row.iter().zip(&at).map(|(one, at)| one * i64::try_from(*at).expect("small")).sum::<i64>() <= *limit
                });
                let key = |at: &Vec<usize>| (at.iter().sum::<usize>(), at.clone());
                if fits && best.as_ref().is_none_or(|best| key(&at) > key(best)) {
                    best = Some(at.clone());
                }
                for place in 0..n {
                    if at[place] < most[place] {
                        at[place] += 1;
                        continue 'all;
                    }
                    at[place] = 0;
                }
                break;
            }
            let best = best.filter(|best| best.iter().sum::<usize>() > 0);
            prop_assert_eq!(found, Ok(best));
        }
    }
}
