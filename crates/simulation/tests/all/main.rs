//! Made caseloads: what they rest on, that a seed decides them, and that guardrails find what is switched on.

mod calibrated;
mod page;
mod proved;
mod repeated;
