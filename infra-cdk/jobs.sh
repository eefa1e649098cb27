# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154
# `fieldline jobs`, read by ../fieldline after user.sh and routes.sh: work for the fleet, its making, how far it is, its end. A thin layer
# over the AWS command line, for the stack that `up` deployed, or with --stage for one in the account of your credentials.

jobs_usage='fieldline jobs create FILE.json OPTIONS… [--stage STAGE]   (the job'"'"'s document: docs/reference/jobs.md)
         --device NAME, --group NAME       for whom; each may be there more than once
         --description TEXT
         --continuous                      also for devices that come to the groups later
         --per-minute N                    how many are told a minute, at most
         --growing BASE:FACTOR:SUCCEEDED   begins with BASE a minute, times FACTOR each time that so many have succeeded
         --abort PERCENT[:AT_LEAST]        canceled when so many failed of at least so many that were told
         --timeout MINUTES, --retries N    of a device that has begun, or failed
       fieldline jobs list                                     the newest first
       fieldline jobs show JOB                                 how far it is, and its document
       fieldline jobs devices JOB [--status STATUS]            how far each device is
       fieldline jobs device JOB DEVICE                        one of them, with what it says
       fieldline jobs cancel JOB [--force]                     no further device is told; --force: also where it has begun
       fieldline jobs delete JOB                               one that is over, with what each device said'

fieldline_jobs() {
  what=${1:-}
  [ $# -eq 0 ] || shift
  of='' second='' cloud='' options=
  while [ $# -gt 0 ]; do
    case "$1" in
      --force | --continuous)
        options="$options${1#--}
"
        shift
        ;;
      --stage | --status | --device | --group | --description | --per-minute | --growing | --abort | --timeout | --retries)
        [ $# -ge 2 ] || fail "jobs: $1 needs a value; $jobs_usage"
        if [ "$1" = --stage ]; then
          cloud=$2
        else
          options="$options${1#--}=$2
"
        fi
        shift 2
        ;;
      -*) fail "jobs: unknown argument $1; $jobs_usage" ;;
      *)
        if [ -z "$of" ]; then of=$1; elif [ -z "$second" ]; then second=$1; else fail "jobs: unexpected '$1'; $jobs_usage"; fi
        shift
        ;;
    esac
  done
  case "$what:$of:$second" in
    create:?*:) [ -r "$of" ] || fail "jobs: cannot read the file $of" ;;
    list:: | show:?*: | devices:?*: | device:?*:?* | cancel:?*: | delete:?*:) ;;
    *) fail "jobs: expected create FILE, list, show JOB, devices JOB, device JOB DEVICE, cancel JOB or delete JOB, got '$what${of:+ $of}${second:+ $second}'; $jobs_usage" ;;
  esac
  need_cli
  need node "Debian: apt install nodejs"
  if [ -n "$cloud" ]; then stage=$cloud; else here_and_now; fi
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  printf '%s' "$options" >"$work/options"
  case "$what" in
    create)
      jobs_route 'POST /jobs' "$of" '' "$work/options"
      json made <"$work/answer"
      ;;
    list) jobs_listed 'GET /jobs' jobs ;;
    show)
      jobs_route 'GET /jobs/{job}' "$of" '' "$work/options"
      json show <"$work/answer"
      ;;
    devices) jobs_listed 'GET /jobs/{job}/devices' devices ;;
    device)
      jobs_route 'GET /jobs/{job}/devices/{device}' "$of" "$second" "$work/options"
      json device <"$work/answer"
      ;;
    cancel)
      jobs_route 'POST /jobs/{job}/cancel' "$of" '' "$work/options"
      json jobs <"$work/answer"
      ;;
    delete)
      jobs_route 'DELETE /jobs/{job}' "$of" '' "$work/options"
      say "$of is forgotten"
      ;;
  esac
}

json() { node "$here/infra-cdk/jobs.mjs" "$@"; }

jobs_route() { invoke_route jobs jobs "$@"; }

jobs_listed() { # jobs_listed ROUTE FORM: all parts of a list
  cursor=
  while :; do
    jobs_route "$1" "$of" '' "$work/options" "$cursor"
    json "$2" <"$work/answer"
    cursor=$(json cursor <"$work/answer")
    [ -n "$cursor" ] || break
  done
}
