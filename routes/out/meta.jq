# A lead, the words for it (variable "text") and our number become what routes/out/meta.camel.yaml sends.
# https://developers.facebook.com/docs/whatsapp/cloud-api/messages/text-messages
{
  channel: (.channel // variable("ourNumber")),
  request: (
    { messaging_product: "whatsapp",
      recipient_type: "individual",
      type: "text",
      text: { body: variable("text"), preview_url: false },
      context: { message_id: .messageId },
      biz_opaque_callback_data: "reply/\(.id)" }
    + if .phone != null then { to: (.phone | ltrimstr("+")) } else { recipient: .waUserId } end ),
  reply: { leadId: .id, text: variable("text") }
}
