//! A full disk: a small one of the test's own, in a mount namespace that ends with it.

use std::{
    fs::File,
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::{
    process::Place,
    stage::Kind,
    trial::{Trial, in_time, rounds},
};

const MEMBERS: usize = 30;
const SIZE: &str = "48m";
const ROUND: Duration = Duration::from_secs(90);

/// A small file system, for as long as this lives.
struct SmallDisk {
    keeper: Child,
    /// Where it is, as the processes inside see it.
    path: String,
}

impl SmallDisk {
    /// `None` where a process may not have mounts of its own.
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder can be created").keep();
        let path = folder.display().to_string();
        let script = format!("mount -t tmpfs -o size={SIZE} tmpfs {path} && echo mounted && cat");
        let mut keeper = Command::new("unshare")
            .args(["--map-root-user", "--mount", "sh", "-c", &script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut said = String::new();
        let stdout = keeper.stdout.take().expect("it is piped");
        BufReader::new(stdout).read_line(&mut said).expect("it is text");
        let disk = Self { keeper, path };
        (said.trim() == "mounted").then_some(disk)
    }

    /// A place whose processes run where the disk is mounted.
    fn place(&self) -> Place {
        let pid = self.keeper.id().to_string();
        let enter = ["nsenter", "--preserve-credentials", "--user", "--mount", "--target", &pid];
        Place::sqlite().with("CAJA_DATA_DIR", &self.path).through(&enter)
    }

    fn ballast(&self) -> PathBuf {
        format!("/proc/{}/root{}/ballast", self.keeper.id(), self.path).into()
    }

    /// Takes all room that is left.
    fn fill(&self) -> usize {
        let mut ballast = File::options().create(true).append(true).open(self.ballast()).unwrap();
        let mut taken = 0;
        for size in [1 << 20, 4_096, 1] {
            while ballast.write_all(&vec![7; size]).is_ok() {
                taken += size;
            }
        }
        taken
    }

    fn make_room(&self) {
        std::fs::remove_file(self.ballast()).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = self.keeper.kill();
        let _ = self.keeper.wait();
        let _ = std::fs::remove_dir(&self.path);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_loses_nothing_and_is_waited_out() {
    let Some(disk) = SmallDisk::mount() else {
        println!("full disk: not shown, since this system allows no mounts of one's own");
        return;
    };
    let rounds = rounds(1);
    in_time(ROUND * (rounds + 1), async {
        let mut trial = Trial::begin("full disk", disk.place(), MEMBERS).await;
        for round in 1..=rounds {
            trial.play(Kind::Text).await;
            trial.work(200..500).await;
            let report = fill_and_make_room(&disk, &mut trial).await;
            trial.check(&format!("round {round}/{rounds}: {report}")).await;
            trial.work(200..500).await;
            let report = die_while_it_is_full(&disk, &mut trial).await;
            trial.check(&format!("round {round}/{rounds}: {report}")).await;
        }
        trial.end(&format!("{rounds} rounds on a file system of {SIZE}"));
    })
    .await;
}

/// The crowd goes on, and writes what it is told to come again with when there is room.
async fn fill_and_make_room(disk: &SmallDisk, trial: &mut Trial) -> String {
    let full_at = Instant::now();
    let taken = disk.fill();
    // What is there of the log is written over before it must grow.
    trial.is("degraded").await;
    let noticed = full_at.elapsed().as_millis();
    disk.fill();
    let report = trial.check_absence().await;
    disk.make_room();
    trial.is("ok").await;
    format!("full by {taken} bytes, noticed after {noticed} ms; {report}")
}

/// A server that dies on a full disk may not come up on it, and comes up when there is room.
async fn die_while_it_is_full(disk: &SmallDisk, trial: &mut Trial) -> String {
    disk.fill();
    trial.is("degraded").await;
    disk.fill();
    trial.kill();
    let mut early = trial.place.start();
    let deadline = Instant::now() + Duration::from_secs(3);
    while early.is_running() && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let (runs, said) = (early.is_running(), early.stderr());
    let line = said.lines().find(|line| line.starts_with("caja: ")).map(str::to_owned);
    assert!(runs || line.is_some(), "it says why it does not start: {said}");
    assert!(!said.contains("panicked"), "{said}");
    drop(early);
    disk.make_room();
    trial.restart();
    let early = line.unwrap_or_else(|| "it came up".into());
    format!("killed and started while it was full ({early})")
}
