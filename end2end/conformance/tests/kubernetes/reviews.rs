//! What the console works out from roles and bindings is what the cluster answers when it is asked.

use crate::support::{Cluster, Value, json, unique};
use futures::{StreamExt, stream};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use rbac::{Objects, Policy, Request, Subject};

/// Questions of an everyday run; `ORRERY_REVIEWS` asks more.
const QUESTIONS: usize = 2_000;
/// Questions that wait for their answers at the same time.
const AT_ONCE: usize = 16;

const RBAC: &str = "/apis/rbac.authorization.k8s.io/v1";
const VERBS: [&str; 12] = [
    "get",
    "list",
    "watch",
    "create",
    "update",
    "patch",
    "delete",
    "deletecollection",
    "impersonate",
    "use",
    "escalate",
    "*",
];
const GROUPS: [&str; 6] = ["", "apps", "batch", "rbac.authorization.k8s.io", "example.org", "*"];
const RESOURCES: [&str; 9] =
    ["pods", "deployments", "jobs", "secrets", "nodes", "roles", "gadgets", "namespaces", "*"];
const PARTS: [&str; 6] = ["", "", "log", "exec", "scale", "status"];
const NAMES: [&str; 4] = ["", "a", "b", "c"];
const PATHS: [&str; 7] =
    ["/metrics", "/healthz", "/healthz/ping", "/version", "/api", "/apis/x", "/debug/pprof"];
const PATTERNS: [&str; 6] = ["/metrics", "/healthz/*", "/healthz*", "*", "/api", "/debug/*"];

/// Makes up rules, bindings and questions.
struct Dice {
    dice: StdRng,
    /// What all names of this case begin with.
    stem: String,
    namespaces: [String; 2],
}

impl Dice {
    fn one<'c>(&mut self, choices: &[&'c str]) -> &'c str {
        choices[self.dice.random_range(0..choices.len())]
    }

    fn some(&mut self, choices: &[&str], most: usize) -> Vec<String> {
        let count = self.dice.random_range(1..=most);
        (0..count).map(|_| self.one(choices).to_owned()).collect()
    }

    fn rule(&mut self, may_be_path: bool) -> Value {
        if may_be_path && self.dice.random_ratio(1, 5) {
            return json!({"verbs": self.some(&VERBS, 3), "nonResourceURLs": self.some(&PATTERNS, 2)});
        }
        let mut resources = self.some(&RESOURCES, 3);
        for resource in &mut resources {
            let part = self.one(&PARTS);
            if !part.is_empty() {
                *resource = format!("{resource}/{part}");
            }
        }
        let mut rule = json!({"verbs": self.some(&VERBS, 3), "apiGroups": self.some(&GROUPS, 3), "resources": resources});
        if self.dice.random_ratio(1, 4) {
            rule["resourceNames"] = json!(self.some(&NAMES[1..], 2));
        }
        rule
    }

    fn number(&mut self, below: usize) -> usize {
        self.dice.random_range(0..below)
    }

    /// One of so many names that only this case uses.
    fn name(&mut self, of: usize) -> String {
        let number = self.number(of);
        format!("{}-{number}", self.stem)
    }

    fn subject(&mut self) -> Value {
        let (name, api) = (self.name(4), "rbac.authorization.k8s.io");
        match self.number(3) {
            0 => json!({"kind": "User", "apiGroup": api, "name": name}),
            1 => json!({"kind": "Group", "apiGroup": api, "name": name}),
            _ => {
                json!({"kind": "ServiceAccount", "namespace": self.namespaces[self.number(2)], "name": name})
            }
        }
    }

    fn somebody(&mut self) -> Subject {
        let mut groups: Vec<String> = (0..self.number(3)).map(|_| self.name(4)).collect();
        groups.push("system:authenticated".into());
        let name = self.name(4);
        let user = match self.number(2) {
            0 => name,
            _ => format!("system:serviceaccount:{}:{name}", self.namespaces[self.number(2)]),
        };
        Subject { user, groups }
    }

    fn question(&mut self) -> Request {
        if self.dice.random_ratio(1, 8) {
            return Request::Path { verb: self.one(&VERBS).into(), path: self.one(&PATHS).into() };
        }
        let namespace = match self.number(3) {
            2 => None,
            index => Some(self.namespaces[index].clone()),
        };
        Request::Resource {
            verb: self.one(&VERBS).into(),
            group: self.one(&GROUPS).into(),
            resource: self.one(&RESOURCES).into(),
            subresource: self.one(&PARTS).into(),
            name: self.one(&NAMES).into(),
            namespace,
        }
    }
}

fn review(subject: &Subject, request: &Request) -> Value {
    let mut spec = json!({"user": subject.user, "groups": subject.groups});
    match request {
        Request::Path { verb, path } => spec["nonResourceAttributes"] = json!({"verb": verb, "path": path}),
        Request::Resource { verb, group, resource, subresource, namespace, name } => {
            spec["resourceAttributes"] = json!({
                "verb": verb, "group": group, "resource": resource, "subresource": subresource,
                "namespace": namespace.clone().unwrap_or_default(), "name": name,
            });
        }
    }
    json!({"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": spec})
}

async fn allows(cluster: &Cluster, subject: &Subject, request: &Request) -> bool {
    let path = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
    let answer = cluster.post(path, &review(subject, request)).await.is(201);
    answer["status"]["allowed"] == true
}

/// Roles and bindings at random. Returns the paths of those that outlive the namespace.
async fn populate(cluster: &Cluster, dice: &mut Dice) -> Vec<String> {
    let mut lasting = Vec::new();
    let metadata = |name: &str| json!({"name": name});
    for index in 0..12 {
        let name = format!("{}-{index}", dice.stem);
        let rules: Vec<Value> = (0..2).map(|_| dice.rule(true)).collect();
        let role = json!({"metadata": metadata(&name), "rules": rules});
        cluster.post(&format!("{RBAC}/clusterroles"), &role).await.is(201);
        lasting.push(format!("{RBAC}/clusterroles/{name}"));
        let rules: Vec<Value> = (0..2).map(|_| dice.rule(false)).collect();
        let role = json!({"metadata": metadata(&name), "rules": rules});
        cluster.post(&format!("{RBAC}/namespaces/{}/roles", cluster.namespace), &role).await.is(201);
    }
    for index in 0..24 {
        let name = format!("{}-{index}", dice.stem);
        let (kind, role) = (dice.one(&["Role", "ClusterRole"]), dice.name(12));
        let reference = json!({"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": role});
        let binding = json!({"metadata": metadata(&name), "roleRef": reference, "subjects": [dice.subject(), dice.subject()]});
        if kind == "ClusterRole" && index % 3 == 0 {
            cluster.post(&format!("{RBAC}/clusterrolebindings"), &binding).await.is(201);
            lasting.push(format!("{RBAC}/clusterrolebindings/{name}"));
        } else {
            let path = format!("{RBAC}/namespaces/{}/rolebindings", cluster.namespace);
            cluster.post(&path, &binding).await.is(201);
        }
    }
    lasting
}

async fn list(cluster: &Cluster, plural: &str) -> Vec<Value> {
    let answer = cluster.get(&format!("{RBAC}/{plural}")).await.is(200);
    answer["items"].as_array().cloned().unwrap_or_default()
}

#[tokio::test]
async fn decisions_in_process_are_those_of_the_cluster() {
    let cluster = Cluster::open().await;
    let seed = uuid::Uuid::new_v4().as_u64_pair().0;
    let namespaces = [cluster.namespace.clone(), "default".to_owned()];
    let mut dice = Dice { dice: StdRng::seed_from_u64(seed), stem: unique(), namespaces };
    let lasting = populate(&cluster, &mut dice).await;
    let objects = Objects {
        cluster_roles: list(&cluster, "clusterroles").await,
        roles: list(&cluster, "roles").await,
        cluster_role_bindings: list(&cluster, "clusterrolebindings").await,
        role_bindings: list(&cluster, "rolebindings").await,
    };
    let policy = Policy::new(&objects);
    let count = std::env::var("ORRERY_REVIEWS").ok().and_then(|text| text.parse().ok()).unwrap_or(QUESTIONS);
    let questions: Vec<(Subject, Request)> = (0..count).map(|_| (dice.somebody(), dice.question())).collect();
    // The authorizer learns of the last binding by a watch.
    let known = questions.iter().find(|(subject, request)| policy.decide(subject, request).is_some());
    let (subject, request) = known.expect("of so many questions one is answered yes");
    cluster
        .eventually("the last binding", async || allows(&cluster, subject, request).await.then_some(()))
        .await;

    let asked = stream::iter(&questions).map(async |(subject, request)| {
        let (ours, theirs) =
            (policy.decide(subject, request).is_some(), allows(&cluster, subject, request).await);
        (ours, (ours != theirs).then(|| format!("{subject:?} {request:?}: we say {ours}")))
    });
    let answers: Vec<(bool, Option<String>)> = asked.buffer_unordered(AT_ONCE).collect().await;

    let different: Vec<&String> = answers.iter().filter_map(|(_, different)| different.as_ref()).collect();
    assert!(
        different.is_empty(),
        "seed {seed}: {} of {count} differ: {:#?}",
        different.len(),
        &different[..different.len().min(5)]
    );
    let allowed = answers.iter().filter(|(allowed, _)| *allowed).count();
    println!("{count} questions, {allowed} answered yes, no difference (seed {seed})");
    assert!(allowed * 100 > count, "hardly anything was allowed: the questions prove nothing");
    for path in lasting {
        cluster.delete(&path, &Value::Null).await.is(200);
    }
    cluster.close().await;
}
