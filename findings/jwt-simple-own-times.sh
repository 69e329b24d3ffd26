#!/usr/bin/env bash
# Software: jwt-simple 0.15.0.
# Expected: a claim of one's own takes the place of the one that the crate fills in, or is refused; and a token whose iat is set back
#           has no other time that is later.
# Seen: an iat among one's own claims makes a token in which iat stands twice, which jwt-simple itself does not read. issued_at can be
#       set back, but nbf stays now: a receiver whose clock is behind refuses the token all the same.
source "$(dirname "$0")/lib/common.sh"
seen=$(run_rust times '
jwt-simple = { version = "=0.15.0", default-features = false, features = ["pure-rust"] }
serde_json = "=1.0.154"
' <<'END'
use jwt_simple::prelude::*;
use serde_json::{Value, json};

fn main() {
    let key = HS256Key::from_bytes(&[0; 32]);
    let own = Claims::with_custom_claims(json!({"iat": 1_796_000_000}), Duration::from_secs(60));
    let names = serde_json::to_string(&own).unwrap().matches("\"iat\"").count();
    let token = key.authenticate(own).unwrap();
    let fault = key.verify_token::<Value>(&token, None).unwrap_err().to_string();
    println!("iat of one's own: {names} times; {}", fault.split(" at line").next().unwrap());

    let mut claims = Claims::create(Duration::from_secs(60));
    claims.issued_at = claims.issued_at.map(|at| at - Duration::from_secs(5));
    let claims = serde_json::to_value(&claims).unwrap();
    println!("issued_at set back by 5 s: nbf is {} s later than iat", claims["nbf"].as_u64().unwrap() - claims["iat"].as_u64().unwrap());
}
END
)
expect "$seen" <<'END'
iat of one's own: 2 times; duplicate field `iat`
issued_at set back by 5 s: nbf is 5 s later than iat
END
