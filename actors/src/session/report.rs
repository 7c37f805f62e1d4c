//! What leaves a session afterwards: its answers row by row, and what a report says.

use super::{Session, Timeline, Timestamp};
use crate::activity::{Activity, AnswerRow, Audience, Wire};

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

    /// What a report says of an activity; nothing of one that never ran. The audience is of the
    /// activity that everybody looks at; nobody is awaited in any other.
    #[must_use]
    pub fn report<'a>(
        &'a self,
        activity: &'a Activity,
        audience: &Audience,
        at: Timestamp,
    ) -> Option<Wire<'a>> {
        activity.activated_at?;
        let nobody = Audience::default();
        let is_current = self.current().is_some_and(|current| current.no == activity.no);
        let audience = if is_current { audience } else { &nobody };
        activity.state.running().report(audience, &self.scene(activity, at))
    }
}
