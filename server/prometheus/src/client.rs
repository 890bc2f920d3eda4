//! Questions to one Prometheus.

use crate::answer::{Answer, Measurement, read_data, read_query};
use crate::cache::Cache;
use crate::error::PrometheusError;
use crate::transport::Transport;
use bytes::Bytes;
use model::chart::Frame;
use model::link::escape;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// How many questions it is asked at once: half of what a Prometheus answers at once by itself.
const AT_ONCE: usize = 10;
/// How many of them by who asks for a month at once, so that others have their turn meanwhile.
const AT_LEISURE: usize = 4;
/// How long a question waits for its turn.
const TURN: Duration = Duration::from_secs(5);
/// The longest answer, in bytes.
const LONGEST_ANSWER: usize = 32 << 20;
/// What was not measured for so long is not measured any more, in seconds: it is as long as PromQL looks back.
const LATELY: i64 = 300;
/// How long a Prometheus may think about a question, as it reads it.
const THINKING: &str = "12s";

/// The question for all rules that warn.
pub(crate) const ALERT_RULES: &str = "/api/v1/rules?type=alert";

/// The moment for which is answered what is asked now, as a frame: the same for a quarter of a minute.
pub(crate) fn moment(now: i64) -> Frame {
    let moment = now.div_euclid(15) * 15;
    Frame { start: moment, end: moment, step: 15 }
}

/// One Prometheus.
pub struct Client {
    transport: Arc<dyn Transport>,
    /// Who evaluates its rules, if that is somebody else.
    rules: Option<Arc<dyn Transport>>,
    turns: Semaphore,
    leisure: Semaphore,
    cache: Cache,
}

impl Client {
    /// The Prometheus at the end of this way. Nothing is asked yet.
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self {
            transport,
            rules: None,
            turns: Semaphore::new(AT_ONCE),
            leisure: Semaphore::new(AT_LEISURE),
            cache: Cache::default(),
        }
    }

    /// The same, whose rules somebody else evaluates and tells.
    pub(crate) fn with_rules_of(self, rules: Arc<dyn Transport>) -> Self {
        Self { rules: Some(rules), ..self }
    }

    /// What it is called.
    pub fn name(&self) -> String {
        self.transport.name()
    }

    /// In which namespace of the cluster it lies, if it is asked through the cluster.
    pub fn namespace(&self) -> Option<&str> {
        self.transport.namespace()
    }

    /// Values over a frame. Shared with everybody who asks the same.
    pub(crate) async fn range(&self, query: &str, frame: Frame) -> Result<Arc<Answer>, PrometheusError> {
        let Frame { start, end, step } = frame;
        let path = format!(
            "/api/v1/query_range?query={}&start={start}&end={end}&step={step}&timeout={THINKING}",
            escape(query)
        );
        self.cache
            .get((query.to_owned(), frame), async { read_query(&self.get("query_range", &path).await?) })
            .await
    }

    /// The same for who asks so much that others would not get their turn: it waits for as long as it takes.
    pub(crate) async fn range_at_leisure(
        &self,
        query: &str,
        frame: Frame,
    ) -> Result<Arc<Answer>, PrometheusError> {
        // The semaphore is never closed.
        let _turn = self.leisure.acquire().await;
        self.range(query, frame).await
    }

    /// Values at a moment. Shared for a quarter of a minute.
    pub(crate) async fn instant(&self, query: &str, now: i64) -> Result<Arc<Answer>, PrometheusError> {
        let frame = moment(now);
        let path = format!("/api/v1/query?query={}&time={}&timeout={THINKING}", escape(query), frame.end);
        self.cache
            .get((query.to_owned(), frame), async { read_query(&self.get("query", &path).await?) })
            .await
    }

    /// The names of all metrics that a selector finds of late; of all there are when it is empty.
    pub(crate) async fn metric_names(
        &self,
        selector: &str,
        now: i64,
    ) -> Result<Vec<String>, PrometheusError> {
        let selector =
            if selector.is_empty() { String::new() } else { format!("&match[]={}", escape(selector)) };
        let path = format!("/api/v1/label/__name__/values?start={}&end={now}{selector}", now - LATELY);
        read_data(&self.get("names", &path).await?)
    }

    /// The names of the labels of what a selector finds of late.
    pub(crate) async fn labels(&self, selector: &str, now: i64) -> Result<Vec<String>, PrometheusError> {
        let path = format!("/api/v1/labels?start={}&end={now}&match[]={}", now - LATELY, escape(selector));
        read_data(&self.get("labels", &path).await?)
    }

    /// The values of a label of late, on what a selector finds, as series of nothing but that label. Shared for a minute.
    pub(crate) async fn label_values(
        &self,
        label: &str,
        selector: &str,
        now: i64,
    ) -> Result<Arc<Answer>, PrometheusError> {
        let now = now.div_euclid(60) * 60;
        let frame = Frame { start: now - LATELY, end: now, step: 60 };
        let path = format!(
            "/api/v1/label/{}/values?start={}&end={now}&match[]={}",
            escape(label),
            frame.start,
            escape(selector)
        );
        // No query reads like this.
        let question = format!("values of {label} in {selector}");
        let ask = async {
            let values: Vec<String> = read_data(&self.get("values", &path).await?)?;
            let series = values
                .into_iter()
                .map(|value| Measurement { labels: [(label.to_owned(), value)].into(), samples: Vec::new() });
            Ok(Answer { series: series.collect(), warnings: Vec::new() })
        };
        self.cache.get((question, frame), ask).await
    }

    /// All rules that warn, with what they warn of.
    pub(crate) async fn alert_rules(&self) -> Result<Bytes, PrometheusError> {
        self.ask(self.rules.as_ref().unwrap_or(&self.transport), "rules", ALERT_RULES).await
    }

    /// What is wrong with a query, in the words of the Prometheus, which parses it and answers nothing else.
    pub(crate) async fn fault(&self, query: &str) -> Option<String> {
        let path = format!("/api/v1/format_query?query={}", escape(query));
        match read_query(&self.get("format", &path).await.ok()?) {
            Err(PrometheusError::Refused { message, .. }) => Some(message),
            _ => None,
        }
    }

    async fn get(&self, question: &'static str, path: &str) -> Result<Bytes, PrometheusError> {
        self.ask(&self.transport, question, path).await
    }

    async fn ask(
        &self,
        transport: &Arc<dyn Transport>,
        question: &'static str,
        path: &str,
    ) -> Result<Bytes, PrometheusError> {
        let turn =
            timeout(TURN, self.turns.acquire()).await.map_err(|_| PrometheusError::Busy { after: TURN })?;
        let began = Instant::now();
        let answer = transport.get(path).await;
        drop(turn);
        let outcome = if answer.is_ok() { "answered" } else { "failed" };
        metrics::histogram!("orrery_monitoring_duration_seconds", "question" => question, "outcome" => outcome)
            .record(began.elapsed().as_secs_f64());
        let body = answer?;
        if body.len() > LONGEST_ANSWER {
            return Err(PrometheusError::TooLarge { limit_bytes: LONGEST_ANSWER });
        }
        Ok(body)
    }
}
