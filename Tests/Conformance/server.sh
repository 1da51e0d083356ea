#!/usr/bin/env bash
# Lets the Autobahn TestSuite try a WebSocket echo server.
#
#     Tests/Conformance/server.sh ws://127.0.0.1:9001/ [options]
#
#     --name NAME      what the report calls the server (server)
#     --cases LIST     patterns of cases, comma-separated, in quotes (all)
#     --exclude LIST   patterns of cases to leave out
#     --quick          leave 9.*, 12.* and 13.* out: 247 cases, some ten seconds
#     --short          the quick ones, and one of each kind of the others
#     --strict         a case that is not strictly as it should be fails, too
#     --out DIR        where the report goes (.build/conformance/NAME)
#     --venv DIR       where the suite is installed (.build/conformance/venv)
#     --timeout S      limit for the whole run, in seconds (3600)
#
# The server must send each message back as it came, up to 16 MiB. The last line is `N passed, N failed`; the exit
# status is 1 where a case failed or has no result.
set -u
. "$(dirname "$0")/environment.sh"
name=server url=
while [ $# -gt 0 ]; do
    take_option "$@"
    case $taken,$1 in
        0,-h | 0,--help) sed -n '2,19p' "$0" && exit ;;
        0,-*) echo "unknown option $1" >&2 && exit 64 ;;
        0,*) url=$1 taken=1 ;;
    esac
    shift $taken || exit 64
done
[ -n "$url" ] || { echo "no address given" >&2; exit 64; }
out=${out:-.build/conformance/$name}
make_environment || { echo "0 passed, 1 failed"; exit 1; }
prepare servers "[ { \"agent\": \"$name\", \"url\": \"$url\" } ]"

timeout -s TERM -k 20 "$limit_s" "$venv/bin/wstest" -m fuzzingclient -s "$out/spec.json" >"$out/suite.log" 2>&1
case $? in 124 | 137) echo "stopped after $limit_s s in: $(grep '^Running test case' "$out/suite.log" | tail -1)" ;; esac
grep -m3 -E 'Connection to .* failed|Traceback|Error:' "$out/suite.log"
python3 "$here/report.py" "$out" --expect "$(planned)" ${strict[@]+"${strict[@]}"}
