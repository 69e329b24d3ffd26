use super::*;

#[tokio::test]
async fn an_assertion_is_used_once_on_whatever_instance() {
    on_each_database(async |db| {
        let (one, other) = (&db.store, &db.second_instance().await);
        assert!(one.use_assertion([1; 32], at(300)).await.unwrap());
        assert!(!other.use_assertion([1; 32], at(300)).await.unwrap());
        assert!(other.use_assertion([2; 32], at(400)).await.unwrap());
        one.purge_assertions(at(301)).await.unwrap();
        assert!(one.use_assertion([1; 32], at(300)).await.unwrap(), "it expired");
        assert!(!one.use_assertion([2; 32], at(400)).await.unwrap());
    })
    .await;
}
