"""Reads a maildir with Python's `email` and compares every message with the one that was planned.

Usage: compare_mail.py MAILDIR PLANNED...   Each PLANNED is a file as it was queued. A mail server may put lines before a
message and must change none of it. Prints how many were compared; fails with the first difference.
"""
import email
import email.policy
import pathlib
import sys

maildir, *planned = sys.argv[1:]
delivered = {}
for place in ("new", "cur"):
    for path in sorted((pathlib.Path(maildir) / place).iterdir()):
        data = path.read_bytes()
        identity = email.message_from_bytes(data, policy=email.policy.default)["Message-ID"]
        assert identity not in delivered, f"{identity} was delivered twice"
        delivered[identity] = data


def content(part):
    """What a part holds; a maildir has its own line ends, so those of texts are not compared."""
    data = part.get_payload(decode=True)
    return data.replace(b"\r\n", b"\n") if data and part.get_content_maintype() == "text" else data


def parts(message):
    return [(part.get_content_type(), part.get_filename(), content(part)) for part in message.walk()]


for name in planned:
    queued = pathlib.Path(name).read_bytes()
    ours = email.message_from_bytes(queued, policy=email.policy.default)
    data = delivered.pop(ours["Message-ID"])
    theirs = email.message_from_bytes(data, policy=email.policy.default)
    assert data.replace(b"\r\n", b"\n").endswith(queued.replace(b"\r\n", b"\n")), f"{name} was changed on its way"
    for header in ("From", "To", "Reply-To", "Subject", "Date", "List-Id", "Auto-Submitted", "Content-Language",
                   "X-Auto-Response-Suppress", "References", "In-Reply-To"):
        assert ours[header] == theirs[header], header
    assert parts(ours) == parts(theirs), name
    for part in [theirs, *theirs.walk()]:
        assert not part.defects, part.defects
    assert theirs.get_body(("plain",)).get_content().strip() and theirs.get_body(("html",)).get_content().strip()
assert not delivered, f"not planned: {sorted(delivered)}"
print(len(planned))
