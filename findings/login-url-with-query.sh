#!/usr/bin/env bash
# Software: lti-consumer-xblock 11.4.4 (Open edX's LTI code), lti1p3platform 0.1.8 (OpenLearning's).
# Expected: parameters of the login initiation are added to the query that a tool's login URL has already, by "&".
# Seen: both put a second "?": the tool's own parameter swallows the first of the login, and iss is missing.
source "$(dirname "$0")/lib/common.sh"
install_python -r "$lib/openedx.txt" lti1p3platform==0.1.8 jwcrypto requests
seen=$(python - <<'END'
from openedx_project import *
from lti1p3platform.ltiplatform import LTI1P3PlatformConfAbstract
from lti1p3platform.oidc_login import OIDCLoginAbstract
from lti1p3platform.registration import Registration


class Platform(LTI1P3PlatformConfAbstract):
    def init_platform_config(self, login_url):
        registration = Registration().set_iss(LMS).set_client_id("client").set_deployment_id("1")
        self._registration = registration.set_launch_url(TOOL + "/launch").set_oidc_login_url(login_url)

    def get_registration_by_params(self, **parameters):
        return self._registration


class Login(OIDCLoginAbstract):
    def set_lti_message_hint(self, **parameters):
        pass

    def get_lti_message_hint(self):
        return "hint"

    def get_redirect(self, url):
        return url


for path in ("/login", "/login?tenant=7"):
    config = configure("e" + path[6:].replace("?tenant=", ""), lti_1p3_oidc_url=TOOL + path)
    addresses = {
        "Open edX": config.get_lti_consumer().prepare_preflight_url(launch_data(config)),
        "lti1p3platform": Login(None, Platform(login_url=TOOL + path)).initiate_login("learner"),
    }
    for name, address in addresses.items():
        asked = parameters(address)
        print(name, path, address.count("?"), "iss:", asked.get("iss"), "tenant:", asked.get("tenant"))
END
)
expect "$seen" <<'END'
Open edX /login 1 iss: https://lms.example tenant: None
lti1p3platform /login 1 iss: https://lms.example tenant: None
Open edX /login?tenant=7 2 iss: None tenant: 7?iss=https://lms.example
lti1p3platform /login?tenant=7 2 iss: None tenant: 7?iss=https://lms.example
END
