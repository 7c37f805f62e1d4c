//! The simulated world: time moves from event to event, and all chance comes from one number.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap},
    time::Duration,
};

use caja::cluster::tenure::Tenure;
use caja_actors::journal::Term;
use rand::{RngExt, SeedableRng, rngs::StdRng};

const NODES: usize = 3;
const SESSIONS: usize = 2;
const CLIENTS: usize = 4;
/// Faults happen up to here, in milliseconds.
const TROUBLE_MS: u64 = 60_000;
const LEASE_MS: u64 = 10_000;
/// How long a client, or a node that asked the store, waits for an answer.
const PATIENCE_MS: u64 = 2_500;
/// By how much a clock runs too fast or too slow at most: ‰.
const DRIFT: i64 = 20;

/// What the protocol demands. Switched off one by one to see what for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    pub(super) counts_from_request: bool,
    pub(super) allows_for_drift: bool,
    pub(super) minds_terms: bool,
    pub(super) looks_before_acknowledging: bool,
    pub(super) fences_appends: bool,
    pub(super) raises_before_reading: bool,
    pub(super) waits_for_the_store: bool,
    pub(super) respects_leases: bool,
}

impl Rules {
    pub(super) const KEPT: Self = Self {
        counts_from_request: true,
        allows_for_drift: true,
        minds_terms: true,
        looks_before_acknowledging: true,
        fences_appends: true,
        raises_before_reading: true,
        waits_for_the_store: true,
        respects_leases: true,
    };
}

/// What must not happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// Two nodes hold a session at the same time.
    TwoOwners,
    /// Something was acknowledged under an epoch after a later one had acknowledged.
    LateEpoch,
    /// Something acknowledged is not in the journal.
    Lost,
    /// Something is in the journal twice.
    Doubled,
    /// Somebody was not answered although nothing was wrong any more.
    Stuck,
}

/// What happened in runs.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) acknowledged: u64,
    pub(super) take_overs: u64,
    pub(super) terms: u64,
    pub(super) fenced: u64,
    pub(super) pauses: u64,
    pub(super) crashes: u64,
}

impl Seen {
    pub(super) fn add(&mut self, other: &Self) {
        self.acknowledged += other.acknowledged;
        self.take_overs += other.take_overs;
        self.terms += other.terms;
        self.fenced += other.fenced;
        self.pauses += other.pauses;
        self.crashes += other.crashes;
    }
}

/// A command: whose, and their how manieth.
type Command = (usize, u64);
type Journal = Vec<(u64, Command)>;

/// A run of a process: it has another name after a crash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    node: usize,
    run: u64,
}

struct Node {
    run: u64,
    tenure: Tenure,
    /// What its clock shows: real time, times `rate` ‰, and `ahead`.
    rate: i64,
    ahead: u64,
    owned: BTreeMap<usize, Owned>,
    asking: BTreeSet<usize>,
    stopped_until: u64,
    cut_off_until: u64,
    is_down: bool,
}

/// A session as its owner has it in memory.
struct Owned {
    term: Term,
    epoch: u64,
    /// Applied, in order; what is behind `durable` waits for the store.
    applied: Vec<Command>,
    durable: usize,
    waiting: Vec<(usize, Command)>,
    is_appending: bool,
}

#[derive(Default)]
struct Stored {
    epoch: u64,
    owner: Option<Name>,
    journal: Journal,
    /// The newest epoch that acknowledged, and what was.
    acknowledged_under: u64,
    acknowledged: BTreeSet<Command>,
}

#[derive(Debug, Clone)]
enum Event {
    Renew(usize),
    Send(usize),
    GiveUp(Command),
    Fault,
    ToStore(Name, Statement),
    ToNode(Name, Message),
}

#[derive(Debug, Clone)]
enum Statement {
    Renew {
        sent: u64,
    },
    TakeOver {
        session: usize,
        term: Term,
    },
    /// Only where a rule is broken: the second half of a take-over.
    Raise {
        session: usize,
        term: Term,
        read: Journal,
    },
    Append {
        session: usize,
        epoch: u64,
        after: usize,
        commands: Vec<Command>,
    },
}

#[derive(Debug, Clone)]
enum Message {
    Command(Command, u8),
    Granted {
        sent: u64,
        ran_on: bool,
    },
    Taken {
        session: usize,
        term: Term,
        epoch: u64,
        journal: Journal,
    },
    Elsewhere {
        session: usize,
    },
    Appended {
        session: usize,
        epoch: u64,
        len: usize,
    },
    Fenced {
        session: usize,
        epoch: u64,
    },
    /// No answer came: the statement may have been carried out.
    Silence(Statement),
}

struct World {
    rules: Rules,
    chance: StdRng,
    now: u64,
    count: u64,
    events: BinaryHeap<Reverse<(u64, u64, usize)>>,
    what: Vec<Option<Event>>,
    nodes: Vec<Node>,
    leases: BTreeMap<Name, u64>,
    store_down_until: u64,
    sessions: Vec<Stored>,
    /// What each client waits for.
    asked: Vec<Option<(Command, u64)>>,
    sent: Vec<u64>,
    seen: Seen,
    broken: Option<Broken>,
}

/// One run; the same for the same number.
pub(super) fn simulate(seed: u64, rules: Rules) -> Result<Seen, Broken> {
    let mut chance = StdRng::seed_from_u64(seed);
    let lease = Duration::from_millis(LEASE_MS);
    let nodes = (0..NODES).map(|_| Node {
        run: 0,
        tenure: new_tenure(lease, rules),
        rate: 1_000 + chance.random_range(-DRIFT..=DRIFT),
        ahead: chance.random_range(0..1_000_000),
        owned: BTreeMap::new(),
        asking: BTreeSet::new(),
        stopped_until: 0,
        cut_off_until: 0,
        is_down: false,
    });
    let nodes = nodes.collect();
    let mut world = World {
        rules,
        chance,
        now: 0,
        count: 0,
        events: BinaryHeap::new(),
        what: vec![],
        nodes,
        leases: BTreeMap::new(),
        store_down_until: 0,
        sessions: (0..SESSIONS).map(|_| Stored::default()).collect(),
        asked: vec![None; CLIENTS],
        sent: vec![0; CLIENTS],
        seen: Seen::default(),
        broken: None,
    };
    (0..NODES).for_each(|node| world.after(0, Event::Renew(node)));
    (0..CLIENTS).for_each(|client| world.after(100, Event::Send(client)));
    world.after(1_000, Event::Fault);
    world.run()
}

/// A node that allows for no drift takes the lease for as long as it runs here at all.
fn new_tenure(lease: Duration, rules: Rules) -> Tenure {
    Tenure::new(if rules.allows_for_drift { lease } else { lease * 20 / 19 })
}

impl World {
    fn run(mut self) -> Result<Seen, Broken> {
        let end = TROUBLE_MS + 6 * LEASE_MS;
        while let Some(Reverse((at, _, event))) = self.events.pop() {
            if at > end {
                break;
            }
            self.now = at;
            let event = self.what[event].take().expect("it happens once");
            self.happen(event);
            self.check_owners();
            if let Some(broken) = self.broken {
                return Err(broken);
            }
        }
        self.check_end()?;
        Ok(self.seen)
    }

    fn after(&mut self, delay: u64, event: Event) {
        self.what.push(Some(event));
        self.count += 1;
        let at = self.now + delay;
        self.events.push(Reverse((at, self.count, self.what.len() - 1)));
    }

    fn between(&mut self, least: u64, most: u64) -> u64 {
        self.chance.random_range(least..=most)
    }

    fn is_troubled(&self) -> bool {
        self.now < TROUBLE_MS
    }

    fn clock(&self, node: usize) -> u64 {
        let Node { rate, ahead, .. } = &self.nodes[node];
        ahead + self.now * rate.unsigned_abs() / 1_000
    }

    fn name(&self, node: usize) -> Name {
        Name { node, run: self.nodes[node].run }
    }

    fn happen(&mut self, event: Event) {
        // Who is stopped does what came meanwhile when they go on.
        let whose = match &event {
            Event::Renew(node) => Some(*node),
            Event::ToNode(name, _) => Some(name.node),
            _ => None,
        };
        if let Some(node) = whose.map(|node| &self.nodes[node])
            && self.now < node.stopped_until
        {
            let delay = node.stopped_until - self.now;
            return self.after(delay, event);
        }
        match event {
            Event::Renew(node) => self.renew(node),
            Event::Send(client) => self.send(client),
            Event::GiveUp(command) => self.give_up(command),
            Event::Fault => self.fault(),
            Event::ToStore(from, statement) => self.carry_out(from, statement),
            Event::ToNode(name, message) => {
                if !self.nodes[name.node].is_down && self.name(name.node) == name {
                    self.hear(name.node, message);
                }
            }
        }
    }

    // The network.

    /// Sends a statement, which may get lost, as may its answer.
    fn ask_store(&mut self, node: usize, statement: Statement) {
        let name = self.name(node);
        self.after(PATIENCE_MS, Event::ToNode(name, Message::Silence(statement.clone())));
        if !self.is_lost(node) {
            let delay = self.delay();
            self.after(delay, Event::ToStore(name, statement));
        }
    }

    fn answer(&mut self, to: Name, message: Message) {
        if !self.is_lost(to.node) {
            let delay = self.delay();
            self.after(delay, Event::ToNode(to, message));
        }
    }

    fn is_lost(&mut self, node: usize) -> bool {
        self.now < self.nodes[node].cut_off_until
            || self.is_troubled() && self.chance.random_bool(0.02)
    }

    /// Mostly short, now and then longer than anybody waits.
    fn delay(&mut self) -> u64 {
        match self.is_troubled() && self.chance.random_bool(0.05) {
            true => self.between(1, 2 * PATIENCE_MS),
            false => self.between(1, 20),
        }
    }

    // Faults.

    fn fault(&mut self) {
        if !self.is_troubled() {
            return;
        }
        let node = self.chance.random_range(0..NODES);
        let until = self.now + self.between(1, 3 * LEASE_MS / 2);
        match self.chance.random_range(0..5) {
            0 => {
                self.seen.pauses += 1;
                self.nodes[node].stopped_until = until;
            }
            1 => self.nodes[node].cut_off_until = until,
            2 => self.store_down_until = self.now + self.between(1, LEASE_MS),
            _ => self.crash(node),
        }
        let next = self.between(200, LEASE_MS);
        self.after(next, Event::Fault);
    }

    fn crash(&mut self, node: usize) {
        self.seen.crashes += 1;
        let tenure = new_tenure(Duration::from_millis(LEASE_MS), self.rules);
        let it = &mut self.nodes[node];
        it.run += 1;
        it.owned.clear();
        it.asking.clear();
        it.tenure = tenure;
    }

    // The store: what its statements do.

    fn carry_out(&mut self, from: Name, statement: Statement) {
        if self.now < self.store_down_until {
            return;
        }
        match statement {
            Statement::Renew { sent } => {
                let before = self.leases.insert(from, self.now + LEASE_MS);
                let ran_on = before.is_some_and(|until| self.now < until);
                self.answer(from, Message::Granted { sent, ran_on });
            }
            Statement::TakeOver { session, term } => self.take_over(from, session, term),
            Statement::Raise { session, term, read } => self.raise(from, session, term, read),
            Statement::Append { session, epoch, after, commands } => {
                self.append(from, session, epoch, after, commands);
            }
        }
    }

    fn take_over(&mut self, from: Name, session: usize, term: Term) {
        let owner = self.sessions[session].owner;
        let is_alive = |name: &Name| self.leases.get(name).is_some_and(|until| self.now < *until);
        let is_free = owner.is_none_or(|owner| owner == from || !is_alive(&owner));
        if self.rules.respects_leases && !(is_free && is_alive(&from)) {
            return self.answer(from, Message::Elsewhere { session });
        }
        let read = self.sessions[session].journal.clone();
        if self.rules.raises_before_reading {
            self.raise(from, session, term, read);
        } else {
            let delay = self.between(1, 50);
            self.after(delay, Event::ToStore(from, Statement::Raise { session, term, read }));
        }
    }

    fn raise(&mut self, from: Name, session: usize, term: Term, journal: Journal) {
        let stored = &mut self.sessions[session];
        stored.epoch += 1;
        stored.owner = Some(from);
        self.seen.take_overs += 1;
        let epoch = stored.epoch;
        self.answer(from, Message::Taken { session, term, epoch, journal });
    }

    fn append(
        &mut self,
        from: Name,
        session: usize,
        epoch: u64,
        after: usize,
        commands: Vec<Command>,
    ) {
        let stored = &mut self.sessions[session];
        let len = after + commands.len();
        let ours: Vec<_> = commands.iter().map(|command| (epoch, *command)).collect();
        // A lost answer: the rows are there already.
        let is_there = stored.journal.get(after..len) == Some(&ours);
        let may = epoch == stored.epoch || !self.rules.fences_appends;
        if !is_there && may {
            stored.journal.truncate(after);
            stored.journal.extend(ours);
        }
        let answer = match is_there || may {
            true => Message::Appended { session, epoch, len },
            false => Message::Fenced { session, epoch },
        };
        self.answer(from, answer);
    }

    // The nodes.

    fn renew(&mut self, node: usize) {
        let every = u64::try_from(self.nodes[node].tenure.renew_every().as_millis()).unwrap();
        self.after(every, Event::Renew(node));
        let sent = self.clock(node);
        self.ask_store(node, Statement::Renew { sent });
    }

    fn holds(&self, node: usize, session: usize) -> bool {
        let (tenure, now) = (&self.nodes[node].tenure, self.clock(node));
        self.nodes[node].owned.get(&session).is_some_and(|owned| match self.rules.minds_terms {
            true => tenure.holds(owned.term, now),
            false => tenure.term(now).is_some(),
        })
    }

    fn hear(&mut self, node: usize, message: Message) {
        match message {
            Message::Command(command, hops) => self.command(node, command, hops),
            Message::Granted { sent, ran_on } => {
                let now = self.clock(node);
                let sent = if self.rules.counts_from_request { sent } else { now };
                if !self.nodes[node].tenure.granted(sent, now, ran_on) {
                    self.seen.terms += 1;
                    if self.rules.minds_terms {
                        self.nodes[node].owned.clear();
                    }
                }
            }
            Message::Taken { session, term, epoch, journal } => {
                self.taken(node, session, term, epoch, journal);
            }
            Message::Elsewhere { session } => {
                self.nodes[node].asking.remove(&session);
            }
            Message::Appended { session, epoch, len } => self.appended(node, session, epoch, len),
            Message::Fenced { session, epoch } => {
                self.seen.fenced += 1;
                self.nodes[node].owned.retain(|id, it| *id != session || it.epoch != epoch);
            }
            Message::Silence(statement) => self.silence(node, statement),
        }
    }

    fn command(&mut self, node: usize, command: Command, hops: u8) {
        let session = command.0 % SESSIONS;
        if !self.holds(node, session) {
            self.nodes[node].owned.remove(&session);
            let now = self.clock(node);
            if let Some(term) = self.nodes[node].tenure.term(now)
                && self.nodes[node].asking.insert(session)
            {
                self.ask_store(node, Statement::TakeOver { session, term });
            }
            // Whoever owns it may know; nothing is forwarded twice.
            if let Some(owner) = self.sessions[session].owner.filter(|_| hops == 0) {
                self.answer(owner, Message::Command(command, 1));
            }
            return;
        }
        let owned = self.nodes[node].owned.get_mut(&session).expect("it is held");
        owned.waiting.push((owned.applied.len(), command));
        if !owned.applied.contains(&command) {
            owned.applied.push(command);
            owned.waiting.last_mut().expect("just put there").0 += 1;
        }
        if !self.rules.waits_for_the_store {
            self.acknowledge(node, session);
        }
        self.append_waiting(node, session);
    }

    fn append_waiting(&mut self, node: usize, session: usize) {
        let Some(owned) = self.nodes[node].owned.get_mut(&session) else { return };
        if owned.is_appending || owned.durable == owned.applied.len() {
            return self.acknowledge(node, session);
        }
        owned.is_appending = true;
        let (epoch, after) = (owned.epoch, owned.durable);
        let commands = owned.applied[after..].to_vec();
        self.ask_store(node, Statement::Append { session, epoch, after, commands });
    }

    fn taken(&mut self, node: usize, session: usize, term: Term, epoch: u64, journal: Journal) {
        self.nodes[node].asking.remove(&session);
        let is_newer = self.nodes[node].owned.get(&session).is_none_or(|it| it.epoch < epoch);
        if !is_newer {
            return;
        }
        let applied: Vec<Command> = journal.iter().map(|(_, command)| *command).collect();
        let durable = applied.len();
        // What was acknowledged before this answer was sent, by an earlier owner.
        let stored = &self.sessions[session];
        let is_current = stored.epoch == epoch && stored.acknowledged_under < epoch;
        if is_current && !stored.acknowledged.iter().all(|command| applied.contains(command)) {
            self.broken = Some(Broken::Lost);
        }
        let owned = Owned { term, epoch, applied, durable, waiting: vec![], is_appending: false };
        self.nodes[node].owned.insert(session, owned);
    }

    fn appended(&mut self, node: usize, session: usize, epoch: u64, len: usize) {
        let Some(owned) = self.nodes[node].owned.get_mut(&session) else { return };
        if owned.epoch != epoch || len <= owned.durable {
            return;
        }
        owned.durable = len;
        owned.is_appending = false;
        self.acknowledge(node, session);
        self.append_waiting(node, session);
    }

    /// Tells everybody whose command is durable, if the session is still this node's.
    fn acknowledge(&mut self, node: usize, session: usize) {
        if self.rules.looks_before_acknowledging && !self.holds(node, session) {
            self.nodes[node].owned.remove(&session);
            return;
        }
        let waits = self.rules.waits_for_the_store;
        let Some(owned) = self.nodes[node].owned.get_mut(&session) else { return };
        let (durable, epoch) = (owned.durable, owned.epoch);
        let done: Vec<Command> = owned
            .waiting
            .extract_if(.., |(place, _)| !waits || *place <= durable)
            .map(|(_, command)| command)
            .collect();
        for command in done {
            let stored = &mut self.sessions[session];
            if epoch < stored.acknowledged_under {
                self.broken = Some(Broken::LateEpoch);
            }
            stored.acknowledged_under = stored.acknowledged_under.max(epoch);
            stored.acknowledged.insert(command);
            self.seen.acknowledged += 1;
            let client = command.0;
            if self.asked[client].is_some_and(|(waits, _)| waits == command) {
                self.asked[client] = None;
                let pause = self.between(10, 400);
                self.after(pause, Event::Send(client));
            }
        }
    }

    /// Nothing was heard of a statement: what may have been carried out is asked for again.
    fn silence(&mut self, node: usize, statement: Statement) {
        match statement {
            Statement::Renew { .. } | Statement::Raise { .. } => {}
            Statement::TakeOver { session, .. } => {
                self.nodes[node].asking.remove(&session);
            }
            Statement::Append { session, epoch, after, commands } => {
                let is_open = self.nodes[node]
                    .owned
                    .get(&session)
                    .is_some_and(|it| it.epoch == epoch && it.is_appending && it.durable == after);
                if is_open {
                    self.ask_store(node, Statement::Append { session, epoch, after, commands });
                }
            }
        }
    }

    // The clients.

    fn send(&mut self, client: usize) {
        if self.asked[client].is_some() {
            return;
        }
        self.sent[client] += 1;
        let command = (client, self.sent[client]);
        self.asked[client] = Some((command, self.now));
        self.try_send(command);
    }

    fn try_send(&mut self, command: Command) {
        let node = self.chance.random_range(0..NODES);
        let (name, delay) = (self.name(node), self.between(1, 30));
        self.after(delay, Event::ToNode(name, Message::Command(command, 0)));
        let patience = self.between(200, PATIENCE_MS);
        self.after(patience, Event::GiveUp(command));
    }

    fn give_up(&mut self, command: Command) {
        if let Some((waits, since)) = self.asked[command.0]
            && waits == command
        {
            let calm_since = since.max(TROUBLE_MS + 3 * LEASE_MS / 2);
            if self.now > calm_since + 2 * LEASE_MS {
                self.broken = Some(Broken::Stuck);
            }
            self.try_send(command);
        }
    }

    // What must hold.

    fn check_owners(&mut self) {
        for session in 0..SESSIONS {
            let owners = (0..NODES).filter(|node| self.holds(*node, session)).count();
            if owners > 1 {
                self.broken = Some(Broken::TwoOwners);
            }
        }
    }

    fn check_end(&self) -> Result<(), Broken> {
        for stored in &self.sessions {
            let all: Vec<Command> = stored.journal.iter().map(|(_, command)| *command).collect();
            let once: BTreeSet<Command> = all.iter().copied().collect();
            if once.len() < all.len() {
                return Err(Broken::Doubled);
            }
            if !stored.acknowledged.is_subset(&once) {
                return Err(Broken::Lost);
            }
        }
        Ok(())
    }
}
