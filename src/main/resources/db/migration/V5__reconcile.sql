-- What is needed to look for an earlier effect before sending again.

alter table deliveries
  modify outcome_unknown boolean not null default 0 comment 'how many earlier attempts may have taken effect';

-- What a provider said later about a message of ours. Found by our own key where its answer never reached us.
create table message_statuses (
  id                  bigint not null auto_increment primary key,
  provider            varchar(20)  not null,
  provider_message_id varchar(255) not null,
  status              varchar(40)  not null comment 'sent, delivered, read, failed, …',
  our_key             varchar(190) null comment 'what we gave along with the message, such as reply/42',
  error               varchar(500) null comment 'why it failed, in the provider''s words',
  at                  datetime(6)  not null,
  created_at          datetime(6)  not null default now(6),
  unique key message_statuses_once (provider, provider_message_id, status),
  key message_statuses_by_key (our_key)
) engine = innodb default character set utf8mb4 collate utf8mb4_nopad_bin;
