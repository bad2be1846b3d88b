//! The reference page of the command, written from its own help.

use clap::CommandFactory as _;

/// `docs/reference/commands.md`.
fn page() -> String {
    let mut command = crate::Cli::command();
    command.build();
    let mut page = String::from(
        "# Commands\n\nEvery command prints text for people, or JSON with `--format json`. It exits with 0 when all is well, 1 when something is\n\
         wrong with what it was given, 2 when the command line itself does not read. Messages go to the error output, results to the\n\
         standard one. This page is written from the commands' own help.\n",
    );
    describe(&command, "meed", 2, &mut page);
    page
}

fn describe(command: &clap::Command, name: &str, level: usize, page: &mut String) {
    let subcommands: Vec<&clap::Command> = command.get_subcommands().filter(|sub| sub.get_name() != "help").collect();
    // `meed guard CONTRACT` does something itself, and so do its subcommands.
    if subcommands.is_empty() || command.get_positionals().next().is_some() {
        let mut command = command.clone().term_width(96).bin_name(name).disable_help_flag(true);
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        let help = command.render_long_help().to_string();
        let usage = help.find("Usage:").map_or("", |at| &help[at..]);
        let lines: Vec<&str> = usage.trim_end().lines().map(str::trim_end).collect();
        *page += &format!("\n{} {name}\n\n{about}.\n\n```text\n{}\n```\n", "#".repeat(level), lines.join("\n"));
    }
    for sub in subcommands {
        describe(sub, &format!("{name} {}", sub.get_name()), level, page);
    }
}

#[test]
fn the_reference_page_is_what_the_commands_say() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/commands.md");
    let page = page();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &page).expect("the page can be written");
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(written == page, "run the tests with UPDATE_DOCS=1 to write the page anew");
}
