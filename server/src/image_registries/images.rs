//! Looking for images and tags, in whichever registry they are.

use super::registry::Registry;
use super::{HUB_NAMES, Logins, Trouble, base, distribution, harbor, hub, secrets};
use access::{Caller, Command, Need, Place, Resource, Verb};
use model::{ConsoleError, KindSlug, Language, ResourceRef};
use outbound::Outbound;
use workloads_contract::{DOCKER_HUB, FoundImages, ImageParts, ImageSource, ImageTags, RegistryLogin};

/// So many images and tags are told; whoever looks for others says more of their names.
pub(super) const MOST_IMAGES: usize = 50;
pub(super) const MOST_TAGS: usize = 100;
/// What is looked for is a part of a name, and no longer than one.
const LONGEST_WORDS: usize = 255;

impl Logins {
    /// Images whose names hold a text.
    pub(super) async fn find(&self, source: ImageSource, words: String) -> Result<FoundImages, ConsoleError> {
        self.console.access().require(&self.caller, &command("look for images", &source)).await?;
        let login = self.login(&source, source.registry.trim()).await?;
        let name = match (&login, source.registry.trim()) {
            (Some(login), "") => name_of(&login.server),
            (_, registry) => name_of(registry),
        };
        let name = name.ok_or(Trouble::NoAddress)?;
        let action = command("look for images", &source).saying(name.clone());
        let (way, words) = (self.console.image_registries().clone(), cut(&words));
        let work = move |_| async move { search(way, &name, login, &words).await };
        self.console.access().perform(&self.caller, action, work).await
    }

    /// Tags of an image that hold a text.
    pub(super) async fn tags(
        &self,
        source: ImageSource,
        image: String,
        words: String,
    ) -> Result<ImageTags, ConsoleError> {
        self.console.access().require(&self.caller, &command("look for tags", &source)).await?;
        let parts = ImageParts::read(&image).ok_or(Trouble::NoImage)?;
        let name = name_of(parts.registry).ok_or(Trouble::NoAddress)?;
        let repository = parts.repository.to_owned();
        let login = self.login(&source, &name).await?;
        let action = command("look for tags", &source).saying(format!("{name}/{repository}"));
        let (way, words) = (self.console.image_registries().clone(), cut(&words));
        let work = move |_| async move { list(way, &name, &repository, login, &words).await };
        self.console.access().perform(&self.caller, action, work).await
    }

    /// The login of a secret, which is read as the caller.
    async fn login(
        &self,
        source: &ImageSource,
        registry: &str,
    ) -> Result<Option<RegistryLogin>, ConsoleError> {
        let Some(secret) = &source.secret else { return Ok(None) };
        let clusters = self.console.kubernetes().for_caller(Caller::clone(&self.caller), Language::default());
        let resource = ResourceRef {
            cluster: source.cluster.clone(),
            kind: KindSlug::parse("secrets").expect("the plurals of Kubernetes are slugs"),
            namespace: Some(source.namespace.clone()),
            name: secret.clone(),
        };
        let found = clusters.whole_object(&resource).await?;
        let (value, _) = found.ok_or_else(|| ConsoleError::not_found(&resource))?;
        Ok(Some(secrets::login(&value, secret.as_str(), registry)?))
    }
}

/// Whoever may make pods may know what they can be made of.
fn command(name: &'static str, source: &ImageSource) -> Command {
    let place = Place::Namespace(source.namespace.clone());
    Command::of(name, Need::to_all(Verb::Create, Resource::new("", "pods"), source.cluster.clone(), place))
}

fn cut(words: &str) -> String {
    words.trim().chars().take(LONGEST_WORDS).collect()
}

/// A text as a part of a question in an address.
pub(super) fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// A registry as names of images have it; nothing for what is no registry.
pub(super) fn name_of(server: &str) -> Option<String> {
    if server.is_empty() {
        return Some(DOCKER_HUB.to_owned());
    }
    let host = base(server)?.split_once("://")?.1.to_ascii_lowercase();
    let is_hub = host == super::HUB || HUB_NAMES.contains(&host.as_str());
    Some(if is_hub { DOCKER_HUB.to_owned() } else { host })
}

async fn search(
    way: Outbound,
    name: &str,
    login: Option<RegistryLogin>,
    words: &str,
) -> Result<FoundImages, Trouble> {
    if name == DOCKER_HUB {
        return hub::find(way, words).await;
    }
    let registry = Registry::of(way, name, login)?;
    match harbor::find(&registry, name, words).await? {
        Some(found) => Ok(found),
        None => distribution::find(&registry, name, words).await,
    }
}

async fn list(
    way: Outbound,
    name: &str,
    repository: &str,
    login: Option<RegistryLogin>,
    words: &str,
) -> Result<ImageTags, Trouble> {
    let is_hub = name == DOCKER_HUB;
    // What only some may see Docker Hub tells where every registry does.
    let found = if is_hub && login.is_none() {
        hub::tags(way, repository, words).await?
    } else {
        let registry = Registry::of(way, name, login)?;
        let full = if is_hub { hub::full(repository) } else { repository.to_owned() };
        match harbor::tags(&registry, &full, words).await? {
            Some(found) => Some(found),
            None => distribution::tags(&registry, &full, words).await?,
        }
    };
    found.ok_or_else(|| Trouble::UnknownImage { registry: name.to_owned(), image: repository.to_owned() })
}

#[cfg(test)]
mod tests;
