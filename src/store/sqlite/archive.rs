//! The statements that insert into the archive: `$1` is the session, `$2` a JSON array of rows.

/// A time as text, from a column in milliseconds.
macro_rules! time {
    ($ms:literal) => {
        concat!("strftime('%Y-%m-%dT%H:%M:%fZ', (value->>'", $ms, "') / 1000.0, 'unixepoch')")
    };
}

/// An id as a blob, from its text.
macro_rules! id {
    ($text:literal) => {
        concat!("unhex(value->>'", $text, "', '-')")
    };
}

const ACTIVITIES: &str = concat!(
    "insert into activities (session_id, activity_id, position, type, title, config, status, \
         round, created_at, published_at, activated_at, expired_at) \
     select $1, ",
    id!("activity_id"),
    ", value->>'position', value->>'type', value->>'title', value->'config', value->>'status', \
     value->>'round', ",
    time!("created_ms"),
    ", ",
    time!("published_ms"),
    ", ",
    time!("activated_ms"),
    ", ",
    time!("expired_ms"),
    " from json_each($2)"
);

const PARTICIPANTS: &str = concat!(
    "insert into participants \
         (session_id, participant_id, nickname, spectator, status, joined_at) \
     select $1, ",
    id!("participant_id"),
    ", value->>'nickname', value->>'spectator', value->>'status', ",
    time!("joined_ms"),
    " from json_each($2)"
);

const RESPONSES: &str = concat!(
    "insert into responses (session_id, no, activity_id, item_id, round, participant_id, answer, \
         correct, points, answered_at, response_ms) \
     select $1, value->>'no', ",
    id!("activity_id"),
    ", value->>'item_id', value->>'round', ",
    id!("participant_id"),
    ", nullif(value->'answer', 'null'), value->>'correct', value->>'points', ",
    time!("answered_ms"),
    ", value->>'response_ms' from json_each($2)"
);

pub(super) const INSERT: [&str; 3] = [ACTIVITIES, PARTICIPANTS, RESPONSES];

/// Nodes with a live lease. Others are kept away by the lock on the file.
pub(super) const SERVERS: &str = "select count(*) from nodes where lease_until_ms > $1";
