//! A kill, a full disk, a closed pipe, two writers at once: nothing is left
//! half-written, and trying again works.

use std::{
    io::Read as _,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::scene::{Ended, Scene, names};

const SETTLE: [&str; 8] = ["settle", "contract", "--evidence", "package", "--period", "2012-05", "--out", "out/may"];
const FILES: [&str; 6] =
    ["lines.csv", "lines.parquet", "replay.json", "statement.html", "statement.json", "statement.pdf"];

/// The statement stands whole or not at all.
fn whole_or_not_at_all(scene: &Scene) -> bool {
    let stands = scene.path("out/may").exists();
    if stands {
        assert_eq!(names(&scene.path("out/may")), FILES, "a statement that stands is whole");
        assert!(scene.read("out/may/statement.json").trim_end().ends_with('}'));
    }
    stands
}

#[test]
fn a_reader_that_stops_reading_is_no_error() {
    let scene = Scene::new();
    let many: String = (0..3000)
        .map(|n| {
            format!("\n[[clause]]\nid = \"c{n}\"\nkind = \"per-outcome\"\nmeasure = \"began-work\"\nprice = \"1.00\"\n")
        })
        .collect();
    scene.write("contract/contract.toml", crate::scene::CONTRACT.to_owned() + &many);
    for arguments in
        [&["read", "contract"][..], &["measure", "list", "contract"], &["check", "contract", "--format", "json"]]
    {
        let mut child =
            scene.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command runs");
        let mut first = [0_u8; 1];
        child.stdout.take().expect("a pipe").read_exact(&mut first).expect("something is printed");
        let ended = Ended::of(child.wait_with_output().expect("it ends"));
        assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn killed_at_any_moment_it_leaves_nothing_half_written() {
    let scene = Scene::new();
    let started = Instant::now();
    let arguments: Vec<&str> = SETTLE[..7].iter().copied().chain(["first"]).collect();
    scene.meed(&arguments).good();
    let takes = started.elapsed();
    let mut killed = 0;
    for tenth in [1_u32, 3, 5, 7, 8, 9, 10] {
        let mut child =
            scene.command(&SETTLE).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the command runs");
        thread::sleep(takes * tenth / 10);
        child.kill().expect("killed, or over already");
        killed += usize::from(child.wait().expect("it ended").code().is_none());
        whole_or_not_at_all(&scene);
    }
    assert!(killed > 0, "some of them were killed on their way");
    scene.meed(&SETTLE).good();
    assert!(whole_or_not_at_all(&scene), "trying again works");
    assert_eq!(scene.read("out/may/statement.json"), scene.read("first/statement.json"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_limit_on_the_size_of_files_leaves_nothing_half_written() {
    let scene = Scene::new();
    for blocks in ["1", "8", "40"] {
        let command =
            format!("ulimit -c 0; ulimit -f {blocks}; exec {} {}", env!("CARGO_BIN_EXE_meed"), SETTLE.join(" "));
        let output = Command::new("bash").args(["-c", &command]).current_dir(scene.root()).output().expect("bash runs");
        let ended = Ended::of(output);
        assert!(!ended.err.contains("panicked"), "{}", ended.err);
        if ended.code != Some(0) {
            assert!(!scene.path("out/may").exists(), "{blocks} blocks");
        }
        assert!(!scene.path("out/may").exists() || whole_or_not_at_all(&scene));
    }
    scene.meed(&SETTLE).good();
    assert!(whole_or_not_at_all(&scene));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_and_leaves_nothing_half_written() {
    let scene = Scene::new();
    for (size, place) in [("8k", "out"), ("24k", "out"), ("64k", "out"), ("8k", "scratch"), ("40k", "scratch")] {
        let Some(disk) = Disk::mount(&scene, place, size) else {
            eprintln!("skipped: mounting is not permitted here, so that no disk can be filled");
            return;
        };
        let mut command = scene.command(&SETTLE);
        if place == "scratch" {
            command.env("TMPDIR", scene.path("scratch"));
        }
        let ended = Ended::of(command.output().expect("the command runs"));
        if ended.code == Some(0) {
            assert!(place == "scratch", "a statement does not fit {size}");
        } else {
            let told = ended.refused(&[]);
            assert!(
                told.to_lowercase().contains("space") || told.to_lowercase().contains("room"),
                "{size} in {place}: {told}"
            );
            assert!(!told.contains("panicked"), "{told}");
            let left = names(&scene.path(place));
            assert!(left.is_empty(), "{size} in {place}: {left:?}");
        }
        drop(disk);
    }
    scene.meed(&SETTLE).good();
    assert!(whole_or_not_at_all(&scene), "with room again it works");
}

/// A small disk of its own, for as long as the test needs it.
#[cfg(target_os = "linux")]
struct Disk(std::path::PathBuf);

#[cfg(target_os = "linux")]
impl Disk {
    fn mount(scene: &Scene, name: &str, size: &str) -> Option<Disk> {
        let place = scene.path(name);
        std::fs::create_dir_all(&place).expect("a folder");
        let options = format!("size={size}");
        let output =
            Command::new("mount").args(["-t", "tmpfs", "-o", &options, "meed-test"]).arg(&place).output().ok()?;
        output.status.success().then(|| Disk(place))
    }
}

#[cfg(target_os = "linux")]
impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).output();
    }
}

#[test]
fn two_writers_at_once_make_one_statement() {
    let scene = Scene::new();
    let both = [(); 2].map(|()| {
        scene.command(&SETTLE).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command runs")
    });
    let ended = both.map(|child| Ended::of(child.wait_with_output().expect("it ends")));
    for one in &ended {
        assert_eq!(one.code, Some(0), "{one:?}");
    }
    assert!(whole_or_not_at_all(&scene));
    let already = ended.iter().filter(|one| one.out.contains("was there already")).count();
    assert_eq!(already, 1, "one wrote it, the other found it: {ended:?}");
    assert_eq!(names(&scene.path("out")), ["may"]);
}

#[test]
fn two_writers_of_different_statements_never_mix_them() {
    let scene = Scene::new();
    let known: [&[&str]; 2] = [&["--known-at", "2012-05-21"], &["--known-at", "2012-05-31"]];
    let both = known.map(|known| {
        let arguments: Vec<&str> = SETTLE.iter().chain(known).copied().collect();
        scene.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the command runs")
    });
    let ended = both.map(|child| Ended::of(child.wait_with_output().expect("it ends")));
    let mut codes: Vec<Option<i32>> = ended.iter().map(|one| one.code).collect();
    codes.sort();
    assert_eq!(codes, [Some(0), Some(1)], "{ended:?}");
    let refused = ended.iter().find(|one| one.code == Some(1)).expect("one is refused");
    assert!(refused.err.contains("already holds another statement"), "{}", refused.err);
    assert!(whole_or_not_at_all(&scene));
    assert_eq!(scene.meed(&["verify", "out/may"]).code, Some(0), "the one that stands is sound");
    thread::sleep(Duration::from_millis(1));
}

#[test]
fn other_commands_leave_nothing_half_written_either() {
    let scene = Scene::new();
    scene.write("package/events.csv", "event,person\n\"");
    let freeze = ["evidence", "freeze", "package", "--contract", "contract", "--out", "snapshot"];
    assert_eq!(scene.meed(&freeze).code, Some(1));
    scene.write("key", "short");
    let pseudonymise = ["evidence", "pseudonymise", "package", "--key-file", "key", "--out", "nameless"];
    scene.meed(&pseudonymise).refused(&["key", "32"]);
    assert_eq!(scene.left_over(), ["key"]);
}
