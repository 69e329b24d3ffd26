#!/usr/bin/env bash
# Software: lti-consumer-xblock 11.4.4 (Open edX's LTI code), @lti-tool/core 1.0.6 (npm).
# Expected: once Open edX shares all that it can (full name, e-mail, username), a tool that needs a name takes the launch.
# Seen: Open edX has one name only, and core insists on given_name and family_name: no setting of the LMS makes this launch work.
source "$(dirname "$0")/lib/common.sh"
install_python -r "$lib/openedx.txt"
install_node @lti-tool/core@1.0.6 esbuild@0.25.12
cat >"$work/core.mjs" <<'END'
import { LTITool } from '@lti-tool/core'

const keyPair = await crypto.subtle.generateKey(
  { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }, true, ['sign', 'verify'])
const { LMS, ISSUER, CLIENT_ID, KEYSET, LOGIN, ID_TOKEN, STATE } = process.env
const storage = {
  storeNonce: async () => {},
  validateNonce: async () => true,
  getLaunchConfig: async () => ({
    iss: ISSUER, clientId: CLIENT_ID, deploymentId: '1', authUrl: LMS + '/launch', tokenUrl: LMS + '/token', jwksUrl: LMS + KEYSET
  })
}
const tool = new LTITool({ stateSecret: new Uint8Array(32), keyPair, storage })
if (LOGIN) {
  const login = Object.fromEntries(new URL(LOGIN).searchParams)
  console.log(await tool.handleLogin({ ...login, launchUrl: 'https://tool.example/launch' }))
} else {
  const answer = await tool.verifyLaunch(ID_TOKEN, STATE).then(() => 'taken', error => error.message)
  console.log([...answer.matchAll(/"path":\s*\[\s*"(\w+)"/g)].map(match => match[1]).join(', ') || answer)
}
END
(cd "$work" && npx esbuild core.mjs --bundle --platform=node --format=esm --outfile=bundle.mjs --log-level=error \
    --banner:js="import { createRequire } from 'module'; const require = createRequire(import.meta.url);")
seen=$(python - <<'END'
from openedx_project import *

config = configure()
settings = {"ISSUER": LMS, "CLIENT_ID": config.lti_1p3_client_id}
settings["KEYSET"] = f"/api/lti_consumer/v1/public_keysets/{config.lti_1p3_passport.passport_id}"
for name, shared in {
    "nothing shared": {},
    "all shared": {"name": "Ada Example", "email": "ada@school.example", "preferred_username": "ada"},
}.items():
    login = config.get_lti_consumer().prepare_preflight_url(launch_data(config, **shared))
    asked = parameters(run_with_lms(["node", "bundle.mjs"], LOGIN=login, **settings).strip())
    token = launch_token(login, TOOL + "/launch", asked["state"], asked["nonce"])
    missing = run_with_lms(["node", "bundle.mjs"], ID_TOKEN=token, STATE=asked["state"], **settings)
    print(f"{name}: {missing.strip()}")
END
)
expect "$seen" <<'END'
nothing shared: given_name, family_name, name, email
all shared: given_name, family_name
END
