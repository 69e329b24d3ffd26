#!/usr/bin/env bash
# Software: lti-consumer-xblock 11.4.4 (Open edX's LTI code), pylti1p3 2.0.0.
# Expected: a link that PyLTI1p3 makes without a title is taken (a title is optional), and so is any address up to the usual 2,000
#           characters. Links that cannot be taken are refused with a page that says so.
# Seen: PyLTI1p3 writes "title": null. Open edX answers that, an address of more than 500 characters, and one on a host without a dot
#       with a server error (500) and saves nothing. One such item spoils the others.
source "$(dirname "$0")/lib/common.sh"
install_python -r "$lib/openedx.txt" pylti1p3==2.0.0
seen=$(python - <<'END'
from openedx_project import *
from pylti1p3.deep_link import DeepLink
from pylti1p3.deep_link_resource import DeepLinkResource
from pylti1p3.registration import Registration


def link(url=TOOL + "/task/1", title="Task 1"):
    item = DeepLinkResource().set_url(url)
    return item.set_title(title) if title else item


answers = {
    "title and address": [link()],
    "no title": [link(title=None)],
    "address of 500 characters": [link(f"{TOOL}/".ljust(500, "x"))],
    "address of 501 characters": [link(f"{TOOL}/".ljust(501, "x"))],
    "host without a dot": [link("https://tool/task/1")],
    "a good one and one without a title": [link(), link(title=None)],
}
for number, (name, items) in enumerate(answers.items()):
    config = configure(f"exercise{number}")
    registration = Registration().set_issuer(LMS).set_client_id(config.lti_1p3_client_id)
    registration.set_tool_private_key(PRIVATE_KEY).set_tool_public_key(PUBLIC_KEY)
    page = answer_picker(config, DeepLink(registration, "1", {}).get_response_jwt(items))
    print(f"{name} -> {page.status_code}, selected: {len(selection(config))}")
END
)
expect "$seen" <<'END'
title and address -> 200, selected: 1
no title -> 500, selected: 0
address of 500 characters -> 200, selected: 1
address of 501 characters -> 500, selected: 0
host without a dot -> 500, selected: 0
a good one and one without a title -> 500, selected: 0
END
