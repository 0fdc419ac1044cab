# A lead, the words for it (variable "text") and our number become what routes/out/twilio.camel.yaml sends.
# https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
{
  form: (
    { From: "whatsapp:\(.channel // variable("ourNumber"))",
      To: "whatsapp:\(.phone // .waUserId)",
      Body: variable("text") }
    | to_entries | map("\(.key)=\(.value | @uri)") | join("&") ),
  reply: { leadId: .id, text: variable("text") }
}
