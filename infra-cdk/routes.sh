# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154
# What the commands share that ask routes of the HTTP API by invoking their function, read by ../fieldline after user.sh.
# `json` is the command's own JavaScript.

# invoke_route COMMAND FUNCTION ARGS...: of the event that `json event` makes of the arguments, the answer is in $work/answer.
invoke_route() {
  command=$1 function=fieldline-$stage-$2
  shift 2
  if [ -z "${by:-}" ]; then
    by=$(aws_there sts get-caller-identity --query Arn --output text) || fail "$command: your credentials are not taken: see above"
  fi
  json event "$by" "$@" >"$work/event" || exit 1
  aws_there lambda invoke --function-name "$function" --qualifier live \
    --payload "fileb://$work/event" "$work/invoked" >"$work/said" ||
    fail "$command: the function $function could not be invoked"
  json answer <"$work/invoked" >"$work/answer" || exit 1
}
