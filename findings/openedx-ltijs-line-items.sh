#!/usr/bin/env bash
# Software: lti-consumer-xblock 11.4.4 (Open edX's LTI code), ltijs 5.9.9 (npm, certified).
# Expected: a certified tool can do with this LMS what the launch says that it may: list and make line items, send and read scores.
# Seen: all but making a line item: ltijs asks for application/json there, which Open edX answers with 406.
source "$(dirname "$0")/lib/common.sh"
install_python -r "$lib/openedx.txt"
install_node ltijs@5.9.9 --ignore-scripts
cat >"$work/tool.js" <<'END'
const Grade = require('ltijs/dist/Provider/Services/Grade')

const { LMS, TOKENS, LINE_ITEMS, LINE_ITEM, RESOURCE } = process.env
const platform = {
  platformActive: async () => true,
  platformAccessToken: async scopes => ({ token_type: 'Bearer', access_token: JSON.parse(TOKENS)[scopes] })
}
const grade = new Grade(async () => platform)
const launch = {
  iss: LMS, clientId: 'client', user: 'learner',
  platformContext: { endpoint: { lineitems: LMS + LINE_ITEMS }, resource: { id: RESOURCE } }
}
const item = LMS + LINE_ITEM
const report = async (name, call) => console.log(name, '->', await call.then(() => 'done', error => error.message))

;(async () => {
  await report('list line items', grade.getLineItems(launch))
  await report('make a line item', grade.createLineItem(launch, { label: 'New', scoreMaximum: 10 }, { resourceLinkId: true }))
  await report('read a line item', grade.getLineItemById(launch, item))
  await report('send a score', grade.submitScore(launch, item, { scoreGiven: 5, activityProgress: 'Completed', gradingProgress: 'FullyGraded' }))
  await report('read results', grade.getScores(launch, item))
})()
END
seen=$(python - <<'END'
from openedx_project import *

config = configure()
item = create_line_item(config, {"label": "Old", "scoreMaximum": 10, "resourceLinkId": str(config.location)}).json()
scopes = [
    ("lineitem.readonly",), ("lineitem",), ("score", "lineitem"), ("lineitem.readonly", "result.readonly"),
]
tokens = {}
for names in scopes:
    scope = " ".join(AGS + name for name in names)
    tokens[scope] = ask_token(config, scope).json()["access_token"]
items = f"/api/lti_consumer/v1/lti/{config.id}/lti-ags"
print(run_with_lms(
    ["node", "tool.js"], TOKENS=json.dumps(tokens), LINE_ITEMS=items, RESOURCE=str(config.location),
    LINE_ITEM=f"{items}/{item['id'].rsplit('/', 1)[1]}",
), end="")
END
)
expect "$seen" <<'END'
list line items -> done
make a line item -> Response code 406 (Not Acceptable)
read a line item -> done
send a score -> done
read results -> done
END
