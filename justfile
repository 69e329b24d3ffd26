# The commands of this repository. All of them are `cargo xtask …` underneath, so `just` itself is a convenience.

# Lists the recipes
default:
    @"{{ just_executable() }}" --list --unsorted

# Starts gateway, portal and practice LMS, ready to be tried
start *options:
    cargo xtask start {{ options }}

# Runs every test, those in a browser included; with a name only its tests
test *options:
    cargo xtask test {{ options }}

# Starts the same, rebuilds and restarts whenever a file changes
dev *options:
    cargo xtask dev {{ options }}

# Builds the portal into dist/portal
portal *options:
    cargo xtask portal {{ options }}

# Formatting, commit subjects, clippy (host and wasm), lti13 by its features and its documentation, boundaries, OpenAPI drift, size of the portal
lint:
    cargo xtask lint

# Checks which crate sees which, and which room of a crate
boundaries:
    cargo xtask boundaries

# Writes openapi/gateway.json
openapi *options:
    cargo xtask openapi {{ options }}

# Formats the code
format:
    cargo fmt --all

# Pictures of every page in every state in e2e/shots, in every look, of the programs and the portal as they were built last
screenshots:
    cd e2e && npm ci --no-audit --no-fund && LOOKS=all npx playwright test walk.spec.ts screenshots.spec.ts

# The Lighthouse result of the landing page, of the programs and the portal as they were built last
lighthouse:
    cd e2e && npm ci --no-audit --no-fund && npx playwright test --project=lighthouse

# The cost of launches: tables in Markdown. `just bench --large` compares a small database with a large one
bench *options:
    cargo xtask bench {{ options }}

# Counts the instructions of a login and a launch of crates/lti13, and compares them with a baseline; `just instructions --renew` writes it
instructions *options:
    cargo xtask instructions {{ options }}

# Long measurements of the gateway, by parts with goals: `just resilience worker-gap`; all of them where none is named
resilience *options:
    cargo xtask resilience {{ options }}

# Microsoft's own clients against the development sign-in, and the gateway against an identity provider of another maker
clients:
    cargo build --workspace --exclude portal --bins
    cd e2e && npm ci --no-audit --no-fund && npm ci --no-audit --no-fund --prefix clients && npx tsc -p clients && npx playwright test --project=clients

# Licences, sources and duplicates of the dependencies
dependencies:
    cargo install --locked cargo-deny
    cargo deny check licenses bans sources

# Known vulnerabilities of the dependencies, by RustSec's database at github.com
advisories:
    cargo install --locked cargo-deny
    cargo deny check advisories

# The package of crates/lti13, built from what would be published. Wants a clean checkout
package:
    cargo package --package lti13

# Changes of crates/lti13 that break the programs that use it, since that revision: the last release, and before the first one the day on which the check began
semver since="d675068":
    cargo install --locked cargo-semver-checks
    cargo semver-checks --package lti13 --all-features --baseline-rev {{ since }}

# Long checks, apart from the tests: dependencies; the package of crates/lti13, and what its changes break; other makers' clients; Lighthouse; properties of other values; the API on both databases; crates/lti13 by fuzzing (needs a nightly toolchain) and mutation testing, this also of launch records in crates/domain
nightly seconds="120" examples="500": dependencies package semver clients lighthouse
    for tests in "domain --test properties" "store --lib cursors" "gateway --lib registrations" "lti13 --test suite"; do PROPTEST_CASES={{ examples }}0 PROPTEST_RNG_SEED=$(date +%s) cargo test --package $tests || exit 1; done
    cargo xtask fuzz-api --examples {{ examples }}
    cargo install --locked cargo-fuzz cargo-mutants
    cd crates/lti13/fuzz && for target in login_form state id_token keyset; do cargo +nightly fuzz run "$target" -- -max_total_time={{ seconds }} || exit 1; done
    cargo mutants --package lti13 -- --test suite
    cargo mutants --package domain --file 'crates/domain/src/launches/**' -- --lib --test records
