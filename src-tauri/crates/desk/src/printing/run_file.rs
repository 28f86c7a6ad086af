//! The file of a run while it is written, and how it gets its name.
//!
//! Owns that nobody else can read it, that it is whole and on the disk before it has a name, and that no file is ever
//! overwritten.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tempfile::{Builder, NamedTempFile};

use crate::error::{DeskResult, ErrorCode, ErrorView};
use crate::error_sources::of_file;

/// How names of files begin that are being written.
const PREFIX: &str = ".cardesk-";

/// Bytes that go to the disk at once.
const BUFFER_BYTES: usize = 1 << 20;

/// The most files of one name; beyond that something is wrong with the folder.
const MOST_ALIKE: u32 = 10_000;

/// Where the pages of a run are written until they are whole. Removed when it is dropped.
pub(crate) struct RunFile {
    file: NamedTempFile,
    folder: PathBuf,
}

/// The path under which a run is written, before it is.
pub(crate) fn part_path(folder: &Path, number: u32, chance: u64) -> PathBuf {
    folder.join(format!("{PREFIX}{number:04}-{chance:016x}.part"))
}

/// Whether a file is one that was being written: nothing else is ever removed.
pub(crate) fn is_part(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.starts_with(PREFIX) && path.extension().is_some_and(|ending| ending == "part")
}

/// SHA-256 of a file, in hexadecimal.
pub(crate) fn digest_of(path: &Path) -> io::Result<String> {
    let mut digest = Sha256::new();
    let mut file = File::open(path)?;
    let mut piece = vec![0; BUFFER_BYTES];
    loop {
        let length = file.read(&mut piece)?;
        if length == 0 {
            return Ok(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect());
        }
        digest.update(&piece[..length]);
    }
}

impl RunFile {
    /// Makes the file, and its folder if there is none. Only this user can read it.
    pub(crate) fn create(path: &Path) -> DeskResult<Self> {
        let folder = path.parent().unwrap_or(Path::new(".")).to_owned();
        let failed = |error: &io::Error| of_file(error, &folder, ErrorCode::FileFailed);
        std::fs::create_dir_all(&folder).map_err(|error| failed(&error))?;
        let name = path.file_name().unwrap_or_default();
        let file = Builder::new().prefix(name).rand_bytes(0).tempfile_in(&folder).map_err(|error| failed(&error))?;
        Ok(Self { file, folder })
    }

    pub(crate) fn path(&self) -> &Path {
        self.file.path()
    }

    /// Lets somebody write it, and comes back when all of it is on the disk.
    pub(crate) fn write<T, E: From<io::Error>>(&mut self, write: impl FnOnce(&mut dyn Write) -> Result<T, E>) -> Result<T, E> {
        let mut buffered = BufWriter::with_capacity(BUFFER_BYTES, self.file.as_file_mut());
        let written = write(&mut buffered)?;
        buffered.flush()?;
        drop(buffered);
        self.file.as_file().sync_all()?;
        Ok(written)
    }

    /// A name that is not taken: `Insertos 0043 (14).pdf`, or with a number behind it.
    pub(crate) fn free_name(&self, name: &str) -> DeskResult<PathBuf> {
        let path = |number: u32| self.folder.join(if number == 1 { format!("{name}.pdf") } else { format!("{name} ({number}).pdf") });
        let is_free = |path: &PathBuf| matches!(path.symlink_metadata(), Err(error) if error.kind() == io::ErrorKind::NotFound);
        let unusable = || ErrorView::new(ErrorCode::FileFailed).with_param("path", self.folder.display().to_string());
        (1..MOST_ALIKE).map(path).find(is_free).ok_or_else(unusable)
    }

    /// Gives the file its name. If somebody has taken it meanwhile, the file comes back.
    pub(crate) fn keep_as(self, path: &Path) -> DeskResult<Result<(), Self>> {
        let folder = self.folder;
        match self.file.persist_noclobber(path) {
            Ok(_) => {
                // The name has to be on the disk as well; where folders can't be flushed, the system sees to it.
                let _ = File::open(&folder).and_then(|folder| folder.sync_all());
                Ok(Ok(()))
            }
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(Err(Self { file: error.file, folder })),
            Err(error) => Err(of_file(&error.error, &folder, ErrorCode::FileFailed)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(folder: &Path, number: u32) -> RunFile {
        let mut file = RunFile::create(&part_path(folder, number, 7)).expect("it is made");
        file.write(|to| to.write_all(b"pages")).expect("it is written");
        file
    }

    #[test]
    fn a_file_is_private_until_it_is_whole_and_then_has_a_name_of_its_own() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("new");
        std::fs::create_dir(&place).expect("made");
        std::fs::write(place.join("Insertos 0043 (2).pdf"), b"another").expect("written");
        let file = written(&place, 43);
        assert!(is_part(file.path()), "{:?}", file.path());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(file.path().metadata().expect("there").permissions().mode() & 0o777, 0o600);
        }
        let name = file.free_name("Insertos 0043 (2)").expect("a name");
        assert!(name.ends_with("Insertos 0043 (2) (2).pdf"), "{name:?}");
        assert!(file.keep_as(&name).expect("kept").is_ok());
        assert_eq!(std::fs::read(&name).expect("read"), b"pages");
        assert_eq!(std::fs::read_dir(&place).expect("listed").count(), 2, "nothing else is left");
    }

    #[test]
    fn a_name_that_was_taken_meanwhile_is_never_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = written(folder.path(), 43);
        let name = file.free_name("Insertos 0043 (2)").expect("a name");
        std::fs::write(&name, b"another").expect("written");
        let Ok(Err(file)) = file.keep_as(&name) else { panic!("overwritten") };
        let name = file.free_name("Insertos 0043 (2)").expect("a name");
        assert!(matches!(file.keep_as(&name), Ok(Ok(()))));
        assert_eq!(std::fs::read(folder.path().join("Insertos 0043 (2).pdf")).expect("read"), b"another");
    }

    #[test]
    fn a_file_that_is_given_up_is_gone() {
        let folder = tempfile::tempdir().expect("a folder");
        drop(written(folder.path(), 43));
        assert_eq!(std::fs::read_dir(folder.path()).expect("listed").count(), 0);
    }

    #[test]
    fn only_what_was_being_written_is_taken_for_such_a_file() {
        for foreign in ["Insertos 0043 (2).pdf", "/etc/passwd", ".cardesk-0043", "x.part", "..", ""] {
            assert!(!is_part(Path::new(foreign)), "{foreign}");
        }
        assert!(is_part(&part_path(Path::new("/a"), 43, 1)));
    }
}
