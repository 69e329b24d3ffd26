"""True if the library of Standard Webhooks takes a request, and not one that differs by a byte.

usage: standard_webhooks.py SECRET < {"headers": …, "body": "…"}
"""

import json
import sys

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

request = json.load(sys.stdin)
webhook = Webhook(sys.argv[1])
event = webhook.verify(request["body"], request["headers"])
assert event == json.loads(request["body"]), event
try:
    webhook.verify(request["body"] + " ", request["headers"])
except WebhookVerificationError:
    sys.exit()
sys.exit("another body was taken")
