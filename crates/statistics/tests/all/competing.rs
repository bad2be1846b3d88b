//! Several ways out of unemployment, each with its own price; and bad input.

use meed_statistics::{
    Matrix,
    survival::{Band, Competing, cumulative_incidence, fine_gray, kaplan_meier},
};

use super::{data::Table, survival::near};

/// Spells of joblessness in the United States (McCall 1996): 1 full-time, 2 part-time, 3 a job soon left.
fn spells() -> Option<(Competing, Table)> {
    let table = Table::outside("unemployment-spells/unempdur.csv")?;
    let ends: Vec<Vec<bool>> = (1..=3).map(|kind| table.flags(&format!("censor{kind}"))).collect();
    let time = table.numbers("spell");
    let cause: Vec<Option<usize>> =
        (0..time.len()).map(|row| (0..3).find(|end| ends[*end][row]).map(|end| end + 1)).collect();
    Some((Competing::new(&time, &cause).expect("good times"), table))
}

#[test]
fn endings_of_unemployment_spells_add_up() {
    let Some((people, _)) = spells() else { return };
    let count = |cause| people.causes().iter().filter(|one| **one == Some(cause)).count();
    assert_eq!([count(1), count(2), count(3)], [1073, 339, 574]);
    let any = people.only(|_| true).expect("people");
    let whole = Competing::new(any.times(), &any.causes().iter().map(|one| one.map(|_| 1)).collect::<Vec<_>>());
    let whole = cumulative_incidence(&whole.expect("good"), 1, 0.95).expect("an estimate");
    for at in [2.0, 10.0, 26.0] {
        let each: f64 = (1..=3)
            .map(|cause| {
                cumulative_incidence(&people, cause, 0.95)
                    .expect("an estimate")
                    .at(at)
                    .expect("within")
                    .expect("a step")
                    .share
            })
            .sum();
        near(each, whole.at(at).expect("within").expect("a step").share, 1e-12);
    }
    // Taking part-time work as leaving the watch overstates the share who ever come to full-time work.
    let alone = kaplan_meier(&people.until(1).expect("good"), 0.95, Band::Log).expect("a curve");
    let naive = 1.0 - alone.share_at(26.0).expect("within");
    let right =
        cumulative_incidence(&people, 1, 0.95).expect("an estimate").at(26.0).expect("within").expect("a step").share;
    assert!(naive > right + 0.1, "{naive} against {right}");
}

#[test]
fn insurance_and_full_time_work() {
    let Some((people, table)) = spells() else { return };
    let columns = Matrix::from_columns(vec![("insured", table.is("ui", "yes")), ("age", table.numbers("age"))]);
    let model = fine_gray(&people, 1, &columns.expect("numbers"), 0.95).expect("an estimate");
    assert_eq!((model.people, model.events), (3343, 1073));
    // Computed with cmprsk 2.2-11 on the same rows.
    near(model.terms[0].coefficient.value, SPELL_INSURED, 1e-4);
    near(model.terms[1].coefficient.value, SPELL_AGE, 1e-4);
}

const SPELL_INSURED: f64 = -0.5854595934;
const SPELL_AGE: f64 = 0.0006786874;

#[test]
fn with_one_ending_it_is_one_minus_the_survival_curve() {
    let people = Competing::new(&[1.0, 2.0, 2.0, 3.0, 5.0], &[Some(1), None, Some(1), Some(1), None]).expect("good");
    let incidence = cumulative_incidence(&people, 1, 0.95).expect("an estimate");
    let curve = kaplan_meier(&people.until(1).expect("good"), 0.95, Band::Log).expect("a curve");
    for step in &incidence.steps {
        near(step.share, 1.0 - curve.share_at(step.time).expect("within"), 1e-12);
        assert!(step.low <= step.share && step.share <= step.high);
    }
}

#[test]
fn what_cannot_be_said_is_refused() {
    let people = Competing::new(&[1.0, 2.0], &[Some(1), None]).expect("good");
    assert_eq!(cumulative_incidence(&people, 2, 0.95).unwrap_err().code(), "too-few-cases");
    assert_eq!(cumulative_incidence(&people, 1, 1.5).unwrap_err().code(), "out-of-range");
    let incidence = cumulative_incidence(&people, 1, 0.95).expect("an estimate");
    assert_eq!(incidence.at(3.0).unwrap_err().code(), "out-of-range");
    assert!(Competing::new(&[1.0], &[]).is_err());
    let columns = Matrix::from_columns(vec![("x", vec![1.0, 0.0])]).expect("numbers");
    assert!(fine_gray(&people, 2, &columns, 0.95).is_err());
}
