//! What is offered while a query is typed.

/// How many names are offered at once.
const OFFERED: usize = 30;
/// What PromQL has itself, offered beside the names of metrics.
const FUNCTIONS: [&str; 22] = [
    "abs(",
    "absent(",
    "avg by (",
    "avg_over_time(",
    "ceil(",
    "changes(",
    "count by (",
    "delta(",
    "deriv(",
    "floor(",
    "histogram_quantile(0.99, ",
    "increase(",
    "irate(",
    "label_replace(",
    "max by (",
    "max_over_time(",
    "min by (",
    "predict_linear(",
    "quantile_over_time(",
    "rate(",
    "sum by (",
    "topk(10, ",
];

fn is_part(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_' || character == ':'
}

/// Where in a selector somebody types: which metric it names, and for which label a value is typed; for none where the name of
/// a label is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inside {
    pub metric: String,
    pub label: String,
}

/// Where in a selector the end of a text is, and where the word begins that stands there.
pub fn inside(typed: &str) -> Option<(Inside, usize)> {
    let (before, within) = typed.rsplit_once('{').filter(|(_, within)| !within.contains('}'))?;
    let last_word = |text: &str| text[text.trim_end_matches(is_part).len()..].to_owned();
    let metric = last_word(before.trim_end());
    let at = typed.len() - within.len();
    let place = if within.matches('"').count() % 2 == 1 {
        let (head, _) = within.rsplit_once('"')?;
        let label = last_word(head.trim_end().trim_end_matches(['=', '~', '!']).trim_end());
        (Inside { metric, label }, at + head.len() + 1)
    } else {
        (Inside { metric, label: String::new() }, typed.trim_end_matches(is_part).len())
    };
    (!place.0.metric.is_empty()).then_some(place)
}

/// The whole text with each label, or each value of one, that the word at its end begins.
pub fn offers_inside(typed: &str, place: &Inside, at: usize, names: &[String]) -> Vec<String> {
    let (before, word) = typed.split_at(at);
    let end = if place.label.is_empty() { "=\"" } else { "\"" };
    // What would have to be written otherwise is not offered.
    let begun = names.iter().filter(|name| name.starts_with(word) && !name.contains(['"', '\\', '\n']));
    begun.take(OFFERED).map(|name| format!("{before}{name}{end}")).collect()
}

/// The whole text with each name that the word at its end begins.
pub fn offers(typed: &str, metrics: &[String]) -> Vec<String> {
    let begin = typed.trim_end_matches(is_part).len();
    let (before, word) = typed.split_at(begin);
    if word.is_empty() || before.matches('"').count() % 2 == 1 {
        return Vec::new();
    }
    let all = FUNCTIONS.into_iter().chain(metrics.iter().map(String::as_str));
    let begun = all.filter(|name| name.starts_with(word) && *name != word);
    begun.take(OFFERED).map(|name| format!("{before}{name}")).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn labels_and_their_values_are_completed_in_selectors() {
        let place = |typed: &str| {
            inside(typed).map(|(Inside { metric, label }, at)| (metric, label, typed[at..].to_owned()))
        };
        let of = |metric: &str, label: &str, word: &str| {
            Some((metric.to_owned(), label.to_owned(), word.to_owned()))
        };

        assert_eq!(place("sum(up{jo"), of("up", "", "jo"));
        assert_eq!(place("up {job=\"a b\", pod =~ \"we"), of("up", "pod", "we"));
        assert_eq!(place("up{job=\"a\"} / down{"), of("down", "", ""));
        for typed in ["up", "up{job=\"a\"}", "{job", ""] {
            assert_eq!(place(typed), None, "{typed}");
        }
        let names = ["job".to_owned(), "pod".to_owned(), "po\"d".to_owned()];
        let (label, at) = inside("up{po").unwrap();
        assert_eq!(offers_inside("up{po", &label, at, &names), ["up{pod=\""]);
        let (value, at) = inside("up{job=\"").unwrap();
        assert_eq!(offers_inside("up{job=\"", &value, at, &names), ["up{job=\"job\"", "up{job=\"pod\""]);
    }

    #[test]
    fn the_word_at_the_end_is_completed_and_the_rest_stays() {
        let metrics = ["node_load1".to_owned(), "node_load5".to_owned(), "up".to_owned()];

        assert_eq!(offers("max(node_l", &metrics), ["max(node_load1", "max(node_load5"]);
        assert_eq!(offers("ra", &metrics), ["rate("]);
        assert!(offers("up{job=\"no", &metrics).is_empty(), "no names inside of texts");
        assert!(offers("", &metrics).is_empty() && offers("up", &metrics).is_empty());
    }
}
