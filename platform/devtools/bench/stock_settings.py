"""The product's settings, with the stock endpoint in place of ours."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "devtools.bench.stock"
