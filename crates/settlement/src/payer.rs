//! Divides each line between those who pay, to the last penny, under the caps
//! they have.

use std::collections::BTreeMap;

use meed_terms::{Beyond, Payer, PayerPer, Terms};
use meed_units::{Date, Exact, Money, PartyId, Rounding, RoundingMode};
use serde::{Deserialize, Serialize};

use crate::{
    caps::{Claim, KeptBack},
    due::{Asking, Due},
    working::{Form, Op},
};

/// What one payer pays of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayerPart {
    /// Who pays.
    pub payer: PartyId,
    /// How much of the line's amount.
    pub amount: Money,
    /// Where the payer has a cap: the room it had left before this line.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub room_before: Option<Money>,
}

/// What one payer pays of a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayerTotal {
    /// Who pays.
    pub payer: PartyId,
    /// Sum of its parts of the lines.
    pub total: Money,
}

/// Adds what payers pay on top of a clause's price, and gives back what each owes of the whole, before caps and in the
/// order of the contract; none where one party pays everything.
pub(crate) fn weigh(due: &mut Due, asking: &Asking<'_>) -> Vec<Exact> {
    let contract = &asking.terms.contract;
    if contract.payer.is_empty() {
        return Vec::new();
    }
    let clause = contract.clause[due.clause].id();
    let on = due.due_on;
    let base = due.working.exact();
    let rest = contract
        .payer
        .iter()
        .filter(|payer| payer.pays(clause))
        .filter_map(|payer| payer.share.as_ref()?.on(on))
        .fold(Exact::ONE, |left, share| left - share.share());
    let mut weights = Vec::new();
    for payer in contract.payer.iter() {
        let share = match (payer.pays(clause), &payer.share) {
            (false, _) => Exact::ZERO,
            (true, Some(share)) => share.on(on).map(meed_units::Percent::share).unwrap_or_default(),
            (true, None) => rest.clone(),
        };
        let mut weight = &base * &share;
        if let Some(each) = payer.adds(clause, on) {
            let more = each.exact() * &due.quantity;
            due.working =
                due.working.clone().then(Op::Plus, format!("added by {}", payer.id.value), more.clone(), Form::Money);
            due.rate = asking.rounding().round(&(due.rate.exact() + each.exact()));
            weight = weight + more;
        }
        weights.push(weight);
    }
    if let Some(hold) = &mut due.hold {
        hold.amount = due.working.result;
    }
    weights
}

/// Divides an amount in proportion to weights, losing nothing: parts are rounded towards nothing, and the units left
/// over go one each to those who lost most, the earlier one first where two lost the same.
pub(crate) fn share_out(amount: Money, weights: &[Exact], unit: Money) -> Vec<Money> {
    let whole: Exact = weights.iter().cloned().sum();
    let whole_units = |exact: &Exact| Rounding { to: unit, mode: RoundingMode::Down }.round(exact);
    let exact: Vec<Exact> = weights
        .iter()
        .enumerate()
        .map(|(place, weight)| match weight.checked_div(&whole) {
            Some(share) => amount.exact() * share,
            None if place == 0 => amount.exact(),
            None => Exact::ZERO,
        })
        .collect();
    let mut parts: Vec<Money> = exact.iter().map(whole_units).collect();
    let mut left = amount - parts.iter().copied().sum::<Money>();
    let lost = |place: usize| {
        let lost = exact[place].clone() - parts[place].exact();
        if lost.is_negative() { -lost } else { lost }
    };
    let mut by_loss: Vec<(Exact, usize)> = (0..parts.len()).map(|place| (lost(place), place)).collect();
    by_loss.sort_by(|(a, i), (b, j)| b.cmp(a).then(i.cmp(j)));
    let step = if left.is_negative() { -unit } else { unit };
    for (_, place) in by_loss {
        if left.is_zero() {
            break;
        }
        parts[place] += step;
        left -= step;
    }
    assert_eq!(parts.iter().copied().sum::<Money>(), amount, "parts add up to the amount");
    parts
}

/// The unit that parts are rounded to: a penny, or less where the contract rounds to less.
fn unit(terms: &Terms) -> Money {
    terms.rounding.to.min(Money::minor(1))
}

/// What each payer pays of an amount where no cap says otherwise. Who pays nothing is left out.
pub(crate) fn parts(amount: Money, weights: &[Exact], terms: &Terms) -> Vec<PayerPart> {
    if weights.is_empty() || amount.is_zero() {
        return Vec::new();
    }
    let parts = share_out(amount, weights, unit(terms)).into_iter().zip(terms.contract.payer.iter());
    parts
        .filter(|(part, _)| !part.is_zero())
        .map(|(amount, payer)| PayerPart { payer: PartyId::new(&payer.id.value), amount, room_before: None })
        .collect()
}

/// The rooms of payers' caps, while lines are laid out in the order they fell due.
#[derive(Clone)]
pub(crate) struct PayerRooms<'t> {
    terms: &'t Terms,
    /// By payer and what its cap counts: what it pays so far.
    paid: BTreeMap<(usize, String), Money>,
    /// What clauses kept back, by payer and what its cap counts.
    kept_back: KeptBack<(usize, String)>,
    /// What stands advanced, by payer and what its cap counts, clause and provider.
    advanced: BTreeMap<((usize, String), usize, String), Money>,
}

impl<'t> PayerRooms<'t> {
    /// None where no payer has a cap.
    pub fn of(terms: &'t Terms) -> Option<PayerRooms<'t>> {
        let capped = terms.contract.payer.iter().any(|payer| payer.cap.is_some());
        capped.then(|| PayerRooms {
            terms,
            paid: BTreeMap::new(),
            kept_back: KeptBack::new(),
            advanced: BTreeMap::new(),
        })
    }

    /// Divides what a claim may have; leaves it what its payers pay together.
    pub fn divide(&mut self, claim: &mut Claim) -> Vec<PayerPart> {
        if claim.weights.is_empty() || claim.amount.is_zero() {
            return Vec::new();
        }
        let payers = &self.terms.contract.payer;
        let mut parts = share_out(claim.amount, &claim.weights, unit(self.terms));
        let mut rooms: Vec<Option<Money>> = vec![None; parts.len()];
        let clause = self.terms.contract.clause[claim.clause].id();
        let rest = payers.iter().position(|payer| payer.share.is_none() && payer.pays(clause));
        // Whoever pays the rest comes last, as it takes over what the caps of others leave.
        let mut order: Vec<usize> = (0..payers.len()).collect();
        order.sort_by_key(|place| Some(*place) == rest);
        for place in order {
            let payer: &Payer = &payers[place];
            let (Some(limit), Some(over)) =
                (payer.cap.as_ref().and_then(|cap| cap.on(claim.due_on)), self.over(payer, claim.due_on))
            else {
                continue;
            };
            let over = (place, over);
            let kept = self.kept_back.of(&over, claim, parts[place]);
            let paid = self.paid.entry(over.clone()).or_insert(Money::ZERO);
            let room = (*limit - *paid).max(Money::ZERO) + kept;
            let may = parts[place].min(room.max(parts[place].min(Money::ZERO)));
            let beyond = parts[place] - may;
            *paid += (may - kept).max(Money::ZERO);
            if claim.advances.is_some() {
                // What is taken back of an advance leaves the room that it used.
                let key = (over.clone(), claim.clause, claim.provider.clone());
                let advanced = self.advanced.entry(key).or_insert(Money::ZERO);
                *paid -= (-may).min(*advanced).max(Money::ZERO);
                *advanced = (*advanced + may).max(Money::ZERO);
            }
            self.kept_back.give_back(&over, claim, may);
            parts[place] = may;
            rooms[place] = Some(room);
            if payer.beyond == Some(Beyond::Rest)
                && let Some(rest) = rest.filter(|rest| *rest != place)
            {
                parts[rest] += beyond;
            }
        }
        claim.amount = parts.iter().copied().sum();
        // Who owes nothing of it has no part in it; who owes some and has no room left is named with that.
        let parts = parts.into_iter().zip(rooms).zip(&claim.weights).zip(payers.iter());
        parts
            .filter(|(((part, room), weight), _)| !part.is_zero() || room.is_some() && !weight.is_zero())
            .map(|(((amount, room_before), _), payer)| PayerPart {
                payer: PartyId::new(&payer.id.value),
                amount,
                room_before,
            })
            .collect()
    }

    /// What a payer's cap counts something of a day under.
    fn over(&self, payer: &Payer, on: Date) -> Option<String> {
        Some(match payer.per {
            None | Some(PayerPer::Contract) => String::new(),
            Some(PayerPer::Year) => self.terms.year_of(on)?.to_string(),
            Some(PayerPer::Period) => self.terms.periods.iter().find(|period| period.contains(on))?.to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_penny_too_many_goes_to_whom_it_was_taken_from_most() {
        let thirds = [Exact::ONE, Exact::ONE, Exact::ONE];
        assert_eq!(share_out(Money::minor(100), &thirds, Money::minor(1)), [34, 33, 33].map(Money::minor));
        assert_eq!(share_out(Money::minor(-100), &thirds, Money::minor(1)), [-34, -33, -33].map(Money::minor));
        let uneven = [Exact::ratio(1, 5), Exact::ratio(4, 5)];
        assert_eq!(share_out(Money::minor(3), &uneven, Money::minor(1)), [1, 2].map(Money::minor));
    }

    proptest! {
        #[test]
        fn parts_add_up(amount in -1_000_000_i64..1_000_000, weights in prop::collection::vec(0_i128..1000, 1..6)) {
            let weights: Vec<Exact> = weights.into_iter().map(|weight| Exact::ratio(weight, 7)).collect();
            let amount = Money::minor(amount);
            let parts = share_out(amount, &weights, Money::minor(1));
            prop_assert_eq!(parts.iter().copied().sum::<Money>(), amount);
            let mirrored: Vec<Money> = share_out(-amount, &weights, Money::minor(1)).into_iter().map(|part| -part).collect();
            prop_assert_eq!(parts, mirrored, "a reversal is the mirror of the payment");
        }
    }
}
