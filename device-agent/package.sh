# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154
# `fieldline agent package`, read by ../fieldline: the agent with its own Java runtime, as a folder and as a .deb.

# Modules that jars name and the agent does not use: gson's dates of SQL, Netty's events for Flight Recorder, Jackson's
# annotations of Java beans, each of which its library looks for and does without.
unused_modules="java.sql jdk.jfr java.desktop"
. "$here/device-agent/heap.sh"
# The launcher's flags; the AOT cache fits these only. It is put at the address that it was made for: then its pages that
# are only read stay the file's, 10 MB which the kernel can take back at any time.
package_flags="-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:+UseCompactObjectHeaders -XX:-UsePerfData -Xss256k \
$agent_heap -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0 --enable-native-access=ALL-UNNAMED"

package_usage() {
  cat <<'TEXT'
usage: fieldline agent package [--out DIR] [--jdk JDK] [--version V] [--image] [--sign-key KEY [--url URL]]
  --out      where to put the folder and the .deb; target/package by default
  --jdk      a JDK 25 with its jmods folder for the device: one for linux-aarch64 makes the arm64 package
  --version  of the package; by default the project's, with the commit's time where it is a snapshot
  --image    only the folder, no .deb
  --sign-key a private key in PEM (openssl genpkey -algorithm ed25519): also an archive for updates over the air, signed
             with it, and the document of the job that brings it to devices
  --url      where devices will find that archive; it stands in the document
TEXT
}

run_package() {
  out="$here/target/package" device_jdk= version= image_only= sign_key= url=
  while [ $# -gt 0 ]; do
    case "$1" in
      --help) package_usage && return ;;
      --image) image_only=1 && shift && continue ;;
      --out | --jdk | --version | --sign-key | --url) [ $# -ge 2 ] || fail "package: $1 takes a value" ;;
      *) package_usage >&2 && fail "package: unknown argument $1" ;;
    esac
    case "$1" in
      --out) out=$2 ;;
      --jdk) device_jdk=$2 ;;
      --version) version=$2 ;;
      --sign-key) sign_key=$2 ;;
      --url) url=$2 ;;
    esac
    shift 2
  done
  need dpkg-deb "Debian: apt install dpkg"
  need openssl "Debian: apt install openssl"
  need readelf "Debian: apt install binutils"
  [ -z "$sign_key" ] || check_sign_key
  use_jdk
  package_target
  build_java
  need_space "$out" 1000
  out=$(cd "$out" && pwd)
  [ -n "$version" ] || version=$(package_version)
  epoch=$(git -C "$here" log -1 --format=%ct 2>/dev/null || now)
  name="fieldline-agent_${version}_$deb_arch"
  work=$(mktemp -d "$out/work.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  home="$work/root/usr/lib/fieldline-agent"
  doc="$work/root/usr/share/doc/fieldline-agent"
  mkdir -p "$home/bin" "$home/libexec" "$home/lib" "$home/native" "$doc"
  say "linking a Java runtime for $deb_arch …"
  package_jars
  package_runtime
  package_sbom
  package_documents
  find "$work/root" -exec touch -h -d "@$epoch" {} +
  if [ "$deb_arch" = "$machine_arch" ]; then
    say "making the AOT cache …"
    "$home/libexec/train"
    touch -h -d "@$epoch" "$home/agent.aot"
  else
    say "no AOT cache: it is made on the device when the package is installed there"
  fi
  image="$out/$name"
  rm -rf "$image"
  mkdir "$image"
  cp -a "$home/." "$image"
  say "image    $image ($(du -sb "$image" | cut -f1) bytes)"
  [ -z "$sign_key" ] || package_update
  [ -z "$image_only" ] || return 0
  package_deb
  say "package  $out/$name.deb ($(wc -c <"$out/$name.deb") bytes)"
  say "next: sudo apt install $out/$name.deb; docs/how-to/install-the-agent.md goes on from there"
}

# Ed25519 or ECDSA P-256: what the agent can check.
check_sign_key() {
  case "$(openssl pkey -in "$sign_key" -noout -text 2>/dev/null)" in
    *ED25519*) sign_form=ed25519 ;;
    *prime256v1*) sign_form=p256 ;;
    *) fail "package: --sign-key: a private key in PEM expected, Ed25519 or ECDSA P-256, got $sign_key" ;;
  esac
}

# The image as an archive, signed, and the document of the job that brings it. No links in it: the agent unpacks none.
package_update() {
  update="$out/$name.tar.gz"
  (cd "$image" && tar --create --format=ustar --sort=name --owner=0 --group=0 --numeric-owner --dereference --hard-dereference -- *) |
    gzip -9n >"$update"
  sha256=$(sha256sum "$update" | cut -d' ' -f1)
  printf 'fieldline-agent update sha256:%s' "$sha256" >"$work/signed"
  case "$sign_form" in
    ed25519) openssl pkeyutl -sign -inkey "$sign_key" -rawin -in "$work/signed" -out "$work/signature" ;;
    p256) openssl dgst -sha256 -sign "$sign_key" -out "$work/signature" "$work/signed" ;;
  esac || fail "package: --sign-key: the update could not be signed"
  cat >"$out/$name.job.json" <<JSON
{"fieldline": {
  "type": "update",
  "version": "$version",
  "url": "${url:-https://PUT-THE-ADDRESS-HERE/$name.tar.gz}",
  "bytes": $(wc -c <"$update"),
  "unpackedBytes": $(gzip -dc "$update" | tar --list --verbose | awk '{ sum += $3 } END { print sum }'),
  "sha256": "$sha256",
  "signature": "$(base64 -w0 "$work/signature")"
}}
JSON
  say "update   $update ($(wc -c <"$update") bytes)"
  say "job      $out/$name.job.json; docs/how-to/update-agents.md goes on from there"
}

# The device's architecture, as the JDK names it, and what dpkg, Maven's classifier and binutils call the same.
package_target() {
  native=$(sed -n 's/^OS_ARCH="\(.*\)"/\1/p' "$JAVA_HOME/release")
  arch=$native modules=
  if [ -n "$device_jdk" ]; then
    [ -e "$device_jdk/release" ] || fail "package: --jdk: a JDK's folder expected, got $device_jdk"
    arch=$(sed -n 's/^OS_ARCH="\(.*\)"/\1/p' "$device_jdk/release")
    [ -e "$device_jdk/jmods/java.base.jmod" ] ||
      fail "package: --jdk: no jmods folder in $device_jdk (Debian's openjdk-25-jdk-headless has one; Temurin's is a download of its own)"
    grep -q '^JAVA_VERSION="25[."]' "$device_jdk/release" ||
      fail "package: --jdk: JDK 25 expected, got $(grep '^JAVA_VERSION=' "$device_jdk/release")"
    modules="$device_jdk/jmods"
  fi
  machine_arch=$(package_arch "$native")
  deb_arch=$(package_arch "$arch")
  case "$deb_arch" in
    amd64) crt_platform=linux-x86_64 triplet=x86_64-linux-gnu ;;
    arm64) crt_platform=linux-aarch_64 triplet=aarch64-linux-gnu ;;
  esac
  strip="$triplet-strip"
  [ "$arch" != "$native" ] || strip=strip
  need "$strip" "Debian: apt install binutils, for arm64 binutils-aarch64-linux-gnu"
}

package_arch() {
  case "$1" in
    x86_64 | amd64) echo amd64 ;;
    aarch64 | arm64) echo arm64 ;;
    *) fail "package: a JDK for x86_64 or aarch64 expected, got one for '$1'" ;;
  esac
}

package_version() {
  project=$(sed -n 's|.*<artifactId>fieldline</artifactId><version>\(.*\)</version></parent>.*|\1|p' "$here/device-agent/pom.xml")
  case "$project" in
    *-SNAPSHOT) printf '%s~%s' "${project%-SNAPSHOT}" "$(TZ=UTC0 git -C "$here" log -1 --date=format-local:%Y%m%d%H%M --format=%cd 2>/dev/null || date -u +%Y%m%d%H%M)" ;;
    *) printf '%s' "$project" ;;
  esac
}

# The jars, with the native library of aws-crt taken out of its own.
package_jars() {
  cp "$here"/device-agent/target/lib/*.jar "$here"/device-agent/target/device-agent-*.jar "$home/lib"
  crt=$(cd "$home/lib" && ls aws-crt-*.jar)
  crt_version=$(printf '%s' "$crt" | sed 's/^aws-crt-\(.*\)-linux-.*/\1/')
  rm "$home/lib/$crt"
  crt="aws-crt-$crt_version-$crt_platform.jar"
  crt_jar="$HOME/.m2/repository/software/amazon/awssdk/crt/aws-crt/$crt_version/$crt"
  [ -e "$crt_jar" ] ||
    download "fetching $crt …" mvn -q -B -ntp org.apache.maven.plugins:maven-dependency-plugin:3.9.0:get \
      -Dtransitive=false -Dartifact="software.amazon.awssdk.crt:aws-crt:$crt_version:jar:$crt_platform"
  mkdir "$work/crt"
  (cd "$work/crt" && "$JAVA_HOME/bin/jar" xf "$crt_jar")
  library=$(find "$work/crt" -path '*glibc*' -name libaws-crt-jni.so)
  [ -n "$library" ] || fail "package: no libaws-crt-jni.so for glibc in $crt_jar"
  cp "$library" "$home/native"
  rm -rf "$work/crt/linux"
  "$JAVA_HOME/bin/jar" --create --file "$home/lib/aws-crt-$crt_version.jar" --no-manifest -C "$work/crt" .
  for jar in $(cd "$home/lib" && ls -- *.jar); do
    class_path="${class_path:+$class_path:}\$home/lib/$jar"
  done
  src="$here/device-agent/src/main/package"
  sed -e "s|@CLASS_PATH@|$class_path|" -e "s|@FLAGS@|$package_flags|" "$src/launcher" >"$home/bin/fieldline-agent"
  cp "$src/agentctl" "$home/bin/agentctl"
  cp "$src/train" "$src/slots" "$home/libexec"
  printf '%s\n' "$version" >"$home/version"
  chmod 755 "$home"/bin/* "$home/libexec/train"
  chmod 644 "$home"/lib/*.jar "$home"/native/*.so
}

# Only the modules that the jars name, without what is for debuggers.
package_runtime() {
  named=$("$JAVA_HOME/bin/jdeps" --multi-release 25 --ignore-missing-deps --print-module-deps \
    --class-path "$home/lib/*" "$home"/lib/device-agent-*.jar 2>/dev/null | tail -n 1)
  wanted=
  for module in $(printf '%s' "$named" | tr , ' '); do
    case " $unused_modules " in *" $module "*) continue ;; esac
    wanted="${wanted:+$wanted,}$module"
  done
  case "$wanted" in *java.base*) ;; *) fail "package: jdeps named no modules: $named" ;; esac
  # java.logging: behind System.Logger, so no class names it.
  "$JAVA_HOME/bin/jlink" ${modules:+--module-path "$modules"} --add-modules "$wanted,java.logging" \
    --strip-java-debug-attributes --no-header-files --no-man-pages --compress zip-9 --output "$home/runtime"
  find "$home/runtime/bin" -type f ! -name java -delete
  # For Java programs that read other runtimes; nothing here does.
  rm -f "$home/runtime/lib/jrt-fs.jar"
  find "$home/runtime" -name '*.debuginfo' -delete
  find "$home/runtime/bin" "$home/runtime/lib" -type f \( -name '*.so' -o -perm -u+x \) | while read -r file; do
    "$strip" --strip-unneeded "$file"
  done
  find "$home/runtime/lib" -type f -name '*.so' -exec chmod 644 {} +
  find "$home/runtime/legal" -type f -exec chmod 644 {} +
}

# CycloneDX, by its Maven plugin from what Maven resolved; the runtime is added, which Maven does not know.
package_sbom() {
  say "listing what is inside (CycloneDX) …"
  # shellcheck disable=SC2046
  (cd "$here" && mvn -q -B -ntp $(offline -o) -Dquick -Dawscrt.platform="$crt_platform" package \
    org.cyclonedx:cyclonedx-maven-plugin:makeBom -Dcyclonedx.skipAttach -Dmdep.skip -DoutputFormat=json -DoutputName=sbom \
    -DincludeTestScope=false -pl device-agent -am) >"$here/target/build.log" 2>&1 || {
    grep '^\[ERROR\]' "$here/target/build.log" | head -n 10 >&2
    fail "the list of what is inside could not be made; the log is target/build.log"
  }
  release="$home/runtime/release"
  vendor=$(sed -n 's/^IMPLEMENTOR="\(.*\)"/\1/p' "${device_jdk:-$JAVA_HOME}/release")
  runtime=$(sed -n 's/^JAVA_RUNTIME_VERSION="\(.*\)"/\1/p' "${device_jdk:-$JAVA_HOME}/release")
  grep -q '^IMPLEMENTOR=' "$release" || printf 'IMPLEMENTOR="%s"\n' "$vendor" >>"$release"
  sed "s|^  \"components\" : \[|&\n    {\"type\": \"platform\", \"name\": \"OpenJDK runtime (jlink)\", \"publisher\": \"$vendor\", \"version\": \"$runtime\", \"licenses\": [{\"expression\": \"GPL-2.0-only WITH Classpath-exception-2.0\"}]},|" \
    "$here/device-agent/target/sbom.json" >"$doc/sbom.cdx.json"
  grep -q 'OpenJDK runtime' "$doc/sbom.cdx.json" || fail "package: the list of what is inside has another form than expected"
  cp "$doc/sbom.cdx.json" "$home/sbom.cdx.json"
}

# Licences and notices of everything inside, and the guide.
package_documents() {
  cp "$here/NOTICE" "$doc/NOTICE"
  cp "$here/LICENSE" "$here/NOTICE" "$home"
  for jar in "$home"/lib/*.jar; do
    found=$("$JAVA_HOME/bin/jar" tf "$jar" | grep -iE '^META-INF/(.*/)?(LICENSE|NOTICE)[^/]*$' || true)
    [ -n "$found" ] || continue
    into="$doc/third-party/$(basename "$jar" .jar)"
    mkdir -p "$into"
    # shellcheck disable=SC2086
    (cd "$into" && "$JAVA_HOME/bin/jar" xf "$jar" $found && find . -type f -exec mv {} . \; 2>/dev/null; rm -rf META-INF)
  done
  cp "$here/docs/how-to/install-the-agent.md" "$doc"
  mkdir "$doc/examples"
  cp "$src"/dropins/*.conf "$doc/examples"
  cp "$src/debian/copyright" "$doc/copyright"
  printf 'fieldline-agent (%s) stable; urgency=medium\n\n  * See https://keepachangelog.com form in CHANGELOG.md of the sources.\n\n -- The Fieldline authors <fieldline@fieldline.example>  %s\n' \
    "$version" "$(LC_ALL=C date -u -R -d "@$epoch")" | gzip -9n >"$doc/changelog.gz"
}

package_deb() {
  root="$work/root"
  mkdir -p "$root/etc/fieldline" "$root/usr/bin" "$root/usr/lib/systemd/system" "$root/DEBIAN" \
    "$root/usr/share/lintian/overrides"
  for command in fieldline-agent agentctl; do
    ln -s "../lib/fieldline-agent/bin/$command" "$root/usr/bin/$command"
  done
  rm -f "$home/LICENSE" "$home/NOTICE" "$home/sbom.cdx.json"
  sed 's|^# folder: data  .*|folder: /var/lib/fieldline-agent|' "$here/device-agent/src/main/dist/agent.yaml" \
    >"$root/etc/fieldline/agent.yaml"
  grep -q '^folder: /var/lib/fieldline-agent' "$root/etc/fieldline/agent.yaml" ||
    fail "package: agent.yaml has no line '# folder: data'"
  cp "$src/fieldline-agent.service" "$root/usr/lib/systemd/system"
  cp "$src/debian/lintian-overrides" "$root/usr/share/lintian/overrides/fieldline-agent"
  cp "$src/debian/conffiles" "$src/debian/postinst" "$src/debian/prerm" "$src/debian/postrm" "$root/DEBIAN"
  sed -e "s|@VERSION@|$version|" -e "s|@ARCHITECTURE@|$deb_arch|" -e "s|@DEPENDS@|$(package_depends)|" \
    -e "s|@SIZE@|$(du -sk --exclude=DEBIAN "$root" | cut -f1)|" "$src/debian/control" >"$root/DEBIAN/control"
  (cd "$root" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | sort -z | xargs -0 md5sum) >"$work/md5sums"
  mv "$work/md5sums" "$root/DEBIAN/md5sums"
  find "$root" -type d -exec chmod 755 {} +
  chmod 644 "$root/DEBIAN/control" "$root/DEBIAN/conffiles" "$root/DEBIAN/md5sums" "$root/etc/fieldline/agent.yaml"
  find "$root/DEBIAN" "$root/etc" "$root/usr/bin" "$root/usr/lib/systemd" "$root/usr/share/lintian" -exec touch -h -d "@$epoch" {} +
  SOURCE_DATE_EPOCH=$epoch dpkg-deb --root-owner-group -Zxz --build "$root" "$out/$name.deb" >/dev/null
}

# Debian's packages of the libraries that the programs inside are linked with.
package_depends() {
  depends="adduser"
  glibc=$(find "$home" -type f \( -name '*.so' -o -name java \) -exec readelf -V {} + 2>/dev/null |
    grep -o 'GLIBC_2\.[0-9]*' | sort -t. -k2 -n | tail -n 1)
  depends="$depends, libc6 (>= ${glibc#GLIBC_})"
  for library in $(find "$home" -type f \( -name '*.so' -o -name java \) -exec readelf -d {} + 2>/dev/null |
    sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort -u); do
    case "$library" in
      libc.so.* | libm.so.* | libdl.so.* | libpthread.so.* | librt.so.* | ld-linux*) ;;
      libz.so.1) depends="$depends, zlib1g" ;;
      libstdc++.so.6) depends="$depends, libstdc++6" ;;
      libgcc_s.so.1) depends="$depends, libgcc-s1" ;;
      *) [ -n "$(find "$home" -name "$library" -print -quit)" ] || fail "package: no Debian package known for $library" ;;
    esac
  done
  # The device makes the AOT cache itself, with a certificate for that moment.
  [ -e "$home/agent.aot" ] || depends="$depends, openssl"
  printf '%s' "$depends"
}
