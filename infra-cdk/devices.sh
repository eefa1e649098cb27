# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154
# `fieldline devices`, read by ../fieldline after user.sh and routes.sh: which devices may be provisioned, and which go. A thin layer over
# the AWS command line, for the stack that `up` deployed, or with --stage for one in the account of your credentials.

devices_usage='fieldline devices import FILE.csv [--stage STAGE]   (a header: serial; then a serial number a line)
       fieldline devices export [--stage STAGE]            the list as CSV, with what became of each
       fieldline devices allow SERIAL [--stage STAGE]      let a device be provisioned anew within a day
       fieldline devices delete DEVICE [--stage STAGE]     delete a device with its certificates and all its data
       fieldline devices forbid SERIAL [--stage STAGE]     take a serial number from the list'

fieldline_devices() {
  what=${1:-}
  [ $# -eq 0 ] || shift
  of='' cloud=''
  while [ $# -gt 0 ]; do
    case "$1" in
      --stage)
        [ $# -ge 2 ] || fail "devices: $1 needs a value; $devices_usage"
        cloud=$2
        shift 2
        ;;
      -*) fail "devices: unknown argument $1; $devices_usage" ;;
      *)
        [ -z "$of" ] || fail "devices: expected one of '$of' and '$1'; $devices_usage"
        of=$1
        shift
        ;;
    esac
  done
  case "$what:$of" in
    import:?*) [ -r "$of" ] || fail "devices: cannot read the file $of" ;;
    export: | allow:?* | forbid:?* | delete:?*) ;;
    *) fail "devices: expected import FILE, export, allow SERIAL, forbid SERIAL or delete DEVICE, got '$what${of:+ $of}'; $devices_usage" ;;
  esac
  need_cli
  need node "Debian: apt install nodejs"
  if [ -n "$cloud" ]; then stage=$cloud; else here_and_now; fi
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  case "$what" in
    import)
      devices_route 'POST /serials' "$of"
      say "$(json counts <"$work/answer")"
      ;;
    export) export_serials ;;
    allow)
      devices_route 'PUT /serials/{serial}' "$of"
      say "$of may be provisioned within a day"
      ;;
    delete)
      devices_route 'DELETE /devices/{device}' "$of"
      say "$(json receipt <"$work/answer")"
      ;;
    forbid)
      devices_route 'DELETE /serials/{serial}' "$of"
      say "$of is off the list"
      ;;
  esac
}

json() { node "$here/infra-cdk/devices.mjs" "$@"; }

devices_route() { invoke_route devices fleet "$@"; }

export_serials() {
  json header
  cursor=
  while :; do
    devices_route 'GET /serials' "$cursor"
    json rows <"$work/answer"
    cursor=$(json cursor <"$work/answer")
    [ -n "$cursor" ] || break
  done
}
