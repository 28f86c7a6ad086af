//! Runs as a stream: the same bytes as in memory, watched, stopped, and refused as a whole.

use std::io::{self, Write};
use std::ops::ControlFlow;

use cardesk_domain::Environment;
use cardesk_inserts::{InsertContent, InsertError, InsertLanguage, Layout, Progress, RunError, make, write_run};

use crate::tools::{Printed, insert, inserts, job};

fn go_on(_: Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

#[test]
fn a_stream_has_the_bytes_of_a_file_in_memory_every_time() {
    for layout in [Layout::EightUpA4, Layout::TrifoldA4FormB] {
        let job = job(layout, InsertLanguage::Both, Environment::Practice);
        let inserts = inserts(150);
        let (mut first, mut second) = (Vec::new(), Vec::new());
        let run = write_run(&job, &inserts, &mut first, go_on).expect("it is written");
        write_run(&job, &inserts, &mut second, go_on).expect("it is written");
        assert!(first == second && first == make(&job, &inserts).expect("it is made").bytes(), "{layout:?}");
        assert_eq!((run.codes_verified(), run.bytes()), (300, first.len() as u64));
        assert_eq!(run.pages(), 150_usize.div_ceil(layout.inserts_per_page()));
    }
}

#[test]
fn a_streamed_file_is_sound_and_its_codes_are_read_by_an_independent_reader() {
    let job = job(Layout::EightUpA4, InsertLanguage::Spanish, Environment::Practice);
    let mut bytes = Vec::new();
    write_run(&job, &inserts(17), &mut bytes, go_on).expect("it is written");
    let printed = Printed::of(&bytes);
    let said = printed.checked_by_qpdf();
    assert!(said.contains("No syntax or stream encoding errors found") && !said.to_lowercase().contains("warning"), "{said}");
    let mut read = printed.codes_read_at_300_dpi();
    let mut expected: Vec<String> = inserts(17).iter().flat_map(|insert| [insert.link.to_string(), insert.serial.to_string()]).collect();
    read.sort();
    expected.sort();
    assert_eq!(read, expected);
}

#[test]
fn who_watches_is_told_how_far_it_is_and_can_stop_it() {
    let job = job(Layout::TrifoldA4FormB, InsertLanguage::Spanish, Environment::Practice);
    let inserts = inserts(200);
    let mut told = Vec::new();
    let watch = |progress: Progress| {
        told.push(progress);
        ControlFlow::Continue(())
    };
    let mut bytes = Vec::new();
    write_run(&job, &inserts, &mut bytes, watch).expect("it is written");
    assert!(told.len() > 1 && told.is_sorted_by(|one, other| one.pages_done < other.pages_done && one.bytes < other.bytes), "{told:?}");
    let last = told.last().expect("the last word");
    assert_eq!((last.pages_done, last.pages, last.codes_verified), (200, 200, 400));
    let mut pieces = 0;
    let stopped = write_run(&job, &inserts, &mut io::sink(), |_| {
        pieces += 1;
        ControlFlow::Break(())
    });
    assert!(matches!(stopped, Err(RunError::Stopped)), "{stopped:?}");
    assert_eq!(pieces, 1);
}

#[test]
fn a_serial_that_stands_on_two_inserts_stops_the_run_before_its_first_byte() {
    let job = job(Layout::EightUpA4, InsertLanguage::Spanish, Environment::Practice);
    let mut twice = inserts(100);
    twice[99].serial = twice[3].serial.clone();
    let mut bytes = Vec::new();
    let refused = write_run(&job, &twice, &mut bytes, go_on);
    assert!(matches!(&refused, Err(RunError::Insert(InsertError::SerialTwice(serial))) if serial.as_str() == "0043-004"), "{refused:?}");
    assert!(bytes.is_empty());
}

#[test]
fn an_insert_that_cannot_be_printed_stops_the_run_before_its_first_byte_and_is_named() {
    let job = job(Layout::EightUpA4, InsertLanguage::Spanish, Environment::Practice);
    let mut wrong = inserts(700);
    wrong[600] = InsertContent { given_name: "Ana 漢".to_owned(), ..insert(600) };
    let mut bytes = Vec::new();
    let refused = write_run(&job, &wrong, &mut bytes, go_on);
    let Err(RunError::Insert(InsertError::Character { serial, character, .. })) = refused else { panic!("{refused:?}") };
    assert_eq!((serial.map(|serial| serial.to_string()).as_deref(), character), (Some("0043-601"), '漢'));
    assert!(bytes.is_empty());
}

/// A disk with room for so many bytes.
struct SmallDisk(usize);

impl Write for SmallDisk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_stops_the_run() {
    let job = job(Layout::TrifoldA4FormB, InsertLanguage::Spanish, Environment::Practice);
    let stopped = write_run(&job, &inserts(50), &mut SmallDisk(100_000), go_on);
    assert!(matches!(&stopped, Err(RunError::Write(error)) if error.kind() == io::ErrorKind::StorageFull), "{stopped:?}");
}
