"""Packs a function's binary as Lambda takes it: tools/zip.py BINARY ZIP

cargo-lambda's own zip holds the time at which the binary was built. This one holds nothing but the binary.
"""

import sys
import zipfile
from pathlib import Path

binary, packed = map(Path, sys.argv[1:])
# The earliest time that a zip can tell.
bootstrap = zipfile.ZipInfo("bootstrap", date_time=(1980, 1, 1, 0, 0, 0))
bootstrap.create_system = 3  # Unix, whose permissions follow: -rwxr-xr-x
bootstrap.external_attr = 0o100755 << 16
bootstrap.compress_type = zipfile.ZIP_DEFLATED
with zipfile.ZipFile(packed, "w", compresslevel=9) as archive:
    archive.writestr(bootstrap, binary.read_bytes())
