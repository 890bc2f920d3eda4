//! Commands as HTML forms send them: flat fields, so that they work with scripts off. With scripts the same forms are
//! sent without leaving the page. A command that went well leads to its `next` page; one that did not leads back to
//! the form, with the error in the address and what was typed in its fields.

use crate::{
    Action, ActionKind, Applied, Base, Deletion, DocumentPreview, ManifestChange, MetadataChange, Outcome,
    Propagation, Resources, TaintChange, TaintEffect, Target,
};
use leptos::prelude::*;
use model::fault::{EditFault, EntryFault, FormFault};
use model::{
    ClusterName, ConsoleError, Fault, FieldProblem, KindSlug, Namespace, ObjectName, ResourceRef, go_to,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A text that a form without scripts sent to be previewed, and what came of it. The server provides it with the page that
/// the form stands on, which shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct PostedPreview {
    /// The text, as it was typed.
    pub text: String,
    /// What it was written from, as [`Base::to_field`] writes it: not what is there by now.
    pub base: Option<String>,
    /// What the cluster would make of it.
    pub answer: Result<Vec<DocumentPreview>, ConsoleError>,
}

impl PostedPreview {
    /// Finds out what the cluster would make of a form's text; changes nothing.
    pub async fn of(fields: ApplyFields, resources: &dyn Resources) -> Self {
        let (text, base) = (fields.text.clone(), fields.base.clone());
        let answer = match fields.change() {
            Ok(change) => resources.preview(change).await,
            Err(error) => Err(error),
        };
        Self { text, base, answer }
    }
}

/// Carries out an action as its form asks.
#[server(endpoint = "resources/act-form")]
pub async fn act_by_form(
    /// The fields of the form.
    fields: ActFields,
) -> Result<Vec<Outcome>, ConsoleError> {
    fields.send(&*model::port::<dyn Resources>()?).await
}

/// Deletes as a form asks. Where the plan asks to type the name, the server compares it.
#[server(endpoint = "resources/delete-form")]
pub async fn delete_by_form(
    /// The fields of the form.
    fields: DeleteFields,
) -> Result<Vec<Outcome>, ConsoleError> {
    fields.send(&*model::port::<dyn Resources>()?).await
}

/// Applies a text as a form sends it.
#[server(endpoint = "resources/apply-form")]
pub async fn apply_by_form(
    /// The fields of the form.
    fields: ApplyFields,
) -> Result<Vec<Applied>, ConsoleError> {
    fields.send(&*model::port::<dyn Resources>()?).await
}

/// The fields of an action's form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActFields {
    /// The cluster.
    pub cluster: ClusterName,
    /// The kind.
    pub kind: KindSlug,
    /// The objects, one [`Target::to_line`] each.
    pub targets: String,
    /// What to do.
    pub action: ActionKind,
    /// For [`ActionKind::Scale`].
    pub replicas: Option<u32>,
    /// For [`ActionKind::RollBack`].
    pub revision: Option<i64>,
    /// For [`ActionKind::Drain`].
    pub delete_empty_dir_data: Option<bool>,
    /// For [`ActionKind::Drain`].
    pub force: Option<bool>,
    /// For [`ActionKind::Taint`].
    pub taint_key: Option<String>,
    /// For [`ActionKind::Taint`].
    pub taint_value: Option<String>,
    /// For [`ActionKind::Taint`].
    pub taint_effect: Option<TaintEffect>,
    /// For [`ActionKind::Taint`]: take it away.
    pub taint_remove: Option<bool>,
    /// For [`ActionKind::SetMetadata`]: the labels as they should be, as [`to_lines`] writes them.
    pub labels: Option<String>,
    /// The labels as they were when the form was drawn.
    pub labels_before: Option<String>,
    /// The annotations as they should be.
    pub annotations: Option<String>,
    /// The annotations as they were.
    pub annotations_before: Option<String>,
    /// Answer with how it went for each where it went well with some alone: the page shows that.
    pub each: Option<bool>,
    /// The page to go to when it went well.
    pub next: String,
}

impl ActFields {
    /// Carries it out, and leads to the next page when every target went well.
    pub async fn send(self, resources: &dyn Resources) -> Result<Vec<Outcome>, ConsoleError> {
        let targets = parse_targets(&self.cluster, &self.kind, &self.targets)?;
        let outcomes = answer(resources.act(targets, self.action()?).await?, self.each)?;
        if outcomes.iter().all(Outcome::is_well) {
            go_to(&destination(&self.next, &outcomes));
        }
        Ok(outcomes)
    }

    /// The action that the fields describe.
    pub fn action(&self) -> Result<Action, ConsoleError> {
        Ok(match self.action {
            ActionKind::Scale => {
                Action::Scale { replicas: self.replicas.ok_or_else(|| FormFault::Replicas.at("replicas"))? }
            }
            ActionKind::RollBack => Action::RollBack {
                revision: self.revision.ok_or_else(|| FormFault::Revision.at("revision"))?,
            },
            ActionKind::Drain => Action::Drain {
                delete_empty_dir_data: self.delete_empty_dir_data.unwrap_or(false),
                force: self.force.unwrap_or(false),
            },
            ActionKind::SetMetadata => Action::SetMetadata(MetadataChange {
                labels: changed(&self.labels_before, &self.labels, "labels")?,
                annotations: changed(&self.annotations_before, &self.annotations, "annotations")?,
            }),
            ActionKind::Taint => Action::Taint(TaintChange::of(
                self.taint_key.as_deref(),
                self.taint_value.as_deref(),
                self.taint_effect,
                self.taint_remove,
            )?),
            ActionKind::Restart => Action::Restart,
            ActionKind::Pause => Action::Pause,
            ActionKind::Resume => Action::Resume,
            ActionKind::Cordon => Action::Cordon,
            ActionKind::Uncordon => Action::Uncordon,
            ActionKind::Suspend => Action::Suspend,
            ActionKind::Unsuspend => Action::Unsuspend,
            ActionKind::Trigger => Action::Trigger,
            ActionKind::PullByDefault => Action::PullByDefault,
            ActionKind::NotPullByDefault => Action::NotPullByDefault,
            ActionKind::Edit | ActionKind::Delete => {
                return Err(FormFault::Foreign.at("action"));
            }
        })
    }
}

/// The fields of the form that deletes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteFields {
    /// The cluster.
    pub cluster: ClusterName,
    /// The kind.
    pub kind: KindSlug,
    /// The objects, one [`Target::to_line`] each.
    pub targets: String,
    /// What happens to the objects they own.
    #[serde(default)]
    pub propagation: Propagation,
    /// What was typed to confirm; see [`confirmation_word`].
    pub confirm: Option<String>,
    /// As that of [`ActFields`].
    pub each: Option<bool>,
    /// The page to go to when it went well.
    pub next: String,
}

impl DeleteFields {
    /// Deletes, and leads to the next page when every target went well.
    pub async fn send(self, resources: &dyn Resources) -> Result<Vec<Outcome>, ConsoleError> {
        let targets = parse_targets(&self.cluster, &self.kind, &self.targets)?;
        let plan = resources.preview_delete(targets.clone()).await?;
        let word = confirmation_word(&targets);
        if plan.confirm_by_name && self.confirm.as_deref().map(str::trim) != Some(word.as_str()) {
            return Err(ConsoleError::refused("confirm", EntryFault::Exactly(word)));
        }
        let deletion = Deletion { targets, propagation: self.propagation };
        let outcomes = answer(resources.delete(deletion).await?, self.each)?;
        if outcomes.iter().all(Outcome::is_well) {
            go_to(&self.next);
        }
        Ok(outcomes)
    }
}

/// The fields of the form that applies YAML.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplyFields {
    /// Where.
    pub cluster: ClusterName,
    /// Namespace for documents that name none; may be empty.
    pub namespace: Option<String>,
    /// One or more YAML documents.
    pub text: String,
    /// What is being edited, as JSON of a [`Base`].
    pub base: Option<String>,
    /// Take over fields that others own.
    pub force: Option<bool>,
    /// The page to go to when several documents went well; a single one leads to its object.
    pub next: String,
}

impl ApplyFields {
    /// Applies, and leads to the object, or to the next page when there are several.
    pub async fn send(self, resources: &dyn Resources) -> Result<Vec<Applied>, ConsoleError> {
        let next = self.next.clone();
        let applied = Applied::all_well(resources.apply(self.change()?).await?).map_err(cut)?;
        match applied.as_slice() {
            [only] => go_to(&model::link::object(&only.resource)),
            _ => go_to(&next),
        }
        Ok(applied)
    }

    fn change(self) -> Result<ManifestChange, ConsoleError> {
        let unreadable = |_| FormFault::Foreign.at("base");
        let namespace = self.namespace.filter(|namespace| !namespace.is_empty());
        let not_a_name = |error: model::InvalidName| ConsoleError::refused("namespace", error.rule);
        Ok(ManifestChange {
            cluster: self.cluster,
            namespace: namespace.map(|text| Namespace::parse(&text)).transpose().map_err(not_a_name)?,
            // Browsers send line breaks of forms as CR LF.
            text: self.text.replace("\r\n", "\n"),
            base: self.base.map(|text| Base::from_field(&text)).transpose().map_err(unreadable)?,
            force: self.force.unwrap_or(false),
        })
    }
}

impl Base {
    /// As a form field carries it.
    pub fn to_field(&self) -> String {
        serde_json::to_string(self).expect("a base is strings only, which always become JSON")
    }

    /// Reads [`Base::to_field`].
    pub fn from_field(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}

impl Target {
    /// The object within its kind on one line, as forms and addresses carry it: `shop/web-0/<uid>`.
    pub fn to_line(&self) -> String {
        let namespace = self.resource.namespace.as_ref().map_or(model::link::NO_NAMESPACE, Namespace::as_str);
        let uid = self.uid.as_deref().unwrap_or_default();
        format!("{namespace}/{}/{uid}", self.resource.name)
    }

    /// Reads [`Target::to_line`], and the shorter `shop/web-0` and `node-1`; `None` for anything else.
    pub fn from_line(cluster: &ClusterName, kind: &KindSlug, line: &str) -> Option<Self> {
        let parts: Vec<&str> = line.trim().splitn(3, '/').collect();
        let (namespace, name, uid) = match parts.as_slice() {
            [name] => (model::link::NO_NAMESPACE, *name, ""),
            [namespace, name] => (*namespace, *name, ""),
            [namespace, name, uid] => (*namespace, *name, *uid),
            _ => return None,
        };
        let is_namespaced = namespace != model::link::NO_NAMESPACE;
        let namespace = if is_namespaced { Some(Namespace::parse(namespace).ok()?) } else { None };
        let name = ObjectName::parse(name).ok()?;
        let uid = (!uid.is_empty()).then(|| uid.to_owned());
        let resource = ResourceRef { cluster: cluster.clone(), kind: kind.clone(), namespace, name };
        Some(Self { resource, uid })
    }
}

/// What must be typed to confirm a deletion: the name of the only object, or how many they are.
pub fn confirmation_word(targets: &[Target]) -> String {
    match targets {
        [only] => only.resource.name.to_string(),
        many => many.len().to_string(),
    }
}

pub(crate) fn parse_targets(
    cluster: &ClusterName,
    kind: &KindSlug,
    lines: &str,
) -> Result<Vec<Target>, ConsoleError> {
    let lines = lines.lines().filter(|line| !line.trim().is_empty());
    let targets: Option<Vec<Target>> = lines.map(|line| Target::from_line(cluster, kind, line)).collect();
    targets.filter(|targets| !targets.is_empty()).ok_or_else(|| FormFault::Foreign.at("targets"))
}

/// Without scripts all that failed is in an address. Beyond so many bytes it has room for the sentences alone, which are not in
/// the reader's language, and for as many of those as fit: proxies take answers whose headers have 4 KiB, and an address is a third
/// longer than what it says.
const ROOM_IN_ADDRESS: usize = 2_500;

/// How it went for each, where it went well with all, or with some for who can show `each`. Otherwise a form has one answer:
/// the error of the only target, or a list of those that failed.
fn answer(outcomes: Vec<Outcome>, each: Option<bool>) -> Result<Vec<Outcome>, ConsoleError> {
    if outcomes.iter().all(Outcome::is_well) || (each == Some(true) && outcomes.iter().any(Outcome::is_well))
    {
        return Ok(outcomes);
    }
    if let [Outcome { error: Some(error), .. }] = outcomes.as_slice() {
        return Err(error.clone());
    }
    let failed = |outcome: &Outcome| {
        let (resource, error) = (outcome.resource.to_string(), outcome.error.clone()?);
        Some(FieldProblem::of(resource, Fault::Came(Box::new(error))))
    };
    let problems: Vec<FieldProblem> = outcomes.iter().filter_map(failed).collect();
    if each == Some(true) || fitting(&problems) == problems.len() {
        return Err(ConsoleError::Invalid { problems });
    }
    let sentence = |problem: FieldProblem| FieldProblem { fault: None, ..problem };
    let problems = problems.into_iter().map(sentence).collect();
    Err(cut(ConsoleError::Invalid { problems }))
}

/// How many of these, from the first on, have room in an address.
fn fitting(problems: &[FieldProblem]) -> usize {
    let sizes = problems.iter().map(|problem| serde_json::to_string(problem).map_or(0, |it| it.len() + 1));
    let reached = sizes.scan(0, |reached, size| {
        *reached += size;
        Some(*reached)
    });
    reached.take_while(|reached| *reached <= ROOM_IN_ADDRESS).count()
}

/// The problems that have room in an address, one at least, and how many more there are.
fn cut(error: ConsoleError) -> ConsoleError {
    let shortened = |mut problems: Vec<FieldProblem>| {
        let fitting = fitting(&problems).max(1);
        if let Some(more) = problems.len().checked_sub(fitting).filter(|more| *more > 0) {
            problems.truncate(fitting);
            problems.push(FieldProblem::of("", EditFault::More(more)));
        }
        problems
    };
    match error {
        ConsoleError::Invalid { problems } => ConsoleError::Invalid { problems: shortened(problems) },
        ConsoleError::Conflict { problems } => ConsoleError::Conflict { problems: shortened(problems) },
        other => other,
    }
}

/// Long work is shown on the page of its object; something new on its own page.
fn destination(next: &str, outcomes: &[Outcome]) -> String {
    match outcomes {
        [Outcome { resource, job: Some(job), .. }] => {
            format!("{}?job={}", model::link::object(resource), model::link::escape(job))
        }
        [Outcome { created: Some(created), .. }] => model::link::object(created),
        _ => next.to_owned(),
    }
}

impl MetadataChange {
    /// What became different in texts of labels and of annotations, as [`to_lines`] writes them: each before, and after.
    pub fn between(labels: [&str; 2], annotations: [&str; 2]) -> Result<Self, ConsoleError> {
        let change = |[before, after]: [&str; 2], field: &str| {
            changed(&Some(before.to_owned()), &Some(after.to_owned()), field)
        };
        Ok(Self { labels: change(labels, "labels")?, annotations: change(annotations, "annotations")? })
    }
}

/// What became different between two texts of `key=value` lines: `None` for keys that are gone.
fn changed(
    before: &Option<String>,
    after: &Option<String>,
    field: &str,
) -> Result<BTreeMap<String, Option<String>>, ConsoleError> {
    // A field that was emptied arrives as one that is missing.
    let read = |text: &Option<String>| pairs(text.as_deref().unwrap_or_default(), field);
    let (before, after) = (read(before)?, read(after)?);
    let gone = before.keys().filter(|key| !after.contains_key(*key)).map(|key| (key.clone(), None));
    let set = after.iter().filter(|(key, value)| before.get(*key) != Some(value));
    Ok(gone.chain(set.map(|(key, value)| (key.clone(), Some(value.clone())))).collect())
}

/// Keys and values as a form shows them: `key=value` on each line. A value that would not fit on a line, or would not be
/// seen there, is written in quotes, as in JSON.
pub fn to_lines(pairs: &[(String, String)]) -> String {
    let value = |value: &str| {
        let is_plain = value.trim() == value && !value.starts_with('"') && !value.contains(char::is_control);
        if is_plain { value.to_owned() } else { serde_json::Value::from(value).to_string() }
    };
    pairs.iter().map(|(key, text)| format!("{key}={}", value(text))).collect::<Vec<_>>().join("\n")
}

/// Reads [`to_lines`], and what people make of it. Values are taken as they stand: a space may be meant.
fn pairs(text: &str, field: &str) -> Result<BTreeMap<String, String>, ConsoleError> {
    let mut pairs = BTreeMap::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let number = index + 1;
        let (key, value) = line.split_once('=').ok_or_else(|| FormFault::NoValue(number).at(field))?;
        let value = if value.trim_start().starts_with('"') {
            serde_json::from_str(value).map_err(|_| FormFault::OpenQuotes(number).at(field))?
        } else {
            value.to_owned()
        };
        pairs.insert(key.trim().to_owned(), value);
    }
    Ok(pairs)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn a_target_survives_its_line() {
        let (cluster, kind) = (ClusterName::parse("harbour").unwrap(), KindSlug::parse("pods").unwrap());
        for line in ["shop/web-0/1f2e", "-/system:node/", "shop/my role/9"] {
            assert_eq!(Target::from_line(&cluster, &kind, line).unwrap().to_line(), line);
        }
        assert_eq!(Target::from_line(&cluster, &kind, "node-1").unwrap().to_line(), "-/node-1/");
        for line in ["", "..", "../secrets/x", "Shop/web/1"] {
            assert_eq!(Target::from_line(&cluster, &kind, line), None, "{line:?} was accepted");
        }
    }

    #[test]
    fn what_went_well_is_told_beside_what_did_not_to_who_can_show_both() {
        let outcome = |name: &str, error: Option<ConsoleError>| {
            let (cluster, kind) = ("harbour".parse().unwrap(), "pods".parse().unwrap());
            Outcome { error, ..Outcome::of(Target::from_line(&cluster, &kind, name).unwrap().resource) }
        };
        let (well, failed) = (outcome("shop/a", None), outcome("shop/b", Some(ConsoleError::NotSignedIn)));

        let some = vec![well.clone(), failed.clone()];
        assert_eq!(answer(some.clone(), Some(true)), Ok(some.clone()));
        let Err(ConsoleError::Invalid { problems }) = answer(some, None) else { panic!("it went well") };
        assert_eq!((problems.len(), problems[0].field.as_str()), (1, failed.resource.to_string().as_str()));
        assert_eq!(problems[0].fault, Some(Fault::Came(Box::new(ConsoleError::NotSignedIn))));
        assert_eq!(answer(vec![well.clone()], None), Ok(vec![well]));
        assert_eq!(answer(vec![failed.clone()], Some(true)), Err(ConsoleError::NotSignedIn));
        let Err(ConsoleError::Invalid { problems }) = answer(vec![failed.clone(), failed], Some(true)) else {
            panic!("there is nothing to take back")
        };
        assert_eq!(problems[0].fault, Some(Fault::Came(Box::new(ConsoleError::NotSignedIn))));
    }

    #[test]
    fn what_is_said_in_an_address_has_room_there() {
        let (cluster, kind) = ("harbour".parse().unwrap(), "pods".parse().unwrap());
        let resource = Target::from_line(&cluster, &kind, "shop/b").unwrap().resource;
        let failed = Outcome { error: Some(ConsoleError::NotSignedIn), ..Outcome::of(resource) };
        let told = |count: usize, each| match answer(vec![failed.clone(); count], each) {
            Err(ConsoleError::Invalid { problems }) => problems,
            other => panic!("{other:?}"),
        };
        let sentence = ConsoleError::NotSignedIn.to_string();

        let some = told(30, None);
        assert_eq!((some.len(), some[29].message.as_str()), (30, sentence.as_str()), "all are told");
        assert_eq!(some[29].fault, None, "there is no room for more");
        let many = told(1_000, None);
        let (last, others) = many.split_last().unwrap();
        assert_eq!(*last, FieldProblem::of("", EditFault::More(1_000 - others.len())));
        let written = serde_json::to_string(others).unwrap();
        assert!(others.len() > 20 && written.len() <= ROOM_IN_ADDRESS + 2, "{written}");
        assert_eq!(told(1_000, Some(true)).len(), 1_000);

        let long = FieldProblem::new("shop/a", "x".repeat(10_000));
        let ConsoleError::Conflict { problems } = cut(ConsoleError::Conflict { problems: vec![long; 3] })
        else {
            panic!("it is another error")
        };
        assert_eq!((problems.len(), &problems[1]), (2, &FieldProblem::of("", EditFault::More(2))));
    }

    #[test]
    fn only_changed_labels_are_sent() {
        let change =
            changed(&some("app=web\ntier=front\nold=1"), &some("app=web\r\ntier =back\n\nnew="), "labels");

        let expected = [("new", some("")), ("old", None), ("tier", some("back"))];
        assert_eq!(change.unwrap(), expected.map(|(key, value)| (key.to_owned(), value)).into());
    }

    #[test]
    fn the_last_label_can_be_removed() {
        let change = changed(&some("app=web"), &None, "labels").unwrap();

        assert_eq!(change, [("app".to_owned(), None)].into());
        assert_eq!(changed(&None, &None, "labels").unwrap(), BTreeMap::new());
    }

    #[test]
    fn what_became_different_is_known_before_it_is_sent() {
        let change = MetadataChange::between(["app=web", "app=web\ntier=front"], ["note=1", ""]).unwrap();

        assert_eq!(change.labels, [("tier".to_owned(), some("front"))].into());
        assert_eq!(change.annotations, [("note".to_owned(), None)].into());
        assert!(MetadataChange::between(["", "tier"], ["", ""]).is_err());
    }

    #[test]
    fn values_of_any_kind_survive_the_form() {
        let written = [
            ("note", "first line\nsecond line\n"),
            ("quoted", "\"yes\""),
            ("spaces", " both sides "),
            ("json", "{\"a\":\"b=c\"}"),
            ("windows", "a\r\nb"),
            ("empty", ""),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned()));
        // Browsers send line breaks of forms as CR LF.
        let sent = to_lines(&written).replace('\n', "\r\n");

        assert_eq!(pairs(&sent, "annotations").unwrap(), written.clone().into());
        assert_eq!(changed(&Some(to_lines(&written)), &Some(sent), "annotations").unwrap(), BTreeMap::new());
    }

    #[test]
    fn a_quote_left_open_is_named() {
        let error = pairs("a=1\nb=\"2", "labels").unwrap_err();

        assert!(error.to_string().contains("line 2"), "{error}");
    }

    #[test]
    fn a_line_without_a_value_is_named() {
        let error = changed(&None, &some("app=web\ntier"), "labels").unwrap_err();

        assert_eq!(error, FormFault::NoValue(2).at("labels"));
    }
}
