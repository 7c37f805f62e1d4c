//! Judges commands: what would happen, or why not. Changes nothing.

use super::{
    ActivityId, ClientId, Command, Event, ItemId, ItemKind, MAX_ACTIVITIES, MAX_SEATS, Nickname,
    NotAccepting, ParticipantId, Profanity, Rejection, Reply, Round, Seat, Session, SessionStatus,
    TextStatus, Timestamp, Verdict, Who,
};
use crate::activity::{Activity, ActivityStatus, Answer, Config, Control, Scene, Step};

/// A granted command: what it changes, if anything, and what it answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// `None`: it is so already, or nothing is due.
    pub event: Option<Event>,
    pub reply: Reply,
}

type Judgement = Result<Decision, Rejection>;

fn happens(event: Event) -> Judgement {
    Ok(Decision { event: Some(event), reply: Reply::Done })
}

fn already() -> Judgement {
    Ok(Decision { event: None, reply: Reply::Done })
}

fn happens_unless(is_so: bool, event: Event) -> Judgement {
    if is_so { already() } else { happens(event) }
}

impl Session {
    /// Decides what `command` would change, without changing anything.
    ///
    /// `at` is when it arrived at the first node, by the owner's clock.
    pub fn decide(&self, command: &Command, at: Timestamp) -> Judgement {
        if self.status == SessionStatus::Completed && !works_when_completed(command) {
            return Err(Rejection::SessionCompleted);
        }
        match command {
            Command::Edit { name, description, settings } => happens_unless(
                name.is_none() && description.is_none() && settings.is_none(),
                Event::Edited {
                    name: name.clone(),
                    description: description.clone(),
                    settings: settings.as_ref().map(|edit| edit.onto(&self.settings)),
                },
            ),
            Command::AddActivity { id, title, config } => self.decide_add(*id, title, config),
            Command::EditActivity { id, title, config } => {
                self.decide_edit(*id, title.as_ref(), config.as_ref())
            }
            Command::DeleteActivity { id } => self.decide_delete(*id),
            Command::OrderActivities { ids } => self.decide_order(ids),
            Command::AtRevision(revision, command) => {
                if *revision != self.revision {
                    return Err(Rejection::StaleRevision { current: self.revision });
                }
                self.decide(command, at)
            }
            Command::Open => self.decide_open(),
            Command::Complete => self.decide_complete(),
            Command::TakeStep { activity, step } => self.decide_step(*activity, *step),
            Command::Control { activity, control, pacing_ms } => {
                self.decide_control(*activity, control, *pacing_ms, at)
            }
            Command::Announce { text } => {
                happens_unless(*text == self.announcement, Event::Announced { text: text.clone() })
            }
            Command::SetScreen { screen } => {
                happens_unless(*screen == self.screen, Event::ScreenSet { screen: *screen })
            }
            Command::Join { id, nickname, client, spectator } => {
                self.decide_join(*id, nickname, *client, *spectator)
            }
            Command::EditParticipant { id, nickname, spectator, by_moderator } => {
                self.decide_edit_participant(*id, nickname.as_ref(), *spectator, *by_moderator)
            }
            Command::Leave { id } => happens(Event::Left { seat: self.seat(*id)? }),
            Command::Remove { id, ban, erase } => self.decide_remove(*id, *ban, *erase),
            Command::Moderate { item, verdict, remove_author } => {
                self.decide_moderate(*item, *verdict, *remove_author)
            }
            Command::Answer { who, activity, answer } => {
                self.decide_answer(*who, *activity, answer, at)
            }
            Command::Withdraw { who, activity, round } => {
                self.decide_withdraw(*who, *activity, *round, at)
            }
            Command::Elapse => self.decide_elapse(at),
            Command::AllAnswered => self.decide_all_answered(),
            Command::Observe { online } => self.decide_observe(*online, at),
        }
    }

    fn decide_add(&self, id: ActivityId, title: &str, config: &Config) -> Judgement {
        if self.activities.len() >= MAX_ACTIVITIES {
            return Err(Rejection::TooManyActivities);
        }
        happens(Event::ActivityAdded { id, title: title.to_owned(), config: config.clone() })
    }

    fn decide_edit(
        &self,
        id: ActivityId,
        title: Option<&String>,
        config: Option<&Config>,
    ) -> Judgement {
        let activity = self.activity_or_reject(id)?;
        let old = activity.state.config();
        if let Some(new) = config.filter(|new| **new != old) {
            if new.kind() != old.kind() {
                return Err(Rejection::invalid("/config", "is of another type of activity"));
            }
            let may_append = activity.is_active() && new.appends_to(&old);
            if !activity.is_editable() && !may_append {
                return Err(Rejection::ConfigFrozen);
            }
        }
        happens(Event::ActivityEdited { id, title: title.cloned(), config: config.cloned() })
    }

    fn decide_delete(&self, id: ActivityId) -> Judgement {
        if self.activity_or_reject(id)?.is_active() {
            return Err(Rejection::InvalidTransition);
        }
        happens(Event::ActivityDeleted { id })
    }

    fn decide_order(&self, ids: &[ActivityId]) -> Judgement {
        let mut asked = ids.to_vec();
        asked.sort_unstable();
        let mut have: Vec<_> = self.activities.iter().map(|activity| activity.id).collect();
        have.sort_unstable();
        if asked != have {
            return Err(Rejection::invalid("/ids", "must name every activity exactly once"));
        }
        happens(Event::ActivitiesOrdered { ids: ids.to_vec() })
    }

    fn decide_open(&self) -> Judgement {
        happens_unless(self.status == SessionStatus::Active, Event::Opened)
    }

    fn decide_complete(&self) -> Judgement {
        match self.status {
            SessionStatus::Draft => Err(Rejection::InvalidTransition),
            SessionStatus::Active => happens(Event::Completed),
            SessionStatus::Completed => already(),
        }
    }

    fn decide_step(&self, id: ActivityId, step: Step) -> Judgement {
        let activity = self.activity_or_reject(id)?;
        let is_running = matches!(step, Step::Activate | Step::Reopen);
        if !activity.may(step)? {
            return already();
        }
        if is_running && self.status != SessionStatus::Active {
            return Err(Rejection::SessionNotOpen);
        }
        happens(Event::StepTaken { activity: activity.no, step })
    }

    fn decide_control(
        &self,
        id: ActivityId,
        control: &Control,
        pacing_ms: u32,
        at: Timestamp,
    ) -> Judgement {
        let activity = self.activity_or_reject(id)?;
        check_round(activity, control.round())?;
        let is_timely = match activity.status {
            ActivityStatus::Active => true,
            ActivityStatus::Expired => control.works_when_expired(),
            ActivityStatus::Draft | ActivityStatus::Published => false,
        };
        if !is_timely {
            return Err(Rejection::InvalidAction);
        }
        let scene = Scene { pacing_ms, ..self.scene(activity, at.max(self.last_at)) };
        let change = activity.state.decide_control(control, &scene)?;
        happens(Event::Controlled { activity: activity.no, change })
    }

    fn decide_join(
        &self,
        id: ParticipantId,
        nickname: &Nickname,
        client: Option<ClientId>,
        spectator: bool,
    ) -> Judgement {
        if client.is_some_and(|client| self.banned.contains(&client)) {
            return Err(Rejection::Banned);
        }
        if let Some(seat) = client.and_then(|client| self.people.seat_of_client(client)) {
            let again = self.people.at(seat);
            let reply = Reply::Joined {
                seat,
                id: again.id,
                nickname: again.nickname.to_string(),
                is_new: false,
            };
            return Ok(Decision { event: None, reply });
        }
        if self.has_run && !self.settings.late_join {
            return Err(Rejection::JoiningClosed);
        }
        if self.people.present() >= self.settings.max_participants
            || self.people.seats().len() >= MAX_SEATS
        {
            return Err(Rejection::SessionFull);
        }
        let (nickname, is_held) = nickname.screened(self.settings.profanity)?;
        self.check_nickname(&nickname, None)?;
        let reply = Reply::Joined {
            seat: self.people.next_seat(),
            id,
            nickname: nickname.as_str().to_owned(),
            is_new: true,
        };
        let event = Event::Joined { id, nickname, is_held, client, spectator };
        Ok(Decision { event: Some(event), reply })
    }

    fn decide_edit_participant(
        &self,
        id: ParticipantId,
        nickname: Option<&Nickname>,
        spectator: Option<bool>,
        by_moderator: bool,
    ) -> Judgement {
        let seat = self.seat(id)?;
        let participant = self.people.at(seat);
        let profanity = if by_moderator { Profanity::Off } else { self.settings.profanity };
        let nickname = nickname.map(|name| name.screened(profanity)).transpose()?;
        // A moderator who types a hidden name again wants it to be seen.
        let is_shown_so = by_moderator && self.people.name_status(seat) != TextStatus::Visible;
        let nickname =
            nickname.filter(|(name, _)| *name.as_str() != *participant.nickname || is_shown_so);
        let spectator = spectator.filter(|spectator| *spectator != participant.spectator);
        if let Some((nickname, _)) = &nickname {
            self.check_nickname(nickname, Some(seat))?;
        }
        let is_held = nickname.as_ref().is_some_and(|(_, is_held)| *is_held);
        let nickname = nickname.map(|(name, _)| name);
        happens_unless(
            nickname.is_none() && spectator.is_none(),
            Event::ParticipantEdited { seat, nickname, is_held, spectator },
        )
    }

    fn decide_remove(&self, id: ParticipantId, ban: bool, erase: bool) -> Judgement {
        match self.people.seat_of(id) {
            Some(seat) => happens(Event::Removed { seat, ban, erase }),
            None if erase => {
                let seat = self.people.former_seat_of(id).ok_or(Rejection::UnknownParticipant)?;
                happens_unless(self.people.is_erased(seat), Event::Removed { seat, ban, erase })
            }
            None => Err(Rejection::UnknownParticipant),
        }
    }

    fn decide_moderate(&self, id: ItemId, verdict: Verdict, remove_author: bool) -> Judgement {
        let (status, author) = self.moderated(id).ok_or(Rejection::UnknownItem)?;
        let author = author.filter(|seat| remove_author && self.people.at(*seat).is_present());
        if status == verdict.status() && author.is_none() {
            return already();
        }
        if id.kind != ItemKind::Nickname {
            let activity = self.activity_of(id).ok_or(Rejection::UnknownItem)?;
            activity.state.running().may_judge(id.number, verdict)?;
        }
        happens(Event::Moderated { item: id, verdict, removed: author })
    }

    fn decide_answer(&self, who: Who, id: ActivityId, answer: &Answer, at: Timestamp) -> Judgement {
        let seat = self.present(who)?;
        let activity = self.activity_or_reject(id)?;
        let scene = self.scene(activity, at);
        let running = activity.state.running();
        let read = || {
            check_round(activity, answer.round())?;
            check_active(activity)?;
            activity.state.read(answer, &scene)
        };
        let given = if self.people.at(seat).spectator {
            // What they gave before they became a spectator may be repeated like any other.
            let repeated = read().ok().filter(|given| activity.state.has_given(seat, given));
            repeated.ok_or(Rejection::NotAccepting(NotAccepting::Spectator))?
        } else {
            read()?
        };
        let has_answered = activity.state.has_answered(seat);
        let reply = Reply::Answered { is_new: !has_answered, position: running.position(seat) };
        if activity.state.has_given(seat, &given) {
            // A retry: the same receipt, even when the question has closed meanwhile.
            return Ok(Decision { event: None, reply });
        }
        self.check_takes(activity, &scene)?;
        if has_answered && !running.allows_change() {
            return Err(Rejection::ChangeNotAllowed);
        }
        let event = Event::Answered { activity: activity.no, seat, given, arrived_at: at };
        Ok(Decision { event: Some(event), reply })
    }

    fn decide_withdraw(
        &self,
        who: Who,
        id: ActivityId,
        round: Option<Round>,
        at: Timestamp,
    ) -> Judgement {
        let seat = self.present(who)?;
        let activity = self.activity_or_reject(id)?;
        check_round(activity, round)?;
        if !activity.state.has_answered(seat) {
            return already();
        }
        self.check_takes(activity, &self.scene(activity, at))?;
        if !activity.state.running().allows_change() {
            return Err(Rejection::ChangeNotAllowed);
        }
        happens(Event::Withdrawn { activity: activity.no, seat })
    }

    fn decide_elapse(&self, at: Timestamp) -> Judgement {
        let overdue = self
            .current()
            .filter(|activity| activity.is_active() && activity.ends_at.is_some_and(|it| it <= at));
        match overdue {
            Some(activity) => {
                happens(Event::StepTaken { activity: activity.no, step: Step::Expire })
            }
            None => already(),
        }
    }

    fn decide_all_answered(&self) -> Judgement {
        let running = self.current().filter(|activity| activity.is_active());
        let due = running.and_then(|activity| {
            let change = activity.state.when_all_answered()?;
            Some(Event::Controlled { activity: activity.no, change })
        });
        due.map_or_else(already, happens)
    }

    fn decide_observe(&self, online: u32, at: Timestamp) -> Judgement {
        let has_news = self.timeline.has_news();
        let is_worth_it = match self.status {
            SessionStatus::Draft | SessionStatus::Active => {
                self.timeline.is_due(at) && (online > 0 || has_news)
            }
            // The last answers before the end; after them there are no more.
            SessionStatus::Completed => has_news,
        };
        happens_unless(!is_worth_it, Event::Observed { online })
    }

    fn check_nickname(&self, nickname: &Nickname, own: Option<Seat>) -> Result<(), Rejection> {
        match self.people.holder_of(nickname) {
            Some(seat) if Some(seat) != own => {
                Err(Rejection::NicknameTaken { suggestions: self.people.suggestions(nickname) })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Whether an activity takes answers that arrived at the scene's time. A completed session
    /// takes none: its results have left.
    fn check_takes(&self, activity: &Activity, scene: &Scene<'_>) -> Result<(), Rejection> {
        match self.status {
            SessionStatus::Completed => Err(Rejection::NotAccepting(NotAccepting::Late)),
            SessionStatus::Draft | SessionStatus::Active => check_open(activity, scene),
        }
    }

    fn activity_or_reject(&self, id: ActivityId) -> Result<&Activity, Rejection> {
        self.activity(id).ok_or(Rejection::UnknownActivity)
    }

    fn seat(&self, id: ParticipantId) -> Result<Seat, Rejection> {
        self.people.seat_of(id).ok_or(Rejection::UnknownParticipant)
    }

    /// The seat of a token's bearer, if they are still in it.
    fn present(&self, who: Who) -> Result<Seat, Rejection> {
        match self.people.get(who.seat).filter(|participant| participant.id == who.id) {
            Some(participant) if participant.is_present() => Ok(who.seat),
            Some(_) => Err(Rejection::Removed),
            None => Err(Rejection::UnknownParticipant),
        }
    }
}

fn works_when_completed(command: &Command) -> bool {
    match command {
        Command::AtRevision(_, command) => works_when_completed(command),
        // An answer that was accepted may be repeated after the end; any other comes too late.
        Command::Answer { .. } | Command::Withdraw { .. } => true,
        Command::Complete | Command::Elapse | Command::AllAnswered | Command::Observe { .. } => {
            true
        }
        // The last frame and the exports stay, so what they show can still be taken back.
        Command::Moderate { .. } | Command::Remove { .. } | Command::Leave { .. } => true,
        Command::Edit { .. }
        | Command::AddActivity { .. }
        | Command::EditActivity { .. }
        | Command::DeleteActivity { .. }
        | Command::OrderActivities { .. }
        | Command::Open
        | Command::TakeStep { .. }
        | Command::Control { .. }
        | Command::Announce { .. }
        | Command::SetScreen { .. }
        | Command::Join { .. }
        | Command::EditParticipant { .. } => false,
    }
}

fn check_round(activity: &Activity, asked: Option<Round>) -> Result<(), Rejection> {
    match asked {
        Some(asked) if asked != activity.round => {
            Err(Rejection::StaleRound { asked, current: activity.round })
        }
        Some(_) | None => Ok(()),
    }
}

/// An activity that never ran has nothing to answer.
fn check_active(activity: &Activity) -> Result<(), Rejection> {
    match activity.status {
        ActivityStatus::Active | ActivityStatus::Expired => Ok(()),
        ActivityStatus::Draft | ActivityStatus::Published => {
            Err(Rejection::NotAccepting(NotAccepting::Inactive))
        }
    }
}

/// Whether the activity takes answers that arrived at the scene's time.
///
/// After the clock has ended it, it still takes those that arrived before and waited since.
fn check_open(activity: &Activity, scene: &Scene<'_>) -> Result<(), Rejection> {
    check_active(activity)?;
    let is_in_time = match activity.ends_at {
        Some(ends_at) => scene.at < ends_at,
        None => activity.is_active(),
    };
    if !is_in_time {
        return Err(Rejection::NotAccepting(NotAccepting::Late));
    }
    activity.state.running().accepts(scene)
}
