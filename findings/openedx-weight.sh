#!/usr/bin/env bash
# Software: lti-consumer-xblock 11.4.4 (Open edX's LTI code), pylti1p3 2.0.0.
# Expected: the line item that Open edX makes of a graded component has the component's weight as scoreMaximum, above zero.
# Seen: the weight without its fraction: 2 for 2.5, and 0 for 0.5, which AGS forbids and PyLTI1p3 refuses to set.
source "$(dirname "$0")/lib/common.sh"
install_python -r "$lib/openedx.txt" pylti1p3==2.0.0
seen=$(python - <<'END'
from openedx_project import *
from pylti1p3.exception import LtiException
from pylti1p3.lineitem import LineItem

for weight in (1.0, 2.5, 0.5):
    component.weight = weight
    config = configure(f"weight{weight}", lti_advantage_ags_mode="declarative")
    login = config.get_lti_consumer().prepare_preflight_url(launch_data(config))
    endpoint = finish_launch(login, TOOL + "/launch")["https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"]
    number = endpoint["lineitem"].rsplit("/", 1)[1]
    item = call(config, "GET", f"lti-ags/{number}", AGS + "lineitem.readonly").json()
    try:
        LineItem().set_score_maximum(item["scoreMaximum"])
        tool = "taken"
    except LtiException:
        tool = "refused"
    print("weight", weight, "scoreMaximum", item["scoreMaximum"], "by PyLTI1p3", tool)
END
)
expect "$seen" <<'END'
weight 1.0 scoreMaximum 1 by PyLTI1p3 taken
weight 2.5 scoreMaximum 2 by PyLTI1p3 taken
weight 0.5 scoreMaximum 0 by PyLTI1p3 refused
END
