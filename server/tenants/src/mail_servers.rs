//! By which mail servers the receivers of places are told: said by who says who is told there.

use crate::actions::Where;
use crate::members::Names;
use crate::receivers::command;
use crate::{ForCaller, Tenants, seconds, valid};
use access::Verb;
use async_trait::async_trait;
use database::mail_servers::{NewMailServer, StoredMailServer};
use database::members::Place as Held;
use database::{DatabaseError, now_seconds};
use model::fault::MailServerFault;
use model::{ConsoleError, FieldProblem, Thing};
use notifications_contract::{
    CheckedMailServer, MailSender, MailServerFields, MailServerList, MailServerRow, MailServerView,
    MailServers, MailTrial, MailTrialFields,
};
use notifier::{MailServer, MailServerSaid};
use workspaces_contract::MemberPlace;

fn unknown() -> ConsoleError {
    ConsoleError::unknown(Thing::MailServer)
}

/// A mail server that the caller may see.
struct Seen {
    stored: StoredMailServer,
    server: MailServer,
    shown: MemberPlace,
}

impl ForCaller {
    /// The mail servers that the caller may see, by place.
    async fn seen_mail_servers(&self, names: &Names) -> Result<Vec<Seen>, ConsoleError> {
        let stored = self.tenants.database.mail_servers().await?;
        let seen = stored.into_iter().filter_map(|stored| {
            let (place, shown) = (names.place_of(&stored.place)?, names.place(&stored.place)?);
            let sees = self.may(&command("read mail server", Verb::Get, Some(&place), None));
            sees.then(|| -> Result<Seen, DatabaseError> {
                Ok(Seen { server: self.tenants.notifier.read_mail_server(&stored)?, stored, shown })
            })
        });
        let seen: Result<Vec<Seen>, DatabaseError> = seen.collect();
        Ok(seen?)
    }

    /// The mail server of a place itself, as it is kept.
    async fn own_mail_server(&self, place: &Where) -> Result<Option<StoredMailServer>, ConsoleError> {
        Ok(self.tenants.database.mail_server(&place.held()).await?)
    }

    /// Who would send for a place without a mail server of its own.
    async fn other_sender(&self, place: &Where) -> Result<MailSender, ConsoleError> {
        let around: Vec<Held> = match place {
            Where::Project(project) => {
                let workspace = project.workspace.map(Held::Workspace);
                workspace.into_iter().chain([Held::Cluster(project.cluster.clone())]).collect()
            }
            Where::Cluster(_) | Where::Workspace(_) => Vec::new(),
        };
        for held in around {
            if self.tenants.database.mail_server(&held).await?.is_some() {
                return self.sender_of(&held).await;
            }
        }
        Ok(self.console_or_nobody())
    }

    /// Who sends mails to the receivers of a place; none is the whole console.
    pub(crate) async fn mail_sender(&self, place: Option<&Where>) -> Result<MailSender, ConsoleError> {
        let Some(place) = place else { return Ok(self.console_or_nobody()) };
        match self.tenants.database.mail_server_for(&place.held()).await? {
            Some(stored) => self.sender_of(&stored.place).await,
            None => Ok(self.console_or_nobody()),
        }
    }

    async fn sender_of(&self, held: &Held) -> Result<MailSender, ConsoleError> {
        let shown = Names::read(&self.tenants).await?.place(held);
        shown.map(MailSender::Of).ok_or_else(unknown)
    }

    fn console_or_nobody(&self) -> MailSender {
        if self.tenants.notifier.has_mailer() { MailSender::Console } else { MailSender::Nobody }
    }

    fn new_mail_server(
        &self,
        place: &Held,
        checked: &CheckedMailServer,
        before: Option<&StoredMailServer>,
    ) -> NewMailServer {
        let CheckedMailServer { host, port, security, user, password, from } = checked.clone();
        let typed = password.map(|password| self.tenants.notifier.seal_mail_password(place, &password));
        // Who signs in no more needs no password any more.
        let kept = before.filter(|_| !user.is_empty()).and_then(|before| before.said.sealed_password.clone());
        let said = MailServerSaid { host, port, security, user, from };
        NewMailServer {
            settings: serde_json::to_string(&said).expect("our own values have no keys that JSON lacks"),
            sealed_password: typed.or(kept),
        }
    }
}

/// A password that was typed for another server, name or encryption: whoever changes only those must not learn it there.
fn stale_password(before: &MailServer, checked: &CheckedMailServer) -> Vec<FieldProblem> {
    let MailServerSaid { host, port, security, user, .. } = &before.said;
    let is_moved =
        (host, port, security, user) != (&checked.host, &checked.port, &checked.security, &checked.user);
    if !is_moved || checked.user.is_empty() || checked.password.is_some() {
        return Vec::new();
    }
    vec![FieldProblem::of("password", MailServerFault::PasswordElsewhere)]
}

/// One that another version wrote and this one cannot read is as none.
fn trial(stored: &StoredMailServer) -> Option<MailTrial> {
    serde_json::from_str(stored.trial.as_deref()?).ok()
}

fn fields_of(place: MemberPlace, version: &str, said: MailServerSaid) -> MailServerFields {
    let MailServerSaid { host, port, security, user, from } = said;
    let (version, port) = (version.to_owned(), port.to_string());
    MailServerFields { place, version, host, port, security, user, password: String::new(), from }
}

#[async_trait]
impl MailServers for ForCaller {
    async fn mail_servers(&self) -> Result<MailServerList, ConsoleError> {
        let names = Names::read(&self.tenants).await?;
        let seen = self.seen_mail_servers(&names).await?;
        let row = |seen: Seen| MailServerRow {
            place: seen.shown,
            address: format!("{}:{}", seen.server.said.host, seen.server.said.port),
            from: seen.server.said.from.clone(),
            trial: trial(&seen.stored),
            is_readable: seen.server.is_readable(),
        };
        let servers = seen.into_iter().map(row).collect();
        Ok(MailServerList { servers, places: self.places_told(&names) })
    }

    async fn mail_server(&self, place: MemberPlace) -> Result<MailServerView, ConsoleError> {
        let found = self.find_place(&place).await?;
        self.grant(command("read mail server", Verb::Get, Some(&found), None)).await?;
        let may_change = self.may(&command("change mail server", Verb::Update, Some(&found), None));
        let otherwise = self.other_sender(&found).await?;
        let Some(stored) = self.own_mail_server(&found).await? else {
            let fields = MailServerFields::new(place);
            let (is_kept, is_readable) = (false, true);
            return Ok(MailServerView { fields, is_kept, is_readable, trial: None, may_change, otherwise });
        };
        let server = self.tenants.notifier.read_mail_server(&stored)?;
        Ok(MailServerView {
            is_kept: server.has_password(),
            is_readable: server.is_readable(),
            trial: trial(&stored),
            fields: fields_of(place, &stored.version, server.said),
            may_change,
            otherwise,
        })
    }

    async fn save_mail_server(&self, fields: MailServerFields) -> Result<(), ConsoleError> {
        let found = self.find_place(&fields.place).await?;
        let action = command("change mail server", Verb::Update, Some(&found), None);
        let action = action.saying(format!("{} as {}", fields.host.trim(), fields.from.trim()));
        self.require(&action).await?;
        self.check_is_itself(&found).await?;
        let before = self.own_mail_server(&found).await?;
        let known =
            before.as_ref().map(|stored| self.tenants.notifier.read_mail_server(stored)).transpose()?;
        let is_kept = known.as_ref().is_some_and(MailServer::has_password);
        let checked = fields.check(is_kept).map_err(|problems| ConsoleError::Invalid { problems })?;
        if !notifier::is_sender(&checked.from) {
            return Err(ConsoleError::refused("from", MailServerFault::Sender));
        }
        valid(known.filter(|_| is_kept).map(|known| stale_password(&known, &checked)).unwrap_or_default())?;
        let held = found.held();
        let said = self.new_mail_server(&held, &checked, before.as_ref());
        let version = fields.version;
        let work = async move |tenants: Tenants, _| {
            if tenants.database.set_mail_server(&held, &version, &said).await? {
                return Ok(());
            }
            Err(ConsoleError::refused("", MailServerFault::Changed))
        };
        self.perform(action, work).await
    }

    async fn remove_mail_server(&self, place: MemberPlace) -> Result<(), ConsoleError> {
        let found = self.find_place(&place).await?;
        let action = command("remove mail server", Verb::Delete, Some(&found), None);
        let held = found.held();
        let work = async move |tenants: Tenants, _| {
            if tenants.database.remove_mail_server(&held).await? { Ok(()) } else { Err(unknown()) }
        };
        self.perform(action, work).await
    }

    async fn try_mail_server(&self, fields: MailTrialFields) -> Result<(), ConsoleError> {
        let found = self.find_place(&fields.place).await?;
        let action = command("test mail server", Verb::Update, Some(&found), None);
        let action = action.saying(fields.to.trim().to_owned());
        self.require(&action).await?;
        let (to, language) = fields.check().map_err(|problems| ConsoleError::Invalid { problems })?;
        let stored = self.own_mail_server(&found).await?.ok_or_else(unknown)?;
        let server = self.tenants.notifier.read_mail_server(&stored)?;
        let work = async move |tenants: Tenants, _| {
            let tried = tenants.notifier.try_mail_server(&server, &to, language).await;
            let tried = tried.map_err(|error| ConsoleError::invalid("", error.to_string()))?;
            let problem = tried.outcome.why().unwrap_or_default().to_owned();
            let trial = MailTrial { at: seconds(now_seconds()), to, step: tried.step, problem };
            let kept = serde_json::to_string(&trial).expect("our own values have no keys that JSON lacks");
            tenants.database.keep_mail_trial(&stored.place, &stored.version, &kept).await?;
            Ok(())
        };
        self.perform(action, work).await
    }
}
