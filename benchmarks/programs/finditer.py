"""The bare minimum: read an esx.conf, make one (key, value, offset) tuple a line, do nothing with them."""

import re
import sys

LINE = re.compile(r'^(/.*) = "(.*)"$', re.MULTILINE)

with open(sys.argv[1], encoding="utf-8", errors="surrogateescape", newline="") as file:
    text = file.read()
found = [(match[1], match[2], match.start()) for match in LINE.finditer(text)]
