//! Who pays how much of each line, where more than one does: a central fund beside a council.

use meed_units::{Date, Dated, Exact, Money, Percent};

use crate::{
    check::Checking,
    clause::Clause,
    decode::{At, Id, Listed, Named, table, words},
    plain::{Plain, and, dated_money, since},
};

table! {
    /// One of several who pay.
    pub struct Payer {
        /// The party.
        id: At<Id>,
        /// The share it pays of each line, by date; left out, it pays what the others leave.
        share: Option<At<Dated<Percent>>>,
        /// The clauses it pays for; all when left out.
        clauses: Listed<At<Id>>,
        /// What it pays for each outcome on top of the clause's own price: by clause.
        adds: Option<At<Named<Dated<Money>>>>,
        /// The most it pays.
        cap: Option<At<Dated<Money>>>,
        /// Over which days its cap is counted; the whole contract when left out.
        per: Option<PayerPer>,
        /// What becomes of what its cap leaves.
        beyond: Option<Beyond>,
        /// The clause of the signed paper.
        cites: Option<String>,
        /// What is known of it and what is ours.
        note: Option<String>,
    }
}

words! {
    /// Over which days a payer's cap is counted.
    pub enum PayerPer {
        /// The whole contract.
        Contract = "contract",
        /// A contract year.
        Year = "year",
        /// A settlement period.
        Period = "period",
    }
}

words! {
    /// What becomes of what a payer's cap leaves.
    pub enum Beyond {
        /// Nobody pays it.
        Unpaid = "unpaid",
        /// It falls to the payer who pays what the others leave.
        Rest = "rest",
    }
}

impl Payer {
    /// Whether it pays for this clause.
    pub fn pays(&self, clause: &str) -> bool {
        self.clauses.is_empty() || self.clauses.iter().any(|id| *id.value == *clause)
    }

    /// What it pays on top of a clause's price on a date, for each outcome.
    pub fn adds(&self, clause: &str, on: Date) -> Option<Money> {
        match self.adds.as_ref().map(|adds| &adds.value)? {
            Named::One(_) => None,
            each => each.of(clause).and_then(|dated| dated.on(on)).copied().filter(|amount| !amount.is_zero()),
        }
    }
}

impl Checking<'_> {
    pub(crate) fn payers(&mut self) {
        let contract = self.contract;
        for payer in contract.payer.iter() {
            self.problems.place.push(format!("[[payer]] \"{}\"", payer.id.value));
            self.payer(payer);
            self.problems.place.pop();
        }
        self.unique("payer", contract.payer.iter().map(|payer| &payer.id));
        if contract.payer.is_empty() {
            return;
        }
        for clause in contract.clause.iter() {
            self.shared(clause);
        }
    }

    fn payer(&mut self, payer: &At<Payer>) {
        let runs = self.contract.runs.value;
        self.party(&payer.id);
        if self.is_provider(&payer.id.value) {
            self.problems.error(
                "commissioner-is-provider",
                payer.id.at.clone(),
                format!("`{}` pays and is paid", payer.id.value),
                "name the party that pays: the commissioner, or one of `others`",
            );
        }
        for clause in payer.clauses.iter() {
            self.clause_name(clause);
        }
        if let Some(share) = &payer.share {
            self.covers_days("share", &share.value, share.at.clone(), runs);
            for (_, value) in share.values() {
                self.share("share", value, share.at.clone());
            }
        }
        if let Some(adds) = &payer.adds {
            if matches!(adds.value, Named::One(_)) {
                self.problems.error(
                    "missing-field",
                    adds.at.clone(),
                    "what is paid on top is stated clause by clause",
                    "write `adds = { clause = \"200.00\" }`",
                );
            }
            for (name, dated) in adds.iter() {
                let Some(name) = name else { continue };
                self.clause_name(&At { value: Id(name.value.clone()), at: name.at.clone() });
                if dated.values().iter().any(|(_, amount)| amount.is_negative()) {
                    self.problems.error(
                        "bad-money",
                        name.at.clone(),
                        "what is added is below nothing",
                        "write an amount from 0 on",
                    );
                }
            }
        }
        if let Some(cap) = &payer.cap {
            self.covers_days("cap", &cap.value, cap.at.clone(), runs);
            if cap.values().iter().any(|(_, amount)| amount.is_negative()) {
                self.problems.error(
                    "bad-money",
                    cap.at.clone(),
                    "a cap below nothing allows nothing",
                    "write an amount from 0 on",
                );
            }
            if payer.beyond.is_none() {
                self.problems.error(
                    "missing-field",
                    cap.at.clone(),
                    format!(
                        "`{}` pays no more than its cap, and the contract does not say who pays the rest",
                        payer.id.value
                    ),
                    "add `beyond = \"unpaid\"` or `beyond = \"rest\"`",
                );
            }
        } else if payer.beyond.is_some() || payer.per.is_some() {
            self.problems.error(
                "missing-field",
                payer.at.clone(),
                "`per` and `beyond` say how a cap works, and there is no `cap`",
                "add `cap = \"...\"`, or take them out",
            );
        }
    }

    /// The shares of those who pay for a clause make the whole, or leave a rest to one.
    fn shared(&mut self, clause: &Clause) {
        let contract = self.contract;
        let runs = clause.common.runs.as_ref().unwrap_or(&contract.runs).value;
        let payers: Vec<&At<Payer>> = contract.payer.iter().filter(|payer| payer.pays(clause.id())).collect();
        let rest = payers.iter().filter(|payer| payer.share.is_none()).count();
        let beyond = payers.iter().find(|payer| payer.beyond == Some(Beyond::Rest) && payer.share.is_some());
        if let Some(payer) = beyond.filter(|_| rest == 0) {
            self.problems.error(
                "shares-not-whole",
                payer.at.clone(),
                format!("what the cap of `{}` leaves of `{}` falls to nobody", payer.id.value, clause.id()),
                "leave `share` out of one payer, who pays the rest; or set `beyond = \"unpaid\"`",
            );
        }
        let dates = payers.iter().filter_map(|payer| payer.share.as_ref()).flat_map(|share| share.values());
        let mut dates: Vec<Date> = dates.map(|(from, _)| (*from).max(runs.from)).collect();
        dates.push(runs.from);
        dates.sort_unstable();
        dates.dedup();
        for date in dates {
            let shares = payers.iter().filter_map(|payer| payer.share.as_ref()?.on(date));
            let sum: Exact = shares.map(Percent::share).sum();
            let whole = match rest {
                0 => sum == Exact::ONE,
                1 => sum <= Exact::ONE,
                _ => false,
            };
            if !whole {
                let at = contract.payer[0].at.clone();
                let said = match rest {
                    0 | 1 => format!("{} of `{}` is paid for on {date}", Percent::of_share(&sum), clause.id()),
                    _ => format!("{rest} payers pay what the others leave of `{}`", clause.id()),
                };
                self.problems.error(
                    "shares-not-whole",
                    at,
                    said,
                    "shares of those who pay make 100%, or less where one payer has no `share` and pays the rest",
                );
                break;
            }
        }
    }
}

impl Plain<'_> {
    pub(crate) fn payer(&self, payer: &Payer) -> String {
        let share = match &payer.share {
            Some(share) => {
                let shares: Vec<String> =
                    share.values().iter().map(|(from, share)| format!("{share}{}", since(*from))).collect();
                shares.join(", then ")
            }
            None => "what the others leave".to_owned(),
        };
        let clauses: Vec<&str> = payer.clauses.iter().map(|id| &*id.value).collect();
        let of = if clauses.is_empty() { "everything".to_owned() } else { and(&clauses) };
        let mut text = format!("{} pays {share} of {of}", payer.id.value);
        for (name, dated) in payer.adds.iter().flat_map(|adds| adds.iter()) {
            let Some(name) = name else { continue };
            text += &format!("; on top of {} it adds {} for each", name.value, dated_money(dated, self));
        }
        if let Some(cap) = &payer.cap {
            let per = match payer.per {
                Some(PayerPer::Year) => "in a contract year",
                Some(PayerPer::Period) => "in a settlement period",
                Some(PayerPer::Contract) | None => "over the whole contract",
            };
            let beyond = match payer.beyond {
                Some(Beyond::Rest) => "what is beyond falls to the payer of the rest",
                Some(Beyond::Unpaid) | None => "what is beyond is not paid",
            };
            text += &format!("; at most {} {per}, {beyond}", dated_money(cap, self));
        }
        let cites = payer.cites.as_ref().map_or_else(String::new, |cites| format!(" [{cites}]"));
        let note = payer.note.as_ref().map_or_else(String::new, |note| format!(" Note: {note}"));
        format!("{text}{cites}.{note}")
    }
}
