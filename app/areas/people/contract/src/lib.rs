#![doc = include_str!("../README.md")]

mod acting;
mod audit;

pub use acting::*;
pub use audit::*;

use async_trait::async_trait;
use leptos::prelude::*;
use model::{ConsoleError, ResourceRef, Sort, Timestamp};
use serde::de::IntoDeserializer;
use serde::{Deserialize, Deserializer, Serialize};
use server_fn::codec::Json;
use workspaces_contract::{InheritedRow, Reach, RoleSummary};

/// Questions and commands about everybody who can sign in, on behalf of one caller.
#[async_trait]
pub trait People: Send + Sync {
    /// Those whom a question is about, a page of them.
    async fn people(&self, query: PeopleQuery) -> Result<PeopleList, ConsoleError>;
    /// One account.
    async fn person(&self, name: String) -> Result<Person, ConsoleError>;
    /// Makes an account. Answers the token of the link with which its owner chooses a password, once.
    async fn create_person(&self, fields: PersonFields) -> Result<String, ConsoleError>;
    /// Changes what people read of an account and its role on the platform.
    async fn change_person(&self, fields: PersonFields) -> Result<(), ConsoleError>;
    /// Lets an account in, keeps it out, or removes it.
    async fn act_on_person(&self, fields: PersonAct) -> Result<(), ConsoleError>;
    /// Lets several in, keeps them out, or signs them out: all of them, or none.
    async fn act_on_people(&self, fields: PeopleAct) -> Result<(), ConsoleError>;
    /// Says as whom somebody will come through a provider, before they ever do, or takes that back.
    async fn link_person(&self, fields: PersonLinkFields) -> Result<(), ConsoleError>;
    /// Answers the token of a new link for choosing a password.
    async fn new_link(&self, name: String) -> Result<String, ConsoleError>;
    /// Sends a link for choosing a password by mail, to somebody to whom one could not be sent.
    async fn send_link(&self, name: String) -> Result<(), ConsoleError>;
    /// The audit trail as far as the caller may see it.
    async fn audit(&self, query: AuditQuery) -> Result<AuditPage, ConsoleError>;
    /// What people did last, as far as the caller may see the trail; `None` for who may see none of it.
    async fn late_changes(&self) -> Result<Option<Vec<AuditLine>>, ConsoleError>;
    /// What people did to one object, or in one namespace; `None` for who may not see the trail of its place.
    async fn changes_of(&self, resource: ResourceRef) -> Result<Option<Vec<AuditLine>>, ConsoleError>;
}

/// Those whom a question is about, a page of them.
#[server(endpoint = "people/list", input = Json)]
pub async fn read_people(
    /// Whom.
    query: PeopleQuery,
) -> Result<PeopleList, ConsoleError> {
    model::port::<dyn People>()?.people(query).await
}

/// So many people are on a page.
pub const PEOPLE_ON_A_PAGE: u16 = 100;

/// The columns by which people can be put in order, the usual one first.
pub const PEOPLE_COLUMNS: [&str; 5] = ["name", "email", "role", "signed-in", "created"];

/// Whom a list of people is to show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PeopleQuery {
    /// What is looked for in names, full names and mail addresses, in any case; nothing for everybody.
    pub text: String,
    /// The word or id of the role on the platform; nothing for any.
    pub role: String,
    /// Whether they may sign in.
    pub state: PeopleState,
    /// In which order, by one of [`PEOPLE_COLUMNS`]; none for the usual one.
    pub sort: Option<Sort>,
    /// Which page, counted from 0.
    pub page: u32,
}

/// Who of the people a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PeopleState {
    /// All of them.
    #[default]
    Any,
    /// Who may sign in.
    Enabled,
    /// Who may not: they are disabled here, or gone from their directory.
    Out,
}

impl PeopleState {
    /// All, in their order.
    pub const ALL: [Self; 3] = [Self::Any, Self::Enabled, Self::Out];

    /// The word in an address.
    pub fn word(self) -> &'static str {
        match self {
            Self::Any => "",
            Self::Enabled => "enabled",
            Self::Out => "out",
        }
    }

    /// The one of a word; any for a word that is none.
    pub fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|state| state.word() == word).unwrap_or_default()
    }
}

/// One account.
#[server(endpoint = "people/read", input = Json)]
pub async fn read_person(
    /// Its name.
    name: String,
) -> Result<Person, ConsoleError> {
    model::port::<dyn People>()?.person(name).await
}

/// A page of people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PeopleList {
    /// In the order that was asked for.
    pub people: Vec<PersonRow>,
    /// How many there are on all pages.
    pub total: u64,
    /// All roles that there are on the platform, for choosing among people.
    pub known_roles: Vec<RoleSummary>,
    /// The roles on the platform that the caller may give; none when they may change nobody.
    pub roles: Vec<RoleSummary>,
}

/// An account in one row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonRow {
    /// The name with which they sign in.
    pub name: String,
    /// What people call them; may be empty.
    pub full_name: String,
    /// Where they can be written to; may be empty.
    pub email: String,
    /// The role on the platform.
    pub role: RoleSummary,
    /// Whether they may sign in.
    pub is_enabled: bool,
    /// Whether they may not because the directory by which alone they come in does not know them any more, or because they have not
    /// come for as long as their provider says.
    #[serde(default)]
    pub is_gone: bool,
    /// Since when there is the account.
    pub created: Timestamp,
    /// When they last signed in.
    pub signed_in: Option<Timestamp>,
    /// The link that was last sent to them by mail, if it could not be; only for who may send it again.
    #[serde(default)]
    pub unsent_mail: Option<UnsentMail>,
}

/// A mail that could not be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnsentMail {
    /// When it was tried.
    pub tried: Timestamp,
    /// Why it could not be, in the mail server's words.
    pub why: String,
}

impl PersonRow {
    /// What stands in the form for a new account.
    pub fn of_nobody() -> Self {
        Self {
            name: String::new(),
            full_name: String::new(),
            email: String::new(),
            role: RoleSummary { id: "regular".into(), title: None },
            is_enabled: true,
            is_gone: false,
            created: Timestamp(0),
            signed_in: None,
            unsent_mail: None,
        }
    }
}

/// An account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// The row.
    pub row: PersonRow,
    /// What they hold elsewhere.
    pub holds: Vec<InheritedRow>,
    /// Those of them that allow more than the caller may do there, who therefore opens no way into the account: hands over
    /// no link, resets no second factor and changes no mail address. None for who may not change the account at all.
    pub beyond: Vec<InheritedRow>,
    /// The roles on the platform that the caller may give; none when they may not change this one.
    pub roles: Vec<RoleSummary>,
    /// Whether it is the caller's own.
    pub is_self: bool,
    /// Whether the caller may act as them.
    pub may_act_as: bool,
    /// Whether a code is asked for after the password.
    pub has_factor: bool,
    /// How many passkeys they sign in with.
    pub passkeys: usize,
    /// Whether they may sign in with a password of the console.
    pub has_password: bool,
    /// Whether they are to choose another one the next time that they sign in with it.
    pub is_password_due: bool,
    /// As whom they sign in through providers.
    pub links: Vec<PersonLink>,
    /// The providers through which the caller may let them sign in: ids with names.
    pub providers: Vec<(String, String)>,
    /// Departments that they are in, by title; the workspace before those of one.
    pub departments: Vec<(Option<String>, String)>,
    /// Where they are signed in, the last one first; none for who may not change the account.
    pub sessions: Vec<PersonSession>,
    /// The API tokens of theirs that work, kubeconfigs among them, the newest first; none for who may not change the account.
    pub tokens: Vec<PersonToken>,
}

/// A key with which programs call the console as somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonToken {
    /// What its owner calls it.
    pub name: String,
    /// Whether it may only read.
    pub is_read_only: bool,
    /// Where it counts.
    pub reach: Reach,
    /// When it ends.
    pub ends: Timestamp,
}

/// Where somebody is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonSession {
    /// The browser and its system, as far as they are recognised.
    pub browser: String,
    /// From where they signed in.
    pub address: String,
    /// When they signed in.
    pub since: Timestamp,
    /// When the session was last used, to within five minutes.
    pub seen: Timestamp,
}

/// Somebody at a provider who is this account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonLink {
    /// The provider's id.
    pub provider: String,
    /// The name that they had there last; empty when they have never come.
    pub name: String,
    /// What the provider calls them for ever.
    pub subject: String,
    /// When they last came.
    pub used: Option<Timestamp>,
}

/// The fields of an account's form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonFields {
    /// The name. It is chosen once, and says whose account is changed afterwards.
    #[serde(default)]
    pub name: String,
    /// What people call them.
    #[serde(default)]
    pub full_name: String,
    /// Where they can be written to.
    #[serde(default)]
    pub email: String,
    /// The word or id of the role on the platform.
    #[serde(default)]
    pub role: String,
}

/// The fields of the form that lets somebody in, keeps them out, or removes them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonAct {
    /// Whose account.
    pub name: String,
    /// What to do.
    pub act: PersonAction,
    /// What was typed to confirm a removal: the name.
    #[serde(default)]
    pub confirm: String,
}

/// The fields of the form that does the same with several accounts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleAct {
    /// Whose accounts.
    #[serde(default)]
    pub names: Vec<String>,
    /// What to do; none as long as nothing was chosen.
    #[serde(default, deserialize_with = "if_chosen")]
    pub act: Option<PersonAction>,
}

/// What was chosen in a form: nothing is sent as an empty word.
fn if_chosen<'de, D: Deserializer<'de>>(sent: D) -> Result<Option<PersonAction>, D::Error> {
    let word = String::deserialize(sent)?;
    if word.is_empty() {
        return Ok(None);
    }
    PersonAction::deserialize(word.into_deserializer()).map(Some)
}

/// What can be done with an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PersonAction {
    /// Let it in again.
    Enable,
    /// Sign it out and keep it out.
    Disable,
    /// Ask for no second factor any more, for who has lost theirs.
    Forget,
    /// End every session, and have another password chosen the next time that they sign in with the one they have.
    #[serde(rename = "new-password")]
    NewPassword,
    /// End every session and API token. They may sign in again.
    #[serde(rename = "sign-out")]
    SignOut,
    /// Remove it with everything it holds.
    Remove,
}

/// The fields of the form that links an account to somebody at a provider, or takes the link away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonLinkFields {
    /// Whose account.
    pub name: String,
    /// The provider's id.
    #[serde(default)]
    pub provider: String,
    /// What the provider calls them for ever.
    #[serde(default)]
    pub subject: String,
    /// Whether the link is taken away.
    #[serde(default)]
    pub unlink: bool,
}

/// Says as whom somebody will come through a provider, or takes that back.
#[server(endpoint = "people/link-identity")]
pub async fn link_person(
    /// The fields of the form, which stands beside others.
    link: PersonLinkFields,
) -> Result<(), ConsoleError> {
    let next = model::link::person(&link.name);
    model::port::<dyn People>()?.link_person(link).await?;
    model::go_to(&next);
    Ok(())
}

/// Makes an account, and leads to the page that shows its link.
#[server(endpoint = "people/create")]
pub async fn create_person(
    /// The fields of the form.
    fields: PersonFields,
) -> Result<Invited, ConsoleError> {
    let name = fields.name.trim().to_owned();
    let token = model::port::<dyn People>()?.create_person(fields).await?;
    Ok(Invited { name, token })
}

/// A link with which somebody chooses a password, shown once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    /// Whose.
    pub name: String,
    /// The token of the link.
    pub token: String,
}

/// Changes an account.
#[server(endpoint = "people/change")]
pub async fn change_person(
    /// The fields of the form.
    fields: PersonFields,
) -> Result<(), ConsoleError> {
    let next = model::link::person(&fields.name);
    model::port::<dyn People>()?.change_person(fields).await?;
    model::go_to(&next);
    Ok(())
}

/// Lets somebody in, keeps them out, or removes them.
#[server(endpoint = "people/act")]
pub async fn act_on_person(
    /// The fields of the form.
    fields: PersonAct,
) -> Result<(), ConsoleError> {
    let next = if fields.act == PersonAction::Remove {
        model::link::PEOPLE.into()
    } else {
        model::link::person(&fields.name)
    };
    model::port::<dyn People>()?.act_on_person(fields).await?;
    model::go_to(&next);
    Ok(())
}

/// Does the same with several accounts.
#[server(endpoint = "people/act-on-many")]
pub async fn act_on_people(
    /// The fields of the form.
    fields: PeopleAct,
) -> Result<(), ConsoleError> {
    model::port::<dyn People>()?.act_on_people(fields).await?;
    model::go_to(model::link::PEOPLE);
    Ok(())
}

/// A new link for choosing a password.
#[server(endpoint = "people/link")]
pub async fn new_link(
    /// Whose.
    name: String,
) -> Result<Invited, ConsoleError> {
    let token = model::port::<dyn People>()?.new_link(name.clone()).await?;
    Ok(Invited { name, token })
}

/// Sends a link for choosing a password by mail once more, after one could not be sent.
#[server(endpoint = "people/send-link")]
pub async fn send_link(
    /// To whom.
    name: String,
) -> Result<(), ConsoleError> {
    let next = model::link::person(&name);
    model::port::<dyn People>()?.send_link(name).await?;
    model::go_to(&next);
    Ok(())
}
