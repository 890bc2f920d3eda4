//! Everybody who can sign in.

mod order;

use crate::escalation::check;
use crate::members::Names;
use crate::{ForCaller, Tenants, reach, seconds, valid};
use access::roles::{ADMINISTRATOR, Permissions};
use access::{Command, Verb};
use async_trait::async_trait;
use database::accounts::{Account, NewAccount};
use database::identities::{ExternalIdentity, Person as PersonThere};
use database::tokens::{ListedToken, TokenScope};
use database::{DatabaseError, now_seconds};
use identity::Forgotten;
use identity::sessions::OpenSession;
use model::fault::PersonFault;
use model::{ConsoleError, FieldProblem, ResourceRef, Thing, Tier, is_hidden};
use people_contract::{
    AuditLine, AuditPage, AuditQuery, PEOPLE_ON_A_PAGE, People, PeopleAct, PeopleList, PeopleQuery,
    PeopleState, Person, PersonAct, PersonFields, PersonLink, PersonLinkFields, PersonRow, PersonSession,
    PersonToken, UnsentMail,
};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

pub(crate) fn command(name: &'static str, verb: Verb, object: Option<&str>) -> Command {
    Command::on_platform(name, verb, "accounts", object)
}

/// The longest name for ever of somebody at a provider, in bytes.
const LONGEST_SUBJECT: usize = 255;

/// Saying who somebody is at a provider. No role but the administrator's has the right, as with providers themselves:
/// whoever may say that can become anybody.
fn link(account: &str) -> Command {
    Command::on_platform("link account", Verb::Update, "identityproviders", Some(account))
}

/// What is wrong with the texts of an account.
fn check_person(fields: &PersonFields) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    if !identity::is_name(&fields.name) {
        problems.push(FieldProblem::of("name", PersonFault::Name));
    }
    let full_name = fields.full_name.trim();
    if full_name.chars().count() > 100 || full_name.contains(is_hidden) {
        problems.push(FieldProblem::of("full_name", PersonFault::FullName));
    }
    let email = fields.email.trim();
    let has_two_sides =
        email.split_once('@').is_some_and(|(local, host)| !local.is_empty() && !host.is_empty());
    if !email.is_empty() && (!has_two_sides || email.len() > 254 || email.contains(char::is_whitespace)) {
        problems.push(FieldProblem::of("email", PersonFault::Email));
    }
    problems
}

impl ForCaller {
    /// The roles on the platform that the caller may give.
    fn platform_roles(&self, names: &Names) -> Vec<String> {
        let giver = self.platform();
        let all = names.roles_at(Tier::Platform, None).into_iter();
        all.filter(|role| self.may_give(role, names, giver)).collect()
    }

    fn platform(&self) -> Permissions {
        self.caller.rights.platform
    }

    fn may_give(&self, role: &str, names: &Names, giver: Permissions) -> bool {
        // An administrator is more than the sum of permissions.
        let is_administrator = self.caller.is_administrator();
        is_administrator || role != ADMINISTRATOR && names.permissions(role, Tier::Platform).is_within(giver)
    }

    /// Nobody changes who is more than they are.
    pub(crate) fn check_weaker(&self, account: &Account, names: &Names) -> Result<(), ConsoleError> {
        if self.caller.is_administrator() {
            return Ok(());
        }
        if account.role == ADMINISTRATOR {
            return Err(ConsoleError::refused("name", PersonFault::Administrator));
        }
        check(names.permissions(&account.role, Tier::Platform), self.platform(), "name")
    }

    async fn links_of(&self, account: &Account) -> Result<Vec<PersonLink>, ConsoleError> {
        let found = self.tenants.database.identities_of(account.id).await?;
        let link = |identity: ExternalIdentity| PersonLink {
            provider: identity.provider_id,
            name: identity.name_there,
            subject: identity.person.subject,
            used: identity.last_used_at.map(seconds),
        };
        Ok(found.into_iter().map(link).collect())
    }

    async fn sessions_of(&self, account: &Account) -> Result<Vec<PersonSession>, ConsoleError> {
        let open = identity::sessions::open_sessions(&self.tenants.database, account.id).await?;
        let session = |open: OpenSession| {
            let agent = identity::read_agent(&open.beginning.agent);
            let parts = [agent.browser, agent.system];
            PersonSession {
                browser: parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "),
                address: open.beginning.address,
                since: seconds(open.signed_in_at),
                seen: seconds(open.seen_at),
            }
        };
        Ok(open.into_iter().map(session).collect())
    }

    async fn tokens_of(&self, account: &Account) -> Result<Vec<PersonToken>, ConsoleError> {
        let database = &self.tenants.database;
        let mut tokens = Vec::new();
        for ListedToken { token, place } in database.tokens_of(account.id).await? {
            if token.expires_at <= now_seconds() {
                continue;
            }
            tokens.push(PersonToken {
                reach: reach(place),
                name: token.name,
                is_read_only: token.scope == TokenScope::Read,
                ends: seconds(token.expires_at),
            });
        }
        Ok(tokens)
    }

    async fn providers(&self) -> Result<Vec<(String, String)>, ConsoleError> {
        let all = self.tenants.registry.all().await?;
        Ok(all.into_iter().map(|provider| (provider.id, provider.settings.name)).collect())
    }

    async fn departments_with(
        &self,
        account: &Account,
        names: &Names,
    ) -> Result<Vec<(Option<String>, String)>, ConsoleError> {
        let members = self.tenants.database.department_members().await?;
        let own = members.iter().filter(|member| member.account == account.id);
        let found = own.filter_map(|member| names.departments.iter().find(|one| one.id == member.department));
        let titled = found.map(|department| {
            let workspace = names.workspaces.iter().find(|one| Some(one.id) == department.workspace);
            (workspace.map(|one| one.name.to_string()), department.title.clone())
        });
        Ok(titled.collect())
    }

    /// When people last signed in, and, for who may send it again, which mail to them was not sent.
    async fn known(&self, may_send: bool) -> Result<Known, ConsoleError> {
        let database = &self.tenants.database;
        let signed_in = database.last_sign_ins().await?;
        let unsent = match may_send && self.tenants.letters.is_some() {
            true => database.unsent_mails().await?,
            false => Vec::new(),
        };
        let unsent = unsent
            .into_iter()
            .map(|mail| (mail.account_id, UnsentMail { tried: seconds(mail.tried_at), why: mail.why }));
        Ok(Known { signed_in, unsent: unsent.collect() })
    }

    pub(crate) async fn find_person(&self, name: &str) -> Result<Account, ConsoleError> {
        let found = self.tenants.database.account_named(name).await?;
        found.ok_or_else(|| ConsoleError::unknown(Thing::Account(name.to_string())))
    }
}

/// What is known of people besides their accounts.
struct Known {
    signed_in: HashMap<Uuid, i64>,
    unsent: HashMap<Uuid, UnsentMail>,
}

fn row(account: &Account, names: &Names, known: &Known) -> PersonRow {
    PersonRow {
        name: account.name.clone(),
        full_name: account.full_name.clone(),
        email: account.email.clone(),
        role: names.role(&account.role),
        is_enabled: account.is_enabled,
        is_gone: account.is_gone,
        created: seconds(account.created_at),
        signed_in: known.signed_in.get(&account.id).map(|at| seconds(at / 1000)),
        unsent_mail: known.unsent.get(&account.id).cloned(),
    }
}

fn is_asked_for(account: &Account, query: &PeopleQuery) -> bool {
    let wanted = query.text.trim().to_lowercase();
    let has_text = [&account.name, &account.full_name, &account.email]
        .iter()
        .any(|text| text.to_lowercase().contains(&wanted));
    let has_state = match query.state {
        PeopleState::Any => true,
        PeopleState::Enabled => account.is_enabled,
        PeopleState::Out => !account.is_enabled,
    };
    has_text && has_state && (query.role.is_empty() || account.role == query.role)
}

pub(crate) fn changed<T>(result: Result<T, DatabaseError>) -> Result<T, ConsoleError> {
    result.map_err(|error| match error {
        DatabaseError::NameTaken => ConsoleError::refused("name", PersonFault::NameTaken),
        DatabaseError::LastAdministrator => ConsoleError::refused("role", PersonFault::LastAdministrator),
        error => error.into(),
    })
}

#[async_trait]
impl People for ForCaller {
    async fn people(&self, query: PeopleQuery) -> Result<PeopleList, ConsoleError> {
        self.grant(command("read accounts", Verb::List, None)).await?;
        let names = Names::read(&self.tenants).await?;
        let mut known = self.known(self.may(&command("send link", Verb::Update, None))).await?;
        let mut accounts = self.tenants.database.accounts().await?;
        accounts.retain(|account| is_asked_for(account, &query));
        order::put_in_order(&mut accounts, query.sort.as_ref(), &names, &known)?;
        let total = accounts.len() as u64;
        let size = usize::from(PEOPLE_ON_A_PAGE);
        let before = usize::try_from(query.page).unwrap_or(usize::MAX).saturating_mul(size);
        let accounts: Vec<Account> = accounts.into_iter().skip(before).take(size).collect();
        let may_change = |account: &&Account| self.check_weaker(account, &names).is_ok();
        let changeable: HashSet<Uuid> = accounts.iter().filter(may_change).map(|one| one.id).collect();
        known.unsent.retain(|account, _| changeable.contains(account));
        let may_create = self.may(&command("create account", Verb::Create, None));
        let roles = if may_create { self.platform_roles(&names) } else { Vec::new() };
        let known_roles = names.roles_at(Tier::Platform, None);
        Ok(PeopleList {
            total,
            known_roles: known_roles.iter().map(|role| names.role(role)).collect(),
            people: accounts.iter().map(|account| row(account, &names, &known)).collect(),
            roles: roles.iter().map(|role| names.role(role)).collect(),
        })
    }

    async fn person(&self, name: String) -> Result<Person, ConsoleError> {
        self.grant(command("read account", Verb::Get, Some(&name))).await?;
        let account = self.find_person(&name).await?;
        let names = Names::read(&self.tenants).await?;
        let held = self.tenants.database.memberships_of(account.id).await?;
        let may_change = self.may(&command("change account", Verb::Update, Some(&name)));
        let may_change = may_change && self.check_weaker(&account, &names).is_ok();
        let known = self.known(may_change).await?;
        let roles = if may_change { self.platform_roles(&names) } else { Vec::new() };
        let beyond = if may_change { self.beyond(&held, &names) } else { Vec::new() };
        Ok(Person {
            holds: held.iter().map(|member| names.held(member)).collect(),
            beyond: beyond.into_iter().map(|beyond| names.held(beyond.member)).collect(),
            roles: roles.iter().map(|role| names.role(role)).collect(),
            is_self: account.id == self.caller.account_id,
            may_act_as: self.may_act_as(&account).await?,
            has_factor: self
                .tenants
                .database
                .factor(account.id)
                .await?
                .is_some_and(|factor| factor.confirmed_at.is_some()),
            passkeys: self.tenants.database.passkeys_of(account.id).await?.len(),
            has_password: self.tenants.database.password_hash_of(account.id).await?.is_some(),
            is_password_due: self.tenants.database.is_password_due(account.id).await?,
            links: self.links_of(&account).await?,
            providers: if self.may(&link(&account.name)) { self.providers().await? } else { Vec::new() },
            departments: self.departments_with(&account, &names).await?,
            sessions: if may_change { self.sessions_of(&account).await? } else { Vec::new() },
            tokens: if may_change { self.tokens_of(&account).await? } else { Vec::new() },
            row: row(&account, &names, &known),
        })
    }

    async fn create_person(&self, fields: PersonFields) -> Result<String, ConsoleError> {
        let action = command("create account", Verb::Create, Some(fields.name.trim()));
        self.require(&action).await?;
        let problems = check_person(&fields);
        valid(problems)?;
        let names = Names::read(&self.tenants).await?;
        if !self.platform_roles(&names).contains(&fields.role) {
            return Err(ConsoleError::refused("role", PersonFault::Role));
        }
        let work = async move |tenants: Tenants, _| {
            let PersonFields { name, full_name, email, role } = fields;
            let new = NewAccount { name, full_name, email, role, password_hash: None };
            let id = changed(tenants.database.add_account(&new).await)?;
            let token = tenants.accounts.issue_link(Some(id)).await?;
            Ok(token.reveal().to_owned())
        };
        self.perform(action, work).await
    }

    async fn change_person(&self, fields: PersonFields) -> Result<(), ConsoleError> {
        let action = command("change account", Verb::Update, Some(&fields.name));
        self.require(&action).await?;
        let problems = check_person(&fields);
        valid(problems)?;
        let account = self.find_person(&fields.name).await?;
        let names = Names::read(&self.tenants).await?;
        self.check_weaker(&account, &names)?;
        // Links for forgotten passwords go there.
        if fields.email.trim() != account.email.trim() {
            self.check_way_in(&account, &names, "email").await?;
        }
        if fields.role != account.role && !self.platform_roles(&names).contains(&fields.role) {
            return Err(ConsoleError::refused("role", PersonFault::Role));
        }
        let work = async move |tenants: Tenants, _| {
            let database = &tenants.database;
            changed(database.set_platform_role(account.id, &fields.role).await)?;
            changed(database.describe_account(account.id, &fields.full_name, &fields.email).await)
        };
        self.perform(action, work).await
    }

    async fn act_on_person(&self, fields: PersonAct) -> Result<(), ConsoleError> {
        self.act(fields).await
    }

    async fn act_on_people(&self, fields: PeopleAct) -> Result<(), ConsoleError> {
        self.act_on_each(fields).await
    }

    async fn link_person(&self, fields: PersonLinkFields) -> Result<(), ConsoleError> {
        let action = link(&fields.name);
        self.require(&action).await?;
        let account = self.find_person(&fields.name).await?;
        let provider = self.tenants.registry.find(&fields.provider).await;
        let Ok(Some(provider)) = provider else {
            return Err(ConsoleError::refused("provider", PersonFault::Provider));
        };
        let subject = fields.subject.trim().to_owned();
        if subject.is_empty() || subject.len() > LONGEST_SUBJECT || subject.chars().any(char::is_control) {
            return Err(ConsoleError::refused("subject", PersonFault::Subject));
        }
        let person = PersonThere { issuer: provider.issuer(), subject };
        let work = async move |tenants: Tenants, _| {
            let database = &tenants.database;
            let (done, otherwise) = if fields.unlink {
                let done = database.unlink_identity(account.id, &person).await;
                (done, PersonFault::OnlyWayIn)
            } else {
                let done = database.link_identity(&person, &provider.id, account.id, "").await;
                (done, PersonFault::Linked)
            };
            match done? {
                true => Ok(()),
                false => Err(ConsoleError::refused("subject", otherwise)),
            }
        };
        self.perform(action, work).await
    }

    async fn new_link(&self, name: String) -> Result<String, ConsoleError> {
        let action = command("issue link", Verb::Update, Some(&name));
        self.require(&action).await?;
        let account = self.find_person(&name).await?;
        let names = Names::read(&self.tenants).await?;
        self.check_weaker(&account, &names)?;
        self.check_way_in(&account, &names, "name").await?;
        let work = async move |tenants: Tenants, _| {
            let token = tenants.accounts.issue_link(Some(account.id)).await?;
            Ok(token.reveal().to_owned())
        };
        self.perform(action, work).await
    }

    async fn send_link(&self, name: String) -> Result<(), ConsoleError> {
        let action = command("send link", Verb::Update, Some(&name));
        self.require(&action).await?;
        let account = self.find_person(&name).await?;
        self.check_weaker(&account, &Names::read(&self.tenants).await?)?;
        let nothing = || ConsoleError::unknown(Thing::UnsentMail(name.to_string()));
        let letters = self.tenants.letters.clone().ok_or_else(nothing)?;
        let unsent = self.tenants.database.unsent_mail(account.id).await?.ok_or_else(nothing)?;
        if account.email.is_empty() {
            return Err(ConsoleError::refused("email", PersonFault::NoEmail));
        }
        let work = async move |tenants: Tenants, _| {
            let Account { id, name, email, .. } = account;
            let token = tenants.accounts.issue_link(Some(id)).await?;
            let forgotten = Forgotten { account: id, name, email, token };
            letters.send(&forgotten, unsent.language).await?;
            Ok(())
        };
        self.perform(action, work).await
    }

    async fn audit(&self, query: AuditQuery) -> Result<AuditPage, ConsoleError> {
        self.read_audit(query).await
    }

    async fn late_changes(&self) -> Result<Option<Vec<AuditLine>>, ConsoleError> {
        self.read_late_changes().await
    }

    async fn changes_of(&self, resource: ResourceRef) -> Result<Option<Vec<AuditLine>>, ConsoleError> {
        self.read_changes_of(&resource).await
    }
}
