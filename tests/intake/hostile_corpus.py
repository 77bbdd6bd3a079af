"""The corpus: what may arrive, by name, with the code under which it is refused."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from functools import partial

from hostile_bytes import (
    SHEET,
    external_link,
    good,
    good_xls,
    having,
    link_entry,
    long_text_everywhere,
    lying_size,
    noise,
    overlapping,
    parts,
    patched,
    relation,
    replaced,
    sheet_of,
    twice,
    with_flag,
    with_method,
    wrong_checksum,
    zipped,
)
from hostile_ole import circular, renamed, repeated_table, with_first_record, with_storage

from ctdp_etl.collect import ole
from ctdp_etl.collect.limits import MAX_BYTES, MAX_ENTRIES, MAX_SHEETS

OLE = ole.MAGIC + bytes(4096)
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">'
    + b"".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode() for n in range(9))
    + b"]><sst><si><t>&j;</t></si></sst>"
)
XXE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><sst><si><t>&x;</t></si></sst>'
DDE = '<ddeLink ddeService="cmd" ddeTopic="/c calc.exe"><ddeItems><ddeItem name="A0"/></ddeItems></ddeLink>'
QUADRATIC = b'<!DOCTYPE a [<!ENTITY x "' + b"y" * 50_000 + b'">]><sst><si><t>' + b"&x;" * 50_000 + b"</t></si></sst>"
FAR = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"%s><v>1</v></c></row>'
SHEETS = b"".join(f'<sheet name="s{n}" sheetId="{n + 9}" r:id="rId1"/>'.encode() for n in range(MAX_SHEETS))

Build = Callable[[], bytes]
CORPUS: dict[str, tuple[str, str, Build]] = {
    # empty, and not a workbook
    "no byte": ("F01", "a.xlsx", bytes),
    "zero bytes": ("F01", "a.xlsx", partial(bytes, 70_000)),
    "pdf": ("F02", "a.xlsx", lambda: b"%PDF-1.7\n" + noise(900)),
    "html table": ("F02", "a.xls", lambda: "<html><table><tr><td>Số liệu</td></tr></table></html>".encode()),
    "html in utf-16": ("F02", "a.xls", lambda: "<table><tr><td>Số</td></tr></table>".encode("utf-16")),
    "mhtml": ("F02", "a.xls", lambda: b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n"),
    "xml of Excel 2003": ("F02", "a.xls", lambda: b'<?xml version="1.0"?><Workbook xmlns="urn:x"/>'),
    "entities in xml of 2003": ("F02", "a.xls", lambda: LAUGHS),
    "csv": ("F02", "a.csv", lambda: "Ngành;Tháng 4\nKhai khoáng;1,5\n".encode()),
    "csv named xlsx": ("F02", "a.xlsx", lambda: b"a,b\n=cmd|'/c calc'!A0,2\n3,4\n"),
    "text": ("F02", "a.xlsx", lambda: "Kính gửi Cục Công Thương địa phương".encode()),
    "rtf": ("F02", "a.xls", lambda: rb"{\rtf1\ansi So lieu}"),
    "rar": ("F02", "a.xlsx", lambda: b"Rar!\x1a\x07\x01\x00" + noise(99)),
    "7z": ("F02", "a.xlsx", lambda: b"7z\xbc\xaf\x27\x1c" + noise(99)),
    "gzip of a workbook": ("F02", "a.xlsx", lambda: gzip.compress(good(), mtime=0)),
    "picture": ("F02", "a.xlsx", lambda: b"\x89PNG\r\n\x1a\n" + noise(99)),
    "program": ("F02", "a.xlsx", lambda: b"MZ\x90\0" + noise(4096)),
    "script": ("F02", "a.xls", lambda: b"#!/bin/sh\nrm -rf /\n"),
    "random": ("F02", "a.xlsx", lambda: bytes(range(256)) * 9),
    "zip of a workbook": ("F02", "a.xlsx", lambda: zipped({"So lieu.xlsx": good()})),
    "zip with nothing": ("F02", "a.xlsx", lambda: zipped({})),
    "docx": ("F02", "a.xlsx", lambda: zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<d/>"})),
    "pptx": ("F02", "a.xlsx", lambda: zipped({"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": b"<p/>"})),
    "xlsb": ("F02", "a.xlsx", lambda: zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": b"b"})),
    "ods": (
        "F02",
        "a.xlsx",
        lambda: zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}, zipfile.ZIP_STORED),
    ),
    "old word": ("F02", "a.xls", lambda: renamed(good_xls(), "Workbook", "WordDocument")),
    "message of Outlook": ("F02", "a.xls", lambda: renamed(good_xls(), "Workbook", "__substg1.0_")),
    # locked
    "xlsx with a password": ("F03", "a.xlsx", lambda: renamed(good_xls(), "Workbook", "EncryptedPackage")),
    "xls with a password": ("F03", "a.xls", lambda: with_first_record(0x002F, b"\1\0\1\0" + noise(48))),
    "zip with a password": ("F03", "a.xlsx", with_flag),
    # broken
    "only the magic": ("F04", "a.xlsx", lambda: b"PK\x03\x04"),
    "xlsx cut at the end": ("F04", "a.xlsx", lambda: good()[:-30]),
    "half an xlsx": ("F04", "a.xlsx", lambda: good()[: len(good()) // 2]),
    "xlsx without its head": ("F02", "a.xlsx", lambda: good()[100:]),
    "hole in an xlsx": ("F04", "a.xlsx", lambda: patched(good(), 200, bytes(100))),
    "wrong checksum": ("F04", "a.xlsx", wrong_checksum),
    "no workbook part": ("F04", "a.xlsx", lambda: having(without="xl/workbook.xml")),
    "no sheet part": ("F04", "a.xlsx", lambda: having(without=SHEET)),
    "workbook part is no xml": ("F05", "a.xlsx", lambda: having({"xl/workbook.xml": b"Xin chao"})),
    "sheet cut inside": ("F04", "a.xlsx", lambda: having({SHEET: parts()[SHEET][:-60]})),
    "xls cut": ("F04", "a.xls", lambda: good_xls()[:8192]),
    "header of an xls": ("F04", "a.xls", lambda: good_xls()[:600]),
    "zeros after the magic of an xls": ("F04", "a.xls", lambda: OLE),
    "xls that goes round": ("F04", "a.xls", circular),
    "xls whose records end too soon": ("F04", "a.xls", lambda: good_xls()[: int(len(good_xls()) * 0.984375)]),
    "xls with a bomb of tables": ("F04", "a.xls", repeated_table),
    # dangerous to unpack, or two readers would see two things
    "too large": ("F05", "a.xlsx", lambda: good() + bytes(MAX_BYTES)),
    "flat bomb": ("F05", "a.xlsx", lambda: having({"xl/sharedStrings.xml": b"<sst>" + b" " * 40_000_000 + b"</sst>"})),
    "many small bombs": ("F05", "a.xlsx", lambda: having({f"xl/b{n}.xml": b"<" * 1_000_000 for n in range(20)})),
    "many parts": ("F05", "a.xlsx", lambda: having({f"xl/{n}.xml": b"" for n in range(MAX_ENTRIES)})),
    "part larger than declared": ("F05", "a.xlsx", lying_size),
    "overlapping parts": ("F05", "a.xlsx", overlapping),
    "nested archive": ("F05", "a.xlsx", lambda: having({"xl/data.bin": zipped({"a": b"b"})})),
    "nested gzip": ("F05", "a.xlsx", lambda: having({"xl/data.bin": gzip.compress(b"b", mtime=0)})),
    "zip among the parts": ("F05", "a.xlsx", lambda: having({"xl/them.zip": b"x"})),
    "program among the parts": ("F05", "a.xlsx", lambda: having({"xl/media/anh.exe": b"MZ"})),
    "part twice": ("F05", "a.xlsx", lambda: twice(SHEET, parts()[SHEET])),
    "part twice in other case": ("F05", "a.xlsx", lambda: having({SHEET.upper(): parts()[SHEET]})),
    "part above the package": ("F05", "a.xlsx", lambda: having({"xl/../../../etc/cron.d/x.xml": b"<x/>"})),
    "part on a drive": ("F05", "a.xlsx", lambda: having({"C:\\Windows\\x.xml": b"<x/>"})),
    "part from the root": ("F05", "a.xlsx", lambda: having({"/etc/x.xml": b"<x/>"})),
    "part that is a link": ("F05", "a.xlsx", link_entry),
    "method of no Excel": ("F05", "a.xlsx", lambda: with_method(97)),
    "billion laughs": ("F05", "a.xlsx", lambda: having({"xl/sharedStrings.xml": LAUGHS})),
    "quadratic entities": ("F05", "a.xlsx", lambda: having({"xl/sharedStrings.xml": QUADRATIC})),
    "file by entity": ("F05", "a.xlsx", lambda: having({"xl/sharedStrings.xml": XXE})),
    "entity in relations": ("F05", "a.xlsx", lambda: having({"xl/_rels/workbook.xml.rels": XXE})),
    "entity under another name": ("F05", "a.xlsx", lambda: having({"xl/worksheets/sheet9.bin": XXE})),
    "entity in utf-16": ("F05", "a.xlsx", lambda: having({"xl/styles.xml": XXE.decode().encode("utf-16")})),
    "xml in ebcdic": ("F05", "a.xlsx", lambda: having({"xl/styles.xml": XXE.decode().encode("cp037")})),
    "picture from the web": (
        "F05",
        "a.xlsx",
        lambda: having({"xl/drawings/_rels/d.xml.rels": relation("image", "http://evil.test/p.png", "External")}),
    ),
    "too many sheets": ("F05", "a.xlsx", lambda: replaced("xl/workbook.xml", b"</sheets>", SHEETS + b"</sheets>")),
    "too many sheets in an xls": ("F05", "a.xls", lambda: good_xls(MAX_SHEETS + 1)),
    "cell at the far corner": ("F05", "a.xlsx", lambda: sheet_of(FAR % b' t="n"')),
    "bare cell at the far corner": ("F05", "a.xlsx", lambda: sheet_of(FAR % b"")),
    # what could act
    "macros": ("F11", "a.xlsm", lambda: having({"xl/vbaProject.bin": OLE})),
    "macros in an xlsx": ("F11", "a.xlsx", lambda: having({"xl/vbaProject.bin": OLE})),
    "macros under another name": (
        "F11",
        "a.xlsx",
        lambda: having({"xl/x.bin": b"x", "xl/_rels/workbook.bin.rels": relation("vbaProject", "x.bin")}),
    ),
    "macros known by content": (
        "F11",
        "a.xlsx",
        lambda: having({"xl/x.bin": OLE + "_VBA_PROJECT".encode("utf-16-le")}),
    ),
    "macros of Excel 4": ("F11", "a.xlsx", lambda: having({"xl/macrosheets/sheet1.xml": b"<xm:macrosheet/>"})),
    "macros in an xls": ("F11", "a.xls", lambda: with_storage("_VBA_PROJECT_CUR")),
    "macros of Excel 4 in an xls": ("F11", "a.xls", lambda: with_first_record(0x0085, b"\0\0\0\0\0\1\1\0A")),
    "embedded OLE object": ("F12", "a.xlsx", lambda: having({"xl/embeddings/oleObject1.bin": OLE})),
    "embedded workbook": ("F12", "a.xlsx", lambda: having({"xl/embeddings/Sheet1.xlsx": good()})),
    "embedded under another name": ("F12", "a.xlsx", lambda: having({"xl/x.bin": OLE})),
    "ActiveX control": ("F12", "a.xlsx", lambda: having({"xl/activeX/activeX1.xml": b"<ax:ocx/>"})),
    "object in an xls": ("F12", "a.xls", lambda: with_storage("MBD0012ABCD")),
    "controls in an xls": ("F12", "a.xls", lambda: with_storage("Ctls")),
    "database connection": ("F13", "a.xlsx", lambda: having({"xl/connections.xml": b"<connections/>"})),
    "web query": ("F13", "a.xlsx", lambda: having({"xl/queryTables/queryTable1.xml": b"<queryTable/>"})),
    "Power Query": ("F13", "a.xlsx", lambda: having({"customXml/item1.xml": "<DataMashup>x".encode("utf-16")})),
    "data model": ("F13", "a.xlsx", lambda: having({"xl/model/item.data": b"x"})),
    "web add-in": ("F13", "a.xlsx", lambda: having({"xl/webextensions/webextension1.xml": b"<we/>"})),
    "DDE": ("F13", "a.xlsx", lambda: having({"xl/externalLinks/externalLink1.xml": external_link(DDE)})),
    "OLE link": ("F13", "a.xlsx", lambda: having({"xl/externalLinks/externalLink1.xml": external_link("<oleLink/>")})),
    "DDE in an xls": ("F13", "a.xls", lambda: with_first_record(0x01AE, b"\0\0\6\0\0cmd\3/c")),
    "connection in an xls": ("F13", "a.xls", lambda: with_first_record(0x0876, bytes(20))),
    # what only shows when it is opened
    "one long text in every cell": ("F15", "a.xlsx", long_text_everywhere),
}
