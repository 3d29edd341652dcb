"""The demo's 3D models, made of a few corners: glTF 2.0 in binary form, written without a library."""

import itertools
import json
import math
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Point = tuple[float, float, float]
Face = tuple[Point, Point, Point]
Color = tuple[float, float, float]
_TRIANGLES = 4


@dataclass(frozen=True, slots=True)
class Part:
    """Triangles of one color, which is linear red, green and blue from 0 to 1."""

    faces: Sequence[Face]
    color: Color


def tent() -> bytes:
    """Return a ridge tent of two sloping sides, a back, an open front with a ground sheet, and two poles; in meters."""
    width, length, height = 1.4, 2.2, 1.15
    x, z = width / 2, length / 2
    front, back = (0.0, height, z), (0.0, height, -z)
    left = (-x, 0.0, z), (-x, 0.0, -z)
    right = (x, 0.0, z), (x, 0.0, -z)
    cloth = [*_quad(left[0], front, back, left[1]), *_quad(right[1], back, front, right[0]), (left[1], back, right[1])]
    door = [(left[0], (-0.12, 0.0, z + 0.02), front), ((0.12, 0.0, z + 0.02), right[0], front)]
    floor = _quad((-x, 0.01, z), (x, 0.01, z), (x, 0.01, -z), (-x, 0.01, -z))
    poles = [*_pole(0.0, z + 0.03, height + 0.08), *_pole(0.0, -z - 0.03, height + 0.08)]
    return _write(
        "Ridge tent",
        [
            Part(_both_sides(cloth), (0.62, 0.31, 0.12)),
            Part(_both_sides(door), (0.78, 0.52, 0.28)),
            Part(_both_sides(floor), (0.16, 0.2, 0.18)),
            Part(poles, (0.35, 0.27, 0.19)),
        ],
    )


def teapot() -> bytes:
    """Return a round teapot turned on a wheel, with a lid, a spout and a side handle; in meters."""
    profile = [(0.0, 0.0), (0.042, 0.0), (0.05, 0.006), (0.062, 0.03), (0.064, 0.045), (0.056, 0.064), (0.04, 0.074)]
    lid = [(0.041, 0.074), (0.036, 0.081), (0.016, 0.087), (0.006, 0.09), (0.01, 0.098), (0.006, 0.106), (0.0, 0.107)]
    spout = _tube(lambda t: (0.058 + 0.045 * t, 0.03 + 0.045 * t * t, 0.0), lambda t: 0.014 - 0.007 * t)
    handle = _tube(lambda t: (0.0, 0.045 + 0.012 * t, 0.06 + 0.05 * t), lambda t: 0.008 + 0.003 * t)
    clay = (0.33, 0.12, 0.07)
    return _write(
        "Teapot",
        [
            Part(_turned(profile), clay),
            Part(_turned(lid), (0.4, 0.15, 0.09)),
            Part(_both_sides([*spout, *handle]), clay),
        ],
    )


def _quad(a: Point, b: Point, c: Point, d: Point) -> list[Face]:
    return [(a, b, c), (a, c, d)]


def _both_sides(faces: Sequence[Face]) -> list[Face]:
    return [*faces, *((a, c, b) for a, b, c in faces)]


def _pole(x: float, z: float, height: float, radius: float = 0.018, sides: int = 8) -> list[Face]:
    ring = [(x + radius * math.cos(angle), z + radius * math.sin(angle)) for angle in _angles(sides)]
    faces: list[Face] = []
    for (x1, z1), (x2, z2) in zip(ring, ring[1:] + ring[:1], strict=True):
        faces += _quad((x1, 0.0, z1), (x1, height, z1), (x2, height, z2), (x2, 0.0, z2))
        faces.append(((x, height, z), (x2, height, z2), (x1, height, z1)))
    return faces


def _turned(profile: Sequence[tuple[float, float]], sides: int = 40) -> list[Face]:
    """Turn a line of (radius, height) around the upright axis."""
    faces: list[Face] = []
    angles = _angles(sides)
    for (r1, y1), (r2, y2) in itertools.pairwise(profile):
        for one, two in zip(angles, angles[1:] + angles[:1], strict=True):
            corners = [
                _on_circle(r1, y1, one),
                _on_circle(r2, y2, one),
                _on_circle(r2, y2, two),
                _on_circle(r1, y1, two),
            ]
            faces += _quad(corners[0], corners[1], corners[2], corners[3])
    return faces


def _tube(
    at: Callable[[float], Point], radius: Callable[[float], float], steps: int = 8, sides: int = 12
) -> list[Face]:
    rings = []
    for step in range(steps + 1):
        t = step / steps
        (x, y, z), (x2, y2, z2) = at(t), at(t + 0.01)
        ahead = _unit((x2 - x, y2 - y, z2 - z))
        aside = _unit((-ahead[2], 0.0, ahead[0]))
        up = _cross(ahead, aside)
        r = radius(t)
        rings.append(
            [
                (
                    x + r * (math.cos(angle) * aside[0] + math.sin(angle) * up[0]),
                    y + r * (math.cos(angle) * aside[1] + math.sin(angle) * up[1]),
                    z + r * (math.cos(angle) * aside[2] + math.sin(angle) * up[2]),
                )
                for angle in _angles(sides)
            ]
        )
    faces: list[Face] = []
    for one, two in itertools.pairwise(rings):
        for place in range(sides):
            after = (place + 1) % sides
            faces += _quad(one[place], two[place], two[after], one[after])
    end = at(1.0)
    faces += [(end, rings[-1][place], rings[-1][(place + 1) % sides]) for place in range(sides)]
    return faces


def _angles(count: int) -> list[float]:
    return [2 * math.pi * place / count for place in range(count)]


def _on_circle(radius: float, height: float, angle: float) -> Point:
    return radius * math.cos(angle), height, radius * math.sin(angle)


def _cross(a: Point, b: Point) -> Point:
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def _unit(a: Point) -> Point:
    length = math.sqrt(sum(part * part for part in a)) or 1.0
    return a[0] / length, a[1] / length, a[2] / length


def _write(name: str, parts: Sequence[Part]) -> bytes:
    """Return the GLB of parts, each face with a normal of its own so that it looks folded."""
    binary = bytearray()
    views, accessors, materials, primitives = [], [], [], []
    for part in parts:
        corners = [corner for face in part.faces for corner in face]
        normals = []
        for a, b, c in part.faces:
            flat = _cross((b[0] - a[0], b[1] - a[1], b[2] - a[2]), (c[0] - a[0], c[1] - a[1], c[2] - a[2]))
            normals += [_unit(flat)] * 3
        for rows in (corners, normals):
            data = b"".join(struct.pack("<3f", *row) for row in rows)
            views.append({"buffer": 0, "byteOffset": len(binary), "byteLength": len(data), "target": 34962})
            binary += data
            accessor = {"bufferView": len(views) - 1, "componentType": 5126, "count": len(rows), "type": "VEC3"}
            if rows is corners:
                accessor["min"] = [min(row[axis] for row in rows) for axis in range(3)]
                accessor["max"] = [max(row[axis] for row in rows) for axis in range(3)]
            accessors.append(accessor)
        metal = {"baseColorFactor": [*part.color, 1.0], "metallicFactor": 0.0, "roughnessFactor": 0.85}
        materials.append({"pbrMetallicRoughness": metal})
        primitives.append(
            {
                "attributes": {"POSITION": len(accessors) - 2, "NORMAL": len(accessors) - 1},
                "material": len(materials) - 1,
                "mode": _TRIANGLES,
            }
        )
    document = {
        "asset": {"version": "2.0", "generator": "Shopstead"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0, "name": name}],
        "meshes": [{"name": name, "primitives": primitives}],
        "materials": materials,
        "accessors": accessors,
        "bufferViews": views,
        "buffers": [{"byteLength": len(binary)}],
    }
    text = json.dumps(document, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    chunks = (
        struct.pack("<II", len(text), 0x4E4F534A) + text + struct.pack("<II", len(binary), 0x004E4942) + bytes(binary)
    )
    return b"glTF" + struct.pack("<II", 2, 12 + len(chunks)) + chunks
