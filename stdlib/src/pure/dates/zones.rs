//! Time zones, and numbers that stand for moments.
//!
//! Zones are those of the IANA database, which is compiled in. A moment has no zone: what a clock
//! somewhere shows is a text, and from such a text and its zone the moment comes back.

use super::{parse, to_local, to_ms, zone};
use crate::pure::Call;
use crate::{Fault, Kind, TrapCode, Value};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use std::sync::OnceLock;

crate::functions! {
    family "dates";

    /// What a clock in a time zone shows at a moment, as a text. Zones have names such as
    /// `Europe/Lisbon` (the name of a large city alone does), or are an offset such as `+02:00`.
    ///
    /// `TOZONE("2024-07-01T12:00:00Z", "Europe/Lisbon")` → `2024-07-01 13:00:00`
    /// `TOZONE("2024-07-01T12:00:00Z", "sao paulo")` → `2024-07-01 09:00:00`
    /// `TOZONE("2024-07-01T12:00:00Z", "+05:30")` → `2024-07-01 17:30:00`
    "TOZONE" also ["TO ZONE", "INZONE", "TOTIMEZONE"] (date: Date, zone: Text) -> Text = to_zone;

    /// The moment at which a clock in a time zone shows a date and time. A time that is left out
    /// when clocks go forward is taken as that much later, of one that comes twice the first.
    ///
    /// `TOZONE(FROMZONE("2024-07-01 13:00", "Europe/Lisbon"), "UTC")` → `2024-07-01 12:00:00`
    /// `TOZONE(FROMZONE("2024-03-31 01:30", "Europe/Lisbon"), "UTC")` → `2024-03-31 01:30:00`
    "FROMZONE" also ["FROM ZONE", "FROMTIMEZONE"] (date: Any, zone: Text) -> Date = from_zone;

    /// What a clock in one time zone shows when a clock in another shows a date and time.
    ///
    /// `CONVERTZONE("2024-07-01 09:00", "New York", "Paris")` → `2024-07-01 15:00:00`
    /// `CONVERTZONE("2024-01-01 00:30", "UTC", "America/Sao_Paulo")` → `2023-12-31 21:30:00`
    "CONVERTZONE" also ["CONVERT ZONE", "CONVERTTIMEZONE", "CONVERT TIMEZONE"]
        (date: Any, from: Text, to: Text) -> Text = convert_zone;

    /// The name of the bot's time zone.
    ///
    /// `LEN(TIMEZONE()) > 0` → `true`
    /// `ISTIMEZONE(TIMEZONE())` → `true`
    "TIMEZONE" also ["TIME ZONE"] () -> Text = time_zone;

    /// Whether a text is the name of a time zone.
    ///
    /// `ISTIMEZONE("America/Sao_Paulo")` → `true`
    /// `ISTIMEZONE("Mars/Olympus")` → `false`
    "ISTIMEZONE" also ["IS TIMEZONE"] (name: Text) -> Bool = is_time_zone;

    /// The minutes that clocks of a time zone are ahead of UTC, at a date.
    ///
    /// `UTCOFFSET("Asia/Kolkata")` → `330`
    /// `UTCOFFSET("America/New_York", "2024-07-01")` → `-240`
    "UTCOFFSET" also ["UTC OFFSET"] (; zone: Text, date: Date) -> Int = utc_offset;

    /// Whether a time zone has summer time at a date.
    ///
    /// `ISDST("Europe/Berlin", "2024-07-01")` → `true`
    /// `ISDST("Europe/Berlin", "2024-01-01")` → `false`
    "ISDST" also ["IS DST", "ISSUMMERTIME"] (; zone: Text, date: Date) -> Bool = is_dst;

    /// The time of now in UTC, as a text.
    ///
    /// `LEN(UTCNOW())` → `19`
    /// `UTCNOW() = TOZONE(NOW(), "UTC")` → `true`
    "UTCNOW" also ["UTC NOW", "GETUTCDATE"] () -> Text = utc_now;

    /// A date or moment in the format of ISO 8601, moments in UTC.
    ///
    /// `TOISOSTRING("2024-03-15T14:05-03:00")` → `2024-03-15T17:05:00Z`
    /// `TOISOSTRING("15/03/2024")` → `2024-03-15`
    "TOISOSTRING" also ["TOISO", "TO ISO", "ISODATE"] (; date: Date) -> Text = to_iso;

    /// The seconds from 1970 (UTC) to a moment; now without one.
    ///
    /// `UNIXTIME("2024-03-15T00:00:00Z")` → `1710460800`
    /// `UNIXTIME() > 1700000000` → `true`
    "UNIXTIME" also ["UNIX TIME", "UNIXTIMESTAMP", "UNIX TIMESTAMP", "TOUNIX", "EPOCH"]
        (; date: Date) -> Int = unix_time;

    /// The milliseconds from 1970 (UTC) to a moment; now without one.
    ///
    /// `UNIXMS("2024-03-15T00:00:00Z")` → `1710460800000`
    /// `UNIXMS("1970-01-01T00:00:01Z")` → `1000`
    "UNIXMS" also ["UNIXMILLIS", "UNIXMILLISECONDS", "GETTIME"] (; date: Date) -> Int = unix_ms;

    /// The moment so many seconds after 1970 (UTC). Numbers above a hundred billion are taken as
    /// milliseconds.
    ///
    /// `TOISOSTRING(FROMUNIX(1710460800))` → `2024-03-15T00:00:00Z`
    /// `TOISOSTRING(FROMUNIX(1710460800500))` → `2024-03-15T00:00:00.5Z`
    "FROMUNIX" also ["FROM UNIX", "FROMUNIXTIME", "FROMTIMESTAMP", "FROMEPOCH"]
        (seconds: Num) -> Date = from_unix;
}

/// The zone that a text names: by its name, an offset, or the name of its city alone.
fn named(text: &str) -> Option<TimeZone> {
    let text = text.trim();
    if text.len() > 60 {
        return None;
    }
    let upper = text.to_ascii_uppercase();
    if matches!(upper.as_str(), "UTC" | "GMT" | "Z") {
        return Some(TimeZone::UTC);
    }
    let digits = upper.trim_start_matches("UTC").trim_start_matches("GMT");
    if let Some(seconds) = super::spelled::offset(digits) {
        let offset = Offset::from_seconds(i32::try_from(seconds).ok()?).ok()?;
        return Some(TimeZone::fixed(offset));
    }
    let name = text.replace(' ', "_");
    TimeZone::get(&name).ok().or_else(|| TimeZone::get(city(&name)?).ok())
}

/// The full name of the zone of a city.
fn city(name: &str) -> Option<&'static str> {
    static NAMES: OnceLock<Vec<String>> = OnceLock::new();
    let names = NAMES.get_or_init(|| {
        let all = jiff::tz::db().available();
        all.map(|name| name.to_string()).collect()
    });
    let plain = crate::pure::text::case::unaccented(name);
    let fits = |zone: &&String| {
        zone.rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(&plain))
    };
    names.iter().filter(fits).map(String::as_str).min()
}

impl Call<'_> {
    /// The time zone that an argument names.
    pub fn zone(&mut self, index: usize) -> Result<TimeZone, Fault> {
        let text = self.text(index)?;
        self.heap.charge(500)?;
        named(&text).ok_or_else(|| {
            let shown: String = text.chars().take(60).collect();
            let help = "write one such as Europe/Lisbon, America/Sao_Paulo, UTC or +02:00";
            Fault::argument(format!("the time zone \"{shown}\" is not known; {help}"))
        })
    }
    fn zone_or_own(&mut self, index: usize) -> Result<TimeZone, Fault> {
        if self.arg(index).is_null() { Ok(zone(&self.env.zone)) } else { self.zone(index) }
    }
    /// The argument in milliseconds since 1970; now where it was left out.
    fn ms(&mut self, index: usize) -> Result<i64, Fault> {
        let date = self.date(index)?;
        to_ms(date, &self.env.zone).ok_or_else(|| super::not_a_date("this"))
    }
}

/// What a clock in a zone shows.
pub fn clock(ms: i64, zone: &TimeZone) -> String {
    let moment = Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH);
    moment.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

fn to_zone(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (ms, zone) = (call.ms(0)?, call.zone(1)?);
    call.give(&clock(ms, &zone))
}

/// The date and time that an argument shows, whatever the zone in which it is meant.
fn shown(call: &mut Call<'_>, index: usize) -> Result<DateTime, Fault> {
    if call.arg(index).kind() != Kind::Text {
        return call.local(index);
    }
    let text = call.text(index)?;
    let found = parse(&text, "UTC").and_then(|value| to_local(value, "UTC"));
    found.ok_or_else(|| super::not_a_date(&text))
}

fn meant(call: &mut Call<'_>, index: usize, zone: usize) -> Result<i64, Fault> {
    let (local, zone) = (shown(call, index)?, call.zone(zone)?);
    let far = || Fault::new(TrapCode::Overflow, "the date is too far away");
    let zoned = local.to_zoned(zone).map_err(|_| far())?;
    Ok(zoned.timestamp().as_millisecond())
}

fn from_zone(call: &mut Call<'_>) -> Result<Value, Fault> {
    let ms = meant(call, 0, 1)?;
    super::in_range(Value::moment(ms))
}

fn convert_zone(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (ms, zone) = (meant(call, 0, 1)?, call.zone(2)?);
    call.give(&clock(ms, &zone))
}

fn time_zone(call: &mut Call<'_>) -> Result<Value, Fault> {
    let name = call.env.zone.clone();
    call.give(&name)
}

fn is_time_zone(call: &mut Call<'_>) -> Result<Value, Fault> {
    let name = call.text(0)?;
    call.heap.charge(500)?;
    Ok(Value::bool(named(&name).is_some()))
}

fn utc_offset(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (zone, ms) = (call.zone_or_own(0)?, call.ms(1)?);
    let moment = Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH);
    Ok(Value::int(i64::from(zone.to_offset(moment).seconds()) / 60))
}

fn is_dst(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (zone, ms) = (call.zone_or_own(0)?, call.ms(1)?);
    let moment = Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH);
    Ok(Value::bool(zone.to_offset_info(moment).dst().is_dst()))
}

fn utc_now(call: &mut Call<'_>) -> Result<Value, Fault> {
    let shown = clock(call.env.now_ms, &TimeZone::UTC);
    call.give(&shown)
}

fn to_iso(call: &mut Call<'_>) -> Result<Value, Fault> {
    let date = call.date(0)?;
    let text = match date.kind() {
        Kind::Date => super::day_text(date.as_i64()),
        _ => Timestamp::from_millisecond(date.as_i64()).map_or(String::new(), |t| t.to_string()),
    };
    call.give(&text)
}

fn unix_time(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::int(call.ms(0)?.div_euclid(1000)))
}

fn unix_ms(call: &mut Call<'_>) -> Result<Value, Fault> {
    Ok(Value::int(call.ms(0)?))
}

fn from_unix(call: &mut Call<'_>) -> Result<Value, Fault> {
    let n = call.number(0)?;
    let ms = if n.abs() > 1e11 { n } else { n * 1000.0 };
    super::in_range(Value::moment(libm::floor(ms) as i64))
}

#[cfg(test)]
mod tests {
    use crate::testing::call;

    #[test]
    fn clocks_that_are_moved() {
        for (zone, local, utc) in [
            // The hour that is left out.
            ("America/New_York", "2024-03-10 02:30", "2024-03-10 07:30:00"),
            ("Europe/Berlin", "2024-03-31 02:15", "2024-03-31 01:15:00"),
            ("Australia/Lord_Howe", "2024-10-06 02:15", "2024-10-05 15:45:00"),
            // Midnight itself is left out.
            ("America/Sao_Paulo", "2018-11-04 00:00", "2018-11-04 03:00:00"),
            // The hour that comes twice: its first time.
            ("America/New_York", "2024-11-03 01:30", "2024-11-03 05:30:00"),
            ("Europe/Lisbon", "2024-10-27 01:30", "2024-10-27 00:30:00"),
            // A day that was never there.
            ("Pacific/Apia", "2011-12-30 12:00", "2011-12-30 22:00:00"),
        ] {
            let args = format!(r#"["{local}", "{zone}", "UTC"]"#);
            assert_eq!(call("CONVERTZONE", &args), utc, "{zone} {local}");
        }
    }

    #[test]
    fn zones_have_several_names() {
        for (name, offset) in [
            ("asia/kolkata", "330"),
            ("Kathmandu", "345"),
            ("são paulo", "-180"),
            ("UTC-3", "-180"),
            ("+0930", "570"),
            ("Z", "0"),
        ] {
            let args = format!(r#"["{name}", "2024-01-01"]"#);
            assert_eq!(call("UTCOFFSET", &args), offset, "{name}");
        }
        assert!(call("TOZONE", r#"["2024-01-01", "Atlantis"]"#).contains("is not known"));
        assert_eq!(call("TODAY", r#"["Pacific/Kiritimati"]"#), "2024-03-16");
        assert_eq!(call("NOW", r#"["Asia/Tokyo"]"#), "2024-03-16 02:05:09");
    }

    #[test]
    fn numbers_for_moments() {
        assert_eq!(call("FROMUNIX", "[0]"), "1969-12-31 21:00:00");
        assert_eq!(call("UNIXTIME", r#"["1969-12-31T23:59:59.5Z"]"#), "-1");
        assert!(call("FROMUNIX", "[1e300]").contains("too far"));
        assert_eq!(call("ISDST", "[]"), "false");
    }
}
