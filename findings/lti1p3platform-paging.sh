#!/usr/bin/env bash
# Software: lti1p3platform 0.1.8 (OpenLearning's), pylti1p3 2.0.0.
# Expected: line items and results are JSON arrays, and a next page is named in a Link header (AGS 2.0, 3.2.5).
# Seen: objects with content, has_next and, in the body, next; no header at all. PyLTI1p3 refuses the first page.
source "$(dirname "$0")/lib/common.sh"
install_python lti1p3platform==0.1.8 jwcrypto==1.5.6 requests==2.32.5 pylti1p3==2.0.0
seen=$(python - <<'END'
import http.server
import json
import threading

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from lti1p3platform.ltiplatform import LTI1P3PlatformConfAbstract
from lti1p3platform.registration import Registration
from lti1p3platform.request import Request
from lti1p3platform.service_connector import AssignmentsGradesService
from pylti1p3.assignments_grades import AssignmentsGradesService as Tool
from pylti1p3.exception import LtiException
from pylti1p3.service_connector import ServiceConnector

SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
private = key.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()
public = key.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
).decode()


class Platform(LTI1P3PlatformConfAbstract):
    def init_platform_config(self):
        registration = Registration().set_iss("https://lms.example").set_client_id("client")
        self._registration = registration.set_platform_public_key(public).set_platform_private_key(private)

    def get_registration_by_params(self, **parameters):
        return self._registration


class Asked(Request):
    def build_metadata(self, request):
        return request


class Service(AssignmentsGradesService):
    def find_lineitems(self, page=1, limit=None, **filters):
        return {"content": [{"id": "1", "label": "A", "scoreMaximum": 10}], "has_next": True}

    def unused(self, *arguments, **parameters):
        raise NotImplementedError

    find_lineitem = create_lineitem = update_lineitem = delete_lineitem = update_score = get_results = unused


platform = Platform()
token = platform.get_registration().encode_and_sign(
    {"iss": "https://lms.example", "sub": "client", "scopes": SCOPE}, private, expiration=60
)
asked = Asked({"method": "GET", "headers": {"Authorization": "Bearer " + token}, "get_data": {"limit": "1"}, "path": "/"})
answer = Service(asked, platform, "https://lms.example/items").handle_get_lineitems()
print(answer.code, json.dumps(answer.result))
print("headers of an answer:", [name for name in vars(answer) if "header" in name or "link" in name])


class Served(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.send({"access_token": token, "token_type": "bearer", "expires_in": 60})

    def do_GET(self):
        self.send(answer.result)

    def send(self, body):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *line):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Served)
threading.Thread(target=server.serve_forever, daemon=True).start()
at = f"http://127.0.0.1:{server.server_port}"
from pylti1p3.registration import Registration as Client

client = Client().set_client_id("client").set_auth_token_url(at + "/token").set_tool_private_key(private)
try:
    print(Tool(ServiceConnector(client), {"scope": [SCOPE], "lineitems": at + "/items"}).get_lineitems())
except LtiException as fault:
    print("PyLTI1p3:", fault)
server.shutdown()
END
)
expect "$seen" <<'END'
200 {"content": [{"id": "1", "label": "A", "scoreMaximum": 10}], "has_next": true, "next": "https://lms.example/items?limit=1&page=2"}
headers of an answer: []
PyLTI1p3: Unknown response type received for line items
END
