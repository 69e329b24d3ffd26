#!/usr/bin/env bash
# Software: lti-consumer-xblock 11.4.4 (Open edX's LTI code).
# Expected: lti_message_hint names one launch, and a launch comes back as the message it was begun as.
# Seen: all launches of a person from a component have one hint. A launch that was begun before the picker was opened comes back as
#       a deep linking request.
source "$(dirname "$0")/lib/common.sh"
install_python -r "$lib/openedx.txt"
seen=$(python - <<'END'
from openedx_project import *

config = configure()
consumer = config.get_lti_consumer()
launch = consumer.prepare_preflight_url(launch_data(config))
before = finish_launch(launch, TOOL + "/launch")[CLAIM + "message_type"]
picker = consumer.prepare_preflight_url(launch_data(config, message_type="LtiDeepLinkingRequest"))
after = finish_launch(launch, TOOL + "/launch")[CLAIM + "message_type"]
print("same hint:", parameters(launch)["lti_message_hint"] == parameters(picker)["lti_message_hint"])
print("before:", before)
print("after the picker was opened:", after)
END
)
expect "$seen" <<'END'
same hint: True
before: LtiResourceLinkRequest
after the picker was opened: LtiDeepLinkingRequest
END
