#!/usr/bin/env bash
# Lets the Autobahn TestSuite try a WebSocket client.
#
#     Tests/Conformance/client.sh [options] -- COMMAND [ARGUMENTS]
#
# COMMAND is run once, with {url} and {name} in its arguments replaced. It has to
#   1. connect to {url}/getCaseCount and read one text message, the number N,
#   2. connect to {url}/runCase?case=K&agent={name} for each K from 1 to N, and send each message back as it came,
#   3. connect to {url}/updateReports?agent={name} and wait for the end.
#
#     --port P         where the suite listens (9011)
#     all options of server.sh
#
# The last line is `N passed, N failed`; the exit status is 1 where a case failed or has no result.
set -u
. "$(dirname "$0")/environment.sh"
name=client port=9011
while [ $# -gt 0 ]; do
    take_option "$@"
    case $taken,$1 in
        0,--port) port=$2 taken=2 ;;
        0,--) shift && break ;;
        0,-h | 0,--help) sed -n '2,15p' "$0" && exit ;;
        0,*) echo "unknown option $1" >&2 && exit 64 ;;
    esac
    shift $taken || exit 64
done
[ $# -gt 0 ] || { echo "no command given after --" >&2; exit 64; }
out=${out:-.build/conformance/$name}
url=ws://127.0.0.1:$port
make_environment || { echo "0 passed, 1 failed"; exit 1; }
prepare url "\"$url\""

"$venv/bin/wstest" -m fuzzingserver -u 0 -s "$out/spec.json" >"$out/suite.log" 2>&1 &
suite=$!
trap 'kill $suite 2>/dev/null' EXIT
for _ in $(seq 100); do
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && break
    kill -0 $suite 2>/dev/null || { tail -3 "$out/suite.log"; echo "0 passed, 1 failed"; exit 1; }
    sleep 0.1
done

words=()
for word in "$@"; do
    word=${word//\{url\}/$url}
    words+=("${word//\{name\}/$name}")
done
timeout -s TERM -k 20 "$limit_s" "${words[@]}" >"$out/client.log" 2>&1
status=$?
kill -TERM $suite 2>/dev/null
wait $suite 2>/dev/null
[ $status -eq 0 ] || { echo "the client ended with status $status:"; tail -3 "$out/client.log"; }
python3 "$here/report.py" "$out" --expect "$(planned)" ${strict[@]+"${strict[@]}"}
