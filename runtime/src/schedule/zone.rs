//! Time zones of `jiff`, which scripts see, as `chrono` asks for them, which `croner` speaks. So a
//! schedule and a script agree on what time it is, and the process holds one table of all zones.

use chrono::{
    Datelike, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, Timelike,
};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{self, AmbiguousOffset, TimeZone};

/// A time zone.
#[derive(Clone, Debug)]
pub(super) struct Zone(TimeZone);

/// How far a zone is from UTC at a time.
#[derive(Clone, Debug)]
pub(super) struct Distance {
    zone: TimeZone,
    east: FixedOffset,
}

impl Zone {
    /// The zone of an IANA name; UTC where there is none of this name.
    pub(super) fn of(name: &str) -> Zone {
        Zone(TimeZone::get(name).unwrap_or(TimeZone::UTC))
    }
    fn distance(&self, offset: tz::Offset) -> Distance {
        let east = FixedOffset::east_opt(offset.seconds()).unwrap_or_else(|| chrono::Utc.fix());
        Distance { zone: self.0.clone(), east }
    }
}

impl Offset for Distance {
    fn fix(&self) -> FixedOffset {
        self.east
    }
}

impl chrono::TimeZone for Zone {
    type Offset = Distance;

    fn from_offset(offset: &Distance) -> Zone {
        Zone(offset.zone.clone())
    }
    fn offset_from_local_date(&self, local: &NaiveDate) -> MappedLocalTime<Distance> {
        self.offset_from_local_datetime(&local.and_time(NaiveTime::MIN))
    }
    fn offset_from_local_datetime(&self, local: &NaiveDateTime) -> MappedLocalTime<Distance> {
        let Some(local) = civil(local) else { return MappedLocalTime::None };
        match self.0.to_ambiguous_timestamp(local).offset() {
            AmbiguousOffset::Unambiguous { offset } => {
                MappedLocalTime::Single(self.distance(offset))
            }
            AmbiguousOffset::Gap { .. } => MappedLocalTime::None,
            AmbiguousOffset::Fold { before, after } => {
                MappedLocalTime::Ambiguous(self.distance(before), self.distance(after))
            }
        }
    }
    fn offset_from_utc_date(&self, utc: &NaiveDate) -> Distance {
        self.offset_from_utc_datetime(&utc.and_time(NaiveTime::MIN))
    }
    fn offset_from_utc_datetime(&self, utc: &NaiveDateTime) -> Distance {
        let second = utc.and_utc().timestamp();
        let offset = Timestamp::from_second(second).map(|time| self.0.to_offset(time));
        // No zone is known so far away from now.
        self.distance(offset.unwrap_or(tz::Offset::UTC))
    }
}

/// A local time, if it is one of the years that are counted.
fn civil(local: &NaiveDateTime) -> Option<DateTime> {
    let year = i16::try_from(local.year()).ok()?;
    let (month, day) = (local.month() as i8, local.day() as i8);
    let (hour, minute, second) = (local.hour() as i8, local.minute() as i8, local.second() as i8);
    let nanosecond = (local.nanosecond() % 1_000_000_000) as i32;
    DateTime::new(year, month, day, hour, minute, second, nanosecond).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{TimeZone as _, Utc};

    fn at(zone: &Zone, text: &str) -> MappedLocalTime<i32> {
        let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect(text);
        zone.offset_from_local_datetime(&local).map(|distance| distance.fix().local_minus_utc())
    }

    #[test]
    fn local_times_are_one_none_or_two() {
        let zone = Zone::of("America/New_York");
        assert_eq!(at(&zone, "2026-01-15 12:00"), MappedLocalTime::Single(-5 * 3600));
        assert_eq!(at(&zone, "2026-07-15 12:00"), MappedLocalTime::Single(-4 * 3600));
        assert_eq!(at(&zone, "2026-03-08 02:30"), MappedLocalTime::None);
        let twice = MappedLocalTime::Ambiguous(-4 * 3600, -5 * 3600);
        assert_eq!(at(&zone, "2026-11-01 01:30"), twice);
    }

    #[test]
    fn times_far_away_and_names_of_no_zone_are_utc() {
        let far = NaiveDate::from_ymd_opt(200_000, 1, 1).expect("a date");
        let zone = Zone::of("Europe/Lisbon");
        assert_eq!(zone.offset_from_utc_date(&far).fix(), Utc.fix());
        assert_eq!(zone.offset_from_local_date(&far).map(|_| ()), MappedLocalTime::None);
        assert_eq!(at(&Zone::of("Nowhere"), "2026-07-15 12:00"), MappedLocalTime::Single(0));
    }
}
