# A reply, our number and our address (variables "ourNumber", "publicUrl") become the form that Twilio takes.
# https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
def content:
  if .use == "template"
  then { ContentSid: .template.contentSid }
       + if (.template.variables | length) == 0 then {}
         else { ContentVariables: (.template.variables | map({ key: .name, value: .value }) | from_entries | tojson) } end
  elif (.text | length) > 1600 then error("the text has \(.text | length) characters, and 1600 are taken")
  else { Body: .text } end;

# What becomes of the message is told to our webhook, where Twilio can reach it.
def callback($url):
  if $url | startswith("https://") then { StatusCallback: "\($url)/webhook/whatsapp/twilio" } else {} end;

( { From: "whatsapp:\(.channel // variable("ourNumber"))", To: "whatsapp:\(.phone // .waUserId)" }
  + content
  + callback(variable("publicUrl"))
  | to_entries | map("\(.key)=\(.value | @uri)") | join("&") )
