# shellcheck shell=bash
# Sourced by the scripts beside it, which set part to their name: one background process that answers on
# 127.0.0.1:PORT, with a folder DIR of its own for its pid, start, port, log and data.

# Downloads are kept here, outside the tree, and shared by every run.
cache=${WEIR_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/weir}

fail() {
  echo "$part: $*" >&2
  exit 1
}

# retry COMMAND... runs it up to three times: a registry may answer the second time.
retry() {
  local try
  for try in 1 2 3; do
    "$@" && return
    echo "$part: attempt $try of 3 failed: $*" >&2
    sleep $((try * 3))
  done
  return 1
}

# install_debian PACKAGE... installs packages without starting or enabling a service of theirs.
install_debian() {
  local policy=/usr/sbin/policy-rc.d made=
  [ "$(id -u)" = 0 ] || fail "run as root, or install $* yourself"
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    made=yes
  fi
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300)
  local done=
  { retry "${apt[@]}" update && retry "${apt[@]}" install --no-install-recommends "$@"; } >&2 && done=yes
  [ -z "$made" ] || rm -f "$policy"
  [ -n "$done" ] || fail "cannot install $*"
}

# answers PORT tells whether something accepts connections there.
answers() {
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# free_port prints a port below the ephemeral range that nothing answers on.
free_port() {
  local port try
  for try in {1..100}; do
    port=$((20000 + RANDOM % 10000))
    answers "$port" || { echo "$port"; return; }
  done
  fail "no free port found"
}

# started PID prints when the process began, in ticks of the machine; nothing once it has ended.
started() {
  local stat
  { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 0
  # After the name in parentheses: field 1 is the state, field 20 the start.
  awk '$1 != "Z" { print $20 }' <<<"${stat##*) }"
}

# alive DIR tells whether the process that DIR's pid file names still runs: the one that was started
# then, not another that was given the same number meanwhile.
alive() {
  [ -s "$1/pid" ] && [ -s "$1/started" ] && [ "$(started "$(<"$1/pid")")" = "$(<"$1/started")" ]
}

# launch DIR COMMAND... starts it in a session of its own, and notes which process it is.
launch() {
  local dir=$1
  shift
  setsid "$@" >>"$dir/log" 2>&1 </dev/null &
  echo $! >"$dir/pid"
  started $! >"$dir/started"
}

# wait_for DIR SECONDS COMMAND... polls until it succeeds, the process is gone or the time is up.
wait_for() {
  local dir=$1 limit=$2 end
  shift 2
  end=$((SECONDS + limit))
  until "$@"; do
    alive "$dir" || fail "ended at start; the end of $dir/log: $(tail -n 20 "$dir/log")"
    [ "$SECONDS" -lt "$end" ] || fail "not ready after $limit s; see $dir/log"
    sleep 0.1
  done
}

# stop DIR ends the process of DIR, and that one only: politely, and after 30 s for good.
stop() {
  local dir=$1 pid end
  if alive "$dir"; then
    pid=$(<"$dir/pid")
    end=$((SECONDS + 30))
    kill "$pid" 2>/dev/null || true
    while alive "$dir"; do
      if [ "$SECONDS" -ge "$end" ]; then
        kill -KILL "$pid" 2>/dev/null || true
      fi
      sleep 0.1
    done
  fi
  rm -f "$dir/pid" "$dir/started"
}

# main VERB DIR [PORT] is the command line of every part. A script defines install and serve DIR PORT.
main() {
  local verb=${1-} dir=${2-} port=${3-}
  case $verb:$# in
  start:3)
    mkdir -p "$dir" "$cache"
    dir=$(realpath "$dir")
    if alive "$dir" && answers "$(<"$dir/port")"; then
      port=$(<"$dir/port")
    else
      stop "$dir"
      [ "$port" != 0 ] || port=$(free_port)
      ! answers "$port" || fail "port $port is taken"
      ( flock 9 && install ) 9>"$cache/$part.lock"
      echo "$port" >"$dir/port"
      serve "$dir" "$port"
    fi
    echo "127.0.0.1:$port"
    ;;
  stop:2)
    [ ! -d "$dir" ] || stop "$(realpath "$dir")"
    ;;
  *) fail "usage: $0 start DIR PORT | stop DIR   (PORT 0: any free one)" ;;
  esac
}
