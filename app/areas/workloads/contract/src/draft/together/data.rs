//! What a config map holds as text and as bytes, together.

use super::fault;
use crate::rule::Fault;
use serde_json::Value;

/// So many bytes all values may have together.
const MOST_BYTES: usize = 1 << 20;

/// A key is there once, and all values together are not too large.
pub(super) fn check(map: &Value, faults: &mut Vec<Fault>) {
    let twice = values(map, "binaryData").find(|(key, _)| !map["data"][*key].is_null());
    faults.extend(twice.map(|(key, _)| fault("0/binaryData", "fault.twice", key)));
    let of_texts = values(map, "data").map(|(_, text)| text.len()).sum::<usize>();
    let of_files = values(map, "binaryData").map(|(_, text)| decoded(text)).sum::<usize>();
    if of_texts + of_files > MOST_BYTES {
        let place = if of_files > of_texts { "0/binaryData" } else { "0/data" };
        faults.push(fault(place, "fault.data-size", ""));
    }
}

fn values<'m>(map: &'m Value, part: &str) -> impl Iterator<Item = (&'m str, &'m str)> + use<'m> {
    let all = map[part].as_object().into_iter().flatten();
    all.filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)))
}

/// How many bytes a text in Base64 stands for.
fn decoded(text: &str) -> usize {
    text.trim_end_matches('=').len() * 3 / 4
}
