//! Who those are that clusters know by the names under which the console speaks for people.

use access::account_of;
use database::{Database, DatabaseError};
use records_contract::{Facet, Field, Rows};
use std::collections::BTreeMap;

/// Puts people's names to the requests that the console made for them, as they are called now.
pub async fn name_people(
    database: &Database,
    rows: &mut Rows,
    facets: &mut [Facet],
) -> Result<(), DatabaseError> {
    let Rows::Audit(rows) = rows else { return Ok(()) };
    let mut people = People { database, known: BTreeMap::new() };
    for row in rows {
        row.person = people.called(&row.user).await?;
    }
    for facet in facets.iter_mut().filter(|facet| facet.field == Field::User) {
        for value in &mut facet.values {
            value.name = people.called(&value.value).await?;
        }
    }
    Ok(())
}

/// Names that were looked up, each once.
struct People<'d> {
    database: &'d Database,
    known: BTreeMap<String, Option<String>>,
}

impl People<'_> {
    async fn called(&mut self, user: &str) -> Result<Option<String>, DatabaseError> {
        let Some(account) = account_of(user) else { return Ok(None) };
        if let Some(known) = self.known.get(user) {
            return Ok(known.clone());
        }
        let name = self.database.account(account).await?.map(|account| account.name);
        self.known.insert(user.to_owned(), name.clone());
        Ok(name)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use access::user_name;
    use database::accounts::NewAccount;
    use records_contract::{AuditRecord, FacetValue};
    use uuid::Uuid;

    fn by(user: &str) -> AuditRecord {
        AuditRecord {
            id: "1".into(),
            at_ms: 0,
            user: user.into(),
            person: None,
            by: String::new(),
            verb: "get".into(),
            resource: "pods".into(),
            namespace: String::new(),
            name: String::new(),
            code: None,
            message: String::new(),
            addresses: Vec::new(),
            request: String::new(),
        }
    }

    #[tokio::test]
    async fn people_are_called_as_they_are_called_now_and_others_as_the_cluster_calls_them() {
        let database = Database::in_memory().await.unwrap();
        let grace = NewAccount { name: "Grace".into(), role: "regular".into(), ..NewAccount::default() };
        let grace = user_name(database.add_account(&grace).await.unwrap());
        let gone = user_name(Uuid::new_v4());
        let mut rows = Rows::Audit(vec![by(&grace), by(&gone), by("system:node:a")]);
        let value = FacetValue { value: grace, name: None, count: 1 };
        let mut facets = [Facet { field: Field::User, values: vec![value] }];

        name_people(&database, &mut rows, &mut facets).await.unwrap();

        let Rows::Audit(rows) = rows else { unreachable!() };
        let called: Vec<Option<&str>> = rows.iter().map(|row| row.person.as_deref()).collect();
        assert_eq!(called, [Some("Grace"), None, None]);
        assert_eq!(facets[0].values[0].name.as_deref(), Some("Grace"));
    }
}
