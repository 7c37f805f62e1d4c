-- What an operator sees of a node; one server has the file, so it stays empty.
alter table nodes add column version    text    not null default '';
alter table nodes add column started_ms integer not null default 0;
