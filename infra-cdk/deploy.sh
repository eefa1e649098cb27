# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154
# `fieldline deploy`, read by ../fieldline after user.sh: looks whether a deployment can succeed, in plain words, before the real `cdk
# deploy` changes anything. It asks with the credentials that will deploy, and only reads.

deploy_usage='fieldline deploy [--stage STAGE] [--check] [-c KEY=VALUE…] [ARGUMENTS OF cdk deploy]   (--check: only looks)'

# What the template asks of the account: PipelineApp and cdk.json say nothing else.
bootstrap_needed=6

fieldline_deploy() {
  stage=dev config="$here/infra-cdk/config" check='' failures=0 checks=0
  for argument in "$@"; do
    shift
    case "${follows:-}$argument" in
      --stage | -c | --context)
        follows="$argument "
        continue
        ;;
      "--stage "*) deploy_context "stage=$argument" ;;
      "-c "* | "--context "*)
        deploy_context "$argument"
        set -- "$@" -c "$argument"
        ;;
      --check) check=only ;;
      *) set -- "$@" "$argument" ;;
    esac
    follows=
  done
  [ -z "${follows:-}" ] || fail "deploy: ${follows% } needs a value; $deploy_usage"
  case "$stage" in
    '' | *[!a-z0-9]*) fail "deploy: a stage's name is of lower-case letters and digits, got '$stage'" ;;
  esac
  preflight
  [ -z "$check" ] || return 0
  build_web
  use_jdk
  build_java
  cdk_cli
  cd "$here/infra-cdk"
  node_modules/.bin/cdk deploy "$@" -c "stage=$stage" || fail "deploy: cdk did not get through: see above, and docs/how-to/deploy-to-aws.md"
  deployed
}

deploy_context() {
  case "$1" in
    stage=*) stage=${1#stage=} ;;
    config=/*) config=${1#config=} ;;
    config=*) config="$here/infra-cdk/${1#config=}" ;;
  esac
}

ok() {
  checks=$((checks + 1))
  say "$(printf '  ok    %-12s %s' "$1" "$2")"
}

note() { say "$(printf '  note  %-12s %s' "$1" "$2")"; }

bad() {
  checks=$((checks + 1)) failures=$((failures + 1))
  say "$(printf '  FAIL  %-12s %s' "$1" "$2")"
}

preflight() {
  need node "Debian: apt install nodejs"
  need_cli
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  say "before the deployment of stage $stage:"
  check_config
  if check_credentials && check_region; then
    check_iot
    check_bootstrap
    check_stack
    check_concurrency
  fi
  [ "$failures" = 0 ] || fail "deploy: $failures of $checks checks failed, and nothing was changed"
  say "  nothing is in the way"
}

# setting KEY: of the stage's file; empty where it says nothing.
setting() {
  node -e 'const value = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"))[process.argv[2]];
    if (value !== undefined) console.log(value)' "$config/$stage.json" "$1" 2>"$work/why"
}

check_config() {
  if [ ! -r "$config/$stage.json" ]; then
    fail "deploy: expected the stage's configuration at $config/$stage.json; there are: $(cd "$config" 2>/dev/null && echo *.json)"
  fi
  setting stage >/dev/null || fail "deploy: $config/$stage.json is not JSON: $(sed -n '/Error:/p' "$work/why")"
  ok configuration "$config/$stage.json"
  [ "$(setting retainData)" = true ] || return 0
  [ -n "$(setting alarmEmail)" ] || note alarms "nobody is told of them: \"alarmEmail\" in that file says who is"
  if command -v git >/dev/null 2>&1 && [ -n "$(git -C "$here" status --porcelain 2>/dev/null)" ]; then
    note sources "they have changes that are not committed: what runs will be nowhere else"
  fi
}

# asked WHAT COMMAND...: the answer is in $answer; what went wrong in $work/why.
asked() { answer=$(aws_there "$@" --output text 2>"$work/why"); }

why() { sed -n '/./p' "$work/why" | tail -n 1; }

check_credentials() {
  if ! asked sts get-caller-identity --query '[Account,Arn]'; then
    bad credentials "$(why)"
    case "$(why)" in
      *[Ee]xpired*) say "        sign in again: aws sso login, or new keys" ;;
      *"locate credentials"*) say "        there are none: aws configure sso, or aws configure with an access key" ;;
      *) say "        are AWS_PROFILE and AWS_REGION what you mean? aws sts get-caller-identity shows the same" ;;
    esac
    return 1
  fi
  account=$(echo "$answer" | awk '{ print $1 }')
  arn=$(echo "$answer" | awk '{ print $2 }')
  expected=$(setting account)
  if [ -n "$expected" ] && [ "$expected" != "$account" ]; then
    bad account "these credentials are of account $account ($arn), and stage $stage belongs to $expected"
    return 1
  fi
  ok credentials "$arn"
}

check_region() {
  region=${AWS_REGION:-${AWS_DEFAULT_REGION:-$("$aws_cli" configure get region 2>/dev/null)}}
  expected=$(setting region)
  if [ -n "$expected" ]; then
    # The command line follows the environment, the deployment the stage's file.
    AWS_REGION=$expected AWS_DEFAULT_REGION=$expected
    export AWS_REGION AWS_DEFAULT_REGION
    [ -z "$region" ] || [ "$region" = "$expected" ] || note region "your setting is $region; stage $stage goes to $expected"
    region=$expected
  fi
  if [ -z "$region" ]; then
    bad region "none is set: export AWS_REGION=…, or \"region\" in $config/$stage.json"
    return 1
  fi
  # Version 1 of the command line reads the second alone.
  AWS_DEFAULT_REGION=$region
  export AWS_DEFAULT_REGION
  ok region "$region"
}

check_iot() {
  if asked iot describe-endpoint --endpoint-type iot:Data-ATS --query endpointAddress; then
    ok "AWS IoT Core" "$answer"
  else
    bad "AWS IoT Core" "is not in $region, or may not be asked: $(why)"
  fi
}

check_bootstrap() {
  if ! asked ssm get-parameter --name /cdk-bootstrap/hnb659fds/version --query Parameter.Value; then
    bad bootstrap "account $account has not been prepared in $region; next: cd infra-cdk && npx cdk bootstrap aws://$account/$region ($(why))"
  elif [ "$answer" -lt "$bootstrap_needed" ]; then
    bad bootstrap "version $answer, expected $bootstrap_needed or later; next: cd infra-cdk && npx cdk bootstrap aws://$account/$region"
  else
    ok bootstrap "version $answer"
  fi
}

check_stack() {
  if ! asked cloudformation describe-stacks --stack-name "Fieldline-$stage" --query 'Stacks[0].StackStatus'; then
    case "$(why)" in
      *"does not exist"*)
        ok stack "Fieldline-$stage is new here"
        check_leftovers
        ;;
      *) bad stack "Fieldline-$stage cannot be looked at: $(why)" ;;
    esac
    return
  fi
  case "$answer" in
    ROLLBACK_COMPLETE | ROLLBACK_FAILED | CREATE_FAILED | DELETE_FAILED)
      bad stack "Fieldline-$stage is $answer, which cannot be updated; next: aws cloudformation delete-stack --stack-name Fieldline-$stage"
      ;;
    UPDATE_ROLLBACK_FAILED)
      bad stack "Fieldline-$stage is $answer; next: aws cloudformation continue-update-rollback --stack-name Fieldline-$stage"
      ;;
    *_IN_PROGRESS) bad stack "Fieldline-$stage is $answer: somebody deploys; wait for its end" ;;
    *) ok stack "Fieldline-$stage is there, $answer" ;;
  esac
}

# What an earlier stack of this stage kept has names that the new one needs.
check_leftovers() {
  if asked cognito-idp list-user-pools --max-results 60 --query "UserPools[?Name=='fieldline-$stage-people'].Id" && [ -n "$answer" ]; then
    note people "the user pool $answer of an earlier stack is kept; the new stack gets its own, empty one"
  fi
  if asked logs describe-log-groups --log-group-name-prefix "/fieldline/$stage/" --query 'logGroups[].logGroupName' && [ -n "$answer" ]; then
    bad logs "these are left of an earlier stack, and in the way: $(echo "$answer" | tr '\t\n' '  '); next: aws logs delete-log-group --log-group-name …"
  fi
}

# Source: AWS Lambda Developer Guide, "Lambda quotas": 1,000 by default, and less in new accounts. Some functions run at once in a small fleet.
check_concurrency() {
  if ! asked lambda get-account-settings --query AccountLimit.UnreservedConcurrentExecutions; then
    note functions "how many may run at once cannot be looked at: $(why)"
  elif [ "$answer" -lt 50 ]; then
    note functions "only $answer may run at once in this account: ask for more (Service Quotas, AWS Lambda, Concurrent executions)"
  else
    ok functions "$answer may run at once"
  fi
}

# What is left to do by people, once the stack is there.
deployed() {
  if asked cloudformation describe-stacks --stack-name "Fieldline-$stage" --query "Stacks[0].Outputs[?OutputKey=='AppUrl'].OutputValue"; then
    say "the app: $answer"
  fi
  for topic in alarms device-alarms; do
    asked sns list-subscriptions-by-topic --topic-arn "$(echo "$arn" | cut -d: -f1,2):sns:$region:$account:fieldline-$stage-$topic" \
      --query "Subscriptions[?SubscriptionArn=='PendingConfirmation'].Endpoint" || continue
    [ -z "$answer" ] || say "not confirmed yet, and so told nothing: $answer"
  done
  say "next: ./fieldline user add you@example.com --role admin --stage $stage"
}
