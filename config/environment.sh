# Sourced by ./demo and ./check: make a virtual environment once, and bring it
# up to date when setup.py has changed.  Needs Python >= 3.11 and npm.

find_python() {
    for python in python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$python" >/dev/null 2>&1 && "$python" -c \
                'import sys; sys.exit(sys.version_info < (3, 11))'; then
            echo "$python"
            return
        fi
    done
    echo "Python 3.11 or later is missing: install it, then try again." >&2
    return 1
}

# prepare DIRECTORY WHAT: WHAT is what pip installs, editable
prepare() {
    python=$(find_python) || exit 1
    if ! command -v npm >/dev/null 2>&1; then
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
        if ! "$python" -m venv "$1"; then
            rm -rf "$1"
            echo "The module venv of Python is missing: on Debian install" \
                "python3-venv, then try again." >&2
            exit 1
        fi
    fi
    echo "Installing…" >&2
    "$1/bin/python" -m pip install --quiet --disable-pip-version-check \
        --editable "$2" || exit 1
    echo "$wanted" > "$stamp"
}
