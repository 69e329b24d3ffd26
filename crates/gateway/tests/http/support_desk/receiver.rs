//! The operator's end of a webhook.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU16, Ordering},
    },
    time::Duration,
};

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::support::free_port;

pub const KEY: &[u8; 32] = b"0123456789abcdef0123456789abcdef";

/// The value in the configuration.
pub fn secret() -> String {
    format!("whsec_{}", STANDARD.encode(KEY))
}

/// The answer of a receiver that never answers.
pub const HANG: u16 = 0;

/// A webhook receiver of the operator.
#[derive(Clone)]
pub struct Receiver {
    port: u16,
    answer: Arc<AtomicU16>,
    /// Everything that arrived, also what it then refused.
    arrived: Arc<Mutex<Vec<Arrived>>>,
}

#[derive(Clone, Debug)]
pub struct Arrived {
    pub id: String,
    pub answered: u16,
    pub body: Value,
    /// As it came, for other makers' libraries to validate.
    pub request: Value,
}

impl Receiver {
    pub fn start(answer: u16) -> Self {
        Self::at(free_port(), answer).serve()
    }

    /// One that isn't there yet.
    pub fn at(port: u16, answer: u16) -> Self {
        Self {
            port,
            answer: Arc::new(AtomicU16::new(answer)),
            arrived: Arc::default(),
        }
    }

    pub fn serve(self) -> Self {
        let receiver = self;
        let data = receiver.clone();
        let server = HttpServer::new(move || {
            App::new()
                .app_data(web::Data::new(data.clone()))
                .default_service(web::to(receive))
        });
        let server = server
            .workers(1)
            .disable_signals()
            .bind(("127.0.0.1", receiver.port))
            .unwrap()
            .run();
        std::thread::spawn(|| actix_web::rt::System::new().block_on(server));
        receiver
    }

    pub fn config(&self) -> String {
        format!(
            "[support]\nwebhook_url = \"http://127.0.0.1:{}/hook\"\nwebhook_secret = \"{}\"\n",
            self.port,
            secret()
        )
    }

    pub fn answer(&self, status: u16) {
        self.answer.store(status, Ordering::SeqCst);
    }

    /// As if nothing had come yet.
    pub fn clear(&self) {
        self.arrived.lock().unwrap().clear();
    }

    pub fn all(&self) -> Vec<Arrived> {
        self.arrived.lock().unwrap().clone()
    }

    pub fn taken(&self) -> Vec<Arrived> {
        self.all().into_iter().filter(|one| one.answered == 200).collect()
    }
}

async fn receive(request: HttpRequest, body: web::Bytes, receiver: web::Data<Receiver>) -> HttpResponse {
    let header = |name: &str| request.headers().get(name).unwrap().to_str().unwrap().to_owned();
    let (id, at, signature) = (header("webhook-id"), header("webhook-timestamp"), header("webhook-signature"));
    let signed = [id.as_bytes(), b".", at.as_bytes(), b".", &body].concat();
    let tag = STANDARD.decode(signature.strip_prefix("v1,").unwrap()).unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, KEY);
    hmac::verify(&key, &signed, &tag).expect("a good signature");
    let request = json!({
        "headers": { "webhook-id": id, "webhook-timestamp": at, "webhook-signature": signature },
        "body": std::str::from_utf8(&body).unwrap(),
    });
    let answered = receiver.answer.load(Ordering::SeqCst);
    receiver.arrived.lock().unwrap().push(Arrived {
        id,
        answered,
        body: serde_json::from_slice(&body).unwrap(),
        request,
    });
    if answered == HANG {
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
    HttpResponse::build(actix_web::http::StatusCode::from_u16(answered).unwrap_or_default()).finish()
}
