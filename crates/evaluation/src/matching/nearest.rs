//! Everyone treated gets the nearest comparison people: in a stated order, by a stated rule for ties.
//!
//! Without replacement there are as many rounds as comparison people for each treated person: in each round every treated
//! person takes the nearest that is still free, so that nobody takes ten before the next has one.

use super::points::Points;
use super::shelf::{Free, Neighbour, Seeker, Shelf};

/// What neighbours are looked for in; everything is indexed by person.
pub(super) struct Neighbourhood<'a> {
    /// What people are near in.
    pub metric: &'a Metric,
    /// A comparison person must be in the same stratum.
    pub stratum: &'a [u32],
    /// Of those equally near, the lowest is taken.
    pub priority: &'a [u32],
    /// A comparison person must be within a width of the treated person's value.
    pub gate: Option<Gate<'a>>,
    /// Whether, of those with equally near scores, whoever stands next is taken.
    pub adjacent: bool,
}

/// Near in what.
pub(super) enum Metric {
    /// A score.
    Line(Vec<f64>),
    /// Several covariates, made comparable.
    Space(Points),
}

/// A caliper: values and the greatest difference that is still near enough.
#[derive(Clone, Copy)]
pub(super) struct Gate<'a> {
    pub values: &'a [f64],
    pub width: f64,
}

impl Gate<'_> {
    /// Whether two people are near enough.
    pub fn admits(&self, a: usize, b: usize) -> bool {
        (self.values[a] - self.values[b]).abs() <= self.width
    }
}

/// The comparison people of one treated person: who, and how far away.
pub(super) type Chosen = Vec<(usize, f64)>;

impl Neighbourhood<'_> {
    fn admits(&self, a: usize, b: usize) -> bool {
        self.gate.is_none_or(|gate| gate.admits(a, b))
    }

    fn seeker(&self, treated: usize, score: &[f64]) -> Seeker {
        Seeker { stratum: self.stratum[treated], score: score[treated], priority: self.priority[treated] }
    }

    /// Each comparison person serves once; `queue` holds the treated in the order in which they choose.
    pub fn without_replacement(&self, queue: &[usize], pool: &[usize], ratio: usize) -> Vec<Chosen> {
        match self.metric {
            Metric::Line(score) => {
                let shelf = Shelf::new(pool, score, self.stratum, self.priority, self.adjacent);
                let mut free = Free::all(shelf.len());
                rounds(queue, ratio, |place| {
                    let treated = queue[place];
                    let near_enough = |other| self.admits(treated, other);
                    let found = shelf.nearest_free(&mut free, self.seeker(treated, score), near_enough)?;
                    free.take(found.position);
                    Some((found.person, found.distance))
                })
            }
            Metric::Space(points) => {
                let shelf = self.gated_shelf(pool);
                let mut free = Free::all(shelf.len());
                let wanted = (8 * ratio).max(32);
                let mut lists: Vec<std::vec::IntoIter<(usize, f64)>> = Vec::with_capacity(queue.len());
                let mut whole: Vec<bool> = Vec::with_capacity(queue.len());
                for &treated in queue {
                    let list = self.nearest_points(points, &shelf, &free, treated, wanted);
                    whole.push(list.len() < wanted);
                    lists.push(list.into_iter());
                }
                rounds(queue, ratio, |place| {
                    loop {
                        match lists[place].next() {
                            Some((position, distance)) if free.is_free(position) => {
                                free.take(position);
                                return Some((shelf.person(position), distance));
                            }
                            Some(_) => {}
                            None if whole[place] => return None,
                            None => {
                                let list = self.nearest_points(points, &shelf, &free, queue[place], wanted);
                                whole[place] = list.len() < wanted;
                                lists[place] = list.into_iter();
                            }
                        }
                    }
                })
            }
        }
    }

    /// Comparison people may serve several times. `beyond` says of a distance, given that of the last of enough people,
    /// whether someone so far is taken as well.
    pub fn with_replacement(
        &self,
        queue: &[usize],
        pool: &[usize],
        ratio: usize,
        beyond: impl Fn(f64, f64) -> bool,
    ) -> Vec<Chosen> {
        match self.metric {
            Metric::Line(score) => {
                let shelf = Shelf::new(pool, score, self.stratum, self.priority, self.adjacent);
                let pair = |found: Neighbour| (found.person, found.distance);
                queue
                    .iter()
                    .map(|&treated| {
                        let near_enough = |other| self.admits(treated, other);
                        let found = shelf.nearest(self.seeker(treated, score), ratio, near_enough, &beyond);
                        found.into_iter().map(pair).collect()
                    })
                    .collect()
            }
            Metric::Space(points) => {
                let shelf = self.gated_shelf(pool);
                let free = Free::all(shelf.len());
                queue
                    .iter()
                    .map(|&treated| {
                        let mut wanted = ratio;
                        loop {
                            // One more than is wanted shows whether someone further away is taken as well.
                            let mut list = self.nearest_points(points, &shelf, &free, treated, wanted + 1);
                            let enough = list.len() > ratio && {
                                let last = list[ratio - 1].1;
                                let taken = list[ratio..].iter().take_while(|(_, distance)| beyond(last, *distance));
                                let taken = ratio + taken.count();
                                let seen_the_end = taken < list.len();
                                list.truncate(taken);
                                seen_the_end
                            };
                            if enough || list.len() <= wanted {
                                break list
                                    .into_iter()
                                    .map(|(position, distance)| (shelf.person(position), distance))
                                    .collect();
                            }
                            wanted *= 2;
                        }
                    })
                    .collect()
            }
        }
    }

    /// Comparison people by stratum and by what the caliper looks at.
    fn gated_shelf(&self, pool: &[usize]) -> Shelf {
        let nothing;
        let values = match self.gate {
            Some(gate) => gate.values,
            None => {
                nothing = vec![0.0; self.stratum.len()];
                &nothing
            }
        };
        Shelf::new(pool, values, self.stratum, self.priority, false)
    }

    /// The nearest free positions in space and how far they are, nearest first; of those equally near, lowest priority first.
    fn nearest_points(
        &self,
        points: &Points,
        shelf: &Shelf,
        free: &Free,
        treated: usize,
        count: usize,
    ) -> Vec<(usize, f64)> {
        let window = match self.gate {
            Some(gate) => shelf.within(self.stratum[treated], gate.values[treated], gate.width),
            None => shelf.stratum(self.stratum[treated]),
        };
        let mut list: Vec<(f64, u32, usize)> = Vec::with_capacity(2 * count);
        let mut furthest = f64::INFINITY;
        for position in window {
            if !free.is_free(position) {
                continue;
            }
            let person = shelf.person(position);
            let squared = points.squared_distance(treated, person);
            if squared > furthest {
                continue;
            }
            list.push((squared, self.priority[person], position));
            if list.len() == 2 * count {
                keep_nearest(&mut list, count);
                furthest = list[count - 1].0;
            }
        }
        keep_nearest(&mut list, count);
        list.into_iter().map(|(squared, _, position)| (position, squared.sqrt())).collect()
    }
}

fn keep_nearest(list: &mut Vec<(f64, u32, usize)>, count: usize) {
    list.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    list.truncate(count);
}

/// In each round everyone who found somebody in all rounds before takes one more.
fn rounds(queue: &[usize], ratio: usize, mut choose: impl FnMut(usize) -> Option<(usize, f64)>) -> Vec<Chosen> {
    let mut chosen: Vec<Chosen> = vec![Vec::new(); queue.len()];
    for round in 0..ratio {
        let mut found_any = false;
        for (place, own) in chosen.iter_mut().enumerate() {
            if own.len() == round
                && let Some(found) = choose(place)
            {
                own.push(found);
                found_any = true;
            }
        }
        if !found_any {
            break;
        }
    }
    chosen
}
