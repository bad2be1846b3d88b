//! Who put money in, and what becomes of what the commissioner pays: the investors' part, up to a cap on their return,
//! and the rest. Newpin, ABLE, Peterborough and Educate Girls had such terms.

use meed_units::{Date, Exact, Money, Percent};

use crate::{
    check::Checking,
    decode::{At, Id, table},
    plain::Plain,
};

table! {
    /// What investors put in and get out. Lines stay what the commissioner pays; this says what becomes of them.
    pub struct Investors {
        /// What was put in, and when.
        drawn: At<Vec<Drawn>>,
        /// Of all that the commissioner has paid, the share of each part that goes to investors, lowest first. Below the
        /// first part nothing does.
        ladder: At<Vec<Rung>>,
        /// The most that investors get beyond what they put in.
        return_cap: Option<At<ReturnCap>>,
        /// What investors get back at least, once the contract has ended.
        guarantee: Option<At<Guaranteed>>,
        /// Who keeps what does not go to investors, in words.
        rest_to: String,
        /// What is known of it and what is ours.
        note: Option<String>,
    }
}

table! {
    /// Money put in.
    pub struct Drawn {
        /// The day.
        on: Date,
        /// How much.
        amount: At<Money>,
    }
}

table! {
    /// One part of what the commissioner pays.
    pub struct Rung {
        /// Where this part begins; it ends where the next begins.
        above: At<Money>,
        /// The share of it that goes to investors.
        share: At<Percent>,
    }
}

table! {
    /// The most that investors get beyond what they put in: exactly one of these.
    pub struct ReturnCap {
        /// An amount in all.
        total: Option<At<Money>>,
        /// A rate for each year of 365 days, compounded by the day, on what is still owed. A payment counts on the first
        /// day after the period that its statement settles.
        annual: Option<At<Percent>>,
    }
}

table! {
    /// A part of what was put in that somebody makes good.
    pub struct Guaranteed {
        /// The share of what was put in.
        share: At<Percent>,
        /// Who makes it good.
        by: At<Id>,
    }
}

impl Investors {
    pub(crate) fn check(&self, checking: &mut Checking<'_>) {
        if self.drawn.is_empty() {
            checking.problems.error(
                "missing-field",
                self.drawn.at.clone(),
                "investors who put nothing in get nothing out",
                "list what was put in: `{ on = 2012-08-01, amount = \"1_000_000.00\" }`",
            );
        }
        for drawn in self.drawn.iter() {
            checking.positive(&drawn.amount);
        }
        for (at, rung) in self.ladder.iter().enumerate() {
            checking.share("share", &rung.share.value, rung.share.at.clone());
            if rung.above.is_negative() {
                checking.problems.error(
                    "bad-money",
                    rung.above.at.clone(),
                    format!("nothing is paid below nothing: {}", rung.above.value),
                    "begin at \"0.00\", or higher",
                );
            }
            if at > 0 && self.ladder[at - 1].above.value >= rung.above.value {
                checking.problems.error(
                    "unreachable-step",
                    rung.above.at.clone(),
                    format!(
                        "{} comes after {}, so it is never reached",
                        rung.above.value,
                        self.ladder[at - 1].above.value
                    ),
                    "list the parts from the lowest to the highest, each once",
                );
            }
        }
        if self.ladder.iter().all(|rung| rung.share.number().is_zero()) {
            checking.problems.error(
                "unearnable-price",
                self.ladder.at.clone(),
                "no part of what is paid goes to investors",
                "give a part a share above 0%",
            );
        }
        if let Some(cap) = &self.return_cap {
            if cap.total.is_some() == cap.annual.is_some() {
                checking.problems.error(
                    "one-of-several",
                    cap.at.clone(),
                    "a return is capped either in all or by the year",
                    "write `return-cap = { total = \"500_000.00\" }`, or `{ annual = \"13%\" }`",
                );
            }
            if let Some(total) = cap.total.as_ref().filter(|total| total.is_negative()) {
                checking.problems.error(
                    "bad-money",
                    total.at.clone(),
                    format!("a return below nothing, {}, is no cap", total.value),
                    "write an amount from 0 on",
                );
            }
            if let Some(annual) = cap
                .annual
                .as_ref()
                .filter(|annual| annual.number().is_negative() || *annual.number() > Exact::from(MOST_A_YEAR))
            {
                checking.problems.error(
                    "bad-percentage",
                    annual.at.clone(),
                    format!("{} a year is no cap on a return", annual.value),
                    format!("write a rate from 0% to {MOST_A_YEAR}%"),
                );
            }
        }
        if let Some(guarantee) = &self.guarantee {
            checking.share("share", &guarantee.share.value, guarantee.share.at.clone());
            checking.party(&guarantee.by);
        }
    }

    pub(crate) fn plain(&self, plain: &Plain<'_>) -> String {
        let drawn: Vec<String> =
            self.drawn.iter().map(|drawn| format!("{} on {}", plain.money(drawn.amount.value), drawn.on)).collect();
        let ladder: Vec<String> = self
            .ladder
            .iter()
            .map(|rung| format!("{} of the part above {}", rung.share.value, plain.money(rung.above.value)))
            .collect();
        let mut text = format!(
            "Investors put in {}. Of all that is paid they get {}. The rest goes to {}.",
            drawn.join(", "),
            ladder.join("; "),
            self.rest_to.trim_end_matches('.')
        );
        match self.return_cap.as_ref().map(|cap| (&cap.total, &cap.annual)) {
            Some((Some(total), _)) => {
                text += &format!(" Beyond what they put in they get at most {}.", plain.money(total.value));
            }
            Some((None, Some(annual))) => {
                text += &format!(
                    " They get at most {} a year on what is still owed to them, compounded by the day.",
                    annual.value
                );
            }
            _ => (),
        }
        if let Some(guarantee) = &self.guarantee {
            text += &format!(
                " Once the contract has ended, {} makes up what they got to {} of what they put in.",
                guarantee.by.value, guarantee.share.value
            );
        }
        if let Some(note) = &self.note {
            text += &format!(" Note: {note}");
        }
        text
    }
}

/// The highest annual rate that is still a cap.
const MOST_A_YEAR: i64 = 1000;
