//! Nothing that a plan says is passed over: every method beside every column that a plan can name. A column that the method
//! makes use of changes what is found; every other is refused by its name, with what to do instead.

use meed_evaluation::{
    FrameColumn,
    method::{ColumnRole, METHODS, Method, Of},
    report::Group,
};
use meed_statistics::Generator;
use meed_terms::OutcomeKind;

use super::support::{Asked, keys, numbers, texts};

/// What a plan names a column with, and its name in the queries made here.
fn named(role: ColumnRole) -> (&'static str, &'static str) {
    match role {
        ColumnRole::Cluster => ("cluster", "\"site\""),
        ColumnRole::ClusterTwo => ("cluster-two", "\"worker\""),
        ColumnRole::Stratum => ("stratum", "\"block\""),
        ColumnRole::Time => ("time", "\"year\""),
        ColumnRole::FirstTreated => ("first-treated", "\"first\""),
        ColumnRole::TookUp => ("took-up", "\"took\""),
        ColumnRole::Score => ("score", "\"points\""),
        ColumnRole::Exposure => ("exposure", "\"at_risk\""),
        ColumnRole::OtherEnding => ("other-ending", "\"died\""),
        ColumnRole::Event => ("event", "\"returned\""),
        ColumnRole::Weight => ("weight", "\"counts_for\""),
        ColumnRole::Covariates => ("covariates", "[\"age\"]"),
    }
}

fn of_outcome(role: ColumnRole) -> bool {
    matches!(role, ColumnRole::Exposure | ColumnRole::OtherEnding | ColumnRole::Event)
}

/// What a method cannot do without beside its columns.
pub fn settings(method: &Method, when_said: bool) -> String {
    let mut lines = format!("name = \"{}\"\n", method.name);
    for setting in method.settings {
        lines += match setting.name {
            "began" if when_said => "began = 2014\n",
            "cut-off" => "cut-off = 50\n",
            "relabellings" => "relabellings = 199\n",
            "replicates" => "replicates = 199\n",
            "horizon" => "horizon = 60\n",
            "other-orders" => "other-orders = 2\n",
            "waves" => "waves = 0\nseason = 4\n",
            _ => "",
        };
    }
    lines
}

/// A plan with these columns named; `shown` is what is only shown.
pub fn lines(method: &Method, roles: &[ColumnRole], kind: OutcomeKind) -> (String, String) {
    let (mut population, mut outcome) = (String::new(), format!("kind = \"{}\"\n", kind.word()));
    for &role in roles {
        let (field, column) = named(role);
        let line = format!("{field} = {column}\n");
        if of_outcome(role) { outcome += &line } else { population += &line }
    }
    if !roles.contains(&ColumnRole::Covariates) {
        population += "shown = [\"age\"]\n";
    }
    assert!(!method.name.is_empty());
    (population, outcome)
}

/// Rows that every method can say something of; outcomes are of this kind.
pub fn data(method: &Method, kind: OutcomeKind) -> (Vec<FrameColumn>, Vec<FrameColumn>) {
    let mut draw = Generator::new(20_261_122, method.name);
    match method.of {
        Of::Panel => panel(&mut draw, method, kind),
        Of::People | Of::Line | Of::Prediction => people(&mut draw, method, kind),
    }
}

fn outcome(draw: &mut Generator, kind: OutcomeKind, level: f64) -> f64 {
    match kind {
        OutcomeKind::YesNo => f64::from(u8::from(draw.uniform() < 1.0 / (1.0 + (-level).exp()))),
        OutcomeKind::Number => 20.0 + 3.0 * level + draw.normal(),
        OutcomeKind::Count => (3.0 * (0.3 * level).exp() * (0.4 + draw.uniform()) + draw.uniform()).floor(),
        OutcomeKind::Time => (1.0 + draw.uniform() * 300.0 * (-0.4 * level).exp()).floor(),
    }
}

fn people(draw: &mut Generator, method: &Method, kind: OutcomeKind) -> (Vec<FrameColumn>, Vec<FrameColumn>) {
    let count = 480;
    let mut columns: Vec<Vec<f64>> = vec![Vec::new(); 11];
    let (mut site, mut worker, mut block) = (Vec::new(), Vec::new(), Vec::new());
    let levels: Vec<f64> = (0..40).map(|_| draw.normal()).collect();
    for n in 0..count {
        let place = n % 40;
        let points = 20.0 + 60.0 * draw.uniform();
        // Sites are on one side, as a lot among sites puts them, and the score of a line decides where there is a line.
        let treated = if method.of == Of::Line { points >= 50.0 } else { place % 2 == 0 };
        let age = (20.0 + 30.0 * draw.uniform() + if treated { 2.0 } else { 0.0 }).round();
        let took = draw.chance(if treated { 0.8 } else { 0.1 });
        let level = levels[place] * 0.6 + (age - 35.0) / 12.0 + if took { 0.7 } else { 0.0 } + (n % 3) as f64 * 0.4;
        site.push(format!("s{place:02}"));
        worker.push(format!("w{:02}", n % 24));
        block.push(format!("b{}", n % 3));
        let at_risk = 0.5 + draw.uniform();
        let returned = draw.chance(0.6);
        let died = !returned && draw.chance(0.5);
        let row = [
            f64::from(u8::from(treated)),
            age,
            f64::from(u8::from(took)),
            points,
            0.5 + draw.uniform(),
            2012.0,
            if treated { 2012.0 } else { f64::NAN },
            match kind {
                // Whoever is still there was followed to the end.
                OutcomeKind::Time if !returned && !died => 400.0,
                _ => outcome(draw, kind, level),
            },
            at_risk,
            f64::from(u8::from(died)),
            f64::from(u8::from(returned)),
        ];
        columns.iter_mut().zip(row).for_each(|(column, value)| column.push(value));
    }
    let design = vec![
        keys(count),
        numbers("treated", columns[0].clone()),
        numbers("age", columns[1].clone()),
        numbers("took", columns[2].clone()),
        numbers("points", columns[3].clone()),
        numbers("counts_for", columns[4].clone()),
        numbers("year", columns[5].clone()),
        numbers("first", columns[6].clone()),
        texts("site", &site),
        texts("worker", &worker),
        texts("block", &block),
    ];
    let outcomes = vec![
        keys(count),
        numbers("outcome", columns[7].clone()),
        numbers("at_risk", columns[8].clone()),
        numbers("died", columns[9].clone()),
        numbers("returned", columns[10].clone()),
    ];
    (design, outcomes)
}

/// Units over years; half of them, or one where the method is for one, with the programme from 2014 on.
fn panel(draw: &mut Generator, method: &Method, kind: OutcomeKind) -> (Vec<FrameColumn>, Vec<FrameColumn>) {
    let series = method.name == "interrupted-series";
    let one = method.name == "synthetic-control";
    let (units, years) = if series {
        (2, 40)
    } else if one {
        (12, 12)
    } else {
        (60, 6)
    };
    let (from, began) = if series {
        (1994, 2014)
    } else if one {
        (2006, 2014)
    } else {
        (2011, 2014)
    };
    let own: Vec<(f64, f64, f64)> =
        (0..units).map(|_| (draw.normal(), 20.0 + 20.0 * draw.uniform(), 0.5 + draw.uniform())).collect();
    let sites: Vec<f64> = (0..units).map(|_| 0.5 * draw.normal()).collect();
    let mut columns: Vec<Vec<f64>> = vec![Vec::new(); 8];
    let (mut unit_of, mut site, mut worker) = (Vec::new(), Vec::new(), Vec::new());
    for unit in 0..units {
        let ever = match method.name {
            "interrupted-series" | "synthetic-control" => unit == 0,
            "synthetic-difference" => unit < 6,
            // Areas are pilots or not, with all their people.
            _ => (unit / 3) % 2 == 0,
        };
        // Some begin later, where the method is for that.
        let first = if method.name == "staggered" && unit % 4 < 2 { began + 1 } else { began };
        for year in from..from + years {
            let under = ever && year >= first;
            let treated = match method.name {
                "fixed-effects" => under,
                _ => ever,
            };
            let drift = 0.05 * f64::from(year - from) * (own[unit].1 - 30.0) / 10.0;
            let age = own[unit].1 + if method.name == "fixed-effects" { 3.0 * draw.uniform() } else { 0.0 };
            let level = own[unit].0 + sites[unit / 3] + drift + (age - 30.0) / 20.0 + if under { 0.6 } else { 0.0 };
            unit_of.push(format!("u{unit:02}"));
            site.push(format!("s{:02}", unit / 3));
            worker.push(format!("w{:02}", (unit * 7 + year as usize) % 13));
            let row = [
                f64::from(u8::from(treated)),
                age,
                f64::from(year),
                if ever { f64::from(first) } else { f64::NAN },
                own[unit].2,
                outcome(draw, kind, level),
                1.0 + draw.uniform(),
                f64::from(u8::from(draw.chance(0.5))),
            ];
            columns.iter_mut().zip(row).for_each(|(column, value)| column.push(value));
        }
    }
    let person = || texts("person", &unit_of);
    let design = vec![
        person(),
        numbers("treated", columns[0].clone()),
        numbers("age", columns[1].clone()),
        numbers("year", columns[2].clone()),
        numbers("first", columns[3].clone()),
        numbers("counts_for", columns[4].clone()),
        texts("site", &site),
        texts("worker", &worker),
    ];
    let outcomes = vec![
        person(),
        numbers("year", columns[2].clone()),
        numbers("outcome", columns[5].clone()),
        numbers("at_risk", columns[6].clone()),
    ];
    (design, outcomes)
}

/// The columns that a method cannot do without, with what its outcome needs.
pub fn least(method: &Method, kind: OutcomeKind) -> Vec<ColumnRole> {
    let mut roles = method.roles.to_vec();
    if kind == OutcomeKind::Time {
        roles.push(ColumnRole::Event);
    }
    roles
}

fn asked(method: &Method, roles: &[ColumnRole], kind: OutcomeKind, more: &str) -> Result<Group, String> {
    let (design, outcomes) = data(method, kind);
    let (population, outcome) = lines(method, roles, kind);
    let settings = settings(method, !roles.contains(&ColumnRole::FirstTreated));
    let asked = Asked { population: &population, outcome: &outcome, method: &(settings + more), design, outcomes };
    asked.plan()?;
    Ok(asked.group().expect("queries that give what the plan names"))
}

/// What was found, without who was looked at and how alike they are: that a column is shown is not that it is used.
fn found(group: &Group) -> String {
    let said = (&group.effects, &group.sensitivity, &group.tables, &group.series, &group.refusal);
    serde_json::to_string(&said).expect("plain data")
}

/// For counts, the time at risk is part of the figures; everything else is tried with the method's first kind.
fn kind_for(method: &Method, role: ColumnRole) -> OutcomeKind {
    if role == ColumnRole::Exposure && method.kinds.contains(&OutcomeKind::Count) {
        OutcomeKind::Count
    } else {
        method.kinds[0]
    }
}

#[test]
fn a_column_changes_what_is_found_or_is_refused_by_name() {
    let mut wrong = String::new();
    let (mut used, mut refused) = (0, 0);
    for method in METHODS {
        for role in ColumnRole::ALL {
            let kind = kind_for(method, role);
            let least = least(method, kind);
            if least.contains(&role) {
                continue;
            }
            let mut with = least.clone();
            with.push(role);
            // A second column of clusters stands beside a first.
            let mut without = least.clone();
            let cluster = ColumnRole::Cluster;
            if role == ColumnRole::ClusterTwo && method.makes_use_of(cluster) && !least.contains(&cluster) {
                with.push(ColumnRole::Cluster);
                without.push(ColumnRole::Cluster);
            }
            let field = named(role).0;
            match asked(method, &with, kind, "") {
                Err(told) => {
                    let says = format!("not-used: `{}` makes no use of `{field}`", method.name);
                    if method.makes_use_of(role) || !told.contains(&says) || told.contains("()") {
                        wrong += &format!("{} with {field} is refused as: {told}\n", method.name);
                    }
                    refused += 1;
                }
                Ok(with) => {
                    used += 1;
                    let without = match asked(method, &without, kind, "") {
                        Ok(group) => group,
                        Err(told) => {
                            wrong += &format!("{} without {field}: {told}\n", method.name);
                            continue;
                        }
                    };
                    for group in [&with, &without] {
                        if let Some(refusal) = &group.refusal {
                            wrong += &format!("{} with or without {field}: {refusal:?}\n", method.name);
                        }
                    }
                    // The first time of the programme says when it began; that it began then changes nothing.
                    let says_when = role == ColumnRole::FirstTreated;
                    if !method.makes_use_of(role) || (!says_when && found(&with) == found(&without)) {
                        wrong += &format!("{} takes no notice of {field}\n", method.name);
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(used > 30 && refused > 150, "{used} used, {refused} refused");
}

#[test]
fn a_column_that_a_method_cannot_do_without_is_asked_for() {
    for method in METHODS {
        for &role in method.roles {
            let roles: Vec<ColumnRole> =
                least(method, method.kinds[0]).into_iter().filter(|own| *own != role).collect();
            let told = asked(method, &roles, method.kinds[0], "").expect_err("a plan without it");
            assert!(told.contains(&format!("`{} = \"COLUMN\"`", named(role).0)), "{}: {told}", method.name);
        }
    }
}

#[test]
fn a_plan_that_does_not_say_when_it_began_is_refused_before_any_data() {
    let mut asks = 0;
    for method in METHODS.iter().filter(|method| method.settings.iter().any(|setting| setting.name == "began")) {
        let (design, outcomes) = data(method, method.kinds[0]);
        let (population, outcome) = lines(method, &least(method, method.kinds[0]), method.kinds[0]);
        let settings = settings(method, false);
        let plan = Asked { population: &population, outcome: &outcome, method: &settings, design, outcomes }.plan();
        let told = plan.expect_err("a plan without a beginning");
        assert!(told.contains("missing-field: the plan does not say when the programme began"), "{told}");
        asks += 1;
    }
    assert!(asks >= 5, "{asks}");
}

#[test]
fn how_sure_a_range_is_to_be_changes_every_range() {
    for method in METHODS {
        let kind = method.kinds[0];
        let widths = ["", "confidence = 80"].map(|comparison| {
            let (design, outcomes) = data(method, kind);
            let (population, outcome) = lines(method, &least(method, kind), kind);
            let settings = settings(method, true);
            let asked = Asked { population: &population, outcome: &outcome, method: &settings, design, outcomes };
            let group = asked.group_beside(comparison).expect("queries that give what the plan names");
            let range = &group.effects.first().expect("an effect").estimate.interval;
            range.high - range.low
        });
        // Synthetic control gives no range: placebos say what chance makes.
        assert!(widths[1] < widths[0] || !widths[0].is_finite() || widths[0] == 0.0, "{}: {widths:?}", method.name);
    }
}
