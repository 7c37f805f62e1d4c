-- What SQL users read of completed sessions; docs/archive.md shows how. The server writes all rows
-- of a session in one transaction (in SQLite step by step) and reads none of them. No foreign keys: the rows of a large
-- session that is deleted go in small steps.

-- When the archive was written; null while it is missing, or older than the session.
alter table sessions add column archived_ms bigint;

-- The sessions that the archive waits for.
create index sessions_to_archive on sessions (completed_ms, id)
    where status = 'completed' and archived_ms is null;

create table activities (
    session_id   uuid        not null,
    activity_id  uuid        not null,
    position     bigint      not null,  -- in the order shown, from 1
    type         text        not null,  -- poll, poker, quiz, wordcloud
    title        text        not null,
    config       jsonb       not null,  -- as its administrator wrote it, a quiz's key included
    status       text        not null,  -- draft, published, active, expired
    round        bigint      not null,  -- the last one
    created_at   timestamptz not null,
    published_at timestamptz,
    activated_at timestamptz,           -- null: it never ran
    expired_at   timestamptz,
    primary key (session_id, activity_id)
);

create table participants (
    session_id     uuid        not null,
    participant_id uuid        not null,
    nickname       text        not null,  -- as everybody saw it at the end
    spectator      boolean     not null,
    status         text        not null,  -- present, left or removed
    joined_at      timestamptz not null,
    primary key (session_id, participant_id)
);

-- One row for every answer that counts: a participant, an activity, a question or story, a round.
create table responses (
    session_id     uuid        not null,
    no             bigint      not null,  -- numbers a session's responses; says nothing else
    activity_id    uuid        not null,
    item_id        text,                  -- the question or story, where the activity has several
    round          bigint      not null,
    participant_id uuid,                  -- null: the answer is anonymous
    answer         jsonb,                 -- as it was sent: {"choices":["a"]}; null: it was hidden
    correct        boolean,               -- quiz only
    points         bigint,                -- quiz only
    answered_at    timestamptz not null,
    response_ms    bigint,                -- since the question opened or the activity began
    primary key (session_id, no)
);

-- Sessions that are deleted and whose other rows are still being removed.
create table remains (
    session_id uuid not null primary key
);
