//! A real disk of a few megabytes, to be filled and to be made read-only.
//!
//! It is a file system of its own in memory, mounted on a folder, which only root can do. Elsewhere a test that needs one
//! says on the terminal that it did not run, past the test runner's own silence about what passed.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The file that takes what room there is.
const BALLAST: &str = "ballast";

/// The disk. Dropping it takes it away with everything on it.
#[derive(Debug)]
pub struct SmallDisk {
    folder: PathBuf,
}

impl SmallDisk {
    /// Mounts a disk of so many kilobytes on a folder, which is made where it is missing. `None` where that is not
    /// allowed, which is said.
    #[must_use]
    pub fn on(folder: &Path, kilobytes: u32) -> Option<Self> {
        let size = format!("size={kilobytes}k,mode=0700");
        let mounted = fs::create_dir_all(folder).and_then(|()| run("mount", &["-t", "tmpfs", "-o", &size, "cardesk-test"], folder));
        match mounted {
            Ok(()) => Some(Self { folder: folder.to_owned() }),
            Err(error) => {
                // Not by a macro: the test runner would keep that to itself.
                let _ = writeln!(io::stderr(), "NOT TESTED HERE: no small disk can be mounted ({error}); root can");
                None
            }
        }
    }

    /// Takes the last byte of room.
    ///
    /// # Errors
    /// If it can't be filled for another reason than that it is full.
    pub fn fill(&self) -> io::Result<()> {
        let mut ballast = File::create(self.folder.join(BALLAST))?;
        for piece in [64 * 1024, 1] {
            let piece = vec![0xBA; piece];
            loop {
                match ballast.write_all(&piece) {
                    Ok(()) => {}
                    Err(error) if error.kind() == io::ErrorKind::StorageFull => break,
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }

    /// Gives the room back.
    ///
    /// # Errors
    /// If the disk was not filled.
    pub fn make_room(&self) -> io::Result<()> {
        fs::remove_file(self.folder.join(BALLAST))
    }

    /// Lets nothing be written any more. No file on the disk may be open for writing.
    ///
    /// # Errors
    /// If one is.
    pub fn make_read_only(&self) -> io::Result<()> {
        run("mount", &["-o", "remount,ro"], &self.folder)
    }

    /// Lets it be written to again.
    ///
    /// # Errors
    /// If the system refuses.
    pub fn make_writable(&self) -> io::Result<()> {
        run("mount", &["-o", "remount,rw"], &self.folder)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Also while somebody still has a file on it open; it is gone when they let go.
        let _ = run("umount", &["--lazy"], &self.folder);
    }
}

fn run(program: &str, arguments: &[&str], folder: &Path) -> io::Result<()> {
    let output = Command::new(program).args(arguments).arg(folder).output()?;
    if output.status.success() { Ok(()) } else { Err(io::Error::other(String::from_utf8_lossy(&output.stderr).trim().to_owned())) }
}
