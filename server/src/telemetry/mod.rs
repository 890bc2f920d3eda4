//! Logs and traces.

mod collector;
mod lines;

use crate::settings::{LogFormat, Settings};
use collector::Client;
use lines::OneLine;
use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use std::io::{IsTerminal, Write};
use tracing::Subscriber;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// What has to be ended with the program, so that the last spans arrive.
#[must_use]
#[derive(Debug, Default)]
pub struct Telemetry(Option<SdkTracerProvider>);

impl Telemetry {
    /// Sends what has not been sent yet. Takes some seconds when the collector does not answer.
    pub async fn finish(self) {
        let Some(provider) = self.0 else { return };
        // It waits for a thread of its own.
        let ended = tokio::task::spawn_blocking(move || provider.shutdown()).await;
        if let Ok(Err(error)) = ended {
            tracing::warn!(%error, "The last traces could not be sent");
        }
    }
}

/// Begins to write logs to standard error, and to send traces to a collector if the settings name one. Call it inside
/// the runtime, which carries the traces.
pub fn start(settings: &Settings) -> anyhow::Result<Telemetry> {
    let filter = filter(&settings.log)?;
    let lines = lines(settings.log_format, std::io::stderr().is_terminal(), std::io::stderr);
    let provider = settings.otlp_endpoint.as_deref().map(provider).transpose()?;
    let traces = provider.as_ref().map(traces);
    tracing_subscriber::registry().with(filter).with(lines).with(traces).try_init()?;
    Ok(Telemetry(provider))
}

/// What is written. Each failed connection to a cluster is told by who asked, with the cluster and the reason; the client's own
/// line about it has neither, and is left out unless somebody asks for that client. So is what PostgreSQL notes at each start, that
/// its tables are there already.
fn filter(asked: &str) -> Result<EnvFilter, ParseError> {
    let is_left = asked.is_empty() || asked.contains("kube_client");
    if is_left {
        EnvFilter::try_new(asked)
    } else {
        EnvFilter::try_new(format!("sqlx::postgres::notice=warn,{asked},kube_client::client::builder=off"))
    }
}

/// How records are written: each as one line.
fn lines<S, W>(
    format: LogFormat,
    is_coloured: bool,
    writer: impl Fn() -> W + Send + Sync + 'static,
) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    W: Write + 'static,
{
    match format {
        LogFormat::Pretty => {
            let pretty = tracing_subscriber::fmt::layer().with_ansi(is_coloured);
            pretty.with_writer(move || OneLine { writer: writer(), is_coloured }).boxed()
        }
        LogFormat::Json => {
            let json = tracing_subscriber::fmt::layer().json().flatten_event(true).with_current_span(true);
            json.with_span_list(false).with_writer(writer).boxed()
        }
    }
}

/// Gathers spans and sends them to a collector's `/v1/traces`, in protobuf (OTLP 1.0 over HTTP).
fn provider(endpoint: &str) -> anyhow::Result<SdkTracerProvider> {
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(Client::new()?)
        .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
        .build()?;
    let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    let mut resource = Resource::builder().with_attribute(version);
    if std::env::var_os("OTEL_SERVICE_NAME").is_none() {
        resource = resource.with_service_name("orrery");
    }
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource.build()).build())
}

/// Spans of `tracing` as spans of traces.
fn traces<S>(provider: &SdkTracerProvider) -> impl Layer<S> + use<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    tracing_opentelemetry::layer().with_tracer(provider.tracer("orrery"))
}

#[cfg(test)]
mod tests;
