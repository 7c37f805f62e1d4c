//! What leaves a session afterwards: its answers row by row, and what a report says.

use super::{Session, Timeline, Timestamp};
use crate::activity::{Activity, AnswerRow, Wire};

impl Session {
    #[must_use]
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// Shows every answer to an activity that may leave, item by item and round by round.
    pub fn each_answer<'a>(&'a self, activity: &'a Activity, visit: &mut dyn FnMut(AnswerRow<'a>)) {
        let scene = self.scene(activity, self.last_at);
        activity.state.running().each_answer(&scene, &mut |row| {
            let response_ms = row.response_ms.or_else(|| {
                let opened_at = activity.opened_for(row.round, row.answered_at)?;
                Some(row.answered_at.ms_since(opened_at))
            });
            visit(AnswerRow { response_ms, ..row });
        });
    }

    /// Whether answers to an activity may leave with their authors' names.
    #[must_use]
    pub fn names_authors(&self, activity: &Activity) -> bool {
        self.settings.show_names && activity.state.running().names_authors()
    }

    /// What a report says of an activity; nothing of one that never ran.
    #[must_use]
    pub fn report<'a>(&'a self, activity: &'a Activity, at: Timestamp) -> Option<Wire<'a>> {
        activity.activated_at?;
        activity.state.running().report(&self.scene(activity, at))
    }
}
