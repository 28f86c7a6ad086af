//! How the activation page is drawn: HTML from the server, one style sheet inside it, nothing fetched.

use std::sync::LazyLock;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use super::words::{Language, Words};
use super::{Link, Outcome};

const STYLE: &str = include_str!("page.css");

/// Nothing may be loaded, run or framed; the one style sheet is known by its hash.
pub(super) static CONTENT_SECURITY_POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    format!("default-src 'none'; style-src 'sha256-{hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
});

/// A chip and waves, drawn once for all cards.
const CARD_PICTURE: &str = concat!(
    r#"<div class="card" aria-hidden="true"><svg class="chip" viewBox="0 0 44 34" width="44" height="34">"#,
    r#"<rect x="1" y="1" width="42" height="32" rx="6"/><path d="M1 12h14v10H1M43 12H29v10h14M15 1v32M29 1v32"/></svg>"#,
    r#"<span class="digits">•••• •••• •••• ••••</span><span class="line"></span></div>"#
);

const TICK: &str =
    r#"<svg class="sign" viewBox="0 0 24 24" width="28" height="28" aria-hidden="true"><path d="M5 12.5l4.5 4.5L19 7.5"/></svg>"#;
const MARK: &str = r#"<svg class="sign" viewBox="0 0 24 24" width="28" height="28" aria-hidden="true"><path d="M12 6v8M12 18v.2"/></svg>"#;

/// One page, as it is about to be sent.
pub(super) struct Page<'page> {
    pub(super) link: &'page Link,
    pub(super) outcome: Option<Outcome>,
    pub(super) typed_name: &'page str,
}

impl Page<'_> {
    pub(super) fn html(&self) -> String {
        let language = self.link.language;
        let words = language.words();
        let title = self.outcome.as_ref().map_or(words.title, |outcome| language.outcome(outcome).0);
        format!(
            concat!(
                "<!doctype html><html lang=\"{tag}\"><head><meta charset=\"utf-8\">",
                "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
                "<meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title><style>{style}</style></head>",
                "<body><header>{brand}<a id=\"switch-language\" href=\"{switch}\" lang=\"{other}\" hreflang=\"{other}\">{other_language}</a></header>",
                "<main>{main}</main><footer>{practice}</footer></body></html>"
            ),
            tag = language.tag(),
            title = title,
            style = STYLE,
            brand = self.brand(),
            switch = escaped(&self.address(language.other())),
            other = language.other().tag(),
            other_language = words.other_language,
            main = self.main(words),
            practice = words.practice,
        )
    }

    /// The company as its hint names it, shown as text and nothing else.
    fn brand(&self) -> String {
        let name = self.link.client.as_deref().map_or_else(|| "Cardesk".to_owned(), name_of);
        format!("<span class=\"brand\">{}</span>", escaped(&name))
    }

    fn main(&self, words: &Words) -> String {
        match &self.outcome {
            None => format!("{CARD_PICTURE}<h1>{}</h1><p class=\"lead\">{}</p>{}", words.title, words.lead, self.form(words)),
            Some(outcome) if outcome.leaves_the_form() => {
                format!("<h1>{}</h1>{}{}", words.title, self.outcome_box(outcome, "h2"), self.form(words))
            }
            Some(outcome) => self.outcome_box(outcome, "h1"),
        }
    }

    fn outcome_box(&self, outcome: &Outcome, heading: &str) -> String {
        let (headline, text) = self.link.language.outcome(outcome);
        let (tone, sign, role) = match outcome {
            Outcome::Activated(_) => ("good", TICK, "status"),
            Outcome::AlreadyActive => ("info", TICK, "status"),
            _ => ("bad", MARK, "alert"),
        };
        let size = if outcome.leaves_the_form() { "small" } else { "large" };
        format!(
            "<section id=\"outcome\" data-outcome=\"{}\" class=\"outcome {tone} {size}\" role=\"{role}\">{sign}<div><{heading}>{headline}</{heading}><p>{text}</p></div></section>",
            outcome.word()
        )
    }

    fn form(&self, words: &Words) -> String {
        let focus = |is_here: bool| if is_here { " autofocus" } else { "" };
        let wrong = |is_wrong: bool| if is_wrong { " aria-invalid=\"true\"" } else { "" };
        let described = |is_wrong: bool| if is_wrong { "outcome " } else { "" };
        let is_number_wrong = self.outcome == Some(Outcome::WrongNumber);
        let is_name_wrong = self.outcome == Some(Outcome::WrongName);
        format!(
            concat!(
                "<form method=\"post\" action=\"{action}\">",
                "<label for=\"card-number\">{number}</label>",
                "<input id=\"card-number\" name=\"cardNumber\" class=\"number\" inputmode=\"numeric\" autocomplete=\"cc-number\" maxlength=\"32\" ",
                "required aria-describedby=\"{number_described}card-number-hint\"{number_wrong}{number_focus}>",
                "<p class=\"hint\" id=\"card-number-hint\">{number_hint}</p>",
                "<label for=\"cardholder-name\">{name}</label>",
                "<input id=\"cardholder-name\" name=\"cardholderName\" class=\"name\" autocomplete=\"cc-name\" autocapitalize=\"characters\" ",
                "spellcheck=\"false\" maxlength=\"60\" required aria-describedby=\"{name_described}cardholder-name-hint\" value=\"{typed}\"{name_wrong}{name_focus}>",
                "<p class=\"hint\" id=\"cardholder-name-hint\">{name_hint}</p>",
                "<button id=\"confirm\" type=\"submit\">{confirm}</button></form>"
            ),
            action = escaped(&self.address(self.link.language)),
            number = words.number,
            number_hint = words.number_hint,
            number_described = described(is_number_wrong),
            number_wrong = wrong(is_number_wrong),
            number_focus = focus(is_number_wrong),
            name = words.name,
            name_hint = words.name_hint,
            name_described = described(is_name_wrong),
            name_wrong = wrong(is_name_wrong),
            name_focus = focus(is_name_wrong),
            typed = escaped(self.typed_name),
            confirm = words.confirm,
        )
    }

    /// This page's own address, in a language.
    fn address(&self, language: Language) -> String {
        let mut address = format!("/card-activation?lang={}", language.tag());
        for (name, value) in [("client", &self.link.client), ("userId", &self.link.user_id)] {
            if let Some(value) = value {
                address.push_str(&format!("&{name}={}", percent_encoded(value)));
            }
        }
        address
    }
}

/// A client slug as people write a name: `migoDeveloper` and `migo-developer` are `Migo Developer`.
fn name_of(slug: &str) -> String {
    let mut name = String::with_capacity(slug.len() + 4);
    let mut before = ' ';
    for letter in slug.chars() {
        let is_gap = matches!(letter, '-' | '_' | '.' | ' ');
        let begins = before == ' ' || (before.is_lowercase() && letter.is_uppercase());
        before = if is_gap { ' ' } else { letter };
        if is_gap {
            continue;
        }
        if begins {
            if !name.is_empty() {
                name.push(' ');
            }
            name.extend(letter.to_uppercase());
        } else {
            name.push(letter);
        }
    }
    name
}

/// Text that can stand in an element or between double quotes.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// Everything but the unreserved characters of RFC 3986, section 2.3.
fn percent_encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::name_of;

    #[test]
    fn the_page_is_headed_by_a_name_not_by_a_slug() {
        for (slug, name) in [
            ("cafeLosVolcanes", "Cafe Los Volcanes"),
            ("migoDeveloper", "Migo Developer"),
            ("migo-developer", "Migo Developer"),
            ("__migo..qa__", "Migo Qa"),
            ("Banco ABC", "Banco ABC"),
            ("áreaÑandú2", "Área Ñandú2"),
            ("", ""),
        ] {
            assert_eq!(name_of(slug), name, "{slug}");
        }
    }
}
