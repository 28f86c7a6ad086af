//! A real Secret Service: gnome-keyring on a bus, in a home and under a password of its own.
//!
//! The bus's address is read from the environment, so each case runs in a process of its own: the outer test starts a bus
//! without any service on it and runs this binary again for the inner one, which starts and stops the keyring itself.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use cardesk_credentials::{Keychain, KeychainError, ProfileId, SecretText, StoredTokens};

/// A bus that starts nothing by itself: whether there is a Secret Service is the test's choice.
const BUS: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path=SOCKET</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>"#;

const HOME: &str = "CARDESK_TEST_KEYRING_HOME";

/// Ends the process it holds, by its id, when it goes.
struct Held(Child);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// Runs the inner test of this name on a bus and in a home of its own.
fn in_private_session(inner: &str) {
    let home = tempfile::tempdir().unwrap();
    let config = home.path().join("bus.conf");
    std::fs::write(&config, BUS.replace("SOCKET", &home.path().join("bus").display().to_string())).unwrap();
    let mut bus = Held(
        Command::new("dbus-daemon")
            .arg(format!("--config-file={}", config.display()))
            .args(["--nofork", "--print-address=1"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the package dbus is needed"),
    );
    let mut address = String::new();
    BufReader::new(bus.0.stdout.take().unwrap()).read_line(&mut address).unwrap();
    let runtime = home.path().join("run");
    std::fs::DirBuilder::new().mode(0o700).create(&runtime).unwrap();

    let run = Command::new(std::env::current_exe().unwrap())
        .args([&format!("secret_service::{inner}"), "--exact", "--ignored", "--nocapture"])
        .env("DBUS_SESSION_BUS_ADDRESS", address.trim())
        .env(HOME, home.path())
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", &runtime)
        .env("XDG_DATA_HOME", home.path().join("data"))
        .env("XDG_CONFIG_HOME", home.path().join("config"))
        .env("XDG_CACHE_HOME", home.path().join("cache"))
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .output()
        .unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success() && said.contains("1 passed"), "{said}");
}

/// Starts gnome-keyring, with its login keyring open or closed, and waits until it answers.
async fn keyring(is_unlocked: bool, keychain: &Keychain) -> Held {
    let mut command = Command::new("gnome-keyring-daemon");
    command.args(["--foreground", "--components=secrets"]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    if is_unlocked {
        command.arg("--unlock");
    }
    let mut daemon = Held(command.spawn().expect("the package gnome-keyring is needed"));
    // Not empty: with an empty password the unlocking says yes and storing hangs.
    daemon.0.stdin.take().unwrap().write_all(b"correct horse").unwrap();
    let answers = async {
        while keychain.check().await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), answers).await.expect("gnome-keyring answers");
    daemon
}

fn home() -> PathBuf {
    std::env::var_os(HOME).expect("runs inside a private session").into()
}

fn files_below(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
        match entry.path() {
            path if path.is_dir() => files.extend(files_below(&path)),
            path => files.push(path),
        }
    }
    files
}

fn qa() -> ProfileId {
    "qa".parse().unwrap()
}

fn tokens() -> StoredTokens {
    StoredTokens {
        access: SecretText::new("an-access-token".to_owned()),
        refresh: SecretText::new("a-refresh-token".to_owned()),
        access_expires_at_unix_seconds: 1,
        refresh_expires_at_unix_seconds: 2,
    }
}

#[test]
fn a_secret_service_is_missing_then_started_then_locked_then_open_and_nothing_is_lost() {
    in_private_session("inner_life_of_a_keyring");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "runs inside a private session, started by the test above"]
async fn inner_life_of_a_keyring() {
    let keychain = Keychain::system();

    let missing = keychain.tokens(&qa()).await.unwrap_err();
    assert!(matches!(missing, KeychainError::Missing { .. }), "{missing:?}");
    assert!(missing.to_string().contains("gnome-keyring"), "{missing}");

    let daemon = keyring(true, &keychain).await;
    assert_eq!(keychain.tokens(&qa()).await, Ok(None));
    keychain.set_tokens(&qa(), &tokens()).await.unwrap();
    keychain.set_signing_key(&qa(), &SecretText::new("-----BEGIN PRIVATE KEY-----\nx\n".to_owned())).await.unwrap();
    let key = keychain.make_journal_key(&qa()).await.unwrap();
    assert_eq!(keychain.tokens(&qa()).await, Ok(Some(tokens())));
    assert_eq!(keychain.make_journal_key(&qa()).await.as_ref(), Ok(&key));
    drop(daemon);

    // Gone in the middle of things: said clearly, and not taken for "never stored".
    let gone = keychain.tokens(&qa()).await.unwrap_err();
    assert!(matches!(gone, KeychainError::Missing { .. }), "{gone:?}");

    let daemon = keyring(false, &keychain).await;
    assert_eq!(keychain.tokens(&qa()).await, Err(KeychainError::Locked));
    assert_eq!(keychain.set_tokens(&qa(), &tokens()).await, Err(KeychainError::Locked));
    assert_eq!(keychain.make_journal_key(&qa()).await, Err(KeychainError::Locked));
    drop(daemon);

    let _daemon = keyring(true, &keychain).await;
    assert_eq!(keychain.tokens(&qa()).await, Ok(Some(tokens())));
    assert_eq!(keychain.journal_key(&qa()).await, Ok(Some(key)));
    keychain.forget_login(&qa()).await.unwrap();
    assert_eq!(keychain.signing_key(&qa()).await, Ok(None));

    for file in files_below(&home()) {
        let bytes = std::fs::read(&file).unwrap_or_default();
        for secret in ["an-access-token", "a-refresh-token", "BEGIN PRIVATE KEY"] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret} in {}", file.display());
        }
    }
}

#[test]
fn no_bus_at_all_is_said_clearly() {
    let run = Command::new(std::env::current_exe().unwrap())
        .args(["secret_service::inner_without_a_bus", "--exact", "--ignored", "--nocapture"])
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success() && said.contains("1 passed"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "runs without a bus, started by the test above"]
async fn inner_without_a_bus() {
    let keychain = Keychain::system();
    for _ in 0..2 {
        assert!(matches!(keychain.check().await, Err(KeychainError::Missing { .. })));
    }
}
