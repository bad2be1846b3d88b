//! Everyone treated gets the nearest comparison people: in a stated order, by a stated rule for ties.
//!
//! Without replacement there are as many rounds as comparison people for each treated person: in each round every treated
//! person takes the nearest that is still free, so that nobody takes ten before the next has one.

use super::near::Search;
use super::people::Numbers;
use super::points::Points;
use super::shelf::{Free, Priority, Seeker, Shelf, Unseen};
use super::strata::Strata;

/// How many times as many people as are asked for are looked at first.
const FIRST_REACH: usize = 1;
/// How many times as many when those were too few.
const WIDER: usize = 8;

/// What neighbours are looked for in; everything is indexed by person.
pub(super) struct Neighbourhood<'a> {
    /// What people are near in.
    pub metric: &'a Metric,
    /// Who was treated; the others are the pool.
    pub treated: &'a [bool],
    /// A comparison person must be in the same stratum.
    pub strata: &'a Strata,
    /// Of those equally near, the lowest is taken.
    pub priority: &'a Priority,
    /// A comparison person must be within a width of the treated person's value.
    pub gate: Option<Gate<'a>>,
    /// Whether, of those with equally near scores, whoever stands next is taken.
    pub adjacent: bool,
}

/// Near in what.
pub(super) enum Metric {
    /// A score.
    Line(Numbers),
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
        Seeker { stratum: self.strata.of(treated), score: score[treated], priority: self.priority.of(treated) }
    }

    /// Looks among those near a treated person, and further for as long as somebody further away could be nearer.
    fn on_line(
        &self,
        score: &[f64],
        queue: &[usize],
        ratio: usize,
        look: impl Fn(&Shelf) -> Result<Vec<Chosen>, Unseen>,
    ) -> Vec<Chosen> {
        let (treated, strata, priority) = (self.treated, self.strata, self.priority);
        let search = Search { queue, treated, score, strata, priority, ratio };
        let mut reach = FIRST_REACH;
        loop {
            let nearby = search.nearby(reach);
            let whole = nearby.is_none();
            let shelf = match nearby {
                Some(near) => Shelf::in_order(&near, self.strata.number, self.adjacent),
                None => Shelf::new(search.everyone(), self.strata.number, self.adjacent),
            };
            match look(&shelf) {
                Ok(chosen) => break chosen,
                Err(Unseen) => assert!(!whole, "a shelf with the whole pool has no marks"),
            }
            reach = reach.saturating_mul(WIDER);
        }
    }

    /// Each comparison person serves once; `queue` holds the treated in the order in which they choose.
    pub fn without_replacement(&self, queue: &[usize], ratio: usize) -> Vec<Chosen> {
        match self.metric {
            Metric::Line(score) => self.on_line(score, queue, ratio, |shelf| {
                let mut free = Free::all(shelf.len());
                let seekers: Vec<Seeker> = queue.iter().map(|&treated| self.seeker(treated, score)).collect();
                let places: Vec<usize> = seekers.iter().map(|&seeker| shelf.place(seeker)).collect();
                rounds(queue, ratio, |at| {
                    let near_enough = |other| self.admits(queue[at], other);
                    let found = shelf.nearest_free(&mut free, seekers[at], places[at], near_enough)?;
                    let Some(found) = found else { return Ok(None) };
                    free.take(found.position);
                    Ok(Some((found.person()?, found.distance)))
                })
            }),
            Metric::Space(points) => {
                let shelf = self.gated_shelf();
                let mut free = Free::all(shelf.len());
                let wanted = (8 * ratio).max(32);
                let mut lists: Vec<std::vec::IntoIter<(usize, f64)>> = Vec::with_capacity(queue.len());
                let mut whole: Vec<bool> = Vec::with_capacity(queue.len());
                for &treated in queue {
                    let list = self.nearest_points(points, &shelf, &free, treated, wanted);
                    whole.push(list.len() < wanted);
                    lists.push(list.into_iter());
                }
                let chosen = rounds(queue, ratio, |place| {
                    loop {
                        match lists[place].next() {
                            Some((position, distance)) if free.is_free(position) => {
                                free.take(position);
                                return Ok(shelf.person(position).map(|person| (person, distance)));
                            }
                            Some(_) => {}
                            None if whole[place] => return Ok(None),
                            None => {
                                let list = self.nearest_points(points, &shelf, &free, queue[place], wanted);
                                whole[place] = list.len() < wanted;
                                lists[place] = list.into_iter();
                            }
                        }
                    }
                });
                chosen.unwrap_or_default()
            }
        }
    }

    /// Comparison people may serve several times. `beyond` says of a distance, given that of the last of enough people,
    /// whether someone so far is taken as well.
    pub fn with_replacement(&self, queue: &[usize], ratio: usize, beyond: impl Fn(f64, f64) -> bool) -> Vec<Chosen> {
        match self.metric {
            Metric::Line(score) => self.on_line(score, queue, ratio, |shelf| {
                let all = |&treated: &usize| {
                    let near_enough = |other| self.admits(treated, other);
                    shelf.nearest(self.seeker(treated, score), ratio, near_enough, &beyond)
                };
                queue.iter().map(all).collect()
            }),
            Metric::Space(points) => {
                let shelf = self.gated_shelf();
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
                                    .filter_map(|(position, distance)| Some((shelf.person(position)?, distance)))
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
    fn gated_shelf(&self) -> Shelf {
        let nothing;
        let values = match self.gate {
            Some(gate) => gate.values,
            None => {
                nothing = vec![0.0; self.treated.len()];
                &nothing
            }
        };
        let pool: Vec<usize> = (0..self.treated.len()).filter(|&person| !self.treated[person]).collect();
        Shelf::of(&pool, values, self.strata, self.priority)
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
            Some(gate) => shelf.within(self.strata.of(treated), gate.values[treated], gate.width),
            None => shelf.stratum(self.strata.of(treated)),
        };
        let mut list: Vec<(f64, u32, usize)> = Vec::with_capacity(2 * count);
        let mut furthest = f64::INFINITY;
        for position in window {
            if !free.is_free(position) {
                continue;
            }
            let Some(person) = shelf.person(position) else { continue };
            let squared = points.squared_distance(treated, person);
            if squared > furthest {
                continue;
            }
            list.push((squared, self.priority.of(person), position));
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
fn rounds(
    queue: &[usize],
    ratio: usize,
    mut choose: impl FnMut(usize) -> Result<Option<(usize, f64)>, Unseen>,
) -> Result<Vec<Chosen>, Unseen> {
    let mut chosen: Vec<Chosen> = vec![Vec::new(); queue.len()];
    for round in 0..ratio {
        let mut found_any = false;
        for (place, own) in chosen.iter_mut().enumerate() {
            if own.len() == round
                && let Some(found) = choose(place)?
            {
                own.push(found);
                found_any = true;
            }
        }
        if !found_any {
            break;
        }
    }
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    use meed_statistics::Generator;

    use super::*;

    /// Everyone looks at everyone.
    fn plainly(of: &Neighbourhood<'_>, score: &[f64], queue: &[usize], ratio: usize, again: bool) -> Vec<Chosen> {
        let mut taken = vec![false; score.len()];
        let mut chosen: Vec<Chosen> = vec![Vec::new(); queue.len()];
        for round in 0..ratio {
            for (place, &treated) in queue.iter().enumerate() {
                let own = &chosen[place];
                let open = |&other: &usize| {
                    !of.treated[other]
                        && of.strata.of(other) == of.strata.of(treated)
                        && of.admits(treated, other)
                        && if again { own.iter().all(|(person, _)| *person != other) } else { !taken[other] }
                };
                let far = |other: usize| (score[treated] - score[other]).abs();
                let nearest = (0..score.len())
                    .filter(open)
                    .min_by(|&a, &b| far(a).total_cmp(&far(b)).then(of.priority.of(a).cmp(&of.priority.of(b))));
                if let Some(other) = nearest.filter(|_| own.len() == round) {
                    taken[other] = true;
                    chosen[place].push((other, far(other)));
                }
            }
        }
        chosen
    }

    #[test]
    fn looking_only_nearby_finds_whom_looking_at_everyone_finds() {
        let mut draw = Generator::new(7, "pools of many shapes");
        let mut looked_nearby = 0;
        for case in 0..60_u32 {
            let people = 3_000;
            let coarse = if case % 3 == 0 { 200.0 } else { 1e9 };
            let score: Vec<f64> = (0..people)
                .map(|place| {
                    // Some pools are thin where the treated stand, so that they have to look far.
                    let shift = if place < 30 { f64::from(case % 5) * 0.8 } else { 0.0 };
                    let own = 1.0 / (1.0 + (2.5 - draw.normal() - shift).exp());
                    (own * coarse).round() / coarse * if case % 7 == 0 { -1.0 } else { 1.0 }
                })
                .collect();
            let treated: Vec<bool> = (0..people).map(|place| place < 30).collect();
            let strata: Vec<u32> =
                (0..people).map(|_| if case % 4 == 0 { u32::from(draw.chance(0.3)) } else { 0 }).collect();
            let mut numbers: Vec<u32> = (0..people as u32).collect();
            draw.shuffle(&mut numbers);
            let strata = Strata::from(strata);
            let priority = Priority((case % 2 == 0).then_some(numbers));
            let gate = (case % 6 == 1).then_some(Gate { values: &score, width: 0.002 });
            let metric = Metric::Line(score.clone().into());
            let of = Neighbourhood {
                metric: &metric,
                treated: &treated,
                strata: &strata,
                priority: &priority,
                gate,
                adjacent: false,
            };
            let queue: Vec<usize> = (0..30).rev().collect();
            let search = Search {
                queue: &queue,
                treated: &treated,
                score: &score,
                strata: &strata,
                priority: &priority,
                ratio: 4,
            };
            looked_nearby += usize::from(search.nearby(FIRST_REACH).is_some());
            assert_eq!(of.without_replacement(&queue, 4), plainly(&of, &score, &queue, 4, false), "case {case}");
            let again = of.with_replacement(&queue, 4, |_, _| false);
            assert_eq!(again, plainly(&of, &score, &queue, 4, true), "case {case}, with replacement");
        }
        assert!(looked_nearby >= 30, "{looked_nearby} of 60 pools were looked at in part");
    }
}
