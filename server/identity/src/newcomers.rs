//! What an account is that nobody has given any rights yet. The one place that knows how rights of whole accounts are kept.

use database::accounts::NewAccount;
use database::{Database, DatabaseError};
use uuid::Uuid;

/// The role on the platform of whoever has no other: it allows nothing by itself.
const REGULAR: &str = "regular";

/// An account of this name without any rights.
pub fn account(name: &str) -> NewAccount {
    NewAccount { name: name.into(), role: REGULAR.into(), ..NewAccount::default() }
}

/// Gives an account the platform role that its groups at a provider give now, and takes back what they gave before and
/// give no more. Answers what they give, for the next time: a role that somebody here gave is never taken back.
pub async fn give_role(
    database: &Database,
    account: Uuid,
    given_before: Option<&str>,
    role: Option<&str>,
) -> Result<Option<String>, DatabaseError> {
    let Some(now) = database.account(account).await? else { return Ok(None) };
    let is_given = given_before == Some(now.role.as_str());
    match role {
        Some(role) if now.role == role => Ok(given_before.map(str::to_owned)),
        // What somebody here has given is not replaced either.
        Some(role) if is_given || now.role == REGULAR => set(database, account, role, Some(role)).await,
        Some(_) => Ok(None),
        None if is_given => set(database, account, REGULAR, None).await,
        None => Ok(None),
    }
}

async fn set(
    database: &Database,
    account: Uuid,
    role: &str,
    given: Option<&str>,
) -> Result<Option<String>, DatabaseError> {
    match database.set_platform_role(account, role).await {
        Ok(()) => Ok(given.map(str::to_owned)),
        // Without them nobody could manage the console any more: they keep it, as a role that somebody here gave.
        Err(DatabaseError::LastAdministrator) => Ok(None),
        Err(error) => Err(error),
    }
}
