#!/usr/bin/env bash
# Has schemathesis make requests from the document that a server serves, and hold the answers against it.
#
#     Tests/Conformance/rest.sh http://HOST:PORT [EXAMPLES]
#
# The server must be new, with `--set password_cost=10 --set message_rate=0`. Everything runs on loopback.
set -eu
cd "$(dirname "$0")/../.."
url=$1
examples=${2:-20}

venv=.build/schemathesis
if ! [ -x $venv/bin/schemathesis ]; then
    python3 -m venv $venv
    $venv/bin/pip install --quiet --disable-pip-version-check schemathesis==4.32.5
fi

# Gives what the answer has under KEY, of the request that curl is told to make.
ask() { # KEY ARGUMENT…
    local key=$1
    shift
    curl --silent --show-error --fail "$@" | python3 -c "import json, sys; print(json.load(sys.stdin)$key)"
}
token=$(ask '["token"]' -d '{"username":"first","password":"correct horse"}' "$url/v1/auth/register")
ask '["token"]' -d '{"username":"second","password":"correct horse"}' "$url/v1/auth/register" >/dev/null
auth="Authorization: Bearer $token"
room=$(ask '["room"]["id"]' -H "$auth" -d '{"kind":"group","name":"Room","members":["2"]}' "$url/v1/rooms")
ask '["seq"]' -H "$auth" -X PUT -d '{"text":"Hello"}' \
    "$url/v1/rooms/$room/messages/00000000-0000-4000-8000-000000000001" >/dev/null

# Left out: what would end the session or the account that all of this is made with, and feeds, which connect elsewhere.
exec $venv/bin/schemathesis --config-file Tests/Conformance/schemathesis.toml run "$url/openapi.json" -H "$auth" \
    --max-examples "$examples" --phases examples,coverage,fuzzing --workers 1 --request-timeout 10 \
    --exclude-path-regex '/v1/(auth|feeds|sessions)|/v1/users/me$'
