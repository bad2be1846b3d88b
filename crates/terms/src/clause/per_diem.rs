//! Pays a price for every day something holds, once it has held long enough.
//! Denver's supportive housing was paid by the day: its prices are not published, so `contracts/examples/per-diem` has ours.

use meed_measures::Grain;
use meed_units::{Dated, Length, Money, counted};

use super::{By, Clausal, Clause, LadderReset};
use crate::{
    check::Checking,
    decode::{At, Listed, Named, table, words},
    measure_use::MeasureUse,
    plain::{Plain, money_by, number_by},
};

table! {
    /// A price for each day.
    pub struct PerDiem {
        /// A measure of the grain `outcome` whose rows are stretches (`occurred_on` to `until_on`) in which days count.
        measure: MeasureUse,
        /// The price of a day, for all or by band; what is due of a settlement period is one line for a person.
        price: Named<Dated<Money>>,
        /// Days are paid once it has held this long; excluded days and gaps neither count towards it nor break it.
        qualifies_after: Option<At<Length>>,
        /// Whether the days that qualify are paid too, when the last of them is reached.
        qualifying_days: Option<QualifyingDays>,
        /// What a break does to the days that qualify.
        reset: Option<LadderReset>,
        /// A gap between two stretches up to this long is no break; its days are not paid.
        tolerates_gap: Option<Length>,
        /// What happens to a person on days that are not paid. Days from a death on never are.
        excludes: Listed<Excluded>,
        /// A measure of the grain `outcome` whose rows are stretches of days that are not paid: in hospital, on leave.
        excluded_by: Option<MeasureUse>,
        /// The most days that are paid for one person, for all or by band; the earliest come first.
        at_most: Option<Named<At<u32>>>,
    }
}

words! {
    /// What becomes of the days that qualify.
    pub enum QualifyingDays {
        /// They are paid with the day that completes them.
        Paid = "paid",
        /// Only days after them are paid.
        Unpaid = "unpaid",
    }
}

words! {
    /// What can happen to a person for some days.
    pub enum Excluded {
        /// Held in custody.
        Custody = "custody",
        /// Away from the area the evidence covers.
        MovedAway = "moved-away",
    }
}

impl PerDiem {
    pub(crate) const ABOUT: &'static str = "Pays a price for every day that something holds, once it has held long enough, without the days that are excluded.";
}

impl Clausal for PerDiem {
    fn uses(&self) -> Vec<(&MeasureUse, Grain)> {
        [&self.measure].into_iter().chain(&self.excluded_by).map(|measure| (measure, Grain::Outcome)).collect()
    }

    fn check(&self, clause: &Clause, checking: &mut Checking<'_>) {
        if let Some(length) = &self.qualifies_after {
            for (field, missing) in
                [("qualifying-days", self.qualifying_days.is_none()), ("reset", self.reset.is_none())]
            {
                if missing {
                    checking.problems.error(
                        "missing-field",
                        length.at.clone(),
                        format!("days are paid after {}, and the clause has no `{field}`", length.value),
                        match field {
                            "reset" => {
                                "add `reset = \"restart\"` or `\"resume\"`: what a break does to the days so far"
                            }
                            _ => "add `qualifying-days = \"paid\"` or `\"unpaid\"`: what becomes of the days before",
                        },
                    );
                }
            }
        }
        let of_qualifying = [
            ("qualifying-days", self.qualifying_days.is_some()),
            ("reset", self.reset.is_some()),
            ("tolerates-gap", self.tolerates_gap.is_some()),
        ];
        for (field, _) in of_qualifying.iter().filter(|(_, given)| *given && self.qualifies_after.is_none()) {
            checking.problems.error(
                "missing-field",
                clause.at.clone(),
                format!("`{field}` is about the days that must qualify first, and no days must"),
                "add `qualifies-after = \"...\"`, or take it out",
            );
        }
        if let Some(at_most) = &self.at_most {
            checking.names(at_most, By::Band, "at-most");
            for (_, most) in at_most.iter().filter(|(_, most)| most.value == 0) {
                checking.problems.error(
                    "unearnable-price",
                    most.at.clone(),
                    "at most 0 days are paid, so the price can never be earned",
                    "allow at least one day, or take the clause out",
                );
            }
        }
        checking.self_evidenced(&self.measure, clause);
    }

    fn prices(&self) -> Vec<(&'static str, &Named<Dated<Money>>, By)> {
        vec![("price", &self.price, By::Band)]
    }

    fn plain(&self, plain: &Plain<'_>) -> String {
        let mut text =
            format!("Pays {} for each day of this: {}.", money_by(&self.price, plain), plain.measure(&self.measure));
        if let Some(length) = &self.qualifies_after {
            let before = match self.qualifying_days {
                Some(QualifyingDays::Unpaid) => "the days before are not paid",
                Some(QualifyingDays::Paid) | None => "the days before are then paid too",
            };
            let reset = match self.reset {
                Some(LadderReset::Resume) => "after a break the days so far count on",
                Some(LadderReset::Restart) | None => "after a break it must hold that long again",
            };
            text += &format!(" Only once it has held {}; {before}, and {reset}.", length.value);
        }
        if let Some(gap) = &self.tolerates_gap {
            text += &format!(" A gap of up to {gap} is no break.");
        }
        let mut without: Vec<String> = self
            .excludes
            .iter()
            .map(|excluded| match excluded {
                Excluded::Custody => "in custody".to_owned(),
                Excluded::MovedAway => "away from the area".to_owned(),
            })
            .collect();
        without.extend(self.excluded_by.as_ref().map(|measure| format!("of this: {}", plain.measure(measure))));
        if !without.is_empty() {
            text += &format!(" Without days {}.", without.join(", or "));
        }
        if let Some(at_most) = &self.at_most {
            let most = number_by(at_most);
            text += &format!(" At most {} for each person.", counted(most, "day", "days"));
        }
        text
    }
}
