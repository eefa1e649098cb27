#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The life of the .deb with the real dpkg: installed, run, upgraded, removed, purged, on a copy of this machine that is
# written to memory and forgotten, without any JDK and with a /tmp from which nothing runs. Needs root, for the copy.
#   lifecycle.sh FIRST.deb SECOND.deb DEVICE     DEVICE: folder with device.pem.crt, private.pem.key, ca.pem, endpoint
set -eu

if [ -z "${INSIDE:-}" ]; then
  INSIDE=$(mktemp -d)
  export INSIDE
  status=0
  unshare --mount --pid --fork --kill-child --mount-proc "$0" "$@" || status=$?
  rmdir "$INSIDE"
  exit $status
fi

expect() { # expect WHAT COMMAND…
  what=$1
  shift
  if "$@"; then echo "ok $what"; else
    echo "FAILED $what: $*" >&2
    exit 1
  fi
}
absent() { [ ! -e "$1" ] && [ ! -L "$1" ]; }
in_copy() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root DEBIAN_FRONTEND=noninteractive chroot "$copy" "$@"; }
as_agent() { in_copy runuser -u fieldline -- "$@"; }

mount -t tmpfs -o mode=755 copy "$INSIDE"
mkdir "$INSIDE/upper" "$INSIDE/work" "$INSIDE/root"
copy="$INSIDE/root" written="$INSIDE/upper"
mount -t overlay -o "lowerdir=/,upperdir=$written,workdir=$INSIDE/work" overlay "$copy"
mount -t proc proc "$copy/proc"
mount --bind /dev "$copy/dev"
mount -t tmpfs -o mode=1777,noexec,nosuid tmp "$copy/tmp"
mount -t tmpfs run "$copy/run"
mount -t tmpfs jvm "$copy/usr/lib/jvm"
rm -f "$copy/usr/bin/java" "$copy/etc/alternatives/java"
expect "no JDK on the path" absent "$copy/usr/bin/java"

mkdir "$copy/tmp/in"
cp "$1" "$copy/tmp/in/first.deb"
cp "$2" "$copy/tmp/in/second.deb"
cp -r "$3" "$copy/tmp/in/device"
config=/etc/fieldline/agent.yaml
data=/var/lib/fieldline-agent

in_copy dpkg -i /tmp/in/first.deb >"$copy/tmp/in/log" 2>&1 || cat "$copy/tmp/in/log"
expect "installed" test "$(in_copy dpkg-query -W -f '${Status}' fieldline-agent)" = "install ok installed"
expect "a person is told what comes next" grep -q "not started, $config is not complete yet" "$copy/tmp/in/log"
expect "user" in_copy getent passwd fieldline
expect "unit" in_copy systemd-analyze verify fieldline-agent.service
expect "enabled" test -L "$copy/etc/systemd/system/multi-user.target.wants/fieldline-agent.service"
expect "nobody else reads the key" test "$(in_copy stat -c '%U:%G %a' /etc/fieldline)" = "root:fieldline 750"
expect "files as they were packed" in_copy dpkg --verify fieldline-agent

for file in device.pem.crt private.pem.key ca.pem; do
  in_copy install -o root -g fieldline -m 640 "/tmp/in/device/$file" "/etc/fieldline/$file"
done
sed -i -e "s/^thing: .*/thing: $(cat "$3/thing")/" -e "s/^  endpoint: .*/  endpoint: $(cat "$3/endpoint")/" \
  -e 's/^  # ca: .*/  ca: ca.pem/' "$copy$config"
printf 'tcp: {listen: "127.0.0.1:0"}\nhttp: {listen: "127.0.0.1:0"}\nmqtt: {listen: "127.0.0.1:0"}\nmetrics: {listen: "127.0.0.1:0"}\nmachine: {everyMs: 500}\n' \
  >>"$copy$config"
expect "configuration" as_agent fieldline-agent --config "$config" --check
expect "the AOT cache fits where it is installed" as_agent env FIELDLINE_AGENT_JAVA=-XX:AOTMode=on \
  fieldline-agent --config "$config" --check

# run NAME: until it is connected and has a batch acknowledged; then it is told to end.
run() {
  as_agent fieldline-agent --config "$config" >"$copy/tmp/in/$1.log" 2>&1 &
  tries=600
  until grep -q '^connected ' "$copy/tmp/in/$1.log"; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] && kill -0 $! || {
      cat "$copy/tmp/in/$1.log" >&2
      exit 1
    }
    sleep 0.1
  done
  agent=$(pgrep -u "$(in_copy id -u fieldline)" java)
  expect "$1: its own Java" test "$(readlink "/proc/$agent/exe" | sed 's|.*/usr/lib|/usr/lib|')" = /usr/lib/fieldline-agent/runtime/bin/java
  expect "$1: its own native library" grep -q '/usr/lib/fieldline-agent/native/libaws-crt-jni.so' "/proc/$agent/maps"
  sleep 2
  kill "$agent"
  wait $! || true
  expect "$1: connected and stopped" grep -q '^stopped' "$copy/tmp/in/$1.log"
}
run first
expect "nothing was unpacked into /tmp" test -z "$(find "$copy/tmp" -name '*.so*' -print -quit)"
epoch=$(find "$copy$data" -type f | head -n 1)
expect "it keeps its data" test -n "$epoch"

# slot NAME VERSION: an update that was made the current one.
slot() {
  as_agent sh -c "mkdir -p $data/slots/$1 && echo $2 >$data/slots/$1/version && ln -sfn $1 $data/slots/current"
}
echo '# mine' >>"$copy$config"
find "$copy$data" -type f -exec md5sum {} + >"$INSIDE/data.md5"
slot b 0.0.1
in_copy dpkg -i /tmp/in/second.deb >"$copy/tmp/in/log" 2>&1 || cat "$copy/tmp/in/log"
expect "upgrade puts an older update out of use" absent "$copy$data/slots/current"
expect "upgraded" test "$(in_copy dpkg-query -W -f '${Version}' fieldline-agent)" = "$(dpkg-deb -f "$2" Version)"
expect "upgrade keeps the configuration" grep -qx '# mine' "$copy$config"
expect "upgrade keeps what it has not sent" md5sum --quiet -c "$INSIDE/data.md5"
slot a 9.9
in_copy dpkg -i /tmp/in/second.deb >"$copy/tmp/in/log" 2>&1 || cat "$copy/tmp/in/log"
expect "upgrade leaves a newer update in use" test -L "$copy$data/slots/current"
expect "upgrade says so" grep -q "the update 9.9 is newer than this package" "$copy/tmp/in/log"
as_agent rm "$data/slots/current"
run second

in_copy dpkg -r fieldline-agent >"$copy/tmp/in/log" 2>&1 || cat "$copy/tmp/in/log"
expect "remove: no program" absent "$copy/usr/lib/fieldline-agent"
expect "remove: no unit" absent "$copy/usr/lib/systemd/system/fieldline-agent.service"
expect "remove: keeps the configuration" grep -qx '# mine' "$copy$config"
expect "remove: keeps data" test -d "$copy$data"
expect "remove: no update" absent "$copy$data/slots"

in_copy dpkg -P fieldline-agent >"$copy/tmp/in/log" 2>&1 || cat "$copy/tmp/in/log"
expect "purge: no configuration, no key" absent "$copy/etc/fieldline"
expect "purge: no user" test -z "$(in_copy getent passwd fieldline || true)"
expect "purge: no group" test -z "$(in_copy getent group fieldline || true)"
expect "purge: says where data is" grep -q "still in $data" "$copy/tmp/in/log"
# Everything written since the beginning, but for what dpkg and adduser keep about their own work.
left=$(find "$written" \( -type f -o -type l \) ! -path "$written/var/lib/dpkg/*" ! -path "$written/var/log/*" \
  ! -path "$written/var/cache/*" ! -path "$written$data/*" ! -path "$written/etc/alternatives/*" \
  ! -name 'passwd*' ! -name 'group*' ! -name 'shadow*' ! -name 'gshadow*' ! -name 'subuid*' ! -name 'subgid*' ! -name '.pwd.lock')
expect "purge: no trace but data, left: $left" test -z "$left"
expect "purge: accounts as before" diff /etc/passwd "$copy/etc/passwd"
expect "purge: groups as before" diff /etc/group "$copy/etc/group"

in_copy dpkg -i /tmp/in/second.deb >"$copy/tmp/in/log" 2>&1 || cat "$copy/tmp/in/log"
expect "installed again: data is the agent's again" test "$(in_copy stat -c %U $data/spool)" = fieldline
rm -r "$copy$data"
in_copy dpkg -P fieldline-agent >"$copy/tmp/in/log" 2>&1 || cat "$copy/tmp/in/log"
expect "purge of an agent without data: no trace" absent "$copy$data"
echo "done"
