# Sourced by ./demo and ./check: make a virtual environment once, and bring it
# up to date when setup.py has changed.  Needs Python >= 3.11 and npm: where it
# may (root on Debian) it installs them.

# install PACKAGE...: with Debian's packages, if that is allowed
install_debian() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || return 1
    echo "Installing $*…" >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq -o DPkg::Lock::Timeout=600 update >/dev/null &&
        apt-get -qq -y -o DPkg::Lock::Timeout=600 install \
            --no-install-recommends "$@" >/dev/null
}

find_python() {
    for python in python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$python" >/dev/null 2>&1 && "$python" -c \
                'import sys; sys.exit(sys.version_info < (3, 11))'; then
            echo "$python"
            return
        fi
    done
    return 1
}

find_or_install_python() {
    find_python && return
    install_debian python3 python3-venv >&2 && find_python && return
    echo "Python 3.11 or later is missing: install it, then try again." >&2
    return 1
}

# Debian keeps what venv needs in a package of its own
make_venv() {
    "$1" -m venv "$2" >/dev/null 2>&1 || { rm -rf "$2"; return 1; }
}

# prepare DIRECTORY WHAT: WHAT is what pip installs, editable
prepare() {
    python=$(find_or_install_python) || exit 1
    if ! command -v npm >/dev/null 2>&1 && ! install_debian npm; then
        echo "npm is missing: install Node.js with npm, then try again." >&2
        exit 1
    fi
    stamp="$1/stamp"
    wanted="$2 $("$python" -c 'import hashlib, pathlib
files = ["setup.py", "pyproject.toml"]
files += sorted(map(str, pathlib.Path("modules").glob("*/tryton.cfg")))
content = b"".join(pathlib.Path(f).read_bytes() for f in files)
print(hashlib.sha256(content).hexdigest())')"
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
        return
    fi
    # ./check asks for more than ./demo: what it installed serves both
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = ".[test] ${wanted#* }" ]; then
        return
    fi
    if [ ! -x "$1/bin/python" ]; then
        echo "Creating the environment…" >&2
        if ! make_venv "$python" "$1" && ! {
                install_debian python3-venv && make_venv "$python" "$1"; }
        then
            echo "The module venv of Python is missing: on Debian install" \
                "python3-venv, then try again." >&2
            exit 1
        fi
    fi
    echo "Installing the packages; this takes a minute, once…" >&2
    # what venv brings is as old as Python
    "$1/bin/python" -m pip install --quiet --disable-pip-version-check \
        --upgrade pip setuptools || exit 1
    # setuptools warns of every editable installation
    PYTHONWARNINGS=ignore "$1/bin/python" -m pip install --quiet \
        --disable-pip-version-check --editable "$2" || exit 1
    # what draws official papers; without it all else works
    if ! "$1/bin/python" -c 'import weasyprint' >/dev/null 2>&1 &&
            ! install_debian libpango-1.0-0 libpangoft2-1.0-0 \
                libharfbuzz-subset0; then
        echo "Pango is missing: official papers can not be drawn as PDF" \
            "until it is installed (macOS: brew install pango)." >&2
    fi
    echo "$wanted" > "$stamp"
}
