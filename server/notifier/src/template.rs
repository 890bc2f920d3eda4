//! Messages in words of their own, in the language of Jinja (<https://docs.rs/minijinja/latest/minijinja/syntax/>). Tenants
//! write them, so what one can cost is bounded: it has conditions and loops and nothing that keeps, joins or multiplies texts,
//! so much work, and so much to say.

use minijinja::value::{Enumerator, Object, Value};
use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior};
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

/// Steps of a template; each alert of a long message takes some thirty in a usual one.
const MOST_STEPS: u64 = 50_000;
/// The longest message, in bytes.
const LONGEST: usize = 64 * 1024;
/// What may stand in `{% %}`. With names for values a text could be doubled forty times in a line.
const TAGS: [&str; 6] = ["if", "elif", "else", "endif", "for", "endfor"];
/// What makes more of values than there is: a step may take any number of them together, and a loop gives a name to what comes of
/// it. Texts beside each other say the same.
const MULTIPLYING: [char; 4] = ['*', '~', '+', ','];
/// A loop that runs itself with other values keeps all that it says until it ends.
const RECURSIVE: &str = "recursive";

/// A mail, in which everything that is told is escaped.
const MAIL: &str = include_str!("mail.html");

/// Labels by their names. One that an alert does not have is empty and no mistake: alerts differ.
#[derive(Debug)]
pub struct Labels(pub BTreeMap<String, String>);

impl Object for Labels {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        Some(Value::from(self.0.get(key.as_str()?).cloned().unwrap_or_default()))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.0.keys().map(|name| Value::from(name.as_str())).collect())
    }
}

fn environment(escape: AutoEscape) -> Environment<'static> {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(move |_| escape);
    environment.set_fuel(Some(MOST_STEPS));
    environment.add_filter("upper", |text: String| text.to_uppercase());
    environment.add_filter("lower", |text: String| text.to_lowercase());
    environment
}

/// What a template says with these values, or what is wrong with it, in words.
pub fn render(template: &str, values: &Value) -> Result<String, String> {
    let tags = template.split("{%").skip(1);
    for tag in tags {
        let word = tag.trim_start_matches(['-', '+', ' ']);
        let word = word.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default();
        if !TAGS.contains(&word) {
            return Err(format!("{{% {word} %}} is not known here: there are if, elif, else and for"));
        }
    }
    for code in codes(template) {
        // At the ends of a tag it only keeps the white space around it.
        let inner = code.trim_matches('+');
        if let Some(sign) = inner.chars().find(|letter| MULTIPLYING.contains(letter)) {
            return Err(format!(
                "{sign} is not known here: write what belongs together one beside the other"
            ));
        }
        if inner
            .split(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
            .any(|word| word == RECURSIVE)
        {
            return Err(format!("{RECURSIVE} is not known here"));
        }
    }
    written(&environment(AutoEscape::None), template, values).map_err(|error| words(&error))
}

/// What stands in the tags of a template without the texts in quotes. Where a tag, a text or a remark ends is found as the
/// language says, so nothing of what is run is missing here.
fn codes(template: &str) -> Vec<String> {
    let mut codes = Vec::new();
    let mut rest = template;
    while let Some((_, after)) = rest.split_once('{') {
        rest = after;
        let end = match after.chars().next() {
            Some('{') => "}}",
            Some('%') => "%}",
            Some('#') => {
                rest = after.split_once("#}").map_or("", |(_, rest)| rest);
                continue;
            }
            _ => continue,
        };
        let (code, behind) = code(after.get(1..).unwrap_or_default(), end);
        codes.push(code);
        rest = behind;
    }
    codes
}

/// The code of one tag without the texts in it, and what stands behind the tag.
fn code<'t>(tag: &'t str, end: &str) -> (String, &'t str) {
    let (mut code, mut open, mut rest) = (String::new(), 0, tag);
    while let Some(letter) = rest.chars().next() {
        if open == 0
            && let Some(behind) = rest.strip_prefix(end)
        {
            return (code, behind);
        }
        rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        match letter {
            '(' | '[' | '{' => open += 1,
            ')' | ']' | '}' => open -= 1,
            '"' | '\'' => rest = behind_text(rest, letter),
            _ => {}
        }
        code.push(letter);
    }
    (code, "")
}

/// What stands behind the quote that ends a text.
fn behind_text(text: &str, quote: char) -> &str {
    let mut is_escaped = false;
    for (place, letter) in text.char_indices() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if letter == quote => return text.get(place + quote.len_utf8()..).unwrap_or_default(),
            _ => {}
        }
    }
    ""
}

/// A mail as a page.
pub fn mail(values: &Value) -> Result<String, String> {
    written(&environment(AutoEscape::Html), MAIL, values).map_err(|error| words(&error))
}

fn written(environment: &Environment<'_>, template: &str, values: &Value) -> Result<String, Error> {
    let mut text = Limited(Vec::new());
    environment.template_from_str(template)?.render_captured_to(values, &mut text)?;
    Ok(String::from_utf8_lossy(&text.0).into_owned())
}

/// Takes so much and no more.
struct Limited(Vec<u8>);

impl io::Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > LONGEST {
            return Err(io::Error::other("it says more than a message can hold"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn words(error: &Error) -> String {
    let said = error
        .detail()
        .map_or_else(|| error.kind().to_string(), |detail| format!("{}: {detail}", error.kind()));
    match error.line() {
        Some(line) => format!("line {line}: {said}"),
        None => said,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use minijinja::context;

    fn said(template: &str) -> Result<String, String> {
        let labels = |team: &str| Labels([("team".to_owned(), team.to_owned())].into());
        let alerts = vec![
            context! { name => "Down", labels => Value::from_object(labels("fruit")) },
            context! { name => "{{ name }}", labels => Value::from_object(Labels(BTreeMap::new())) },
        ];
        render(template, &context! { cluster => "harbour", alerts })
    }

    #[test]
    fn a_template_has_values_conditions_and_loops() {
        let template = "{{ cluster|upper }}{% for alert in alerts %}\n{{ loop.index }} {{ alert.name }}\
                        {% if alert.labels.team %} ({{ alert.labels.team }}){% endif %}{% endfor %}";

        assert_eq!(said(template).as_deref(), Ok("HARBOUR\n1 Down (fruit)\n2 {{ name }}"));
        assert_eq!(said("{% for name in alerts[0].labels %}{{ name }}{% endfor %}").as_deref(), Ok("team"));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        assert!(said("a\n{{ clutser }}").is_err_and(|words| words.starts_with("line 2: undefined value")));
        assert!(said("{{ alerts[0].nmae }}").is_err());
        assert!(said("{% for alert in %}").is_err_and(|words| words.starts_with("line 1: syntax error")));
        assert!(said("{{ cluster|nothing }}").is_err_and(|words| words.contains("nothing")));
    }

    #[test]
    fn a_template_costs_no_more_than_a_message() {
        let doubled = format!("{{% set a = cluster %}}{}", "{% set a = a ~ a %}".repeat(20));
        assert!(said(&doubled).is_err_and(|words| words.contains("{% set %} is not known here")));
        for tag in ["with a = 1", "macro a()", "include 'x'", "- raw", "filter upper", "call a()", ""] {
            assert!(said(&format!("{{%{tag} %}}")).is_err(), "{tag}");
        }
        // Few enough that the test comes to an end without the limit, and many enough to need it.
        let nested = "{% for a in alerts %}".repeat(16) + &"{% endfor %}".repeat(16);
        assert!(said(&nested).is_err_and(|words| words.contains("fuel")));
        let long = "x".repeat(60_000);
        let twice = context! { cluster => long };
        assert!(render("{{ cluster }}{{ cluster }}", &twice).is_err(), "more than a message holds");
    }

    #[test]
    fn nothing_makes_more_of_values_than_there_is() {
        for (template, sign) in [
            // With larger numbers and some more loops each would be gigabytes of text, or hours of work, in a few steps.
            ("{{ ([1] * 3) ~ '' }}", "*"),
            ("{% if 2 in [1] * 3 %}{% endif %}", "*"),
            ("{% for a in [cluster ~ cluster] %}{{ a }}{% endfor %}", "~"),
            ("{% for a in [cluster + cluster] %}{{ a }}{% endfor %}", "+"),
            ("{% for a in [cluster, cluster] %}{{ a|upper }}{% endfor %}", ","),
            ("{{ {'a': 1, 'b': 2} }}", ","),
            // Wherever a tag seems to end, or seems not to begin.
            ("{{ '}}' * 9 }}", "*"),
            ("{{ '\\'}}' * 9 }}", "*"),
            ("{{ {'a': {'b': 1}} * 9 }}", "*"),
            ("{# ' #}{{ cluster * 9 }}", "*"),
            ("{ {{{ {}: '' }}} {{- cluster * 9 -}}", "*"),
        ] {
            let wanted = format!("{sign} is not known here");
            assert!(said(template).is_err_and(|words| words.starts_with(&wanted)), "{template}");
        }
        let again = "{% for alert in alerts recursive %}{{ loop(alerts) }}{% endfor %}";
        assert!(said(again).is_err_and(|words| words.starts_with("recursive is not known here")));
    }

    #[test]
    fn what_only_looks_as_if_it_multiplied_is_a_text() {
        assert_eq!(said("* a, b ~ c + d {{ 'e, f * g' }}").as_deref(), Ok("* a, b ~ c + d e, f * g"));
        assert_eq!(said("{# a, b #}{{+ cluster +}}").as_deref(), Ok("harbour"));
    }
}
