//! What lines of one sort look like: where in the shape of an example a person's own values go.

use crate::{
    compact::{Value, write_value},
    statement::Line,
    working::Op,
};

/// What decides how a line looks, but for the person's own values. Packed, since it is looked up for each line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Sort(u128);

impl Sort {
    /// Nothing said yet.
    pub const BLANK: Sort = Sort(0);

    /// Says one thing more, which takes so many bits; none where it is larger than there is room for.
    #[inline(always)]
    pub fn and(self, value: u64, bits: u32) -> Option<Sort> {
        if value >> bits > 0 || self.0 >> (128 - bits) > 0 {
            None
        } else {
            Some(Sort(self.0 << bits | u128::from(value)))
        }
    }
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Comes {
    Person,
    Occurrence,
    Provider,
    DueOn,
    AchievedOn,
    Evidence,
    SentBy,
    Assessment,
    EffectiveFrom,
    Room(usize),
    Used(usize),
    /// The room used, as a step of the working writes it.
    UsedStep(usize),
    Amount,
    /// The same in every line of the sort.
    Same(Vec<u8>),
    /// A name that is the same in every line of the sort.
    SameName(String),
}

/// A sort of line, ready to be written.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub shape: u32,
    pub values: Vec<Comes>,
}

/// Where each value of an example comes from. `capped` are the caps that cut it, by their places among those that cover it.
pub(super) fn sources(line: &Line, values: &[(String, Value)], capped: &[usize]) -> Vec<Comes> {
    let mut steps = capped.iter();
    let cut: Vec<Option<usize>> = line
        .because
        .working
        .steps
        .iter()
        .map(|step| (step.op == Op::AtMost).then(|| steps.next().copied()).flatten())
        .collect();
    let place = |path: &str, before: &str, after: &str| -> Option<usize> {
        path.strip_prefix(before)?.strip_suffix(after)?.parse().ok()
    };
    let mut sources: Vec<Comes> = Vec::new();
    for (path, value) in values {
        let from = match path.as_str() {
            "person" => Comes::Person,
            "id" => Comes::Occurrence,
            "provider" => Comes::Provider,
            "occurred_on" => Comes::DueOn,
            "amount" | "because.working.result" => Comes::Amount,
            "because.rule.achieved-on" | "because.readings.0.said" => Comes::AchievedOn,
            "because.readings.0.sent-by" => Comes::SentBy,
            "because.readings.0.evidence.0" => Comes::Evidence,
            "because.band.assessment" => Comes::Assessment,
            "because.band.effective-from" => Comes::EffectiveFrom,
            path if place(path, "because.readings.0.evidence.", "").is_some() => continue,
            path => {
                let room = place(path, "because.caps.", ".room-before");
                let used = place(path, "because.caps.", ".used");
                let step = place(path, "because.working.steps.", ".value").and_then(|step| *cut.get(step)?);
                match (room, used, step, value) {
                    (Some(cap), ..) => Comes::Room(cap),
                    (_, Some(cap), ..) => Comes::Used(cap),
                    (_, _, Some(cap), _) => Comes::UsedStep(cap),
                    (.., Value::Name(name)) => Comes::SameName(name.clone()),
                    (.., value) => {
                        let mut bytes = Vec::new();
                        write_value(value, &mut bytes);
                        Comes::Same(bytes)
                    }
                }
            }
        };
        match (sources.last_mut(), from) {
            // What is the same stands together and is written at once.
            (Some(Comes::Same(before)), Comes::Same(bytes)) => before.extend(bytes),
            (_, from) => sources.push(from),
        }
    }
    sources
}
