//! Series that are sampled when somebody looks.

use std::sync::Arc;

use playground_promql::{Labels, MatchOp, Matcher, Sample, Series, matches};

/// How far scrapes are apart, in milliseconds.
pub const INTERVAL: i64 = playground_prometheus::SCRAPE_SECONDS * 1000;

/// How many samples are looked at to find out whether a series is there.
const PROBES: i64 = 50;

/// What a series shows at a time in milliseconds; none where its target was not scraped or did not show it.
pub type Curve = Box<dyn Fn(i64) -> Option<f64> + Send + Sync>;

/// A curve, sampled at the scrapes of its target.
struct Scraped {
    labels: Labels,
    curve: Curve,
    /// When in each interval its target is scraped, in milliseconds.
    phase: i64,
    /// The span in which anything is known, in milliseconds since 1970.
    known: (i64, i64),
}

impl Scraped {
    /// The scrape at or before a time.
    fn before(&self, at: i64) -> i64 {
        (at - self.phase).div_euclid(INTERVAL) * INTERVAL + self.phase
    }
}

impl Series for Scraped {
    fn labels(&self) -> &Labels {
        &self.labels
    }

    fn read(&self, from: i64, to: i64, into: &mut Vec<Sample>) {
        let (from, to) = (from.max(self.known.0), to.min(self.known.1));
        let mut at = self.before(from.saturating_add(INTERVAL - 1));
        while at <= to {
            if let Some(value) = (self.curve)(at) {
                into.push(Sample { at, value });
            }
            at += INTERVAL;
        }
    }

    /// Looks at some of its samples only: whoever asks wants a list of names, and soon.
    fn is_there(&self, from: i64, to: i64) -> bool {
        let (from, to) = (from.max(self.known.0), to.min(self.known.1));
        let step = ((to - from) / PROBES).max(INTERVAL);
        let mut at = self.before(to);
        while at >= from {
            if (self.curve)(at).is_some() {
                return true;
            }
            at -= step;
        }
        false
    }

    fn latest(&self, from: i64, to: i64) -> Option<Sample> {
        // What the last scrape did not find has ended: Prometheus marks it as stale.
        let at = self.before(to.min(self.known.1));
        if at < from.max(self.known.0) { None } else { (self.curve)(at).map(|value| Sample { at, value }) }
    }
}

/// Series that fit what is asked for.
pub struct Rows<'a> {
    matchers: &'a [Matcher],
    known: (i64, i64),
    found: Vec<Arc<dyn Series>>,
}

impl<'a> Rows<'a> {
    /// Nothing yet. Series have samples from a time to another, in milliseconds since 1970.
    pub fn new(matchers: &'a [Matcher], from: i64, to: i64) -> Self {
        Self { matchers, known: (from, to), found: Vec::new() }
    }

    /// Everything, for those who only want to know what there is.
    pub fn everything() -> Self {
        Self::new(&[], i64::MIN, i64::MAX)
    }

    /// What was found.
    pub fn into_series(self) -> Vec<Arc<dyn Series>> {
        self.found
    }

    /// Whether a series with such a label can be asked for.
    pub fn can_be(&self, label: &str, value: &str) -> bool {
        self.matchers.iter().filter(|matcher| matcher.name == label).all(|matcher| matcher.is_match(value))
    }

    /// The only value that a label can have, if there is one.
    pub fn only(&self, label: &str) -> Option<&'a str> {
        let exact =
            self.matchers.iter().find(|matcher| matcher.name == label && matcher.op == MatchOp::Equal);
        exact.map(|matcher| matcher.value.as_str()).filter(|value| !value.is_empty())
    }

    /// Adds a series if it is asked for; its curve is only made then. The phase is that of its target.
    pub fn add(&mut self, target: &Target, labels: &[(&str, &str)], curve: impl FnOnce() -> Option<Curve>) {
        let is_free = |name: &str| labels.iter().all(|(own, _)| *own != name);
        let inherited = target.labels_of().into_iter().filter(|(name, _)| is_free(name));
        let all: Vec<(&str, &str)> = labels.iter().copied().chain(inherited).collect();
        if !all.iter().all(|(name, value)| self.can_be(name, value)) {
            return;
        }
        let labels = Labels::new(all);
        if !matches(&labels, self.matchers) {
            return;
        }
        if let Some(curve) = curve() {
            self.found.push(Arc::new(Scraped { labels, curve, phase: target.phase, known: self.known }));
        }
    }
}

/// Something that is scraped, as its series carry it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub job: String,
    pub instance: String,
    pub namespace: String,
    pub pod: String,
    pub service: String,
    pub endpoint: String,
    pub container: String,
    pub node: String,
    pub metrics_path: String,
    pub phase: i64,
}

impl Target {
    /// A target of a job at an address; the rest is empty.
    pub fn new(job: &str, instance: &str) -> Self {
        let seed = crate::objects::hash(format!("{job}{instance}").as_bytes());
        Self {
            job: job.to_owned(),
            instance: instance.to_owned(),
            namespace: String::new(),
            pod: String::new(),
            service: String::new(),
            endpoint: String::new(),
            container: String::new(),
            node: String::new(),
            metrics_path: String::new(),
            phase: (seed % INTERVAL as u64) as i64,
        }
    }

    /// The labels that the scrape adds, without those that are empty.
    pub fn labels_of(&self) -> Vec<(&str, &str)> {
        let all = [
            ("job", &self.job),
            ("instance", &self.instance),
            ("namespace", &self.namespace),
            ("pod", &self.pod),
            ("service", &self.service),
            ("endpoint", &self.endpoint),
            ("container", &self.container),
            ("node", &self.node),
            ("metrics_path", &self.metrics_path),
        ];
        all.into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name, value.as_str()))
            .collect()
    }
}
