# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154
# `fieldline up` and `fieldline down`, read by ../fieldline. What runs is noted under $data/run: one file
# a program, with its process id.

# The stack stays and works (TLS, signatures): with the optimizing compiler, but not so early that it slows the
# start. A small heap first and a small nursery, and what the compiler no longer needs is given back.
stack_java="-XX:+UseSerialGC -Xms32m -Xmn16m -Xmx512m -XX:TrimNativeHeapInterval=5000 \
-XX:Tier4InvocationThreshold=20000 -XX:Tier4MinInvocationThreshold=6000 -XX:Tier4CompileThreshold=60000 \
-XX:Tier4BackEdgeThreshold=160000 -Dsun.net.httpserver.nodelay=true --enable-native-access=ALL-UNNAMED"

agent_java="$quiet_java $agent_heap"

stage=dev
port=${FIELDLINE_PORT:-4566}
mqtt_port=${FIELDLINE_MQTT_PORT:-8883}
# The gateway agent's: sensors by TCP, HTTP and MQTT, and its metrics.
tcp_port=${FIELDLINE_TCP_PORT:-9999}
http_port=${FIELDLINE_HTTP_PORT:-9980}
local_mqtt_port=${FIELDLINE_LOCAL_MQTT_PORT:-1883}
metrics_port=${FIELDLINE_METRICS_PORT:-9464}
url="http://127.0.0.1:$port"
run="$data/run"
gateway="$data/gateway"
thing="gateway-1"
operator=operator@fieldline.example

. "$here/localstack/prepare.sh"

fieldline_up() {
  reset=
  inspect=
  while [ $# -gt 0 ]; do
    case "$1" in
      --reset) reset=--reset ;;
      --inspect)
        case "${2:-}" in
          whole | beginnings) inspect="--inspect $2" ;;
          *) fail "up --inspect: expected whole or beginnings, got '${2:-}'" ;;
        esac
        shift
        ;;
      --localstack)
        . "$here/localstack/compose/vendor.sh"
        need_vendor
        need_vendor_token
        ;;
      *) fail "up: unknown argument $1 (known: --reset, --inspect whole, --localstack)" ;;
    esac
    shift
  done
  started=$(now)
  need_space "$data" 300
  mkdir -p "$run" "$gateway"
  alone
  trap 'interrupted' INT TERM
  need_cli
  need curl "Debian: apt install curl"
  where_it_runs
  if [ -z "${FIELDLINE_BUILT:-}" ] && java_stale; then
    # A program whose files are replaced under it fails in odd ways.
    stop agent
    stop stack
  fi
  build_web
  build_java
  cdk_cli
  start_stack
  use_local_aws
  deploy_locally
  provision_gateway
  add_person
  start_gateway
  took=$(($(now) - started))
  say ""
  if [ "$downloads" -gt 0 ]; then
    say "ready in $((took - downloads)) s, and $downloads s of downloads before that"
  else
    say "ready in $took s"
  fi
  say "  the app     $(app_url)   sign in as $operator, password $(cat "$data/operator.password")"
  say "  inspector   $url/_local/inspector   what became of each message, as a picture"
  without_nc=
  command -v nc >/dev/null 2>&1 || without_nc='   (Debian: apt install netcat-openbsd)'
  say "  send        echo 'temperature=21.5 Cel' | nc -N 127.0.0.1 $tcp_port$without_nc"
  say "  AWS         export AWS_ENDPOINT_URL=$url AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1"
  say "next: open the app, send something; ./fieldline down stops it"
  prepare
}

fieldline_down() {
  purge=
  for argument in "$@"; do
    case "$argument" in
      --purge) purge=--purge ;;
      --localstack) . "$here/localstack/compose/vendor.sh" ;;
      *) fail "down: unknown argument $argument (known: --purge, --localstack)" ;;
    esac
  done
  mkdir -p "$run" || fail "cannot make the folder $run"
  alone
  stop agent
  stop_stack $purge
  unprepare
  if [ -n "$purge" ]; then
    rm -rf "$run" "$gateway" "$data/stack" "$data/operator.password"
    say "stopped, and forgot everything under $data; next: ./fieldline up starts afresh"
  else
    say "stopped; what it kept is under $data (./fieldline down --purge forgets it); next: ./fieldline up"
  fi
}

interrupted() {
  trap '' INT TERM
  say ""
  say "interrupted. What was started goes on; next: ./fieldline up goes on from here, ./fieldline down stops it"
  exit 130
}

# One `up` or `down` at a time; the lock ends with this program, also where it is killed.
alone() {
  command -v flock >/dev/null 2>&1 || return 0
  exec 9>"$run/lock"
  flock -n 9 || fail "another ./fieldline up or down is at work on $data"
}

# Who listens on a port of this machine: "name (pid N)", nothing where nobody does or /proc is absent.
listener() {
  hex=$(printf ':%04X' "$1")
  inode=$(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
    awk -v port="$hex" '$4 == "0A" && substr($2, length($2) - 4) == port { print $10; exit }')
  [ -n "$inode" ] || return 0
  fd=$(find /proc/[0-9]*/fd -lname "socket:\\[$inode\\]" -print -quit 2>/dev/null) || true
  pid=${fd#/proc/}
  pid=${pid%%/*}
  if [ -n "$pid" ]; then
    printf '%s (pid %s)' "$(cat "/proc/$pid/comm")" "$pid"
  else
    printf 'a program of another user'
  fi
}

# need_port PORT VARIABLE PURPOSE
need_port() {
  owner=$(listener "$1")
  [ -z "$owner" ] ||
    fail "port $1, wanted for $3, is taken by $owner: stop that, or choose another with $2=… ./fieldline up"
}

need_cli() {
  [ -x /usr/bin/aws ] || command -v aws >/dev/null 2>&1 || install_test_tools
  aws_cli=$(command -v aws)
  [ ! -x /usr/bin/aws ] || aws_cli=/usr/bin/aws
}

aws_local() { "$aws_cli" --endpoint-url "$url" "$@"; }

use_local_aws() {
  AWS_ENDPOINT_URL=$url AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
  AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1 AWS_EC2_METADATA_DISABLED=true
  CDK_DISABLE_CLI_TELEMETRY=1 CDK_HOME="$data/cdk"
  export AWS_ENDPOINT_URL AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_REGION AWS_DEFAULT_REGION
  export AWS_EC2_METADATA_DISABLED CDK_DISABLE_CLI_TELEMETRY CDK_HOME
  unset AWS_PROFILE AWS_SESSION_TOKEN || true
}

# A number may have been given to another program since: what runs must be ours, on this data folder.
running() {
  [ -e "$run/$1.pid" ] || return 1
  pid=$(cat "$run/$1.pid")
  kill -0 "$pid" 2>/dev/null || return 1
  [ ! -d "/proc/self" ] || tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF "fieldline.run=$run/$1 "
}

# A stack that runs keeps its ports: those of its log, whatever the environment says now.
where_it_runs() {
  running stack || return 0
  at=$(sed -n 's|^ready http://[^:]*:\([0-9]*\) mqtts://[^:]*:\([0-9]*\) .*|\1 \2|p' "$run/stack.log" | tail -n 1)
  [ -n "$at" ] || return 0
  if [ -n "${FIELDLINE_PORT:-}" ] && [ "$port" != "${at% *}" ]; then
    fail "the local AWS runs already on port ${at% *}, FIELDLINE_PORT is $port; ./fieldline down first"
  fi
  port=${at% *} mqtt_port=${at#* } url="http://127.0.0.1:${at% *}"
}

doctor_running() {
  where_it_runs
  for program in stack agent; do
    if running "$program"; then
      say "$(printf '%-14s' "$program") runs (pid $(cat "$run/$program.pid"), log $run/$program.log)"
    else
      say "$(printf '%-14s' "$program") does not run"
    fi
  done
  running stack || doctor_ports "$port" "$mqtt_port"
  running agent || doctor_ports "$tcp_port" "$http_port" "$local_mqtt_port" "$metrics_port"
}

doctor_ports() {
  for wanted in "$@"; do
    owner=$(listener "$wanted")
    [ -z "$owner" ] || say "port $wanted      taken by $owner: up would refuse; ./fieldline up says how to choose another"
  done
}

stop() {
  running "$1" || {
    rm -f "$run/$1.pid"
    return 0
  }
  say "stopping the $1 …"
  pid=$(cat "$run/$1.pid")
  kill "$pid" 2>/dev/null || true
  for _ in $(seq 300); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  kill -9 "$pid" 2>/dev/null || true
  rm -f "$run/$1.pid"
}

# await NAME TEXT SECONDS: until the program's output has the text, or it ended.
await() {
  for _ in $(seq $(($3 * 5))); do
    if grep -q "$2" "$run/$1.log" 2>/dev/null; then return 0; fi
    kill -0 "$(cat "$run/$1.pid")" 2>/dev/null || break
    sleep 0.2
  done
  tail -n 20 "$run/$1.log" >&2
  fail "the $1 did not say '$2' within $3 s; its log is $run/$1.log"
}

stop_stack() { stop stack; }

start_stack() {
  if running stack; then
    if [ -z "$reset$inspect" ]; then
      say "the local AWS runs already on $url"
      return
    fi
    stop agent
    stop stack
  fi
  need_port "$port" FIELDLINE_PORT "the local AWS"
  need_port "$mqtt_port" FIELDLINE_MQTT_PORT "MQTT with mutual TLS"
  say "starting the local AWS on $url …"
  # shellcheck disable=SC2046,SC2086
  nohup "$java" $stack_java $(prepared stack) -Dfieldline.run="$run/stack" \
    -cp "$(class_path localstack)" io.fieldline.localstack.Main \
    --port "$port" --mqtt-port "$mqtt_port" --data "$data/stack" $reset $inspect >"$run/stack.log" 2>&1 9>&- &
  echo $! >"$run/stack.pid"
  await stack '^ready ' 120
}

# CDK's own rules, as errors, judge a template once after each build: that takes some seconds.
deploy_locally() {
  judged=false
  if stale "$run/judged" "$here/target/java.built" "$here/infra-cdk/config"; then judged=true; fi
  say "deploying the pipeline with the cdk command line …"
  (
    cd "$here/infra-cdk"
    CDK_VALIDATION=$judged node_modules/.bin/cdk deploy --require-approval never --progress events \
      --outputs-file "$run/outputs.json" -c "appUrls=$url/" >"$run/deploy.log" 2>&1
  ) || {
    tail -n 30 "$run/deploy.log" >&2
    if ! running stack; then
      tail -n 10 "$run/stack.log" >&2
      fail "the local AWS ended while it was deployed into; its log is $run/stack.log; next: ./fieldline up tries again"
    fi
    refusals
    fail "the deployment failed; its log is $run/deploy.log; next: ./fieldline up tries again"
  }
  touch "$run/judged"
  refusals
}

# What was asked of the local AWS that it does not have.
refusals() {
  curl -fsS "$url/_local/coverage" | sed -n '/^## Refused/,$p' >&2 || true
}

# The template's address is https, as on AWS; offline the same host answers in plain http.
app_url() { output AppUrl | sed 's/^https:/http:/'; }

output() {
  node -e 'const o = JSON.parse(require("fs").readFileSync(process.argv[1])); process.stdout.write(String(Object.values(o)[0][process.argv[2]]))' \
    "$run/outputs.json" "$1"
}

# Whom devices trust, and where they connect to.
device_authority() { curl -fsS "$url/_local/ca.pem"; }

device_endpoint() { printf 'localhost:%s' "$mqtt_port"; }

# What a person would do with the AWS command line for one device. Each step may have been done by
# an `up` that was broken off: none fails when it is done again, and the last is to keep the ARN.
provision_gateway() {
  if [ -e "$gateway/certificate.arn" ] && aws_local iot list-thing-principals --thing-name "$thing" 2>/dev/null |
    grep -qF "$(cat "$gateway/certificate.arn")"; then
    return
  fi
  stop agent
  say "registering the gateway $thing …"
  rm -f "$gateway/certificate.arn"
  aws_local iot create-thing --thing-name "$thing" --thing-type-name "fieldline-$stage-gateway" >/dev/null
  (
    umask 077
    aws_local iot create-keys-and-certificate --set-as-active \
      --certificate-pem-outfile "$gateway/device.pem.crt" \
      --private-key-outfile "$gateway/private.pem.key" \
      --query certificateArn --output text >"$gateway/certificate.new"
  )
  arn=$(cat "$gateway/certificate.new")
  for part in data shadow jobs; do
    aws_local iot attach-policy --policy-name "fieldline-$stage-device-$part" --target "$arn"
  done
  aws_local iot attach-thing-principal --thing-name "$thing" --principal "$arn"
  device_authority >"$gateway/ca.pem" || fail "the stack did not give its certificate authority"
  mv "$gateway/certificate.new" "$gateway/certificate.arn"
}

# As the pool's rules want it: upper and lower case, digits, twelve characters and more.
new_password() { printf 'Field-%s-9a' "$(od -An -N6 -tx1 /dev/urandom | tr -d ' \n')"; }

add_person() {
  pool=$(output UserPoolId)
  if [ -e "$data/operator.password" ] &&
    aws_local cognito-idp admin-get-user --user-pool-id "$pool" --username "$operator" >/dev/null 2>&1; then
    return
  fi
  password=$(new_password)
  aws_local cognito-idp admin-get-user --user-pool-id "$pool" --username "$operator" >/dev/null 2>&1 ||
    aws_local cognito-idp admin-create-user --user-pool-id "$pool" --username "$operator" \
      --message-action SUPPRESS >/dev/null
  aws_local cognito-idp admin-set-user-password --user-pool-id "$pool" --username "$operator" \
    --password "$password" --permanent
  for group in operator admin; do
    aws_local cognito-idp admin-add-user-to-group --user-pool-id "$pool" --username "$operator" \
      --group-name "$group"
  done
  (
    umask 077
    printf '%s' "$password" >"$data/operator.password"
  )
}

start_gateway() {
  if running agent; then return; fi
  cat >"$gateway/agent.yaml" <<YAML
thing: $thing
stage: $stage
folder: spool
cloud:
  endpoint: $(device_endpoint)
  certificate: device.pem.crt
  key: private.pem.key
  ca: ca.pem
tcp:
  listen: 127.0.0.1:$tcp_port
http:
  listen: 127.0.0.1:$http_port
mqtt:
  listen: 127.0.0.1:$local_mqtt_port
metrics:
  listen: 127.0.0.1:$metrics_port
machine:
  everyMs: 5000
simulator:
  - device: $thing
    sensor: greenhouse
    unit: Cel
    mean: 21
    swing: 4
actuators:
  lamp:
    type: switch
  vent:
    type: switch
    takes: number
    minimum: 0
    maximum: 100
    step: 5
    unit: "%"
YAML
  need_port "$tcp_port" FIELDLINE_TCP_PORT "sensors that speak TCP"
  need_port "$http_port" FIELDLINE_HTTP_PORT "sensors that speak HTTP"
  need_port "$local_mqtt_port" FIELDLINE_LOCAL_MQTT_PORT "sensors that speak MQTT"
  need_port "$metrics_port" FIELDLINE_METRICS_PORT "the agent's metrics"
  say "starting the gateway agent …"
  # shellcheck disable=SC2046,SC2086
  nohup "$java" $agent_java $(prepared agent) -Dfieldline.run="$run/agent" \
    -cp "$(class_path device-agent)" io.fieldline.agent.Main \
    --config "$gateway/agent.yaml" >"$run/agent.log" 2>&1 9>&- &
  echo $! >"$run/agent.pid"
  await agent '^connected' 60
}
