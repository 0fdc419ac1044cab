-- How far the places of each destination's credential, and of each recipient there, are given away.

create table rate_limits (
  credential varchar(64)  not null,
  recipient  varchar(190) not null comment 'empty: all of them together',
  free_at    datetime(6)  not null,
  primary key (credential, recipient)
) engine = innodb default character set utf8mb4 collate utf8mb4_nopad_bin;
