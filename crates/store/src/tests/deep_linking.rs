use super::*;

#[tokio::test]
async fn a_deep_linking_request_is_there_until_it_expires() {
    on_each_database(async |db| {
        let (one, other) = (&db.store, &db.second_instance().await);
        one.insert_deep_linking_request([1; 32], b"sealed", at(100)).await.unwrap();
        let find = async |id, now| other.find_deep_linking_request([id; 32], at(now)).await.unwrap();
        assert_eq!(find(1, 99).await.as_deref(), Some(&b"sealed"[..]));
        assert_eq!(find(1, 100).await, None);
        assert_eq!(find(2, 99).await, None);
        one.purge_deep_linking(at(100)).await.unwrap();
        assert!(find(1, 99).await.is_some(), "it expires now");
        one.purge_deep_linking(at(101)).await.unwrap();
        assert_eq!(find(1, 99).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_nonce_is_of_one_answer_on_whatever_instance() {
    on_each_database(async |db| {
        let (one, other) = (&db.store, &db.second_instance().await);
        assert!(one.use_deep_linking_nonce([1; 32], [7; 32], at(100)).await.unwrap());
        assert!(other.use_deep_linking_nonce([1; 32], [7; 32], at(100)).await.unwrap());
        assert!(!other.use_deep_linking_nonce([1; 32], [8; 32], at(100)).await.unwrap());
        assert!(other.use_deep_linking_nonce([2; 32], [8; 32], at(100)).await.unwrap());
    })
    .await;
}
