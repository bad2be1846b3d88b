//! Made caseloads: what they rest on, that a seed decides them, and that guardrails find what is switched on.

mod calibrated;
mod effort;
mod noise;
mod page;
mod proved;
mod repeated;
