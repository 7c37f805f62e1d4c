//! A network that misbehaves, before a PostgreSQL or a server.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
};

/// Passes bytes on, until it is told otherwise.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    /// The database's address through it, where it is before one.
    pub(crate) url: String,
    weather: Arc<Mutex<Arc<Weather>>>,
}

/// What happens to the connections that were made under it.
#[derive(Default)]
struct Weather {
    swallow_questions: AtomicBool,
    swallow_answers: AtomicBool,
    cut: Notify,
    /// Bytes that were read and went no further.
    swallowed: AtomicU64,
}

impl Proxy {
    pub(crate) async fn start(direct: &str) -> Self {
        let (user, rest) = direct.split_once('@').expect("the address has a user");
        let (target, database) = rest.split_once('/').expect("the address has a database");
        let mut proxy = Self::before(target).await;
        proxy.url = format!("{user}@127.0.0.1:{}/{database}", proxy.port);
        proxy
    }

    /// Before whoever listens at this host and port, now or later.
    pub(crate) async fn before(target: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let weather = Arc::default();
        tokio::spawn(serve(listener, target.to_owned(), Arc::clone(&weather)));
        Self { port, url: String::new(), weather }
    }

    /// From now on nothing passes, in either direction, and nobody hears of it.
    pub(crate) fn swallow_all(&self) {
        self.swallow_questions();
        self.swallow_answers();
    }

    /// From now on the questions arrive, and no answer comes back.
    pub(crate) fn swallow_answers(&self) {
        self.weather.lock().unwrap().swallow_answers.store(true, Ordering::SeqCst);
    }

    /// From now on nothing arrives.
    pub(crate) fn swallow_questions(&self) {
        self.weather.lock().unwrap().swallow_questions.store(true, Ordering::SeqCst);
    }

    /// Connections made from now on work; those that are there stay as they are.
    pub(crate) fn clear_up(&self) {
        self.take_weather();
    }

    /// Cuts all connections; new ones work. Gives the bytes that were swallowed before.
    pub(crate) fn cut(&self) -> u64 {
        let weather = self.take_weather();
        weather.cut.notify_waiters();
        weather.swallowed.load(Ordering::SeqCst)
    }

    fn take_weather(&self) -> Arc<Weather> {
        std::mem::take(&mut *self.weather.lock().unwrap())
    }
}

async fn serve(listener: TcpListener, target: String, weather: Arc<Mutex<Arc<Weather>>>) {
    while let Ok((client, _)) = listener.accept().await {
        // Nobody may be there; then who asked finds its connection closed.
        let Ok(server) = TcpStream::connect(&target).await else { continue };
        tokio::spawn(pass_on(client, server, weather.lock().unwrap().clone()));
    }
}

async fn pass_on(client: TcpStream, server: TcpStream, weather: Arc<Weather>) {
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::select! {
        () = weather.cut.notified() => {}
        () = copy(from_client, to_server, &weather.swallow_questions, &weather) => {}
        () = copy(from_server, to_client, &weather.swallow_answers, &weather) => {}
    }
}

async fn copy(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    swallow: &AtomicBool,
    weather: &Weather,
) {
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        if swallow.load(Ordering::SeqCst) {
            weather.swallowed.fetch_add(count as u64, Ordering::SeqCst);
        } else if to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}
