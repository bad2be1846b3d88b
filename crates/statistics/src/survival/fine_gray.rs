//! What raises or lowers the share who ever come to one ending, when another can come first? (Fine and Gray 1999.)
//!
//! People who had another ending stay at risk of this one in the books, with a weight that falls as they would have
//! left the watch; the model is then a Cox model of the weighted books. Errors are between people (sandwich), with the
//! weights taken as known. A factor of this model is about shares in the end; one of a cause-specific Cox model
//! ([`Competing::until`]) is about the risk on a day of those still there. Both are worth printing.

use super::{
    Competing, FollowUp,
    cox::{Cox, CoxOptions, Term, Ties, cox},
};
use crate::{
    clusters::Clusters,
    error::{Refusal, Warning, same_length},
    matrix::Matrix,
    survival::ChiSquare,
};

/// A fitted model of the share who come to an ending.
#[derive(Clone, Debug)]
pub struct FineGray {
    /// One for each column: the factor is a ratio of subdistribution hazards.
    pub terms: Vec<Term>,
    /// Covariance of the coefficients between people, row by row.
    pub covariance: Vec<Vec<f64>>,
    /// Log partial likelihood with no effect of anything, and as fitted.
    pub log_likelihood: (f64, f64),
    /// Whether all columns together explain anything, by coefficients and their errors between people.
    pub wald: ChiSquare,
    /// People.
    pub people: usize,
    /// How many came to the ending.
    pub events: usize,
    /// What to know before relying on it.
    pub warnings: Vec<Warning>,
}

/// Fits the model for one ending.
///
/// # Errors
/// As [`cox`].
pub fn fine_gray(people: &Competing, cause: usize, columns: &Matrix, level: f64) -> Result<FineGray, Refusal> {
    fitted(people, cause, columns, None, level)
}

/// The same, with errors between clusters of people who may err together.
///
/// # Errors
/// As [`fine_gray`], and with fewer than two clusters.
pub fn fine_gray_clustered(
    people: &Competing,
    cause: usize,
    columns: &Matrix,
    clusters: &[usize],
    level: f64,
) -> Result<FineGray, Refusal> {
    same_length("clusters", people.people(), clusters.len())?;
    Clusters::new("clusters of people", clusters).at_least(2)?;
    fitted(people, cause, columns, Some(clusters), level)
}

fn fitted(
    people: &Competing,
    cause: usize,
    columns: &Matrix,
    clusters: Option<&[usize]>,
    level: f64,
) -> Result<FineGray, Refusal> {
    same_length("the table of columns", people.people(), columns.rows())?;
    let events = people.causes().iter().filter(|one| **one == Some(cause)).count();
    if events == 0 {
        return Err(Refusal::too_few("events of this ending", 0, 1));
    }
    let books = Books::of(people, cause);
    let follow_up = FollowUp::new(&books.until, &books.event)?.entered(&books.from)?;
    let spread = columns.take_rows(&books.person);
    let together = clusters.map(|clusters| books.person.iter().map(|person| clusters[*person]).collect::<Vec<_>>());
    let options = CoxOptions {
        ties: Ties::Breslow,
        strata: None,
        clusters: Some(together.as_deref().unwrap_or(&books.person)),
        weights: Some(&books.weight),
        level,
    };
    let Cox { terms, covariance, log_likelihood, warnings, .. } = cox(&follow_up, &spread, &options)?;
    let coefficients: Vec<f64> = terms.iter().map(|term| term.coefficient.value).collect();
    let wald = ChiSquare::quadratic(&coefficients, &covariance)?;
    let warnings =
        warnings.into_iter().filter(|warning| clusters.is_some() || warning.code != "few-clusters").collect();
    Ok(FineGray { terms, covariance, log_likelihood, wald, people: people.people(), events, warnings })
}

/// People, each in as many lines as their weight takes values.
#[derive(Default)]
struct Books {
    from: Vec<f64>,
    until: Vec<f64>,
    event: Vec<bool>,
    weight: Vec<f64>,
    person: Vec<usize>,
}

impl Books {
    fn of(people: &Competing, cause: usize) -> Books {
        let (times, causes) = (people.times(), people.causes());
        let still = Still::of(people);
        let mut wanted: Vec<f64> = (0..times.len()).filter(|p| causes[*p] == Some(cause)).map(|p| times[p]).collect();
        wanted.sort_by(f64::total_cmp);
        wanted.dedup();
        let mut books = Books::default();
        // Everybody enters before the first time: an event on day zero is still an event.
        let start = -1.0;
        for person in 0..times.len() {
            let own = causes[person] == Some(cause);
            books.line(person, start, times[person], own, 1.0);
            if own || causes[person].is_none() {
                continue;
            }
            let at_end = still.before(times[person]);
            let later = wanted.partition_point(|time| *time <= times[person]);
            let mut from = times[person];
            let mut run: Option<f64> = None;
            for (place, time) in wanted.iter().enumerate().skip(later) {
                let weight = still.before(*time) / at_end;
                if run.is_some_and(|running| running != weight) {
                    let until = wanted[place - 1];
                    books.line(person, from, until, false, run.unwrap_or(weight));
                    from = until;
                }
                run = Some(weight);
            }
            if let (Some(weight), Some(last)) = (run, wanted.last()) {
                books.line(person, from, *last, false, weight);
            }
        }
        books
    }

    fn line(&mut self, person: usize, from: f64, until: f64, event: bool, weight: f64) {
        if weight > 0.0 {
            self.from.push(from);
            self.until.push(until);
            self.event.push(event);
            self.weight.push(weight);
            self.person.push(person);
        }
    }
}

/// The share still watched, of people who would have had no ending: the survival curve of leaving.
struct Still {
    times: Vec<f64>,
    shares: Vec<f64>,
}

impl Still {
    fn of(people: &Competing) -> Still {
        let mut order: Vec<usize> = (0..people.people()).collect();
        order.sort_by(|a, b| people.times()[*a].total_cmp(&people.times()[*b]));
        let (mut times, mut shares, mut share) = (Vec::new(), Vec::new(), 1.0);
        let mut from = 0;
        while from < order.len() {
            let time = people.times()[order[from]];
            let same = order[from..].iter().take_while(|p| people.times()[**p] == time);
            let (all, left) =
                same.fold((0, 0), |(all, left), p| (all + 1, left + usize::from(people.causes()[*p].is_none())));
            share *= 1.0 - left as f64 / (order.len() - from) as f64;
            times.push(time);
            shares.push(share);
            from += all;
        }
        Still { times, shares }
    }

    /// The share still watched just before a time.
    fn before(&self, time: f64) -> f64 {
        let earlier = self.times.partition_point(|one| *one < time);
        earlier.checked_sub(1).map_or(1.0, |place| self.shares[place])
    }
}
