# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154
# `fieldline devices`, read by ../fieldline after user.sh and routes.sh: which devices may be provisioned, which there are, in which groups, and
# which go. A thin layer over the AWS command line, for the stack that `up` deployed, or with --stage for one in the account of your credentials.

devices_usage='fieldline devices import FILE.csv [--stage STAGE]   (a header: serial, or serial,type,groups; then a device a line)
       fieldline devices export                            the list as CSV, with what became of each
       fieldline devices allow SERIAL                      let a device be provisioned anew within a day
       fieldline devices forbid SERIAL                     take a serial number from the list
       fieldline devices list [--group GROUP] [--type TYPE]   devices as CSV
       fieldline devices groups                            groups as CSV, with how many devices are in each
       fieldline devices group GROUP [DESCRIPTION]         make a group, or say what it is
       fieldline devices join GROUP DEVICE...              put devices into a group
       fieldline devices leave GROUP DEVICE...             take devices out of a group
       fieldline devices ungroup GROUP                     delete a group; its devices stay
       fieldline devices type DEVICE [TYPE]                say of which type a device is, or of none
       fieldline devices certificates DEVICE               its certificates as CSV
       fieldline devices revoke DEVICE CERTIFICATE         revoke one for good, and end the connection
       fieldline devices rotate DEVICE                     have the device get a new one, by a job
       fieldline devices delete DEVICE                     delete a device with its certificates and all its data
       each with [--stage STAGE]'

fieldline_devices() {
  what='' cloud='' group='' type='' n=$#
  # What is no option stays among the arguments, in order.
  while [ "$n" -gt 0 ]; do
    n=$((n - 1))
    case "$1" in
      --stage | --group | --type)
        [ "$n" -gt 0 ] || fail "devices: $1 needs a value; $devices_usage"
        case "$1" in --stage) cloud=$2 ;; --group) group=$2 ;; --type) type=$2 ;; esac
        shift 2
        n=$((n - 1))
        ;;
      -*) fail "devices: unknown argument $1; $devices_usage" ;;
      *)
        if [ -z "$what" ]; then what=$1; else set -- "$@" "$1"; fi
        shift
        ;;
    esac
  done
  [ "$what" = list ] || [ -z "$group$type" ] || fail "devices: --group and --type are for list; $devices_usage"
  case "$what:$#" in
    import:1) [ -r "$1" ] || fail "devices: cannot read the file $1" ;;
    export:0 | list:0 | groups:0 | allow:1 | forbid:1 | delete:1 | ungroup:1 | group:[12] | type:[12]) ;;
    certificates:1 | rotate:1 | revoke:2) ;;
    join:0 | join:1 | leave:0 | leave:1) fail "devices: expected a group and devices after $what; $devices_usage" ;;
    join:* | leave:*) ;;
    *) fail "devices: got '$what${1:+ $*}'; expected one of
       $devices_usage" ;;
  esac
  need_cli
  need node "Debian: apt install nodejs"
  if [ -n "$cloud" ]; then stage=$cloud; else here_and_now; fi
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  case "$what" in
    import)
      fleet_route 'POST /serials' "$1"
      say "$(json counts <"$work/answer")"
      ;;
    export) every_part fleet 'GET /serials' serials ;;
    list) every_part query 'GET /devices' devices "$group" "$type" ;;
    groups) every_part query 'GET /groups' groups ;;
    allow)
      fleet_route 'PUT /serials/{serial}' "$1"
      say "$1 may be provisioned within a day"
      ;;
    forbid)
      fleet_route 'DELETE /serials/{serial}' "$1"
      say "$1 is off the list"
      ;;
    group)
      fleet_route 'PUT /groups/{group}' "$@"
      say "$(json group <"$work/answer")"
      ;;
    join | leave)
      fleet_route 'POST /groups/{group}/devices' "$what" "$@"
      say "$(json members <"$work/answer")"
      ;;
    ungroup)
      fleet_route 'DELETE /groups/{group}' "$1"
      say "the group $1 goes; its devices stay"
      ;;
    type)
      fleet_route 'PUT /devices/{device}/type' "$@"
      if [ -n "${2:-}" ]; then say "$1 is of the type $2"; else say "$1 is of no type"; fi
      ;;
    certificates)
      fleet_route 'GET /devices/{device}/certificates' "$1"
      json header certificates
      json rows certificates <"$work/answer"
      ;;
    revoke)
      fleet_route 'POST /devices/{device}/certificates/{certificate}/revoke' "$@"
      say "$2 is revoked; $1 does not connect with it any more"
      ;;
    rotate)
      invoke_route devices jobs 'POST /jobs' "$1"
      say "$(json job <"$work/answer")"
      ;;
    delete)
      fleet_route 'DELETE /devices/{device}' "$1"
      say "$(json receipt <"$work/answer")"
      ;;
  esac
}

json() { node "$here/infra-cdk/devices.mjs" "$@"; }

fleet_route() { invoke_route devices fleet "$@"; }

# every_part FUNCTION ROUTE LIST ARGS...: a list as CSV, part by part.
every_part() {
  asked=$1 route=$2 list=$3
  shift 3
  json header "$list"
  cursor=
  while :; do
    invoke_route devices "$asked" "$route" "$cursor" "$@"
    json rows "$list" <"$work/answer"
    cursor=$(json cursor <"$work/answer")
    [ -n "$cursor" ] || break
  done
}
