"""Verifies a launch token of the LMS Gateway.

    pip install "pyjwt[crypto]"
    python verify_launch_token.py https://lms-gateway.example my-app < token
"""

import json
import sys
import threading
import time
from typing import Any, NamedTuple

import jwt

LEEWAY = 5  # seconds by which two clocks may differ
REMEMBER = 120  # seconds: longer than any token can be valid


class LaunchRefused(Exception):
    """The token is not a launch for this app. Answer with status 400."""


class Launch(NamedTuple):
    """A verified launch."""

    person: tuple[str, str]  # tenant_id and sub: the key of accounts. Issuer, e-mail and name are only as good as the tenant's LMS.
    claims: dict[str, Any]


class LaunchTokens:
    """Make one for the whole process: it keeps the gateway's keys, and the ids of used tokens."""

    def __init__(self, gateway: str, app_id: str) -> None:
        self.gateway, self.app_id = gateway, app_id
        self._keys = jwt.PyJWKClient(f"{gateway}/.well-known/launch-jwks.json", timeout=5)
        self._used: dict[str, float] = {}
        self._lock = threading.Lock()

    def verify(self, token: str) -> Launch:
        """The launch. `jwt.PyJWKClientConnectionError` says that the gateway's keys can't be fetched."""
        try:
            key = self._keys.get_signing_key_from_jwt(token)
            claims = jwt.decode(
                token,
                key,
                algorithms=["ES256"],  # never what the token's header asks for
                issuer=self.gateway,
                audience=self.app_id,
                leeway=LEEWAY,
                options={"require": ["iss", "aud", "sub", "iat", "exp", "jti", "tenant_id"]},
            )
        except jwt.PyJWKClientConnectionError:
            raise
        except jwt.PyJWTError as error:
            raise LaunchRefused(str(error)) from error
        self._use_once(claims["jti"])
        return Launch(person=(claims["tenant_id"], claims["sub"]), claims=claims)

    def _use_once(self, jti: str) -> None:
        """With more than one process, keep this in what they share: Redis `SET jti 1 NX EX 120`, or a unique index."""
        now = time.monotonic()
        with self._lock:
            self._used = {used: until for used, until in self._used.items() if until > now}
            if jti in self._used:
                raise LaunchRefused("the token was used already")
            self._used[jti] = now + REMEMBER


if __name__ == "__main__":
    launches = LaunchTokens(gateway=sys.argv[1], app_id=sys.argv[2])
    try:
        print(json.dumps(launches.verify(sys.stdin.read().strip())._asdict(), indent=2))
    except LaunchRefused as refusal:
        sys.exit(f"refused: {refusal}")
