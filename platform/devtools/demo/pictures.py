"""Pictures for the demo, drawn on the spot: no photograph of anybody's is needed."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

SIZE = (960, 640)


def picture(seed: int, color: str, *, size: tuple[int, int] = SIZE) -> SimpleUploadedFile:
    """A calm pattern in shades of `color` (#rrggbb), another one for each `seed`; a PNG upload."""
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    image = Image.new("RGB", size, (red, green, blue))
    draw = ImageDraw.Draw(image)
    width, height = size
    for ring in range(7):
        share = 1 - ring / 8
        shade = tuple(int(255 - (255 - part) * share) for part in (red, green, blue))
        x = width * ((seed * 37 + ring * 11) % 100) / 100
        y = height * ((seed * 53 + ring * 17) % 100) / 100
        radius = height * share * 0.45
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=shade)
    return _upload(image, f"picture-{seed}.png")


def identity_card(seed: int) -> SimpleUploadedFile:
    """Something with the proportions of an identity card, and nobody's data on it."""
    image = Image.new("RGB", (856, 540), "#e8eef5")
    draw = ImageDraw.Draw(image)
    draw.rectangle((600, 120, 800, 380), fill="#b8c4d4")
    for line in range(5):
        length = 300 + (seed * 71 + line * 43) % 220
        draw.rectangle((60, 120 + line * 62, 60 + length, 146 + line * 62), fill="#93a3b8")
    return _upload(image, f"identity-{seed}.png")


def _upload(image: Image.Image, name: str) -> SimpleUploadedFile:
    out = BytesIO()
    image.save(out, format="PNG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/png")
