#!/usr/bin/env bash
# Software: pylti1p3 2.0.0 (PyPI), parse-link-header 2.0.0 as ltijs 5.9.9 (npm) brings it.
# Expected: a tool finds the next page in each form that RFC 8288 allows.
# Seen: only <https://...>; rel="next" is understood by both. PyLTI1p3 wants exactly this, in quotes, with nothing between; ltijs's reader
#       compares rel with capitals. Neither makes a relative address absolute.
source "$(dirname "$0")/lib/common.sh"
install_python pylti1p3==2.0.0
install_node ltijs@5.9.9 --ignore-scripts
cat >"$work/forms" <<'END'
<https://lms.example/Page?p=2>; rel="next"
<https://lms.example/Page?p=2>; rel=next
<https://lms.example/Page?p=2>; rel="Next"
<https://lms.example/Page?p=2>; rel="next last"
<https://lms.example/Page?p=2>; title="more"; rel="next"
<https://lms.example/Page?p=2> ; rel="next"
</Page?p=2>; rel="next"
END
seen=$(python - <<'END'
import json
import subprocess

import requests
from pylti1p3.registration import Registration
from pylti1p3.service_connector import ServiceConnector


class Answers(requests.Session):
    def get(self, url, **options):
        answer = requests.Response()
        answer.status_code = 200
        answer.headers["Link"] = self.link
        return answer


connector = ServiceConnector(Registration(), Answers())
connector.get_access_token = lambda scopes: "token"
forms = open("forms").read().splitlines()
script = """
const parse = require('parse-link-header')
const forms = JSON.parse(process.argv[1])
console.log(JSON.stringify(forms.map(form => { const links = parse(form); return links && links.next ? links.next.url : null })))
"""
ltijs = json.loads(subprocess.run(["node", "-e", script, json.dumps(forms)], stdout=subprocess.PIPE, check=True).stdout)
for form, other in zip(forms, ltijs):
    connector._requests_session.link = form
    print(form, "| PyLTI1p3:", connector.make_service_request([], "https://lms.example")["next_page_url"], "| ltijs:", other)
END
)
expect "$seen" <<'END'
<https://lms.example/Page?p=2>; rel="next" | PyLTI1p3: https://lms.example/page?p=2 | ltijs: https://lms.example/Page?p=2
<https://lms.example/Page?p=2>; rel=next | PyLTI1p3: None | ltijs: https://lms.example/Page?p=2
<https://lms.example/Page?p=2>; rel="Next" | PyLTI1p3: https://lms.example/page?p=2 | ltijs: None
<https://lms.example/Page?p=2>; rel="next last" | PyLTI1p3: None | ltijs: https://lms.example/Page?p=2
<https://lms.example/Page?p=2>; title="more"; rel="next" | PyLTI1p3: None | ltijs: https://lms.example/Page?p=2
<https://lms.example/Page?p=2> ; rel="next" | PyLTI1p3: None | ltijs: https://lms.example/Page?p=2
</Page?p=2>; rel="next" | PyLTI1p3: /page?p=2 | ltijs: /Page?p=2
END
