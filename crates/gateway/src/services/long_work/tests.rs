#![allow(clippy::unwrap_used)]

use std::sync::{
    atomic::{AtomicUsize, Ordering},
    mpsc,
};

use uuid::Uuid;

use super::*;

const CONTOSO: TenantId = TenantId(Uuid::from_u128(1));
const FABRIKAM: TenantId = TenantId(Uuid::from_u128(2));

fn pool(patience: Duration) -> BlockingPool {
    BlockingPool::new(2, patience, Metrics::new().unwrap())
}

type Work = actix_web::rt::task::JoinHandle<Result<(), ApiError>>;

/// Begins work that lasts until the sender says so.
async fn hold(pool: &BlockingPool, tenant: TenantId) -> (Work, mpsc::Sender<()>) {
    let (release, released) = mpsc::channel();
    let (begin, started) = tokio::sync::oneshot::channel();
    let ticket = pool.enter(tenant, LongWork::Body).unwrap();
    let work = actix_web::rt::spawn(ticket.run(move || {
        begin.send(()).unwrap();
        released.recv().unwrap_or_default();
    }));
    started.await.unwrap();
    (work, release)
}

#[actix_web::test]
async fn one_at_a_time_for_a_tenant_while_another_goes_on() {
    let pool = pool(Duration::from_secs(3600));
    let (first, release) = hold(&pool, CONTOSO).await;
    let started = Arc::new(AtomicUsize::new(0));
    let next = || {
        let started = Arc::clone(&started);
        let ticket = pool.enter(CONTOSO, LongWork::Answer).unwrap();
        actix_web::rt::spawn(ticket.run(move || started.fetch_add(1, Ordering::SeqCst)))
    };
    let (second, third) = (next(), next());
    // Another tenant's comes to its end meanwhile, as often as it likes.
    for _ in 0..3 {
        let ticket = pool.enter(FABRIKAM, LongWork::Body).unwrap();
        assert_eq!(ticket.run(|| 7).await.unwrap(), 7);
    }
    assert_eq!((started.load(Ordering::SeqCst), pool.queued(CONTOSO)), (0, 3));
    release.send(()).unwrap();
    first.await.unwrap().unwrap();
    second.await.unwrap().unwrap();
    third.await.unwrap().unwrap();
    assert_eq!((started.load(Ordering::SeqCst), pool.queued(CONTOSO)), (2, 0));
}

#[actix_web::test]
async fn there_are_no_more_at_once_than_places() {
    let pool = pool(Duration::from_millis(20));
    let others = [3, 4].map(|n| TenantId(Uuid::from_u128(n)));
    let (first, second) = (hold(&pool, others[0]).await, hold(&pool, others[1]).await);
    let third = pool.enter(CONTOSO, LongWork::Body).unwrap();
    assert!(matches!(third.run(|| ()).await, Err(ApiError::Busy)));
    for (work, release) in [first, second] {
        release.send(()).unwrap();
        work.await.unwrap().unwrap();
    }
    let third = pool.enter(CONTOSO, LongWork::Body).unwrap();
    third.run(|| ()).await.unwrap();
}

#[actix_web::test]
async fn a_caller_that_waits_too_long_is_refused() {
    let pool = pool(Duration::from_millis(20));
    let (first, release) = hold(&pool, CONTOSO).await;
    let second = pool.enter(CONTOSO, LongWork::Body).unwrap();
    assert!(matches!(second.run(|| ()).await, Err(ApiError::Busy)));
    let queue: Vec<_> = (1..MOST_QUEUED)
        .map(|_| pool.enter(CONTOSO, LongWork::Body).unwrap())
        .collect();
    assert!(matches!(pool.enter(CONTOSO, LongWork::Body), Err(ApiError::Busy)));
    assert!(pool.enter(FABRIKAM, LongWork::Body).is_ok());
    drop(queue);
    release.send(()).unwrap();
    first.await.unwrap().unwrap();
    assert_eq!(pool.queued(CONTOSO), 0);
}

#[actix_web::test]
async fn a_result_is_returned_however_long_it_takes() {
    let pool = pool(Duration::ZERO);
    let (first, release) = hold(&pool, CONTOSO).await;
    let queue: Vec<_> = (1..MOST_QUEUED)
        .map(|_| pool.enter(CONTOSO, LongWork::Body).unwrap())
        .collect();
    let report = actix_web::rt::spawn({
        let pool = pool.clone();
        async move { pool.report(CONTOSO, LONG_ANSWER + 1, || "done").await }
    });
    while pool.queued(CONTOSO) <= MOST_QUEUED {
        assert!(!report.is_finished(), "the report was refused");
        tokio::task::yield_now().await;
    }
    release.send(()).unwrap();
    first.await.unwrap().unwrap();
    assert_eq!(report.await.unwrap().unwrap().status(), 200);
    drop(queue);
}

#[actix_web::test]
async fn work_that_nobody_waits_for_keeps_its_turn_until_it_ends() {
    let pool = pool(Duration::from_millis(20));
    let (first, release) = hold(&pool, CONTOSO).await;
    first.abort();
    assert!(first.await.is_err());
    let second = pool.enter(CONTOSO, LongWork::Body).unwrap();
    assert!(matches!(second.run(|| ()).await, Err(ApiError::Busy)));
    release.send(()).unwrap();
    while pool.queued(CONTOSO) > 0 {
        tokio::task::yield_now().await;
    }
    let third = pool.enter(CONTOSO, LongWork::Body).unwrap();
    third.run(|| ()).await.unwrap();
}

#[actix_web::test]
async fn a_panic_ends_its_own_work_only() {
    let pool = pool(Duration::from_secs(3600));
    let ticket = pool.enter(CONTOSO, LongWork::Body).unwrap();
    let panicking: fn() = || panic!("as the test wants it");
    assert!(matches!(ticket.run(panicking).await, Err(ApiError::Internal(_))));
    assert_eq!(pool.queued(CONTOSO), 0);
    pool.enter(CONTOSO, LongWork::Body).unwrap().run(|| ()).await.unwrap();
}

#[actix_web::test]
async fn many_rows_are_read_when_the_turn_has_come_and_few_at_once() {
    let options = store::ConnectOptions {
        url: "sqlite::memory:".to_owned(),
        max_connections: 1,
    };
    let (pool, store) = (pool(Duration::from_secs(3600)), Store::connect(&options).await.unwrap());
    let (first, release) = hold(&pool, CONTOSO).await;
    let reads = Arc::new(AtomicUsize::new(0));
    let answer = |too_many_at_first| {
        let (pool, store, reads) = (pool.clone(), store.clone(), Arc::clone(&reads));
        let read = move |_| {
            let too_many = reads.fetch_add(1, Ordering::SeqCst) == 0 && too_many_at_first;
            async move { if too_many { Err(StoreError::TooManyRows) } else { Ok(7) } }
        };
        actix_web::rt::spawn(async move { pool.answer_rows(&store, CONTOSO, read, Ok).await })
    };
    let many = answer(true);
    while pool.queued(CONTOSO) < 2 {
        assert!(!many.is_finished(), "it was read out of turn");
        tokio::task::yield_now().await;
    }
    assert_eq!(reads.load(Ordering::SeqCst), 1, "it was only tried");
    assert_eq!(answer(false).await.unwrap().unwrap().status(), 200);
    assert!(!many.is_finished(), "it was read out of turn");
    release.send(()).unwrap();
    first.await.unwrap().unwrap();
    assert_eq!(many.await.unwrap().unwrap().status(), 200);
    assert_eq!(reads.load(Ordering::SeqCst), 3);
}
