# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154
# What stack and agent load as they start, as the JVM wants it: an AOT cache of each, read by launcher.sh. Made once
# for a build, after `up` and beside it, at the lowest priority: the JVM writes a cache when it ends, and takes ten
# seconds of processor time for it. One that does not fit any more is ignored by the JVM.

# prepared NAME: the JVM's options.
prepared() {
  [ ! -e "$run/$1.aot" ] || printf '%s' "-XX:AOTCache=$run/$1.aot -Xlog:aot=off -Xlog:cds=off"
}

# fits NAME MODULE: whether it was made after the module.
fits() {
  [ -e "$run/$1.aot" ] &&
    [ -z "$(find "$here/$2/target" -maxdepth 2 -name '*.jar' -newer "$run/$1.aot" -print -quit)" ]
}

prepare() {
  if fits stack localstack && fits agent device-agent; then return; fi
  if running prepare; then return; fi
  (
    trap '' INT HUP
    cd "$run" || exit
    # shellcheck disable=SC2086
    fits stack localstack || train stack $stack_java -cp "$(class_path localstack)" \
      io.fieldline.localstack.Main --port 0 --mqtt-port 0
    mkdir -p prepare
    cp "$gateway/device.pem.crt" "$gateway/private.pem.key" "$gateway/ca.pem" prepare
    # On free ports, and with nobody to connect to.
    sed -e 's/127\.0\.0\.1:[0-9]*/127.0.0.1:0/' -e 's/endpoint: .*/endpoint: localhost:1/' "$gateway/agent.yaml" \
      >prepare/agent.yaml
    # shellcheck disable=SC2086
    fits agent device-agent || train agent $agent_java -cp "$(class_path device-agent)" \
      io.fieldline.agent.Main --config prepare/agent.yaml
    rm -rf prepare
  ) >/dev/null 2>&1 9>&- &
}

# train NAME OPTION… MAIN ARGUMENT…: starts it, ends it, keeps what it wrote. Not where `down` came before.
train() {
  [ -e stack.pid ] || return 0
  name=$1
  shift
  nice -n 19 "$java" -XX:AOTCacheOutput="$run/$name.aot.new" -Dfieldline.run="$run/prepare" "$@" >prepare.log 2>&1 &
  echo $! >prepare.pid
  for _ in $(seq 600); do
    if grep -q '^ready ' prepare.log || ! kill -0 $!; then break; fi
    sleep 0.2
  done
  kill $! || true
  wait $! || true
  # Gone where `down` broke it off: then what is written is not whole.
  [ ! -e prepare.pid ] || mv "$name.aot.new" "$name.aot"
  rm -f prepare.pid
}

# The JVM that ends has another one write: that goes too.
unprepare() {
  if running prepare; then
    training=$(cat "$run/prepare.pid")
    rm -f "$run/prepare.pid"
    # shellcheck disable=SC2046
    kill -9 "$training" $(cat "/proc/$training/task"/*/children 2>/dev/null) 2>/dev/null || true
  fi
  rm -rf "$run/prepare" "$run"/*.aot.new*
}
