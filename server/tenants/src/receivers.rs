//! Who is told of alerts, in the places where the caller may say so.

use crate::actions::{Where, in_place};
use crate::members::Names;
use crate::requests::place_of;
use crate::{ForCaller, Tenants, seconds, valid};
use access::{Command, Verb};
use async_trait::async_trait;
use database::deliveries::{Delivery, DeliveryState as Kept};
use database::members::Place as Held;
use database::now_seconds;
use database::receivers::{NewReceiver, StoredReceiver};
use model::fault::ReceiverFault;
use model::{ConsoleError, FieldProblem, Thing};
use notifications_contract::{
    Channel, Checked, DeliveryRow, DeliveryState, Hearing, MessageTemplate, Notifications, Reason,
    ReceiverFields, ReceiverList, ReceiverPlace, ReceiverRow, ReceiverView, Shape, TemplateFields,
    TemplatePreview, channels,
};
use notifier::{Receiver, Said, Secrets, TellError};
use prometheus::Conditions;
use std::collections::BTreeSet;
use uuid::Uuid;
use workspaces_contract::MemberPlace;

/// How many messages a receiver's page tells.
const TOLD_DELIVERIES: i64 = 50;

const RECEIVERS: &str = "receivers";

/// Something done to a receiver of a place; none is the whole console.
pub(crate) fn command(name: &'static str, verb: Verb, place: Option<&Where>, id: Option<&str>) -> Command {
    match place {
        None => Command::on_platform(name, verb, RECEIVERS, id),
        Some(place) => in_place(name, verb, RECEIVERS, place, id),
    }
}

fn unknown() -> ConsoleError {
    ConsoleError::unknown(Thing::Receiver)
}

/// A receiver that the caller may see, with where it is.
struct Found {
    stored: StoredReceiver,
    receiver: Receiver,
    place: Option<Where>,
    shown: ReceiverPlace,
}

impl ForCaller {
    /// Whoever may not see a receiver learns the same as if there were none.
    async fn find_receiver(&self, id: &str) -> Result<Found, ConsoleError> {
        let id: Uuid = id.parse().map_err(|_| unknown())?;
        let stored = self.tenants.database.receiver(id).await?;
        let names = Names::read(&self.tenants).await?;
        stored.and_then(|stored| self.seen(stored, &names)).ok_or_else(unknown)
    }

    fn seen(&self, stored: StoredReceiver, names: &Names) -> Option<Found> {
        let (place, shown) = match &stored.said.place {
            None => (None, ReceiverPlace::Platform),
            Some(held) => (Some(names.place_of(held)?), ReceiverPlace::In(names.place(held)?)),
        };
        let sees = self.may(&command("read receiver", Verb::Get, place.as_ref(), None));
        let receiver = self.tenants.notifier.read(&stored)?;
        sees.then_some(Found { stored, receiver, place, shown })
    }

    fn may_change(&self, place: Option<&Where>) -> bool {
        self.may(&command("change receiver", Verb::Update, place, None))
    }

    /// Where the caller may add a receiver.
    fn places_for_receivers(&self, names: &Names) -> Vec<ReceiverPlace> {
        let platform =
            self.may(&command("add receiver", Verb::Create, None, None)).then_some(ReceiverPlace::Platform);
        let known = self.places_told(names).into_iter().map(ReceiverPlace::In);
        platform.into_iter().chain(known).collect()
    }

    /// The clusters, workspaces and projects where the caller says who is told, and by which mail server.
    pub(crate) fn places_told(&self, names: &Names) -> Vec<MemberPlace> {
        let projects = names
            .projects
            .iter()
            .map(|project| MemberPlace::Project(project.cluster.clone(), project.namespace.clone()));
        let known = self.places(names).into_iter().chain(projects).filter(|place| {
            let held = place_of(place, names);
            held.is_some_and(|place| self.may(&command("add receiver", Verb::Create, Some(&place), None)))
        });
        known.collect()
    }

    async fn last_deliveries(&self, id: Uuid, most: i64) -> Result<Vec<DeliveryRow>, ConsoleError> {
        let kept = self.tenants.database.deliveries_to(id, most).await?;
        Ok(kept.into_iter().filter_map(row).collect())
    }

    async fn add_receiver(&self, fields: ReceiverFields) -> Result<String, ConsoleError> {
        let place = match &fields.place {
            ReceiverPlace::Platform => None,
            ReceiverPlace::In(place) => Some(self.find_place(place).await?),
        };
        let action = command("add receiver", Verb::Create, place.as_ref(), None);
        let action = action.saying(format!("{} by {}", fields.name.trim(), fields.channel));
        self.require(&action).await?;
        if let Some(place) = &place {
            self.check_is_itself(place).await?;
        }
        let checked = self.checked(&fields, None)?;
        let id = Uuid::new_v4();
        let held = place.as_ref().map(Where::held);
        self.check_mail(&checked, held.as_ref()).await?;
        let template = MessageTemplate::default();
        let new = self.new_receiver(id, held, &fields, &checked, (&checked.secrets, template));
        let work = async move |tenants: Tenants, _| {
            tenants.database.add_receiver(id, &new).await?;
            tenants.notifier.look_again();
            Ok(id.to_string())
        };
        self.perform(action, work).await
    }

    async fn change_receiver(&self, fields: ReceiverFields) -> Result<String, ConsoleError> {
        let found = self.find_receiver(&fields.id).await?;
        let action = command("change receiver", Verb::Update, found.place.as_ref(), Some(&fields.id));
        let action = action.saying(fields.name.trim().to_owned());
        self.require(&action).await?;
        let fields = ReceiverFields { channel: found.stored.said.channel.clone(), ..fields };
        let checked = self.checked(&fields, Some(&found.receiver))?;
        self.check_mail(&checked, found.stored.said.place.as_ref()).await?;
        let mut secrets = found.receiver.secrets().clone();
        secrets.retain(|name, _| !checked.removed.contains(name));
        secrets.extend(checked.secrets.clone());
        let id = found.stored.id;
        let place = found.stored.said.place.clone();
        let kept = (&secrets, found.receiver.said.template);
        let said = self.new_receiver(id, place, &fields, &checked, kept);
        self.keep_receiver(action, id, fields.version, said).await?;
        Ok(id.to_string())
    }

    /// Keeps a receiver instead of the version that was read.
    async fn keep_receiver(
        &self,
        action: Command,
        id: Uuid,
        version: i64,
        said: NewReceiver,
    ) -> Result<(), ConsoleError> {
        let work = async move |tenants: Tenants, _| {
            let changed = tenants.database.change_receiver(id, version, &said).await;
            if !changed? {
                return Err(ConsoleError::refused("", ReceiverFault::Changed));
            }
            tenants.notifier.look_again();
            Ok(())
        };
        self.perform(action, work).await
    }

    /// A receiver that the caller may change, and what is kept of its templates if they can be used.
    async fn templates(&self, fields: &TemplateFields) -> Result<(Found, MessageTemplate), ConsoleError> {
        let found = self.find_receiver(&fields.id).await?;
        let action = command("change receiver", Verb::Update, found.place.as_ref(), Some(&fields.id));
        self.require(&action).await?;
        let template = fields.check().map_err(|problems| ConsoleError::Invalid { problems })?;
        if !found.receiver.channel.has_words() {
            return Err(ConsoleError::refused("text", ReceiverFault::NoWords));
        }
        Ok((found, template))
    }

    /// What was typed, if it can be kept.
    fn checked(&self, fields: &ReceiverFields, before: Option<&Receiver>) -> Result<Checked, ConsoleError> {
        let kept: BTreeSet<String> =
            before.map(|before| before.secrets().keys().cloned().collect()).unwrap_or_default();
        let checked = fields.check(&kept).map_err(|problems| ConsoleError::Invalid { problems })?;
        if !checked.matchers.is_empty() {
            Conditions::new(&checked.matchers)?;
        }
        let problems = before.map(|before| stale_secrets(before, &checked)).unwrap_or_default();
        valid(problems)?;
        Ok(checked)
    }

    /// Refuses a way by mail where nobody sends any.
    async fn check_mail(&self, checked: &Checked, place: Option<&Held>) -> Result<(), ConsoleError> {
        if checked.channel.word != "email" || self.tenants.notifier.has_mail(place).await? {
            return Ok(());
        }
        Err(ConsoleError::refused("channel", ReceiverFault::NoMail))
    }

    fn new_receiver(
        &self,
        id: Uuid,
        place: Option<Held>,
        fields: &ReceiverFields,
        checked: &Checked,
        (secrets, template): (&Secrets, MessageTemplate),
    ) -> NewReceiver {
        let quiet: Vec<&str> = fields.quiet.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let said = Said {
            least: fields.least,
            matchers: fields.matchers.trim().to_owned(),
            tells_resolved: fields.tells_resolved,
            repeat_hours: fields.repeat_hours,
            quiet: quiet.join("\n"),
            quiet_zone: if quiet.is_empty() { String::new() } else { fields.quiet_zone.clone() },
            language: checked.language.tag().to_owned(),
            template,
            target: notifier::target(checked.channel, &checked.settings, secrets),
            fields: checked.settings.clone(),
        };
        NewReceiver {
            place,
            name: checked.name.clone(),
            channel: checked.channel.word.to_owned(),
            settings: serde_json::to_string(&said).expect("our own values have no keys that JSON lacks"),
            sealed_secrets: (!secrets.is_empty()).then(|| self.tenants.notifier.seal(id, secrets)),
        }
    }
}

/// Secrets that were typed for another address: whoever changes only the address must not learn them there.
fn stale_secrets(before: &Receiver, checked: &Checked) -> Vec<FieldProblem> {
    let is_moved = checked.channel.fields.iter().any(|field| {
        let now = checked.settings.get(field.name).map_or("", String::as_str);
        field.shape == Shape::Address && !field.is_secret && before.value(field.name) != now
    });
    let goes_on = |name: &String| !checked.secrets.contains_key(name) && !checked.removed.contains(name);
    let kept = before.secrets().keys().filter(|name| is_moved && goes_on(name));
    kept.map(|name| FieldProblem::of(name.as_str(), ReceiverFault::SecretElsewhere)).collect()
}

/// A message that another version wrote and this one cannot read is left out.
fn row(kept: Delivery) -> Option<DeliveryRow> {
    let state = match kept.state {
        Kept::Waiting => DeliveryState::Waiting(seconds(kept.due_at)),
        Kept::Sending => DeliveryState::Sending,
        Kept::Sent => DeliveryState::Sent,
        Kept::Failed => DeliveryState::Failed,
        Kept::Unknown => DeliveryState::Unknown,
    };
    Some(DeliveryRow {
        at: seconds(kept.created_at),
        reason: Reason::parse(&kept.message.reason)?,
        subject: kept.message.subject,
        state,
        attempts: u32::try_from(kept.attempts).unwrap_or(u32::MAX),
        problem: kept.problem,
    })
}

fn fields_of(found: &Found) -> ReceiverFields {
    let Said { least, matchers, tells_resolved, repeat_hours, quiet, quiet_zone, language, fields, .. } =
        found.receiver.said.clone();
    ReceiverFields {
        id: found.stored.id.to_string(),
        version: found.stored.version,
        place: found.shown.clone(),
        channel: found.stored.said.channel.clone(),
        name: found.stored.said.name.clone(),
        least,
        matchers,
        tells_resolved,
        repeat_hours,
        quiet,
        quiet_zone,
        language,
        settings: fields,
        removed: BTreeSet::new(),
    }
}

#[async_trait]
impl Notifications for ForCaller {
    async fn receivers(&self) -> Result<ReceiverList, ConsoleError> {
        let names = Names::read(&self.tenants).await?;
        let stored = self.tenants.database.receivers().await?;
        let mut receivers = Vec::new();
        for found in stored.into_iter().filter_map(|stored| self.seen(stored, &names)) {
            receivers.push(ReceiverRow {
                id: found.stored.id.to_string(),
                name: found.receiver.name.clone(),
                channel: found.stored.said.channel.clone(),
                target: found.receiver.said.target.clone(),
                place: found.shown,
                least: found.receiver.said.least,
                is_enabled: found.stored.is_enabled,
                quiet: found.receiver.quiet(now_seconds()),
                last: self.last_deliveries(found.stored.id, 1).await?.pop(),
            });
        }
        let has_mail =
            self.tenants.notifier.has_mailer() || !self.tenants.database.mail_servers().await?.is_empty();
        let channels = channels::offered(has_mail).map(str::to_owned).collect();
        Ok(ReceiverList { receivers, places: self.places_for_receivers(&names), channels })
    }

    async fn receiver(&self, id: String) -> Result<ReceiverView, ConsoleError> {
        let found = self.find_receiver(&id).await?;
        let channel = found.receiver.channel;
        let is_known = |name: &&String| Channel::field(channel, name).is_some();
        let mail_by = match channel.word {
            "email" => Some(self.mail_sender(found.place.as_ref()).await?),
            _ => None,
        };
        Ok(ReceiverView {
            fields: fields_of(&found),
            kept: found.receiver.secrets().keys().filter(is_known).cloned().collect(),
            template: found.receiver.said.template.clone(),
            is_enabled: found.stored.is_enabled,
            mail_by,
            may_change: self.may_change(found.place.as_ref()),
            deliveries: self.last_deliveries(found.stored.id, TOLD_DELIVERIES).await?,
        })
    }

    async fn hearing(&self, id: String) -> Result<Hearing, ConsoleError> {
        let found = self.find_receiver(&id).await?;
        Ok(self.tenants.notifier.hearing(&found.receiver).await?)
    }

    async fn save_receiver(&self, fields: ReceiverFields) -> Result<String, ConsoleError> {
        if fields.id.is_empty() {
            self.add_receiver(fields).await
        } else {
            self.change_receiver(fields).await
        }
    }

    async fn switch_receiver(&self, id: String, is_enabled: bool) -> Result<(), ConsoleError> {
        let found = self.find_receiver(&id).await?;
        let name = if is_enabled { "switch receiver on" } else { "switch receiver off" };
        let action = command(name, Verb::Update, found.place.as_ref(), Some(&id)).saying(found.receiver.name);
        let id = found.stored.id;
        let work = async move |tenants: Tenants, _| {
            let is_there = tenants.database.enable_receiver(id, is_enabled).await;
            tenants.notifier.look_again();
            if is_there? { Ok(()) } else { Err(unknown()) }
        };
        self.perform(action, work).await
    }

    async fn delete_receiver(&self, id: String) -> Result<(), ConsoleError> {
        let found = self.find_receiver(&id).await?;
        let action = command("delete receiver", Verb::Delete, found.place.as_ref(), Some(&id));
        let action = action.saying(found.receiver.name);
        let id = found.stored.id;
        let work = async move |tenants: Tenants, _| {
            let is_there = tenants.database.remove_receiver(id).await;
            if is_there? { Ok(()) } else { Err(unknown()) }
        };
        self.perform(action, work).await
    }

    async fn save_template(&self, fields: TemplateFields) -> Result<(), ConsoleError> {
        let (found, template) = self.templates(&fields).await?;
        if let TemplatePreview::Wrong(problems) =
            self.tenants.notifier.preview(&found.receiver, template.clone())
        {
            return Err(ConsoleError::Invalid { problems });
        }
        let action = command("change receiver", Verb::Update, found.place.as_ref(), Some(&fields.id));
        let action = action.saying(found.receiver.name.clone());
        let said = Said { template, ..found.receiver.said.clone() };
        let settings = serde_json::to_string(&said).expect("our own values have no keys that JSON lacks");
        let said = NewReceiver { settings, ..found.stored.said.clone() };
        self.keep_receiver(action, found.stored.id, fields.version, said).await
    }

    async fn preview_template(&self, fields: TemplateFields) -> Result<TemplatePreview, ConsoleError> {
        match self.templates(&fields).await {
            Ok((found, template)) => Ok(self.tenants.notifier.preview(&found.receiver, template)),
            Err(ConsoleError::Invalid { problems }) => Ok(TemplatePreview::Wrong(problems)),
            Err(error) => Err(error),
        }
    }

    async fn test_receiver(&self, id: String) -> Result<(), ConsoleError> {
        let found = self.find_receiver(&id).await?;
        let action = command("test receiver", Verb::Update, found.place.as_ref(), Some(&id));
        let action = action.saying(found.receiver.name.clone());
        let work = async move |tenants: Tenants, _| match tenants.notifier.test(&found.receiver).await {
            Ok(()) => Ok(()),
            Err(TellError::Undelivered(why)) => {
                Err(ConsoleError::refused("", ReceiverFault::Undelivered(why)))
            }
            Err(TellError::Unknown(why)) => Err(ConsoleError::invalid("", why)),
            Err(TellError::Database(error)) => Err(error.into()),
        };
        self.perform(action, work).await
    }
}
