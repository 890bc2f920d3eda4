//! Parts of a time, given in seconds since 1970. All of them in UTC.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// The function of this name.
pub(super) fn by_name(name: &str) -> Option<fn(f64) -> f64> {
    Some(match name {
        "minute" => |seconds| part(seconds, |time| i32::from(time.minute())),
        "hour" => |seconds| part(seconds, |time| i32::from(time.hour())),
        "day_of_week" => |seconds| part(seconds, |time| i32::from(time.weekday().to_sunday_zero_offset())),
        "day_of_month" => |seconds| part(seconds, |time| i32::from(time.day())),
        "day_of_year" => |seconds| part(seconds, |time| i32::from(time.day_of_year())),
        "days_in_month" => |seconds| part(seconds, |time| i32::from(time.days_in_month())),
        "month" => |seconds| part(seconds, |time| i32::from(time.month())),
        "year" => |seconds| part(seconds, |time| i32::from(time.year())),
        _ => return None,
    })
}

/// No number for times beyond the years that calendars are kept for.
fn part(seconds: f64, part: impl Fn(DateTime) -> i32) -> f64 {
    let time = Timestamp::from_second(seconds as i64).ok();
    time.map_or(f64::NAN, |time| f64::from(part(TimeZone::UTC.to_datetime(time))))
}
