//! In which groups somebody is, directly and through other groups.

use super::connection::{Connection, DirectoryError};
use ldap3::ldap_escape;
use providers_contract::{Directory, Nesting};
use std::collections::HashSet;

/// The rule by which Active Directory itself follows chains of groups.
const IN_CHAIN: &str = ":1.2.840.113556.1.4.1941:={dn}";

/// How far up groups in groups are followed. Real ones have three or four.
const DEPTH: usize = 10;

/// The most groups of one person.
const MOST: usize = 2000;

/// Groups asked about in one question.
const AT_ONCE: usize = 50;

/// The groups of an entry: each by the value of the attribute that names it, and by its entry.
pub(crate) async fn of(
    connection: &mut Connection,
    directory: &Directory,
    dn: &str,
    name: &str,
) -> Result<Vec<String>, DirectoryError> {
    let direct = match directory.nesting {
        Nesting::MatchingRule => directory.groups_filter.replace("={dn}", IN_CHAIN),
        Nesting::None | Nesting::Recursive => directory.groups_filter.clone(),
    };
    let direct = filled(&direct, dn, name);
    let mut known = Known::default();
    let mut new = known.add(connection, directory, &direct).await?;
    let is_recursive = directory.nesting == Nesting::Recursive && directory.groups_filter.contains("{dn}");
    let mut depth = 0;
    while is_recursive && !new.is_empty() && depth < DEPTH {
        let mut next = Vec::new();
        for some in new.chunks(AT_ONCE) {
            let each = some.iter().map(|group| filled(&directory.groups_filter, group, ""));
            let any = format!("(|{})", each.collect::<String>());
            next.append(&mut known.add(connection, directory, &any).await?);
        }
        new = next;
        depth += 1;
    }
    Ok(known.names)
}

/// A filter with an entry and a name where they belong. What looks like such a place within an entry or a name is none: whoever
/// has an entry called `{name}` would be in the groups of whomever they say that they are.
fn filled(filter: &str, dn: &str, name: &str) -> String {
    let (dn, name) = (ldap_escape(dn), ldap_escape(name));
    let parts: Vec<String> = filter.split("{dn}").map(|part| part.replace("{name}", &name)).collect();
    parts.join(&*dn)
}

/// The groups found so far. What was seen is not followed again: groups may contain each other.
#[derive(Default)]
struct Known {
    entries: HashSet<String>,
    names: Vec<String>,
}

impl Known {
    /// Adds the groups that a filter finds; answers the entries of those that were not known.
    async fn add(
        &mut self,
        connection: &mut Connection,
        directory: &Directory,
        filter: &str,
    ) -> Result<Vec<String>, DirectoryError> {
        let attribute = &*directory.group_attribute;
        let found =
            connection.search(&directory.groups_base, filter, vec![attribute.to_owned()], MOST).await?;
        let mut new = Vec::new();
        for entry in found {
            if self.entries.len() < MOST && self.entries.insert(entry.dn.to_lowercase()) {
                self.names.extend(entry.values(attribute).iter().cloned());
                self.names.push(entry.dn.clone());
                new.push(entry.dn);
            }
        }
        Ok(new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_place_within_an_entry_or_a_name_is_none() {
        let filter = "(|(member={dn})(memberUid={name}))";

        assert_eq!(
            filled(filter, "uid=ada,ou=people", "a*"),
            "(|(member=uid=ada,ou=people)(memberUid=a\\2a))"
        );
        assert_eq!(
            filled(filter, "uid={name},ou=people", "admin"),
            "(|(member=uid={name},ou=people)(memberUid=admin))"
        );
        assert_eq!(filled(filter, "uid=x", "{dn}"), "(|(member=uid=x)(memberUid={dn}))");
    }
}
