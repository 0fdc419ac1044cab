# A reply and our number (variable "ourNumber") become what Meta and 360dialog take.
# https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages
def parameter($named):
  { type: "text", text: .value } + if $named then { parameter_name: .name } else {} end;

def header_of:
  if .header == null then []
  else [ { type: "header", parameters: [ { type: .header.type, (.header.type): { link: .header.url } } ] } ] end;

def body_of:
  .named as $named
  | if (.variables | length) == 0 then []
    else [ { type: "body", parameters: [ .variables[] | parameter($named) ] } ] end;

def template:
  { name: .name, language: { policy: "deterministic", code: .language } }
  + (header_of + body_of | if length == 0 then {} else { components: . } end);

def text:
  if (.text | length) > 4096 then error("the text has \(.text | length) characters, and 4096 are taken")
  else { body: .text, preview_url: false } end;

{
  channel: (.channel // variable("ourNumber")),
  request: (
    { messaging_product: "whatsapp", recipient_type: "individual", biz_opaque_callback_data: .key }
    + (if .phone != null then { to: (.phone | ltrimstr("+")) } else { recipient: .waUserId } end)
    + if .use == "template" then { type: "template", template: (.template | template) }
      else
        { type: "text", text: text }
        + if .replyTo == null then {} else { context: { message_id: .replyTo } } end
      end )
}
