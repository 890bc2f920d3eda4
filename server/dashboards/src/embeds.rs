//! Links by which pages of other sites show a dashboard. The address of one holds its id, sealed with the console's key:
//! nobody can make one up, its maker can be shown it again, and the tables hold nothing that opens one.

use crate::actions;
use crate::{Dashboards, ForCaller, document};
use access::Caller;
use async_trait::async_trait;
use database::dashboards::Dashboard;
use database::embeds::{Embed, NewEmbed as Row};
use database::now_seconds;
use model::cause::KeptOutage;
use model::fault::EmbedFault;
use model::{ClusterName, ConsoleError, FieldProblem, System, Thing, Timestamp};
use monitoring_contract::{
    DashboardRequest, EMBED_PATH, EmbedFields, EmbedLine, EmbedList, EmbedPanel, Embedded, EmbeddedDashboard,
    Embedding, MOST_EMBEDS, NAMESPACE_VARIABLE, NewEmbed, NotEmbedded, Origin, Plan, RevokeEmbedFields,
    Window,
};
use prometheus::ReadMetrics;
use std::net::IpAddr;
use std::sync::Arc;
use uuid::Uuid;

/// For what ids are sealed in addresses.
const PURPOSE: &str = "embed";

/// A link that was followed.
#[derive(Debug)]
pub struct Followed {
    /// The sites whose pages may show it.
    pub origins: Vec<String>,
    /// What there is to see.
    pub shown: Embedded,
}

impl Dashboards {
    /// What a link shows, with the rights that its maker has at this moment: `None` when there is no such link. Whoever
    /// follows one is nobody, so what is refused is told and not written down.
    pub async fn follow(
        &self,
        token: &str,
        request_id: String,
        address: Option<IpAddr>,
    ) -> Result<Option<Followed>, ConsoleError> {
        let id = self.seal.open(PURPOSE, token).ok().and_then(|id| Uuid::from_slice(&id).ok());
        let Some(id) = id else { return Ok(None) };
        let found = self.database.embed(id).await?;
        let Some(embed) = found else { return Ok(None) };
        let origins = embed.new.origins.split(' ').map(str::to_owned).collect();
        let shown = self.through(&embed, request_id, address).await;
        Ok(Some(Followed { origins, shown }))
    }

    async fn through(&self, embed: &Embed, request_id: String, address: Option<IpAddr>) -> Embedded {
        if is_over(embed) {
            return Err(NotEmbedded::Over(Timestamp(embed.new.expires_at)));
        }
        let maker = self.maker(embed, request_id, address).await?.ok_or(NotEmbedded::Withdrawn)?;
        let maker = self.for_caller(Arc::new(maker));
        let kept = maker.find(&embed.cluster, &embed.new.dashboard.to_string()).await;
        let kept = kept.map_err(|error| match error {
            ConsoleError::NotFound { .. } => NotEmbedded::Withdrawn,
            error => NotEmbedded::Failed(error),
        })?;
        let share = actions::share(&kept, "");
        let read = ReadMetrics::of_dashboard(&kept.cluster, kept.namespace.as_ref());
        if !maker.caller.may(&share) || !maker.caller.may(&read) {
            return Err(NotEmbedded::Withdrawn);
        }
        self.database.touch_embed(embed).await.map_err(|error| NotEmbedded::Failed(error.into()))?;
        let mut plan = document::read(&kept.name, &kept.document).map_err(NotEmbedded::Failed)?;
        if let Some(panel) = embed.new.panel {
            plan.panels.retain(|own| own.id == panel);
            if plan.panels.is_empty() {
                return Err(NotEmbedded::NoPanel);
            }
        }
        let request = DashboardRequest {
            cluster: kept.cluster.clone(),
            id: kept.id.to_string(),
            window: Window::Last(embed.new.seconds),
            compare: None,
            chosen: chosen(embed).map_err(NotEmbedded::Failed)?,
        };
        let look = || maker.look(&kept, &plan, &request);
        let open = self.shown.get(embed.id, &maker.caller.rights, kept.version, look).await;
        let open = open.map_err(NotEmbedded::Failed)?;
        Ok(EmbeddedDashboard { open, is_one_panel: embed.new.panel.is_some() })
    }

    /// Who made a link, with what they may do now; `None` when they may not sign in any more.
    async fn maker(
        &self,
        embed: &Embed,
        request_id: String,
        address: Option<IpAddr>,
    ) -> Result<Option<Caller>, NotEmbedded> {
        let broken = |error: database::DatabaseError| NotEmbedded::Failed(error.into());
        let account = self.database.account(embed.new.account).await.map_err(broken)?;
        let Some(mut account) = account.filter(|account| account.is_enabled) else { return Ok(None) };
        account.name = format!("{} (link {})", account.name, embed.new.name);
        let access = self.kubernetes.access();
        access.caller(account, None, request_id, address).await.map(Some).map_err(broken)
    }
}

#[async_trait]
impl Embedding for ForCaller {
    async fn embeds(&self, cluster: ClusterName, id: String) -> Result<EmbedList, ConsoleError> {
        let kept = self.find(&cluster, &id).await?;
        self.access().require(&self.caller, &actions::share(&kept, "")).await?;
        let plan = document::read(&kept.name, &kept.document)?;
        let embeds = self.database.embeds(kept.id).await?;
        let panels = plan.panels.iter().filter(|panel| !panel.title.is_empty());
        Ok(EmbedList {
            panels: panels.map(|panel| (panel.id, panel.title.clone())).collect(),
            embeds: embeds.iter().map(|embed| self.embed_line(embed, &plan)).collect::<Result<_, _>>()?,
            dashboard: kept.name,
            namespace: kept.namespace,
        })
    }

    async fn add_embed(&self, fields: EmbedFields) -> Result<(), ConsoleError> {
        let kept = self.find(&fields.cluster, &fields.id).await?;
        self.access().require(&self.caller, &actions::share(&kept, fields.name.trim())).await?;
        let new = fields.check().map_err(|problems| ConsoleError::Invalid { problems })?;
        let plan = document::read(&kept.name, &kept.document)?;
        let problems = problems(&new, &plan);
        if !problems.is_empty() {
            return Err(ConsoleError::Invalid { problems });
        }
        let row = self.row(&kept, new);
        let action = actions::share(&kept, format!("{}: {}", row.name, row.origins));
        let database = self.database.clone();
        let work = async move |_| {
            let added = database.add_embed(&row, MOST_EMBEDS).await?;
            added.map(|_| ()).ok_or_else(|| ConsoleError::refused("", EmbedFault::Full(MOST_EMBEDS)))
        };
        self.access().perform(&self.caller, action, work).await
    }

    async fn revoke_embed(&self, fields: RevokeEmbedFields) -> Result<(), ConsoleError> {
        let kept = self.find(&fields.cluster, &fields.id).await?;
        let action = actions::end_link(&kept, &fields.embed);
        self.access().require(&self.caller, &action).await?;
        let gone = || ConsoleError::unknown(Thing::EmbedLink);
        let embed = Uuid::parse_str(&fields.embed).map_err(|_| gone())?;
        let (database, dashboard) = (self.database.clone(), kept.id);
        let work = async move |_| {
            let removed = database.remove_embed(dashboard, embed).await?;
            if removed { Ok(()) } else { Err(gone()) }
        };
        self.access().perform(&self.caller, action, work).await
    }
}

impl ForCaller {
    fn row(&self, kept: &Dashboard, new: NewEmbed) -> Row {
        let origins: Vec<&str> = new.origins.iter().map(Origin::as_str).collect();
        Row {
            dashboard: kept.id,
            account: self.caller.account_id,
            name: new.name,
            origins: origins.join(" "),
            panel: new.panel,
            seconds: new.window.seconds(),
            chosen: serde_json::to_string(&new.chosen).expect("pairs of texts are JSON"),
            expires_at: now_seconds() + i64::from(new.days) * 86_400,
        }
    }

    fn embed_line(&self, embed: &Embed, plan: &Plan) -> Result<EmbedLine, ConsoleError> {
        let Embed { id, new, made_by, last_used_at, .. } = embed;
        let is_over = is_over(embed);
        let panel = new.panel.map(|id| {
            let found = plan.panels.iter().find(|panel| panel.id == id);
            found.map_or(EmbedPanel::Gone, |panel| EmbedPanel::Titled(panel.title.clone()))
        });
        // What its maker may see stands behind the address: more than a token for one place may.
        let is_own = new.account == self.caller.account_id && !self.caller.is_for_one_place();
        let address =
            || format!("{}{EMBED_PATH}/{}", self.public_url, self.seal.seal(PURPOSE, id.as_bytes()));
        Ok(EmbedLine {
            id: id.to_string(),
            name: new.name.clone(),
            origins: new.origins.split(' ').map(str::to_owned).collect(),
            panel,
            seconds: new.seconds,
            chosen: chosen(embed)?,
            made_by: made_by.clone(),
            expires: Timestamp(new.expires_at),
            is_over,
            last_used: last_used_at.map(Timestamp),
            address: (is_own && !is_over).then(address),
        })
    }
}

/// What only who knows the dashboard can say about a link to it.
fn problems(new: &NewEmbed, plan: &Plan) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    if new.panel.is_some_and(|id| plan.panels.iter().all(|panel| panel.id != id)) {
        problems.push(FieldProblem::of("panel", EmbedFault::PanelGone));
    }
    let is_known = |name: &str| {
        name == NAMESPACE_VARIABLE || plan.variables.iter().any(|variable| variable.name == name)
    };
    for (name, _) in new.chosen.iter().filter(|(name, _)| !is_known(name)) {
        problems.push(FieldProblem::of("chosen", EmbedFault::NoVariable(name.clone())));
    }
    problems
}

/// Whether a link does not work any more.
pub(crate) fn is_over(embed: &Embed) -> bool {
    embed.new.expires_at <= now_seconds()
}

fn chosen(embed: &Embed) -> Result<Vec<(String, String)>, ConsoleError> {
    serde_json::from_str(&embed.new.chosen).map_err(|error| ConsoleError::Unavailable {
        system: System::Database,
        cause: KeptOutage::Chosen { name: embed.new.name.clone(), said: error.to_string() }.into(),
        may_be_done: false,
    })
}
