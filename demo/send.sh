#!/usr/bin/env bash
# Sends a WhatsApp message to the hub as Meta would, signed with the app secret.
#   demo/send.sh "Code: BLOG22. Hello" [phone]
# META_APP_SECRET (demo-app-secret), META_PHONE_NUMBER_ID and HUB_PUBLIC_URL (http://localhost:8080)
# say to whom; in brackets is what the demo profile uses.
set -euo pipefail

if [ $# -lt 1 ] || [ $# -gt 2 ]; then
  sed -n '2,5s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
text=$1
phone=${2:-66812345678}
phone=${phone//[^0-9]/}
secret=${META_APP_SECRET:-demo-app-secret}
hub=${HUB_PUBLIC_URL:-http://localhost:8080}
number=${META_PHONE_NUMBER_ID:-100000000000001}

# Quotes, backslashes and line ends as JSON wants them; other control characters are dropped.
backslash='\'
text=$(printf '%s' "$text" | LC_ALL=C tr -d '\000-\010\013-\037')
text=${text//"$backslash"/"$backslash$backslash"}
text=${text//'"'/"$backslash\""}
text=${text//$'\t'/"${backslash}t"}
text=${text//$'\n'/"${backslash}n"}

now=$(date +%s)
body='{"object":"whatsapp_business_account","entry":[{"id":"100000000000002","changes":[{"field":"messages","value":{'
body+='"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550001111","phone_number_id":"'$number'"},'
body+='"contacts":[{"profile":{"name":"Demo Customer"},"wa_id":"'$phone'"}],'
body+='"messages":[{"from":"'$phone'","id":"wamid.SCRIPT'$now$$$RANDOM'","timestamp":"'$now'","type":"text",'
body+='"text":{"body":"'$text'"}}]}}]}]}'

signature=$(printf '%s' "$body" | openssl dgst -sha256 -hmac "$secret" | sed 's/^.* //')

printf '%s' "$body" | curl --silent --show-error --output /dev/null --write-out 'HTTP %{http_code}\n' --fail \
  --header 'Content-Type: application/json' \
  --header "X-Hub-Signature-256: sha256=$signature" \
  --data-binary @- "${hub%/}/webhook/whatsapp/meta"
