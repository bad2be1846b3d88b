//! A contract's folder on disk, with everything it includes.

use std::{fs, path::Path};

use meed_terms::Folder;

/// The texts of a folder that holds a `contract.toml`.
pub fn read(path: &Path) -> Folder {
    let mut folder = Folder {
        name: path.file_name().unwrap().to_string_lossy().into_owned(),
        contract: fs::read_to_string(path.join("contract.toml")).unwrap(),
        ..Folder::default()
    };
    for name in sql_files(&path.join("measures")) {
        let text = fs::read_to_string(path.join("measures").join(&name)).unwrap();
        folder.measures.insert(name.trim_end_matches(".sql").to_owned(), text);
    }
    let fetched = folder
        .gather::<()>(|file| Ok(fs::read_to_string(path.join(file)).ok()), |beside| Ok(sql_files(&path.join(beside))));
    fetched.unwrap();
    folder
}

fn sql_files(folder: &Path) -> Vec<String> {
    let names =
        fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.ends_with(".sql")).collect()
}
