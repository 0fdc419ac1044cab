-- Durable topics: what was published, who listens, and how far each listener has come.
-- Keys compare byte by byte: 'ABC' and 'abc ' are different keys.

create table subscriptions (
  topic         varchar(100) not null,
  subscriber    varchar(64)  not null,
  created_at    datetime(6)  not null default now(6),
  paused_until  datetime(6)  null comment 'claims nothing before this time',
  pause_reason  text         null,
  primary key (topic, subscriber)
) engine = innodb default character set utf8mb4 collate utf8mb4_nopad_bin;

create table events (
  id            bigint not null auto_increment primary key,
  topic         varchar(100) not null,
  event_key     varchar(190) null comment 'idempotency key, once per topic',
  ordering_key  varchar(190) null comment 'events with the same one are delivered one after the other',
  subject       varchar(190) null comment 'what it is about, such as lead/42',
  content_type  varchar(100) not null,
  payload       longblob     not null,
  created_at    datetime(6)  not null default now(6),
  unique key events_once (topic, event_key),
  key events_by_subject (subject)
) engine = innodb default character set utf8mb4 collate utf8mb4_nopad_bin;

create table deliveries (
  id              bigint not null auto_increment primary key,
  event_id        bigint not null,
  topic           varchar(100) not null,
  subscriber      varchar(64)  not null,
  ordering_key    varchar(190) null,
  state           enum ('due', 'running', 'done', 'dead') not null default 'due',
  attempts        int not null default 0,
  due_at          datetime(6)  not null default now(6) comment 'due: when to try; running: when the lease ends',
  lease_owner     varchar(100) null comment 'the claim that works on it; a late claim is refused by it',
  outcome_unknown boolean      not null default false comment 'an earlier attempt may have taken effect',
  last_error      text         null,
  remote_id       varchar(255) null comment 'how the destination calls what we made there',
  finished_at     datetime(6)  null,
  unique key deliveries_once (event_id, subscriber),
  key deliveries_to_claim (topic, subscriber, state, due_at),
  key deliveries_in_order (subscriber, ordering_key, state)
) engine = innodb default character set utf8mb4 collate utf8mb4_nopad_bin;
