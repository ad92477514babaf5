"""The secret that draws the cases: kept beside the grades, so that grading again draws the same cases."""

import hashlib
import os
import secrets
from pathlib import Path

from ..errors import UserError

SHORTEST = 16  # bytes


def kept_secret(path):
    """Return the secret in this file, which is made if it is missing; only its owner may read it.

    Raises:
        UserError: the file is too short for a secret, or cannot be read or written.
    """
    path = Path(path)
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(32) + "\n")
        secret = path.read_bytes().strip()
    except OSError as error:
        raise UserError(f"The secret could not be read or written: {error}.") from None
    if len(secret) < SHORTEST:
        raise UserError(
            f"{path} has {len(secret)} bytes; expected a secret of at least {SHORTEST}. Delete the file, and a new "
            "secret is made; what was graded with another secret is then graded again."
        )
    return secret


def secret_digest(secret):
    """Return a text that tells one secret from another, and reveals nothing about it."""
    return hashlib.sha256(b"digest of a secret\0" + secret).hexdigest()
