//! `work/job-outcome`: in work for this many weeks.

use meed_measures::Standing;

use super::stretches::{Stretch, Stretches, one_sender};
use crate::{
    day::{Day, Span},
    list::{Pass, Set},
    names::Name,
    out::{Occurrence, Out, Said},
    walk::{Looks, Table},
};

pub(crate) fn looks() -> Looks {
    Looks::default().at(Table::Spells, &[])
}

pub(crate) fn prepare(set: &mut Set<'_>) -> Option<Box<dyn Pass>> {
    let cumulative = match set.text("counting")? {
        "cumulative" => true,
        "continuous" => false,
        // A slip in the contract is told by the SQL.
        _ => return None,
    };
    let (needed_days, gap, as_of) = (set.count("weeks")? * 7, set.span("gap")?, set.as_of);
    let gap = (!cumulative).then_some(gap);
    let kind = set.names.of("employment");
    Some(Box::new(JobOutcome { kind, cumulative, needed_days, gap, as_of, stretches: Stretches::default() }))
}

struct JobOutcome {
    kind: Name,
    cumulative: bool,
    needed_days: i64,
    /// How long a break may be, where stretches count one by one.
    gap: Option<Span>,
    as_of: Day,
    stretches: Stretches,
}

impl Pass for JobOutcome {
    fn person(&mut self, out: &mut Out<'_>) {
        let kind = self.kind;
        self.stretches.gather(out.person, out.names, self.as_of, self.gap, |spell| spell.kind == kind);
        let found = &self.stretches.found;
        let mut from = 0;
        while from < found.len() {
            let provider = found[from].provider;
            let until = from + found[from..].iter().take_while(|stretch| stretch.provider == provider).count();
            self.provider(out, &found[from..until]);
            from = until;
        }
    }
}

impl JobOutcome {
    fn provider(&self, out: &mut Out<'_>, stretches: &[Stretch]) {
        let days = |stretch: &Stretch| i64::from(stretch.until.unwrap_or(self.as_of).0 - stretch.from.0);
        let (mut before, mut most, mut fulfilled) = (0, i64::MIN, None);
        for (place, stretch) in stretches.iter().enumerate() {
            let days_before = if self.cumulative { before } else { 0 };
            let so_far = days_before + days(stretch);
            if so_far >= self.needed_days && fulfilled.is_none() {
                let on = i64::from(stretch.from.0) + self.needed_days - days_before;
                fulfilled = Some((place, Day(i32::try_from(on).unwrap_or(i32::MAX))));
            }
            most = most.max(so_far);
            before += days(stretch);
        }
        let lasts = stretches.iter().any(|stretch| stretch.until.is_none());
        let rests = match fulfilled {
            Some((place, _)) if self.cumulative => &stretches[..=place],
            Some((place, _)) => &stretches[place..=place],
            None => stretches,
        };
        let standing = match fulfilled {
            Some(_) => Standing::Achieved,
            None if lasts => Standing::Pending,
            None => Standing::NotAchieved,
        };
        let provider = stretches[0].provider;
        let said = Said {
            provider,
            occurrence: Occurrence::Name(provider),
            standing,
            occurred_on: fulfilled.map(|(_, on)| on),
            until: None,
            ended_by: None,
            sent_by: one_sender(rests.iter()),
        };
        out.say(
            said,
            |evidence| rests.iter().for_each(|stretch| evidence.extend(self.stretches.evidence(stretch))),
            |_| {
                let missed = standing == Standing::NotAchieved;
                missed.then(|| format!("in work for {most} of {} days", self.needed_days))
            },
        );
    }
}
