#!/usr/bin/env bash
# Software: django-lti 0.10.1, pylti1p3 2.0.0, Django 5.2 on PostgreSQL. Needs PostgreSQL's programs (Debian: postgresql).
# Expected: a launch whose roster, line items or picture have an address of 201 characters is a launch like any other.
# Seen: the database refuses it and the person gets a 500; 200 characters are the most. (SQLite, which the README's first steps use,
#       takes any length.)
source "$(dirname "$0")/lib/common.sh"
install_python django-lti==0.10.1 pylti1p3==2.0.0 django==5.2.16 jwcrypto==1.5.6 "psycopg[binary]==3.2.12"
start_postgres
seen=$(DATABASE_HOST=$postgres python - <<'END'
import http.server
import json
import logging
import os
import sys
import threading
import time
import types
from urllib.parse import parse_qs, urlsplit

import django
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["*"],
    DATABASES={"default": {
        "ENGINE": "django.db.backends.postgresql", "HOST": os.environ["DATABASE_HOST"], "NAME": "postgres", "USER": "postgres",
    }},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions", "lti_tool"],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware", "lti_tool.middleware.LtiLaunchMiddleware"],
    ROOT_URLCONF="urls",
    SECRET_KEY="example",
    USE_TZ=True,
)
django.setup()
logging.disable(logging.CRITICAL)

from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from lti_tool.models import Key, LtiDeployment, LtiRegistration
from lti_tool.views import LtiLaunchBaseView, OIDCLoginInitView


class Launch(LtiLaunchBaseView):
    def handle_resource_launch(self, request, launch):
        return HttpResponse("launched")


urls = sys.modules["urls"] = types.ModuleType("urls")
urls.urlpatterns = [path("login", OIDCLoginInitView.as_view()), path("launch", Launch.as_view())]
call_command("migrate", verbosity=0)
Key.objects.generate()
key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
keyset = {"keys": [{**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())), "kid": "lms", "alg": "RS256"}]}


class Keyset(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(keyset).encode())

    def log_message(self, *line):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Keyset)
threading.Thread(target=server.serve_forever, daemon=True).start()
lms, lti = "https://lms.example", "https://purl.imsglobal.org/spec/lti"
registration = LtiRegistration.objects.create(
    name="LMS", issuer=lms, client_id="client", auth_url=lms + "/auth", token_url=lms + "/token",
    keyset_url=f"http://127.0.0.1:{server.server_port}/",
)
LtiDeployment.objects.create(registration=registration, deployment_id="1", is_active=True)


def launch(**lengths):
    address = {name: f"{lms}/{name}/".ljust(length, "x") for name, length in lengths.items()}
    browser = Client(raise_request_exception=False)
    login = {"iss": lms, "client_id": "client", "login_hint": "1", "target_link_uri": "https://tool.example/launch"}
    asked = browser.get("/login", {**login, "lti1p3_new_window": "1"})
    query = parse_qs(urlsplit(asked["Location"]).query)
    now = int(time.time())
    claims = {
        "iss": lms, "aud": "client", "sub": "1", "iat": now - 1, "exp": now + 60, "nonce": query["nonce"][0],
        f"{lti}/claim/message_type": "LtiResourceLinkRequest", f"{lti}/claim/version": "1.3.0",
        f"{lti}/claim/deployment_id": "1", f"{lti}/claim/target_link_uri": login["target_link_uri"],
        f"{lti}/claim/resource_link": {"id": "1"}, f"{lti}/claim/context": {"id": "1"}, f"{lti}/claim/roles": [],
        f"{lti}-nrps/claim/namesroleservice": {"context_memberships_url": address["roster"], "service_versions": ["2.0"]},
        f"{lti}-ags/claim/endpoint": {"scope": [], "lineitems": address["items"]}, "picture": address["picture"],
    }
    token = jwt.encode(claims, key, algorithm="RS256", headers={"kid": "lms"})
    answer = browser.post("/launch", {"id_token": token, "state": query["state"][0]})
    print(lengths, "->", answer.status_code)


usual = {"roster": 200, "items": 200, "picture": 200}
launch(**usual)
for name in usual:
    launch(**{**usual, name: 201})
server.shutdown()
END
)
expect "$seen" <<'END'
{'roster': 200, 'items': 200, 'picture': 200} -> 200
{'roster': 201, 'items': 200, 'picture': 200} -> 500
{'roster': 200, 'items': 201, 'picture': 200} -> 500
{'roster': 200, 'items': 200, 'picture': 201} -> 500
END
