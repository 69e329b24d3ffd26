"""An SMTP server for tests: keeps every message in a folder, and takes none while a file `down` stands there.

usage: smtp_server.py PORT FOLDER
"""

import pathlib
import sys
import threading

from aiosmtpd.controller import Controller

port, folder = int(sys.argv[1]), pathlib.Path(sys.argv[2])


class Keep:
    async def handle_DATA(self, server, session, envelope):
        if (folder / "down").exists():
            return "451 Try again later"
        number = len(list(folder.glob("*.eml")))
        recipients = ",".join(envelope.rcpt_tos)
        name = folder / f"{number}.part"
        name.write_bytes(f"{envelope.mail_from}>{recipients}\r\n".encode() + envelope.original_content)
        name.rename(folder / f"{number}.eml")
        return "250 Taken"


Controller(Keep(), hostname="127.0.0.1", port=port).start()
print("ready", flush=True)
threading.Event().wait()
