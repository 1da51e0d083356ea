# Sourced by server.sh and client.sh. Makes a virtual environment with the Autobahn TestSuite, in $venv, from PyPI
# alone and at pinned versions. The suite is Python 2 code that declares no dependencies; port.py makes it run on
# Python 3.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

make_environment() {
    local python=$venv/bin/python stamp
    stamp=$(cat "$here/environment.sh" "$here/port.py" | cksum)
    if [ "$(cat "$venv/.stamp" 2>/dev/null)" = "$stamp" ]; then return; fi
    echo "installing the Autobahn TestSuite in $venv" >&2
    rm -rf "$venv"
    mkdir -p "$(dirname "$venv")"
    "${PYTHON:-python3}" -m venv "$venv" || return 1
    install() { "$python" -m pip install -q --disable-pip-version-check "$@"; }
    install setuptools==75.8.0 wheel==0.45.1 || return 1
    # Two of these have no wheel, and are built with the setuptools above.
    install --no-build-isolation \
        autobahntestsuite==25.10.1 autobahn==0.10.9 txaio==2.1.0 six==1.16.0 \
        Twisted==24.11.0 zope.interface==8.7 attrs==26.1.0 Automat==25.4.16 \
        constantly==23.10.4 hyperlink==21.0.0 idna==3.20 incremental==24.11.0 \
        typing_extensions==4.16.0 Jinja2==3.1.6 MarkupSafe==3.0.2 \
        fissix==24.4.24 appdirs==1.4.4 packaging==26.3 || return 1
    # Masks and UTF-8 in C. Where there is no wheel for this Python the suite does without, and takes longer.
    install --only-binary :all: wsaccel==0.6.7 2>/dev/null || echo "without wsaccel: the 9.* cases will be slow" >&2
    "$python" "$here/port.py" || return 1
    "$venv/bin/wstest" -a >/dev/null || return 1
    echo "$stamp" >"$venv/.stamp"
}

# What server.sh and client.sh have in common: the options, and the list of cases as the suite wants it.
name= cases='*' exclude= venv=.build/conformance/venv out= limit_s=3600 strict=()

# Takes one option off "$@"; sets $taken to how many words that were, 0 where it is none of the common ones.
take_option() {
    taken=2
    case $1 in
        --name) name=$2 ;;
        --cases) cases=$2 ;;
        --exclude) exclude=$2 ;;
        --venv) venv=$2 ;;
        --out) out=$2 ;;
        --timeout) limit_s=$2 ;;
        --strict) strict=(--strict) taken=1 ;;
        --quick) exclude='9.*,12.*,13.*' taken=1 ;;
        --short)
            # One case of each kind that the quick form leaves out.
            cases='1.*,2.*,3.*,4.*,5.*,6.*,7.*,10.*,9.1.1,9.2.1,9.3.5,9.4.5,9.5.3,9.6.3,9.7.1,9.8.1'
            cases+=',12.1.3,12.2.5,12.3.7,12.4.9,12.5.11,13.1.3,13.2.5,13.3.7,13.4.1,13.5.3,13.6.5,13.7.7'
            taken=1
            ;;
        *) taken=0 ;;
    esac
}

# '9.*, 12.*' -> "9.*","12.*"
json_list() {
    printf '%s' "$1" | tr ',' ' ' | awk '{ for (i = 1; i <= NF; i++) printf "%s\"%s\"", (i > 1 ? "," : ""), $i }'
}

# prepare KEY VALUE: empties $out, and writes the suite's own configuration there with one more member.
prepare() {
    rm -rf "$out"
    mkdir -p "$out"
    cat >"$out/spec.json" <<SPEC
{ "outdir": "$out", "$1": $2,
  "cases": [$(json_list "$cases")], "exclude-cases": [$(json_list "$exclude")], "exclude-agent-cases": {} }
SPEC
}

# How many cases the suite said it would run; 0 where it did not come that far.
planned() { sed -n 's/^Ok, will run \([0-9]*\) test cases.*/\1/p' "$out/suite.log" | head -1 | grep . || echo 0; }
