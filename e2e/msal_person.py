"""Signs a person in with MSAL: writes the address to go to, reads the address that came back, writes what MSAL makes of it."""

import json
import sys

import msal
import requests


class PlainHttp(requests.Session):
    """MSAL takes https addresses only; the development sign-in speaks http."""

    def request(self, method, url, *positional, **named):
        answer = super().request(method, url.replace("https://localhost", "http://localhost", 1), *positional, **named)
        answer._content = answer.content.replace(b"http://localhost", b"https://localhost")
        return answer


def say(value):
    print(json.dumps(value), flush=True)


authority, client_id, scope, redirect_uri = sys.argv[1:]
app = msal.PublicClientApplication(client_id, oidc_authority=authority.replace("http://", "https://", 1), http_client=PlainHttp())
flow = app.initiate_auth_code_flow([scope], redirect_uri=redirect_uri)
say(flow["auth_uri"].replace("https://localhost", "http://localhost", 1))
answer = json.loads(sys.stdin.readline())
tokens = app.acquire_token_by_auth_code_flow(flow, answer)
if "error" in tokens:
    say({"error": tokens["error"], "codes": tokens.get("error_codes")})
    sys.exit()
renewed = app.acquire_token_silent([scope], app.get_accounts()[0], force_refresh=True)
say({
    "claims": tokens["id_token_claims"],
    "username": app.get_accounts()[0]["username"],
    "token": renewed["access_token"],
    "renewed": renewed["access_token"] != tokens["access_token"],
})
