//! Settings: environment variables, or the same as flags.

use std::{
    net::{IpAddr, SocketAddr, UdpSocket},
    ops::RangeInclusive,
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use clap::{Args, Parser, Subcommand};
use ipnet::IpNet;
use uuid::Uuid;

use crate::{
    app::{ADDRESS_LIMIT, Edge, Timeouts},
    cluster::{node::Membership, tenure::Tenure},
    export::Format,
    http::address::TrustedProxies,
    store::OpenOptions,
    telemetry::LogFormat,
};

/// Fewer bytes than this could be guessed.
const SECRET_MIN: usize = 16;
const SECRET_MAX: usize = 256;
/// For `CAJA_NODE_URL` where addresses are not known beforehand, as with containers.
const AUTO: &str = "auto";
/// A shorter lease ends in every pause of a machine; a longer one leaves people waiting.
const LEASE_SECONDS: RangeInclusive<u32> = 2..=60;
/// A century; more is a slip of the hand.
const RETENTION_DAYS_MAX: u32 = 36_500;
/// Far more threads than any machine gains from.
const WORKERS_MAX: u16 = 512;
/// More joins than that no machine takes in a minute; who wants more wants no ceiling.
const ADDRESS_LIMIT_MAX: u32 = 1_000_000;

/// Live polls, planning poker, quizzes and word clouds for workplace events.
#[derive(Debug, Parser)]
#[command(name = "caja", version, arg_required_else_help = false, subcommand_negates_reqs = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub settings: Settings,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the server (the default).
    Serve,
    /// Run a server with a sample session and a simulated audience.
    Demo(DemoArgs),
    /// Make, list and revoke administrators' tokens.
    Admin {
        #[command(subcommand)]
        command: AdminCommand,
    },
    /// Write all answers of a session, also while a server runs it.
    Export(ExportArgs),
    /// Print the OpenAPI document.
    Openapi,
    /// Ask a running server how it is; fails unless it is ready.
    Healthcheck {
        /// The server's address; the listening port on this machine where it is left out.
        #[arg(long)]
        url: Option<String>,
    },
    /// Bring the store's schema up to date.
    Migrate,
    /// Make a restored backup fit for use, while no server runs: do this before its first start.
    ///
    /// Clients may have seen versions that the backup does not know. This moves every session to
    /// versions that nobody has seen, so that no client takes what is restored for old news.
    Restore {
        /// Don't ask.
        #[arg(long)]
        yes: bool,
    },
    /// List the nodes on the store, how many sessions each owns, and which.
    Nodes {
        /// How many sessions to list.
        #[arg(long, default_value_t = 100)]
        sessions: u32,
    },
    /// Check settings and store without starting, and say what a server would do.
    Check,
}

#[derive(Debug, Subcommand)]
pub enum AdminCommand {
    /// Administrators' tokens.
    Token {
        #[command(subcommand)]
        command: TokenCommand,
    },
}

#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make a token and print it: the only time that it is shown.
    Create {
        /// Whose token it is.
        #[arg(long, default_value = "admin")]
        name: String,
    },
    /// List the tokens, without their secrets.
    List,
    /// Revoke a token for good.
    Revoke { id: Uuid },
}

#[derive(Debug, Clone, Args)]
pub struct DemoArgs {
    /// How many people take part.
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=20_000))]
    pub participants: u32,
    /// End after this many seconds; run until stopped where it is left out.
    #[arg(long)]
    pub seconds: Option<u64>,
}

#[derive(Debug, Clone, Args)]
pub struct ExportArgs {
    /// The session's id, or the code that people join it with.
    pub session: String,
    /// How it is written.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// The file to write; standard output where it is left out.
    #[arg(long)]
    pub output: Option<PathBuf>,
}

/// What an operator may set.
#[derive(Debug, Clone, Args)]
pub struct Settings {
    /// Address and port to listen on; port 0 picks one, and the log says which.
    #[arg(long, env = "CAJA_LISTEN", default_value = "0.0.0.0:8080", value_parser = listen_address, global = true)]
    pub listen: SocketAddr,
    /// Where to store: sqlite://path or postgres://…; a SQLite file in the data folder where it
    /// is left out.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true)]
    pub database_url: Option<String>,
    /// Folder of the embedded store.
    #[arg(long, env = "CAJA_DATA_DIR", default_value = "./data", global = true)]
    pub data_dir: PathBuf,
    /// What QR codes point to; this machine's address in its network where it is left out.
    #[arg(long, env = "CAJA_PUBLIC_URL", value_parser = public_url, global = true)]
    pub public_url: Option<String>,
    /// The first administrator's token; made and printed once where it is left out.
    #[arg(long, env = "CAJA_ADMIN_TOKEN", hide_env_values = true, value_parser = secret, global = true)]
    pub admin_token: Option<String>,
    /// Threads that serve requests; as many as there are processors where it is left out.
    #[arg(long, env = "CAJA_WORKERS", value_parser = workers, global = true)]
    pub workers: Option<u16>,
    /// Days that sessions are kept after their completion, or after the last event of one that
    /// nobody completed; 0 keeps them for ever.
    #[arg(long, env = "CAJA_RETENTION_DAYS", default_value_t = 90, value_parser = retention_days, global = true)]
    pub retention_days: u32,
    /// Proxies whose X-Forwarded-For, -Proto and -Host are believed: addresses and networks such
    /// as 10.0.0.0/8, separated by commas.
    #[arg(long, env = "CAJA_TRUSTED_PROXIES", default_value = "", hide_default_value = true, value_parser = networks, global = true)]
    pub trusted_proxies: Networks,
    /// Joins from one address at once, and as many each minute; ten times as many look-ups; 0 for
    /// no ceiling. An IPv6 address counts with its /64.
    #[arg(long, env = "CAJA_ADDRESS_LIMIT", default_value_t = ADDRESS_LIMIT, value_parser = address_limit, global = true)]
    pub address_limit: u32,
    /// How other nodes reach this one's internal listener, such as http://10.0.0.7:8081, or auto for
    /// this machine's address in its network. Set, it is one of several servers on the same
    /// PostgreSQL.
    #[arg(long, env = "CAJA_NODE_URL", value_parser = node_url, global = true)]
    pub node_url: Option<String>,
    /// Where other nodes are listened to; not for the outside.
    #[arg(long, env = "CAJA_NODE_LISTEN", default_value = "0.0.0.0:8081", value_parser = listen_address, global = true)]
    pub node_listen: SocketAddr,
    /// What nodes show each other; made in the store where it is left out.
    #[arg(long, env = "CAJA_CLUSTER_SECRET", hide_env_values = true, value_parser = secret, global = true)]
    pub cluster_secret: Option<String>,
    /// Seconds after which the sessions of a node that is not heard of are taken over.
    #[arg(long, env = "CAJA_LEASE_SECONDS", default_value_t = 10, value_parser = lease_seconds, global = true)]
    pub lease_seconds: u32,
    /// Where metrics are read, and nothing else; at /metrics of the server where it is left out.
    #[arg(long, env = "CAJA_METRICS_LISTEN", value_parser = listen_address, global = true)]
    pub metrics_listen: Option<SocketAddr>,
    /// What to log, such as info or caja=debug,warn.
    #[arg(long, env = "CAJA_LOG", default_value = "info", global = true)]
    pub log: String,
    /// A collector that takes traces by OTLP over HTTP, such as http://localhost:4318; for servers
    /// that are built with the feature otel.
    #[arg(long, env = "CAJA_OTLP_URL", value_parser = otlp_url, global = true)]
    pub otlp_url: Option<String>,
    /// How log lines look.
    #[arg(long, env = "CAJA_LOG_FORMAT", default_value = "pretty", global = true)]
    pub log_format: LogFormat,
}

/// Other nodes were to find this one by an address that it does not have.
#[derive(Debug, thiserror::Error)]
#[error(
    "CAJA_NODE_URL (--node-url) is \"auto\": this machine has no address in a network; give one, such \
     as http://10.0.0.7:8081"
)]
pub struct NoAddress;

impl Settings {
    #[must_use]
    pub fn database_url(&self) -> String {
        // An empty variable is how container files leave one out.
        self.database_url
            .clone()
            .filter(|url| !url.is_empty())
            .unwrap_or_else(|| format!("sqlite://{}", self.data_dir.join("caja.db").display()))
    }

    #[must_use]
    pub fn workers(&self) -> usize {
        self.workers.map_or_else(
            || std::thread::available_parallelism().map_or(2, usize::from),
            usize::from,
        )
    }

    /// How the server opens its store: alone, or as one node of several.
    #[must_use]
    pub fn store_options(&self) -> OpenOptions {
        match self.node_url {
            Some(_) => OpenOptions::clustered(Duration::from_secs(self.lease_seconds.into())),
            None => OpenOptions::serve(),
        }
    }

    /// Where other nodes reach this one, if it is one of several.
    pub fn node_url(&self) -> Result<Option<String>, NoAddress> {
        match self.node_url.as_deref() {
            Some(AUTO) => {
                let address = lan_address().ok_or(NoAddress)?;
                Ok(Some(format!("http://{}", SocketAddr::new(address, self.node_listen.port()))))
            }
            url => Ok(url.map(str::to_owned)),
        }
    }

    /// What makes the server one of several, if it is.
    pub fn membership(&self, tenure: Option<Arc<Tenure>>) -> Result<Option<Membership>, NoAddress> {
        let (listen, secret) = (self.node_listen, self.cluster_secret.clone());
        let named = self.node_url()?.zip(tenure);
        Ok(named.map(|(url, tenure)| Membership { url, listen, secret, tenure }))
    }

    /// What the server expects of clients and proxies.
    #[must_use]
    pub fn edge(&self) -> Edge {
        Edge {
            proxies: TrustedProxies::new(self.trusted_proxies.0.clone()),
            address_limit: self.address_limit,
            timeouts: Timeouts::default(),
        }
    }

    /// Where phones reach a server that listens on `port`.
    #[must_use]
    pub fn public_url(&self, port: u16) -> String {
        self.public_url.clone().unwrap_or_else(|| {
            let host = match self.listen.ip() {
                ip if ip.is_unspecified() => lan_address().unwrap_or(IpAddr::from([127, 0, 0, 1])),
                ip => ip,
            };
            format!("http://{}", SocketAddr::new(host, port))
        })
    }
}

/// This machine's address in its network: the one that a packet to elsewhere would leave from.
/// Nothing is sent.
fn lan_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind(("0.0.0.0", 0)).ok()?;
    socket.connect(("192.0.2.1", 9)).ok()?;
    Some(socket.local_addr().ok()?.ip()).filter(|ip| !ip.is_unspecified())
}

fn listen_address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "must be an address and a port, such as 0.0.0.0:8080".into())
}

fn workers(text: &str) -> Result<u16, String> {
    let count = text.parse().ok().filter(|count| (1..=WORKERS_MAX).contains(count));
    count.ok_or_else(|| format!("must be a whole number from 1 to {WORKERS_MAX}"))
}

fn retention_days(text: &str) -> Result<u32, String> {
    let days = text.parse().ok().filter(|days| *days <= RETENTION_DAYS_MAX);
    days.ok_or_else(|| {
        format!("must be 0 (for ever) or a whole number of days up to {RETENTION_DAYS_MAX}")
    })
}

/// A list of networks: a type of its own, because clap takes a list for a repeated flag.
#[derive(Debug, Clone)]
pub struct Networks(Vec<IpNet>);

fn networks(text: &str) -> Result<Networks, String> {
    let network = |text: &str| match text.parse::<IpNet>() {
        Ok(network) => Ok(network),
        Err(_) => text.parse::<IpAddr>().map(IpNet::from).map_err(|_| {
            format!("{text:?} is no address and no network such as 10.0.0.0/8 or fd00::/8")
        }),
    };
    // An empty variable is how container files leave one out.
    let named = text.split(',').map(str::trim).filter(|_| !text.trim().is_empty());
    named.map(network).collect::<Result<_, _>>().map(Networks)
}

fn address_limit(text: &str) -> Result<u32, String> {
    let count = text.parse().ok().filter(|count| *count <= ADDRESS_LIMIT_MAX);
    count.ok_or_else(|| format!("must be a whole number from 0 to {ADDRESS_LIMIT_MAX}"))
}

fn public_url(url: &str) -> Result<String, String> {
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    match rest {
        Some(rest)
            if !rest.is_empty()
                && !rest.starts_with('/')
                && !rest.contains(['?', '#', '"', '<', ' ']) =>
        {
            Ok(url.trim_end_matches('/').to_owned())
        }
        _ => Err("must be an address such as https://caja.example.org".into()),
    }
}

/// Without TLS: a collector runs beside the server, or as near as other nodes do.
fn otlp_url(url: &str) -> Result<String, String> {
    let address = url.strip_prefix("http://").and_then(|_| public_url(url).ok());
    address.ok_or_else(|| "must be an address such as http://localhost:4318".into())
}

fn node_url(url: &str) -> Result<String, String> {
    if url == AUTO {
        return Ok(AUTO.to_owned());
    }
    let host = url.strip_prefix("http://").map(|rest| rest.trim_end_matches('/'));
    match host {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '"', '<', ' ', '@']) => {
            Ok(format!("http://{host}"))
        }
        _ => Err("must be auto, or an address in the nodes' own network, such as \
                 http://10.0.0.7:8081"
            .into()),
    }
}

fn lease_seconds(text: &str) -> Result<u32, String> {
    let seconds = text.parse().ok().filter(|seconds| LEASE_SECONDS.contains(seconds));
    let (least, most) = (LEASE_SECONDS.start(), LEASE_SECONDS.end());
    seconds.ok_or_else(|| format!("must be a whole number from {least} to {most}"))
}

fn secret(secret: &str) -> Result<String, String> {
    let is_plain = secret.bytes().all(|b| b.is_ascii_graphic());
    if is_plain && (SECRET_MIN..=SECRET_MAX).contains(&secret.len()) {
        Ok(secret.to_owned())
    } else {
        Err(format!("must have {SECRET_MIN} to {SECRET_MAX} visible ASCII characters"))
    }
}

/// Reads command line and environment; a wrong setting ends the process with one line.
#[must_use]
pub fn parse() -> Cli {
    Cli::try_parse().unwrap_or_else(|error| {
        if !error.use_stderr() {
            // Help and version were asked for.
            error.exit();
        }
        eprintln!("caja: {}", complaint(&error));
        std::process::exit(2);
    })
}

/// What was wrong with the command line or the environment, in one line.
fn complaint(error: &clap::Error) -> String {
    use clap::error::ErrorKind;
    if matches!(error.kind(), ErrorKind::ValueValidation | ErrorKind::InvalidValue) {
        return wrong_value(error);
    }
    let text = error.to_string();
    let lines = text.lines().map(str::trim);
    let said =
        lines.take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more"));
    let said: Vec<_> = said.filter(|line| !line.is_empty()).collect();
    format!("{}; caja --help lists what there is", said.join("; ").trim_start_matches("error: "))
}

fn wrong_value(error: &clap::Error) -> String {
    use clap::error::{ContextKind, ContextValue};
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        _ => String::new(),
    };
    let flag = text(ContextKind::InvalidArg);
    let why = std::error::Error::source(error).map_or_else(
        || match error.get(ContextKind::ValidValue) {
            Some(ContextValue::Strings(valid)) if !valid.is_empty() => {
                format!("must be one of {}", valid.join(", "))
            }
            _ => "needs a value".to_owned(),
        },
        ToString::to_string,
    );
    let is_secret = ["--admin-token", "--database-url", "--cluster-secret"]
        .iter()
        .any(|it| flag.starts_with(it));
    let value = match is_secret {
        true => "(hidden)".to_owned(),
        false => format!("{:?}", text(ContextKind::InvalidValue)),
    };
    format!("{} is {value}: {why}", setting_name(&flag))
}

/// The flag and the variable behind it: nobody should have to guess which was wrong.
fn setting_name(flag: &str) -> String {
    use clap::CommandFactory;
    let long = flag.trim_start_matches('-').split([' ', '=']).next().unwrap_or_default();
    let command = Cli::command();
    let variable = command
        .get_arguments()
        .find(|argument| argument.get_long() == Some(long))
        .and_then(|argument| argument.get_env())
        .map(|variable| variable.to_string_lossy().into_owned());
    match variable {
        Some(variable) => format!("{variable} (--{long})"),
        None => flag.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_an_origin_or_a_path_below_one() {
        assert_eq!(public_url("https://caja.example/"), Ok("https://caja.example".into()));
        assert_eq!(public_url("http://10.0.0.7:8080"), Ok("http://10.0.0.7:8080".into()));
        for wrong in
            ["caja.example", "ftp://caja.example", "https://", "https://a/?b", "http://a b"]
        {
            assert!(public_url(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn trusted_proxies_are_addresses_and_networks() {
        let read = |text| networks(text).map(|Networks(read)| read.len());
        assert_eq!(read(""), Ok(0));
        assert_eq!(read(" 10.0.0.0/8, 192.0.2.1 ,fd00::/8,::1"), Ok(4));
        for wrong in ["10.0.0.0/33", "10.0.0", "proxy", "10.0.0.1,", "10.0.0.1 10.0.0.2"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }

    #[test]
    fn what_is_wrong_with_the_command_line_is_said_in_one_line() {
        for (arguments, line) in [
            (
                &["--workers", "0"][..],
                "CAJA_WORKERS (--workers) is \"0\": must be a whole number from 1 to 512",
            ),
            (
                &["--log-format", "xml"],
                "CAJA_LOG_FORMAT (--log-format) is \"xml\": must be one of pretty, json",
            ),
            (
                &["--address-limit", "many"],
                "CAJA_ADDRESS_LIMIT (--address-limit) is \"many\": must be a whole number from 0 to \
                 1000000",
            ),
            (
                &["--trusted-proxies", "10.0.0.0/8,proxy"],
                "CAJA_TRUSTED_PROXIES (--trusted-proxies) is \"10.0.0.0/8,proxy\": \"proxy\" is no \
                 address and no network such as 10.0.0.0/8 or fd00::/8",
            ),
            (
                &["--otlp-url", "https://collector.example"],
                "CAJA_OTLP_URL (--otlp-url) is \"https://collector.example\": must be an address such \
                 as http://localhost:4318",
            ),
            (&["--listen"], "CAJA_LISTEN (--listen) is \"\": needs a value"),
            (
                &["--frobnicate"],
                "unexpected argument '--frobnicate' found; caja --help lists what there is",
            ),
        ] {
            let arguments = ["caja"].iter().chain(arguments);
            assert_eq!(complaint(&Cli::try_parse_from(arguments).unwrap_err()), line);
        }
    }

    #[test]
    fn a_wrong_setting_is_named_by_flag_and_variable() {
        assert_eq!(setting_name("--listen <LISTEN>"), "CAJA_LISTEN (--listen)");
    }
}
