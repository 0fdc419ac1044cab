-- What a person needs to judge a dead letter and to send it again; and where a back-fill has come to.
-- The columns are added at the end and may be null, so tables of any size get them at once; an index is built anew.

create table delivery_attempts (
  id           bigint not null auto_increment primary key,
  delivery_id  bigint not null,
  attempt      int          not null comment 'its number; repeats where the attempt did not count',
  at           datetime(6)  not null default now(6) comment 'when it ended',
  outcome      enum ('retry-at', 'retry', 'reconcile', 'reject', 'pause', 'lost') not null,
  reason       text         null,
  key delivery_attempts_of (delivery_id)
) engine = innodb default character set utf8mb4 collate utf8mb4_nopad_bin comment 'failed attempts only';

alter table deliveries
  add column edited_payload longblob    null comment 'delivered instead of what was published',
  add column discarded_at   datetime(6) null comment 'done because somebody gave it up',
  add column discard_reason text        null,
  -- Order is that of events: a new subscriber gets earlier events later. Same columns as before and one more.
  drop key deliveries_in_order,
  add key deliveries_in_order (subscriber, ordering_key, state, event_id);

alter table subscriptions
  add column backfill_from  datetime(6) null comment 'earlier events since then are still to be given; null: none, or finished',
  add column backfill_after bigint      null comment 'the last event that was looked at';
