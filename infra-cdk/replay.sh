# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154
# `fieldline replay`, read by ../fieldline after user.sh and routes.sh: what could not be taken, and how it is sent again. A thin
# layer over the AWS command line, for the stack that `up` deployed, or with --stage for one in the account of your
# credentials. The quarantine is asked by invoking its function with the events of its own routes.

replay_usage='fieldline replay [--stage STAGE]                  how much waits where, the quarantine by kind
       fieldline replay --list [KIND]                   its entries, the newest first
       fieldline replay --show ENTRY                    one of them with its message
       fieldline replay --entry ENTRY                   send one again
       fieldline replay --kind KIND                     send all of a kind again that never were
       fieldline replay --drop ENTRY                    forget one
       fieldline replay --dead-letters                  send again, invoke again what failed for good'

fieldline_replay() {
  what='' of='' cloud=''
  while [ $# -gt 0 ]; do
    case "$1" in
      --stage)
        [ $# -ge 2 ] || fail "replay: $1 needs a value; $replay_usage"
        cloud=$2
        shift 2
        ;;
      --dead-letters | --list | --show | --entry | --kind | --drop)
        [ -z "$what" ] || fail "replay: expected one of --$what and $1; $replay_usage"
        what=${1#--}
        shift
        case "$what" in
          dead-letters) ;;
          list) case "${1:-}" in '' | -*) ;; *) of=$1 && shift ;; esac ;;
          *)
            [ $# -ge 1 ] || fail "replay: --$what needs a value; $replay_usage"
            of=$1
            shift
            ;;
        esac
        ;;
      *) fail "replay: unknown argument $1; $replay_usage" ;;
    esac
  done
  need_cli
  need node "Debian: apt install nodejs"
  if [ -n "$cloud" ]; then stage=$cloud; else here_and_now; fi
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  case "$what" in
    '') what_waits ;;
    dead-letters) send_again ;;
    list)
      entries >"$work/entries"
      json list <"$work/entries"
      ;;
    show)
      quarantine 'GET /quarantine/{entry}' "$of"
      json show <"$work/answer"
      ;;
    entry)
      quarantine 'POST /quarantine/{entry}/replay' "$of"
      say "$of sent again"
      ;;
    kind) replay_kind ;;
    drop)
      quarantine 'DELETE /quarantine/{entry}' "$of"
      say "$of dropped"
      ;;
  esac
}

json() { node "$here/infra-cdk/replay.mjs" "$@"; }

# queue_url NAME: of a queue of the stage.
queue_url() {
  aws_there sqs get-queue-url --queue-name "fieldline-$stage-$1" --query QueueUrl --output text ||
    fail "replay: there is no queue fieldline-$stage-$1; next: ./fieldline up, or ./fieldline deploy --stage $stage"
}

# waiting NAME: how many messages can be received from a queue of the stage.
waiting() {
  of_queue=$(queue_url "$1") || exit 1
  aws_there sqs get-queue-attributes --queue-url "$of_queue" --attribute-names ApproximateNumberOfMessages --output text \
    --query Attributes.ApproximateNumberOfMessages
}

# quarantine ROUTE [ENTRY [CURSOR [KIND]]]: the answer to a route of the quarantine is in $work/answer.
quarantine() { invoke_route replay quarantine "$@"; }

# The entries of the kind in $of, or all, one JSON object a line.
entries() {
  cursor=
  while :; do
    quarantine 'GET /quarantine' '' "$cursor" "$of"
    json entries <"$work/answer"
    cursor=$(json cursor <"$work/answer")
    [ -n "$cursor" ] || break
  done
}

replay_kind() {
  cursor=
  while :; do
    quarantine 'POST /quarantine/replay' '' "$cursor" "$of"
    json replayed <"$work/answer" >>"$work/counts"
    cursor=$(json cursor <"$work/answer")
    [ -n "$cursor" ] || break
  done
  awk -v kind="$of" '{ sent += $1; left += $2 } END {
    printf "%d of kind %s sent again", sent, kind
    if (left) printf ", %d cannot be; see --list %s", left, kind
    print "" }' "$work/counts" >&2
}

what_waits() {
  for one in "ingest-dead:telemetry that failed five times" \
    "quarantine-dead:what the quarantine could not keep" \
    "rollup-dead:hours that could not be merged" \
    "deletion-dead:devices that could not be deleted" \
    "command-dead:commands that were not given to all" \
    "mirror-dead:alarm rules that agents were not told" \
    "functions-dead:invocations that failed for good"; do
    count=$(waiting "${one%%:*}") || exit 1
    printf '%6s  %-16s  %s\n' "$count" "${one%%:*}" "${one#*:}"
  done
  entries >"$work/entries"
  json kinds <"$work/entries"
}

# What is there now, from each dead-letter queue to where it failed; what fails again comes back and is left. Repeating is
# harmless: what is stored already is stored under the same key, an outcome that was taken stays. One at a time, since
# StartMessageMoveTask is unknown to the command lines that Debian 12 brings, and knows no functions; sent before it is
# deleted.
send_again() {
  letters ingest-dead "to_queue ingest"
  letters quarantine-dead "to_queue quarantine"
  letters rollup-dead "to_queue rollup"
  letters deletion-dead "to_queue deletion"
  letters command-dead "to_queue command"
  letters mirror-dead "to_queue mirror"
  letters functions-dead to_function
}

# letters QUEUE COMMAND: the command sends what is in $work/letter.
letters() {
  there=$(waiting "$1") || exit 1
  from=$(queue_url "$1") || exit 1
  sent=0 kept=0
  while [ $((sent + kept)) -lt "$there" ]; do
    aws_there sqs receive-message --queue-url "$from" --visibility-timeout 60 --message-attribute-names All \
      --output json >"$work/received" || fail "replay: $sent of $there of $1 sent again"
    receipt=$(json receipt "$work/letter" <"$work/received")
    [ -n "$receipt" ] || break
    if $2; then
      aws_there sqs delete-message --queue-url "$from" --receipt-handle "$receipt" ||
        fail "replay: a message was sent again, and is still in $from"
      sent=$((sent + 1))
    else
      kept=$((kept + 1))
    fi
  done
  say "$sent of $there of $1 sent again"
}

to_queue() {
  to=$(queue_url "$1") || exit 1
  aws_there sqs send-message --queue-url "$to" --message-body "file://$work/letter" >/dev/null ||
    fail "replay: the others are still in $from"
}

# Lambda's record names the function and holds the event; a schedule's dead letter is the event, and its attribute
# TARGET_ARN the function. Whatever else is there is left, and said.
to_function() {
  target=$(json target "$work/event" <"$work/received") || return 1
  aws_there lambda invoke --invocation-type Event --function-name "$target" --payload "fileb://$work/event" \
    "$work/invoked" >/dev/null || fail "replay: the others are still in $from"
}
