#!/usr/bin/env bash
# Software: lti-consumer-xblock 11.4.4 (Open edX's LTI code).
# Expected: the filters of AGS and NRPS 2.0 filter, or are refused.
# Seen: results?user_id= gives everybody's results (only the path /results/{user} filters), memberships?role= and ?rlid= everybody,
#       line items ?limit= all of them without a Link header.
source "$(dirname "$0")/lib/common.sh"
install_python -r "$lib/openedx.txt"
seen=$(python - <<'END'
from openedx_project import *

config = configure()
for label in "AB":
    item = create_line_item(config, {"label": label, "scoreMaximum": 10, "resourceId": label}).json()
number = item["id"].rsplit("/", 1)[1]
for person in ("learner", "second"):
    send_score(config, number, userId=person, scoreGiven=5, scoreMaximum=10)

learner = "http://purl.imsglobal.org/vocab/lis/v2/membership%23Learner"
for path, scope in [
    (f"lti-ags/{number}/results?user_id=learner", AGS + "result.readonly"),
    (f"lti-ags/{number}/results/learner", AGS + "result.readonly"),
    (f"memberships?role={learner}", NRPS),
    ("memberships?rlid=another", NRPS),
    ("lti-ags?limit=1", AGS + "lineitem.readonly"),
]:
    answer = call(config, "GET", path, scope)
    body = answer.json()
    names = [one.get("userId") or one["label"] for one in body] if isinstance(body, list) else [
        one["user_id"] for one in body["members"]
    ]
    shown = path.replace(f"lti-ags/{number}", "lti-ags/1").replace(learner, "Learner")
    print(shown, answer.status_code, sorted(names), "Link:", answer.get("Link"))
END
)
expect "$seen" <<'END'
lti-ags/1/results?user_id=learner 200 ['learner', 'second'] Link: None
lti-ags/1/results/learner 200 ['learner'] Link: None
memberships?role=Learner 200 ['learner', 'second', 'teacher'] Link: None
memberships?rlid=another 200 ['learner', 'second', 'teacher'] Link: None
lti-ags?limit=1 200 ['A', 'B'] Link: None
END
