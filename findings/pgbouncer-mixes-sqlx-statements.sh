#!/usr/bin/env bash
# Software: PgBouncer 1.18.0 (Debian 12's), sqlx 0.9.0, PostgreSQL 15.
# Expected: in transaction mode too, a connection gets the answer to what it asks.
# Seen: it runs the statement that another connection prepared under the same name: a wrong row, without an error. Session mode is right.
source "$(dirname "$0")/lib/common.sh"

(cd "$work" && apt-get download -qq pgbouncer=1.18.0-1+deb12u1 libevent-2.1-7 libc-ares2 2>/dev/null)
for package in "$work"/*.deb; do dpkg -x "$package" "$work/packages"; done
start_postgres

# By the pooler in a mode, $1: two connections in transactions at the same time, twice. The server that is given back last is taken first.
ask() {
    cat >"$work/pgbouncer.ini" <<INI
[databases]
* = host=$postgres user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = 26432
unix_socket_dir =
auth_type = any
ignore_startup_parameters = extra_float_digits
pool_mode = $1
INI
    local run=()
    [ "$(id -u)" != 0 ] || run=(setpriv --reuid=postgres --regid=postgres --clear-groups)
    LD_LIBRARY_PATH=$(dirname "$(find "$work/packages" -name 'libevent-2.1.so.7')") \
        "${run[@]}" "$work/packages/usr/sbin/pgbouncer" -q "$work/pgbouncer.ini" >/dev/null 2>&1 &
    local pooler=$!
    processes+=("$pooler")
    until (exec 3<>/dev/tcp/127.0.0.1/26432) 2>/dev/null; do sleep 0.2; done
    echo "$1: $(run_rust client 'sqlx = { version = "=0.9.0", default-features = false, features = ["postgres", "runtime-tokio"] }
tokio = { version = "1", features = ["macros", "rt"] }' <<'RUST'
use sqlx::{Connection, Executor, PgConnection, query_scalar};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), sqlx::Error> {
    let url = "postgres://postgres@127.0.0.1:26432/postgres?sslmode=disable";
    let mut one = PgConnection::connect(url).await?;
    let mut other = PgConnection::connect(url).await?;
    for _ in 0..2 {
        one.execute("BEGIN").await?;
        other.execute("BEGIN").await?;
        let answer: String = query_scalar("SELECT 'one'").fetch_one(&mut one).await?;
        print!("{answer} ");
        let _: String = query_scalar("SELECT 'other'").fetch_one(&mut other).await?;
        one.execute("COMMIT").await?;
        other.execute("COMMIT").await?;
    }
    Ok(())
}
RUST
    )"
    kill "$pooler"
    wait "$pooler" 2>/dev/null || true
}

{ ask session; ask transaction; } | sed 's/ *$//' | expect "session: one one
transaction: one other"
