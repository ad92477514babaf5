"""The secret that draws the cases: kept beside the grades, so that a regrade draws the same."""

import hashlib
import os
import secrets
from pathlib import Path

from ..errors import UserError

SHORTEST = 16  # bytes


def kept_secret(path):
    """The secret in this file, made there if there is none; only its owner may read it.

    Raises:
        UserError: the file holds too little to be a secret, or cannot be read or written.
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
            f"{path} holds {len(secret)} bytes; a secret that draws the cases has {SHORTEST} at least. Delete the "
            "file, and one is made; grades drawn from another secret are then computed again."
        )
    return secret


def secret_digest(secret):
    """A text that tells one secret from another, and tells nothing of it."""
    return hashlib.sha256(b"digest of a secret\0" + secret).hexdigest()
