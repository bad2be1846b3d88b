//! Makes people by seed, matches them, and says how long it took: one half of `cargo xtask bench matching`.
//!
//! `match_people TREATED POOL RATIO FOLDER` writes `people.csv` and `pairs.csv` into the folder, both counted from one.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use meed_evaluation::matching::{Candidates, Covariate, Design, Method, Nearest, Ties};
use meed_statistics::Generator;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| arguments.get(at).and_then(|word| word.parse::<usize>().ok());
    let (Some(treated), Some(pool), Some(ratio), Some(folder)) = (number(0), number(1), number(2), arguments.get(3))
    else {
        eprintln!("match_people TREATED POOL RATIO FOLDER");
        std::process::exit(2);
    };
    let (people, text) = make(treated, pool);
    let write = |name: &str, text: &str| {
        if let Err(error) = std::fs::write(Path::new(folder).join(name), text) {
            eprintln!("cannot write {name}: {error}");
            std::process::exit(1);
        }
    };
    write("people.csv", &text);

    let nearest = Nearest { ratio, ties: Ties::Adjacent, ..Nearest::by_score() };
    let given = Design::new(Method::Nearest(nearest.clone()), ["x1"]).scored_by("score");
    let fitted = Design::new(Method::Nearest(nearest), ["x1", "x2", "x3", "x4"]);
    let mut pairs = String::from("treated,comparison\n");
    for (name, design) in [("score given", given), ("score fitted", fitted)] {
        let mut quickest = f64::INFINITY;
        for _ in 0..5 {
            let began = Instant::now();
            let sample =
                design.choose(&people).unwrap_or_else(|refusal| panic!("made people can be matched: {refusal}"));
            quickest = quickest.min(began.elapsed().as_secs_f64());
            if name == "score given" && pairs.len() < 30 {
                for set in sample.sets() {
                    for other in &set.comparison {
                        let _ = writeln!(pairs, "{},{}", set.treated[0] + 1, other + 1);
                    }
                }
            }
        }
        println!("meed,{name},{quickest:.4}");
    }
    write("pairs.csv", &pairs);
}

/// People with four covariates of which two matter, a score worked out from them, and the same as a table.
fn make(treated: usize, pool: usize) -> (Candidates, String) {
    let mut draw = Generator::new(10, "people to be matched for speed");
    let mut columns: Vec<Vec<f64>> = vec![Vec::new(); 5];
    let mut arms = Vec::with_capacity(treated + pool);
    let mut text = String::from("treat,x1,x2,x3,x4,score\n");
    for place in 0..treated + pool {
        let own = place < treated;
        let shift = if own { 0.7 } else { 0.0 };
        let x =
            [draw.normal() + shift, draw.normal() + shift / 2.0, draw.uniform(), f64::from(u8::from(draw.chance(0.4)))];
        let logit = -3.0 + 0.8 * x[0] + 0.4 * x[1] + 0.3 * draw.normal();
        let score = 1.0 / (1.0 + (-logit).exp());
        let _ = writeln!(text, "{},{:?},{:?},{:?},{},{score:?}", u8::from(own), x[0], x[1], x[2], x[3]);
        arms.push(own);
        for (column, value) in columns.iter_mut().zip(x.into_iter().chain([score])) {
            column.push(value);
        }
    }
    let names = ["x1", "x2", "x3", "x4", "score"];
    let covariates = names.iter().zip(columns).map(|(name, values)| Covariate::numbers(*name, values)).collect();
    let people = Candidates::new(arms, covariates).unwrap_or_else(|refusal| panic!("made people are sound: {refusal}"));
    (people, text)
}
