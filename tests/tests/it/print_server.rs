//! What the desk says of a print server is what a real one says: its queues, jobs that stand still, and its absence.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use cardesk_desk::seams::{JobOptions, JobState, PrintSystem, SheetSize, Sides, SubmitError, SystemPrinterState, print_server_at};
use cardesk_tests::printer::Printer;
use cardesk_tests::session::{Keychain, Session, SessionOptions};
use cardesk_tests::waiting::until;

const LIMIT: Duration = Duration::from_secs(20);

async fn private_printer() -> (Session, Printer, Arc<dyn PrintSystem>) {
    let mut session = Session::start(&SessionOptions { keychain: Keychain::Absent, ..SessionOptions::default() }).await.unwrap();
    let printer = Printer::start(&mut session).await.unwrap();
    let system = print_server_at(&printer.server());
    (session, printer, system)
}

/// Runs on a thread that may block, as the desk does.
async fn ask<T: Send + 'static>(system: &Arc<dyn PrintSystem>, question: impl FnOnce(&dyn PrintSystem) -> T + Send + 'static) -> T {
    let system = Arc::clone(system);
    tokio::task::spawn_blocking(move || question(&*system)).await.unwrap()
}

async fn submit(system: &Arc<dyn PrintSystem>, file: &Path, options: JobOptions) -> Result<u64, SubmitError> {
    let file = file.to_owned();
    ask(system, move |system| system.submit(Printer::QUEUE, "Cardesk 0001", &file, &options)).await
}

async fn comes_to(system: &Arc<dyn PrintSystem>, job: u64, state: JobState) -> Vec<String> {
    until("the job's state", LIMIT, || async {
        let status = ask(system, move |system| system.job_status(Printer::QUEUE, job)).await.unwrap();
        Ok((status.state == state).then_some(status.words))
    })
    .await
    .unwrap()
}

async fn run(session: &Session, program: &str, arguments: &[&str]) {
    let output = session.command(Path::new(program)).args(arguments).output().await.unwrap();
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test]
async fn a_file_reaches_the_queue_byte_for_byte_and_its_job_is_followed_to_the_end() {
    let (session, printer, system) = private_printer().await;
    let file = session.home().join("job.pdf");
    // Longer than what is read at once.
    let bytes: Vec<u8> = b"%PDF-1.7\n".iter().copied().chain((0..300_000_u32).map(|number| (number % 251) as u8)).collect();
    std::fs::write(&file, &bytes).unwrap();
    let options = JobOptions { sides: Sides::LongEdge, copies: 2, tray: Some("manual".to_owned()), ..JobOptions::on(SheetSize::A4) };
    let job = submit(&system, &file, options).await.unwrap();
    assert_eq!(comes_to(&system, job, JobState::Done).await, [""; 0]);
    assert_eq!(std::fs::read(printer.next_job(0).await.unwrap()).unwrap(), bytes);
    assert_eq!(ask(&system, |system| system.job_status(Printer::QUEUE, 4096)).await.unwrap().state, JobState::Unknown);
    assert!(ask(&system, move |system| system.submit("Nadie", "x", &file, &JobOptions::on(SheetSize::A4))).await.is_err());
}

#[tokio::test]
async fn a_queue_that_stands_still_says_why_and_lets_a_job_be_taken_back() {
    let (session, printer, system) = private_printer().await;
    run(&session, "/usr/sbin/cupsdisable", &["-r", "Bandeja vacía", Printer::QUEUE]).await;
    let printers = ask(&system, |system| system.printers()).await.unwrap();
    assert_eq!((printers[0].system_name.as_str(), printers[0].state), (Printer::QUEUE, SystemPrinterState::Paused));
    assert_eq!((printers[0].state_reasons.as_slice(), printers[0].takes_jobs), (["Bandeja vacía".to_owned()].as_slice(), true));
    let file = session.home().join("job.pdf");
    std::fs::write(&file, b"%PDF-1.7\n").unwrap();
    let job = submit(&system, &file, JobOptions::on(SheetSize::LETTER)).await.unwrap();
    assert!(comes_to(&system, job, JobState::Waiting).await.contains(&"Bandeja vacía".to_owned()));
    ask(&system, move |system| system.cancel(Printer::QUEUE, job)).await.unwrap();
    comes_to(&system, job, JobState::Cancelled).await;
    assert!(printer.jobs().is_empty());

    run(&session, "/usr/sbin/cupsreject", &[Printer::QUEUE]).await;
    assert!(!ask(&system, |system| system.printers()).await.unwrap()[0].takes_jobs);
    let refused = submit(&system, &file, JobOptions::on(SheetSize::LETTER)).await.unwrap_err();
    assert!(matches!(&refused, SubmitError::NotTaken(words) if words.contains(Printer::QUEUE)), "{refused}");
    run(&session, "/usr/sbin/lpadmin", &["-x", Printer::QUEUE]).await;
    assert_eq!(ask(&system, |system| system.printers()).await.unwrap(), []);
}

/// A print server that takes requests as they come and never answers one; gives how many came.
fn silent_server(socket: &Path) -> std::thread::JoinHandle<usize> {
    use std::io::Read;
    let listener = std::os::unix::net::UnixListener::bind(socket).unwrap();
    std::thread::spawn(move || {
        let (mut taken, _) = listener.accept().unwrap();
        let mut request = [0; 16 << 10];
        assert!(taken.read(&mut request).unwrap() > 0);
        drop(taken);
        listener.set_nonblocking(true).unwrap();
        std::thread::sleep(Duration::from_millis(300));
        1 + std::iter::from_fn(|| listener.accept().ok()).count()
    })
}

#[tokio::test]
async fn a_file_whose_answer_is_lost_may_have_been_taken_and_is_not_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("job.pdf");
    std::fs::write(&file, b"%PDF-1.7\n").unwrap();
    let socket = folder.path().join("cups.sock");
    let server = silent_server(&socket);
    let lost = submit(&print_server_at(&socket), &file, JobOptions::on(SheetSize::LETTER)).await.unwrap_err();
    assert!(matches!(lost, SubmitError::Unknown(_)), "{lost}");
    assert_eq!(server.join().unwrap(), 1);
    // Where nobody listens, nothing was taken.
    std::fs::remove_file(&socket).unwrap();
    let refused = submit(&print_server_at(&socket), &file, JobOptions::on(SheetSize::LETTER)).await.unwrap_err();
    assert!(matches!(refused, SubmitError::NotTaken(_)), "{refused}");
}

#[tokio::test]
async fn a_print_server_that_is_not_there_is_down_and_not_empty() {
    let nowhere = tempfile::tempdir().unwrap();
    let system = print_server_at(&nowhere.path().join("cups.sock"));
    assert!(ask(&system, |system| system.printers()).await.is_err());
    assert!(ask(&system, |system| system.job_status("Oficina", 1)).await.is_err());
}
