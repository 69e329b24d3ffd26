#!/usr/bin/env bash
# Software: lti-consumer-xblock 11.4.4 (Open edX's LTI code), pylti1p3 2.0.0.
# Expected: a line item needs label and scoreMaximum (AGS 2.0), as PyLTI1p3's README makes one, with a tag.
# Seen: 400 unless resourceId or resourceLinkId is there. resourceLinkId must look like a component of Open edX, scoreMaximum be
#       whole; label has at most 100 characters, tag 50.
source "$(dirname "$0")/lib/common.sh"
install_python -r "$lib/openedx.txt" pylti1p3==2.0.0
seen=$(python - <<'END'
from openedx_project import *
from pylti1p3.lineitem import LineItem

config = configure()
readme = json.loads(LineItem().set_tag("score").set_score_maximum(100).set_label("Score").get_value())
usable = {**readme, "resourceId": "task-1"}
for name, item in {
    "label, tag, scoreMaximum": readme,
    "and resourceId": usable,
    "and resourceLinkId of this component": {**readme, "resourceLinkId": str(config.location)},
    "and resourceLinkId of another form": {**readme, "resourceLinkId": "0123456789abcdef-link"},
    "scoreMaximum 10.0": {**usable, "scoreMaximum": 10.0},
    "scoreMaximum 2.5": {**usable, "scoreMaximum": 2.5},
    "label of 101 characters": {**usable, "label": "x" * 101},
    "tag of 51 characters": {**usable, "tag": "x" * 51},
}.items():
    answer = create_line_item(config, item)
    print(name, "->", answer.status_code, "" if answer.status_code == 201 else ", ".join(answer.json()))
END
)
expect "$seen" <<'END'
label, tag, scoreMaximum -> 400 non_field_errors
and resourceId -> 201 
and resourceLinkId of this component -> 201 
and resourceLinkId of another form -> 400 resourceLinkId
scoreMaximum 10.0 -> 201 
scoreMaximum 2.5 -> 400 scoreMaximum
label of 101 characters -> 400 label
tag of 51 characters -> 400 tag
END
