//! Times of scores and line items (AGS 2.0, 3.4.7: ISO 8601 with a time zone, at least to the millisecond).

use std::fmt;

use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

/// A moment, to the microsecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// Reads a time with a zone, also one whose offset has no colon (`+0000`) or no minutes (`+00`), as some tools write it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        // Behind the date, whose hyphens are none of an offset.
        let offset = text.rfind(['+', '-']).filter(|at| *at >= "2026-11-30T".len());
        match offset {
            None => Self::read(text),
            Some(at) => Self::read(&format!("{}{}", text.get(..at)?, with_colon(text.get(at..)?)?)),
        }
    }

    fn read(text: &str) -> Option<Self> {
        let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?;
        let microseconds = moment.unix_timestamp_nanos().div_euclid(1000);
        i64::try_from(microseconds).ok().map(Self)
    }

    /// The moment at so many microseconds since 1970; `None` beyond the year 9999.
    #[must_use]
    pub fn from_unix_microseconds(microseconds: i64) -> Option<Self> {
        let moment = OffsetDateTime::from_unix_timestamp_nanos(i128::from(microseconds) * 1000).ok()?;
        (0..=9999).contains(&moment.year()).then_some(Self(microseconds))
    }

    /// Microseconds since 1970.
    #[must_use]
    pub fn unix_microseconds(self) -> i64 {
        self.0
    }
}

/// `+0000` and `+00` as `+00:00`.
fn with_colon(offset: &str) -> Option<String> {
    let (sign, digits) = offset.split_at_checked(1)?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
    match (is_number, digits.len()) {
        (true, 5) => Some(offset.to_owned()),
        (true, 4) => Some(format!("{sign}{}:{}", digits.get(..2)?, digits.get(2..)?)),
        (true, 2) => Some(format!("{sign}{digits}:00")),
        _ => None,
    }
}

/// In UTC, with `Z`: some tools and platforms read no other zone.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1000).map_err(|_| fmt::Error)?;
        let moment = moment.to_offset(UtcOffset::UTC);
        let (date, microsecond) = (moment.date(), moment.microsecond());
        let (hour, minute, second) = (moment.hour(), moment.minute(), moment.second());
        write!(f, "{date}T{hour:02}:{minute:02}:{second:02}.")?;
        match microsecond % 1000 {
            0 => write!(f, "{:03}Z", microsecond / 1000),
            _ => write!(f, "{microsecond:06}Z"),
        }
    }
}
