# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2034,SC2154
# `fieldline up --localstack` and `down --localstack`, read by ../launcher.sh: the vendor's LocalStack in the place of
# our own local AWS. What differs is redefined here; it keeps apart what it keeps.
# Never run by us (no Docker, no token): each step that fails says what was expected.

data="$data/localstack"
run="$data/run"
gateway="$data/gateway"

vendor_compose() { docker compose --project-name fieldline --file "$here/localstack/compose/compose.yaml" "$@"; }

need_vendor() {
  docker compose version >/dev/null 2>&1 ||
    fail "LocalStack runs in Docker, and 'docker compose version' does not answer: see https://docs.docker.com/compose/install/; without Docker: ./fieldline up"
}

need_vendor_token() {
  [ -n "${LOCALSTACK_AUTH_TOKEN:-}" ] ||
    fail "LocalStack needs a licence token in LOCALSTACK_AUTH_TOKEN (https://app.localstack.cloud; AWS IoT Core is in its paid tiers); without one: ./fieldline up"
  docker info >/dev/null 2>&1 || fail "the Docker daemon does not answer to 'docker info': is it started, and may you use it?"
}

start_stack() {
  if [ -n "$reset" ]; then
    stop agent
    vendor_compose down --volumes
    rm -rf "$gateway" "$data/operator.password"
    mkdir -p "$gateway"
  fi
  say "starting the vendor's LocalStack on $url (its image is some gigabytes, once) …"
  vendor_compose up --detach >&2 || fail "docker compose could not start LocalStack: see above"
  for _ in $(seq 90); do
    health=$(curl -fsS -m 5 "$url/_localstack/health" 2>/dev/null) && break
    sleep 2
  done
  [ -n "${health:-}" ] || {
    vendor_compose logs --tail 30 >&2
    fail "LocalStack did not answer at $url/_localstack/health within 3 minutes; its last lines are above"
  }
  licensed iot iot-data cognito-idp apigateway cloudfront lambda sqs dynamodb
}

# What a licence does not hold is not in the list of services.
licensed() {
  for service in "$@"; do
    printf '%s' "$health" | grep -q "\"$service\"" ||
      fail "this licence of LocalStack has no $service, which the pipeline needs; it has: $health"
  done
}

# Ours alone is prepared.
prepare() { :; }

stop_stack() {
  need_vendor
  LOCALSTACK_AUTH_TOKEN=${LOCALSTACK_AUTH_TOKEN:-none} vendor_compose down ${1:+--volumes}
}

# Source: https://docs.localstack.cloud/aws/services/iot, "Authentication".
device_authority() { curl -fsS "$url/_aws/iot/LocalStackIoTRootCA.pem"; }

device_endpoint() { aws_local iot describe-endpoint --endpoint-type iot:Data-ATS --query endpointAddress --output text; }

# LocalStack's distribution has a certificate of its own.
app_url() { output AppUrl; }
