//! Plans carried out on tables in memory: what each method answers, warns of and refuses.

mod matched;
mod support;
mod trials;
