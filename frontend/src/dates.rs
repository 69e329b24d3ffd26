//! Dates and times in the reader's locale (`Intl`).

use js_sys::{Array, Date, Intl, Object, Reflect};
use leptos::prelude::*;
use messages::portal::Template;
use time::{Date as Day, OffsetDateTime};

use crate::browser;
use crate::i18n::texts;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// The age of a timestamp: relative up to a day, then the date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Age {
    JustNow,
    MinutesAgo(i64),
    HoursAgo(i64),
    OnDate,
}

fn age(now: i64, then: i64) -> Age {
    let age = now - then;
    match age {
        // The clocks of browser and gateway may differ by minutes.
        age if age < -5 * MINUTE => Age::OnDate,
        age if age < MINUTE => Age::JustNow,
        age if age < HOUR => Age::MinutesAgo(age / MINUTE),
        age if age < DAY => Age::HoursAgo(age / HOUR),
        _ => Age::OnDate,
    }
}

fn milliseconds(at: OffsetDateTime) -> i64 {
    at.unix_timestamp() * 1000 + i64::from(at.millisecond())
}

#[allow(clippy::cast_precision_loss)]
fn date(at: OffsetDateTime) -> Date {
    Date::new(&(milliseconds(at) as f64).into())
}

/// The reader's locale if it is one of the page's language, else the page's language: no French months in an English page.
pub(crate) fn locale() -> String {
    let page = browser::page_language();
    let of_page = |tag: &String| tag.split('-').next() == Some(&page);
    browser::languages().into_iter().find(of_page).unwrap_or(page)
}

fn options(pairs: &[(&str, &str)]) -> Object {
    let options = Object::new();
    for (name, value) in pairs {
        let _ = Reflect::set(&options, &(*name).into(), &(*value).into());
    }
    options
}

fn format(at: OffsetDateTime, pairs: &[(&str, &str)]) -> String {
    date(at).to_locale_string(&locale(), &options(pairs)).into()
}

#[allow(clippy::cast_precision_loss)]
fn ago(count: i64, unit: &str) -> String {
    let format = Intl::RelativeTimeFormat::new(&Array::of1(&locale().into()), &options(&[("numeric", "always")]));
    format.format(-(count as f64), unit).into()
}

/// "4 minutes ago", "12 Jan 2026".
fn relative(at: OffsetDateTime) -> String {
    match age(browser::now(), milliseconds(at)) {
        Age::JustNow => texts().common.just_now.to_owned(),
        Age::MinutesAgo(count) => ago(count, "minute"),
        Age::HoursAgo(count) => ago(count, "hour"),
        Age::OnDate => day(at),
    }
}

fn day(at: OffsetDateTime) -> String {
    format(at, &[("dateStyle", "medium")])
}

/// "12 January 2026, 10:24".
pub(crate) fn full(at: OffsetDateTime) -> String {
    format(at, &[("dateStyle", "long"), ("timeStyle", "short")])
}

/// To the second: "23 Nov 2026, 09:12:47".
fn exact(at: OffsetDateTime) -> String {
    format(at, &[("dateStyle", "medium"), ("timeStyle", "medium")])
}

/// "23 Nov", of a day in UTC.
pub(crate) fn day_and_month(day: Day) -> String {
    let pairs = [("day", "numeric"), ("month", "short"), ("timeZone", "UTC")];
    format(day.midnight().assume_utc(), &pairs)
}

/// The timestamp of some days ago in the format of the API.
#[allow(clippy::cast_precision_loss)]
pub(crate) fn days_ago(days: u32) -> String {
    let then = browser::now() - i64::from(days) * DAY;
    Date::new(&(then as f64).into()).to_iso_string().into()
}

fn iso(at: OffsetDateTime) -> String {
    date(at).to_iso_string().into()
}

fn element(at: OffsetDateTime, text: String) -> impl IntoView {
    view! { <time datetime=iso(at) title=full(at)>{text}</time> }
}

/// A relative time in a list.
pub(crate) fn ago_element(at: OffsetDateTime) -> impl IntoView {
    element(at, relative(at))
}

/// A day in a list.
pub(crate) fn day_element(at: OffsetDateTime) -> impl IntoView {
    element(at, day(at))
}

/// A date within a text.
pub(crate) fn day_within(text: &Template<1>, at: OffsetDateTime) -> impl IntoView {
    let (before, after) = text.around();
    view! { {before} {day_element(at)} {after} }
}

/// The exact time of a launch.
pub(crate) fn exact_element(at: OffsetDateTime) -> impl IntoView {
    element(at, exact(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_relative_up_to_a_day() {
        let now = 1_800_000_000_000;
        assert_eq!(age(now, now), Age::JustNow);
        assert_eq!(age(now, now - 59_999), Age::JustNow);
        assert_eq!(age(now, now - MINUTE), Age::MinutesAgo(1));
        assert_eq!(age(now, now - HOUR + 1), Age::MinutesAgo(59));
        assert_eq!(age(now, now - HOUR), Age::HoursAgo(1));
        assert_eq!(age(now, now - DAY + 1), Age::HoursAgo(23));
        assert_eq!(age(now, now - DAY), Age::OnDate);
    }

    #[test]
    fn a_gateway_whose_clock_is_a_little_ahead_is_no_surprise() {
        let now = 1_800_000_000_000;
        assert_eq!(age(now, now + 2 * MINUTE), Age::JustNow);
        assert_eq!(age(now, now + HOUR), Age::OnDate);
    }
}
