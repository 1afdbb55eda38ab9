# Sourced by the scripts of this module: finds the JDK and the flags that the launcher `peerflow` uses, and builds the module
# when a source is newer than its jar. Needs $benchmarks, this folder; sets $root, $java, $flags and $classpath.
root=$(cd "$benchmarks/.." && pwd)

# One place for the choice of the JDK and for the flags: the launcher itself.
eval "$(sed -n '/^java_major() {/,/^}/p; /^find_java() {/,/^}/p' "$root/peerflow")"
java=${PEERFLOW_JAVA:-$(find_java)}
flags=$(sed -n 's/^exec "\$java" \(.*\) \\$/\1/p' "$root/peerflow")
if [ -z "$java" ] || [ -z "$flags" ]; then
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
  [ -n "$(find "$root/pom.xml" "$root"/*/pom.xml "$root"/*/src/main -newer "$jar" -type f -print 2>/dev/null | head -n 1)" ]
}

build_benchmarks() {
  is_stale || return 0
  command -v mvn >/dev/null || {
    echo "benchmarks: Maven is needed to build them" >&2
    exit 1
  }
  echo "benchmarks: building" >&2
  log=$(mktemp)
  if ! (cd "$root" && mvn -q -B -Dquick -DskipTests -pl benchmarks -am package) >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    exit 1
  fi
  rm -f "$log"
  touch "$(jar_of_benchmarks)"
}
