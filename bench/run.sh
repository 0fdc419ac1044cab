#!/usr/bin/env bash
# How fast the hub takes messages in, and how fast it works them off; see README.md.
#   bench/run.sh [demo|intake] [connections]
# demo: every destination is played by the sandbox, in the same process. intake: every destination is off.
# PORT (18080), ROUNDS (3), SECONDS_EACH (10), WARM_UP (10), POSTS_EACH (60000), DRAIN (180), KEEP (log and data)
set -euo pipefail
cd "$(dirname "$0")/.."

mode=${1:-demo}
connections=${2:-16}
port=${PORT:-18080}
rounds=${ROUNDS:-3}
seconds=${SECONDS_EACH:-10}
warm_up=${WARM_UP:-10}
posts_each=${POSTS_EACH:-60000}
drain=${DRAIN:-180}
export THREADS=1

case $mode in demo | intake) ;; *) sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2 ;; esac
for program in wrk curl mvn java; do
  command -v "$program" > /dev/null || { echo "Please install $program (Debian: apt-get install wrk curl maven openjdk-17-jdk)." >&2; exit 2; }
done
if curl --silent --output /dev/null "http://127.0.0.1:$port/"; then
  echo "Something answers on port $port already; set PORT to another one." >&2
  exit 2
fi

work=$(mktemp -d)
hub=
stop_hub() {
  [ -n "$hub" ] && kill "$hub" 2> /dev/null && wait "$hub" 2> /dev/null
  hub=
}
clean_up() {
  trap "" INT TERM
  stop_hub || true
  if [ -n "${KEEP:-}" ]; then echo "Kept: $work"; else rm -rf "$work"; fi
}
trap clean_up EXIT
trap 'exit 130' INT TERM

if awk '{ exit !($1 > 0.5) }' /proc/loadavg; then
  echo "This machine has other work (load $(cut -d' ' -f1 /proc/loadavg)); the numbers will be too low." >&2
fi

echo "Building"
mvn -B -q -Dstyle.color=never -DskipTests package
mkdir "$work/hub"
cp target/leadhub-*.jar "$work/hub/leadhub.jar"
cp -r application.yaml routes "$work/hub/"

secret=bench-app-secret
for round in $(seq 0 "$rounds"); do
  java bench/SignedPosts.java "$secret" $((round * posts_each)) "$posts_each" "$work/posts-$round"
done

echo "Starting the hub"
profile=$([ "$mode" = demo ] && echo demo || true)
(
  cd "$work/hub"
  exec env SPRING_PROFILES_ACTIVE="$profile" SERVER_PORT="$port" HUB_DATA_DIR="$work/data" HUB_DB_URL= \
    META_APP_SECRET="$secret" META_ACCESS_TOKEN= TWILIO_ACCOUNT_SID= TWILIO_AUTH_TOKEN= TELEGRAM_BOT_TOKEN= GOOGLE_SHEETS_ID= \
    java -jar leadhub.jar
) > "$work/hub.log" 2>&1 &
hub=$!
until curl --silent --fail --output /dev/null "http://127.0.0.1:$port/actuator/health/readiness"; do
  kill -0 "$hub" 2> /dev/null || { tail -30 "$work/hub.log" >&2; exit 1; }
  sleep 0.5
done

database_port=$(sed -n 's/.*Embedded MariaDB .* started .* port \([0-9]*\)$/\1/p' "$work/hub.log" | head -1)
sql() {
  LD_LIBRARY_PATH="$work/data/mariadb-program/libs" MYSQL_PWD=$(cat "$work/data/mariadb-password") \
    "$work/data/mariadb-program/bin/mariadb" --no-defaults --skip-ssl --skip-column-names --batch \
    -h127.0.0.1 -P"$database_port" -uleadhub leadhub -e "$1"
}
waiting() { sql "select count(*) from deliveries where state in ('due', 'running')"; }

body_bytes=$(head -1 "$work/posts-0" | cut -f2 | tr -d '\n' | wc -c)
echo
echo "Machine       $(nproc) cores, $(awk '/MemTotal/ { printf "%.0f GB", $2 / 1048576 }' /proc/meminfo), $(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -1), load $(cut -d' ' -f1 /proc/loadavg)"
echo "Java          $(java -version 2>&1 | head -1)"
echo "Database      MariaDB $(sql 'select version()'), innodb_flush_log_at_trx_commit=$(sql 'select @@innodb_flush_log_at_trx_commit')"
echo "Hub           $(git log -1 --format=%h 2> /dev/null || echo unknown), destinations: $([ "$mode" = demo ] && echo "the sandbox" || echo "off")"
echo "Load          $connections connections over loopback, $body_bytes bytes a post, each a new customer"
echo

answered=0
load() { # file, seconds
  POSTS=$1 wrk -t"$THREADS" -c"$connections" -d"$2s" --timeout 10s --latency -s bench/posts.lua \
    "http://127.0.0.1:$port" 2> "$work/result" > "$work/wrk.log" || { cat "$work/wrk.log" "$work/result" >&2; exit 1; }
  read -r posts took p50 p99 refused broken < "$work/result"
  answered=$((answered + posts - refused))
  if [ "$posts" -gt "$posts_each" ]; then echo "Posts were repeated; set POSTS_EACH above $posts."; fi
}

start=$(date +%s)
load "$work/posts-0" "$warm_up"
printf '%-9s %10s %8s %8s %8s %8s %9s\n' "" posts/s "p50 ms" "p99 ms" non-2xx broken waiting
for round in $(seq 1 "$rounds"); do
  load "$work/posts-$round" "$seconds"
  printf '%-9s %10.0f %8s %8s %8s %8s %9s\n' "Round $round" "$(awk "BEGIN { print $posts / $took }")" "$p50" "$p99" "$refused" "$broken" "$(waiting)"
done

leads_then=$(sql "select count(*) from leads")
loaded=$(date +%s%N)
while left=$(waiting) && [ "$left" -gt 0 ] && [ $(($(date +%s%N) - loaded)) -lt $((drain * 1000000000)) ]; do
  sleep 1
done
drained=$(date +%s%N)
end=$(date +%s)
leads=$(sql "select count(*) from leads")
echo
echo "Worked off    $((leads - leads_then)) leads in $(awk "BEGIN { t = ($drained - $loaded) / 1e9; printf \"%.1f s with no load: %.0f leads/s\", t, ($leads - $leads_then) / t }"); $left deliveries left"
echo "In all        $leads leads in $((end - start)) s"
echo "Memory        hub $(awk '/VmRSS/ { printf "%.0f MB", $2 / 1024 }' "/proc/$hub/status"), MariaDB $(awk '/VmRSS/ { printf "%.0f MB", $2 / 1024 }' "/proc/$(cat "$work/data/mariadb.pid")/status")"

# An answer that was on its way when a round ended is not counted: so many may be kept in addition.
kept=$(sql "select count(*) from events where topic = 'webhook.meta'")
echo "Kept          $kept posts for $answered answers of 200 ($((kept - answered)) more; up to $(((rounds + 1) * connections)) may be)"
echo "Deliveries    $(sql "select group_concat(concat(n, ' ', state) order by state separator ', ') from (select state, count(*) n from deliveries group by state) s")"
echo "Logged        $(grep -c ' WARN ' "$work/hub.log" || true) warnings, $(grep -c ' ERROR ' "$work/hub.log" || true) errors"
grep -E ' (WARN|ERROR) ' "$work/hub.log" | cut -c1-300 | head -5 || true

wrong=0
[ "$kept" -ge "$answered" ] && [ $((kept - answered)) -le $(((rounds + 1) * connections)) ] || { echo "LOST OR DOUBLED: answers and kept posts differ." >&2; wrong=1; }
if [ "$left" -eq 0 ]; then
  distinct=$(sql "select count(distinct json_value(convert(payload using utf8mb4), '\$.entry[0].changes[0].value.messages[0].id')) from events where topic = 'webhook.meta'")
  read -r messages contacts <<< "$(sql "select (select count(*) from messages where direction = 'in'), (select count(*) from contacts)" | tr '\t' ' ')"
  echo "Came out      $messages messages, $contacts contacts, $leads leads of $distinct different messages"
  [ "$messages" = "$distinct" ] && [ "$contacts" = "$distinct" ] && [ "$leads" = "$distinct" ] || { echo "LOST OR DOUBLED: not one lead for each message." >&2; wrong=1; }
  if [ "$mode" = demo ]; then
    replies=$(sql "select count(*) from messages where direction = 'out'")
    echo "Replied       $replies"
    [ "$replies" = "$leads" ] || { echo "LOST OR DOUBLED: not one reply for each lead." >&2; wrong=1; }
  fi
fi
exit "$wrong"
