#!/usr/bin/env python3
"""Makes an installed autobahntestsuite 25.10.1, which is Python 2 code, run on Python 3.

    VENV/bin/python port.py

Changes the package in the site-packages of the running interpreter, once; a second run changes nothing. Needs fissix,
the maintained lib2to3, and autobahn 0.10.9 beside it.

How it works: the cases are written for the strings of Python 2. They go on working where a "byte string" is a str of
the characters U+0000 to U+00FF, so the files of the cases are read as Latin-1, and the one class between the cases and
the wire, FuzzingProtocol, converts to bytes and back. Each replacement must match, so that another version of the
package is noticed at once.
"""
import os
import re
import sys
import sysconfig

SITE = sysconfig.get_paths()["purelib"]
PKG = os.path.join(SITE, "autobahntestsuite")
MARK = os.path.join(PKG, ".ported")

PY2STR = '''"""str <-> bytes at the border between cases and wire (Latin-1)."""
import binascii as _binascii


def b(x):
    return x.encode("latin-1") if isinstance(x, str) else x


def s(x):
    return bytes(x).decode("latin-1") if isinstance(x, (bytes, bytearray, memoryview)) else x


def text(x):
    """Readable text for a report, whatever was given."""
    try:
        return b(x).decode("utf-8") if isinstance(x, (str, bytes)) else x
    except UnicodeError:
        return s(x)


def b2a_hex(x):
    return _binascii.b2a_hex(b(x)).decode("ascii")


hexlify = b2a_hex
'''

PROTOCOL_METHODS = '''
   MAX_WIRE_LOG_DATA = 256

   def sendFrame(self, opcode, payload = b'', fin = True, rsv = 0, mask = None, payload_len = None, chopsize = None, sync = False):
      return super().sendFrame(opcode, py2str.b(payload), fin, rsv, py2str.b(mask), payload_len, chopsize, sync)

   def sendMessage(self, payload, isBinary = False, fragmentSize = None, sync = False, doNotCompress = False):
      return super().sendMessage(py2str.b(payload), isBinary, fragmentSize, sync, doNotCompress)

   def sendMessageFrameData(self, payload, sync = False):
      return super().sendMessageFrameData(py2str.b(payload), sync)

   def sendCloseFrame(self, code = None, reasonUtf8 = None, isReply = False):
      return super().sendCloseFrame(code, py2str.b(reasonUtf8), isReply)
'''

LOGFUNCS = '''
def binLogData(data, maxlen = 64):
   ellipses = " ..."
   data = py2str.b(data)
   if len(data) > maxlen - len(ellipses):
      return binascii.b2a_hex(data[:maxlen]) + ellipses
   return binascii.b2a_hex(data)


def asciiLogData(data, maxlen = 64, replace = False):
   ellipses = " ..."
   data = py2str.b(data)
   try:
      cut = data[:maxlen] if len(data) > maxlen - len(ellipses) else data
      dd = cut.decode('utf8', errors = 'replace' if replace else 'strict')
      return dd + ellipses if cut is not data else dd
   except UnicodeError:
      return '0x' + binLogData(data, maxlen)


class FuzzingProtocol:'''


def read(path, enc):
    with open(path, encoding=enc, newline="") as f:
        return f.read()


def write(path, text, enc):
    with open(path, "w", encoding=enc, newline="") as f:
        f.write(text)


class Edit:
    """Replacements in one file."""

    def __init__(self, path, enc="utf-8"):
        self.path, self.enc = path, enc
        self.text = read(path, enc)

    def sub(self, old, new, count=None):
        n = self.text.count(old)
        if n == 0 or (count is not None and n != count):
            sys.exit("port.py: %s: expected %r %s, found %d" % (self.path, old, count or "at least once", n))
        self.text = self.text.replace(old, new)
        return self

    def rx(self, pat, new):
        self.text, n = re.subn(pat, lambda m: new, self.text, flags=re.S)
        if n != 1:
            sys.exit("port.py: %s: pattern %r found %d times" % (self.path, pat, n))
        return self

    def save(self):
        write(self.path, self.text, self.enc)


def main():
    if os.path.exists(MARK):
        return
    from fissix import refactor

    fixers = [f for f in refactor.get_fixers_from_package("fissix.fixes")
              if f.rsplit(".", 1)[1] not in ("fix_buffer", "fix_idioms", "fix_set_literal", "fix_ws_comma",
                                             "fix_asserts", "fix_future")]
    tool = refactor.RefactoringTool(fixers)
    case = os.path.join(PKG, "case")

    todo = [os.path.join(PKG, n) for n in os.listdir(PKG) if n.endswith(".py") and not n.startswith(("wamp", "wsperf"))]
    todo += [os.path.join(case, n) for n in os.listdir(case) if n.endswith(".py")]
    for path in sorted(todo):
        in_case = os.path.dirname(path) == case
        enc = "latin-1" if in_case else "utf-8"
        text = read(path, enc).replace("\r\n", "\n")
        if in_case:
            text = re.sub(r"\A# *coding[=:].*\n", "", text)
        if not text.endswith("\n"):
            text += "\n"
        text = str(tool.refactor_string(text, path))
        if in_case:
            text = "# -*- coding: latin-1 -*-\n" + text
            text = text.replace("(object, Case, )", "(Case, )")
            text = re.sub(r"^import binascii$", "from autobahntestsuite import py2str as binascii", text, flags=re.M)
        write(path, text, enc)

    write(os.path.join(PKG, "py2str.py"), PY2STR, "utf-8")

    # a WAMP tool with needs of its own
    e = Edit(os.path.join(PKG, "wstest.py"))
    e.sub("from . import serializer\n", "", 1).save()

    # not among the cases run, and needs a function long gone from zope.interface
    e = Edit(os.path.join(case, "__init__.py"), "latin-1")
    e.sub("from .case9_9_1 import *\n", "", 1).save()

    e = Edit(os.path.join(case, "case.py"), "latin-1")
    e.sub("return pickle.dumps(obj1) == pickle.dumps(obj2)", "return obj1 == obj2", 1).save()

    e = Edit(os.path.join(case, "case6_x_x.py"), "latin-1")
    e.sub("res = v.validate(vss[:i])", 'res = v.validate(vss[:i].encode("latin-1"))', 1).save()

    e = Edit(os.path.join(case, "case10_1_1.py"), "latin-1")
    e.sub("len(self.payload) / self.p.autoFragmentSize", "len(self.payload) // self.p.autoFragmentSize", 1).save()

    e = Edit(os.path.join(case, "case12_x_x.py"), "latin-1")
    e.sub("import copy, os, pkg_resources, hashlib, binascii",
          "import copy, os, pkg_resources, hashlib\nfrom autobahntestsuite import py2str as binascii", 1)
    e.sub("def onMessage(self, msg, binary):\n", "def onMessage(self, msg, binary):\n   msg = binascii.b(msg)\n", 1).save()

    e = Edit(os.path.join(PKG, "fuzzing.py"))
    e.sub("import os, json, binascii, time, textwrap, pkg_resources",
          "import os, json, time, textwrap, pkg_resources\n"
          "from autobahntestsuite import py2str\nfrom autobahntestsuite import py2str as binascii", 1)
    e.sub("from twisted.internet import reactor, ssl",
          "from twisted.internet import reactor\ntry:\n   from twisted.internet import ssl\n"
          "except ImportError: # no pyOpenSSL: ws:// only\n   ssl = None", 1)
    e.sub("self.contextFactory = ssl.ClientContextFactory()",
          "self.contextFactory = ssl.ClientContextFactory() if ssl else None", 1)
    e.rx(r"\ndef binLogData\(.*?\nclass FuzzingProtocol:", LOGFUNCS)
    e.sub("\n   MAX_WIRE_LOG_DATA = 256\n", PROTOCOL_METHODS, 1)
    e.sub("p = ''.join(payload)", "p = b''.join(payload)", 1)
    e.sub("self.runCase.onPong(payload)", "self.runCase.onPong(py2str.s(payload))", 1)
    e.sub("self.runCase.onMessage(msg, binary)", "self.runCase.onMessage(py2str.s(msg), binary)", 1)
    e.sub('"description": self.Case.DESCRIPTION', '"description": py2str.text(self.Case.DESCRIPTION)', 1)
    e.sub('"expectation": self.Case.EXPECTATION', '"expectation": py2str.text(self.Case.EXPECTATION)', 1)
    e.sub('"localCloseReason": self.localCloseReason', '"localCloseReason": py2str.text(self.localCloseReason)', 1)
    e.sub('"remoteCloseReason": self.remoteCloseReason', '"remoteCloseReason": py2str.s(self.remoteCloseReason)', 1)
    e.sub('"httpRequest": self.http_request_data if', '"httpRequest": py2str.s(self.http_request_data) if', 1)
    e.sub('"httpResponse": self.http_response_data if', '"httpResponse": py2str.s(self.http_response_data) if', 1)
    e.sub("report_filename), 'w')", "report_filename), 'w', encoding = 'utf-8', errors = 'replace')", 4)
    e.sub('% (c[0], case[c[0]], c[1])).encode("utf-8"))', "% (c[0], case[c[0]], c[1])))", 1)
    e.sub('ll.encode(\'utf8\')', "ll", 1)
    # stopped early (SIGTERM): report the cases finished so far
    e.sub("   factory = FuzzingClientFactory(spec, debug)\n",
          "   factory = FuzzingClientFactory(spec, debug)\n"
          "   reactor.addSystemEventTrigger('before', 'shutdown', factory.createReports)\n", 1)
    e.sub("   factory = FuzzingServerFactory(spec, debug)\n",
          "   factory = FuzzingServerFactory(spec, debug)\n"
          "   reactor.addSystemEventTrigger('before', 'shutdown', factory.createReports)\n", 1)
    e.sub("</p>\\n' % CCase.DESCRIPTION)", "</p>\\n' % py2str.text(CCase.DESCRIPTION))", 1)
    e.save()

    e = Edit(os.path.join(SITE, "autobahn", "websocket", "protocol.py"))
    e.sub("range(payload_len / len(payload))", "range(payload_len // len(payload))", 1).save()

    open(MARK, "w").close()


main()
