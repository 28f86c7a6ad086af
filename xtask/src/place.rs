//! Where things are: the clone, and where Cargo builds.

use std::env;
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// The clone and its build directory.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    root: PathBuf,
    target: PathBuf,
}

impl Place {
    /// The clone that this command belongs to, found from the working directory upwards.
    pub(crate) fn find() -> Result<Self, Failure> {
        let here = env::current_dir().map_err(|error| Failure::new(format!("the working directory can't be read: {error}")))?;
        let root = here
            .ancestors()
            .find(|folder| folder.join("xtask/Cargo.toml").is_file() && folder.join("src-tauri").is_dir())
            .ok_or_else(|| Failure::new("this is not inside a clone of Cardesk: go there and try again"))?;
        let cache = env::home_dir().map(|home| home.join(".cache/cardesk/target"));
        let target = target_of(root, env::var_os("CARGO_TARGET_DIR").map(PathBuf::from), in_ci(), cache);
        Ok(Self { root: root.to_owned(), target })
    }

    /// The clone's top folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The web UI's folder.
    pub(crate) fn ui(&self) -> PathBuf {
        self.root.join("ui")
    }

    /// Where Cargo builds; given to every Cargo that is started from here.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// Tools that belong to the project alone.
    pub(crate) fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }
}

/// Whether this is a run of the continuous integration.
pub(crate) fn in_ci() -> bool {
    env::var("CI").is_ok_and(|value| value == "true")
}

/// A continuous integration gets a new clone each time, so it builds in a folder of the user's where one build helps the
/// next. Nothing relies on anything being there.
fn target_of(root: &Path, asked: Option<PathBuf>, in_ci: bool, cache: Option<PathBuf>) -> PathBuf {
    match (asked.filter(|folder| !folder.as_os_str().is_empty()), cache) {
        (Some(folder), _) => root.join(folder),
        (None, Some(cache)) if in_ci => cache,
        _ => root.join("target"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_folder_that_was_asked_for_comes_before_every_other() {
        let (root, cache) = (Path::new("/clone"), || Some(PathBuf::from("/home/x/.cache/cardesk/target")));
        assert_eq!(target_of(root, Some("/elsewhere".into()), true, cache()), Path::new("/elsewhere"));
        assert_eq!(target_of(root, Some("build".into()), false, cache()), Path::new("/clone/build"));
        assert_eq!(target_of(root, Some("".into()), false, cache()), Path::new("/clone/target"));
        assert_eq!(target_of(root, None, true, cache()), Path::new("/home/x/.cache/cardesk/target"));
        assert_eq!(target_of(root, None, true, None), Path::new("/clone/target"));
        assert_eq!(target_of(root, None, false, cache()), Path::new("/clone/target"));
    }
}
