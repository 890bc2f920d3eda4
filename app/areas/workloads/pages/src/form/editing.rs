//! What is being filled in.

use crate::words::{text, text_with};
use leptos::ev;
use leptos::prelude::*;
use model::{ClusterName, FieldProblem, Namespace, PodSecurityLevel, ResourceRef};
use resources_contract::{Base, ManifestChange};
use serde_json::Value;
use std::collections::BTreeSet;
use ui::{Keep, problem_words};
use workloads_contract::{Draft, Fault, Form, LimitLine, PostedForm, Scalable};

/// What a form begins with.
#[derive(Clone)]
pub struct Beginning {
    pub form: &'static Form,
    pub cluster: ClusterName,
    pub draft: Draft,
    /// What is edited; nothing for something new.
    pub base: Option<Base>,
    /// Under which name this tab keeps what was typed.
    pub kept_as: String,
}

impl Beginning {
    /// Something new in a namespace, with what the address fills in.
    pub fn new(
        form: &'static Form,
        cluster: ClusterName,
        kind: &str,
        namespace: &str,
        filled: Vec<(String, String)>,
    ) -> Self {
        let mut kept_as = format!("orrery-form {cluster} {kind} {namespace}");
        let mut draft = Draft::begin(form, "", namespace);
        for (place, value) in filled {
            kept_as.push_str(&format!(" {place}={value}"));
            draft.set(form, 0, &place, Some(value.into()));
        }
        Self { form, cluster, draft, base: None, kept_as }
    }

    /// The same in the version that the cluster serves.
    pub fn of_version(mut self, api_version: String) -> Self {
        self.draft.set(self.form, 0, "apiVersion", Some(api_version.into()));
        self
    }

    /// The same with what came of it without scripts. What is edited is what was there when the form was drawn first.
    pub fn going_on(self, posted: &PostedForm) -> Self {
        let posted_base = posted.base.as_deref().and_then(|base| Base::from_field(base).ok());
        let base = if self.base.is_some() { posted_base.or(self.base) } else { None };
        Self { draft: posted.draft.clone(), base, ..self }
    }

    /// What the draft is filled from, which says more of it than the address.
    pub fn source(&self) -> Option<ResourceRef> {
        self.draft.claim_source(self.form, &self.cluster)
    }

    /// What limit ranges refuse of what was filled in. What is as it was stays as it is.
    fn refused(&self, draft: &Draft, limits: &[LimitLine]) -> Vec<Fault> {
        let mut refused = draft.refused_by(self.form, limits);
        if self.base.is_some() {
            let before = self.draft.refused_by(self.form, limits);
            refused.retain(|fault| !before.contains(fault) || self.is_changed_at(draft, &fault.place));
        }
        refused
    }

    /// Whether another value stands at a place; of a list it is not asked what in it has changed.
    fn is_changed_at(&self, draft: &Draft, place: &str) -> bool {
        let Some((object, path)) = place.split_once('/') else { return false };
        let Ok(object) = object.parse::<usize>() else { return false };
        let now = draft.at(object, path).filter(|now| !now.is_array());
        now.is_some() && now != self.draft.at(object, path)
    }
}

/// A form that is being filled in.
#[derive(Clone, Copy)]
pub struct Editing {
    pub form: &'static Form,
    pub draft: RwSignal<Draft>,
    pub faults: Memo<Vec<Fault>>,
    /// Places that were typed into: what they lack is told at once, what others lack when it is sent.
    pub touched: RwSignal<BTreeSet<String>>,
    pub shows_all: RwSignal<bool>,
    /// What the server says about fields.
    pub told: RwSignal<Vec<FieldProblem>>,
    /// What was typed came back from an earlier visit.
    pub is_restored: RwSignal<bool>,
    /// What the limit ranges of its namespace say; nothing until they have been asked.
    pub limits: RwSignal<Vec<LimitLine>>,
    /// The Pod Security level that its namespace says its pods must keep to; nothing until it has been asked.
    pub pod_security: RwSignal<Option<PodSecurityLevel>>,
    /// What the cluster can scale; nothing until a field has asked.
    pub scalable: RwSignal<Vec<Scalable>>,
    /// Counts changes that came from the YAML, which must not write it back.
    pub from_yaml: RwSignal<u32>,
    beginning: StoredValue<Beginning>,
}

impl Editing {
    pub fn of(beginning: Beginning) -> Self {
        let form = beginning.form;
        let draft = RwSignal::new(beginning.draft.clone());
        let limits = RwSignal::new(Vec::<LimitLine>::new());
        let beginning = StoredValue::new(beginning);
        let faults = Memo::new(move |_| {
            let (draft, limits) = (draft.read(), limits.read());
            let mut faults = draft.faults(form);
            faults.extend(beginning.with_value(|beginning| beginning.refused(&draft, &limits)));
            faults
        });
        let editing = Self {
            form,
            draft,
            faults,
            touched: RwSignal::new(BTreeSet::new()),
            shows_all: RwSignal::new(false),
            told: RwSignal::new(Vec::new()),
            is_restored: RwSignal::new(false),
            limits,
            pod_security: RwSignal::new(None),
            scalable: RwSignal::new(Vec::new()),
            from_yaml: RwSignal::new(0),
            beginning,
        };
        editing.keep();
        editing
    }

    pub fn is_new(self) -> bool {
        self.beginning.with_value(|beginning| beginning.base.is_none())
    }

    pub fn cluster(self) -> ClusterName {
        self.beginning.with_value(|beginning| beginning.cluster.clone())
    }

    /// What is edited; nothing for something new.
    pub fn base(self) -> Option<Base> {
        self.beginning.with_value(|beginning| beginning.base.clone())
    }

    /// Where the object is, as it is filled in.
    pub fn namespace(self) -> Option<Namespace> {
        let draft = self.draft.read();
        draft.at(0, "metadata/namespace").and_then(Value::as_str).and_then(|text| Namespace::parse(text).ok())
    }

    /// What stands at a place.
    pub fn at(self, object: usize, path: &str) -> Option<Value> {
        self.draft.read().at(object, path).cloned()
    }

    /// Writes something at a place.
    pub fn set(self, object: usize, path: &str, new: Option<Value>) {
        self.set_and_touch(format!("{object}/{path}"), object, path, new);
    }

    /// Writes something at a place that was typed in at another one.
    pub fn set_and_touch(self, place: String, object: usize, path: &str, new: Option<Value>) {
        self.told.update(Vec::clear);
        self.touched.update(|touched| {
            touched.insert(place);
        });
        self.draft.update(|draft| draft.set(self.form, object, path, new));
    }

    /// What is wrong at a place, in words, as far as it is to be told yet.
    pub fn problem(self, place: &str) -> Option<String> {
        if let Some((_, path)) = place.split_once('/')
            && let Some(problem) = self.told.read().iter().find(|problem| problem.field == path)
        {
            return Some(problem_words(problem));
        }
        let faults = self.faults.read();
        let fault = faults.iter().find(|fault| fault.place == place)?;
        let is_told = self.shows_all.get() || self.touched.read().contains(place);
        is_told.then(|| words_of(fault))
    }

    /// Whether the server says something about what is at a place or in it.
    pub fn is_told_below(self, place: &str) -> bool {
        let Some((_, path)) = place.split_once('/') else { return false };
        let is_below = |field: &str| {
            field.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.told.read().iter().any(|problem| is_below(&problem.field))
    }

    /// How much is to be filled in or corrected in a step, and whether the reader has been told.
    pub fn count_in(self, index: usize) -> usize {
        let is_here = |fault: &&Fault| self.form.step_of(&fault.place) == Some(index);
        self.faults.read().iter().filter(is_here).count() + self.told_in(index).len()
    }

    /// What the server says about a step.
    pub fn told_in(self, index: usize) -> Vec<FieldProblem> {
        let is_here = |problem: &&FieldProblem| {
            !problem.field.is_empty() && self.form.step_of(&format!("0/{}", problem.field)) == Some(index)
        };
        self.told.read().iter().filter(is_here).cloned().collect()
    }

    /// The text that would be sent.
    pub fn change(self, text: String) -> ManifestChange {
        self.beginning.with_value(|beginning| ManifestChange {
            cluster: beginning.cluster.clone(),
            namespace: None,
            text,
            base: beginning.base.clone(),
            force: false,
        })
    }

    pub fn start_over(self) {
        let draft = self.beginning.with_value(|beginning| beginning.draft.clone());
        self.draft.set(draft);
        self.touched.update(BTreeSet::clear);
        self.told.update(Vec::clear);
        self.shows_all.set(false);
        self.is_restored.set(false);
    }

    /// It is in the cluster: nothing is left to be kept.
    pub fn sent(self) {
        self.beginning.update_value(|beginning| beginning.draft = self.draft.get_untracked());
        Keep::Tab.forget(&self.beginning.with_value(|beginning| beginning.kept_as.clone()));
    }

    pub fn is_changed(self) -> bool {
        let draft = self.draft.read();
        self.beginning.with_value(|beginning| beginning.draft != *draft)
    }

    /// Brings back what was typed before.
    fn restore(self) {
        let name = self.beginning.with_value(|beginning| beginning.kept_as.clone());
        let kept = Keep::Tab.read(&name).and_then(|kept| serde_json::from_str::<Draft>(&kept).ok());
        if let Some(kept) = kept.filter(|kept| *kept != self.draft.get_untracked()) {
            self.draft.set(kept);
            self.is_restored.set(true);
        }
    }

    /// Keeps what was typed in this tab, brings it back, and asks before the tab forgets it.
    fn keep(self) {
        // What secrets hold stays out of the browser's storage.
        let may_be_kept = self.form.slug != "secrets";
        let lives = RwSignal::new(false);
        Effect::new(move |_| {
            // Only when every field has come to life: until then a field takes what stands in it for what was typed.
            request_animation_frame(move || {
                if may_be_kept && lives.try_get_untracked() == Some(false) {
                    self.restore();
                    lives.set(true);
                }
            });
        });
        Effect::new(move |_| {
            if !lives.get() {
                return;
            }
            let name = self.beginning.with_value(|beginning| beginning.kept_as.clone());
            match self.is_changed() {
                true => {
                    let json = serde_json::to_string(&*self.draft.read_untracked()).unwrap_or_default();
                    Keep::Tab.write(&name, &json);
                }
                false => Keep::Tab.forget(&name),
            }
        });
        Effect::new(move |_| {
            let listener = window_event_listener(ev::beforeunload, move |event| {
                let is_here = self.draft.try_get_untracked().is_some();
                if is_here && !may_be_kept && untrack(|| self.is_changed()) {
                    event.prevent_default();
                }
            });
            on_cleanup(move || listener.remove());
        });
    }
}

/// What a fault says.
pub fn words_of(fault: &Fault) -> String {
    match fault.text {
        "fault.required" => text("fault.required").to_owned(),
        "fault.label" => text("fault.label").to_owned(),
        "fault.service-name" => text("fault.service-name").to_owned(),
        "fault.subdomain" => text("fault.subdomain").to_owned(),
        "fault.pool" => text_with("fault.pool", &[("pool", &fault.value)]),
        "fault.port-name" => text("fault.port-name").to_owned(),
        "fault.port" => text("fault.port").to_owned(),
        "fault.whole" => text("fault.whole").to_owned(),
        "fault.integer" => text("fault.integer").to_owned(),
        "fault.codes-and-conditions" => text("fault.codes-and-conditions").to_owned(),
        "fault.controller" => text("fault.controller").to_owned(),
        "fault.data-size" => text("fault.data-size").to_owned(),
        "fault.decimal" => text("fault.decimal").to_owned(),
        "fault.least" => text_with("fault.least", &[("bound", &fault.value)]),
        "fault.most" => text_with("fault.most", &[("bound", &fault.value)]),
        "fault.short" => text_with("fault.short", &[("bound", &fault.value)]),
        "fault.alone" => text_with("fault.alone", &[("word", &fault.value)]),
        "fault.limit-least" => text_with("fault.limit-least", &[("bound", &fault.value)]),
        "fault.limit-most" => text_with("fault.limit-most", &[("bound", &fault.value)]),
        "fault.limit-usual" => text_with("fault.limit-usual", &[("bound", &fault.value)]),
        "fault.limit-ratio" => text_with("fault.limit-ratio", &[("bound", &fault.value)]),
        "fault.ratio-limit" => text_with("fault.ratio-limit", &[("bound", &fault.value)]),
        "fault.ratio-request" => text_with("fault.ratio-request", &[("bound", &fault.value)]),
        "fault.pod-ratio" => text_with("fault.pod-ratio", &[("bound", &fault.value)]),
        "fault.pod-least" => text_with("fault.pod-least", &[("bound", &fault.value)]),
        "fault.pod-most" => text_with("fault.pod-most", &[("bound", &fault.value)]),
        "fault.long" => text_with("fault.long", &[("bound", &fault.value)]),
        "fault.only-failed" => text("fault.only-failed").to_owned(),
        "fault.only-indexed" => text("fault.only-indexed").to_owned(),
        "fault.only-never" => text("fault.only-never").to_owned(),
        "fault.fail-index" => text("fault.fail-index").to_owned(),
        "fault.too-many" => text_with("fault.too-many", &[("bound", &fault.value)]),
        "fault.exit-zero" => text("fault.exit-zero").to_owned(),
        "fault.exit-order" => text("fault.exit-order").to_owned(),
        "fault.quantity" => text("fault.quantity").to_owned(),
        "fault.percent" => text("fault.percent").to_owned(),
        "fault.image" => text("fault.image").to_owned(),
        "fault.variable" => text("fault.variable").to_owned(),
        "fault.inside" => text("fault.inside").to_owned(),
        "fault.mode" => text("fault.mode").to_owned(),
        "fault.mount-path" => text("fault.mount-path").to_owned(),
        "fault.device-path" => text("fault.device-path").to_owned(),
        "fault.sub-paths" => text("fault.sub-paths").to_owned(),
        "fault.only-privileged" => text("fault.only-privileged").to_owned(),
        "fault.only-read-only" => text("fault.only-read-only").to_owned(),
        "fault.only-unpropagated" => text("fault.only-unpropagated").to_owned(),
        "fault.only-claims" => text_with("fault.only-claims", &[("name", &fault.value)]),
        "fault.mounted-too" => text_with("fault.mounted-too", &[("name", &fault.value)]),
        "fault.one-way" => text("fault.one-way").to_owned(),
        "fault.no-way" => text("fault.no-way").to_owned(),
        "fault.pause" => text_with("fault.pause", &[("seconds", &fault.value)]),
        "fault.index-past" => text_with("fault.index-past", &[("last", &fault.value)]),
        "fault.indexes" => text("fault.indexes").to_owned(),
        "fault.key-named" => text_with("fault.key-named", &[("key", &fault.value)]),
        "fault.keys-alone" => text("fault.keys-alone").to_owned(),
        "fault.most-away" => text("fault.most-away").to_owned(),
        "fault.path" => text("fault.path").to_owned(),
        "fault.kernel-parameter" => text("fault.kernel-parameter").to_owned(),
        "fault.parameter-of-network" => text("fault.parameter-of-network").to_owned(),
        "fault.parameter-of-ipc" => text("fault.parameter-of-ipc").to_owned(),
        "fault.shared-processes" => text("fault.shared-processes").to_owned(),
        "fault.resize-never" => text("fault.resize-never").to_owned(),
        "fault.resize-first" => text("fault.resize-first").to_owned(),
        "fault.qualified" => text("fault.qualified").to_owned(),
        "fault.schedule" => text("fault.schedule").to_owned(),
        "fault.host" => text("fault.host").to_owned(),
        "fault.cidr" => text("fault.cidr").to_owned(),
        "fault.key" => text_with("fault.key", &[("key", &fault.value)]),
        "fault.label-value" => text("fault.label-value").to_owned(),
        "fault.labels" => text("fault.labels").to_owned(),
        "fault.among" => text_with("fault.among", &[("values", &fault.value)]),
        "fault.header-name" => text("fault.header-name").to_owned(),
        "fault.route-path" => text("fault.route-path").to_owned(),
        "fault.grpc-service" => text("fault.grpc-service").to_owned(),
        "fault.grpc-method" => text("fault.grpc-method").to_owned(),
        "fault.span" => text("fault.span").to_owned(),
        "fault.redirect-and-backends" => text("fault.redirect-and-backends").to_owned(),
        "fault.redirect-and-rewrite" => text("fault.redirect-and-rewrite").to_owned(),
        "fault.nothing-said" => text("fault.nothing-said").to_owned(),
        "fault.no-prefix" => text("fault.no-prefix").to_owned(),
        "fault.longer-than-whole" => text("fault.longer-than-whole").to_owned(),
        "fault.one-rule" => text("fault.one-rule").to_owned(),
        "fault.twice" => text_with("fault.twice", &[("name", &fault.value)]),
        "fault.no-container" => text_with("fault.no-container", &[("name", &fault.value)]),
        "fault.no-volume" => text_with("fault.no-volume", &[("name", &fault.value)]),
        "fault.not-mounted" => text_with("fault.not-mounted", &[("name", &fault.value)]),
        "fault.name-taken" => text_with("fault.name-taken", &[("name", &fault.value)]),
        "fault.log-relative" => text_with("fault.log-relative", &[("file", &fault.value)]),
        "fault.log-wildcard" => text_with("fault.log-wildcard", &[("file", &fault.value)]),
        "fault.log-elsewhere" => text_with("fault.log-elsewhere", &[("file", &fault.value)]),
        other => other.to_owned(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use serde_json::json;
    use workloads_contract::{LimitOf, forms};

    const CPU: &str = "spec/template/spec/containers/0/resources/limits/cpu";

    /// A form of a deployment that may take so much CPU.
    fn beginning(cpu: &str) -> Beginning {
        let form = forms::find("deployments").unwrap();
        let cluster = ClusterName::parse("harbour").unwrap();
        let mut beginning = Beginning::new(form, cluster, form.slug, "shop", Vec::new());
        beginning.draft.set(form, 0, CPU, Some(json!(cpu)));
        beginning
    }

    #[test]
    fn what_limit_ranges_refuse_is_told_of_what_exists_only_where_it_was_changed() {
        let limits = [LimitLine {
            range: "usual".into(),
            of: LimitOf::Container,
            resource: "cpu".into(),
            default_request: None,
            default_limit: None,
            least: None,
            most: Some("2".into()),
            most_ratio: None,
        }];
        let new = beginning("3");
        let resource = ResourceRef {
            cluster: new.cluster.clone(),
            kind: "deployments".parse().unwrap(),
            namespace: Some("shop".parse().unwrap()),
            name: "web".parse().unwrap(),
        };
        let base = Base { resource, uid: "uid".into(), resource_version: "1".into() };
        let existing = Beginning { base: Some(base), ..new.clone() };
        let refused = |beginning: &Beginning, draft: &Draft| beginning.refused(draft, &limits).len();

        assert_eq!(refused(&new, &new.draft), 1);
        assert_eq!(refused(&existing, &new.draft), 0, "it is as it was");
        assert_eq!(refused(&existing, &beginning("4").draft), 1);
        assert_eq!(refused(&existing, &beginning("2").draft), 0);
    }
}
