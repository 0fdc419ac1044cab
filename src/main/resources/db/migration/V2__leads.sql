-- Partners, contacts, leads and their messages. Times are UTC.

create table partners (
  id         bigint not null auto_increment primary key,
  code       varchar(32)  not null comment 'what customers write, in upper case',
  name       varchar(200) not null,
  locale     varchar(8)   not null default 'en' comment 'language of what the partner reads',
  time_zone  varchar(64)  null,
  active     boolean      not null default true,
  created_at datetime(6)  not null default now(6),
  unique key partners_by_code (code)
) engine = innodb default character set utf8mb4 collate utf8mb4_unicode_ci;

create table partner_chats (
  id         bigint not null auto_increment primary key,
  partner_id bigint not null,
  chat_id    bigint       not null comment 'Telegram chat; negative for a group',
  created_at datetime(6)  not null default now(6),
  unique key partner_chats_once (partner_id, chat_id),
  foreign key (partner_id) references partners (id)
) engine = innodb default character set utf8mb4 collate utf8mb4_unicode_ci;

create table contacts (
  id         bigint not null auto_increment primary key,
  phone      varchar(20)  character set ascii collate ascii_bin null comment 'E.164 with +',
  wa_user_id varchar(140) character set ascii collate ascii_bin null comment 'business-scoped WhatsApp user id',
  name       varchar(255) null,
  created_at datetime(6)  not null default now(6),
  unique key contacts_by_phone (phone),
  unique key contacts_by_wa_user_id (wa_user_id),
  check (phone is not null or wa_user_id is not null)
) engine = innodb default character set utf8mb4 collate utf8mb4_unicode_ci;

create table leads (
  id              bigint not null auto_increment primary key,
  contact_id      bigint not null,
  partner_id      bigint null,
  partner_code    varchar(32)  null,
  status          varchar(20)  not null default 'open',
  source          varchar(40)  not null comment 'whatsapp, form, …',
  provider        varchar(20)  not null comment 'replies go out the way the message came in',
  channel         varchar(64)  null comment 'the number of ours that the customer wrote to',
  first_message   mediumtext   null,
  attributed_by   varchar(40)  null comment 'what the partner was recognised by: keyword, code',
  referral        longtext     null comment 'the ad that was tapped, as the provider told it (JSON)',
  message_count   int not null default 1,
  created_at      datetime(6)  not null,
  last_message_at datetime(6)  not null,
  key leads_by_contact (contact_id, last_message_at),
  key leads_by_partner (partner_id, created_at),
  key leads_by_time (created_at),
  foreign key (contact_id) references contacts (id),
  foreign key (partner_id) references partners (id)
) engine = innodb default character set utf8mb4 collate utf8mb4_unicode_ci;

create table messages (
  id                  bigint not null auto_increment primary key,
  lead_id             bigint not null,
  provider            varchar(20)  not null,
  provider_message_id varchar(255) character set utf8mb4 collate utf8mb4_nopad_bin not null,
  direction           enum ('in', 'out') not null,
  kind                varchar(40)  not null,
  text                mediumtext   null,
  media               longtext     null comment 'id, type and caption of an attachment (JSON)',
  at                  datetime(6)  not null,
  unique key messages_once (provider, provider_message_id, direction),
  key messages_by_lead (lead_id, at),
  foreign key (lead_id) references leads (id)
) engine = innodb default character set utf8mb4 collate utf8mb4_unicode_ci;

-- Append only: why a lead belongs to a partner.
create table attributions (
  id          bigint not null auto_increment primary key,
  lead_id     bigint not null,
  partner_id  bigint not null,
  rule        varchar(40)  not null,
  evidence    varchar(255) null,
  message_id  varchar(255) character set utf8mb4 collate utf8mb4_nopad_bin null,
  created_at  datetime(6)  not null default now(6),
  key attributions_by_lead (lead_id),
  foreign key (lead_id) references leads (id),
  foreign key (partner_id) references partners (id)
) engine = innodb default character set utf8mb4 collate utf8mb4_unicode_ci;

create table reports (
  id         bigint not null auto_increment primary key,
  partner_id bigint not null,
  day        date         not null,
  created_at datetime(6)  not null default now(6),
  unique key reports_once (partner_id, day),
  foreign key (partner_id) references partners (id)
) engine = innodb default character set utf8mb4 collate utf8mb4_unicode_ci;
