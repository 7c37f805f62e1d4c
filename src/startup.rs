//! How a server comes up and how it goes.

use std::{error::Error, future::ready, io, net::SocketAddr, sync::Arc, time::Duration};

use actix_http::{HttpService, Request, Response, error::DispatchError};
use actix_server::{Server, ServerHandle};
use actix_service::{
    IntoServiceFactory, Service, ServiceFactory, ServiceFactoryExt, apply_fn_factory, fn_service,
    map_config,
};
use actix_web::{
    App as ActixApp, HttpResponse, HttpServer,
    body::{EitherBody, MessageBody},
    dev::{AppConfig, ServiceResponse},
    http::StatusCode,
    middleware::from_fn,
    rt::net::TcpStream,
    web::{Data, ServiceConfig},
};
use caja_actors::session::Timestamp;
use futures_util::{TryFutureExt, future::Either};
use socket2::{Domain, Protocol, Socket, Type};
use tokio::task::JoinHandle;
use tracing::{info, warn};
use utoipa_actix_web::AppExt;
use uuid::Uuid;

use crate::{
    app::{App, Edge},
    cluster::{
        inside,
        node::{BeginError, Membership, Node},
        owner,
    },
    connection::Connection,
    http::{
        self,
        health::MetricsHere,
        methods::Methods,
        openapi::Document,
        tokens::{hash, random_admin_token},
    },
    open_files,
    store::{AdminRow, NodeRow, OpenError, Store, StoreError},
    ui::Pages,
};

/// How long a connection that is being closed may take to end.
const DISCONNECT_TIMEOUT: Duration = Duration::from_secs(1);
/// Connections each worker takes: enough for held polls, bounded by file descriptors.
const MAX_CONNECTIONS: usize = 25_000;
/// Connections that may wait to be accepted: a room that opens its phones in the same second. The
/// standard library's 128 would make the others wait a second for their next try.
const BACKLOG: i32 = 8_192;
/// How long requests in flight may take when the server goes. With what waits for the store before
/// and after it, less than the 30 s that platforms give before they kill.
const SHUTDOWN_S: u64 = 15;
/// How often the sessions are looked after.
const TICK: Duration = Duration::from_secs(1);
/// How often what is remembered of clients is swept.
const SWEEP: Duration = Duration::from_secs(60);

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error("the store can't be prepared")]
    Store(#[from] StoreError),
    #[error("this server can't join the other nodes")]
    Begin(#[from] BeginError),
    #[error(
        "other servers are nodes on this PostgreSQL: CAJA_NODE_URL (--node-url) makes this one of them"
    )]
    NotAlone,
    #[error("CAJA_LISTEN (--listen) is {address}: can't listen there")]
    Listen {
        address: SocketAddr,
        #[source]
        source: io::Error,
    },
    #[error("CAJA_NODE_LISTEN (--node-listen) is {address}: can't listen there")]
    ListenToNodes {
        address: SocketAddr,
        #[source]
        source: io::Error,
    },
    #[error("CAJA_METRICS_LISTEN (--metrics-listen) is {address}: can't listen there")]
    ListenForMetrics {
        address: SocketAddr,
        #[source]
        source: io::Error,
    },
}

/// What a server is started with.
pub struct Options {
    pub store: Arc<dyn Store>,
    pub listen: SocketAddr,
    pub workers: usize,
    /// What QR codes point to, given the port that is listened on.
    pub public_url: Box<dyn FnOnce(u16) -> String>,
    /// The first administrator's token, if the operator chose one.
    pub admin_token: Option<String>,
    /// How long sessions are kept after their end; for ever if it is 0.
    pub retention_days: u32,
    pub edge: Edge,
    /// There where this server is one of several.
    pub membership: Option<Membership>,
    /// Where metrics are read, if not where all else is.
    pub metrics_listen: Option<SocketAddr>,
}

/// A server that listens.
pub struct Running {
    pub app: Data<App>,
    pub address: SocketAddr,
    /// The administrator's token, if it was just made.
    pub fresh_admin_token: Option<String>,
    server: Server,
    /// There where this server is one of several.
    inside: Option<Server>,
    /// There where metrics have an address of their own.
    metrics: Option<Server>,
    /// That address.
    pub metrics_address: Option<SocketAddr>,
    keeper: JoinHandle<()>,
}

/// Brings a server up: when this returns, it listens.
pub async fn start(options: Options) -> Result<Running, StartError> {
    let Options {
        store,
        listen,
        workers,
        public_url,
        admin_token,
        retention_days,
        edge,
        membership,
        metrics_listen,
    } = options;
    store.migrate().await?;
    open_files::take_all();
    let listener = bind(listen).map_err(|source| StartError::Listen { address: listen, source })?;
    let address =
        listener.local_addr().map_err(|source| StartError::Listen { address: listen, source })?;
    let inside = membership.as_ref().map(|membership| NodesListener::bind(membership.listen));
    let inside = inside.transpose()?;
    let metrics = metrics_listen.map(MetricsListener::bind).transpose()?;
    let node = match membership {
        Some(membership) => Some(Node::new(membership, &*store).await?),
        None => {
            check_alone(&*store).await?;
            None
        }
    };
    let app =
        App::build(store, public_url(address.port()), workers, retention_days, edge, node).await?;
    let fresh_admin_token = first_admin(&*app.store, admin_token, app.now()).await?;
    let app = Data::new(app);
    if let Some(node) = &app.node {
        node.begin(&app).await?;
    }
    let here = MetricsHere(metrics.is_none());
    let server = serve(app.clone(), listener, workers, Side::Outside(here))
        .map_err(|source| StartError::Listen { address: listen, source })?;
    let inside = inside.map(|it| it.serve(app.clone(), workers)).transpose()?;
    app.registry.on_each_thread(|| app.pacing.clone().watch());
    tokio::spawn(look_after(app.clone()));
    let keeper = tokio::spawn(be_a_node(app.clone()));
    let metrics_address = metrics.as_ref().map(|it| it.address);
    let metrics = metrics.map(|it| it.serve(app.clone())).transpose()?;
    Ok(Running {
        app,
        address,
        fresh_admin_token,
        server,
        inside,
        metrics,
        metrics_address,
        keeper,
    })
}

/// A server that is no node takes sessions from anybody.
async fn check_alone(store: &dyn Store) -> Result<(), StartError> {
    match store.cluster() {
        Some(cluster) if cluster.nodes().await?.iter().any(NodeRow::is_alive) => {
            Err(StartError::NotAlone)
        }
        Some(_) | None => Ok(()),
    }
}

fn bind(address: SocketAddr) -> io::Result<std::net::TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // A server that was killed may be started again at once.
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

impl Running {
    #[must_use]
    pub fn stopper(&self) -> Stopper {
        Stopper { app: self.app.clone(), server: self.server.handle() }
    }

    /// Serves until a signal comes or a stopper stops it, then leaves cleanly.
    pub async fn run(self) -> io::Result<()> {
        self.run_until(std::future::pending()).await
    }

    /// Serves until `enough` resolves, a signal comes or a stopper stops it, then leaves cleanly.
    pub async fn run_until(self, enough: impl Future<Output = ()>) -> io::Result<()> {
        let stopper = self.stopper();
        let Self { app, server, inside, metrics, keeper, .. } = self;
        let nodes = inside.as_ref().map(Server::handle);
        inside.map(tokio::spawn);
        let watchers = metrics.as_ref().map(Server::handle);
        metrics.map(tokio::spawn);
        let mut server = tokio::spawn(server);
        tokio::select! {
            ended = &mut server => {
                leave(&app, &keeper).await;
                return ended.unwrap_or_else(|panic| Err(io::Error::other(panic)));
            }
            () = signal() => {}
            () = enough => {}
        }
        info!("leaving: answering held polls, finishing requests");
        if app.node.is_some() {
            // Other nodes take the sessions over while this one still answers.
            app.draining.begin();
            app.registry.close();
            app.registry.drain().await;
        }
        // Whatever this node had, others have by now: they need not wait for each other.
        tokio::join!(stopper.stop(), async {
            if let Some(nodes) = nodes {
                nodes.stop(true).await;
            }
        });
        leave(&app, &keeper).await;
        if let Some(watchers) = watchers {
            watchers.stop(true).await;
        }
        info!("left");
        Ok(())
    }
}

/// Stops a running server from anywhere.
#[derive(Clone)]
pub struct Stopper {
    app: Data<App>,
    server: ServerHandle,
}

impl Stopper {
    /// Answers held polls, so that nobody is waited for, and finishes requests.
    pub async fn stop(&self) {
        begin_leaving(&self.app);
        self.server.stop(true).await;
    }
}

/// Who may come in by a listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    /// Everybody.
    Outside(MetricsHere),
    /// Other nodes, who show that they are.
    Inside,
}

/// An address that has the metrics and nothing else.
struct MetricsListener {
    wanted: SocketAddr,
    address: SocketAddr,
    listener: std::net::TcpListener,
}

impl MetricsListener {
    fn bind(wanted: SocketAddr) -> Result<Self, StartError> {
        let bound = bind(wanted).and_then(|listener| Ok((listener.local_addr()?, listener)));
        let (address, listener) =
            bound.map_err(|source| StartError::ListenForMetrics { address: wanted, source })?;
        Ok(Self { wanted, address, listener })
    }

    fn serve(self, app: Data<App>) -> Result<Server, StartError> {
        let routes = move || {
            ActixApp::new()
                .app_data(app.clone())
                .app_data(MetricsHere(true))
                .wrap(from_fn(http::request_id::wrap))
                .service(http::health::metrics)
        };
        let server = HttpServer::new(routes).workers(1).shutdown_timeout(1).disable_signals();
        let server = server.listen(self.listener);
        let wanted = self.wanted;
        Ok(server.map_err(|source| StartError::ListenForMetrics { address: wanted, source })?.run())
    }
}

/// The address for other nodes, taken before they hear of it.
struct NodesListener {
    wanted: SocketAddr,
    listener: std::net::TcpListener,
}

impl NodesListener {
    fn bind(wanted: SocketAddr) -> Result<Self, StartError> {
        let bound = bind(wanted);
        let listener =
            bound.map_err(|source| StartError::ListenToNodes { address: wanted, source })?;
        Ok(Self { wanted, listener })
    }

    fn serve(self, app: Data<App>, workers: usize) -> Result<Server, StartError> {
        let server = serve(app, self.listener, workers, Side::Inside);
        server.map_err(|source| StartError::ListenToNodes { address: self.wanted, source })
    }
}

/// What `HttpServer` would do, with connections that can't be held for ever.
fn serve(
    app: Data<App>,
    listener: std::net::TcpListener,
    workers: usize,
    side: Side,
) -> io::Result<Server> {
    let api = http::document();
    let (document, methods) = (Data::new(Document::of(&api)), Data::new(Methods::of(&api)));
    let pages = Data::new(Pages::built());
    let builder = Server::build();
    let leaving = builder.graceful_shutdown_signal();
    let timeouts = app.timeouts;
    let connections = move || {
        // On each worker's own thread.
        actix_web::rt::spawn(app.pacing.clone().watch());
        let leaving = leaving.clone();
        let service = service(app.clone(), document.clone(), methods.clone(), pages.clone(), side);
        let service = service.map_err(|error| error.error_response());
        let app = app.clone();
        let service = apply_fn_factory(service, move |mut request: Request, routes: &_| {
            let left = |answer: HttpResponse| -> Response<_> {
                answer.map_body(|_, body| EitherBody::left(body)).into()
            };
            if side == Side::Inside {
                if !app
                    .node
                    .as_ref()
                    .is_some_and(|it| it.secret().is_known_to(request.head().headers()))
                {
                    let refused = HttpResponse::new(StatusCode::FORBIDDEN);
                    return Either::Left(Either::Left(ready(Ok(left(refused)))));
                }
                inside::note(&mut request);
            }
            if let Some(answer) = http::front::answer(&app, &request) {
                return Either::Left(Either::Left(ready(Ok(left(answer)))));
            }
            if let Some((participant, activity)) = http::front::answers(&app, &request) {
                let given = http::front::give(app.clone(), participant, activity, request);
                let given = Box::pin(async move { Ok(left(given.await)) });
                return Either::Left(Either::Right(given));
            }
            Either::Right(Service::call(routes, request).map_ok(|answer: ServiceResponse<_>| {
                Response::from(answer).map_body(|_, body| EitherBody::right(body))
            }))
        });
        let http = HttpService::build()
            .keep_alive(timeouts.keep_alive)
            .client_request_timeout(timeouts.head)
            .client_disconnect_timeout(DISCONNECT_TIMEOUT)
            .graceful_shutdown_signal(move || {
                let leaving = leaving.clone();
                async move { leaving.notified().await }
            })
            .h1(map_config(service, |()| AppConfig::default()));
        let accept = fn_service(move |io: TcpStream| {
            let peer = io.peer_addr().ok();
            ready(Ok::<_, DispatchError>((Connection::new(io, timeouts.exchange), peer)))
        });
        accept.and_then(http)
    };
    let server = builder
        .workers(workers)
        .max_concurrent_connections(MAX_CONNECTIONS)
        .shutdown_timeout(SHUTDOWN_S)
        .disable_signals()
        .listen(if side == Side::Inside { "nodes" } else { "caja" }, listener, connections)?;
    Ok(server.run())
}

/// The routes, for one worker.
fn service(
    app: Data<App>,
    document: Data<Document>,
    methods: Data<Methods>,
    pages: Data<Pages>,
    side: Side,
) -> impl ServiceFactory<
    Request,
    Config = AppConfig,
    Response = ServiceResponse<impl MessageBody>,
    Error = actix_web::Error,
    InitError = (),
    Service: 'static,
    Future: 'static,
> {
    let for_nodes = move |config: &mut ServiceConfig| {
        if side == Side::Inside {
            config.service(owner::clock).service(owner::copy).service(owner::seen);
        }
    };
    let (routes, _) = ActixApp::new()
        .into_utoipa_app()
        .openapi(http::openapi::base())
        .app_data(app)
        .app_data(document)
        .app_data(methods)
        .app_data(pages)
        .app_data(match side {
            Side::Outside(here) => here,
            Side::Inside => MetricsHere(false),
        })
        .map(|inner| inner.configure(http::docs::routes).configure(for_nodes))
        .configure(http::routes)
        .split_for_parts();
    routes.into_factory()
}

/// Ticks, sets the pace, and archives what is over, for as long as the server runs.
async fn look_after(app: Data<App>) {
    let ticks = async {
        let mut every = tokio::time::interval(TICK);
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while !app.draining.has_begun() {
            every.tick().await;
            app.registry.tick();
            app.metrics.settle();
            if let Some(node) = &app.node {
                node.attend(&app);
            }
        }
    };
    let sweeps = async {
        loop {
            tokio::time::sleep(SWEEP).await;
            app.sweep();
        }
    };
    tokio::select! {
        () = ticks => {}
        () = sweeps => {}
        () = app.pacing.lead(|late_by| app.metrics.lateness.record(late_by)) => {}
        () = app.archivist.run(|| app.now()) => {}
    }
}

/// Makes the first administrator, or the one whose token the operator chose. Gives back a token
/// that was just made: the only time that it is known.
async fn first_admin(
    store: &dyn Store,
    chosen: Option<String>,
    at: Timestamp,
) -> Result<Option<String>, StoreError> {
    let known = store.admins().await?;
    let (token, fresh) = match chosen {
        Some(token) => (token, None),
        None if !known.is_empty() => return Ok(None),
        None => {
            let token = random_admin_token();
            (token.clone(), Some(token))
        }
    };
    let token_hash = hash(&token);
    match known.iter().find(|admin| admin.token_hash == token_hash) {
        Some(AdminRow { revoked_at: Some(_), .. }) => {
            // What was revoked stays so; whoever starts a server need not be who revoked it.
            warn!("the token in CAJA_ADMIN_TOKEN was revoked: nobody can sign in with it");
        }
        Some(_) => {}
        None => {
            let name = "admin".to_owned();
            let id = Uuid::now_v7();
            let admin = AdminRow { id, name, token_hash, created_at: at, revoked_at: None };
            let created = store.create_admin(admin).await;
            // Another node that starts at the same time may have been faster.
            if created.is_err() && store.admin_by_token(token_hash).await?.is_none() {
                created?;
            }
        }
    }
    Ok(fresh)
}

/// From now on readiness says no, and polls are not held.
fn begin_leaving(app: &App) {
    app.draining.begin();
    app.held.close();
}

/// Lets every session finish what it accepted.
async fn leave(app: &App, keeper: &JoinHandle<()>) {
    begin_leaving(app);
    app.registry.drain().await;
    keeper.abort();
    if let Some(node) = &app.node {
        node.end(app).await;
    }
}

/// Does what a node does until all its sessions have stopped.
async fn be_a_node(app: Data<App>) {
    if let Some(node) = &app.node {
        node.run(&app).await;
    }
}

async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let both = signal(SignalKind::terminate())
        .and_then(|terminate| Ok((terminate, signal(SignalKind::interrupt())?)));
    match both {
        Ok((mut terminate, mut interrupt)) => {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        }
        Err(error) => {
            warn!(error = &error as &dyn Error, "can't listen to signals");
            std::future::pending::<()>().await;
        }
    }
}
