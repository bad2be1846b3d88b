//! Every indicator on caseloads made by hand, whose answers are known.

mod g01;
mod g16;
mod g17;
mod g18;
mod g19;
mod g21;
mod g22;
mod g23;
mod g24;
mod g25;
mod g26;
mod g27;
mod g29;
mod list;
mod many;
mod public;
mod references;
mod rows;
mod scene;
