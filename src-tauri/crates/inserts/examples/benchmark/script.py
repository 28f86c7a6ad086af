"""What a script would do: the same inserts by ReportLab, their codes by segno. It verifies nothing.

script.py FONTS INSERTS.json OUT.pdf

Drawn as well as ReportLab can: what is the same on every insert is one form, a code is one path of merged horizontal runs.
The same typeface, texts and codes; the last line it prints is a JSON object.
"""

import json
import os
import resource
import sys
import time

import segno
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas

FONTS, DATA, OUT = sys.argv[1:4]
WIDTH, HEIGHT = A4
CELL_WIDTH, CELL_HEIGHT = WIDTH / 2, HEIGHT / 4
SIDE = 7.5 * mm
MODULE, SMALL_MODULE = 0.508 * mm, 0.33867 * mm
STEPS = [
    ("Escanee", " el código con la cámara de su teléfono."),
    ("Escriba", " el número de la tarjeta y el nombre como está impreso en ella."),
    ("Confirme.", " Ya puede usarla."),
]


def furniture(page):
    """What is the same on every insert."""
    page.beginForm("insert", 0, 0, CELL_WIDTH, CELL_HEIGHT)
    right = CELL_WIDTH - SIDE
    page.setFont("S", 9.5)
    page.drawString(SIDE, CELL_HEIGHT - 8 * mm, "Café Los Volcanes, S. A.")
    page.setFont("S", 5.5)
    page.drawRightString(right - 2, CELL_HEIGHT - 7.5 * mm, "ENSAYO · SIN VALOR")
    page.roundRect(right - 27 * mm, CELL_HEIGHT - 8.6 * mm, 27 * mm, 3.4 * mm, 1.7 * mm)
    page.setLineWidth(0.5)
    for rule in (10.2, 60.5):
        page.line(SIDE, CELL_HEIGHT - rule * mm, right, CELL_HEIGHT - rule * mm)
    page.setFont("R", 8.5)
    page.drawString(SIDE, CELL_HEIGHT - 22 * mm, "Su tarjeta está lista. Actívela en un minuto.")
    left, y = SIDE + 27 * mm, CELL_HEIGHT - 32 * mm
    for number, (strong, rest) in enumerate(STEPS, start=1):
        page.circle(left + 2 * mm, y + 1 * mm, 2 * mm)
        page.setFont("S", 7)
        page.drawCentredString(left + 2 * mm, y, str(number))
        page.setFont("S", 8)
        page.drawString(left + 6 * mm, y, strong)
        page.setFont("R", 8)
        page.drawString(left + 6 * mm + pdfmetrics.stringWidth(strong, "S", 8), y, rest[:34])
        if rest[34:]:
            page.drawString(left + 6 * mm, y - 3.8 * mm, rest[34:].strip())
        y -= 9 * mm
    page.setFont("S", 5.75)
    page.drawString(SIDE, CELL_HEIGHT - 55 * mm, "¿Sin cámara?")
    page.setFont("R", 6.5)
    page.drawString(SIDE, CELL_HEIGHT - 64.5 * mm, "Nunca le pediremos su NIP.")
    page.endForm()


def code(page, symbol, left, top, module):
    """One path of merged horizontal runs, and one fill."""
    path = page.beginPath()
    for y, row in enumerate(symbol.matrix):
        x, width = 0, len(row)
        while x < width:
            start = x
            while x < width and row[x] == row[start]:
                x += 1
            if row[start]:
                path.rect(left + start * module, top - (y + 1) * module, (x - start) * module, module)
    page.drawPath(path, stroke=0, fill=1)


def lines(text, font, size, width):
    """Breaks a link into lines."""
    line, found = "", []
    for character in text:
        if pdfmetrics.stringWidth(line + character, font, size) > width:
            found.append(line)
            line = ""
        line += character
    return found + [line]


def main():
    with open(DATA, encoding="utf-8") as data:
        inserts = json.load(data)
    begun = time.perf_counter()
    pdfmetrics.registerFont(TTFont("R", os.path.join(FONTS, "Inter-Regular.ttf")))
    pdfmetrics.registerFont(TTFont("S", os.path.join(FONTS, "Inter-SemiBold.ttf")))
    page = canvas.Canvas(OUT, pagesize=A4, pageCompression=1, invariant=1)
    furniture(page)
    for number, (link, given_name, last_four, serial) in enumerate(inserts):
        place = number % 8
        if place == 0 and number:
            page.showPage()
        page.saveState()
        page.translate((place % 2) * CELL_WIDTH, HEIGHT - (place // 2 + 1) * CELL_HEIGHT)
        page.doForm("insert")
        greeting = f"Hola, {given_name}."
        size = 15.0
        while size > 7.5 and pdfmetrics.stringWidth(greeting, "S", size) > CELL_WIDTH - 2 * SIDE:
            size -= 0.25
        page.setFont("S", size)
        page.drawString(SIDE, CELL_HEIGHT - 17.7 * mm, greeting)
        code(page, segno.make_qr(link, error="m", boost_error=False), SIDE, CELL_HEIGHT - 25.7 * mm, MODULE)
        page.setFont("R", 5.75)
        for row, line in enumerate(lines(link, "R", 5.75, CELL_WIDTH - 2 * SIDE - 15 * mm)):
            page.drawString(SIDE + 15 * mm, CELL_HEIGHT - (55 + 2.5 * row) * mm, line)
        page.setFont("S", 7.5)
        page.drawString(SIDE, CELL_HEIGHT - 70 * mm, f"Tarjeta •••• {last_four}")
        page.setFont("R", 6.5)
        page.drawRightString(CELL_WIDTH - SIDE - 9 * mm, CELL_HEIGHT - 70 * mm, serial)
        code(page, segno.make_qr(serial, error="m", boost_error=False), CELL_WIDTH - SIDE - 7.2 * mm, CELL_HEIGHT - 63 * mm, SMALL_MODULE)
        page.restoreState()
    page.save()
    seconds = time.perf_counter() - begun
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"seconds": seconds, "bytes": os.path.getsize(OUT), "resident_kib": most}))


main()
