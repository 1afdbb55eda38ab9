# Sourced by the scripts beside it: where things are kept, and which of several docker clients is used.
# PEERFLOW_CACHE: default ${XDG_CACHE_HOME:-$HOME/.cache}/ethpeerflow. DOCKER: default /usr/bin/docker, else docker.
cache=${PEERFLOW_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ethpeerflow}
docker=${DOCKER:-docker}
if [ -z "${DOCKER:-}" ] && [ -x /usr/bin/docker ]; then
  docker=/usr/bin/docker
fi
export DOCKER_BUILDKIT=1 BUILDKIT_PROGRESS=plain

engine_answers() {
  timeout 10 "$docker" version --format '{{.Server.Version}}' >/dev/null 2>&1
}

fail() {
  echo "$(basename "$0"): $*" >&2
  exit 1
}
