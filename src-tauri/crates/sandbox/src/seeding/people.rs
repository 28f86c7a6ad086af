//! Sixty invented cardholders of Guatemala.
//!
//! Owns their names and how the rest of a profile is made up around a name. Nobody in here exists: DPI numbers begin
//! with 9, where none has been given out; telephone numbers are of one made-up block; e-mail addresses are in the
//! domains that RFC 2606 reserves.

use cardesk_domain::CardholderId;
use cardesk_domain::text::fold_for_search;
use jiff::Timestamp;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use crate::practice::PracticeError;
use crate::store::users::{PersonalRecord, UserRecord};
use crate::wire::uuid::uuid_of;

/// A person's name, and the gender that the rest of the profile says.
pub(super) struct Person {
    first_name: &'static str,
    last_name: &'static str,
    gender: &'static str,
}

const fn person(first_name: &'static str, last_name: &'static str, gender: &'static str) -> Person {
    Person { first_name, last_name, gender }
}

/// A municipality with its department, and the four digits that end a DPI from there.
struct Place {
    municipality: &'static str,
    department: &'static str,
    digits: &'static str,
}

const fn place(municipality: &'static str, department: &'static str, digits: &'static str) -> Place {
    Place { municipality, department, digits }
}

const PLACES: [Place; 14] = [
    place("Guatemala", "Guatemala", "0101"),
    place("Mixco", "Guatemala", "0108"),
    place("Villa Nueva", "Guatemala", "0115"),
    place("Antigua Guatemala", "Sacatepéquez", "0301"),
    place("Chimaltenango", "Chimaltenango", "0401"),
    place("Escuintla", "Escuintla", "0501"),
    place("Sololá", "Sololá", "0701"),
    place("Totonicapán", "Totonicapán", "0801"),
    place("Quetzaltenango", "Quetzaltenango", "0901"),
    place("Huehuetenango", "Huehuetenango", "1301"),
    place("Santa Cruz del Quiché", "Quiché", "1401"),
    place("Cobán", "Alta Verapaz", "1601"),
    place("Zacapa", "Zacapa", "1901"),
    place("Jutiapa", "Jutiapa", "2201"),
];

const DOMAINS: [&str; 3] = ["example.com", "example.org", "example.net"];
const MARITAL_STATUSES: [&str; 7] = ["soltero", "casado", "soltero", "casado", "viudo", "divorciado", "separado"];

/// The sixty, in the order of their registration's making.
#[rustfmt::skip]
pub(super) const PEOPLE: [Person; 60] = [
    person("Ana Lucía", "Morales Cojtí", "F"),
    person("José Estuardo", "Xiloj Tzoc", "M"),
    person("María Fernanda", "Muñoz Güitz", "F"),
    person("Juan Pablo", "Ajquejay Sicajau", "M"),
    person("Íngrid Marisol", "Pérez Quiñónez", "F"),
    person("Luis Ángel", "Choc Caal", "M"),
    person("Ixchel", "Q'anil Tuyuc", "F"),
    person("Óscar René", "Castañeda Barrios", "M"),
    person("Dulce María", "Ixcot Yax", "F"),
    person("Edgar Rolando", "Sánchez Peña", "M"),
    person("Sofía Alejandra", "Tzunún Batz'", "F"),
    person("Byron Estuardo", "de León Ordóñez", "M"),
    person("Rosario", "Tum Canil", "F"),
    person("Marvin Josué", "López López", "M"),
    person("Gladys Noemí", "Raxón Saloj", "F"),
    person("Wilfredo", "Ic Pop", "M"),
    person("Ana Beatriz", "Arévalo y Arriola", "F"),
    person("Carlos Humberto", "Zúñiga Méndez", "M"),
    person("Floridalma", "Velásquez Us", "F"),
    person("Hugo Leonel", "Quiej Sac", "M"),
    person("Karla Yesenia", "Ibáñez Monzón", "F"),
    person("Pedro", "Chub Ical", "M"),
    person("Mirna Judith", "Güinac Coyoy", "F"),
    person("Rigoberto", "Núñez del Cid", "M"),
    person("Tz'unun", "Ajú Teleguario", "F"),
    person("Selvin Omar", "Recinos Orellana", "M"),
    person("Evelyn Rocío", "Ávila Cifuentes", "F"),
    person("Domingo", "Tzoy Us", "M"),
    person("Concepción", "Batzibal Ajanel", "F"),
    person("Jorge Mario", "Peñate Archila", "M"),
    person("Aura Leticia", "Sis Cuxum", "F"),
    person("Werner Adolfo", "Hernández Schwank", "M"),
    person("Blanca Estela", "Toj Ixtamalic", "F"),
    person("Kevin Alexander", "Búcaro Lemus", "M"),
    person("Nohemí", "Caal Xol", "F"),
    person("Julio César", "Ordóñez-Estrada", "M"),
    person("Yolanda", "Mucú Tiul", "F"),
    person("Gerson", "Ramírez Ñurinda", "M"),
    person("María del Carmen", "Ajcalón Chiroy", "F"),
    person("Álvaro Enrique", "Castellanos O'Meany", "M"),
    person("Vilma Aracely", "Chocooj Botzoc", "F"),
    person("Santos", "Guarchaj Tambriz", "M"),
    person("Heidy Paola", "Solórzano Véliz", "F"),
    person("Manuel de Jesús", "Tzul Chaclán", "M"),
    person("Delfina", "Pacay Cu", "F"),
    person("Erick Fernando", "Ochoa Argüello", "M"),
    person("Petrona", "Brito Raymundo", "F"),
    person("Abner Isaí", "Saquic Riquiac", "M"),
    person("Lourdes", "Mérida Gálvez", "F"),
    person("Francisco Javier", "Coc Maquín", "M"),
    person("Catarina", "Cobo Marcos", "F"),
    person("Guillermo", "Yaxcal Sub", "M"),
    person("Andrea Nicté", "Camposeco Montejo", "F"),
    person("Víctor Hugo", "Sajché Poncio", "M"),
    person("Irma Yolanda", "Chávez-Nájera", "F"),
    person("Tomás", "Calel Morales", "M"),
    person("Brenda Xiomara", "Portillo Dubón", "F"),
    person("Ismael", "Tzorín Cúmez", "M"),
    person("Silvia Maribel", "Canahuí Escobedo", "F"),
    person("Rubén Darío", "Xitumul Alvarado", "M"),
];

/// The person as registered at `created_at`. Everyone's username differs by `index`.
pub(super) fn registered(
    person: &Person,
    index: usize,
    created_at: Timestamp,
    random: &mut ChaCha8Rng,
) -> Result<UserRecord, PracticeError> {
    let place = &PLACES[random.random_range(0..PLACES.len())];
    let (document_type, document_number) = document(index, place, random);
    Ok(UserRecord {
        id: user_id(random)?,
        username: username(person, index),
        nit: (random.random_range(0..3) > 0).then(|| nit(random.random_range(1_000_000..99_999_999))),
        personal: Some(PersonalRecord {
            first_name: person.first_name.to_owned(),
            last_name: person.last_name.to_owned(),
            phone_number: format!("+5025555{:04}", 100 + index * 7),
            address: address(place, random),
            country_of_birth: "GTM".to_owned(),
            place_of_birth: format!("{}, {}", place.municipality, place.department),
            gender: person.gender.to_owned(),
            marital_status: MARITAL_STATUSES[random.random_range(0..MARITAL_STATUSES.len())].to_owned(),
            date_of_birth: format!(
                "{}-{:02}-{:02}",
                random.random_range(1956..=2004),
                random.random_range(1..=12),
                random.random_range(1..=28)
            ),
            document_type: document_type.to_owned(),
            document_number,
        }),
        created_at,
    })
}

fn user_id(random: &mut ChaCha8Rng) -> Result<CardholderId, PracticeError> {
    let mut bytes = [0_u8; 16];
    random.fill(&mut bytes);
    uuid_of(bytes)
}

/// First given name and first surname, without anything that an address would not have.
fn username(person: &Person, index: usize) -> String {
    let plain = |name: &str| {
        let first = name.split(' ').next().unwrap_or_default();
        fold_for_search(first).chars().filter(char::is_ascii_lowercase).collect::<String>()
    };
    format!("{}.{}@{}", plain(person.first_name), plain(person.last_name), DOMAINS[index % DOMAINS.len()])
}

fn address(place: &Place, random: &mut ChaCha8Rng) -> String {
    let way = ["calle", "avenida"][random.random_range(0..2)];
    let number = random.random_range(1..=24);
    let (from, to, zone) = (random.random_range(1..=30), random.random_range(1..=99), random.random_range(1..=12));
    format!("{number}a {way} {from}-{to:02}, zona {zone}, {}", place.municipality)
}

/// Most people show a DPI, a few a passport.
fn document(index: usize, place: &Place, random: &mut ChaCha8Rng) -> (&'static str, String) {
    if index % 20 == 11 {
        return ("PASSPORT", format!("{:09}", random.random_range(200_000_000_u32..300_000_000)));
    }
    let mut number = random.random_range(90_000_000_u32..99_900_000);
    let check = loop {
        // A remainder of ten has no digit, and no such number is given out.
        if let Some(check) = dpi_check_digit(number) {
            break check;
        }
        number += 1;
    };
    ("DPI", format!("{number:08}{check}{}", place.digits))
}

/// The ninth digit of a DPI: the eight before it, weighted 2 to 9, modulo 11. `None` where that is ten.
fn dpi_check_digit(number: u32) -> Option<u32> {
    let digits = format!("{number:08}");
    let sum: u32 = digits.chars().filter_map(|digit| digit.to_digit(10)).zip(2..).map(|(digit, weight)| digit * weight).sum();
    Some(sum % 11).filter(|check| *check < 10)
}

/// A NIT with its check character: the digits weighted from the right by 2, 3 and so on, modulo 11; ten is written K.
fn nit(number: u32) -> String {
    let sum: u32 =
        number.to_string().chars().rev().filter_map(|digit| digit.to_digit(10)).zip(2..).map(|(digit, weight)| digit * weight).sum();
    match (11 - sum % 11) % 11 {
        10 => format!("{number}-K"),
        check => format!("{number}-{check}"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rand::SeedableRng;

    use super::*;
    use crate::wire::rules::{ADDRESS, BIRTH_DATE, DOCUMENT, DPI, EMAIL, NAME, NIT, PHONE, PLACE};

    #[test]
    fn everyone_would_have_passed_the_contracts_own_checks() {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        let mut usernames = HashSet::new();
        for (index, person) in PEOPLE.iter().enumerate() {
            let user = registered(person, index, Timestamp::UNIX_EPOCH, &mut random).expect("a profile");
            let personal = user.personal.clone().expect("personal information");
            assert!(EMAIL.allows(&user.username) && usernames.insert(user.username.clone()), "{user:?}");
            assert!(NAME.allows(&personal.first_name) && NAME.allows(&personal.last_name), "{user:?}");
            assert!(PHONE.allows(&personal.phone_number) && ADDRESS.allows(&personal.address), "{user:?}");
            assert!(PLACE.allows(&personal.place_of_birth) && BIRTH_DATE.allows(&personal.date_of_birth), "{user:?}");
            let rule = if personal.document_type == "DPI" { &DPI } else { &DOCUMENT };
            assert!(rule.allows(&personal.document_number), "{user:?}");
            assert!(user.nit.is_none_or(|nit| NIT.allows(&nit)));
        }
    }

    #[test]
    fn every_dpi_has_a_fitting_check_digit() {
        let mut random = ChaCha8Rng::seed_from_u64(2);
        for index in 0..200 {
            let (kind, number) = document(index, &PLACES[index % PLACES.len()], &mut random);
            if kind == "DPI" {
                let sum: u32 = number.chars().take(8).zip(2..).map(|(digit, weight)| digit.to_digit(10).expect("a digit") * weight).sum();
                assert_eq!(number.chars().nth(8).and_then(|digit| digit.to_digit(10)), Some(sum % 11), "{number}");
            }
        }
    }
}
