//! Days in which clauses do not pay, and the end of a contract before its time.

use meed_measures::Grain;
use meed_units::Date;

use crate::{
    check::Checking,
    decode::{At, Id, Listed, table, words},
    measure_use::MeasureUse,
    plain::{Plain, and},
};

table! {
    /// Days in which clauses do not pay.
    pub struct Suspension {
        /// The first day.
        from: Date,
        /// The first day after; open when left out.
        until: Option<Date>,
        /// The clauses that do not pay; all of them when left out.
        clauses: Listed<At<Id>>,
        /// The providers not paid; all of them when left out.
        providers: Listed<At<Id>>,
        /// What becomes of what falls due in these days.
        pays: SuspensionPays,
        /// Why.
        reason: String,
        /// The clause of the signed paper.
        cites: Option<String>,
    }
}

words! {
    /// What becomes of what falls due while clauses are suspended.
    pub enum SuspensionPays {
        /// It is never paid.
        Nothing = "nothing",
        /// It is held, and paid once the suspension ends.
        Later = "later",
    }
}

table! {
    /// The end of the contract before its time.
    pub struct Termination {
        /// The first day that is no longer paid for.
        on: Date,
        /// The party that ended it.
        by: At<Id>,
        /// Why.
        reason: String,
        /// What still pays.
        pays: TerminationPays,
        /// With `pays = "pipeline"`: an outcome measure of the day a person started; those who started before the end still earn.
        started: Option<MeasureUse>,
        /// With `pays = "pipeline"`: the first day on which they no longer earn.
        pipeline_until: Option<At<Date>>,
        /// The clause of the signed paper.
        cites: Option<String>,
    }
}

words! {
    /// What still pays after a contract has ended.
    pub enum TerminationPays {
        /// What fell due before the end.
        DueBefore = "due-before",
        /// What fell due before, and for those who started before, what falls due for some time after.
        Pipeline = "pipeline",
    }
}

impl Termination {
    /// The measures it uses, each with the grain it needs.
    pub fn uses(&self) -> impl Iterator<Item = (&MeasureUse, Grain)> {
        self.started.iter().map(|measure| (measure, Grain::Outcome))
    }
}

impl Checking<'_> {
    pub(crate) fn suspensions(&mut self) {
        let contract = self.contract;
        for suspension in contract.suspension.iter() {
            self.problems.place.push("[[suspension]]".into());
            let runs = contract.runs.value;
            if suspension.from < runs.from
                || suspension.from >= runs.until
                || suspension.until.is_some_and(|until| until <= suspension.from)
            {
                self.problems.error(
                    "dates-outside",
                    suspension.at.clone(),
                    "the suspension is empty or begins outside the contract",
                    "choose days inside `runs`; `until` is the first day that is paid again",
                );
            }
            for clause in suspension.clauses.iter() {
                self.clause_name(clause);
            }
            for provider in suspension.providers.iter() {
                if !self.is_provider(&provider.value) {
                    let known = contract.parties.providers.iter().map(|id| id.value.to_string()).collect();
                    self.unknown("provider", &provider.value, provider.at.clone(), known);
                }
            }
            self.problems.place.pop();
        }
        let Some(termination) = &contract.termination else { return };
        self.problems.place.push("[termination]".into());
        self.party(&termination.by);
        let runs = contract.runs.value;
        if termination.on <= runs.from || termination.on >= runs.until {
            self.problems.error(
                "dates-outside",
                termination.at.clone(),
                format!("the contract runs from {} until {}, and ends on {}", runs.from, runs.until, termination.on),
                "choose a day inside `runs`",
            );
        }
        for (measure, grain) in termination.uses() {
            self.measure(measure, grain);
        }
        let pipeline = termination.pays == TerminationPays::Pipeline;
        if pipeline != termination.started.is_some() || pipeline != termination.pipeline_until.is_some() {
            self.problems.error(
                "missing-field",
                termination.at.clone(),
                "a pipeline is those who started before the end, for a stated time after it",
                "give `started` and `pipeline-until` together with `pays = \"pipeline\"`, or none of the three",
            );
        }
        if let Some(until) = termination.pipeline_until.as_ref().filter(|until| until.value <= termination.on) {
            self.problems.error(
                "dates-outside",
                until.at.clone(),
                "the pipeline ends before the contract does",
                "`pipeline-until` comes after `on`",
            );
        }
        self.problems.place.pop();
    }
}

impl Plain<'_> {
    pub(crate) fn suspension(&self, suspension: &Suspension) -> String {
        let list = |ids: &[At<Id>]| and(&ids.iter().map(|id| &*id.value).collect::<Vec<_>>());
        let what = if suspension.clauses.is_empty() { "every clause".to_owned() } else { list(&suspension.clauses) };
        let whom = match suspension.providers.is_empty() {
            true => String::new(),
            false => format!(" for {}", list(&suspension.providers)),
        };
        let until = suspension.until.map_or_else(|| " on".to_owned(), |until| format!(" until the day before {until}"));
        let pays = match suspension.pays {
            SuspensionPays::Nothing => "is not paid",
            SuspensionPays::Later => "is held until the suspension ends",
        };
        let cites = suspension.cites.as_ref().map_or_else(String::new, |cites| format!(" [{cites}]"));
        format!(
            "From {}{until}, what falls due of {what}{whom} {pays}, as {}{cites}.",
            suspension.from, suspension.reason
        )
    }

    pub(crate) fn termination(&self, termination: &Termination) -> String {
        let cites = termination.cites.as_ref().map_or_else(String::new, |cites| format!(" [{cites}]"));
        let mut text = format!(
            "{} ended the contract on {}, as {}{cites}. What falls due from that day on is not paid",
            termination.by.value, termination.on, termination.reason
        );
        if let (Some(started), Some(until)) = (&termination.started, &termination.pipeline_until) {
            text += &format!(
                ", but for those who started before, until the day before {}: {}",
                until.value,
                self.measure(started)
            );
        }
        text + "."
    }
}
