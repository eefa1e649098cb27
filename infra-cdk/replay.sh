# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154
# `fieldline replay`, read by ../fieldline after user.sh: what could not be taken, and the dead letters of the ingest
# queue sent there again. A thin layer over the AWS command line, for the stack that `up` deployed, or with --stage for
# one in the account of your credentials.

replay_usage='fieldline replay [--dead-letters] [--stage STAGE]'

fieldline_replay() {
  dead_letters='' cloud=''
  while [ $# -gt 0 ]; do
    case "$1" in
      --dead-letters)
        dead_letters=yes
        shift
        ;;
      --stage)
        [ $# -ge 2 ] || fail "replay: $1 needs a value; $replay_usage"
        cloud=$2
        shift 2
        ;;
      *) fail "replay: unknown argument $1; $replay_usage" ;;
    esac
  done
  need_cli
  if [ -n "$cloud" ]; then stage=$cloud; else here_and_now; fi
  if [ -n "$dead_letters" ]; then send_again; else what_waits; fi
}

# queue_url NAME: of a queue of the stage.
queue_url() {
  aws_there sqs get-queue-url --queue-name "fieldline-$stage-$1" --query QueueUrl --output text ||
    fail "replay: there is no queue fieldline-$stage-$1; next: ./fieldline up, or ./fieldline deploy -c stage=$stage"
}

# waiting NAME: how many messages can be received from a queue of the stage.
waiting() {
  of=$(queue_url "$1") || exit 1
  aws_there sqs get-queue-attributes --queue-url "$of" --attribute-names ApproximateNumberOfMessages --output text \
    --query Attributes.ApproximateNumberOfMessages
}

what_waits() {
  for one in "quarantine:messages that a rule or a function could not use, each with its reason" \
    "ingest-dead:telemetry that failed five times; ./fieldline replay --dead-letters sends it again" \
    "functions-dead:invocations that failed for good"; do
    count=$(waiting "${one%%:*}") || exit 1
    printf '%6s  %-14s  %s\n' "$count" "${one%%:*}" "${one#*:}"
  done
}

# Those that are there now; what fails again comes back and is left. Repeating telemetry is harmless: what is stored
# already is stored under the same key. One at a time, since StartMessageMoveTask is unknown to the command lines that
# Debian 12 brings; sent before it is deleted.
send_again() {
  left=$(waiting ingest-dead) || exit 1
  from=$(queue_url ingest-dead) || exit 1
  to=$(queue_url ingest) || exit 1
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  sent=0
  while [ "$sent" -lt "$left" ]; do
    aws_there sqs receive-message --queue-url "$from" --visibility-timeout 60 --output text \
      --query 'Messages[0].[ReceiptHandle,Body]' >"$work/message" || fail "replay: $sent of $left sent again"
    receipt=$(head -n 1 "$work/message" | cut -f 1)
    [ -n "$receipt" ] && [ "$receipt" != None ] || break
    sed '1s/^[^\t]*\t//' "$work/message" >"$work/body"
    aws_there sqs send-message --queue-url "$to" --message-body "file://$work/body" >/dev/null ||
      fail "replay: $sent of $left sent again; the others are still in $from"
    aws_there sqs delete-message --queue-url "$from" --receipt-handle "$receipt" ||
      fail "replay: a message was sent again, and is still in $from"
    sent=$((sent + 1))
  done
  say "$sent of $left messages sent again"
}
