-- A node that dies takes what it had in hand with it; that is no failure of the destination, so it is counted apart.

alter table deliveries
  add column losses smallint not null default 0 comment 'how many of the attempts ended with their node';
