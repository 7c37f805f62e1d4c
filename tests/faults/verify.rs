//! Whether a server that came back kept what it had acknowledged, once and exactly.

use std::{collections::BTreeSet, sync::Arc};

use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use tokio::time::{Duration, Instant, sleep};

use crate::{
    api::{Api, Outcome},
    crowd::Crowd,
    host::SideSession,
    member::Member,
    process::{ADMIN_TOKEN, PATIENCE},
    stage::{KINDS, Kind, PerKind, text},
};

/// Requests of the checks that are under way at the same time.
const AT_ONCE: usize = 8;

/// Right after a restart, while clients repeat what they had no answer to: whatever was
/// acknowledged is there, and nothing that nobody asked for.
pub(crate) async fn recovered(crowd: &Crowd) {
    let everybody = loop {
        let before = rounds(crowd).await;
        let everybody = everybody(crowd, before).await;
        // What the host had begun may have begun another round meanwhile.
        if rounds(crowd).await == before {
            break everybody;
        }
    };
    for (member, _, shown) in everybody {
        compare(crowd, &member, &shown);
    }
    let (listed, joined) = (nicknames(crowd).await, joined(crowd));
    let watch = &crowd.stage.api.watch;
    for missing in joined.difference(&listed) {
        watch.note(format!("{missing} had joined and is not there"));
    }
    let known: BTreeSet<_> = crowd.members().iter().map(|it| it.nickname.clone()).collect();
    for ghost in listed.difference(&known) {
        watch.note(format!("{ghost} is there and never came"));
    }
}

/// Once every client has its answer: all is there exactly once, and every count is right.
pub(crate) async fn settled(crowd: &Crowd) {
    let watch = &crowd.stage.api.watch;
    let rounds = rounds(crowd).await;
    let mut answers = PerKind::<Vec<Value>>::default();
    for (member, me, shown) in everybody(crowd, rounds).await {
        compare(crowd, &member, &shown);
        for kind in KINDS {
            answers[kind as usize].extend(Member::shown(&me, crowd, kind));
        }
    }
    let (listed, joined) = (nicknames(crowd).await, joined(crowd));
    watch.claim(listed == joined, || format!("{} are listed, {joined:?} joined", listed.len()));
    let kind = crowd.scene().0;
    let wanted = kind.recount(&answers[kind as usize]);
    let shown = shows(crowd, kind, &wanted, joined.len()).await;
    if let Err(wrong) = shown {
        watch.note(format!("the frame stays wrong: {wrong}"));
    }
    asides(crowd).await;
}

/// The present rounds, by kind; an acknowledged one is never forgotten.
async fn rounds(crowd: &Crowd) -> PerKind<u64> {
    let mut rounds = PerKind::default();
    for kind in KINDS {
        let acknowledged = || crowd.host.promises().rounds[kind as usize];
        let before = acknowledged();
        let path = crowd.stage.at_activity(kind, "");
        let activity = surely(&crowd.stage.api, &path, ADMIN_TOKEN).await;
        // Whoever has passed the gate may learn of a round meanwhile, and begin the next.
        let (round, next) = (activity["round"].as_u64(), acknowledged() + 1);
        let is_kept = round.is_some_and(|round| (before..=next).contains(&round));
        crowd.stage.api.watch.claim(is_kept, || {
            format!("round {before} of {kind:?} was acknowledged, and now it is {round:?}")
        });
        rounds[kind as usize] = round.unwrap_or_default();
    }
    rounds
}

/// What a member is shown, in which round, and what may be shown.
struct Shown {
    kind: Kind,
    round: u64,
    answer: Option<Value>,
    allowed: Vec<Option<Value>>,
}

/// Everybody's `/me`, beside what their ledgers allowed just before it was asked for.
async fn everybody(crowd: &Crowd, rounds: PerKind<u64>) -> Vec<(Arc<Member>, Value, Vec<Shown>)> {
    let path = crowd.stage.at("/me");
    let path = &path;
    let joined = crowd.members().into_iter().filter(|member| member.seat().is_some());
    let asked = joined.map(|member| async move {
        let allowed = KINDS.map(|kind| {
            let round = rounds[kind as usize];
            (kind, round, member.ledger.lock().unwrap().allowed((kind, round)))
        });
        let token = &member.seat().expect("only who has joined is asked").token;
        let me = surely(&crowd.stage.api, path, token).await;
        let shown = allowed.map(|(kind, round, allowed)| {
            let answer = Member::shown(&me, crowd, kind);
            Shown { kind, round, answer, allowed }
        });
        (member, me, Vec::from(shown))
    });
    stream::iter(asked).buffer_unordered(AT_ONCE).collect().await
}

fn compare(crowd: &Crowd, member: &Member, shown: &[Shown]) {
    for Shown { kind, round, answer, allowed } in shown {
        crowd.stage.api.watch.claim(allowed.contains(answer), || {
            let name = &member.nickname;
            let (shown, promised) = (brief(answer), brief(allowed));
            format!("{name}, {kind:?}, round {round}: shown {shown}, promised {promised}")
        });
    }
}

/// Long texts say no more than their beginning.
fn brief(answers: &impl serde::Serialize) -> String {
    let json = serde_json::to_string(answers).expect("answers are JSON");
    json.chars().take(200).collect()
}

async fn nicknames(crowd: &Crowd) -> BTreeSet<String> {
    let listed = crowd.stage.participants().await;
    let names: BTreeSet<_> = listed.iter().map(|person| text(&person["nickname"])).collect();
    let is_single = names.len() == listed.len();
    crowd.stage.api.watch.claim(is_single, || "somebody is listed twice".into());
    names
}

fn joined(crowd: &Crowd) -> BTreeSet<String> {
    let members = crowd.members();
    let joined = members.iter().filter(|member| member.seat().is_some());
    joined.map(|member| member.nickname.clone()).collect()
}

/// Waits until the runner's frame, and every poller's, shows what is wanted.
async fn shows(crowd: &Crowd, kind: Kind, results: &Value, people: usize) -> Result<(), String> {
    let stage = &crowd.stage;
    let announcements = crowd.host.promises().announcements;
    let wanted = json!([stage.activity(kind), results, people]);
    let deadline = Instant::now() + PATIENCE;
    loop {
        let frame = surely(&stage.api, &stage.at("/state"), &stage.runner_token).await;
        let (results, people) = (kind.shown(&frame["results"]), &frame["participants"]["total"]);
        let shown = json!([frame["activity"]["id"], results, people]);
        let announced = frame["announcement"].as_str().map(str::to_owned);
        let astray = astray(crowd).await;
        if shown == wanted && announcements.contains(&announced) && astray.is_none() {
            return Ok(());
        }
        if Instant::now() > deadline {
            return Err(format!(
                "{shown} is shown of {wanted}; announced is {announced:?} of {announcements:?}; \
                 of the pollers, {astray:?}"
            ));
        }
        sleep(Duration::from_millis(20)).await;
    }
}

/// A poller whose frame, put together piece by piece, is not that which comes in one piece.
async fn astray(crowd: &Crowd) -> Option<String> {
    let stage = &crowd.stage;
    for follower in &crowd.followers {
        let whole = surely(&stage.api, &stage.at("/state"), &follower.token).await;
        if let Some(difference) = follower.differs_from(&whole) {
            return Some(difference);
        }
    }
    None
}

/// The sessions that the host created beside.
async fn asides(crowd: &Crowd) {
    let (api, watch) = (&crowd.stage.api, &crowd.stage.api.watch);
    let promised = crowd.host.promises().sessions;
    let listed = surely(api, "/sessions?q=Aside&limit=200", ADMIN_TOKEN).await;
    let listed = listed["items"].as_array().cloned().unwrap_or_default();
    let names: BTreeSet<_> = listed.iter().map(|session| text(&session["name"])).collect();
    watch.claim(names.len() == listed.len(), || "a session was created twice".into());
    let known: BTreeSet<_> = promised.iter().map(|session| session.name.clone()).collect();
    watch.claim(names.is_subset(&known), || "a session exists that nobody created".into());
    for session in promised {
        let Some(id) = &session.id else { continue };
        let found = surely(api, &format!("/sessions/{id}"), ADMIN_TOKEN).await;
        watch.claim(is_as_promised(&session, &found), || format!("{} is {found}", session.name));
    }
}

fn is_as_promised(session: &SideSession, found: &Value) -> bool {
    let activities = found["activities"].as_array().cloned().unwrap_or_default();
    let titles: Vec<_> = activities.iter().map(|activity| text(&activity["title"])).collect();
    let count = |wanted: &str| titles.iter().filter(|title| *title == wanted).count();
    found["name"] == *session.name
        && titles.iter().all(|title| session.activities.iter().any(|(known, _)| known == title))
        && session.activities.iter().all(|(title, acknowledged)| match count(title) {
            0 => !acknowledged,
            1 => true,
            _ => false,
        })
}

/// Asks until there is an answer.
pub(crate) async fn surely(api: &Api, path: &str, token: &str) -> Value {
    answered(api, path, || api.get(path, token)).await
}

/// Has something done, and asks until it is.
pub(crate) async fn surely_done(api: &Api, path: &str) -> Value {
    let nothing = json!({});
    answered(api, path, || api.post(path, ADMIN_TOKEN, &nothing)).await
}

async fn answered<F: Future<Output = Outcome>>(
    api: &Api,
    path: &str,
    ask: impl Fn() -> F,
) -> Value {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match ask().await {
            Outcome::Unknown(why) => assert!(Instant::now() < deadline, "{path}: {why}"),
            Outcome::Done(body) => return body,
            Outcome::Refused(status, why) => {
                api.watch.note(format!("{path} was refused: {status} {why}"));
                return Value::Null;
            }
        }
        sleep(Duration::from_millis(5)).await;
    }
}
