"""Settings, all from the environment (`.env.example` lists them).

No secret has a default: an absent one is empty, which `config.checks` refuses before anything runs.
"""

from pathlib import Path
from typing import Any

import environ

BASE_DIR = Path(__file__).resolve().parents[2]
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

DEBUG = False
SECRET_KEY: str = env("SECRET_KEY", default="")
MASTER_KEYS: list[str] = env.list("MASTER_KEYS", default=[])
ALLOWED_HOSTS = ["*"]  # the register of domains decides, see registry.middleware

PLATFORM_HOST: str = env("PLATFORM_HOST", default="platform.localhost")
TENANT_HOST_SUFFIX: str = env("TENANT_HOST_SUFFIX", default="localhost")
PUBLIC_SCHEME: str = env("PUBLIC_SCHEME", default="https")
PUBLIC_PORT: str = env("PUBLIC_PORT", default="")
UNSCOPED_PATHS = frozenset({"/healthz", "/metrics", "/readyz", "/served"})

# The registry comes first: its migrate_schemas takes the place of django-tenants'.
SHARED_APPS = ["registry", "billing", "django_tenants", "django.contrib.contenttypes"]
TENANT_APPS = [
    "tenants.journal",
    "tenants.access",
    "tenants.brand",
    "tenants.places",
    "tenants.ledger",
    "tenants.couriers",
    "tenants.catalog",
    "tenants.pricing",
    "tenants.orders",
    "tenants.dispatch",
    "tenants.payments",
    "tenants.talk",
]
INSTALLED_APPS = [
    *SHARED_APPS,
    *TENANT_APPS,
    "channels",
    "strawberry_django",
    "schema",
    "config",
    "devtools",
]

TENANT_MODEL = "registry.Tenant"
TENANT_DOMAIN_MODEL = "registry.Domain"
TENANT_DB_ALIAS = "owner"
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]

_pool = {
    "min_size": env.int("DATABASE_POOL_MIN", default=1),
    "max_size": env.int("DATABASE_POOL_MAX", default=16),
    "max_lifetime": 1800,
    "timeout": 10,
}


def _database(variable: str, options: dict[str, Any]) -> dict[str, Any]:
    return {
        **env.db_url(variable, default="postgresql://"),
        "ENGINE": "kernel.tenancy.postgresql",
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": options,
    }


DATABASES = {
    "default": _database("DATABASE_URL", {"pool": _pool}),
    "owner": _database("DATABASE_OWNER_URL", {"owner": True}),
}


def _server(name: str) -> dict[str, dict[str, Any]]:
    """The two logins of another database server, as psycopg wants them."""
    logins = {
        "default": f"DATABASE_URL_{name.upper()}",
        "owner": f"DATABASE_OWNER_URL_{name.upper()}",
    }
    keys = {
        "NAME": "dbname",
        "USER": "user",
        "PASSWORD": "password",
        "HOST": "host",
        "PORT": "port",
    }
    return {
        alias: {to: url[key] for key, to in keys.items() if url.get(key)}
        for alias, url in ((alias, env.db_url(variable)) for alias, variable in logins.items())
    }


# Beside the main one, which holds the register: DATABASE_SERVERS=second names DATABASE_URL_SECOND
# and DATABASE_OWNER_URL_SECOND.
DATABASE_SERVERS = {name: _server(name) for name in env.list("DATABASE_SERVERS", default=[])}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL: str = env("REDIS_URL", default="")
CHANNEL_LAYERS = (
    {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL], "prefix": "daiqu"},
        }
    }
    if REDIS_URL
    else {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
)

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.logging.RequestLogMiddleware",
    "registry.middleware.ScopeMiddleware",
]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES: list[dict[str, Any]] = []

PASSWORD_HASHERS = ["kernel.passwords.Argon2"]
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(BASE_DIR / ".daiqu" / "media")))
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
UPLOAD_MAX_BYTES = 10_000_000

WORKER_CONCURRENCY: int = env.int("WORKER_CONCURRENCY", default=4)
WORKER_HEARTBEAT_SECONDS: float = env.float("WORKER_HEARTBEAT_SECONDS", default=5.0)

# Phones that always get the same code: an app store's reviewer, the demo's people.
FIXED_PHONE_CODES: dict[str, str] = env.dict("FIXED_PHONE_CODES", default={})
SMS_GATEWAY: str = env("SMS_GATEWAY", default="tenants.access.sms.ConsoleGateway")
FREE_DOCUMENTS: bool = env.bool("FREE_DOCUMENTS", default=False)

METRICS_TOKEN: str = env("METRICS_TOKEN", default="")

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING_CONFIG = "config.logging.configure"
LOGGING: dict[str, Any] = {
    "level": env("LOG_LEVEL", default="INFO"),
    "format": env("LOG_FORMAT", default="json"),
}
