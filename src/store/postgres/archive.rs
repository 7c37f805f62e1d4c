//! The statements that insert into the archive: `$1` is the session, `$2` a JSON array of rows.

const ACTIVITIES: &str = "\
    insert into activities (session_id, activity_id, position, type, title, config, status, \
        round, created_at, published_at, activated_at, expired_at) \
    select $1, r.activity_id, r.position, r.type, r.title, r.config, r.status, r.round, \
        to_timestamp(r.created_ms / 1000.0), to_timestamp(r.published_ms / 1000.0), \
        to_timestamp(r.activated_ms / 1000.0), to_timestamp(r.expired_ms / 1000.0) \
    from jsonb_to_recordset($2::text::jsonb) as r (activity_id uuid, position int8, type text, \
        title text, config jsonb, status text, round int8, created_ms int8, published_ms int8, \
        activated_ms int8, expired_ms int8)";

const PARTICIPANTS: &str = "\
    insert into participants (session_id, participant_id, nickname, spectator, status, joined_at) \
    select $1, r.participant_id, r.nickname, r.spectator, r.status, \
        to_timestamp(r.joined_ms / 1000.0) \
    from jsonb_to_recordset($2::text::jsonb) as r (participant_id uuid, nickname text, \
        spectator bool, status text, joined_ms int8)";

const RESPONSES: &str = "\
    insert into responses (session_id, no, activity_id, item_id, round, participant_id, answer, \
        correct, points, answered_at, response_ms) \
    select $1, r.no, r.activity_id, r.item_id, r.round, r.participant_id, r.answer, r.correct, \
        r.points, to_timestamp(r.answered_ms / 1000.0), r.response_ms \
    from jsonb_to_recordset($2::text::jsonb) as r (no int8, activity_id uuid, item_id text, \
        round int8, participant_id uuid, answer jsonb, correct bool, points int8, \
        answered_ms int8, response_ms int8)";

pub(super) const INSERT: [&str; 3] = [ACTIVITIES, PARTICIPANTS, RESPONSES];

/// Nodes with a live lease, and connections of servers that have none.
pub(super) const SERVERS: &str = "\
    select (select count(*) from nodes where lease_until_ms > $1) \
         + (select count(*) from pg_stat_activity \
            where datname = current_database() and application_name = 'caja')";
