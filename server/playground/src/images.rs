//! What container images do when they run: a data file, looked up by repository and tag.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::objects::{annotation, array, text};

/// The annotation by which a pod overrules what its images do.
const BEHAVIOUR: &str = "playground.orrery.dev/behaviour";

/// The table of all images the playground knows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Images {
    /// Registries whose every image is in the table: what is not listed does not exist.
    closed_registries: Vec<String>,
    images: Vec<Image>,
}

/// One repository.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Image {
    /// Registry and path, without a tag; a pattern with one `*`.
    pub repository: String,
    /// What its versions do; the first that matches counts.
    tags: Vec<Tag>,
    /// Lines an instance writes while it works, with placeholders in braces.
    #[serde(default)]
    pub log: Vec<String>,
    /// Seconds from one line to the next.
    #[serde(default = "default_log_seconds")]
    pub log_seconds: f64,
    /// What an instance uses.
    #[serde(default)]
    pub usage: Usage,
    /// The shells in it; images made of nothing but a program have none.
    #[serde(default = "default_shells")]
    pub shells: Vec<String>,
    /// The process seen by `ps`.
    #[serde(default)]
    pub process: String,
    /// Files of the image beside those every image has.
    #[serde(default)]
    pub files: BTreeMap<String, String>,
}

/// One version of an image, or several by a pattern with one `*`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tag {
    tag: String,
    #[serde(flatten)]
    run: Run,
}

/// What an instance uses: averages around which it varies.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Usage {
    pub cpu_millicores: f64,
    pub memory_mebibytes: f64,
    /// The work is shared: the processor average holds for so many instances, more have less to do each.
    #[serde(default)]
    pub shared_by: Option<f64>,
}

impl Default for Usage {
    fn default() -> Self {
        Self { cpu_millicores: 4.0, memory_mebibytes: 24.0, shared_by: None }
    }
}

/// How one run of a container goes.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default)]
pub struct Run {
    pub behaviour: Behaviour,
    /// Seconds to fetch the image and start.
    pub start_seconds: f64,
    /// Seconds until it is ready.
    pub ready_seconds: f64,
    /// Seconds until what the behaviour is about happens.
    pub after_seconds: f64,
    /// The exit code of a run that ends badly.
    pub exit_code: i64,
    /// All is well if this environment variable is set.
    pub unless_environment: String,
    /// What the probe or the registry answers.
    pub message: String,
    /// Lines written at the start.
    pub first_words: Vec<String>,
    /// Lines written before the end.
    pub last_words: Vec<String>,
}

impl Default for Run {
    fn default() -> Self {
        Self {
            behaviour: Behaviour::Healthy,
            start_seconds: 2.0,
            ready_seconds: 3.0,
            after_seconds: 10.0,
            exit_code: 1,
            unless_environment: String::new(),
            message: String::new(),
            first_words: Vec::new(),
            last_words: Vec::new(),
        }
    }
}

/// The ways a container's life can go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Behaviour {
    /// Starts, becomes ready, stays.
    Healthy,
    /// Ends badly a while after each start.
    CrashLoop,
    /// Its image cannot be fetched.
    ImageMissing,
    /// Runs but never answers its readiness probe.
    ProbeFailing,
    /// Stops answering its liveness probe and is killed.
    LivenessFailing,
    /// Grows until it is killed for its memory.
    Oom,
    /// Does its work and ends well.
    Finishes,
    /// Ends badly; like a crash loop, but of something that is to end.
    Fails,
    /// Runs the container's command in the playground's shell.
    Command,
}

/// What Alpine has.
fn default_shells() -> Vec<String> {
    ["sh", "ash"].map(str::to_owned).into()
}

fn default_log_seconds() -> f64 {
    7.0
}

/// What the table says about one container.
#[derive(Clone, Debug)]
pub struct Program {
    pub image: Image,
    pub run: Run,
}

impl Images {
    /// The table that comes with the playground.
    pub fn built_in() -> Self {
        Self::parse(include_str!("../worlds/images.yaml")).expect("a test reads the same file")
    }

    /// Reads a table.
    pub fn parse(written: &str) -> Result<Self, serde_saphyr::Error> {
        serde_saphyr::from_str(written)
    }

    /// What a container of a pod does.
    pub fn program(&self, pod: &Value, container: &Value) -> Program {
        let mut program = self.of_image(text(container, "/image"));
        if let Some(behaviour) = overruled(pod) {
            program.run.behaviour = behaviour;
        }
        let wanted = program.run.unless_environment.as_str();
        if !wanted.is_empty()
            && array(container, "/env").iter().any(|variable| text(variable, "/name") == wanted)
        {
            program.run = Run { first_words: program.run.first_words, ..Run::default() };
        }
        program
    }

    fn of_image(&self, reference: &str) -> Program {
        let (repository, tag) = split(reference);
        let known = self.images.iter().find(|image| matches(&image.repository, repository));
        let closed = self.closed_registries.iter().any(|registry| repository.starts_with(registry.as_str()));
        let image = known.cloned().unwrap_or_else(|| Image {
            repository: repository.to_owned(),
            tags: Vec::new(),
            log: Vec::new(),
            log_seconds: default_log_seconds(),
            usage: Usage::default(),
            process: String::new(),
            files: BTreeMap::new(),
            shells: default_shells(),
        });
        let listed = image.tags.iter().find(|known| matches(&known.tag, tag));
        let run = match listed {
            Some(listed) => listed.run.clone(),
            None if known.is_some() || closed => missing(reference, known.is_some()),
            None => Run::default(),
        };
        Program { image, run }
    }
}

fn overruled(pod: &Value) -> Option<Behaviour> {
    let written = annotation(pod, BEHAVIOUR);
    if written.is_empty() { None } else { serde_json::from_value(written.into()).ok() }
}

fn missing(reference: &str, repository_exists: bool) -> Run {
    let (repository, _) = split(reference);
    let message = if repository_exists {
        format!("failed to resolve reference \"{reference}\": {reference}: not found")
    } else {
        format!(
            "failed to resolve reference \"{reference}\": pull access denied, repository {repository} does not exist \
             or may require authorization: server message: insufficient_scope: authorization failed"
        )
    };
    Run { behaviour: Behaviour::ImageMissing, message, ..Run::default() }
}

/// Repository and tag of an image reference; a digest counts as the tag.
fn split(reference: &str) -> (&str, &str) {
    if let Some((repository, digest)) = reference.split_once('@') {
        return (repository, digest);
    }
    match reference.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => (repository, tag),
        _ => (reference, "latest"),
    }
}

/// Whether a text matches a pattern with at most one `*`.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        Some((head, tail)) => {
            text.len() >= head.len() + tail.len() && text.starts_with(head) && text.ends_with(tail)
        }
        None => pattern == text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn behaviour(image: &str) -> Behaviour {
        Images::built_in().program(&json!({}), &json!({ "image": image })).run.behaviour
    }

    #[test]
    fn the_tag_decides_what_an_image_does() {
        assert_eq!(behaviour("registry.sunfield.example/shop/checkout:2.4.0"), Behaviour::CrashLoop);
        assert_eq!(behaviour("registry.sunfield.example/shop/checkout:2.4.1"), Behaviour::Healthy);
        assert_eq!(behaviour("registry.sunfield.example/shop/checkout:9.9.9"), Behaviour::ImageMissing);
        assert_eq!(behaviour("registry.sunfield.example/shop/chekout:2.4.1"), Behaviour::ImageMissing);
        assert_eq!(behaviour("docker.io/library/unheard-of"), Behaviour::Healthy);
    }

    #[test]
    fn an_annotation_overrules_the_image() {
        let pod = json!({ "metadata": { "annotations": { BEHAVIOUR: "finishes" } } });
        let program = Images::built_in().program(&pod, &json!({ "image": "anything:1" }));

        assert_eq!(program.run.behaviour, Behaviour::Finishes);
    }
}
