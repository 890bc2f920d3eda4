//! From a form's fields to settings and back.

use crate::settings::{
    Cas, Directory, Kind, Mapping, Nesting, OAuth, OpenId, Settings, System, is_secure_address, usual_minutes,
};
use model::FieldProblem;
use std::collections::BTreeMap;
use workspaces_contract::MemberPlace;

/// What stands in a form, by the names of its fields.
pub type Fields = BTreeMap<String, String>;

/// The most mappings of one provider.
pub const MAX_MAPPINGS: usize = 200;

/// The most characters of one line.
const MAX_LINE: usize = 500;

/// The most minutes after which a provider is asked again.
const MAX_MINUTES: u32 = 24 * 60;

/// The most days after which somebody is kept out who does not come.
const MAX_DAYS: u32 = 365;

/// The most characters of certificates.
const MAX_AUTHORITY: usize = 40_000;

/// Platform roles that a group can give.
const ROLES: [&str; 3] = ["administrator", "auditor", "creator"];

/// What stands between a role and the place where it counts.
const IN: char = '@';

impl Settings {
    /// The fields of the form that shows these settings.
    pub fn to_fields(&self) -> Fields {
        let mut fields = Fields::new();
        let mut set = |name: &str, value: &str| {
            fields.insert(name.into(), value.into());
        };
        set("name", &self.name);
        set("makes_accounts", on(self.makes_accounts));
        let lines = self.mappings.iter().map(|mapping| match &mapping.place {
            None => format!("{} = {}\n", mapping.group, mapping.role),
            Some(place) => format!("{} = {} {IN} {place}\n", mapping.group, mapping.role),
        });
        set("mappings", &lines.collect::<String>());
        set("authority", self.authority());
        if self.kind() != Kind::Directory {
            set("idle_days", &self.idle_days.to_string());
        }
        match &self.system {
            System::OpenId(openid) => {
                set("issuer", &openid.issuer);
                set("client_id", &openid.client_id);
                set("scopes", &openid.scopes);
                set("name_claim", &openid.name_claim);
                set("groups_claim", &openid.groups_claim);
                set("asks_again", &openid.asks_again.to_string());
            }
            System::GitHub(oauth) | System::GitLab(oauth) => {
                set("address", &oauth.address);
                set("interface", &oauth.interface);
                set("client_id", &oauth.client_id);
                set("reads_groups", on(oauth.reads_groups));
            }
            System::Cas(cas) => {
                set("address", &cas.address);
                set("subject_attribute", &cas.subject_attribute);
                set("proposed_attribute", &cas.proposed_attribute);
                set("groups_attribute", &cas.groups_attribute);
            }
            System::Directory(directory) => {
                set("address", &directory.address);
                set("starts_tls", on(directory.starts_tls));
                set("bind_name", &directory.bind_name);
                set("people_base", &directory.people_base);
                set("people_filter", &directory.people_filter);
                set("id_attribute", &directory.id_attribute);
                set("name_attribute", &directory.name_attribute);
                set("groups_base", &directory.groups_base);
                set("groups_filter", &directory.groups_filter);
                set("group_attribute", &directory.group_attribute);
                set("nesting", directory.nesting.word());
            }
        }
        fields
    }

    /// Reads a form; answers everything that is wrong with it. The words of problems are keys of texts.
    pub fn from_fields(kind: Kind, fields: &Fields) -> Result<Self, Vec<FieldProblem>> {
        let mut reader = Reader { fields, problems: Vec::new() };
        let name = reader.needed("name");
        let makes_accounts = reader.is_on("makes_accounts");
        let mappings = reader.mappings();
        let authority = reader.authority();
        let idle_days = if kind == Kind::Directory { 0 } else { reader.days("idle_days") };
        let system = match kind {
            Kind::OpenId => System::OpenId(OpenId {
                issuer: reader.web_address("issuer"),
                client_id: reader.needed("client_id"),
                scopes: reader.line("scopes"),
                name_claim: reader.needed("name_claim"),
                groups_claim: reader.line("groups_claim"),
                asks_again: reader.minutes("asks_again"),
                authority,
            }),
            Kind::GitHub | Kind::GitLab => {
                let oauth = OAuth {
                    address: reader.web_address("address"),
                    interface: reader.web_address("interface"),
                    client_id: reader.needed("client_id"),
                    reads_groups: reader.is_on("reads_groups"),
                    authority,
                };
                if kind == Kind::GitHub { System::GitHub(oauth) } else { System::GitLab(oauth) }
            }
            Kind::Cas => System::Cas(Cas {
                address: reader.web_address("address"),
                subject_attribute: reader.attribute("subject_attribute"),
                proposed_attribute: reader.attribute("proposed_attribute"),
                groups_attribute: reader.attribute("groups_attribute"),
                authority,
            }),
            Kind::Directory => System::Directory(reader.directory(authority)),
        };
        match reader.problems {
            problems if problems.is_empty() => Ok(Self { name, makes_accounts, mappings, idle_days, system }),
            problems => Err(problems),
        }
    }
}

fn on(is_on: bool) -> &'static str {
    if is_on { "on" } else { "" }
}

struct Reader<'a> {
    fields: &'a Fields,
    problems: Vec<FieldProblem>,
}

impl Reader<'_> {
    fn wrong(&mut self, field: &str, word: &str) {
        self.problems.push(FieldProblem::new(field, word));
    }

    fn is_on(&self, field: &str) -> bool {
        self.fields.get(field).is_some_and(|value| !value.is_empty())
    }

    fn line(&mut self, field: &str) -> String {
        let value = self.fields.get(field).map(|value| value.trim().to_owned()).unwrap_or_default();
        if value.chars().count() > MAX_LINE || value.chars().any(char::is_control) {
            self.wrong(field, "line");
        }
        value
    }

    fn needed(&mut self, field: &str) -> String {
        let value = self.line(field);
        if value.is_empty() {
            self.wrong(field, "needed");
        }
        value
    }

    /// Minutes, up to a day; as usual in a form that does not ask.
    fn minutes(&mut self, field: &str) -> u32 {
        if !self.fields.contains_key(field) {
            return usual_minutes();
        }
        let minutes = self.line(field).parse().ok().filter(|minutes| *minutes <= MAX_MINUTES);
        if minutes.is_none() {
            self.wrong(field, "minutes");
        }
        minutes.unwrap_or_default()
    }

    /// Days, up to a year; none in a form that does not ask.
    fn days(&mut self, field: &str) -> u32 {
        if !self.fields.contains_key(field) {
            return 0;
        }
        let days = self.line(field).parse().ok().filter(|days| *days <= MAX_DAYS);
        if days.is_none() {
            self.wrong(field, "days");
        }
        days.unwrap_or_default()
    }

    fn web_address(&mut self, field: &str) -> String {
        let value = self.needed(field);
        if !value.is_empty() && !is_secure_address(&value, "https://", "http://") {
            self.wrong(field, "web-address");
        } else if value.contains(['?', '#']) {
            self.wrong(field, "plain-address");
        }
        value
    }

    fn authority(&mut self) -> String {
        let value = self.fields.get("authority").map(|value| value.trim().to_owned()).unwrap_or_default();
        let is_pem = value.starts_with("-----BEGIN CERTIFICATE-----") && value.ends_with("-----");
        if !value.is_empty() && (!is_pem || value.len() > MAX_AUTHORITY) {
            self.wrong("authority", "certificate");
        }
        value
    }

    fn mappings(&mut self) -> Vec<Mapping> {
        let text = self.fields.get("mappings").cloned().unwrap_or_default();
        let mut mappings = Vec::new();
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            if let Some(mapping) = mapping(line) {
                mappings.push(mapping);
            } else {
                let line = u32::try_from(index + 1).ok();
                self.problems.push(FieldProblem { line, ..FieldProblem::new("mappings", "mapping") });
            }
        }
        if mappings.len() > MAX_MAPPINGS {
            self.wrong("mappings", "mappings");
        }
        mappings
    }

    fn directory(&mut self, authority: String) -> Directory {
        let address = self.needed("address");
        let starts_tls = self.is_on("starts_tls");
        let is_secure = is_secure_address(&address, "ldaps://", "ldap://");
        let can_start = starts_tls && address.starts_with("ldap://");
        if !address.is_empty() && !is_secure && !can_start {
            self.wrong("address", "directory-address");
        } else if starts_tls && address.starts_with("ldaps://") {
            self.wrong("starts_tls", "already-secure");
        }
        let nesting = self.line("nesting");
        Directory {
            address,
            starts_tls,
            bind_name: self.line("bind_name"),
            people_base: self.needed("people_base"),
            people_filter: self.filter("people_filter", &["{name}"]),
            id_attribute: self.needed_attribute("id_attribute"),
            name_attribute: self.needed_attribute("name_attribute"),
            groups_base: self.line("groups_base"),
            groups_filter: self.filter("groups_filter", &["{dn}", "{name}"]),
            group_attribute: self.needed_attribute("group_attribute"),
            nesting: Nesting::ALL.into_iter().find(|known| known.word() == nesting).unwrap_or_default(),
            authority,
        }
    }

    /// A filter in brackets that has a place for one of these.
    fn filter(&mut self, field: &str, places: &[&str]) -> String {
        let value = self.needed(field);
        let mut depth = 0_i32;
        let mut is_whole = value.starts_with('(') && value.ends_with(')');
        for character in value.chars() {
            depth += match character {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            is_whole &= depth >= 0;
        }
        if !value.is_empty() && (!is_whole || depth != 0 || !places.iter().any(|place| value.contains(place)))
        {
            self.wrong(field, "filter");
        }
        value
    }

    fn needed_attribute(&mut self, field: &str) -> String {
        self.needed(field);
        self.attribute(field)
    }

    fn attribute(&mut self, field: &str) -> String {
        let value = self.line(field);
        if !value.chars().all(|character| character.is_ascii_alphanumeric() || "-._;".contains(character)) {
            self.wrong(field, "attribute");
        }
        value
    }
}

/// Reads `group = role`, or `group = role @ place` for a role in a cluster, a workspace or a project.
fn mapping(line: &str) -> Option<Mapping> {
    // A group's name may hold an equals sign, as entries of directories do.
    let (group, role) = line.rsplit_once('=')?;
    let (group, role) = (group.trim(), role.trim());
    let (role, place) = match role.split_once(IN) {
        None => (role, None),
        Some((role, place)) => (role.trim(), Some(MemberPlace::try_from(place.trim().to_owned()).ok()?)),
    };
    let is_role = match place {
        None => ROLES.contains(&role),
        Some(_) => !role.is_empty() && !role.contains(char::is_whitespace),
    };
    (is_role && !group.is_empty()).then(|| Mapping { group: group.into(), role: role.into(), place })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn filled(kind: Kind) -> Fields {
        let mut fields = Settings::draft(kind).to_fields();
        for (name, value) in [
            ("name", "Company"),
            ("issuer", "https://login.example"),
            ("client_id", "orrery"),
            ("people_base", "ou=people,dc=example"),
            ("mappings", "cn=admins,dc=example = administrator\n\nops=administrator"),
        ] {
            fields.insert(name.into(), value.into());
        }
        if let Kind::Directory | Kind::Cas = kind {
            let scheme = if kind == Kind::Cas { "https" } else { "ldaps" };
            fields.insert("address".into(), format!("{scheme}://directory.example"));
        }
        fields
    }

    fn problems(kind: Kind, changes: &[(&str, &str)]) -> Vec<(String, String)> {
        let mut fields = filled(kind);
        fields.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let problems = Settings::from_fields(kind, &fields).unwrap_err();
        problems.into_iter().map(|problem| (problem.field, problem.message)).collect()
    }

    #[test]
    fn what_a_form_shows_is_what_it_reads() {
        for kind in Kind::ALL {
            let settings = Settings::from_fields(kind, &filled(kind)).unwrap();

            assert_eq!(settings.kind(), kind);
            assert_eq!(Settings::from_fields(kind, &settings.to_fields()).unwrap(), settings);
            assert_eq!(settings.mappings[0].group, "cn=admins,dc=example");
            assert_eq!(settings.mappings.len(), 2);
        }
    }

    #[test]
    fn secrets_go_only_where_nobody_else_reads() {
        for address in ["http://login.example", "ftp://x", "login.example", "https://", "https://a@b", ""] {
            assert!(problems(Kind::OpenId, &[("issuer", address)])[0].0 == "issuer", "{address:?}");
        }
        for address in ["http://localhost:8080", "http://127.0.0.1:1", "http://[::1]:8080/realm"] {
            let mut fields = filled(Kind::OpenId);
            fields.insert("issuer".into(), address.into());
            assert!(Settings::from_fields(Kind::OpenId, &fields).is_ok(), "{address:?}");
        }
        assert_eq!(
            problems(Kind::Directory, &[("address", "ldap://directory.example")])[0].1,
            "directory-address"
        );
        let mut fields = filled(Kind::Directory);
        fields.insert("address".into(), "ldap://directory.example".into());
        fields.insert("starts_tls".into(), "on".into());
        assert!(Settings::from_fields(Kind::Directory, &fields).is_ok());
    }

    #[test]
    fn a_filter_has_brackets_and_a_place_for_the_name() {
        for filter in ["uid={name}", "(uid=ada)", "(uid={name}))(", "((uid={name})", ")(uid={name})("] {
            assert_eq!(problems(Kind::Directory, &[("people_filter", filter)])[0].1, "filter", "{filter}");
        }
    }

    #[test]
    fn a_mapping_names_a_group_and_a_role_and_the_line_that_does_not() {
        let mut fields = filled(Kind::OpenId);
        fields.insert("mappings".into(), "ops = administrator\nnobody\nx = emperor".into());

        let problems = Settings::from_fields(Kind::OpenId, &fields).unwrap_err();

        assert_eq!(problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [Some(2), Some(3)]);
    }

    #[test]
    fn a_group_can_give_a_role_in_a_place() {
        let lines = "cn=devs,dc=example = project-editor @ project/harbour/shop\nops = workspace-admin @ workspace/garden\n";
        let mut fields = filled(Kind::OpenId);
        fields.insert("mappings".into(), lines.into());

        let settings = Settings::from_fields(Kind::OpenId, &fields).unwrap();

        let read = &settings.mappings[0];
        assert_eq!((read.group.as_str(), read.role.as_str()), ("cn=devs,dc=example", "project-editor"));
        assert_eq!(read.place.as_ref().map(ToString::to_string).as_deref(), Some("project/harbour/shop"));
        assert_eq!(settings.to_fields()["mappings"], lines);
        for wrong in ["a = x @ nowhere", "a = @ workspace/garden", "a = x y @ workspace/garden", "a = editor"]
        {
            assert_eq!(problems(Kind::OpenId, &[("mappings", wrong)])[0].1, "mapping", "{wrong}");
        }
    }

    #[test]
    fn a_provider_is_asked_again_within_a_day_or_never() {
        for wrong in ["", "-1", "1441", "five"] {
            let told = ("asks_again".to_owned(), "minutes".to_owned());
            assert_eq!(problems(Kind::OpenId, &[("asks_again", wrong)]), [told], "{wrong:?}");
        }
        for right in ["0", "1440"] {
            let mut fields = filled(Kind::OpenId);
            fields.insert("asks_again".into(), right.into());
            assert_eq!(
                Settings::from_fields(Kind::OpenId, &fields).unwrap().to_fields()["asks_again"],
                right
            );
        }
    }

    #[test]
    fn who_does_not_come_is_kept_out_within_a_year_or_never() {
        for wrong in ["", "-1", "366", "soon"] {
            let told = ("idle_days".to_owned(), "days".to_owned());
            assert_eq!(problems(Kind::Cas, &[("idle_days", wrong)]), [told], "{wrong:?}");
        }
        for (kind, right) in [(Kind::Cas, "0"), (Kind::GitHub, "365"), (Kind::OpenId, "90")] {
            let mut fields = filled(kind);
            fields.insert("idle_days".into(), right.into());
            assert_eq!(Settings::from_fields(kind, &fields).unwrap().to_fields()["idle_days"], right);
        }
        assert!(!filled(Kind::Directory).contains_key("idle_days"), "a directory is asked");
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let wrong =
            problems(Kind::OpenId, &[("name", ""), ("client_id", " "), ("authority", "not a certificate")]);

        let fields: Vec<&str> = wrong.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, ["name", "authority", "client_id"]);
    }
}
