//! Traces for OpenTelemetry: a span for each request but plain polls, sent to a collector.
//!
//! Built in by the feature `otel`; `no_traces.rs` stands in for this file without it.

use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::http::{Method, StatusCode, header::HeaderMap};
use opentelemetry::{
    KeyValue,
    propagation::{Extractor, Injector, TextMapPropagator},
    trace::{Status, TraceContextExt, TracerProvider},
};
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::{
    Resource,
    propagation::TraceContextPropagator,
    trace::{SdkTracerProvider, Tracer},
};
use tracing::{Span, Subscriber};
use tracing_opentelemetry::{OpenTelemetryLayer, OpenTelemetrySpanExt};
use tracing_subscriber::{
    Layer,
    filter::{LevelFilter, Targets},
    registry::LookupSpan,
};

/// Where a collector takes traces, below its address.
const PATH: &str = "/v1/traces";

/// Whether spans are sent anywhere: if not, nothing is done for them.
static IS_ON: AtomicBool = AtomicBool::new(false);

/// Sends traces. What it has gathered is sent at the latest when this is dropped.
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Sends traces to the collector at this address from now on. Which, and how many of them,
    /// `OTEL_TRACES_SAMPLER` says.
    ///
    /// # Errors
    /// When the address is none.
    pub(super) fn begin(url: &str) -> Result<Self, String> {
        let url = url.trim_end_matches('/');
        let endpoint = if url.ends_with(PATH) { url.to_owned() } else { format!("{url}{PATH}") };
        let exporter = SpanExporter::builder().with_http().with_endpoint(endpoint).build();
        let exporter = exporter.map_err(|error| error.to_string())?;
        let resource = Resource::builder()
            .with_service_name("caja")
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        let provider =
            SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource);
        IS_ON.store(true, Ordering::Relaxed);
        Ok(Self(provider.build()))
    }

    /// Takes spans in. What libraries do inside is left out.
    pub(super) fn layer<S: Subscriber + for<'a> LookupSpan<'a>>(&self) -> impl Layer<S> + use<S> {
        let layer: OpenTelemetryLayer<S, Tracer> =
            tracing_opentelemetry::layer().with_tracer(self.0.tracer("caja"));
        let ours = ["caja", "caja_actors"].map(|target| (target, LevelFilter::INFO));
        layer.with_location(false).with_threads(false).with_filter(Targets::from_iter(ours))
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        if let Err(error) = self.0.shutdown() {
            eprintln!("caja: some traces were not sent: {error}");
        }
    }
}

/// What kind of span a request's is.
#[must_use]
pub fn kind() -> Option<&'static str> {
    IS_ON.load(Ordering::Relaxed).then_some("server")
}

/// Makes a request's span a part of its sender's trace.
pub fn arrived(span: &Span, headers: &HeaderMap) {
    if IS_ON.load(Ordering::Relaxed) {
        // An error means that nobody takes this span in.
        let _ = span.set_parent(TraceContextPropagator::new().extract(&Arrived(headers)));
    }
}

/// Notes in its span how a request was answered.
pub fn answered(span: &Span, method: &Method, route: &str, status: StatusCode) {
    let context = span.context();
    let span = context.span();
    if span.is_recording() {
        span.update_name(format!("{method} {route}"));
        span.set_attribute(KeyValue::new("http.route", route.to_owned()));
        span.set_attribute(KeyValue::new("http.response.status_code", i64::from(status.as_u16())));
        if status.is_server_error() {
            span.set_status(Status::error(""));
        }
    }
}

/// Has another node's span be a part of this one.
pub fn pass_on(headers: &mut reqwest::header::HeaderMap) {
    if IS_ON.load(Ordering::Relaxed) {
        let context = Span::current().context();
        TraceContextPropagator::new().inject_context(&context, &mut Leaving(headers));
    }
}

struct Arrived<'a>(&'a HeaderMap);

impl Extractor for Arrived<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(|name| name.as_str()).collect()
    }
}

struct Leaving<'a>(&'a mut reqwest::header::HeaderMap);

impl Injector for Leaving<'_> {
    fn set(&mut self, key: &str, value: String) {
        let name = reqwest::header::HeaderName::from_bytes(key.as_bytes());
        if let (Ok(name), Ok(value)) = (name, value.parse()) {
            self.0.insert(name, value);
        }
    }
}
