-- In which formats a node stores sessions; one server has the file, so it stays empty.
alter table nodes add column reads_format  integer not null default 2;
alter table nodes add column writes_format integer not null default 2;
