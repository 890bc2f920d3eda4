//! Managing identity providers.

use crate::console::Console;
use access::roles::Preset;
use access::{Caller, Command, Verb};
use async_trait::async_trait;
use identity::providers::{Provider, ProviderError, probe};
use model::{ConsoleError, FieldProblem, Tier, Timestamp};
use providers_contract::{Kind, Mapping, ProviderRow, ProviderView, Providers, Settings, Step};
use std::sync::Arc;
use workspaces_contract::MemberPlace;

/// Something that is done with identity providers. No role but the administrator's has the right: whoever decides who
/// vouches for people can become anybody.
fn command(name: &'static str, verb: Verb, id: Option<&str>) -> Command {
    Command::on_platform(name, verb, "identityproviders", id)
}

fn adding() -> Command {
    command("add_provider", Verb::Create, None)
}

fn changing(id: &str) -> Command {
    command("change_provider", Verb::Update, Some(id))
}

/// Identity providers, as far as a caller may manage them.
pub struct Managed {
    console: Console,
    caller: Arc<Caller>,
}

impl Managed {
    /// For this caller.
    pub fn new(console: Console, caller: Arc<Caller>) -> Self {
        Self { console, caller }
    }

    async fn may(&self, verb: Verb, id: Option<&str>) -> Result<(), ConsoleError> {
        self.console.access().grant(&self.caller, command("read_providers", verb, id)).await?;
        Ok(())
    }

    /// Refuses who may not add a provider, or change this one, before anything is said about what they typed.
    pub async fn require(&self, id: Option<&str>) -> Result<(), ConsoleError> {
        let action = id.map_or_else(adding, changing);
        Ok(self.console.access().require(&self.caller, &action).await?)
    }

    /// Adds a provider, under the id that its form was made with; answers its id.
    pub async fn add(
        &self,
        wanted: String,
        settings: Settings,
        secret: String,
    ) -> Result<String, ConsoleError> {
        let registry = self.console.registry().clone();
        let action = adding();
        let work =
            async move |_| registry.add_as(&wanted, &settings, &secret).await.map_err(ConsoleError::from);
        self.console.access().perform(&self.caller, action, work).await
    }

    /// Changes a provider that is still at this version; `false` when somebody else changed it.
    pub async fn change(
        &self,
        id: &str,
        version: i64,
        settings: Settings,
        secret: String,
    ) -> Result<bool, ConsoleError> {
        let registry = self.console.registry().clone();
        let action = changing(id);
        let id = id.to_owned();
        let work = async move |_| {
            registry.change(&id, version, &settings, &secret).await.map_err(ConsoleError::from)
        };
        self.console.access().perform(&self.caller, action, work).await
    }

    /// What is wrong with settings that no form can know: roles that do not exist where groups are to give them. The
    /// words of problems are keys of texts.
    pub async fn check(&self, settings: &Settings) -> Result<Vec<FieldProblem>, ConsoleError> {
        let own = self.console.database().own_roles().await?;
        let is_known = |mapping: &Mapping| {
            let Some(place) = &mapping.place else { return true };
            let tier = match place {
                MemberPlace::Cluster(_) => Tier::Cluster,
                MemberPlace::Workspace(_) => Tier::Workspace,
                MemberPlace::Project(..) => Tier::Project,
            };
            let of_people = own.iter().any(|role| role.tier == tier && role.id.to_string() == mapping.role);
            of_people || Preset::find(&mapping.role).is_some_and(|preset| preset.tier == tier)
        };
        let unknown = settings.mappings.iter().filter(|mapping| !is_known(mapping));
        Ok(unknown.map(|_| FieldProblem::new("mappings", "mapping-role")).collect())
    }

    /// Switches a provider on or off, moves or deletes it; `false` when it is not there any more.
    pub async fn act(&self, id: &str, act: Act) -> Result<bool, ConsoleError> {
        let database = self.console.database().clone();
        let action = command(act.name(), act.verb(), Some(id));
        let id = id.to_owned();
        let work = async move |_| {
            let done = match act {
                Act::Enable => database.enable_provider(&id, true).await,
                Act::Disable => database.enable_provider(&id, false).await,
                Act::Delete => database.remove_provider(&id).await,
                Act::Up => database.move_provider(&id, true).await.map(|()| true),
                Act::Down => database.move_provider(&id, false).await.map(|()| true),
            };
            done.map_err(ConsoleError::from)
        };
        let done = self.console.access().perform(&self.caller, action, work).await?;
        // Sessions may have ended with it, and open streams of theirs hear of it at once.
        self.console.access().announce_change();
        Ok(done)
    }

    /// Tries settings out, with the secret that was typed or the one that is kept.
    pub async fn test(
        &self,
        id: Option<&str>,
        settings: Settings,
        secret: &str,
    ) -> Result<Vec<Step>, ConsoleError> {
        let action = command("test_provider", Verb::Create, id);
        let draft = Provider::draft(id.unwrap_or("new"), settings, secret);
        let kept = match id {
            Some(id) => self.console.registry().find(id).await.ok().flatten(),
            None => None,
        };
        // The secret that is kept goes only to where it went before: otherwise whoever may test could have it sent to
        // themselves.
        let kept = kept.filter(|kept| kept.settings.address() == draft.settings.address());
        let draft = match kept {
            Some(kept) => draft.with_secret_of(&kept),
            None => draft,
        };
        let callback = self.console.registry().callback(&draft.id);
        let work = async move |_| Ok::<_, ConsoleError>(probe(draft, callback).await);
        self.console.access().perform(&self.caller, action, work).await
    }

    fn view(&self, id: &str, settings: Settings, has_secret: bool, version: i64) -> ProviderView {
        let registry = self.console.registry();
        let (callback, back_channel) = (registry.callback(id), registry.back_channel(id));
        ProviderView { id: id.into(), settings, has_secret, version, callback, back_channel }
    }
}

/// What is done to a provider in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Lets people sign in through it.
    Enable,
    /// Does not, and ends the sessions that it began.
    Disable,
    /// Removes it.
    Delete,
    /// Offers it earlier.
    Up,
    /// Offers it later.
    Down,
}

impl Act {
    /// Reads the form's word.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "enable" => Some(Self::Enable),
            "disable" => Some(Self::Disable),
            "delete" => Some(Self::Delete),
            "up" => Some(Self::Up),
            "down" => Some(Self::Down),
            _ => None,
        }
    }

    fn verb(self) -> Verb {
        if self == Self::Delete { Verb::Delete } else { Verb::Update }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Enable => "enable_provider",
            Self::Disable => "disable_provider",
            Self::Delete => "delete_provider",
            Self::Up | Self::Down => "move_provider",
        }
    }
}

#[async_trait]
impl Providers for Managed {
    async fn list(&self) -> Result<Vec<ProviderRow>, ConsoleError> {
        self.may(Verb::List, None).await?;
        let all = self.console.registry().all().await?;
        let mut rows = Vec::with_capacity(all.len());
        for provider in all {
            let used = self.console.database().provider_use(&provider.id).await;
            let used = used?;
            rows.push(ProviderRow {
                name: provider.settings.name.clone(),
                kind: provider.kind(),
                address: provider.settings.address().to_owned(),
                is_enabled: provider.is_enabled,
                accounts: used.accounts,
                last_used: used.last_used_at.map(Timestamp),
                id: provider.id,
            });
        }
        Ok(rows)
    }

    async fn read(&self, id: String) -> Result<ProviderView, ConsoleError> {
        self.may(Verb::Get, Some(&id)).await?;
        let found = self.console.registry().find(&id).await.map_err(|error| match error {
            ProviderError::Database(error) => error.into(),
            error => ConsoleError::invalid("", error.to_string()),
        })?;
        let provider = found.ok_or(ConsoleError::missing(format!("identityproviders/{id}")))?;
        let has_secret = provider.has_secret();
        Ok(self.view(&id, provider.settings, has_secret, provider.version))
    }

    async fn draft(&self, kind: Kind) -> Result<ProviderView, ConsoleError> {
        self.may(Verb::List, None).await?;
        // Chosen before it is saved: whoever registers the console at the provider needs the address first.
        let id = format!("{}-{:06x}", kind.word(), rand::random::<u32>() >> 8);
        Ok(self.view(&id, Settings::draft(kind), false, 0))
    }
}
