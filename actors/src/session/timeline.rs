//! How an event went over time: who was online and how many answers came, about every minute.

use bincode::{Decode, Encode};

use super::Timestamp;

/// Points that are kept: a day of minutes, and enough for any chart.
const POINTS_MAX: usize = 1_440;
const MINUTE_MS: u64 = 60_000;

/// What was noted so far. When it is full, every two neighbours become one, and from then on
/// points are twice as far apart: however long a session lasts, its timeline has bounded size.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
pub struct Timeline {
    /// Oldest first.
    points: Vec<TimelinePoint>,
    /// How often neighbours became one.
    doublings: u8,
    /// Answers since the last point.
    answers: u32,
}

/// One point of a timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct TimelinePoint {
    pub at: Timestamp,
    /// Participants who were online; of several points that became one, the most.
    pub online: u32,
    /// Answers, changed ones included, since the point before.
    pub answers: u32,
}

impl Timeline {
    #[must_use]
    pub fn points(&self) -> &[TimelinePoint] {
        &self.points
    }

    /// Answers since the last point.
    #[must_use]
    pub fn answers_since(&self) -> u32 {
        self.answers
    }

    pub(super) fn has_news(&self) -> bool {
        self.answers > 0
    }

    pub(super) fn is_due(&self, at: Timestamp) -> bool {
        let interval_ms = MINUTE_MS.checked_shl(self.doublings.into()).unwrap_or(u64::MAX);
        self.points.last().is_none_or(|last| at.ms_since(last.at) >= interval_ms)
    }

    pub(super) fn answered(&mut self) {
        self.answers = self.answers.saturating_add(1);
    }

    pub(super) fn note(&mut self, at: Timestamp, online: u32) {
        if self.points.len() == POINTS_MAX {
            self.points = self.points.chunks(2).map(as_one).collect();
            self.doublings = self.doublings.saturating_add(1);
        }
        let answers = std::mem::take(&mut self.answers);
        self.points.push(TimelinePoint { at, online, answers });
    }
}

fn as_one(neighbours: &[TimelinePoint]) -> TimelinePoint {
    let last = neighbours.last().expect("chunks are not empty");
    TimelinePoint {
        at: last.at,
        online: neighbours.iter().map(|point| point.online).max().unwrap_or_default(),
        answers: neighbours.iter().fold(0, |sum, point| sum.saturating_add(point.answers)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Notes whenever it is due, minute after minute; one answer comes before each.
    fn after(minutes: u64) -> Timeline {
        let mut timeline = Timeline::default();
        for minute in 0..minutes {
            timeline.answered();
            if timeline.is_due(Timestamp(minute * MINUTE_MS)) {
                timeline.note(Timestamp(minute * MINUTE_MS), u32::try_from(minute % 7).unwrap());
            }
        }
        timeline
    }

    #[test]
    fn a_point_a_minute_is_due_and_no_more() {
        let mut timeline = Timeline::default();
        assert!(timeline.is_due(Timestamp(5)));
        timeline.note(Timestamp(5), 3);
        assert!(!timeline.is_due(Timestamp(60_004)));
        assert!(timeline.is_due(Timestamp(60_005)));
    }

    #[test]
    fn weeks_fit_and_no_answer_is_lost() {
        assert_eq!(after(1_440).points.len(), 1_440);
        for minutes in [1_441, 3_000, 20_000, 50_000] {
            let timeline = after(minutes);
            assert!((720..=1_440).contains(&timeline.points.len()), "{}", timeline.points.len());
            let noted: u32 = timeline.points.iter().map(|point| point.answers).sum();
            assert_eq!(u64::from(noted + timeline.answers_since()), minutes);
            assert!(timeline.points.is_sorted_by_key(|point| point.at));
        }
    }

    #[test]
    fn neighbours_that_become_one_are_twice_as_far_apart_and_keep_the_peak() {
        let timeline = after(1_441);
        let [first, second, ..] = timeline.points[..] else { panic!("there are many") };
        assert_eq!(first, TimelinePoint { at: Timestamp(MINUTE_MS), online: 1, answers: 2 });
        assert_eq!(second.at.ms_since(first.at), 2 * MINUTE_MS);
        let last = timeline.points.last().unwrap().at;
        assert!(!timeline.is_due(last.plus_ms(2 * MINUTE_MS - 1)));
        assert!(timeline.is_due(last.plus_ms(2 * MINUTE_MS)));
    }
}
