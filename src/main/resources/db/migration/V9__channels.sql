-- How the ways in and out are: the provider's word on our token and number, and when each was last heard of. Times are UTC.

create table provider_accounts (
  provider    varchar(20)  not null primary key,
  asked_at    datetime(6)  null comment 'when a node last took its turn to ask',
  checked_at  datetime(6)  null comment 'when the provider last answered',
  token       enum ('ok', 'refused', 'unknown') null,
  token_since datetime(6)  null,
  account     varchar(40)  null comment 'what is wrong with the account, in the provider''s word; null: nothing',
  problem     varchar(500) null comment 'why the last probe failed, in words',
  webhook_at  datetime(6)  null comment 'when its last webhook came in'
) engine = innodb default character set utf8mb4 collate utf8mb4_unicode_ci;

create table channels (
  provider         varchar(20) not null,
  channel          varchar(64) not null comment 'the number of ours, as the provider names it; empty: it names none',
  quality          varchar(40) null comment 'in the provider''s word, such as GREEN',
  quality_at       datetime(6) null comment 'since when',
  limit_tier       varchar(40) null comment 'how many customers a day may be written to first',
  first_message_at datetime(6) null,
  last_message_at  datetime(6) null,
  last_message_row bigint      null comment 'messages up to here are counted in',
  silent_since     datetime(6) null comment 'the last message before the silence that was told of',
  primary key (provider, channel)
) engine = innodb default character set utf8mb4 collate utf8mb4_unicode_ci;

-- Append only: what providers said about us, and what the hub found itself.
create table channel_notices (
  id         bigint not null auto_increment primary key,
  event_id   bigint       not null comment 'the event it came with, so that it is kept once',
  provider   varchar(20)  not null,
  channel    varchar(64)  null,
  notice     varchar(20)  not null comment 'quality, template, account, error, token, silence, silence-over',
  subject    varchar(255) null comment 'the template or number it is about',
  event      varchar(100) null comment 'the provider''s own word',
  text       varchar(500) null,
  told       boolean      not null comment 'whether it was one for the owner',
  at         datetime(6)  not null,
  unique key channel_notices_once (event_id),
  key channel_notices_by_provider (provider, id)
) engine = innodb default character set utf8mb4 collate utf8mb4_unicode_ci;

-- The same stretch of earlier weeks is looked up by time.
alter table messages
  add key messages_by_time (provider, direction, at);

alter table subscriptions
  add column refused boolean null comment 'rests because the destination refused it, not because somebody said so';
