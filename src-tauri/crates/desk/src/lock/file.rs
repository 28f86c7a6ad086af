//! The file that says whether there is a lock, and what was tried at it: the waits go on in the next program.
//!
//! Owns its form, and that one which can't be read counts as a lock that is on. The passphrase is not in it, and neither is its verifier.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::lock::policy::{IDLE_MINUTES, Kept};
use crate::whole_file::write_whole;

/// The file of a lock.
#[derive(Debug, Clone)]
pub(crate) struct LockFile(PathBuf);

impl LockFile {
    /// Reads what was kept in `folder`; without a file the lock is off.
    pub(crate) fn open(folder: &Path) -> (Self, Option<Kept>) {
        let path = folder.join("idle-lock.json");
        let kept = match fs::read(&path) {
            Ok(bytes) => Some(understood(&bytes).unwrap_or_else(Kept::unreadable)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => {
                tracing::error!(%error, "whether the idle lock is on can't be read; it counts as on");
                Some(Kept::unreadable())
            }
        };
        (Self(path), kept)
    }

    /// The file in `folder` while it can't be looked at.
    pub(crate) fn unusable(folder: &Path) -> (Self, Option<Kept>) {
        (Self(folder.join("idle-lock.json")), Some(Kept::unreadable()))
    }

    /// Writes what is to be kept; of a lock that is off nothing is.
    pub(crate) fn write(&self, kept: Option<Kept>) -> io::Result<()> {
        match kept {
            Some(kept) => write_whole(&self.0, &serde_json::to_vec_pretty(&kept)?),
            None => fs::remove_file(&self.0).or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }),
        }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

fn understood(bytes: &[u8]) -> Option<Kept> {
    serde_json::from_slice::<Kept>(bytes).ok().filter(|kept| IDLE_MINUTES.contains(&kept.idle_minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_read_again_and_nothing_is_kept_of_a_lock_that_is_off() {
        let folder = tempfile::tempdir().unwrap();
        let (file, kept) = LockFile::open(&folder.path().join("config"));
        assert_eq!(kept, None);
        let locked = Kept { idle_minutes: 10, wrong_tries: 6, last_wrong_at_unix_seconds: Some(1_795_543_200) };
        file.write(Some(locked)).unwrap();
        assert_eq!(LockFile::open(&folder.path().join("config")).1, Some(locked));
        file.write(None).unwrap();
        file.write(None).unwrap();
        assert_eq!(LockFile::open(&folder.path().join("config")).1, None);
    }

    #[test]
    fn a_file_that_can_not_be_understood_counts_as_a_lock_that_is_on() {
        let folder = tempfile::tempdir().unwrap();
        let sound = r#"{"idleMinutes":15,"wrongTries":0,"lastWrongAtUnixSeconds":null}"#;
        let path = folder.path().join("idle-lock.json");
        for (text, idle_minutes) in [
            (sound.to_owned(), 15),
            (String::new(), 5),
            (sound[..40].to_owned(), 5),
            (sound.replace("15", "17"), 5),
            (sound.replace("wrongTries", "tries"), 5),
            ("{}".to_owned(), 5),
        ] {
            fs::write(&path, &text).unwrap();
            assert_eq!(LockFile::open(folder.path()).1.unwrap().idle_minutes, idle_minutes, "{text}");
        }
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert_eq!(LockFile::open(folder.path()).1, Some(Kept::unreadable()));
    }
}
