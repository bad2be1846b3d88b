//! The reference page lists the behaviours that there are; `UPDATE_DOCS=1` writes the list.

use meed_simulation::behaviours;

#[test]
fn the_reference_page_lists_every_behaviour() {
    let mut table =
        String::from("| behaviour | what the provider does | found by | degree |\n| --- | --- | --- | --: |\n");
    for behaviour in behaviours() {
        let (name, does) = (behaviour.name(), behaviour.does());
        let found_by = behaviour.found_by().join(", ");
        table += &format!("| `{name}` | {does} | {found_by} | {:.2} |\n", behaviour.stated_degree());
    }
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/simulation.md");
    let page = std::fs::read_to_string(&file).expect("the page is part of the repository");
    let (before, rest) = page.split_once("| behaviour |").expect("the page has the table");
    let after = rest.split_once("\n\n").expect("the table ends").1;
    let whole = format!("{before}{table}\n{after}");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&file, &whole).expect("the page can be written");
    }
    assert!(page == whole, "docs/reference/simulation.md is behind: run the tests of this crate with UPDATE_DOCS=1");
}
