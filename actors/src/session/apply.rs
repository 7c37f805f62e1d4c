//! Applies events. Never fails: an event is already a fact.

use super::{
    ActivityId, Entry, Event, ItemId, ItemKind, Membership, Participant, Screen, Seat, Section,
    Sections, Session, SessionStatus, TextStatus, Timestamp, Verdict,
};
use crate::activity::{Activity, ActivityNo, Change, Given, Step, View};

impl Session {
    /// Applies a decided event and says which sections of the frames it touches.
    pub fn apply(&mut self, entry: &Entry) -> Sections {
        let waiting = self.waiting_around(&entry.event);
        self.seq = self.seq.next();
        self.last_at = entry.at;
        let touched = self.happen(entry);
        if waiting == self.waiting_around(&entry.event) {
            touched
        } else {
            touched | Section::PendingModeration.into()
        }
    }

    /// How many texts wait for a moderator, where the event may have changed that. An answer
    /// concerns one activity only; looking at all of them would cost more than the answer.
    fn waiting_around(&self, event: &Event) -> u32 {
        match event {
            Event::Answered { activity, .. } | Event::Withdrawn { activity, .. } => {
                let activity = self.activities.iter().find(|it| it.no == *activity);
                activity.map_or(0, |it| it.state.running().pending())
            }
            _ => self.pending_moderation(),
        }
    }

    fn happen(&mut self, entry: &Entry) -> Sections {
        let at = entry.at;
        match &entry.event {
            Event::Created { .. } => {
                debug_assert!(false, "a session is created once");
                Sections::NONE
            }
            Event::Edited { name, description, settings } => {
                self.revision += 1;
                if let Some(name) = name {
                    self.name.clone_from(name);
                }
                if let Some(description) = description {
                    self.description.clone_from(description);
                }
                if let Some(settings) = settings {
                    self.settings = settings.clone();
                }
                Sections::RUNNING | Section::Session.into()
            }
            Event::Opened => {
                self.revision += 1;
                self.status = SessionStatus::Active;
                self.opened_at = Some(at);
                Section::Session.into()
            }
            Event::Completed => self.complete(at),
            Event::Announced { text } => {
                self.announcement.clone_from(text);
                Section::Announcement.into()
            }
            Event::ScreenSet { screen } => {
                self.screen = *screen;
                Section::Screen.into()
            }
            Event::ActivityAdded { id, title, config } => {
                self.revision += 1;
                let no = self.next_no;
                self.next_no = ActivityNo(no.0 + 1);
                self.activities.push(Activity::draft(*id, no, title.clone(), config.clone(), at));
                Section::Activities.into()
            }
            Event::ActivityEdited { id, title, config } => {
                self.revision += 1;
                if let Some(activity) = self.activities.iter_mut().find(|it| it.id == *id) {
                    activity.edit(title.as_ref(), config.as_ref());
                }
                Sections::RUNNING
            }
            Event::ActivityDeleted { id } => self.delete(*id),
            Event::ActivitiesOrdered { ids } => {
                self.revision += 1;
                self.activities
                    .sort_by_key(|activity| ids.iter().position(|id| *id == activity.id));
                Sections::RUNNING
            }
            Event::StepTaken { activity, step } => self.take_step(*activity, *step, at),
            Event::Controlled { activity, change } => self.control(*activity, change, at),
            Event::Joined { id, nickname, is_held, client, spectator } => {
                let seat = self.people.join(Participant {
                    id: *id,
                    nickname: nickname.as_str().into(),
                    renames: 0,
                    spectator: *spectator,
                    joined_at: at,
                    client: *client,
                    presence: Membership::Present,
                });
                if *is_held {
                    self.people.judge_name(seat, TextStatus::Pending);
                }
                Sections::PEOPLE
            }
            Event::ParticipantEdited { seat, nickname, is_held, spectator } => {
                if let Some(nickname) = nickname {
                    self.people.rename(*seat, nickname);
                    let status = if *is_held { TextStatus::Pending } else { TextStatus::Visible };
                    self.people.judge_name(*seat, status);
                }
                if let Some(spectator) = spectator {
                    self.people.set_spectator(*seat, *spectator);
                }
                Sections::PEOPLE | Sections::RESULTS
            }
            Event::Left { seat } => {
                self.people.send_away(*seat, Membership::Left);
                self.touched_by_going(*seat)
            }
            Event::Removed { seat, ban, erase } => {
                if *ban {
                    self.banned.extend(self.people.at(*seat).client);
                }
                self.remove(*seat, *erase)
            }
            Event::Moderated { item, verdict, removed } => {
                let touched = self.judge(*item, *verdict);
                removed.map_or(touched, |seat| touched | self.remove(seat, false))
            }
            Event::Answered { activity, seat, given, arrived_at } => {
                self.answer(*activity, *seat, given, *arrived_at)
            }
            Event::Withdrawn { activity, seat } => self.withdraw(*activity, *seat),
            Event::Observed { online } => {
                self.timeline.note(at, *online);
                Sections::NONE
            }
        }
    }

    fn complete(&mut self, at: Timestamp) -> Sections {
        self.revision += 1;
        self.status = SessionStatus::Completed;
        self.completed_at = Some(at);
        if let Some(running) = self.activities.iter_mut().find(|activity| activity.is_active()) {
            running.step(Step::Expire, at);
        }
        Sections::RUNNING | Section::Session.into()
    }

    fn delete(&mut self, id: ActivityId) -> Sections {
        self.revision += 1;
        let gone = self.activities.iter().find(|activity| activity.id == id).map(|it| it.no);
        self.activities.retain(|activity| activity.id != id);
        if self.current.is_some() && self.current == gone {
            self.current = None;
        }
        Sections::RUNNING | Section::MeVersion.into()
    }

    fn take_step(&mut self, no: ActivityNo, step: Step, at: Timestamp) -> Sections {
        self.revision += 1;
        let before = self.standings();
        if matches!(step, Step::Activate | Step::Reopen) {
            let other = self.activities.iter_mut().find(|it| it.is_active() && it.no != no);
            if let Some(other) = other {
                other.step(Step::Expire, at);
            }
            self.current = Some(no);
            self.has_run = true;
        }
        if let Some(activity) = self.activity_mut(no) {
            activity.step(step, at);
        }
        if before == self.standings() {
            Sections::RUNNING
        } else {
            // Another quiz is the one whose scores everybody reads at `/me`.
            Sections::RUNNING | Section::MeVersion.into()
        }
    }

    fn control(&mut self, no: ActivityNo, change: &Change, at: Timestamp) -> Sections {
        let Some(activity) = self.activities.iter_mut().find(|activity| activity.no == no) else {
            return Sections::NONE;
        };
        if change.starts_round() {
            activity.next_round(at);
        }
        activity.state.apply(change, &self.people, at);
        let mut touched = Sections::RUNNING;
        if change.changes_everyone() {
            touched |= Section::MeVersion.into();
        }
        if let Some(leaderboard) = activity.state.running().shows_leaderboard() {
            self.screen = Screen { leaderboard, ..self.screen };
            touched |= Section::Screen.into();
        }
        touched
    }

    /// Takes somebody out with all that they wrote; what they counted for stays.
    fn remove(&mut self, seat: Seat, erase: bool) -> Sections {
        self.people.send_away(seat, Membership::Removed);
        self.people.judge_name(seat, TextStatus::Hidden);
        for activity in &mut self.activities {
            let running = activity.state.running_mut();
            if erase { running.erase_texts_of(seat) } else { running.hide_texts_of(seat) }
        }
        if erase {
            self.people.erase(seat);
        }
        self.touched_by_going(seat)
    }

    /// Who ranked below somebody who has gone moves up, on the leaderboard and at `/me`.
    fn touched_by_going(&self, seat: Seat) -> Sections {
        let touched = Sections::PEOPLE | Sections::RESULTS;
        if self.scored().is_some_and(|quiz| quiz.state.running().has_score(seat)) {
            touched | Section::MeVersion.into()
        } else {
            touched
        }
    }

    fn judge(&mut self, item: ItemId, verdict: Verdict) -> Sections {
        if item.kind == ItemKind::Nickname {
            self.people.judge_name(Seat(item.place), verdict.status());
            return Sections::PEOPLE | Sections::RESULTS;
        }
        if let Some(activity) = self.activity_of_mut(item) {
            activity.state.running_mut().judge(item.number, verdict);
        }
        Sections::RESULTS
    }

    fn answer(&mut self, no: ActivityNo, seat: Seat, given: &Given, at: Timestamp) -> Sections {
        self.timeline.answered();
        if let Some(activity) = self.activity_mut(no) {
            activity.state.put(seat, given, at);
        }
        self.results_touched(no)
    }

    fn withdraw(&mut self, no: ActivityNo, seat: Seat) -> Sections {
        if let Some(activity) = self.activity_mut(no) {
            activity.state.running_mut().take_back(seat);
        }
        self.results_touched(no)
    }

    /// The results that an answer moves: those of the current activity, where they are seen.
    fn results_touched(&self, no: ActivityNo) -> Sections {
        let Some(activity) = self.current().filter(|activity| activity.no == no) else {
            return Sections::NONE;
        };
        let running = activity.state.running();
        let mut touched = Sections::NONE;
        if running.shows_answers(View::Participant) {
            touched |= Section::Results.into();
        }
        if running.shows_answers(View::Runner) {
            touched |= Section::RunnerResults.into();
        }
        touched
    }

    fn activity_mut(&mut self, no: ActivityNo) -> Option<&mut Activity> {
        self.activities.iter_mut().find(|activity| activity.no == no)
    }
}
