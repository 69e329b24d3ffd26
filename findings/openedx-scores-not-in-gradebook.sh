#!/usr/bin/env bash
# Software: lti-consumer-xblock 11.4.4 and 11.4.0 (Open edX's LTI code).
# Expected: a final score that is answered with 201 is in the gradebook; what cannot get there is refused.
# Seen: a score of a line item that a tool made without resourceLinkId, and one after the due date, are answered with 201 and never get
#       there. In 11.4.0 neither does 0, also where it replaces 80. All stand in the results of the line item.
source "$(dirname "$0")/lib/common.sh"
cat >"$work/scores.py" <<'END'
from openedx_project import *

config = configure()
bound = create_line_item(config, {"label": "Bound", "scoreMaximum": 100, "resourceLinkId": str(config.location)}).json()
free = create_line_item(config, {"label": "Free", "scoreMaximum": 100, "resourceId": "task-1"}).json()
for name, item, person, points, clock in [
    ("bound to the component", bound, "learner", 80, "15:17:56"),
    ("bound to the component", bound, "learner", 0, "15:17:57"),
    ("without resourceLinkId", free, "learner", 50, "15:17:58"),
    ("after the due date", bound, "second", 50, "15:17:59"),
]:
    component.is_past_due = lambda: name == "after the due date"
    component.accept_grades_past_due = False
    number = item["id"].rsplit("/", 1)[1]
    timestamp = f"2026-11-30T{clock}Z"
    answer = send_score(config, number, userId=person, scoreGiven=points, scoreMaximum=100, timestamp=timestamp)
    results = call(config, "GET", f"lti-ags/{number}/results/{person}", AGS + "result.readonly").json()
    print(f"{name}, {points} -> {answer.status_code}, result {results[0]['resultScore']}, gradebook {gradebook.get(person)}")
END
install_python -r "$lib/openedx.txt"
seen=$(python scores.py
    "$work/python/bin/pip" install --quiet --disable-pip-version-check lti-consumer-xblock==11.4.0
    echo "11.4.0:"
    python scores.py)
expect "$seen" <<'END'
bound to the component, 80 -> 201, result 80.0, gradebook 0.8
bound to the component, 0 -> 201, result 0.0, gradebook 0.0
without resourceLinkId, 50 -> 201, result 50.0, gradebook 0.0
after the due date, 50 -> 201, result 50.0, gradebook None
11.4.0:
bound to the component, 80 -> 201, result 80.0, gradebook 0.8
bound to the component, 0 -> 201, result 0.0, gradebook 0.8
without resourceLinkId, 50 -> 201, result 50.0, gradebook 0.8
after the due date, 50 -> 201, result 50.0, gradebook None
END
