# The columns of the sheet: heading on the left, the lead's field on the right. A new column is a new line.
# The first one is the key: a row is found by it again. No leads in, the headings out; else a row for each lead.
def columns: [
  ["Lead",       .id],
  ["Created",    .createdAt],
  ["Partner",    .partnerCode],
  ["Name",       .name],
  ["Phone",      .phone],
  ["WhatsApp id", .waUserId],
  ["Message",    .firstMessage],
  ["Source",     .source],
  ["Provider",   .provider]
];
if length == 0
then [ {} | columns | map(.[0]) ]
else map(columns | map(.[1] // ""))
end
