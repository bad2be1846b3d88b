//! A lot that decided who was offered the programme, and people who decided whether to take it up.

use std::rc::Rc;

use meed_statistics::Warning;
use meed_terms::OutcomeKind::{Count, Number, YesNo};

use super::{Answer, ColumnRole, Fixed, Method, Of, Run, lot, trial::reduction};
use crate::{
    report::{Cell, RefusalSaid, Role, Sensitivity, Table},
    trial::{Error, Lot, difference, take_up},
    words::{effect, effect_or_warning, figure},
};

/// The offer beside what people made of it.
pub(super) const TAKE_UP: Method = Method {
    name: "take-up",
    about: "What the offer changed (intention to treat), and beside it what the programme changed for those who took it up because it was offered (instrument: the lot).",
    page: "trial.md",
    settings: &[lot::RELABELLINGS],
    roles: &[ColumnRole::TookUp],
    kinds: &[YesNo, Number, Count],
    by_lot: true,
    of: Of::People,
    fix: by_take_up,
};

fn by_take_up(run: &Run<'_>) -> Result<Fixed, RefusalSaid> {
    let people = Rc::new(run.people.clone());
    let (level, about, scale, seed) = (run.level, run.about.clone(), run.scale(), run.seed);
    let relabellings = run.settings.whole("relabellings");
    let own = people.clone();
    let mut fixed = Fixed::everybody(
        &people,
        Box::new(move |outcomes| {
            let y = &outcomes.values;
            let taken = own.took_up.as_deref().unwrap_or_default();
            let mut answer = Answer::default();
            let offer = difference(&own.treated, y, Error::Welch, level)?;
            let sides = Some((offer.treated_mean, offer.comparison_mean));
            answer.effects.push(effect("Effect of the offer", Role::Main, scale, offer.effect, sides, &about));
            reduction(&own, y, None, level, scale, &about, &mut answer);
            let title = "Effect on those who took it up because it was offered";
            match take_up(&own.treated, taken, y, level) {
                Ok(found) => {
                    answer.warnings.extend(found.warnings);
                    answer.effects.push(effect(title, Role::Beside, scale, found.movers, None, &about));
                    answer.sensitivity.extend(found.anderson_rubin.map(|interval| Sensitivity {
                        name: "anderson-rubin".into(),
                        question: "How sure is the effect on those who took it up, if the offer moved few?".into(),
                        answer: format!(
                            "Effects from {} to {} are not ruled out (Anderson and Rubin), however few the offer moved.",
                            figure(interval.low),
                            figure(interval.high)
                        ),
                        figures: vec![
                            ("lower limit".into(), interval.low),
                            ("upper limit".into(), interval.high),
                        ],
                    }));
                }
                Err(refusal) => {
                    effect_or_warning(title, Err(refusal.into()), &mut answer.effects, &mut answer.warnings);
                }
            }
            // Who takes a thing up is another sort of person: this is what must not be said, side by side with what may.
            let title = "Naive: those who took it up against those who did not";
            let naive = difference(taken, y, Error::Welch, level).map_err(RefusalSaid::from).map(|found| {
                let sides = Some((found.treated_mean, found.comparison_mean));
                effect(title, Role::Naive, scale, found.effect, sides, &about)
            });
            effect_or_warning(title, naive, &mut answer.effects, &mut answer.warnings);
            answer.sensitivity.extend(lot::drawn_again(&own.treated, y, &Lot::People, relabellings, seed)?);
            Ok(answer)
        }),
    );
    fixed.tables.push(taken_up(&people));
    if people.stratum.is_some() {
        fixed.warnings.push(Warning::new(
            "strata-not-used",
            "the plan names strata, and this method draws the lot again among all people",
            "read `difference` with the same strata beside it",
        ));
    }
    Ok(fixed)
}

/// The shares who took it up: known before any outcome.
fn taken_up(people: &crate::people::People) -> Table {
    let taken = people.took_up.as_deref().unwrap_or_default();
    let share = |arm: bool| {
        let own = (0..people.len()).filter(|&row| people.treated[row] == arm);
        let (count, of) = own.fold((0, 0), |(count, of), row| (count + usize::from(taken[row]), of + 1));
        // A share that gives away how few they are is not shown.
        let small = crate::balance::SMALLEST;
        let shown = (count == 0 || count >= small) && (count == of || of - count >= small);
        if shown && of > 0 { Cell::Number(100.0 * f64::from(count as u32) / f64::from(of as u32)) } else { Cell::Empty }
    };
    Table {
        title: "Who took it up, in percent".into(),
        columns: vec!["Side".into(), "Share".into()],
        rows: vec![
            vec![Cell::Text("offered".into()), share(true)],
            vec![Cell::Text("not offered".into()), share(false)],
        ],
    }
}
