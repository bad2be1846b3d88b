//! Two groups that a lot made cluster by cluster: sites, workers or areas with all their people.

use std::rc::Rc;

use meed_statistics::{Clusters, Warning};
use meed_terms::OutcomeKind::{Count, Number, YesNo};

use super::{Answer, ColumnRole, Fixed, Method, Of, Run, lot, trial::reduction};
use crate::{
    report::{Cell, RefusalSaid, Role, Table},
    trial::{Lot, cluster_trial},
    words::effect,
};

/// Fewer clusters than this on a side are told of: our default.
const FEW: usize = 10;

/// The lot was drawn among clusters.
pub(super) const DIFFERENCE_BY_CLUSTER: Method = Method {
    name: "difference-by-cluster",
    about: "The mean of people in clusters that a lot gave the programme less that of people in the others, with an error between clusters (CR2 with the degrees of freedom of Bell & McCaffrey); beside it the same with each cluster counting once, and the lot drawn again among clusters.",
    page: "trial.md",
    settings: &[lot::RELABELLINGS],
    roles: &[ColumnRole::Cluster],
    uses: &[],
    kinds: &[YesNo, Number, Count],
    by_lot: true,
    of: Of::People,
    fix: by_cluster,
};

fn by_cluster(run: &Run<'_>) -> Result<Fixed, RefusalSaid> {
    let people = Rc::new(run.people.clone());
    let clusters = Clusters::new("cluster", people.cluster.as_deref().unwrap_or_default());
    let (level, about, scale, seed) = (run.level, run.about.clone(), run.scale(), run.seed);
    let relabellings = run.settings.whole("relabellings");
    let own = people.clone();
    Ok(Fixed::everybody(
        &people,
        Box::new(move |outcomes| {
            let y = &outcomes.values;
            let found = cluster_trial(&own.treated, y, &clusters, level)?;
            let mut answer = Answer { warnings: found.people.warnings.clone(), ..Answer::default() };
            let (with, without) = (found.treated_clusters, found.comparison_clusters);
            if with.min(without) < FEW {
                answer.warnings.push(Warning::new(
                    "few-clusters",
                    format!("the lot was drawn among {with} clusters with the programme and {without} without"),
                    "read the lot drawn again beside the interval, and plan for more clusters",
                ));
            }
            let sides = Some((found.people.treated_mean, found.people.comparison_mean));
            answer.effects.push(effect("Difference", Role::Main, scale, found.people.effect, sides, &about));
            let title = "Difference, each cluster counting once";
            answer.effects.push(effect(title, Role::Beside, scale, found.clusters, None, &about));
            reduction(&own, y, Some(clusters.of()), level, scale, &about, &mut answer);
            let rows = vec![
                vec![Cell::Text("clusters with the programme".into()), Cell::Number(with as f64)],
                vec![Cell::Text("clusters without".into()), Cell::Number(without as f64)],
                vec![
                    Cell::Text("share of the spread that lies between clusters".into()),
                    Cell::Number(found.intraclass),
                ],
                vec![
                    Cell::Text("by how much clusters multiply the variance".into()),
                    Cell::Number(found.design_effect),
                ],
            ];
            answer.tables.push(Table {
                title: "What clusters are worth".into(),
                columns: vec!["What".into(), "Value".into()],
                rows,
            });
            let lot = Lot::Among(&clusters);
            answer.sensitivity.extend(lot::drawn_again(&own.treated, y, &lot, relabellings, seed)?);
            Ok(answer)
        }),
    ))
}
