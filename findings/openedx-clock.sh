#!/usr/bin/env bash
# Software: lti-consumer-xblock 11.4.4 (Open edX's LTI code).
# Expected: an assertion of a clock that is ahead is refused with an OAuth error that does not depend on other keys of the keyset; a
#           deep linking response likewise with a page.
# Seen: with one key "unidentified_error", which OAuth does not know. With a second key behind it in the keyset "invalid_client", the
#       answer to a wrong signature: the last key's complaint is the one that is told. The deep linking response: 500.
source "$(dirname "$0")/lib/common.sh"
install_python -r "$lib/openedx.txt"
seen=$(python - <<'END'
import http.server
import threading

from openedx_project import *


def jwk(public_key, kid):
    return {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(public_key)), "kid": kid, "use": "sig", "alg": "RS256"}


signing = jwk(key.public_key(), "tool")
waiting = jwk(rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key(), "next")


class Keysets(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        keys = [signing, waiting] if self.path == "/two" else [signing]
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps({"keys": keys}).encode())

    def log_message(self, *line):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Keysets)
threading.Thread(target=server.serve_forever, daemon=True).start()
now = int(time.time())
clocks = {"right": {}, "30 s ahead": {"iat": now + 30}, "5 minutes behind": {"iat": now - 360, "exp": now - 240}}
for keys in ("one", "two"):
    config = configure(keys, public_key="", keyset_url=f"http://127.0.0.1:{server.server_port}/{keys}")
    client = {"iss": config.lti_1p3_client_id, "sub": config.lti_1p3_client_id, "aud": LMS, "jti": "1"}
    items = {CLAIM + "message_type": "LtiDeepLinkingResponse", DEEP_LINKING + "content_items": []}
    for name, times in clocks.items():
        token = ask_token(config, AGS + "score", sign(client, **times))
        page = answer_picker(config, sign({**client, **items}, **times))
        print(f"{keys} key(s), clock {name}: {token.status_code} {token.json().get('error')}; picker {page.status_code}")
server.shutdown()
END
)
expect "$seen" <<'END'
one key(s), clock right: 200 None; picker 200
one key(s), clock 30 s ahead: 400 unidentified_error; picker 500
one key(s), clock 5 minutes behind: 400 unidentified_error; picker 500
two key(s), clock right: 200 None; picker 200
two key(s), clock 30 s ahead: 400 invalid_client; picker 403
two key(s), clock 5 minutes behind: 400 invalid_client; picker 403
END
