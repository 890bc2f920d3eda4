//! Who of many is still in a directory.

use super::connection::{Connection, DirectoryError};
use super::{attributes, is_disabled};
use ldap3::ldap_escape;
use providers_contract::Directory;
use std::collections::HashSet;

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
    let anybody = directory.people_filter.replace("{name}", "*").replace("**", "*");
    let each: String = subjects.iter().map(|subject| called(&directory.id_attribute, subject)).collect();
    format!("(&{anybody}(|{each}))")
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
}
