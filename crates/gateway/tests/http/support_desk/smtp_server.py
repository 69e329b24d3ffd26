"""An SMTP server for tests: keeps every message in a folder.

usage: smtp_server.py PORT FOLDER none|starttls|tls

With TLS its certificate is for `localhost` and stands in FOLDER/certificate.pem, and who sends must sign in. What it says to a
message stands in FOLDER/answer, where there is one: a status and words, or `hold`, which takes the message and says nothing.
"""

import asyncio
import datetime
import pathlib
import ssl
import sys
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

port, folder, mode = int(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]


class Keep:
    async def handle_DATA(self, server, session, envelope):
        answer = folder / "answer"
        said = answer.read_text() if answer.exists() else "250 Taken"
        if not said.startswith(("250", "hold")):
            return said
        number = len(list(folder.glob("*.eml")))
        recipients = ",".join(envelope.rcpt_tos)
        name = folder / f"{number}.part"
        name.write_bytes(f"{envelope.mail_from}>{recipients}\r\n".encode() + envelope.original_content)
        name.rename(folder / f"{number}.eml")
        if said == "hold":
            await asyncio.Event().wait()
        return said


def sign_in(server, session, envelope, mechanism, credentials):
    good = (credentials.login, credentials.password) == (b"gateway", b"correct horse battery")
    return AuthResult(success=good, handled=False)


def tls():
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now, day = datetime.datetime.now(datetime.timezone.utc), datetime.timedelta(days=1)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - day, now + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    files = {
        "certificate.pem": certificate.public_bytes(pem),
        "key.pem": key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    }
    for file, text in files.items():
        (folder / file).write_bytes(text)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context


asks = {"authenticator": sign_in, "auth_required": True}
options = {
    "none": lambda: {},
    "starttls": lambda: {"tls_context": tls(), "require_starttls": True, **asks},
    # The library doesn't count TLS from the first byte on as TLS.
    "tls": lambda: {"ssl_context": tls(), "auth_require_tls": False, **asks},
}
Controller(Keep(), hostname="127.0.0.1", port=port, **options[mode]()).start()
print("ready", flush=True)
threading.Event().wait()
