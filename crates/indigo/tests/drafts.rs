//! Drafts of real and made-up projects: each passes `meed check`, and its worked example comes out.

#[path = "drafts/made_up.rs"]
mod made_up;
#[path = "drafts/real.rs"]
mod real;
#[path = "drafts/scene.rs"]
mod scene;
