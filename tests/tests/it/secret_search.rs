//! The search for secrets finds each of them in every form in which it could have been left, and nothing by chance.

use std::fs;

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE};
use cardesk_tests::secret_search::Secrets;
use cardesk_tests::session::{Keychain, Session, SessionOptions};

const PAN: &str = "4111111111111111";
const PIN: &str = "918273645546";
const CODE: &str = "482915";
const TOKEN: &str = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";

fn secrets() -> Secrets {
    let mut secrets = Secrets::new();
    secrets.add("PAN", "4111 1111 1111 1111");
    secrets.add("PIN", PIN);
    secrets.add("code", CODE);
    secrets.add("token", TOKEN);
    secrets.add_bytes("key", b"\x01\x9d\xff\x00\x10secret-bytes\xfe");
    secrets.add_cvv("CVV", "042");
    secrets
}

/// The names of what is found.
fn found(bytes: &[u8]) -> Vec<String> {
    let secrets = secrets();
    let mut names: Vec<String> = secrets.searcher().in_bytes("here", bytes).into_iter().map(|finding| finding.secret).collect();
    names.dedup();
    names
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn each_secret_is_found_in_each_form_whatever_stands_around_it() {
    for (name, value) in [("PAN", PAN), ("PIN", PIN), ("code", CODE), ("token", TOKEN)] {
        for around in ["", "x", "ab", "{\"é\":"] {
            let text = format!("{around}\"{value}\"{around}");
            let utf16: Vec<u16> = text.encode_utf16().collect();
            let planted = [
                text.clone().into_bytes(),
                utf16.iter().flat_map(|unit| unit.to_le_bytes()).collect(),
                utf16.iter().flat_map(|unit| unit.to_be_bytes()).collect(),
                hex(text.as_bytes()).into_bytes(),
                hex(text.as_bytes()).to_uppercase().into_bytes(),
                BASE64_STANDARD.encode(&text).into_bytes(),
                BASE64_URL_SAFE.encode(&text).into_bytes(),
            ];
            for (form, bytes) in planted.iter().enumerate() {
                assert_eq!(found(bytes), [name], "form {form} of {name} within {around:?}");
            }
        }
    }
}

#[test]
fn a_card_number_is_found_in_groups_too_and_packed() {
    for grouped in [
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111\u{a0}1111\u{a0}1111\u{a0}1111",
        "4111%201111%201111%201111",
        "4111+1111+1111+1111",
    ] {
        assert_eq!(found(format!("card={grouped};").as_bytes()), ["PAN"], "{grouped}");
        assert_eq!(found(&BASE64_STANDARD.encode(grouped).into_bytes()), ["PAN"], "{grouped}");
    }
    assert_eq!(found(b"\x00\x41\x11\x11\x11\x11\x11\x11\x11\xff"), ["PAN"]);
    assert_eq!(found(b"pin 9182 7364 5546."), ["PIN"]);
}

#[test]
fn a_key_is_found_as_bytes_and_encoded_and_a_cvv_beside_its_field() {
    let key = b"..\x01\x9d\xff\x00\x10secret-bytes\xfe..";
    assert_eq!(found(key), ["key"]);
    assert_eq!(found(hex(key).as_bytes()), ["key"]);
    assert_eq!(found(BASE64_STANDARD.encode(key).as_bytes()), ["key"]);
    for carrying in [r#"{"cvv":"042"}"#, r#"{"digits": "042","seconds":20}"#, "cvv=042&x", "CVV 042", "el CVV es 042"] {
        assert_eq!(found(carrying.as_bytes()), ["CVV"], "{carrying}");
        let utf16: Vec<u8> = carrying.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(found(&utf16), ["CVV"], "{carrying}");
    }
}

#[test]
fn of_many_cvvs_each_is_found_beside_a_field_and_no_other_number_is() {
    let mut secrets = Secrets::new();
    secrets.add_cvvs("a CVV", ["042".to_owned(), "917".to_owned()]);
    let searcher = secrets.searcher();
    let finds = |text: &str| {
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let found = [text.as_bytes(), &utf16].map(|bytes| !searcher.in_bytes("here", bytes).is_empty());
        assert_eq!(found[0], found[1], "{text}");
        found[0]
    };
    for carrying in [r#"{"cvv":"042"}"#, r#"{"digits": "917","seconds":20}"#, "cvv=042&x", "el CVV es 917", "CVV 042"] {
        assert!(finds(carrying), "{carrying}");
    }
    for harmless in [r#"{"cvv":"043"}"#, "cvv=0421", "cvv=42", "042", "917 digits", "CVV of 042"] {
        assert!(!finds(harmless), "{harmless}");
    }
}

#[test]
fn nothing_is_found_where_nothing_is_and_a_short_number_within_a_longer_one_is_chance() {
    for harmless in ["4111 1111 1111 1112", "9182736455", "1482915", "4829150", "at 1795482915000", "042", "cvv of 042 cards"] {
        assert!(found(harmless.as_bytes()).is_empty(), "{harmless}");
    }
    assert_eq!(found(b"code 482915."), ["code"]);
    assert_eq!(found(b"482915"), ["code"]);
}

#[test]
fn what_is_found_is_named_and_not_shown() {
    let secrets = secrets();
    let findings = secrets.searcher().in_bytes("a file", PAN.as_bytes());
    assert!(findings.iter().all(|finding| !finding.to_string().contains(PAN) && finding.to_string().contains("a file")));
    assert!(!format!("{secrets:?} {:?}", secrets.searcher()).contains("4111"));
}

#[tokio::test]
async fn a_whole_session_is_looked_through_files_names_and_what_programs_said() {
    let session = Session::start(&SessionOptions { keychain: Keychain::Absent, ..SessionOptions::default() }).await.unwrap();
    let secrets = secrets();
    let look = || secrets.searcher().below(session.files()).into_iter().map(|finding| finding.secret).collect::<Vec<_>>();
    assert_eq!(look(), Vec::<String>::new());
    let folder = session.data().join("journals");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("practice.journal-wal"), format!("\0\0{PAN}\0")).unwrap();
    fs::write(session.home().join(format!("{PIN}.pdf")), "%PDF").unwrap();
    fs::write(session.files().join("window.log"), format!("TRACE otp={CODE}\n")).unwrap();
    let mut names = look();
    names.sort();
    assert_eq!(names, ["PAN", "PIN", "code"]);
}
