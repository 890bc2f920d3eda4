//! What an account is that nobody has given any rights yet. The one place that knows how rights of whole accounts are kept.

use database::accounts::NewAccount;
use database::members::Place;
use database::{Database, DatabaseError};
use providers_contract::Settings;
use uuid::Uuid;
use workspaces_contract::MemberPlace;

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

/// What groups at a provider give in places, as tables hold it; of several for one place the first. Places that are not
/// there any more give nothing.
pub async fn holds(
    database: &Database,
    settings: &Settings,
    groups: &[String],
) -> Result<Vec<(Place, String)>, DatabaseError> {
    let mut holds: Vec<(Place, String)> = Vec::new();
    for mapping in settings.mappings.iter().filter(|mapping| groups.contains(&mapping.group)) {
        let place = match &mapping.place {
            None => continue,
            Some(MemberPlace::Cluster(cluster)) => Some(Place::Cluster(cluster.clone())),
            Some(MemberPlace::Workspace(name)) => {
                database.workspace(name).await?.map(|workspace| Place::Workspace(workspace.id))
            }
            Some(MemberPlace::Project(cluster, namespace)) => {
                database.project(cluster, namespace).await?.map(|project| Place::Project(project.id))
            }
        };
        let Some(place) = place else {
            tracing::warn!(group = %mapping.group, "A group gives a role in a place that does not exist");
            continue;
        };
        if !holds.iter().any(|(known, _)| *known == place) {
            holds.push((place, mapping.role.clone()));
        }
    }
    Ok(holds)
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
