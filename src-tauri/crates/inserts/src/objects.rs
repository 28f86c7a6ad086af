//! The grammar of PDF (ISO 32000-1, section 7): tokens, objects, objects with a number.
//!
//! Owns a strict reader of its own, so that what was written is read back by code that shares nothing with the writer, at
//! the speed of the writer. What inserts do not use (escapes in names, generations, object streams) is an error.

use std::borrow::Cow;

/// A word of a file or of a page's content.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token<'a> {
    Number(f64),
    Name(&'a [u8]),
    Text(Cow<'a, [u8]>),
    ArrayBegins,
    ArrayEnds,
    DictionaryBegins,
    DictionaryEnds,
    /// An instruction, or one of the words between objects.
    Word(&'a [u8]),
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Object<'a> {
    Number(f64),
    Name(&'a [u8]),
    Text(Cow<'a, [u8]>),
    Array(Vec<Self>),
    Dictionary(Dictionary<'a>),
    /// Another object, by its number.
    Reference(u32),
    /// `true`, `false`, `null`.
    Word(&'a [u8]),
}

/// Values by name, in the order of the file.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Dictionary<'a>(Vec<(&'a [u8], Object<'a>)>);

impl<'a> Dictionary<'a> {
    pub(crate) fn get(&self, name: &str) -> Option<&Object<'a>> {
        self.0.iter().find_map(|(own, value)| (*own == name.as_bytes()).then_some(value))
    }

    pub(crate) fn entries(&self) -> &[(&'a [u8], Object<'a>)] {
        &self.0
    }

    pub(crate) fn dictionary(&self, name: &str) -> Option<&Self> {
        self.get(name).and_then(Object::as_dictionary)
    }

    pub(crate) fn array(&self, name: &str) -> Option<&[Object<'a>]> {
        match self.get(name)? {
            Object::Array(items) => Some(items),
            _ => None,
        }
    }

    pub(crate) fn number(&self, name: &str) -> Option<f64> {
        self.get(name).and_then(Object::as_number)
    }

    pub(crate) fn reference(&self, name: &str) -> Option<u32> {
        self.get(name).and_then(Object::as_reference)
    }

    pub(crate) fn is_named(&self, name: &str, value: &str) -> bool {
        self.get(name) == Some(&Object::Name(value.as_bytes()))
    }
}

impl<'a> Object<'a> {
    pub(crate) const fn as_dictionary(&self) -> Option<&Dictionary<'a>> {
        match self {
            Self::Dictionary(dictionary) => Some(dictionary),
            _ => None,
        }
    }

    pub(crate) const fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub(crate) const fn as_reference(&self) -> Option<u32> {
        match self {
            Self::Reference(number) => Some(*number),
            _ => None,
        }
    }
}

/// An object with its number, and its stream if it has one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Numbered<'a> {
    pub(crate) number: u32,
    /// Where it begins in what was read.
    pub(crate) offset: usize,
    pub(crate) value: Object<'a>,
    /// As it stands there: compressed, if the dictionary says so.
    pub(crate) stream: Option<&'a [u8]>,
}

/// What was read, and how far.
#[derive(Debug, Clone)]
pub(crate) struct Tokens<'a> {
    bytes: &'a [u8],
    at: usize,
}

const fn is_white(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | 0 | 12)
}

const fn ends_word(byte: u8) -> bool {
    is_white(byte) || matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

/// Values within values; a file of inserts has four levels.
const MOST_LEVELS: usize = 16;

impl<'a> Tokens<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_white(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                while self.peek().is_some_and(|byte| byte != b'\n' && byte != b'\r') {
                    self.at += 1;
                }
            } else if is_white(byte) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    /// The next token; `None` at the end.
    #[inline]
    pub(crate) fn next(&mut self) -> Result<Option<Token<'a>>, String> {
        self.skip_white();
        let Some(byte) = self.peek() else { return Ok(None) };
        let token = match byte {
            b'0'..=b'9' | b'-' | b'+' | b'.' => Token::Number(self.number()?),
            b'/' => {
                self.at += 1;
                let name = self.word();
                if name.contains(&b'#') {
                    return Err("a name has an escape".to_owned());
                }
                Token::Name(name)
            }
            b'(' => Token::Text(self.literal()?),
            b'<' if self.bytes.get(self.at + 1) == Some(&b'<') => self.two(Token::DictionaryBegins),
            b'>' if self.bytes.get(self.at + 1) == Some(&b'>') => self.two(Token::DictionaryEnds),
            b'<' => Token::Text(self.hexadecimal()?),
            b'[' => self.one(Token::ArrayBegins),
            b']' => self.one(Token::ArrayEnds),
            _ => match self.word() {
                [] => return Err(format!("there is a {:?} where nothing of the kind belongs", char::from(byte))),
                word => Token::Word(word),
            },
        };
        Ok(Some(token))
    }

    const fn one(&mut self, token: Token<'a>) -> Token<'a> {
        self.at += 1;
        token
    }

    const fn two(&mut self, token: Token<'a>) -> Token<'a> {
        self.at += 2;
        token
    }

    fn word(&mut self) -> &'a [u8] {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|byte| ends_word(*byte)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// A number: its digits, and where its point is. Exact, since no number of a file has more than fifteen digits.
    fn number(&mut self) -> Result<f64, String> {
        const POWERS: [f64; 16] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
        let start = self.at;
        let is_negative = match self.peek() {
            Some(b'-') => {
                self.at += 1;
                true
            }
            Some(b'+') => {
                self.at += 1;
                false
            }
            _ => false,
        };
        let (mut digits, mut value, mut point) = (0_usize, 0_u64, None);
        while let Some(byte) = self.peek() {
            match byte {
                b'0'..=b'9' if digits < 15 => {
                    value = value * 10 + u64::from(byte - b'0');
                    digits += 1;
                }
                b'.' if point.is_none() => point = Some(digits),
                _ if ends_word(byte) => break,
                _ => return Err(self.no_number(start)),
            }
            self.at += 1;
        }
        if digits == 0 {
            return Err(self.no_number(start));
        }
        let after_point = point.map_or(0, |point| digits - point);
        let number = value as f64 / POWERS[after_point];
        Ok(if is_negative { -number } else { number })
    }

    fn no_number(&self, start: usize) -> String {
        let word = &self.bytes[start..(start + 20).min(self.bytes.len())];
        format!("{:?} is no number", String::from_utf8_lossy(word))
    }

    /// A text in parentheses, which may hold others in pairs.
    fn literal(&mut self) -> Result<Cow<'a, [u8]>, String> {
        self.at += 1;
        let start = self.at;
        let (mut open, mut unescaped) = (0, None::<Vec<u8>>);
        loop {
            let byte = self.peek().ok_or("a text has no end")?;
            self.at += 1;
            match byte {
                b')' if open == 0 => break,
                b')' => open -= 1,
                b'(' => open += 1,
                b'\\' | b'\r' => {
                    let text = unescaped.get_or_insert_with(|| self.bytes[start..self.at - 1].to_vec());
                    if byte == b'\r' {
                        return Err("a text has a line end of its own".to_owned());
                    }
                    let escaped = self.bytes.get(self.at).copied().ok_or("a text has no end")?;
                    self.at += 1;
                    text.push(match escaped {
                        b'n' => b'\n',
                        b'r' => b'\r',
                        b't' => b'\t',
                        b'b' => 8,
                        b'f' => 12,
                        b'(' | b')' | b'\\' => escaped,
                        b'0'..=b'3' => self.octal(escaped)?,
                        _ => return Err("a text has an escape that inserts do not use".to_owned()),
                    });
                    continue;
                }
                _ => {}
            }
            if let Some(text) = &mut unescaped {
                text.push(byte);
            }
        }
        Ok(unescaped.map_or(Cow::Borrowed(&self.bytes[start..self.at - 1]), Cow::Owned))
    }

    /// A byte of three octal digits, the first of which is read already.
    fn octal(&mut self, first: u8) -> Result<u8, String> {
        let digit = |byte: u8| byte.wrapping_sub(b'0');
        match self.bytes.get(self.at..self.at + 2) {
            Some([second @ b'0'..=b'7', third @ b'0'..=b'7']) => {
                self.at += 2;
                Ok(digit(first) << 6 | digit(*second) << 3 | digit(*third))
            }
            _ => Err("a text has an escape of other than three digits".to_owned()),
        }
    }

    fn hexadecimal(&mut self) -> Result<Cow<'a, [u8]>, String> {
        self.at += 1;
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|byte| *byte == b'>').ok_or("a text has no end")?;
        self.at += length + 1;
        let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        let bytes: Option<Vec<u8>> = rest[..length].chunks(2).map(pair).collect();
        bytes.filter(|_| length.is_multiple_of(2)).map(Cow::Owned).ok_or_else(|| "a text is not hexadecimal".to_owned())
    }

    /// The next value.
    pub(crate) fn object(&mut self) -> Result<Object<'a>, String> {
        let token = self.next()?.ok_or("an object is missing")?;
        self.object_from(token, 0)
    }

    fn object_from(&mut self, token: Token<'a>, level: usize) -> Result<Object<'a>, String> {
        if level > MOST_LEVELS {
            return Err("values lie within values without end".to_owned());
        }
        Ok(match token {
            Token::Number(number) => self.reference(number).map_or(Object::Number(number), Object::Reference),
            Token::Name(name) => Object::Name(name),
            Token::Text(text) => Object::Text(text),
            Token::Word(word @ (b"true" | b"false" | b"null")) => Object::Word(word),
            Token::ArrayBegins => Object::Array(self.items(level)?),
            Token::DictionaryBegins => Object::Dictionary(self.dictionary(level)?),
            other => return Err(format!("{other:?} is no value")),
        })
    }

    /// The number of another object, if a number is the beginning of a reference (`12 0 R`).
    fn reference(&mut self, number: f64) -> Option<u32> {
        let before = self.at;
        let is_reference = matches!(self.next(), Ok(Some(Token::Number(generation))) if generation == 0.0)
            && matches!(self.next(), Ok(Some(Token::Word(b"R"))));
        if !is_reference {
            self.at = before;
        }
        is_reference.then_some(number).and_then(whole)
    }

    /// The items of an array that has begun; also what stands before an instruction that takes an array.
    pub(crate) fn items(&mut self, level: usize) -> Result<Vec<Object<'a>>, String> {
        let mut items = Vec::new();
        loop {
            match self.next()?.ok_or("an array has no end")? {
                Token::ArrayEnds => return Ok(items),
                token => items.push(self.object_from(token, level + 1)?),
            }
        }
    }

    /// The entries of a dictionary that has begun.
    pub(crate) fn dictionary(&mut self, level: usize) -> Result<Dictionary<'a>, String> {
        let mut entries: Vec<(&[u8], Object<'_>)> = Vec::new();
        loop {
            let name = match self.next()?.ok_or("a dictionary has no end")? {
                Token::DictionaryEnds => return Ok(Dictionary(entries)),
                Token::Name(name) => name,
                other => return Err(format!("{other:?} stands for a name")),
            };
            if entries.iter().any(|(own, _)| *own == name) {
                return Err(format!("/{} stands twice in a dictionary", String::from_utf8_lossy(name)));
            }
            let token = self.next()?.ok_or("a dictionary has no end")?;
            entries.push((name, self.object_from(token, level + 1)?));
        }
    }

    /// Whether nothing but white space and comments is left.
    pub(crate) fn is_at_end(&mut self) -> bool {
        self.skip_white();
        self.at >= self.bytes.len()
    }

    /// Takes a word, if it is the next token.
    pub(crate) fn takes(&mut self, word: &[u8]) -> bool {
        let before = self.at;
        let is_next = matches!(self.next(), Ok(Some(Token::Word(next))) if next == word);
        if !is_next {
            self.at = before;
        }
        is_next
    }

    fn expect(&mut self, word: &str) -> Result<(), String> {
        if self.takes(word.as_bytes()) { Ok(()) } else { Err(format!("“{word}” is missing at byte {}", self.at)) }
    }

    pub(crate) fn whole_number(&mut self) -> Result<u32, String> {
        match self.next()? {
            Some(Token::Number(number)) => whole(number).ok_or_else(|| format!("{number} is no whole number")),
            _ => Err(format!("a whole number is missing at byte {}", self.at)),
        }
    }

    /// The next object with a number.
    pub(crate) fn numbered(&mut self) -> Result<Numbered<'a>, String> {
        self.skip_white();
        let offset = self.at;
        let number = self.whole_number()?;
        if self.whole_number()? != 0 {
            return Err(format!("object {number} is of another generation"));
        }
        self.expect("obj")?;
        let value = self.object()?;
        let stream = if self.takes(b"stream") { Some(self.stream(&value)?) } else { None };
        self.expect("endobj")?;
        Ok(Numbered { number, offset, value, stream })
    }

    fn stream(&mut self, value: &Object<'a>) -> Result<&'a [u8], String> {
        let length = value.as_dictionary().and_then(|dictionary| dictionary.number("Length")).and_then(whole);
        let length = length.ok_or("a stream has no length")? as usize;
        if self.peek() != Some(b'\n') {
            return Err("a stream does not begin on a line of its own".to_owned());
        }
        let start = self.at + 1;
        let stream = start.checked_add(length).and_then(|end| self.bytes.get(start..end)).ok_or("a stream is cut off")?;
        self.at = start + length;
        self.expect("endstream")?;
        Ok(stream)
    }
}

/// A number that counts.
pub(crate) fn whole(number: f64) -> Option<u32> {
    (number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number)).then_some(number as u32)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn object(text: &[u8]) -> Result<Object<'_>, String> {
        Tokens::new(text).object()
    }

    #[test]
    fn values_of_every_kind_are_read() {
        let read = object(b"<< /A [1 -2.5 .25 +3] /B 7 0 R /C (a\\(b(c)\\\\\\007) /D <00fF> /E true % a comment\n /F /Name >>").unwrap();
        let dictionary = read.as_dictionary().unwrap();
        let numbers: Vec<f64> = dictionary.array("A").unwrap().iter().filter_map(Object::as_number).collect();
        assert_eq!(numbers, [1.0, -2.5, 0.25, 3.0]);
        assert_eq!(dictionary.reference("B"), Some(7));
        assert_eq!(dictionary.get("C"), Some(&Object::Text(Cow::Borrowed(b"a(b(c)\\\x07"))));
        assert_eq!(dictionary.get("D"), Some(&Object::Text(Cow::Borrowed(&[0, 255]))));
        assert_eq!(dictionary.get("E"), Some(&Object::Word(b"true")));
        assert!(dictionary.is_named("F", "Name"));
    }

    #[test]
    fn an_object_has_its_number_its_place_and_its_stream() {
        let mut tokens = Tokens::new(b"\n\n7 0 obj\n<< /Length 4 >>\nstream\nQ Q\n\nendstream\nendobj\n\n8 0 obj\n[]\nendobj\n");
        let first = tokens.numbered().unwrap();
        assert_eq!((first.number, first.offset, first.stream), (7, 2, Some(&b"Q Q\n"[..])));
        assert_eq!(tokens.numbered().unwrap().value, Object::Array(Vec::new()));
        assert!(tokens.is_at_end());
    }

    #[test]
    fn what_is_no_value_is_an_error() {
        for wrong in
            [&b"<< /A 1"[..], b"[1 2", b"(a", b"<0>", b"<0g>", b"1-2", b"--1", b".", b"<< /A 1 /A 2 >>", b"<< 1 2 >>", b"endobj", b"/A#20"]
        {
            assert!(object(wrong).is_err(), "{:?}", String::from_utf8_lossy(wrong));
        }
        for wrong in [
            "7 1 obj [] endobj",
            "7 0 obj []",
            "7 0 obj << /Length 9 >>\nstream\nQ\nendstream\nendobj",
            "7 0 obj << >>\nstream\n\nendstream",
        ] {
            assert!(Tokens::new(wrong.as_bytes()).numbered().is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn a_number_is_read_as_it_is_written(number in -100_000_i64..100_000) {
            let number = number as f64 / 1000.0;
            let written = number.to_string();
            prop_assert_eq!(object(written.as_bytes()), Ok(Object::Number(number)));
        }

        #[test]
        fn no_bytes_end_the_reader_itself(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut tokens = Tokens::new(&bytes);
            while let Ok(Some(_)) = tokens.next() {}
            let _ = Tokens::new(&bytes).numbered();
        }
    }
}
