# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154
# `fieldline export`, read by ../fieldline after user.sh and routes.sh: a device's readings on standard output. The parts
# of the route are put one behind the other as they come, so that a year takes no more memory than an hour.

export_usage='fieldline export DEVICE [--from TIME] [--to TIME] [--sensor NAME] [--resolution raw|minute|hour]
                  [--format csv|ndjson] [--stage STAGE] > FILE
       TIME: 2026-11-26, 2026-11-26T10:00Z or epoch milliseconds; without --from a day before --to, without --to now'

fieldline_export() {
  device='' from='' to='' sensor='' resolution='' format='' cloud=''
  while [ $# -gt 0 ]; do
    case "$1" in
      --from | --to | --sensor | --resolution | --format | --stage)
        [ $# -ge 2 ] || fail "export: $1 needs a value; $export_usage"
        case "$1" in
          --from) from=$2 ;;
          --to) to=$2 ;;
          --sensor) sensor=$2 ;;
          --resolution) resolution=$2 ;;
          --format) format=$2 ;;
          --stage) cloud=$2 ;;
        esac
        shift 2
        ;;
      -*) fail "export: unknown argument $1; $export_usage" ;;
      *)
        [ -z "$device" ] || fail "export: expected one device, got '$device' and '$1'; $export_usage"
        device=$1
        shift
        ;;
    esac
  done
  [ -n "$device" ] || fail "export: expected a device; $export_usage"
  need_cli
  need node "Debian: apt install nodejs"
  if [ -n "$cloud" ]; then stage=$cloud; else here_and_now; fi
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  json range "$from" "$to" >"$work/range" || exit 1
  read -r from_ms to_ms <"$work/range"
  cursor=
  while :; do
    invoke_route export query 'GET /devices/{device}/export' "$device" "fromMs=$from_ms" "toMs=$to_ms" "sensor=$sensor" \
      "resolution=$resolution" "format=$format" "cursor=$cursor"
    json part <"$work/invoked"
    cursor=$(json cursor <"$work/invoked")
    [ -n "$cursor" ] || break
  done
}

json() { node "$here/infra-cdk/export.mjs" "$@"; }
