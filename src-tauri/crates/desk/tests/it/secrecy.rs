//! No card number, PIN, code, CVV, token or key is left in a file, in the log at its most talkative, or in the process's
//! arguments and environment, after a day in which all of them were used.
//!
//! The day is lived in a process of its own, since a process has one log: this binary, asked for [`the_day`] alone. It tells
//! which secrets it used on its standard output, which is not looked through.

use std::io::Write;
use std::process::{Command, Stdio};

use cardesk_desk::Desk;
use cardesk_desk::view::{LockForm, PinForm, PinOwner, PinSubmitted, PinVerdict, ProfileForm, SecretText, UnlockOutcome};
use cardesk_sandbox::{Plastic, Practice};

use crate::profiles::company;
use crate::rig::Rig;
use crate::secret_search::Secrets;
use crate::whole_job::practice_and_desk;

const PIN: &str = "918273645546";
const WEAK_PIN: &str = "123456789012";
const WRONG_PIN: &str = "550011229944";
const REASON: &str = "Llama desde el hotel";
const PASSPHRASE: &str = "corre caballo batería grapa";
const WRONG_PASSPHRASE: &str = "corre caballo bateria grapa";

fn secret(text: &str) -> SecretText {
    SecretText::new(text.to_owned())
}

/// Says which secret was used, to whoever started this process.
fn tell(name: &str, value: &str) {
    // The test harness says "test … " without a line's end before anything else.
    let mut output = std::io::stdout().lock();
    writeln!(output, "\nSECRET\t{name}\t{value}").unwrap();
}

#[tokio::test]
async fn a_day_with_every_secret_leaves_none_behind() {
    let folder = tempfile::tempdir().unwrap();
    let day = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "secrecy::the_day", "--ignored", "--nocapture", "--test-threads=1"])
        .env("TMPDIR", folder.path())
        .env("CARDESK_LOG", "trace")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let (told, log) = (String::from_utf8(day.stdout).unwrap(), day.stderr);
    assert!(day.status.success(), "{}", String::from_utf8_lossy(&log[log.len().saturating_sub(4000)..]));

    let mut secrets = Secrets::new();
    let mut names = Vec::new();
    for (name, value) in told.lines().filter_map(|line| line.strip_prefix("SECRET\t")?.split_once('\t')) {
        if name == "CVV" {
            secrets.add_cvv(name, value);
        } else {
            secrets.add(name, value);
        }
        names.push(name);
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names, ["CVV", "PAN", "PIN", "access token", "code", "passphrase", "refresh token", "signing key"], "a secret was not used");
    let said = String::from_utf8_lossy(&log);
    assert!(
        said.contains("TRACE") && said.contains("hyper_util") && said.contains("cardesk_sandbox"),
        "the log is not at its most talkative"
    );

    let searcher = secrets.searcher();
    let mut found = searcher.below(folder.path());
    found.extend(searcher.in_bytes("the log", &log));
    found.extend(searcher.in_bytes("what was said", told.replace("SECRET\t", "").lines().next().unwrap_or_default().as_bytes()));
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "{found:#?}");

    // The search sees what the day wrote: this it does find.
    let mut written = Secrets::new();
    written.add("the reason", REASON);
    assert!(!written.searcher().below(folder.path()).is_empty(), "the journal was not looked through");
}

#[tokio::test]
#[ignore = "lived in a process of its own by the test above"]
async fn the_day() {
    let filter = tracing_subscriber::EnvFilter::new("trace");
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(std::io::stderr).init();
    let rig = Rig::new();
    let (practice, desk) = practice_and_desk(&rig).await;
    desk.refresh_directory().await.unwrap();
    let plastic = waiting(&practice).await;
    use_the_plastic(&desk, &plastic).await;
    set_and_verify(&practice, &desk, &plastic).await;
    in_a_company(&practice, &rig, &desk, &plastic).await;
    lock_and_unlock(&desk).await;
    for place in ["/proc/self/cmdline", "/proc/self/environ"] {
        std::fs::copy(place, rig.path(&place.replace('/', "-"))).unwrap();
    }
    // The folder is looked through after this process has ended.
    std::mem::forget(rig);
}

/// A card that waits for its cardholder.
async fn waiting(practice: &Practice) -> Plastic {
    let plastics = practice.plastics().await.unwrap();
    plastics.into_iter().find(|plastic| plastic.state == cardesk_domain::CardState::Inactive).unwrap()
}

async fn use_the_plastic(desk: &Desk, plastic: &Plastic) {
    let (card, pan) = (plastic.card_id.to_string(), plastic.pan.reveal());
    tell("PAN", pan);
    let grouped: Vec<&str> = (0..pan.len()).step_by(4).map(|start| &pan[start..start + 4]).collect();
    desk.activate_card(&card, secret(&grouped.join(" ")), "SOMEBODY ELSE").await.unwrap_err();
    desk.activate_card(&card, secret(pan), &plastic.embossed_name).await.unwrap();
    tell("CVV", plastic.cvv.reveal());
    let shown = desk.reveal_cvv(&card, REASON).await.unwrap();
    assert_eq!(shown.reveal(), plastic.cvv.reveal());
    desk.reveal_cvv(&card, &format!("la de {pan}")).await.unwrap_err();
}

async fn set_and_verify(practice: &Practice, desk: &Desk, plastic: &Plastic) {
    let card = plastic.card_id.to_string();
    for pin in [PIN, WEAK_PIN, WRONG_PIN] {
        tell("PIN", pin);
    }
    let owner = || PinOwner { card_id: card.clone(), user_id: None };
    let form =
        |code: &str, pin: &str, again: &str| PinForm { owner: owner(), code: secret(code), pin: secret(pin), pin_again: secret(again) };
    let code = async || {
        let sent = desk.request_pin_code(owner()).await.unwrap();
        assert!(sent.expires_at.is_some());
        let code = practice.phone_messages().into_iter().next().unwrap().code;
        tell("code", code.reveal());
        code.reveal().to_owned()
    };
    let first = code().await;
    desk.set_pin(form("000000", PIN, PIN)).await.unwrap_err();
    desk.set_pin(form(&first, PIN, WRONG_PIN)).await.unwrap_err();
    assert!(matches!(desk.set_pin(form(&first, PIN, PIN)).await.unwrap(), PinSubmitted::Set { .. }));
    desk.set_pin(form(&first, PIN, PIN)).await.unwrap_err();
    let PinSubmitted::Weak { held, .. } = desk.set_pin(form(&code().await, WEAK_PIN, WEAK_PIN)).await.unwrap() else {
        panic!("it is weak")
    };
    desk.set_held_pin(&held).await.unwrap();
    assert_eq!(desk.verify_pin(&card, secret(WRONG_PIN)).await.unwrap(), PinVerdict::Incorrect { tries_left: Some(2) });
    assert_eq!(desk.verify_pin(&card, secret(WEAK_PIN)).await.unwrap(), PinVerdict::Correct);
    assert_eq!(desk.verify_pin(&card, secret(PIN)).await.unwrap(), PinVerdict::Incorrect { tries_left: Some(2) });
    let gone = form(&code().await, &format!("{PIN}1"), PIN);
    desk.set_pin(gone).await.unwrap_err();
}

async fn lock_and_unlock(desk: &Desk) {
    for passphrase in [PASSPHRASE, WRONG_PASSPHRASE] {
        tell("passphrase", passphrase);
    }
    let again = |again: &str| LockForm {
        idle_minutes: Some(5),
        passphrase: None,
        new_passphrase: Some(secret(PASSPHRASE)),
        new_passphrase_again: Some(secret(again)),
    };
    desk.change_lock(again(WRONG_PASSPHRASE)).await.unwrap_err();
    desk.change_lock(again(PASSPHRASE)).await.unwrap();
    assert!(desk.lock_now().is_locked);
    assert_eq!(desk.unlock(secret(WRONG_PASSPHRASE)).await.unwrap(), UnlockOutcome::Wrong { wait_seconds: 0 });
    assert_eq!(desk.unlock(secret(PASSPHRASE)).await.unwrap(), UnlockOutcome::Unlocked);
}

/// The same gateway as a company's own: with a key and tokens in the keychain, and an encrypted journal.
async fn in_a_company(practice: &Practice, rig: &Rig, desk: &Desk, plastic: &Plastic) {
    let access = practice.access();
    tell("signing key", access.signing_key());
    let form = ProfileForm {
        merchant: access.merchant.to_string(),
        application_id: access.application_id.clone(),
        client_slug: access.client_slug.to_string(),
        secret: Some(secret(access.signing_key())),
        ..company(practice.base_url())
    };
    let profile = desk.save_profile(form).await.unwrap().id;
    desk.activate_profile(&profile).await.unwrap();
    desk.reveal_cvv(&plastic.card_id.to_string(), REASON).await.unwrap();
    let tokens = rig.keychain.tokens(&profile.parse().unwrap()).await.unwrap().unwrap();
    tell("access token", tokens.access.reveal());
    tell("refresh token", tokens.refresh.reveal());
}
