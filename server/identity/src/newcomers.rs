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

/// What groups at a provider give in places, as tables hold it; of several for one place the first. In places that are not
/// there any more, and in others that have their names now, they give nothing.
pub async fn holds(
    database: &Database,
    provider: &str,
    settings: &Settings,
    groups: &[String],
) -> Result<Vec<(Place, String)>, DatabaseError> {
    let mut holds: Vec<(Place, String)> = Vec::new();
    for mapping in settings.mappings.iter().filter(|mapping| groups.contains(&mapping.group)) {
        let Some(named) = &mapping.place else { continue };
        let Some(place) = meant(database, provider, named).await? else {
            tracing::warn!(
                group = %mapping.group,
                place = %named,
                "A group gives a role in a place that does not exist, or is another one than when the provider was saved"
            );
            continue;
        };
        if !holds.iter().any(|(known, _)| *known == place) {
            holds.push((place, mapping.role.clone()));
        }
    }
    Ok(holds)
}

/// Learns which places the settings of a provider mean, as far as they are there: what has their names later is not meant.
pub async fn learn_places(
    database: &Database,
    provider: &str,
    settings: &Settings,
) -> Result<(), DatabaseError> {
    for named in settings.mappings.iter().filter_map(|mapping| mapping.place.as_ref()) {
        meant(database, provider, named).await?;
    }
    Ok(())
}

/// The place that the settings of a provider mean by a name, if it is there.
async fn meant(
    database: &Database,
    provider: &str,
    named: &MemberPlace,
) -> Result<Option<Place>, DatabaseError> {
    let found = match named {
        MemberPlace::Cluster(cluster) => return Ok(Some(Place::Cluster(cluster.clone()))),
        MemberPlace::Workspace(name) => {
            database.workspace(name).await?.map(|workspace| (workspace.id, Place::Workspace(workspace.id)))
        }
        MemberPlace::Project(cluster, namespace) => {
            let project = database.project(cluster, namespace).await?;
            project.map(|project| (project.id, Place::Project(project.id)))
        }
    };
    let Some((id, place)) = found else { return Ok(None) };
    let known = database.meet_place(provider, &named.to_string(), id).await?;
    Ok((known == id).then_some(place))
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
