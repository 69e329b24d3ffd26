use super::*;
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn zz_measure() {
    for connections in [1, 2, 4, 8, 16] {
        let path = std::env::temp_dir().join(format!("m-{}", Uuid::new_v4().simple()));
        std::fs::create_dir(&path).unwrap();
        let store = Store::connect(&crate::ConnectOptions { url: format!("sqlite://{}/g.db?mode=rwc", path.display()), max_connections: connections }).await.unwrap();
        ::migrations::migrate(store.connection()).await.unwrap();
        store.insert_tenant(&tenant(CONTOSO)).await.unwrap();
        let registration = add(&store, CONTOSO, &moodle("c-1", &["1"])).await.unwrap();
        let start = std::time::Instant::now();
        let tasks = (0..16u8).map(|task| {
            let (store, registration) = (store.clone(), registration.clone());
            tokio::spawn(async move {
                let mut worst = Vec::new();
                for n in 0..200u8 {
                    let t = std::time::Instant::now();
                    store.find_launch_target("https://moodle.contoso.edu", "c-1", "1").await.unwrap();
                    let mut l = accepted(&registration, "1", 0, at(1));
                    l.state_id[0] = task; l.state_id[1] = n;
                    assert_eq!(store.record_launch(&l).await.unwrap(), RecordedLaunch::Recorded);
                    worst.push(t.elapsed());
                }
                worst
            })
        });
        let mut all: Vec<_> = futures_util::future::join_all(tasks).await.into_iter().flat_map(|r| r.unwrap()).collect();
        all.sort();
        eprintln!("{connections} connections: {:?} total, p50 {:?} p99 {:?} max {:?}", start.elapsed(), all[1600], all[3168], all[3199]);
        std::fs::remove_dir_all(&path).unwrap();
    }
}
