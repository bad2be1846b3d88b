//! More for people of a priority group.

use meed_terms::adjust::Uplift;
use meed_units::{Exact, RoundingMode};

use super::{Adjusts, At, Change, step};
use crate::working::{Form, Op};

impl Adjusts for Uplift {
    fn change(&self, at: &At<'_>) -> Option<Change> {
        if !self.providers.is_empty() && !self.providers.iter().any(|id| *id.value == *at.due.provider) {
            return None;
        }
        let why = match self.when.is_none() && self.bands.is_empty() {
            true => at.due.provider.to_string(),
            false => self.belongs(at)?,
        };
        let (mut steps, how_much) = match (&self.by, &self.amount) {
            (Some(by), _) => {
                let by = by.on(at.on).filter(|by| !by.number().is_zero())?;
                let factor = Exact::ONE + by.share();
                (vec![step(Op::Times, "with the uplift", factor, Form::Percent)], by.to_string())
            }
            (None, amount) => {
                let each = amount.as_ref()?.on(at.on).copied().filter(|each| !each.is_zero())?;
                let more = each.exact() * &at.quantity;
                (vec![step(Op::Plus, "uplift", more, Form::Money)], each.grouped())
            }
        };
        if let Some(rounding) = &self.rounding {
            let op = match rounding.mode {
                RoundingMode::HalfEven => Op::RoundedHalfEven,
                RoundingMode::HalfUp => Op::RoundedHalfUp,
                RoundingMode::HalfDown => Op::RoundedHalfDown,
                RoundingMode::Down => Op::RoundedDown,
                RoundingMode::Up => Op::RoundedUp,
            };
            steps.push(step(op, "", rounding.to.value.exact(), Form::Money));
        }
        Some(Change::of(steps, format!("{how_much} more for {why}")))
    }
}

/// Why a person belongs to the group.
trait Belongs {
    fn belongs(&self, at: &At<'_>) -> Option<String>;
}

impl Belongs for Uplift {
    fn belongs(&self, at: &At<'_>) -> Option<String> {
        let person = at.person?;
        if let Some(measure) = &self.when {
            let counted = at.asking.counted(person.of(measure.filed_under()), None);
            if let Some((on, _)) = counted.iter().find(|(on, _)| *on <= at.due.due_on) {
                return Some(format!("{} on {on}", measure.name.value));
            }
        }
        let band = match &at.due.band {
            Some(used) => Some(used.band.clone()),
            None => at.asking.band(person, at.due.due_on, None).map(|(_, entry)| entry.band.clone()),
        };
        let band = band.filter(|band| self.bands.iter().any(|named| *named.value == **band))?;
        Some(format!("band {band}"))
    }
}
