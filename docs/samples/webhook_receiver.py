"""Takes the events of problem reports that the LMS Gateway posts, without a library.

    python webhook_receiver.py 8081 /run/secrets/lms-gateway-webhook
"""

import base64
import hashlib
import hmac
import pathlib
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

TOLERANCE = 300  # seconds by which two clocks may differ


def is_signed(secret: str, headers, body: bytes) -> bool:
    """True if the gateway sent this, and just now (Standard Webhooks)."""
    event, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not at.isdecimal() or abs(time.time() - int(at)) > TOLERANCE:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    tag = hmac.digest(key, f"{event}.{at}.".encode() + body, hashlib.sha256)
    expected = b"v1," + base64.b64encode(tag)
    # There may be several, while a secret is replaced.
    sent = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(expected, one.encode()) for one in sent)


class Receiver(BaseHTTPRequestHandler):
    seen: set[str] = set()  # in a database, for some days

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if not is_signed(secret, self.headers, body):
            self.send_error(401)
            return
        event = self.headers["webhook-id"]
        if event not in self.seen:  # it may come twice
            print(body.decode(), flush=True)
            self.seen.add(event)
        self.send_response(204)
        self.end_headers()


if __name__ == "__main__":
    secret = pathlib.Path(sys.argv[2]).read_text().strip()
    server = HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver)
    print("ready", flush=True)
    server.serve_forever()
