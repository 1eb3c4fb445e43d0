"""Cuts the fonts the window embeds out of the Debian packages fonts-inter and fonts-firacode.

Usage: subset.py INTER_DIR FIRACODE_DIR OUT_DIR   (needs python3-fonttools)

Two changes are made, nothing is redrawn:
  - only Latin, Greek, Cyrillic and a few signs are kept, without ligatures, so that "->" in a log stays two signs;
  - Inter's tabular figures (feature tnum) become its ordinary ones, so that a changing number keeps its width.
"""
import sys

from fontTools import subset
from fontTools.ttLib import TTFont

RANGES = [(0x20, 0x7F), (0xA0, 0x180), (0x370, 0x460), (0x2010, 0x2028)]
SIGNS = [0x202F, 0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x20AC, 0x2190, 0x2191, 0x2192, 0x2193, 0x2194,
         0x21B5, 0x2212, 0x2248, 0x2260, 0x2264, 0x2265, 0x221E, 0x25A0, 0x25B2, 0x25B6, 0x25BC, 0x25CF,
         0x2713, 0x2715]


def tabular(font):
    """Points the ten digits of every character map at their tabular glyphs."""
    table = font["GSUB"].table
    swap = {}
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag != "tnum":
            continue
        for index in record.Feature.LookupListIndex:
            for sub in table.LookupList.Lookup[index].SubTable:
                swap.update(getattr(sub, "ExtSubTable", sub).mapping)
    for cmap in font["cmap"].tables:
        for code, glyph in list(cmap.cmap.items()):
            if chr(code) in "0123456789":
                cmap.cmap[code] = swap.get(glyph, glyph)


def cut(source, target, make_tabular):
    """Writes the subset of source to target."""
    font = TTFont(source)
    if make_tabular:
        tabular(font)
    options = subset.Options()
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.notdef_outline = True
    options.hinting = False
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[c for a, b in RANGES for c in range(a, b)] + SIGNS)
    cutter.subset(font)
    font.save(target)


def main(inter, fira, out):
    for weight in ("Regular", "SemiBold"):
        cut(f"{inter}/Inter-{weight}.otf", f"{out}/Inter-{weight}.otf", True)
        cut(f"{fira}/FiraCode-{weight}.ttf", f"{out}/FiraCode-{weight}.ttf", False)


if __name__ == "__main__":
    main(*sys.argv[1:4])
