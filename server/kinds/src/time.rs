//! Moments as Kubernetes writes them.

use jiff::Timestamp;

/// Seconds since 1970 of an RFC 3339 text. `2026-11-23T04:20:00Z`, the form of nearly all Kubernetes times, is read
/// without a general parser.
pub fn seconds(text: &str) -> Option<i64> {
    plain(text.as_bytes()).or_else(|| text.parse::<Timestamp>().ok().map(Timestamp::as_second))
}

fn plain(text: &[u8]) -> Option<i64> {
    let &[a, b, c, d, b'-', e, f, b'-', g, h, b'T', i, j, b':', k, l, b':', m, n, b'Z'] = text else {
        return None;
    };
    let digits = |digits: &[u8]| {
        digits.iter().try_fold(0i64, |value, digit| {
            digit.is_ascii_digit().then(|| value * 10 + i64::from(digit - b'0'))
        })
    };
    let (year, month, day) = (digits(&[a, b, c, d])?, digits(&[e, f])?, digits(&[g, h])?);
    let (hour, minute, second) = (digits(&[i, j])?, digits(&[k, l])?, digits(&[m, n])?);
    let sensible =
        (1..=12).contains(&month) && (1..=28).contains(&day) && hour < 24 && minute < 60 && second < 60;
    // Whatever is rare or impossible (29th to 31st, leap seconds) is left to the general parser.
    sensible.then(|| ((days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second)
}

/// Days from 1970-01-01 to a date, after Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms".
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn times_of_all_forms_are_read() {
        assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(seconds("2026-11-23T04:20:00Z"), Some(1_795_407_600));
        assert_eq!(seconds("2026-11-23T04:20:00.123456Z"), Some(1_795_407_600));
        assert_eq!(seconds("2026-11-23T05:20:00+01:00"), Some(1_795_407_600));
        assert_eq!(seconds("2024-02-29T00:00:00Z"), Some(1_709_164_800));
        for text in ["", "yesterday", "2023-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-11-23T24:00:00Z"]
        {
            assert_eq!(seconds(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn the_fast_path_agrees_with_the_general_parser(second in -60_000_000_000i64..200_000_000_000) {
            let text = Timestamp::from_second(second).unwrap().to_string();

            prop_assert_eq!(seconds(&text), Some(second));
        }
    }
}
