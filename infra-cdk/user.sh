# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154
# `fieldline user`, read by ../fieldline: who may sign in. A thin layer over the AWS command line, for the pool of
# the stack that `up` deployed, or with --stage for that of a stage in the account of your credentials.

user_usage='fieldline user add NAME --role viewer|operator|admin [--stage STAGE]   (NAME is an e-mail address)'

fieldline_user() {
  [ "${1:-}" = add ] || fail "user: expected add, got '${1:-}'; $user_usage"
  shift
  name='' role='' cloud=''
  while [ $# -gt 0 ]; do
    case "$1" in
      --role | --stage)
        [ $# -ge 2 ] || fail "user: $1 needs a value; $user_usage"
        if [ "$1" = --role ]; then role=$2; else cloud=$2; fi
        shift 2
        ;;
      -*) fail "user: unknown argument $1; $user_usage" ;;
      *)
        [ -z "$name" ] || fail "user: expected one name, got also '$1'; $user_usage"
        name=$1
        shift
        ;;
    esac
  done
  case "$name" in
    ?*@?*) ;;
    *) fail "user: expected an e-mail address, got '$name'; $user_usage" ;;
  esac
  case "$role" in
    viewer | operator | admin) ;;
    *) fail "user: expected --role viewer, operator or admin, got '$role'; $user_usage" ;;
  esac
  need_cli
  if [ -n "$cloud" ]; then stage=$cloud; else here_and_now; fi
  add_user
}

here_and_now() {
  running stack || fail "the local AWS does not run; next: ./fieldline up (or --stage STAGE for one in AWS)"
  where_it_runs
  use_local_aws
}

# The endpoint is named where one is set: not every release of the command line reads the variable.
aws_there() {
  if [ -n "${AWS_ENDPOINT_URL:-}" ]; then set -- --endpoint-url "$AWS_ENDPOINT_URL" "$@"; fi
  "$aws_cli" "$@"
}

# stack_output KEY: an output of the stage's stack.
stack_output() {
  aws_there cloudformation describe-stacks --stack-name "Fieldline-$stage" --output text \
    --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue" ||
    fail "user: the stack Fieldline-$stage could not be asked; next: ./fieldline up, or ./fieldline deploy --stage $stage"
}

# Added or there already: afterwards the person has this role and no other.
add_user() {
  pool=$(stack_output UserPoolId)
  password=
  status=$(aws_there cognito-idp admin-get-user --user-pool-id "$pool" --username "$name" \
    --query UserStatus --output text 2>/dev/null) || status=absent
  if [ "$status" = absent ]; then
    if [ -n "$cloud" ]; then
      set -- --desired-delivery-mediums EMAIL
    else
      set -- --message-action SUPPRESS
    fi
    aws_there cognito-idp admin-create-user --user-pool-id "$pool" --username "$name" "$@" \
      --user-attributes "Name=email,Value=$name" Name=email_verified,Value=true >/dev/null
  fi
  if [ -z "$cloud" ] && [ "$status" != CONFIRMED ]; then
    # New, or left without a password by a command that was broken off.
    password=$(new_password)
    aws_there cognito-idp admin-set-user-password --user-pool-id "$pool" --username "$name" \
      --password "$password" --permanent
  fi
  for group in viewer operator admin; do
    change=remove-user-from
    [ "$group" != "$role" ] || change=add-user-to
    aws_there cognito-idp "admin-$change-group" --user-pool-id "$pool" --username "$name" --group-name "$group"
  done
  say "$name is $role of stage $stage"
  if [ -n "$password" ]; then
    say "  password $password (said once; nobody keeps it)"
  elif [ -n "$cloud" ]; then
    say "  AWS sends a new person an e-mail with the first password"
  fi
  say "next: sign in at $(app_address)"
}

app_address() {
  address=$(stack_output AppUrl)
  if [ -n "$cloud" ]; then printf '%s' "$address"; else printf '%s' "$address" | sed 's/^https:/http:/'; fi
}
