#!/usr/bin/env bash
# Software: pylti1p3 2.0.0 (PyPI), @lti-tool/core 1.0.6 (npm).
# Expected: tools agree on a sub-role that comes without its principal role (LTI 1.3 core, A.2.3.1): an Instructor#Lecturer teaches.
# Seen: for PyLTI1p3 neither Instructor#Lecturer nor Learner#GuestLearner is anybody, and Instructor#TeachingAssistant no teacher; for
#       core all are what stands before the #.
source "$(dirname "$0")/lib/common.sh"
install_python pylti1p3==2.0.0
install_node @lti-tool/core@1.0.6 esbuild@0.25.12
cat >"$work/roles" <<'END'
Instructor
http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor
http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#Lecturer
http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant
Learner
http://purl.imsglobal.org/vocab/lis/v2/membership#Learner
http://purl.imsglobal.org/vocab/lis/v2/membership/Learner#GuestLearner
END
cat >"$work/core.mjs" <<'END'
import { LTITool } from '@lti-tool/core'
import { readFileSync } from 'node:fs'

const keyPair = await crypto.subtle.generateKey(
  { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }, true, ['sign', 'verify'])
const tool = new LTITool({ stateSecret: new Uint8Array(32), keyPair, storage: { addSession: async session => session.id } })
for (const role of readFileSync('roles', 'utf8').trim().split('\n')) {
  const session = await tool.createSession({ iss: 'https://lms.example', aud: 'client', sub: '1', 'https://purl.imsglobal.org/spec/lti/claim/roles': [role] })
  console.log(session.isInstructor ? 'teacher' : session.isStudent ? 'student' : 'nobody')
}
END
(cd "$work" && npx esbuild core.mjs --bundle --platform=node --format=esm --outfile=bundle.mjs --log-level=error \
    --banner:js="import { createRequire } from 'module'; const require = createRequire(import.meta.url);")
(cd "$work" && node bundle.mjs >core)
python - >"$work/pylti1p3" <<'END'
from pylti1p3.roles import StudentRole, TeacherRole, TeachingAssistantRole

for role in open("roles").read().split():
    claims = {"https://purl.imsglobal.org/spec/lti/claim/roles": [role]}
    kinds = {"teacher": TeacherRole, "assistant": TeachingAssistantRole, "student": StudentRole}
    print(", ".join(name for name, kind in kinds.items() if kind(claims).check()) or "nobody")
END
seen=$(paste -d'|' "$work/roles" "$work/pylti1p3" "$work/core" | sed 's/.*vocab.lis.v2.//; s/|/ -> PyLTI1p3: /; s/|/; core: /')
expect "$seen" <<'END'
Instructor -> PyLTI1p3: teacher; core: teacher
membership#Instructor -> PyLTI1p3: teacher; core: teacher
membership/Instructor#Lecturer -> PyLTI1p3: nobody; core: teacher
membership/Instructor#TeachingAssistant -> PyLTI1p3: assistant; core: teacher
Learner -> PyLTI1p3: student; core: student
membership#Learner -> PyLTI1p3: student; core: student
membership/Learner#GuestLearner -> PyLTI1p3: nobody; core: student
END
