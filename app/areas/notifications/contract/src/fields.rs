//! The form of a receiver, and what is wrong with it.

use crate::ReceiverPlace;
use crate::channels::{Channel, ChannelField, EVERYBODY, Shape};
use crate::quiet::QuietTime;
use model::fault::{EntryFault, ReceiverFault};
use model::{Fault, FieldProblem, Language, Level};
use monitoring_contract::Matcher;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// After how many hours a receiver is told again of what still fires, for choosing; 0 is never.
pub const REPEAT_HOURS: [u32; 5] = [0, 1, 4, 12, 24];
/// The longest name, in characters.
pub const LONGEST_NAME: usize = 100;
/// The most mail addresses of one receiver.
pub const MOST_RECIPIENTS: usize = 50;
/// The most people whom one receiver calls.
pub const MOST_CALLED: usize = 20;
/// The longest line, in characters.
const LONGEST_LINE: usize = 1000;

/// How bad an alert must be for a receiver to be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Least {
    /// Only the worst.
    Critical,
    /// Warnings and worse.
    #[default]
    Warning,
    /// Whatever fires.
    All,
}

impl Least {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Critical, Self::Warning, Self::All];

    /// Its stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Warning => "warning",
            Self::All => "all",
        }
    }

    /// Whether an alert of this level is bad enough.
    pub fn admits(self, level: Level) -> bool {
        match self {
            Self::Critical => level == Level::Failed,
            Self::Warning => matches!(level, Level::Failed | Level::Warning),
            Self::All => true,
        }
    }
}

/// The fields of a receiver's form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiverFields {
    /// Its id; empty for a new one.
    #[serde(default)]
    pub id: String,
    /// What was read: saving over another version is refused.
    #[serde(default)]
    pub version: i64,
    /// Whose alerts it hears. That stays as it was when it was made.
    pub place: ReceiverPlace,
    /// The word of the way. That stays, too.
    #[serde(default)]
    pub channel: String,
    /// What people call it.
    #[serde(default)]
    pub name: String,
    /// How bad an alert must be.
    #[serde(default)]
    pub least: Least,
    /// Conditions on labels, one in a line, as [`Matcher::parse_lines`] reads them; empty for none.
    #[serde(default)]
    pub matchers: String,
    /// Whether it is told, too, that an alert has ended.
    #[serde(default)]
    pub tells_resolved: bool,
    /// After how many hours it is told again: one of [`REPEAT_HOURS`].
    #[serde(default)]
    pub repeat_hours: u32,
    /// When it is not told, one time in a line, as [`QuietTime::parse_lines`] reads them; empty for never.
    #[serde(default)]
    pub quiet: String,
    /// By the clock of which time zone that is.
    #[serde(default)]
    pub quiet_zone: String,
    /// The tag of the language in which it is told.
    #[serde(default)]
    pub language: String,
    /// What is said about where the way leads, by the names of the channel's fields.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// The names of secrets that are kept no longer. Only those that the way can do without can be removed.
    #[serde(default)]
    pub removed: BTreeSet<String>,
}

/// A receiver that can be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// What people call it.
    pub name: String,
    /// The way.
    pub channel: &'static Channel,
    /// Conditions on labels.
    pub matchers: Vec<Matcher>,
    /// The language in which it is told.
    pub language: Language,
    /// What may be shown again.
    pub settings: BTreeMap<String, String>,
    /// What is sealed. One that was left empty is as it was, unless it is removed.
    pub secrets: BTreeMap<String, String>,
    /// The secrets that are kept no longer.
    pub removed: BTreeSet<String>,
}

impl ReceiverFields {
    /// An empty form.
    pub fn new(place: ReceiverPlace, channel: &str) -> Self {
        Self {
            id: String::new(),
            version: 0,
            place,
            channel: channel.to_owned(),
            name: String::new(),
            least: Least::Warning,
            matchers: String::new(),
            tells_resolved: true,
            repeat_hours: 4,
            quiet: String::new(),
            quiet_zone: String::new(),
            language: Language::English.tag().to_owned(),
            settings: BTreeMap::new(),
            removed: BTreeSet::new(),
        }
    }

    /// A receiver that can be kept, or what is wrong at which field. `kept` are the secrets that are there already.
    pub fn check(&self, kept: &BTreeSet<String>) -> Result<Checked, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        let name = self.name.trim();
        match name.chars().count() {
            0 => problems.push(FieldProblem::of("name", ReceiverFault::Nameless)),
            1..=LONGEST_NAME if !name.chars().any(char::is_control) => {}
            _ => problems.push(FieldProblem::of("name", EntryFault::Line(LONGEST_NAME))),
        }
        let matchers = match self.matchers.trim() {
            "" => Vec::new(),
            text => Matcher::parse_lines(text).unwrap_or_else(|problem| {
                problems.push(problem);
                Vec::new()
            }),
        };
        if !REPEAT_HOURS.contains(&self.repeat_hours) {
            problems.push(FieldProblem::of("repeat_hours", EntryFault::Span));
        }
        problems.extend(self.quiet_problem());
        let language = Language::ALL.into_iter().find(|language| language.tag() == self.language);
        if language.is_none() {
            problems.push(FieldProblem::of("language", EntryFault::Language));
        }
        let channel = Channel::find(&self.channel);
        if channel.is_none() {
            problems.push(FieldProblem::of("channel", ReceiverFault::Way));
        }
        let (mut settings, mut secrets, mut removed) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
        for field in channel.into_iter().flat_map(|channel| channel.fields) {
            let value = self.settings.get(field.name).map_or("", |value| value.trim());
            let is_removed = field.is_secret && self.removed.contains(field.name);
            match field.read(value, kept.contains(field.name) && !is_removed) {
                Ok(value) if value.is_empty() && is_removed => {
                    removed.insert(field.name.to_owned());
                }
                Ok(value) if value.is_empty() => {}
                Ok(_) if is_removed => {
                    problems.push(FieldProblem::of(field.name, ReceiverFault::NewAndRemoved));
                }
                Ok(value) if field.is_secret => drop(secrets.insert(field.name.to_owned(), value)),
                Ok(value) => drop(settings.insert(field.name.to_owned(), value)),
                Err(fault) => problems.push(FieldProblem::of(field.name, fault)),
            }
        }
        let has_secret =
            |name: &str| secrets.contains_key(name) || kept.contains(name) && !removed.contains(name);
        let user = settings.get("user").map_or("", String::as_str);
        if problems.is_empty() {
            problems.extend(proof_problem(user, has_secret));
            problems.extend(channel.and_then(|channel| addressee_problem(channel, &settings)));
        }
        match (channel, language) {
            (Some(channel), Some(language)) if problems.is_empty() => {
                let name = name.to_owned();
                Ok(Checked { name, channel, matchers, language, settings, secrets, removed })
            }
            _ => Err(problems),
        }
    }

    /// What is wrong with when it is not told. Without such times no clock is asked for.
    fn quiet_problem(&self) -> Option<FieldProblem> {
        match QuietTime::parse_lines(&self.quiet) {
            Err(fault) => Some(FieldProblem::of("quiet", fault)),
            Ok(times) if times.is_empty() || model::time_zones().any(|zone| zone == self.quiet_zone) => None,
            Ok(_) => Some(FieldProblem::of("quiet_zone", ReceiverFault::Zone)),
        }
    }
}

impl ChannelField {
    fn read(&self, value: &str, is_kept: bool) -> Result<String, Fault> {
        if value.is_empty() {
            let may_be_empty = self.is_optional || self.is_secret && is_kept;
            return if may_be_empty { Ok(String::new()) } else { Err(EntryFault::Empty.into()) };
        }
        match self.shape {
            Shape::Line => line(value),
            Shape::Address => line(value).and_then(|value| web_address(&value)),
            Shape::Recipients => recipients(value),
            Shape::People => people(value),
        }
    }
}

/// What is wrong with to whom an app writes: to nobody, or to all where there is no way to.
fn addressee_problem(channel: &Channel, settings: &BTreeMap<String, String>) -> Option<FieldProblem> {
    channel.field("users")?;
    let said = |name: &str| settings.get(name).map_or("", String::as_str);
    let is_everybody = |name: &&str| said(name) == EVERYBODY;
    let cannot = match channel.word {
        "wecom-app" | "dingtalk-app" => &["departments", "tags"],
        _ => &["users", "departments"],
    };
    if let Some(name) = cannot.iter().find(|name| is_everybody(name)) {
        return Some(FieldProblem::of(*name, ReceiverFault::NotAll));
    }
    let is_nobody = ["users", "departments", "tags"].iter().all(|name| said(name).is_empty());
    is_nobody.then(|| FieldProblem::of("users", ReceiverFault::NoAddressee))
}

/// What is wrong with how it proves who sends: by a name with its password, by a token, or not at all.
fn proof_problem(user: &str, has_secret: impl Fn(&str) -> bool) -> Option<FieldProblem> {
    let problem = |field: &str, fault: ReceiverFault| Some(FieldProblem::of(field, fault));
    match (user.is_empty(), has_secret("password"), has_secret("token")) {
        (true, true, _) => problem("user", ReceiverFault::NoUser),
        (false, false, _) => problem("password", ReceiverFault::NoPassword),
        (false, true, true) => problem("token", ReceiverFault::TwoProofs),
        (false, true, false) if user.contains(':') => problem("user", ReceiverFault::Colon),
        _ => None,
    }
}

/// A line that is not too long; an empty one is one.
pub(crate) fn line(value: &str) -> Result<String, Fault> {
    if value.chars().count() > LONGEST_LINE || value.chars().any(char::is_control) {
        return Err(EntryFault::Line(LONGEST_LINE).into());
    }
    Ok(value.to_owned())
}

fn web_address(value: &str) -> Result<String, Fault> {
    let rest = value.strip_prefix("https://").or_else(|| value.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    match host {
        Some(host) if !host.is_empty() && !host.contains('@') && !value.contains([' ', '\\']) => {
            Ok(value.to_owned())
        }
        _ => Err(ReceiverFault::Address.into()),
    }
}

/// Mail addresses, as they are written between commas.
fn recipients(value: &str) -> Result<String, Fault> {
    let all: Vec<&str> =
        value.split([',', ';', '\n']).map(str::trim).filter(|address| !address.is_empty()).collect();
    if let Some(wrong) = all.iter().find(|address| !is_mail_address(address)) {
        return Err(ReceiverFault::NoMailAddress((*wrong).to_owned()).into());
    }
    match all.len() {
        0 => Err(EntryFault::Empty.into()),
        1..=MOST_RECIPIENTS => Ok(all.join(", ")),
        many => Err(ReceiverFault::ManyAddresses { most: MOST_RECIPIENTS, many }.into()),
    }
}

/// Whom a message calls, as they are written between commas.
fn people(value: &str) -> Result<String, Fault> {
    let all: Vec<&str> =
        value.split([',', ';', ' ']).map(str::trim).filter(|called| !called.is_empty()).collect();
    let is_id = |called: &str| {
        called.len() <= 64
            && called.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-.@+&".contains(letter))
    };
    if let Some(wrong) = all.iter().find(|called| !is_id(called)) {
        return Err(ReceiverFault::NoId((*wrong).to_owned()).into());
    }
    match all.as_slice() {
        [one] if one.eq_ignore_ascii_case(EVERYBODY) => Ok(EVERYBODY.to_owned()),
        all if all.iter().any(|one| one.eq_ignore_ascii_case(EVERYBODY)) => {
            Err(ReceiverFault::AllAndSome(EVERYBODY.to_owned()).into())
        }
        all if all.len() > MOST_CALLED => {
            Err(ReceiverFault::ManyCalled { most: MOST_CALLED, many: all.len() }.into())
        }
        all => Ok(all.join(", ")),
    }
}

/// Whether it can be a mail address (RFC 5321, without quotes and addresses in brackets).
pub(crate) fn is_mail_address(address: &str) -> bool {
    let is_plain = |text: &str, others: &str| {
        !text.is_empty()
            && !text.starts_with('.')
            && !text.ends_with('.')
            && !text.contains("..")
            && text.chars().all(|letter| letter.is_ascii_alphanumeric() || others.contains(letter))
    };
    address.len() <= 254
        && address.rsplit_once('@').is_some_and(|(local, domain)| {
            local.len() <= 64 && is_plain(local, "!#$%&'*+-/=?^_`{|}~.") && is_plain(domain, "-.")
        })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::channels::CHANNELS;

    fn form(channel: &str, settings: &[(&str, &str)]) -> ReceiverFields {
        let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        ReceiverFields {
            name: "On call".into(),
            settings: settings.collect(),
            ..ReceiverFields::new(ReceiverPlace::Platform, channel)
        }
    }

    fn wrong(fields: &ReceiverFields) -> Vec<String> {
        let problems = fields.check(&BTreeSet::new()).unwrap_err();
        problems.into_iter().map(|problem| problem.field).collect()
    }

    #[test]
    fn each_way_names_what_is_missing_and_seals_what_is_secret() {
        for channel in CHANNELS {
            let needed: Vec<_> =
                channel.fields.iter().filter(|field| !field.is_optional).map(|field| field.name).collect();
            assert_eq!(wrong(&form(channel.word, &[])), needed, "{}", channel.word);
            let value = |shape| match shape {
                Shape::Address => "https://hooks.example.org/x",
                Shape::Line => "x",
                Shape::Recipients => "ada@example.org",
                Shape::People => "ada",
            };
            // A name with its password takes the place of a token.
            let has_name = channel.field("user").is_some();
            let fields = || channel.fields.iter().filter(|field| field.name != "token" || !has_name);
            let all: Vec<_> = fields().map(|field| (field.name, value(field.shape))).collect();
            let checked = form(channel.word, &all).check(&BTreeSet::new()).unwrap();
            for field in fields() {
                assert_eq!(checked.secrets.contains_key(field.name), field.is_secret);
                assert_eq!(checked.settings.contains_key(field.name), !field.is_secret);
            }
        }
    }

    #[test]
    fn a_secret_that_is_kept_may_be_left_empty_and_nothing_else() {
        let kept = BTreeSet::from(["token".to_owned(), "chat".to_owned()]);

        let problems = form("telegram", &[]).check(&kept).unwrap_err();

        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].field, "chat");
    }

    #[test]
    fn a_secret_is_removed_where_the_way_can_do_without_it_and_not_with_another_one_beside() {
        let removing = |channel, settings: &[(&str, &str)], name: &str| ReceiverFields {
            removed: BTreeSet::from([name.to_owned()]),
            ..form(channel, settings)
        };
        let kept = BTreeSet::from(["url".to_owned(), "signing".to_owned()]);

        let checked = removing("dingtalk", &[], "signing").check(&kept).unwrap();
        assert_eq!((checked.removed.len(), checked.secrets.len()), (1, 0));
        for refused in [
            removing("dingtalk", &[], "url"),
            removing("dingtalk", &[("url", "https://hooks.example.org/x")], "url"),
        ] {
            let problems = refused.check(&kept).unwrap_err();
            assert_eq!((problems.len(), problems[0].field.as_str()), (1, "url"));
        }
        let problems = removing("dingtalk", &[("signing", "x")], "signing").check(&kept).unwrap_err();
        assert_eq!((problems.len(), problems[0].field.as_str()), (1, "signing"));
        let url = ("url", "https://hooks.example.org/x");
        assert!(
            removing("webhook", &[url], "url").check(&kept).unwrap().removed.is_empty(),
            "it is no secret"
        );
    }

    #[test]
    fn addresses_are_of_the_web_and_hold_no_password() {
        for address in ["ftp://x", "https://", "https://a:b@x/", "javascript:alert(1)", "https://x/a b", "x"]
        {
            assert_eq!(wrong(&form("webhook", &[("url", address)])), ["url"], "{address}");
        }
    }

    #[test]
    fn mail_addresses_are_told_apart_and_the_wrong_one_is_named() {
        let read = |value: &str| form("email", &[("to", value)]).check(&BTreeSet::new());

        assert_eq!(read("ada@x.org;\n bea@x.org ").unwrap().settings["to"], "ada@x.org, bea@x.org");
        for address in ["ada", "@x", "a b@x", "a@x\r\nBcc: b@y", "a@x..y", "a@@x", "<a@x>", "ä@x"] {
            assert!(read(address).is_err(), "{address}");
        }
        assert!(read(&vec!["a@x"; MOST_RECIPIENTS + 1].join(",")).is_err());
    }

    #[test]
    fn a_webhook_is_shown_a_name_with_its_password_or_a_token() {
        let kept = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        let wrong = |settings: &[(&str, &str)], names: &[&str]| {
            let url = ("url", "https://hooks.example.org/x");
            let checked = form("webhook", &[&[url][..], settings].concat()).check(&kept(names));
            checked.err().map(|problems| problems[0].field.clone())
        };

        assert_eq!(wrong(&[("user", "orrery"), ("password", "hush")], &[]), None);
        assert_eq!(wrong(&[("user", "orrery")], &["password"]), None, "it is as it was");
        assert_eq!(wrong(&[("user", "orrery")], &[]), Some("password".into()));
        assert_eq!(wrong(&[("password", "hush")], &[]), Some("user".into()));
        assert_eq!(wrong(&[("user", "a:b"), ("password", "hush")], &[]), Some("user".into()));
        assert_eq!(wrong(&[("user", "orrery"), ("password", "hush")], &["token"]), Some("token".into()));
    }

    #[test]
    fn an_app_writes_to_somebody() {
        let wrong = |channel: &str, settings: &[(&str, &str)]| {
            let own = [("corp", "c"), ("agent", "1"), ("app", "a"), ("secret", "s")];
            let checked = form(channel, &[&own[..], settings].concat()).check(&BTreeSet::new());
            checked.err().map(|problems| problems[0].field.clone())
        };

        for channel in ["wecom-app", "dingtalk-app", "feishu-app"] {
            assert_eq!(wrong(channel, &[]), Some("users".into()));
            assert_eq!(wrong(channel, &[("departments", "7")]), None);
            assert_eq!(wrong(channel, &[("departments", "all")]), Some("departments".into()));
        }
        assert_eq!(wrong("wecom-app", &[("users", "all")]), None);
        assert_eq!(wrong("dingtalk-app", &[("users", "all")]), None);
        assert_eq!(wrong("feishu-app", &[("users", "all")]), Some("users".into()));
    }

    #[test]
    fn whom_a_message_calls_are_numbers_and_ids_or_everybody() {
        let read = |value: &str| {
            let settings = [("url", "https://hooks.example.org/x"), ("call", value)];
            form("dingtalk", &settings)
                .check(&BTreeSet::new())
                .map(|checked| checked.settings["call"].clone())
        };

        assert_eq!(read("13800000000; ada_1,+86-1").unwrap(), "13800000000, ada_1, +86-1");
        assert_eq!(read("All").unwrap(), "all");
        for refused in ["<!channel>", "all, 1", "a\"b", vec!["1"; MOST_CALLED + 1].join(",").as_str()] {
            assert!(read(refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn quiet_times_are_by_the_clock_of_a_place() {
        let at = |quiet: &str, zone: &str| {
            let url = [("url", "https://hooks.example.org/x")];
            let fields =
                ReceiverFields { quiet: quiet.into(), quiet_zone: zone.into(), ..form("webhook", &url) };
            fields.check(&BTreeSet::new()).err().map(|problems| problems[0].field.clone())
        };

        assert_eq!(at("sat 22:00-02:00", "Europe/Berlin"), None);
        assert_eq!(at("", ""), None);
        assert_eq!(at("sat 22:00-02:00", ""), Some("quiet_zone".into()));
        assert_eq!(at("saturday", "Europe/Berlin"), Some("quiet".into()));
    }

    #[test]
    fn each_field_says_what_is_wrong_with_it() {
        let fields = ReceiverFields {
            name: " ".into(),
            matchers: "nonsense".into(),
            repeat_hours: 3,
            language: "xx".into(),
            ..form("pigeon", &[])
        };

        assert_eq!(wrong(&fields), ["name", "matchers", "repeat_hours", "language", "channel"]);
    }

    #[test]
    fn how_bad_an_alert_must_be_is_kept() {
        assert!(Least::Critical.admits(Level::Failed) && !Least::Critical.admits(Level::Warning));
        assert!(Least::Warning.admits(Level::Warning) && !Least::Warning.admits(Level::Inactive));
        assert!(Least::All.admits(Level::Inactive));
    }
}
