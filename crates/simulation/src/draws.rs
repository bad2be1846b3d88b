//! Which random numbers a made person gets: a stream of their own, from the seed, their number and the purpose.
//!
//! A purpose has its own stream so that switching a behaviour on changes what it touches and leaves every other draw
//! as it was: two caseloads of one seed differ by the behaviour alone.

use rand_chacha::{
    ChaCha12Rng,
    rand_core::{Rng, SeedableRng},
};

/// The generator's name, recorded with every result that depends on draws.
pub const GENERATOR: &str = "ChaCha12";

/// Random numbers for one purpose.
pub struct Draws(ChaCha12Rng);

impl Draws {
    /// The stream of `purpose` for number `index` under `seed`.
    pub fn new(seed: u64, index: u64, purpose: u16) -> Draws {
        let mut random = ChaCha12Rng::seed_from_u64(seed);
        random.set_stream(index << 16 | u64::from(purpose));
        Draws(random)
    }

    /// Uniform on 0 to 1, without 1.
    pub fn uniform(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Whether something of this probability happens. It always draws, so that a certain event shifts nothing.
    pub fn happens(&mut self, probability: f64) -> bool {
        self.uniform() < probability
    }

    /// A whole number from 0 to `below`, without `below`; 0 when `below` is 0.
    pub fn below(&mut self, below: usize) -> usize {
        ((self.uniform() * below as f64) as usize).min(below.saturating_sub(1))
    }

    /// Which of several, by their weights; the last when the weights do not add up to anything.
    pub fn pick(&mut self, weights: &[f64]) -> usize {
        let mut left = self.uniform() * weights.iter().sum::<f64>();
        for (index, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return index;
            }
        }
        weights.len().saturating_sub(1)
    }

    /// Standard normal, by the polar method of Marsaglia.
    pub fn normal(&mut self) -> f64 {
        loop {
            let (a, b) = (2.0 * self.uniform() - 1.0, 2.0 * self.uniform() - 1.0);
            let square = a * a + b * b;
            if square > 0.0 && square < 1.0 {
                return a * (-2.0 * square.ln() / square).sqrt();
            }
        }
    }

    /// Exponential of mean 1.
    pub fn exponential(&mut self) -> f64 {
        -(1.0 - self.uniform()).ln()
    }

    /// Gamma of this shape and mean 1, by Marsaglia and Tsang (2000).
    pub fn gamma(&mut self, shape: f64) -> f64 {
        let (d, boost) = if shape < 1.0 {
            (shape + 1.0 - 1.0 / 3.0, (1.0 - self.uniform()).powf(1.0 / shape))
        } else {
            (shape - 1.0 / 3.0, 1.0)
        };
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && (1.0 - self.uniform()).ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return boost * d * v / shape;
            }
        }
    }

    /// Poisson of this mean: waiting times one after another.
    pub fn poisson(&mut self, mean: f64) -> u32 {
        if mean > 60.0 {
            return (mean + mean.sqrt() * self.normal()).round().max(0.0) as u32;
        }
        let mut count = 0;
        let mut waited = self.exponential();
        while waited < mean {
            count += 1;
            waited += self.exponential();
        }
        count
    }

    /// A whole number of 64 bits, for the identities and content hashes of made things.
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_number_and_purpose_give_the_same_numbers() {
        let ten = |seed, index, purpose| {
            let mut draws = Draws::new(seed, index, purpose);
            (0..10).map(|_| draws.bits()).collect::<Vec<_>>()
        };
        assert_eq!(ten(1, 2, 3), ten(1, 2, 3));
        assert_ne!(ten(1, 2, 3), ten(2, 2, 3));
        assert_ne!(ten(1, 2, 3), ten(1, 3, 3));
        assert_ne!(ten(1, 2, 3), ten(1, 2, 4));
    }

    #[test]
    fn means_and_variances_are_those_of_the_distributions() {
        let mut draws = Draws::new(11, 0, 0);
        let mut moments = |mut draw: Box<dyn FnMut(&mut Draws) -> f64>| {
            let values: Vec<f64> = (0..40_000).map(|_| draw(&mut draws)).collect();
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64;
            (mean, variance)
        };
        type Draw = Box<dyn FnMut(&mut Draws) -> f64>;
        let cases: [(Draw, f64, f64); 7] = [
            (Box::new(Draws::uniform), 0.5, 1.0 / 12.0),
            (Box::new(Draws::normal), 0.0, 1.0),
            (Box::new(Draws::exponential), 1.0, 1.0),
            (Box::new(|draws| draws.gamma(2.0)), 1.0, 0.5),
            (Box::new(|draws| draws.gamma(0.5)), 1.0, 2.0),
            (Box::new(|draws| f64::from(draws.poisson(3.0))), 3.0, 3.0),
            (Box::new(|draws| f64::from(draws.poisson(100.0))), 100.0, 100.0),
        ];
        for (draw, mean, variance) in cases {
            let (found_mean, found_variance) = moments(draw);
            assert!((found_mean - mean).abs() < 0.03 * variance.sqrt().max(1.0), "mean {found_mean}, not {mean}");
            assert!((found_variance / variance - 1.0).abs() < 0.08, "variance {found_variance}, not {variance}");
        }
    }
}
