//! Do chances of being arrested again come true for people released to parole in Georgia? And bad input.

use meed_statistics::calibration::calibration;

use super::{data::Table, survival::near};

#[test]
fn georgia_parole_chances_from_one_half_tried_on_the_other() {
    let Some(table) = Table::outside("georgia-parole/georgia-parole.csv.gz") else { return };
    // Fitted to the rows with an odd number, by logistic regression.
    let model = [
        ("gang_affiliated", 0.92105716989),
        ("gender_male", 0.56596884529),
        ("supervision_risk_score_first", 0.10887260149),
        ("prior_arrest_episodes_felony", 0.10839557312),
        ("prior_arrest_episodes_property", 0.05098508688),
        ("percent_days_employed", -1.33480753688),
    ];
    let row = table.numbers("row");
    let mut odds = vec![-0.89089368980; row.len()];
    for (name, coefficient) in model {
        odds.iter_mut().zip(table.numbers(name)).for_each(|(odds, value)| *odds += coefficient * value);
    }
    let again = table.flags("recidivism_within_3years");
    let even = (0..row.len()).filter(|place| row[*place] % 2.0 == 0.0);
    let (chance, happened): (Vec<f64>, Vec<bool>) =
        even.map(|place| (1.0 / (1.0 + (-odds[place]).exp()), again[place])).unzip();
    let found = calibration(&chance, &happened, 0.95).expect("an answer");
    assert_eq!((found.people, found.observed), (8142, 4834));
    near(found.expected, 4917.930818, 1e-4);
    near(found.in_the_large.value, -0.0506369527, 1e-7);
    near(found.in_the_large.standard_error, 0.02451901079, 1e-7);
    near(found.in_the_large.p, 0.03890295566, 1e-6);
    // R's `glm` with `epsilon = 1e-15`: its usual rule stops with an error that is off in the sixth digit.
    near(found.slope.value, 0.97036974781, 1e-8);
    near(found.slope.standard_error, 0.03020234858, 1e-8);
    near(found.brier, 0.2057043783, 1e-8);
    near(found.auc.value, 0.7229210515, 1e-8);
    assert!(found.auc.interval.low > 0.71 && found.auc.interval.high < 0.735);
    assert_eq!(found.tenths.iter().map(|tenth| tenth.people).sum::<usize>(), 8142);
    assert!(found.tenths.windows(2).all(|two| two[0].predicted < two[1].predicted));
}

#[test]
fn four_people_by_hand() {
    let found = calibration(&[0.2, 0.4, 0.6, 0.8], &[false, true, false, true], 0.95).expect("an answer");
    near(found.expected, 2.0, 1e-12);
    near(found.brier, (0.04 + 0.36 + 0.36 + 0.04) / 4.0, 1e-12);
    near(found.brier_of_the_share, 0.25, 1e-12);
    // Of four pairs of one with and one without, three are the right way round.
    near(found.auc.value, 0.75, 1e-12);
    near(found.in_the_large.value, 0.0, 1e-9);
}

#[test]
fn what_cannot_be_judged_is_refused() {
    let code = |chance: &[f64], happened: &[bool]| calibration(chance, happened, 0.95).err().map(|why| why.code());
    assert_eq!(code(&[0.2, 1.0], &[true, false]), Some("out-of-range"));
    assert_eq!(code(&[0.2, 0.3], &[true, true]), Some("no-variation"));
    assert_eq!(code(&[0.2, 0.2], &[true, false]), Some("no-variation"));
    assert_eq!(code(&[0.2], &[true, false]), Some("lengths-differ"));
    assert_eq!(code(&[0.1, 0.2, 0.8, 0.9], &[false, false, true, true]), Some("perfect-separation"));
}
