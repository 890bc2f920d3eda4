//! A connection to a directory. Referrals are never followed: they would send passwords to whom the directory names.

use database::identities::Person;
use ldap3::adapters::{Adapter, EntriesOnly, PagedResults};
use ldap3::{
    Ldap, LdapConnAsync, LdapConnSettings, LdapError, LdapResult, Scope, SearchEntry, SearchOptions,
};
use outbound::{TrustError, innermost};
use providers_contract::{Directory, is_secure_address};
use std::sync::Arc;
use std::time::Duration;

/// How long one operation may take.
const OPERATION: Duration = Duration::from_secs(5);

/// How long the directory itself may look, in seconds.
const LOOK_SECONDS: i32 = 5;

/// Entries on a page: below what Active Directory (1000) and OpenLDAP (500) give at once.
const PAGE: i32 = 400;

/// Result codes (RFC 4511, appendix A).
const SUCCESS: u32 = 0;
const SIZE_LIMIT: u32 = 4;
const REFERRAL: u32 = 10;
const ENCRYPTION_REQUIRED: u32 = 13;
const CONSTRAINT_VIOLATED: u32 = 19;
const NO_SUCH_OBJECT: u32 = 32;
const WRONG_PASSWORD: u32 = 49;
const NO_RIGHT: u32 = 50;
const UNWILLING: u32 = 53;

/// Why a directory does not say that somebody is who they say.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// Nobody of this name has this password. If the name is somebody's, whose.
    #[error("name and password do not belong together")]
    Wrong(Option<Person>),
    /// The name is that of several entries.
    #[error("several entries have this name")]
    Ambiguous,
    /// Who is disabled there.
    #[error("the account is disabled in the directory")]
    Disabled(Person),
    /// It took too long.
    #[error("it did not answer within {} s", OPERATION.as_secs())]
    Slow,
    /// It cannot be reached, or is not who it should be.
    #[error("it cannot be reached: {0}")]
    Unreachable(String),
    /// The service account is refused.
    #[error("it refuses the service account: {0}")]
    Service(String),
    /// It sends to another directory.
    #[error("it refers to another directory, which is not asked")]
    Referral,
    /// It says no to a question.
    #[error("it refuses to search: {0}")]
    Refused(String),
    /// It cannot be used.
    #[error("{0}")]
    Unusable(String),
    /// Its certificates cannot be used.
    #[error(transparent)]
    Trust(#[from] TrustError),
}

/// An entry.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub dn: String,
    inner: SearchEntry,
}

impl Entry {
    /// All values of an attribute, whose name may be written in any case.
    pub fn values(&self, attribute: &str) -> &[String] {
        let mut all = self.inner.attrs.iter();
        all.find(|(name, _)| name.eq_ignore_ascii_case(attribute)).map_or(&[], |(_, values)| values)
    }

    /// The first value of an attribute.
    pub fn first(&self, attribute: &str) -> Option<&str> {
        self.values(attribute).first().map(String::as_str)
    }

    /// The only value of the attribute that names the entry for ever; in hexadecimal when it is no text, as Active
    /// Directory's `objectGUID`.
    pub fn id(&self, attribute: &str) -> Option<String> {
        // What happens to be a text this time must still be the same subject: `objectGUID` always counts as bytes.
        let is_binary = attribute.eq_ignore_ascii_case("objectGUID");
        let bytes = self.inner.bin_attrs.iter().find(|(name, _)| name.eq_ignore_ascii_case(attribute));
        match (bytes, self.values(attribute)) {
            (Some((_, values)), _) if values.len() == 1 => Some(hexadecimal(&values[0])),
            (None, [text]) if is_binary => Some(hexadecimal(text.as_bytes())),
            (None, [text]) if !text.is_empty() => Some(text.clone()),
            _ => None,
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A connection. Ends when it is dropped.
pub(crate) struct Connection {
    ldap: Ldap,
    driver: tokio::task::JoinHandle<()>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl Connection {
    /// Connects, encrypted unless the directory is on this machine.
    pub async fn open(directory: &Directory) -> Result<Self, DirectoryError> {
        let is_secure = is_secure_address(&directory.address, "ldaps://", "ldap://");
        if !is_secure && !directory.starts_tls {
            return Err(DirectoryError::Unusable("passwords are not sent there without encryption".into()));
        }
        let settings = LdapConnSettings::new()
            .set_conn_timeout(OPERATION)
            .set_starttls(directory.starts_tls)
            .set_config(Arc::new(outbound::client_config(&directory.authority)?));
        let (connection, ldap) =
            LdapConnAsync::with_settings(settings, &directory.address).await.map_err(cannot_connect)?;
        let driver = tokio::spawn(async move {
            if let Err(error) = connection.drive().await {
                tracing::debug!(%error, "A connection to a directory has ended");
            }
        });
        Ok(Self { ldap, driver })
    }

    /// Signs the service account in; without one the search is anonymous.
    pub async fn bind_service(
        &mut self,
        directory: &Directory,
        password: &str,
    ) -> Result<(), DirectoryError> {
        if directory.bind_name.is_empty() {
            return Ok(());
        }
        if password.is_empty() {
            return Err(DirectoryError::Service("it has no password here".into()));
        }
        let answer = self.ldap.with_timeout(OPERATION).simple_bind(&directory.bind_name, password).await;
        let answer = answer.map_err(failed)?;
        if answer.rc == SUCCESS { Ok(()) } else { Err(DirectoryError::Service(words(&answer))) }
    }

    /// Whether this is the password of the entry. An empty one is never sent.
    pub async fn bind(&mut self, dn: &str, password: &str) -> Result<bool, DirectoryError> {
        if password.is_empty() || dn.is_empty() {
            return Ok(false);
        }
        let answer = self.ldap.with_timeout(OPERATION).simple_bind(dn, password).await.map_err(failed)?;
        match answer.rc {
            SUCCESS => Ok(true),
            REFERRAL => Err(DirectoryError::Referral),
            // Locked, expired, unwilling: the directory's own reasons are not told apart to whoever tries.
            WRONG_PASSWORD | NO_SUCH_OBJECT | NO_RIGHT | UNWILLING | CONSTRAINT_VIOLATED => Ok(false),
            _ => Err(DirectoryError::Refused(words(&answer))),
        }
    }

    /// Reads entries below a base, page by page, at most so many.
    pub async fn search(
        &mut self,
        base: &str,
        filter: &str,
        attributes: Vec<String>,
        most: usize,
    ) -> Result<Vec<Entry>, DirectoryError> {
        let adapters: Vec<Box<dyn Adapter<'_, String, Vec<String>>>> =
            vec![Box::new(EntriesOnly::new()), Box::new(PagedResults::new(PAGE))];
        let mut stream = self
            .ldap
            .with_timeout(OPERATION)
            .with_search_options(SearchOptions::new().timelimit(LOOK_SECONDS))
            .streaming_search_with(adapters, base, Scope::Subtree, filter, attributes)
            .await
            .map_err(failed)?;
        let mut found = Vec::new();
        while let Some(entry) = stream.next().await.map_err(failed)? {
            let inner = SearchEntry::construct(entry);
            found.push(Entry { dn: inner.dn.clone(), inner });
            if found.len() >= most {
                // What is left is not wanted; the connection is not used for long after this.
                let _ = stream.finish().await;
                return Ok(found);
            }
        }
        let answer = stream.finish().await;
        match answer.rc {
            SUCCESS => Ok(found),
            REFERRAL => Err(DirectoryError::Referral),
            SIZE_LIMIT => Err(DirectoryError::Refused("it has more entries than it gives at once".into())),
            _ => Err(DirectoryError::Refused(words(&answer))),
        }
    }
}

fn words(answer: &LdapResult) -> String {
    let name = match answer.rc {
        WRONG_PASSWORD => "name or password are wrong",
        NO_SUCH_OBJECT => "there is no such entry",
        NO_RIGHT => "it may not",
        ENCRYPTION_REQUIRED => "only with encryption",
        _ => "",
    };
    let said = crate::providers::code::plain(&answer.text);
    match (name, said.is_empty()) {
        ("", true) => format!("result {}", answer.rc),
        ("", false) => format!("{said} (result {})", answer.rc),
        (name, true) => name.to_owned(),
        (name, false) => format!("{name} ({said})"),
    }
}

fn cannot_connect(error: LdapError) -> DirectoryError {
    match error {
        LdapError::Timeout { .. } => DirectoryError::Slow,
        LdapError::LdapResult { result } => {
            DirectoryError::Unreachable(format!("StartTLS: {}", words(&result)))
        }
        error => DirectoryError::Unreachable(innermost(&error)),
    }
}

fn failed(error: LdapError) -> DirectoryError {
    match error {
        LdapError::Timeout { .. } => DirectoryError::Slow,
        LdapError::FilterParsing => DirectoryError::Unusable("the filter cannot be read".into()),
        LdapError::LdapResult { result } => DirectoryError::Refused(words(&result)),
        error => DirectoryError::Unreachable(innermost(&error)),
    }
}
