#!/usr/bin/env bash
# Software: lti-consumer-xblock 11.4.4 (Open edX's LTI code).
# Expected: a deep linking response without items adds nothing and leaves the component as it is.
# Seen: it is answered as saved, and what the teacher had selected before is gone.
source "$(dirname "$0")/lib/common.sh"
install_python -r "$lib/openedx.txt"
seen=$(python - <<'END'
from openedx_project import *

config = configure()
answers = {
    "one item": [{"type": "ltiResourceLink", "url": TOOL + "/task/1", "title": "Task 1"}],
    "no items": [],
}
for name, items in answers.items():
    page = answer_picker(config, items)
    print(f"{name} -> {page.status_code}, saved: {b'saved' in page.content.lower()}, selected: {len(selection(config))}")
END
)
expect "$seen" <<'END'
one item -> 200, saved: True, selected: 1
no items -> 200, saved: True, selected: 0
END
