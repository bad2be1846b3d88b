//! Random numbers that anybody can draw again: ChaCha12 by seed and stream, with transforms of our own.
//!
//! A draw depends on the seed, the name of the stream and how many came before, and on nothing else: not on the
//! machine's clock, nor on which version of a library turns bits into a normal number.

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

use crate::distribution::{Continuous, Normal};

/// The generator's name, as it is recorded beside every drawn result.
pub const NAME: &str = "ChaCha12";

/// What must be written down to draw the same again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recorded {
    /// Which generator: [`NAME`].
    pub generator: String,
    /// Its seed.
    pub seed: u64,
    /// Which of its streams.
    pub stream: String,
}

/// A source of random numbers.
#[derive(Clone, Debug)]
pub struct Generator {
    seed: u64,
    stream: String,
    source: ChaCha12Rng,
}

impl Generator {
    /// The stream called `stream` of a seed; streams with different names are independent of one another.
    ///
    /// The key is the seed in little-endian bytes followed by zeros; the nonce is the FNV-1a hash of the name.
    pub fn new(seed: u64, stream: &str) -> Generator {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut source = ChaCha12Rng::from_seed(key);
        source.set_stream(fnv1a(stream));
        Generator { seed, stream: stream.into(), source }
    }

    /// A further stream of the same seed, called `this/name`. It does not depend on what was drawn here so far.
    pub fn branch(&self, name: &str) -> Generator {
        Generator::new(self.seed, &format!("{}/{name}", self.stream))
    }

    /// The stream of one replicate, so that replicates can be drawn in any order or at once.
    pub fn replicate(&self, number: u64) -> Generator {
        self.branch(&number.to_string())
    }

    /// What must be written down to draw the same again.
    pub fn recorded(&self) -> Recorded {
        Recorded { generator: NAME.into(), seed: self.seed, stream: self.stream.clone() }
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.source.next_u64()
    }

    /// A number from 0 to below 1.
    pub fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * 2f64.powi(-53)
    }

    /// A number above 0 and below 1.
    pub fn open_uniform(&mut self) -> f64 {
        ((self.bits() >> 12) as f64 + 0.5) * 2f64.powi(-52)
    }

    /// A whole number from 0 to below `n`, every one equally likely.
    ///
    /// # Panics
    /// When `n` is 0: there is nothing to choose from.
    pub fn below(&mut self, n: usize) -> usize {
        assert!(n > 0, "a choice is between at least one thing");
        let n = n as u64;
        // The few draws at the end of the range that would favour small numbers are drawn again (Lemire 2019).
        let reject = n.wrapping_neg() % n;
        loop {
            let wide = u128::from(self.bits()) * u128::from(n);
            if wide as u64 >= reject {
                return (wide >> 64) as usize;
            }
        }
    }

    /// Whether something of probability `p` happens.
    pub fn chance(&mut self, p: f64) -> bool {
        self.uniform() < p
    }

    /// A standard normal number.
    pub fn normal(&mut self) -> f64 {
        Normal.quantile(self.open_uniform())
    }

    /// A number from the exponential distribution of mean 1.
    pub fn exponential(&mut self) -> f64 {
        -self.open_uniform().ln()
    }

    /// A number from the gamma distribution with mean `shape` and scale 1 (Marsaglia and Tsang 2000); 0 for shape 0.
    pub fn gamma(&mut self, shape: f64) -> f64 {
        if shape <= 0.0 {
            return 0.0;
        }
        if shape < 1.0 {
            let lift = self.open_uniform().powf(1.0 / shape);
            return self.gamma(shape + 1.0) * lift;
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = 1.0 + c * x;
            if v <= 0.0 {
                continue;
            }
            let v = v * v * v;
            if self.open_uniform().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }

    /// A share from the beta distribution with mean `a / (a + b)`.
    pub fn beta(&mut self, a: f64, b: f64) -> f64 {
        let x = self.gamma(a);
        let y = self.gamma(b);
        if x + y > 0.0 {
            x / (x + y)
        } else if self.chance(a / (a + b)) {
            1.0
        } else {
            0.0
        }
    }

    /// A count of events where `mean` are expected; 0 for a mean of 0 or less.
    ///
    /// Large means are halved by the time of an early event (Ahrens and Dieter 1974), small ones counted by waiting.
    pub fn poisson(&mut self, mean: f64) -> u64 {
        let (mut count, mut mean) = (0, mean);
        while mean > 12.0 {
            let ahead = (mean * 7.0 / 8.0).floor();
            let time = self.gamma(ahead);
            if time > mean {
                return count + self.binomial(ahead as u64 - 1, mean / time);
            }
            count += ahead as u64;
            mean -= time;
        }
        if mean <= 0.0 {
            return count;
        }
        let (limit, mut product) = ((-mean).exp(), self.open_uniform());
        while product > limit {
            count += 1;
            product *= self.open_uniform();
        }
        count
    }

    /// How many of `n` succeed at probability `p`; `p` outside 0 to 1 is read as the nearer end.
    ///
    /// Large numbers are halved at the middle one of `n` sorted uniform numbers (Relles 1972), small ones counted.
    pub fn binomial(&mut self, n: u64, p: f64) -> u64 {
        let (mut n, mut p, mut count) = (n, p.clamp(0.0, 1.0), 0);
        while n > 16 {
            let middle = n / 2 + 1;
            let at = self.beta(middle as f64, (n + 1 - middle) as f64);
            if at <= p {
                count += middle;
                n -= middle;
                p = if at < 1.0 { ((p - at) / (1.0 - at)).clamp(0.0, 1.0) } else { 1.0 };
            } else {
                n = middle - 1;
                p = (p / at).clamp(0.0, 1.0);
            }
        }
        count + (0..n).filter(|_| self.chance(p)).count() as u64
    }

    /// A count of events where `mean` are expected and people differ: variance `mean + mean² / theta`.
    pub fn negative_binomial(&mut self, mean: f64, theta: f64) -> u64 {
        let rate = self.gamma(theta) * mean / theta;
        self.poisson(rate)
    }

    /// 1 or −1, equally likely.
    pub fn sign(&mut self) -> f64 {
        if self.bits() >> 63 == 1 { 1.0 } else { -1.0 }
    }

    /// Puts a list in random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last + 1));
        }
    }

    /// `k` different places among `n`, in increasing order; all of them where `k` is larger.
    pub fn sample(&mut self, n: usize, k: usize) -> Vec<usize> {
        // One pass in order: each place is taken with the chance still left to it (Fan, Muller and Rezucha 1962).
        let (mut taken, mut wanted) = (Vec::with_capacity(k.min(n)), k.min(n));
        for place in 0..n {
            if wanted == 0 {
                break;
            }
            if self.below(n - place) < wanted {
                taken.push(place);
                wanted -= 1;
            }
        }
        taken
    }

    /// A place, each in proportion to its weight; the first where no weight is above 0.
    pub fn weighted(&mut self, weights: &[f64]) -> usize {
        let whole: f64 = weights.iter().filter(|weight| **weight > 0.0).sum();
        let mut left = self.uniform() * whole;
        let mut last = 0;
        for (place, weight) in weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
            last = place;
            if left < *weight {
                return place;
            }
            left -= weight;
        }
        last
    }
}

fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}
