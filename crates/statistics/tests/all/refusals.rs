//! Bad input is answered by name, with a remedy: never by a number that looks fine.

use meed_statistics::agreement::{KappaWeights, kappa, mcnemar};
use meed_statistics::covariance::{Correction, clustered, robust};
use meed_statistics::exact::{Rate, fisher, rate_ratio};
use meed_statistics::generalised::{Family, generalised};
use meed_statistics::least_squares::least_squares;
use meed_statistics::negative_binomial::negative_binomial;
use meed_statistics::power::{Asked, people_for_shares};
use meed_statistics::proportion::{Share, odds_ratio};
use meed_statistics::{Clusters, Generator, Matrix, Refusal};

fn refused<T>(found: Result<T, Refusal>, code: &str) -> Refusal {
    let Err(refusal) = found else { panic!("{code} is refused") };
    assert_eq!(refusal.code(), code, "{refusal}");
    assert!(refusal.remedy().len() > 20 && !refusal.to_string().is_empty());
    refusal
}

fn x(columns: Vec<(&str, Vec<f64>)>) -> Matrix {
    Matrix::from_columns(columns).unwrap().with_constant()
}

#[test]
fn columns_that_say_the_same_are_named() {
    let table = x(vec![("age", vec![1.0, 2.0, 3.0, 5.0]), ("months", vec![12.0, 24.0, 36.0, 60.0])]);
    let refusal = refused(least_squares(&table, &[1.0, 2.0, 1.0, 3.0], None), "singular-design");
    assert_eq!(refusal.to_string(), "`months` can be worked out from the other columns");
    let constant = x(vec![("site", vec![1.0; 5])]);
    refused(generalised(&constant, &[0.0, 1.0, 0.0, 1.0, 1.0], Family::Logistic, None, None), "singular-design");
}

/// `b` alone does not tell them apart, nor does `a`: their sum does, but for one tie.
#[test]
fn perfect_separation_is_named_even_in_combination() {
    let a = vec![0.0, 1.0, 2.0, 3.0, 0.0, 1.0, 2.0, 3.0];
    let b = vec![3.0, 1.0, 1.0, -1.0, 4.0, 3.0, 2.0, 1.0];
    let sums: Vec<f64> = a.iter().zip(&b).map(|(a, b)| a + b).collect();
    let y: Vec<f64> = sums.iter().map(|sum| f64::from(u8::from(*sum > 3.0))).collect();
    let refusal =
        refused(generalised(&x(vec![("a", a), ("b", b)]), &y, Family::Logistic, None, None), "perfect-separation");
    let Refusal::PerfectSeparation { columns } = refusal else { unreachable!() };
    assert!(columns.contains(&"a".to_owned()) && columns.contains(&"b".to_owned()), "{columns:?}");
    // One category without any yes, among others that hold both.
    let group = vec![1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    let y = [0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0];
    refused(generalised(&x(vec![("group", group.clone())]), &y, Family::Logistic, None, None), "perfect-separation");
    let counts = [0.0, 0.0, 0.0, 2.0, 0.0, 1.0, 4.0, 1.0];
    refused(generalised(&x(vec![("group", group)]), &counts, Family::Poisson, None, None), "perfect-separation");
}

/// Rare is not separated: two hundred made sets with a rare yes either fit or name a column, and R's test for it, the
/// linear program, is what decides.
#[test]
fn rare_outcomes_fit_or_are_named() {
    let (mut fitted, mut named) = (0, 0);
    for set in 0..200 {
        let mut g = Generator::new(4, "rare").replicate(set);
        let a: Vec<f64> = (0..60).map(|_| f64::from(u8::from(g.chance(0.2)))).collect();
        let b: Vec<f64> = (0..60).map(|_| g.normal()).collect();
        let y: Vec<f64> = (0..60).map(|_| f64::from(u8::from(g.chance(0.08)))).collect();
        let both =
            [0.0, 1.0].iter().all(|side| [0.0, 1.0].iter().all(|yes| (0..60).any(|i| a[i] == *side && y[i] == *yes)));
        match generalised(&x(vec![("a", a), ("b", b)]), &y, Family::Logistic, None, None) {
            Ok(found) => {
                fitted += 1;
                assert!(both, "a side without both outcomes has no finite effect: set {set}");
                assert!(
                    found.fit.coefficients.iter().all(|c| c.abs() < 50.0),
                    "set {set}: {:?}",
                    found.fit.coefficients
                );
            }
            Err(Refusal::PerfectSeparation { .. } | Refusal::NoVariation { .. }) => named += 1,
            Err(other) => panic!("set {set}: {other}"),
        }
    }
    assert!(fitted > 50 && named > 20, "{fitted} fitted, {named} named");
}

#[test]
fn outcomes_and_counts_that_make_no_sense() {
    let table = x(vec![("a", vec![0.0, 1.0, 2.0, 3.0, 4.0])]);
    refused(generalised(&table, &[0.0; 5], Family::Logistic, None, None), "no-variation");
    refused(generalised(&table, &[1.0; 5], Family::Logistic, None, None), "no-variation");
    refused(generalised(&table, &[0.0; 5], Family::Poisson, None, None), "no-variation");
    refused(generalised(&table, &[0.0, 2.0, 0.0, 1.0, 1.0], Family::Logistic, None, None), "out-of-range");
    refused(generalised(&table, &[0.0, -2.0, 0.0, 1.0, 1.0], Family::Poisson, None, None), "out-of-range");
    refused(least_squares(&table, &[0.0, f64::NAN, 0.0, 1.0, 1.0], None), "not-a-number");
    refused(least_squares(&table, &[0.0, 1.0], None), "lengths-differ");
    refused(least_squares(&table, &[0.0, 1.0, 3.0, 0.0, 2.0], Some(&[1.0, -1.0, 1.0, 1.0, 1.0])), "out-of-range");
    refused(least_squares(&table, &[0.0, 1.0, 3.0, 0.0, 2.0], Some(&[1.0, 1.0, 0.0, 0.0, 0.0])), "too-few-cases");
    refused(negative_binomial(&table, &[2.0, 3.0, 2.0, 3.0, 2.0], None, None), "out-of-range");
    let flat = least_squares(&table, &[7.0; 5], None).unwrap();
    refused(flat.estimate("a", &Matrix::square(flat.x.names()), Some(3.0), 0.95), "no-variation");
    refused(flat.estimate("b", &Matrix::square(flat.x.names()), Some(3.0), 0.95), "out-of-range");
}

#[test]
fn one_cluster_and_one_decisive_row() {
    let table = x(vec![("a", vec![0.0, 0.0, 0.0, 0.0, 1.0])]);
    let fit = least_squares(&table, &[1.0, 2.0, 1.0, 3.0, 2.0], None).unwrap();
    refused(clustered(&fit, &Clusters::new("provider", &[1; 5]), Correction::One), "one-cluster");
    refused(robust(&fit, Correction::Three), "out-of-range");
}

#[test]
fn counts_without_a_comparison() {
    refused(Share::new(0, 0), "empty-group");
    refused(Share::new(3, 2), "out-of-range");
    refused(Share::new(1, 2).unwrap().wilson(1.0), "out-of-range");
    refused(odds_ratio(Share::new(3, 3).unwrap(), Share::new(1, 3).unwrap(), 0.95), "perfect-separation");
    refused(fisher(0, 0, 1, 2), "empty-group");
    refused(fisher(0, 3, 0, 2), "no-variation");
    refused(rate_ratio(Rate { events: 0, time: 1.0 }, Rate { events: 0, time: 1.0 }, 0.95), "too-few-cases");
    refused(rate_ratio(Rate { events: 1, time: 0.0 }, Rate { events: 0, time: 1.0 }, 0.95), "out-of-range");
    refused(kappa(&[1, 1, 1], &[1, 1, 1], 3, KappaWeights::Linear, 0.95), "no-variation");
    refused(mcnemar(0, 0), "no-variation");
    refused(people_for_shares(0.5, 0.5, Asked::USUAL), "no-variation");
}
