//! What a shell and `man` are given: made from the command itself, so that nothing is forgotten.

use crate::scene::{Scene, names};

/// The commands that the help lists.
fn commands(scene: &Scene) -> Vec<String> {
    let help = scene.meed(&["--help"]).good();
    let (_, list) = help.split_once("Commands:\n").expect("the help lists commands");
    let rows = list.lines().take_while(|line| !line.is_empty());
    rows.filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
        .filter(|name| name != "help")
        .collect()
}

#[test]
fn completions_name_every_command() {
    let scene = Scene::new();
    let commands = commands(&scene);
    assert!(commands.len() > 8, "{commands:?}");
    for shell in ["bash", "zsh", "fish"] {
        let script = scene.meed(&["completions", shell]).good();
        for command in &commands {
            assert!(script.contains(command.as_str()), "{shell} completes {command}");
        }
    }
    assert_eq!(scene.meed(&["completions", "cmd"]).code, Some(2));
}

#[cfg(unix)]
#[test]
fn bash_reads_its_completions() {
    let scene = Scene::new();
    scene.write("meed.bash", scene.meed(&["completions", "bash"]).good());
    let script =
        "source meed.bash && COMP_WORDS=(meed se) COMP_CWORD=1 && _meed meed se meed && echo \"${COMPREPLY[@]}\"";
    let output = std::process::Command::new("bash").args(["-c", script]).current_dir(scene.root()).output();
    let output = output.expect("bash runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "settle", "{output:?}");
}

/// Zsh and fish parse their completions without running them; where a shell is not there, the test says so and is skipped.
#[cfg(unix)]
#[test]
fn zsh_and_fish_parse_their_completions() {
    let scene = Scene::new();
    for shell in ["zsh", "fish"] {
        let script = format!("meed.{shell}");
        scene.write(&script, scene.meed(&["completions", shell]).good());
        let parsed = std::process::Command::new(shell).args(["-n", &script]).current_dir(scene.root()).output();
        match parsed {
            Ok(output) => {
                assert!(output.status.success() && output.stderr.is_empty(), "{shell}: {output:?}");
                // What is no script of this shell is refused, so that the check above can fail.
                scene.write(&script, "if true; (\n");
                let refused =
                    std::process::Command::new(shell).args(["-n", &script]).current_dir(scene.root()).output();
                assert!(!refused.expect("it ran before").status.success(), "{shell} refuses what is broken");
            }
            Err(error) if std::env::var_os("MEED_SHELLS").is_some_and(|wanted| wanted == "required") => {
                panic!("{shell} is needed here: {error}");
            }
            Err(error) => println!("skipped: {shell} is not here ({error})"),
        }
    }
}

#[test]
fn there_is_a_manual_page_for_every_command() {
    let scene = Scene::new();
    scene.meed(&["man", "--out", "pages"]).good();
    let pages = names(&scene.path("pages"));
    for command in commands(&scene) {
        assert!(pages.contains(&format!("meed-{command}.1")), "{command}: {pages:?}");
    }
    assert!(pages.contains(&"meed-evidence-check.1".to_owned()));
    let page = scene.meed(&["man"]).good();
    assert!(page.contains(".TH meed 1") && page.contains(".SH SUBCOMMANDS"), "{page}");
    assert_eq!(page.trim_end(), scene.read("pages/meed.1").trim_end(), "the same page, and no date in it");
}
