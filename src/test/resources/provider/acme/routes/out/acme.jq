# A reply becomes what Acme takes.
{ line: .channel, to: (.phone // .waUserId), yourRef: .key, answersRef: .replyTo }
+ if .use == "template"
  then { template: { name: .template.name, locale: .template.language, values: [ .template.variables[].value ] } }
  else { content: { kind: "text", body: .text } } end
