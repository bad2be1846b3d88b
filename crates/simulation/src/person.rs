//! Who needs help: a person as they are before anybody decides about them.

use crate::calibration::{
    AGES, CIRCUMSTANCE, DEPRIVATION, EMPLOYED, HOUSING, INJECTING, MALE, SCORE, SUBSTANCES, TREATED_BEFORE,
};
use crate::draws::Draws;

/// What a person came for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Substance {
    /// Alcohol alone.
    Alcohol,
    /// Drugs other than opiates.
    Other,
    /// Alcohol and drugs other than opiates.
    Both,
    /// Opiates, with or without anything else.
    Opiates,
}

/// A person in need.
#[derive(Debug, Clone, Copy)]
pub struct Person {
    /// Number of the person; everything random about them hangs on it.
    pub number: u64,
    /// How hard their case is, in standard deviations. Nobody sees it; what is recorded leans on it.
    pub need: f64,
    /// Recorded as a man.
    pub male: bool,
    /// Age at the referral.
    pub age: u8,
    /// What they came for.
    pub substance: Substance,
    /// 0 no housing problem, 1 a problem, 2 no fixed abode.
    pub housing: u8,
    /// 0 never injected, 1 used to, 2 does.
    pub injecting: u8,
    /// In regular work.
    pub employed: bool,
    /// Earlier episodes of treatment.
    pub earlier_episodes: u8,
    /// Deprivation of the area they live in: 1 least, 5 most.
    pub deprivation: u8,
    /// What an honest assessor scores at the first assessment, 0 to 100.
    pub score: i32,
}

impl Person {
    /// The person of this number, `harder` standard deviations of need away from the average.
    pub fn made(number: u64, harder: f64, draws: &mut Draws) -> Person {
        let need = draws.normal() + harder;
        let mut leaning = |on: f64| on * need + (1.0 - on * on).sqrt() * draws.normal();
        let housing = class_of(leaning(CIRCUMSTANCE), &HOUSING);
        let injecting = class_of(leaning(CIRCUMSTANCE), &INJECTING);
        let substance = class_of(leaning(CIRCUMSTANCE), &SUBSTANCES);
        let employed = class_of(leaning(-CIRCUMSTANCE), &[1.0 - EMPLOYED, EMPLOYED]) == 1;
        let earlier = leaning(CIRCUMSTANCE);
        let deprivation = class_of(leaning(DEPRIVATION), &[0.2; 5]) as u8 + 1;
        let share = SCORE[2].sqrt();
        let score = SCORE[0] + SCORE[1] * leaning(share);
        let treated_before = class_of(earlier, &[1.0 - TREATED_BEFORE, TREATED_BEFORE]) == 1;
        let earlier_episodes = if treated_before { 1 + draws.poisson(0.7 * (0.3 * need).exp()).min(19) } else { 0 };
        let age = match draws.pick(&AGES) {
            0 => 18 + draws.below(12),
            1 => 30 + draws.below(20),
            _ => 50 + draws.below(20),
        };
        Person {
            number,
            need,
            male: draws.happens(MALE),
            age: age as u8,
            substance: [Substance::Alcohol, Substance::Other, Substance::Both, Substance::Opiates][substance],
            housing: housing as u8,
            injecting: injecting as u8,
            employed,
            earlier_episodes: earlier_episodes as u8,
            deprivation,
            score: (score.round() as i32).clamp(0, 100),
        }
    }
}

/// The class a standard normal value falls in, when the classes have these shares, lowest first.
fn class_of(value: f64, shares: &[f64]) -> usize {
    let below = normal_share(value);
    let mut reached = 0.0;
    for (class, share) in shares.iter().enumerate() {
        reached += share;
        if below < reached {
            return class;
        }
    }
    shares.len() - 1
}

/// Share of a standard normal below a value; Abramowitz and Stegun 7.1.26, good to seven decimals.
fn normal_share(value: f64) -> f64 {
    let x = value.abs() / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let poly =
        t * (0.254_829_592 + t * (-0.284_496_736 + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))));
    let erf = 1.0 - poly * (-x * x).exp();
    if value < 0.0 { (1.0 - erf) / 2.0 } else { (1.0 + erf) / 2.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(harder: f64) -> Vec<Person> {
        (0..20_000).map(|number| Person::made(number, harder, &mut Draws::new(5, number, 0))).collect()
    }

    fn share(people: &[Person], of: impl Fn(&Person) -> bool) -> f64 {
        people.iter().filter(|person| of(person)).count() as f64 / people.len() as f64
    }

    #[test]
    fn circumstances_have_the_shares_of_the_published_statistics() {
        let people = people(0.0);
        for (found, expected) in [
            (share(&people, |person| person.male), MALE),
            (share(&people, |person| person.age >= 50), AGES[2]),
            (share(&people, |person| person.substance == Substance::Opiates), SUBSTANCES[3]),
            (share(&people, |person| person.housing == 2), HOUSING[2]),
            (share(&people, |person| person.injecting == 2), INJECTING[2]),
            (share(&people, |person| person.employed), EMPLOYED),
            (share(&people, |person| person.earlier_episodes > 0), TREATED_BEFORE),
            (share(&people, |person| person.deprivation == 5), 0.2),
        ] {
            assert!((found - expected).abs() < 0.012, "{found}, not {expected}");
        }
    }

    #[test]
    fn what_is_recorded_leans_on_need() {
        let (usual, hard) = (people(0.0), people(1.0));
        assert!(share(&hard, |person| person.score >= 60) > share(&usual, |person| person.score >= 60) + 0.2);
        assert!(share(&hard, |person| person.employed) < share(&usual, |person| person.employed) - 0.05);
        assert!(
            share(&hard, |person| person.deprivation == 5) > share(&usual, |person| person.deprivation == 5) + 0.05
        );
    }
}
