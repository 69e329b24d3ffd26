#!/usr/bin/env bash
# Software: lti-consumer-xblock 11.4.4 (Open edX's LTI code).
# Expected: target_link_uri of the login initiation is the one of the id_token (LTI 1.3 core, 5.3.4).
# Seen: for a deep-linked link the login names the component's launch address, the id_token the address of the link.
source "$(dirname "$0")/lib/common.sh"
install_python -r "$lib/openedx.txt"
seen=$(python - <<'END'
from openedx_project import *

config = configure()
answer_picker(config, [{"type": "ltiResourceLink", "url": TOOL + "/task/1", "title": "Task 1"}])
item = LtiDlContentItem.objects.get()
for name, chosen in {"component": None, "deep-linked": item.id}.items():
    login = config.get_lti_consumer().prepare_preflight_url(launch_data(config, deep_linking_content_item_id=chosen))
    claims = finish_launch(login, TOOL + "/launch")
    print(name, "login", parameters(login)["target_link_uri"], "id_token", claims[CLAIM + "target_link_uri"])
END
)
expect "$seen" <<'END'
component login https://tool.example/launch id_token https://tool.example/launch
deep-linked login https://tool.example/launch id_token https://tool.example/task/1
END
