"""Open edX's own LTI code in a minimal Django project.

What belongs to edx-platform, which is no package, is stood in for by the least that answers: a component, a gradebook, people.
"""

import http.server
import json
import logging
import os
import re
import subprocess
import sys
import time
import types
import uuid
from urllib.parse import parse_qsl, urlencode, urlsplit

import django
import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

LMS = "https://lms.example"
TOOL = "https://tool.example"
AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"

logging.disable(logging.CRITICAL)
settings.configure(
    ALLOWED_HOSTS=["*"],
    CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:", "ATOMIC_REQUESTS": True}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    FEATURES={},
    INSTALLED_APPS=[
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "config_models",
        "rest_framework",
        "django_filters",
        "lti_consumer",
    ],
    LMS_ROOT_URL=LMS,
    MIDDLEWARE=["openedx_project.Anybody"],
    MIGRATION_MODULES={app: None for app in ("contenttypes", "auth", "config_models", "lti_consumer")},
    PLATFORM_NAME="Example",
    ROOT_URLCONF="openedx_urls",
    SECRET_KEY="example",
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    USAGE_ID_PATTERN=r"(?P<usage_id>block-[^/]+)",
    USE_TZ=True,
)


class Anybody:
    """Stands where Django's sessions would: every request is by a person who may do everything."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        from django.contrib.auth.models import AnonymousUser

        request.user = AnonymousUser()
        return self.get_response(request)


django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import include, path  # noqa: E402
from lti_consumer.data import Lti1p3LaunchData  # noqa: E402
from lti_consumer.exceptions import LtiError  # noqa: E402
from lti_consumer.models import Lti1p3Passport, LtiAgsLineItem, LtiConfiguration, LtiDlContentItem  # noqa: E402
from lti_consumer.plugin import compat  # noqa: E402
from opaque_keys.edx.keys import UsageKey  # noqa: E402

urls = types.ModuleType("openedx_urls")
urls.urlpatterns = [path("api/", include("lti_consumer.plugin.urls", namespace="lti_consumer"))]
sys.modules["openedx_urls"] = urls
call_command("migrate", run_syncdb=True, verbosity=0)

key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PRIVATE_KEY = key.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()
PUBLIC_KEY = key.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
).decode()

gradebook = {}
people = {"learner": "student", "second": "student", "teacher": "instructor"}


class Component:
    """The record of edx-platform for a component of a course."""

    display_name = "Exercise"
    context_id = "course"
    has_score = True
    accept_grades_past_due = True
    lti_1p3_passport_id = None
    weight = 1.0
    scope_ids = types.SimpleNamespace(usage_id="component")

    def is_past_due(self):
        return False

    def max_score(self):
        return self.weight

    def set_user_module_score(self, user, score, max_score, comment):
        gradebook[user] = score


component = Component()


def known(external_user_id):
    if external_user_id not in people:
        raise LtiError("Invalid User")
    return external_user_id


compat.load_enough_xblock = lambda location: component
compat.load_block_as_user = lambda location: component
compat.user_has_studio_write_access = lambda user, course: True
compat.get_user_from_external_user_id = known
compat.get_course_members = lambda course: {
    number: {"id": number, "username": name, "roles": [role]} for number, (name, role) in enumerate(people.items(), 1)
}
compat.batch_get_or_create_externalids = lambda users: {
    number: types.SimpleNamespace(external_user_id=name) for number, name in enumerate(people, 1)
}
compat.merge_course_forum_roles = lambda course, members: members

browser = Client(raise_request_exception=False)


def configure(name="exercise", **changes):
    """An LTI component with all services, and the tool's public key."""
    passport = Lti1p3Passport.objects.create(
        lti_1p3_client_id=f"client-{name}",
        lti_1p3_tool_public_key=changes.pop("public_key", PUBLIC_KEY),
        lti_1p3_tool_keyset_url=changes.pop("keyset_url", ""),
    )
    values = {
        "version": "lti_1p3",
        "config_store": "CONFIG_ON_DB",
        "location": UsageKey.from_string(f"block-v1:Example+C1+2026+type@lti_consumer+block@{name}"),
        "lti_1p3_passport": passport,
        "lti_1p3_oidc_url": f"{TOOL}/login",
        "lti_1p3_launch_url": f"{TOOL}/launch",
        "lti_advantage_ags_mode": "programmatic",
        "lti_advantage_deep_linking_enabled": True,
        "lti_advantage_deep_linking_launch_url": f"{TOOL}/pick",
        "lti_advantage_enable_nrps": True,
    }
    return LtiConfiguration.objects.create(**{**values, **changes})


def sign(claims, **changes):
    now = int(time.time())
    return jwt.encode(
        {"iat": now - 5, "exp": now + 60, **claims, **changes}, PRIVATE_KEY, algorithm="RS256", headers={"kid": "tool"}
    )


def ask_token(config, scope, assertion=None):
    client_id = config.lti_1p3_client_id
    address = f"/api/lti_consumer/v1/token/{config.lti_1p3_passport.passport_id}"
    assertion = assertion or sign({"iss": client_id, "sub": client_id, "aud": LMS + address, "jti": str(uuid.uuid4())})
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion,
        "scope": scope,
    }
    return browser.post(address, urlencode(form), content_type="application/x-www-form-urlencoded")


def call(config, method, path, scope, body=None, media_type="application/json", accept="*/*"):
    """One call of a service, as a tool makes it."""
    token = ask_token(config, scope).json()["access_token"]
    return browser.generic(
        method,
        f"/api/lti_consumer/v1/lti/{config.id}/{path}",
        "" if body is None else json.dumps(body),
        content_type=media_type,
        HTTP_AUTHORIZATION=f"Bearer {token}",
        HTTP_ACCEPT=accept,
    )


def create_line_item(config, item):
    return call(config, "POST", "lti-ags", AGS + "lineitem", item, "application/vnd.ims.lis.v2.lineitem+json")


def send_score(config, item, **score):
    score = {
        "timestamp": "2026-11-30T15:17:56.000Z",
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "userId": "learner",
        **score,
    }
    media_type = "application/vnd.ims.lis.v1.score+json"
    return call(config, "POST", f"lti-ags/{item}/scores", AGS + "score", score, media_type)


def answer_picker(config, answer):
    """A deep linking response, posted by the browser; `answer` is a list of items or a JWT."""
    if isinstance(answer, list):
        answer = sign({
            "iss": config.lti_1p3_client_id,
            "aud": LMS,
            "nonce": str(uuid.uuid4()),
            CLAIM + "deployment_id": "1",
            CLAIM + "message_type": "LtiDeepLinkingResponse",
            CLAIM + "version": "1.3.0",
            DEEP_LINKING + "content_items": answer,
        })
    return browser.post(f"/api/lti_consumer/v1/lti/{config.id}/lti-dl/response", {"JWT": answer})


def selection(config):
    items = LtiDlContentItem.objects.filter(lti_configuration=config)
    return [(item.content_type, json.loads(json.dumps(item.attributes))) for item in items]


def launch_data(config, **changes):
    values = {
        "user_id": 1,
        "external_user_id": "learner",
        "user_role": "instructor",
        "config_id": config.config_id,
        "resource_link_id": str(config.location),
        "context_id": "course-v1:Example+C1+2026",
    }
    return Lti1p3LaunchData(**{**values, **changes})


def parameters(address):
    return dict(parse_qsl(urlsplit(address).query))


def launch_token(login, redirect_uri, state="state", nonce="nonce"):
    """The tool's authentication request after the login initiation at `login`; returns the id_token that comes back."""
    asked = parameters(login)
    page = browser.get("/api/lti_consumer/v1/launch/", {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": asked["client_id"],
        "redirect_uri": redirect_uri,
        "login_hint": asked["login_hint"],
        "lti_message_hint": asked["lti_message_hint"],
        "state": state,
        "nonce": nonce,
    })
    return re.search(r'name="id_token" value="([^"]+)"', page.content.decode())[1]


def finish_launch(login, redirect_uri):
    """The claims of that id_token."""
    return jwt.decode(launch_token(login, redirect_uri), options={"verify_signature": False})


class Forward(http.server.BaseHTTPRequestHandler):
    """Hands requests from outside to the project."""

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name: value for name, value in self.headers.items() if name not in ("Content-Type", "Content-Length")}
        answer = browser.generic(self.command, self.path, body, self.headers.get("Content-Type", ""), headers=headers)
        self.send_response(answer.status_code)
        for name, value in answer.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.content)

    do_POST = do_PUT = do_GET

    def log_message(self, *line):
        pass


def run_with_lms(command, **values):
    """Runs a program of a tool that reaches the project at $LMS, and returns what it printed."""
    server = http.server.HTTPServer(("127.0.0.1", 0), Forward)
    server.timeout = 0.1
    environment = {**os.environ, "LMS": f"http://127.0.0.1:{server.server_port}", **values}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as tool:
        while tool.poll() is None:
            server.handle_request()
        return tool.stdout.read()
