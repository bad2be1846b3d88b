//! The job programme of 1975 to 1978 with its experiment, against two surveys: does matching come near the experiment?

use std::path::Path;

use meed_evaluation::matching::{
    Caliper, Candidates, Covariate, Design, Distance, Estimand, Method, Nearest, Optimal, Outcomes, Subclasses,
    Weighting,
};

use super::support::{Table, near};

/// The treated of the experiment with the people of a survey, and what they earned in 1978; none where the data are not here.
fn people(survey: &str) -> Option<(Candidates, Vec<f64>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/nsw-lalonde");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).ok().map(|text| Table::read(&text));
    let (Some(programme), Some(survey)) = (read("nsw-dehejia-wahba.csv"), read(survey)) else {
        println!("skipped: there is no folder shared/data/nsw-lalonde beside the repository");
        return None;
    };
    let treated = programme.flags("treat");
    let column = |names: [&str; 2]| -> Vec<f64> {
        let of = |table: &Table, keep: &dyn Fn(usize) -> bool| -> Vec<f64> {
            let name = names.iter().find(|name| table.has(name)).unwrap_or(&names[0]);
            let values = table.numbers(name);
            values.into_iter().enumerate().filter(|(place, _)| keep(*place)).map(|(_, value)| value).collect()
        };
        [of(&programme, &|place| treated[place]), of(&survey, &|_| true)].concat()
    };
    let arms = [vec![true; 185], vec![false; column(["re78", "re78"]).len() - 185]].concat();
    let mut covariates: Vec<Covariate> = [
        ["age", "age"],
        ["educ", "educ"],
        ["black", "black"],
        ["hisp", "hisp"],
        ["marr", "married"],
        ["nodegree", "nodeg"],
        ["re74", "re74"],
        ["re75", "re75"],
    ]
    .into_iter()
    .map(|names| Covariate::numbers(names[0], column(names)))
    .collect();
    for name in ["re74", "re75"] {
        let none = column([name, name]).iter().map(|&earned| earned == 0.0).collect::<Vec<bool>>();
        covariates.push(Covariate::flags(format!("no {name}"), &none));
    }
    let candidates = Candidates::new(arms, covariates).expect("people of both arms");
    Some((candidates, column(["re78", "re78"])))
}

fn check(survey: &str, naive: f64, expected: &[(&str, f64, f64, usize)]) {
    let Some((people, earned)) = people(survey) else { return };
    let mean = |arm: bool| {
        let own: Vec<f64> =
            earned.iter().zip(people.treated()).filter(|(_, own)| **own == arm).map(|(y, _)| *y).collect();
        own.iter().sum::<f64>() / own.len() as f64
    };
    near(mean(true) - mean(false), naive, 5e-3);
    let names: Vec<String> = people.covariates().iter().map(|covariate| covariate.name.clone()).collect();
    let caliper = Some(Caliper::of_logit(0.2));
    let nearest = Nearest::by_score();
    let logit = Nearest { distance: Distance::LogitScore, caliper, ..nearest.clone() };
    let space = Nearest { distance: Distance::Mahalanobis, caliper, ..nearest.clone() };
    let designs = [
        ("one neighbour", Method::Nearest(nearest.clone())),
        ("within a caliper", Method::Nearest(logit)),
        ("with replacement", Method::Nearest(Nearest { replacement: true, ..nearest })),
        ("Mahalanobis within a caliper", Method::Nearest(space)),
        ("optimal", Method::Optimal(Optimal { distance: Distance::Score, ratio: 1, caliper: None })),
        ("ten classes", Method::Subclasses(Subclasses { number: 10, estimand: Estimand::Treated })),
        ("odds", Method::Weighting(Weighting { estimand: Estimand::Treated, trim: 0.0 })),
        ("overlap", Method::Weighting(Weighting { estimand: Estimand::Overlap, trim: 0.0 })),
    ];
    let mut found = Vec::new();
    for (name, method) in designs {
        if survey == "cps1.csv" && name == "optimal" {
            continue; // Sixteen thousand people take a while.
        }
        let sample = Design::new(method, names.clone()).choose(&people).expect("somebody to compare with");
        let effect = sample.effect(&Outcomes::known(earned.clone()), 0.95).expect("an effect");
        let worst = sample.balance().worst().expect("covariates").1;
        found.push((
            name,
            effect.difference.value,
            effect.difference.standard_error,
            sample.flow().treated_matched,
            worst,
        ));
    }
    for row in &found {
        println!("{survey}: {row:?}");
    }
    assert_eq!(found.len(), expected.len());
    for (own, expected) in found.iter().zip(expected) {
        assert_eq!((own.0, own.3), (expected.0, expected.3));
        near(own.1, expected.1, 0.05);
        near(own.2, expected.2, 0.05);
    }
}

#[test]
fn the_job_programme_against_the_current_population_survey() {
    check(
        "cps1.csv",
        -8497.52,
        &[
            ("one neighbour", 1902.58, 652.86, 185),
            ("within a caliper", 1902.58, 655.23, 185),
            ("with replacement", 1541.06, 812.81, 185),
            ("Mahalanobis within a caliper", 1724.82, 727.14, 185),
            ("ten classes", 958.74, 677.05, 185),
            ("odds", 1377.12, 667.18, 185),
            ("overlap", 1093.04, 644.49, 185),
        ],
    );
}

#[test]
fn the_job_programme_against_the_panel_study() {
    check(
        "psid1.csv",
        -15204.78,
        &[
            ("one neighbour", -977.06, 1022.82, 185),
            ("within a caliper", -228.08, 951.69, 103),
            ("with replacement", 925.82, 1183.84, 185),
            ("Mahalanobis within a caliper", -564.57, 971.97, 103),
            ("optimal", -977.06, 1017.02, 185),
            ("ten classes", -129.77, 1126.38, 185),
            ("odds", 2796.21, 778.68, 185),
            ("overlap", -116.20, 847.15, 185),
        ],
    );
}
