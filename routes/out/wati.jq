# A reply becomes what Wati takes: a path, a query and a body.
# https://docs.wati.io/reference/post_api-v1-sendsessionmessage-whatsappnumber
# https://docs.wati.io/reference/post_api-v2-sendtemplatemessage
def target: (.phone // .waUserId) | ltrimstr("+");

# Our number, where the message came to one of several.
def channel($field):
  if .channel == null then "" else "&\($field)=\(.channel | ltrimstr("+") | @uri)" end;

if .use == "template" then
  { path: "/api/v2/sendTemplateMessage",
    query: "whatsappNumber=\(target | @uri)",
    body: ( { template_name: .template.name, broadcast_name: "LeadHub", parameters: .template.variables }
            + if .channel == null then {} else { channel_number: (.channel | ltrimstr("+")) } end ) }
elif (.text | length) > 4096 then error("the text has \(.text | length) characters, and 4096 are taken")
else
  { path: "/api/v1/sendSessionMessage/\(target | @uri)",
    query: "messageText=\(.text | @uri)\(channel("channelPhoneNumber"))",
    body: null }
end
