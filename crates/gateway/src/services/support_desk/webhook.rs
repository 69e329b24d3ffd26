//! The webhook: a request signed according to Standard Webhooks 1, for which receivers find libraries.

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use store::Delivery;
use url::Url;
use uuid::Uuid;

use super::failure::DeliveryError;
use crate::{config::Config, services::outbound::Outbound};

/// The operator's webhook.
pub(super) struct Webhook {
    url: Url,
    key: hmac::Key,
    outbound: Outbound,
}

impl Webhook {
    /// As configured; `None` where none is.
    pub(super) fn new(config: &Config) -> anyhow::Result<Option<Self>> {
        let (Some(url), Some(key)) = (config.support.webhook(), config.support.webhook_key()) else {
            return Ok(None);
        };
        Ok(Some(Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, &key),
            outbound: Outbound::for_webhook(config, &url)?,
            url,
        }))
    }

    /// Sends it, at this time in Unix seconds.
    pub(super) async fn send(&self, delivery: &Delivery, now: i64) -> Result<(), DeliveryError> {
        let headers = headers(&self.key, delivery.id, now, &delivery.payload).map_err(DeliveryError::Unmakable)?;
        Ok(self.outbound.post_json(&self.url, headers, delivery.payload.clone()).await?)
    }
}

/// The headers that authenticate the sender and identify the event: a receiver that knows the id has it already.
fn headers(key: &hmac::Key, id: Uuid, now: i64, payload: &str) -> anyhow::Result<HeaderMap> {
    let tag = hmac::sign(key, format!("{id}.{now}.{payload}").as_bytes());
    let headers = [
        ("webhook-id", id.to_string()),
        ("webhook-timestamp", now.to_string()),
        ("webhook-signature", format!("v1,{}", STANDARD.encode(tag))),
    ];
    let header = |(name, value): (&'static str, String)| Ok((HeaderName::from_static(name), HeaderValue::from_str(&value)?));
    headers.into_iter().map(header).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_standard_webhooks() {
        // Made with Python: hmac.digest(b"0" * 24, b"…id….1795420800.{}", "sha256").
        let key = hmac::Key::new(hmac::HMAC_SHA256, &[b'0'; 24]);
        let id = Uuid::from_u128(7);
        let headers = headers(&key, id, 1_795_420_800, "{}").unwrap();
        assert_eq!(headers["webhook-id"], id.to_string());
        assert_eq!(headers["webhook-timestamp"], "1795420800");
        assert_eq!(
            headers["webhook-signature"],
            "v1,y5w+ry1KWgjCEr/Q+k8ZhYy8ogtXBO+DVySHWNHszZc="
        );
    }
}
