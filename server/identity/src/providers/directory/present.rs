//! Who of many is still in a directory.

use super::connection::{Connection, DirectoryError};
use super::{attributes, is_disabled};
use ldap3::ldap_escape;
use providers_contract::Directory;
use std::collections::HashSet;

/// What is true of no entry: all have a class.
const NOBODY: &str = "!(objectClass=*)";
/// So many people are asked about in one question.
const AT_ONCE: usize = 50;

/// Those of these people who are there and not disabled, by what the directory calls them for ever.
pub(super) async fn of(
    connection: &mut Connection,
    directory: &Directory,
    subjects: &[String],
) -> Result<HashSet<String>, DirectoryError> {
    let mut present = HashSet::new();
    for some in subjects.chunks(AT_ONCE) {
        let filter = one_of(directory, some);
        let found =
            connection.search(&directory.people_base, &filter, attributes(directory), 2 * AT_ONCE).await?;
        let enabled = found.iter().filter(|entry| !is_disabled(entry));
        present.extend(enabled.filter_map(|entry| entry.id(&directory.id_attribute)));
    }
    Ok(present)
}

/// The filter by which people are found who sign in, for any name, and for these people only.
fn one_of(directory: &Directory, subjects: &[String]) -> String {
    let anybody = for_any_name(&directory.people_filter);
    let each: String = subjects.iter().map(|subject| called(&directory.id_attribute, subject)).collect();
    format!("(&{anybody}(|{each}))")
}

/// The filter for any name. Brackets of values are escaped in a filter, so that those that stand there are around conditions.
fn for_any_name(filter: &str) -> String {
    let mut parts = filter.split('(');
    let mut all = parts.next().unwrap_or_default().to_owned();
    // What is open around a condition: whether each negates what is in it.
    let mut open: Vec<bool> = Vec::new();
    for part in parts {
        let (condition, rest) = part.split_at(part.find(')').unwrap_or(part.len()));
        let is_negated = open.iter().filter(|negates| **negates).count() % 2 == 1;
        let of_any = match (condition.contains("{name}"), is_negated) {
            (false, _) => condition.to_owned(),
            (true, false) => of_any_name(condition),
            // Of somebody who is not called so there is always a name: "called anything" would let nobody be there.
            (true, true) => NOBODY.to_owned(),
        };
        all.push('(');
        all.push_str(&of_any);
        all.push_str(rest);
        open.push(condition.trim() == "!");
        open.truncate(open.len().saturating_sub(rest.matches(')').count()));
    }
    all
}

/// A condition for any name. Only of equality a `*` is anything: of matching rules, and of what is greater, less or about as much,
/// it is a star, as nobody is called, and everybody would be gone.
fn of_any_name(condition: &str) -> String {
    let compared = condition.split_once('=').map(|(attribute, _)| attribute).unwrap_or_default();
    match compared.split_once([':', '<', '>', '~']) {
        None => condition.replace("{name}", "*").replace("**", "*"),
        Some(("", _)) => "objectClass=*".to_owned(),
        Some((attribute, _)) => format!("{attribute}=*"),
    }
}

/// Conditions for the entry of this id: as the text that it is, and, where it can be one that is kept in hexadecimal, as bytes.
fn called(attribute: &str, subject: &str) -> String {
    let text = format!("({attribute}={})", ldap_escape(subject));
    let is_hexadecimal =
        subject.len().is_multiple_of(2) && subject.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_hexadecimal {
        return text;
    }
    let mut bytes = String::new();
    for (index, digit) in subject.chars().enumerate() {
        bytes.push_str(if index.is_multiple_of(2) { "\\" } else { "" });
        bytes.push(digit);
    }
    format!("{text}({attribute}={bytes})")
}

#[cfg(test)]
mod tests {
    use super::*;
    use providers_contract::{Kind, Settings, System};

    #[test]
    fn people_are_asked_for_by_what_they_are_called_for_ever_and_by_nothing_they_typed() {
        let System::Directory(mut directory) = Settings::draft(Kind::Directory).system else {
            unreachable!("it is one")
        };
        directory.id_attribute = "objectGUID".into();
        let subjects = ["0aff".to_owned(), "x)(uid=*".to_owned()];

        assert_eq!(
            one_of(&directory, &subjects),
            "(&(&(objectClass=person)(uid=*))(|(objectGUID=0aff)(objectGUID=\\0a\\ff)(objectGUID=x\\29\\28uid=\\2a)))"
        );
        directory.people_filter = "(mail={name}*)".into();
        assert!(one_of(&directory, &subjects).starts_with("(&(mail=*)(|"));
    }

    #[test]
    fn whatever_a_name_is_compared_by_any_name_is_found() {
        for (filter, anybody) in [
            ("(uid={name})", "(uid=*)"),
            ("(mail={name}@example.com)", "(mail=*@example.com)"),
            ("(uid:caseExactMatch:={name})", "(uid=*)"),
            ("(cn:dn:2.5.13.5:={name})", "(cn=*)"),
            ("(:caseIgnoreMatch:={name})", "(objectClass=*)"),
            ("(&(uid~={name})(age>=18))", "(&(uid=*)(age>=18))"),
            (
                "(&(memberOf:1.2.840.113556.1.4.1941:=cn=crew)(|(uid={name})(mail:2.5.13.2:={name})))",
                "(&(memberOf:1.2.840.113556.1.4.1941:=cn=crew)(|(uid=*)(mail=*)))",
            ),
            (
                "(&(uid={name})(!(|(cn={name})(mail={name}@example.com)))(!(locked=yes))(sn={name}))",
                "(&(uid=*)(!(|(!(objectClass=*))(!(objectClass=*))))(!(locked=yes))(sn=*))",
            ),
            ("(!(&(!(uid={name}))(locked=yes)))", "(!(&(!(uid=*))(locked=yes)))"),
        ] {
            assert_eq!(for_any_name(filter), anybody);
        }
    }
}
