#!/usr/bin/env bash
# Software: moka 0.12.16.
# Expected: a value that was being made when its key, or all, was invalidated is not kept: it was read before the change.
# Seen: it is kept, and given to whoever asks next.
source "$(dirname "$0")/lib/common.sh"
seen=$(run_rust invalidate '
moka = { version = "=0.12.16", features = ["future"] }
tokio = { version = "=1.54.1", features = ["macros", "rt", "sync"] }
' <<'END'
use moka::future::Cache;
use tokio::sync::oneshot;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    for all in [false, true] {
        let cache: Cache<u8, &str> = Cache::new(10);
        let (begun, has_begun) = oneshot::channel();
        let (go_on, may_go_on) = oneshot::channel();
        let making = tokio::spawn({
            let cache = cache.clone();
            async move {
                let value = async move {
                    begun.send(()).unwrap();
                    may_go_on.await.unwrap();
                    "read before the change"
                };
                cache.get_with(1, value).await
            }
        });
        has_begun.await.unwrap();
        if all {
            cache.invalidate_all();
        } else {
            cache.invalidate(&1).await;
        }
        go_on.send(()).unwrap();
        making.await.unwrap();
        let name = if all { "invalidate_all" } else { "invalidate" };
        println!("{name}: {:?}", cache.get(&1).await);
    }
}
END
)
expect "$seen" <<'END'
invalidate: Some("read before the change")
invalidate_all: Some("read before the change")
END
