# The columns of the sheet: header on the left, the lead's field on the right. A new column is a new line.
# No leads in, the header row out; else a row for each lead.
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
