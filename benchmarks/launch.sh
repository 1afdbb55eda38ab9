# Sourced by the scripts of this module: finds the JDK and the flags that the launcher `peerflow` uses, and builds the module
# when a source is newer than its jar. Needs $benchmarks, this folder; sets $root, $java, $flags and $classpath.
root=$(cd "$benchmarks/.." && pwd)

# One place for the choice of the JDK and for the flags: the launcher itself.
eval "$(sed -n '/^java_major() {/,/^}/p; /^find_java() {/,/^}/p; /^flags=/,/^esac/p' "$root/peerflow")"
java=${PEERFLOW_JAVA:-$(find_java)}
if [ -z "$java" ] || [ -z "${flags:-}" ]; then
  echo "benchmarks: no JDK 21 or later, or no flags found in $root/peerflow" >&2
  exit 1
fi

distribution=$benchmarks/target/benchmarks
classpath=$distribution/*

jar_of_benchmarks() {
  ls "$distribution"/ethpeerflow-benchmarks-*.jar 2>/dev/null | head -n 1
}

is_stale() {
  jar=$(jar_of_benchmarks)
  [ -n "$jar" ] || return 0
  sources=$root/pom.xml
  for module in crypto wire core multistream noise tls quic yamux host gossipsub benchmarks; do
    sources="$sources $root/$module/pom.xml $root/$module/src/main"
  done
  # shellcheck disable=SC2086
  [ -n "$(find $sources -newer "$jar" -type f -print 2>/dev/null | head -n 1)" ]
}

build_benchmarks() {
  is_stale || return 0
  command -v mvn >/dev/null || {
    echo "benchmarks: Maven is needed to build them" >&2
    exit 1
  }
  echo "benchmarks: building" >&2
  work=$(mktemp -d)
  touch "$work/begun"
  if ! (cd "$root" && mvn -q -B -ntp -Dquick -DskipTests -pl benchmarks -am package) >"$work/log" 2>&1; then
    cat "$work/log" >&2
    rm -rf "$work"
    exit 1
  fi
  touch -r "$work/begun" "$(jar_of_benchmarks)" # what changed since then is newer
  rm -rf "$work"
}
