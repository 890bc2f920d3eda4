//! LDAP directories: whether somebody's password is right there, and in which groups they are.

mod connection;
mod groups;
mod present;

pub use connection::DirectoryError;
pub(crate) use connection::{Connection, Entry};

use crate::providers::arrival::Arrived;
use crate::providers::claims;
use crate::providers::registry::Provider;
use database::identities::Person;
use ldap3::ldap_escape;
use providers_contract::{Directory, System};
use std::collections::HashSet;
use std::time::Duration;
use tokio::time::timeout;

/// How long a directory may take for everything: nobody waits longer to sign in.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a directory may take to say of everybody whether they are there: nobody waits for it.
const LONG_PATIENCE: Duration = Duration::from_secs(60);

/// The bit of Active Directory's `userAccountControl` that says that an account is disabled.
const DISABLED: i64 = 2;

/// Checks a name and a password in a directory; answers who that is there.
pub(crate) async fn check(
    provider: &Provider,
    name: &str,
    password: &str,
) -> Result<Arrived, DirectoryError> {
    let System::Directory(directory) = &provider.settings.system else {
        return Err(DirectoryError::Unusable("it is no directory".into()));
    };
    // A bind without a password succeeds without proving anything (RFC 4513, 5.1.2).
    if password.is_empty() || name.is_empty() {
        return Err(DirectoryError::Wrong(None));
    }
    let work = {
        let (provider, directory) = (provider.clone(), directory.clone());
        let (name, password) = (name.to_owned(), password.to_owned());
        async move { look(&provider, &directory, &name, &password).await }
    };
    patiently(PATIENCE, work).await
}

/// Those of these people who are in a directory and not disabled there, by what it calls them for ever.
pub(crate) async fn present(
    provider: &Provider,
    subjects: Vec<String>,
) -> Result<HashSet<String>, DirectoryError> {
    let System::Directory(directory) = &provider.settings.system else {
        return Err(DirectoryError::Unusable("it is no directory".into()));
    };
    let (provider, directory) = (provider.clone(), directory.clone());
    let work = async move {
        let mut connection = Connection::open(&directory).await?;
        connection.bind_service(&directory, provider.secret.reveal()).await?;
        present::of(&mut connection, &directory, &subjects).await
    };
    patiently(LONG_PATIENCE, work).await
}

/// In a task of its own: the library panics at answers that are no LDAP.
async fn patiently<T: Send + 'static>(
    patience: Duration,
    work: impl Future<Output = Result<T, DirectoryError>> + Send + 'static,
) -> Result<T, DirectoryError> {
    let mut task = tokio::spawn(work);
    match timeout(patience, &mut task).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => Err(DirectoryError::Unusable("its answer is no LDAP".into())),
        Err(_) => {
            task.abort();
            Err(DirectoryError::Slow)
        }
    }
}

async fn look(
    provider: &Provider,
    directory: &Directory,
    name: &str,
    password: &str,
) -> Result<Arrived, DirectoryError> {
    let mut connection = Connection::open(directory).await?;
    connection.bind_service(directory, provider.secret.reveal()).await?;
    let entry = find(&mut connection, directory, name).await?.ok_or(DirectoryError::Wrong(None))?;
    let subject = entry.id(&directory.id_attribute).ok_or_else(|| {
        DirectoryError::Unusable(format!("the entry {} has no {}", entry.dn, directory.id_attribute))
    })?;
    let person = Person { issuer: issuer(&provider.id), subject };
    if !connection.bind(&entry.dn, password).await? {
        return Err(DirectoryError::Wrong(Some(person)));
    }
    // Only who knows the password is told: for everybody else a disabled account is like any other.
    if is_disabled(&entry) {
        return Err(DirectoryError::Disabled(person));
    }
    let groups = if directory.groups_base.is_empty() {
        Vec::new()
    } else {
        connection.bind_service(directory, provider.secret.reveal()).await?;
        groups::of(&mut connection, directory, &entry.dn, name).await?
    };
    Ok(Arrived {
        person,
        name: claims::sound_name(entry.first(&directory.name_attribute).unwrap_or(name)),
        groups: claims::sound_groups(groups),
        session_there: None,
        id_token: None,
        refresh: None,
    })
}

/// Who vouches: the directory itself has no name that holds everywhere.
pub(crate) fn issuer(provider: &str) -> String {
    format!("directory {provider}")
}

/// The one entry of this name. Two are one too many: whoever is meant, the other one could be.
pub(crate) async fn find(
    connection: &mut Connection,
    directory: &Directory,
    name: &str,
) -> Result<Option<Entry>, DirectoryError> {
    let filter = directory.people_filter.replace("{name}", &ldap_escape(name));
    let mut found = connection.search(&directory.people_base, &filter, attributes(directory), 2).await?;
    match found.len() {
        0 => Ok(None),
        1 => Ok(found.pop()),
        _ => Err(DirectoryError::Ambiguous),
    }
}

/// What is read of an entry of a person.
fn attributes(directory: &Directory) -> Vec<String> {
    let names = [&*directory.id_attribute, &*directory.name_attribute, "userAccountControl", "nsAccountLock"];
    names.map(str::to_owned).to_vec()
}

fn is_disabled(entry: &Entry) -> bool {
    let control: i64 =
        entry.first("userAccountControl").and_then(|text| text.parse().ok()).unwrap_or_default();
    let is_locked = entry.first("nsAccountLock").is_some_and(|text| text.eq_ignore_ascii_case("true"));
    control & DISABLED != 0 || is_locked
}

/// What went wrong, for somebody who sets a directory up.
pub(crate) fn sentence(error: &DirectoryError) -> String {
    let words = error.to_string();
    let mut characters = words.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", characters.as_str())
}
