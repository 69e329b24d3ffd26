#!/usr/bin/env bash
# Software: lti-consumer-xblock 11.4.4 (Open edX's LTI code).
# Expected: a deep-linked resource link with a line item has that line item at its launch; custom values are strings there.
# Seen: the line item is kept with the link and never made: the launch names none, also where tools may manage line items. `text`,
#       `icon`, `iframe` and `window` are dropped. A custom value keeps the type that the tool gave it: numbers, true, lists, null.
source "$(dirname "$0")/lib/common.sh"
install_python -r "$lib/openedx.txt"
seen=$(python - <<'END'
from openedx_project import *

config = configure()
page = answer_picker(config, [{
    "type": "ltiResourceLink",
    "url": TOOL + "/task/1",
    "title": "Task 1",
    "text": "The first task",
    "icon": {"url": TOOL + "/icon.png", "width": 16, "height": 16},
    "iframe": {"width": 800, "height": 600},
    "window": {"targetName": "task"},
    "lineItem": {"scoreMaximum": 100, "label": "Task 1", "resourceId": "task-1"},
    "custom": {"text": "1", "number": 1, "switch": True, "list": ["a"], "nothing": None},
}])
print("saved", page.status_code, sorted(selection(config)[0][1]))
print("line items", call(config, "GET", "lti-ags", AGS + "lineitem.readonly").json())
item = LtiDlContentItem.objects.get()
login = config.get_lti_consumer().prepare_preflight_url(launch_data(config, deep_linking_content_item_id=item.id))
claims = finish_launch(login, TOOL + "/launch")
print("lineitem" in claims["https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"], json.dumps(claims[CLAIM + "custom"]))
END
)
expect "$seen" <<'END'
saved 200 ['custom', 'lineItem', 'title', 'url']
line items []
False {"text": "1", "number": 1, "switch": true, "list": ["a"], "nothing": null}
END
