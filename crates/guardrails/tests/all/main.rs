//! Every indicator on caseloads made by hand, whose answers are known.

mod g01;
mod list;
mod many;
mod scene;
