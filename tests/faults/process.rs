//! The `caja` program as a process: started, watched, signalled, and gone with its test.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    net::TcpListener,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Arc, LazyLock, Mutex,
        atomic::{AtomicU16, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::support::postgres_database;

/// How long a process may take for what it should do at once, on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);
pub(crate) const ADMIN_TOKEN: &str = "admin-token-of-the-fault-tests-4711";

/// Where a server keeps its data, and what its processes are started with.
pub(crate) struct Place {
    settings: Vec<(String, String)>,
    /// What the program is started through.
    through: Vec<String>,
    /// Lives as long as this; `None` on PostgreSQL.
    _folder: Option<TempDir>,
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a folder can be created");
        let path = folder.path().join("data").display().to_string();
        let place = Self { settings: vec![], through: vec![], _folder: Some(folder) };
        place.with("CAJA_DATA_DIR", &path)
    }

    pub(crate) async fn postgres() -> Self {
        let place = Self { settings: vec![], through: vec![], _folder: None };
        place.with("DATABASE_URL", &postgres_database().await)
    }

    /// With a setting, instead of an earlier value of it.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.retain(|(set, _)| set != name);
        self.settings.push((name.into(), value.into()));
        self
    }

    /// Started through another program, which must become the server's process.
    pub(crate) fn through(mut self, words: &[&str]) -> Self {
        self.through = words.iter().map(|word| (*word).to_owned()).collect();
        self
    }

    /// The same data on a port of its own. It must not outlive this place.
    pub(crate) fn beside(&self) -> Self {
        let (settings, through) = (self.settings.clone(), self.through.clone());
        Self { settings, through, _folder: None }.with("CAJA_LISTEN", "127.0.0.1:0")
    }

    fn setting(&self, name: &str) -> Option<&str> {
        self.settings.iter().find(|(set, _)| set == name).map(|(_, value)| &**value)
    }

    /// The file of the embedded store.
    pub(crate) fn file(&self) -> String {
        format!("{}/caja.db", self.setting("CAJA_DATA_DIR").expect("it is on SQLite"))
    }

    pub(crate) fn database_url(&self) -> String {
        let url = self.setting("DATABASE_URL").map(str::to_owned);
        url.unwrap_or_else(|| format!("sqlite://{}", self.file()))
    }

    /// With the administrator's token of all tests, on a port of its own.
    pub(crate) fn ready(self) -> Self {
        self.with("CAJA_ADMIN_TOKEN", ADMIN_TOKEN).with("CAJA_LISTEN", "127.0.0.1:0")
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut words = self.through.iter().map(String::as_str).chain([env!("CARGO_BIN_EXE_caja")]);
        let mut command = Command::new(words.next().expect("there is the program"));
        command.args(words).args(arguments).env_clear().envs(self.settings.iter().cloned());
        // What the developer has set must not decide; these are not Caja's.
        for name in ["PATH", "HOME", "TMPDIR"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        command
    }

    pub(crate) fn start(&self) -> Server {
        Server::spawn(&mut self.command(&[]))
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        Server::spawn(&mut self.command(arguments)).end(PATIENCE)
    }
}

/// A running process of the program. Killed when dropped, also by a test that fails.
pub(crate) struct Server {
    child: Child,
    stdout: Output,
    stderr: Output,
}

/// What a process said, and how it went.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Server {
    pub(crate) fn spawn(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let stdout = Output::follow(child.stdout.take().expect("it is piped"));
        let stderr = Output::follow(child.stderr.take().expect("it is piped"));
        Self { child, stdout, stderr }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn stdout(&self) -> String {
        self.stdout.so_far()
    }

    pub(crate) fn stderr(&self) -> String {
        self.stderr.so_far()
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("it is our child").is_none()
    }

    /// The port that it listens on, once it does.
    pub(crate) fn port(&mut self) -> u16 {
        let line = self.says("On this machine");
        let port = line.rsplit(':').next().and_then(|port| port.trim().parse().ok());
        port.expect("the line ends with the port")
    }

    /// The first line of standard output that has `words`, once it is there.
    pub(crate) fn says(&mut self, words: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let was_running = self.is_running();
            if let Some(line) = self.stdout().lines().find(|line| line.contains(words)) {
                return line.to_owned();
            }
            assert!(was_running, "it ended without {words:?}: {}", self.stderr());
            assert!(Instant::now() < deadline, "not said in time: {words:?}");
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// `kill -9`: no farewell.
    pub(crate) fn kill(mut self) -> Ended {
        self.child.kill().expect("it is our child");
        self.end(PATIENCE)
    }

    /// Sends a signal, such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.pid().to_string();
        let sent = Command::new("kill").args(["-s", name, &pid]).status();
        assert!(sent.expect("there is a kill command").success(), "the signal arrives");
    }

    /// Waits for its end.
    pub(crate) fn end(mut self, within: Duration) -> Ended {
        let deadline = Instant::now() + within;
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("it is our child") {
                break status;
            }
            assert!(Instant::now() < deadline, "it should have ended: {}", self.stderr());
            std::thread::sleep(Duration::from_millis(2));
        };
        Ended { status, stdout: self.stdout.whole(), stderr: self.stderr.whole() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // An error means that it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a process writes, read all the time so that it never blocks.
struct Output {
    text: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
}

impl Output {
    fn follow(from: impl Read + Send + 'static) -> Self {
        let text = Arc::new(Mutex::new(String::new()));
        let into = text.clone();
        let reader = std::thread::spawn(move || {
            for line in BufReader::new(from).lines().map_while(Result::ok) {
                let mut text = into.lock().unwrap();
                text.push_str(&line);
                text.push('\n');
            }
        });
        Self { text, reader: Some(reader) }
    }

    fn so_far(&self) -> String {
        self.text.lock().unwrap().clone()
    }

    /// All of it, once the process has ended.
    fn whole(&mut self) -> String {
        if let Some(reader) = self.reader.take() {
            reader.join().expect("the reader does not panic");
        }
        self.so_far()
    }
}

/// A port that nobody listens on, and that the kernel gives to no outgoing connection: a server
/// that is away for a moment must find it free when it comes back.
pub(crate) fn fixed_port() -> u16 {
    static HUNDRED: LazyLock<(u16, File)> = LazyLock::new(hundred_of_ports);
    static TAKEN: AtomicU16 = AtomicU16::new(0);
    let next = || HUNDRED.0 + TAKEN.fetch_add(1, Ordering::SeqCst) % 100;
    let free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    std::iter::repeat_with(next).take(100).find(free).expect("one of a hundred ports is free")
}

/// The first of a hundred ports that no other test process uses while this one holds the file.
fn hundred_of_ports() -> (u16, File) {
    let lock = |number: &u16| {
        let path = std::env::temp_dir().join(format!("caja-test-ports-{number}"));
        // Another user's can't be opened, and so is not free.
        let file = File::create(path).ok()?;
        file.try_lock().is_ok().then_some((number * 100, file))
    };
    (100..200).find_map(|number| lock(&number)).expect("one of a hundred hundreds is free")
}
