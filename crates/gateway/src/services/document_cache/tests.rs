#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::{
    Mutex,
    atomic::{AtomicI64, AtomicU64, AtomicUsize, Ordering},
};

use actix_web::{App, HttpResponse, HttpServer, web};
use time::OffsetDateTime;

use super::{shares::WAITING, *};
use crate::config::Config;

/// A document of the ids of its keys only.
#[derive(Debug)]
struct Ids(Vec<String>);

impl CachedDocument for Ids {
    fn parse(bytes: &[u8]) -> Result<Self, DocumentError> {
        Ok(Self(serde_json::from_slice(bytes)?))
    }

    fn has(&self, kid: &str) -> bool {
        self.0.iter().any(|id| id == kid)
    }

    fn size(&self) -> usize {
        self.0.iter().map(String::len).sum()
    }
}

/// A source of documents, and a cache in front of it with a clock to turn.
struct Bench {
    sets: DocumentCache<Ids>,
    url: Url,
    requests: Arc<AtomicUsize>,
    answer: Arc<Mutex<(u16, Vec<u8>)>>,
    uptime: Arc<AtomicU64>,
    /// By how many seconds the wall clock is ahead of the uptime.
    ahead: Arc<AtomicI64>,
}

impl Bench {
    fn start() -> Self {
        let requests = Arc::new(AtomicUsize::new(0));
        let answer = Arc::new(Mutex::new((200, br#"["a"]"#.to_vec())));
        let (counted, answered) = (Arc::clone(&requests), Arc::clone(&answer));
        let server = HttpServer::new(move || {
            let (counted, answered) = (Arc::clone(&counted), Arc::clone(&answered));
            App::new().default_service(web::to(move || {
                let (counted, answered) = (Arc::clone(&counted), Arc::clone(&answered));
                async move {
                    counted.fetch_add(1, Ordering::SeqCst);
                    actix_web::rt::time::sleep(Duration::from_millis(20)).await;
                    let (status, body) = answered.lock().unwrap().clone();
                    HttpResponse::build(status.try_into().unwrap())
                        .insert_header(("cache-control", "max-age=600"))
                        .body(body)
                }
            }))
        });
        let server = server.workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
        let url = Url::parse(&format!("http://{}/keys", server.addrs()[0])).unwrap();
        actix_web::rt::spawn(server.run());
        let (uptime, ahead) = (Arc::<AtomicU64>::default(), Arc::<AtomicI64>::default());
        let clock = {
            let (running, uptime, ahead) = (Arc::clone(&uptime), Arc::clone(&uptime), Arc::clone(&ahead));
            let uptime = move || Duration::from_secs(uptime.load(Ordering::SeqCst));
            let wall = move || {
                let ahead = time::Duration::seconds(ahead.load(Ordering::SeqCst));
                OffsetDateTime::UNIX_EPOCH + Duration::from_secs(running.load(Ordering::SeqCst)) + ahead
            };
            Clock::new(wall, uptime)
        };
        let config = Config::from_parts(true, "", []).unwrap();
        let sets = DocumentCache::new(Outbound::new(&config).unwrap(), clock);
        Self {
            sets,
            url,
            requests,
            answer,
            uptime,
            ahead,
        }
    }

    async fn ask(&self, kid: &str) -> Result<(), KeyError> {
        self.sets.with_key(&self.url, kid).await.map(|_| ())
    }

    fn answers(&self, status: u16, body: &(impl AsRef<[u8]> + ?Sized)) {
        *self.answer.lock().unwrap() = (status, body.as_ref().to_vec());
    }

    fn advance(&self, time: Duration) {
        self.uptime.fetch_add(time.as_secs(), Ordering::SeqCst);
    }

    /// Sets the wall clock, so far ahead or back.
    fn step(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::SeqCst);
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    /// Waits until so many requests were made and what they brought is kept.
    async fn settle(&self, requests: usize) {
        while self.requests() < requests {
            actix_web::rt::time::sleep(Duration::from_millis(5)).await;
        }
        // Where a fetch in the background was started, it has its turn now, and holds this lock until it is over.
        actix_web::rt::time::sleep(Duration::from_millis(5)).await;
        drop(self.sets.slot(&self.url).await.fetching.lock().await);
    }
}

#[actix_web::test]
async fn a_known_key_costs_no_request() {
    let bench = Bench::start();
    for _ in 0..5 {
        assert_eq!(bench.ask("a").await, Ok(()));
    }
    assert_eq!(bench.requests(), 1);
}

#[actix_web::test]
async fn requests_that_wait_for_the_same_document_share_one_fetch() {
    let bench = Bench::start();
    let asked = futures_util::future::join_all((0..20).map(|_| bench.ask("a"))).await;
    assert!(asked.iter().all(Result::is_ok));
    assert_eq!(bench.requests(), 1);
}

#[actix_web::test]
async fn only_so_many_wait_for_the_same_document() {
    let bench = Bench::start();
    let asked = futures_util::future::join_all((0..WAITING + 36).map(|_| bench.ask("a"))).await;
    let (waited, others) = asked.split_at(WAITING);
    assert!(waited.iter().all(Result::is_ok));
    assert!(others.iter().all(|other| *other == Err(KeyError::Fetch(FetchError::Crowded))));
    assert_eq!(bench.ask("a").await, Ok(()));
    bench.advance(PAUSE);
    assert_eq!(bench.ask("b").await, Err(KeyError::KeyNotFound), "there is room again");
}

#[actix_web::test]
async fn an_unknown_key_asks_again_after_the_pause_and_then_once_a_minute() {
    let bench = Bench::start();
    bench.ask("a").await.unwrap();
    assert_eq!(bench.ask("b").await, Err(KeyError::KeyNotFound));
    assert_eq!(bench.requests(), 1, "not within seconds of the last fetch");
    bench.advance(PAUSE);
    assert_eq!(bench.ask("b").await, Err(KeyError::KeyNotFound));
    assert_eq!(bench.requests(), 2);
    bench.advance(PAUSE_AFTER_MISS - Duration::from_secs(1));
    for junk in ["c", "d", "e"] {
        assert_eq!(bench.ask(junk).await, Err(KeyError::KeyNotFound));
    }
    assert_eq!(bench.requests(), 2, "made-up ids don't flood the source");
    assert_eq!(bench.ask("a").await, Ok(()));
    bench.advance(Duration::from_secs(1));
    bench.answers(200, r#"["a","b"]"#);
    assert_eq!(
        bench.ask("b").await,
        Ok(()),
        "a rotated key is found a minute later at the latest"
    );
}

#[actix_web::test]
async fn a_rotated_key_is_found_at_once_where_nothing_was_asked_lately() {
    let bench = Bench::start();
    bench.ask("a").await.unwrap();
    bench.answers(200, r#"["b"]"#);
    bench.advance(PAUSE);
    assert_eq!(bench.ask("b").await, Ok(()));
}

#[actix_web::test]
async fn a_wall_clock_that_is_set_back_stops_no_fetch() {
    const YEAR: i64 = 365 * 24 * 3600;
    let bench = Bench::start();
    bench.step(YEAR);
    bench.ask("a").await.unwrap();
    bench.step(-YEAR);
    bench.answers(200, r#"["b"]"#);
    bench.advance(PAUSE);
    assert_eq!(bench.ask("b").await, Ok(()), "a rotated key is found");
    bench.answers(200, r#"["c"]"#);
    bench.advance(FRESH);
    assert_eq!(bench.ask("b").await, Ok(()));
    bench.settle(3).await;
    assert_eq!(bench.ask("c").await, Ok(()), "it was refreshed in the background");
    bench.answers(503, "");
    bench.advance(LAST_KNOWN_GOOD);
    assert!(bench.ask("c").await.is_err(), "keys get old");
}

#[actix_web::test]
async fn a_failure_is_remembered_for_seconds_and_recovered_from() {
    let bench = Bench::start();
    bench.answers(500, "");
    assert_eq!(bench.ask("a").await, Err(KeyError::Fetch(FetchError::Status(500))));
    bench.answers(200, r#"["a"]"#);
    assert_eq!(bench.ask("a").await, Err(KeyError::Fetch(FetchError::Status(500))));
    assert_eq!(bench.requests(), 1);
    bench.advance(PAUSE);
    assert_eq!(bench.ask("a").await, Ok(()));
}

#[actix_web::test]
async fn what_is_no_document_is_unreadable() {
    let bench = Bench::start();
    bench.answers(200, "<html>");
    assert!(matches!(bench.ask("a").await, Err(KeyError::Unreadable(_))));
}

#[actix_web::test]
async fn a_document_may_be_compressed_or_marked() {
    let bench = Bench::start();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut packed, "\u{feff}[\"a\"]".as_bytes()).unwrap();
    for (at, answer) in [packed.finish().unwrap(), "\u{feff}[\"a\"]".into()].iter().enumerate() {
        bench.answers(200, answer);
        let url = bench.url.join(&format!("/{at}")).unwrap();
        assert!(bench.sets.with_key(&url, "a").await.is_ok(), "{answer:?}");
    }
}

#[actix_web::test]
async fn a_redirect_and_a_long_answer_are_not_followed() {
    let bench = Bench::start();
    bench.answers(302, "");
    assert_eq!(bench.ask("a").await, Err(KeyError::Fetch(FetchError::Redirected(302))));
    bench.advance(PAUSE);
    bench.answers(200, &format!("[\"a\"]{}", " ".repeat(1_000_000)));
    assert_eq!(bench.ask("a").await, Err(KeyError::Fetch(FetchError::TooLong)));
}

#[actix_web::test]
async fn known_keys_outlive_an_outage_for_a_day() {
    let bench = Bench::start();
    bench.ask("a").await.unwrap();
    bench.answers(503, "");
    bench.advance(Duration::from_secs(3600));
    assert_eq!(
        bench.ask("a").await,
        Ok(()),
        "the stale document serves while it is fetched again"
    );
    bench.settle(2).await;
    assert_eq!(bench.requests(), 2);
    bench.advance(LAST_KNOWN_GOOD - Duration::from_secs(3601));
    assert_eq!(bench.ask("a").await, Ok(()));
    bench.settle(3).await;
    bench.advance(Duration::from_secs(10));
    assert_eq!(bench.ask("a").await, Err(KeyError::Fetch(FetchError::Status(503))));
}

#[actix_web::test]
async fn a_document_in_use_is_fetched_again_in_the_background_before_it_expires() {
    let bench = Bench::start();
    bench.ask("a").await.unwrap();
    bench.advance(Duration::from_secs(479));
    bench.ask("a").await.unwrap();
    bench.settle(1).await;
    assert_eq!(bench.requests(), 1, "max-age is 600 s");
    bench.advance(Duration::from_secs(1));
    bench.answers(200, r#"["a","b"]"#);
    bench.ask("a").await.unwrap();
    bench.settle(2).await;
    assert_eq!(bench.requests(), 2);
    assert_eq!(bench.ask("b").await, Ok(()));
    assert_eq!(bench.requests(), 2, "the background fetch brought it");
}

#[actix_web::test]
async fn a_check_fetches_whatever_is_known_and_the_observer_hears_of_it() {
    let bench = Bench::start();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let keep = Arc::clone(&heard);
    let sets = bench
        .sets
        .clone()
        .observed_by(move |_, fetched| keep.lock().unwrap().push(fetched.is_ok()));
    sets.fetch_now(&bench.url).await.unwrap();
    bench.answers(500, "");
    assert!(sets.fetch_now(&bench.url).await.is_err());
    assert_eq!(*heard.lock().unwrap(), [true, false]);
}

#[actix_web::test]
async fn a_signature_that_does_not_match_asks_again_once_a_minute() {
    let bench = Bench::start();
    let known = async || bench.sets.with_key(&bench.url, "a").await.unwrap();
    let recheck = async |seen: &Arc<Ids>| bench.sets.newer_than(&bench.url, seen).await;
    let first = known().await;
    let newer = recheck(&first).await.expect("asked again, however short ago it was fetched");
    assert_eq!(bench.requests(), 2);
    assert!(
        recheck(&first).await.is_some_and(|known| Arc::ptr_eq(&known, &newer)),
        "what is newer is known"
    );
    bench.advance(PAUSE_AFTER_RECHECK - Duration::from_secs(1));
    for _ in 0..20 {
        assert!(recheck(&newer).await.is_none());
    }
    assert_eq!(bench.requests(), 2, "forged signatures don't flood the source");
    bench.advance(Duration::from_secs(1));
    let together = futures_util::future::join_all((0..20).map(|_| recheck(&newer))).await;
    assert!(together.iter().all(Option::is_some));
    assert_eq!(bench.requests(), 3, "those that wait share one fetch");

    // A source that doesn't answer changes nothing.
    bench.advance(PAUSE_AFTER_RECHECK);
    bench.answers(500, "");
    let known_good = known().await;
    assert!(recheck(&known_good).await.is_none());
    assert_eq!(bench.requests(), 4);
    assert_eq!(bench.ask("a").await, Ok(()));
    // Another source has a minute of its own.
    bench.answers(200, r#"["a"]"#);
    let other = bench.url.join("/others").unwrap();
    let seen = bench.sets.with_key(&other, "a").await.unwrap();
    assert!(bench.sets.newer_than(&other, &seen).await.is_some());
}

#[actix_web::test]
async fn checks_that_wait_for_the_same_document_share_the_next_fetch() {
    let bench = Bench::start();
    let check = || bench.sets.fetch_now(&bench.url);
    let asked = futures_util::future::join_all((0..20).map(|_| check())).await;
    assert!(asked.iter().all(Result::is_ok));
    // All but the first asked before a fetch began, or while the first was under way.
    assert!(bench.requests() <= 2, "{}", bench.requests());

    // One that is under way isn't enough for somebody who mended the keyset meanwhile.
    let under_way = bench.requests() + 1;
    let first = check();
    let second = async {
        while bench.requests() < under_way {
            actix_web::rt::time::sleep(Duration::from_millis(1)).await;
        }
        bench.answers(500, "");
        check().await
    };
    let (_, second) = futures_util::join!(first, second);
    assert!(second.is_err() && bench.requests() == under_way + 1);

    // Nor is one that was broken off.
    bench.answers(200, r#"["a"]"#);
    let broken_off = tokio::time::timeout(Duration::from_millis(1), check()).await;
    assert!(broken_off.is_err() && check().await.is_ok());
}

#[actix_web::test]
async fn what_is_only_looked_at_is_not_kept() {
    let bench = Bench::start();
    assert!(bench.sets.look_at(&bench.url).await.unwrap().has("a"));
    bench.answers(200, "<html>");
    assert!(matches!(bench.sets.look_at(&bench.url).await, Err(KeyError::Unreadable(_))));
    bench.sets.slots.run_pending_tasks().await;
    assert_eq!(bench.sets.slots.entry_count(), 0);
}

#[actix_web::test]
async fn long_documents_with_little_in_them_take_little() {
    let bench = Bench::start();
    bench.answers(200, &format!("[\"a\"]{}", " ".repeat(950_000)));
    let urls: Vec<_> = (0..100).map(|n| bench.url.join(&format!("/{n}")).unwrap()).collect();
    let asked = futures_util::future::join_all(urls.iter().map(|url| bench.sets.with_key(url, "a"))).await;
    assert!(asked.iter().all(Result::is_ok));
    bench.sets.slots.run_pending_tasks().await;
    assert_eq!(bench.sets.slots.entry_count(), 100);
}

#[actix_web::test]
async fn a_tenant_with_much_in_its_documents_leaves_out_its_own() {
    let bench = Bench::start();
    let sets = bench.sets.clone().archived_in(|url: Url| async move {
        let tenant = u128::from(url.path().starts_with("/large"));
        Ok(Archived {
            owner: Some(TenantId(uuid::Uuid::from_u128(tenant))),
            document: None,
        })
    });
    sets.with_key(&bench.url, "a").await.unwrap();
    bench.answers(200, &format!(r#"["a","{}"]"#, "x".repeat(940_000)));
    let large: Vec<_> = (0..90).map(|n| bench.url.join(&format!("/large/{n}")).unwrap()).collect();
    for url in &large {
        sets.with_key(url, "a").await.unwrap();
    }
    sets.slots.run_pending_tasks().await;
    assert_eq!(bench.requests(), 91);
    sets.with_key(&bench.url, "a").await.unwrap();
    assert_eq!(bench.requests(), 91, "the other tenant's is still there");
    assert!(sets.holds(&large[89], "a").await && !sets.holds(&large[80], "a").await);
    assert_eq!(sets.slots.entry_count(), 5, "four of them are 4 MiB");
}

/// A cache in front of an archive: what it has of `/seen/3600` was seen an hour ago.
fn archived(bench: &Bench) -> DocumentCache<Ids> {
    bench.sets.clone().archived_in(|url: Url| async move {
        let seen = url.path().strip_prefix("/seen/").and_then(|ago| ago.parse().ok());
        Ok(Archived {
            owner: None,
            document: seen.map(|ago| (Ids(vec!["a".to_owned()]), Duration::from_secs(ago))),
        })
    })
}

#[actix_web::test]
async fn what_was_seen_before_a_restart_outlives_an_outage_for_a_day() {
    let bench = Bench::start();
    let sets = archived(&bench);
    let seen = |ago: &str| bench.url.join(&format!("/seen/{ago}")).unwrap();
    bench.answers(503, "");
    // Just now: at once, and it is fetched again in the background.
    assert!(sets.with_key(&seen("60"), "a").await.is_ok());
    bench.settle(1).await;
    // Longer ago: once the source was asked.
    for (requests, ago) in [(2, "3600"), (3, "86399")] {
        assert!(sets.with_key(&seen(ago), "a").await.is_ok(), "{ago}");
        assert_eq!(bench.requests(), requests, "{ago}");
    }
    let down = KeyError::Fetch(FetchError::Status(503));
    assert_eq!(sets.with_key(&seen("86400"), "a").await.unwrap_err(), down);
    bench.advance(Duration::from_secs(1));
    assert_eq!(
        sets.with_key(&seen("86399"), "a").await.unwrap_err(),
        down,
        "it isn't younger for the restart"
    );
}

#[actix_web::test]
async fn a_key_that_was_removed_while_nobody_looked_is_gone() {
    let bench = Bench::start();
    let sets = archived(&bench);
    let url = bench.url.join("/seen/3600").unwrap();
    bench.answers(200, r#"["b"]"#);
    assert_eq!(sets.with_key(&url, "a").await.unwrap_err(), KeyError::KeyNotFound);
    assert!(sets.with_key(&url, "b").await.is_ok());
    assert_eq!(bench.requests(), 1);
}

#[actix_web::test]
async fn made_up_addresses_are_fetched_as_the_gate_lets_them_and_good_ones_need_no_gate() {
    let bench = Bench::start();
    let limiter = RateLimiter::new();
    let made_up = |n: usize| bench.url.join(&format!("/made-up/{n}")).unwrap();
    bench.ask("a").await.unwrap();
    bench.answers(404, "");
    let mut turned_away = 0;
    for n in 0..200 {
        match bench.sets.with_key_limited(&limiter, &made_up(n), "a").await {
            Ok(document) => turned_away += usize::from(document.is_none()),
            Err(error) => assert_eq!(error, KeyError::Fetch(FetchError::Status(404))),
        }
    }
    assert_eq!((bench.requests(), turned_away), (61, 140));
    bench.sets.slots.run_pending_tasks().await;
    assert_eq!(bench.sets.slots.entry_count(), 61, "rejected documents take no place");

    // A known result, good or bad, is returned without the limiter.
    let known_bad = bench.sets.with_key_limited(&limiter, &made_up(0), "a").await;
    assert_eq!(known_bad.unwrap_err(), KeyError::Fetch(FetchError::Status(404)));
    let known_good = bench.sets.with_key_limited(&limiter, &bench.url, "a").await;
    assert!(known_good.unwrap().is_some() && bench.sets.holds(&bench.url, "a").await);
    // A key that was rotated is fetched from an address that proved good.
    bench.answers(200, r#"["b"]"#);
    bench.advance(PAUSE);
    assert!(
        bench
            .sets
            .with_key_limited(&limiter, &bench.url, "b")
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        bench
            .sets
            .with_key_limited(&limiter, &made_up(0), "b")
            .await
            .unwrap()
            .is_none()
    );
    assert!(!bench.sets.holds(&made_up(0), "b").await);

    bench.advance(Duration::from_secs(60));
    assert!(
        bench
            .sets
            .with_key_limited(&limiter, &made_up(0), "b")
            .await
            .unwrap()
            .is_some()
    );
}

#[actix_web::test]
async fn only_so_many_made_up_addresses_are_fetched_at_once() {
    let bench = Bench::start();
    let limiter = RateLimiter::new();
    let urls: Vec<_> = (0..40).map(|n| bench.url.join(&format!("/made-up/{n}")).unwrap()).collect();
    let asked = urls.iter().map(|url| bench.sets.with_key_limited(&limiter, url, "a"));
    let answers = futures_util::future::join_all(asked).await;
    let answered = answers
        .into_iter()
        .filter(|answer| answer.as_ref().unwrap().is_some())
        .count();
    assert!((16..40).contains(&answered), "{answered}");
}
