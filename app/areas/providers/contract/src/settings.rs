//! What can be said about a provider.

use serde::{Deserialize, Serialize};
use workspaces_contract::MemberPlace;

/// What a provider is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// An OpenID provider.
    OpenId,
    /// GitHub, or a GitHub Enterprise server.
    GitHub,
    /// GitLab, or one's own.
    GitLab,
    /// A Central Authentication Service.
    Cas,
    /// An LDAP directory, Active Directory among them.
    Directory,
}

impl Kind {
    /// All.
    pub const ALL: [Self; 5] = [Self::OpenId, Self::GitHub, Self::GitLab, Self::Cas, Self::Directory];

    /// The word in addresses and in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::OpenId => "openid",
            Self::GitHub => "github",
            Self::GitLab => "gitlab",
            Self::Cas => "cas",
            Self::Directory => "directory",
        }
    }

    /// The kind of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Whether people type their password into the console's own form.
    pub fn takes_passwords(self) -> bool {
        self == Self::Directory
    }

    /// Whether the console proves to it who asks, by a secret.
    pub fn has_secret(self) -> bool {
        self != Self::Cas
    }

    /// Whether it can say that somebody signed out there.
    pub fn says_who_left(self) -> bool {
        matches!(self, Self::OpenId | Self::Cas)
    }
}

/// Everything about a provider but its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// What people see.
    pub name: String,
    /// Whether somebody who comes for the first time gets an account. Otherwise only linked accounts get in.
    pub makes_accounts: bool,
    /// What membership in its groups means here.
    pub mappings: Vec<Mapping>,
    /// After how many days without coming through it somebody is kept out who has no other way in, with their API tokens; never for
    /// 0. A directory is asked who is there instead.
    #[serde(default)]
    pub idle_days: u32,
    /// The system itself.
    pub system: System,
}

/// What membership in a group means in the console.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// The group, as the provider names it.
    pub group: String,
    /// The role: the word of one that comes with the console, or the id of one that people made.
    pub role: String,
    /// Where it counts; none for the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<MemberPlace>,
}

/// The system behind a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum System {
    /// See [`Kind::OpenId`].
    OpenId(OpenId),
    /// See [`Kind::GitHub`].
    GitHub(OAuth),
    /// See [`Kind::GitLab`].
    GitLab(OAuth),
    /// See [`Kind::Cas`].
    Cas(Cas),
    /// See [`Kind::Directory`].
    Directory(Directory),
}

/// An OpenID provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenId {
    /// Its issuer: the address below which it describes itself.
    pub issuer: String,
    /// As whom the console is registered there.
    pub client_id: String,
    /// What is asked for besides `openid`.
    pub scopes: String,
    /// The claim that proposes a name.
    pub name_claim: String,
    /// The claim that lists groups.
    pub groups_claim: String,
    /// After how many minutes at most it is asked again whether who signed in there still may; never for 0. It is asked by the
    /// refresh token that it gives at a sign-in.
    #[serde(default = "usual_minutes")]
    pub asks_again: u32,
    /// Certificates of whom to trust, instead of whom the machine trusts.
    pub authority: String,
}

/// After how many days nobody should call any more who has not shown that they are still there.
const USUAL_IDLE_DAYS: u32 = 90;

/// Until when somebody should be out who was disabled at their provider.
pub(crate) fn usual_minutes() -> u32 {
    5
}

/// GitHub or GitLab.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OAuth {
    /// Where people sign in.
    pub address: String,
    /// Where its interface is.
    pub interface: String,
    /// As whom the console is registered there.
    pub client_id: String,
    /// Whether to ask for teams or groups too.
    pub reads_groups: bool,
    /// Certificates of whom to trust, instead of whom the machine trusts.
    pub authority: String,
}

/// A Central Authentication Service that speaks version 3 of its protocol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cas {
    /// Below which address it answers: `login`, `p3/serviceValidate` and `logout` follow.
    pub address: String,
    /// The attribute that never changes and names a person; empty for the name with which they sign in there.
    pub subject_attribute: String,
    /// The attribute that proposes a name; empty for the same.
    pub proposed_attribute: String,
    /// The attribute that lists groups; empty when groups mean nothing here.
    pub groups_attribute: String,
    /// Certificates of whom to trust, instead of whom the machine trusts.
    pub authority: String,
}

/// An LDAP directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Directory {
    /// `ldaps://host[:port]`, or `ldap://` with StartTLS.
    pub address: String,
    /// Whether to switch to TLS before anything is said.
    pub starts_tls: bool,
    /// The service account that searches; empty to search without one.
    pub bind_name: String,
    /// Below which entry people are.
    pub people_base: String,
    /// Which entry is a person: `{name}` is what they typed.
    pub people_filter: String,
    /// The attribute that never changes and names a person.
    pub id_attribute: String,
    /// The attribute that proposes a name.
    pub name_attribute: String,
    /// Below which entry groups are; empty when groups mean nothing here.
    pub groups_base: String,
    /// Which entry is a group of somebody: `{dn}` is their entry, `{name}` what they typed.
    pub groups_filter: String,
    /// The attribute that names a group in mappings.
    pub group_attribute: String,
    /// Whether groups in groups count.
    pub nesting: Nesting,
    /// Certificates of whom to trust, instead of whom the machine trusts.
    pub authority: String,
}

/// Whether groups in groups count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Nesting {
    /// They do not.
    #[default]
    None,
    /// The console goes up from group to group.
    Recursive,
    /// The directory does, by the rule that Active Directory has for it.
    MatchingRule,
}

impl Nesting {
    /// All.
    pub const ALL: [Self; 3] = [Self::None, Self::Recursive, Self::MatchingRule];

    /// The word in forms.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Recursive => "recursive",
            Self::MatchingRule => "matching-rule",
        }
    }
}

impl Settings {
    /// What the provider is.
    pub fn kind(&self) -> Kind {
        match &self.system {
            System::OpenId(_) => Kind::OpenId,
            System::GitHub(_) => Kind::GitHub,
            System::GitLab(_) => Kind::GitLab,
            System::Cas(_) => Kind::Cas,
            System::Directory(_) => Kind::Directory,
        }
    }

    /// Where it is.
    pub fn address(&self) -> &str {
        match &self.system {
            System::OpenId(openid) => &openid.issuer,
            System::GitHub(oauth) | System::GitLab(oauth) => &oauth.address,
            System::Cas(cas) => &cas.address,
            System::Directory(directory) => &directory.address,
        }
    }

    /// The certificates of whom to trust, if not the machine's.
    pub fn authority(&self) -> &str {
        match &self.system {
            System::OpenId(openid) => &openid.authority,
            System::GitHub(oauth) | System::GitLab(oauth) => &oauth.authority,
            System::Cas(cas) => &cas.authority,
            System::Directory(directory) => &directory.authority,
        }
    }

    /// What a new provider of a kind begins with.
    pub fn draft(kind: Kind) -> Self {
        let oauth = |address: &str, interface: &str| OAuth {
            address: address.into(),
            interface: interface.into(),
            client_id: String::new(),
            reads_groups: false,
            authority: String::new(),
        };
        let (name, system) = match kind {
            Kind::OpenId => (
                "",
                System::OpenId(OpenId {
                    issuer: String::new(),
                    client_id: String::new(),
                    scopes: "profile".into(),
                    name_claim: "preferred_username".into(),
                    groups_claim: "groups".into(),
                    asks_again: usual_minutes(),
                    authority: String::new(),
                }),
            ),
            Kind::GitHub => ("GitHub", System::GitHub(oauth("https://github.com", "https://api.github.com"))),
            Kind::GitLab => {
                ("GitLab", System::GitLab(oauth("https://gitlab.com", "https://gitlab.com/api/v4")))
            }
            Kind::Cas => (
                "",
                System::Cas(Cas {
                    address: String::new(),
                    subject_attribute: String::new(),
                    proposed_attribute: String::new(),
                    groups_attribute: "memberOf".into(),
                    authority: String::new(),
                }),
            ),
            Kind::Directory => (
                "",
                System::Directory(Directory {
                    address: String::new(),
                    starts_tls: false,
                    bind_name: String::new(),
                    people_base: String::new(),
                    people_filter: "(&(objectClass=person)(uid={name}))".into(),
                    id_attribute: "entryUUID".into(),
                    name_attribute: "uid".into(),
                    groups_base: String::new(),
                    groups_filter: "(member={dn})".into(),
                    group_attribute: "cn".into(),
                    nesting: Nesting::None,
                    authority: String::new(),
                }),
            ),
        };
        let idle_days = if kind == Kind::Directory { 0 } else { USUAL_IDLE_DAYS };
        Self { name: name.into(), makes_accounts: true, mappings: Vec::new(), idle_days, system }
    }
}

/// Whether what is sent to an address can be read only there: it is encrypted, or never leaves this machine.
pub fn is_secure_address(address: &str, encrypted: &str, plain: &str) -> bool {
    let (is_encrypted, rest) = match (address.strip_prefix(encrypted), address.strip_prefix(plain)) {
        (Some(rest), _) => (true, rest),
        (None, Some(rest)) => (false, rest),
        (None, None) => return false,
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.is_empty() || host.contains(['@', ' ', '\\']) {
        return false;
    }
    let name = match host.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    is_encrypted || name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
