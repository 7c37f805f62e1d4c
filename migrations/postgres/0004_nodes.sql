-- What an operator sees of a node.
alter table nodes
    add column version    text   not null default '',
    add column started_ms bigint not null default 0;

-- Which sessions a node owns. `owner` changes with a take-over only, so that answers and headers
-- still touch no index.
create index sessions_of_owner on sessions (owner) where owner is not null;
