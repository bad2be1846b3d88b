//! Whole settlements through the operations: the same bytes from the same inputs,
//! both clocks, frozen statements, and nothing half-written.

#[path = "operations/any_input.rs"]
mod any_input;
#[path = "operations/bytes.rs"]
mod bytes;
#[path = "operations/clocks.rs"]
mod clocks;
#[path = "operations/compact.rs"]
mod compact;
#[path = "operations/every_contract.rs"]
mod every_contract;
#[path = "operations/evidence.rs"]
mod evidence;
#[path = "operations/out_folder.rs"]
mod out_folder;
#[path = "operations/payers.rs"]
mod payers;
#[path = "operations/planned.rs"]
mod planned;
#[path = "operations/scene.rs"]
mod scene;
#[path = "operations/verifying.rs"]
mod verifying;
