"""Small pictures for the demo paper, drawn from their name: a sky, a sun and a sea, each in its own colours."""

from __future__ import annotations

import struct
from zlib import compress, crc32

WIDTH, HEIGHT = 320, 180
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def draw_picture(name: str) -> bytes:
    """A PNG (ISO/IEC 15948), eight bits a channel, without alpha."""
    seed = crc32(name.encode())
    rows = b"".join(b"\x00" + draw_row(seed, y) for y in range(HEIGHT))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    return PNG_SIGNATURE + pack_chunk(b"IHDR", header) + pack_chunk(b"IDAT", compress(rows)) + pack_chunk(b"IEND", b"")


def draw_row(seed: int, y: int) -> bytes:
    horizon = HEIGHT // 2 + seed % 40
    hue = (seed >> 8) % 90
    if y >= horizon:
        return bytes((20 + hue // 3, 70 + hue // 2, 110 + (y - horizon) % 6 * 8)) * WIDTH
    sky = bytes((120 + hue, 150 + y * 70 // horizon, 235 - hue))
    middle, half = 60 + (seed >> 16) % 200, sun_half_width(y - horizon + 30)
    return sky * (middle - half) + bytes((255, 225, 140)) * (2 * half) + sky * (WIDTH - middle - half)


def sun_half_width(dy: int, radius: int = 24) -> int:
    return int((radius**2 - dy**2) ** 0.5) if abs(dy) < radius else 0


def pack_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", crc32(kind + content))
