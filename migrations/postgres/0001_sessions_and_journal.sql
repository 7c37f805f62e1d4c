-- Every per-session table has the session's id first in its key, so that the schema shards by
-- session; `codes`, `nodes`, `admins` and `secrets` are small and shared (reference tables).
-- Times are milliseconds since the Unix epoch. Texts stand where enums could: an enum cannot
-- lose a value and is changed outside of transactions.

create table sessions (
    id                uuid   not null primary key,
    admin             uuid   not null,
    code              text   not null,
    name              text   not null,
    description       text,
    status            text   not null,  -- draft, active or completed
    settings          text   not null,  -- JSON; its reader is the server, never SQL
    -- Name and description in lower case: the databases disagree on what lower case is.
    search_text       text   not null,
    created_ms        bigint not null,
    opened_ms         bigint,
    completed_ms      bigint,
    participant_count bigint not null,
    activity_count    bigint not null,
    revision          bigint not null,
    -- The node that took the session over last, and how often it was taken over. An append
    -- counts only under the current epoch.
    owner             uuid,
    epoch             bigint not null
    -- Room in each page, so that the frequent updates need not touch an index.
) with (fillfactor = 80);

-- The list of an administrator's sessions, newest first.
create index sessions_of_admin on sessions (admin, created_ms desc, id desc);

-- Codes of the sessions that are not completed. A table of its own, because a unique index on a
-- sharded table can't span shards.
create table codes (
    code       text not null primary key,
    session_id uuid not null
);

-- One row holds the events that a session had in one commit; `seq` numbers the last of them.
-- No foreign key: an append locks its session's row anyway, and a key would check it once more
-- for every row.
create table journal (
    session_id uuid   not null,
    seq        bigint not null,
    count      bigint not null,
    epoch      bigint not null,
    at_ms      bigint not null,
    events     bytea  not null,
    primary key (session_id, seq)
);

create table snapshots (
    session_id uuid   not null references sessions (id) on delete cascade,
    seq        bigint not null,
    taken_ms   bigint not null,
    state      bytea  not null,
    primary key (session_id, seq)
);

create table runner_tokens (
    session_id uuid   not null references sessions (id) on delete cascade,
    token_id   uuid   not null,
    token_hash bytea  not null,
    created_ms bigint not null,
    primary key (session_id, token_id)
);

-- Not unique: that could not span shards, and two random tokens never share a hash.
create index runner_tokens_by_hash on runner_tokens (token_hash);

create table admins (
    id         uuid   not null primary key,
    name       text   not null,
    token_hash bytea  not null unique,
    created_ms bigint not null,
    revoked_ms bigint
);

-- Secrets that all nodes share, such as the key that signs participants' tokens.
create table secrets (
    name  text  not null primary key,
    value bytea not null
);

-- The servers that run now. A session's owner is alive while its lease is.
create table nodes (
    id             uuid   not null primary key,
    url            text   not null,
    lease_until_ms bigint not null
);
