//! Reading values that scripts write in several ways.

use basilect_stdlib::Data;

/// Seconds of a duration: a number, a span, or a text such as `7 days`.
pub(super) fn seconds_of(data: &Data) -> Option<f64> {
    match data {
        Data::Span(ms) => Some(*ms as f64 / 1_000.0),
        Data::Text(text) => {
            let (number, unit) = text.trim().split_once(' ').unwrap_or((text.trim(), "seconds"));
            Some(number.parse::<f64>().ok()? * unit_seconds(unit)?)
        }
        other => basilect_stdlib::pure::numbers::data_to_number(other),
    }
}

/// A value as compact JSON, moments in UTC.
pub(super) fn json_text(data: &Data) -> String {
    basilect_stdlib::pure::json::to_json(data, "UTC").to_string()
}

/// How many seconds a unit has.
pub(super) fn unit_seconds(unit: &str) -> Option<f64> {
    match unit.trim().to_lowercase().trim_end_matches('s') {
        "millisecond" | "m" | "milli" => Some(0.001),
        "" | "second" | "sec" => Some(1.0),
        "minute" | "min" => Some(60.0),
        "hour" | "h" => Some(3_600.0),
        "day" | "d" => Some(86_400.0),
        "week" | "w" => Some(604_800.0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_units() {
        assert_eq!(seconds_of(&Data::text("7 days")), Some(604_800.0));
        assert_eq!(seconds_of(&Data::text("90")), Some(90.0));
        assert_eq!(seconds_of(&Data::Span(1_500)), Some(1.5));
        assert_eq!(seconds_of(&Data::text("3 fortnights")), None);
    }
}
