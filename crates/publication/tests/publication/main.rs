//! What a statement looks like in every form it is published in.

mod check_report;
mod csv_lines;
mod findings;
mod fixture;
mod html;
mod json;
mod pdf;
mod picture;

use std::{
    io::Write,
    process::{Command, Stdio},
};

/// Runs a program on this text; none where the program is not on this machine or asks to be skipped (exit 77).
fn ask(program: &str, arguments: &[&str], input: &[u8]) -> Option<String> {
    let started = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = started else {
        println!("skipped: {program} is not on this machine");
        return None;
    };
    // A program that does not read all of its input closes the pipe; what it says counts.
    let _ = child.stdin.take().expect("a pipe").write_all(input);
    let output = child.wait_with_output().expect("an answer");
    if output.status.code() == Some(77) {
        println!("skipped: {}", String::from_utf8_lossy(&output.stderr).trim());
        return None;
    }
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).expect("text"))
}
