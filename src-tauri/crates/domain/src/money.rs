//! Money: decimal, exact, with its currency.
//!
//! Owns amounts (at most four places, as the gateway's contract has them), currencies (ISO 4217), checked arithmetic, the
//! exact reading of JSON numbers, and the reading of what people type. Nothing here ever passes through a float or
//! rounds.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The most places after the point that the gateway takes (`gateway-api.md`, Funds).
pub const MAX_PLACES: u32 = 4;

/// The most digits before the point: enough for any card, few enough that sums can't overflow.
const MAX_WHOLE_DIGITS: usize = 15;

/// Why an amount can't be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Nothing was given.
    #[error("an amount is missing")]
    Empty,
    /// Not a number as it was written.
    #[error("this is not an amount")]
    NotANumber,
    /// It could be read in two ways (`1,250`), so it is not read at all.
    #[error("this amount could be read in two ways: write it with its decimals")]
    Ambiguous,
    /// More places after the point than the currency or the gateway has.
    #[error("an amount has at most {max} decimals here")]
    TooManyPlaces {
        /// How many are allowed.
        max: u32,
    },
    /// More digits than any card can hold.
    #[error("this amount is too large")]
    TooLarge,
    /// Two different currencies in one sum.
    #[error("amounts in {0} and {1} can't be put together")]
    CurrencyMismatch(Currency, Currency),
    /// Not three capital letters.
    #[error("a currency is three letters, for example GTQ (ISO 4217)")]
    Currency,
}

/// An exact decimal number of at most four places, positive, negative or zero.
///
/// It keeps the scale it was written with: `1.50` prints as `1.50`, and equals `1.5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Amount(Decimal);

impl Amount {
    /// Nothing.
    pub const ZERO: Self = Self(Decimal::ZERO);

    /// An amount from ten-thousandths of the currency's unit.
    #[must_use]
    pub fn from_ten_thousandths(count: i64) -> Self {
        Self(Decimal::new(count, MAX_PLACES).normalize())
    }

    /// The amount in ten-thousandths, for storage that has whole numbers only; `None` beyond 64 bits.
    #[must_use]
    pub fn ten_thousandths(self) -> Option<i64> {
        let mut scaled = self.0;
        scaled.rescale(MAX_PLACES);
        i64::try_from(scaled.mantissa()).ok()
    }

    /// The decimal itself, for formatting.
    #[must_use]
    pub const fn decimal(self) -> Decimal {
        self.0
    }

    /// Whether it is more than nothing.
    #[must_use]
    pub fn is_positive(self) -> bool {
        self.0 > Decimal::ZERO
    }

    /// Whether it is less than nothing.
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.0 < Decimal::ZERO
    }

    /// Places after the point that are not trailing zeros.
    #[must_use]
    pub fn significant_places(self) -> u32 {
        self.0.normalize().scale()
    }

    /// The same amount with the opposite sign.
    #[must_use]
    pub fn negated(self) -> Self {
        Self(-self.0)
    }

    /// The sum.
    ///
    /// # Errors
    /// If it is larger than any card can hold.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.0.checked_add(other.0).ok_or(MoneyError::TooLarge).and_then(Self::within_limits)
    }

    /// The difference.
    ///
    /// # Errors
    /// If it is larger than any card can hold.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.checked_add(other.negated())
    }

    /// Reads a JSON number, or the text of a JSON string with a number in it, exactly. Exponents are part of JSON
    /// (RFC 8259, section 6) and are read exactly too.
    ///
    /// # Errors
    /// If it is not a number, or has more than four places that are not zero.
    pub fn from_json_text(text: &str) -> Result<Self, MoneyError> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| MoneyError::NotANumber)?),
            None => (text, 0),
        };
        let value = plain_decimal(mantissa)?;
        if exponent == 0 {
            return Self::within_limits(value);
        }
        if value.is_zero() {
            return Ok(Self::ZERO);
        }
        let value = value.normalize();
        let scale = i64::from(value.scale()) - i64::from(exponent);
        if scale > i64::from(MAX_PLACES) {
            return Err(MoneyError::TooManyPlaces { max: MAX_PLACES });
        }
        if scale < -28 {
            return Err(MoneyError::TooLarge);
        }
        let shifted = if scale >= 0 {
            Decimal::try_from_i128_with_scale(value.mantissa(), u32::try_from(scale).unwrap_or_default()).ok()
        } else {
            10_i128
                .checked_pow(u32::try_from(-scale).unwrap_or_default())
                .and_then(|factor| value.mantissa().checked_mul(factor))
                .and_then(|mantissa| Decimal::try_from_i128_with_scale(mantissa, 0).ok())
        };
        shifted.ok_or(MoneyError::TooLarge).and_then(Self::within_limits)
    }

    /// The text of the JSON number, without exponent and without trailing zeros beyond two places.
    #[must_use]
    pub fn to_json_text(self) -> String {
        let mut value = self.0.normalize();
        if value.scale() < 2 {
            value.rescale(2);
        }
        value.to_string()
    }

    fn within_limits(value: Decimal) -> Result<Self, MoneyError> {
        let normal = value.normalize();
        if normal.scale() > MAX_PLACES {
            return Err(MoneyError::TooManyPlaces { max: MAX_PLACES });
        }
        let mut kept = value;
        if kept.scale() > MAX_PLACES {
            kept = normal;
        }
        if kept.trunc().abs() >= Decimal::from(10_i64.pow(15)) { Err(MoneyError::TooLarge) } else { Ok(Self(kept)) }
    }
}

/// Reads `-?digits(.digits)?` and nothing else.
fn plain_decimal(text: &str) -> Result<Decimal, MoneyError> {
    if text.is_empty() {
        return Err(MoneyError::Empty);
    }
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
        Some(_) => return Err(MoneyError::NotANumber),
        None => (unsigned, ""),
    };
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return Err(MoneyError::NotANumber);
    }
    if whole.trim_start_matches('0').len() > MAX_WHOLE_DIGITS {
        return Err(MoneyError::TooLarge);
    }
    let significant = fraction.trim_end_matches('0');
    if significant.len() > MAX_PLACES as usize {
        return Err(MoneyError::TooManyPlaces { max: MAX_PLACES });
    }
    let kept = &fraction[..fraction.len().min(MAX_PLACES as usize)];
    let sign = if text.len() == unsigned.len() { "" } else { "-" };
    let point = if kept.is_empty() { "" } else { "." };
    Decimal::from_str_exact(&format!("{sign}{whole}{point}{kept}")).map_err(|_| MoneyError::NotANumber)
}

impl FromStr for Amount {
    type Err = MoneyError;

    /// Reads the canonical form, `-1250.5`: a point, no separators of thousands, no exponent.
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        plain_decimal(text).and_then(Self::within_limits)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// How people write numbers where the company is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberStyle {
    /// `1,234.50`, as in Guatemala, Mexico and the United States.
    CommaThousands,
    /// `1.234,50`, as in Spain and most of South America.
    PointThousands,
}

impl NumberStyle {
    const fn separators(self) -> (char, char) {
        match self {
            Self::CommaThousands => (',', '.'),
            Self::PointThousands => ('.', ','),
        }
    }

    /// Reads what a person typed: thousands grouped by three or not at all, at most `max_places` decimals.
    ///
    /// What could be read two ways is never guessed: in the style of `1,234.50`, `12,5` is no group of three and so an
    /// error, while `1,250` is a whole group and reads as one thousand two hundred and fifty; `1.250` in that style has
    /// three decimals and reads as a thousand elsewhere, so it is [`MoneyError::Ambiguous`].
    ///
    /// # Errors
    /// Says what is wrong with it; nothing is ever rounded.
    pub fn parse(self, typed: &str, max_places: u32) -> Result<Amount, MoneyError> {
        let (group, point) = self.separators();
        let text = typed.trim();
        if text.is_empty() {
            return Err(MoneyError::Empty);
        }
        let (whole, fraction) = match text.split_once(point) {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (text, None),
        };
        let groups: Vec<&str> = whole.split(group).collect();
        let digits_only = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !groups.iter().all(digits_only) || fraction.is_some_and(|part| !digits_only(&part)) {
            return Err(MoneyError::NotANumber);
        }
        let is_grouped = groups.len() > 1;
        // No group begins with a zero: `0,500` is half a unit to half of the world, and five hundred to nobody.
        let is_group_odd = groups[0].len() > 3 || groups[0].starts_with('0') || groups[1..].iter().any(|part| part.len() != 3);
        if is_grouped && is_group_odd {
            return Err(MoneyError::Ambiguous);
        }
        let fraction = fraction.unwrap_or_default();
        // `1.250` means a thousand to half of the world; with a group before it, or a leading zero, it can't.
        if fraction.len() == 3 && !is_grouped && groups[0].len() <= 3 && groups[0].trim_start_matches('0') == groups[0] {
            return Err(MoneyError::Ambiguous);
        }
        let max_places = max_places.min(MAX_PLACES);
        if fraction.len() > max_places as usize {
            return Err(MoneyError::TooManyPlaces { max: max_places });
        }
        let separator = if fraction.is_empty() { "" } else { "." };
        let amount: Amount = format!("{}{separator}{fraction}", groups.concat()).parse()?;
        // What can't be written down is not sent, so it is told here and not where it would be written.
        amount.ten_thousandths().map(|_| amount).ok_or(MoneyError::TooLarge)
    }
}

/// A currency by its ISO 4217 letters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    /// The quetzal of Guatemala.
    pub const GTQ: Self = Self(*b"GTQ");

    /// The three letters.
    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// How many decimals the currency's own minor unit has (ISO 4217:2015, list one): two, but for the few that differ.
    #[must_use]
    pub fn minor_digits(self) -> u32 {
        match self.code() {
            "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI" | "VND" | "VUV" | "XAF"
            | "XOF" | "XPF" => 0,
            "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
            "CLF" | "UYW" => 4,
            _ => 2,
        }
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        match <[u8; 3]>::try_from(text.as_bytes()) {
            Ok(letters) if letters.iter().all(u8::is_ascii_uppercase) => Ok(Self(letters)),
            _ => Err(MoneyError::Currency),
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;

    fn try_from(text: String) -> Result<Self, MoneyError> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

/// An amount in a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    amount: Amount,
    currency: Currency,
}

impl Money {
    /// `amount` in `currency`.
    #[must_use]
    pub const fn new(amount: Amount, currency: Currency) -> Self {
        Self { amount, currency }
    }

    /// The number.
    #[must_use]
    pub const fn amount(self) -> Amount {
        self.amount
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The sum.
    ///
    /// # Errors
    /// If the currencies differ or the sum is too large.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        Ok(Self { amount: self.amount.checked_add(other.amount)?, currency: self.currency })
    }

    /// The difference.
    ///
    /// # Errors
    /// If the currencies differ or the difference is too large.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        Ok(Self { amount: self.amount.checked_sub(other.amount)?, currency: self.currency })
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency { Ok(()) } else { Err(MoneyError::CurrencyMismatch(self.currency, other.currency)) }
    }
}

impl fmt::Display for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.amount, self.currency)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn amount(text: &str) -> Amount {
        text.parse().expect("a canonical amount")
    }

    #[test]
    fn json_numbers_are_read_exactly_whatever_their_form() {
        for (json, canonical) in [
            ("0.1", "0.1"),
            ("1842.5000", "1842.5"),
            ("12e2", "1200"),
            ("1.5E-3", "0.0015"),
            ("100e-2", "1"),
            ("-0.0001", "-0.0001"),
            ("0e999", "0"),
            ("99999999999999.9999", "99999999999999.9999"),
            ("1.000000000000000000000000000000000000", "1"),
        ] {
            assert_eq!(Amount::from_json_text(json), Ok(amount(canonical)), "{json}");
        }
    }

    #[test]
    fn a_fifth_decimal_is_an_error_and_never_rounded() {
        for json in ["0.00001", "1e-5", "1842.50001", "0.00005"] {
            assert_eq!(Amount::from_json_text(json), Err(MoneyError::TooManyPlaces { max: 4 }), "{json}");
        }
    }

    #[test]
    fn what_is_not_a_plain_number_is_refused() {
        for text in ["1_000", "1e3", "0x10", "+1", "1.", ".5", "NaN", "inf", "1,000", " 1", "١٢", "1 000", "--1"] {
            assert!(text.parse::<Amount>().is_err(), "{text:?}");
        }
        assert_eq!("".parse::<Amount>(), Err(MoneyError::Empty));
        assert_eq!("1000000000000000".parse::<Amount>(), Err(MoneyError::TooLarge));
        assert_eq!(Amount::from_json_text("1e400000000"), Err(MoneyError::TooLarge));
        assert!(Amount::from_json_text("1e99999999999").is_err());
    }

    #[test]
    fn people_type_amounts_as_they_write_them() {
        let style = NumberStyle::CommaThousands;
        assert_eq!(style.parse("1,234.50", 2), Ok(amount("1234.50")));
        assert_eq!(style.parse(" 1,250 ", 2), Ok(amount("1250")));
        assert_eq!(style.parse("1250", 2), Ok(amount("1250")));
        assert_eq!(style.parse("0.125", 4), Ok(amount("0.125")));
        assert_eq!(style.parse("1,234.125", 4), Ok(amount("1234.125")));
        assert_eq!(NumberStyle::PointThousands.parse("1.234,50", 2), Ok(amount("1234.50")));
    }

    #[test]
    fn an_amount_that_could_mean_two_things_is_never_guessed() {
        let style = NumberStyle::CommaThousands;
        for typed in ["1.250", "12,5", "1,25", "1,2345", "1234,567.00", "0,500", "00,500", "012,500.00"] {
            assert_eq!(style.parse(typed, 4), Err(MoneyError::Ambiguous), "{typed}");
        }
        for typed in ["1.234,50", "-5", "+5", "5-", "1e3", "Q5", "1..2", ".5", "5.", "1,,000", "1\u{a0}5", "12\u{202f}5.00"] {
            assert_eq!(style.parse(typed, 2), Err(MoneyError::NotANumber), "{typed}");
        }
        assert_eq!(style.parse("1.2345", 2), Err(MoneyError::TooManyPlaces { max: 2 }));
        assert_eq!(style.parse("", 2), Err(MoneyError::Empty));
    }

    #[test]
    fn currencies_never_mix() {
        let quetzal = Money::new(amount("1"), Currency::GTQ);
        let dollar = Money::new(amount("1"), "USD".parse().expect("a currency"));
        assert!(matches!(quetzal.checked_add(dollar), Err(MoneyError::CurrencyMismatch(..))));
    }

    proptest! {
        #[test]
        fn whole_ten_thousandths_survive_every_form(count in -9_000_000_000_000_000_000_i64..9_000_000_000_000_000_000) {
            let amount = Amount::from_ten_thousandths(count);
            prop_assert_eq!(amount.ten_thousandths(), Some(count));
            prop_assert_eq!(amount.to_string().parse::<Amount>(), Ok(amount));
            prop_assert_eq!(Amount::from_json_text(&amount.to_json_text()), Ok(amount));
        }

        #[test]
        fn adding_and_taking_away_leaves_what_was(a in -1_000_000_000_i64..1_000_000_000, b in -1_000_000_000_i64..1_000_000_000) {
            let (a, b) = (Amount::from_ten_thousandths(a), Amount::from_ten_thousandths(b));
            prop_assert_eq!(a.checked_add(b).and_then(|sum| sum.checked_sub(b)), Ok(a));
        }

        #[test]
        fn nothing_that_is_typed_panics(typed in ".{0,24}", places in 0_u32..6) {
            let _ = NumberStyle::CommaThousands.parse(&typed, places);
            let _ = NumberStyle::PointThousands.parse(&typed, places);
            let _ = Amount::from_json_text(&typed);
        }
    }
}
