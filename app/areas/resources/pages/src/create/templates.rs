//! Examples to begin with. They are accepted as they stand, so the first thing that fails is never the example.

use model::{KindSlug, Namespace};

/// An example of a kind, in a namespace.
pub(super) fn template(kind: Option<&KindSlug>, namespace: Option<&Namespace>) -> String {
    let namespace = namespace.map_or("default", Namespace::as_str);
    body(kind.map_or("", KindSlug::as_str)).replace("NAMESPACE", namespace)
}

fn body(kind: &str) -> &'static str {
    match kind {
        "deployments" | "pods" | "replicasets" => DEPLOYMENT,
        "statefulsets" => STATEFUL_SET,
        "daemonsets" => DAEMON_SET,
        "jobs" => JOB,
        "cronjobs" => CRON_JOB,
        "services" => SERVICE,
        "ingresses" => INGRESS,
        "namespaces" => NAMESPACE,
        "secrets" => SECRET,
        "persistentvolumeclaims" => CLAIM,
        "configmaps" => CONFIG_MAP,
        _ => ANYTHING,
    }
}

const ANYTHING: &str = "\
# One or more documents, separated by ---
apiVersion:
kind:
metadata:
  name: example
  namespace: NAMESPACE
";

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: example
  namespace: NAMESPACE
spec:
  replicas: 2
  selector:
    matchLabels:
      app: example
  template:
    metadata:
      labels:
        app: example
    spec:
      containers:
        - name: web
          image: nginx:1.27
          ports:
            - containerPort: 80
          resources:
            requests:
              cpu: 50m
              memory: 64Mi
            limits:
              memory: 128Mi
";

const STATEFUL_SET: &str = "\
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: example
  namespace: NAMESPACE
spec:
  replicas: 1
  serviceName: example
  selector:
    matchLabels:
      app: example
  template:
    metadata:
      labels:
        app: example
    spec:
      containers:
        - name: store
          image: redis:7
          resources:
            requests:
              cpu: 50m
              memory: 64Mi
";

const DAEMON_SET: &str = "\
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: example
  namespace: NAMESPACE
spec:
  selector:
    matchLabels:
      app: example
  template:
    metadata:
      labels:
        app: example
    spec:
      containers:
        - name: agent
          image: busybox:1.36
          command: [sleep, infinity]
          resources:
            requests:
              cpu: 10m
              memory: 16Mi
";

const JOB: &str = "\
apiVersion: batch/v1
kind: Job
metadata:
  name: example
  namespace: NAMESPACE
spec:
  backoffLimit: 2
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: work
          image: busybox:1.36
          command: [echo, done]
";

const CRON_JOB: &str = "\
apiVersion: batch/v1
kind: CronJob
metadata:
  name: example
  namespace: NAMESPACE
spec:
  schedule: \"*/15 * * * *\"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: work
              image: busybox:1.36
              command: [echo, done]
";

const SERVICE: &str = "\
apiVersion: v1
kind: Service
metadata:
  name: example
  namespace: NAMESPACE
spec:
  selector:
    app: example
  ports:
    - port: 80
      targetPort: 80
";

const INGRESS: &str = "\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: example
  namespace: NAMESPACE
spec:
  rules:
    - host: example.test
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: example
                port:
                  number: 80
";

const NAMESPACE: &str = "\
apiVersion: v1
kind: Namespace
metadata:
  name: example
";

const SECRET: &str = "\
apiVersion: v1
kind: Secret
metadata:
  name: example
  namespace: NAMESPACE
type: Opaque
stringData:
  key: value
";

const CLAIM: &str = "\
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: example
  namespace: NAMESPACE
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 1Gi
";

const CONFIG_MAP: &str = "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: example
  namespace: NAMESPACE
data:
  key: value
";
