//! A folder of results that appears whole or not at all.

use std::{
    fs::{self, File},
    io::{BufReader, Read},
    path::{Path, PathBuf},
};

use crate::error::{AppError, Result};

/// A folder being filled beside the place it will stand.
pub(crate) struct OutFolder {
    what: &'static str,
    target: PathBuf,
    filling: tempfile::TempDir,
}

impl OutFolder {
    /// Begins to fill a folder for a statement that will stand at `target`.
    pub fn begin(target: &Path) -> Result<OutFolder> {
        OutFolder::of("statement", "statement.json", target)
    }

    /// Begins to fill a folder that will stand at `target`; by the file `mark` one that stands there already is known
    /// to hold results of the same kind, called `what`.
    pub fn of(what: &'static str, mark: &str, target: &Path) -> Result<OutFolder> {
        if target.file_name().is_none() {
            return Err(AppError::new(
                format!("{} cannot be made a folder of results", target.display()),
                "give --out the path of a new folder",
            ));
        }
        let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(parent).map_err(|error| AppError::io("make the folder", parent, &error))?;
        if target.exists() && !target.join(mark).is_file() && !is_empty(target)? {
            return Err(AppError::new(
                format!("{} exists and holds something else", target.display()),
                "give --out a new folder; nothing was changed",
            ));
        }
        let name = target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let filling = tempfile::Builder::new()
            .prefix(&format!(".{name}.part-"))
            .tempdir_in(parent)
            .map_err(|error| AppError::io("make a folder in", parent, &error))?;
        Ok(OutFolder { what, target: target.to_owned(), filling })
    }

    /// Where to write.
    pub fn path(&self) -> &Path {
        self.filling.path()
    }

    /// Puts the folder in its place. `frozen` are the files that must not differ from those already there.
    ///
    /// Gives back whether anything new was put there: the same statement twice is once.
    pub fn finish(self, frozen: &[&str]) -> Result<bool> {
        for entry in fs::read_dir(self.path()).map_err(|error| AppError::io("open", self.path(), &error))? {
            let path = entry.map_err(|error| AppError::io("open", self.path(), &error))?.path();
            if path.is_file() {
                File::open(&path)
                    .and_then(|file| file.sync_all())
                    .map_err(|error| AppError::io("write", &path, &error))?;
            }
        }
        if is_empty(&self.target).unwrap_or(false) {
            fs::remove_dir(&self.target).map_err(|error| AppError::io("replace", &self.target, &error))?;
        }
        let from = self.filling.path().to_owned();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let _ = fs::set_permissions(&from, fs::Permissions::from_mode(0o755));
        }
        match fs::rename(&from, &self.target) {
            Ok(()) => {
                // It stands; there is nothing left to clean up.
                let _ = self.filling.keep();
                if let Some(parent) = self.target.parent().filter(|parent| !parent.as_os_str().is_empty()) {
                    let _ = File::open(parent).and_then(|folder| folder.sync_all());
                }
                Ok(true)
            }
            Err(_) if self.target.is_dir() => {
                for name in frozen {
                    if !same(&from.join(name), &self.target.join(name))? {
                        return Err(AppError::new(
                            format!(
                                "{} already holds another {}: its {name} differs",
                                self.target.display(),
                                self.what
                            ),
                            "what was issued is frozen; give --out a new folder",
                        ));
                    }
                }
                Ok(false)
            }
            Err(error) => Err(AppError::io("put the results at", &self.target, &error)),
        }
    }
}

fn is_empty(folder: &Path) -> Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(AppError::io("open", folder, &error)),
    }
}

/// Whether two files hold the same bytes.
pub(crate) fn same(a: &Path, b: &Path) -> Result<bool> {
    let open = |path: &Path| File::open(path).map(BufReader::new).map_err(|error| AppError::io("open", path, &error));
    let (mut left, mut right) = (open(a)?, open(b)?);
    let (mut x, mut y) = ([0_u8; 65536], [0_u8; 65536]);
    loop {
        let n = read_full(&mut left, &mut x).map_err(|error| AppError::io("read", a, &error))?;
        let m = read_full(&mut right, &mut y).map_err(|error| AppError::io("read", b, &error))?;
        if n != m || x[..n] != y[..m] {
            return Ok(false);
        }
        if n == 0 {
            return Ok(true);
        }
    }
}

fn read_full(from: &mut impl Read, into: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < into.len() {
        match from.read(&mut into[filled..])? {
            0 => break,
            n => filled += n,
        }
    }
    Ok(filled)
}
