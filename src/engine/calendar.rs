//! What day and hour it is where the user is.

use jiff::{Timestamp, Zoned, tz::TimeZone};

use crate::protocol::TimeMs;

/// The day, as `2026-11-22`.
pub(crate) fn date(at: TimeMs) -> String {
    local(at, zone()).map(|at| at.date().to_string()).unwrap_or_default()
}

/// Day and minute, as `2026-11-22 12:00`.
pub(crate) fn minute(at: TimeMs) -> String {
    local(at, zone()).map(|at| at.strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
}

/// The midnights around a moment. A day without them (at the ends of the calendar) is all of time.
pub(crate) fn day(at: TimeMs) -> (TimeMs, TimeMs) {
    midnights(at, zone()).unwrap_or((TimeMs::MIN, TimeMs::MAX))
}

fn midnights(at: TimeMs, zone: TimeZone) -> Option<(TimeMs, TimeMs)> {
    let start = local(at, zone)?.start_of_day().ok()?;
    let end = start.tomorrow().ok()?.start_of_day().ok()?;
    Some((start.timestamp().as_millisecond(), end.timestamp().as_millisecond()))
}

fn local(at: TimeMs, zone: TimeZone) -> Option<Zoned> {
    Some(Timestamp::from_millisecond(at).ok()?.to_zoned(zone))
}

/// The user's time zone. Reading `/etc/localtime` itself spares the search through the whole time
/// zone database, which takes longer than the rest of a prompt's context.
fn zone() -> TimeZone {
    let local = || TimeZone::tzif("Local", &std::fs::read("/etc/localtime").ok()?).ok();
    match std::env::var_os("TZ") {
        None => local().unwrap_or(TimeZone::UTC),
        Some(_) => TimeZone::system(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const HOUR: TimeMs = 3_600_000;

    /// The hours from the midnight before `at` to the one after, in a zone given as a POSIX rule.
    fn check(at: &str, zone: &str, before: TimeMs, after: TimeMs) {
        let at = at.parse::<Timestamp>().unwrap().as_millisecond();
        let (start, end) = midnights(at, TimeZone::posix(zone).unwrap()).unwrap();
        assert_eq!((at - start, end - at), (before * HOUR, after * HOUR), "{zone}");
    }

    #[test]
    fn a_day_is_what_it_is_where_the_user_is() {
        let berlin = "CET-1CEST,M3.5.0,M10.5.0/3";
        check("2026-11-22T12:00:00Z", "UTC0", 12, 12);
        check("2026-11-22T23:00:00Z", berlin, 0, 24);
        check("2026-10-25T12:00:00Z", berlin, 14, 11);
        check("2026-03-29T12:00:00Z", berlin, 13, 10);
        check("2026-11-22T02:00:00Z", "EST5", 21, 3);
    }
}
