#!/usr/bin/env python3
"""Cuts the embedded fonts from their full versions (needs fonttools).

    cut.py DIRECTORY_OF_ROBOTO DIRECTORY_OF_DEJAVU

Roboto keeps Latin, Greek, Cyrillic, scripts and signs; its kerning of ASCII
pairs moves from GPOS, which the Go rasterizer does not read, to a kern table.
DejaVu Sans keeps what Roboto lacks and titles may hold: arrows, signs, Hebrew,
Arabic (its presentation forms) and faces.
"""
import sys
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._k_e_r_n import KernTable_format_0

LATIN = [(0x20, 0x7E), (0xA0, 0x17F), (0x192, 0x192), (0x218, 0x21B), (0x2C6, 0x2DD), (0x300, 0x36F), (0x384, 0x3CE), (0x400, 0x45F),
         (0x2010, 0x2026), (0x2030, 0x2033), (0x2039, 0x203A), (0x2044, 0x2044), (0x2070, 0x208E), (0x20AC, 0x20AC),
         (0x2116, 0x2116), (0x2122, 0x2126), (0x2153, 0x215E), (0x2202, 0x2202), (0x2206, 0x2206), (0x2211, 0x221E),
         (0x2248, 0x2248), (0x2260, 0x2265)]
OTHERS = [(0x5D0, 0x5F4), (0x60C, 0x60C), (0x61B, 0x61B), (0x61F, 0x61F), (0x660, 0x66C), (0x2190, 0x2199), (0x21D0, 0x21D5),
          (0x2200, 0x226B), (0x25A0, 0x25CF), (0x2605, 0x2606), (0x2713, 0x2718), (0xFE80, 0xFEFC), (0x1F600, 0x1F64F)]


def cut(source, target, ranges, without=frozenset()):
    font = TTFont(source)
    options = Options()
    options.hinting = False
    options.notdef_outline = True  # the sign for a missing character
    options.layout_features = ["kern"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[c for a, b in ranges for c in range(a, b + 1) if c not in without])
    subsetter.subset(font)
    kern(font)
    for table in ("GPOS", "GSUB", "GDEF"):
        if table in font:
            del font[table]
    tables = font["cmap"].tables  # of several, the Go parser would take one without faces
    font["cmap"].tables = [t for t in tables if t.format == 12][:1] or tables
    font.save(target)
    return set(font.getBestCmap())


def kern(font):
    if "GPOS" not in font:
        return
    names = font.getBestCmap()
    ascii = [names[c] for c in range(0x20, 0x7F) if c in names]
    pairs = {}
    for lookup in font["GPOS"].table.LookupList.Lookup:
        for sub in lookup.SubTable:
            sub = getattr(sub, "ExtSubTable", sub)
            if sub.LookupType != 2:
                continue
            for left in set(ascii) & set(sub.Coverage.glyphs):
                for right, value in values(sub, left, ascii):
                    if value and (left, right) not in pairs:
                        pairs[left, right] = value
    if not pairs:
        return
    table = KernTable_format_0()
    table.coverage, table.format, table.kernTable = 1, 0, pairs
    font["kern"] = newTable("kern")
    font["kern"].version, font["kern"].kernTables = 0, [table]


def values(sub, left, ascii):
    def advance(record):
        return getattr(record, "XAdvance", 0) if record else 0

    if sub.Format == 1:
        for pair in sub.PairSet[sub.Coverage.glyphs.index(left)].PairValueRecord:
            if pair.SecondGlyph in ascii:
                yield pair.SecondGlyph, advance(pair.Value1)
        return
    row = sub.Class1Record[sub.ClassDef1.classDefs.get(left, 0)]
    for right in ascii:
        yield right, advance(row.Class2Record[sub.ClassDef2.classDefs.get(right, 0)].Value1)


roboto, dejavu = sys.argv[1:]
have = cut(f"{roboto}/Roboto-Regular.ttf", "Roboto-Regular.ttf", LATIN)
cut(f"{roboto}/Roboto-Bold.ttf", "Roboto-Bold.ttf", LATIN)
cut(f"{dejavu}/DejaVuSans.ttf", "DejaVuSans-others.ttf", OTHERS, have)
