# What Acme posts becomes an array in the shape that all providers share.

# Milliseconds since 1970.
def instant: if . == null then null else . / 1000 | floor | todateiso8601 end;

def message:
  {
    channel: .line,
    messageId: .message.ref,
    kind: .message.content.kind,
    phone: .message.customer.msisdn,
    waUserId: .message.customer.handle,
    name: .message.customer.displayName,
    text: .message.content.body,
    at: (.message.sentAtMs | instant),
    referral: null,
    context: (if .message.answersRef == null then null else { id: .message.answersRef } end),
    media: null
  };

# Their words for what became of a message, and ours.
def word: { accepted: "queued", sent: "sent", delivered: "delivered", seen: "read", bounced: "failed" }[.] // .;

def status:
  {
    status: (.state | word),
    messageId: .message.ref,
    channel: .line,
    ourKey: .message.yourRef,
    errorCode: .problem.code,
    error: (if .problem == null then null else "\(.problem.code): \(.problem.text)" end),
    phone: .message.customer.msisdn,
    waUserId: .message.customer.handle,
    pricing: null,
    at: (.atMs | instant)
  };

def element:
  if .type == "message.in" then message
  elif .type == "message.state" then status
  else empty end;

if type == "object" and (.events | type) == "array"
then [ .events[] | . as $raw | try element catch { malformed: ., raw: $raw } ]
else error("acme: the event has no list of events") end
