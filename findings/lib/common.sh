# Sourced by the scripts of this folder: a temporary folder of their own, pinned packages in it, and the comparison with what was seen.
set -euo pipefail
lib=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
processes=()
finish() {
    for process in ${processes[@]+"${processes[@]}"}; do
        kill "$process" 2>/dev/null && wait "$process" 2>/dev/null
    done
    rm -rf "$work"
}
trap finish EXIT

# An environment of Python in the temporary folder; `python` runs in it.
install_python() {
    python3 -m venv "$work/python"
    "$work/python/bin/pip" install --quiet --disable-pip-version-check "$@"
}
python() {
    (cd "$work" && PYTHONPATH=$lib PYTHONDONTWRITEBYTECODE=1 "$work/python/bin/python" -W ignore "$@")
}

# Packages of npm in the temporary folder; `node` runs in it.
install_node() {
    (cd "$work" && npm install --no-save --no-audit --no-fund --loglevel=error "$@" >&2)
}

# A program of one file, $1, on standard input, with the dependencies $2 as Cargo.toml has them.
run_rust() {
    mkdir -p "$work/rust/src"
    cat >"$work/rust/src/main.rs"
    printf '[package]\nname = "%s"\nversion = "0.0.0"\nedition = "2024"\n[dependencies]\n%s\n' "$1" "$2" >"$work/rust/Cargo.toml"
    (cd "$work/rust" && CARGO_TARGET_DIR="$work/rust/target" cargo run --quiet)
}

# A PostgreSQL of our own, reached by the socket in the folder $postgres only.
start_postgres() {
    local programs run=()
    programs=$(dirname "$(ls /usr/lib/postgresql/*/bin/initdb | tail -n 1)")
    postgres=$work/postgres
    mkdir "$postgres"
    if [ "$(id -u)" = 0 ]; then
        chmod 755 "$work"
        chown postgres "$postgres"
        run=(setpriv --reuid=postgres --regid=postgres --clear-groups)
    fi
    "${run[@]}" "$programs/initdb" -D "$postgres/data" -U postgres -A trust --no-sync >/dev/null
    (cd "$postgres" && exec "${run[@]}" "$programs/postgres" -D data -k "$postgres" -c listen_addresses= -c fsync=off) \
        >/dev/null 2>&1 &
    processes+=($!)
    until "$programs/pg_isready" -q -h "$postgres"; do sleep 0.2; done
}

# Fails unless standard input is what was seen, $1.
expect() {
    if diff <(cat) <(printf '%s\n' "$1"); then
        echo "as stated: $(basename "$0" .sh)"
    else
        echo "changed: $(basename "$0" .sh) (<: as stated, >: now)" >&2
        exit 1
    fi
}
