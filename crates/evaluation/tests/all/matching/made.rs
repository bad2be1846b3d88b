//! People made by seed, to be matched here and by other programs.

use std::fmt::Write as _;
use std::path::PathBuf;

use meed_evaluation::matching::{Candidates, Covariate};
use meed_statistics::Generator;

/// How many sets of people each method is compared on.
pub const SETS: u64 = 200;

/// One set of made people.
pub struct Made {
    pub treated: Vec<bool>,
    pub x1: Vec<f64>,
    pub x2: Vec<f64>,
    pub x3: Vec<bool>,
    pub g: Vec<String>,
    /// A score that is given rather than fitted.
    pub s: Vec<f64>,
    pub y: Vec<f64>,
}

/// Between 60 and 139 people, about a quarter of them treated, the more likely the higher their `x1` and `x2`.
pub fn people(number: u64) -> Made {
    let mut draw = Generator::new(number, "made people to match");
    let count = 60 + draw.below(80);
    let mut made = Made { treated: vec![], x1: vec![], x2: vec![], x3: vec![], g: vec![], s: vec![], y: vec![] };
    for _ in 0..count {
        let (x1, x2, x3) = (draw.normal(), draw.normal(), draw.chance(0.4));
        let g = ["a", "b", "c"][draw.below(3)];
        let logit = -1.4 + 0.6 * x1 + 0.4 * x2 + if x3 { 0.4 } else { 0.0 };
        let treated = draw.chance(1.0 / (1.0 + (-logit).exp()));
        made.s.push(1.0 / (1.0 + (-(logit + 0.2 * draw.normal())).exp()));
        made.y.push(2.0 + x1 - 0.5 * x2 + draw.normal() + if treated { 0.5 } else { 0.0 });
        made.treated.push(treated);
        made.x1.push(x1);
        made.x2.push(x2);
        made.x3.push(x3);
        made.g.push(String::from(g));
    }
    made
}

impl Made {
    pub fn candidates(&self) -> Candidates {
        let covariates = vec![
            Covariate::numbers("x1", self.x1.clone()),
            Covariate::numbers("x2", self.x2.clone()),
            Covariate::flags("x3", &self.x3),
            Covariate::categories("g", &self.g),
            Covariate::numbers("s", self.s.clone()),
        ];
        Candidates::new(self.treated.clone(), covariates).expect("people of both arms")
    }
}

impl Made {
    /// The people in these places alone.
    pub fn only(&self, places: &[usize]) -> Self {
        fn of<T: Clone>(values: &[T], places: &[usize]) -> Vec<T> {
            places.iter().map(|&place| values[place].clone()).collect()
        }
        Self {
            treated: of(&self.treated, places),
            x1: of(&self.x1, places),
            x2: of(&self.x2, places),
            x3: of(&self.x3, places),
            g: of(&self.g, places),
            s: of(&self.s, places),
            y: of(&self.y, places),
        }
    }
}

/// All sets in one file, so that another program starts once for all of them.
pub fn file() -> (tempfile::TempDir, PathBuf) {
    let mut text = String::from("set,treat,x1,x2,x3,g,s,y\n");
    for number in 0..SETS {
        let made = people(number);
        for place in 0..made.treated.len() {
            let flag = u8::from;
            writeln!(
                text,
                "{number},{},{:?},{:?},{},{},{:?},{:?}",
                flag(made.treated[place]),
                made.x1[place],
                made.x2[place],
                flag(made.x3[place]),
                made.g[place],
                made.s[place],
                made.y[place]
            )
            .expect("text grows");
        }
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("people.csv");
    std::fs::write(&path, text).expect("a file");
    (folder, path)
}

/// Writes the made people to a file that is named, so that the recorded answers can be made again: see `matching.R`.
#[test]
#[ignore = "writes a file, for whoever records answers of another program"]
fn write_made_people() {
    let (_folder, path) = file();
    let to = std::env::var("MEED_MADE_PEOPLE").expect("MEED_MADE_PEOPLE names a file");
    std::fs::copy(path, to).expect("a file");
}
