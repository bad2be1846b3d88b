//! Had those who were taken on better chances than all who were referred?

use meed_statistics::{
    Generator,
    distribution::{Continuous, Normal},
    generator,
};

use super::{ABOUT, Decided, side};
use crate::{
    caseload::Window,
    finding::{Comparator, ComparatorKind, Draws, Finding, Interval, Subject},
    indicator::{Figure, Measure, Parameters},
};

static MIX: Measure = Measure {
    name: "case-mix-index",
    formula: "G01b/1",
    text: "mean predicted chance of success of those taken on / of all who were referred and decided about; percentile \
           interval by drawing referrals again",
    untested: false,
};

/// The case-mix index of a provider.
pub(super) fn finding(
    own: &[&Decided],
    top: u8,
    refused: Option<&String>,
    parameters: &Parameters,
    window: Window,
    subject: &Subject,
) -> Finding {
    let scored: Vec<(f64, bool)> =
        own.iter().filter_map(|one| one.chance.map(|chance| (chance, one.accepted))).collect();
    let (n, least) = (scored.len() as f64, parameters.get("least-referrals"));
    let draft = ABOUT.draft(parameters, &MIX, window).of(
        subject.clone(),
        n,
        "decided referrals with a predicted chance",
        least,
    );
    if let Some(why) = refused {
        return draft.refused(why);
    }
    let taken = scored.iter().filter(|(_, accepted)| *accepted).count();
    if n < least || taken == 0 {
        return draft.too_few();
    }
    if taken == scored.len() {
        // Nobody was turned away: the two groups are one.
        let figure = Figure { value: 1.0, ..Figure::default() };
        return draft.figure(figure, comparator(), format!("all {taken} people who were referred were taken on"));
    }
    let index = |of: &mut dyn Iterator<Item = (f64, bool)>| {
        let (mut all, mut sum, mut kept, mut sum_kept) = (0.0, 0.0, 0.0, 0.0);
        for (chance, accepted) in of {
            all += 1.0;
            sum += chance;
            if accepted {
                kept += 1.0;
                sum_kept += chance;
            }
        }
        sum_kept / kept / (sum / all)
    };
    let value = index(&mut scored.iter().copied());
    let replicates = parameters.get("replicates").max(99.0) as usize;
    let seed = parameters.get("seed") as u64;
    let mut generator = Generator::new(seed, "case-mix index");
    let mut drawn: Vec<f64> = (0..replicates)
        .map(|_| index(&mut (0..scored.len()).map(|_| scored[generator.below(scored.len())])))
        .filter(|index| index.is_finite())
        .collect();
    drawn.sort_by(f64::total_cmp);
    let at = |share: f64| drawn[((share * (drawn.len() + 1) as f64).round() as usize).clamp(1, drawn.len()) - 1];
    let interval = Interval { low: at(0.025), high: Some(at(0.975)), level: 0.95 };
    let error = spread(&drawn);
    let limit = parameters.get("mix-above");
    let worth_asking = value > limit;
    let figure = Figure {
        value,
        interval: Some(interval),
        p: Some((2.0 * Normal.upper((value.ln() / error).abs())).min(1.0)),
        worth_asking,
        act: worth_asking && interval.low > 1.0 && side(own, top).decided >= parameters.get("least-to-act"),
        other_way: value < 1.0 / limit,
    };
    let mean = |kept: bool| {
        let of: Vec<f64> = scored.iter().filter(|one| !kept || one.1).map(|one| one.0).collect();
        of.iter().sum::<f64>() / of.len() as f64
    };
    let says = format!(
        "those taken on had a chance of {:.1}% on average before anything was done for them, all who were referred {:.1}%",
        100.0 * mean(true),
        100.0 * mean(false)
    );
    let mut finding = draft.figure(figure, comparator(), says).input("taken-on", taken as f64).input("decided", n);
    finding.draws = Some(Draws { generator: generator::NAME.into(), seed, replicates });
    finding
}

fn comparator() -> Comparator {
    Comparator {
        kind: ComparatorKind::SameProviderOthers,
        what: "all who were referred to the same provider".into(),
        value: Some(1.0),
    }
}

/// Standard deviation of the logarithms.
fn spread(of: &[f64]) -> f64 {
    let n = of.len() as f64;
    let mean = of.iter().map(|value| value.ln()).sum::<f64>() / n;
    (of.iter().map(|value| (value.ln() - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt()
}
