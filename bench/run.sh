#!/usr/bin/env bash
# How fast the hub is, against what and where it stops; see README.md.
#   bench/run.sh [all|intake|steady|pipeline|latency|claims|extract]
# PORT (18080 and the next ones), ROUNDS (3), SECONDS_EACH (10), WARM_UP (20), CONNECTIONS (64), LEADS (20000),
# DONE_ROWS ("10000 1000000"), RATE (3300), VIRTUAL (true: virtual threads, Java 21 or newer), NODE_RED (false: leave it out),
# HUB_JAVA (options of the hub's JVM), KEEP (logs and data)
set -euo pipefail
cd "$(dirname "$0")/.."

what=${1:-all}
port=${PORT:-18080}
bare_port=$((port + 1)) node_red_port=$((port + 2)) remotes_port=$((port + 3))
rounds=${ROUNDS:-3}
seconds=${SECONDS_EACH:-10}
warm_up=${WARM_UP:-20}
connections=${CONNECTIONS:-64}
leads=${LEADS:-20000}
rate=${RATE:-3300}
secret=bench-app-secret
token=bench-api-token
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
virtual=${VIRTUAL:-false}
export THREADS=1

case $what in all | intake | steady | pipeline | latency | claims | extract) ;; *) sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2 ;; esac
for program in $([ "$what" = extract ] || echo wrk) curl mvn "$java"; do
  command -v "$program" > /dev/null || { echo "Please install $program (Debian: apt-get install wrk curl maven openjdk-17-jdk)." >&2; exit 2; }
done
if curl --silent --output /dev/null "http://127.0.0.1:$port/"; then
  echo "Something answers on port $port already; set PORT to another one." >&2
  exit 2
fi

work=$(mktemp -d)
pids=() hub=
clean_up() {
  trap "" INT TERM
  for pid in $hub "${pids[@]}"; do kill "$pid" 2> /dev/null && wait "$pid" 2> /dev/null || true; done
  if [ -n "${KEEP:-}" ]; then echo "Kept: $work"; else rm -rf "$work"; fi
}
trap clean_up EXIT
trap 'exit 130' INT TERM

await() { # address, pid, log
  until curl --silent --output /dev/null "$1"; do
    kill -0 "$2" 2> /dev/null || { tail -30 "$3" >&2; exit 1; }
    sleep 0.5
  done
}

start_hub() { # destinations: off or on; then settings as NAME=value
  local destinations=$1 remotes=http://127.0.0.1:$remotes_port
  shift
  local own=(META_ACCESS_TOKEN= TWILIO_ACCOUNT_SID= TWILIO_AUTH_TOKEN= TELEGRAM_BOT_TOKEN= GOOGLE_SHEETS_ID=)
  if [ "$destinations" = on ]; then
    own=(META_ACCESS_TOKEN=bench META_PHONE_NUMBER_ID=100000000000001 META_BASE_URL="$remotes/graph"
      TELEGRAM_BOT_TOKEN=1:bench TELEGRAM_BASE_URL="$remotes/telegram"
      GOOGLE_SHEETS_ID=bench GOOGLE_SERVICE_ACCOUNT_KEY= GOOGLE_SHEETS_BASE_URL="$remotes/google"
      HUB_WEBHOOKS_0_URL="$remotes/crm" HUB_WEBHOOKS_0_SECRET=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw)
    for limit in TELEGRAM TELEGRAM_CHAT TELEGRAM_GROUP GOOGLE_SHEETS META META_RECIPIENT; do own+=("HUB_LIMITS_${limit//_/}=none"); done
  fi
  (
    cd "$work/hub"
    # shellcheck disable=SC2086
    exec env SPRING_PROFILES_ACTIVE= SERVER_PORT="$port" HUB_DATA_DIR="$work/data" HUB_DB_URL= HUB_API_TOKEN="$token" \
      META_APP_SECRET="$secret" SPRING_THREADS_VIRTUAL_ENABLED="$virtual" "${own[@]}" "$@" "$java" ${HUB_JAVA:-} -jar leadhub.jar
  ) >> "$work/hub.log" 2>&1 &
  hub=$!
  until curl --silent --fail --output /dev/null "http://127.0.0.1:$port/actuator/health/readiness"; do
    kill -0 "$hub" 2> /dev/null || { tail -30 "$work/hub.log" >&2; exit 1; }
    sleep 0.5
  done
  database_port=$(sed -n 's/.*Embedded MariaDB .* started .* port \([0-9]*\)$/\1/p' "$work/hub.log" | tail -1)
}
stop_hub() {
  kill "$hub" && wait "$hub" 2> /dev/null || true
  hub=
}

sql() {
  LD_LIBRARY_PATH="$work/data/mariadb-program/libs" MYSQL_PWD=$(cat "$work/data/mariadb-password") \
    "$work/data/mariadb-program/bin/mariadb" --no-defaults --skip-ssl --skip-column-names --batch \
    -h127.0.0.1 -P"$database_port" -uleadhub leadhub -e "$1"
}

next_post=0
posts() { # count → a new file of posts, each of a customer that was not there before
  "$java" bench/SignedPosts.java "$secret" "$next_post" "$1" "$work/posts-$next_post"
  posts=$work/posts-$next_post
  next_post=$((next_post + $1))
}

load() { # port, seconds → answered, took, p50, p99, refused, broken
  POSTS=$posts wrk -t1 -c"$connections" -d"$2s" --timeout 10s --latency -s bench/posts.lua \
    "http://127.0.0.1:$1" 2> "$work/result" > "$work/wrk.log" || { cat "$work/wrk.log" "$work/result" >&2; exit 1; }
  read -r answered took p50 p99 refused broken < "$work/result"
}

median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
calc() { awk "BEGIN { printf \"$1\", $2 }"; }

hold_back() { # the reader of Meta's webhooks stays subscribed, but does not run
  sed -i '/id: read-meta/a\    autoStartup: false' "$work/hub/routes/in/meta.camel.yaml"
}
go_on() { cp routes/in/meta.camel.yaml "$work/hub/routes/in/"; }

intake() {
  echo "== Intake: webhook, signature, commit, 200; $connections connections, $rounds interleaved rounds of $seconds s"
  start_hub off
  stop_hub
  hold_back
  start_hub off
  "${java}c" -proc:none -parameters -cp "$work/lib/*" -d "$work/bare" bench/BareController.java
  (
    cd "$work"
    exec env SERVER_PORT="$bare_port" META_APP_SECRET="$secret" SPRING_THREADS_VIRTUAL_ENABLED="$virtual" SERVER_TOMCAT_THREADS_MAX=256 \
      SPRING_DATASOURCE_URL="jdbc:mariadb://127.0.0.1:$database_port/leadhub?useServerPrepStmts=true" SPRING_DATASOURCE_USERNAME=leadhub \
      SPRING_DATASOURCE_PASSWORD="$(cat "$work/data/mariadb-password")" "$java" -cp "$work/bare:$work/lib/*" BareController
  ) > "$work/bare.log" 2>&1 &
  pids+=($!)
  await "http://127.0.0.1:$bare_port/" $! "$work/bare.log"
  servers="hub bare"
  if [ "${NODE_RED:-true}" = true ]; then
    start_node_red
    servers="hub bare node_red"
  fi
  posts 60000
  for server in $servers; do load "$(port_of "$server")" "$warm_up"; done
  for round in $(seq "$rounds"); do
    for server in $servers; do
      load "$(port_of "$server")" "$seconds"
      calc "%.0f" "($answered - $refused) / $took" >> "$work/rate-$server"
      echo >> "$work/rate-$server"
      echo "$p99" >> "$work/p99-$server"
      [ "$refused" = 0 ] && [ "$broken" = 0 ] || echo "$server: $refused posts refused, $broken broken"
    done
  done
  for server in $servers; do
    printf '%-10s %7s posts/s   p99 %s ms   rounds: %s\n' "$server" "$(median < "$work/rate-$server")" "$(median < "$work/p99-$server")" "$(tr '\n' ' ' < "$work/rate-$server")"
  done
  hub_rate=$(median < "$work/rate-hub")
  echo "Ratio      hub to bare controller $(calc %.2f "$hub_rate / $(median < "$work/rate-bare")")"
  [ "$servers" = "hub bare" ] || echo "Ratio      hub to Node-RED $(calc %.2f "$hub_rate / $(median < "$work/rate-node_red")")"
  for pid in "${pids[@]}"; do kill "$pid"; wait "$pid" 2> /dev/null || true; done
  pids=()
  stop_hub
  go_on
  rm -rf "$work/data"
}
port_of() { case $1 in hub) echo "$port" ;; bare) echo "$bare_port" ;; *) echo "$node_red_port" ;; esac; }

start_node_red() {
  command -v npm > /dev/null || { echo "Please install npm for Node-RED, or set NODE_RED=false." >&2; exit 2; }
  mkdir "$work/node-red"
  cp bench/node-red/settings.js "$work/node-red/"
  sed "s/DB_PORT/$database_port/" bench/node-red/flows.json > "$work/node-red/flows.json"
  printf '{"db":{"user":"leadhub","password":"%s"}}' "$(cat "$work/data/mariadb-password")" > "$work/node-red/flows_cred.json"
  sql "create table node_red_events (id bigint not null auto_increment primary key, topic varchar(100) not null, payload longblob not null, created_at datetime(6) not null default now(6)) engine = innodb"
  (cd "$work/node-red" && npm install --silent --no-audit --no-fund node-red@4 node-red-node-mysql > /dev/null 2>&1)
  (cd "$work/node-red" && PORT=$node_red_port exec node node_modules/node-red/red.js --userDir "$work/node-red" --settings settings.js) > "$work/node-red.log" 2>&1 &
  pids+=($!)
  await "http://127.0.0.1:$node_red_port/" $! "$work/node-red.log"
  sleep 2 # its flow starts after its port
}

steady() {
  echo "== Steady: about $rate posts/s for a minute, nobody reads them meanwhile"
  start_hub off
  stop_hub
  hold_back
  start_hub off
  posts 60000
  load "$port" "$warm_up"
  export DELAY=$((1000 * connections / rate - 6)) # an answer takes about that
  load "$port" 60
  unset DELAY
  echo "Steady     $(calc %.0f "$answered / $took") posts/s, p50 $p50 ms, p99 $p99 ms; $refused refused, $broken broken"
  stop_hub
  go_on
  rm -rf "$work/data"
}

start_remotes() {
  "$java" bench/Remotes.java "$remotes_port" > "$work/remotes.log" 2>&1 &
  pids+=($!)
  await "http://127.0.0.1:$remotes_port/counts" $! "$work/remotes.log"
}

partners() {
  for number in $(seq 100 199); do
    curl --silent --fail --output /dev/null -H "Authorization: Bearer $token" -H "Content-Type: application/json" \
      -d "{\"code\":\"P$number\",\"name\":\"Partner $number\",\"locale\":\"en\",\"timeZone\":\"UTC\",\"telegramChatId\":$number}" \
      "http://127.0.0.1:$port/api/partners"
  done
}

waiting() { sql "select count(*) from deliveries where state in ('due', 'running')"; }
told() { # calls → whether Telegram, Meta and the CRM were each called so often; the database is left in peace meanwhile
  curl --silent "http://127.0.0.1:$remotes_port/counts" | tr -d '[,]' | awk -v calls="$1" '{ exit !($1 >= calls && $2 >= calls && $4 >= calls) }'
}

pipeline() {
  echo "== Pipeline: webhook to lead to Telegram, a sheet row, the reply and a CRM webhook; remotes answer at once"
  start_remotes
  start_hub on
  partners
  all=0
  for part in "Warm-up" "Measured"; do
    posts "$leads"
    began=$(date +%s%N)
    POSTS=$posts wrk -t1 -c16 -d300s --timeout 10s -s bench/once.lua "http://127.0.0.1:$port" > "$work/wrk.log" 2>&1 &
    wrk=$!
    all=$((all + leads))
    until told "$all" && [ "$(waiting)" = 0 ]; do
      kill -0 "$hub" && [ $(($(date +%s%N) - began)) -lt 600000000000 ] || { echo "It did not end in ten minutes." >&2; exit 1; }
      sleep 0.5
    done
    ended=$(date +%s%N)
    kill "$wrk" 2> /dev/null && wait "$wrk" 2> /dev/null || true
    echo "$part   $leads leads in $(calc %.1f "($ended - $began) / 1e9") s, from the first post to the last delivery: $(calc %.0f "$leads * 1e9 / ($ended - $began)") leads/s"
  done
  echo "Remotes    $(curl --silent "http://127.0.0.1:$remotes_port/counts") calls of graph, telegram, google, crm for $((2 * leads)) leads"
  echo "Deliveries $(sql "select group_concat(concat(n, ' ', state) order by state separator ', ') from (select state, count(*) n from deliveries group by state) s")"
  echo "Kept       $(sql "select (select count(*) from messages where direction = 'in'), (select count(*) from contacts), (select count(*) from leads), (select count(*) from messages where direction = 'out')" | awk '{ print $1 " messages, " $2 " contacts, " $3 " leads, " $4 " replies" }')"
  echo "Memory     hub $(awk '/VmRSS/ { printf "%.0f MB", $2 / 1024 }' "/proc/$hub/status"), MariaDB $(awk '/VmRSS/ { printf "%.0f MB", $2 / 1024 }' "/proc/$(cat "$work/data/mariadb.pid")/status")"
  for pid in "${pids[@]}"; do kill "$pid"; wait "$pid" 2> /dev/null || true; done
  pids=()
  stop_hub
  rm -rf "$work/data"
}

latency() {
  echo "== Latency: one post at a time, from the post to the call at Telegram"
  start_hub on
  partners
  posts 700
  "$java" bench/Remotes.java "$remotes_port" "http://127.0.0.1:$port" "$posts" 400 300 > "$work/latency" 2> "$work/remotes.log" || { cat "$work/remotes.log" >&2; exit 1; }
  read -r p50 p95 < "$work/latency"
  echo "Latency    p50 $p50 ms, p95 $p95 ms over 300 posts"
  stop_hub
  rm -rf "$work/data"
}

claims() {
  echo "== Claims: 20,000 deliveries to a subscriber that does nothing, with so many finished ones behind them"
  cp bench/routes/claims.camel.yaml "$work/hub/routes/"
  start_hub off
  had=0
  for rows in 0 ${DONE_ROWS:-10000 1000000}; do
    while [ "$had" -lt "$rows" ]; do
      part=$((rows - had < 500000 ? rows - had : 500000))
      sql "insert into events (topic, event_key, ordering_key, content_type, payload) select 'bench', concat('done-', $had + seq), concat('key-', ($had + seq) % 1000), 'text/plain', repeat('x', 200) from seq_1_to_$part;
           insert into deliveries (event_id, topic, subscriber, ordering_key, state, attempts, finished_at) select id, topic, 'bench', ordering_key, 'done', 1, now(6) from events where topic = 'bench' order by id desc limit $part"
      had=$((had + part))
    done
    for second in $(seq 120); do # what was just filled in is still being written to the disk
      [ "$(sql "select variable_value < 200 from information_schema.global_status where variable_name = 'innodb_buffer_pool_pages_dirty'")" = 0 ] || break
      sleep 1
    done
    for round in warm-up measured; do
      sql "insert into events (topic, content_type, payload) select 'bench-load', 'text/plain', repeat('x', 200) from seq_1_to_20000;
           insert into deliveries (event_id, topic, subscriber, ordering_key) select id, 'bench', 'bench', concat('contact-', id) from events where topic = 'bench-load' order by id desc limit 20000"
      began=$(date +%s%N)
      until [ "$(sql "select count(*) from deliveries force index (deliveries_to_claim) where topic = 'bench' and subscriber = 'bench' and state in ('due', 'running')")" = 0 ]; do sleep 0.1; done
      ended=$(date +%s%N)
      had=$((had + 20000))
    done
    echo "Claims     $(calc %.0f "20000 * 1e9 / ($ended - $began)") deliveries/s with $((had - 20000)) finished ones"
  done
  stop_hub
  rm "$work/hub/routes/claims.camel.yaml"
  rm -rf "$work/data"
}

extract() {
  local classes="$work/extracted/leadhub.jar:$work/lib/*"
  echo "== Extract: codes looked for in what customers write, 500 partners, one thread"
  "${java}c" -proc:none -cp "$classes" -d "$work/extract" bench/CodeExtraction.java
  "$java" -cp "$work/extract:$classes" io.leadhub.attribution.CodeExtraction routes/codes.yaml $((3 * rounds))
}

if awk '{ exit !($1 > 0.5) }' /proc/loadavg; then
  echo "This machine has other work (load $(cut -d' ' -f1 /proc/loadavg)); the numbers will be too low." >&2
fi
echo "Building"
mvn -B -q -Dstyle.color=never -DskipTests package
mkdir -p "$work/hub"
cp target/leadhub-*.jar "$work/hub/leadhub.jar"
cp -r application.yaml routes "$work/hub/"
"$java" -Djarmode=tools -jar "$work/hub/leadhub.jar" extract --destination "$work/extracted" > /dev/null
mv "$work/extracted/lib" "$work/lib"
rm -f "$work"/lib/camel-*starter* "$work"/lib/springdoc*

echo "Machine    $(nproc) cores, $(awk '/MemTotal/ { printf "%.0f GB", $2 / 1048576 }' /proc/meminfo), $(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -1), load $(cut -d' ' -f1 /proc/loadavg)"
echo "Java       $("$java" -version 2>&1 | head -1)$([ "$virtual" = true ] && echo ", virtual threads")"
echo "Database   the hub's embedded MariaDB, innodb_flush_log_at_trx_commit=1: the disk is written at each commit"
echo "Hub        $(git log -1 --format=%h 2> /dev/null || echo unknown)"
posts 1
echo "Payload    $(cut -f2 "$posts" | tr -d '\n' | wc -c) bytes a post over loopback, signed, each of a new customer"
if [ "$what" = all ]; then
  for each in intake steady pipeline latency claims extract; do echo; $each; done
else
  echo
  $what
fi
