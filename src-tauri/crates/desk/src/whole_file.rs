//! Small files of the desk's own that are written again and again: whole or not at all, whatever ends the program meanwhile.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Puts these bytes into the file, in place of what was in it: written to a temporary file beside it, flushed, then renamed.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let mut file = tempfile::Builder::new().prefix(&format!(".{stem}")).tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
